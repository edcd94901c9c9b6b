"""Two models against each other: every metric, row by row, fold by fold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtf_engine import statistics as st
from mtf_engine.domain.results import ComparisonRow
from mtf_engine.domain.views import FoldPair, MetricDifference, RowByRow, Versus
from mtf_engine.errors import MTFError
from mtf_engine.evaluation.design import DesignKind
from mtf_engine.evaluation.resampling import TestRows
from mtf_engine.session.confusions import decisions, threshold_of
from mtf_engine.session.stored_runs import ModelKey, Scope

_SWAPPED = {"a_better": "b_better", "b_better": "a_better"}


def versus(scope: Scope, options: Mapping[str, object]) -> Versus:
    """Hold the first two models of a scope against each other.

    Parameters
    ----------
    scope : Scope
        At least two models; fold scores are those of its metric.
    options : mapping
        ``threshold``: as for `confusion`.

    Raises
    ------
    MTFError
        There is one model only.
    """
    a, b = pair_of(scope)
    name = scope.dataset.entry.dataset.name
    found = [_difference(row, a, b, scope) for row in scope.run.results.comparisons if row.dataset == name]
    rows: RowByRow | None = None
    reason = None
    try:
        rows = row_by_row(scope, options)
    except MTFError as error:
        reason = error.message
    folds = [scope.dataset.contestants[key].fold_values(scope.metric.name) for key in (a, b)]
    models = len(scope.dataset.contestants)
    return Versus(
        dataset=name,
        metric=scope.metric.name,
        pipeline_a=a.pipeline,
        a=a.model,
        pipeline_b=b.pipeline,
        b=b.model,
        metrics=tuple(one for one in found if one is not None),
        rows=rows,
        folds=tuple(
            FoldPair(fold, None if one is None else one.value, None if other is None else other.value)
            for fold, (one, other) in enumerate(zip(*folds, strict=True))
        ),
        pairs=models * (models - 1) // 2,
        reason=reason,
    )


def pair_of(scope: Scope) -> tuple[ModelKey, ModelKey]:
    """Take the first two models.

    Raises
    ------
    MTFError
        There are not two.
    """
    if len(scope.models) < 2 or scope.models[0] == scope.models[1]:
        raise MTFError("Two models are needed.", hint="Name two of them.")
    return scope.models[0], scope.models[1]


def _difference(row: ComparisonRow, a: ModelKey, b: ModelKey, scope: Scope) -> MetricDifference | None:
    """Turn a comparison of the results so that it says A − B; None where it is about others."""
    first, second = ModelKey(row.pipeline_a, row.a), ModelKey(row.pipeline_b, row.b)
    if {first, second} != {a, b}:
        return None
    is_same = first == a
    low, high = (row.low, row.high) if is_same else (_negated(row.high), _negated(row.low))
    scores = [scope.score(key, row.metric) for key in (a, b)]
    one, other = (None if score is None else score.estimate for score in scores)
    return MetricDifference(
        metric=row.metric,
        greater_is_better=scores[0].greater_is_better if scores[0] else True,
        a=one,
        b=other,
        difference=row.difference if is_same else _negated(row.difference),
        low=low,
        high=high,
        p_value=row.p_value,
        p_adjusted=row.p_adjusted,
        method=row.method,
        verdict=row.verdict if is_same else _SWAPPED.get(row.verdict, row.verdict),
        reason=row.reason,
    )


def _negated(value: float | None) -> float | None:
    return None if value is None else 0.0 - value


# --- row by row ---


@dataclass(frozen=True, slots=True, eq=False)
class PairedRows:
    """Two models on the same rows, each row once."""

    first: TestRows
    second: TestRows
    is_better_a: NDArray[np.bool_]
    """Rows that only A gets right, or on which it is nearer; shape (n,)."""
    is_better_b: NDArray[np.bool_]
    is_right: NDArray[np.bool_]
    """Rows that A gets right, or on which it is at least as near."""
    threshold: float | None


def paired_rows(scope: Scope, options: Mapping[str, object]) -> PairedRows:
    """Tell apart the rows of the first repeat by who is right.

    Raises
    ------
    MTFError
        A fold of one of the models has no result, or their rows differ.
    """
    keys = pair_of(scope)
    first, second = (first_repeat(scope, key) for key in keys)
    if not np.array_equal(first.rows, second.rows):
        raise MTFError("The two models were not tested on the same rows.")
    if scope.task.is_classification:
        right_a, right_b = (decisions(one.sample, options) == one.sample.truth for one in (first, second))
        threshold = threshold_of(first.sample, options)
        if threshold != threshold_of(second.sample, options):
            threshold = None
        return PairedRows(first, second, right_a & ~right_b, right_b & ~right_a, right_a, threshold)
    off_a, off_b = (np.abs(one.sample.truth - one.sample.prediction) for one in (first, second))
    return PairedRows(first, second, off_a < off_b, off_b < off_a, off_a <= off_b, None)


def first_repeat(scope: Scope, key: ModelKey) -> TestRows:
    """Test rows of a model without those of later repeats, so that each row is there once.

    Raises
    ------
    MTFError
        A fold has no result.
    """
    rows = scope.dataset.rows(key)
    if rows is None:
        raise MTFError(f"{key.model}: {scope.dataset.lacking(key)}.", hint="Retry its failed cells.")
    folds = scope.dataset.entry.folds
    if all(fold.repeat == 0 for fold in folds):
        return rows
    chosen = np.isin(rows.folds, [fold.index for fold in folds if fold.repeat == 0])
    groups = None if rows.groups is None else rows.groups[chosen]
    return TestRows(rows.sample.take(chosen), rows.rows[chosen], rows.folds[chosen], groups)


def row_by_row(scope: Scope, options: Mapping[str, object]) -> RowByRow:
    """Count the rows on which the first two models of a scope agree and differ. Raises as `paired_rows`."""
    a, b = pair_of(scope)
    rows = paired_rows(scope, options)
    only_a, only_b = int(rows.is_better_a.sum()), int(rows.is_better_b.sum())
    by_error = not scope.task.is_classification
    agreed = len(rows.first.rows) - only_a - only_b
    both = agreed if by_error else int(rows.is_right.sum()) - only_a
    notes = []
    if any(fold.repeat for fold in scope.dataset.entry.folds):
        notes.append("first repeat only")
    if scope.design.kind is DesignKind.CROSS_VALIDATION:
        notes.append("the test takes rows as independent, which out-of-fold rows are not quite")
    return RowByRow(
        a=a.model,
        b=b.model,
        both_right=both,
        only_a=only_a,
        only_b=only_b,
        both_wrong=agreed - both,
        threshold=rows.threshold,
        p_value=st.mcnemar(only_a, only_b).p_value,
        test="sign test mid-p" if by_error else "McNemar mid-p",
        by_error=by_error,
        note="; ".join(notes),
    )
