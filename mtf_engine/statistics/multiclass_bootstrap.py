"""The bootstrap of multi-class metrics: every class and metric, and both models of a pair, from one draw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.binary_bootstrap import slot_auc
from mtf_engine.statistics.binary_points import ranking_point
from mtf_engine.statistics.confusion_metrics import COUNT_METRICS, Floats, confusion_counts
from mtf_engine.statistics.feature_bootstrap import Sums, side_replicates
from mtf_engine.statistics.inputs import check_choice
from mtf_engine.statistics.replicates import (
    BootstrapMethod,
    check_bootstrap,
    difference_of_replicates,
    interval_of_replicates,
)
from mtf_engine.statistics.slots import Slots, SortedClasses, plan_slots
from mtf_engine.statistics.values import NamedDifferences, NamedIntervals

__all__ = ["MULTICLASS_METRICS", "bootstrap_multiclass", "paired_bootstrap_multiclass"]

_LOSSES = ("log_loss", "brier")
MULTICLASS_METRICS = (*COUNT_METRICS, "roc_auc_ovr", *_LOSSES)
"""Metrics `bootstrap_multiclass` knows; roc_auc_ovr is the mean over classes of one against the rest."""

_EPS = float(np.finfo(np.float64).eps)
_QUANTILES = 256  # ten classes of weighted counts then stay within a core's cache


@dataclass(frozen=True, slots=True)
class _ClassSlots:
    """Slots of one class's probability, where its features start, and its exact area."""

    slots: Slots
    start: int
    area: float

    def areas(self, counts: Floats) -> Floats:
        width = self.slots.positive.size
        positive = counts[:, self.start : self.start + width]
        negative = counts[:, self.start + width : self.start + 2 * width]
        return slot_auc(positive, negative, self.slots.share)


@dataclass(frozen=True, slots=True)
class _MulticlassSide:
    """Predictions of one model: confusion cell, slot of each class's probability, losses."""

    codes: NDArray[np.int32]
    size: int
    losses: Floats
    loss_names: tuple[str, ...]
    table: NDArray[np.int64]
    classes: tuple[_ClassSlots, ...]

    def evaluate(self, name: str, sums: Sums) -> Floats:
        if name in _LOSSES:
            return np.clip(sums.losses[:, self.loss_names.index(name)], 0.0, 2.0 if name == "brier" else None)
        k = self.table.shape[0]
        if name == "roc_auc_ovr":
            areas: Floats = np.mean([one.areas(sums.counts) for one in self.classes], axis=0)
            return areas
        return COUNT_METRICS[name](sums.counts[:, : k * k].reshape(-1, k, k))

    def estimate(self, name: str) -> float:
        if name in _LOSSES:
            return float(self.losses[:, self.loss_names.index(name)].mean())
        if name == "roc_auc_ovr":
            return float(np.mean([one.area for one in self.classes]))
        return float(COUNT_METRICS[name](self.table.astype(np.float64)))


def _row_losses(name: str, truth: NDArray[np.int64], probability: Floats) -> Floats:
    own = probability[np.arange(truth.size), truth]
    if name == "log_loss":
        return -np.log(np.clip(own, _EPS, 1.0))
    losses: Floats = np.einsum("ij,ij->i", probability, probability) - 2.0 * own + 1.0
    return losses


def _side(truth: NDArray[np.int64], probability: Floats, metrics: Sequence[str]) -> _MulticlassSide:
    n, k = probability.shape
    predicted = probability.argmax(axis=1)
    codes, start, classes = [(truth * k + predicted).astype(np.int32)], k * k, []
    for label in range(k) if "roc_auc_ovr" in metrics else ():
        score, positive = np.ascontiguousarray(probability[:, label]), truth == label
        ordered = SortedClasses.of(positive, score)
        slots = plan_slots(ordered, quantiles=_QUANTILES)
        area = ranking_point("roc_auc", ordered)
        classes.append(_ClassSlots(slots, start, np.nan if area is None else area))
        width = slots.positive.size
        codes.append((slots.number(score) + np.where(positive, 0, width) + start).astype(np.int32))
        start += 2 * width
    names = tuple(name for name in metrics if name in _LOSSES)
    losses = np.empty((n, len(names)))
    for i, name in enumerate(names):
        losses[:, i] = _row_losses(name, truth, probability)
    table = confusion_counts(truth, predicted, k)
    return _MulticlassSide(np.column_stack(codes), start, losses, names, table, tuple(classes))


