"""Which classes a model takes for which, and how many of each it recognises."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mtf_engine import statistics as st
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.views import ClassRecall, ClassRecalls, Confusion
from mtf_engine.errors import MTFError
from mtf_engine.evaluation.resampling import TestRows
from mtf_engine.metrics.sample import Sample
from mtf_engine.session.stored_runs import ModelKey, Scope


def confusion(scope: Scope, options: Mapping[str, object]) -> Confusion:
    """Count true and predicted classes of the first model; weights don't count.

    Parameters
    ----------
    scope : Scope
        Which model.
    options : mapping
        ``threshold``: the probability from which the positive class is said, of two classes.

    Raises
    ------
    MTFError
        The data set is a regression, or a fold of the model has no result.
    """
    key = scope.models[0]
    sample = complete_rows(scope, key).sample
    said = decisions(sample, options)
    k = len(sample.labels)
    counts = _counts(sample, said)
    rows = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, rows, out=np.zeros(counts.shape), where=rows > 0)
    return Confusion(
        model=key.model,
        labels=sample.labels,
        counts=tuple(tuple(int(value) for value in row[:k]) for row in counts),
        threshold=threshold_of(sample, options),
        pipeline=key.pipeline,
        shares=tuple(tuple(float(value) for value in row[:k]) for row in shares),
        unknown=tuple(int(row[k]) for row in counts),
        note=scope.note,
    )


def class_recalls(scope: Scope, options: Mapping[str, object]) -> ClassRecalls:
    """Give recall with Wilson's interval, and precision, of each class of the first model. Raises as `confusion`."""
    key = scope.models[0]
    sample = complete_rows(scope, key).sample
    counts = _counts(sample, decisions(sample, options))
    found = []
    for code, label in enumerate(sample.labels):
        rows, said = int(counts[code].sum()), int(counts[:, code].sum())
        interval = st.wilson(int(counts[code, code]), rows, confidence=scope.design.confidence)
        precision = int(counts[code, code]) / said if said else None
        found.append(ClassRecall(label, rows, interval.estimate, interval.low, interval.high, precision))
    return ClassRecalls(key.model, key.pipeline, tuple(found), scope.design.confidence, "wilson", scope.note)


def complete_rows(scope: Scope, key: ModelKey) -> TestRows:
    """All test rows of a classifier.

    Raises
    ------
    MTFError
        The data set is a regression, or a fold has no result.
    """
    if not scope.task.is_classification:
        name = scope.dataset.entry.dataset.name
        raise MTFError(f"{name!r} is a regression and has no classes.", hint="Ask for residual_histogram.")
    rows = scope.dataset.rows(key)
    if rows is None:
        raise MTFError(f"{key.model}: {scope.dataset.lacking(key)}.", hint="Retry its failed cells.")
    return rows


def decisions(sample: Sample, options: Mapping[str, object]) -> NDArray[np.int64]:
    """Say a class for each row: the model's own choice, or by a threshold of two classes; -1 is no class at all."""
    wanted = options.get("threshold")
    if wanted is None:
        return sample.prediction.astype(np.int64, copy=False)
    if sample.task is not Task.BINARY or sample.probability is None:
        raise MTFError("A threshold needs two classes and probabilities.", hint="Leave `threshold` out.")
    if isinstance(wanted, bool) or not isinstance(wanted, int | float) or not 0.0 <= wanted <= 1.0:
        raise MTFError(f"{wanted!r} is no threshold.", hint="Give a number from 0 to 1.")
    positive = sample.positive_code
    return np.where(sample.probability[:, positive] >= wanted, positive, 1 - positive).astype(np.int64)


def threshold_of(sample: Sample, options: Mapping[str, object]) -> float | None:
    """The probability from which the positive class is said; None where the model decides by something else."""
    wanted = options.get("threshold")
    if isinstance(wanted, int | float):
        return float(wanted)
    if sample.task is not Task.BINARY or sample.probability is None:
        return None
    belief, positive = sample.probability[:, sample.positive_code], sample.prediction == sample.positive_code
    agrees = (positive == (belief > 0.5)) | (belief == 0.5)
    return 0.5 if bool(agrees.all()) else None


def _counts(sample: Sample, said: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows by truth and prediction, shape (k, k + 1); the last column holds labels that are no class."""
    k = len(sample.labels)
    places = sample.truth.astype(np.int64) * (k + 1) + np.where(said < 0, k, said)
    return np.bincount(places, minlength=k * (k + 1)).reshape(k, k + 1)
