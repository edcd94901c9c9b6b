"""Binned calibration: reliability curves and calibration errors of predicted probabilities.

A binned error depends on how the bins are cut and is biased upwards, most of all for good models and few rows.
So the method's name carries strategy and bins, a debiased form stands beside the plug-in one, and the smooth
error of `mtf_engine.statistics.smooth_calibration` needs no bins.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.inputs import (
    DECIMALS,
    check_choice,
    check_confidence,
    check_count,
    check_same_length,
    finite_vector,
    truth_vector,
)
from mtf_engine.statistics.proportions import wilson
from mtf_engine.statistics.values import Estimate, Interval

__all__ = [
    "ClasswiseCalibration",
    "ReliabilityBin",
    "ReliabilityCurve",
    "TopLabel",
    "calibration_error",
    "classwise_ece",
    "debiased_calibration_error",
    "ece",
    "reliability_curve",
    "top_label",
    "top_label_ece",
]

_STRATEGIES = ("equal_mass", "equal_width")
_NORMS = {"l1": "ece", "l2": "rms_calibration_error", "max": "maximum_calibration_error"}


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Checked outcomes, probabilities and weights of the same rows."""

    truth: NDArray[np.float64]
    """0.0 or 1.0 a row."""

    probability: NDArray[np.float64]
    """Predicted probability of 1, in [0, 1]."""

    weights: NDArray[np.float64]
    """Positive row weights; rows of weight 0 are gone."""

    weighted: bool
    """Whether the caller gave weights."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """One bin of a reliability curve.

    Examples
    --------
    >>> reliability_curve([0, 1], [0.5, 0.5], n_bins=1).bins[0].n
    2
    """

    low: float
    """Smallest probability in the bin."""

    high: float
    """Largest probability in the bin."""

    n: int
    """Rows in the bin, at least 1."""

    mean_probability: float
    """Mean predicted probability in the bin."""

    observed: Interval
    """Observed share of positives, with its Wilson interval."""


@dataclass(frozen=True, slots=True)
class ReliabilityCurve:
    """Observed against predicted probability, bin by bin; empty bins are left out.

    Examples
    --------
    >>> len(reliability_curve([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.2], n_bins=2).bins)
    2
    """

    bins: tuple[ReliabilityBin, ...]
    """Bins by ascending probability."""

    strategy: str
    """``equal_mass`` or ``equal_width``."""

    n: int
    """Rows in all."""

    confidence: float
    """Confidence of the bins' intervals, each on its own."""


@dataclass(frozen=True, slots=True)
class TopLabel:
    """The binary question "is the most probable class right?" behind top-label calibration.

    Examples
    --------
    >>> top_label([2, 0], [[0.1, 0.3, 0.6], [0.2, 0.7, 0.1]]).correct.tolist()
    [True, False]
    """

    correct: NDArray[np.bool_]
    """Shape (n,): whether the most probable class is the true one."""

    confidence: NDArray[np.float64]
    """Shape (n,): probability of the most probable class."""


@dataclass(frozen=True, slots=True)
class ClasswiseCalibration:
    """Calibration error of each class against the rest, and their mean.

    Examples
    --------
    >>> classwise_ece([0, 1], [[1.0, 0.0], [0.0, 1.0]]).mean.value
    0.0
    """

    mean: Estimate
    """Unweighted mean over the classes."""

    classes: tuple[Estimate, ...]
    """One error a class, in the order of the columns."""


def probability_vector(values: ArrayLike, name: str = "probability") -> NDArray[np.float64]:
    """Return `values` as a one-dimensional float64 array within [0, 1], or raise ValueError."""
    array = finite_vector(values, name)
    if array.size and (array.min() < 0.0 or array.max() > 1.0):
        raise ValueError(f"{name} must lie in [0, 1]; it ranges from {array.min():g} to {array.max():g}.")
    return array


