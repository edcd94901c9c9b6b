"""The bootstrap of binary metrics on slots of the score axis: all metrics, one draw.

Rows of one class in one slot are one cell, and a resample is one multinomial draw over at most some 2,000 cells.
Where slots are exact (few distinct scores, or a rare class) so are the ranking metrics. Otherwise slots are
quantiles: pairs inside a slot keep their observed share of right order, the replicates are centred on the exact
metric, and what a loss varies within a cell enters as a normal term of that variance.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.binary_points import (
    LOSS_METRICS,
    RANKING_METRICS,
    binary_counts,
    ranking_point,
    row_losses,
    sorted_classes,
)
from mtf_engine.statistics.cells import Cells
from mtf_engine.statistics.confusion_metrics import BINARY_COUNT_METRICS, Floats
from mtf_engine.statistics.inputs import check_choice
from mtf_engine.statistics.replicates import (
    BootstrapMethod,
    Replicates,
    acceleration,
    check_bootstrap,
    interval_of_replicates,
)
from mtf_engine.statistics.slots import Slots, SortedClasses, plan_slots
from mtf_engine.statistics.values import Interval, NamedIntervals

__all__ = ["BINARY_METRICS", "bootstrap_binary", "bootstrap_ranking"]

BINARY_METRICS = (*BINARY_COUNT_METRICS, *RANKING_METRICS, *LOSS_METRICS)
"""Metrics `bootstrap_binary` knows."""


@dataclass(frozen=True, slots=True)
class _CellLosses:
    """Mean and variance of a loss in each cell: positives of all slots, then negatives."""

    mean: Floats
    variance: Floats


@dataclass(frozen=True, slots=True)
class BinaryProblem:
    """One binary problem in cells, ready to be evaluated on tables of counts."""

    classes: SortedClasses
    slots: Slots
    threshold: float
    losses: dict[str, _CellLosses]

    @property
    def counts(self) -> NDArray[np.int64]:
        return np.concatenate((self.slots.positive, self.slots.negative))

    def estimate(self, name: str) -> float:
        """The metric on the rows themselves, NaN where undefined."""
        if name in RANKING_METRICS:
            value = ranking_point(name, self.classes)
            return float("nan") if value is None else value
        if name in LOSS_METRICS:
            return float(_weighted(self.counts[None, :].astype(np.float64), self.losses[name].mean)[0])
        counts = binary_counts(self.classes, self.threshold).astype(np.float64)
        return float(BINARY_COUNT_METRICS[name](counts))

    def evaluate(self, name: str, tables: Floats) -> Floats:
        """The metric on each table of counts, shape (m, cells), NaN where undefined."""
        if name in LOSS_METRICS:
            return _weighted(tables, self.losses[name].mean)
        middle = self.slots.positive.size
        positive, negative = tables[:, :middle], tables[:, middle:]
        if name == "roc_auc":
            return slot_auc(positive, negative, self.slots.share)
        if name == "average_precision":
            return slot_average_precision(positive, negative)
        return BINARY_COUNT_METRICS[name](self._matrices(positive, negative))

    def _matrices(self, positive: Floats, negative: Floats) -> Floats:
        cut = int(self.slots.number(np.array([self.threshold]))[0])
        result = np.empty((positive.shape[0], 2, 2))
        for row, side in enumerate((negative, positive)):
            result[:, row, 0] = side[:, :cut].sum(axis=1)
            result[:, row, 1] = side[:, cut:].sum(axis=1)
        return result


def _weighted(tables: Floats, values: Floats) -> Floats:
    """Mean of cell values under each table's counts; einsum, because BLAS results depend on threads."""
    mean: Floats = np.einsum("ij,j->i", tables, values) / tables.sum(axis=1)
    return mean


def slot_auc(positive: Floats, negative: Floats, share: Floats) -> Floats:
    """Return the area of each row of counts by slot, shape (m,), NaN where a class is absent."""
    below = np.cumsum(negative, axis=1)
    below -= (1.0 - share) * negative
    right = np.einsum("ij,ij->i", positive, below)
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    result: Floats = np.full(right.shape, np.nan)
    np.divide(right, pairs, out=result, where=pairs > 0)
    return result


