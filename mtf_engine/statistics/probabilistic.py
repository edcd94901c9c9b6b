"""Scores of probabilistic regression: CRPS, pinball and interval score, one number a row.

All are negatively oriented (0 is best) and proper: a forecaster does best by saying what it believes. Row scores
rather than means are returned, because intervals and paired tests need them.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from mtf_engine.statistics.inputs import check_choice, check_confidence, check_same_length, finite_vector

__all__ = ["crps_ensemble", "crps_normal", "interval_score", "pinball_loss"]


def crps_normal(truth: ArrayLike, mean: ArrayLike, standard_deviation: ArrayLike) -> NDArray[np.float64]:
    r"""Continuous ranked probability score of normal forecasts.

    With :math:`u = (y - \mu)/\sigma`:
    :math:`\sigma\,[u(2\Phi(u) - 1) + 2\varphi(u) - 1/\sqrt\pi]`.

    Parameters
    ----------
    truth : array_like of shape (n,)
        Observed values.
    mean, standard_deviation : array_like of shape (n,)
        Forecasts; a standard deviation of 0 is a point forecast, whose CRPS is the absolute error.

    Returns
    -------
    ndarray of shape (n,), float64
        At least 0, in the unit of `truth`.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, or a standard deviation is negative.

    References
    ----------
    Gneiting T, Raftery AE (2007). Strictly proper scoring rules, prediction, and estimation. JASA 102:359-378.

    Examples
    --------
    >>> crps_normal([0.0, 3.5], [0.0, 1.0], [1.0, 2.0]).round(6).tolist()
    [0.233695, 1.573968]
    """
    y, mu = finite_vector(truth, "truth"), finite_vector(mean, "mean")
    sigma = finite_vector(standard_deviation, "standard_deviation")
    check_same_length(y, mu, "truth and mean")
    check_same_length(y, sigma, "truth and standard_deviation")
    if sigma.size and sigma.min() < 0.0:
        raise ValueError(f"standard_deviation must not be negative; the smallest is {sigma.min():g}.")
    score = np.abs(y - mu)
    spread = sigma > 0.0
    u = (y[spread] - mu[spread]) / sigma[spread]
    density = np.exp(-0.5 * u**2) / math.sqrt(2.0 * math.pi)
    unit = u * special.erf(u / math.sqrt(2.0)) + 2.0 * density - 1.0 / math.sqrt(math.pi)
    score[spread] = sigma[spread] * np.maximum(unit, 0.0)
    return score


def crps_ensemble(truth: ArrayLike, members: ArrayLike, *, estimator: str = "empirical") -> NDArray[np.float64]:
    r"""Continuous ranked probability score of ensemble (sample) forecasts.

    .. math:: \frac1m \sum_i |x_i - y| - \frac{1}{2c} \sum_{ij} |x_i - x_j|

    with :math:`c = m^2` for the empirical distribution of the members, or :math:`c = m(m-1)` for the fair
    score, which does not reward few members.

    Parameters
    ----------
    truth : array_like of shape (n,)
        Observed values.
    members : array_like of shape (n, m)
        Ensemble members of each row, in any order.
    estimator : {"empirical", "fair"}, default "empirical"
        ``fair`` needs at least 2 members, and may fall below 0 on a single row.

    Returns
    -------
    ndarray of shape (n,), float64
        In the unit of `truth`.

    Raises
    ------
    ValueError
        If shapes do not fit, a value is not finite, or members are too few.

    References
    ----------
    Gneiting T, Raftery AE (2007). Strictly proper scoring rules, prediction, and estimation. JASA 102:359-378.
    Ferro CAT (2014). Fair scores for ensemble forecasts. Q J R Meteorol Soc 140:1917-1923.

    Examples
    --------
    >>> crps_ensemble([2.5], [[1.0, 2.0, 3.0, 5.0]]).tolist()
    [0.4375]
    """
    check_choice(estimator, "estimator", ("empirical", "fair"))
    y, table = finite_vector(truth, "truth"), np.asarray(members, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != y.size or not np.isfinite(table).all():
        raise ValueError(
            f"members must be a finite table with one row a value of truth ({y.size}); its shape is {table.shape}."
        )
    m = table.shape[1]
    needed = 2 if estimator == "fair" else 1
    if m < needed:
        raise ValueError(f"The {estimator} CRPS needs at least {needed} member(s); got {m}.")
    ordered = np.sort(table, axis=1)
    position = 2.0 * np.arange(1, m + 1) - m - 1.0
    spread = (ordered * position).sum(axis=1)
    pairs = m * m if estimator == "empirical" else m * (m - 1)
    score: NDArray[np.float64] = np.abs(table - y[:, np.newaxis]).mean(axis=1) - spread / pairs
    return np.maximum(score, 0.0) if estimator == "empirical" else score


def pinball_loss(truth: ArrayLike, quantile: ArrayLike, level: float) -> NDArray[np.float64]:
    r"""Pinball (quantile) loss of forecasts of one quantile.

    :math:`\tau (y - q)` where the observation is above the forecast, :math:`(1 - \tau)(q - y)` below.

    Parameters
    ----------
    truth, quantile : array_like of shape (n,)
        Observed values and forecasts of their `level` quantile.
    level : float
        Quantile level in (0, 1); 0.5 gives half the absolute error.

    Returns
    -------
    ndarray of shape (n,), float64
        At least 0, in the unit of `truth`.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, or level is outside (0, 1).

    References
    ----------
    Koenker R, Bassett G (1978). Regression quantiles. Econometrica 46:33-50.

    Examples
    --------
    >>> pinball_loss([3.0, 1.0], [2.0, 2.0], 0.9).round(3).tolist()
    [0.9, 0.1]
    """
    check_confidence(level, "level")
    y, q = finite_vector(truth, "truth"), finite_vector(quantile, "quantile")
    check_same_length(y, q, "truth and quantile")
    return np.maximum(level * (y - q), (1.0 - level) * (q - y))


def interval_score(truth: ArrayLike, low: ArrayLike, high: ArrayLike, *, alpha: float = 0.1) -> NDArray[np.float64]:
    r"""Interval (Winkler) score of central prediction intervals: width plus a penalty for missing.

    .. math:: (u - l) + \frac2\alpha (l - y)\,[y < l] + \frac2\alpha (y - u)\,[y > u]

    Parameters
    ----------
    truth, low, high : array_like of shape (n,)
        Observed values and interval bounds.
    alpha : float, default 0.1
        1 - nominal coverage, in (0, 1).

    Returns
    -------
    ndarray of shape (n,), float64
        At least 0, in the unit of `truth`.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, a low is above its high, or alpha is outside (0, 1).

    References
    ----------
    Winkler RL (1972). A decision-theoretic approach to interval estimation. JASA 67:187-191.
    Gneiting T, Raftery AE (2007). Strictly proper scoring rules, prediction, and estimation. JASA 102:359-378.

    Examples
    --------
    >>> interval_score([2, 5, 0.5], [1, 1, 1], [4, 4, 4], alpha=0.1).tolist()
    [3.0, 23.0, 13.0]
    """
    check_confidence(alpha, "alpha")
    y = finite_vector(truth, "truth")
    lower, upper = finite_vector(low, "low"), finite_vector(high, "high")
    check_same_length(y, lower, "truth and low")
    check_same_length(y, upper, "truth and high")
    if (lower > upper).any():
        raise ValueError(f"{int(np.count_nonzero(lower > upper))} interval(s) have low above high.")
    miss = np.maximum(lower - y, 0.0) + np.maximum(y - upper, 0.0)
    score: NDArray[np.float64] = (upper - lower) + 2.0 / alpha * miss
    return score
