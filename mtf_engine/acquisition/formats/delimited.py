"""Comma-separated values and their relatives, plain or packed.

The file is cut into cells once, by Arrow's parser, which refuses a row with too few or too many cells instead of
filling it up; each column is then typed by all its cells. That costs no more than a reader that guesses types from
its first rows and is then surprised. A quoted cell that never ends, or text behind a closing quote, would swallow
rows in silence: files in which that could have happened are read a second time, strictly.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from mtf_engine import environment
from mtf_engine.acquisition.formats.content import Text, encoding_error, read_text
from mtf_engine.acquisition.formats.dialect import Dialect, detect_dialect, unlimited_fields
from mtf_engine.acquisition.formats.options import declared_kinds
from mtf_engine.acquisition.formats.text_types import CellRules, Typed, force_type, infer_type
from mtf_engine.acquisition.interfaces import AcquiredFile, FormatSpec, Monitor, Parsed
from mtf_engine.errors import FormatError
from mtf_engine.text_safety import line

_SAMPLE = 1 << 18
_BLOCK = 1 << 20
_CHUNK = 1 << 24
_NEWLINES = (10, 13)  # line feed, carriage return
_TOO_SMALL = ("straddling", "block size", "Empty CSV file or block")


@dataclass(frozen=True, slots=True)
class _Source:
    """A text with how it is written."""

    name: str
    text: Text
    dialect: Dialect
    quoted: bool
    """Whether the quote character occurs at all."""


def read(file: AcquiredFile, options: Mapping[str, object], monitor: Monitor) -> Parsed:
    """Read a delimited text file.

    Raises
    ------
    FormatError
        Empty, damaged or wrongly encoded files, and rows with too few or too many cells, with their line.
    """
    name = line(file.facts.name)
    text = read_text(file, options, monitor)
    tabs = file.facts.name.lower().endswith((".tsv", ".tab", ".tsv.gz"))
    dialect = detect_dialect(_sample(name, text), options, tabs=tabs)
    text = _trimmed(text)
    source = _Source(name, text, dialect, text.contains(dialect.quotechar.encode()))
    if dialect.skips_space:
        source = _tightened(source)
    monitor.check(name)
    cells = _cut(source)
    monitor.check(name)
    if source.quoted:
        _verify_quotes(source, cells)
    return _typed(source, cells, options, monitor)


# --- cells ---


def _sample(name: str, text: Text) -> str:
    """Take the text's beginning, cut behind its last whole line."""
    raw = bytes(text.view()[:_SAMPLE])
    if len(raw) == _SAMPLE:
        cut = max(raw.rfind(b"\n"), raw.rfind(b"\r")) + 1
        raw = raw[: cut or _SAMPLE]
    sample = raw.decode("utf-8", errors="replace")
    if not sample.strip():
        raise FormatError(f"{name} holds only white space")
    return sample


def _cut(source: _Source) -> pa.Table:
    """Cut the text into cells: string columns, empty cells null, the header as the first row."""
    data = pa.py_buffer(source.text.view())
    if not (source.text.contains(b"\n") or source.text.contains(b"\r")):
        data = pa.py_buffer(bytes(source.text.view()) + b"\n")  # one row, which the parser must see the end of
    block = _BLOCK
    while True:
        try:
            return _parse(source, data, block)
        except pa.ArrowInvalid as error:
            if any(sign in str(error) for sign in _TOO_SMALL) and block <= len(data):
                block = min(block * 16, len(data) + 1)
                continue
            raise _explained(source, error) from error


