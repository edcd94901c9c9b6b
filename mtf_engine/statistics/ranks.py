"""Signed ranks of paired differences: Wilcoxon's test and the Hodges-Lehmann difference that belongs to it.

Two models measured on the same data sets give one difference a data set. Signed ranks ask for no normality and
do not let one extreme data set decide. What happens to zero differences and to ties changes the digits, so both
rules are arguments or part of the method's name.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from mtf_engine.statistics.inputs import (
    DECIMALS,
    check_choice,
    check_confidence,
    check_same_length,
    finite_vector,
)
from mtf_engine.statistics.values import Difference, TestResult

__all__ = ["SignedRankResult", "hodges_lehmann", "midranks", "wilcoxon_signed_rank"]

_EXACT_BY_DEFAULT = 50
_EXACT_AT_MOST = 500
_WALSH_IN_MEMORY = 2000
_BISECTIONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRankResult(TestResult):
    """Wilcoxon's signed-rank test with the rank sums it rests on.

    Examples
    --------
    >>> wilcoxon_signed_rank([3.0, 1.0, 2.0]).r_plus
    6.0
    """

    r_plus: float
    """Sum of the ranks of positive differences (first larger), with the share of zeros the rule gives it."""

    r_minus: float
    """Sum of the ranks of negative differences, likewise."""

    z: float | None
    """Standardised R+ of the normal approximation; None when no difference is left to rank."""

    n: int
    """Pairs given."""

    n_zero: int
    """Pairs whose difference is zero after rounding."""

    zero_rule: str
    """``zsplit``, ``pratt`` or ``wilcox``."""

    tie_rule: str
    """How equal absolute differences are ranked; always ``average``."""

    exact: bool
    """Whether the p-value comes from the exact conditional distribution rather than the normal one."""


def midranks(values: ArrayLike) -> NDArray[np.float64]:
    """Rank values from 1, equal values (to 10 decimals) sharing the average of their ranks.

    Parameters
    ----------
    values : array_like of shape (n,)
        Finite numbers.

    Returns
    -------
    ndarray of shape (n,), float64
        Ranks in [1, n]; they sum to n(n+1)/2.

    Raises
    ------
    ValueError
        If `values` is not one-dimensional or holds NaN or infinity.

    Examples
    --------
    >>> midranks([0.3, 0.1, 0.1 + 0.2]).tolist()
    [2.5, 1.0, 2.5]
    """
    rounded = np.round(finite_vector(values, "values"), DECIMALS)
    _, inverse, counts = np.unique(rounded, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    average: NDArray[np.float64] = (ends - (counts - 1) / 2.0)[inverse]
    return average


def paired_differences(first: ArrayLike, second: ArrayLike | None) -> NDArray[np.float64]:
    """Return first - second (or `first` itself when `second` is None), rounded so that ties are ties."""
    a = finite_vector(first, "first", minimum=1)
    if second is None:
        return np.round(a, DECIMALS) + 0.0
    b = finite_vector(second, "second", minimum=1)
    check_same_length(a, b, "first and second")
    return np.round(a - b, DECIMALS) + 0.0


def _signed_ranks(d: NDArray[np.float64], zero_rule: str) -> NDArray[np.float64]:
    """Ranks of |d| carrying the sign of d; zeros are ranked first, then dropped by all rules but zsplit's."""
    kept = d[d != 0.0] if zero_rule == "wilcox" else d
    return np.sign(kept) * midranks(np.abs(kept))


def _exact_p_value(ranks: NDArray[np.float64], r_plus: float, alternative: str) -> float:
    """P-value of R+ over all sign patterns of the non-zero ranks, which ties make half-integers."""
    doubled = np.rint(2.0 * np.abs(ranks)).astype(np.int64)
    observed = round(2.0 * r_plus)
    probability = np.zeros(int(doubled.sum()) + 1)
    probability[0] = 1.0
    for step in doubled:
        shifted = np.zeros_like(probability)
        shifted[step:] = probability[: probability.size - step]
        probability = 0.5 * (probability + shifted)
    at_least, at_most = float(probability[observed:].sum()), float(probability[: observed + 1].sum())
    return min(1.0, _combine_tails(at_least, at_most, alternative))


def _combine_tails(at_least: float, at_most: float, alternative: str) -> float:
    if alternative == "greater":
        return at_least
    if alternative == "less":
        return at_most
    return 2.0 * min(at_least, at_most)


