"""Pause, resume and cancel of whole runs, as real detached processes."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import harness
import pytest

from mtf_engine import environment
from mtf_engine.domain import event as ev
from mtf_engine.domain.cell import Cause
from mtf_engine.domain.run import CellStatus, RunStatus
from mtf_engine.errors import RunChanged, RunError
from mtf_engine.runs import control, launch, results
from mtf_engine.runs import state as states
from mtf_engine.runs.control import ControlRequest, Verb

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def test_pause_holds_new_cells_and_resume_goes_on(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", folds=6)
    harness.hold(path.parent, 2)
    run = launch.start(path).directory
    harness.until(run, lambda _: harness.fits(path.parent)["end"] >= 2)
    control.post(run, ControlRequest(Verb.PAUSE))
    harness.until(run, lambda state: state.status is RunStatus.PAUSED)
    harness.let_go(path.parent)
    paused = harness.until(run, lambda state: state.status is RunStatus.PAUSED and not state.count(CellStatus.RUNNING))
    assert paused.done < paused.total_cells
    time.sleep(0.6)
    assert states.read(run).done == paused.done
    assert launch.resume(run).started is False
    assert harness.wait_for(run).exit_code == 0
    assert harness.fits(tmp_path / "p") == {"begin": 12, "end": 12}


def test_pause_now_outlives_the_process(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", folds=2)
    harness.hold(path.parent, 0)
    run = launch.start(path).directory
    harness.until(run, lambda state: bool(harness.running_slowly(state)))
    control.post(run, ControlRequest(Verb.PAUSE, now=True))
    harness.until(run, lambda state: state.status is RunStatus.PAUSED and not state.count(CellStatus.RUNNING))
    assert any(isinstance(event, ev.CellRequeued) for event in harness.events(run))
    harness.kill(harness.owner(run))
    assert states.read(run).status is RunStatus.INTERRUPTED
    assert launch.start(path).started
    still = harness.until(run, lambda state: state.status is RunStatus.PAUSED and state.attempt == 2)
    harness.let_go(path.parent)
    time.sleep(0.5)
    assert states.read(run).status is RunStatus.PAUSED
    assert states.read(run).done == still.done
    launch.resume(run)
    assert harness.wait_for(run).exit_code == 0


def test_cancel_ends_a_run_at_once_and_the_same_command_continues_it(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", folds=3)
    harness.hold(path.parent, 1)
    run = launch.start(path).directory
    harness.until(run, lambda state: state.count(CellStatus.FINISHED) >= 1)
    tree = environment.process_tree(harness.owner(run))
    control.post(run, ControlRequest(Verb.CANCEL))
    state = harness.wait_for(run)
    assert state.done < state.total_cells, "nothing that waited was still begun"
    assert (state.status, state.exit_code) == (RunStatus.CANCELLED, 130)
    harness.wait_for_the_end_of(tree)
    harness.let_go(path.parent)
    assert results.assemble(run).run.exit_code == 130
    model = path.with_name("model.py")
    code = model.read_text()
    model.write_text(f"{code}# edited\n")
    with pytest.raises(RunChanged, match=rf"{re.escape(str(model))} has changed since"):
        launch.resume(run)
    model.write_text(code)
    kept = {cell.cell for cell in states.read(run).cells.values() if cell.status is CellStatus.FINISHED}
    assert launch.start(path).started
    assert harness.wait_for(run).exit_code == 0
    finished = [event.cell for event in harness.events(run) if isinstance(event, ev.CellFinished)]
    assert len(finished) == len(set(finished))
    assert kept <= set(finished)


def test_a_cell_that_is_cancelled_stays_so_until_it_is_resumed(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", folds=2)
    harness.hold(path.parent, 0)
    run = launch.start(path).directory
    victim = harness.running_slowly(harness.until(run, lambda state: bool(harness.running_slowly(state))))[0]
    waiting = next(
        c["id"] for c in json.loads(run.plan.read_bytes())["cells"] if c["model"] == "slow" and c["id"] != victim
    )
    control.post(run, ControlRequest(Verb.CANCEL, cell=victim))
    control.post(run, ControlRequest(Verb.CANCEL, cell=waiting))
    control.post(run, ControlRequest(Verb.CANCEL, cell="nonsense"))
    harness.until(run, lambda state: {victim, waiting} <= states.cancelled_singly(state))
    harness.let_go(path.parent)
    state = harness.wait_for(run)
    assert (state.status, state.exit_code) == (RunStatus.FINISHED, 3)
    failures = harness.results(run).failures
    assert {(row.cell, row.cause) for row in failures} == {(victim, Cause.CANCELLED), (waiting, Cause.CANCELLED)}
    assert launch.start(path).started is False, "cells that a user took out stay out"
    assert launch.resume(run, cell=victim).started
    state = harness.wait_for(run)
    assert {row.cell for row in harness.results(run).failures} == {waiting}
    launch.resume(run, cell=waiting)
    assert harness.wait_for(run).exit_code == 0
    with pytest.raises(RunError, match="finished"):
        launch.resume(run)


def test_a_cancelled_cell_is_not_taken_from_another_run_either(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", seconds=0.05, folds=2)
    harness.hold(path.parent, 0)
    run = launch.start(path).directory
    victim = harness.running_slowly(harness.until(run, lambda state: bool(harness.running_slowly(state))))[0]
    control.post(run, ControlRequest(Verb.CANCEL, cell=victim))
    harness.until(run, lambda state: victim in states.cancelled_singly(state))
    control.post(run, ControlRequest(Verb.CANCEL))
    assert harness.wait_for(run).status is RunStatus.CANCELLED
    harness.let_go(path.parent)
    other = path.with_name("other.yaml")
    other.write_text(path.read_text().replace("[accuracy, log_loss]", "[accuracy]"))
    assert (harness.finished(other).cells / victim).is_dir()
    assert launch.start(path).started
    assert harness.wait_for(run).exit_code == 3
    assert {row.cell for row in harness.results(run).failures} == {victim}


def test_a_pause_that_a_cancel_overtakes_does_not_hold_the_next_attempt(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", seconds=0.05, folds=2)
    harness.hold(path.parent, 0)
    run = launch.start(path).directory
    harness.until(run, lambda state: bool(harness.running_slowly(state)))
    owner = harness.owner(run)
    harness.suspend(owner)
    control.post(run, ControlRequest(Verb.PAUSE))
    control.cancel(run)
    harness.wake(owner)
    assert harness.wait_for(run).status is RunStatus.CANCELLED
    harness.let_go(path.parent)
    launch.start(path)
    assert harness.wait_for(run).exit_code == 0
