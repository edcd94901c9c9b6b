"""A finished run is summed up from the ends of its journal; any other as its whole journal says."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from mtf_engine.domain import event as ev
from mtf_engine.domain.cell import Cause
from mtf_engine.domain.run import RunStatus
from mtf_engine.runs import summary
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import EventWriter
from mtf_engine.runs.summary import Summary

BEGIN = (ev.RunStarted(7, "host", "t1", 1), ev.PlanReady(3, 2))
CELLS = (
    ev.CellStarted("c1", "iris", "default", "tree", 0, 1),
    ev.CellFinished("c1", "iris", "default", "tree", 0, 0.1, 0.2, 100, {"accuracy": 0.9}),
    ev.CellReused("c2", "iris", "default", "tree", 1),
    ev.CellFailed("c3", "iris", "default", "tree", 2, Cause.TIMEOUT, "too slow", 5.0, 10),
)
BEST = {"dataset": "iris", "model": "tree", "metric": "accuracy", "estimate": 0.9}
END = ev.RunFinished(3, BEST, {"pass": 2}, cells=3, scored=2)
OLD_END = ev.RunFinished(3, BEST, {"pass": 2})
OVER = Summary(RunStatus.FINISHED, 1000.0, 2, 3, 3, BEST, {"pass": 2})


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    return RunDirectory(tmp_path)


def write(run: RunDirectory, *events: ev.Event) -> None:
    writer = EventWriter(run.events)
    for number, event in enumerate(events):
        writer.append(event, at=1000.0 + number)
    writer.close()


def test_the_end_tells_what_the_whole_journal_tells(run: RunDirectory) -> None:
    write(run, *BEGIN, *CELLS, END)
    assert summary.read(run) == OVER


def test_only_the_ends_are_read(run: RunDirectory) -> None:
    write(run, *BEGIN, END)
    assert summary.read(run) == OVER, "no event tells of a cell"


def test_an_older_journal_is_counted_whole(run: RunDirectory) -> None:
    write(run, *BEGIN, *CELLS, OLD_END)
    assert summary.read(run) == OVER


@pytest.mark.parametrize("after", [ev.MetricsAdded(("mcc",)), ev.Logged("info", "x" * 3000)])
def test_what_follows_the_end_is_passed_over(run: RunDirectory, after: ev.Event) -> None:
    write(run, *BEGIN, END, after)
    assert summary.read(run) == OVER


def test_an_end_out_of_reach_is_found_by_the_whole_journal(run: RunDirectory) -> None:
    write(run, *BEGIN, *CELLS, END, *(ev.Logged("info", "x" * 3000) for _ in range(5)))
    assert summary.read(run) == OVER


def test_a_line_that_was_cut_off_is_no_end(run: RunDirectory) -> None:
    write(run, *BEGIN, *CELLS, END)
    run.events.write_bytes(run.events.read_bytes()[:-1])
    assert summary.read(run) == Summary(RunStatus.INTERRUPTED, 1000.0, 2, 3, None, {}, {})


def test_a_run_that_was_taken_up_again_has_not_finished(run: RunDirectory) -> None:
    write(run, *BEGIN, *CELLS, END, ev.RunStarted(8, "host", "t2", 2))
    assert summary.read(run).status is RunStatus.INTERRUPTED


@pytest.mark.parametrize(
    ("event", "status", "code"),
    [
        (ev.RunCancelled(), RunStatus.CANCELLED, 130),
        (ev.RunFailed("disk full"), RunStatus.FAILED, 4),
        (ev.RunRejected(()), RunStatus.REJECTED, 2),
    ],
)
def test_other_ends(run: RunDirectory, event: ev.Event, status: RunStatus, code: int) -> None:
    write(run, *BEGIN, *CELLS, event)
    assert summary.read(run) == Summary(status, 1000.0, 2, 3, code, {}, {})


def test_a_run_without_a_journal_is_not_finished(run: RunDirectory) -> None:
    assert summary.read(run) == Summary(RunStatus.INTERRUPTED, None, 0, 0, None, {}, {})


def test_a_field_from_the_future_does_no_harm(run: RunDirectory) -> None:
    write(run, *BEGIN)
    end = {"seq": 2, "at": 1002.0, "event": "RunFinished", **msgspec.to_builtins(END), "colour": "red"}
    with run.events.open("ab") as journal:
        journal.write(msgspec.json.encode(end) + b"\n")
    assert summary.read(run) == OVER
