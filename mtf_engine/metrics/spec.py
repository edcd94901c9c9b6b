"""What a metric is: a function of a sample, with everything that decides how its number is read.

A specification is complete or it does not exist: tasks, range, direction, aggregation over folds and the kind of
interval are part of it, so that scoring, checks and reports never ask for a metric by name.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtf_engine.domain.cell import FoldValue
from mtf_engine.domain.dataset import Task
from mtf_engine.metrics.sample import Needs, Sample, Undefined

__all__ = [
    "ALL_TASKS",
    "BINARY",
    "CLASSIFICATION",
    "REGRESSION",
    "Counts",
    "Metric",
    "Undefined",
    "counts_of",
    "metric",
]

BINARY = frozenset({Task.BINARY})
CLASSIFICATION = frozenset({Task.BINARY, Task.MULTICLASS})
REGRESSION = frozenset({Task.REGRESSION})
ALL_TASKS = frozenset(Task)

_NOISE = 1e-9
_MOST = 1e150
"""Largest absolute value of which squares are still finite."""


class Counts(NamedTuple):
    """A proportion as the counts it is made of."""

    successes: int
    n: int


def counts_of(hits: NDArray[np.bool_], sample: Sample) -> Counts | None:
    """Count rows as a proportion of all; None where they carry weights."""
    return None if sample.weights is not None else Counts(int(np.count_nonzero(hits)), len(hits))


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric, ready to be registered in the group ``mtf.metrics``.

    Calling it computes it; :meth:`measure` does the same and turns an undefined value into a reason.
    """

    plugin_group: ClassVar[str] = "mtf.metrics"

    name: str
    function: Callable[[Sample], float]
    """Computes the metric; raises :class:`Undefined` with a reason where it has no value."""

    tasks: frozenset[Task]
    greater_is_better: bool = True
    low: float = 0.0
    """Smallest possible value; ``-inf`` when there is none."""

    high: float = 1.0
    """Largest possible value; ``inf`` when there is none."""

    needs: Needs = "prediction"
    """What the model must give: a prediction, probabilities, or a score that ranks rows."""

    aggregation: Literal["fold_mean", "pooled"] = "fold_mean"
    """How fold scores become one estimate: their mean, or the metric of all test rows taken together."""

    interval: Literal["proportion", "auc", "bootstrap"] = "bootstrap"
    """Which interval suits a single test set."""

    counts: Callable[[Sample], Counts | None] | None = None
    """The counts of a proportion; None for weighted rows, whose weights break the binomial."""

    row_values: Callable[[Sample], NDArray[np.float64]] | None = None
    """Values per row whose (weighted) mean is the metric; shape (n,)."""

    paired_rows: Callable[[Sample], NDArray[np.bool_]] | None = None
    """Success per row over rows that are the same for every model, so that two models pair row by row."""

    weightings: Callable[[Sample], Callable[[NDArray[np.float64]], NDArray[np.float64]]] | None = None
    """Computes the metric on many weightings of a sample's rows at once, (b, n) → (b,) with NaN where undefined.
    Without it, and without the fields around it, resamples are computed one by one."""

    ranks: Literal["roc_auc", "average_precision", "one_against_rest", "one_against_one"] | None = None
    """Which area of ranked rows it is, so that resamples need no more than the weight of each class by score."""

    of_confusion: bool = False
    """Whether the function reads nothing but the confusion matrix, so that resamples need no more than counts."""

    ordered: bool = True
    """Whether one end of the range is better; False for signed errors, which no ranking or verdict may use."""

    aliases: tuple[str, ...] = ()
    reference: str = ""
    """Where the definition is from."""

    @property
    def documentation(self) -> str:
        """The function's own words: formula, choices, when the value is undefined."""
        return inspect.getdoc(self.function) or ""

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]

    def __call__(self, sample: Sample) -> float:
        """Compute the metric on the rows of a sample that have weight.

        Raises
        ------
        Undefined
            The metric has no value here.
        """
        if sample.task not in self.tasks:
            raise Undefined(f"{self.name} is not a metric of {sample.task.value} tasks")
        sample = sample.weighty
        sample.require(self.needs)
        value = float(self.function(sample))
        if not math.isfinite(value):
            raise Undefined(f"{self.name} is not finite on these rows")
        if abs(value) > _MOST:
            raise Undefined(f"{self.name} is {value:.0e} on these rows, too large to reckon with")
        return self._within(value)

    def measure(self, sample: Sample) -> FoldValue:
        """Compute the metric; an undefined one is None with the reason."""
        try:
            return FoldValue(self(sample))
        except Undefined as undefined:
            return FoldValue(None, str(undefined))

    def _within(self, value: float) -> float:
        """Put float noise back onto the bounds; a value truly out of range is the metric's bug."""
        if self.low <= value <= self.high:
            return value
        if self.low - _NOISE <= value <= self.high + _NOISE:
            return min(max(value, self.low), self.high)
        raise ValueError(f"{self.name} gave {value}, outside its range [{self.low}, {self.high}].")


def metric(
    *,
    tasks: frozenset[Task],
    greater_is_better: bool = True,
    low: float = 0.0,
    high: float = 1.0,
    needs: Needs = "prediction",
    aggregation: Literal["fold_mean", "pooled"] = "fold_mean",
    interval: Literal["proportion", "auc", "bootstrap"] = "bootstrap",
    counts: Callable[[Sample], Counts | None] | None = None,
    row_values: Callable[[Sample], NDArray[np.float64]] | None = None,
    paired_rows: Callable[[Sample], NDArray[np.bool_]] | None = None,
    weightings: Callable[[Sample], Callable[[NDArray[np.float64]], NDArray[np.float64]]] | None = None,
    ranks: Literal["roc_auc", "average_precision", "one_against_rest", "one_against_one"] | None = None,
    of_confusion: bool = False,
    ordered: bool = True,
    aliases: tuple[str, ...] = (),
    reference: str = "",
) -> Callable[[Callable[[Sample], float]], Metric]:
    """Make a metric of a function, whose name and docstring become the metric's."""

    def declare(function: Callable[[Sample], float]) -> Metric:
        return Metric(
            name=function.__name__,
            function=function,
            tasks=tasks,
            greater_is_better=greater_is_better,
            low=low,
            high=high,
            needs=needs,
            aggregation=aggregation,
            interval=interval,
            counts=counts,
            row_values=row_values,
            paired_rows=paired_rows,
            weightings=weightings,
            ranks=ranks,
            of_confusion=of_confusion,
            ordered=ordered,
            aliases=aliases,
            reference=reference,
        )

    return declare
