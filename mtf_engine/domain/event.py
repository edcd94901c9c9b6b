"""Events: append-only facts about a run. ``events.jsonl`` holds one JSON object a line, made from these.

On disk an event is ``{"seq": 12, "at": 1766494301.25, "event": "CellFinished", …fields}``: ``seq`` counts from 0
without gaps within a run, ``at`` is seconds since the epoch. Readers skip kinds and fields that they don't know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtf_engine.domain.cell import Cause


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """A coordinator took the lock: the first event of each process that carried the run."""

    pid: int
    host: str
    token: str
    """The lock's token: tells one owner from the next."""

    attempt: int
    """1 for the first coordinator, 2 for the one that resumed it, …"""


@dataclass(frozen=True, slots=True)
class RunRejected(Event):
    """The settings are wrong or the data don't fit them; nothing ran."""

    problems: tuple[Mapping[str, object], ...]
    """``{"message", "hint", "line", "key"}`` each."""


@dataclass(frozen=True, slots=True)
class DatasetProgressed(Event):
    """Bytes of a data set arrived. At most four a second."""

    dataset: str
    received: int
    total: int | None


@dataclass(frozen=True, slots=True)
class DatasetReady(Event):
    """A data set is verified and prepared."""

    dataset: str
    rows: int
    columns: int
    task: str
    target: str
    positive: str | int | float | bool | None
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatasetFailed(Event):
    """A remote data set could not be had; the run goes on without it."""

    dataset: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class PlanReady(Event):
    """plan.json is written; all cells are known."""

    cells: int
    workers: int
    models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoldPrepared(Event):
    """A fold's pipeline is fitted and its block is on disk for all models of that fold."""

    dataset: str
    pipeline: str
    fold: int
    seconds: float


@dataclass(frozen=True, slots=True)
class CellStarted(Event):
    """A worker took up a cell."""

    cell: str
    dataset: str
    pipeline: str
    model: str
    fold: int
    worker: int


@dataclass(frozen=True, slots=True)
class CellFinished(Event):
    """A cell's result is on disk."""

    cell: str
    dataset: str
    pipeline: str
    model: str
    fold: int
    fit_seconds: float
    predict_seconds: float
    peak_rss_bytes: int
    scores: Mapping[str, float | None] = field(default_factory=dict)
    """Fold scores of the plan's metrics, for live display; results.json is computed from the predictions."""


@dataclass(frozen=True, slots=True)
class CellReused(Event):
    """An equal cell of an earlier run already has the result."""

    cell: str
    dataset: str
    pipeline: str
    model: str
    fold: int
    scores: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CellFailed(Event):
    """A cell has no result: it failed, ran over its limits or was cancelled."""

    cell: str
    dataset: str
    pipeline: str
    model: str
    fold: int
    cause: Cause
    message: str
    seconds: float
    peak_rss_bytes: int
    hint: str | None = None
    output: str = ""
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class CellRequeued(Event):
    """A cell goes back into the queue: killed by ``pause --now``, retried, or resumed by hand."""

    cell: str
    reason: str


@dataclass(frozen=True, slots=True)
class MemoryMeasured(Event):
    """What running cells hold; told every two seconds of those whose share has changed by a twentieth."""

    cells: Mapping[str, int]
    """Cell id → bytes of private memory of its process tree."""


@dataclass(frozen=True, slots=True)
class RunPaused(Event):
    """No new cell is started from here on."""

    now: bool = False


@dataclass(frozen=True, slots=True)
class RunResumed(Event):
    """Cells are started again."""


@dataclass(frozen=True, slots=True)
class MetricsAdded(Event):
    """``mtf score`` added metrics that the settings don't name."""

    metrics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoringStarted(Event):
    """All cells have an outcome; scores and checks are computed."""


@dataclass(frozen=True, slots=True)
class RunFinished(Event):
    """All cells have an outcome and results.json is written."""

    exit_code: int
    best: Mapping[str, object] = field(default_factory=dict)
    """``{"dataset", "model", "metric", "estimate"}`` of the best score on the primary metric."""

    checks: Mapping[str, int] = field(default_factory=dict)
    """Verdict → how many."""

    cells: int = 0
    """Cells of the plan."""

    scored: int | None = None
    """Cells with a score; None in journals that don't count them here."""


@dataclass(frozen=True, slots=True)
class RunCancelled(Event):
    """Somebody ended the run; finished cells stay."""


@dataclass(frozen=True, slots=True)
class RunFailed(Event):
    """The run could not be carried out: no data set, disk full, lock lost."""

    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Logged(Event):
    """A line for people that a UI shows in its log; nothing parses it."""

    level: str
    message: str
    cell: str | None = None


EVENT_TYPES: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__subclasses__()}
"""Name on disk → type."""
