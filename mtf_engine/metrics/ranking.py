"""Metrics of scores that rank rows: areas under ROC and precision-recall curves.

Scores of different folds come from different models and are not on one scale, so areas are averaged over folds
(Forman & Scholz 2010); the pooled value is stored beside the mean.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from mtf_engine.domain.dataset import Task
from mtf_engine.metrics.sample import RankingCurve, Sample, Undefined, ranking_curve
from mtf_engine.metrics.spec import BINARY, CLASSIFICATION, counts_of, metric

_HANLEY = "Hanley & McNeil (1982), Radiology 143"
_HAND = "Hand & Till (2001), Machine Learning 45"
_MCCLISH = "McClish (1989), Medical Decision Making 9"


def _area(curve: RankingCurve) -> float:
    """Trapezoidal area under the ROC curve; ties count one half."""
    tp, fp = curve.true_positives, curve.false_positives
    previous = np.concatenate(([0.0], tp[:-1]))
    steps = np.diff(fp, prepend=0.0)
    return float((steps * (tp + previous)).sum() / (2.0 * tp[-1] * fp[-1]))


@metric(
    tasks=BINARY,
    needs="score",
    interval="auc",
    ranks="roc_auc",
    aliases=("roc_auc_score", "auc"),
    reference=_HANLEY,
)
def roc_auc(sample: Sample) -> float:
    """Area under the ROC curve: the chance that a positive row scores higher than a negative one, ties one half.

    Decision values are used where the model gives them, else the probability of the positive class. Undefined when
    a class has no row.
    """
    sample.require_both_classes()
    return _area(sample.curve)


@metric(
    tasks=BINARY,
    needs="score",
    ranks="average_precision",
    aliases=("average_precision_score", "pr_auc"),
    reference="Davis & Goadrich (2006)",
)
def average_precision(sample: Sample) -> float:
    """Step-wise area under the precision-recall curve: the sum of (R_i - R_(i-1)) P_i.

    Undefined when a class has no row.
    """
    sample.require_both_classes()
    tp, fp = sample.curve.true_positives, sample.curve.false_positives
    gained = np.diff(tp, prepend=0.0)
    drawn = tp + fp
    precision = np.divide(tp, drawn, out=np.zeros_like(tp), where=drawn > 0)
    return float((gained * precision).sum() / tp[-1])


def _partial_area(sample: Sample, limit: float) -> float:
    """Area under the ROC curve up to a false positive rate, its last trapezoid cut by interpolation."""
    sample.require_both_classes()
    curve = sample.curve
    fpr = np.concatenate(([0.0], curve.false_positives / curve.false_positives[-1]))
    tpr = np.concatenate(([0.0], curve.true_positives / curve.true_positives[-1]))
    stop = int(np.searchsorted(fpr, limit, side="right"))
    at_limit = np.interp(limit, fpr[stop - 1 : stop + 1], tpr[stop - 1 : stop + 1])
    return float(np.trapezoid(np.append(tpr[:stop], at_limit), np.append(fpr[:stop], limit)))


@metric(tasks=BINARY, needs="score", reference=_MCCLISH)
def partial_auc_10(sample: Sample) -> float:
    """Standardised area under the ROC curve up to a false positive rate of 0.1 (McClish): chance is 0.5.

    What scikit-learn's ``roc_auc_score(max_fpr=0.1)`` returns. Undefined when a class has no row.
    """
    limit = 0.1
    least, most = limit * limit / 2, limit
    return 0.5 * (1 + (_partial_area(sample, limit) - least) / (most - least))


@metric(tasks=BINARY, needs="score", high=0.1, reference=_MCCLISH)
def partial_auc_10_raw(sample: Sample) -> float:
    """Area under the ROC curve up to a false positive rate of 0.1, not standardised: 0.1 is perfect.

    Undefined when a class has no row.
    """
    return _partial_area(sample, 0.1)


def _class_areas(sample: Sample, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Area of each class against all others, by its probability column; shape (len(classes),)."""
    probability = _probability(sample)
    return np.array(
        [_area(ranking_curve(sample.truth == code, probability[:, code], sample.weights)) for code in classes]
    )


def _probability(sample: Sample) -> NDArray[np.float64]:
    if sample.probability is None:
        raise Undefined("the model gives no probabilities")
    return sample.probability


