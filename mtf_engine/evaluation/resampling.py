"""Bootstrap intervals and differences of any metric on stored test rows.

The resamples of a data set are drawn from its plan's seed, so all contestants see the same ones: a contestant's
replicates are computed once and every pair is a subtraction of two vectors.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mtf_engine import statistics as st
from mtf_engine.evaluation.design import Design, DesignKind
from mtf_engine.evaluation.ranked import MANY_ROWS, weightings_of_ranks
from mtf_engine.metrics.sample import Sample
from mtf_engine.metrics.spec import Metric, Undefined
from mtf_engine.metrics.weightings import Weighted
from mtf_engine.statistics.draws import Draws, plan_draws
from mtf_engine.statistics.inputs import NOISE, without_noise
from mtf_engine.statistics.replicates import (
    Replicates,
    acceleration,
    difference_of_replicates,
    interval_of_replicates,
)

RESAMPLES = 2000
"""Resamples behind each bootstrap interval."""

_CHUNK_CELLS = 4_000_000
"""Row counts held at once: 32 MB."""

_FEW_CELLS = 16
"""Cells of a confusion matrix up to which one matrix product counts them faster than a pass over the rows."""

_KEPT_BYTES = 200_000_000
"""Row counts kept for the next contestant, a byte each; beyond it they are drawn again."""

_DESCRIPTIVE = "Rows are ordered in time: the interval describes these test rows, not later ones."
_Floats = NDArray[np.float64]


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


class SharedResamples:
    """The resamples of one data set, drawn once for all its contestants while they fit into memory.

    Parameters
    ----------
    rows : TestRows
        Of any contestant: all have the same rows.
    design : Design
        Ordered rows are drawn in blocks within each fold; grouped rows by whole groups; rows of a class keep their
        number; other rows are drawn one by one.
    """

    def __init__(self, rows: TestRows, design: Design) -> None:
        self.scheme = _scheme(rows, design)
        self.warnings = (_DESCRIPTIVE,) if design.kind is DesignKind.ORDERED else ()
        self.by_fold = design.kind is DesignKind.ORDERED
        self._seed = design.seed
        self._kept: list[NDArray[np.uint8]] | None = None

    def counts(self) -> Iterator[_Floats]:
        """Yield chunks of how often each row was drawn, shape (resamples, n)."""
        if self._kept is None and self.scheme.n * RESAMPLES <= _KEPT_BYTES:
            self._kept = [chunk.astype(np.uint8) for chunk in self.scheme.resamples(self._seed)]
        kept = self.scheme.resamples(self._seed) if self._kept is None else self._kept
        for chunk in kept:
            yield chunk.astype(np.float64)

    def left_out(self) -> Iterator[_Floats]:
        """Yield chunks of row counts with one jackknife group at zero each, shape (groups, n)."""
        return self.scheme.left_out(self._seed)


def resample(
    contestants: Sequence[TestRows], metrics: Sequence[Metric], shared: SharedResamples
) -> list[dict[str, Resampled]]:
    """Compute metrics of contestants on every resample of the test rows that they share.

    A resample is a vector of how often each row was drawn. Metrics that are means of row values are one product with
    it, those of the confusion matrix one weighted count; others are computed with the counts as weights, many
    resamples at once where the metric knows how.

    Parameters
    ----------
    contestants : sequence of TestRows
        The rows of each contestant.
    metrics : sequence of Metric
        What to compute.
    shared : SharedResamples
        Which rows each resample drew.

    Returns
    -------
    list of dict of str to Resampled
        For each contestant.
    """
    parts = [_parts(rows, by_fold=shared.by_fold) for rows in contestants]
    drawn = [[_evaluate(one, metrics, counts) for one in parts] for counts in shared.counts()]
    left_out = [[_evaluate(one, metrics, counts) for one in parts] for counts in shared.left_out()]
    ones = np.ones((1, shared.scheme.n))
    return [
        _collect(
            metrics,
            shared,
            whole=_evaluate(one, metrics, ones),
            chunks=[chunk[i] for chunk in drawn],
            left_out=[chunk[i] for chunk in left_out],
        )
        for i, one in enumerate(parts)
    ]


def _collect(
    metrics: Sequence[Metric],
    shared: SharedResamples,
    *,
    whole: dict[str, _Floats],
    chunks: list[dict[str, _Floats]],
    left_out: list[dict[str, _Floats]],
) -> dict[str, Resampled]:
    found: dict[str, Resampled] = {}
    for metric in metrics:
        estimate = float(whole[metric.name][0])
        jackknife = np.concatenate([part[metric.name] for part in left_out]) if left_out else None
        found[metric.name] = Resampled(
            estimate=None if math.isnan(estimate) else estimate,
            values=np.concatenate([part[metric.name] for part in chunks]),
            jackknife=jackknife,
            units=shared.scheme.units,
            method=shared.scheme.method,
            warnings=shared.warnings,
        )
    return found


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
    rate = None if resampled.jackknife is None else acceleration(resampled.jackknife)
    found = Replicates(
        resampled.estimate,
        resampled.values,
        rate,
        resampled.units,
        expanded=True,
        scale=_scale(resampled),
        warnings=resampled.warnings,
    )
    name = f"{resampled.method}_percentile" if rate is None else f"{resampled.method}_bca"
    return replace(interval_of_replicates(found, design.confidence, name), estimate=estimate)


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
    scale = max(_scale(a), _scale(b))
    estimate = None if a.estimate is None or b.estimate is None else a.estimate - b.estimate
    if estimate is not None and abs(estimate) <= NOISE * scale:
        estimate = 0.0
    # Percentile bounds widened for few rows: BCa rejects equal models too often on differences of rare-class metrics.
    found = Replicates(
        estimate,
        without_noise(a.values - b.values, scale),
        None,
        a.units,
        expanded=True,
        scale=scale,
        warnings=a.warnings,
    )
    return difference_of_replicates(found, design.confidence, f"paired_{a.method}_percentile")


def _scale(resampled: Resampled) -> float:
    """Size of a metric's values, against which a difference is told from float noise."""
    defined = resampled.values[~np.isnan(resampled.values)]
    return float(np.max(np.abs(defined), initial=0.0)) or 1.0