def slot_average_precision(positive: Floats, negative: Floats) -> Floats:
    """Return the average precision of each row of counts by slot, shape (m,), NaN where no row is positive."""
    hits = np.cumsum(positive[:, ::-1], axis=1)
    called = hits + np.cumsum(negative[:, ::-1], axis=1)
    precision = np.divide(hits, called, out=np.zeros_like(hits), where=called > 0)
    total = hits[:, -1]
    area = np.einsum("ij,ij->i", positive[:, ::-1], precision)
    result: Floats = np.full(total.shape, np.nan)
    np.divide(area, total, out=result, where=total > 0)
    return result


def _cell_losses(name: str, classes: SortedClasses, slots: Slots) -> _CellLosses:
    means, variances = [], []
    for side, positive in ((classes.positive, True), (classes.negative, False)):
        edges = slots.edges(side)
        rows = np.diff(edges)
        losses, there = row_losses(name, side, positive), rows > 0
        mean, variance = np.zeros(rows.size), np.zeros(rows.size)
        starts = edges[:-1][there]
        if starts.size:
            mean[there] = np.add.reduceat(losses, starts) / rows[there]
            losses -= np.repeat(mean[there], rows[there])
            variance[there] = np.add.reduceat(losses * losses, starts) / rows[there]
        means.append(mean)
        variances.append(np.where(rows > 1, variance, 0.0))
    return _CellLosses(np.concatenate(means), np.concatenate(variances))


def binary_problem(truth: ArrayLike, score: ArrayLike, threshold: float, metrics: Sequence[str]) -> BinaryProblem:
    """Check and cut one binary problem; raise ValueError where `metrics` do not fit the scores."""
    classes = sorted_classes(truth, score)
    wanted = [name for name in metrics if name in LOSS_METRICS]
    sides = [side for side in (classes.positive, classes.negative) if side.size]
    if wanted and any(side[0] < 0.0 or side[-1] > 1.0 for side in sides):
        raise ValueError(f"{wanted[0]} needs probabilities; some scores lie outside [0, 1].")
    slots = plan_slots(classes, threshold)
    losses = {name: _cell_losses(name, classes, slots) for name in wanted}
    return BinaryProblem(classes, slots, threshold, losses)


def _replicates(
    problem: BinaryProblem, metrics: Sequence[str], cells: Cells, *, resamples: int, method: str, seed: int
) -> list[Replicates]:
    rng = np.random.Generator(np.random.SFC64(seed))  # a sixth faster than PCG64 on binomials
    blocks: dict[str, list[Floats]] = {name: [] for name in metrics}
    for tables in cells.draws(rng, resamples):
        for name in metrics:
            values = problem.evaluate(name, tables)
            if name in LOSS_METRICS:
                spread = np.sqrt(_weighted(tables, problem.losses[name].variance) / tables.sum(axis=1))
                values = values + spread * rng.standard_normal(spread.size)
            blocks[name].append(values)
    whole = problem.counts[None, :].astype(np.float64)
    left = cells.left_out() if method == "bca" and problem.classes.n > 1 else None
    result = []
    for name in metrics:
        values, estimate = np.concatenate(blocks[name]), problem.estimate(name)
        if name in RANKING_METRICS and not problem.slots.exact:
            values = np.clip(values + (estimate - problem.evaluate(name, whole)), 0.0, 1.0)
        if name in LOSS_METRICS:
            values = np.clip(values, 0.0, 1.0 if name == "brier" else None)
        rate = acceleration(problem.evaluate(name, left.tables), left.rows) if left is not None else None
        point = None if np.isnan(estimate) else estimate
        result.append(Replicates(point, values, rate, problem.classes.n))
    return result


