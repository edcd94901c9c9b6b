"""Results of a run: the rows of results.json, typed. ``docs/reference/results.md`` explains each field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mtf_engine.domain.cell import Cause
from mtf_engine.domain.dataset import Label

RESULTS_VERSION = 1
LUCKY_FOLDS = "The folds agree by luck"
"""How the warning begins of an interval that is far narrower than its test rows allow."""


class Verdict(StrEnum):
    """The outcome of a check."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"
    NOT_RUN = "not_run"


class Severity(StrEnum):
    """What a failed check does to the exit code."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The run that the results are of."""

    id: str
    name: str
    status: str
    started: str | None
    """UTC, ISO 8601."""
    finished: str | None
    settings_sha256: str
    seed: int
    exit_code: int | None


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A data set as it was tested on."""

    name: str
    source: str
    sha256: str
    rows: int
    columns: int
    task: str
    target: str
    classes: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What a model is worth by one metric, on a data set or a slice of it."""

    dataset: str
    pipeline: str
    model: str
    metric: str
    greater_is_better: bool
    estimate: float | None
    low: float | None
    high: float | None
    confidence: float
    interval_method: str | None
    aggregation: str
    """``fold_mean`` or ``pooled``: which of the two the estimate is."""
    std: float | None
    """Sample standard deviation of the fold scores; None with fewer than two folds."""
    folds: tuple[float | None, ...]
    n_rows: int
    """Test rows behind the estimate, each counted once per prediction."""
    fold_mean: float | None
    pooled: float | None
    reason: str | None = None
    slice: Mapping[str, object] | None = None
    warnings: tuple[str, ...] = ()
    ordered: bool = True
    """Whether one end of the metric's range is better; False for signed errors, by which nothing is ranked."""


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """Two models on the same rows, by one metric: a minus b in the metric's own unit and sign."""

    dataset: str
    metric: str
    a: str
    b: str
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    p_adjusted: float | None
    method: str | None
    verdict: str
    """``a_better``, ``b_better``, ``equivalent`` or ``undecided``."""
    minimum_detectable_difference: float | None
    pipeline_a: str = "default"
    pipeline_b: str = "default"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The models' mean ranks over several data sets, by one metric."""

    metric: str
    models: tuple[str, ...]
    mean_ranks: tuple[float, ...]
    test: str
    statistic: float | None
    p_value: float | None
    critical_difference: float | None
    reason: str | None = None
    pipeline: str = "default"
    """Of all the models ranked."""
    datasets: tuple[str, ...] = ()
    """That were ranked on: those of one task."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """The verdict of a check."""

    code: str
    name: str
    severity: Severity
    verdict: Verdict
    dataset: str | None
    model: str | None
    message: str
    evidence: Mapping[str, object]
    rows_read: int
    rows_total: int
    docs: str
    pipeline: str | None = None
    counts: bool = True
    """Whether a verdict other than pass counts as a failure of the run (``on_inconclusive: warn`` clears it)."""


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A cell that has no result, and why."""

    cell: str
    dataset: str
    model: str
    fold: int
    cause: Cause
    message: str
    seconds: float
    peak_rss_bytes: int
    pipeline: str = "default"
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """What a model cost on a data set."""

    dataset: str
    pipeline: str
    model: str
    fit_seconds: float
    predict_seconds: float
    peak_rss_bytes: int


@dataclass(frozen=True, slots=True)
class Results:
    """All of results.json."""

    run: RunSummary
    datasets: tuple[DatasetRow, ...] = ()
    scores: tuple[Score, ...] = ()
    comparisons: tuple[ComparisonRow, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    checks: tuple[CheckRow, ...] = ()
    failures: tuple[FailureRow, ...] = ()
    timing: tuple[Timing, ...] = ()
    findings: tuple[str, ...] = field(default=())
    """What was noticed and decided about the data, one sentence each."""
    version: int = RESULTS_VERSION