@metric(
    tasks=CLASSIFICATION,
    needs="probability",
    ranks="one_against_rest",
    reference="Provost & Domingos (2000)",
)
def roc_auc_ovr(sample: Sample) -> float:
    """Mean over classes of the area of one class against the rest.

    Undefined when a class of the training rows has no row here.
    """
    return float(_class_areas(sample, sample.judged_present()).mean())


@metric(tasks=CLASSIFICATION, needs="probability", reference="Fawcett (2006), Pattern Recognition Letters 27")
def roc_auc_ovr_weighted(sample: Sample) -> float:
    """Mean over classes of the area of one class against the rest, weighted by the classes' rows.

    Undefined when a class of the training rows has no row here.
    """
    classes = sample.judged_present()
    support = sample.confusion[classes].sum(axis=1)
    return float(np.average(_class_areas(sample, classes), weights=support))


def _pair_areas(sample: Sample, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Areas A(i|j): class i against class j by the probability of i; shape (k, k), diagonal meaningless.

    One sort a class gives the areas against all others: weights below and tied are cumulated by class.
    """
    probability = _probability(sample)
    member = (sample.truth[:, None] == classes).astype(np.float64)
    if sample.weights is not None:
        member *= sample.weights[:, None]
    totals = member.sum(axis=0)
    areas = np.empty((len(classes), len(classes)))
    for row, code in enumerate(classes):
        column = probability[:, code]
        order = np.argsort(column, kind="stable")
        ranked = column[order]
        starts = np.concatenate(([0], np.flatnonzero(ranked[1:] != ranked[:-1]) + 1))
        tied = np.add.reduceat(member[order], starts, axis=0)
        below = np.cumsum(tied, axis=0) - tied
        areas[row] = tied[:, row] @ (below + 0.5 * tied) / (totals[row] * totals)
    return areas


@metric(tasks=CLASSIFICATION, needs="probability", ranks="one_against_one", reference=_HAND)
def roc_auc_ovo(sample: Sample) -> float:
    """Hand and Till's M: the mean area over all ordered pairs of classes, insensitive to their frequencies.

    Undefined when a class of the training rows has no row here, where scikit-learn silently leaves it out.
    """
    classes = sample.judged_present()
    areas = _pair_areas(sample, classes)
    k = len(classes)
    return float((areas.sum() - np.trace(areas)) / (k * (k - 1)))


@metric(tasks=CLASSIFICATION, needs="probability", reference=_HAND)
def roc_auc_ovo_weighted(sample: Sample) -> float:
    """Mean area over all pairs of classes, a pair weighted by its share of the rows.

    Undefined when a class of the training rows has no row here.
    """
    classes = sample.judged_present()
    areas = _pair_areas(sample, classes)
    support = sample.confusion[classes].sum(axis=1)
    first, second = np.triu_indices(len(classes), k=1)
    pairs = (areas[first, second] + areas[second, first]) / 2
    return float(np.average(pairs, weights=support[first] + support[second]))


def _top_k(sample: Sample, k: int) -> NDArray[np.bool_]:
    """Whether the truth is among the k most probable classes; of tied ones the later in sort order wins."""
    probability = _probability(sample)
    best = np.argsort(probability, axis=1, kind="stable")[:, ::-1][:, :k]
    return np.asarray((best == sample.truth[:, None]).any(axis=1))


_top_metric = partial(metric, tasks=frozenset({Task.MULTICLASS}), needs="probability", interval="proportion")


def _top_2(sample: Sample) -> NDArray[np.bool_]:
    return _top_k(sample, 2)


def _top_3(sample: Sample) -> NDArray[np.bool_]:
    return _top_k(sample, 3)


@_top_metric(
    counts=lambda sample: counts_of(_top_2(sample), sample),
    row_values=lambda sample: _top_2(sample).astype(np.float64),
    paired_rows=_top_2,
    aliases=("top_k_accuracy",),
)
def top_2_accuracy(sample: Sample) -> float:
    """Share of rows whose label is among the two most probable."""
    return sample.mean(_top_2(sample))


@_top_metric(
    counts=lambda sample: counts_of(_top_3(sample), sample),
    row_values=lambda sample: _top_3(sample).astype(np.float64),
    paired_rows=_top_3,
)
def top_3_accuracy(sample: Sample) -> float:
    """Share of rows whose label is among the three most probable."""
    return sample.mean(_top_3(sample))
