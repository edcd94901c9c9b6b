"""Stored predictions: the product of a cell, from which every metric, slice and plot is computed.

One Parquet file a cell, self-contained: truth, weights and groups stand beside the predictions, so a run can be
scored again after the data are gone. Class labels are stored as codes into the sorted labels of the data set, which
are in the file's metadata together with the labels that the training rows had.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mtf_engine.domain.dataset import Label, Task
from mtf_engine.errors import IntegrityError
from mtf_engine.metrics.sample import Sample

LAYOUT = 1
PREDICTIONS_FILE = "predictions.parquet"
RESULT_FILE = "result.json"
"""What a cell measured; it stands beside the predictions."""

_METADATA_KEY = b"mtf"
_LARGE_BYTES = 1 << 20
"""From here on a file's size counts for more than the time to compress it."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a predictions file says of itself."""

    task: Task
    labels: tuple[Label, ...]
    """Sorted labels of the data set; empty for regression."""

    train_labels: tuple[int, ...]
    """Codes of the labels that the training rows had."""

    positive: int | None
    """Code of the positive class of a binary task."""

    layout: int = LAYOUT


@dataclass(frozen=True, slots=True)
class Predictions:
    """The rows of one test fold with what a model said of them."""

    rows: np.ndarray
    """Original row numbers, shape (n,), int64."""

    sample: Sample
    groups: np.ndarray | None
    """Group codes, shape (n,), int64."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Identity of a file that was written."""

    sha256: str
    size: int
    """Bytes."""


def write_predictions(path: Path, predictions: Predictions) -> StoredFile:
    """Write a predictions file and say what was written.

    Parameters
    ----------
    path : Path
        Where to write; the caller publishes the folder by rename.
    predictions : Predictions
        The rows of one test fold.

    Returns
    -------
    StoredFile
        Digest and size, to be verified on read.
    """
    sample = predictions.sample
    columns = {
        "row": pa.array(predictions.rows),
        "truth": pa.array(sample.truth),
        "prediction": pa.array(sample.prediction),
    }
    if sample.probability is not None:
        for code in range(sample.probability.shape[1]):
            columns[f"probability_{code}"] = pa.array(np.ascontiguousarray(sample.probability[:, code]))
    optional = {"score": sample.score, "weight": sample.weights, "group": predictions.groups}
    columns.update({name: pa.array(values) for name, values in optional.items() if values is not None})
    header = Header(
        task=sample.task,
        labels=tuple(sample.labels),
        train_labels=tuple(int(code) for code in sample.train_labels),
        positive=sample.positive,
    )
    table = pa.table(columns).replace_schema_metadata({_METADATA_KEY: msgspec.json.encode(header)})
    buffer = pa.BufferOutputStream()
    codec = "zstd" if table.nbytes >= _LARGE_BYTES else "lz4"
    pq.write_table(table, buffer, compression=codec, use_dictionary=False, write_statistics=False)
    content = buffer.getvalue()
    path.write_bytes(content)
    return StoredFile(sha256=hashlib.sha256(content).hexdigest(), size=content.size)


def read_predictions(path: Path, *, sha256: str | None = None) -> Predictions:
    """Read a predictions file back.

    Parameters
    ----------
    path : Path
        The file.
    sha256 : str, optional
        Digest that the content must have.

    Returns
    -------
    Predictions

    Raises
    ------
    IntegrityError
        When the file is absent, torn or not the one that was written.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise IntegrityError(
            f"The predictions at {path} can't be read: {error.strerror}.",
            hint="Run the same settings again: cells without predictions are evaluated anew.",
        ) from error
    if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
        raise IntegrityError(
            f"The predictions at {path} are not the ones that were written.",
            hint="Run `mtf cache verify`, then the same settings again: damaged cells are evaluated anew.",
        )
    # `read_table` looks for a data set of many files first, which takes longer than to read one of a fold's size.
    table = pq.ParquetFile(pa.BufferReader(content)).read(use_threads=False)
    header = msgspec.json.decode(table.schema.metadata[_METADATA_KEY], type=Header)
    return Predictions(rows=_column(table, "row"), sample=_sample(table, header), groups=_optional(table, "group"))


def _sample(table: pa.Table, header: Header) -> Sample:
    names = [name for name in table.column_names if name.startswith("probability_")]
    probability = np.column_stack([_column(table, name) for name in names]) if names else None
    return Sample(
        truth=_column(table, "truth"),
        prediction=_column(table, "prediction"),
        probability=probability,
        score=_optional(table, "score"),
        weights=_optional(table, "weight"),
        labels=header.labels,
        train_labels=header.train_labels,
        positive=header.positive,
        task=header.task,
    )


def _column(table: pa.Table, name: str) -> np.ndarray:
    # `to_numpy` loads pandas, which takes longer than to score a run.
    values: np.ndarray = np.from_dlpack(table.column(name).combine_chunks())
    return values


def _optional(table: pa.Table, name: str) -> np.ndarray | None:
    return _column(table, name) if name in table.column_names else None
