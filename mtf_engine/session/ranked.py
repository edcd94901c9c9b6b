"""Test rows ranked by score: the curves of a classification, thinned to what a screen can show, and their band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtf_engine import statistics as st
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.views import MAX_POINTS
from mtf_engine.evaluation.design import Design, DesignKind
from mtf_engine.evaluation.resampling import RESAMPLES, SharedResamples, TestRows
from mtf_engine.metrics.sample import Sample, Undefined, ranking_curve

_BAND_CELLS = 60_000_000
"""Rows times resamples behind a band."""
_LEAST_RESAMPLES = 200

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Rows of one class against the rest, by score."""

    truth: NDArray[np.bool_]
    """Whether each row is of the class, shape (n,)."""
    score: Floats
    """Grows with the belief in the class, shape (n,)."""
    weights: Floats | None
    true_positives: Floats
    """Weight of the class's rows at or above each distinct score, from the highest down, 0 first."""
    false_positives: Floats
    is_probability: bool

    @property
    def recall(self) -> Floats:
        """True positive rate."""
        return np.asarray(self.true_positives / self.true_positives[-1])

    @property
    def fall_out(self) -> Floats:
        """False positive rate."""
        return np.asarray(self.false_positives / self.false_positives[-1])

    @property
    def share(self) -> Floats:
        """Share of all rows at or above each score."""
        drawn = self.true_positives + self.false_positives
        return np.asarray(drawn / drawn[-1])

    @property
    def precision(self) -> Floats:
        """Share of the class among the rows at or above each score; that of the first score also at 0."""
        drawn = (self.true_positives + self.false_positives)[1:]
        found = np.divide(self.true_positives[1:], drawn, out=np.zeros_like(drawn), where=drawn > 0)
        return np.concatenate((found[:1], found))

    @property
    def prevalence(self) -> float:
        """Share of the class among all rows."""
        positives, negatives = float(self.true_positives[-1]), float(self.false_positives[-1])
        return positives / (positives + negatives)


def ranked(sample: Sample, class_index: int, *, by_probability: bool = False) -> Ranked:
    """Rank rows by their score for a class.

    Parameters
    ----------
    sample : Sample
        Test rows of a classification.
    class_index : int
        Code of the class.
    by_probability : bool, default False
        Whether probabilities are taken where a model of two classes gives decision values too.

    Raises
    ------
    Undefined
        The model gives no scores, or the class has all rows or none.
    """
    sample = sample.weighty
    sample.require("score")
    is_probability = sample.probability is not None and (
        by_probability or sample.score is None or sample.task is not Task.BINARY
    )
    if is_probability and sample.probability is not None:
        score = np.ascontiguousarray(sample.probability[:, class_index])
    elif sample.task is Task.BINARY:
        score = sample.positive_score if class_index == sample.positive_code else -sample.positive_score
    else:
        raise Undefined("the model gives no probabilities")
    truth = np.asarray(sample.truth == class_index)
    if truth.all() or not truth.any():
        raise Undefined(f"{'all rows are' if truth.all() else 'no row is'} of class {sample.labels[class_index]!r}")
    curve = ranking_curve(truth, score, sample.weights)
    return Ranked(
        truth,
        score,
        sample.weights,
        np.concatenate(([0.0], curve.true_positives)),
        np.concatenate(([0.0], curve.false_positives)),
        is_probability,
    )


