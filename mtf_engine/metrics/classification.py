"""Metrics of predicted labels: functions of the confusion matrix.

Ratios of counts whose denominator depends on the predictions or on a rare class (precision, recall, the F family)
are pooled over folds, because the mean of fold ratios is biased (Forman & Scholz 2010); accuracy and the indices
built like it are averaged. A ratio without a denominator is undefined, never 0.

The classes that a macro average runs over are those of the training rows and of the truth. When one of them has no
row in the test rows, the average is undefined: scikit-learn would leave it out, or count a class that was only
predicted.

References
----------
Forman, G. & Scholz, M. (2010). Apples-to-apples in cross-validation studies: pitfalls in classifier performance
measurement. ACM SIGKDD Explorations 12(1).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mtf_engine.metrics.sample import Sample, Undefined
from mtf_engine.metrics.spec import BINARY, CLASSIFICATION, Counts, counts_of, metric

confusion_metric = partial(metric, of_confusion=True)
_CHICCO = "Chicco & Jurman (2020), BMC Genomics 21:6"
_COHEN = "Cohen (1960), Educational and Psychological Measurement 20"
_POWERS = "van Rijsbergen (1979), Information Retrieval, 2nd ed."


def _correct(sample: Sample) -> NDArray[np.bool_]:
    return np.asarray(sample.truth == sample.prediction)


def _wrong(sample: Sample) -> NDArray[np.bool_]:
    return np.asarray(sample.truth != sample.prediction)


def _correct_values(sample: Sample) -> NDArray[np.float64]:
    return _correct(sample).astype(np.float64)


def _accuracy_counts(sample: Sample) -> Counts | None:
    return counts_of(_correct(sample), sample)


def _wrong_values(sample: Sample) -> NDArray[np.float64]:
    return _wrong(sample).astype(np.float64)


def _error_counts(sample: Sample) -> Counts | None:
    return counts_of(_wrong(sample), sample)


class _Table:
    """The four cells of a binary confusion matrix, by weight. A label that does not exist counts as negative."""

    __slots__ = ("fn", "fp", "tn", "tp")

    def __init__(self, sample: Sample) -> None:
        matrix, positive = sample.confusion, sample.positive_code
        rows = matrix.sum(axis=1)
        self.tp = float(matrix[positive, positive])
        self.fn = float(rows[positive]) - self.tp
        self.fp = float(matrix[1 - positive, positive])
        self.tn = float(rows[1 - positive]) - self.fp


def _ratio(part: float, whole: float, reason: str) -> float:
    if whole <= 0:
        raise Undefined(reason)
    return part / whole


def _counts(part: str, other: str) -> Callable[[Sample], Counts | None]:
    """Make the counts of the proportion ``part / (part + other)`` of a binary table."""

    def count(sample: Sample) -> Counts | None:
        if sample.weights is not None:
            return None
        table = _Table(sample)
        successes = int(getattr(table, part))
        return Counts(successes, successes + int(getattr(table, other)))

    return count


def _among_positive(sample: Sample) -> NDArray[np.bool_]:
    return np.asarray(sample.prediction[sample.is_positive] == sample.positive_code)


def _among_negative(sample: Sample) -> NDArray[np.bool_]:
    return np.asarray(sample.prediction[~sample.is_positive] != sample.positive_code)


def _missed(sample: Sample) -> NDArray[np.bool_]:
    return ~_among_positive(sample)


def _false_alarms(sample: Sample) -> NDArray[np.bool_]:
    return ~_among_negative(sample)


_NO_POSITIVE = "no row is positive"
_NO_NEGATIVE = "no row is negative"
_NONE_PREDICTED = "no row was predicted positive"
_NONE_REJECTED = "no row was predicted negative"


@metric(
    tasks=CLASSIFICATION,
    interval="proportion",
    counts=_accuracy_counts,
    row_values=_correct_values,
    paired_rows=_correct,
    aliases=("accuracy_score", "f1_micro", "precision_micro", "recall_micro"),
)
def accuracy(sample: Sample) -> float:
    """Share of rows whose label is predicted rightly.

    With one label a row, micro-averaged precision, recall and F1 are this number too.
    """
    return sample.mean(_correct(sample))


@metric(
    tasks=CLASSIFICATION,
    greater_is_better=False,
    interval="proportion",
    counts=_error_counts,
    row_values=_wrong_values,
    paired_rows=_wrong,
    aliases=("zero_one_loss",),
)
def error_rate(sample: Sample) -> float:
    """Share of rows whose label is predicted wrongly: 1 - accuracy."""
    return sample.mean(_wrong(sample))


@confusion_metric(tasks=CLASSIFICATION, aliases=("balanced_accuracy_score",), reference="Brodersen et al. (2010), ICPR")
def balanced_accuracy(sample: Sample) -> float:
    """Mean of the classes' recalls, each class counting the same.

    Undefined when a class of the training rows has no row here.
    """
    return float(_recalls(sample, sample.judged_present()).mean())


@confusion_metric(
    tasks=BINARY,
    aggregation="pooled",
    interval="proportion",
    counts=_counts("tp", "fp"),
    aliases=("precision_score", "ppv"),
)
def precision(sample: Sample) -> float:
    """Share of truly positive rows among those predicted positive: TP / (TP + FP).

    Undefined when no row was predicted positive.
    """
    table = _Table(sample)
    return _ratio(table.tp, table.tp + table.fp, _NONE_PREDICTED)


@confusion_metric(
    tasks=BINARY,
    aggregation="pooled",
    interval="proportion",
    counts=_counts("tp", "fn"),
    paired_rows=_among_positive,
    aliases=("recall_score", "sensitivity", "true_positive_rate", "tpr"),
)
def recall(sample: Sample) -> float:
    """Share of rows predicted positive among the truly positive: TP / (TP + FN).

    Undefined when no row is positive.
    """
    table = _Table(sample)
    return _ratio(table.tp, table.tp + table.fn, _NO_POSITIVE)


@confusion_metric(
    tasks=BINARY,
    aggregation="pooled",
    interval="proportion",
    counts=_counts("tn", "fp"),
    paired_rows=_among_negative,
    aliases=("true_negative_rate", "tnr"),
)
def specificity(sample: Sample) -> float:
    """Share of rows predicted negative among the truly negative: TN / (TN + FP).

    Undefined when no row is negative.
    """
    table = _Table(sample)
    return _ratio(table.tn, table.tn + table.fp, _NO_NEGATIVE)


@confusion_metric(
    tasks=BINARY,
    aggregation="pooled",
    interval="proportion",
    counts=_counts("tn", "fn"),
    aliases=("negative_predictive_value",),
)
def npv(sample: Sample) -> float:
    """Share of truly negative rows among those predicted negative: TN / (TN + FN).

    Undefined when no row was predicted negative.
    """
    table = _Table(sample)
    return _ratio(table.tn, table.tn + table.fn, _NONE_REJECTED)


@confusion_metric(
    tasks=BINARY,
    greater_is_better=False,
    aggregation="pooled",
    interval="proportion",
    counts=_counts("fp", "tn"),
    paired_rows=_false_alarms,
    aliases=("fpr",),
)
def false_positive_rate(sample: Sample) -> float:
    """Share of rows predicted positive among the truly negative: 1 - specificity.

    Undefined when no row is negative.
    """
    table = _Table(sample)
    return _ratio(table.fp, table.tn + table.fp, _NO_NEGATIVE)


@confusion_metric(
    tasks=BINARY,
    greater_is_better=False,
    aggregation="pooled",
    interval="proportion",
    counts=_counts("fn", "tp"),
    paired_rows=_missed,
    aliases=("fnr",),
)
def false_negative_rate(sample: Sample) -> float:
    """Share of rows predicted negative among the truly positive: 1 - recall.

    Undefined when no row is positive.
    """
    table = _Table(sample)
    return _ratio(table.fn, table.tp + table.fn, _NO_POSITIVE)


def _f_beta(table: _Table, beta: float) -> float:
    """F-beta from the counts, which is defined where precision is not: no positive predicted gives 0."""
    if table.tp + table.fn <= 0:
        raise Undefined(_NO_POSITIVE)
    weight = beta * beta
    return (1 + weight) * table.tp / ((1 + weight) * table.tp + weight * table.fn + table.fp)


@confusion_metric(tasks=BINARY, aggregation="pooled", aliases=("f1_score",), reference=_POWERS)
def f1(sample: Sample) -> float:
    """Harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN).

    Undefined when no row is positive; 0 when positive rows exist and none was found.
    """
    return _f_beta(_Table(sample), 1.0)


@confusion_metric(tasks=BINARY, aggregation="pooled", reference=_POWERS)
def f2(sample: Sample) -> float:
    """F-beta with beta = 2: recall counts four times as much as precision.

    Undefined when no row is positive.
    """
    return _f_beta(_Table(sample), 2.0)


@confusion_metric(tasks=BINARY, aggregation="pooled", reference=_POWERS)
def f0_5(sample: Sample) -> float:
    """F-beta with beta = 0.5: precision counts four times as much as recall.

    Undefined when no row is positive.
    """
    return _f_beta(_Table(sample), 0.5)


@confusion_metric(tasks=BINARY, aggregation="pooled", aliases=("jaccard_score",))
def jaccard(sample: Sample) -> float:
    """Overlap of the rows predicted positive with those that are: TP / (TP + FP + FN).

    Undefined when no row is positive.
    """
    table = _Table(sample)
    if table.tp + table.fn <= 0:
        raise Undefined(_NO_POSITIVE)
    return table.tp / (table.tp + table.fp + table.fn)


@confusion_metric(tasks=BINARY, high=np.inf, aggregation="pooled", aliases=("lr_plus",))
def positive_likelihood_ratio(sample: Sample) -> float:
    """How much a positive prediction raises the odds: recall / (1 - specificity).

    Undefined when a class has no row or no negative row was predicted positive.
    """
    sample.require_both_classes()
    table = _Table(sample)
    true_rate, false_rate = table.tp / (table.tp + table.fn), table.fp / (table.tn + table.fp)
    return _ratio(true_rate, false_rate, "no negative row was predicted positive, so the ratio is infinite")


@confusion_metric(tasks=BINARY, greater_is_better=False, high=np.inf, aggregation="pooled", aliases=("lr_minus",))
def negative_likelihood_ratio(sample: Sample) -> float:
    """How much a negative prediction leaves of the odds: (1 - recall) / specificity.

    Undefined when a class has no row or no negative row was predicted negative.
    """
    sample.require_both_classes()
    table = _Table(sample)
    missed, kept = table.fn / (table.tp + table.fn), table.tn / (table.tn + table.fp)
    return _ratio(missed, kept, "no negative row was predicted negative, so the ratio is infinite")


@confusion_metric(tasks=CLASSIFICATION, low=-1.0, aliases=("matthews_corrcoef",), reference=_CHICCO)
def mcc(sample: Sample) -> float:
    """Matthews correlation of truth and prediction: 1 is perfect, 0 no better than chance.

    Undefined when all rows belong to one class; 0 when all get the same prediction (the limit, as in
    scikit-learn).
    """
    matrix = sample.confusion
    truth, predicted = matrix.sum(axis=1), matrix.sum(axis=0)
    if np.count_nonzero(truth) < 2:
        raise Undefined(f"all rows belong to {sample.named(np.flatnonzero(truth))}")
    total, right = float(truth.sum()), float(np.trace(matrix))
    spread_truth = total * total - float(truth @ truth)
    spread_predicted = total * total - float(predicted @ predicted)
    if np.count_nonzero(predicted) < 2:
        return 0.0
    covariance = right * total - float(truth @ predicted[:-1])
    return covariance / float(np.sqrt(spread_truth * spread_predicted))


def _kappa(sample: Sample, power: int) -> float:
    matrix = sample.confusion
    truth, predicted = matrix.sum(axis=1), matrix.sum(axis=0)
    total = float(truth.sum())
    if predicted[-1] > 0:
        raise Undefined("a label was predicted that the data set does not have")
    k = len(truth)
    steps = np.abs(np.subtract.outer(np.arange(k), np.arange(k))).astype(np.float64)
    cost = np.minimum(steps, 1.0) if power == 0 else steps**power
    expected = float((cost * np.outer(truth, predicted[:-1])).sum()) / total
    if expected <= 0:
        raise Undefined("all rows have one and the same label and prediction, so no disagreement is expected")
    if np.count_nonzero(truth) < 2:
        raise Undefined(f"all rows belong to {sample.named(np.flatnonzero(truth))}")
    return 1.0 - float((cost * matrix[:, :-1]).sum()) / expected


@confusion_metric(tasks=CLASSIFICATION, low=-1.0, aliases=("cohen_kappa", "cohen_kappa_score"), reference=_COHEN)
def kappa(sample: Sample) -> float:
    """Cohen's kappa: agreement of truth and prediction beyond what their frequencies give by chance.

    Undefined when all rows belong to one class.
    """
    return _kappa(sample, 0)


@confusion_metric(tasks=CLASSIFICATION, low=-1.0, reference="Cohen (1968), Psychological Bulletin 70")
def kappa_linear(sample: Sample) -> float:
    """Kappa for ordered classes, disagreement weighted by the distance in sort order.

    Undefined when all rows belong to one class.
    """
    return _kappa(sample, 1)


@confusion_metric(tasks=CLASSIFICATION, low=-1.0, reference="Cohen (1968), Psychological Bulletin 70")
def kappa_quadratic(sample: Sample) -> float:
    """Kappa for ordered classes, disagreement weighted by the squared distance in sort order.

    Undefined when all rows belong to one class.
    """
    return _kappa(sample, 2)


def _recalls(sample: Sample, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    matrix = sample.confusion
    right: NDArray[np.float64] = matrix[classes, classes] / matrix[classes].sum(axis=1)
    return right


def _precisions(sample: Sample, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    matrix = sample.confusion
    predicted = matrix[:, classes].sum(axis=0)
    if not predicted.all():
        raise Undefined(f"no row was predicted as {sample.named(classes[predicted == 0])}")
    right: NDArray[np.float64] = matrix[classes, classes] / predicted
    return right


def _f1s(sample: Sample, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    matrix = sample.confusion
    both = matrix[classes].sum(axis=1) + matrix[:, classes].sum(axis=0)
    values: NDArray[np.float64] = 2 * matrix[classes, classes] / both
    return values


def _jaccards(sample: Sample, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    matrix = sample.confusion
    right = matrix[classes, classes]
    values: NDArray[np.float64] = right / (matrix[classes].sum(axis=1) + matrix[:, classes].sum(axis=0) - right)
    return values


def _by_support(sample: Sample, per_class: Callable[[Sample, NDArray[np.int64]], NDArray[np.float64]]) -> float:
    """Average over the classes that the truth has, weighted by their rows."""
    support = sample.confusion.sum(axis=1)
    classes = np.flatnonzero(support)
    return float(np.average(per_class(sample, classes), weights=support[classes]))


@confusion_metric(tasks=CLASSIFICATION, aggregation="pooled")
def precision_macro(sample: Sample) -> float:
    """Mean of the classes' precisions, each class counting the same.

    Undefined when a class of the training rows has no row here, or was never predicted.
    """
    return float(_precisions(sample, sample.judged_present()).mean())


@confusion_metric(tasks=CLASSIFICATION, aggregation="pooled")
def precision_weighted(sample: Sample) -> float:
    """Mean of the classes' precisions, weighted by their rows.

    Undefined when a class with rows was never predicted.
    """
    return _by_support(sample, _precisions)


@confusion_metric(tasks=CLASSIFICATION, aggregation="pooled")
def recall_macro(sample: Sample) -> float:
    """Mean of the classes' recalls, each class counting the same.

    The same number as balanced accuracy on one set of rows; pooled over folds where that is averaged. Undefined when
    a class of the training rows has no row here.
    """
    return float(_recalls(sample, sample.judged_present()).mean())


@confusion_metric(tasks=CLASSIFICATION, aggregation="pooled")
def recall_weighted(sample: Sample) -> float:
    """Mean of the classes' recalls, weighted by their rows: the share of rows predicted rightly."""
    return _by_support(sample, _recalls)


@confusion_metric(tasks=CLASSIFICATION, aggregation="pooled")
def f1_macro(sample: Sample) -> float:
    """Mean of the classes' F1, each class counting the same.

    Undefined when a class of the training rows has no row here; a class that was never found counts as 0.
    """
    return float(_f1s(sample, sample.judged_present()).mean())


@confusion_metric(tasks=CLASSIFICATION, aggregation="pooled")
def f1_weighted(sample: Sample) -> float:
    """Mean of the classes' F1, weighted by their rows."""
    return _by_support(sample, _f1s)


@confusion_metric(tasks=CLASSIFICATION, aggregation="pooled")
def jaccard_macro(sample: Sample) -> float:
    """Mean of the classes' overlaps TP / (TP + FP + FN), each class counting the same.

    Undefined when a class of the training rows has no row here.
    """
    return float(_jaccards(sample, sample.judged_present()).mean())


@confusion_metric(tasks=CLASSIFICATION, aggregation="pooled")
def jaccard_weighted(sample: Sample) -> float:
    """Mean of the classes' overlaps TP / (TP + FP + FN), weighted by their rows."""
    return _by_support(sample, _jaccards)
