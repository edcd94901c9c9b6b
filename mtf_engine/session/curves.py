"""Curves of classifications: ROC, precision-recall, gain, lift, KS, score histogram, threshold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from mtf_engine.domain.dataset import Task
from mtf_engine.domain.views import Curves, CurveSeries, Lacking, ViewKind
from mtf_engine.errors import MTFError
from mtf_engine.metrics.sample import Undefined
from mtf_engine.session.ranked import Floats, Ranked, ranked, roc_band, thin
from mtf_engine.session.stored_runs import ModelKey, Scope

MOST_MODELS = 50
"""Curves of one picture."""
_BINS = 20
_THRESHOLDS = 101
_UNIT = (0.0, 1.0)
_DIAGONAL = ((0.0, 0.0), (1.0, 1.0))


@dataclass(frozen=True, slots=True)
class _Line:
    """One curve before it is thinned."""

    x: Floats
    y: Floats
    value: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What all curves of a kind have in common."""

    x_label: str
    y_label: str
    lines: Callable[[Ranked, str], tuple[_Line, ...]]
    """Takes ranked rows and the name of the class."""
    value_label: str = ""
    metric: str | None = None
    """Whose estimate is the value, where the run has it."""
    is_diagonal: bool = False
    models: int = MOST_MODELS
    in_unit: bool = True
    """Whether the y axis goes from 0 to 1."""
    by_probability: bool = False
    """Whether rows are ranked by probability where there is one, not by decision values."""


