"""Is the test set big enough for proportions: accuracy and its kin, on separate or shared rows.

A verdict of "no difference" means little without the smallest difference the design could have shown.
"""

import math
from typing import Literal

from scipy import special

from mtf_engine.statistics.inputs import check_choice
from mtf_engine.statistics.proportions import normal_quantile
from mtf_engine.statistics.sample_size import (
    SampleSize,
    check_positive,
    check_proportion,
    detectable,
    power_quantile,
    smallest_difference,
)
from mtf_engine.statistics.values import Estimate

__all__ = [
    "minimum_detectable_difference_independent_proportions",
    "minimum_detectable_difference_paired_proportions",
    "power_independent_proportions",
    "sample_size_independent_proportions",
    "sample_size_paired_proportions",
]


def _independent_size(p1: float, p2: float, z: float, z_power: float) -> float:
    pooled = math.sqrt((p1 + p2) * (1.0 - (p1 + p2) / 2.0))
    apart = math.sqrt(p1 * (1.0 - p1) + p2 * (1.0 - p2))
    return ((z * pooled + z_power * apart) / (p1 - p2)) ** 2


def sample_size_independent_proportions(
    p1: float, p2: float, *, power: float = 0.8, confidence: float = 0.95
) -> SampleSize:
    r"""Rows in each of two independent test sets to tell two proportions apart.

    :math:`n = (z_{\alpha/2}\sqrt{(p_1+p_2)(1-(p_1+p_2)/2)} + z_\beta\sqrt{p_1q_1+p_2q_2})^2/(p_1-p_2)^2`.

    Parameters
    ----------
    p1, p2 : float
        The two proportions, different, in [0, 1].
    power, confidence : float
        Power and two-sided confidence, in (0, 1).

    Returns
    -------
    SampleSize
        Rows in each set.

    Raises
    ------
    ValueError
        If the proportions are equal or a number is out of range.

    References
    ----------
    Fleiss JL, Levin B, Paik MC (2003). Statistical Methods for Rates and Proportions. Wiley.

    Examples
    --------
    >>> sample_size_independent_proportions(0.85, 0.86).rows
    19461
    """
    first, second = check_proportion(p1, "p1"), check_proportion(p2, "p2")
    if first == second:
        raise ValueError("p1 and p2 are equal: no sample size tells them apart.")
    size = _independent_size(first, second, normal_quantile(confidence), power_quantile(power))
    return SampleSize(size, "independent_proportions, rows of each set")


def power_independent_proportions(n: float, p1: float, p2: float, *, confidence: float = 0.95) -> float:
    """Power to tell two proportions apart with `n` rows in each of two independent sets.

    Parameters
    ----------
    n : float
        Rows in each set, positive.
    p1, p2 : float
        The two proportions in [0, 1].
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).

    Returns
    -------
    float
        Power in [0, 1]; 1 when neither proportion varies and they differ.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Fleiss JL, Levin B, Paik MC (2003). Statistical Methods for Rates and Proportions. Wiley.

    Examples
    --------
    >>> round(power_independent_proportions(50, 0.5, 0.75), 3)
    0.74
    """
    n, z = check_positive(n, "n"), normal_quantile(confidence)
    first, second = check_proportion(p1, "p1"), check_proportion(p2, "p2")
    pooled = math.sqrt((first + second) * (1.0 - (first + second) / 2.0))
    apart = math.sqrt(first * (1.0 - first) + second * (1.0 - second))
    shift = math.sqrt(n) * abs(first - second) - z * pooled
    if apart == 0.0:
        return 1.0 if shift > 0.0 else 0.0
    return float(special.ndtr(shift / apart))


