"""Two or more classifiers on the same rows, right or wrong on each.

Only the rows on which they disagree carry information about their difference, so every method here starts
from the paired counts: both right, only the first, only the second, neither.
"""

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from mtf_engine.statistics.inputs import check_choice, check_confidence, check_count
from mtf_engine.statistics.proportions import binomial_at_most, bisect, normal_quantile, wilson_bounds
from mtf_engine.statistics.values import Difference, TestResult

__all__ = ["cochran_q", "mcnemar", "newcombe_paired", "tango"]

McNemarMethod = Literal["mid_p", "exact", "asymptotic"]


def mcnemar(only_a: int, only_b: int, *, method: McNemarMethod = "mid_p") -> TestResult:
    r"""McNemar's test that two classifiers are right equally often on the same rows.

    Exact conditional: under the null only_a is Binomial(only_a + only_b, 1/2), and p is twice the smaller tail.
    Mid-P subtracts the probability of the observed count. Asymptotic: :math:`(b-c)^2/(b+c)` on chi-square with
    one degree of freedom. The continuity-corrected version is absent: it is more conservative than the exact
    test.

    Parameters
    ----------
    only_a, only_b : int
        Rows that only the first, or only the second classifier has right.
    method : {"mid_p", "exact", "asymptotic"}, default "mid_p"
        Mid-P holds its level in practice and is nearly as powerful as the asymptotic test.

    Returns
    -------
    TestResult
        Two-sided p-value, 1 when there is no discordant row. The statistic is min(only_a, only_b) for mid-P and
        exact, the chi-square value for asymptotic.

    Raises
    ------
    ValueError
        If a count is negative or not whole, or the method is unknown.

    References
    ----------
    McNemar Q (1947). Note on the sampling error of the difference between correlated proportions or
    percentages. Psychometrika 12:153-157.
    Fagerland MW, Lydersen S, Laake P (2013). The McNemar test for binary matched-pairs data: mid-p and
    asymptotic are better than exact conditional. BMC Med Res Methodol 13:91.

    Examples
    --------
    >>> round(mcnemar(6, 16).p_value, 6)
    0.03469
    >>> mcnemar(0, 0).p_value
    1.0
    """
    check_choice(method, "method", ("mid_p", "exact", "asymptotic"))
    b, c = check_count(only_a, "only_a"), check_count(only_b, "only_b")
    discordant, smaller = b + c, min(b, c)
    name = f"mcnemar_{method}"
    if method == "asymptotic":
        statistic = (b - c) ** 2 / discordant if discordant else 0.0
        warnings = ("Fewer than 10 discordant rows: prefer mid-P.",) if 0 < discordant < 10 else ()
        return TestResult(statistic, float(special.chdtrc(1.0, statistic)), name, 1.0, warnings=warnings)
    if discordant == 0:
        return TestResult(0.0, 1.0, name)
    p_value = 2.0 * binomial_at_most(smaller, discordant, 0.5)
    if method == "mid_p":
        p_value = p_value / 2.0 + binomial_at_most(smaller - 1, discordant, 0.5)
    if b == c:
        p_value = 1.0
    return TestResult(float(smaller), min(1.0, p_value), name)


def _paired_counts(both: int, only_a: int, only_b: int, neither: int) -> tuple[int, int, int, int]:
    return (
        check_count(both, "both"),
        check_count(only_a, "only_a"),
        check_count(only_b, "only_b"),
        check_count(neither, "neither"),
    )


def _no_rows(confidence: float, method: str) -> Difference:
    return Difference(None, None, None, confidence, None, method, reason="There are no rows (n = 0).")


def _newcombe_phi(a: int, b: int, c: int, d: int) -> float:
    """Correlation of the two outcomes, shrunk towards zero by half a row as Newcombe's method 10 has it."""
    margins = math.sqrt(float(a + b) * float(c + d) * float(a + c) * float(b + d))
    if margins == 0.0:
        return 0.0
    determinant = float(a) * d - float(b) * c
    if determinant > 0.0:
        determinant = max(determinant - (a + b + c + d) / 2.0, 0.0)
    return determinant / margins


def newcombe_paired(both: int, only_a: int, only_b: int, neither: int, *, confidence: float = 0.95) -> Difference:
    r"""Newcombe's square-and-add interval for the difference of two paired proportions.

    With Wilson deviations :math:`dl_i = p_i - l_i`, :math:`du_i = u_i - p_i` and the corrected correlation
    :math:`\hat\phi`, low is :math:`d - \sqrt{dl_1^2 - 2\hat\phi\,dl_1 du_2 + du_2^2}` and high
    :math:`d + \sqrt{du_1^2 - 2\hat\phi\,du_1 dl_2 + dl_2^2}`.

    Parameters
    ----------
    both, only_a, only_b, neither : int
        Rows that both classifiers, only the first, only the second, or neither has right.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).

    Returns
    -------
    Difference
        Proportion of the first minus the second, bounds within [-1, 1], McNemar's mid-P as p-value. Undefined
        with a reason without rows.

    Raises
    ------
    ValueError
        If a count is negative or not whole, or confidence is outside (0, 1).

    References
    ----------
    Newcombe RG (1998). Improved confidence intervals for the difference between binomial proportions based on
    paired data. Stat Med 17:2635-2650.

    Examples
    --------
    >>> d = newcombe_paired(59, 6, 16, 80)
    >>> round(d.low, 4), round(d.high, 4)
    (-0.1186, -0.0046)
    """
    a, b, c, d = _paired_counts(both, only_a, only_b, neither)
    check_confidence(confidence)
    n = a + b + c + d
    if n == 0:
        return _no_rows(confidence, "newcombe_paired")
    first, second = (a + b) / n, (a + c) / n
    low1, high1 = wilson_bounds(a + b, n, confidence)
    low2, high2 = wilson_bounds(a + c, n, confidence)
    phi = _newcombe_phi(a, b, c, d)

    def distance(one: float, other: float) -> float:
        return math.sqrt(max(0.0, one * one - 2.0 * phi * one * other + other * other))

    difference = (b - c) / n
    low = max(-1.0, difference - distance(first - low1, high2 - second))
    high = min(1.0, difference + distance(high1 - first, second - low2))
    p_value = mcnemar(b, c).p_value
    return Difference(difference, low, high, confidence, p_value, "newcombe_paired")


