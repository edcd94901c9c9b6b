"""The state of a run, folded from its events: what UIs and the command line show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mtf_engine.domain.cell import Cause
from mtf_engine.errors import Problem


class RunStatus(StrEnum):
    """Derived from the journal and the lock, never stored."""

    STARTING = "starting"
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    SCORING = "scoring"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REJECTED = "rejected"
    INTERRUPTED = "interrupted"
    """The journal doesn't end and nobody holds the lock: the process is gone. ``mtf resume`` continues it."""

    @property
    def is_live(self) -> bool:
        """Whether a coordinator is at work (or paused)."""
        return self in _LIVE


_LIVE = {RunStatus.STARTING, RunStatus.PREPARING, RunStatus.RUNNING, RunStatus.PAUSED, RunStatus.SCORING}


SILENT_SECONDS = 15.0
"""Without a heartbeat for so long a run on another host may be gone: three beats are missing."""

LATE_SECONDS, LATE_TIMES = 5.0, 4.0
"""A running cell is overdue after the greater of these seconds and this many times the longest of its kind."""

STALE_SECONDS = 60.0
"""How long other hosts wait for the next heartbeat before they take over."""

MEMORY_SAMPLES = 7
"""Measurements of a running cell that a state keeps."""


class CellStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    REUSED = "reused"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """Taken out of the run by itself; ``resume --cell`` puts it back."""


_SCORED = frozenset({CellStatus.FINISHED, CellStatus.REUSED})
_OVER = _SCORED | {CellStatus.FAILED, CellStatus.CANCELLED}


@dataclass(frozen=True, slots=True)
class CellState:
    """One cell, as the journal tells of it so far."""

    cell: str
    dataset: str
    pipeline: str
    model: str
    fold: int
    status: CellStatus
    started: float | None = None
    """Seconds since the epoch."""
    seconds: float | None = None
    cause: Cause | None = None
    message: str | None = None
    hint: str | None = None
    peak_rss_bytes: int | None = None
    memory_bytes: tuple[int, ...] = ()
    """What it held when that was last measured, oldest first, at most `MEMORY_SAMPLES`."""
    worker: int | None = None
    scores: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DatasetState:
    """One data set: how much of it has arrived, and what was found in it."""

    name: str
    received: int = 0
    total: int | None = None
    rows: int | None = None
    columns: int | None = None
    task: str | None = None
    target: str | None = None
    error: str | None = None
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunState:
    """Immutable: each event gives the next one."""

    id: str
    status: RunStatus = RunStatus.STARTING
    attempt: int = 0
    seq: int = -1
    """Of the last event folded in."""

    started: float | None = None
    """Seconds since the epoch, of the first attempt."""

    updated: float | None = None
    finished: float | None = None
    exit_code: int | None = None
    workers: int = 0
    total_cells: int = 0
    cells: Mapping[str, CellState] = field(default_factory=dict)
    """Cell id → state, for cells that were started, reused or failed."""

    datasets: Mapping[str, DatasetState] = field(default_factory=dict)
    problems: tuple[Mapping[str, object], ...] = ()
    """Of a rejected run."""

    error: str | None = None
    hint: str | None = None
    best: Mapping[str, object] = field(default_factory=dict)
    checks: Mapping[str, int] = field(default_factory=dict)
    log: tuple[str, ...] = ()
    """Last 200 lines for people."""

    host: str | None = None
    """Where the last attempt runs or ran."""

    silent: float | None = None
    """Seconds without a heartbeat when the run was last looked at; None where the kernel tells whether its process
    lives, and while nothing is known."""

    spent: float = 0.0
    """Seconds that earlier attempts took, from the start of each to the last that it wrote."""

    begun: float | None = None
    """Seconds since the epoch, of the last attempt."""

    @property
    def mistakes(self) -> tuple[Problem, ...]:
        """Why it was rejected: what is wrong with its settings or data; empty of any other run."""
        return tuple(
            Problem(
                str(told.get("message", "")),
                hint=_text(told.get("hint")),
                line=line if isinstance(line := told.get("line"), int) else None,
                key=_text(told.get("key")),
            )
            for told in self.problems
        )

    @property
    def is_silent(self) -> bool:
        """Whether its process has shown no sign of life for longer than it should."""
        return self.silent is not None and self.silent >= SILENT_SECONDS

    def elapsed(self, now: float) -> float | None:
        """Seconds that the run has been at work, the time between attempts left out.

        Parameters
        ----------
        now : float
            Seconds since the epoch; what a run that is over took does not depend on it.
        """
        if self.started is None:
            return None
        since = self.started if self.begun is None else self.begun
        return self.spent + max(0.0, (self.finished if self.finished is not None else now) - since)

    def count(self, status: CellStatus) -> int:
        """How many cells are in a status."""
        return sum(1 for cell in self.cells.values() if cell.status is status)

    @property
    def done(self) -> int:
        """Cells with an outcome: finished, reused, failed or cancelled."""
        return sum(1 for cell in self.cells.values() if cell.status in _OVER)

    @property
    def scored(self) -> int:
        """Cells with a score: finished or reused."""
        return sum(1 for cell in self.cells.values() if cell.status in _SCORED)

    def is_overdue(self, now: float) -> bool:
        """Whether a running cell takes far longer than any of its kind did, so that nobody knows how long it will.

        Parameters
        ----------
        now : float
            Seconds since the epoch.
        """
        longest: dict[tuple[str, str] | None, float] = {}
        for cell in self.cells.values():
            if cell.seconds is not None and (cell.status is CellStatus.FINISHED or cell.cause is Cause.TIMEOUT):
                for kind in ((cell.model, cell.dataset), None):
                    longest[kind] = max(longest.get(kind, 0.0), cell.seconds)
        for cell in self.cells.values():
            if cell.status is CellStatus.RUNNING and cell.started is not None:
                known = longest.get((cell.model, cell.dataset), longest.get(None, 0.0))
                if now - cell.started > max(LATE_SECONDS, LATE_TIMES * known):
                    return True
        return False


def _text(value: object) -> str | None:
    return None if value is None else str(value)