def minimum_detectable_difference_independent_proportions(
    n: float,
    p: float,
    *,
    power: float = 0.8,
    confidence: float = 0.95,
    direction: Literal["increase", "decrease"] = "increase",
) -> Estimate:
    """Smallest change of a proportion that two independent sets of `n` rows can show.

    Parameters
    ----------
    n : float
        Rows in each set.
    p : float
        The proportion it changes from.
    power, confidence : float
        Power and two-sided confidence, in (0, 1).
    direction : {"increase", "decrease"}, default "increase"
        Which way it changes.

    Returns
    -------
    Estimate
        An absolute difference; None with a reason when even the largest possible change needs more rows.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Fleiss JL, Levin B, Paik MC (2003). Statistical Methods for Rates and Proportions. Wiley.

    Examples
    --------
    >>> round(minimum_detectable_difference_independent_proportions(19461, 0.85).value, 4)
    0.01
    """
    check_choice(direction, "direction", ("increase", "decrease"))
    p, n = check_proportion(p, "p"), check_positive(n, "n")
    z, z_power = normal_quantile(confidence), power_quantile(power)
    sign, largest = (1.0, 1.0 - p) if direction == "increase" else (-1.0, p)
    value = smallest_difference(lambda d: _independent_size(p, p + sign * d, z, z_power), n, largest)
    return detectable(value, "independent_proportions")


def _connor(difference: float, discordance: float, z: float, z_power: float) -> float:
    spread = math.sqrt(max(0.0, discordance - difference * difference))
    return ((z * math.sqrt(discordance) + z_power * spread) / difference) ** 2


def sample_size_paired_proportions(
    difference: float, discordance: float, *, power: float = 0.8, confidence: float = 0.95
) -> SampleSize:
    r"""Rows for McNemar's test to show a difference of two classifiers on the same rows.

    :math:`n = (z_{\alpha/2}\sqrt\psi + z_\beta\sqrt{\psi-\delta^2})^2/\delta^2`.

    Parameters
    ----------
    difference : float
        Difference of the proportions, not 0, at most `discordance` in size.
    discordance : float
        Share of rows on which exactly one classifier is right, in (0, 1].
    power, confidence : float
        Power and two-sided confidence, in (0, 1).

    Returns
    -------
    SampleSize
        Rows of the shared test set.

    Raises
    ------
    ValueError
        If the difference is 0 or larger than the discordance.

    References
    ----------
    Connor RJ (1987). Sample size for testing differences in proportions for the paired-sample design. Biometrics
    43:207-211.

    Examples
    --------
    >>> [sample_size_paired_proportions(0.01, psi).rows for psi in (0.02, 0.05, 0.10)]
    [1568, 3923, 7847]
    """
    discordance = check_positive(check_proportion(discordance, "discordance"), "discordance")
    size = abs(difference)
    if not 0.0 < size <= discordance:
        raise ValueError(f"difference must not be 0 and at most the discordance {discordance:g} in size.")
    exact = _connor(size, discordance, normal_quantile(confidence), power_quantile(power))
    return SampleSize(exact, "connor_paired_proportions, rows of the shared set")


def minimum_detectable_difference_paired_proportions(
    n: float, discordance: float, *, power: float = 0.8, confidence: float = 0.95
) -> Estimate:
    """Smallest difference of two classifiers that McNemar's test can show on `n` shared rows.

    Parameters
    ----------
    n : float
        Rows of the shared test set.
    discordance : float
        Share of rows on which exactly one classifier is right, in (0, 1].
    power, confidence : float
        Power and two-sided confidence, in (0, 1).

    Returns
    -------
    Estimate
        An absolute difference, at most the discordance; None with a reason when that is not enough.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Connor RJ (1987). Biometrics 43:207-211.

    Examples
    --------
    >>> round(minimum_detectable_difference_paired_proportions(3923, 0.05).value, 4)
    0.01
    """
    discordance = check_positive(check_proportion(discordance, "discordance"), "discordance")
    n, z, z_power = check_positive(n, "n"), normal_quantile(confidence), power_quantile(power)
    return detectable(
        smallest_difference(lambda d: _connor(d, discordance, z, z_power), n, discordance),
        "connor_paired_proportions",
    )
