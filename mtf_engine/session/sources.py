"""Sources before they are part of a plan: what is there, what one holds, and its rows."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from mtf_engine.acquisition import cache, tables
from mtf_engine.acquisition.acquire import load_table
from mtf_engine.acquisition.formats.detect import detect_format
from mtf_engine.acquisition.inference import class_labels, infer_task, is_number
from mtf_engine.acquisition.interfaces import Table
from mtf_engine.acquisition.slices import Slice, read_slice
from mtf_engine.acquisition.sources import bundled
from mtf_engine.domain.dataset import Column, ColumnKind, DatasetRef, Label, Task
from mtf_engine.domain.sources import ClassShare, ColumnEntry, ColumnNote, SourceEntry, SourceInspection, Sources
from mtf_engine.domain.views import RowPage
from mtf_engine.errors import Problem, SchemaError
from mtf_engine.session.methods import Method, Progress
from mtf_engine.session.tables import OpenTable, SourceQuery, is_open, open_table
from mtf_engine.settings import suggestion
from mtf_engine.settings.shorthand import name_of_source

CELL_CHARACTERS = 200
"""Of a cell of a preview."""
_MOST_ROWS = 1000
_MOST_COLUMNS = 500
_MOST_CLASSES = 50
_TARGET_NAME = re.compile(r"^(target|label|labels|class|classes|y|outcome|response)$", re.IGNORECASE)
_NO_TARGET = {ColumnKind.IDENTIFIER, ColumnKind.TEXT, ColumnKind.DATETIME}


# --- what is there ---


@dataclass(frozen=True, slots=True)
class Nothing:
    """No parameters."""


def sources(_: Nothing, progress: Progress) -> Sources:
    """List bundled data sets, and what was fetched or parsed before."""
    del progress
    return Sources(_bundled(), tuple(_cached()))


@functools.cache
def _bundled() -> tuple[SourceEntry, ...]:
    return tuple(map(_bundled_entry, bundled.names()))


def _bundled_entry(name: str) -> SourceEntry:
    targets = bundled.targets(name)
    source = f"sklearn:{name}"
    made = load_table(DatasetRef(name, source, target=targets[0]))
    only = targets[0] if len(targets) == 1 else None
    return SourceEntry(
        name=name,
        source=source,
        rows=len(made.frame),
        columns=made.frame.shape[1],
        task=None if made.task_hint is None else made.task_hint.value,
        target=only,
        targets=targets if only is None else (),
    )


def _cached() -> Iterator[SourceEntry]:
    seen: set[str] = set()
    for entry in cache.list_entries():
        if entry.kind not in (cache.EntryKind.BLOB, cache.EntryKind.TABLE) or entry.name in seen:
            continue
        if entry.name == entry.path.name:  # its address is not known any more
            continue
        seen.add(entry.name)
        known = tables.read_entry(entry.path) if entry.kind is cache.EntryKind.TABLE else None
        yield SourceEntry(
            name=entry.name.rsplit("/", 1)[-1] or entry.name,
            source=entry.name,
            columns=None if known is None else len(known.columns),
            size=entry.size,
            used=entry.used,
        )


# --- what one holds ---


def inspect(query: SourceQuery, progress: Progress) -> SourceInspection:
    """Read a source and say what it is: format, rows, inferred target and task, classes.

    Raises
    ------
    MTFError
        It cannot be read. A target that does not fit is no error but the result's ``problem``.
    """
    return describe(query.source, open_table(query.reference(), progress), dict(query.options), query.target)


def describe(source: str, opened: OpenTable, options: Mapping[str, object], wanted: str | None) -> SourceInspection:
    """Describe an open table; ``wanted`` is the target that the user named."""
    table, acquired = opened.table, opened.acquired
    target = find_target(table, wanted)
    found = _Task(None, ()) if target.name is None else _task_of(table, target.name)
    return SourceInspection(
        source=source,
        format="bundled" if acquired.bundled else detect_format(acquired.files, options).name,
        files=len(acquired.files),
        size=sum(file.facts.size for file in acquired.files),
        rows=len(table.frame),
        columns=tuple(ColumnEntry(one.name, one.kind.value, one.missing, one.distinct) for one in table.columns),
        sha256=table.sha256,
        target=target.name,
        target_reason=target.reason,
        task=None if found.task is None else found.task.value,
        classes=found.classes,
        identifiers=tuple(_left_out(table.columns, target.name)),
        notes=table.provenance.notes,
        problem=target.problem or found.problem,
        name=name_of_source(source),
    )


@dataclass(frozen=True, slots=True)
class FoundTarget:
    """A target, and why it is one."""

    name: str | None
    reason: str
    problem: Problem | None = None


def find_target(table: Table, wanted: str | None) -> FoundTarget:
    """Take the named target, the source's own, one that is called so, or the last column that could be one."""
    names = [column.name for column in table.columns]
    if wanted is not None:
        if wanted in names:
            return FoundTarget(wanted, "as asked")
        hint = suggestion(wanted, names, label="Its columns") or None
        return FoundTarget(None, "", Problem(f"There is no column '{wanted}'.", hint))
    if table.default_target is not None:
        return FoundTarget(table.default_target, "documented by the source")
    called = [name for name in names if _TARGET_NAME.match(name)]
    if called:
        return FoundTarget(called[-1], "by its name")
    possible = [column.name for column in table.columns if column.kind not in _NO_TARGET and column.distinct > 1]
    if possible:
        return FoundTarget(possible[-1], "the last column")
    return FoundTarget(None, "", Problem("No column looks like a target.", "Name the column to predict."))


