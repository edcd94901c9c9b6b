"""Which curves there are for a task, in the order that `c` cycles through, and what they are called."""

from __future__ import annotations

from mtf_engine.domain.views import ViewKind

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
    "multiclass": (
        ViewKind.ROC,
        ViewKind.PR,
        ViewKind.GAIN,
        ViewKind.LIFT,
        ViewKind.KS,
        ViewKind.SCORE_HISTOGRAM,
    ),
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
