"""The app on a fake engine, with a clock that stands still."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from mtf_tui import workspace
from mtf_tui.app import MTFApp
from mtf_tui.terminal import Terminal

AppPilot = Pilot[Any]
ASKING = {"add", "form", "save"}
"""Groups of workers that wait for the answer of a dialog."""
OpenApp = Callable[..., AbstractAsyncContextManager[AppPilot]]


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of the user's own is read or written, and it is always noon."""
    monkeypatch.setenv("MTF_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(workspace.time, "time", lambda: fake.NOON)
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
        app = MTFApp(engine, terminal=terminal or Terminal(), state_home=tmp_path / "state", **options)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settle(pilot)
            yield pilot

    return opened


async def settle(pilot: AppPilot) -> None:
    """Wait until workers and the repaints that they cause are over."""
    for _ in range(10):
        await pilot.pause()
        busy = [worker for worker in pilot.app.workers if worker.is_running and worker.group not in ASKING]
        if not busy:
            break
        with contextlib.suppress(WorkerCancelled):  # a newer request took its place
            await pilot.app.workers.wait_for_complete(busy)
    await pilot.pause()


def screen_text(pilot: AppPilot) -> list[str]:
    """What the screen shows, row by row."""
    strips = pilot.app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


@pytest.fixture
def press() -> Callable[..., Any]:
    """Press keys and wait for what they start."""

    async def pressed(pilot: AppPilot, *keys: str) -> list[str]:
        await pilot.press(*keys)
        await settle(pilot)
        return screen_text(pilot)

    return pressed


@pytest.fixture
def text_of() -> Callable[[AppPilot], list[str]]:
    """Read the screen."""
    return screen_text
