"""What people do from one end to the other, on the real engine: keys in, screens out, runs that are processes.

A failing check is followed to its rows, a dropped terminal is attached again, two runs are compared down to the rows
that flipped, and a model that hangs is cancelled and later run again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from mtf_engine import api
from mtf_engine.domain.cell import Cause
from mtf_engine.domain.run import CellStatus
from mtf_tui.app import MTFApp
from mtf_tui.engine_client import LocalEngine
from mtf_tui.terminal import Terminal

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]
PATIENCE = 120.0

CHECKED = """version: 1
name: checked
datasets: [sklearn:breast_cancer]
models: [logistic_regression, {name: tree, model: decision_tree, parameters: {max_depth: DEPTH}}]
splits: {method: auto, folds: 3}
metrics: [accuracy, log_loss]
checks:
  - {metric: accuracy, model: baseline, min: 0.95, confident: true}
execution: {workers: 2}
"""

USER_MODEL = """
import pathlib, time
from sklearn.tree import DecisionTreeClassifier

class Waits(DecisionTreeClassifier):
    # fits as many times as a file allows, and then waits for more

    def fit(self, X, y, sample_weight=None):
        ended, most = pathlib.Path("ended"), pathlib.Path("most")
        while ended.stat().st_size >= int(most.read_text()):
            time.sleep(0.05)
        with ended.open("a") as file:
            file.write("x")
        return super().fit(X, y)

def build():
    return Waits(max_depth=2)
"""

WAITING = """version: 1
name: waiting
datasets: [sklearn:wine]
models: [{name: waits, python: "waits.py:build"}, decision_tree]
splits: {method: auto, folds: FOLDS}
metrics: [accuracy]
execution: {workers: 1}
"""


def waiting(folder: Path, *, folds: int, most: int) -> Path:
    """Write settings of a run whose one model waits after so many fits."""
    settings = folder / "settings.yaml"
    settings.write_text(WAITING.replace("FOLDS", str(folds)))
    (folder / "waits.py").write_text(USER_MODEL)
    (folder / "ended").touch()
    allow(folder, most)
    return settings


def allow(folder: Path, most: int) -> None:
    """Let the model fit so many times in all."""
    (folder / "more").write_text(str(most))
    (folder / "more").replace(folder / "most")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _toasts_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A toast is there for as long as a test may look for it, however slow the machine."""
    monkeypatch.setattr(MTFApp, "NOTIFICATION_TIMEOUT", PATIENCE)


@asynccontextmanager
async def opened(folder: Path, settings: Path, run: str) -> AsyncIterator[Any]:
    """Open the app at 80x24 on a run."""
    app = MTFApp(LocalEngine(), settings=settings, run=run, terminal=Terminal(), state_home=folder / "state")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: app.workspace.matrix is not None)
        yield pilot


