"""The laws of every registered metric, tried by hypothesis on samples that the conformance suite does not think of."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtf_engine.domain.dataset import Task
from mtf_engine.metrics.registry import all_metrics, get
from mtf_engine.testing import metrics as laws

from .samples import samples_for

PAIRS = [(metric.name, task) for metric in all_metrics() for task in Task if task in metric.tasks]
family = pytest.mark.parametrize(("name", "task"), PAIRS)
few = settings(max_examples=8, deadline=None, database=None)


@family
@few
@given(data=st.data())
def test_laws_of_any_sample(name: str, task: Task, data: st.DataObject) -> None:
    metric, sample = get(name), data.draw(samples_for(task))
    laws.row_order_does_not_matter(metric, sample)
    laws.value_is_in_range_and_nothing_beats_a_perfect_answer(metric, sample)
    laws.undefined_values_carry_a_reason(metric, sample)


@family
@few
@given(data=st.data())
def test_laws_of_weighted_samples(name: str, task: Task, data: st.DataObject) -> None:
    metric, sample = get(name), data.draw(samples_for(task, weighted=True))
    laws.integer_weights_are_repeated_rows(metric, sample)
    laws.scale_of_weights_does_not_matter(metric, sample)
    laws.weighted_rows_have_no_counts(metric, sample)
    laws.confusion_is_all_that_is_read(metric, sample)


@family
@few
@given(data=st.data())
def test_laws_of_samples_without_weights(name: str, task: Task, data: st.DataObject) -> None:
    laws.counts_rows_and_pairs_say_the_same_as_the_value(get(name), data.draw(samples_for(task, weighted=False)))