def bootstrap_binary(
    truth: ArrayLike,
    score: ArrayLike,
    *,
    metrics: Sequence[str],
    threshold: float = 0.5,
    confidence: float = 0.95,
    resamples: int = 2000,
    method: BootstrapMethod = "bca",
    seed: int = 0,
    stratified: bool = False,
    expanded: bool = True,
) -> NamedIntervals:
    """Bootstrap several metrics of a binary problem with one shared draw of the rows.

    Parameters
    ----------
    truth : array_like of shape (n,), bool or 0/1
        True for the positive class.
    score : array_like of shape (n,), float
        Probability or score of the positive class, finite.
    metrics : sequence of str
        Of `BINARY_METRICS`: thresholded metrics as in `bootstrap_counts`, roc_auc, average_precision, log_loss
        and brier.
    threshold : float, default 0.5
        A score at or above it is a positive prediction.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).
    resamples : int, default 2000
        Resamples, at least 100.
    method : {"bca", "percentile"}, default "bca"
        How bounds are read off.
    seed : int, default 0
        The same seed gives the same bounds.
    stratified : bool, default False
        Keep the number of rows of each class.
    expanded : bool, default True
        Widen the levels for few rows; see `bootstrap`.

    Returns
    -------
    NamedIntervals
        One interval for each metric, containing its estimate and within its range. Exact in distribution for
        thresholded metrics always, and for the others when there are at most 2,048 distinct scores in the two
        classes together; for ranking metrics also when the smaller class has at most 512 distinct scores.
        Otherwise an approximation whose error is far below the interval's own Monte Carlo error.

    Raises
    ------
    ValueError
        If shapes differ, a score is NaN or infinite, a metric is unknown, or a loss is asked for scores that
        are not probabilities.

    References
    ----------
    Efron B (1987). Better bootstrap confidence intervals. JASA 82:171-185.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random(500) < 0.3
    >>> score = np.clip(0.3 + 0.3 * truth + 0.2 * rng.standard_normal(500), 0, 1)
    >>> result = bootstrap_binary(truth, score, metrics=["roc_auc", "brier"])
    >>> all(i.low < i.estimate < i.high for i in result.intervals)
    True
    """
    check_bootstrap(confidence, resamples, method)
    for name in metrics:
        check_choice(name, "metrics", BINARY_METRICS)
    problem = binary_problem(truth, score, float(threshold), metrics)
    label = f"{'stratified_' if stratified else ''}bootstrap_{method}"
    if problem.classes.n == 0:
        empty = Interval(None, None, None, confidence, label, reason="There are no rows (n = 0).")
        return NamedIntervals(tuple(metrics), (empty,) * len(metrics))
    slots = problem.slots.positive.size
    cells = Cells(problem.counts, np.repeat([1, 0], slots) if stratified else None)
    found = _replicates(problem, metrics, cells, resamples=resamples, method=method, seed=seed)
    if expanded:
        found = [replace(one, expanded=True) for one in found]
    return NamedIntervals(tuple(metrics), tuple(interval_of_replicates(one, confidence, label) for one in found))


def bootstrap_ranking(
    truth: ArrayLike,
    score: ArrayLike,
    metric: str = "roc_auc",
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    method: BootstrapMethod = "bca",
    seed: int = 0,
    stratified: bool = False,
    expanded: bool = True,
) -> Interval:
    """Bootstrap ROC AUC or average precision on slots of the score axis.

    Parameters
    ----------
    truth, score, confidence, resamples, method, seed, stratified, expanded
        As in `bootstrap_binary`.
    metric : {"roc_auc", "average_precision"}, default "roc_auc"
        Ranking metric.

    Returns
    -------
    Interval
        Exact where `bootstrap_binary` says so.

    Raises
    ------
    ValueError
        As in `bootstrap_binary`.

    Examples
    --------
    >>> bootstrap_ranking([0, 0, 1, 1] * 20, [0.1, 0.4, 0.35, 0.8] * 20).estimate
    0.75
    """
    check_choice(metric, "metric", RANKING_METRICS)
    return bootstrap_binary(
        truth,
        score,
        metrics=[metric],
        confidence=confidence,
        resamples=resamples,
        method=method,
        seed=seed,
        stratified=stratified,
        expanded=expanded,
    )[metric]
