"""From a data set's reference to a verified table: acquire, read, join, type, fingerprint.

What was read once is kept in columnar form under the hash of the bytes and of the reader's options, so that a second
load parses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.types as pt

from mtf_engine import plugins
from mtf_engine.acquisition import tables
from mtf_engine.acquisition.addresses import SOURCES, require_known, without_credentials
from mtf_engine.acquisition.columns import content_sha256, normalise, to_frame
from mtf_engine.acquisition.formats.detect import detect_format
from mtf_engine.acquisition.formats.options import check_options, declared_kinds
from mtf_engine.acquisition.formats.text_types import CellRules, force_type
from mtf_engine.acquisition.inference import infer_columns
from mtf_engine.acquisition.interfaces import (
    Acquired,
    AcquiredFile,
    Cancelled,
    Content,
    FormatSpec,
    Monitor,
    Parsed,
    Progress,
    SourceSpec,
    Table,
    ignore_progress,
    never_cancelled,
)
from mtf_engine.domain.dataset import Column, ColumnKind, DatasetRef, Provenance
from mtf_engine.errors import FormatError, IntegrityError, PluginError, SchemaError, SettingsError
from mtf_engine.storage.fingerprint import file_sha256
from mtf_engine.text_safety import line


def load_table(
    ref: DatasetRef, *, progress: Progress = ignore_progress, cancelled: Cancelled = never_cancelled
) -> Table:
    """Acquire and read a data set.

    Parameters
    ----------
    ref : DatasetRef
        What to load; relative paths already resolved.
    progress : callable, optional
        Called with the bytes received and their total (None when unknown).
    cancelled : callable, optional
        Asked often; True stops the work.

    Raises
    ------
    SettingsError
        An unknown kind of source or reader option.
    SchemaError
        A local file that is not there, an empty table, files that do not fit together.
    FormatError, IntegrityError
        Bytes that do not parse, or are not the promised ones.
    FetchError
        Remote data that could not be had, or a cancelled load.
    """
    return read(ref, acquire(ref, progress=progress, cancelled=cancelled), cancelled=cancelled)


def acquire(
    ref: DatasetRef, *, progress: Progress = ignore_progress, cancelled: Cancelled = never_cancelled
) -> Acquired:
    """Make a data set's bytes available on this machine, verified. Raises as `load_table`."""
    address = require_known(ref.source)
    source = plugins.load(SOURCES, address.scheme)
    if not isinstance(source, SourceSpec):
        raise PluginError(
            f"the source {address.scheme!r} of {plugins.distribution_of(SOURCES, address.scheme)} is broken"
        )
    return source.acquire(ref, Monitor(progress, cancelled))


def read(ref: DatasetRef, acquired: Acquired, *, cancelled: Cancelled = never_cancelled) -> Table:
    """Turn acquired bytes into a table. Raises as `load_table`."""
    monitor = Monitor(cancelled=cancelled)
    if acquired.bundled is not None:
        content = _described(ref, normalise(Parsed(acquired.bundled.table)))
    else:
        content = _read_files(ref, acquired, monitor)
    return _finish(ref, acquired, content)


# --- files → one table ---


def _read_files(ref: DatasetRef, acquired: Acquired, monitor: Monitor) -> Content:
    """Read the files, or what an earlier load of the same bytes with the same options has kept."""
    spec = detect_format(acquired.files, ref.options)
    problems = check_options(spec, ref.options)
    if problems:
        raise SettingsError(list(problems))
    key = tables.table_key(spec.name, acquired.files, ref.options)
    known = tables.find(key)
    if known is not None:
        return known
    parts = [_read_file(file, spec, ref.options, monitor) for file in acquired.files]
    parsed = _join(acquired.files, parts)
    entry = tables.find_entry(key) if spec.columnar else None
    if entry is not None:
        return Content(_declare(parsed.table, declared_kinds(ref.options)), entry.columns, entry.sha256, entry.notes)
    content = _described(ref, parsed)
    tables.keep(key, content, source=without_credentials(ref.source), with_table=not spec.columnar)
    return content


def _described(ref: DatasetRef, parsed: Parsed) -> Content:
    """Give columns their declared types, and find out what they hold."""
    if parsed.table.num_rows == 0 or parsed.table.num_columns == 0:
        shown = line(without_credentials(ref.source))
        raise SchemaError(f"{shown} has no rows", hint="A table needs a header and at least one row.")
    declared = declared_kinds(ref.options)
    table = _declare(parsed.table, declared)
    columns = tuple(_overridden(column, declared) for column in infer_columns(to_frame(table)))
    return Content(table, columns, content_sha256(table), parsed.notes)


def _read_file(file: AcquiredFile, spec: FormatSpec, options: Mapping[str, object], monitor: Monitor) -> Parsed:
    name = line(file.facts.name)
    monitor.check(name)
    try:
        parsed = normalise(spec.read(file, options, monitor))
        unchanged = file_sha256(file.path) == file.facts.sha256
    except OSError as error:
        raise FormatError(f"{name} cannot be read: {error.strerror or error}") from error
    if not unchanged:
        raise IntegrityError(f"{name} changed while it was read", hint="Run the same command again.")
    return parsed


