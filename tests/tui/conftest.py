"""The app on a fake engine, with a clock that stands still."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import textual.app
import textual.pilot
from fakes import engine_client as fake
from fakes.texts import COMMENTED
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from mtf_tui import workspace
from mtf_tui.app import MTFApp
from mtf_tui.terminal import Terminal

AppPilot = Pilot[Any]
ASKING = {"add", "form", "save"}
"""Groups of workers that wait for the answer of a dialog."""
_MOMENT = 0.02
"""Seconds; Textual paints sixty times a second."""
_QUIET_ROUNDS = 3
_MOST_ROUNDS = 2000
_MOST_LAYOUTS = 20
"""Of the event loop, for an app that never rests."""
OpenApp = Callable[..., AbstractAsyncContextManager[AppPilot]]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A settings file with comments, steps, and a model that is off."""
    path = tmp_path / "settings.yaml"
    path.write_text(COMMENTED)
    return path


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of the user's own is read or written, and it is always noon."""
    monkeypatch.setenv("MTF_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(workspace.time, "time", lambda: fake.NOON)
    monkeypatch.setattr(MTFApp, "NOTIFICATION_TIMEOUT", 600)  # toasts stay, however slow the machine
    monkeypatch.setattr(asyncio, "to_thread", _to_known_thread)
    for module in (textual.app, textual.pilot):
        monkeypatch.setattr(module, "wait_for_idle", rest)
    return


@pytest.fixture
def anyio_backend() -> str:
    """Textual runs on asyncio."""
    return "asyncio"


@pytest.fixture
def open_app(tmp_path: Path) -> OpenApp:
    """Open the app on a fake engine: ``async with open_app(run, size=(80, 24)) as pilot``."""

    @asynccontextmanager
    async def opened(
        *runs: fake.FakeRun,
        size: tuple[int, int] = (80, 24),
        client: fake.FakeClient | None = None,
        terminal: Terminal | None = None,
        **options: Any,
    ) -> Any:
        engine = client or fake.FakeClient(list(runs) or [fake.FakeRun()])
        options.setdefault("run", "last")
        options.setdefault("settings", tmp_path / "settings.yaml")
        options.setdefault("state_home", tmp_path / "state")
        app = MTFApp(engine, terminal=terminal or Terminal(), **options)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settle(pilot)
            yield pilot

    return opened


_to_thread = asyncio.to_thread
_threads: set[object] = set()
"""What reads and writes files for the app now; an engine's threads wait for runs, and are not waited for."""


async def _to_known_thread(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    if str(getattr(function, "__module__", "")).startswith(("mtf_engine", "mtf_tui.engine_client")):
        return await _to_thread(function, *arguments, **named)
    _threads.add(mark := object())
    try:
        return await _to_thread(function, *arguments, **named)
    finally:
        _threads.discard(mark)


async def rest(*_: float) -> None:
    """Wait until the event loop has nothing left to do now, nor within a moment.

    Textual's own pilot takes a process that uses no processor for a rested one. On a busy machine that is one which
    waits for its turn.
    """
    loop: Any = asyncio.get_running_loop()
    quiet = 0
    for _ in range(_MOST_ROUNDS):
        await asyncio.sleep(0.005 if _threads else 0)
        timers = [timer.when() for timer in loop._scheduled if not timer.cancelled()]
        wait = min(timers, default=math.inf) - loop.time()
        if wait < _MOMENT:
            await asyncio.sleep(max(0.0, wait))
        quiet = 0 if loop._ready or wait < _MOMENT or _threads else quiet + 1
        if quiet == _QUIET_ROUNDS:
            return


async def settle(pilot: AppPilot) -> None:
    """Wait until workers and the repaints that they cause are over."""
    for _ in range(10):
        await painted(pilot)
        busy = [worker for worker in pilot.app.workers if worker.is_running and worker.group not in ASKING]
        if not busy:
            break
        with contextlib.suppress(WorkerCancelled):  # a newer request took its place
            await pilot.app.workers.wait_for_complete(busy)
    await painted(pilot)


async def painted(pilot: AppPilot) -> None:
    """Wait until the screen has laid out and painted what changed, and has done what waits for that, such as focus."""
    for _ in range(_MOST_LAYOUTS):
        await pilot.pause()
        screen = pilot.app.screen
        if not (screen._layout_required or screen._repaint_required or screen._dirty_widgets or screen._callbacks):
            return


def screen_text(pilot: AppPilot) -> list[str]:
    """What the screen shows, row by row."""
    strips = pilot.app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


@pytest.fixture
def press() -> Callable[..., Any]:
    """Press keys and wait for what they start."""

    async def pressed(pilot: AppPilot, *keys: str) -> list[str]:
        for key in keys:
            await pilot.press(key)
            await painted(pilot)
        await settle(pilot)
        return screen_text(pilot)

    return pressed


@pytest.fixture
def text_of() -> Callable[[AppPilot], list[str]]:
    """Read the screen."""
    return screen_text
