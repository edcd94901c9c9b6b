"""The exact bootstrap of metrics that are functions of a confusion matrix.

A thousand resamples of a million rows are a thousand multinomial draws over the cells of the matrix, and all
metrics read the same draws.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.cells import Cells
from mtf_engine.statistics.confusion_metrics import CountStatistic, Floats, count_metric
from mtf_engine.statistics.replicates import (
    BootstrapMethod,
    Replicates,
    acceleration,
    check_bootstrap,
    difference_of_replicates,
    interval_of_replicates,
)
from mtf_engine.statistics.values import Difference, NamedDifferences, NamedIntervals

__all__ = ["bootstrap_counts", "paired_bootstrap_counts"]

Metrics = Sequence[str] | Mapping[str, CountStatistic]


def _statistics(metrics: Metrics, classes: int) -> dict[str, CountStatistic]:
    if isinstance(metrics, str):
        raise ValueError(f"metrics must be a sequence of names, such as [{metrics!r}].")
    if isinstance(metrics, Mapping):
        return dict(metrics)
    return {name: count_metric(name, classes) for name in metrics}


def _table(counts: ArrayLike, axes: int) -> NDArray[np.int64]:
    table = np.asarray(counts)
    shape_is_cube = table.ndim == axes and len(set(table.shape)) == 1 and table.shape[0] >= 2
    if not shape_is_cube or table.dtype.kind not in "iu" or (table < 0).any():
        expected = ", ".join("k" * axes)
        raise ValueError(f"counts must be whole numbers of at least 0 in shape ({expected}), k >= 2.")
    return table.astype(np.int64)


def _replicates(
    table: NDArray[np.int64],
    statistics: dict[str, CountStatistic],
    *,
    resamples: int,
    method: str,
    seed: int,
    stratified: bool,
    expanded: bool,
) -> list[Replicates]:
    """One set of replicates for each statistic, all from the same draws."""
    n = int(table.sum())
    if n == 0:
        return [Replicates(None, np.empty(0), None, 0)] * len(statistics)
    rows_of_class = np.repeat(np.arange(table.shape[0]), table.size // table.shape[0])
    cells = Cells(table.ravel(), rows_of_class if stratified else None)

    def evaluate(flat: Floats) -> list[Floats]:
        shaped = flat.reshape((-1, *table.shape))
        return [np.asarray(statistic(shaped), dtype=np.float64) for statistic in statistics.values()]

    rng = np.random.default_rng(seed)
    drawn = [evaluate(block) for block in cells.draws(rng, resamples)]
    left = cells.left_out()
    removed = evaluate(left.tables) if method == "bca" and n > 1 else None
    result = []
    for i, value in enumerate(evaluate(table.astype(np.float64))):
        estimate = None if np.isnan(value[0]) else float(value[0])
        rate = acceleration(removed[i], left.rows) if removed is not None else None
        values = np.concatenate([block[i] for block in drawn])
        result.append(Replicates(estimate, values, rate, n, expanded))
    return result


def bootstrap_counts(
    counts: ArrayLike,
    metrics: Metrics,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    method: BootstrapMethod = "bca",
    seed: int = 0,
    stratified: bool = False,
    expanded: bool = True,
) -> NamedIntervals:
    """Bootstrap metrics of a confusion matrix, exactly and at a cost that does not depend on the rows.

    Parameters
    ----------
    counts : array_like of shape (k, k), int
        Rows by true class (first axis) and predicted class (second axis). For two classes the second is the
        positive one.
    metrics : sequence of str, or mapping of str to callable
        Names: accuracy, balanced_accuracy, precision_macro, recall_macro, f1_macro, f1_micro, f1_weighted, mcc,
        kappa, and for two classes precision, recall, specificity, npv and f1. A callable takes an array of shape
        (m, k, k) and returns (m,), NaN where undefined.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).
    resamples : int, default 2000
        Resamples, at least 100.
    method : {"bca", "percentile"}, default "bca"
        How bounds are read off; the acceleration comes from the exact jackknife.
    seed : int, default 0
        The same seed gives the same bounds.
    stratified : bool, default False
        Keep the number of rows of each true class.
    expanded : bool, default True
        Widen the levels for few rows; see `bootstrap`.

    Returns
    -------
    NamedIntervals
        One interval for each metric, from the same draws; undefined with a reason as in `bootstrap`.

    Raises
    ------
    ValueError
        If the matrix is not square with whole numbers, or a name or option is unknown.

    References
    ----------
    Efron B (1987). Better bootstrap confidence intervals. JASA 82:171-185.

    Examples
    --------
    >>> interval = bootstrap_counts([[50, 10], [5, 35]], ["f1"])["f1"]
    >>> round(interval.estimate, 4), interval.low < interval.estimate < interval.high
    (0.8235, True)
    """
    check_bootstrap(confidence, resamples, method)
    table = _table(counts, 2)
    statistics = _statistics(metrics, table.shape[0])
    replicates = _replicates(
        table,
        statistics,
        resamples=resamples,
        method=method,
        seed=seed,
        stratified=stratified,
        expanded=expanded,
    )
    name = f"{'stratified_' if stratified else ''}bootstrap_{method}"
    intervals = tuple(interval_of_replicates(one, confidence, name) for one in replicates)
    return NamedIntervals(tuple(statistics), intervals)


def paired_bootstrap_counts(
    counts: ArrayLike,
    metrics: Metrics,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    method: BootstrapMethod = "percentile",
    seed: int = 0,
    stratified: bool = False,
    expanded: bool = True,
) -> NamedDifferences:
    """Bootstrap the differences of two classifiers' metrics on the same rows, exactly.

    Parameters
    ----------
    counts : array_like of shape (k, k, k), int
        Rows by true class, class predicted by the first, class predicted by the second.
    metrics, confidence, resamples, seed, stratified, expanded
        As in `bootstrap_counts`.
    method : {"percentile", "bca"}, default "percentile"
        How bounds are read off; see `paired_bootstrap` for why.

    Returns
    -------
    NamedDifferences
        First minus second for each metric, from the same draws for both; p-values as in `paired_bootstrap`.

    Raises
    ------
    ValueError
        As in `bootstrap_counts`.

    Examples
    --------
    >>> counts = [[[40, 5], [5, 10]], [[4, 6], [6, 24]]]
    >>> d = paired_bootstrap_counts(counts, ["accuracy"])["accuracy"]
    >>> d.difference, d.p_value
    (0.0, 1.0)
    """
    check_bootstrap(confidence, resamples, method)
    table = _table(counts, 3)
    statistics = _statistics(metrics, table.shape[0])

    def gap(statistic: CountStatistic) -> CountStatistic:
        return lambda shaped: statistic(shaped.sum(axis=-1)) - statistic(shaped.sum(axis=-2))

    mirrored = table.transpose(0, 2, 1)
    swapped = tuple(table.ravel()) > tuple(mirrored.ravel())
    replicates = _replicates(
        mirrored if swapped else table,
        {name: gap(statistic) for name, statistic in statistics.items()},
        resamples=resamples,
        method=method,
        seed=seed,
        stratified=stratified,
        expanded=expanded,
    )
    name = f"{'stratified_' if stratified else ''}paired_bootstrap_{method}"
    differences = (difference_of_replicates(one, confidence, name) for one in replicates)
    return NamedDifferences(tuple(statistics), tuple(_flip(d) if swapped else d for d in differences))


def _flip(found: Difference) -> Difference:
    """Second minus first: both orders of the models are drawn alike, so swapping them changes the sign only."""
    low = None if found.high is None else 0.0 - found.high
    high = None if found.low is None else 0.0 - found.low
    difference = None if found.difference is None else 0.0 - found.difference
    return replace(found, difference=difference, low=low, high=high)