def _normal_p_value(z: float, shift: float, alternative: str) -> float:
    """Two- or one-sided normal p-value; `shift` is the continuity correction in units of z."""
    at_least = float(special.ndtr(-(z - shift)))
    at_most = float(special.ndtr(z + shift))
    return min(1.0, _combine_tails(at_least, at_most, alternative))


def wilcoxon_signed_rank(
    first: ArrayLike,
    second: ArrayLike | None = None,
    *,
    zero_rule: str = "zsplit",
    method: str = "auto",
    continuity: bool = False,
    alternative: str = "two-sided",
) -> SignedRankResult:
    r"""Wilcoxon's signed-rank test of paired differences.

    Absolute differences are rounded to 10 decimals and given average ranks; :math:`R^+` sums the ranks of the
    positive ones, and the statistic is :math:`T = \min(R^+, R^-)`. The normal approximation is
    :math:`z = (R^+ - \tfrac12(R^+ + R^-)) / \sqrt{\tfrac14 \sum r_i^2}`, whose variance is corrected for ties.

    Parameters
    ----------
    first, second : array_like of shape (n,)
        Paired scores; `first` holds differences when `second` is absent.
    zero_rule : {"zsplit", "pratt", "wilcox"}, default "zsplit"
        Zero differences are ranked and split evenly between both sums (Demšar), ranked and then left out
        (Pratt), or left out before ranking (Wilcoxon).
    method : {"auto", "exact", "normal"}, default "auto"
        The exact distribution over all sign patterns of the ranks at hand, valid with ties and zeros, or the
        normal approximation. ``auto`` is exact up to 50 non-zero differences.
    continuity : bool, default False
        Move R+ by 1/2 towards its mean in the normal approximation.
    alternative : {"two-sided", "greater", "less"}, default "two-sided"
        ``greater`` asks whether `first` is the larger.

    Returns
    -------
    SignedRankResult
        Identical arrays give T with p = 1 and a warning.

    Raises
    ------
    ValueError
        If shapes differ, values are not finite, there are no pairs, a choice is unknown, or ``exact`` is asked
        for more than 500 non-zero differences.

    References
    ----------
    Wilcoxon F (1945). Individual comparisons by ranking methods. Biometrics Bulletin 1:80-83.
    Pratt JW (1959). Remarks on zeros and ties in the Wilcoxon signed rank procedures. JASA 54:655-667.
    Demšar J (2006). Statistical comparisons of classifiers over multiple data sets. JMLR 7:1-30.

    Examples
    --------
    >>> result = wilcoxon_signed_rank([0.81, 0.74, 0.90, 0.66, 0.71], [0.79, 0.75, 0.84, 0.63, 0.67])
    >>> result.statistic, result.r_plus, round(result.p_value, 4)
    (1.0, 14.0, 0.125)
    """
    check_choice(zero_rule, "zero_rule", ("zsplit", "pratt", "wilcox"))
    check_choice(method, "method", ("auto", "exact", "normal"))
    check_choice(alternative, "alternative", ("two-sided", "greater", "less"))
    d = paired_differences(first, second)
    signed = _signed_ranks(d, zero_rule)
    nonzero = signed[signed != 0.0]
    if method == "exact" and nonzero.size > _EXACT_AT_MOST:
        raise ValueError(f'method="exact" covers up to {_EXACT_AT_MOST} non-zero differences; got {nonzero.size}.')
    exact = method == "exact" or (method == "auto" and nonzero.size <= _EXACT_BY_DEFAULT)
    positive, negative = float(nonzero[nonzero > 0].sum()), float(-nonzero[nonzero < 0].sum())
    n_zero = int(np.count_nonzero(d == 0.0))
    z, p_value = None, 1.0
    if nonzero.size:
        sum_of_squares = float((nonzero**2).sum())
        if zero_rule == "zsplit":
            sum_of_squares += n_zero * ((n_zero + 1) / 2.0) ** 2
        sd = 0.5 * math.sqrt(sum_of_squares)
        z = 0.5 * (positive - negative) / sd
        shift = 0.5 / sd if continuity else 0.0
        p_value = _exact_p_value(nonzero, positive, alternative) if exact else _normal_p_value(z, shift, alternative)
    split = n_zero * (n_zero + 1) / 4.0 if zero_rule == "zsplit" else 0.0
    kind = "exact" if exact else ("normal, continuity correction" if continuity else "normal")
    return SignedRankResult(
        statistic=min(positive, negative) + split,
        p_value=p_value,
        method=f"wilcoxon_signed_rank (zeros: {zero_rule}, ties: average ranks, p-value: {kind})",
        warnings=() if nonzero.size else ("Every difference is zero: nothing speaks for either side.",),
        r_plus=positive + split,
        r_minus=negative + split,
        z=z,
        n=int(d.size),
        n_zero=n_zero,
        zero_rule=zero_rule,
        tie_rule="average",
        exact=exact,
    )


