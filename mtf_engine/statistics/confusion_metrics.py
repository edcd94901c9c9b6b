"""Metrics that are functions of a confusion matrix, for one matrix or for many at once.

Bootstraps evaluate thousands of matrices, so every metric works on the last two axes of an array. Undefined is
NaN inside these arrays and becomes None with a reason before a result leaves the room; it is never 0.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["BINARY_COUNT_METRICS", "COUNT_METRICS", "confusion_counts", "count_metric"]

Floats = NDArray[np.float64]
CountStatistic = Callable[[Floats], Floats]


def _ratio(top: Floats, bottom: Floats) -> Floats:
    result: Floats = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    np.divide(top, bottom, out=result, where=bottom > 0)
    return result


def _hits(counts: Floats) -> Floats:
    return np.diagonal(counts, axis1=-2, axis2=-1)


def _true(counts: Floats) -> Floats:
    """Rows of each true class."""
    total: Floats = counts.sum(axis=-1)
    return total


def _predicted(counts: Floats) -> Floats:
    """Rows predicted as each class."""
    total: Floats = counts.sum(axis=-2)
    return total


def _all(counts: Floats) -> Floats:
    total: Floats = counts.sum(axis=(-2, -1))
    return total


def _mean(values: Floats) -> Floats:
    mean: Floats = values.mean(axis=-1)
    return mean


def _accuracy(counts: Floats) -> Floats:
    return _ratio(_hits(counts).sum(axis=-1), _all(counts))


def _recalls(counts: Floats) -> Floats:
    return _ratio(_hits(counts), _true(counts))


def _precisions(counts: Floats) -> Floats:
    return _ratio(_hits(counts), _predicted(counts))


def _f1s(counts: Floats) -> Floats:
    return _ratio(2.0 * _hits(counts), _true(counts) + _predicted(counts))


def _f1_weighted(counts: Floats) -> Floats:
    true = _true(counts)
    total: Floats = np.where(true > 0, true * np.nan_to_num(_f1s(counts)), 0.0).sum(axis=-1)
    return _ratio(total, _all(counts))


def _mcc(counts: Floats) -> Floats:
    """Gorodkin's multi-class correlation, which is Matthews' for two classes."""
    n, true, predicted = _all(counts), _true(counts), _predicted(counts)
    covariance = _hits(counts).sum(axis=-1) * n - (true * predicted).sum(axis=-1)
    spread_true = n * n - (true * true).sum(axis=-1)
    spread_predicted = n * n - (predicted * predicted).sum(axis=-1)
    return _ratio(covariance, np.sqrt(spread_true) * np.sqrt(spread_predicted))


def _kappa(counts: Floats) -> Floats:
    n = _all(counts)
    expected = _ratio((_true(counts) * _predicted(counts)).sum(axis=-1), n * n)
    return _ratio(_accuracy(counts) - expected, 1.0 - expected)


COUNT_METRICS: dict[str, CountStatistic] = {
    "accuracy": _accuracy,
    "balanced_accuracy": lambda counts: _mean(_recalls(counts)),
    "precision_macro": lambda counts: _mean(_precisions(counts)),
    "recall_macro": lambda counts: _mean(_recalls(counts)),
    "f1_macro": lambda counts: _mean(_f1s(counts)),
    "f1_micro": _accuracy,
    "f1_weighted": _f1_weighted,
    "mcc": _mcc,
    "kappa": _kappa,
}
"""Metrics of a k x k matrix, rows the truth. Macro averages are undefined when one class's value is."""

BINARY_COUNT_METRICS: dict[str, CountStatistic] = {
    **COUNT_METRICS,
    "precision": lambda counts: _precisions(counts)[..., 1],
    "recall": lambda counts: _recalls(counts)[..., 1],
    "specificity": lambda counts: _recalls(counts)[..., 0],
    "npv": lambda counts: _precisions(counts)[..., 0],
    "f1": lambda counts: _f1s(counts)[..., 1],
}
"""Metrics of a 2 x 2 matrix [[TN, FP], [FN, TP]], and those of any matrix."""


def count_metric(name: str, classes: int) -> CountStatistic:
    """Return the metric `name` for matrices of `classes` classes, or raise ValueError with the names there are."""
    metrics = BINARY_COUNT_METRICS if classes == 2 else COUNT_METRICS
    if name not in metrics:
        raise ValueError(f"metrics of {classes} classes are {', '.join(sorted(metrics))}; got {name!r}.")
    return metrics[name]


def confusion_counts(truth: ArrayLike, predicted: ArrayLike, classes: int) -> NDArray[np.int64]:
    """Count rows by true and predicted class.

    Parameters
    ----------
    truth, predicted : array_like of shape (n,), int
        Class codes from 0 to classes - 1.
    classes : int
        Classes, including those absent from these rows.

    Returns
    -------
    ndarray of shape (classes, classes), int64
        Rows the truth, columns the prediction.

    Raises
    ------
    ValueError
        If shapes differ or a code is out of range.

    Examples
    --------
    >>> confusion_counts([0, 1, 1], [0, 1, 0], 2).tolist()
    [[1, 0], [1, 1]]
    """
    first, second = np.asarray(truth, dtype=np.int64), np.asarray(predicted, dtype=np.int64)
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(f"truth and predicted must be vectors of one length; got {first.shape}, {second.shape}.")
    for name, codes in (("truth", first), ("predicted", second)):
        if codes.size and (codes.min() < 0 or codes.max() >= classes):
            raise ValueError(f"{name} holds a code outside 0 to {classes - 1}.")
    return np.bincount(first * classes + second, minlength=classes * classes).reshape(classes, classes)