def check_weights(weights: ArrayLike | None, n: int) -> NDArray[np.float64]:
    """Return weights (ones when None) as a float64 array of n non-negative numbers, or raise ValueError."""
    if weights is None:
        return np.ones(n)
    array = finite_vector(weights, "weights")
    if array.size != n:
        raise ValueError(f"weights must have one value a row; got {array.size} for {n} rows.")
    if array.size and (array.min() < 0.0 or array.max() == 0.0):
        raise ValueError("weights must be non-negative and not all 0.")
    return array


def forecasts(truth: ArrayLike, probability: ArrayLike, weights: ArrayLike | None = None) -> Forecasts:
    """Check outcomes, probabilities and weights together and drop rows of weight 0."""
    y, p = truth_vector(truth).astype(np.float64), probability_vector(probability)
    check_same_length(y, p, "truth and probability")
    w = check_weights(weights, y.size)
    if weights is None:
        return Forecasts(y, p, w, False)
    keep = w > 0.0
    return Forecasts(y[keep], p[keep], w[keep], True)


def bin_index(data: Forecasts, n_bins: int, strategy: str) -> NDArray[np.intp]:
    """Number the bin of each row from 0 without gaps; equal probabilities always share a bin.

    Bins are closed on the right. Equal-mass edges are (weighted) quantiles of the probabilities.
    """
    check_count(n_bins, "n_bins", minimum=1)
    check_choice(strategy, "strategy", _STRATEGIES)
    p = np.round(data.probability, DECIMALS)
    if strategy == "equal_width":
        raw = np.maximum(np.ceil(np.round(p * n_bins, DECIMALS)), 1.0).astype(np.intp)
    else:
        order = np.argsort(p, kind="stable")
        share = np.cumsum(data.weights[order])
        targets = np.round(share[-1] * np.arange(1, n_bins) / n_bins, DECIMALS)
        edges = np.unique(p[order][np.searchsorted(np.round(share, DECIMALS), targets, side="left")])
        raw = np.searchsorted(edges, p, side="left")
    return np.unique(raw, return_inverse=True)[1]


@dataclass(frozen=True, slots=True)
class _Bins:
    """Weighted sums of each bin."""

    weight: NDArray[np.float64]
    mean: NDArray[np.float64]
    rate: NDArray[np.float64]
    rows: NDArray[np.intp]


def _binned(data: Forecasts, n_bins: int, strategy: str) -> _Bins:
    index = bin_index(data, n_bins, strategy)
    weight = np.bincount(index, data.weights).astype(np.float64)
    mean = np.bincount(index, data.weights * data.probability) / weight
    rate = np.bincount(index, data.weights * data.truth) / weight
    return _Bins(weight, mean, rate, np.bincount(index))


def _undefined(method: str) -> Estimate:
    return Estimate(None, method, reason="There are no rows (n = 0).")


def reliability_curve(
    truth: ArrayLike,
    probability: ArrayLike,
    *,
    n_bins: int = 10,
    strategy: str = "equal_mass",
    confidence: float = 0.95,
) -> ReliabilityCurve:
    """Reliability curve: the observed share of positives by predicted probability, with Wilson intervals.

    Parameters
    ----------
    truth : array_like of shape (n,)
        Booleans or 0 and 1.
    probability : array_like of shape (n,)
        Predicted probability of 1, in [0, 1].
    n_bins : int, default 10
        Bins asked for; there are fewer where probabilities tie or bins are empty.
    strategy : {"equal_mass", "equal_width"}, default "equal_mass"
        Bins with equally many rows, or of equal width on [0, 1]; closed on the right.
    confidence : float, default 0.95
        Confidence of each bin's interval on its own, in (0, 1).

    Returns
    -------
    ReliabilityCurve
        Without bins when there are no rows.

    Raises
    ------
    ValueError
        If lengths differ, a probability is outside [0, 1], or an option is out of range.

    References
    ----------
    Bröcker J, Smith LA (2007). Increasing the reliability of reliability diagrams. Weather Forecast 22:651-661.

    Examples
    --------
    >>> curve = reliability_curve([0, 0, 1, 1, 0, 1], [0.1, 0.2, 0.3, 0.7, 0.8, 0.9], n_bins=2)
    >>> [(bin.n, round(bin.observed.estimate, 3)) for bin in curve.bins]
    [(3, 0.333), (3, 0.667)]
    """
    check_confidence(confidence)
    data = forecasts(truth, probability)
    if data.truth.size == 0:
        return ReliabilityCurve((), check_choice(strategy, "strategy", _STRATEGIES), 0, confidence)
    index = bin_index(data, n_bins, strategy)
    bins = []
    for number in range(int(index.max()) + 1):
        inside = index == number
        p, n = data.probability[inside], int(np.count_nonzero(inside))
        observed = wilson(int(data.truth[inside].sum()), n, confidence=confidence)
        bins.append(ReliabilityBin(float(p.min()), float(p.max()), n, float(p.mean()), observed))
    return ReliabilityCurve(tuple(bins), strategy, int(data.truth.size), confidence)


