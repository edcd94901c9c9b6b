"""Areas of ranked rows on many weightings of them at once, from the weight of each class in slots of the score axis.

A slot is one score where there are few; otherwise it is a quantile of a class, the pairs in it keep their observed
order, and values are centred on the metric itself. That approximation is far below a resample's own noise on as many
rows as it is used for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from mtf_engine.metrics.sample import Sample
from mtf_engine.metrics.spec import Metric
from mtf_engine.metrics.weightings import Floats, Weighted
from mtf_engine.statistics.binary_bootstrap import slot_auc, slot_average_precision
from mtf_engine.statistics.row_weights import feature_matrix, resampled_feature_sums
from mtf_engine.statistics.slots import Slots, SortedClasses, plan_slots

MANY_ROWS = 20_000
"""Rows from which on quantiles of scores stand for the scores."""

_QUANTILES = 256
_MOST_FEATURES = 1 << 16
_BLOCK = 16


def weightings_of_ranks(sample: Sample, metric: Metric) -> Weighted | None:
    """Return what computes an area of ranked rows on many weightings at once.

    Parameters
    ----------
    sample : Sample
        The rows, which have what the metric needs.
    metric : Metric
        Its ``ranks`` says which area it is.

    Returns
    -------
    callable or None
        Takes weightings, shape (b, n), and gives values, shape (b,), NaN where undefined. None where the metric is no
        such area, where rows are so few that slots would tell, and where classes are too many.

    Raises
    ------
    mtf_engine.metrics.spec.Undefined
        The metric has no value on these rows.
    """
    return None if metric.ranks is None else _KINDS[metric.ranks](sample, metric)


def _totals(codes: NDArray[np.int32], size: int) -> Callable[[Floats], Floats]:
    """Say how much weight has each feature: (b, n) → (b, size)."""
    features = feature_matrix(codes, size, np.empty((len(codes), 0)))

    def totals(weights: Floats) -> Floats:
        blocks = (weights[first : first + _BLOCK] for first in range(0, len(weights), _BLOCK))
        return np.concatenate([resampled_feature_sums(features, block) for block in blocks])

    return totals


def _suits(slots: Slots, sample: Sample) -> bool:
    return slots.exact or len(sample) >= MANY_ROWS


def _centred(raw: Weighted, sample: Sample, metric: Metric, *, exact: bool) -> Weighted:
    if exact:
        return raw
    own = np.ones(len(sample)) if sample.weights is None else sample.weights
    shift = metric(sample) - float(raw(own[None, :])[0])
    return lambda weights: np.clip(raw(weights) + shift, 0.0, 1.0)


def _by_slot(sample: Sample, metric: Metric, value: Callable[..., Floats]) -> Weighted | None:
    """Make a metric of a function of the positive and negative weight in each slot."""
    positive, score = sample.ranking()
    slots = plan_slots(SortedClasses.of(positive, np.asarray(score, dtype=np.float64)))
    if not _suits(slots, sample):
        return None
    width = slots.positive.size
    codes = slots.number(score) + np.where(positive, 0, width)
    totals = _totals(codes[:, None].astype(np.int32), 2 * width)

    def raw(weights: Floats) -> Floats:
        tables = totals(weights)
        return value(tables[:, :width], tables[:, width:], slots.share)

    return _centred(raw, sample, metric, exact=slots.exact)


def _average_precision(sample: Sample, metric: Metric) -> Weighted | None:
    return _by_slot(sample, metric, lambda positive, negative, _: slot_average_precision(positive, negative))


def _area(sample: Sample, metric: Metric) -> Weighted | None:
    return _by_slot(sample, metric, slot_auc)


def _slots_of_classes(sample: Sample, classes: NDArray[np.int64]) -> list[Slots] | None:
    """Cut the probability axis of each class; None where slots would tell."""
    if sample.probability is None:
        return None
    found = []
    for code in classes:
        score = np.ascontiguousarray(sample.probability[:, code])
        found.append(plan_slots(SortedClasses.of(sample.truth == code, score), quantiles=_QUANTILES))
        if not _suits(found[-1], sample):
            return None
    return found


def _one_against_rest(sample: Sample, metric: Metric) -> Weighted | None:
    classes = sample.judged_present()
    slots = _slots_of_classes(sample, classes)
    if slots is None or sample.probability is None:
        return None
    widths = [one.positive.size for one in slots]
    starts = 2 * np.concatenate(([0], np.cumsum(widths)))
    if starts[-1] > _MOST_FEATURES:
        return None
    codes = np.empty((len(sample), len(classes)), dtype=np.int32)
    for i, (code, one) in enumerate(zip(classes, slots, strict=True)):
        codes[:, i] = one.number(sample.probability[:, code]) + starts[i]
        codes[:, i] += np.where(sample.truth == code, 0, widths[i]).astype(np.int32)
    totals = _totals(codes, int(starts[-1]))

    def raw(weights: Floats) -> Floats:
        tables = totals(weights)
        areas = [
            slot_auc(tables[:, start : start + width], tables[:, start + width : start + 2 * width], one.share)
            for start, width, one in zip(starts, widths, slots, strict=False)
        ]
        mean: Floats = np.mean(areas, axis=0)
        return mean

    return _centred(raw, sample, metric, exact=all(one.exact for one in slots))


def _one_against_one(sample: Sample, metric: Metric) -> Weighted | None:
    classes = sample.judged_present()
    slots = _slots_of_classes(sample, classes)
    if slots is None or sample.probability is None:
        return None
    k = len(classes)
    widths = [one.positive.size for one in slots]
    starts = k * np.concatenate(([0], np.cumsum(widths)))
    if starts[-1] > _MOST_FEATURES:
        return None
    member = np.searchsorted(classes, sample.truth)
    codes = np.empty((len(sample), k), dtype=np.int32)
    for i, (code, one) in enumerate(zip(classes, slots, strict=True)):
        codes[:, i] = starts[i] + one.number(sample.probability[:, code]) * k + member
    totals = _totals(codes, int(starts[-1]))

    def raw(weights: Floats) -> Floats:
        tables = totals(weights)
        parts = [tables[:, starts[i] : starts[i + 1]].reshape(len(tables), widths[i], k) for i in range(k)]
        sums = [_areas_of_pairs(part, i) for i, part in enumerate(parts)]
        mean: Floats = np.sum(sums, axis=0) / (k * (k - 1))
        return mean

    return _centred(raw, sample, metric, exact=all(one.exact for one in slots))


def _areas_of_pairs(table: Floats, own: int) -> Floats:
    """Sum of the areas of one class against each other one, from weight by slot and class; shape (b,)."""
    below = np.cumsum(table, axis=1)
    below -= 0.5 * table
    right = np.einsum("bs,bsk->bk", table[:, :, own], below)
    totals = table.sum(axis=1)
    pairs = totals[:, own, None] * totals
    areas: Floats = np.divide(right, pairs, out=np.full_like(right, np.nan), where=pairs > 0)
    areas[:, own] = 0.0
    total: Floats = areas.sum(axis=1)
    return total


_KINDS: Mapping[str, Callable[[Sample, Metric], Weighted | None]] = {
    "roc_auc": _area,
    "average_precision": _average_precision,
    "one_against_rest": _one_against_rest,
    "one_against_one": _one_against_one,
}