async def until(pilot: Any, condition: Callable[[], bool]) -> None:
    """Wait for something to be true; fail with the screen when it does not come."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            at_work = ", ".join(f"{w.group} {w.state.name} {w.error}" for w in pilot.app.workers)
            pytest.fail(f"it did not happen; at work: {at_work}; the screen is\n{shown(pilot)}")
        await asyncio.sleep(0.05)
    await pilot.pause()


def shown(pilot: Any) -> str:
    """What the screen shows."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def press(pilot: Any, *keys: str, sees: str) -> str:
    """Press keys and wait for a text."""
    await pilot.press(*keys)
    await until(pilot, lambda: sees in shown(pilot))
    return shown(pilot)


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with settings and, in its home, two finished runs that differ in one parameter."""
    folder = tmp_path_factory.mktemp("checked")
    settings = folder / "settings.yaml"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MTF_HOME", str(folder / "home"))
        for depth in "14":
            settings.write_text(CHECKED.replace("DEPTH", depth))
            api.start(settings).wait(timeout=PATIENCE)
    return folder


async def test_a_failing_check_is_followed_to_the_rows_it_failed_on(
    two_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTF_HOME", str(two_runs / "home"))
    async with opened(tmp_path, two_runs / "settings.yaml", "last") as pilot:
        await until(pilot, lambda: "✗ 1 check" in shown(pilot).splitlines()[0])
        await press(pilot, "5", sees="5 Results")
        await until(pilot, lambda: pilot.app.page.SCOPE == "results" and "Scores" in shown(pilot))
        screen = await press(pilot, "h", sees="✗ 1 check failed")
        for fact in ("asked     accuracy ≥ 0.95, confident", "found     accuracy 0.6", "so ", "next      enter lists"):
            assert fact in screen
        screen = await press(pilot, "enter", sees="mean radius")
        assert "Rows that baseline is most wrong on" in screen
        assert "569 rows" in screen
        copied: list[str] = []
        monkeypatch.setattr(pilot.app.notices, "copy", lambda text, **_: copied.append(text))
        await pilot.press("y")
        await until(pilot, lambda: bool(copied))
    header, *rows = copied[0].splitlines()
    assert header.split("\t")[:4] == ["row", "fold", "truth", "prediction"]
    assert len(rows) == 500
    assert rows[0].split("\t")[2] != rows[0].split("\t")[3], "the first row is a wrong one"


async def test_two_runs_are_compared_down_to_the_rows_that_flipped(
    two_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTF_HOME", str(two_runs / "home"))
    async with opened(tmp_path, two_runs / "settings.yaml", "last") as pilot:
        await press(pilot, "6", sees="2 runs")
        await until(pilot, lambda: "since the last one" in shown(pilot))
        screen = await press(pilot, "space", "down", "space", "c", sees="Rows that flipped")
        assert "models[tree].parameters.max_depth" in screen
        assert "1 → 4" in screen
        screen = await press(pilot, "enter", sees="mean radius")
        assert "rows that flipped · breast_cancer · tree" in screen
        assert all(name in screen for name in ("truth", "before", "after"))
        await press(pilot, "escape", "escape", sees="2 runs; since the last one")


async def test_after_a_dropped_line_the_run_is_attached_and_what_was_missed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = waiting(tmp_path, folds=10, most=1)
    handle = await asyncio.to_thread(api.start, settings)
    try:
        async with opened(tmp_path, settings, handle.id) as pilot:
            await until(pilot, lambda: pilot.app.store.state.cells_seen >= 1)
            seen = pilot.app.store.state.cells_seen
        allow(tmp_path, 5)
        while handle.state().done < seen + 2:
            assert handle.state().status.is_live
            await asyncio.sleep(0.1)
        async with opened(tmp_path, settings, handle.id) as pilot:
            told = [notification.message for notification in pilot.app._notifications]
            assert any(message.startswith("Attached to waiting-") for message in told)
            assert any("cells finished meanwhile" in message for message in told)
            assert pilot.app.page.SCOPE == "run"
            await press(pilot, "X", sees="Cancel the run?")
            await pilot.press("x")
            await until(pilot, lambda: not pilot.app.workspace.is_live)
    finally:
        if handle.state().status.is_live:
            handle.cancel()
            handle.wait(timeout=PATIENCE)


async def test_a_model_that_hangs_is_cancelled_and_later_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = waiting(tmp_path, folds=2, most=0)
    handle = await asyncio.to_thread(api.start, settings)
    try:
        async with opened(tmp_path, settings, handle.id) as pilot:
            await until(pilot, lambda: " 1 waits" in shown(pilot))
            await press(pilot, "x", sees="Cancel cells?")
            await pilot.press("x")
            await until(pilot, lambda: not pilot.app.workspace.is_live)
            state = pilot.app.workspace.state
            causes = [cell.cause for cell in state.cells.values() if cell.status is CellStatus.CANCELLED]
            assert causes == [Cause.CANCELLED, Cause.CANCELLED]
            allow(tmp_path, 1000)
            await pilot.press("R")
            await until(pilot, lambda: pilot.app.workspace.state.count(CellStatus.FINISHED) == state.total_cells)
            await until(pilot, lambda: not pilot.app.workspace.is_live and pilot.app.workspace.results is not None)
            assert not pilot.app.workspace.results.failures
    finally:
        if handle.state().status.is_live:
            handle.cancel()
            handle.wait(timeout=PATIENCE)