def calibration_error(
    truth: ArrayLike,
    probability: ArrayLike,
    *,
    norm: str = "l1",
    n_bins: int = 15,
    strategy: str = "equal_mass",
    weights: ArrayLike | None = None,
) -> Estimate:
    r"""Plug-in binned calibration error in a norm of choice.

    With :math:`g_b = |\bar p_b - \bar y_b|` and bin weights :math:`w_b`: :math:`\sum w_b g_b` (l1, the ECE),
    :math:`\sqrt{\sum w_b g_b^2}` (l2, RMSCE) or :math:`\max_b g_b` (max, MCE).

    Parameters
    ----------
    truth, probability, strategy
        As in `reliability_curve`.
    norm : {"l1", "l2", "max"}, default "l1"
        How the bins' gaps are combined.
    n_bins : int, default 15
        Bins asked for.
    weights : array_like of shape (n,), optional
        Non-negative row weights; an integer weight counts the row that often.

    Returns
    -------
    Estimate
        In [0, 1], 0 the best; undefined with a reason without rows.

    Raises
    ------
    ValueError
        If lengths differ, a probability is outside [0, 1], or an option is out of range.

    References
    ----------
    Naeini MP, Cooper GF, Hauskrecht M (2015). Obtaining well calibrated probabilities using Bayesian binning.
    AAAI 2015.
    Guo C, Pleiss G, Sun Y, Weinberger KQ (2017). On calibration of modern neural networks. ICML 2017.

    Examples
    --------
    >>> p, y = [0.25, 0.25, 0.55, 0.75, 0.75], [0, 0, 1, 1, 1]
    >>> round(calibration_error(y, p, norm="max", n_bins=2, strategy="equal_width").value, 4)
    0.3167
    """
    check_choice(norm, "norm", tuple(_NORMS))
    data = forecasts(truth, probability, weights)
    method = f"{_NORMS[norm]} ({strategy}, {n_bins} bins)"
    if data.truth.size == 0:
        return _undefined(method)
    bins = _binned(data, n_bins, strategy)
    gap, share = np.abs(bins.mean - bins.rate), bins.weight / bins.weight.sum()
    if norm == "max":
        value = float(gap.max())
    elif norm == "l2":
        value = math.sqrt(float((share * gap**2).sum()))
    else:
        value = float((share * gap).sum())
    return Estimate(min(1.0, value), method)


