"""Permutation tests of two models on the same rows.

Under the null that the models are exchangeable, swapping their outputs on any row changes nothing but the sign
of that row's contribution. Mean losses need only the signs; other metrics are evaluated anew on each swap.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.inputs import DECIMALS, check_count, check_same_length, finite_vector
from mtf_engine.statistics.values import TestResult

__all__ = ["SwapStatistic", "label_swap_permutation", "permutation_test"]

SwapStatistic = Callable[[NDArray[np.bool_]], float | None]

_EXACT_ROWS = 16
_BLOCK = 4_000_000


def _exact_count(differences: NDArray[np.float64], observed: float) -> int:
    """Sign patterns, of all 2^n, whose sum is at least as far from zero as the observed one."""
    sums = np.zeros(1)
    for value in differences:
        sums = np.concatenate((sums + value, sums - value))
    return int(np.count_nonzero(np.abs(sums) >= observed))


def _random_count(differences: NDArray[np.float64], observed: float, resamples: int, seed: int) -> int:
    rng = np.random.default_rng(seed)
    step = max(1, _BLOCK // max(1, differences.size))
    total = float(differences.sum())
    count = 0
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        flipped = rng.integers(0, 2, size=(size, differences.size), dtype=np.uint8)
        sums = total - 2.0 * np.einsum("bi,i->b", flipped.astype(np.float64), differences)
        count += int(np.count_nonzero(np.abs(sums) >= observed))
    return count


def permutation_test(losses_a: ArrayLike, losses_b: ArrayLike, *, resamples: int = 9999, seed: int = 0) -> TestResult:
    r"""Sign-flip permutation test that two models have the same mean loss on the same rows.

    The statistic is the mean difference; under the null each row's difference is as likely with either sign. Up
    to 16 non-zero differences all sign patterns are enumerated and p is their share; beyond, b of B random
    patterns count as :math:`(b+1)/(B+1)`.

    Parameters
    ----------
    losses_a, losses_b : array_like of shape (n,), float
        Loss of each row under each model.
    resamples : int, default 9999
        Random sign patterns, at least 99.
    seed : int, default 0
        The same seed gives the same p-value.

    Returns
    -------
    TestResult
        Mean of a minus mean of b, and the two-sided p-value; 1 when the losses are equal row by row. Undefined
        with a reason without rows.

    Raises
    ------
    ValueError
        If shapes differ, or a value is NaN or infinite.

    References
    ----------
    Fisher RA (1935). The Design of Experiments. Oliver and Boyd.
    Phipson B, Smyth GK (2010). Permutation p-values should never be zero. Stat Appl Genet Mol Biol 9:39.

    Examples
    --------
    >>> permutation_test([3, 1, 4, 2], [1, 0, 2, 1]).p_value
    0.125
    """
    check_count(resamples, "resamples", minimum=99)
    first, second = finite_vector(losses_a, "losses_a"), finite_vector(losses_b, "losses_b")
    check_same_length(first, second, "losses_a and losses_b")
    if first.size == 0:
        return TestResult(None, None, "sign_flip_permutation", reason="There are no rows (n = 0).")
    differences = first - second
    scale = float(np.max(np.abs(differences)))
    statistic = float(differences.mean())
    if scale == 0.0:
        return TestResult(0.0, 1.0, "sign_flip_permutation")
    moving = np.round(differences / scale, DECIMALS)
    moving = moving[moving != 0.0]
    observed = abs(float(moving.sum())) - 1e-9
    if moving.size <= _EXACT_ROWS:
        p_value = _exact_count(moving, observed) / 2.0**moving.size
        return TestResult(statistic, p_value, "sign_flip_permutation_exact")
    count = _random_count(moving, observed, resamples, seed)
    return TestResult(statistic, (count + 1.0) / (resamples + 1.0), "sign_flip_permutation")


def label_swap_permutation(statistic: SwapStatistic, n: int, *, resamples: int = 1999, seed: int = 0) -> TestResult:
    """Permutation test of any metric's difference: swap the two models' outputs on random rows.

    Parameters
    ----------
    statistic : callable
        Takes a bool vector of shape (n,), True where the outputs of the two models are swapped, and returns the
        difference of the metric, or None where undefined.
    n : int
        Rows, at least 1.
    resamples : int, default 1999
        Random swaps, at least 99.
    seed : int, default 0
        The same seed gives the same p-value.

    Returns
    -------
    TestResult
        The difference without swaps and the two-sided p-value, (b + 1)/(B + 1) over the swaps on which the
        metric is defined. Undefined with a reason when the difference is, or more than 5 % of the swaps are.

    Raises
    ------
    ValueError
        If n or resamples is too small.

    References
    ----------
    Phipson B, Smyth GK (2010). Permutation p-values should never be zero. Stat Appl Genet Mol Biol 9:39.

    Examples
    --------
    >>> import numpy as np
    >>> a, b = np.arange(30.0), np.arange(30.0)
    >>> gap = lambda swap: float(np.median(np.where(swap, b, a)) - np.median(np.where(swap, a, b)))
    >>> label_swap_permutation(gap, 30).p_value
    1.0
    """
    n = check_count(n, "n", minimum=1)
    check_count(resamples, "resamples", minimum=99)
    name = "label_swap_permutation"
    observed = statistic(np.zeros(n, dtype=np.bool_))
    if observed is None or not np.isfinite(observed):
        return TestResult(None, None, name, reason="The difference is undefined on these rows.")
    rng = np.random.default_rng(seed)
    swapped = [statistic(rng.integers(0, 2, size=n).astype(np.bool_)) for _ in range(resamples)]
    values = np.array([value for value in swapped if value is not None and np.isfinite(value)])
    missing = resamples - values.size
    if missing > 0.05 * resamples:
        reason = f"The difference was undefined on {missing / resamples:.1%} of the swaps, more than 5%."
        return TestResult(float(observed), None, name, reason=reason)
    warnings = (f"The difference was undefined on {missing} of {resamples} swaps.",) if missing else ()
    noise = 1e-12 * float(np.max(np.abs(values)))
    count = int(np.count_nonzero(np.abs(values) >= abs(observed) - noise))
    return TestResult(float(observed), (count + 1.0) / (values.size + 1.0), name, warnings=warnings)
