"""Parquet: typed columns, read as declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as pt

from mtf_engine.acquisition.formats.limits import most_bytes, require_room
from mtf_engine.acquisition.interfaces import AcquiredFile, FormatSpec, Monitor, Parsed
from mtf_engine.errors import FormatError
from mtf_engine.text_safety import line


def read(file: AcquiredFile, options: Mapping[str, object], monitor: Monitor) -> Parsed:
    """Read a Parquet file, every value checked.

    Raises
    ------
    FormatError
        The file is damaged, or would not fit into memory.
    """
    name = line(file.facts.name)
    monitor.check(name)
    try:
        with pq.ParquetFile(file.path, memory_map=False) as source:
            declared = _declared_bytes(source)
            require_room(name, declared, file.facts.size, options)
            for texts in _text_bytes(file, source, most_bytes(file.facts.size, options)):
                monitor.check(name)
                declared += texts
                require_room(name, declared, file.facts.size, options)
            table = source.read()
            if table.num_rows != source.metadata.num_rows:
                rows = source.metadata.num_rows
                raise FormatError(
                    f"{name}: the file declares {rows} rows and holds {table.num_rows}",
                    hint="The file may be cut short or damaged; get it again.",
                )
        table.validate(full=True)
    except (pa.ArrowException, OSError, MemoryError, ValueError, OverflowError) as error:
        message = f"{name} is no Parquet file that can be read: {line(str(error), 300)}"
        raise FormatError(message, hint="The file may be cut short or damaged; get it again.") from error
    return Parsed(table.replace_schema_metadata(None))


def _declared_bytes(source: pq.ParquetFile) -> int:
    """Bytes that the table takes at least: a page of a few bytes may say that one number stands in a billion rows.

    Of the metadata of single columns Arrow makes nothing but a crash where they are encrypted, so none is looked at.
    """
    metadata = source.metadata
    stored: int = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    rows: int = metadata.num_rows
    return max(stored, rows * sum(_value_bits(field.type) for field in source.schema_arrow) // 8)


def _value_bits(kind: pa.DataType) -> int:
    """Bits of a value that all values of a type take; 0 where they differ."""
    try:
        return int(kind.bit_width)
    except ValueError:
        return 0


def _text_bytes(file: AcquiredFile, source: pq.ParquetFile, most: int) -> Iterator[int]:
    """Yield the bytes of each text column in full where that may be more than ``most``, without making it.

    A text that is stored once may stand in many rows. All such texts of a row group are in its dictionary, so the
    longest of them bounds what the group unpacks to, and only where that is too much are the texts counted.
    """
    metadata = source.metadata
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    if sum(group.num_rows * group.total_byte_size for group in groups) <= most:
        return
    for column in (field.name for field in source.schema_arrow if _is_text(field.type)):
        with pq.ParquetFile(file.path, memory_map=False, read_dictionary=[column]) as packed:
            longest = [_longest(packed, index, column) for index in range(len(groups))]
            bounds = zip(groups, longest, strict=True)
            if sum(group.total_byte_size + group.num_rows * longest for group, longest in bounds) > most:
                yield sum(_total_length(batch.column(0)) for batch in packed.iter_batches(columns=[column]))


def _is_text(kind: pa.DataType) -> bool:
    tests = (pt.is_string, pt.is_large_string, pt.is_binary, pt.is_large_binary)
    return any(test(kind) for test in tests)


def _longest(packed: pq.ParquetFile, group: int, column: str) -> int:
    """Length of the longest text that a chunk's dictionary holds."""
    first = next(packed.iter_batches(batch_size=1, row_groups=[group], columns=[column]), None)
    return 0 if first is None else pc.max(_lengths(first.column(0))).as_py() or 0


def _total_length(texts: pa.Array) -> int:
    is_packed = isinstance(texts, pa.DictionaryArray)
    return pc.sum(_lengths(texts).take(texts.indices) if is_packed else _lengths(texts)).as_py() or 0


def _lengths(texts: pa.Array) -> pa.Array:
    return pc.binary_length(texts.dictionary if isinstance(texts, pa.DictionaryArray) else texts)


FORMAT = FormatSpec(
    name="parquet",
    summary="Apache Parquet",
    extensions=(".parquet", ".pq", ".parq"),
    read=read,
    options={"max_bytes": "most bytes of memory that the file may take when read"},
    matches=lambda head: head.startswith(b"PAR1"),
    columnar=True,
)
