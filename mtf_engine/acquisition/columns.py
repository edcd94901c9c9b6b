"""One set of column types for all formats: what any reader delivers is brought to it, and then to pandas.

Numbers keep their type; integers with missing cells become float64 where that is exact, and text where it is not.
Text is UTF-8 with missing cells apart from empty strings. Dates and times are naive and in UTC. Declared categories
stay categories. Decimals, durations, times of day, bytes and nested values become numbers or text, and a note says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from mtf_engine.acquisition.interfaces import Parsed
from mtf_engine.text_safety import line

_EXACT = 2**53
_TEXT = pa.large_string()


@dataclass(frozen=True, slots=True)
class _Converted:
    values: pa.ChunkedArray
    note: str | None = None


def normalise(parsed: Parsed) -> Parsed:
    """Bring every column to the types that the engine works with.

    Parameters
    ----------
    parsed : Parsed
        A table as its format delivers it; names may repeat or be empty.

    Returns
    -------
    Parsed
        The same rows in the same order; names unique and not empty; notes extended.
    """
    names, notes = _unique_names(parsed.table.column_names)
    values = []
    for name, column in zip(names, parsed.table.columns, strict=True):
        converted = _convert(column)
        values.append(converted.values)
        if converted.note:
            notes.append(f"column {line(name)}: {converted.note}")
    table = pa.table(values, names=names) if values else pa.table({})
    return Parsed(table, (*parsed.notes, *notes))


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Turn a normalised table into the frame that pipelines see.

    Returns
    -------
    DataFrame
        RangeIndex; dtypes as `Table.frame` documents them.
    """
    series = {name: _to_series(column) for name, column in zip(table.column_names, table.columns, strict=True)}
    return pd.DataFrame(series, index=pd.RangeIndex(table.num_rows), copy=False)


