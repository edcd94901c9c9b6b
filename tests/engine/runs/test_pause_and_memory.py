"""A pause before there are cells, and what the journal tells of running ones."""

from __future__ import annotations

import threading
from pathlib import Path

import harness
import pytest
from fakes import http_server

from mtf_engine.domain import event as ev
from mtf_engine.domain.run import MEMORY_SAMPLES, CellStatus, RunState, RunStatus
from mtf_engine.runs import control, launch
from mtf_engine.runs import state as states
from mtf_engine.runs.control import ControlRequest, Verb
from mtf_engine.runs.coordinator import memory
from mtf_engine.runs.events import Follower, Recorded

ROWS = "x,z,y\n" + "".join(f"{i},{i * i % 7},{'ab'[i % 2]}\n" for i in range(60))


def test_a_pause_while_data_arrive_is_answered_and_holds_before_the_first_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTF_OFFLINE", "0")
    gate = threading.Event()

    def gated(handler) -> None:
        gate.wait(100)
        http_server.content(ROWS.encode())(handler)

    with http_server.running() as server:
        address = server.serve("/table.csv", gated)
        path = tmp_path / "settings.yaml"
        path.write_text(f"datasets: [{{source: '{address}', target: y}}]\nmodels: [baseline]\n")
        run = launch.start(path).directory
        control.post(run, ControlRequest(Verb.PAUSE))
        # The answer stands in the journal before the letter is gone.
        harness.until(run, lambda state: state.status is RunStatus.PAUSED and not control.pending(run), seconds=90)
        gate.set()
        state = harness.until(run, lambda state: state.total_cells > 0)
        assert (state.status, state.done) == (RunStatus.PAUSED, 0)
        control.post(run, ControlRequest(Verb.RESUME))
        assert harness.wait_for(run).status is RunStatus.FINISHED


def test_the_journal_tells_what_a_long_cell_holds(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", folds=2)
    harness.hold(path.parent, 0)
    run = launch.start(path).directory
    scikit_learn = 10_000_000
    harness.until(run, lambda state: any(max(c.memory_bytes, default=0) > scikit_learn for c in state.cells.values()))
    control.cancel(run)
    harness.wait_for(run)
    told = [record.event for record in Follower(run.events).read() if isinstance(record.event, ev.MemoryMeasured)]
    assert max(size for event in told for size in event.cells.values()) > scikit_learn


def test_only_what_has_changed_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(memory.time, "monotonic", lambda: now)
    log = memory.MemoryLog()
    assert not log.is_due()
    now += memory.TELL_SECONDS
    assert log.is_due()
    assert log.news({"a": 1000, "b": 500}) == {"a": 1000, "b": 500}
    assert not log.is_due()
    assert log.news({"a": 1040, "b": 600}) == {"b": 600}
    assert log.news({"a": 1060}) == {"a": 1060}, "small steps add up"
    assert log.news({"b": 600}) == {"b": 600}, "a cell that runs again is told anew"


def test_a_state_keeps_the_last_measurements_of_running_cells() -> None:
    events: list[ev.Event] = [ev.CellStarted("c", "d", "default", "m", 0, 1)]
    events += [ev.MemoryMeasured({"c": size, "unknown": 1}) for size in range(1, MEMORY_SAMPLES + 3)]
    state = states.fold(RunState("r"), [Recorded(seq, float(seq), event) for seq, event in enumerate(events)])
    assert state.cells["c"].memory_bytes == tuple(range(3, MEMORY_SAMPLES + 3))
    assert state.cells["c"].status is CellStatus.RUNNING
    assert set(state.cells) == {"c"}
