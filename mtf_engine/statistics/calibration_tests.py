"""Tests of calibration that need no bins: Spiegelhalter's z, and Cox's intercept and slope.

A slope below 1 says the forecasts are too extreme, an intercept off 0 that they are too high or too low on the
whole. Both are what a recalibration would correct.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from mtf_engine.statistics.calibration import forecasts
from mtf_engine.statistics.inputs import check_confidence
from mtf_engine.statistics.values import Interval, TestResult

__all__ = ["CalibrationLine", "calibration_line", "spiegelhalter"]

_CLIP = 1e-10
_ITERATIONS = 100
_TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class CalibrationLine:
    """Cox's calibration line: logit P(y = 1) = intercept + slope * logit(forecast).

    Examples
    --------
    >>> calibration_line([0, 1, 0, 1], [0.2, 0.4, 0.6, 0.8]).test.df
    2.0
    """

    intercept: Interval
    """Intercept of the line; 0 when calibrated."""

    intercept_standard_error: float | None
    """Standard error of `intercept`, in logits."""

    slope: Interval
    """Slope of the line; 1 when calibrated, below 1 when forecasts are too extreme."""

    slope_standard_error: float | None
    """Standard error of `slope`."""

    in_the_large: Interval
    """Intercept with the slope held at 1: positive when forecasts are too low on the whole."""

    in_the_large_standard_error: float | None
    """Standard error of `in_the_large`, in logits."""

    test: TestResult
    """Score test of intercept 0 and slope 1 together, chi-square with 2 degrees of freedom."""

    n: int
    """Rows."""


def spiegelhalter(truth: ArrayLike, probability: ArrayLike) -> TestResult:
    r"""Spiegelhalter's z test of calibration, two-sided.

    .. math:: z = \frac{\sum (y_i - p_i)(1 - 2p_i)}{\sqrt{\sum (1 - 2p_i)^2 p_i (1 - p_i)}}

    It compares the Brier score with what it would be if the forecasts were true; z > 0 means too extreme
    forecasts, z < 0 too timid ones.

    Parameters
    ----------
    truth : array_like of shape (n,)
        Booleans or 0 and 1.
    probability : array_like of shape (n,)
        Predicted probability of 1, in [0, 1].

    Returns
    -------
    TestResult
        Undefined with a reason without rows, or where every forecast is 0, 1/2 or 1, which carry no variance.

    Raises
    ------
    ValueError
        If lengths differ or a probability is outside [0, 1].

    References
    ----------
    Spiegelhalter DJ (1986). Probabilistic prediction in patient management and clinical trials.
    Stat Med 5:421-433.

    Examples
    --------
    >>> result = spiegelhalter([0, 1, 0, 1, 0], [0.1, 0.9, 0.21, 0.9, 0.5])
    >>> round(result.statistic, 3), round(result.p_value, 4)
    (-0.757, 0.4492)
    """
    data = forecasts(truth, probability)
    y, p = data.truth, data.probability
    if y.size == 0:
        return TestResult(None, None, "spiegelhalter", reason="There are no rows (n = 0).")
    variance = float(((1.0 - 2.0 * p) ** 2 * p * (1.0 - p)).sum())
    if variance <= 0.0:
        reason = "Every forecast is 0, 1/2 or 1, so the statistic has no variance."
        return TestResult(None, None, "spiegelhalter", reason=reason)
    z = float(((y - p) * (1.0 - 2.0 * p)).sum()) / math.sqrt(variance)
    return TestResult(z, min(1.0, 2.0 * float(special.ndtr(-abs(z)))), "spiegelhalter (two-sided)")


@dataclass(frozen=True, slots=True)
class _Fit:
    """Coefficients of a logistic regression with their covariance."""

    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]


def _logistic_fit(design: NDArray[np.float64], y: NDArray[np.float64], offset: NDArray[np.float64]) -> _Fit | None:
    """Maximum-likelihood fit by Newton steps that are halved until they help; None when it diverges."""

    def log_likelihood(coefficients: NDArray[np.float64]) -> float:
        eta = offset + design @ coefficients
        return float((y * special.log_expit(eta) + (1.0 - y) * special.log_expit(-eta)).sum())

    current = np.zeros(design.shape[1])
    best = log_likelihood(current)
    for _ in range(_ITERATIONS):
        mean = special.expit(offset + design @ current)
        information = design.T @ (design * (mean * (1.0 - mean))[:, np.newaxis])
        if np.linalg.cond(information) > 1e14:
            return None
        step = np.linalg.solve(information, design.T @ (y - mean))
        value = log_likelihood(current + step)
        while not value >= best - _TOLERANCE * abs(best) and float(np.abs(step).max()) > _TOLERANCE:
            step = 0.5 * step
            value = log_likelihood(current + step)
        current, best = current + step, value
        if float(np.abs(step).max()) <= 1e-10 * (1.0 + float(np.abs(current).max())):
            return _Fit(current, np.linalg.inv(information).astype(np.float64))
    return None


def _no_fit_reason(y: NDArray[np.float64], logit: NDArray[np.float64]) -> str | None:
    """Why no finite line exists: one class, one forecast, or classes that the forecast separates."""
    if y.size == 0:
        return "There are no rows (n = 0)."
    if float(np.ptp(y)) == 0.0:
        return "All rows have the same outcome."
    if float(np.ptp(logit)) < 1e-10:
        return "All forecasts are equal, so the slope is undetermined."
    zeros, ones = logit[y == 0.0], logit[y == 1.0]
    if zeros.max() <= ones.min() or ones.max() <= zeros.min():
        return "The forecasts separate the classes perfectly, so the slope is infinite."
    return None


@dataclass(frozen=True, slots=True)
class _Coefficient:
    """A coefficient's interval and standard error."""

    interval: Interval
    standard_error: float | None


