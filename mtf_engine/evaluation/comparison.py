"""Paired comparisons of contestants on the same rows, with Holm over all pairs and what could have been seen.

Each design has its test: corrected resampled t on fold differences under cross-validation; on one test set paired
Newcombe with McNemar's mid-P for proportions of rows, paired DeLong for the ROC area, paired bootstrap else.
"""

from __future__ import annotations

import itertools
import logging
from typing import Protocol

import numpy as np

from mtf_engine import statistics as st
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.results import ComparisonRow
from mtf_engine.evaluation.contestant import Contestant, contestants_of
from mtf_engine.evaluation.design import Design, DesignKind, counts_rows, design_of
from mtf_engine.evaluation.resampling import resampled_difference
from mtf_engine.evaluation.store import CellStore
from mtf_engine.metrics.registry import get
from mtf_engine.metrics.spec import Metric

_log = logging.getLogger("mtf.run")

POWER = 0.8
"""Power at which the minimum detectable difference is stated."""


def compare_all(contestants: tuple[Contestant, ...], metric: Metric, design: Design) -> tuple[ComparisonRow, ...]:
    """Compare every pair on one metric; p-values are adjusted by Holm over all of them.

    Parameters
    ----------
    contestants : tuple of Contestant
        Of one data set, in plan order.
    metric : Metric
        What to compare.
    design : Design
        How the test rows came about.

    Returns
    -------
    tuple of ComparisonRow
        One for each pair, a before b in plan order; undefined with a reason where a contestant lacks a score.
    """
    pairs = tuple(itertools.combinations(contestants, 2))
    found = [_difference(a, b, metric, design) for a, b in pairs]
    adjusted = st.holm([one.p_value for one in found])
    return tuple(
        _row(a, b, metric, design, difference, p_adjusted)
        for (a, b), difference, p_adjusted in zip(pairs, found, adjusted, strict=True)
    )


def _difference(a: Contestant, b: Contestant, metric: Metric, design: Design) -> st.Difference:
    """Compare; what the metric's own code raises costs this pair and no other."""
    try:
        return difference_of(a, b, metric, design)
    except Exception as error:
        _log.exception("%s of %s and %s", metric.name, a.model, b.model)
        reason = f"It could not be computed: {type(error).__name__}: {error}"
        return st.Difference(None, None, None, design.confidence, None, "none", reason)


def difference_of(a: Contestant, b: Contestant, metric: Metric, design: Design) -> st.Difference:
    """Compare two contestants on one metric, a minus b, in the metric's own unit and sign.

    Parameters
    ----------
    a, b : Contestant
        Of one data set: same folds, same rows.
    metric : Metric
        What to compare.
    design : Design
        Decides the method; its ``confidence`` is that of the interval.

    Returns
    -------
    mtf_engine.statistics.Difference
        Undefined with a reason where one of them lacks a score.
    """
    for one in (a, b):
        reason = one.undefined_reason(metric.name)
        if reason is not None:
            return st.Difference(None, None, None, design.confidence, None, "none", f"{one.model}: {reason}")
    if design.kind is DesignKind.CROSS_VALIDATION:
        return _fold_difference(a, b, metric, design)
    rows_a, rows_b = a.test_rows, b.test_rows
    if rows_a is None or rows_b is None or not np.array_equal(rows_a.rows, rows_b.rows):
        return st.Difference(None, None, None, design.confidence, None, "none", "The two did not see the same rows.")
    if counts_rows(design):
        exact = _row_level(a, b, metric, design.confidence)
        if exact is not None:
            return exact
    resampled_a, resampled_b = a.resampled(metric, design), b.resampled(metric, design)
    if resampled_a is None or resampled_b is None:
        return st.Difference(None, None, None, design.confidence, None, "none", "Some folds have no result.")
    return resampled_difference(resampled_a, resampled_b, design)


def _fold_difference(a: Contestant, b: Contestant, metric: Metric, design: Design) -> st.Difference:
    estimate = None
    if metric.aggregation == "pooled":
        pooled_a, pooled_b = a.pooled(metric.name).value, b.pooled(metric.name).value
        if pooled_a is None or pooled_b is None:
            return st.Difference(None, None, None, design.confidence, None, "none", "The pooled score is undefined.")
        estimate = pooled_a - pooled_b
    width = metric.high - metric.low
    folds_a, folds_b = a.fold_array(metric.name), b.fold_array(metric.name)
    return st.corrected_resampled_t_test(
        folds_a - folds_b,
        n_train=design.n_train,
        n_test=design.n_test,
        confidence=design.confidence,
        repeats=design.repeats,
        bounds=(-width, width),
        estimate=estimate,
        scale=float(np.max(np.abs([folds_a, folds_b]))),
    )


