"""Small samples with ties, weights, constant truths and classes that are missing; equal each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mtf_engine.domain.dataset import Task
from mtf_engine.metrics.sample import Sample


def samples(task: Task, count: int, *, weighted: bool | None = None) -> Iterator[Sample]:
    """Draw samples of 1 to 30 rows.

    Parameters
    ----------
    task : Task
        What is predicted.
    count : int
        How many.
    weighted : bool, optional
        Whether rows have whole weights, 0 among them; both by turns when None.
    """
    for seed in range(count):
        rng = np.random.default_rng([seed, list(Task).index(task)])
        make = classification_sample if task.is_classification else regression_sample
        yield make(rng, task, weighted=seed % 2 == 0 if weighted is None else weighted)


def classification_sample(rng: np.random.Generator, task: Task, *, weighted: bool) -> Sample:
    """Draw codes, coarse probabilities and scores, so that ties are common."""
    k = 2 if task is Task.BINARY else int(rng.integers(3, 5))
    n = int(rng.integers(1, 31))
    raw = rng.integers(0, 4, (n, k)) + 0.25
    binary = task is Task.BINARY
    return Sample(
        task=task,
        truth=rng.choice(k, n, p=rng.dirichlet(np.full(k, 0.7))),
        prediction=rng.integers(0, k, n),
        labels=tuple("abcd"[:k]),
        train_labels=tuple(range(k)),
        positive=int(rng.integers(0, 2)) if binary else None,
        probability=raw / raw.sum(axis=1, keepdims=True),
        score=rng.integers(-3, 4, n).astype(float) if binary and rng.random() < 0.5 else None,
        weights=_weights(rng, n, weighted),
    )


def regression_sample(rng: np.random.Generator, task: Task, *, weighted: bool) -> Sample:
    """Draw positive numbers of one magnitude, sometimes constant."""
    n = int(rng.integers(1, 31))
    truth = np.full(n, 3.0) if rng.random() < 0.1 else rng.integers(1, 9, n) / 2
    return Sample(
        task=task,
        truth=truth,
        prediction=truth + rng.integers(-1, 4, n) / 4 + 0.001 * rng.random(n),
        weights=_weights(rng, n, weighted),
    )


def _weights(rng: np.random.Generator, n: int, weighted: bool) -> NDArray[np.float64] | None:
    return rng.integers(0, 4, n).astype(float) if weighted else None


def perfect(sample: Sample) -> Sample:
    """Give the same rows with answers that could not be better."""
    if not sample.task.is_classification:
        return replace(sample, prediction=np.asarray(sample.truth, dtype=float))
    certain = np.eye(len(sample.labels))[sample.truth]
    return replace(sample, prediction=sample.truth, probability=certain, score=None)
