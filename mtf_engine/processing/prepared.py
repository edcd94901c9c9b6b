"""Prepared data sets: what models see, on disk, in a layout that many processes can map at once.

A directory holds ``meta.json`` (columns, labels, fold sizes), ``numeric.npy`` (one C-contiguous float64 block of
the numeric columns), ``other.arrow`` (all other columns, uncompressed Arrow IPC), ``target.npy``, ``row_ids.npy``,
``folds.npy`` and, where they exist, ``weights.npy`` and ``groups.npy``. Nothing is compressed, so that a memory
map costs no memory of its own and the pages are shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from mtf_engine.domain.dataset import Column, ColumnKind, Label, Task

__all__ = ["Fold", "Prepared", "PreparedData", "PreparedMeta", "open_prepared", "write_prepared"]


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """One division of the rows, as positions in the prepared data set."""

    train: NDArray[np.int64]
    test: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PreparedData:
    """A data set after row steps, in memory, ready to be written."""

    frame: pd.DataFrame
    """The features, shape (n, p), columns as ``columns`` names them, in the table's order."""

    columns: tuple[Column, ...]
    task: Task
    target: NDArray[np.int64] | NDArray[np.float64]
    """Codes into ``labels`` for classification, values for regression; shape (n,)."""

    labels: tuple[Label, ...]
    """Sorted class labels; empty for regression."""

    positive: int | None
    """Code of the positive class; None unless the task is binary."""

    row_ids: NDArray[np.int64]
    """Original row numbers, counted from 0; shape (n,)."""

    folds: tuple[Fold, ...]
    weights: NDArray[np.float64] | None = None
    groups: NDArray[np.int64] | None = None
    """Codes of the groups; shape (n,)."""


