"""Metrics of predicted numbers. All are averaged over folds, as scikit-learn's cross-validation does."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from mtf_engine.metrics.sample import Sample, Undefined
from mtf_engine.metrics.spec import REGRESSION, metric
from mtf_engine.metrics.weightings import Weighted, largest_of_weightings, median_of_weightings, of_means

Vector = NDArray[np.float64]

_NO_SPREAD = 1e-12
"""Share of the mean square below which a variance is rounding."""


def _errors(sample: Sample) -> Vector:
    values: Vector = np.asarray(sample.prediction - sample.truth, dtype=np.float64)
    return values


def _absolute(sample: Sample) -> Vector:
    return np.abs(_errors(sample))


def _squared(sample: Sample) -> Vector:
    errors = _errors(sample)
    return errors * errors


def _relative(sample: Sample) -> Vector:
    zeros = int(np.count_nonzero(sample.truth == 0))
    if zeros:
        raise Undefined(f"the truth is 0 in {zeros} row(s), where a relative error has no meaning")
    values: Vector = np.abs(_errors(sample) / sample.truth)
    return values


def _log_squared(sample: Sample) -> Vector:
    if min(float(sample.truth.min()), float(sample.prediction.min())) <= -1:
        raise Undefined("some values are -1 or less, where log(1 + y) has no meaning")
    values: Vector = (np.log1p(sample.prediction) - np.log1p(sample.truth)) ** 2
    return values


def _deviations(sample: Sample) -> Vector:
    """Squared distances of the truth from its mean."""
    truth = np.asarray(sample.truth, dtype=np.float64)
    distance = truth - sample.mean(truth)
    return distance * distance


def _require_spread(sample: Sample) -> None:
    if len(sample) < 2:
        raise Undefined("there is one row only, so the truth has no spread")
    if np.ptp(sample.truth) == 0:
        raise Undefined("the truth is the same in all rows, so there is no spread to explain")


def _median(values: Vector, weights: Vector | None) -> float:
    """Weighted median: the mean of both middle values where half the weight lies below each gap."""
    if weights is None:
        return float(np.median(values))
    order = np.argsort(values, kind="stable")
    heavy = np.cumsum(weights[order])
    half, noise = heavy[-1] / 2, 1e-12 * heavy[-1]
    position = int(np.searchsorted(heavy, half - noise))
    if heavy[position] <= half + noise and position + 1 < len(values):
        return float((values[order[position]] + values[order[position + 1]]) / 2)
    return float(values[order[position]])


def _explained(sample: Sample, *, centred: bool) -> Weighted:
    """R2 on many weightings, or the explained variance, which doesn't count the errors' mean."""
    errors, truth = _errors(sample), np.asarray(sample.truth, dtype=np.float64)
    distance = truth - truth.mean()
    columns = np.column_stack([errors, errors * errors, distance, distance * distance])

    def value(means: Vector) -> Vector:
        unexplained = means[:, 1] - means[:, 0] ** 2 if centred else means[:, 1]
        spread = means[:, 3] - means[:, 2] ** 2
        return np.where(spread > _NO_SPREAD * means[:, 3], 1.0 - unexplained / spread, np.nan)

    return of_means(columns, value)


@metric(
    tasks=REGRESSION,
    low=-np.inf,
    weightings=partial(_explained, centred=False),
    aliases=("r2_score",),
)
def r2(sample: Sample) -> float:
    """Share of the truth's squared spread about its mean that the predictions explain.

    Undefined for fewer than two rows and for a constant truth.
    """
    _require_spread(sample)
    return 1.0 - sample.mean(_squared(sample)) / sample.mean(_deviations(sample))


@metric(
    tasks=REGRESSION,
    greater_is_better=False,
    high=np.inf,
    row_values=_absolute,
    aliases=("mean_absolute_error",),
)
def mae(sample: Sample) -> float:
    """Mean absolute error, in the target's unit."""
    return sample.mean(_absolute(sample))


@metric(
    tasks=REGRESSION,
    greater_is_better=False,
    high=np.inf,
    row_values=_squared,
    aliases=("mean_squared_error",),
)
def mse(sample: Sample) -> float:
    """Mean squared error, in the target's unit squared."""
    return sample.mean(_squared(sample))


def _root(means: Vector) -> Vector:
    return np.sqrt(means[:, 0])


@metric(
    tasks=REGRESSION,
    greater_is_better=False,
    high=np.inf,
    weightings=lambda sample: of_means(_squared(sample)[:, None], _root),
    aliases=("root_mean_squared_error",),
)
def rmse(sample: Sample) -> float:
    """Root of the mean squared error, in the target's unit."""
    return float(np.sqrt(sample.mean(_squared(sample))))


