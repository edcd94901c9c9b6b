"""What every metric has to obey, as laws of one sample and as a suite that tries them on many."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mtf_engine.domain.cell import FoldValue
from mtf_engine.domain.dataset import Task
from mtf_engine.metrics.sample import Sample, Undefined
from mtf_engine.metrics.spec import Metric
from mtf_engine.testing.samples import perfect, samples
from mtf_engine.testing.wording import require_name, require_sentence

_CLOSE = 1e-9


def row_order_does_not_matter(metric: Metric, sample: Sample) -> None:
    """Fail when other rows first give another value."""
    order = np.random.default_rng(len(sample)).permutation(len(sample))
    _require_close(metric.measure(sample), metric.measure(sample.take(order)), "rows in another order")


def integer_weights_are_repeated_rows(metric: Metric, sample: Sample) -> None:
    """Fail when a row of weight 3 is not the same as that row three times; the sample is weighted."""
    if sample.weights is None or len(sample.weighty) < 2:  # of one row, R² and its like are not defined at all
        return
    repeated = replace(sample.take(np.repeat(np.arange(len(sample)), sample.weights.astype(int))), weights=None)
    _require_close(metric.measure(sample), metric.measure(repeated), "weights and the rows that often")


def scale_of_weights_does_not_matter(metric: Metric, sample: Sample) -> None:
    """Fail when all weights times a constant give another value; the sample is weighted."""
    if sample.weights is not None:
        scaled = replace(sample, weights=sample.weights * 0.37)
        _require_close(metric.measure(sample), metric.measure(scaled), "weights in another unit")


def value_is_in_range_and_nothing_beats_a_perfect_answer(metric: Metric, sample: Sample) -> None:
    """Fail when a value leaves the metric's range, or the perfect answer scores worse than another."""
    value, best = metric.measure(sample).value, metric.measure(perfect(sample)).value
    for number in (value, best):
        inside = number is None or metric.low <= number <= metric.high
        assert inside, f"{number} lies outside {metric.low} to {metric.high}"
    if value is None or best is None:
        return
    if not metric.ordered:
        assert best == 0, f"a metric without a better end gives 0 for a perfect answer, not {best}"
        return
    worse = best < value - 1e-12 if metric.greater_is_better else best > value + 1e-12
    assert not worse, f"a perfect answer scores {best}, another {value}: is greater_is_better right?"


def undefined_values_carry_a_reason(metric: Metric, sample: Sample) -> None:
    """Fail when there is neither a number nor a clause that says why."""
    result = metric.measure(sample)
    assert (result.value is None) == (result.reason is not None)
    if result.reason is not None:
        assert len(result.reason) > 10, f"the reason says too little: {result.reason!r}"
        assert not result.reason.endswith("."), f"a reason is a clause without a full stop: {result.reason!r}"


def counts_rows_and_pairs_say_the_same_as_the_value(metric: Metric, sample: Sample) -> None:
    """Fail when what intervals are made of does not add up to the value; the sample has no weights."""
    value = metric.measure(sample).value
    if value is None or sample.weights is not None:
        return
    if metric.counts is not None:
        counts = metric.counts(sample)
        assert counts is not None, "rows without weights have counts"
        _require_equal(counts.successes / counts.n, value, "counts")
    if metric.row_values is not None:
        rows = metric.row_values(sample)
        assert rows.shape == (len(sample),), f"row_values has the shape {rows.shape} for {len(sample)} rows"
        _require_equal(float(rows.mean()), value, "the mean of row_values")
    if metric.paired_rows is not None:
        pairs = metric.paired_rows(sample)
        assert pairs.dtype == bool, f"paired_rows holds {pairs.dtype} and not true or false"
        _require_equal(float(pairs.mean()), value, "the mean of paired_rows")


def weighted_rows_have_no_counts(metric: Metric, sample: Sample) -> None:
    """Fail when weighted rows are counted, or their weighted mean is another value; the sample is weighted."""
    sample = sample.weighty
    if sample.weights is None or not len(sample):
        return
    value = metric.measure(sample).value
    if metric.counts is not None:
        assert metric.counts(sample) is None, "weights break the binomial: weighted rows have no counts"
    if metric.row_values is not None and value is not None:
        _require_equal(float(np.average(metric.row_values(sample), weights=sample.weights)), value, "row_values")


