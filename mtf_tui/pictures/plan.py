"""What the pages about the settings answer, and the panes of Sources: what a run would test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.outlines import (
    ColumnOutline,
    DatasetOutline,
    PlanOutline,
    SourceProfile,
)
from mtf_engine.errors import MTFError
from mtf_tui.painters.bars import histogram, percentage_cell, share_bar
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.sheets import Sheet, SheetRow
from mtf_tui.text import cut, own, safe
from mtf_tui.themes import Look
from mtf_tui.workspace import Reading

_KINDS = {
    "numeric": "number",
    "categorical": "category",
    "boolean": "boolean",
    "datetime": "date",
    "text": "text",
    "identifier": "identifier",
}


def reading_answer(reading: Reading, look: Look, now: float) -> Text:
    """How far the data are."""
    share = f" {numbers.percent(reading.received / reading.total)}" if reading.total else ""
    clock = numbers.stopwatch(now - reading.since)
    return own(("Reading", look.tokens.accent), f" the data{share}, {clock}; esc stops")


def problem_answer(error: MTFError, look: Look) -> Text:
    """What is wrong with the settings or the data, in one line."""
    return own((f"{look.glyphs.fail} ", look.tokens.fail), safe(error.message), "; R tries again")


def sources_answer(plan: PlanOutline, look: Look) -> Text:
    """What is tested on."""
    rows = sum(dataset.rows for dataset in plan.datasets)
    head = f"Testing on {numbers.plural(len(plan.datasets), 'data set')}"
    missing = len(plan.unavailable)
    rest = f"; {missing} could not be fetched" if missing else "; all read and verified"
    return own((head, look.tokens.accent), f", {numbers.plural(rows, 'row')}{rest}")


def sources_scope(plan: PlanOutline, look: Look) -> Text:
    """Tasks and divisions."""
    tasks = Counter(dataset.task for dataset in plan.datasets)
    splits = dict.fromkeys(f"{d.folds} × {d.split.replace('_', ' ')}" for d in plan.datasets)
    text = " · ".join([*(f"{count} {task}" for task, count in tasks.items()), *list(splits)[:3]])
    return own((text, look.tokens.muted))


def dataset_table(datasets: Sequence[DatasetOutline], width: int, look: Look) -> TablePicture:
    """One row a data set."""
    tokens = look.tokens
    rows: list[list[Content]] = [
        [
            own((look.glyphs.warn if d.findings else look.glyphs.ok, tokens.warn if d.findings else tokens.ok)),
            safe(d.name, tokens.text),
            cut(safe(d.source, tokens.muted), 34, middle=True),
            own((d.task, tokens.text)),
            own((numbers.count(d.rows), tokens.text)),
            own((numbers.count(d.columns), tokens.text)),
            safe(d.target, tokens.text),
            own((numbers.count(len(d.classes)) if d.classes else look.glyphs.none, tokens.muted)),
            own((numbers.size(d.size) if d.size else look.glyphs.none, tokens.muted)),
            own((d.sha256[:8], tokens.muted)),
        ]
        for d in datasets
    ]
    columns = [
        Column(own(" "), width=1),
        Column(own("name"), most=26),
        Column(own("source"), flex=True, least=12, most=40, drop=1),
        Column(own("task")),
        Column(own("rows"), right=True),
        Column(own("cols"), right=True),
        Column(own("target"), most=18),
        Column(own("classes"), right=True, drop=4),
        Column(own("size"), right=True, drop=3),
        Column(own("sha256"), drop=5),
    ]
    table = tabulate(columns, rows, width, look)
    return TablePicture(
        tuple(TableRow(d.name, row) for d, row in zip(datasets, table.rows, strict=True)), (table.header,)
    )


def dataset_sheet(datasets: Sequence[DatasetOutline]) -> Sheet:
    """The same as values; the size is in bytes."""
    columns = ("name", "source", "task", "rows", "cols", "target", "classes", "size", "sha256")
    return Sheet(
        columns,
        tuple(
            SheetRow(d.name, (d.name, d.source, d.task, d.rows, d.columns, d.target, len(d.classes), d.size, d.sha256))
            for d in datasets
        ),
    )


def profile_table(profile: SourceProfile, width: int, look: Look) -> TablePicture:
    """One row a column: type, missing, distinct, distribution, range or commonest value."""
    rows: list[list[Content]] = [_column_row(column, look) for column in profile.columns]
    columns = [
        Column(own("column"), flex=True, least=16, most=32),
        Column(own("type"), width=10),
        Column(own("missing"), right=True),
        Column(own("distinct"), right=True),
        Column(own("distribution"), width=12),
        Column(own("range or top"), flex=True, least=14, most=44, drop=1),
    ]
    table = tabulate(columns, rows, width, look)
    keyed = tuple(TableRow(c.name, row) for c, row in zip(profile.columns, table.rows, strict=True))
    return TablePicture(keyed, (table.header,))


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


def _column_row(column: ColumnOutline, look: Look) -> list[Content]:
    tokens = look.tokens
    picture = own()
    if column.histogram:
        picture = histogram(column.histogram, look)
    elif column.top:
        picture = share_bar([value.share for value in column.top], look)
    about = safe(column.text, tokens.text)
    if column.warning:
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