@metric(
    tasks=REGRESSION,
    greater_is_better=False,
    high=np.inf,
    weightings=lambda sample: median_of_weightings(_absolute(sample)),
    aliases=("median_absolute_error",),
)
def medae(sample: Sample) -> float:
    """Median absolute error, in the target's unit."""
    return _median(_absolute(sample), sample.weights)


@metric(
    tasks=REGRESSION,
    greater_is_better=False,
    high=np.inf,
    row_values=_relative,
    aliases=("mean_absolute_percentage_error",),
)
def mape(sample: Sample) -> float:
    """Mean of the absolute error relative to the truth, as a fraction (0.05 is five per cent).

    Undefined when the truth is 0 anywhere, where scikit-learn divides by 2.2e-16.
    """
    return sample.mean(_relative(sample))


@metric(
    tasks=REGRESSION,
    greater_is_better=False,
    high=np.inf,
    weightings=lambda sample: largest_of_weightings(_absolute(sample)),
)
def max_error(sample: Sample) -> float:
    """Largest absolute error, in the target's unit."""
    return float(_absolute(sample).max())


@metric(
    tasks=REGRESSION,
    low=-np.inf,
    weightings=partial(_explained, centred=True),
    aliases=("explained_variance_score",),
)
def explained_variance(sample: Sample) -> float:
    """As R2, without counting a constant offset of the predictions.

    Undefined for fewer than two rows and for a constant truth.
    """
    _require_spread(sample)
    errors = _errors(sample)
    unexplained = sample.mean((errors - sample.mean(errors)) ** 2)
    return 1.0 - unexplained / sample.mean(_deviations(sample))


@metric(
    tasks=REGRESSION,
    greater_is_better=False,
    low=-np.inf,
    high=np.inf,
    row_values=_errors,
    ordered=False,
    aliases=("bias",),
)
def mean_error(sample: Sample) -> float:
    """Mean of prediction minus truth (bias), in the target's unit: positive when predictions are too high.

    Zero is best and neither end is, so no ranking or verdict uses it.
    """
    return sample.mean(_errors(sample))


@metric(
    tasks=REGRESSION,
    greater_is_better=False,
    high=np.inf,
    row_values=_log_squared,
    aliases=("mean_squared_log_error",),
)
def msle(sample: Sample) -> float:
    """Mean squared difference of log(1 + y).

    Undefined when truth or prediction reach -1 or less.
    """
    return sample.mean(_log_squared(sample))


@metric(
    tasks=REGRESSION,
    greater_is_better=False,
    high=np.inf,
    weightings=lambda sample: of_means(_log_squared(sample)[:, None], _root),
    aliases=("root_mean_squared_log_error",),
)
def rmsle(sample: Sample) -> float:
    """Root of the mean squared difference of log(1 + y).

    Undefined when truth or prediction reach -1 or less.
    """
    return float(np.sqrt(sample.mean(_log_squared(sample))))


def _poisson(sample: Sample) -> Vector:
    truth, prediction = sample.truth, sample.prediction
    if truth.min() < 0 or prediction.min() <= 0:
        raise Undefined("Poisson deviance needs a truth of 0 or more and predictions above 0")
    ratio = np.where(truth > 0, truth / prediction, 1.0)
    values: Vector = 2 * (truth * np.log(ratio) - truth + prediction)
    return values


def _gamma(sample: Sample) -> Vector:
    truth, prediction = sample.truth, sample.prediction
    if truth.min() <= 0 or prediction.min() <= 0:
        raise Undefined("gamma deviance needs truth and predictions above 0")
    values: Vector = 2 * (np.log(prediction / truth) + truth / prediction - 1)
    return values


@metric(
    tasks=REGRESSION,
    greater_is_better=False,
    high=np.inf,
    row_values=_poisson,
    aliases=("mean_poisson_deviance",),
)
def poisson_deviance(sample: Sample) -> float:
    """Mean Poisson deviance, for counts.

    Undefined when a count is negative or a prediction not above 0.
    """
    return sample.mean(_poisson(sample))


@metric(
    tasks=REGRESSION,
    greater_is_better=False,
    high=np.inf,
    row_values=_gamma,
    aliases=("mean_gamma_deviance",),
)
def gamma_deviance(sample: Sample) -> float:
    """Mean gamma deviance, for positive amounts whose spread grows with their size.

    Undefined unless truth and predictions are above 0.
    """
    return sample.mean(_gamma(sample))


@metric(tasks=REGRESSION, low=-np.inf, aliases=("d2_absolute_error_score",))
def d2_absolute_error(sample: Sample) -> float:
    """Share of the mean absolute error of always giving the test rows' median that the predictions save.

    Undefined for fewer than two rows and for a constant truth.
    """
    _require_spread(sample)
    middle = _median(np.asarray(sample.truth, dtype=np.float64), sample.weights)
    return 1.0 - sample.mean(_absolute(sample)) / sample.mean(np.abs(sample.truth - middle))