def confusion_is_all_that_is_read(metric: Metric, sample: Sample) -> None:
    """Fail when a metric that says so reads more than the confusion matrix; the sample is weighted."""
    if metric.of_confusion and sample.weights is not None:
        doubled = replace(sample, weights=sample.weights * (1 + (sample.truth == 0)))
        if len(doubled.weighty):
            stated = metric.measure(sample.restated(doubled.confusion))
            _require_close(stated, metric.measure(doubled), "another confusion matrix and other weights")


def specification_is_complete(metric: Metric) -> None:
    """Fail when something is missing that decides how the number is read."""
    require_name(metric.name)
    require_sentence(metric.summary, "the first line of the documentation", endings=".:")
    assert metric.tasks, "it is a metric of no task"
    assert metric.low < metric.high, f"the range {metric.low} to {metric.high} is empty"
    proportion = metric.interval == "proportion"
    assert proportion == (metric.counts is not None), "a proportion, and only a proportion, has counts"
    assert not proportion or (metric.low, metric.high) == (0, 1), "a proportion lies between 0 and 1"


def other_tasks_and_empty_samples_are_undefined(metric: Metric) -> None:
    """Fail when a metric gives a number where there is nothing to score."""
    for task in Task:
        labels = ("a", "b") if task.is_classification else ()
        empty: NDArray[np.int64] | NDArray[np.float64] = np.empty(0, np.int64) if labels else np.empty(0, np.float64)
        sample = Sample(task, empty, empty, labels=labels, probability=np.empty((0, 2)) if labels else None)
        try:
            value = metric(sample)
        except Undefined:
            continue
        raise AssertionError(f"no rows of a {task.value} task gave {value}")


class MetricConformance:
    """Inherit it and name the metric.

    Attributes
    ----------
    metric : Metric
        The subject.
    draws : int
        Samples for each task and law.
    """

    metric: Metric
    draws: ClassVar[int] = 25

    def test_specification_is_complete(self) -> None:
        specification_is_complete(self.metric)

    def test_other_tasks_and_empty_samples_are_undefined(self) -> None:
        other_tasks_and_empty_samples_are_undefined(self.metric)

    def test_row_order_does_not_matter(self) -> None:
        self._try(row_order_does_not_matter)

    def test_integer_weights_are_repeated_rows(self) -> None:
        self._try(integer_weights_are_repeated_rows, weighted=True)

    def test_scale_of_weights_does_not_matter(self) -> None:
        self._try(scale_of_weights_does_not_matter, weighted=True)

    def test_value_is_in_range_and_nothing_beats_a_perfect_answer(self) -> None:
        self._try(value_is_in_range_and_nothing_beats_a_perfect_answer)

    def test_undefined_values_carry_a_reason(self) -> None:
        self._try(undefined_values_carry_a_reason)

    def test_counts_rows_and_pairs_say_the_same_as_the_value(self) -> None:
        self._try(counts_rows_and_pairs_say_the_same_as_the_value, weighted=False)

    def test_weighted_rows_have_no_counts(self) -> None:
        self._try(weighted_rows_have_no_counts, weighted=True)

    def test_confusion_is_all_that_is_read(self) -> None:
        self._try(confusion_is_all_that_is_read, weighted=True)

    def test_some_sample_has_a_value(self) -> None:
        for task in self.metric.tasks:
            values = [self.metric.measure(sample).value for sample in samples(task, self.draws)]
            assert any(value is not None for value in values), f"it was undefined on every sample of a {task} task"

    def _try(self, law: Callable[[Metric, Sample], None], *, weighted: bool | None = None) -> None:
        for sample in self._samples(weighted):
            law(self.metric, sample)

    def _samples(self, weighted: bool | None) -> Iterator[Sample]:
        for task in sorted(self.metric.tasks):
            yield from samples(task, self.draws, weighted=weighted)


def _require_close(a: FoldValue, b: FoldValue, what: str) -> None:
    same = (
        a.value is None and b.value is None
        if a.value is None or b.value is None
        else math.isclose(a.value, b.value, rel_tol=_CLOSE, abs_tol=_CLOSE)
    )
    assert same, f"{what} differ: {a} and {b}"


def _require_equal(found: float, value: float, what: str) -> None:
    assert math.isclose(found, value, rel_tol=1e-12, abs_tol=1e-12), f"{what} give {found}, the metric {value}"