def _wald(fit: _Fit | None, position: int, reason: str, confidence: float) -> _Coefficient:
    if fit is None:
        return _Coefficient(Interval(None, None, None, confidence, "wald", reason=reason), None)
    estimate = float(fit.coefficients[position])
    error = math.sqrt(float(fit.covariance[position, position]))
    half = -float(special.ndtri((1.0 - confidence) / 2.0)) * error
    return _Coefficient(Interval(estimate, estimate - half, estimate + half, confidence, "wald"), error)


def _slope_fit(design: NDArray[np.float64], y: NDArray[np.float64], logit: NDArray[np.float64]) -> _Fit | None:
    return None if _no_fit_reason(y, logit) else _logistic_fit(design, y, np.zeros_like(logit))


def _score_test(y: NDArray[np.float64], p: NDArray[np.float64], design: NDArray[np.float64]) -> TestResult:
    """Score test of calibration; it needs no fit, so separation does not spoil it."""
    gradient = design.T @ (y - p)
    information = design.T @ (design * (p * (1.0 - p))[:, np.newaxis])
    if y.size == 0 or np.linalg.cond(information) > 1e14:
        reason = "The forecasts do not vary enough to test intercept and slope."
        return TestResult(None, None, "cox_score", df=2.0, reason=reason)
    statistic = max(0.0, float(gradient @ np.linalg.solve(information, gradient)))
    return TestResult(statistic, float(special.chdtrc(2, statistic)), "cox_score", df=2.0)


def calibration_line(truth: ArrayLike, probability: ArrayLike, *, confidence: float = 0.95) -> CalibrationLine:
    r"""Calibration intercept and slope (Cox), with standard errors and a joint test.

    Fits :math:`\mathrm{logit} P(y = 1) = a + b\,\mathrm{logit}(p)` by maximum likelihood, and
    :math:`a` again with :math:`b = 1` (calibration in the large). Intervals are Wald's.

    Parameters
    ----------
    truth : array_like of shape (n,)
        Booleans or 0 and 1.
    probability : array_like of shape (n,)
        Predicted probability of 1, in [0, 1].
    confidence : float, default 0.95
        Confidence of each interval, in (0, 1).

    Returns
    -------
    CalibrationLine
        Intervals are undefined with a reason when all outcomes or forecasts are equal or the forecasts
        separate the classes. Forecasts of exactly 0 or 1 have no logit; they are moved to 1e-10 from the edge
        with a warning, and dominate the slope when they are wrong.

    Raises
    ------
    ValueError
        If lengths differ, a probability is outside [0, 1], or confidence is outside (0, 1).

    References
    ----------
    Cox DR (1958). Two further applications of a model for binary regression. Biometrika 45:562-565.
    Van Calster B, McLernon DJ, van Smeden M, Wynants L, Steyerberg EW (2019). Calibration: the Achilles heel of
    predictive analytics. BMC Medicine 17:230.

    Examples
    --------
    >>> line = calibration_line([0, 0, 1, 0, 1, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    >>> round(line.slope.estimate, 4), round(line.slope_standard_error, 4)
    (0.944, 0.7847)
    """
    check_confidence(confidence)
    data = forecasts(truth, probability)
    y, p = data.truth, np.clip(data.probability, _CLIP, 1.0 - _CLIP)
    logit = special.logit(p)
    ones = np.ones_like(logit)
    design = np.column_stack([ones, logit])
    clipped = int(np.count_nonzero(p != data.probability))
    warnings = (f"{clipped} forecast(s) of 0 or 1 were moved to 1e-10 from the edge.",) if clipped else ()
    slope = _slope_fit(design, y, logit)
    large = _logistic_fit(ones[:, np.newaxis], y, logit) if float(np.ptp(y) if y.size else 0.0) else None
    reason = _no_fit_reason(y, logit) or "The fit did not converge."
    parts = [_wald(fit, position, reason, confidence) for fit, position in ((slope, 0), (slope, 1), (large, 0))]
    return CalibrationLine(
        intercept=replace(parts[0].interval, warnings=warnings),
        intercept_standard_error=parts[0].standard_error,
        slope=replace(parts[1].interval, warnings=warnings),
        slope_standard_error=parts[1].standard_error,
        in_the_large=replace(parts[2].interval, warnings=warnings),
        in_the_large_standard_error=parts[2].standard_error,
        test=_score_test(y, p, design),
        n=int(y.size),
    )