def ece(
    truth: ArrayLike,
    probability: ArrayLike,
    *,
    n_bins: int = 15,
    strategy: str = "equal_mass",
    weights: ArrayLike | None = None,
) -> Estimate:
    """Expected calibration error: the mean gap between predicted and observed probability over bins.

    It is the l1 norm of `calibration_error`, biased upwards: a perfect model of 500 rows in 15 bins scores
    about 0.05. Read it beside `debiased_calibration_error` or `smooth_ece`.

    Parameters
    ----------
    truth, probability, n_bins, strategy, weights
        As in `calibration_error`.

    Returns
    -------
    Estimate
        In [0, 1], 0 the best; undefined with a reason without rows.

    Raises
    ------
    ValueError
        As in `calibration_error`.

    References
    ----------
    Naeini MP, Cooper GF, Hauskrecht M (2015). Obtaining well calibrated probabilities using Bayesian binning.
    AAAI 2015.

    Examples
    --------
    >>> p, y = [0.25, 0.25, 0.55, 0.75, 0.75], [0, 0, 1, 1, 1]
    >>> round(ece(y, p, n_bins=2, strategy="equal_width").value, 4)
    0.29
    """
    return calibration_error(truth, probability, norm="l1", n_bins=n_bins, strategy=strategy, weights=weights)


def debiased_calibration_error(
    truth: ArrayLike, probability: ArrayLike, *, n_bins: int = 15, strategy: str = "equal_mass"
) -> Estimate:
    r"""Root mean squared calibration error without the plug-in's upward bias.

    .. math:: \sqrt{\max\left(0, \sum_b \frac{n_b}{n}\left[(\bar p_b - \bar y_b)^2 -
              \frac{\bar y_b(1-\bar y_b)}{n_b - 1}\right]\right)}

    Parameters
    ----------
    truth, probability, n_bins, strategy
        As in `calibration_error`.

    Returns
    -------
    Estimate
        In [0, 1]. Where the estimate of the square is negative the value is 0 with a warning: no
        miscalibration is distinguishable from noise. Bins of one row have no variance estimate and are left
        out with a warning; undefined with a reason when all bins are such.

    Raises
    ------
    ValueError
        As in `calibration_error`.

    References
    ----------
    Bröcker J (2012). Estimating reliability and resolution of probability forecasts through decomposition of
    the empirical score. Climate Dynamics 39:655-667.
    Kumar A, Liang P, Ma T (2019). Verified uncertainty calibration. NeurIPS 2019.

    Examples
    --------
    >>> p, y = [0.2] * 10 + [0.6] * 10, [0] * 9 + [1] + [0] + [1] * 9
    >>> round(debiased_calibration_error(y, p, n_bins=2).value, 4)
    0.2
    """
    data = forecasts(truth, probability)
    method = f"debiased_calibration_error (l2, {strategy}, {n_bins} bins)"
    if data.truth.size == 0:
        return _undefined(method)
    bins = _binned(data, n_bins, strategy)
    several = bins.rows > 1
    if not several.any():
        return Estimate(None, method, reason="Every bin holds one row; use fewer bins.")
    n, mean, rate = bins.weight[several], bins.mean[several], bins.rate[several]
    squares = (mean - rate) ** 2 - rate * (1.0 - rate) / (n - 1.0)
    square = round(float((n / n.sum() * squares).sum()), 15)
    warnings = []
    if not several.all():
        warnings.append(f"{int(np.count_nonzero(~several))} bin(s) of one row are left out.")
    if square < 0.0:
        warnings.append("The squared error is estimated below 0: no miscalibration beyond noise; shown as 0.")
    return Estimate(math.sqrt(max(0.0, square)), method, warnings=tuple(warnings))


