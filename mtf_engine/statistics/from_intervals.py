"""What intervals alone tell: the difference of two independent estimates, and what a design could have seen."""

import math

from scipy import special

from mtf_engine.statistics.inputs import check_confidence
from mtf_engine.statistics.values import Difference, Interval

__all__ = ["detectable_difference", "difference_of_intervals"]


def difference_of_intervals(first: Interval, second: Interval) -> Difference:
    r"""Difference of two independent estimates, first minus second, by square-and-add.

    :math:`low = d - \sqrt{(e_1-l_1)^2 + (u_2-e_2)^2}`, and high likewise with the other ends.

    Parameters
    ----------
    first, second : Interval
        Of independent samples, at one confidence.

    Returns
    -------
    Difference
        Without a p-value; undefined with a reason when an interval is.

    Raises
    ------
    ValueError
        If the two confidences differ.

    References
    ----------
    Zou GY, Donner A (2008). Construction of confidence limits about effect measures. Stat Med 27:1693-1702.

    Examples
    --------
    >>> d = difference_of_intervals(Interval(0.9, 0.87, 0.93, 0.95, "t"), Interval(0.8, 0.76, 0.84, 0.95, "t"))
    >>> round(d.low, 3), round(d.high, 3)
    (0.05, 0.15)
    """
    if first.confidence != second.confidence:
        raise ValueError(f"The confidences differ: {first.confidence} and {second.confidence}.")
    method, confidence = "unpaired_square_and_add", first.confidence
    a, a_low, a_high = first.estimate, first.low, first.high
    b, b_low, b_high = second.estimate, second.low, second.high
    if a is None or a_low is None or a_high is None or b is None or b_low is None or b_high is None:
        return Difference(None, None, None, confidence, None, method, "One of the two has no interval.")
    gap = a - b
    low, high = gap - math.hypot(a - a_low, b_high - b), gap + math.hypot(a_high - a, b - b_low)
    return Difference(gap, low, high, confidence, None, method)


def detectable_difference(difference: Difference, *, df: float | None = None, power: float = 0.8) -> float | None:
    """Smallest true difference that the design behind an interval would have found.

    The standard error behind the interval, times the sum of the quantiles for confidence and power: of Student's t
    with `df` degrees of freedom, or of the normal distribution.

    Parameters
    ----------
    difference : Difference
        Whose wider side tells the standard error.
    df : float, optional
        Degrees of freedom of the interval; None means normal.
    power : float, default 0.8
        Probability of finding it, in (0, 1).

    Returns
    -------
    float or None
        In the difference's unit, at least 0; None where the difference has no interval.

    References
    ----------
    Bloom HS (1995). Minimum detectable effects. Evaluation Review 19:547-556.

    Examples
    --------
    >>> round(detectable_difference(Difference(0.0, -1.96, 1.96, 0.95, 1.0, "z")), 2)
    2.8
    """
    check_confidence(power, "power")
    if difference.low is None or difference.high is None or difference.difference is None:
        return None
    half = max(difference.high - difference.difference, difference.difference - difference.low)
    tail = 0.5 + difference.confidence / 2.0
    if df is None:
        quantile, found = float(special.ndtri(tail)), float(special.ndtri(power))
    else:
        quantile, found = float(special.stdtrit(df, tail)), float(special.stdtrit(df, power))
    return half * (quantile + found) / quantile
