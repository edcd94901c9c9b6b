"""The mailbox keeps order and waits for its reader."""

from __future__ import annotations

from pathlib import Path

from mtf_engine.domain import event as ev
from mtf_engine.domain.run import RunStatus
from mtf_engine.runs import control
from mtf_engine.runs import state as states
from mtf_engine.runs.control import ControlRequest, Verb
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import EventWriter
from mtf_engine.storage import lock


def test_requests_wait_in_order_until_settled(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    asked = [ControlRequest(Verb.PAUSE, now=True), ControlRequest(Verb.RESUME, cell="abc"), ControlRequest(Verb.CANCEL)]
    for request in asked:
        control.post(run, request)
    letters = control.pending(run)
    assert [letter.request for letter in letters] == asked
    control.settle(letters[0])
    assert [letter.request for letter in control.pending(run)] == asked[1:]


def test_an_empty_or_absent_mailbox_has_nothing(tmp_path: Path) -> None:
    assert control.pending(RunDirectory(tmp_path)) == ()


def test_junk_is_thrown_out(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    run.control.mkdir()
    (run.control / "0-x.json").write_bytes(b'{"verb": "explode"}')
    (run.control / ".tmp-1.json").write_bytes(b"half")
    assert control.pending(run) == ()
    assert not (run.control / "0-x.json").exists()


def test_a_new_start_withdraws_an_old_cancel_but_not_of_cells(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    control.post(run, ControlRequest(Verb.CANCEL))
    control.post(run, ControlRequest(Verb.CANCEL, cell="c"))
    control.post(run, ControlRequest(Verb.PAUSE))
    control.withdraw_cancel(run)
    assert [letter.request.verb.value for letter in control.pending(run)] == ["cancel", "pause"]


def test_a_run_that_nobody_carries_is_cancelled_at_once(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    writer = EventWriter(run.events)
    writer.append(ev.RunStarted(1, "h", "t", 1))
    writer.close()
    assert states.read(run).status is RunStatus.INTERRUPTED
    control.cancel(run)
    assert states.read(run).status is RunStatus.CANCELLED
    assert control.pending(run) == ()
    control.cancel(run, "some-cell")
    assert len(control.pending(run)) == 1


def test_a_run_that_somebody_carries_finds_the_request(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    writer = EventWriter(run.events)
    writer.append(ev.RunStarted(1, "h", "t", 1))
    writer.close()
    held = lock.acquire(run.lock)
    control.cancel(run)
    assert states.read(run).status is RunStatus.PREPARING
    assert [letter.request.verb for letter in control.pending(run)] == [Verb.CANCEL]
    held.release()


def test_what_was_asked_before_a_cancel_goes_with_it(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    for verb in (Verb.PAUSE, Verb.CANCEL, Verb.RESUME):
        control.post(run, ControlRequest(verb))
    control.post(run, ControlRequest(Verb.PAUSE, cell="c"))
    control.withdraw_cancel(run)
    assert [letter.request.verb for letter in control.pending(run)] == [Verb.RESUME, Verb.PAUSE]
    control.withdraw_all(run)
    assert [letter.request.cell for letter in control.pending(run)] == ["c"]