def _row_level(a: Contestant, b: Contestant, metric: Metric, confidence: float) -> st.Difference | None:
    """Differences that need no resampling; None where the metric has none."""
    rows_a, rows_b = a.test_rows, b.test_rows
    if rows_a is None or rows_b is None:
        return None
    if metric.paired_rows is not None:
        right_a, right_b = metric.paired_rows(rows_a.sample), metric.paired_rows(rows_b.sample)
        both, only_a = int(np.sum(right_a & right_b)), int(np.sum(right_a & ~right_b))
        only_b = int(np.sum(~right_a & right_b))
        return st.newcombe_paired(both, only_a, only_b, len(right_a) - both - only_a - only_b, confidence=confidence)
    if metric.interval == "auc" and rows_a.sample.task is Task.BINARY:
        truth, score_a = rows_a.sample.ranking()
        _, score_b = rows_b.sample.ranking()
        return st.delong_paired(truth, score_a, score_b, confidence=confidence)
    return None


def _row(
    a: Contestant, b: Contestant, metric: Metric, design: Design, difference: st.Difference, p_adjusted: float | None
) -> ComparisonRow:
    return ComparisonRow(
        dataset=a.entry.dataset.name,
        metric=metric.name,
        a=a.model,
        b=b.model,
        difference=difference.difference,
        low=difference.low,
        high=difference.high,
        p_value=difference.p_value,
        p_adjusted=p_adjusted,
        method=difference.method if difference.is_defined else None,
        verdict=_verdict(difference, p_adjusted, metric, 1.0 - design.confidence),
        minimum_detectable_difference=detectable(difference, len(a.cells), design),
        pipeline_a=a.pipeline,
        pipeline_b=b.pipeline,
        reason=difference.reason,
    )


def _verdict(difference: st.Difference, p_adjusted: float | None, metric: Metric, alpha: float) -> str:
    """Decide only where test and interval agree: McNemar's mid-P and Newcombe's interval part company by a hair."""
    gap, low, high = difference.difference, difference.low, difference.high
    if gap is None or low is None or high is None:
        return "undecided"
    if gap == low == high == 0.0:
        return "equivalent"
    if not metric.ordered or p_adjusted is None or p_adjusted > alpha or low <= 0.0 <= high:
        return "undecided"
    return "a_better" if (gap > 0) == metric.greater_is_better else "b_better"


def detectable(difference: st.Difference, folds: int, design: Design) -> float | None:
    """Smallest true difference that this design would have found with power 0.8.

    It is the standard error behind the interval times the sum of the quantiles for confidence and power: of
    Student's t with folds − 1 degrees of freedom under cross-validation, of the normal distribution else.

    Parameters
    ----------
    difference : mtf_engine.statistics.Difference
        Whose interval tells the standard error.
    folds : int
        Number of fold differences.
    design : Design
        Gives kind and confidence.

    Returns
    -------
    float or None
        In the metric's unit, at least 0; None where the difference has no interval.
    """
    df = folds - 1 if design.kind is DesignKind.CROSS_VALIDATION else None
    return st.detectable_difference(difference, df=df, power=POWER)


class Named(Protocol):
    """Anything that names a pipeline with a model."""

    @property
    def pipeline(self) -> str:
        """Name of the pipeline."""

    @property
    def model(self) -> str:
        """Name of the model."""


class PairedComparison:
    """Compares two contestants of a run by name, at any confidence: what checks ask for.

    Parameters
    ----------
    plan : Plan
        What was evaluated.
    store : CellStore
        The finished cells.
    """

    def __init__(self, plan: Plan, store: CellStore) -> None:
        self._plan = plan
        self._store = store
        self._entries = {entry.dataset.name: entry for entry in plan.datasets}
        self._contestants: dict[str, dict[tuple[str, str], Contestant]] = {}

    def __call__(self, dataset: str, metric: str, a: Named, b: Named, confidence: float) -> st.Difference:
        """Compare a with b, a minus b, in the metric's own unit and sign."""
        if dataset not in self._contestants:
            found = contestants_of(self._plan, self._entries[dataset], self._store)
            self._contestants[dataset] = {(one.pipeline, one.model): one for one in found}
        own = self._contestants[dataset]
        design = design_of(self._entries[dataset], seed=self._plan.resolved.seed, confidence=confidence)
        return difference_of(own[a.pipeline, a.model], own[b.pipeline, b.model], get(metric), design)
