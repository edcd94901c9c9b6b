"""What the engine computes for the screen: curves, confusions, comparisons row by row, tables of rows.

These values are not in results.json. The helper process (``python -m mtf_engine.session``, method ``view``) makes them
from the stored predictions; this module gives its JSON a type. Series have at most 256 points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from mtf_engine.errors import MTFError


class ViewKind(StrEnum):
    """Curves in the order that `c` cycles through."""

    ROC = "roc"
    PR = "pr"
    GAIN = "gain"
    LIFT = "lift"
    KS = "ks"
    SCORE_HISTOGRAM = "score_histogram"
    THRESHOLD = "threshold"
    PREDICTED_ACTUAL = "predicted_actual"
    RESIDUALS = "residuals"
    QQ = "qq"


CURVES_OF_TASK: dict[str, tuple[ViewKind, ...]] = {
    "binary": (
        ViewKind.ROC,
        ViewKind.PR,
        ViewKind.GAIN,
        ViewKind.LIFT,
        ViewKind.KS,
        ViewKind.SCORE_HISTOGRAM,
        ViewKind.THRESHOLD,
    ),
    "multiclass": (ViewKind.ROC, ViewKind.PR),
    "regression": (ViewKind.PREDICTED_ACTUAL, ViewKind.RESIDUALS, ViewKind.QQ),
}

CURVE_LABELS: dict[ViewKind, str] = {
    ViewKind.ROC: "ROC",
    ViewKind.PR: "PR",
    ViewKind.GAIN: "gain",
    ViewKind.LIFT: "lift",
    ViewKind.KS: "KS",
    ViewKind.SCORE_HISTOGRAM: "score histogram",
    ViewKind.THRESHOLD: "threshold",
    ViewKind.PREDICTED_ACTUAL: "predicted vs actual",
    ViewKind.RESIDUALS: "residuals",
    ViewKind.QQ: "QQ",
}


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


@dataclass(frozen=True, slots=True)
class Curves:
    """A plot's data."""

    kind: str
    x_label: str
    y_label: str
    series: tuple[CurveSeries, ...]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    value_label: str = ""
    """What `CurveSeries.value` is: ``AUC``."""
    guide: tuple[tuple[float, float], ...] = ()
    """A line to compare with: the diagonal, zero."""
    scatter: bool = False
    note: str = ""
    """How it was made: ``out-of-fold, pooled over 5 folds``."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of true (rows) and predicted (columns) classes of one model."""

    model: str
    labels: tuple[str | int | float | bool, ...]
    counts: tuple[tuple[int, ...], ...]
    threshold: float | None = None
    """For two classes: the probability from which the positive class is said."""
    pipeline: str = "default"


@dataclass(frozen=True, slots=True)
class ResidualSummary:
    """Residuals (actual − predicted) of one model: counts of equal bins, and their spread."""

    model: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    mean: float
    std: float
    pipeline: str = "default"


@dataclass(frozen=True, slots=True)
class RowByRow:
    """Two models on the same rows."""

    a: str
    b: str
    both_right: int
    only_a: int
    only_b: int
    both_wrong: int
    threshold: float | None = None
    p_value: float | None = None
    test: str | None = None
    """Name of the test behind `p_value`, such as ``McNemar mid-p``."""

    @property
    def total(self) -> int:
        """Rows that both predicted."""
        return self.both_right + self.only_a + self.only_b + self.both_wrong


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows of a table that may have millions."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | bool | None, ...], ...]
    offset: int
    total: int
    numeric: tuple[bool, ...] = field(default=())


def decode(value: object, kind: type[object]) -> object:
    """Read a helper's answer as one of the types of this module.

    Raises
    ------
    MTFError
        The answer has another shape, such as that of another version.
    """
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        raise MTFError(
            f"the engine's helper answered something else than {kind.__name__}: {error}",
            hint="Engine and terminal UI come from one package; install it again.",
        ) from error