@dataclass(frozen=True)
class _Scheme:
    """How the rows of a design are drawn: one independent design for each fold of ordered rows, else one in all."""

    n: int
    draws: tuple[tuple[int, Draws], ...]
    """First position and design of each part."""

    method: str
    units: int
    jackknifes: bool

    def resamples(self, seed: int) -> Iterator[_Floats]:
        """Yield chunks of row counts, shape (resamples, n)."""
        many = self.n >= MANY_ROWS and len(self.draws) == 1
        rng = np.random.Generator(np.random.SFC64(seed)) if many else np.random.default_rng(seed)
        draw = self._draw_many if many else self._draw
        size = max(1, _CHUNK_CELLS // self.n)
        for first in range(0, RESAMPLES, size):
            yield np.stack([draw(rng) for _ in range(min(size, RESAMPLES - first))])

    def left_out(self, seed: int) -> Iterator[_Floats]:
        """Yield chunks of row counts with one jackknife group at zero each, shape (groups, n)."""
        if not self.jackknifes:
            return
        kept = self.draws[0][1].left_out(np.random.default_rng(seed))
        size = max(1, _CHUNK_CELLS // self.n)
        while chunk := [_count(rows, self.n) for rows in itertools.islice(kept, size)]:
            yield np.stack(chunk)

    def _draw_many(self, rng: np.random.Generator) -> _Floats:
        return self.draws[0][1].count(rng).astype(np.float64)

    def _draw(self, rng: np.random.Generator) -> _Floats:
        return _count(np.concatenate([first + design.draw(rng) for first, design in self.draws]), self.n)


def _count(rows: NDArray[np.intp], n: int) -> _Floats:
    counts: _Floats = np.bincount(rows, minlength=n).astype(np.float64)
    return counts


def _scheme(rows: TestRows, design: Design) -> _Scheme:
    n = len(rows.rows)
    if design.kind is DesignKind.ORDERED:
        sizes = np.bincount(rows.folds)
        firsts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        draws = tuple(
            (int(first), plan_draws(int(size), blocks=max(1, round(float(size) ** (1 / 3)))))
            for first, size in zip(firsts, sizes, strict=True)
        )
        return _Scheme(n, draws, "block_bootstrap", n, jackknifes=False)
    one = _draws(rows, design)
    prefix = {"rows": "", "strata": "stratified_", "clusters": "cluster_"}[one.kind]
    return _Scheme(n, ((0, one),), f"{prefix}bootstrap", one.units, jackknifes=True)


def _draws(rows: TestRows, design: Design) -> Draws:
    if design.grouped and rows.groups is not None:
        return plan_draws(len(rows.rows), clusters=rows.groups)
    if rows.sample.task.is_classification:
        return plan_draws(len(rows.rows), strata=rows.sample.truth)
    return plan_draws(len(rows.rows))


@dataclass(frozen=True)
class _Part:
    """Rows that are scored together."""

    columns: slice | NDArray[np.int64]
    rows: _Rows


def _part(sample: Sample, columns: slice) -> _Part:
    """Leave out rows without any weight: a metric that has no value on one of them is defined on the others."""
    if sample.weights is None or sample.weighty is sample or not sample.weights.any():
        return _Part(columns, _Rows(sample))
    return _Part(np.flatnonzero(sample.weights > 0) + (columns.start or 0), _Rows(sample.weighty))


def _parts(rows: TestRows, *, by_fold: bool) -> tuple[_Part, ...]:
    """One part for each fold, for means over folds, then all rows."""
    whole = _part(rows.sample, slice(None))
    if not by_fold:
        return (whole,)
    edges = np.concatenate([[0], np.cumsum(np.bincount(rows.folds))])
    folds = (slice(int(a), int(b)) for a, b in itertools.pairwise(edges))
    return (*(_part(rows.sample.take(columns), columns) for columns in folds), whole)


def _evaluate(parts: tuple[_Part, ...], metrics: Sequence[Metric], counts: _Floats) -> dict[str, _Floats]:
    """Score each row of counts by each metric; NaN where undefined."""
    weighted = [_Weighted(part.rows, counts[:, part.columns]) for part in parts]
    values: dict[str, _Floats] = {}
    for metric in metrics:
        if len(parts) > 1 and metric.aggregation == "fold_mean":
            values[metric.name] = np.mean([part.score(metric) for part in weighted[:-1]], axis=0)
        else:
            values[metric.name] = weighted[-1].score(metric)
    return values


class _Rows:
    """Some rows, with what metrics read of them on any weighting, made once."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self._values: dict[str, _Floats | None] = {}
        self._weightings: dict[str, Weighted | None] = {}

    def values_of(self, metric: Metric) -> _Floats | None:
        """Return the row values whose mean a metric is; None when it is no mean."""
        if metric.name not in self._values:
            made = None if metric.row_values is None else metric.row_values(self.sample)
            self._values[metric.name] = None if made is None else np.asarray(made, dtype=np.float64)
        return self._values[metric.name]

    def weightings_of(self, metric: Metric) -> Weighted | None:
        """Return what computes a metric on many weightings at once; None when nothing does."""
        if metric.name not in self._weightings:
            self._weightings[metric.name] = (
                weightings_of_ranks(self.sample, metric)
                if metric.weightings is None
                else metric.weightings(self.sample)
            )
        return self._weightings[metric.name]

    @cached_property
    def cells(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The cell of the confusion matrix that each row is in, and which cells there are."""
        k = len(self.sample.labels)
        predicted = np.where(self.sample.prediction < 0, k, self.sample.prediction)
        cells = np.asarray(self.sample.truth * (k + 1) + predicted, dtype=np.int64)
        return cells, np.unique(cells)

    @cached_property
    def members(self) -> _Floats:
        """1.0 where a row is in a cell, shape (n, cells there are)."""
        cells, codes = self.cells
        members: _Floats = (cells[:, None] == codes).astype(np.float64)
        return members


class _Weighted:
    """Some rows with many weightings of them; the confusion matrices are made once for all metrics."""

    def __init__(self, rows: _Rows, counts: _Floats) -> None:
        self._rows = rows
        self._weights = counts if rows.sample.weights is None else counts * rows.sample.weights

    def score(self, metric: Metric) -> _Floats:
        """Score each weighting; NaN where undefined, and where numbers are too large to reckon with."""
        try:
            self._rows.sample.require(metric.needs)
            with np.errstate(over="ignore", invalid="ignore"):
                values = self._score(metric)
        except Undefined:
            return np.full(len(self._weights), np.nan)
        return np.where(np.isfinite(values), values, np.nan)

    def _score(self, metric: Metric) -> _Floats:
        values, weightings = self._rows.values_of(metric), self._rows.weightings_of(metric)
        if values is not None:
            total, undefined = self._totals, np.full(len(self._weights), np.nan)
            means: _Floats = np.divide(self._weights @ values, total, out=undefined, where=total > 0)
            return means
        if weightings is not None:
            return weightings(self._weights)
        if metric.of_confusion:
            return np.array([_value(metric, sample) for sample in self._tables])
        return np.array([_value(metric, self._rows.sample.reweighted(row)) for row in self._weights])

    @cached_property
    def _totals(self) -> _Floats:
        return np.asarray(self._weights.sum(axis=1), dtype=np.float64)

    @cached_property
    def _tables(self) -> list[Sample]:
        """A sample for each weighting that knows its confusion matrix, shape (k, k + 1)."""
        k = len(self._rows.sample.labels)
        cells, codes = self._rows.cells
        tables = np.zeros((len(self._weights), k * (k + 1)))
        if len(codes) <= _FEW_CELLS:
            tables[:, codes] = self._weights @ self._rows.members
        else:
            for table, row in zip(tables, self._weights, strict=True):
                table[:] = np.bincount(cells, weights=row, minlength=k * (k + 1))
        return [self._rows.sample.restated(table.reshape(k, k + 1)) for table in tables]


def _value(metric: Metric, sample: Sample) -> float:
    try:
        return metric(sample)
    except Undefined:
        return math.nan
