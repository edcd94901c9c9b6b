"""kill -9 at moments spread over a run: nothing finished runs again, and the numbers are an undisturbed run's."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import harness
import pytest

from mtf_engine.domain import event as ev
from mtf_engine.domain.run import CellStatus, RunState, RunStatus
from mtf_engine.runs import catalogue, launch
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import Follower

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="signals"),
    pytest.mark.timeout(600),
]

FOLDS = 5
COUNTING = 2 * FOLDS
CELLS = 5 * FOLDS


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """Results of an undisturbed run, in a home of its own."""
    folder = tmp_path_factory.mktemp("reference")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MTF_HOME", str(folder / "home"))
        yield harness.comparable(harness.finished(harness.project(folder / "p", seconds=0.0, folds=FOLDS)))


def attempts(run: RunDirectory) -> list[Counter[tuple[str, str]]]:
    """For each attempt, how often each thing happened to each cell of a counting model."""
    found: list[Counter[tuple[str, str]]] = []
    for record in Follower(run.events).read():
        match record.event:
            case ev.RunStarted():
                found.append(Counter())
            case ev.CellFinished(cell=cell, model="slow" | "other") | ev.CellReused(cell=cell, model="slow" | "other"):
                found[-1][type(record.event).__name__, cell] += 1
    return found


def require_each_cell_once(run: RunDirectory) -> None:
    whole = sum(attempts(run), Counter())
    cells = Counter(cell for (_, cell), times in whole.items() for _ in range(times))
    assert len(cells) == COUNTING
    assert set(cells.values()) == {1}, "a finished cell must not run again"


def at(cells: int, run: RunDirectory) -> RunState:
    """Wait until so many cells are done while others run."""
    return harness.until(run, lambda state: state.done >= cells and state.count(CellStatus.RUNNING) > 0)


def test_killed_coordinators(tmp_path: Path, reference: dict[str, object]) -> None:
    path = harness.project(tmp_path / "p", seconds=0.0, folds=FOLDS)
    harness.hold(tmp_path / "p", 3)
    run = launch.start(path).directory
    begun = 0
    for cells, fits in ((1, 5), (3, 8), (4, 1000)):  # each kill may cost two fits that have ended and are not stored
        at(cells, run)
        harness.kill(harness.owner(run))
        assert states.read(run).status is RunStatus.INTERRUPTED
        begun = harness.fits(tmp_path / "p")["begin"]
        harness.hold(tmp_path / "p", fits)
        again = launch.start(path)
        assert (again.directory, again.started) == (run, True)
    state = harness.wait_for(run)
    assert (state.status, state.exit_code, state.attempt, state.done) == (RunStatus.FINISHED, 0, 4, CELLS)
    require_each_cell_once(run)
    last = attempts(run)[-1]
    finished = sum(times for (kind, _), times in last.items() if kind == "CellFinished")
    assert harness.fits(tmp_path / "p")["begin"] - begun == finished
    assert harness.comparable(run) == reference


def test_killed_workers(tmp_path: Path, reference: dict[str, object]) -> None:
    path = harness.project(tmp_path / "p", seconds=0.0, folds=FOLDS)
    harness.hold(tmp_path / "p", 2)
    run = launch.start(path).directory
    for cells, fits in ((1, 4), (3, 6), (5, 1000)):
        at(cells, run)
        harness.until(run, lambda _: bool(harness.busy_workers(run)))
        with contextlib.suppress(ProcessLookupError):
            os.kill(harness.busy_workers(run)[0], signal.SIGKILL)
        harness.hold(tmp_path / "p", fits)
    state = harness.wait_for(run)
    assert state.status is RunStatus.FINISHED
    crashed = [cell for cell in state.cells.values() if cell.status is CellStatus.FAILED]
    assert 1 <= len(crashed) <= 3
    assert {cell.cause for cell in crashed} == {"crash"}
    assert all("SIGKILL" in (cell.message or "") for cell in crashed)
    assert state.exit_code == 3
    begun = harness.fits(tmp_path / "p")["begin"]
    assert launch.start(path).started
    state = harness.wait_for(run)
    assert (state.exit_code, state.done, state.count(CellStatus.FAILED)) == (0, CELLS, 0)
    require_each_cell_once(run)
    again = sum(1 for cell in crashed if cell.model in {"slow", "other"})
    assert harness.fits(tmp_path / "p")["begin"] - begun == again
    assert harness.comparable(run) == reference


def test_killed_and_hung_up_commands(tmp_path: Path, reference: dict[str, object]) -> None:
    path = harness.project(tmp_path / "p", seconds=0.0, folds=FOLDS)
    command = [sys.executable, "-m", "mtf_engine", "run", str(path)]
    run: RunDirectory | None = None
    for fits, number in ((1, signal.SIGKILL), (4, signal.SIGHUP), (7, signal.SIGKILL)):
        harness.hold(tmp_path / "p", fits)  # so that the run goes on, however slow the machine
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as attached:
            run = harness.newest_run()
            at(fits, run)
            pid = harness.owner(run)
            os.killpg(attached.pid, number)
            attached.wait(timeout=120)
        assert states.read(run).status.is_live, "the terminal's end must not touch the run"
        assert harness.owner(run) == pid
    assert run is not None
    (tmp_path / "p" / "most").unlink()
    done = subprocess.run([*command, "--json"], capture_output=True, timeout=120, check=False)
    assert done.returncode == 0
    assert harness.wait_for(run).attempt == 1
    assert len(catalogue.entries()) == 1
    assert harness.fits(tmp_path / "p") == {"begin": COUNTING, "end": COUNTING}
    require_each_cell_once(run)
    assert harness.comparable(run) == reference
