"""The area under a part of the ROC curve, raw and standardised.

scikit-learn's ``max_fpr`` gives the standardised value only; the raw area is what papers tabulate. Both are
here, because the names are confused more often than not.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.binary_points import sorted_classes
from mtf_engine.statistics.slots import SortedClasses

__all__ = ["PartialArea", "partial_auc"]


@dataclass(frozen=True, slots=True)
class PartialArea:
    """Area under the ROC curve over a range of false positive rates.

    Examples
    --------
    >>> partial_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], max_fpr=0.5).raw
    0.25
    """

    raw: float | None
    """Area between the two false positive rates, 0 to their distance; None when undefined."""

    standardised: float | None
    """McClish's rescaling: 0.5 for chance, 1 for a perfect ranking; None when undefined."""

    min_fpr: float
    """Where the range starts."""

    max_fpr: float
    """Where the range ends."""

    reason: str | None = None
    """Why the area is undefined."""


@dataclass(frozen=True, slots=True)
class _Curve:
    """Corners of the empirical ROC curve, from (0, 0) to (1, 1)."""

    fpr: NDArray[np.float64]
    tpr: NDArray[np.float64]

    def area_up_to(self, fpr: float) -> float:
        """Trapezoid area from 0 to `fpr`."""
        inside = int(np.searchsorted(self.fpr, fpr, side="right"))
        x = np.append(self.fpr[:inside], fpr)
        y = np.append(self.tpr[:inside], np.interp(fpr, self.fpr, self.tpr))
        if inside and self.fpr[inside - 1] == fpr:
            y[-1] = self.tpr[inside - 1]
        return float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2.0))


def _curve(classes: SortedClasses) -> _Curve:
    thresholds = np.unique(np.concatenate((classes.positive, classes.negative)))[::-1]
    hits = classes.positive.size - np.searchsorted(classes.positive, thresholds, side="left")
    misses = classes.negative.size - np.searchsorted(classes.negative, thresholds, side="left")
    return _Curve(
        np.concatenate(([0.0], misses / classes.negative.size)),
        np.concatenate(([0.0], hits / classes.positive.size)),
    )


def partial_auc(truth: ArrayLike, score: ArrayLike, *, max_fpr: float, min_fpr: float = 0.0) -> PartialArea:
    r"""Area under the ROC curve between two false positive rates.

    Raw: trapezoids under the empirical curve, whose ends are interpolated. McClish's standardisation is
    :math:`\frac12(1 + (A - m)/(M - m))` with :math:`m = (f_2^2 - f_1^2)/2` for chance and :math:`M = f_2 - f_1`
    for a perfect ranking. Specificity from 1 down to 0.9 is ``max_fpr=0.1``.

    Parameters
    ----------
    truth : array_like of shape (n,), bool or 0/1
        True for the positive class.
    score : array_like of shape (n,), float
        Higher means more positive.
    max_fpr : float
        End of the range, above `min_fpr`, at most 1.
    min_fpr : float, default 0
        Start of the range, at least 0.

    Returns
    -------
    PartialArea
        Undefined with a reason when a class is absent. The standardised value is below 0.5 for a ranking worse
        than chance.

    Raises
    ------
    ValueError
        If shapes differ, a score is NaN or infinite, or the range is empty.

    References
    ----------
    McClish DK (1989). Analyzing a portion of the ROC curve. Med Decis Making 9:190-195.

    Examples
    --------
    >>> area = partial_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], max_fpr=0.5)
    >>> area.raw, round(area.standardised, 4)
    (0.25, 0.6667)
    """
    if not 0.0 <= min_fpr < max_fpr <= 1.0:
        raise ValueError(f"The range needs 0 <= min_fpr < max_fpr <= 1; got {min_fpr!r} and {max_fpr!r}.")
    classes = sorted_classes(truth, score)
    if classes.positive.size == 0 or classes.negative.size == 0:
        absent = "positive" if classes.positive.size == 0 else "negative"
        reason = f"There are no rows of the {absent} class."
        return PartialArea(None, None, float(min_fpr), float(max_fpr), reason)
    curve = _curve(classes)
    raw = curve.area_up_to(max_fpr) - curve.area_up_to(min_fpr)
    chance, most = (max_fpr**2 - min_fpr**2) / 2.0, max_fpr - min_fpr
    raw = min(max(raw, 0.0), most)
    return PartialArea(raw, 0.5 * (1.0 + (raw - chance) / (most - chance)), float(min_fpr), float(max_fpr))
