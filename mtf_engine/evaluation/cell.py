"""One cell: fit a model on a fold's training rows, ask it for the test rows, store what it said."""

from __future__ import annotations

import os
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from mtf_engine import plugins
from mtf_engine.domain.cell import Cell, CellResult, FoldScores, FoldValue
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.model import ModelRef
from mtf_engine.environment import process_memory
from mtf_engine.evaluation.fold import FoldBlock, open_fold, prepared_at
from mtf_engine.evaluation.predictions import (
    PREDICTIONS_FILE,
    RESULT_FILE,
    Predictions,
    StoredFile,
    write_predictions,
)
from mtf_engine.metrics.registry import get
from mtf_engine.metrics.sample import Sample
from mtf_engine.models.build import build_estimator, takes_weights
from mtf_engine.models.predict import predict
from mtf_engine.processing.prepared import Prepared
from mtf_engine.text_safety import line

_MAX_WARNINGS = 20


@dataclass(frozen=True, slots=True)
class CellTask:
    """What a worker needs to evaluate one cell; plain data that crosses process boundaries."""

    cell: Cell
    prepared: str
    """Directory of the prepared data set."""

    fold_directory: str
    """Where `mtf_engine.evaluation.fold.prepare_fold` wrote."""

    model: ModelRef
    task: Task
    seed: int
    metrics: tuple[str, ...]
    """Scored at once for live display."""

    output: str
    """Directory to write into; it exists and is empty."""

    threads: int = 1
    plugins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellOutcome:
    """A cell's measurements and its fold scores."""

    result: CellResult
    scores: FoldScores


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the model said of the test rows, and what it cost."""

    sample: Sample
    fit_seconds: float
    predict_seconds: float
    peak_rss_bytes: int


def evaluate_cell(task: CellTask) -> CellOutcome:
    """Fit, predict, store.

    Writes ``predictions.parquet`` and ``result.json`` into ``task.output``.

    Parameters
    ----------
    task : CellTask
        The cell and where its inputs are.

    Returns
    -------
    CellOutcome

    Raises
    ------
    Exception
        Whatever the model raises: the executor makes a failure of it.
    """
    for path in task.plugins:
        plugins.register_file(Path(path))
    prepared = prepared_at(task.prepared)
    block = open_fold(Path(task.fold_directory), prepared, task.cell.fold)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        answer = _ask(task, prepared, block)
    stored = _store(Path(task.output), prepared, block, answer)
    scores = {name: _measure(name, answer.sample) for name in task.metrics}
    result = CellResult(
        cell=task.cell.id,
        fit_seconds=answer.fit_seconds,
        predict_seconds=answer.predict_seconds,
        peak_rss_bytes=answer.peak_rss_bytes,
        n_train=len(block.train_positions),
        n_test=len(block.test_positions),
        predictions_sha256=stored.sha256,
        predictions_size=stored.size,
        warnings=_distinct(caught),
        scores={name: value.value for name, value in scores.items()},
    )
    (Path(task.output) / RESULT_FILE).write_bytes(msgspec.json.encode(result))
    return CellOutcome(result, scores)


def _ask(task: CellTask, prepared: Prepared, block: FoldBlock) -> _Answer:
    estimator = build_estimator(task.model, task=task.task, seed=task.seed, threads=task.threads)
    target = prepared.original_target(block.train_positions)
    weights = None if prepared.weights is None else prepared.weights
    fit_arguments = {}
    if weights is not None and takes_weights(estimator):
        fit_arguments["sample_weight"] = weights[block.train_positions]
    started = time.perf_counter()
    estimator.fit(block.train, target, **fit_arguments)
    fitted = time.perf_counter()
    peak = process_memory(os.getpid())
    said = predict(estimator, block.test, prepared.labels, task.task)
    predicted = time.perf_counter()
    sample = Sample(
        truth=prepared.target[block.test_positions],
        prediction=said.prediction,
        probability=said.probability,
        score=said.score,
        weights=None if weights is None else weights[block.test_positions],
        labels=prepared.labels,
        train_labels=tuple(int(code) for code in np.unique(prepared.target[block.train_positions]))
        if task.task.is_classification
        else (),
        positive=prepared.meta.positive,
        task=task.task,
    )
    return _Answer(sample, fitted - started, predicted - fitted, max(peak, process_memory(os.getpid())))


def _store(output: Path, prepared: Prepared, block: FoldBlock, answer: _Answer) -> StoredFile:
    groups = None if prepared.groups is None else prepared.groups[block.test_positions]
    rows = prepared.row_ids[block.test_positions]
    return write_predictions(output / PREDICTIONS_FILE, Predictions(rows, answer.sample, groups))


def _measure(name: str, sample: Sample) -> FoldValue:
    """Score for live display; what a metric's own code raises costs its scores and not the model's cell."""
    try:
        return get(name).measure(sample)
    except Exception as error:
        return FoldValue(None, line(f"it could not be computed: {type(error).__name__}: {error}"))


def _distinct(caught: list[warnings.WarningMessage]) -> tuple[str, ...]:
    texts = dict.fromkeys(f"{entry.category.__name__}: {line(str(entry.message))}" for entry in caught)
    return tuple(texts)[:_MAX_WARNINGS]