@dataclass(frozen=True, slots=True)
class PreparedMeta:
    """``meta.json``."""

    rows: int
    columns: tuple[Column, ...]
    task: Task
    labels: tuple[Label, ...]
    positive: int | None
    fold_sizes: tuple[tuple[int, int], ...]
    """Training and test rows of each fold."""

    has_weights: bool
    has_groups: bool


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A prepared data set, memory-mapped. Arrays are copy-on-write: writing into one never reaches the disk."""

    meta: PreparedMeta
    numeric: NDArray[np.float64]
    """Shape (n, number of numeric columns), C-contiguous."""

    other: pa.Table | None
    """Columns that are not numeric, in source order; None when there are none."""

    target: NDArray[np.int64] | NDArray[np.float64]
    row_ids: NDArray[np.int64]
    folds: tuple[Fold, ...]
    weights: NDArray[np.float64] | None
    groups: NDArray[np.int64] | None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The features in source order."""
        return self.meta.columns

    @property
    def labels(self) -> tuple[Label, ...]:
        """Sorted class labels; empty for regression."""
        return self.meta.labels

    @property
    def task(self) -> Task:
        """What is predicted."""
        return self.meta.task

    def frame(self, rows: NDArray[np.int64] | None = None) -> pd.DataFrame:
        """Wrap the features in a frame: the numeric block first, then the other columns in source order.

        Parameters
        ----------
        rows : ndarray of int64, optional
            Positions to take, in this order; None takes all without copying the numeric block.
        """
        block = self.numeric if rows is None else self.numeric[rows]
        numeric: pd.DataFrame = pd.DataFrame(block, columns=_numeric_index(self).view(), copy=False)
        if self.other is None:
            return numeric
        table = self.other if rows is None else self.other.take(pa.array(rows))
        other: pd.DataFrame = table.to_pandas()
        return pd.concat([numeric, other], axis=1)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns of :meth:`frame`, in its order."""
        return (*_names(self.meta.columns, numeric=True), *_names(self.meta.columns, numeric=False))

    def original_target(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.generic]:
        """Return the target as estimators get it: original labels, or float64 values; shape (n,)."""
        target = self.target if rows is None else self.target[rows]
        if not self.meta.task.is_classification:
            return target
        return label_array(self.meta.labels)[target]


@lru_cache(maxsize=4)
def _numeric_index(prepared: Prepared) -> pd.Index:
    """Index the numeric columns once for all cells; who names an index names its own view of it."""
    return pd.Index(_names(prepared.meta.columns, numeric=True))


def label_array(labels: Sequence[Label]) -> NDArray[np.generic]:
    """Make an array of labels that keeps their types: no number becomes text, no truth value a number."""
    kinds = {type(label) for label in labels}
    if len(kinds) <= 1 or kinds == {int, float}:
        return np.asarray(labels)
    array = np.empty(len(labels), dtype=object)
    array[:] = labels
    return array


def write_prepared(directory: Path, data: PreparedData) -> None:
    """Write a prepared data set into a directory, which is created when it is absent.

    The caller publishes the directory by rename; a half-written one has no ``meta.json``, which is written last.
    """
    directory.mkdir(parents=True, exist_ok=True)
    n = len(data.frame)
    np.save(directory / "numeric.npy", numeric_block(data.frame, _names(data.columns, numeric=True)))
    others = _names(data.columns, numeric=False)
    if others:
        table = pa.Table.from_pandas(_storable(data.frame[others]), preserve_index=False)
        with pa.OSFile(str(directory / "other.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    np.save(directory / "target.npy", _vector(data.target, n, np.int64 if data.labels else np.float64))
    np.save(directory / "row_ids.npy", _vector(data.row_ids, n, np.int64))
    if data.weights is not None:
        np.save(directory / "weights.npy", _vector(data.weights, n, np.float64))
    if data.groups is not None:
        np.save(directory / "groups.npy", _vector(data.groups, n, np.int64))
    positions = [part.astype(np.int64, copy=False) for fold in data.folds for part in (fold.train, fold.test)]
    np.save(directory / "folds.npy", np.concatenate(positions) if positions else np.empty(0, dtype=np.int64))
    meta = PreparedMeta(
        rows=n,
        columns=data.columns,
        task=data.task,
        labels=data.labels,
        positive=data.positive,
        fold_sizes=tuple((len(fold.train), len(fold.test)) for fold in data.folds),
        has_weights=data.weights is not None,
        has_groups=data.groups is not None,
    )
    (directory / "meta.json").write_bytes(msgspec.json.encode(meta))


def open_prepared(directory: Path) -> Prepared:
    """Map a prepared data set that :func:`write_prepared` wrote.

    Raises
    ------
    FileNotFoundError
        The directory holds no complete prepared data set.
    """
    meta = msgspec.json.decode((directory / "meta.json").read_bytes(), type=PreparedMeta)
    other = None
    if (directory / "other.arrow").exists():
        other = pa.ipc.open_file(pa.memory_map(str(directory / "other.arrow"))).read_all()
    positions = np.load(directory / "folds.npy", mmap_mode="r")
    folds, start = [], 0
    for n_train, n_test in meta.fold_sizes:
        middle, end = start + n_train, start + n_train + n_test
        folds.append(Fold(np.asarray(positions[start:middle]), np.asarray(positions[middle:end])))
        start = end
    return Prepared(
        meta=meta,
        numeric=_map(directory / "numeric.npy"),
        other=other,
        target=_map(directory / "target.npy"),
        row_ids=_map(directory / "row_ids.npy"),
        folds=tuple(folds),
        weights=_map(directory / "weights.npy") if meta.has_weights else None,
        groups=_map(directory / "groups.npy") if meta.has_groups else None,
    )


def numeric_block(frame: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.float64]:
    """Copy columns into one C-contiguous float64 array, missing cells as NaN; shape (n, len(columns))."""
    block = np.empty((len(frame), len(columns)), dtype=np.float64)
    for position, name in enumerate(columns):
        block[:, position] = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    return block


def _names(columns: tuple[Column, ...], *, numeric: bool) -> list[str]:
    return [column.name for column in columns if (column.kind is ColumnKind.NUMERIC) is numeric]


def _storable(frame: pd.DataFrame) -> pd.DataFrame:
    """Give truth values with gaps a type that Arrow and pandas agree on."""
    mixed = {
        name: "boolean"
        for name, column in frame.items()
        if column.dtype == object and column.map(lambda value: value is True or value is False or pd.isna(value)).all()
    }
    return frame.astype(mixed) if mixed else frame


def _vector(values: NDArray[np.generic], n: int, kind: type[np.generic]) -> NDArray[np.generic]:
    array = np.ascontiguousarray(values, dtype=kind)
    if array.shape != (n,):
        raise ValueError(f"A prepared data set of {n} rows cannot hold a vector of shape {array.shape}.")
    return array


def _map(path: Path) -> NDArray[Any]:
    return np.asarray(np.load(path, mmap_mode="c"))
