"""Point metrics of a binary problem from one sort of its scores, shared by all of them.

Ranking, thresholded and probability metrics and the calibration curve all read the two sorted classes, so a
million rows cost one sort and a few passes.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.confusion_metrics import BINARY_COUNT_METRICS
from mtf_engine.statistics.inputs import check_count, check_same_length, finite_vector, truth_vector
from mtf_engine.statistics.slots import SortedClasses

__all__ = [
    "LOSS_METRICS",
    "RANKING_METRICS",
    "BinaryPoints",
    "CalibrationBins",
    "binary_point_metrics",
    "ranking_point",
    "row_losses",
    "sorted_classes",
]

Floats = NDArray[np.float64]

RANKING_METRICS = ("roc_auc", "average_precision")
"""Metrics that read the order of the scores."""

LOSS_METRICS = ("log_loss", "brier")
"""Metrics that are means of a loss of each row and need probabilities."""

_EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class CalibrationBins:
    """Equal-width bins of the predicted probability; empty bins are left out.

    Examples
    --------
    >>> CalibrationBins((0.2,), (0.25,), (40,)).rows
    (40,)
    """

    mean_predicted: tuple[float, ...]
    """Mean predicted probability of each bin."""

    fraction_positive: tuple[float, ...]
    """Share of positives in each bin."""

    rows: tuple[int, ...]
    """Rows of each bin."""


@dataclass(frozen=True, slots=True)
class BinaryPoints:
    """Point metrics of a binary problem; None where a metric is undefined.

    Examples
    --------
    >>> points = binary_point_metrics([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> points.roc_auc, points.tp, points.recall
    (0.75, 1, 0.5)
    """

    tn: int
    """Negatives with a score below the threshold."""

    fp: int
    """Negatives at or above the threshold."""

    fn: int
    """Positives below the threshold."""

    tp: int
    """Positives at or above the threshold."""

    accuracy: float | None
    """Share of rows that are right."""

    balanced_accuracy: float | None
    """Mean of recall and specificity."""

    precision: float | None
    """tp / (tp + fp)."""

    recall: float | None
    """tp / (tp + fn)."""

    specificity: float | None
    """tn / (tn + fp)."""

    npv: float | None
    """tn / (tn + fn)."""

    f1: float | None
    """Harmonic mean of precision and recall of the positive class."""

    f1_macro: float | None
    """Mean of both classes' F1."""

    mcc: float | None
    """Matthews' correlation."""

    kappa: float | None
    """Cohen's kappa of truth and prediction."""

    roc_auc: float | None
    """Area under the ROC curve."""

    average_precision: float | None
    """Step-wise area under the precision-recall curve."""

    log_loss: float | None
    """Mean negative log-likelihood; None when a score is not a probability."""

    brier: float | None
    """Mean squared error of the probability; None when a score is not a probability."""

    log_loss_clipped: int
    """Rows whose probability was moved by 2.2e-16 off 0 or 1 for the log loss."""

    calibration: CalibrationBins | None
    """Calibration curve; None when a score is not a probability."""


def sorted_classes(truth: ArrayLike, score: ArrayLike, name: str = "score") -> SortedClasses:
    """Check truth and score, split by class and sort; raise ValueError where they do not fit."""
    labels, values = truth_vector(truth), finite_vector(score, name)
    check_same_length(labels, values, f"truth and {name}")
    return SortedClasses.of(labels, values)


def _roc_auc(classes: SortedClasses) -> float:
    below = np.searchsorted(classes.negative, classes.positive, side="left")
    below += np.searchsorted(classes.negative, classes.positive, side="right")
    return float(below.sum()) / 2.0 / (classes.positive.size * classes.negative.size)


def _average_precision(classes: SortedClasses) -> float:
    positive, negative = classes.positive, classes.negative
    hits = (positive.size - np.searchsorted(positive, positive, side="left")).astype(np.float64)
    misses = negative.size - np.searchsorted(negative, positive, side="left")
    return float(np.mean(hits / (hits + misses)))


def ranking_point(name: str, classes: SortedClasses) -> float | None:
    """Return roc_auc or average_precision of sorted classes, None when a class it needs is absent."""
    if classes.positive.size == 0 or (name == "roc_auc" and classes.negative.size == 0):
        return None
    return _roc_auc(classes) if name == "roc_auc" else _average_precision(classes)


def row_losses(name: str, probability: Floats, positive: bool) -> Floats:
    """Return the log loss or Brier loss of rows of one class; probabilities are clipped by 2.2e-16 for the log."""
    own = probability if positive else 1.0 - probability
    if name == "brier":
        losses: Floats = (1.0 - own) ** 2
        return losses
    return -np.log(np.clip(own, _EPS, 1.0 - _EPS))


def _are_probabilities(classes: SortedClasses) -> bool:
    return all(side.size == 0 or (side[0] >= 0.0 and side[-1] <= 1.0) for side in _sides(classes))


def _sides(classes: SortedClasses) -> tuple[Floats, Floats]:
    return classes.positive, classes.negative


def _mean_loss(name: str, classes: SortedClasses) -> float | None:
    if classes.n == 0 or not _are_probabilities(classes):
        return None
    total = sum(
        float(row_losses(name, side, positive).sum())
        for side, positive in zip(_sides(classes), (True, False), strict=True)
    )
    return total / classes.n


def _clipped(classes: SortedClasses) -> int:
    low = sum(int(np.searchsorted(side, _EPS, side="left")) for side in _sides(classes))
    high = sum(side.size - int(np.searchsorted(side, 1.0 - _EPS, side="right")) for side in _sides(classes))
    return low + high


def _calibration(classes: SortedClasses, bins: int) -> CalibrationBins | None:
    if classes.n == 0 or not _are_probabilities(classes):
        return None
    inner = np.linspace(0.0, 1.0, bins + 1)[1:-1]
    rows = np.zeros((2, bins), dtype=np.int64)
    sums = np.zeros((2, bins))
    for i, side in enumerate(_sides(classes)):
        edges = np.concatenate(([0], np.searchsorted(side, inner, side="right"), [side.size]))
        rows[i] = np.diff(edges)
        sums[i] = [float(side[a:b].sum()) for a, b in itertools.pairwise(edges)]
    total = rows.sum(axis=0)
    there = total > 0
    return CalibrationBins(
        tuple((sums.sum(axis=0)[there] / total[there]).tolist()),
        tuple((rows[0][there] / total[there]).tolist()),
        tuple(total[there].tolist()),
    )


def binary_counts(classes: SortedClasses, threshold: float) -> NDArray[np.int64]:
    """Return [[TN, FP], [FN, TP]] at a threshold; a score at the threshold counts as positive."""
    below = [int(np.searchsorted(side, threshold, side="left")) for side in _sides(classes)]
    fn, tn = below
    return np.array([[tn, classes.negative.size - tn], [fn, classes.positive.size - fn]], dtype=np.int64)


def binary_point_metrics(truth: ArrayLike, score: ArrayLike, *, threshold: float = 0.5, bins: int = 10) -> BinaryPoints:
    """Compute the usual point metrics of a binary problem from one shared sort.

    Parameters
    ----------
    truth : array_like of shape (n,), bool or 0/1
        True for the positive class.
    score : array_like of shape (n,), float
        Probability or score of the positive class. Outside [0, 1] the probability metrics are None.
    threshold : float, default 0.5
        A score at or above it is a positive prediction.
    bins : int, default 10
        Equal-width bins of the calibration curve.

    Returns
    -------
    BinaryPoints
        None where a metric is undefined: ranking metrics with one class, precision without positive
        predictions, and so on.

    Raises
    ------
    ValueError
        If shapes differ, or a score is NaN or infinite.

    References
    ----------
    Hanley JA, McNeil BJ (1982). Radiology 143:29-36.
    Davis J, Goadrich M (2006). The relationship between precision-recall and ROC curves. ICML 2006:233-240.
    Chicco D, Jurman G (2020). The advantages of the Matthews correlation coefficient (MCC) over F1 score and
    accuracy in binary classification evaluation. BMC Genomics 21:6.

    Examples
    --------
    >>> points = binary_point_metrics([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> round(points.average_precision, 4), points.fp
    (0.8333, 0)
    """
    check_count(bins, "bins", minimum=1)
    classes = sorted_classes(truth, score)
    counts = binary_counts(classes, threshold)
    table = counts.astype(np.float64)

    def of_counts(name: str) -> float | None:
        value = float(BINARY_COUNT_METRICS[name](table))
        return None if np.isnan(value) else value

    (tn, fp), (fn, tp) = counts.tolist()
    return BinaryPoints(
        tn=tn,
        fp=fp,
        fn=fn,
        tp=tp,
        accuracy=of_counts("accuracy"),
        balanced_accuracy=of_counts("balanced_accuracy"),
        precision=of_counts("precision"),
        recall=of_counts("recall"),
        specificity=of_counts("specificity"),
        npv=of_counts("npv"),
        f1=of_counts("f1"),
        f1_macro=of_counts("f1_macro"),
        mcc=of_counts("mcc"),
        kappa=of_counts("kappa"),
        roc_auc=ranking_point("roc_auc", classes),
        average_precision=ranking_point("average_precision", classes),
        log_loss=_mean_loss("log_loss", classes),
        brier=_mean_loss("brier", classes),
        log_loss_clipped=_clipped(classes) if _are_probabilities(classes) else 0,
        calibration=_calibration(classes, bins),
    )
