"""The life of a run: prepare, hand out cells, publish what comes back, score, end.

One thread does everything that writes. It never waits longer than a tenth of a second without a look at the mailbox.
"""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

from mtf_engine import environment
from mtf_engine.domain.event import PlanReady, RunCancelled, RunFailed, RunRejected
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.run import RunStatus
from mtf_engine.errors import MTFError, Problem, RunLocked, SettingsError
from mtf_engine.runs import control
from mtf_engine.runs.coordinator import disk, ending, logs
from mtf_engine.runs.coordinator.cells import CellRunner
from mtf_engine.runs.coordinator.mailbox import Cancelled, Mailbox, Stopped
from mtf_engine.runs.coordinator.preparation import make_plan
from mtf_engine.runs.coordinator.session import Session
from mtf_engine.storage import atomic, paths

CANCELLED = 130
NOT_CARRIED_OUT = 4
REJECTED = 2
STOPPED = 143

_log = logging.getLogger("mtf.run")


def carry(session: Session) -> int:
    """Carry a run from where it is to its end.

    Parameters
    ----------
    session : Session
        The run, taken; it is closed at the end.

    Returns
    -------
    int
        Exit code.
    """
    mailbox = Mailbox(session.directory, paused=session.state.status is RunStatus.PAUSED)
    scratch = paths.scratch(session.directory.id)
    try:
        mailbox.listen_to_signals()
        return _carry(session, mailbox, scratch)
    except RunLocked as error:
        _log.error("%s %s", error.message, error.hint)
        return NOT_CARRIED_OUT
    finally:
        atomic.remove_directory(scratch)
        session.close()


def _carry(session: Session, mailbox: Mailbox, scratch: Path) -> int:
    """Map everything that can end a run to its last event."""
    try:
        logs.configure(session.directory)
        atomic.remove_directory(scratch)
        scratch.mkdir(parents=True)
        plan = _prepare(session, mailbox)
        CellRunner(session, mailbox, plan, scratch).run()
        atomic.remove_directory(scratch)
        code = ending.finish(session, mailbox, plan)
        control.withdraw_all(session.directory)
        return code
    except SettingsError as error:
        session.journal(RunRejected(tuple(_problem(problem) for problem in error.problems)))
        return REJECTED
    except Cancelled:
        session.journal(RunCancelled())
        control.withdraw_cancel(session.directory)
        return CANCELLED
    except Stopped as error:
        session.tell(f"stopped by {error}; the run can be resumed", level="warning")
        return STOPPED
    except RunLocked:
        raise
    except Exception as error:
        _log.error("%s", traceback.format_exc())
        atomic.remove_directory(scratch)  # on a full disk, this makes room for the last event
        session.journal(failure_of(error))
        return NOT_CARRIED_OUT


def _prepare(session: Session, mailbox: Mailbox) -> Plan:
    request = session.directory.read_request()
    plan = make_plan(session, mailbox, request)
    cells = len(plan.different_cells)
    session.journal(
        PlanReady(
            cells=cells,
            workers=min(cells, request.workers or plan.resolved.workers or environment.cpu_count()),
            models=tuple(model.name for model in plan.resolved.models),
            datasets=tuple(entry.dataset.name for entry in plan.datasets),
        )
    )
    return plan


def _problem(problem: Problem) -> dict[str, object]:
    return {"message": problem.message, "hint": problem.hint, "line": problem.line, "key": problem.key}


def failure_of(error: Exception) -> RunFailed:
    """Say why a run could not be carried out, and what to do about it."""
    if isinstance(error, MTFError):
        return RunFailed(error.message, error.hint)
    if isinstance(error, OSError) and disk.is_full(error):
        where = error.filename2 or error.filename or paths.cache()
        return RunFailed(
            f"The disk is full: {where} could not be written ({error.strerror or error}).",
            "Make room (`mtf cache prune` removes what can be made again), then run the same command: it continues.",
        )
    if isinstance(error, OSError):
        return RunFailed(f"The run's files cannot be used: {error}.", "Mend this, then run the same command again.")
    return RunFailed(
        f"The engine failed: {type(error).__name__}: {error}.", "This is a defect of MTF; run.log has the details."
    )