def classification_curves(kind: ViewKind, scope: Scope, options: Mapping[str, object]) -> Curves:
    """Draw the models of a scope.

    Parameters
    ----------
    kind : ViewKind
        One of the curves of classifications.
    scope : Scope
        Which models; the first gets the band of a ROC curve.
    options : mapping
        ``class``: position of the class that is held against the rest; the positive one when absent.

    Raises
    ------
    MTFError
        The data set is a regression, or the class is none of it.
    """
    dataset = scope.dataset.entry.dataset
    if not scope.task.is_classification:
        raise MTFError(f"{kind} needs classes, and {dataset.name!r} is a regression.", hint="Ask for residuals.")
    class_index = class_of(scope, options)
    shape = _SHAPES[kind]
    drawn = [_draw(key, class_index, scope, shape) for key in scope.models[: shape.models]]
    found = [series for one in drawn for series in one.series]
    notes = [scope.note]
    if kind is ViewKind.ROC and drawn and drawn[0].series:
        found[0] = _banded(found[0], scope, class_index, notes)
    if shape.metric and scope.task is Task.BINARY and len(scope.dataset.entry.folds) > 1:
        notes.append(f"{shape.value_label} is the mean of folds")
    prevalence = next((one.prevalence for one in drawn if one.prevalence is not None), None)
    return Curves(
        kind=kind.value,
        x_label=shape.x_label,
        y_label=shape.y_label,
        series=tuple(found),
        x_range=_x_range(found),
        y_range=_UNIT if shape.in_unit else _range([0.0, *(value for one in found for value in one.y)], _UNIT),
        value_label=shape.value_label,
        guide=_guide(kind, shape, prevalence),
        note=" · ".join(notes),
        lacking=tuple(one.lacking for one in drawn if one.lacking is not None),
        classes=dataset.classes,
        class_index=class_index,
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One model, drawn or not."""

    series: tuple[CurveSeries, ...] = ()
    lacking: Lacking | None = None
    prevalence: float | None = None


def _draw(key: ModelKey, class_index: int, scope: Scope, shape: _Shape) -> _Drawn:
    rows = scope.dataset.rows(key)
    if rows is None:
        return _Drawn(lacking=Lacking(*key, scope.dataset.lacking(key)))
    name = str(scope.dataset.entry.dataset.classes[class_index])
    try:
        one = ranked(rows.sample, class_index, by_probability=shape.by_probability)
        lines = shape.lines(one, name)
    except Undefined as undefined:
        return _Drawn(lacking=Lacking(*key, str(undefined)))
    estimate = _estimate(scope, key, shape)
    return _Drawn(tuple(_series(key, line, estimate) for line in lines), prevalence=one.prevalence)


def class_of(scope: Scope, options: Mapping[str, object]) -> int:
    """Position of the class that is asked about; the positive one, or the first, when none is."""
    dataset = scope.dataset.entry.dataset
    wanted = options.get("class")
    if wanted is None:
        return 0 if dataset.positive is None else dataset.classes.index(dataset.positive)
    if isinstance(wanted, int) and not isinstance(wanted, bool) and 0 <= wanted < len(dataset.classes):
        return wanted
    message = f"There is no class {wanted!r} in {dataset.name!r}."
    raise MTFError(message, hint=f"Give a position from 0 to {len(dataset.classes) - 1}.")


def _estimate(scope: Scope, key: ModelKey, shape: _Shape) -> float | None:
    """Give the number that the score table shows, so that a legend never contradicts it."""
    if shape.metric is None or scope.task is not Task.BINARY:
        return None
    score = scope.score(key, shape.metric)
    return None if score is None else score.estimate


def _series(key: ModelKey, line: _Line, estimate: float | None) -> CurveSeries:
    places = thin(line.x, line.y)
    return CurveSeries(
        model=key.model,
        x=tuple(line.x[places].tolist()),
        y=tuple(line.y[places].tolist()),
        pipeline=key.pipeline,
        value=line.value if estimate is None else estimate,
        label=line.label,
    )


def _banded(series: CurveSeries, scope: Scope, class_index: int, notes: list[str]) -> CurveSeries:
    rows = scope.dataset.rows(ModelKey(series.pipeline, series.model))
    x, y = np.array(series.x), np.array(series.y)
    band = None if rows is None else roc_band(rows, class_index, scope.design, x, y)
    if band is None:
        return series
    notes.append(f"band {scope.design.confidence:.0%} of {series.model}, {band.method}")
    low, high = tuple(np.minimum(band.low, y).tolist()), tuple(np.maximum(band.high, y).tolist())
    return replace(series, low=low, high=high)


def _guide(kind: ViewKind, shape: _Shape, prevalence: float | None) -> tuple[tuple[float, float], ...]:
    if shape.is_diagonal:
        return _DIAGONAL
    if kind is ViewKind.LIFT:
        return ((0.0, 1.0), (1.0, 1.0))
    if kind is ViewKind.PR and prevalence is not None:
        return ((0.0, prevalence), (1.0, prevalence))
    return ()


def _x_range(series: list[CurveSeries]) -> tuple[float, float]:
    """From 0 to 1, unless decision values are beyond."""
    values = [value for one in series for value in one.x]
    return _UNIT if all(0.0 <= value <= 1.0 for value in values) else _range(values, _UNIT)


def _range(values: list[float], otherwise: tuple[float, float]) -> tuple[float, float]:
    return (min(values), max(values)) if values and min(values) < max(values) else otherwise


# --- the lines of each kind ---


def _roc(rows: Ranked, _: str) -> tuple[_Line, ...]:
    area = float(np.trapezoid(rows.recall, rows.fall_out))
    return (_Line(rows.fall_out, rows.recall, area),)


def _precision_recall(rows: Ranked, _: str) -> tuple[_Line, ...]:
    precision = rows.precision
    average = float((np.diff(rows.recall) * precision[1:]).sum())
    return (_Line(rows.recall, precision, average),)


def _gain(rows: Ranked, _: str) -> tuple[_Line, ...]:
    return (_Line(rows.share, rows.recall),)


def _lift(rows: Ranked, _: str) -> tuple[_Line, ...]:
    return (_Line(rows.share[1:], rows.precision[1:] / rows.prevalence),)


def _kolmogorov_smirnov(rows: Ranked, _: str) -> tuple[_Line, ...]:
    gap = rows.recall - rows.fall_out
    return (_Line(rows.share, gap, float(np.abs(gap).max())),)


def _histogram(rows: Ranked, name: str) -> tuple[_Line, ...]:
    low, high = (0.0, 1.0) if rows.is_probability else (float(rows.score.min()), float(rows.score.max()))
    edges = np.linspace(low, high if low < high else low + 1.0, _BINS + 1)
    centres = (edges[:-1] + edges[1:]) / 2.0
    lines = []
    for members, label in ((~rows.truth, f"not {name}"), (rows.truth, name)):
        weights = None if rows.weights is None else rows.weights[members]
        counts = np.histogram(rows.score[members], bins=edges, weights=weights)[0].astype(np.float64)
        lines.append(_Line(centres, counts / counts.sum(), label=label))
    return tuple(lines)


def _threshold(rows: Ranked, _: str) -> tuple[_Line, ...]:
    """Precision, recall, F1 and the share that is said positive, by the probability from which it is said."""
    if not rows.is_probability:
        raise Undefined("thresholds need probabilities")
    cuts = np.linspace(0.0, 1.0, _THRESHOLDS)
    weights = np.ones(len(rows.score)) if rows.weights is None else rows.weights
    order = np.argsort(rows.score)
    first = np.searchsorted(rows.score[order], cuts, side="left")

    def above(values: Floats) -> Floats:
        return np.append(np.cumsum(values[order][::-1])[::-1], 0.0)[first]

    hits, drawn = above(weights * rows.truth), above(weights)
    total = float((weights * rows.truth).sum())
    said = drawn > 0
    precision = np.divide(hits, drawn, out=np.zeros_like(hits), where=said)
    return (
        _Line(cuts[said], precision[said], label="precision"),
        _Line(cuts, hits / total, label="recall"),
        _Line(cuts, 2.0 * hits / (drawn + total), label="F1"),
        _Line(cuts, drawn / weights.sum(), label="said positive"),
    )


_FPR, _TPR, _SHARE = "false positive rate", "true positive rate", "share of rows, highest scores first"

_SHAPES: Mapping[ViewKind, _Shape] = {
    ViewKind.ROC: _Shape(_FPR, _TPR, _roc, "AUC", "roc_auc", is_diagonal=True),
    ViewKind.PR: _Shape("recall", "precision", _precision_recall, "AP", "average_precision"),
    ViewKind.GAIN: _Shape(_SHARE, "share of the class found", _gain, is_diagonal=True),
    ViewKind.LIFT: _Shape(_SHARE, "lift", _lift, in_unit=False),
    ViewKind.KS: _Shape(_SHARE, "true − false positive rate", _kolmogorov_smirnov, "KS", in_unit=False),
    ViewKind.SCORE_HISTOGRAM: _Shape("score", "share of the class", _histogram, in_unit=False, by_probability=True),
    ViewKind.THRESHOLD: _Shape("threshold", "share", _threshold, models=1, by_probability=True),
}
