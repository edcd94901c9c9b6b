"""Contestants: a pipeline with a model on one data set, seen through its finished cells."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np

from mtf_engine.domain.cell import Cell, FoldValue
from mtf_engine.domain.plan import DatasetPlan, Plan
from mtf_engine.evaluation.design import Design, has_row_level_pairs
from mtf_engine.evaluation.influence import row_influence
from mtf_engine.evaluation.ranked import MANY_ROWS
from mtf_engine.evaluation.resampling import Resampled, SharedResamples, TestRows, resample
from mtf_engine.evaluation.store import CellStore
from mtf_engine.metrics.registry import get
from mtf_engine.metrics.sample import Sample
from mtf_engine.metrics.spec import Metric


class Shared:
    """What the contestants of one data set have in common: the resamples, drawn when first needed."""

    resamples: SharedResamples | None = None
    contestants: tuple[Contestant, ...] = ()
    metrics: tuple[str, ...] = ()
    """Will be asked for, so that one pass over the resamples serves them all."""


class Contestant:
    """One pipeline with one model on one data set.

    Parameters
    ----------
    entry : DatasetPlan
        The data set.
    pipeline, model : str
        Names within the plan.
    cells : tuple of Cell
        In the splitter's order.
    store : CellStore
        Where predictions and known fold scores are read.
    shared : Shared
        What the contestants of the data set have in common.
    """

    def __init__(
        self,
        entry: DatasetPlan,
        pipeline: str,
        model: str,
        *,
        cells: tuple[Cell, ...],
        store: CellStore,
        shared: Shared,
    ) -> None:
        self.entry = entry
        self.pipeline = pipeline
        self.model = model
        self.cells = cells
        self._store = store
        self._shared = shared
        self._pooled: dict[str, FoldValue] = {}
        self._resampled: dict[str, Resampled] = {}
        self._influence: dict[str, np.ndarray | None] = {}

    @cached_property
    def missing(self) -> int:
        """How many cells have no result."""
        return sum(1 for cell in self.cells if self._store.result(cell.id) is None)

    def fold_values(self, metric: str) -> tuple[FoldValue | None, ...]:
        """Score each fold; None where a cell has no result."""
        return tuple(self._store.fold_value(cell.id, metric) for cell in self.cells)

    def fold_array(self, metric: str) -> np.ndarray:
        """Score each fold, of which none may be undefined; shape (folds,), float64."""
        values = [value.value for value in self.fold_values(metric) if value is not None]
        return np.array(values, dtype=np.float64)

    @cached_property
    def test_rows(self) -> TestRows | None:
        """All test rows together; None when a cell has no result."""
        if self.missing:
            return None
        parts = [self._store.predictions(cell.id) for cell in self.cells]
        present = [part for part in parts if part is not None]
        groups = [part.groups for part in present if part.groups is not None]
        return TestRows(
            sample=_concatenate([part.sample for part in present]),
            rows=np.concatenate([part.rows for part in present]),
            folds=np.repeat(np.arange(len(present)), [len(part.rows) for part in present]),
            groups=np.concatenate(groups) if groups else None,
        )

    def pooled(self, metric: str) -> FoldValue:
        """Score all test rows at once."""
        if metric not in self._pooled:
            together = self.test_rows
            self._pooled[metric] = (
                FoldValue(None, _lacking(self.missing, len(self.cells)))
                if together is None
                else get(metric).measure(together.sample)
            )
        return self._pooled[metric]

    def resampled(self, metric: Metric, design: Design) -> Resampled | None:
        """Compute a metric on the data set's resamples; None when a cell has no result."""
        rows = self.test_rows
        if rows is None:
            return None
        if metric.name not in self._resampled:
            if self._shared.resamples is None:
                self._shared.resamples = SharedResamples(rows, design)
            wanted = [one for one in map(get, self._shared.metrics) if not has_row_level_pairs(one, design)]
            wanted = [metric, *(one for one in wanted if one.name not in {metric.name, *self._resampled})]
            self._resample(wanted, self._shared.resamples)
        return self._resampled[metric.name]

    def _resample(self, metrics: list[Metric], draws: SharedResamples) -> None:
        """Evaluate this contestant on the draws, or all of them in one pass where that takes long."""
        together = (self,) if draws.scheme.n < MANY_ROWS else self._shared.contestants
        present = [(one, one.test_rows) for one in together]
        complete = [(one, rows) for one, rows in present if rows is not None]
        values = resample([rows for _, rows in complete], metrics, draws)
        for (one, _), found in zip(complete, values, strict=True):
            one._resampled.update(found)

    def influence(self, metric: Metric) -> np.ndarray | None:
        """Say how far each test row moves a score, shape (n,); None where that is not known."""
        if metric.name not in self._influence:
            rows = self.test_rows
            self._influence[metric.name] = None if rows is None else row_influence(metric, rows)
        return self._influence[metric.name]

    def undefined_reason(self, metric: str) -> str | None:
        """Say why the estimate is undefined; None when every fold has a value."""
        if self.missing:
            return _lacking(self.missing, len(self.cells))
        for position, value in enumerate(self.fold_values(metric), start=1):
            if value is not None and value.value is None:
                return f"undefined on fold {position}: {value.reason}"
        return None

    def release(self) -> None:
        """Let go of predictions."""
        self.__dict__.pop("test_rows", None)
        self._resampled.clear()
        self._influence.clear()
        self._store.forget(tuple(cell.id for cell in self.cells))


def _lacking(missing: int, folds: int) -> str:
    return f"{missing} of {folds} {'fold has' if missing == 1 and folds == 1 else 'folds have'} no result"


def _concatenate(samples: list[Sample]) -> Sample:
    """Put the rows of several folds together; the classes known in training are those of any fold."""
    first = samples[0]

    def together(values: list[np.ndarray | None]) -> np.ndarray | None:
        present = [value for value in values if value is not None]
        return np.concatenate(present) if len(present) == len(samples) else None

    return replace(
        first,
        truth=np.concatenate([sample.truth for sample in samples]),
        prediction=np.concatenate([sample.prediction for sample in samples]),
        train_labels=tuple(sorted(set().union(*(sample.train_labels for sample in samples)))),
        probability=together([sample.probability for sample in samples]),
        score=together([sample.score for sample in samples]),
        weights=together([sample.weights for sample in samples]),
    )


def contestants_of(
    plan: Plan, entry: DatasetPlan, store: CellStore, metrics: tuple[str, ...] | None = None
) -> tuple[Contestant, ...]:
    """List a data set's contestants in plan order; they will be asked for these metrics, or for the plan's."""
    shared = Shared()
    shared.metrics = entry.metrics if metrics is None else metrics
    cells: dict[tuple[str, str], list[Cell]] = {}
    for cell in plan.cells:
        if cell.dataset == entry.dataset.name:
            cells.setdefault((cell.pipeline, cell.model), []).append(cell)
    shared.contestants = tuple(
        Contestant(
            entry, pipeline, model, cells=tuple(sorted(own, key=lambda cell: cell.fold)), store=store, shared=shared
        )
        for (pipeline, model), own in cells.items()
    )
    return shared.contestants