def _parse(source: _Source, data: pa.Buffer, block: int) -> pa.Table:
    dialect = source.dialect
    return arrow_csv.read_csv(
        pa.BufferReader(data),
        read_options=arrow_csv.ReadOptions(autogenerate_column_names=True, block_size=min(block, 2**31 - 1)),
        parse_options=arrow_csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quotechar,
            newlines_in_values=source.quoted,
            ignore_empty_lines=dialect.width > 1,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={f"f{index}": pa.string() for index in range(dialect.width)},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _explained(source: _Source, error: pa.ArrowInvalid) -> FormatError:
    if "UTF8" in str(error):
        return encoding_error(source.name, source.text)
    try:
        _verify(source, source.text.start)
    except FormatError as explained:
        return explained
    hint = "Look at how the file is written; `delimiter`, `quotechar` and `encoding` override what was detected."
    return FormatError(f"{source.name} cannot be read as delimited text: {line(str(error), 200)}", hint=hint)


def _trimmed(text: Text) -> Text:
    """Leave out blank lines at both ends, which in a file of one column would be missing cells."""
    start, end = text.start, text.end
    while start < end and text.data[start] in _NEWLINES:
        start += 1
    while end > start + 1 and text.data[end - 1] in _NEWLINES and text.data[end - 2] in _NEWLINES:
        end -= 1
    return replace(text, start=start, end=end)


def _tightened(source: _Source) -> _Source:
    """Write the text anew without the space behind each delimiter."""
    tight = io.StringIO()
    writer = csv.writer(tight, delimiter=source.dialect.delimiter, quotechar=source.dialect.quotechar)
    with unlimited_fields():
        try:
            writer.writerows(_reader(source, source.text.start, skips_space=True))
        except (csv.Error, UnicodeDecodeError) as error:
            raise FormatError(f"{source.name} cannot be read as delimited text: {line(str(error))}") from error
    data = tight.getvalue().encode("utf-8")
    notes = (*source.text.notes, "the space behind each delimiter removed")
    return replace(source, text=Text(data, 0, len(data), notes))


# --- strictness ---


def _verify_quotes(source: _Source, cells: pa.Table) -> None:
    """Make sure that no quote swallowed rows: the last one ends, and none is closed in the middle of a cell."""
    if _cells_span_lines(source, cells) and _quotes_out_of_place(source):
        _verify(source, source.text.start)
        return
    _verify(source, _last_record(source, cells) if cells.num_rows > 1 else source.text.start)


def _cells_span_lines(source: _Source, cells: pa.Table) -> bool:
    """Whether a cell holds a line break; certain where there are as many line ends as rows."""
    data = np.frombuffer(source.text.view(), dtype=np.uint8)
    feeds, returns = (_count(data, byte) for byte in _NEWLINES)
    ends = feeds + (1 if data[-1] not in _NEWLINES else 0)
    if returns in (0, feeds) and ends == cells.num_rows:
        return False
    return any(pc.any(pc.match_substring(column, end)).as_py() for column in cells.columns for end in ("\n", "\r"))


def _count(data: np.ndarray, byte: int) -> int:
    return sum(int(np.count_nonzero(data[at : at + _CHUNK] == byte)) for at in range(0, len(data), _CHUNK))


def _quotes_out_of_place(source: _Source) -> bool:
    """Whether some opening quote does not follow, or some closing quote does not precede, the end of a cell."""
    data = np.frombuffer(source.text.view(), dtype=np.uint8)
    quote = ord(source.dialect.quotechar)
    bounds = np.zeros(256, dtype=np.bool_)
    bounds[[ord(source.dialect.delimiter), quote, *_NEWLINES]] = True
    closes = False
    for start in range(0, len(data), _CHUNK):
        places = np.flatnonzero(data[start : start + _CHUNK] == quote) + start
        opening, closing = places[int(closes) :: 2], places[int(not closes) :: 2]
        before = data[opening[opening > 0] - 1]
        after = data[closing[closing < len(data) - 1] + 1]
        if not (bounds[before].all() and bounds[after].all()):
            return True
        closes = closes != bool(len(places) % 2)
    return closes


def _last_record(source: _Source, cells: pa.Table) -> int:
    """Find where the last row begins."""
    last = cells.slice(cells.num_rows - 1).to_pylist()[0]
    joined = "".join(value for value in last.values() if value)
    breaks = joined.count("\n") + (joined.count("\r") if "\n" not in joined else 0)
    data, position = source.text.data, source.text.end - 1
    for _ in range(breaks + 1):
        position = max(data.rfind(b"\n", source.text.start, position), data.rfind(b"\r", source.text.start, position))
        if position < 0:
            return source.text.start
    return position + 1


def _verify(source: _Source, start: int) -> None:
    """Read from a row's beginning to the end, strictly.

    Raises
    ------
    FormatError
        A row has too few or too many cells, a quote never ends, or text follows a closing quote.
    """
    offset = source.text.line_of(start) - 1
    reader = _reader(source, start)
    width, begins = source.dialect.width, 1
    with unlimited_fields():
        try:
            for row in reader:
                if row and len(row) != width:
                    raise _ragged(source, offset + begins, len(row))
                begins = reader.line_num + 1
        except csv.Error as error:
            where = f"{source.name}, line {offset + begins}"
            if "unexpected end" in str(error):
                message = f"{where}: a quote ({source.dialect.quotechar}) opens here and never ends"
            else:
                message = f"{where}: text follows a closing quote ({source.dialect.quotechar})"
            hint = "Double a quote inside a quoted cell; if quotes mean nothing here, set another `quotechar`."
            raise FormatError(message, hint=hint) from error
        except UnicodeDecodeError as error:
            raise encoding_error(source.name, source.text) from error


def _reader(source: _Source, start: int, *, skips_space: bool = False) -> Any:
    view = memoryview(source.text.data)[start : source.text.end]
    stream = io.TextIOWrapper(pa.BufferReader(pa.py_buffer(view)), encoding="utf-8", newline="")
    dialect = source.dialect
    return csv.reader(
        stream,
        delimiter=dialect.delimiter,
        quotechar=dialect.quotechar,
        skipinitialspace=skips_space,
        strict=not skips_space,
    )


def _ragged(source: _Source, place: int, found: int) -> FormatError:
    width = source.dialect.width
    first = "the header" if source.dialect.header else "the first row"
    message = f"{source.name}, line {place}: {found} {_cells(found)} where {first} has {width}"
    hint = "Correct the line; if the delimiter or the quotes were misread, set `delimiter` or `quotechar`."
    return FormatError(message, hint=hint)


def _cells(count: int) -> str:
    return "cell" if count == 1 else "cells"


# --- types ---


def _typed(source: _Source, cells: pa.Table, options: Mapping[str, object], monitor: Monitor) -> Parsed:
    """Take the header off and give every column its type."""
    dialect = source.dialect
    if cells.num_rows == 0:
        raise FormatError(f"{source.name} has no rows", hint="A table needs at least one row below its header.")
    if dialect.header:
        first = cells.slice(0, 1).to_pylist()[0]
        names = [(first[name] or "").strip() for name in cells.column_names]
        cells = cells.slice(1)
    else:
        names = [f"column_{index + 1}" for index in range(cells.num_columns)]
    rules = _cell_rules(options, dialect)
    declared = declared_kinds(options)

    def give_type(name: str, column: pa.ChunkedArray) -> Typed:
        monitor.check(source.name)
        if name in declared:
            return Typed(force_type(column, declared[name], rules, name))
        return infer_type(column, rules)

    with ThreadPoolExecutor(environment.cpu_count()) as pool:
        typed = list(pool.map(give_type, names, cells.columns))
    notes = [f"column {line(name)}: {one.note}" for name, one in zip(names, typed, strict=True) if one.note]
    table = pa.Table.from_arrays([one.values for one in typed], names=names)
    return Parsed(table, (*source.text.notes, *dialect.notes, *notes))


def _cell_rules(options: Mapping[str, object], dialect: Dialect) -> CellRules:
    missing, decimal = options.get("na_values"), options.get("decimal")
    words = (missing,) if isinstance(missing, str) else missing
    return CellRules(
        missing=tuple(str(word) for word in words) if isinstance(words, list | tuple) else None,
        decimal=decimal if isinstance(decimal, str) else None,
        comma_delimits=dialect.delimiter == ",",
    )


FORMAT = FormatSpec(
    name="csv",
    summary="comma-, tab- or otherwise separated values, plain or packed with gzip, zstd or bzip2",
    extensions=(".csv", ".tsv", ".tab", ".txt", ".data", ".dat", ".psv", ".tbl"),
    read=read,
    options={
        "delimiter": "one character between cells; detected by default",
        "quotechar": "one character around cells; the double quote by default",
        "encoding": "such as cp1252; UTF-8 or what the byte order mark says by default",
        "header": "true or false: whether the first row names the columns; detected by default",
        "na_values": "words for a missing cell, in every column, instead of the default ones",
        "decimal": "the decimal separator, a point or a comma",
        "max_bytes": "most bytes that the file may unpack to",
    },
)
