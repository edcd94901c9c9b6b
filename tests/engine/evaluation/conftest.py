"""Runs made by hand: stored predictions without any model, so that every number can be worked out beside."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from mtf_engine.domain.cell import Cell, CellResult, Limits
from mtf_engine.domain.dataset import Dataset, DatasetRef, Provenance, Task
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.domain.plan import DatasetPlan, FoldPlan, Plan, Resolved
from mtf_engine.domain.split import SplitMethod, SplitSpec
from mtf_engine.domain.step import Pipeline
from mtf_engine.evaluation.predictions import PREDICTIONS_FILE, RESULT_FILE, Predictions, write_predictions
from mtf_engine.evaluation.store import CellStore
from mtf_engine.metrics.sample import Sample

Made = tuple[Plan, CellStore]
MakeRun = Callable[..., Made]


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """Return a function that stores fold samples of models and makes the plan that they belong to."""

    counter = itertools.count()

    def make(
        samples: dict[str, Sequence[Sample | None]],
        *,
        metrics: Sequence[str],
        method: SplitMethod = SplitMethod.STRATIFIED_KFOLD,
        groups: Sequence[np.ndarray] | None = None,
        seed: int = 0,
    ) -> Made:
        folder = tmp_path / f"run{next(counter)}"
        cells: list[Cell] = []
        sizes: dict[int, int] = {}
        for model, folds in samples.items():
            first_row = 0
            for fold, sample in enumerate(folds):
                cell = Cell(f"{model}-{fold}", "data", "default", model, fold)
                cells.append(cell)
                if sample is None:
                    first_row += sizes.get(fold, 0)
                    continue
                sizes[fold] = len(sample)
                rows = np.arange(first_row, first_row + len(sample))
                first_row += len(sample)
                store_cell(folder / cell.id, cell, Predictions(rows, sample, None if groups is None else groups[fold]))
        plan = _plan(
            samples, tuple(cells), sizes, metrics=metrics, method=method, grouped=groups is not None, seed=seed
        )
        return plan, CellStore(folder)

    return make


def store_cell(directory: Path, cell: Cell, predictions: Predictions) -> None:
    """Write a cell's two files."""
    directory.mkdir(parents=True)
    stored = write_predictions(directory / PREDICTIONS_FILE, predictions)
    result = CellResult(cell.id, 0.1, 0.01, 1000, 80, len(predictions.rows), stored.sha256, stored.size)
    (directory / RESULT_FILE).write_bytes(msgspec.json.encode(result))


def _plan(
    samples: dict[str, Sequence[Sample | None]],
    cells: tuple[Cell, ...],
    sizes: dict[int, int],
    *,
    metrics: Sequence[str],
    method: SplitMethod,
    grouped: bool,
    seed: int,
) -> Plan:
    some = next(sample for folds in samples.values() for sample in folds if sample is not None)
    total = sum(sizes.values())
    ref = DatasetRef(
        "data", "data.csv", groups="g" if grouped else None, weights="w" if some.weights is not None else None
    )
    dataset = Dataset(
        ref=ref,
        task=some.task,
        target="y",
        classes=tuple(some.labels),
        positive=some.labels[1] if some.task is Task.BINARY else None,
        columns=(),
        rows_source=total,
        rows=total,
        sha256="0" * 64,
        prepared_sha256="1" * 64,
        provenance=Provenance("data.csv"),
    )
    entry = DatasetPlan(
        dataset=dataset,
        splits=SplitSpec(method, folds=len(sizes)),
        folds=tuple(FoldPlan(i, 0, 4 * size, size, f"fold{i}") for i, size in sizes.items()),
        pipelines=(Pipeline("default", ()),),
        row_steps=(),
        models=tuple(samples),
        metrics=tuple(metrics),
        primary_metric=metrics[0],
        prepared="",
    )
    models = tuple(ModelRef(name, ModelKind.BUILTIN, name) for name in samples)
    resolved = Resolved(
        name="made",
        seed=seed,
        confidence=0.95,
        datasets=(ref,),
        pipelines=None,
        row_steps=(),
        models=models,
        splits=entry.splits,
        metrics=tuple(metrics),
        primary_metric=metrics[0],
        checks=(),
        limits=Limits(),
        workers=None,
        plugins=(),
    )
    return Plan(resolved, (entry,), cells)