def tango(both: int, only_a: int, only_b: int, neither: int, *, confidence: float = 0.95) -> Difference:
    r"""Tango's score interval for the difference of two paired proportions.

    The bounds are the :math:`\delta` at which
    :math:`(b - c - n\delta)/\sqrt{n(2\tilde p_{21} + \delta(1-\delta))} = \pm z`, where
    :math:`\tilde p_{21}` is the maximum-likelihood probability of a row only the second has right, given
    :math:`\delta`.

    Parameters
    ----------
    both, only_a, only_b, neither, confidence
        As in `newcombe_paired`.

    Returns
    -------
    Difference
        Proportion of the first minus the second, bounds within [-1, 1]; the p-value is the asymptotic
        McNemar test's, which the interval inverts.

    Raises
    ------
    ValueError
        As in `newcombe_paired`.

    References
    ----------
    Tango T (1998). Equivalence test and confidence interval for the difference in proportions for the
    paired-sample design. Stat Med 17:891-908.

    Examples
    --------
    >>> d = tango(59, 6, 16, 80)
    >>> round(d.low, 4), round(d.high, 4)
    (-0.124, -0.0054)
    """
    a, b, c, d = _paired_counts(both, only_a, only_b, neither)
    z = normal_quantile(confidence)
    n = a + b + c + d
    if n == 0:
        return _no_rows(confidence, "tango")
    difference = (b - c) / n

    def score(delta: float) -> float:
        linear = -b - c + (2 * n - b + c) * delta
        product = -c * delta * (1.0 - delta)
        only_second = (math.sqrt(max(0.0, linear * linear - 8.0 * n * product)) - linear) / (4.0 * n)
        variance = n * (2.0 * max(0.0, only_second) + delta * (1.0 - delta))
        if variance <= 0.0:
            return math.copysign(math.inf, difference - delta) if difference != delta else 0.0
        return (b - c - n * delta) / math.sqrt(variance)

    low = -1.0 if difference <= -1.0 else bisect(lambda delta: score(delta) - z, -1.0, difference)
    high = 1.0 if difference >= 1.0 else bisect(lambda delta: score(delta) + z, difference, 1.0)
    p_value = mcnemar(b, c, method="asymptotic").p_value
    return Difference(difference, low, high, confidence, p_value, "tango")


def cochran_q(correct: ArrayLike) -> TestResult:
    r"""Cochran's Q test that k classifiers are right equally often on the same rows.

    :math:`Q = (k-1)\,[k\sum_j C_j^2 - T^2]/[kT - \sum_i R_i^2]` with column totals C, row totals R and grand
    total T, on chi-square with k-1 degrees of freedom. With k = 2 it is the asymptotic McNemar test. Follow a
    small p-value by McNemar for each pair with Holm's adjustment.

    Parameters
    ----------
    correct : array_like of shape (n, k), bool or 0/1
        Whether classifier j has row i right; k of at least 2.

    Returns
    -------
    TestResult
        Statistic at least 0 and its p-value: 0 and 1 when every row is unanimous, because no row tells the
        classifiers apart. Undefined with a reason without rows.

    Raises
    ------
    ValueError
        If `correct` is not two-dimensional with at least two columns, or holds anything but booleans or 0/1.

    References
    ----------
    Cochran WG (1950). The comparison of percentages in matched samples. Biometrika 37:256-266.

    Examples
    --------
    >>> round(cochran_q([[1, 0], [1, 0], [0, 1], [1, 1], [1, 0]]).statistic, 6)
    1.0
    """
    table = np.asarray(correct)
    if table.ndim != 2 or table.shape[1] < 2:
        raise ValueError(f"correct must have shape (n, k) with k >= 2; its shape is {table.shape}.")
    if table.dtype != np.bool_ and not ((table == 0) | (table == 1)).all():
        raise ValueError("correct must be boolean, or 0 and 1.")
    n, k = table.shape
    if n == 0:
        return TestResult(None, None, "cochran_q", float(k - 1), reason="There are no rows (n = 0).")
    columns = np.count_nonzero(table, axis=0).astype(np.float64)
    rows = np.count_nonzero(table, axis=1).astype(np.float64)
    total = float(columns.sum())
    spread = k * total - float((rows**2).sum())
    if spread == 0.0:
        return TestResult(0.0, 1.0, "cochran_q", float(k - 1))
    statistic = max(0.0, (k - 1) * (k * float((columns**2).sum()) - total**2) / spread)
    informative = int(np.count_nonzero((rows > 0) & (rows < k)))
    warnings = (
        (f"Only {informative} rows separate the classifiers; the chi-square approximation wants 24 cells.",)
        if informative * k < 24
        else ()
    )
    p_value = float(special.chdtrc(float(k - 1), statistic))
    return TestResult(statistic, p_value, "cochran_q", float(k - 1), warnings=warnings)
