"""The Brier score taken apart: how much is miscalibration, how much is knowledge, how much is the weather.

Binning forecasts breaks Murphy's identity unless the spread within bins is counted too; the terms that do so
are part of the result, so the parts always add up to the score.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mtf_engine.statistics.calibration import bin_index, forecasts
from mtf_engine.statistics.inputs import DECIMALS

__all__ = ["BrierDecomposition", "brier_decomposition"]


@dataclass(frozen=True, slots=True)
class BrierDecomposition:
    """Parts of the Brier score; score = reliability - resolution + uncertainty + variance - covariance.

    Every number is None, with a reason, when there are no rows.

    Examples
    --------
    >>> brier_decomposition([0, 1], [0.5, 0.5]).uncertainty
    0.25
    """

    score: float | None
    """Brier score, in [0, 1], 0 the best."""

    reliability: float | None
    """Miscalibration of the bins' mean forecasts, at least 0, 0 the best."""

    resolution: float | None
    """How far the bins' observed rates lie apart, at least 0, higher is better."""

    uncertainty: float | None
    """Variance of the outcome itself, in [0, 0.25]; no forecast changes it."""

    within_bin_variance: float | None
    """Variance of the forecasts within bins, at least 0."""

    within_bin_covariance: float | None
    """Twice the covariance of outcome and forecast within bins, of either sign."""

    n_bins: int
    """Bins that hold rows."""

    method: str
    """How the bins were cut."""

    reason: str | None = None
    """Why the numbers are None."""

    @property
    def generalized_resolution(self) -> float | None:
        """Resolution - variance + covariance: Stephenson's resolution, with score = REL - GRES + UNC."""
        parts = (self.resolution, self.within_bin_variance, self.within_bin_covariance)
        if parts[0] is None or parts[1] is None or parts[2] is None:
            return None
        return parts[0] - parts[1] + parts[2]


def brier_decomposition(
    truth: ArrayLike,
    probability: ArrayLike,
    *,
    n_bins: int | None = 10,
    strategy: str = "equal_mass",
    weights: ArrayLike | None = None,
) -> BrierDecomposition:
    r"""Split the Brier score into reliability, resolution, uncertainty and the within-bin terms.

    With bin weights :math:`w_k`, mean forecast :math:`\bar f_k` and observed rate :math:`\bar o_k`:
    REL :math:`= \sum w_k(\bar f_k - \bar o_k)^2`, RES :math:`= \sum w_k(\bar o_k - \bar o)^2`,
    UNC :math:`= \bar o(1 - \bar o)`, WBV and WBC the mean of :math:`(f - \bar f_k)^2` and of
    :math:`2(f - \bar f_k)(o - \bar o_k)`; score = REL - RES + UNC + WBV - WBC.

    Parameters
    ----------
    truth : array_like of shape (n,)
        Booleans or 0 and 1.
    probability : array_like of shape (n,)
        Predicted probability of 1, in [0, 1].
    n_bins : int or None, default 10
        Bins asked for; None makes one of each distinct forecast, where the within-bin terms vanish.
    strategy : {"equal_mass", "equal_width"}, default "equal_mass"
        How the bins are cut.
    weights : array_like of shape (n,), optional
        Non-negative row weights.

    Returns
    -------
    BrierDecomposition
        Undefined with a reason without rows.

    Raises
    ------
    ValueError
        If lengths differ, a probability is outside [0, 1], or an option is out of range.

    References
    ----------
    Murphy AH (1973). A new vector partition of the probability score. J Appl Meteorol 12:595-600.
    Stephenson DB, Coelho CAS, Jolliffe IT (2008). Two extra components in the Brier score decomposition.
    Weather Forecast 23:752-757.

    Examples
    --------
    >>> parts = brier_decomposition([0, 0, 1, 1], [0.1, 0.3, 0.6, 0.8], n_bins=2)
    >>> round(parts.score, 4), round(parts.reliability, 4), round(parts.resolution, 4)
    (0.075, 0.065, 0.25)
    """
    data = forecasts(truth, probability, weights)
    method = "brier_decomposition (distinct forecasts)"
    if n_bins is not None:
        method = f"brier_decomposition ({strategy}, {n_bins} bins)"
    if data.truth.size == 0:
        reason = "There are no rows (n = 0)."
        return BrierDecomposition(None, None, None, None, None, None, 0, method, reason)
    if n_bins is None:
        index = np.unique(np.round(data.probability, DECIMALS), return_inverse=True)[1]
    else:
        index = bin_index(data, n_bins, strategy)
    w, f, o = data.weights / data.weights.sum(), data.probability, data.truth
    share = np.bincount(index, w)
    mean, rate = np.bincount(index, w * f) / share, np.bincount(index, w * o) / share
    base = float((w * o).sum())
    within = f - mean[index]
    return BrierDecomposition(
        score=float((w * (f - o) ** 2).sum()),
        reliability=float((share * (mean - rate) ** 2).sum()),
        resolution=float((share * (rate - base) ** 2).sum()),
        uncertainty=max(0.0, base * (1.0 - base)),
        within_bin_variance=float((w * within**2).sum()),
        within_bin_covariance=float((2.0 * w * within * (o - rate[index])).sum()),
        n_bins=int(share.size),
        method=method,
    )
