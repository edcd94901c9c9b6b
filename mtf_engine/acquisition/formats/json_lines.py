"""JSON Lines: one object a line; or one array of such objects.

Strict: what is not JSON is an error that names the line, and a key that stands twice in one object is refused,
because one of its values would be lost. Keys that an object lacks are missing cells.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from mtf_engine.acquisition.formats.content import Text, encoding_error, read_text
from mtf_engine.acquisition.formats.text_types import to_timestamp
from mtf_engine.acquisition.interfaces import AcquiredFile, FormatSpec, Monitor, Parsed
from mtf_engine.errors import FormatError
from mtf_engine.text_safety import line

_BATCH = 20_000
_STARTS = re.compile(rb"\s*(\{\s*[\"}]|\[\s*[{\]])")
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
_HINT = 'A row is one object on one line, such as {"age": 31, "city": "Bonn"}.'
_TEXT = pa.large_string()

_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Part:
    """One batch of a column."""

    values: pa.Array
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Column:
    values: pa.ChunkedArray
    note: str | None = None


def read(file: AcquiredFile, options: Mapping[str, object], monitor: Monitor) -> Parsed:
    """Read a JSON Lines file.

    Raises
    ------
    FormatError
        Text that is no JSON, or JSON that is no row, with its line.
    """
    name = line(file.facts.name)
    text = read_text(file, options, monitor)
    parts: dict[str, list[_Part]] = {}
    total = 0
    rows = _rows(name, text)
    while batch := list(islice(rows, _BATCH)):
        monitor.check(name)
        for key in dict.fromkeys((*parts, *(key for row in batch for key in row))):
            earlier = parts.setdefault(key, [_Part(pa.nulls(total))] if total else [])
            earlier.append(_part([row.get(key) for row in batch]))
        total += len(batch)
    columns = {key: _joined(part) for key, part in parts.items()}
    notes = [f"column {line(key)}: {one.note}" for key, one in columns.items() if one.note]
    table = pa.table({key: one.values for key, one in columns.items()})
    return Parsed(table, (*text.notes, *notes))


# --- rows ---


def _rows(name: str, text: Text) -> Iterator[_Row]:
    start = bytes(text.view()[:4096]).lstrip()
    if start.startswith(b"["):
        yield from _rows_of_array(name, text)
        return
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    lines = io.BufferedReader(pa.BufferReader(pa.py_buffer(text.view())))
    place = 0
    for raw in lines:
        for single in raw.splitlines():
            place += 1
            if single and not single.isspace():
                yield _decoded(name, text, place, single, decode)


def _decoded(name: str, text: Text, place: int, raw: bytes, decode: Callable[[bytes], _Row]) -> _Row:
    try:
        row = decode(raw)
    except UnicodeDecodeError as error:
        raise encoding_error(name, text) from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise FormatError(f"{name}, line {place}: {line(str(error), 200)}", hint=_HINT) from error
    if raw.count(b'":') != len(row):  # nested, or spaced, or a key twice
        _require_unique_keys(name, place, raw)
    return row


def _rows_of_array(name: str, text: Text) -> list[_Row]:
    raw = bytes(text.view())
    try:
        rows = msgspec.json.decode(raw, type=list[_Row])
    except UnicodeDecodeError as error:
        raise encoding_error(name, text) from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise FormatError(
            f"{name}: {line(str(error), 200)}", hint="An array must hold one object for each row."
        ) from error
    _require_unique_keys(name, 1, raw)
    return rows


def _require_unique_keys(name: str, place: int, raw: bytes) -> None:
    """Refuse an object that has a key twice: one of the values would be lost."""

    def check(pairs: list[tuple[str, object]]) -> None:
        keys = [key for key, _ in pairs]
        twice = next((key for key in keys if keys.count(key) > 1), None) if len(set(keys)) < len(keys) else None
        if twice is not None:
            raise FormatError(
                f"{name}, line {place}: the key {line(twice, 60)!r} stands twice in one object",
                hint="Rename or remove one of them: which of the two values is meant cannot be told.",
            )

    try:
        json.loads(raw, object_pairs_hook=check)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{name}, line {place}: {line(str(error), 200)}", hint=_HINT) from error


# --- columns ---


def _part(values: list[Any]) -> _Part:
    """Give one batch of a column the type that its values have."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= {bool}:
        return _Part(pa.array(values, pa.bool_() if kinds else pa.null()))
    if kinds == {str}:
        return _Part(pa.array(values, _TEXT))
    if kinds <= {int, float}:
        try:
            return _Part(pa.array(values, pa.int64() if kinds == {int} else pa.float64()))
        except (pa.ArrowInvalid, OverflowError):
            return _Part(pa.array(_json(values), _TEXT), "integers too long to be exact as numbers are kept as text")
    if kinds <= {dict, list}:
        return _Part(pa.array(_json(values), _TEXT), "nested values are kept as JSON text")
    return _Part(pa.array(_json(values), _TEXT), "values of several kinds are kept as text")


def _joined(parts: list[_Part]) -> _Column:
    """Put the batches of one column behind each other."""
    kinds = list(dict.fromkeys(part.values.type for part in parts if not pt.is_null(part.values.type)))
    notes = list(dict.fromkeys(part.note for part in parts if part.note))
    if len(kinds) > 1 and all(pt.is_integer(kind) or pt.is_floating(kind) for kind in kinds):
        common = pa.float64()
    elif len(kinds) > 1:
        common = _TEXT
        notes = notes or ["values of several kinds are kept as text"]
    else:
        common = kinds[0] if kinds else pa.float64()
    values = pa.chunked_array([part.values.cast(common) for part in parts], common)
    if common == _TEXT and not notes:
        values = _dates(values)
    return _Column(values, notes[0] if notes else None)


def _dates(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read text as dates when every cell is one in ISO 8601."""
    if not pc.all(pc.match_substring_regex(column, _DATE)).as_py():
        return column
    try:
        return to_timestamp(column)
    except pa.ArrowInvalid:
        return column


def _json(values: list[Any]) -> list[str | None]:
    """Write values as JSON, strings as they are."""
    encode = msgspec.json.Encoder(order="sorted").encode
    return [value if isinstance(value, str) or value is None else encode(value).decode() for value in values]


FORMAT = FormatSpec(
    name="jsonl",
    summary="JSON Lines: one object a line, or one array of objects; plain or packed",
    extensions=(".jsonl", ".ndjson", ".json"),
    read=read,
    options={
        "encoding": "such as utf-16; UTF-8 or what the byte order mark says by default",
        "max_bytes": "most bytes that the file may unpack to",
    },
    matches=lambda head: _STARTS.match(head.removeprefix(b"\xef\xbb\xbf")) is not None,
)
