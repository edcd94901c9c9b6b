"""Metrics on many weightings at once, against the same metrics computed one weighting at a time."""

from __future__ import annotations

import numpy as np
import pytest

from mtf_engine.domain.dataset import Task
from mtf_engine.evaluation.ranked import MANY_ROWS, weightings_of_ranks
from mtf_engine.metrics.registry import all_metrics, get
from mtf_engine.metrics.sample import Sample, Undefined
from mtf_engine.metrics.spec import Metric
from mtf_engine.metrics.weightings import Weighted

AT_ONCE = [metric for metric in all_metrics() if metric.weightings is not None or metric.ranks is not None]


def sample_for(metric: Metric, n: int, *, ties: bool = False, seed: int = 0) -> Sample:
    rng = np.random.default_rng(seed)
    if metric.tasks == {Task.REGRESSION}:
        truth = rng.gamma(2.0, size=n)
        prediction = truth + rng.normal(scale=0.3, size=n) * (1 + truth)
        return Sample(Task.REGRESSION, truth, np.round(prediction, 1) if ties else np.abs(prediction))
    k = 2 if metric.tasks == {Task.BINARY} else 4
    truth = np.concatenate([np.arange(k), rng.choice(k, size=n - k, p=np.arange(1, k + 1) / (k * (k + 1) / 2))])
    odds = rng.normal(size=(n, k))
    odds[np.arange(n), truth] += 1.0
    odds = np.round(odds) if ties else odds
    probability = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    task = Task.BINARY if k == 2 else Task.MULTICLASS
    return Sample(task, truth, probability.argmax(axis=1), tuple(range(k)), probability=probability)


def weightings_of(metric: Metric, sample: Sample) -> Weighted | None:
    return metric.weightings(sample) if metric.weightings else weightings_of_ranks(sample, metric)


def one_by_one(metric: Metric, sample: Sample, weights: np.ndarray) -> np.ndarray:
    def value(row: np.ndarray) -> float:
        try:
            return metric(sample.reweighted(row))
        except Undefined:
            return np.nan

    return np.array([value(row) for row in weights])


@pytest.mark.parametrize("ties", [False, True], ids=["distinct", "ties"])
@pytest.mark.parametrize("metric", AT_ONCE, ids=lambda metric: metric.name)
def test_few_rows_give_the_same_numbers(metric: Metric, ties: bool) -> None:
    sample = sample_for(metric, 150, ties=ties)
    rng = np.random.default_rng(1)
    counts = rng.multinomial(150, np.full(150, 1 / 150), size=60).astype(np.float64)
    weights = np.vstack([counts, rng.random((5, 150)), np.ones((1, 150))])
    at_once = weightings_of(metric, sample)
    assert at_once is not None
    np.testing.assert_allclose(at_once(weights), one_by_one(metric, sample, weights), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("metric", AT_ONCE, ids=lambda metric: metric.name)
def test_what_is_undefined_one_by_one_is_undefined_at_once(metric: Metric) -> None:
    sample = sample_for(metric, 40)
    weights = np.zeros((2, 40))
    weights[0, :1] = 3.0
    weights[1, sample.truth == sample.truth[0]] = 1.0
    at_once = weightings_of(metric, sample)
    assert at_once is not None
    np.testing.assert_allclose(at_once(weights), one_by_one(metric, sample, weights), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("metric", AT_ONCE, ids=lambda metric: metric.name)
def test_many_rows_are_off_by_less_than_a_twentieth_of_the_resamples_spread(metric: Metric) -> None:
    n = MANY_ROWS
    sample = sample_for(metric, n, seed=2)
    rng = np.random.default_rng(3)
    weights = np.stack([np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(12)]).astype(np.float64)
    at_once = weightings_of(metric, sample)
    assert at_once is not None
    exact = one_by_one(metric, sample, weights)
    assert np.max(np.abs(at_once(weights) - exact)) <= 0.05 * np.std(exact) + 1e-12
    np.testing.assert_allclose(at_once(np.ones((1, n))), metric(sample), rtol=1e-9)


def test_slots_are_not_used_where_they_would_tell() -> None:
    metric = get("average_precision")
    assert weightings_of(metric, sample_for(metric, MANY_ROWS - 1)) is None
    assert weightings_of(metric, sample_for(metric, MANY_ROWS - 1, ties=True)) is not None
