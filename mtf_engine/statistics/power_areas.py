"""Is the test set big enough for areas under the ROC curve: one against chance, or two against each other."""

import math

from scipy import special

from mtf_engine.statistics.inputs import check_count
from mtf_engine.statistics.proportions import bisect, normal_quantile
from mtf_engine.statistics.roc import hanley_mcneil_error
from mtf_engine.statistics.sample_size import SampleSize, check_positive, detectable, power_quantile
from mtf_engine.statistics.values import Estimate

__all__ = ["minimum_detectable_difference_auc", "power_auc", "sample_size_auc"]


def _obuchowski(auc: float, ratio: float) -> tuple[float, float]:
    """Standard deviations of sqrt(positives) times the area: at 0.5, and at `auc`; ratio is negatives/positives."""
    a = 1.414 * float(special.ndtri(auc))
    null = 0.0792 * (1.0 + 1.0 / ratio)
    there = 0.0099 * math.exp(-a * a / 2.0) * ((5.0 * a * a + 8.0) + (a * a + 8.0) / ratio)
    return math.sqrt(null), math.sqrt(there)


def _check_area(auc: float) -> float:
    if not 0.5 < auc < 1.0:
        raise ValueError(f"auc must lie strictly between 0.5 and 1; got {auc!r}.")
    return float(auc)


def power_auc(auc: float, n_positive: int, n_negative: int, *, confidence: float = 0.95) -> float:
    """Power to tell an area under the ROC curve from 0.5, under the binormal model.

    Parameters
    ----------
    auc : float
        The area, strictly between 0.5 and 1.
    n_positive, n_negative : int
        Rows of each class, at least 1.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).

    Returns
    -------
    float
        Power in (0, 1).

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Obuchowski NA, Lieber ML, Wians FH (2004). ROC curves in clinical chemistry: uses, misuses, and possible
    solutions. Clin Chem 50:1118-1125.

    Examples
    --------
    >>> round(power_auc(0.73, 41, 72), 7)
    0.9897453
    """
    area = _check_area(auc)
    m = check_count(n_positive, "n_positive", minimum=1)
    n = check_count(n_negative, "n_negative", minimum=1)
    null, there = _obuchowski(area, n / m)
    return float(special.ndtr((math.sqrt(m) * (area - 0.5) - normal_quantile(confidence) * null) / there))


def sample_size_auc(auc: float, *, ratio: float = 1.0, power: float = 0.8, confidence: float = 0.95) -> SampleSize:
    """Rows of the positive class to tell an area under the ROC curve from 0.5, under the binormal model.

    Parameters
    ----------
    auc : float
        The area, strictly between 0.5 and 1.
    ratio : float, default 1
        Negatives per positive.
    power, confidence : float
        Power and two-sided confidence, in (0, 1).

    Returns
    -------
    SampleSize
        Positives; `ratio` times as many negatives are needed.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Obuchowski NA, Lieber ML, Wians FH (2004). Clin Chem 50:1118-1125.

    Examples
    --------
    >>> sample_size_auc(0.73, power=0.9, ratio=72 / 41).rows
    24
    """
    area = _check_area(auc)
    null, there = _obuchowski(area, check_positive(ratio, "ratio"))
    size = ((normal_quantile(confidence) * null + power_quantile(power) * there) / (area - 0.5)) ** 2
    return SampleSize(size, "obuchowski_auc, rows of the positive class")


def minimum_detectable_difference_auc(
    auc: float,
    n_positive: int,
    n_negative: int,
    *,
    correlation: float = 0.0,
    power: float = 0.8,
    confidence: float = 0.95,
) -> Estimate:
    r"""Smallest gain over `auc` that the comparison of two areas can show.

    Solves :math:`\delta = z_{\alpha/2}\sqrt{2(1-r)V(A)} + z_\beta\sqrt{V(A)+V(A+\delta)-2r\sqrt{V(A)V(A+\delta)}}`
    with Hanley and McNeil's variance V.

    Parameters
    ----------
    auc : float
        The area it improves on, in [0, 1).
    n_positive, n_negative : int
        Rows of each class, at least 1.
    correlation : float, default 0
        Correlation r of the two areas, in [0, 1): 0 on different rows, often above 0.5 on the same.
    power, confidence : float
        Power and two-sided confidence, in (0, 1).

    Returns
    -------
    Estimate
        An absolute difference; None with a reason when even an area of 1 could not be told apart.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Hanley JA, McNeil BJ (1983). A method of comparing the areas under receiver operating characteristic curves
    derived from the same cases. Radiology 148:839-843.

    Examples
    --------
    >>> round(minimum_detectable_difference_auc(0.85, 200, 800, correlation=0.6).value, 3)
    0.044
    """
    if not 0.0 <= correlation < 1.0:
        raise ValueError(f"correlation must lie in [0, 1); got {correlation!r}.")
    z, z_power = normal_quantile(confidence), power_quantile(power)
    base = hanley_mcneil_error(auc, n_positive, n_negative)

    def excess(difference: float) -> float:
        other = hanley_mcneil_error(min(1.0, auc + difference), n_positive, n_negative)
        null = math.sqrt(2.0 * (1.0 - correlation)) * base
        apart = math.sqrt(max(0.0, base**2 + other**2 - 2.0 * correlation * base * other))
        return z * null + z_power * apart - difference

    largest = 1.0 - auc
    value = bisect(excess, 0.0, largest) if largest > 0.0 and excess(largest) <= 0.0 else None
    return detectable(value, "hanley_mcneil_auc")
