"""The panes of Models: what is fitted, and what it costs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.outlines import PlanOutline
from mtf_tui.entries import ModelEntry
from mtf_tui.painters.table import GAP, Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.sheets import Sheet, SheetRow
from mtf_tui.text import cut, own, safe, spare
from mtf_tui.themes import Look

_LEAST_NAME = 5
"""Cells below which a data set's name says nothing."""
MANY = 30
"""Models beyond which they are shown by kind."""


def models_answer(plan: PlanOutline, look: Look) -> Text:
    """What is fitted, and what it would cost."""
    listed = numbers.plural(len(plan.models), "model")
    cells = numbers.plural(plan.cells - plan.finished_cells, "cell")
    if plan.cells == plan.finished_cells:
        return own((listed, look.tokens.accent), f": all {numbers.plural(plan.cells, 'cell')} are stored; r shows them")
    stored = f" ({numbers.count(plan.finished_cells)} stored)" if plan.finished_cells else ""
    about = f", about {numbers.estimate(plan.seconds)}" if plan.seconds is not None else ", time unknown"
    memory = f", at most {numbers.size(plan.peak_rss_bytes)}" if plan.peak_rss_bytes else ""
    folds = {dataset.folds for dataset in plan.datasets}
    each = f", {numbers.plural(folds.pop(), 'fold')}" if len(folds) == 1 else ""
    rest = f" on {numbers.plural(len(plan.datasets), 'data set')}{each}: {cells}{stored}{about}"
    return own((listed, look.tokens.accent), rest, spare(memory))


def model_table(models: Sequence[ModelEntry], width: int, look: Look, *, marked: Collection[str] = ()) -> TablePicture:
    """One row a model, those that are off or wrong too; many are shown by kind."""
    grouped = sorted(models, key=lambda entry: entry.kind) if len(models) > MANY else list(models)
    rows: list[list[Content]] = [_model_row(entry, look, is_marked=entry.key in marked) for entry in grouped]
    columns = [
        Column(own(" "), width=1),
        Column(own("model"), most=34),
        Column(own("kind")),
        Column(own("parameters"), drop=2),
        Column(own("applies to"), flex=True, least=12, most=50, drop=1),
        Column(own("cells"), right=True),
        Column(own("about"), right=True),
    ]
    table = tabulate(columns, rows, width, look)
    keyed: list[TableRow] = []
    for position, (entry, line) in enumerate(zip(grouped, table.rows, strict=True)):
        if len(models) > MANY and (position == 0 or grouped[position - 1].kind != entry.kind):
            count = sum(other.kind == entry.kind for other in grouped)
            head = own((f" {entry.kind}", f"bold {look.tokens.text}"), (f"  {numbers.count(count)}", look.tokens.muted))
            keyed.append(TableRow(f"\0{entry.kind}", head))
        keyed.append(TableRow(entry.key, _whole(entry, line, table.widths, width, look)))
    return TablePicture(tuple(keyed), (table.header,))


def _model_row(entry: ModelEntry, look: Look, *, is_marked: bool) -> list[Content]:
    tokens, glyphs, model = look.tokens, look.glyphs, entry.outline
    sign, sign_ink = {"off": (glyphs.none, tokens.muted), "missing": (glyphs.none, tokens.warn),
                      "wrong": (glyphs.fail, tokens.fail)}.get(entry.kind, (glyphs.ok, tokens.ok))  # fmt: skip
    if is_marked:
        sign, sign_ink = glyphs.live, tokens.accent
    ink = tokens.text if entry.is_on and entry.kind != "added" else tokens.muted
    kind_ink = {"missing": tokens.warn, "wrong": tokens.fail}.get(entry.kind, tokens.muted)
    row: list[Content] = [own((sign, sign_ink)), safe(entry.name, ink), own((entry.kind, kind_ink))]
    if model is None or entry.problem is not None:
        return [*row, own(), own(), own(), own()]
    return [
        *row,
        own((f"{len(model.parameters)} set" if model.parameters else "defaults", tokens.muted)),
        _names(model.datasets, look),
        own((numbers.count(model.cells), tokens.text)),
        own((numbers.estimate(model.seconds) if model.seconds is not None else "?", tokens.muted)),
    ]


def _names(names: Sequence[str], look: Look) -> Content:
    """Data sets by their names, the longest cut where there is not room for all; else how many they are."""
    muted = look.tokens.muted
    shown = [safe(name, muted) for name in names]

    def paint(width: int) -> Text:
        most = max((name.cell_len for name in shown), default=0)
        while sum(min(name.cell_len, most) for name in shown) + len(shown) - 1 > width and most > _LEAST_NAME:
            most -= 1
        line = own(*(part for name in shown for part in (cut(name, most, mark=look.glyphs.ellipsis), " ")))[:-1]
        return line if line.cell_len <= width else own((numbers.plural(len(names), "data set"), muted))

    return paint if names else own(("no data set", muted))


def _whole(entry: ModelEntry, line: Text, widths: Sequence[int], width: int, look: Look) -> Text:
    """Put what is wrong with a model, or how to install it, behind its kind."""
    if entry.problem is None:
        return line
    start = 1 + sum(widths[:3]) + 3 * GAP
    command = (entry.problem.hint or "").partition("Install it: ")[2].strip(".`")
    said = command if entry.kind == "missing" and command else entry.problem.message
    ink = look.tokens.text if entry.kind == "missing" else look.tokens.fail
    return own(line[:start], cut(safe(said, ink), max(0, width - start), mark=look.glyphs.ellipsis))


def model_sheet(models: Sequence[ModelEntry]) -> Sheet:
    """The same as values; the time is in seconds."""
    columns = ("model", "on", "kind", "parameters", "applies to", "cells", "about", "problem")
    rows = []
    for entry in models:
        o = entry.outline
        known = (dict(o.parameters) or None, o.datasets, o.cells, o.seconds) if o else (None,) * 4
        problem = str(entry.problem) if entry.problem is not None else None
        rows.append(SheetRow(entry.key, (entry.name, entry.is_on, entry.kind, *known, problem)))
    return Sheet(columns, tuple(rows))
