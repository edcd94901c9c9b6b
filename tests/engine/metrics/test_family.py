"""Laws that every registered metric obeys: a metric added to the registry is held to them without a new test."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtf_engine.domain.cell import FoldValue
from mtf_engine.domain.dataset import Task
from mtf_engine.metrics.registry import all_metrics, get
from mtf_engine.metrics.sample import Sample, Undefined

from .samples import perfect, samples_for

PAIRS = [(metric.name, task) for metric in all_metrics() for task in Task if task in metric.tasks]
family = pytest.mark.parametrize(("name", "task"), PAIRS)
few = settings(max_examples=8, deadline=None, database=None)


def close(a: FoldValue, b: FoldValue) -> bool:
    if a.value is None or b.value is None:
        return a.value is None and b.value is None
    return math.isclose(a.value, b.value, rel_tol=1e-9, abs_tol=1e-9)


@family
@few
@given(data=st.data())
def test_row_order_does_not_matter(name: str, task: Task, data: st.DataObject) -> None:
    sample = data.draw(samples_for(task))
    order = np.random.default_rng(len(sample)).permutation(len(sample))
    assert close(get(name).measure(sample), get(name).measure(sample.take(order)))


@family
@few
@given(data=st.data())
def test_integer_weights_are_repeated_rows(name: str, task: Task, data: st.DataObject) -> None:
    sample = data.draw(samples_for(task, weighted=True))
    repeated = replace(sample.take(np.repeat(np.arange(len(sample)), sample.weights.astype(int))), weights=None)
    if name not in {"r2", "explained_variance", "d2_absolute_error"} or len(sample.weighty) > 1:
        assert close(get(name).measure(sample), get(name).measure(repeated))


@family
@few
@given(data=st.data())
def test_the_scale_of_weights_does_not_matter(name: str, task: Task, data: st.DataObject) -> None:
    sample = data.draw(samples_for(task, weighted=True))
    assert close(get(name).measure(sample), get(name).measure(replace(sample, weights=sample.weights * 0.37)))


@family
@few
@given(data=st.data())
def test_values_stay_in_range_and_nothing_beats_a_perfect_answer(name: str, task: Task, data: st.DataObject) -> None:
    metric, sample = get(name), data.draw(samples_for(task))
    value, best = metric.measure(sample).value, metric.measure(perfect(sample)).value
    for number in (value, best):
        assert number is None or metric.low <= number <= metric.high
    if value is None or best is None:
        return
    if not metric.ordered:
        assert best == 0
    elif metric.greater_is_better:
        assert best >= value - 1e-12
    else:
        assert best <= value + 1e-12


@family
@few
@given(data=st.data())
def test_undefined_values_carry_a_reason(name: str, task: Task, data: st.DataObject) -> None:
    result = get(name).measure(data.draw(samples_for(task)))
    assert (result.value is None) == (result.reason is not None)
    assert result.reason is None or (len(result.reason) > 10 and not result.reason.endswith("."))


@family
@few
@given(data=st.data())
def test_counts_rows_and_pairs_say_the_same_as_the_value(name: str, task: Task, data: st.DataObject) -> None:
    metric, sample = get(name), data.draw(samples_for(task, weighted=False))
    value = metric.measure(sample).value
    if value is None:
        return
    if metric.counts is not None:
        counts = metric.counts(sample)
        assert counts is not None
        assert counts.successes / counts.n == pytest.approx(value, abs=1e-12)
    if metric.row_values is not None:
        assert metric.row_values(sample).shape == (len(sample),)
        assert metric.row_values(sample).mean() == pytest.approx(value, abs=1e-12)
    if metric.paired_rows is not None:
        assert metric.paired_rows(sample).dtype == bool
        assert metric.paired_rows(sample).mean() == pytest.approx(value, abs=1e-12)


@family
@few
@given(data=st.data())
def test_weighted_rows_have_no_counts_and_weighted_row_values(name: str, task: Task, data: st.DataObject) -> None:
    metric, sample = get(name), data.draw(samples_for(task, weighted=True)).weighty
    value = metric.measure(sample).value
    if metric.counts is not None:
        assert metric.counts(sample) is None
    if metric.row_values is not None and value is not None:
        assert np.average(metric.row_values(sample), weights=sample.weights) == pytest.approx(value, abs=1e-12)


@family
@few
@given(data=st.data())
def test_metrics_of_the_confusion_matrix_need_nothing_else(name: str, task: Task, data: st.DataObject) -> None:
    metric, sample = get(name), data.draw(samples_for(task, weighted=True))
    if metric.of_confusion:
        doubled = replace(sample, weights=sample.weights * (1 + (sample.truth == 0)))
        if doubled.weighty:
            assert close(metric.measure(sample.restated(doubled.confusion)), metric.measure(doubled))


@family
def test_specifications_are_complete(name: str, task: Task) -> None:
    metric = get(name)
    assert metric.name == name
    assert metric.low < metric.high
    assert metric.summary.endswith(".") or metric.summary.endswith(":")
    assert (metric.interval == "proportion") == (metric.counts is not None)
    assert metric.interval != "proportion" or (metric.low, metric.high) == (0, 1)
    assert task in metric.tasks


@pytest.mark.parametrize("metric", all_metrics(), ids=lambda metric: metric.name)
def test_other_tasks_and_empty_samples_are_undefined(metric: object) -> None:
    for task in Task:
        labels = ("a", "b") if task.is_classification else ()
        empty = np.empty(0, dtype=np.int64 if labels else np.float64)
        sample = Sample(task, empty, empty, labels=labels, probability=np.empty((0, 2)) if labels else None)
        with pytest.raises(Undefined):
            metric(sample)
