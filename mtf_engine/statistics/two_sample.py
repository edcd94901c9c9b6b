"""Permutation tests that two multivariate samples come from one distribution: MMD and energy.

Both rest on a matrix of pairwise similarities or distances that is computed once; a permutation only picks which
rows it sums. The matrix is quadratic in the rows, so the tests refuse samples beyond a stated size.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.distance import median_gamma, sample_matrix, squared_distances, squared_mmd
from mtf_engine.statistics.inputs import DECIMALS, check_count
from mtf_engine.statistics.randomness import data_generator
from mtf_engine.statistics.values import TestResult

__all__ = ["energy_test", "mmd_test"]

_MAX_ROWS = 5000
_PERMUTATIONS_AT_ONCE = 256


def _pooled(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Pooled rows in a canonical order, so that row order does not change the draws, and which are first's."""
    x, y = sample_matrix(first, "first"), sample_matrix(second, "second")
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"first and second must have the same columns; got {x.shape[1]} and {y.shape[1]}.")
    total = x.shape[0] + y.shape[0]
    if total > _MAX_ROWS:
        raise ValueError(
            f"The test compares all pairs of rows and takes at most {_MAX_ROWS} in all; got {total}. "
            "Draw a random sample of each side first."
        )
    pooled = np.concatenate([x, y])
    order = np.lexsort(pooled.T[::-1])
    return pooled[order], (np.arange(total) < x.shape[0])[order]


def _permutation_test(
    pairs: NDArray[np.float64], is_first: NDArray[np.bool_], n_permutations: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Within-first plus within-second minus twice between means of `pairs`: observed, then permuted.

    `pairs` has a zero diagonal and means run over distinct rows. Every permutation deals out the smaller sample.
    """
    total, n = is_first.size, int(np.count_nonzero(is_first))
    k = min(n, total - n)
    rows = pairs.sum(axis=1)
    results = []
    left_to_draw = n_permutations + 1
    while left_to_draw:
        batch = min(left_to_draw, _PERMUTATIONS_AT_ONCE)
        chosen = np.zeros((total, batch))
        for column in range(batch):
            chosen[rng.permutation(total)[:k], column] = 1.0
        if left_to_draw == n_permutations + 1:
            chosen[:, 0] = is_first if n == k else ~is_first
        inside = (chosen * (pairs @ chosen)).sum(axis=0)
        touching = rows @ chosen
        outside = rows.sum() - 2.0 * touching + inside
        between = touching - inside
        other = total - k
        results.append(inside / (k * (k - 1)) + outside / (other * (other - 1)) - 2.0 * between / (k * other))
        left_to_draw -= batch
    return np.concatenate(results)


def _p_value(statistics: NDArray[np.float64]) -> float:
    """(b+1)/(B+1) from the observed statistic followed by B permuted ones."""
    rounded = np.round(statistics, DECIMALS)
    at_least = int(np.count_nonzero(rounded[1:] >= rounded[0]))
    return (at_least + 1) / rounded.size


def _too_few(is_first: NDArray[np.bool_], method: str) -> TestResult | None:
    n = int(np.count_nonzero(is_first))
    m = is_first.size - n
    if min(n, m) >= 2:
        return None
    return TestResult(None, None, method, reason=f"Each sample needs at least 2 rows; got {n} and {m}.")


def mmd_test(
    first: ArrayLike,
    second: ArrayLike,
    *,
    gamma: float | None = None,
    n_permutations: int = 499,
    seed: int = 0,
) -> TestResult:
    """Kernel two-sample test: unbiased squared MMD with a Gaussian kernel, by permutation.

    Parameters
    ----------
    first, second : array_like of shape (n, d), (m, d) or (n,), (m,)
        Finite rows, at most 5000 in all; scale the columns first.
    gamma : float, optional
        Kernel coefficient, positive. Absent: 1/(2 median^2) of the distances between distinct pooled rows, which
        does not see the sample labels and so keeps the test valid.
    n_permutations : int, default 499
        Permutations B, at least 99; p is (b+1)/(B+1).
    seed : int, default 0
        Seed of the permutations, mixed with the data; row order and which sample comes first do not change the result.

    Returns
    -------
    TestResult
        Statistic is `squared_mmd` (unbiased). Undefined with a reason when a sample has fewer than 2 rows.

    Raises
    ------
    ValueError
        If columns differ, a value is not finite, rows are too many, or an option is out of range.

    References
    ----------
    Gretton A, Borgwardt KM, Rasch MJ, Schölkopf B, Smola A (2012). A kernel two-sample test.
    JMLR 13:723-773.
    Phipson B, Smyth GK (2010). Permutation p-values should never be zero. Stat Appl Genet Mol Biol 9:39.

    Examples
    --------
    >>> result = mmd_test([0.0, 0.1, 0.2, 0.3, 0.4, 0.5], [2.0, 2.1, 2.2, 2.3, 2.4, 2.5])
    >>> result.p_value < 0.01
    True
    """
    check_count(n_permutations, "n_permutations", minimum=99)
    if gamma is not None and not (math.isfinite(gamma) and gamma > 0.0):
        raise ValueError(f"gamma must be a positive number; got {gamma!r}.")
    rows, is_first = _pooled(first, second)
    undefined = _too_few(is_first, "mmd_test")
    if undefined is not None:
        return undefined
    squared = squared_distances(rows, rows)
    np.fill_diagonal(squared, 0.0)
    coefficient = median_gamma(squared) if gamma is None else gamma
    kernel = np.exp(-coefficient * squared)
    np.fill_diagonal(kernel, 0.0)
    statistics = _permutation_test(kernel, is_first, n_permutations, data_generator(seed, rows))
    value = squared_mmd(first, second, gamma=coefficient).value
    return TestResult(value, _p_value(statistics), f"mmd_test (gaussian, {n_permutations} permutations)")


def energy_test(first: ArrayLike, second: ArrayLike, *, n_permutations: int = 499, seed: int = 0) -> TestResult:
    r"""Energy test that two multivariate samples come from one distribution, by permutation.

    The statistic is the unbiased :math:`2E\|X-Y\| - E\|X-X'\| - E\|Y-Y'\|`, means over distinct rows.

    Parameters
    ----------
    first, second : array_like of shape (n, d), (m, d) or (n,), (m,)
        Finite rows, at most 5000 in all; scale the columns first.
    n_permutations, seed
        As in `mmd_test`.

    Returns
    -------
    TestResult
        The statistic may be slightly negative without a difference. Undefined with a reason when a sample has
        fewer than 2 rows.

    Raises
    ------
    ValueError
        As in `mmd_test`.

    References
    ----------
    Székely GJ, Rizzo ML (2013). Energy statistics: a class of statistics based on distances.
    J Stat Plan Inference 143:1249-1272.

    Examples
    --------
    >>> energy_test([0.0, 0.1, 0.2, 0.3, 0.4, 0.5], [2.0, 2.1, 2.2, 2.3, 2.4, 2.5]).p_value < 0.01
    True
    """
    check_count(n_permutations, "n_permutations", minimum=99)
    rows, is_first = _pooled(first, second)
    undefined = _too_few(is_first, "energy_test")
    if undefined is not None:
        return undefined
    distances = np.sqrt(squared_distances(rows, rows))
    np.fill_diagonal(distances, 0.0)
    statistics = _permutation_test(-distances, is_first, n_permutations, data_generator(seed, rows))
    return TestResult(float(statistics[0]), _p_value(statistics), f"energy_test ({n_permutations} permutations)")
