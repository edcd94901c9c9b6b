"""Proportions: one, and two that are independent.

Accuracy, recall, precision and every other count out of a fixed number of rows are proportions. The Wald
interval is absent on purpose: it is empty at 0 of 20 and leaves [0, 1] near the edges.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import special

from mtf_engine.statistics.inputs import check_confidence, check_count, check_counts_within
from mtf_engine.statistics.values import Difference, Interval

__all__ = [
    "agresti_coull",
    "clopper_pearson",
    "mee",
    "mid_p",
    "newcombe_independent",
    "normal_quantile",
    "rule_of_three",
    "wilson",
]

_BISECTIONS = 80


def normal_quantile(confidence: float) -> float:
    """Return z with P(|Z| <= z) = `confidence` for a standard normal Z.

    Parameters
    ----------
    confidence : float
        Two-sided confidence in (0, 1).

    Returns
    -------
    float
        Positive.

    Raises
    ------
    ValueError
        If confidence is outside (0, 1).

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return float(-special.ndtri((1.0 - check_confidence(confidence)) / 2.0))


def bisect(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where the decreasing `function` crosses zero between `low` and `high`."""
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if function(middle) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def binomial_at_most(x: int, n: int, p: float) -> float:
    """P(X <= x) for X ~ Binomial(n, p), by the incomplete beta function: accurate for billions of rows."""
    if x < 0:
        return 0.0
    return 1.0 if x >= n else float(special.betaincc(x + 1.0, float(n - x), p))


def _no_rows(confidence: float, method: str) -> Interval:
    return Interval(None, None, None, confidence, method, reason="There are no rows (n = 0).")


def wilson(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    r"""Wilson's score interval for a proportion: the default for one.

    The bounds are the roots p of :math:`|x/n - p| = z \sqrt{p(1-p)/n}`.

    Parameters
    ----------
    successes : int
        Rows that succeeded, 0 to `n`.
    n : int
        Rows in all. 0 gives an undefined interval with a reason.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).

    Returns
    -------
    Interval
        Estimate x/n; bounds within [0, 1], exactly 0 at x = 0 and exactly 1 at x = n.

    Raises
    ------
    ValueError
        If the counts are not whole, negative, or successes exceed n; if confidence is outside (0, 1).

    References
    ----------
    Wilson EB (1927). Probable inference, the law of succession, and statistical inference. JASA 22:209-212.
    Newcombe RG (1998). Two-sided confidence intervals for the single proportion. Stat Med 17:857-872.

    Examples
    --------
    >>> interval = wilson(81, 263)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.2553, 0.3662)
    """
    x, n = check_counts_within(successes, n)
    z = normal_quantile(confidence)
    if n == 0:
        return _no_rows(confidence, "wilson")
    p = x / n
    denominator = 1.0 + z * z / n
    centre = (p + z * z / (2 * n)) / denominator
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / denominator
    low = 0.0 if x == 0 else max(0.0, centre - half)
    high = 1.0 if x == n else min(1.0, centre + half)
    return Interval(p, low, high, confidence, "wilson")


def clopper_pearson(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    """Clopper and Pearson's exact interval: it guarantees its coverage and is wide for it.

    The bounds are the alpha/2 quantile of Beta(x, n-x+1) and the 1-alpha/2 quantile of Beta(x+1, n-x).

    Parameters
    ----------
    successes, n, confidence
        As in `wilson`.

    Returns
    -------
    Interval
        Bounds within [0, 1]; undefined with a reason when n = 0.

    Raises
    ------
    ValueError
        As in `wilson`.

    References
    ----------
    Clopper CJ, Pearson ES (1934). The use of confidence or fiducial limits illustrated in the case of the
    binomial. Biometrika 26:404-413.

    Examples
    --------
    >>> round(clopper_pearson(0, 20).high, 4)
    0.1684
    """
    x, n = check_counts_within(successes, n)
    tail = (1.0 - check_confidence(confidence)) / 2.0
    if n == 0:
        return _no_rows(confidence, "clopper_pearson")
    low = 0.0 if x == 0 else float(special.betaincinv(x, n - x + 1, tail))
    high = 1.0 if x == n else float(special.betaincinv(x + 1, n - x, 1.0 - tail))
    return Interval(x / n, low, high, confidence, "clopper_pearson")


def mid_p(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    """Mid-P interval: the exact tails with half the weight on the observed count.

    The bounds are the p at which P(X > x) + P(X = x)/2, and its mirror image, equal alpha/2. Coverage is close
    to nominal on average where Clopper-Pearson's is above it, and may fall slightly below it.

    Parameters
    ----------
    successes, n, confidence
        As in `wilson`.

    Returns
    -------
    Interval
        Bounds within [0, 1]; undefined with a reason when n = 0.

    Raises
    ------
    ValueError
        As in `wilson`.

    References
    ----------
    Newcombe RG (1998). Two-sided confidence intervals for the single proportion. Stat Med 17:857-872.

    Examples
    --------
    >>> round(mid_p(1, 29).low, 4), round(mid_p(1, 29).high, 4)
    (0.0017, 0.1585)
    """
    x, n = check_counts_within(successes, n)
    tail = (1.0 - check_confidence(confidence)) / 2.0
    if n == 0:
        return _no_rows(confidence, "mid_p")

    def at_most(p: float) -> float:
        return 0.5 * (binomial_at_most(x - 1, n, p) + binomial_at_most(x, n, p))

    low = 0.0 if x == 0 else bisect(lambda p: at_most(p) - (1.0 - tail), 0.0, x / n)
    high = 1.0 if x == n else bisect(lambda p: at_most(p) - tail, x / n, 1.0)
    return Interval(x / n, low, high, confidence, "mid_p")


def agresti_coull(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    r"""Agresti and Coull's interval: Wald's around Wilson's centre, clipped to [0, 1].

    With :math:`\tilde n = n + z^2` and :math:`\tilde p = (x + z^2/2)/\tilde n`, the bounds are
    :math:`\tilde p \pm z \sqrt{\tilde p (1-\tilde p)/\tilde n}`.

    Parameters
    ----------
    successes, n, confidence
        As in `wilson`.

    Returns
    -------
    Interval
        Estimate x/n (not the centre); undefined with a reason when n = 0.

    Raises
    ------
    ValueError
        As in `wilson`.

    References
    ----------
    Agresti A, Coull BA (1998). Approximate is better than "exact" for interval estimation of binomial
    proportions. American Statistician 52:119-126.
    Brown LD, Cai TT, DasGupta A (2001). Interval estimation for a binomial proportion. Stat Sci 16:101-133.

    Examples
    --------
    >>> round(agresti_coull(15, 148).low, 4)
    0.0614
    """
    x, n = check_counts_within(successes, n)
    z = normal_quantile(confidence)
    if n == 0:
        return _no_rows(confidence, "agresti_coull")
    larger = n + z * z
    centre = (x + z * z / 2) / larger
    half = z * math.sqrt(centre * (1 - centre) / larger)
    return Interval(x / n, max(0.0, centre - half), min(1.0, centre + half), confidence, "agresti_coull")


def rule_of_three(n: int, *, confidence: float = 0.95) -> Interval:
    """One-sided bound for an event that was never seen in `n` rows.

    The upper bound is 1 - (1 - confidence)^(1/n), which is close to 3/n at 95 %. Mirror it for an event that
    was always seen.

    Parameters
    ----------
    n : int
        Rows without the event. 0 gives an undefined interval with a reason.
    confidence : float, default 0.95
        One-sided confidence in (0, 1).

    Returns
    -------
    Interval
        Estimate 0, low 0, and the one-sided upper bound.

    Raises
    ------
    ValueError
        If n is not a whole number, or confidence is outside (0, 1).

    References
    ----------
    Hanley JA, Lippman-Hand A (1983). If nothing goes wrong, is everything all right? JAMA 249:1743-1745.

    Examples
    --------
    >>> round(rule_of_three(300).high, 4)
    0.0099
    """
    n = check_count(n, "n")
    alpha = 1.0 - check_confidence(confidence)
    if n == 0:
        return _no_rows(confidence, "rule_of_three")
    return Interval(0.0, 0.0, -math.expm1(math.log(alpha) / n), confidence, "rule_of_three")


def _pooled_score_p_value(x1: int, n1: int, x2: int, n2: int) -> float:
    pooled = (x1 + x2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    difference = x1 / n1 - x2 / n2
    if difference == 0.0 or variance == 0.0:
        return 1.0
    return float(2.0 * special.ndtr(-abs(difference) / math.sqrt(variance)))


def _two_samples(x1: int, n1: int, x2: int, n2: int, confidence: float, method: str) -> Difference:
    check_counts_within(x1, n1)
    check_counts_within(x2, n2)
    check_confidence(confidence)
    if n1 == 0 or n2 == 0:
        which = "first" if n1 == 0 else "second"
        return Difference(None, None, None, confidence, None, method, f"The {which} sample has no rows (n = 0).")
    p_value = _pooled_score_p_value(x1, n1, x2, n2)
    return Difference(x1 / n1 - x2 / n2, 0.0, 0.0, confidence, p_value, method)


def newcombe_independent(x1: int, n1: int, x2: int, n2: int, *, confidence: float = 0.95) -> Difference:
    r"""Newcombe's hybrid score interval for the difference of two independent proportions.

    With Wilson bounds :math:`l_i, u_i`: low is
    :math:`d - \sqrt{(p_1-l_1)^2 + (u_2-p_2)^2}` and high
    :math:`d + \sqrt{(u_1-p_1)^2 + (p_2-l_2)^2}`.

    Parameters
    ----------
    x1, x2 : int
        Successes in each sample.
    n1, n2 : int
        Rows in each sample; 0 gives an undefined difference with a reason.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).

    Returns
    -------
    Difference
        p1 - p2 with bounds within [-1, 1]. The p-value is that of the pooled score test (Pearson's chi-square
        without continuity correction), 1 when the proportions are equal.

    Raises
    ------
    ValueError
        If a count is not whole or out of range, or confidence is outside (0, 1).

    References
    ----------
    Newcombe RG (1998). Interval estimation for the difference between independent proportions: comparison of
    eleven methods. Stat Med 17:873-890.

    Examples
    --------
    >>> d = newcombe_independent(7, 34, 1, 34)
    >>> round(d.low, 4), round(d.high, 4)
    (0.0189, 0.3404)
    """
    result = _two_samples(x1, n1, x2, n2, confidence, "newcombe_independent")
    if result.difference is None:
        return result
    low1, high1 = wilson_bounds(x1, n1, confidence)
    low2, high2 = wilson_bounds(x2, n2, confidence)
    p1, p2 = x1 / n1, x2 / n2
    low = result.difference - math.hypot(p1 - low1, high2 - p2)
    high = result.difference + math.hypot(high1 - p1, p2 - low2)
    return replace(result, low=max(-1.0, low), high=min(1.0, high))


def wilson_bounds(successes: int, n: int, confidence: float) -> tuple[float, float]:
    """Return Wilson's bounds as plain floats for n > 0; methods that add in squares build on them."""
    interval = wilson(successes, n, confidence=confidence)
    if interval.low is None or interval.high is None:
        raise ValueError("Wilson's bounds need at least one row.")
    return interval.low, interval.high