def _class_table(truth: ArrayLike, probabilities: ArrayLike) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    labels, table = np.asarray(truth), np.asarray(probabilities, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2:
        raise ValueError(f"probabilities must be a table of rows by at least 2 classes; its shape is {table.shape}.")
    if labels.shape != (table.shape[0],) or (labels.size and labels.dtype.kind not in "iu"):
        raise ValueError("truth must hold one whole number a row: the column of the true class.")
    if labels.size and (labels.min() < 0 or labels.max() >= table.shape[1]):
        raise ValueError(f"truth must name columns 0 to {table.shape[1] - 1}.")
    probability_vector(table.ravel(), "probabilities")
    if labels.size and float(np.abs(table.sum(axis=1) - 1.0).max()) > 1e-3:
        raise ValueError("probabilities must sum to 1 in each row.")
    return labels.astype(np.intp), table


def top_label(truth: ArrayLike, probabilities: ArrayLike) -> TopLabel:
    """Turn a multi-class forecast into the binary one of its most probable class.

    Every binary function of this room then applies: its "probability" is the confidence, its "truth" whether
    the prediction is right.

    Parameters
    ----------
    truth : array_like of shape (n,), int
        Column of the true class, 0 to k-1.
    probabilities : array_like of shape (n, k)
        Rows sum to 1.

    Returns
    -------
    TopLabel
        Equal probabilities resolve to the first column.

    Raises
    ------
    ValueError
        If shapes differ, a label is no column, or rows are no probabilities.

    References
    ----------
    Guo C, Pleiss G, Sun Y, Weinberger KQ (2017). On calibration of modern neural networks. ICML 2017.

    Examples
    --------
    >>> top_label([2, 0], [[0.1, 0.3, 0.6], [0.2, 0.7, 0.1]]).confidence.tolist()
    [0.6, 0.7]
    """
    labels, table = _class_table(truth, probabilities)
    best = table.argmax(axis=1)
    return TopLabel(best == labels, table[np.arange(labels.size), best])


def top_label_ece(
    truth: ArrayLike, probabilities: ArrayLike, *, n_bins: int = 15, strategy: str = "equal_mass"
) -> Estimate:
    """Top-label ECE: the ECE of the most probable class's probability (confidence calibration).

    It says nothing about the other classes' probabilities; `classwise_ece` does.

    Parameters
    ----------
    truth, probabilities
        As in `top_label`.
    n_bins, strategy
        As in `calibration_error`.

    Returns
    -------
    Estimate
        In [0, 1]; undefined with a reason without rows.

    Raises
    ------
    ValueError
        As in `top_label` and `calibration_error`.

    References
    ----------
    Guo C, Pleiss G, Sun Y, Weinberger KQ (2017). On calibration of modern neural networks. ICML 2017.

    Examples
    --------
    >>> p = [[0.25, 0.2, 0.55], [0.55, 0.05, 0.4], [0.1, 0.3, 0.6], [0.9, 0.05, 0.05]]
    >>> round(top_label_ece([0, 1, 2, 0], p, n_bins=3, strategy="equal_width").value, 4)
    0.2
    """
    top = top_label(truth, probabilities)
    result = ece(top.correct, top.confidence, n_bins=n_bins, strategy=strategy)
    return Estimate(result.value, f"top_label_{result.method}", result.reason, result.warnings)


def classwise_ece(
    truth: ArrayLike, probabilities: ArrayLike, *, n_bins: int = 15, strategy: str = "equal_mass"
) -> ClasswiseCalibration:
    """Class-wise ECE: the ECE of each class against the rest, and their unweighted mean.

    Parameters
    ----------
    truth, probabilities
        As in `top_label`.
    n_bins, strategy
        As in `calibration_error`.

    Returns
    -------
    ClasswiseCalibration
        Each in [0, 1]; undefined with a reason without rows.

    Raises
    ------
    ValueError
        As in `top_label` and `calibration_error`.

    References
    ----------
    Kull M, et al. (2019). Beyond temperature scaling: obtaining well-calibrated multi-class probabilities with
    Dirichlet calibration. NeurIPS 2019.

    Examples
    --------
    >>> p = [[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.3, 0.3, 0.4]]
    >>> round(classwise_ece([0, 1, 2], p, n_bins=1).mean.value, 4)
    0.0667
    """
    labels, table = _class_table(truth, probabilities)
    classes = tuple(
        ece(labels == column, table[:, column], n_bins=n_bins, strategy=strategy) for column in range(table.shape[1])
    )
    method = f"classwise_{classes[0].method}"
    values = [one.value for one in classes if one.value is not None]
    mean = Estimate(float(np.mean(values)), method) if values else _undefined(method)
    return ClasswiseCalibration(mean, classes)
