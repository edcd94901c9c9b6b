"""Cells: the unit of work, cache, resume, cancel and failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

CELL_SCHEMA = 1
"""Part of every cell's id: raise it when the same inputs would give other predictions or another file layout."""


class Cause(StrEnum):
    """Why a cell has no result."""

    EXCEPTION = "exception"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Cell:
    """Data set × pipeline × model × fold × seed, by name and position."""

    id: str
    """32 hexadecimal digits: a hash of all that decides the predictions."""

    dataset: str
    pipeline: str
    model: str
    fold: int
    """Position in the splitter's order, from 0; repeats stand one after the other."""


@dataclass(frozen=True, slots=True)
class CellResult:
    """What a finished cell measured; its predictions stand beside it in Parquet."""

    cell: str
    fit_seconds: float
    predict_seconds: float
    peak_rss_bytes: int
    """Peak private memory of the process while the cell ran."""

    n_train: int
    n_test: int
    predictions_sha256: str
    """Of ``predictions.parquet``, checked when it is read."""

    predictions_size: int
    warnings: tuple[str, ...] = ()
    """Distinct warnings of fit and predict, first 20."""

    output: str = ""
    """What fit and predict printed, made safe, at most 1 MB."""

    scores: Mapping[str, float | None] = field(default_factory=dict)
    """Fold scores of the plan's metrics, for live display where the cell is reused; results.json is computed from the
    predictions."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one cell has no result: a row of the results, not an end of the run."""

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
class FoldValue:
    """One metric on one fold."""

    value: float | None
    reason: str | None = None
    """Why the value is undefined; None when it is not."""


FoldScores = Mapping[str, FoldValue]
"""Metric name → value, for one cell."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one cell may use."""

    seconds: float | None = None
    memory_bytes: int | None = None
    threads: int = 1
    retries: int = field(default=0)