def _restricted_p1(p1: float, p2: float, ratio: float, delta: float) -> float:
    """Maximum-likelihood p1 given p1 - p2 = delta, from the cubic's middle root; ratio is n2/n1."""
    a = 1.0 + ratio
    b = -(1.0 + ratio + p1 + ratio * p2 + delta * (ratio + 2.0))
    c = delta * delta + delta * (2.0 * p1 + ratio + 1.0) + p1 + ratio * p2
    d = -p1 * delta * (1.0 + delta)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a * a) + d / (2 * a)
    u = math.copysign(math.sqrt(max(0.0, (b / (3 * a)) ** 2 - c / (3 * a))), v)
    angle = 0.0 if u == 0.0 else (math.pi + math.acos(float(np.clip(v / u**3, -1.0, 1.0)))) / 3.0
    root = 2.0 * u * math.cos(angle) - b / (3 * a)
    return min(max(root, max(0.0, delta)), min(1.0, 1.0 + delta))


def mee(
    x1: int, n1: int, x2: int, n2: int, *, confidence: float = 0.95, variance_correction: bool = False
) -> Difference:
    r"""Mee's score interval for the difference of two independent proportions.

    The bounds are the :math:`\delta` at which
    :math:`(\hat d - \delta)/\sqrt{\tilde p_1\tilde q_1/n_1 + \tilde p_2\tilde q_2/n_2} = \pm z`, with the
    maximum-likelihood proportions :math:`\tilde p_1 - \tilde p_2 = \delta`.

    Parameters
    ----------
    x1, n1, x2, n2, confidence
        As in `newcombe_independent`.
    variance_correction : bool, default False
        Multiply the variance by N/(N-1), which is Miettinen and Nurminen's interval.

    Returns
    -------
    Difference
        p1 - p2 with bounds within [-1, 1]; the p-value is that of the pooled score test, which Mee's interval
        inverts.

    Raises
    ------
    ValueError
        As in `newcombe_independent`.

    References
    ----------
    Mee RW (1984). Confidence bounds for the difference between two probabilities. Biometrics 40:1175-1176.
    Miettinen O, Nurminen M (1985). Comparative analysis of two rates. Stat Med 4:213-226.
    Fagerland MW, Lydersen S, Laake P (2015). Recommended confidence intervals for two independent binomial
    proportions. Stat Methods Med Res 24:224-254.

    Examples
    --------
    >>> d = mee(7, 34, 1, 34)
    >>> round(d.low, 4), round(d.high, 4)
    (0.0284, 0.3439)
    """
    method = "miettinen_nurminen" if variance_correction else "mee"
    result = _two_samples(x1, n1, x2, n2, confidence, method)
    if result.difference is None:
        return result
    observed, z = result.difference, normal_quantile(confidence)
    factor = (n1 + n2) / (n1 + n2 - 1) if variance_correction else 1.0

    def score(delta: float) -> float:
        q1 = _restricted_p1(x1 / n1, x2 / n2, n2 / n1, delta)
        q2 = min(max(q1 - delta, 0.0), 1.0)
        variance = factor * (q1 * (1 - q1) / n1 + q2 * (1 - q2) / n2)
        if variance <= 0.0:
            return math.copysign(math.inf, observed - delta) if observed != delta else 0.0
        return (observed - delta) / math.sqrt(variance)

    low = -1.0 if observed <= -1.0 else bisect(lambda delta: score(delta) - z, -1.0, observed)
    high = 1.0 if observed >= 1.0 else bisect(lambda delta: score(delta) + z, observed, 1.0)
    return replace(result, low=low, high=high)
