"""Predicted numbers against actual ones: scatter, residuals, their histogram and their quantiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from mtf_engine.domain.dataset import Task
from mtf_engine.domain.views import MAX_POINTS, Curves, CurveSeries, Lacking, ResidualSummary, ViewKind
from mtf_engine.errors import MTFError
from mtf_engine.evaluation.resampling import TestRows
from mtf_engine.session.curves import MOST_MODELS
from mtf_engine.session.ranked import Floats
from mtf_engine.session.stored_runs import ModelKey, Scope

_BINS = 12


@dataclass(frozen=True, slots=True)
class _Points:
    x: Floats
    y: Floats
    shown: int
    """Of how many rows."""


def regression_curves(kind: ViewKind, scope: Scope) -> Curves:
    """Draw the models of a scope: at most 256 of the rows, evenly spaced by what is predicted.

    Raises
    ------
    MTFError
        The data set is no regression.
    """
    _require_numbers(kind, scope)
    found: list[CurveSeries] = []
    lacking: list[Lacking] = []
    note = scope.note
    for key in scope.models[:MOST_MODELS]:
        rows = scope.dataset.rows(key)
        reason = _unusable(scope, key, rows)
        if rows is None or reason:
            lacking.append(Lacking(*key, reason))
            continue
        points = _POINTS[kind](_actual(rows), _predicted(rows))
        note = (
            scope.note if points.shown == len(points.x) else f"{scope.note} · {len(points.x)} of {points.shown:,} rows"
        )
        found.append(CurveSeries(key.model, tuple(points.x.tolist()), tuple(points.y.tolist()), key.pipeline))
    x_range = _range([value for one in found for value in one.x])
    y_range = _range([value for one in found for value in one.y])
    labels = _LABELS[kind]
    return Curves(
        kind=kind.value,
        x_label=labels[0],
        y_label=labels[1],
        series=tuple(found),
        x_range=x_range,
        y_range=y_range,
        guide=_guide(kind, x_range, y_range),
        scatter=True,
        note=note,
        lacking=tuple(lacking),
    )


def residual_histogram(scope: Scope) -> ResidualSummary:
    """Count the residuals (actual − predicted) of the first model in 12 bins.

    Raises
    ------
    MTFError
        The data set is no regression, or the model has no complete predictions.
    """
    _require_numbers(ViewKind.RESIDUAL_HISTOGRAM, scope)
    key = scope.models[0]
    rows = scope.dataset.rows(key)
    reason = _unusable(scope, key, rows)
    if rows is None or reason:
        raise MTFError(f"{key.model}: {reason}.", hint="Retry its failed cells.")
    residuals = _actual(rows) - _predicted(rows)
    reach = float(np.abs(residuals).max()) or 1.0
    counts, edges = np.histogram(residuals, bins=_BINS, range=(-reach, reach))
    return ResidualSummary(
        model=key.model,
        edges=tuple(edges.tolist()),
        counts=tuple(int(count) for count in counts),
        mean=float(residuals.mean()),
        std=float(residuals.std(ddof=1)) if residuals.size > 1 else 0.0,
        pipeline=key.pipeline,
        note=scope.note,
    )


def _require_numbers(kind: ViewKind, scope: Scope) -> None:
    if scope.task is not Task.REGRESSION:
        name = scope.dataset.entry.dataset.name
        raise MTFError(f"{kind} needs numbers, and {name!r} is a classification.", hint="Ask for roc.")


def _unusable(scope: Scope, key: ModelKey, rows: TestRows | None) -> str:
    if rows is None:
        return scope.dataset.lacking(key)
    bad = int(np.count_nonzero(~np.isfinite(_predicted(rows))))
    return f"the prediction of {bad} row(s) is NaN or infinite" if bad else ""


def _actual(rows: TestRows) -> Floats:
    return rows.sample.truth.astype(np.float64, copy=False)


def _predicted(rows: TestRows) -> Floats:
    return rows.sample.prediction.astype(np.float64, copy=False)


def _predicted_actual(actual: Floats, predicted: Floats) -> _Points:
    chosen = _spaced(predicted)
    return _Points(predicted[chosen], actual[chosen], len(predicted))


def _residuals(actual: Floats, predicted: Floats) -> _Points:
    chosen = _spaced(predicted)
    return _Points(predicted[chosen], (actual - predicted)[chosen], len(predicted))


def _quantiles(actual: Floats, predicted: Floats) -> _Points:
    """Standardised residuals against a normal distribution's quantiles, at evenly spaced probabilities."""
    residuals = actual - predicted
    spread = float(residuals.std()) or 1.0
    count = min(len(residuals), MAX_POINTS)
    probabilities = (np.arange(count) + 0.5) / count
    normal = np.array([NormalDist().inv_cdf(one) for one in probabilities.tolist()])
    return _Points(normal, np.quantile((residuals - residuals.mean()) / spread, probabilities), count)


def _spaced(predicted: Floats) -> np.ndarray:
    """Positions of at most 256 rows, evenly spaced in the order of what is predicted, ends included."""
    order = np.argsort(predicted, kind="stable")
    if len(order) <= MAX_POINTS:
        return order
    return order[np.linspace(0, len(order) - 1, MAX_POINTS).astype(np.int64)]


def _range(values: list[float]) -> tuple[float, float]:
    return (min(values), max(values)) if values and min(values) < max(values) else (0.0, 1.0)


def _guide(kind: ViewKind, x: tuple[float, float], y: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    if kind is ViewKind.RESIDUALS:
        return ((x[0], 0.0), (x[1], 0.0))
    low, high = max(x[0], y[0]), min(x[1], y[1])
    return ((low, low), (high, high)) if low < high else ()


_POINTS: Mapping[ViewKind, Callable[[Floats, Floats], _Points]] = {
    ViewKind.PREDICTED_ACTUAL: _predicted_actual,
    ViewKind.RESIDUALS: _residuals,
    ViewKind.QQ: _quantiles,
}
_LABELS: Mapping[ViewKind, tuple[str, str]] = {
    ViewKind.PREDICTED_ACTUAL: ("predicted", "actual"),
    ViewKind.RESIDUALS: ("predicted", "actual − predicted"),
    ViewKind.QQ: ("normal quantile", "standardised residual"),
}