def _checked(truth: ArrayLike, probability: ArrayLike, name: str) -> tuple[NDArray[np.int64], Floats]:
    codes, table = np.asarray(truth), np.asarray(probability, dtype=np.float64)
    if codes.ndim != 1 or codes.dtype.kind not in "iu":
        raise ValueError("truth must be a vector of class codes 0 to k-1.")
    if table.ndim != 2 or table.shape[0] != codes.size or table.shape[1] < 2:
        raise ValueError(f"{name} must have shape ({codes.size}, k), k >= 2; its shape is {table.shape}.")
    if codes.size == 0:
        raise ValueError("There are no rows.")
    if codes.min() < 0 or codes.max() >= table.shape[1]:
        raise ValueError(f"truth holds a code outside 0 to {table.shape[1] - 1}.")
    if not ((table >= 0.0) & (table <= 1.0)).all():
        raise ValueError(f"{name} must hold probabilities between 0 and 1.")
    return codes.astype(np.int64), table


def _check(metrics: Sequence[str], confidence: float, resamples: int, method: str) -> None:
    check_bootstrap(confidence, resamples, method)
    for name in metrics:
        check_choice(name, "metrics", MULTICLASS_METRICS)


def bootstrap_multiclass(
    truth: ArrayLike,
    probability: ArrayLike,
    *,
    metrics: Sequence[str],
    confidence: float = 0.95,
    resamples: int = 2000,
    method: BootstrapMethod = "bca",
    seed: int = 0,
    expanded: bool = True,
) -> NamedIntervals:
    """Bootstrap several metrics of a multi-class problem with one shared draw of the rows.

    Parameters
    ----------
    truth : array_like of shape (n,), int
        Class codes 0 to k - 1.
    probability : array_like of shape (n, k), float
        Predicted probabilities in [0, 1]; the prediction is the first largest.
    metrics : sequence of str
        Of `MULTICLASS_METRICS`. log_loss clips at 2.2e-16; brier sums over classes and lies in [0, 2].
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).
    resamples : int, default 2000
        Resamples, at least 100.
    method : {"bca", "percentile"}, default "bca"
        How bounds are read off.
    seed : int, default 0
        The same seed gives the same bounds.
    expanded : bool, default True
        Widen the levels for few rows; see `bootstrap`.

    Returns
    -------
    NamedIntervals
        Rows are drawn exactly. Only the areas of classes with more than 512 rows and more than 2,048 distinct
        probabilities read slots, in which pairs keep their observed share of right order. A class absent from
        `truth` leaves averages over classes undefined.

    Raises
    ------
    ValueError
        If shapes or codes do not fit, a probability is out of range, or a metric is unknown.

    References
    ----------
    Efron B (1987). Better bootstrap confidence intervals. JASA 82:171-185.

    Examples
    --------
    >>> truth = [0, 1, 2] * 20
    >>> probability = [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.4, 0.3]] * 20
    >>> bootstrap_multiclass(truth, probability, metrics=["accuracy"])["accuracy"].estimate
    0.6666666666666666
    """
    _check(metrics, confidence, resamples, method)
    side = _side(*_checked(truth, probability, "probability"), metrics)
    found = side_replicates([side], metrics, resamples=resamples, method=method, seed=seed, expanded=expanded)
    label = f"bootstrap_{method}"
    return NamedIntervals(tuple(metrics), tuple(interval_of_replicates(one, confidence, label) for one in found))


def paired_bootstrap_multiclass(
    truth: ArrayLike,
    probability_a: ArrayLike,
    probability_b: ArrayLike,
    *,
    metrics: Sequence[str],
    confidence: float = 0.95,
    resamples: int = 2000,
    method: BootstrapMethod = "percentile",
    seed: int = 0,
    expanded: bool = True,
) -> NamedDifferences:
    """Bootstrap differences of multi-class metrics of two models on the same rows, both on the same draws.

    Parameters
    ----------
    truth, metrics, confidence, resamples, seed, expanded
        As in `bootstrap_multiclass`.
    method : {"percentile", "bca"}, default "percentile"
        How bounds are read off; see `paired_bootstrap` for why.
    probability_a, probability_b : array_like of shape (n, k), float
        Predicted probabilities of the two models.

    Returns
    -------
    NamedDifferences
        First minus second; p-values as in `paired_bootstrap`.

    Raises
    ------
    ValueError
        As in `bootstrap_multiclass`.

    Examples
    --------
    >>> truth = [0, 1, 2] * 20
    >>> probability = [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.4, 0.3]] * 20
    >>> same = paired_bootstrap_multiclass(truth, probability, probability, metrics=["log_loss"])
    >>> same["log_loss"].p_value
    1.0
    """
    _check(metrics, confidence, resamples, method)
    codes, first = _checked(truth, probability_a, "probability_a")
    _, second = _checked(truth, probability_b, "probability_b")
    if first.shape != second.shape:
        raise ValueError(f"Both models need the same classes; got shapes {first.shape} and {second.shape}.")
    sides = [_side(codes, first, metrics), _side(codes, second, metrics)]
    found = side_replicates(sides, metrics, resamples=resamples, method=method, seed=seed, expanded=expanded)
    label = f"paired_bootstrap_{method}"
    return NamedDifferences(tuple(metrics), tuple(difference_of_replicates(one, confidence, label) for one in found))
