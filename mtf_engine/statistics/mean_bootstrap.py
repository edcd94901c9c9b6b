"""The bootstrap of means of row columns, and of functions of them: log loss, MAE, RMSE, R².

Up to 20,000 rows the weights are drawn row by row. Beyond, neighbouring rows share a cell: cells are drawn
exactly, and what varies within a cell enters as a normal term with the cell's own covariance.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.cells import Cells
from mtf_engine.statistics.inputs import finite_vector
from mtf_engine.statistics.replicates import (
    BootstrapMethod,
    Replicates,
    acceleration,
    check_bootstrap,
    difference_of_replicates,
    interval_of_replicates,
)
from mtf_engine.statistics.row_weights import row_weights
from mtf_engine.statistics.values import NamedDifferences, NamedIntervals

__all__ = ["MeanStatistic", "bootstrap_means", "paired_bootstrap_means"]

Floats = NDArray[np.float64]
MeanStatistic = Callable[[Mapping[str, Floats]], Floats]

_EXACT_ROWS = 20_000
_CELLS = 2048


def _columns(columns: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    if not isinstance(columns, Mapping) or not columns:
        raise ValueError('columns must map names to vectors, such as {"mae": absolute_errors}.')
    vectors = {name: finite_vector(values, name) for name, values in columns.items()}
    if len({vector.size for vector in vectors.values()}) > 1:
        sizes = ", ".join(f"{name} {vector.size}" for name, vector in vectors.items())
        raise ValueError(f"All columns must have the same number of rows; got {sizes}.")
    return vectors


def _exact_means(rows: Floats, resamples: int, rng: np.random.Generator) -> Floats:
    n = rows.shape[0]
    columns = np.ascontiguousarray(rows.T)
    blocks = [np.einsum("bi,mi->bm", weights.astype(np.float64), columns) for weights in row_weights(n, resamples, rng)]
    means: Floats = np.concatenate(blocks) / n
    return means


@dataclass(frozen=True, slots=True)
class _RowCells:
    """Neighbouring rows in cells: how many, their mean and covariance."""

    rows: NDArray[np.int64]
    mean: Floats
    covariance: Floats


def _row_cells(rows: Floats) -> _RowCells:
    """Put rows that are close in the sum of their standardised columns into one cell."""
    deviation = rows.std(axis=0)
    order = np.argsort(((rows - rows.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)).sum(axis=1))
    edges = np.arange(_CELLS + 1) * rows.shape[0] // _CELLS
    sizes = np.diff(edges)
    ordered = rows[order]
    mean = np.add.reduceat(ordered, edges[:-1], axis=0) / sizes[:, None]
    rest = ordered - np.repeat(mean, sizes, axis=0)
    width = rows.shape[1]
    covariance = np.empty((_CELLS, width, width))
    for i in range(width):
        for j in range(i, width):
            value = np.add.reduceat(rest[:, i] * rest[:, j], edges[:-1]) / sizes
            covariance[:, i, j] = covariance[:, j, i] = value
    return _RowCells(sizes, mean, covariance)


def _cell_means(rows: Floats, resamples: int, rng: np.random.Generator) -> Floats:
    cells = _row_cells(rows)
    n, width = rows.shape
    blocks = []
    for tables in Cells(cells.rows).draws(rng, resamples):
        spread = np.einsum("bc,cij->bij", tables, cells.covariance)
        values, vectors = np.linalg.eigh(spread)
        noise = rng.standard_normal((tables.shape[0], width)) * np.sqrt(np.maximum(values, 0.0))
        blocks.append((np.einsum("bc,ci->bi", tables, cells.mean) + np.einsum("bij,bj->bi", vectors, noise)) / n)
    means: Floats = np.clip(np.concatenate(blocks), rows.min(axis=0), rows.max(axis=0))
    return means


def _replicates(
    vectors: dict[str, Floats],
    statistics: Mapping[str, MeanStatistic],
    *,
    resamples: int,
    method: str,
    seed: int,
    expanded: bool,
) -> list[Replicates]:
    names = list(vectors)
    rows = np.column_stack([vectors[name] for name in names])
    n = rows.shape[0]
    if n == 0:
        return [Replicates(None, np.empty(0), None, 0)] * len(statistics)
    rng = np.random.default_rng(seed)
    draw = _exact_means if n <= _EXACT_ROWS else _cell_means
    means = draw(rows, resamples, rng)
    whole = rows.mean(axis=0, keepdims=True)
    left = (whole * n - rows) / (n - 1) if n > 1 and method == "bca" else None

    def apply(statistic: MeanStatistic, values: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            result = np.asarray(statistic({name: values[:, i] for i, name in enumerate(names)}))
        return np.where(np.isfinite(result), result, np.nan)

    result, scale = [], float(np.max(np.abs(whole)))
    for statistic in statistics.values():
        point = float(apply(statistic, whole)[0])
        rate = acceleration(apply(statistic, left)) if left is not None else None
        estimate = None if np.isnan(point) else point
        result.append(Replicates(estimate, apply(statistic, means), rate, n, expanded, scale))
    return result


def _column_mean(name: str) -> MeanStatistic:
    return lambda means: means[name]


def bootstrap_means(
    columns: Mapping[str, ArrayLike],
    *,
    statistics: Mapping[str, MeanStatistic] | None = None,
    confidence: float = 0.95,
    resamples: int = 2000,
    method: BootstrapMethod = "bca",
    seed: int = 0,
    expanded: bool = True,
) -> NamedIntervals:
    """Bootstrap means of row columns, or functions of those means, with one shared draw.

    Parameters
    ----------
    columns : mapping of str to array_like of shape (n,), float
        Row values, such as losses.
    statistics : mapping of str to callable, optional
        Functions of the means, such as ``{"rmse": lambda means: np.sqrt(means["squared"])}``. Each takes a
        mapping of column name to means, shape (m,), and returns (m,). Absent: the mean of each column.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).
    resamples : int, default 2000
        Resamples, at least 100.
    method : {"bca", "percentile"}, default "bca"
        How bounds are read off; the acceleration comes from the exact jackknife.
    seed : int, default 0
        The same seed gives the same bounds.
    expanded : bool, default True
        Widen the levels for few rows; see `bootstrap`.

    Returns
    -------
    NamedIntervals
        One interval for each statistic. Exact up to 20,000 rows, equal in mean and covariance and within the
        columns' range beyond.

    Raises
    ------
    ValueError
        If columns differ in length or hold NaN or infinity.

    References
    ----------
    Efron B (1987). Better bootstrap confidence intervals. JASA 82:171-185.

    Examples
    --------
    >>> interval = bootstrap_means({"mae": [0.1, 0.4, 0.2, 0.9, 0.3] * 10})["mae"]
    >>> round(interval.estimate, 2), interval.low < 0.38 < interval.high
    (0.38, True)
    """
    check_bootstrap(confidence, resamples, method)
    vectors = _columns(columns)
    chosen = statistics or {name: _column_mean(name) for name in vectors}
    found = _replicates(vectors, chosen, resamples=resamples, method=method, seed=seed, expanded=expanded)
    label = f"bootstrap_{method}"
    return NamedIntervals(tuple(chosen), tuple(interval_of_replicates(one, confidence, label) for one in found))


def paired_bootstrap_means(
    columns_a: Mapping[str, ArrayLike],
    columns_b: Mapping[str, ArrayLike],
    *,
    statistics: Mapping[str, MeanStatistic] | None = None,
    confidence: float = 0.95,
    resamples: int = 2000,
    method: BootstrapMethod = "percentile",
    seed: int = 0,
    expanded: bool = True,
) -> NamedDifferences:
    """Bootstrap differences of means, or of functions of them, of two models on the same rows.

    Parameters
    ----------
    columns_a, columns_b : mapping of str to array_like of shape (n,), float
        The same columns of each model, row by row.
    statistics, confidence, resamples, seed, expanded
        As in `bootstrap_means`; each statistic is applied to either model and subtracted.
    method : {"percentile", "bca"}, default "percentile"
        How bounds are read off; see `paired_bootstrap` for why.

    Returns
    -------
    NamedDifferences
        First minus second; p-values as in `paired_bootstrap`.

    Raises
    ------
    ValueError
        If the columns differ in name or length or hold NaN or infinity.

    Examples
    --------
    >>> a, b = [0.1, 0.4, 0.2, 0.9, 0.3] * 10, [0.3, 0.5, 0.2, 1.0, 0.6] * 10
    >>> d = paired_bootstrap_means({"mae": a}, {"mae": b})["mae"]
    >>> round(d.difference, 2), d.p_value < 0.01
    (-0.14, True)
    """
    check_bootstrap(confidence, resamples, method)
    first, second = _columns(columns_a), _columns(columns_b)
    if list(first) != list(second):
        raise ValueError(f"Both models need the same columns; got {list(first)} and {list(second)}.")
    chosen = statistics or {name: _column_mean(name) for name in first}

    def gap(statistic: MeanStatistic) -> MeanStatistic:
        def difference(means: Mapping[str, Floats]) -> Floats:
            a = statistic({name: means[f"a {name}"] for name in first})
            return a - statistic({name: means[f"b {name}"] for name in first})

        return difference

    vectors = {f"a {name}": values for name, values in first.items()}
    vectors |= {f"b {name}": values for name, values in second.items()}
    if len({vector.size for vector in vectors.values()}) > 1:
        raise ValueError("Both models must be scored on the same rows; the columns differ in length.")
    gaps = {name: gap(statistic) for name, statistic in chosen.items()}
    found = _replicates(vectors, gaps, resamples=resamples, method=method, seed=seed, expanded=expanded)
    label = f"paired_bootstrap_{method}"
    return NamedDifferences(tuple(chosen), tuple(difference_of_replicates(one, confidence, label) for one in found))