def _walsh_order_statistic(ordered: NDArray[np.float64], rank: int) -> float:
    """The `rank`-th smallest (from 1) of all averages of two differences, by bisection on their count."""
    low, high = float(ordered[0]), float(ordered[-1])
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        pairs = int(np.searchsorted(ordered, 2.0 * middle - ordered, side="right").sum())
        diagonal = int(np.searchsorted(ordered, middle, side="right"))
        if (pairs + diagonal) // 2 >= rank:
            high = middle
        else:
            low = middle
    return round(high, DECIMALS)


def _walsh_order_statistics(ordered: NDArray[np.float64], ranks: list[int]) -> list[float]:
    if ordered.size > _WALSH_IN_MEMORY:
        return [_walsh_order_statistic(ordered, rank) for rank in ranks]
    i, j = np.triu_indices(ordered.size)
    averages = 0.5 * (ordered[i] + ordered[j])
    chosen = np.partition(averages, [rank - 1 for rank in ranks])
    return [float(chosen[rank - 1]) for rank in ranks]


def _bound_rank(n: int, alpha: float) -> int:
    """Which average from either end is the bound; 0 when even the extremes do not reach the confidence."""
    if n > _EXACT_BY_DEFAULT:
        sd = math.sqrt(n * (n + 1) * (2 * n + 1) / 24.0)
        return max(0, math.floor(n * (n + 1) / 4.0 + float(special.ndtri(alpha / 2.0)) * sd))
    probability = np.zeros(n * (n + 1) // 2 + 1)
    probability[0] = 1.0
    for step in range(1, n + 1):
        shifted = np.zeros_like(probability)
        shifted[step:] = probability[:-step]
        probability = 0.5 * (probability + shifted)
    return int(np.searchsorted(np.cumsum(probability), alpha / 2.0, side="right"))


def hodges_lehmann(first: ArrayLike, second: ArrayLike | None = None, *, confidence: float = 0.95) -> Difference:
    r"""Hodges and Lehmann's median difference with the interval that inverts Wilcoxon's test.

    The estimate is the median of all :math:`n(n+1)/2` Walsh averages :math:`(d_i + d_j)/2, i \le j`. The bounds
    are the averages numbered c from either end, c the largest number with
    :math:`P(R^+ < c) \le \alpha/2`; exact up to 50 differences, normal beyond.

    Parameters
    ----------
    first, second : array_like of shape (n,)
        Paired scores; `first` holds differences when `second` is absent.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).

    Returns
    -------
    Difference
        Bounds are None with a reason when n is too small for the confidence (fewer than 6 pairs at 95 %). With
        ties and zeros the interval is wider than it need be. The p-value is `wilcoxon_signed_rank`'s.

    Raises
    ------
    ValueError
        If shapes differ, values are not finite, there are no pairs, or confidence is outside (0, 1).

    References
    ----------
    Hodges JL, Lehmann EL (1963). Estimates of location based on rank tests. Ann Math Stat 34:598-611.
    Hollander M, Wolfe DA (1999). Nonparametric Statistical Methods, 2nd ed. Wiley.

    Examples
    --------
    >>> result = hodges_lehmann([1.0, 2.0, 4.0, 5.0, 7.0, 9.0])
    >>> result.difference, result.low, result.high
    (4.5, 1.0, 9.0)
    """
    alpha = 1.0 - check_confidence(confidence)
    ordered = np.sort(paired_differences(first, second))
    n = int(ordered.size)
    averages = n * (n + 1) // 2
    p_value = wilcoxon_signed_rank(ordered).p_value
    cut = _bound_rank(n, alpha)
    middle = [(averages + 1) // 2, averages // 2 + 1]
    if cut == 0:
        lower, upper = _walsh_order_statistics(ordered, middle)
        reason = f"{n} pair(s) are too few for a {confidence:.0%} interval; no range of averages reaches it."
        return Difference(0.5 * (lower + upper), None, None, confidence, p_value, "hodges_lehmann", reason=reason)
    lower, upper, low, high = _walsh_order_statistics(ordered, [*middle, cut, averages + 1 - cut])
    return Difference(0.5 * (lower + upper), low, high, confidence, p_value, "hodges_lehmann")