def _join(files: tuple[AcquiredFile, ...], parts: list[Parsed]) -> Parsed:
    """Put the files' rows behind each other.

    Raises
    ------
    SchemaError
        The columns of one file are not those of the first; it is named.
    """
    if len(parts) == 1:
        return parts[0]
    notes = [f"{len(parts)} files joined in the order of their names"]
    first = parts[0].table
    aligned = [first]
    for file, part in zip(files[1:], parts[1:], strict=True):
        _check_same_columns(files[0], first, file, part.table)
        aligned.append(part.table.select(first.column_names))
    fields = [_common_field(index, files, aligned) for index in range(first.num_columns)]
    schema = pa.schema(fields)
    joined = pa.concat_tables([table.cast(schema) for table in aligned])
    for file, part in zip(files, parts, strict=True):
        notes.extend(f"{line(file.facts.name)}: {note}" for note in part.notes)
    return Parsed(joined, tuple(notes))


def _check_same_columns(one: AcquiredFile, first: pa.Table, other: AcquiredFile, table: pa.Table) -> None:
    if set(first.column_names) == set(table.column_names):
        return
    missing = [name for name in first.column_names if name not in table.column_names]
    extra = [name for name in table.column_names if name not in first.column_names]
    parts = [f"lacks {_listed(missing)}" if missing else "", f"has {_listed(extra)} besides" if extra else ""]
    what = " and ".join(part for part in parts if part)
    message = f"{line(other.facts.name)} does not fit: it {what}, compared with {line(one.facts.name)}"
    raise SchemaError(message, hint="Make the files alike, or narrow the pattern.")


def _listed(names: list[str]) -> str:
    shown = ", ".join(line(name, 60) for name in names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown


def _common_field(index: int, files: tuple[AcquiredFile, ...], parts: list[pa.Table]) -> pa.Field:
    """Find the type of a column that all files can be given without loss."""
    columns = [part.column(index) for part in parts]
    name = parts[0].column_names[index]
    common = columns[0].type
    empty = columns[0].null_count == len(columns[0])
    for file, column in zip(files[1:], columns[1:], strict=True):
        kind, blank = column.type, column.null_count == len(column)
        if kind == common or blank:
            continue
        if empty:
            common, empty = kind, False
        elif _is_number(kind) and _is_number(common):
            common = pa.float64()
        elif pt.is_dictionary(kind) and pt.is_dictionary(common) and kind.value_type == common.value_type:
            common = pa.dictionary(pa.int32(), kind.value_type)
        else:
            message = (
                f"{line(file.facts.name)} does not fit: its column {line(name)} holds {kind}, "
                f"where {line(files[0].facts.name)} holds {common}"
            )
            raise SchemaError(message, hint="Make the files alike, or declare the column by the reader option `types`.")
    return pa.field(name, common)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pt.is_integer(kind) or pt.is_floating(kind))


# --- table → verified data set ---


def _finish(ref: DatasetRef, acquired: Acquired, content: Content) -> Table:
    bundled = acquired.bundled
    target = bundled.target if bundled else None
    documented = bundled is not None and ref.target in (None, target)
    return Table(
        frame=to_frame(content.table),
        columns=content.columns,
        default_target=target,
        sha256=content.sha256,
        provenance=Provenance(
            source=without_credentials(ref.source),
            files=tuple(file.facts for file in acquired.files),
            version=acquired.version,
            notes=(*acquired.notes, *content.notes),
        ),
        task_hint=bundled.task if bundled and documented else None,
    )


def _overridden(column: Column, declared: Mapping[str, ColumnKind]) -> Column:
    return replace(column, kind=declared[column.name]) if column.name in declared else column


def _declare(table: pa.Table, declared: Mapping[str, ColumnKind]) -> pa.Table:
    """Give columns the types that the user declares."""
    for name, kind in declared.items():
        if name not in table.column_names:
            nearest = plugins.nearest(name, table.column_names)
            hint = f"Did you mean {line(nearest)}?" if nearest else f"There are {_listed(table.column_names)}."
            raise SchemaError(f"`types` names a column that is not there: {line(name)}", hint=hint)
        index = table.column_names.index(name)
        table = table.set_column(index, name, _declared_column(name, table.column(index), kind))
    return table


def _declared_column(name: str, column: pa.ChunkedArray, kind: ColumnKind) -> pa.ChunkedArray:
    stored = column.type
    match kind:
        case ColumnKind.CATEGORICAL | ColumnKind.TEXT:
            keeps = pt.is_dictionary(stored) and kind is ColumnKind.CATEGORICAL
            return column if keeps else column.cast(pa.large_string())
        case ColumnKind.IDENTIFIER:
            return column
        case ColumnKind.NUMERIC:
            fits, cast = _is_number(stored), pt.is_boolean(stored)
            target = pa.int64() if column.null_count == 0 else pa.float64()
        case ColumnKind.BOOLEAN:
            fits, cast, target = pt.is_boolean(stored), pt.is_integer(stored), pa.bool_()
        case ColumnKind.DATETIME:
            fits, cast, target = pt.is_timestamp(stored), False, stored
    if fits:
        return column
    if cast:
        return column.cast(pa.int8()).cast(target)
    if pt.is_large_string(stored) or pt.is_dictionary(stored):
        return force_type(column.cast(pa.large_string()), kind, CellRules(), name)
    message = f"column {line(name)} is declared {kind.value}, but holds {stored}"
    raise FormatError(message, hint="Take the column out of `types`.")