@dataclass(frozen=True, slots=True)
class _Task:
    task: Task | None
    classes: tuple[ClassShare, ...]
    problem: Problem | None = None


def _task_of(table: Table, target: str) -> _Task:
    values = table.frame[target]
    try:
        task = table.task_hint if table.task_hint and target == table.default_target else infer_task(values)
        if not task.is_classification:
            return _Task(task, ())
        labels = class_labels(values)
    except SchemaError as error:
        return _Task(None, (), Problem(error.message, error.hint))
    counts = {_plain(value): int(count) for value, count in values.astype(object).value_counts().items()}
    total = max(1, sum(counts.values()))
    shares = tuple(ClassShare(label, counts.get(label, 0), counts.get(label, 0) / total) for label in labels)
    problem = None
    if len(labels) < 2:
        problem = Problem(f"The target '{target}' has one class only.", "Name another column.")
    return _Task(task, shares[:_MOST_CLASSES], problem)


def _plain(value: object) -> Label:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float | bool) else str(value)


def _left_out(columns: tuple[Column, ...], target: str | None) -> Iterator[ColumnNote]:
    for column in columns:
        if column.name == target:
            continue
        if column.kind is ColumnKind.IDENTIFIER:
            yield ColumnNote(column.name, "every value distinct")
        elif column.kind is ColumnKind.TEXT:
            yield ColumnNote(column.name, "free text")
        elif column.distinct == 0:
            yield ColumnNote(column.name, "no values")
        elif column.distinct == 1 and not column.missing:
            yield ColumnNote(column.name, "one value only")


# --- its rows ---


@dataclass(frozen=True, slots=True)
class PreviewQuery:
    """A page of a source."""

    source: str
    offset: int = 0
    limit: int = 100
    first_column: int = 0
    columns: int = 100
    """How many columns."""
    options: Mapping[str, object] = field(default_factory=dict)
    target: str | None = None
    base: str | None = None


def preview(query: PreviewQuery, progress: Progress) -> RowPage:
    """Give a page of a table as text cells of at most 200 characters; None is a missing cell.

    Of a large Parquet file only the page is read, unless the whole of it is open already.
    """
    ref = SourceQuery(query.source, query.options, query.target, query.base).reference()
    offset, first = max(0, query.offset), max(0, query.first_column)
    height, width = max(0, min(query.limit, _MOST_ROWS)), max(0, min(query.columns, _MOST_COLUMNS))
    part = None if is_open(ref) else read_slice(ref, range(offset, offset + height), range(first, first + width))
    if part is None:
        frame = open_table(ref, progress).table.frame
        part = Slice(frame.iloc[offset : offset + height, first : first + width], len(frame), frame.shape[1])
    rows = part.frame
    cells = [_shown_column(rows.iloc[:, position]) for position in range(rows.shape[1])]
    return RowPage(
        columns=tuple(str(name) for name in rows.columns),
        rows=tuple(zip(*cells, strict=True)) if cells else (),
        offset=offset,
        total=part.rows,
        numeric=tuple(is_number(rows.iloc[:, position]) for position in range(rows.shape[1])),
        first_column=first,
        total_columns=part.columns,
    )


def _shown_column(values: pd.Series) -> list[str | None]:
    return [
        None if absent else shown(value)
        for value, absent in zip(values.astype(object).tolist(), values.isna().tolist(), strict=True)
    ]


def shown(value: object) -> str:
    """Write a cell: whole numbers without a point, dates in ISO 8601, all else as Python writes it; cut."""
    if isinstance(value, pd.Timestamp):
        text = value.isoformat(sep=" ")
        text = text.removesuffix(" 00:00:00")
    elif isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        text = str(int(value))
    elif isinstance(value, float) and not math.isfinite(value):
        text = "∞" if value > 0 else "−∞"
    else:
        text = str(value)
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 1] + "…"


METHODS = {
    "sources": Method(Nothing, sources),
    "inspect": Method(SourceQuery, inspect),
    "preview": Method(PreviewQuery, preview),
}