def thin(x: Floats, y: Floats, most: int = MAX_POINTS) -> NDArray[np.int64]:
    """Choose points of a curve, evenly along its way; the ends are always among them.

    Returns
    -------
    ndarray of int64
        Ascending positions, at most ``most``.
    """
    if len(x) <= most:
        return np.arange(len(x), dtype=np.int64)
    spans = [max(float(np.ptp(values)), 1e-300) for values in (x, y)]
    steps = np.hypot(np.diff(x) / spans[0], np.diff(y) / spans[1])
    way = np.concatenate(([0.0], np.cumsum(steps)))
    wanted = np.linspace(0.0, way[-1], most)
    places = np.searchsorted(way, wanted).clip(0, len(x) - 1)
    places[0], places[-1] = 0, len(x) - 1
    return np.unique(places).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A pointwise band around a ROC curve."""

    low: Floats
    high: Floats
    method: str


def roc_band(rows: TestRows, class_index: int, design: Design, x: Floats, y: Floats) -> Band | None:
    """Bound the true positive rate at each false positive rate.

    Under cross-validation the corrected resampled t on the folds' rates, centred on the curve; otherwise percentiles
    over the data set's resamples of rows. Each point by itself has the design's confidence.

    Parameters
    ----------
    rows : TestRows
        Of the contestant.
    class_index : int
        Code of the class.
    design : Design
        How the test rows came about.
    x, y : ndarray of shape (m,)
        The curve.

    Returns
    -------
    Band or None
        None where a fold lacks the class, or has nothing else.

    References
    ----------
    Macskassy SA, Provost F, Rosset S (2005). ROC confidence bands: an empirical evaluation. ICML 22: vertical
    averaging.
    """
    try:
        if design.kind is DesignKind.CROSS_VALIDATION:
            return _fold_band(rows, class_index, design, x, y)
        return _resampled_band(rows, class_index, design, x, y)
    except Undefined:
        return None


def _fold_band(rows: TestRows, class_index: int, design: Design, x: Floats, y: Floats) -> Band:
    curves = [ranked(rows.sample.take(rows.folds == fold), class_index) for fold in np.unique(rows.folds)]
    rates = np.array([np.interp(x, curve.fall_out, curve.recall) for curve in curves])
    found = [
        st.corrected_resampled_t(
            rates[:, place],
            n_train=design.n_train,
            n_test=design.n_test,
            confidence=design.confidence,
            repeats=design.repeats,
            bounds=(0.0, 1.0),
            estimate=float(y[place]),
        )
        for place in range(len(x))
    ]
    low = np.array([one.low if one.low is not None else one.estimate for one in found], dtype=np.float64)
    high = np.array([one.high if one.high is not None else one.estimate for one in found], dtype=np.float64)
    return Band(low, high, f"corrected resampled t over {len(curves)} folds")


def _resampled_band(rows: TestRows, class_index: int, design: Design, x: Floats, y: Floats) -> Band:
    whole = ranked(rows.sample, class_index)
    shared = SharedResamples(rows, design)
    order = np.argsort(-whole.score, kind="stable")
    arranged = whole.score[order]
    last = np.append(np.flatnonzero(arranged[1:] != arranged[:-1]), len(order) - 1)
    weights = np.ones(len(order)) if whole.weights is None else whole.weights[order]
    hits = whole.truth[order] * weights
    present = np.flatnonzero(rows.sample.weights > 0) if rows.sample.weights is not None else slice(None)
    wanted = int(np.clip(_BAND_CELLS // len(order), _LEAST_RESAMPLES, RESAMPLES))
    rates: list[Floats] = []
    for counts in shared.counts():
        drawn = counts[:, present][:, order]
        positive = np.cumsum(drawn * hits, axis=1)[:, last]
        negative = np.cumsum(drawn * (weights - hits), axis=1)[:, last]
        for tp, fp in zip(positive, negative, strict=True):
            if tp[-1] > 0 and fp[-1] > 0:
                rates.append(np.interp(x, np.append(0.0, fp / fp[-1]), np.append(0.0, tp / tp[-1])))
        if len(rates) >= wanted:
            break
    tail = (1.0 - design.confidence) / 2.0
    low, high = np.quantile(np.array(rates), (tail, 1.0 - tail), axis=0)
    return Band(np.minimum(low, y), np.maximum(high, y), f"percentiles of {len(rates):,} resamples")
