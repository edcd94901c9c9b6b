"""Predictions drawn from known distributions, so that a metric's true value is known."""

from __future__ import annotations

import numpy as np

from mtf_engine.domain.dataset import Task
from mtf_engine.metrics.sample import Sample


def binary_sample(rng: np.random.Generator, n: int, *, skill: float, truth: np.ndarray | None = None) -> Sample:
    """Draw a binary classifier's predictions whose scores separate the classes by ``skill``."""
    truth = rng.integers(0, 2, n) if truth is None else truth
    score = 1.0 / (1.0 + np.exp(-(rng.normal(size=len(truth)) + skill * (truth - 0.5))))
    return Sample(
        task=Task.BINARY,
        truth=truth.astype(np.int64),
        prediction=(score > 0.5).astype(np.int64),
        labels=("no", "yes"),
        train_labels=(0, 1),
        positive=1,
        probability=np.column_stack([1 - score, score]),
    )


def regression_sample(rng: np.random.Generator, n: int, *, noise: float, truth: np.ndarray | None = None) -> Sample:
    """Draw a regressor's predictions with normal errors."""
    truth = rng.normal(size=n) if truth is None else truth
    return Sample(task=Task.REGRESSION, truth=truth, prediction=truth + noise * rng.normal(size=len(truth)))
