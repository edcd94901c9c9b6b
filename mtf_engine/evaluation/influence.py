"""How far each test row moves a score, and the sampling error that follows: what a lucky agreement of folds can't undo.

A handful of fold scores can agree by luck, and then any spread computed from them is far too small. The spread over
test rows, with the fitted models given, is a part of the whole uncertainty and is estimated from all rows at once, so
an interval much narrower than it is luck and gets a warning.

References
----------
Bayle, P., Bayle, A., Janson, L. & Mackey, L. (2020). Cross-validation confidence intervals for test error. NeurIPS 33.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mtf_engine import statistics as st
from mtf_engine.domain.dataset import Task
from mtf_engine.evaluation.design import Design
from mtf_engine.evaluation.resampling import TestRows
from mtf_engine.metrics.sample import Sample
from mtf_engine.metrics.spec import Metric, Undefined

_MOST_CELLS = 200
"""Filled cells of a confusion matrix up to which a derivative for each is cheap."""

_STEP = 1e-4
"""Share of a cell's rows by which it is moved for a derivative."""

_Floats = NDArray[np.float64]


def row_influence(metric: Metric, rows: TestRows) -> _Floats | None:
    """Say how far each test row moves a score that is the mean of folds or pooled.

    Parameters
    ----------
    metric : Metric
        A mean of rows, a function of the confusion matrix, or the area under a binary ROC curve.
    rows : TestRows
        Of all folds.

    Returns
    -------
    ndarray of shape (n,), float64, or None
        In the metric's unit; they add up to about 0. None for any other metric and where it is undefined. All 0 for
        predictions that are constant in each fold: their score is that of the folds' make-up, which the split decides.
    """
    if _is_constant(rows):
        return np.zeros(len(rows.rows))
    try:
        found = _by_kind(metric, rows)
    except Undefined:
        return None
    return found if found is not None and bool(np.isfinite(found).all()) else None


def error_of(influence: _Floats | None, rows: TestRows, design: Design) -> float:
    """Add influences up to the standard error of a score or difference; rows that repeat or share a group are one.

    Parameters
    ----------
    influence : ndarray of shape (n,) or None
        From `row_influence`, or the difference of two.
    rows : TestRows
        The same rows.
    design : Design
        Says whether rows are grouped.

    Returns
    -------
    float
        At least 0; 0 where nothing is known.
    """
    if influence is None:
        return 0.0
    codes = rows.groups if design.grouped else rows.rows if design.repeats > 1 else None
    moved: _Floats = influence
    units = len(influence)
    if codes is not None:
        moved = np.bincount(codes, weights=influence).astype(np.float64, copy=False)
        units = int(np.count_nonzero(np.bincount(codes)))
    return math.sqrt(float(moved @ moved) * units / (units - 1)) if units > 1 else 0.0


def _by_kind(metric: Metric, rows: TestRows) -> _Floats | None:
    sample = rows.sample
    if metric.row_values is not None:
        return _of_mean(metric.row_values(sample), sample.weights)
    if metric.of_confusion:
        return _of_confusion(metric, sample)
    if metric.interval == "auc" and sample.task is Task.BINARY and sample.weights is None:
        return _of_areas(rows)
    return None


def _of_mean(values: _Floats, weights: _Floats | None) -> _Floats:
    weights = np.ones(len(values)) if weights is None else weights
    mean = float(values @ weights) / float(weights.sum())
    moved: _Floats = weights * (values - mean) / float(weights.sum())
    return moved


def _of_confusion(metric: Metric, sample: Sample) -> _Floats | None:
    """Differentiate the metric by the count of each cell (the delta method)."""
    counts = sample.confusion
    filled = np.flatnonzero(counts)
    if filled.size > _MOST_CELLS:
        return None
    slope = np.zeros(counts.size)
    for cell in filled:
        step = counts.flat[cell] * _STEP
        above, below = counts.copy(), counts.copy()
        above.flat[cell] += step
        below.flat[cell] -= step
        slope[cell] = (metric.function(sample.restated(above)) - metric.function(sample.restated(below))) / (2 * step)
    width = counts.shape[1]
    cells = sample.truth * width + np.where(sample.prediction < 0, width - 1, sample.prediction)
    moved: _Floats = slope[cells.astype(np.int64)]
    return moved if sample.weights is None else moved * sample.weights


def _of_areas(rows: TestRows) -> _Floats | None:
    """Mean of the folds' areas: each row moves its own fold's."""
    truth, score = rows.sample.ranking()
    folds = int(rows.folds[-1]) + 1
    moved = np.empty(len(truth))
    for fold in range(folds):
        own = rows.folds == fold
        influence = st.auc_influence(truth[own], score[own])
        if influence is None:
            return None
        moved[own] = influence / folds
    return moved


def _is_constant(rows: TestRows) -> bool:
    """Whether no fold holds two different predictions."""
    sample = rows.sample
    values = sample.prediction if sample.probability is None else sample.probability
    same_fold = rows.folds[1:] == rows.folds[:-1]
    changed = values[1:] != values[:-1]
    return not bool((changed.reshape(len(changed), -1).any(axis=1) & same_fold).any())
