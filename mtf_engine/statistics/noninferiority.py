"""Is it not worse, is it equivalent: verdicts read off the interval of a difference.

A verdict at one-sided confidence c reads the two-sided interval at 2c - 1, because each of its bounds is then
wrong with probability 1 - c (Schuirmann's two one-sided tests). Compute the difference with
``confidence=two_sided_confidence(c)`` and hand it over; the verdict states c.
"""

import math
from dataclasses import dataclass
from typing import Literal

from mtf_engine.statistics.inputs import check_confidence
from mtf_engine.statistics.values import Difference

__all__ = ["Verdict", "equivalence", "non_inferiority", "two_sided_confidence"]

Outcome = Literal["pass", "fail", "inconclusive"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of a comparison with a margin.

    Examples
    --------
    >>> Verdict("pass", -0.004, 0.01, 0.95, "non_inferiority").outcome
    'pass'
    """

    outcome: Outcome
    """Pass: the bound clears the margin; fail: the other bound violates it; else inconclusive."""

    bound: float | None
    """The deciding bound, in the metric's unit and oriented so that larger is better; None when undefined."""

    margin: float
    """The margin, at least 0, in the metric's own unit."""

    confidence: float
    """One-sided confidence of the verdict."""

    method: str
    """``non_inferiority`` or ``equivalence``."""

    reason: str | None = None
    """Why the bound is None."""


def two_sided_confidence(one_sided: float) -> float:
    """Return the two-sided confidence whose bounds each hold at `one_sided` confidence: 2c - 1.

    Parameters
    ----------
    one_sided : float
        One-sided confidence, strictly between 0.5 and 1.

    Returns
    -------
    float
        In (0, 1).

    Raises
    ------
    ValueError
        If `one_sided` is not between 0.5 and 1.

    Examples
    --------
    >>> round(two_sided_confidence(0.95), 10)
    0.9
    """
    value = check_confidence(one_sided)
    if value <= 0.5:
        raise ValueError(f"A one-sided confidence must exceed 0.5; got {one_sided!r}.")
    return 2.0 * value - 1.0


def _check_margin(margin: float) -> float:
    if not (margin >= 0.0 and math.isfinite(margin)):
        raise ValueError(f"margin must be an absolute amount of at least 0; got {margin!r}.")
    return float(margin)


def non_inferiority(difference: Difference, margin: float, greater_is_better: bool) -> Verdict:
    """Judge whether the first is not worse than the second by more than `margin`.

    With the difference oriented so that larger is better: pass when its lower bound is at least -margin, fail
    when its upper bound is below -margin, else inconclusive.

    Parameters
    ----------
    difference : Difference
        First minus second, computed at ``two_sided_confidence(c)`` for a verdict at one-sided confidence c.
    margin : float
        Loss that is still acceptable, absolute, in the metric's unit, at least 0.
    greater_is_better : bool
        The metric's direction.

    Returns
    -------
    Verdict
        Inconclusive with a reason when the difference has no bounds.

    Raises
    ------
    ValueError
        If the margin is negative or not finite.

    References
    ----------
    Schuirmann DJ (1987). A comparison of the two one-sided tests procedure and the power approach for assessing
    the equivalence of average bioavailability. J Pharmacokinet Biopharm 15:657-680.

    Examples
    --------
    >>> d = Difference(0.0, -0.008, 0.008, 0.9, 1.0, "newcombe_paired")
    >>> non_inferiority(d, 0.01, greater_is_better=True).outcome
    'pass'
    """
    margin = _check_margin(margin)
    confidence = (1.0 + difference.confidence) / 2.0
    if difference.low is None or difference.high is None:
        return Verdict("inconclusive", None, margin, confidence, "non_inferiority", difference.reason)
    low, high = difference.low, difference.high
    if not greater_is_better:
        low, high = -high, -low
    if low >= -margin:
        return Verdict("pass", low, margin, confidence, "non_inferiority")
    if high < -margin:
        return Verdict("fail", high, margin, confidence, "non_inferiority")
    return Verdict("inconclusive", low, margin, confidence, "non_inferiority")


def equivalence(difference: Difference, margin: float) -> Verdict:
    """Judge whether two are equivalent within `margin`, by two one-sided tests.

    Pass when the interval lies within [-margin, margin], fail when it lies wholly outside, else inconclusive.

    Parameters
    ----------
    difference : Difference
        First minus second, computed at ``two_sided_confidence(c)`` for a verdict at one-sided confidence c.
    margin : float
        Largest difference that still counts as equivalent, absolute, at least 0.

    Returns
    -------
    Verdict
        The bound is the one farther from zero on a pass or an inconclusive verdict, the nearer one on a fail.

    Raises
    ------
    ValueError
        If the margin is negative or not finite.

    References
    ----------
    Schuirmann DJ (1987). J Pharmacokinet Biopharm 15:657-680.

    Examples
    --------
    >>> equivalence(Difference(0.0, -0.008, 0.012, 0.9, 1.0, "mee"), 0.01).outcome
    'inconclusive'
    """
    margin = _check_margin(margin)
    confidence = (1.0 + difference.confidence) / 2.0
    if difference.low is None or difference.high is None:
        return Verdict("inconclusive", None, margin, confidence, "equivalence", difference.reason)
    bounds = (difference.low, difference.high)
    farther, nearer = max(bounds, key=abs), min(bounds, key=abs)
    if bounds[0] >= -margin and bounds[1] <= margin:
        return Verdict("pass", farther, margin, confidence, "equivalence")
    if bounds[0] > margin or bounds[1] < -margin:
        return Verdict("fail", nearer, margin, confidence, "equivalence")
    return Verdict("inconclusive", farther, margin, confidence, "equivalence")
