"""Bootstrap intervals and differences of any metric on stored test rows.

The resamples of a data set are drawn from its plan's seed, so all contestants see the same ones: a contestant's
replicates are computed once and every pair is a subtraction of two vectors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mtf_engine import statistics as st
from mtf_engine.evaluation.design import Design, DesignKind
from mtf_engine.metrics.sample import Sample
from mtf_engine.metrics.spec import Metric, Undefined
from mtf_engine.statistics.draws import Draws, plan_draws
from mtf_engine.statistics.replicates import (
    Replicates,
    acceleration,
    difference_of_replicates,
    interval_of_replicates,
)

RESAMPLES = 2000
"""Resamples behind each bootstrap interval."""

_DESCRIPTIVE = "Rows are ordered in time: the interval describes these test rows, not later ones."
_Floats = NDArray[np.float64]
_Index = NDArray[np.intp]


@dataclass(frozen=True)
class TestRows:
    """The test rows of all folds of one contestant, one fold after the other."""

    __test__ = False

    sample: Sample
    rows: NDArray[np.int64]
    """Original row numbers, shape (n,)."""

    folds: NDArray[np.int64]
    """Fold position of each row, shape (n,), ascending."""

    groups: NDArray[np.int64] | None
    """Group codes, shape (n,)."""


@dataclass(frozen=True)
class Resampled:
    """One metric of one contestant on the shared resamples."""

    estimate: float | None
    values: _Floats
    """On each resample, NaN where undefined; shape (RESAMPLES,)."""

    jackknife: _Floats | None
    """With each jackknife group left out; None where the bounds are percentiles."""

    units: int
    method: str
    warnings: tuple[str, ...]


def resample(rows: TestRows, metric: Metric, design: Design) -> Resampled:
    """Compute a metric on every resample of the test rows.

    Parameters
    ----------
    rows : TestRows
        Of one contestant.
    metric : Metric
        What to compute.
    design : Design
        Ordered rows are drawn in blocks within each fold; grouped rows by whole groups; rows of a class keep their
        number; other rows are drawn one by one.

    Returns
    -------
    Resampled
    """
    statistic = _statistic(
        rows, metric, by_fold=design.kind is DesignKind.ORDERED and metric.aggregation == "fold_mean"
    )
    rng = np.random.default_rng(design.seed)
    if design.kind is DesignKind.ORDERED:
        draws = _ordered_draws(rows)
        values = np.array([statistic(_within_folds(draws, rng)) for _ in range(RESAMPLES)])
        estimate = _defined(statistic(np.arange(len(rows.rows))))
        return Resampled(estimate, values, None, len(rows.rows), "block_bootstrap_percentile", (_DESCRIPTIVE,))
    draws_of_rows = _draws(rows, design)
    values = np.array([statistic(draws_of_rows.draw(rng)) for _ in range(RESAMPLES)])
    jackknife = np.array([statistic(kept) for kept in draws_of_rows.left_out(rng)])
    prefix = {"rows": "", "strata": "stratified_", "clusters": "cluster_"}[draws_of_rows.kind]
    estimate = _defined(statistic(np.arange(draws_of_rows.n)))
    return Resampled(estimate, values, jackknife, draws_of_rows.units, f"{prefix}bootstrap_bca", ())


def resampled_interval(resampled: Resampled, design: Design, *, estimate: float) -> st.Interval:
    """Turn a contestant's replicates into an interval that contains the estimate shown.

    Parameters
    ----------
    resampled : Resampled
        Of one contestant and metric.
    design : Design
        Gives the confidence.
    estimate : float
        The number shown.

    Returns
    -------
    mtf_engine.statistics.Interval
    """
    interval = interval_of_replicates(_replicates(resampled), design.confidence, resampled.method)
    if interval.low is None or interval.high is None or interval.low <= estimate <= interval.high:
        return replace(interval, estimate=estimate)
    widened = "The bootstrap distribution is so skewed that a bound was moved to the estimate."
    low, high = min(interval.low, estimate), max(interval.high, estimate)
    return replace(interval, estimate=estimate, low=low, high=high, warnings=(*interval.warnings, widened))


def resampled_difference(a: Resampled, b: Resampled, design: Design) -> st.Difference:
    """Compare two contestants on the resamples that they share, a minus b.

    Parameters
    ----------
    a, b : Resampled
        Same metric, same rows, same seed.
    design : Design
        Gives the confidence.

    Returns
    -------
    mtf_engine.statistics.Difference
    """
    estimate = None if a.estimate is None or b.estimate is None else a.estimate - b.estimate
    jackknife = None if a.jackknife is None or b.jackknife is None else a.jackknife - b.jackknife
    both = Resampled(estimate, a.values - b.values, jackknife, a.units, f"paired_{a.method}", a.warnings)
    return difference_of_replicates(_replicates(both), design.confidence, both.method)


def _replicates(resampled: Resampled) -> Replicates:
    rate = None if resampled.jackknife is None else acceleration(resampled.jackknife)
    return Replicates(resampled.estimate, resampled.values, rate, resampled.units, warnings=resampled.warnings)


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else value


def _statistic(rows: TestRows, metric: Metric, *, by_fold: bool) -> Callable[[_Index], float]:
    """Make a function of row positions; NaN where the metric is undefined."""
    mean = None if by_fold else _row_mean(rows.sample, metric)
    if mean is not None:
        return mean

    def value(positions: _Index) -> float:
        try:
            return metric(rows.sample.take(positions))
        except Undefined:
            return math.nan

    if not by_fold:
        return value

    def fold_mean(positions: _Index) -> float:
        parts = np.split(positions, np.flatnonzero(np.diff(rows.folds[positions])) + 1)
        return math.fsum(value(part) for part in parts) / len(parts)

    return fold_mean


def _row_mean(sample: Sample, metric: Metric) -> Callable[[_Index], float] | None:
    """Metrics that are means of row values need no more than a sum; None for the others."""
    if metric.row_values is None:
        return None
    try:
        values = metric.row_values(sample)
    except Undefined:
        return None
    if sample.weights is None:
        return lambda positions: float(values[positions].mean())
    weights, weighted = sample.weights, sample.weights * values
    return lambda positions: float(weighted[positions].sum() / weights[positions].sum())


def _draws(rows: TestRows, design: Design) -> Draws:
    if design.grouped and rows.groups is not None:
        return plan_draws(len(rows.rows), clusters=rows.groups)
    if rows.sample.task.is_classification:
        return plan_draws(len(rows.rows), strata=rows.sample.truth)
    return plan_draws(len(rows.rows))


def _ordered_draws(rows: TestRows) -> tuple[tuple[int, Draws], ...]:
    """One circular block design for each fold, with the fold's first position."""
    sizes = np.bincount(rows.folds)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return tuple(
        (int(start), plan_draws(int(size), blocks=max(1, round(float(size) ** (1 / 3)))))
        for start, size in zip(starts, sizes, strict=True)
    )


def _within_folds(draws: tuple[tuple[int, Draws], ...], rng: np.random.Generator) -> _Index:
    return np.concatenate(list(_shifted(draws, rng)))


def _shifted(draws: tuple[tuple[int, Draws], ...], rng: np.random.Generator) -> Iterator[_Index]:
    for start, one in draws:
        yield start + one.draw(rng)
