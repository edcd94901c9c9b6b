"""The prepared fold: one pipeline fitted on one fold's training rows, shared by all models of that fold.

The transformed rows are written once and memory-mapped by every cell. Numeric blocks are ``.npy`` files mapped
copy-on-write, because some estimators write into their input and a read-only map would break them; other blocks are
uncompressed Arrow IPC.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa

from mtf_engine import plugins
from mtf_engine.domain.step import Pipeline
from mtf_engine.processing.pipeline import fit_pipeline
from mtf_engine.processing.prepared import Prepared, open_prepared

_LAYOUT_FILE = "fold.json"
_TRAIN_ROWS = "train_rows.npy"


@dataclass(frozen=True, slots=True)
class FoldTask:
    """What a worker needs to prepare one fold; plain data that crosses process boundaries."""

    prepared: str
    """Directory of the prepared data set."""

    dataset: str
    fold: int
    pipeline: Pipeline
    seed: int
    output: str
    """Directory to write into; it exists and is empty."""

    plugins: tuple[str, ...] = ()
    """Local plugin files that the pipeline's steps may come from."""


@dataclass(frozen=True, slots=True)
class FoldReady:
    """A prepared fold, measured."""

    seconds: float
    n_train: int
    n_test: int
    n_features: int


@dataclass(frozen=True, slots=True)
class FoldBlock:
    """The rows of a fold as models get them."""

    train: pd.DataFrame
    """Transformed training rows, shape (n_train, n_features)."""

    test: pd.DataFrame
    """Transformed test rows, shape (n_test, n_features)."""

    train_positions: np.ndarray
    """Positions of the training rows in the prepared data, after samplers; shape (n_train,), int64."""

    test_positions: np.ndarray
    """Positions of the test rows in the prepared data, shape (n_test,), int64."""


class _Layout(msgspec.Struct, frozen=True):
    """What is written beside the blocks; ``copied`` is false where the prepared data can be sliced as they are."""

    copied: bool
    numeric: bool
    features: list[str]


@dataclass(frozen=True, slots=True)
class _Constants:
    """What no model can change of a prepared fold, read once for all cells of it."""

    layout: _Layout
    columns: pd.Index
    train_rows: np.ndarray | None
    """Positions of the training rows; None where they are the fold's own."""


@lru_cache(maxsize=4)
def prepared_at(directory: str) -> Prepared:
    """Open a prepared data set once in each worker: its content never changes, and its maps are copy-on-write."""
    return open_prepared(Path(directory))


def prepare_fold(task: FoldTask) -> FoldReady:
    """Fit a pipeline on a fold's training rows and write both transformed blocks.

    Parameters
    ----------
    task : FoldTask
        The fold and the pipeline.

    Returns
    -------
    FoldReady

    Raises
    ------
    mtf_engine.errors.ModelError
        When a step can't be fitted or applied.
    """
    started = time.perf_counter()
    for path in task.plugins:
        plugins.register_file(Path(path))
    prepared = prepared_at(task.prepared)
    fold = prepared.folds[task.fold]
    output = Path(task.output)
    if not task.pipeline.steps:
        _write_layout(output, _Layout(copied=False, numeric=False, features=list(prepared.feature_names)))
        return FoldReady(time.perf_counter() - started, len(fold.train), len(fold.test), len(prepared.columns))
    train = prepared.frame(fold.train)
    weights = None if prepared.weights is None else prepared.weights[fold.train]
    fitted = fit_pipeline(
        task.pipeline.steps, train, prepared.columns, prepared.target[fold.train], weights=weights, seed=task.seed
    )
    test = fitted.transform(prepared.frame(fold.test))
    numeric = _is_numeric(fitted.train) and _is_numeric(test)
    _write_block(output / "train", fitted.train, numeric=numeric)
    _write_block(output / "test", test, numeric=numeric)
    np.save(output / _TRAIN_ROWS, fold.train[fitted.kept])
    _write_layout(output, _Layout(copied=True, numeric=numeric, features=[str(name) for name in test.columns]))
    return FoldReady(time.perf_counter() - started, len(fitted.train), len(test), test.shape[1])


def open_fold(directory: Path, prepared: Prepared, fold: int) -> FoldBlock:
    """Map a prepared fold into memory.

    Parameters
    ----------
    directory : Path
        Where `prepare_fold` wrote.
    prepared : Prepared
        The data set the fold belongs to.
    fold : int
        Position of the fold, from 0.

    Returns
    -------
    FoldBlock
    """
    constants = _constants(directory)
    rows = prepared.folds[fold]
    if constants.train_rows is None:
        return FoldBlock(prepared.frame(rows.train), prepared.frame(rows.test), rows.train, rows.test)
    return FoldBlock(
        _read_block(directory / "train", constants),
        _read_block(directory / "test", constants),
        constants.train_rows.copy(),
        rows.test,
    )


@lru_cache(maxsize=4)
def _constants(directory: Path) -> _Constants:
    """Read them once: a fold's folder has a name of its own and is never written again."""
    layout = msgspec.json.decode((directory / _LAYOUT_FILE).read_bytes(), type=_Layout)
    train_rows = np.load(directory / _TRAIN_ROWS) if layout.copied else None
    return _Constants(layout, pd.Index(layout.features), train_rows)


def _is_numeric(frame: pd.DataFrame) -> bool:
    return bool((frame.dtypes == np.float64).all())


def _write_layout(output: Path, layout: _Layout) -> None:
    (output / _LAYOUT_FILE).write_bytes(msgspec.json.encode(layout))


def _write_block(path: Path, frame: pd.DataFrame, *, numeric: bool) -> None:
    if numeric:
        np.save(path.with_suffix(".npy"), np.ascontiguousarray(frame.to_numpy(copy=False)))
        return
    table = pa.Table.from_pandas(frame, preserve_index=False)
    with pa.OSFile(str(path.with_suffix(".arrow")), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _read_block(path: Path, constants: _Constants) -> pd.DataFrame:
    if constants.layout.numeric:
        block = np.load(path.with_suffix(".npy"), mmap_mode="c")
        return pd.DataFrame(np.asarray(block), columns=constants.columns.view(), copy=False)
    with pa.memory_map(str(path.with_suffix(".arrow"))) as source:
        frame: pd.DataFrame = pa.ipc.open_file(source).read_all().to_pandas()
    return frame