def content_sha256(table: pa.Table) -> str:
    """Fingerprint a normalised table: names, types, missing cells and values, in order.

    The division into chunks, unused dictionary entries and what lies under missing cells don't count.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256(msgspec.json.encode({"rows": table.num_rows, "columns": table.column_names}))
    for column in table.columns:
        for part in _content(column):
            digest.update(part)
    return digest.hexdigest()


# --- types ---


def _convert(column: pa.ChunkedArray) -> _Converted:
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return _convert(pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type))
    if pt.is_run_end_encoded(kind):
        return _convert(pc.run_end_decode(column))
    if pt.is_dictionary(kind):
        return _convert_dictionary(column)
    if pt.is_boolean(kind) or (pt.is_floating(kind) and not pt.is_float16(kind)):
        return _Converted(column)
    if pt.is_integer(kind):
        return _convert_integers(column)
    for applies, convert in _CONVERSIONS:
        if applies(kind):
            return convert(column)
    return _convert_nested(column)


def _convert_integers(column: pa.ChunkedArray) -> _Converted:
    if column.null_count == 0:
        return _Converted(column)
    if column.null_count == len(column):
        return _Converted(column.cast(pa.float64()))
    ends = pc.min_max(column).as_py()
    if max(abs(ends["min"]), abs(ends["max"])) <= _EXACT:
        return _Converted(column.cast(pa.float64()))
    return _Converted(column.cast(_TEXT), "integers beyond 2**53 with missing cells; kept as text to stay exact")


def _convert_dictionary(column: pa.ChunkedArray) -> _Converted:
    inner = column.type.value_type
    if pt.is_string(inner) or pt.is_large_string(inner) or pt.is_integer(inner) or pt.is_boolean(inner):
        whole = column.cast(pa.dictionary(pa.int32(), inner, column.type.ordered)).unify_dictionaries()
        if whole.num_chunks == 0 or pc.count_distinct(whole.chunk(0).dictionary, mode="all").as_py() == len(
            whole.chunk(0).dictionary
        ):
            return _Converted(whole)
    return _convert(column.cast(inner))


def _convert_timestamp(column: pa.ChunkedArray) -> _Converted:
    zone = column.type.tz
    naive = column.cast(pa.timestamp(column.type.unit, "UTC")).cast(pa.timestamp(column.type.unit)) if zone else column
    note = f"times of zone {line(zone)} are kept in UTC" if zone and zone != "UTC" else None
    try:
        return _Converted(naive.cast(pa.timestamp("us")), note)
    except pa.ArrowInvalid:  # nanoseconds that microseconds would cut
        return _Converted(naive, note)


def _convert_binary(column: pa.ChunkedArray) -> _Converted:
    try:
        text = column.cast(pa.large_binary()).cast(_TEXT)
        text.validate(full=True)
        return _Converted(text, "bytes read as UTF-8 text")
    except pa.ArrowInvalid:
        shown = [None if value is None else value.hex() for value in column.to_pylist()]
        return _Converted(_chunked(shown, _TEXT), "bytes shown as hexadecimal text")


def _convert_duration(column: pa.ChunkedArray) -> _Converted:
    scale = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[column.type.unit]
    return _Converted(pc.divide(column.cast(pa.int64()).cast(pa.float64()), scale), "durations in seconds")


def _convert_nested(column: pa.ChunkedArray) -> _Converted:
    encode = msgspec.json.Encoder(order="sorted", enc_hook=str).encode
    try:
        shown = [None if value is None else encode(value).decode("utf-8") for value in column.to_pylist()]
    except (ValueError, TypeError, UnicodeDecodeError, OverflowError):
        shown = [None if value is None else repr(value) for value in column.to_pylist()]
    return _Converted(_chunked(shown, _TEXT), f"{line(str(column.type), 60)} values kept as JSON text")


def _cast_to(kind: pa.DataType, note: str | None = None) -> Callable[[pa.ChunkedArray], _Converted]:
    return lambda column: _Converted(column.cast(kind), note)


_CONVERSIONS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.ChunkedArray], _Converted]], ...] = (
    (pt.is_null, _cast_to(pa.float64())),
    (pt.is_float16, _cast_to(pa.float32())),
    (lambda kind: pt.is_string(kind) or pt.is_large_string(kind) or pt.is_string_view(kind), _cast_to(_TEXT)),
    (pt.is_timestamp, _convert_timestamp),
    (pt.is_date, _cast_to(pa.timestamp("us"))),
    (pt.is_decimal, _cast_to(pa.float64(), "decimal numbers read as float64")),
    (pt.is_duration, _convert_duration),
    (pt.is_time, _cast_to(_TEXT, "times of day kept as text")),
    (
        lambda kind: (
            pt.is_binary(kind) or pt.is_large_binary(kind) or pt.is_fixed_size_binary(kind) or pt.is_binary_view(kind)
        ),
        _convert_binary,
    ),
)


def _chunked(values: list[str | None], kind: pa.DataType) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, kind)])


# --- names ---


def _unique_names(given: list[str]) -> tuple[list[str], list[str]]:
    """Make names unique and not empty; also return the notes on what was changed."""
    names: list[str] = []
    notes: list[str] = []
    taken = set(given)
    seen: set[str] = set()
    for position, original in enumerate(given, start=1):
        name = original or f"column_{position}"
        count = 1
        while name in seen or (name != original and name in taken):
            count += 1
            name = f"{original or f'column_{position}'}_{count}"
        if name != original:
            why = "had no name" if not original else f"repeats the name {line(original)}"
            notes.append(f"column {position} {why} and is called {line(name)}")
        seen.add(name)
        names.append(name)
    return names, notes


# --- pandas ---


def _to_series(column: pa.ChunkedArray) -> pd.Series[Any]:
    kind = column.type
    if pt.is_large_string(kind):
        return pd.Series(column.to_pandas(), dtype="str", copy=False)
    if pt.is_boolean(kind) and column.null_count:
        return pd.Series(column.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get))
    series = pd.Series(column.to_pandas())
    writable = not isinstance(series.dtype, np.dtype) or series.to_numpy().flags.writeable
    return series if writable else series.copy()


# --- fingerprint ---


def _content(column: pa.ChunkedArray) -> list[bytes | memoryview]:
    kind = column.type
    if pt.is_dictionary(kind):
        ordered = b"ordered" if kind.ordered else b"category"
        return [ordered, *_content(column.cast(kind.value_type))]
    parts: list[bytes | memoryview] = [str(kind).encode()]
    if column.null_count:
        parts.append(np.packbits(column.is_null().to_numpy()).data)
    if pt.is_large_string(kind) or pt.is_string(kind):
        filled = pc.fill_null(column.cast(_TEXT), "")
        lengths = pc.binary_length(filled).to_numpy().astype("<i8", copy=False)
        return [*parts, lengths.data, *(_text_bytes(chunk) for chunk in filled.chunks)]
    if pt.is_timestamp(kind):
        column = column.cast(pa.int64())
    if column.null_count:
        column = pc.fill_null(column, False if pt.is_boolean(column.type) else 0)
    values = np.ascontiguousarray(column.to_numpy())
    return [*parts, values.astype(values.dtype.newbyteorder("<"), copy=False).view(np.uint8).data]


def _text_bytes(chunk: pa.LargeStringArray) -> bytes | memoryview:
    if len(chunk) == 0:
        return b""
    offsets = np.frombuffer(chunk.buffers()[1], dtype=np.int64, count=len(chunk) + 1, offset=chunk.offset * 8)
    data = chunk.buffers()[2]
    return memoryview(data)[offsets[0] : offsets[-1]] if data is not None else b""
