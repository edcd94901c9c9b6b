"""Smooth calibration error: no bins, and continuous in the predictions.

Residuals are smoothed along the probability axis by a Gaussian reflected at 0 and 1. Such smoothing is heat
spreading along a closed rod, which a cosine transform computes exactly on a grid.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft

from mtf_engine.statistics.calibration import Forecasts, forecasts
from mtf_engine.statistics.values import Estimate

__all__ = ["smooth_ece"]

_CELLS = 4096
_BISECTIONS = 40


def _residual_spectrum(data: Forecasts) -> NDArray[np.float64]:
    """Cosine coefficients of the weighted residuals y - p, each shared between its two nearest cells."""
    position = data.probability * _CELLS - 0.5
    left = np.floor(position)
    upper_share = position - left
    mass = data.weights * (data.truth - data.probability) / data.weights.sum()
    lower_cell = np.clip(left, 0, _CELLS - 1).astype(np.intp)
    upper_cell = np.clip(left + 1, 0, _CELLS - 1).astype(np.intp)
    density = np.bincount(lower_cell, mass * (1.0 - upper_share), minlength=_CELLS)
    density += np.bincount(upper_cell, mass * upper_share, minlength=_CELLS)
    spectrum: NDArray[np.float64] = fft.dct(density, type=2)
    return spectrum


def _smoothed_error(spectrum: NDArray[np.float64], bandwidth: float) -> float:
    decay = np.exp(-0.5 * (np.pi * bandwidth * np.arange(_CELLS)) ** 2)
    return float(np.abs(fft.idct(spectrum * decay, type=2)).sum())


def smooth_ece(truth: ArrayLike, probability: ArrayLike, *, weights: ArrayLike | None = None) -> Estimate:
    r"""Smooth ECE: the kernel-smoothed calibration error at the bandwidth that equals it.

    .. math:: \mathrm{smECE}_\sigma = \int_0^1 \Big|\frac1n \sum_i K_\sigma(t, p_i)\,(y_i - p_i)\Big|\,dt

    with :math:`K_\sigma` a Gaussian of standard deviation :math:`\sigma` reflected into [0, 1]. It falls as
    :math:`\sigma` grows, and the result is the one :math:`\sigma` with :math:`\mathrm{smECE}_\sigma = \sigma`.

    Parameters
    ----------
    truth : array_like of shape (n,)
        Booleans or 0 and 1.
    probability : array_like of shape (n,)
        Predicted probability of 1, in [0, 1].
    weights : array_like of shape (n,), optional
        Non-negative row weights; an integer weight counts the row that often.

    Returns
    -------
    Estimate
        In [0, 1], 0 the best, computed on a grid of 4096 cells (error below 1e-4); undefined with a reason
        without rows.

    Raises
    ------
    ValueError
        If lengths differ, a probability is outside [0, 1], or weights are negative.

    References
    ----------
    Błasiok J, Nakkiran P (2023). Smooth ECE: principled reliability diagrams via kernel smoothing.
    arXiv:2309.12236.

    Examples
    --------
    >>> round(smooth_ece([1, 1, 1, 1], [0.7, 0.7, 0.7, 0.7]).value, 3)
    0.3
    """
    data = forecasts(truth, probability, weights)
    if data.truth.size == 0:
        return Estimate(None, "smooth_ece", reason="There are no rows (n = 0).")
    spectrum = _residual_spectrum(data)
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if _smoothed_error(spectrum, middle) > middle:
            low = middle
        else:
            high = middle
    return Estimate(0.5 * (low + high) if high > 1e-9 else 0.0, "smooth_ece")
