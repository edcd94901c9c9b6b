"""Events fold into one state, however they are cut into batches."""

from __future__ import annotations

import os
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtf_engine.api import RunHandle
from mtf_engine.cli.headline import headline
from mtf_engine.domain import event as ev
from mtf_engine.domain.cell import Cause
from mtf_engine.domain.run import RunState, RunStatus
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import EventWriter, Follower, Recorded, decode, encode
from mtf_engine.storage import lock

CELL = ("c1", "iris", "default", "tree", 0)
STORY: tuple[ev.Event, ...] = (
    ev.RunStarted(7, "host", "t1", 1),
    ev.DatasetProgressed("iris", 10, 20),
    ev.DatasetReady("iris", 150, 4, "multiclass", "target", None, ("shown",)),
    ev.DatasetFailed("far", "no route"),
    ev.PlanReady(4, 2),
    ev.CellStarted(*CELL, worker=1),
    ev.CellFinished(*CELL, 0.1, 0.2, 100, {"accuracy": 0.9, "f1": None}),
    ev.CellReused("c2", "iris", "default", "tree", 1, {"accuracy": 0.8}),
    ev.CellStarted("c3", "iris", "default", "bad", 0, 2),
    ev.CellFailed("c3", "iris", "default", "bad", 0, Cause.TIMEOUT, "too slow", 5.0, 10, "raise the limit"),
    ev.CellFailed("c4", "iris", "default", "bad", 1, Cause.CANCELLED, "cancelled", 0.0, 0),
    ev.RunPaused(),
    ev.RunResumed(),
    ev.Logged("info", "hello"),
    ev.ScoringStarted(),
    ev.RunFinished(3, {"model": "tree"}, {"pass": 2}),
)


def record(events: tuple[ev.Event, ...]) -> list[Recorded]:
    return [Recorded(seq, 1000.0 + seq, event) for seq, event in enumerate(events)]


def test_the_whole_story() -> None:
    state = states.fold(RunState("r"), record(STORY))
    assert state.status is RunStatus.FINISHED
    assert (state.exit_code, state.attempt, state.total_cells, state.workers) == (3, 1, 4, 2)
    assert (state.started, state.finished) == (1000.0, 1015.0)
    assert {cell.cell: cell.status.value for cell in state.cells.values()} == {
        "c1": "finished",
        "c2": "reused",
        "c3": "failed",
        "c4": "cancelled",
    }
    assert state.cells["c1"].worker == 1
    assert state.cells["c1"].scores == {"accuracy": 0.9, "f1": None}
    assert state.cells["c3"].hint == "raise the limit"
    assert state.datasets["iris"].rows == 150
    assert state.datasets["iris"].received == 10
    assert state.datasets["far"].error == "no route"
    assert state.log == ("info: hello",)
    assert state.done == 4
    assert states.cancelled_singly(state) == {"c4"}


@given(st.lists(st.integers(0, len(STORY)), max_size=4))
def test_batches_make_no_difference_and_nothing_counts_twice(cuts: list[int]) -> None:
    whole = record(STORY)
    state = RunState("r")
    for cut in (*sorted(cuts), len(whole)):
        state = states.fold(state, whole[:cut])
    assert state == states.fold(RunState("r"), whole)


def test_a_new_attempt_tries_failed_cells_again_and_keeps_the_rest() -> None:
    events = (*STORY[:11], ev.CellStarted("c5", "iris", "default", "tree", 2, 1), ev.RunStarted(8, "host", "t2", 2))
    state = states.fold(RunState("r"), record(events))
    assert set(state.cells) == {"c1", "c2", "c4"}
    assert state.status is RunStatus.PREPARING
    assert state.attempt == 2
    assert state.started == 1000.0


def test_time_between_attempts_is_not_the_runs() -> None:
    first = [Recorded(0, 1000.0, ev.RunStarted(1, "h", "t", 1)), Recorded(1, 1040.0, ev.RunFinished(3))]
    later = [
        Recorded(2, 9000.0, ev.RunStarted(2, "gpu-1", "u", 2)),
        Recorded(3, 9005.0, ev.PlanReady(1, 1)),
        Recorded(4, 9010.0, ev.RunStarted(3, "gpu-2", "v", 3)),
    ]
    assert states.fold(RunState("r"), first).elapsed(5000.0) == 40.0
    whole = states.fold(RunState("r"), (*first, *later))
    assert whole == states.fold(states.fold(RunState("r"), first), later)
    assert (whole.started, whole.host) == (1000.0, "gpu-2")
    assert whole.elapsed(9012.0) == 40.0 + 5.0 + 2.0, "an attempt that was cut off lasted until its last word"
    ended = states.fold(whole, [Recorded(5, 9020.0, ev.RunFinished(0))])
    assert ended.elapsed(20_000.0) == 40.0 + 5.0 + 10.0


def test_a_pause_outlives_its_process() -> None:
    events = (ev.RunStarted(1, "h", "t", 1), ev.PlanReady(1, 1), ev.RunPaused(), ev.RunStarted(2, "h", "u", 2))
    state = states.fold(RunState("r"), record((*events, ev.PlanReady(1, 1))))
    assert state.status is RunStatus.PAUSED
    assert states.fold(state, [Recorded(5, 0.0, ev.RunResumed())]).status is RunStatus.RUNNING


@pytest.mark.parametrize(
    ("event", "status", "code"),
    [
        (ev.RunRejected(({"message": "no such metric"},)), RunStatus.REJECTED, 2),
        (ev.RunCancelled(), RunStatus.CANCELLED, 130),
        (ev.RunFailed("disk full"), RunStatus.FAILED, 4),
    ],
)
def test_ends(event: ev.Event, status: RunStatus, code: int) -> None:
    state = states.fold(RunState("r"), record((ev.RunStarted(1, "h", "t", 1), event)))
    assert (state.status, state.exit_code) == (status, code)


