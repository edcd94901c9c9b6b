"""Distances between two distributions: effect sizes of drift, without a verdict.

A test says whether two samples differ; with many rows they always do. These say by how much, in the feature's
unit (Wasserstein, energy) or on [0, 1] (Jensen-Shannon). The room's tests of drift are in `drift` and
`two_sample`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from mtf_engine.statistics.calibration import check_weights
from mtf_engine.statistics.inputs import finite_vector
from mtf_engine.statistics.values import Estimate

__all__ = ["energy_distance", "jensen_shannon", "squared_mmd", "wasserstein"]

_EMPTY = "A sample has no rows."


@dataclass(frozen=True, slots=True)
class _Steps:
    """Two distribution functions between neighbouring values of the pooled sample."""

    widths: NDArray[np.float64]
    gap: NDArray[np.float64]


def _distribution_steps(
    first: ArrayLike,
    second: ArrayLike,
    first_weights: ArrayLike | None,
    second_weights: ArrayLike | None,
) -> _Steps | None:
    x, y = finite_vector(first, "first"), finite_vector(second, "second")
    wx = check_weights(first_weights, x.size)
    wy = check_weights(second_weights, y.size)
    if x.size == 0 or y.size == 0:
        return None
    values, place = np.unique(np.concatenate([x, y]), return_inverse=True)
    mass = np.concatenate([wx / wx.sum(), -wy / wy.sum()])
    gap = np.cumsum(np.bincount(place, mass, minlength=values.size).astype(np.float64))[:-1]
    return _Steps(np.diff(values), gap)


def wasserstein(
    first: ArrayLike,
    second: ArrayLike,
    *,
    first_weights: ArrayLike | None = None,
    second_weights: ArrayLike | None = None,
) -> Estimate:
    r"""Wasserstein-1 (earth mover's) distance of two samples of one variable.

    .. math:: W_1 = \int |F(t) - G(t)|\,dt

    Parameters
    ----------
    first, second : array_like of shape (n,), (m,)
        Finite values.
    first_weights, second_weights : array_like, optional
        Non-negative row weights; each side is normalised.

    Returns
    -------
    Estimate
        At least 0, in the variable's unit; a shift by c has distance \|c\|. Undefined with a reason when a
        sample is empty.

    Raises
    ------
    ValueError
        If a value is not finite or weights do not fit.

    References
    ----------
    Villani C (2009). Optimal Transport: Old and New. Springer.

    Examples
    --------
    >>> wasserstein([0, 1, 3], [5, 6, 8]).value
    5.0
    """
    steps = _distribution_steps(first, second, first_weights, second_weights)
    if steps is None:
        return Estimate(None, "wasserstein", reason=_EMPTY)
    return Estimate(float((steps.widths * np.abs(steps.gap)).sum()), "wasserstein")


def energy_distance(
    first: ArrayLike,
    second: ArrayLike,
    *,
    first_weights: ArrayLike | None = None,
    second_weights: ArrayLike | None = None,
) -> Estimate:
    r"""Energy distance of two samples of one variable.

    .. math:: D = \left(2 \int (F(t) - G(t))^2\,dt\right)^{1/2}
              = \left(2E|X-Y| - E|X-X'| - E|Y-Y'|\right)^{1/2}

    Parameters
    ----------
    first, second, first_weights, second_weights
        As in `wasserstein`.

    Returns
    -------
    Estimate
        At least 0, in the square root of the variable's unit. Undefined with a reason when a sample is empty.

    Raises
    ------
    ValueError
        As in `wasserstein`.

    References
    ----------
    Székely GJ, Rizzo ML (2013). Energy statistics: a class of statistics based on distances.
    J Stat Plan Inference 143:1249-1272.

    Examples
    --------
    >>> round(energy_distance([0], [2]).value, 9)
    2.0
    """
    steps = _distribution_steps(first, second, first_weights, second_weights)
    if steps is None:
        return Estimate(None, "energy_distance", reason=_EMPTY)
    return Estimate(math.sqrt(2.0 * float((steps.widths * steps.gap**2).sum())), "energy_distance")


def _distribution(values: ArrayLike, name: str) -> NDArray[np.float64]:
    array = finite_vector(values, name)
    if array.size and array.min() < 0.0:
        raise ValueError(f"{name} must hold counts or probabilities of at least 0.")
    return array


def jensen_shannon(first: ArrayLike, second: ArrayLike, *, base: float = 2.0) -> Estimate:
    r"""Jensen-Shannon distance of two distributions over the same categories.

    The square root of the divergence
    :math:`\tfrac12 KL(P\|M) + \tfrac12 KL(Q\|M)`, with :math:`M = \tfrac12(P+Q)`.

    Parameters
    ----------
    first, second : array_like of shape (k,)
        Counts or probabilities by category; each is normalised.
    base : float, default 2
        Base of the logarithm, above 1. With 2 the distance lies in [0, 1].

    Returns
    -------
    Estimate
        0 when equal, the maximum when the categories are disjoint. Undefined with a reason when a side sums
        to 0.

    Raises
    ------
    ValueError
        If lengths differ, a value is negative or not finite, or base is not above 1.

    References
    ----------
    Lin J (1991). Divergence measures based on the Shannon entropy. IEEE Trans Inf Theory 37:145-151.
    Endres DM, Schindelin JE (2003). A new metric for probability distributions. IEEE Trans Inf Theory
    49:1858-1860.

    Examples
    --------
    >>> jensen_shannon([1, 0, 0], [0, 1, 0]).value
    1.0
    """
    p, q = _distribution(first, "first"), _distribution(second, "second")
    if p.size != q.size:
        raise ValueError(f"first and second must have the same categories; got {p.size} and {q.size}.")
    if not (math.isfinite(base) and base > 1.0):
        raise ValueError(f"base must be a finite number above 1; got {base!r}.")
    method = f"jensen_shannon (distance, base {base:g})"
    if p.sum() == 0.0 or q.sum() == 0.0:
        return Estimate(None, method, reason="A side has no mass.")
    p, q = p / p.sum(), q / q.sum()
    middle = 0.5 * (p + q)
    divergence = 0.5 * float(special.rel_entr(p, middle).sum() + special.rel_entr(q, middle).sum())
    divergence = min(max(0.0, divergence), math.log(2.0))
    return Estimate(math.sqrt(divergence / math.log(base)), method)


def sample_matrix(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return `values` as a finite (rows, columns) float64 array, one column for a vector, or raise ValueError."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2 or array.shape[1] < 1:
        raise ValueError(f"{name} must be a vector or a table of rows by columns; its shape is {array.shape}.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinity; drop or impute them first.")
    return array


def squared_distances(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared Euclidean distances between the rows of x and y, shape (n, m), never negative."""
    centre = x.mean(axis=0)
    a, b = x - centre, y - centre
    product = (a * a).sum(axis=1)[:, np.newaxis] + (b * b).sum(axis=1)[np.newaxis, :] - 2.0 * (a @ b.T)
    distances: NDArray[np.float64] = np.maximum(product, 0.0)
    return distances


def median_gamma(squared: NDArray[np.float64]) -> float:
    """Kernel coefficient 1/(2 median^2) from squared distances of distinct rows; 1 when all rows are equal."""
    positive = squared[squared > 0.0]
    return 1.0 if positive.size == 0 else 1.0 / (2.0 * float(np.median(positive)))


def squared_mmd(first: ArrayLike, second: ArrayLike, *, gamma: float | None = None, unbiased: bool = True) -> Estimate:
    r"""Squared maximum mean discrepancy with the Gaussian kernel :math:`k = \exp(-\gamma\|x-y\|^2)`.

    :math:`E k(x,x') + E k(y,y') - 2 E k(x,y)`, its means over distinct rows (unbiased) or all pairs (biased).

    Parameters
    ----------
    first, second : array_like of shape (n, d), (m, d) or (n,), (m,)
        Finite rows; columns should share a scale.
    gamma : float, optional
        Kernel coefficient, positive. Absent: 1/(2 median^2) of the distances between distinct rows.
    unbiased : bool, default True
        The unbiased estimate may be negative; the biased one is at least 0.

    Returns
    -------
    Estimate
        At most 2. Undefined with a reason when a sample has no row, or one row where two are needed.

    Raises
    ------
    ValueError
        If columns differ, a value is not finite, or gamma is not positive.

    References
    ----------
    Gretton A, Borgwardt KM, Rasch MJ, Schölkopf B, Smola A (2012). A kernel two-sample test.
    JMLR 13:723-773.

    Examples
    --------
    >>> squared_mmd([0.0, 1.0], [0.0, 1.0], gamma=0.5, unbiased=False).value
    0.0
    """
    x, y = sample_matrix(first, "first"), sample_matrix(second, "second")
    method = f"squared_mmd ({'unbiased' if unbiased else 'biased'}, gaussian)"
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"first and second must have the same columns; got {x.shape[1]} and {y.shape[1]}.")
    if gamma is not None and not (math.isfinite(gamma) and gamma > 0.0):
        raise ValueError(f"gamma must be a positive number; got {gamma!r}.")
    n, m, needed = x.shape[0], y.shape[0], 2 if unbiased else 1
    if min(n, m) < needed:
        return Estimate(None, method, reason=f"Each sample needs at least {needed} row(s); got {n} and {m}.")
    pooled = np.concatenate([x, y])
    squared = squared_distances(pooled, pooled)
    np.fill_diagonal(squared, 0.0)
    kernel = np.exp(-(median_gamma(squared) if gamma is None else gamma) * squared)
    within_x, within_y, between = kernel[:n, :n], kernel[n:, n:], kernel[:n, n:]
    if not unbiased:
        return Estimate(max(0.0, float(within_x.mean() + within_y.mean() - 2.0 * between.mean())), method)
    value = (
        (float(within_x.sum()) - n) / (n * (n - 1))
        + (float(within_y.sum()) - m) / (m * (m - 1))
        - 2.0 * float(between.mean())
    )
    return Estimate(value, method)
