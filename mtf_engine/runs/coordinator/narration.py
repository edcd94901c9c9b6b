"""Events in words, for the log: what the journal tells programs, run.log tells people."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from mtf_engine.domain import event as ev

_Cell = ev.CellStarted | ev.CellFinished | ev.CellReused | ev.CellFailed


@dataclass(frozen=True, slots=True)
class LogLine:
    """What the log says of an event."""

    level: int
    text: str


def narrate(event: ev.Event) -> LogLine | None:
    """Put an event into words; None for one that people need not read.

    Examples
    --------
    >>> narrate(ev.RunPaused()).text
    'paused'
    """
    match event:
        case ev.CellStarted() | ev.CellFinished() | ev.CellReused() | ev.CellFailed():
            return _narrate_cell(event)
        case ev.DatasetReady():
            return _info(
                f"{event.dataset}: {event.rows} rows, {event.columns} features, {event.task} of {event.target}"
            )
        case ev.DatasetFailed():
            return LogLine(logging.WARNING, f"{event.dataset}: {event.message}")
        case ev.PlanReady():
            return _info(f"{event.cells} cells for {event.workers} workers")
        case ev.FoldPrepared():
            return LogLine(logging.DEBUG, f"{event.dataset}: fold {event.fold} prepared in {event.seconds:.3f} s")
        case ev.CellRequeued():
            return _info(f"cell {event.cell} waits again: {event.reason}")
        case ev.RunRejected():
            return LogLine(logging.ERROR, f"rejected: {len(event.problems)} problems")
        case ev.RunPaused():
            return _info("paused")
        case ev.RunResumed():
            return _info("resumed")
        case ev.ScoringStarted():
            return _info("scoring")
        case ev.RunFinished():
            return _info(f"finished with exit code {event.exit_code}")
        case ev.RunCancelled():
            return LogLine(logging.WARNING, "cancelled")
        case ev.RunFailed():
            return LogLine(logging.ERROR, event.message)
        case ev.Logged():
            return LogLine(logging.getLevelNamesMapping()[event.level.upper()], event.message)
    return None


def _narrate_cell(event: _Cell) -> LogLine:
    where = f"{event.model} on {event.dataset}, {event.pipeline}, fold {event.fold}"
    match event:
        case ev.CellFailed():
            return LogLine(logging.WARNING, f"{where}: {event.cause}: {event.message}")
        case ev.CellFinished():
            return LogLine(
                logging.DEBUG, f"{where}: fit {event.fit_seconds:.3f} s, predict {event.predict_seconds:.3f} s"
            )
        case ev.CellReused():
            return LogLine(logging.DEBUG, f"{where}: reused")
    return LogLine(logging.DEBUG, f"{where}: started by worker {event.worker}")


def _info(text: str) -> LogLine:
    return LogLine(logging.INFO, text)
