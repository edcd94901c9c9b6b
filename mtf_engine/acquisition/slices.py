"""A few rows of one large Parquet file, without reading the rest: what a preview shows of millions.

Only a look: nothing is verified, and what cannot be read so is left to `acquire`, which reads and checks it all.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mtf_engine.acquisition.addresses import is_local, parse_address
from mtf_engine.acquisition.columns import normalise, to_frame
from mtf_engine.acquisition.formats.parquet import FORMAT
from mtf_engine.acquisition.interfaces import Parsed
from mtf_engine.acquisition.local_files import find_files
from mtf_engine.domain.dataset import DatasetRef
from mtf_engine.errors import MTFError

LEAST_ROWS = 500_000
"""Rows from which a file is looked at in slices; smaller ones are read whole in a moment."""


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """Some rows and columns of a table."""

    frame: pd.DataFrame
    rows: int
    """Of the whole table."""

    columns: int
    """Of the whole table."""


def read_slice(ref: DatasetRef, rows: range, columns: range) -> Slice | None:
    """Read rows and columns of a large Parquet file; None where the source is anything else.

    Parameters
    ----------
    ref : DatasetRef
        Relative paths already resolved.
    rows, columns : range
        Positions; what lies beyond the ends is left out.
    """
    path = _only_file(ref)
    if path is None:
        return None
    try:
        with pq.ParquetFile(path, memory_map=True) as source:
            names = source.schema_arrow.names
            total = source.metadata.num_rows
            is_plain = len(set(names)) == len(names) and all(names)
            if total < LEAST_ROWS or not is_plain:
                return None
            chosen = [names[at] for at in columns if at < len(names)]
            table = _rows(source, rows, chosen)
    except (pa.ArrowException, OSError, ValueError):
        return None
    return Slice(to_frame(normalise(Parsed(table)).table), total, len(names))


def _only_file(ref: DatasetRef) -> Path | None:
    if not is_local(ref.source) or parse_address(ref.source).scheme == "sklearn" or ref.options:
        return None
    try:
        files = find_files(ref.source)
        if len(files) != 1:
            return None
        with files[0].open("rb") as file:
            return files[0] if FORMAT.matches(file.read(4)) else None
    except (MTFError, OSError):
        return None


def _rows(source: pq.ParquetFile, rows: range, columns: list[str]) -> pa.Table:
    """Read the row groups that have the rows, and no others."""
    first = 0
    parts = []
    for group in range(source.num_row_groups):
        count = source.metadata.row_group(group).num_rows
        start, stop = max(rows.start, first), min(rows.stop, first + count)
        if start < stop:
            parts.append(source.read_row_group(group, columns=columns).slice(start - first, stop - start))
        first += count
    empty = source.schema_arrow.empty_table().select(columns)
    return pa.concat_tables(parts) if parts else empty