@pytest.mark.parametrize("event", [ev.RunCancelled(), ev.RunFailed("disk full")])
def test_nothing_runs_in_a_run_that_is_over(event: ev.Event) -> None:
    running = states.fold(RunState("r"), record((ev.RunStarted(1, "h", "t", 1), ev.CellStarted(*CELL, worker=1))))
    assert set(running.cells) == {"c1"}
    assert not states.fold(running, [Recorded(2, 0.0, event)]).cells
    assert not states.as_seen(running, None).cells


def test_a_journal_that_does_not_end_needs_a_live_owner(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    writer = EventWriter(run.events)
    writer.append(ev.RunStarted(1, "h", "t", 1))
    assert states.read(run).status is RunStatus.INTERRUPTED
    held = lock.acquire(run.lock)
    assert states.read(run).status is RunStatus.PREPARING
    held.release()
    writer.append(ev.RunFinished(0))
    assert states.read(run).status is RunStatus.FINISHED
    writer.close()


def test_the_heartbeat_of_another_host_is_all_that_tells(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    writer = EventWriter(run.events)
    writer.append(ev.RunStarted(1, "gpu-1", "t", 1))
    owner = lock.Owner("t", 1, "then", "another", "gpu-1")
    for silence, status in ((2.0, RunStatus.PREPARING), (35.0, RunStatus.PREPARING), (90.0, RunStatus.INTERRUPTED)):
        run.lock.write_bytes(msgspec.json.encode(owner))
        beat = time.time() - silence
        os.utime(run.lock, (beat, beat))
        for state in (states.read(run), next(RunHandle(run).updates()).state):
            assert (state.status, state.host) == (status, "gpu-1")
            assert state.silent is not None
            assert silence - 1 < state.silent < silence + 30
            assert state.is_silent is (silence > 15)
    run.lock.unlink()
    held = lock.acquire(run.lock)
    assert states.read(run).silent is None, "on one host the kernel tells"
    held.release()
    writer.close()


def test_an_owner_that_ends_the_run_while_it_is_read_did_not_leave_it_interrupted(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    writer = EventWriter(run.events)
    writer.append(ev.RunStarted(1, "h", "t", 1))
    before = states.fold(RunState(run.id), Follower(run.events).read())
    writer.append(ev.RunFinished(0))
    writer.close()
    assert states.with_status(run, before).status is RunStatus.FINISHED


@pytest.mark.parametrize("event", STORY, ids=lambda event: type(event).__name__)
def test_events_survive_the_disk(event: ev.Event) -> None:
    assert decode(encode(Recorded(3, 1.5, event))) == Recorded(3, 1.5, event)


def test_unknown_kinds_and_fields_are_passed_over() -> None:
    assert decode(b'{"seq":0,"at":1.0,"event":"FromTheFuture","x":1}') is None
    assert decode(b"no json") is None
    known = decode(b'{"seq":0,"at":1.0,"event":"RunFinished","exit_code":0,"new_field":[1]}')
    assert known == Recorded(0, 1.0, ev.RunFinished(0))


def test_a_writer_counts_on_after_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    first = EventWriter(path)
    first.append(ev.RunPaused())
    first.close()
    with path.open("ab") as file:
        file.write(b'{"seq":1,"at":1.0,"event":"RunRes')
    second = EventWriter(path)
    assert second.append(ev.RunResumed()).seq == 1
    second.close()
    assert [entry.seq for entry in Follower(path).read()] == [0, 1]


def test_the_end_is_not_near_while_a_model_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = (STORY[0], ev.PlanReady(3, 1), ev.CellStarted(*CELL, worker=1), ev.CellFinished(*CELL, 2.0, 1.0, 100))
    hangs = ("c2", "iris", "default", "hangs", 0)

    def said(*events: ev.Event, at: float) -> str:
        monkeypatch.setattr(time, "time", lambda: at)
        return headline(states.fold(RunState("r"), record(begun + events)))

    assert "1 of 3 cells, about 6 s left" in said(ev.CellStarted(*hangs, worker=1), at=1008.0)
    assert "1 of 3 cells, time left unknown" in said(ev.CellStarted(*hangs, worker=1), at=1017.0)
    stopped = (
        ev.CellStarted(*hangs, worker=1),
        ev.CellFailed(*hangs, Cause.TIMEOUT, "too slow", 60.0, 10),
        ev.CellStarted("c3", "iris", "default", "hangs", 1, 1),
    )
    assert "unknown" not in said(*stopped, at=1100.0), "its kind took as long before"
    over = (*stopped, ev.CellFailed("c3", "iris", "default", "hangs", 1, Cause.TIMEOUT, "too slow", 60.0, 10))
    assert said(*over, at=1100.0).startswith("Running: 3 of 3 cells, 2 failed, elapsed")


def test_an_ended_run_is_told_by_its_scored_cells() -> None:
    story = (*STORY[:1], ev.PlanReady(3, 1), ev.CellStarted(*CELL, worker=1), ev.CellFinished(*CELL, 2.0, 1.0, 100))
    lost = ("c2", "iris", "default", "breaks", 0)
    broken = (ev.CellStarted(*lost, worker=1), ev.CellFailed(*lost, Cause.EXCEPTION, "no", 1.0, 10))
    taken = ev.CellFailed("c3", "iris", "default", "breaks", 1, Cause.CANCELLED, "cancelled", 1.0, 10)
    state = states.fold(RunState("r"), record((*story, *broken, taken, ev.RunFinished(3))))
    assert headline(state) == "Finished: 1 of 3 cells, 1 failed, 1 cancelled"
