"""What is computed from stored predictions when a screen asks for it: curves, confusions, row by row, tables of rows.

None of it is in results.json. The helper process (`mtf_engine.session`, method ``view``) makes these values; a user
interface reads them. A series has at most 256 points, a number is finite, and where there is none a reason is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mtf_engine.domain.dataset import Label

MAX_POINTS = 256
"""Points of a series."""

CellValue = str | int | float | bool | None
"""A cell of a table; None is a missing one."""


class ViewKind(StrEnum):
    """What can be asked for, by task."""

    ROC = "roc"
    """Classification; multiclass as one class against the rest."""
    PR = "pr"
    """Likewise."""
    GAIN = "gain"
    """Likewise."""
    LIFT = "lift"
    """Likewise."""
    KS = "ks"
    """Likewise."""
    SCORE_HISTOGRAM = "score_histogram"
    """Likewise."""
    THRESHOLD = "threshold"
    """Binary, with probabilities."""
    CONFUSION = "confusion"
    """Classification."""
    CLASS_RECALL = "class_recall"
    """Classification."""
    PREDICTED_ACTUAL = "predicted_actual"
    """Regression."""
    RESIDUALS = "residuals"
    """Regression."""
    RESIDUAL_HISTOGRAM = "residual_histogram"
    """Regression."""
    QQ = "qq"
    """Regression."""
    VERSUS = "versus"
    """Two models."""
    ROW_BY_ROW = "row_by_row"
    """Two models; a part of ``versus`` that needs no intervals."""
    ROWS = "rows"
    """A page of rows, chosen by ``options``."""


@dataclass(frozen=True, slots=True)
class CurveSeries:
    """One model's curve."""

    model: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    pipeline: str = "default"
    low: tuple[float, ...] | None = None
    """Lower end of the band at each x."""
    high: tuple[float, ...] | None = None
    value: float | None = None
    """What the legend shows, such as the area under the curve."""
    label: str = ""
    """What the series is, where a model has several: a class, ``precision``."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """A model that was asked for and cannot be shown."""

    pipeline: str
    model: str
    reason: str


@dataclass(frozen=True, slots=True)
class Curves:
    """A plot's data."""

    kind: str
    x_label: str
    y_label: str
    series: tuple[CurveSeries, ...]
    """In the order of the models that were asked for."""
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    value_label: str = ""
    """What `CurveSeries.value` is: ``AUC``."""
    guide: tuple[tuple[float, float], ...] = ()
    """A line to compare with: the diagonal, zero."""
    scatter: bool = False
    note: str = ""
    """How it was made: ``out-of-fold, pooled over 5 folds``."""
    lacking: tuple[Lacking, ...] = ()
    classes: tuple[Label, ...] = ()
    """Of a classification, sorted."""
    class_index: int | None = None
    """Position in ``classes`` of the one that the curves are about."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of true (rows) and predicted (columns) classes of one model."""

    model: str
    labels: tuple[Label, ...]
    counts: tuple[tuple[int, ...], ...]
    threshold: float | None = None
    """For two classes: the probability from which the positive class is said; None where the model said it itself."""
    pipeline: str = "default"
    shares: tuple[tuple[float, ...], ...] = ()
    """Each count over its row's sum; zeros where a class has no row."""
    unknown: tuple[int, ...] = ()
    """For each true class, predictions that are no class of the data set."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClassRecall:
    """How many rows of a class were recognised."""

    label: Label
    rows: int
    recall: float | None
    """None where the class has no row."""
    low: float | None
    high: float | None
    precision: float | None
    """None where the class was never said."""


@dataclass(frozen=True, slots=True)
class ClassRecalls:
    """Recall of each class of one model."""

    model: str
    pipeline: str
    classes: tuple[ClassRecall, ...]
    confidence: float
    method: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ResidualSummary:
    """Residuals (actual − predicted) of one model: counts of equal bins, and their spread."""

    model: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    mean: float
    std: float
    pipeline: str = "default"
    note: str = ""


@dataclass(frozen=True, slots=True)
class RowByRow:
    """Two models on the same rows, each row counted once."""

    a: str
    b: str
    both_right: int
    """Of a regression: rows on which both are equally far off."""
    only_a: int
    """Of a regression: rows on which A is nearer."""
    only_b: int
    both_wrong: int
    """Of a regression: 0."""
    threshold: float | None = None
    p_value: float | None = None
    test: str | None = None
    """Name of the test behind `p_value`, such as ``McNemar mid-p``."""
    by_error: bool = False
    """Whether rows are told apart by the size of the error, as those of a regression are."""
    note: str = ""

    @property
    def total(self) -> int:
        """Rows that both predicted."""
        return self.both_right + self.only_a + self.only_b + self.both_wrong


@dataclass(frozen=True, slots=True)
class MetricDifference:
    """Two models on one metric; the difference is A − B in the metric's own unit and sign."""

    metric: str
    greater_is_better: bool
    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    p_adjusted: float | None
    """By Holm over all pairs of the data set."""
    method: str | None
    verdict: str
    """``a_better``, ``b_better``, ``equivalent`` or ``undecided``."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FoldPair:
    """Both models on one fold."""

    fold: int
    """From 0."""
    a: float | None
    b: float | None


@dataclass(frozen=True, slots=True)
class Versus:
    """Two models against each other on one data set."""

    dataset: str
    metric: str
    pipeline_a: str
    a: str
    pipeline_b: str
    b: str
    metrics: tuple[MetricDifference, ...]
    rows: RowByRow | None
    """None where a fold of one of them has no result."""
    folds: tuple[FoldPair, ...]
    """Scores of ``metric``."""
    pairs: int
    """Pairs that p-values were adjusted over."""
    reason: str | None = None
    """Why ``rows`` is None."""


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows of a table that may have millions."""

    columns: tuple[str, ...]
    rows: tuple[tuple[CellValue, ...], ...]
    offset: int
    total: int
    """Rows of the whole table."""
    numeric: tuple[bool, ...] = ()
    """Which columns hold numbers."""
    first_column: int = 0
    total_columns: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """A report that was written."""

    path: str
    format: str
