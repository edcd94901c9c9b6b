"""Samples for the metrics' tests: small, with ties, weights and classes that are missing."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from mtf_engine.domain.dataset import Task
from mtf_engine.metrics.sample import Sample


@st.composite
def classification_samples(draw: st.DrawFn, task: Task, *, weighted: bool | None = None) -> Sample:
    """Codes, coarse probabilities and scores, so that ties are common."""
    k = 2 if task is Task.BINARY else draw(st.integers(3, 4))
    n = draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shares = rng.dirichlet(np.full(k, 0.7))
    raw = rng.integers(0, 4, (n, k)) + 0.25
    return Sample(
        task=task,
        truth=rng.choice(k, n, p=shares),
        prediction=rng.integers(0, k, n),
        labels=tuple("abcd"[:k]),
        train_labels=tuple(range(k)),
        positive=draw(st.sampled_from([0, 1])) if task is Task.BINARY else None,
        probability=raw / raw.sum(axis=1, keepdims=True),
        score=rng.integers(-3, 4, n).astype(float) if task is Task.BINARY and draw(st.booleans()) else None,
        weights=_weights(draw, rng, n, weighted),
    )


@st.composite
def regression_samples(draw: st.DrawFn, *, weighted: bool | None = None) -> Sample:
    """Positive numbers of one magnitude, sometimes constant."""
    n = draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    truth = np.full(n, 3.0) if draw(st.integers(0, 9)) == 0 else rng.integers(1, 9, n) / 2
    return Sample(
        task=Task.REGRESSION,
        truth=truth,
        prediction=truth + rng.integers(-1, 4, n) / 4 + 0.001 * rng.random(n),
        weights=_weights(draw, rng, n, weighted),
    )


def samples_for(task: Task, *, weighted: bool | None = None) -> st.SearchStrategy[Sample]:
    """Samples of a task."""
    if task is Task.REGRESSION:
        return regression_samples(weighted=weighted)
    return classification_samples(task, weighted=weighted)


def _weights(draw: st.DrawFn, rng: np.random.Generator, n: int, weighted: bool | None) -> np.ndarray | None:
    if weighted is False or (weighted is None and draw(st.booleans())):
        return None
    return rng.integers(0, 4, n).astype(float)
