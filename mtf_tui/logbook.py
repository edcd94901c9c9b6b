"""The live log: events as lines for people, bounded, filtered by level and text."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain import event as events
from mtf_engine.domain.cell import Cause
from mtf_tui.text import LINE_LIMIT, own, safe
from mtf_tui.themes import Look

KEPT = 5_000
LEVELS = ("debug", "info", "warning", "error")
_SHOWN = {"debug": "DEBUG", "info": "INFO", "warning": "WARN", "error": "ERROR", "critical": "ERROR"}


NO_PLACES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line."""

    at: float
    """Seconds since the epoch."""

    level: str
    message: str
    """As the engine gave it; made safe when it is shown."""

    cell: str | None = None


class Logbook:
    """The newest lines of a run's log, with a level below which they are not shown."""

    def __init__(self, kept: int = KEPT) -> None:
        self._lines: deque[LogLine] = deque(maxlen=kept)
        self._places: dict[str, str] = {}
        """Cell → its model, data set and fold, for events that only have its id."""

        self.total = 0
        """Lines that ever came; those beyond `kept` are only in run.log."""

    def extend(self, lines: Iterable[LogLine]) -> None:
        """Add lines, newest last."""
        for line in lines:
            self._lines.append(line)
            self.total += 1

    def take(self, happened: Sequence[tuple[float, events.Event]], primary: Mapping[str, str]) -> None:
        """Add the lines of events; of a flood that cannot be kept, the early ones are only counted."""
        kept = self._lines.maxlen or len(happened)
        early, late = happened[:-kept], happened[-kept:]
        self.total += sum(
            1 if isinstance(event, events.Logged) else len(lines_of(at, event, primary)) for at, event in early
        )
        for at, event in late:
            if isinstance(event, events.CellStarted | events.CellFailed):
                self._places[event.cell] = _place(event)
            self.extend(lines_of(at, event, primary, self._places))

    @property
    def skipped(self) -> int:
        """Lines that are no longer kept."""
        return self.total - len(self._lines)

    def shown(self, level: str, needle: str = "", *, until: int | None = None) -> list[LogLine]:
        """Lines of at least a level that contain a text, whatever its case.

        Parameters
        ----------
        level : str
            The least level.
        needle : str
            The text.
        until : int, optional
            Leave out those that came after so many had come.
        """
        least = LEVELS.index(level) if level in LEVELS else 0
        found = needle.casefold()
        later = 0 if until is None else max(0, self.total - until)
        return [
            line
            for line in islice(self._lines, max(0, len(self._lines) - later))
            if _rank(line.level) >= least and (not found or found in line.message.casefold())
        ]


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS) - 1 if level == "critical" else 1


def paint_line(line: LogLine, look: Look) -> Text:
    """``14:31:12 ERROR svr_rbf · diabetes · fold 2 failed: ValueError``."""
    tokens = look.tokens
    style = {2: f"bold {tokens.warn}", 3: f"bold {tokens.fail}"}.get(_rank(line.level), tokens.muted)
    level = _SHOWN.get(line.level, safe(line.level.upper(), limit=5).plain)
    return own(
        (f"{numbers.clock(line.at)} ", tokens.muted), (f"{level:<6}", style), safe(line.message, limit=LINE_LIMIT)
    )


def lines_of(
    at: float, event: events.Event, primary: Mapping[str, str], places: Mapping[str, str] = NO_PLACES
) -> tuple[LogLine, ...]:
    """Say an event in words; events that the screen shows otherwise have none.

    Parameters
    ----------
    at : float
        Seconds since the epoch.
    event : Event
        What happened.
    primary : mapping
        Data set → primary metric, for the score that a finished cell is logged with.
    places : mapping
        Cell → what it is called, as far as that was told.
    """
    match event:
        case events.Logged(level=level, message=message, cell=cell):
            return (LogLine(at, level.lower(), message, cell),)
        case events.CellStarted(cell=cell):
            return (LogLine(at, "info", f"{_place(event)} started", cell),)
        case events.CellFinished(cell=cell, scores=scores) | events.CellReused(cell=cell, scores=scores):
            return (LogLine(at, "info", f"{_place(event)} {_scored(event, scores, primary)}", cell),)
        case events.CellFailed(cell=cell, cause=Cause.CANCELLED):
            return (LogLine(at, "warning", f"{_place(event)} cancelled", cell),)
        case events.CellFailed(cell=cell, cause=cause, message=message):
            return (LogLine(at, "error", f"{_place(event)} failed ({cause.value}): {message}", cell),)
        case events.CellRequeued(cell=cell, reason=reason):
            return (LogLine(at, "info", f"{places.get(cell, 'a cell')} waits again: {reason}", cell),)
        case _:
            return _of_run(at, event)


def _of_run(at: float, event: events.Event) -> tuple[LogLine, ...]:
    level, message = "info", ""
    match event:
        case events.RunStarted(attempt=attempt):
            message = "run started" if attempt == 1 else f"run continues, attempt {attempt}"
        case events.DatasetReady(dataset=name, rows=rows, columns=columns):
            message = f"{name} read: {numbers.count(rows)} × {numbers.count(columns)}, verified"
        case events.DatasetFailed(dataset=name, message=reason):
            level, message = "error", f"{name} could not be had: {reason}"
        case events.PlanReady(cells=cells, workers=workers):
            message = f"{numbers.plural(cells, 'cell')} planned on {numbers.plural(workers, 'worker')}"
        case events.FoldPrepared(dataset=name, fold=fold, seconds=seconds):
            message = f"pipeline of {name} fold {fold + 1} fitted: {numbers.duration(seconds)}"
        case events.RunPaused():
            message = "paused"
        case events.RunResumed():
            message = "goes on"
        case events.ScoringStarted():
            message = "all cells are done; scoring"
        case events.RunFinished(exit_code=code):
            message = f"finished, exit code {code}"
        case events.RunCancelled():
            level, message = "warning", "cancelled"
        case events.RunFailed(message=reason):
            level, message = "error", reason
        case _:
            return ()
    return (LogLine(at, level, message),)


_CellEvent = events.CellStarted | events.CellFinished | events.CellReused | events.CellFailed


def _place(event: _CellEvent) -> str:
    return f"{event.model} · {event.dataset} · fold {event.fold + 1}"


def _scored(event: events.Event, scores: Mapping[str, float | None], primary: Mapping[str, str]) -> str:
    reused = "reused " if isinstance(event, events.CellReused) else ""
    name = primary.get(getattr(event, "dataset", ""))
    value = scores.get(name) if name else next(iter(scores.values()), None)
    return f"{reused}{numbers.fixed(value, 3, bounds=())}" if value is not None else f"{reused}finished"
