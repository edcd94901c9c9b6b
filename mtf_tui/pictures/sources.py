"""The panes of Sources: what is tested on, and what each data set holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.outlines import PlanOutline
from mtf_engine.domain.sources import ColumnOutline, SourceProfile, Sources
from mtf_engine.domain.views import RowPage
from mtf_tui.datasets import DatasetEntry
from mtf_tui.painters.bars import histogram, percentage_cell, share_bar
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.sheets import Sheet, SheetRow
from mtf_tui.text import LINE_LIMIT, cut, own, safe, wrapped
from mtf_tui.themes import Look

_SOURCE_LEAST = 22
"""Cells of a source before other columns make room for it."""

_ROW_CELL = 22
"""Cells of a value of the first rows."""

_KINDS = {
    "numeric": "number",
    "categorical": "category",
    "boolean": "boolean",
    "datetime": "date",
    "text": "text",
    "identifier": "identifier",
}


def empty_answer(sources: Sources | None, look: Look) -> Text:
    """What to press while there are no data."""
    key = f"bold {look.tokens.accent}"
    count = f"{len(sources.bundled)} " if sources is not None else ""
    return own("No data yet. ", ("a", key), " adds a file, ", ("b", key), f" browses {count}bundled sets.")


def failed_answer(entries: Sequence[DatasetEntry], look: Look) -> Text | None:
    """The first data set that cannot be tested on, and why; None where all can."""
    failed = [entry for entry in entries if entry.problem is not None]
    if not failed:
        return None
    first, more = failed[0], len(failed) - 1
    message = (first.problem.message if first.problem is not None else "").rstrip(".")
    about = own() if first.name and first.name in message else own(safe(first.name), ": ")
    rest = f"; {more} more" if more else ""
    return own((f"{look.glyphs.fail} ", look.tokens.fail), about, safe(message), rest)


def failure_rows(entry: DatasetEntry, place: str, width: int, look: Look) -> list[Text]:
    """Why a data set cannot be tested on, where that stands, and what to do."""
    problem = entry.problem
    if problem is None:
        return []
    tokens = look.tokens
    where = f"line {problem.line} of {place}" if problem.line else ""
    rows = [
        ("what", safe(problem.message, tokens.text, limit=LINE_LIMIT)),
        ("where", safe(where, tokens.text)),
        ("next", safe(problem.hint or "", tokens.text, limit=LINE_LIMIT)),
        ("", own(("enter", f"bold {tokens.accent}"), " changes it, ", ("R", f"bold {tokens.accent}"), " tries again")),
    ]
    told = [(label, text) for label, text in rows if text.plain]
    return [
        line for label, text in told for line in wrapped(own((f" {label:<8}", tokens.muted), text), width, indent=9)
    ]


def sources_answer(plan: PlanOutline, look: Look) -> Text:
    """What is tested on."""
    rows = sum(dataset.rows for dataset in plan.datasets)
    head = f"Testing on {numbers.plural(len(plan.datasets), 'data set')}"
    missing = len(plan.unavailable)
    all_of_them = "all read and verified" if len(plan.datasets) > 1 else "read and verified"
    rest = f"; {missing} could not be fetched" if missing else f"; {all_of_them}"
    return own((head, look.tokens.accent), f", {numbers.plural(rows, 'row')}{rest}")


def sources_scope(plan: PlanOutline, look: Look) -> Text:
    """Tasks and divisions."""
    tasks = Counter(dataset.task for dataset in plan.datasets)
    splits = _splits(plan)
    seed = f", seed {plan.seed}" if plan.seed is not None else ""
    text = " · ".join([*(f"{count} {task}" for task, count in tasks.items()), *splits[:3]]) + seed
    return safe(text, look.tokens.muted)


def _splits(plan: PlanOutline) -> Sequence[str]:
    """How rows are divided, each way once; k-folds that differ only in stratification are one."""
    ways = dict.fromkeys((dataset.split, dataset.folds) for dataset in plan.datasets)
    if {method for method, _ in ways} == {"stratified_kfold", "kfold"} and len(ways) == 2:
        counts = {folds for _, folds in ways}
        if len(counts) == 1:
            return [f"{_split('kfold', counts.pop())}, classes stratified"]
    return [_split(*way) for way in ways]


def _split(method: str, folds: int) -> str:
    """``5 stratified folds``, ``holdout``, ``5 time series folds``."""
    kind = method.replace("_", " ").replace("kfold", "").replace("  ", " ").strip()
    if method in ("holdout", "predefined"):
        return kind
    return f"{numbers.count(folds)} {kind} {'fold' if folds == 1 else 'folds'}".replace("  ", " ")


def dataset_note(entries: Sequence[DatasetEntry], sources: Sources | None) -> str:
    """How many there are, and how many more could be added."""
    off = sum(not entry.is_on for entry in entries)
    parts = [f"{len(entries) - off} in the plan" if entries else "", f"{off} off" if off else ""]
    if sources is not None:
        cached = f", {len(sources.cached)} cached" if sources.cached else ""
        parts.append(f"b: {len(sources.bundled)} bundled{cached}")
    return " · ".join(part for part in parts if part)


def dataset_table(entries: Sequence[DatasetEntry], width: int, look: Look, sampled: frozenset[str]) -> TablePicture:
    """One row a data set, those that are off or not read yet too.

    Parameters
    ----------
    entries : sequence of DatasetEntry
        In the order to show.
    width : int
        Cells.
    look : Look
        Theme and glyphs.
    sampled : frozenset of str
        Keys of those whose profile is that of a sample.
    """
    longest = max((safe(entry.source).cell_len for entry in entries), default=0)
    least = max(12, min(_SOURCE_LEAST, longest))
    rows = [_dataset_row(entry, look, is_sampled=entry.key in sampled) for entry in entries]
    columns = [
        Column(own(" "), width=1),
        Column(own("name"), most=26),
        Column(own("source"), flex=True, least=least, most=40, drop=1),
        Column(own("task"), most=24),
        Column(own("rows"), right=True),
        Column(own("cols"), right=True),
        Column(own("target"), most=18),
        Column(own("classes"), right=True, drop=4),
        Column(own("size"), right=True, drop=3),
        Column(own("sha256"), drop=5),
    ]
    table = tabulate(columns, rows, width, look)
    keyed = tuple(TableRow(entry.key, row) for entry, row in zip(entries, table.rows, strict=True))
    return TablePicture(keyed, (table.header,))


def dataset_sheet(entries: Sequence[DatasetEntry]) -> Sheet:
    """The same as values; the size is in bytes."""
    columns = ("name", "source", "task", "rows", "cols", "target", "classes", "size", "sha256", "problem")
    return Sheet(columns, tuple(SheetRow(entry.key, _values(entry)) for entry in entries))


def _values(entry: DatasetEntry) -> tuple[object, ...]:
    one, problem = entry.outline, entry.problem.message if entry.problem is not None else None
    if one is None:
        return (entry.name, entry.source, None, None, None, entry.target, None, None, None, problem)
    counts = (one.task, one.rows, one.columns, one.target, len(one.classes), one.size, one.sha256)
    return (entry.name, entry.source, *counts, problem)


def profile_sheet(profile: SourceProfile) -> Sheet:
    """The same as values; missing is a share."""
    columns = ("column", "type", "missing", "distinct", "range or top", "note")
    return Sheet(
        columns,
        tuple(
            SheetRow(c.name, (c.name, "target" if c.is_target else _KINDS.get(c.kind, "other"), c.missing, c.distinct,
                              c.text or None, c.warning))
            for c in profile.columns
        ),
    )  # fmt: skip


def _dataset_row(entry: DatasetEntry, look: Look, *, is_sampled: bool) -> list[Content]:
    tokens, glyphs, outline = look.tokens, look.glyphs, entry.outline
    mark, word = _mark(entry, look, is_sampled=is_sampled)
    ink = tokens.text if entry.is_on else tokens.muted
    about: Content = partial(_source, entry.source, tokens.muted)
    if entry.problem is not None:
        about = safe(entry.problem.message, tokens.fail)
    if outline is None or entry.problem is not None:
        target = safe(entry.target or "", tokens.muted)
        return [mark, safe(entry.name, ink), about, word, own(), own(), target, own(), own(), own()]
    return [
        mark,
        safe(entry.name, ink),
        about,
        safe(outline.task, tokens.text),
        own((numbers.count(outline.rows), tokens.text)),
        own((numbers.count(outline.columns), tokens.text)),
        safe(outline.target, tokens.text),
        own((numbers.count(len(outline.classes)) if outline.classes else glyphs.none, tokens.muted)),
        own((numbers.size(outline.size) if outline.size else glyphs.none, tokens.muted)),
        own((outline.sha256[:8], tokens.muted)),
    ]


def _source(source: str, ink: str, width: int) -> Text:
    """A path or address, cut in its middle."""
    return cut(safe(source, ink), width, middle=True)


def _mark(entry: DatasetEntry, look: Look, *, is_sampled: bool) -> tuple[Text, Text]:
    """The sign of a data set, and its word while there is no task to show."""
    tokens, glyphs, part = look.tokens, look.glyphs, entry.part
    if not entry.is_on:
        return own((glyphs.none, tokens.muted)), own(("off", tokens.muted))
    if entry.problem is not None:
        return own((glyphs.fail, tokens.fail)), own(("failed", tokens.fail))
    if part is not None and part.state == "reading":
        known = part.total and part.received < part.total
        word = numbers.percent(part.received / (part.total or 1)) if known else "reading"
        return own((glyphs.live, tokens.accent)), own((word, tokens.accent))
    if is_sampled:
        return own((glyphs.warn, tokens.warn)), own(("sampled", tokens.warn))
    if entry.outline is None:
        words = {"ready": "read", "waiting": "waiting"}
        word = words.get(part.state, "") if part is not None else ""
        sign = (glyphs.ok, tokens.ok) if word == "read" else (glyphs.queued, tokens.muted)
        return own(sign), own((word, tokens.muted))
    return own((glyphs.ok, tokens.ok)), own()


def profile_table(
    profile: SourceProfile, width: int, look: Look, left_out: frozenset[str] = frozenset()
) -> TablePicture:
    """One row a column, the target first: type, missing, distinct, distribution, range or commonest value."""
    order = sorted(profile.columns, key=lambda column: not column.is_target)
    rows = [_column_row(column, look, is_left_out=column.name in left_out) for column in order]
    columns = [
        Column(own("column"), flex=True, least=16, most=32),
        Column(own("type"), width=10),
        Column(own("missing"), right=True),
        Column(own("distinct"), right=True),
        Column(own("distribution"), width=12),
        Column(own("range or top"), flex=True, least=14, most=44, drop=1),
    ]
    table = tabulate(columns, rows, width, look)
    keyed = tuple(TableRow(c.name, row) for c, row in zip(order, table.rows, strict=True))
    return TablePicture(keyed, (table.header,))


def _column_row(column: ColumnOutline, look: Look, *, is_left_out: bool) -> list[Content]:
    tokens = look.tokens
    picture = own()
    if column.histogram:
        picture = histogram(column.histogram, look)
    elif column.top:
        picture = share_bar([value.share for value in column.top], look)
    about = safe(column.text, tokens.text)
    if is_left_out:
        about = own((f"left out{': ' if column.warning else ''}{column.warning or ''}", tokens.muted))
    elif column.warning:
        about = own((f"{look.glyphs.warn} {column.warning}", tokens.warn), "  " if column.text else "", about)
    kind = own(("target", tokens.accent)) if column.is_target else own((_KINDS.get(column.kind, "other"), tokens.muted))
    return [
        safe(column.name, f"bold {tokens.text}" if column.is_target else tokens.text),
        kind,
        percentage_cell(column.missing, look),
        own((numbers.count(column.distinct), tokens.text)),
        picture,
        about,
    ]


def profile_note(profile: SourceProfile) -> str:
    """How much was read."""
    rows = f"all {numbers.plural(profile.rows, 'row')}"
    if profile.rows_read < profile.rows:
        rows = f"! sampled: {numbers.count(profile.rows_read)} of {numbers.plural(profile.rows, 'row')}"
    return f"{rows} · {numbers.plural(len(profile.columns), 'column')}"


def row_lines(page: RowPage, width: int, height: int, look: Look) -> list[Text]:
    """The first rows as they stand in the data; columns that have no room are counted."""
    tokens = look.tokens
    numeric = page.numeric or tuple(False for _ in page.columns)
    columns = [
        Column(safe(name, tokens.muted), right=numeric[place], most=_ROW_CELL, drop=place)
        for place, name in enumerate(page.columns)
    ]
    rows: list[list[Content]] = [
        [own((look.glyphs.none, tokens.muted)) if value is None else safe(value, limit=_ROW_CELL * 2) for value in row]
        for row in page.rows[: max(1, height - 2)]
    ]
    table = tabulate(columns, rows, width, look)
    lines = [table.header, *table.rows]
    hidden = (page.total_columns or len(page.columns)) - len(table.shown)
    return [*lines, own((f" {numbers.plural(hidden, 'more column')}", tokens.muted))] if hidden else lines
