"""The panes of Models: what is fitted, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.outlines import Form, ModelOutline, PlanOutline
from mtf_tui.entries import ModelEntry
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.sheets import Sheet, SheetRow
from mtf_tui.text import own, safe
from mtf_tui.themes import Look


def models_answer(plan: PlanOutline, look: Look) -> Text:
    """What is fitted, and what it would cost."""
    listed = numbers.plural(len(plan.models), "model")
    cells = numbers.plural(plan.cells - plan.finished_cells, "cell")
    stored = f" ({numbers.count(plan.finished_cells)} more are stored)" if plan.finished_cells else ""
    if plan.cells == plan.finished_cells:
        return own((listed, look.tokens.accent), f": all {numbers.plural(plan.cells, 'cell')} are stored; r shows them")
    about = f", about {numbers.estimate(plan.seconds)}" if plan.seconds is not None else ", time unknown"
    memory = f", at most {numbers.size(plan.peak_rss_bytes)}" if plan.peak_rss_bytes else ""
    rest = f" on {numbers.plural(len(plan.datasets), 'data set')}: {cells} to run{stored}{about}{memory}"
    return own((listed, look.tokens.accent), rest)


def model_table(models: Sequence[ModelEntry], width: int, look: Look) -> TablePicture:
    """One row a model, those that are off too."""
    tokens = look.tokens
    rows: list[list[Content]] = []
    for entry in models:
        model = entry.outline
        if model is None:
            sign, note = (" ", "") if entry.is_on else (look.glyphs.none, "off")
            name = safe(entry.name, tokens.muted)
            rows.append([own((sign, tokens.muted)), name, own((note, tokens.muted)), *[own()] * 4])
            continue
        ink = tokens.muted if model.added else tokens.text
        kind = "added" if model.added else model.kind
        set_ones = f"{len(model.parameters)} set" if model.parameters else "defaults"
        rows.append(
            [
                own((look.glyphs.ok, tokens.ok)),
                safe(model.name, ink),
                own((kind, tokens.muted)),
                own((set_ones, tokens.muted)),
                safe(" ".join(model.datasets), tokens.muted),
                own((numbers.count(model.cells), tokens.text)),
                own((numbers.estimate(model.seconds) if model.seconds is not None else "?", tokens.muted)),
            ]
        )
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
    keyed = tuple(TableRow(m.key, row) for m, row in zip(models, table.rows, strict=True))
    return TablePicture(keyed, (table.header,))


def model_sheet(models: Sequence[ModelEntry]) -> Sheet:
    """The same as values; the time is in seconds."""
    columns = ("model", "on", "kind", "parameters", "applies to", "cells", "about")
    rows = []
    for entry in models:
        o = entry.outline
        known = (o.kind, dict(o.parameters) or None, o.datasets, o.cells, o.seconds) if o else (None,) * 5
        rows.append(SheetRow(entry.key, (entry.name, entry.is_on, *known)))
    return Sheet(columns, tuple(rows))


def parameter_table(form: Form, model: ModelOutline, width: int, look: Look) -> TablePicture:
    """One row a parameter: those that are set first, then the defaults."""
    tokens = look.tokens
    fields = sorted(form.fields, key=lambda field: field.name not in model.parameters)
    rows: list[list[Content]] = []
    for field in fields:
        is_set = field.name in model.parameters
        value = model.parameters[field.name] if is_set else field.default_text or field.default
        shown = "none" if value is None else str(value)
        words = ", ".join(field.choices) if field.choices else field.description
        rows.append(
            [
                safe(field.name, tokens.text),
                safe(shown, f"bold {tokens.accent}" if is_set else tokens.muted, limit=30),
                safe(words, tokens.muted),
            ]
        )
    columns = [
        Column(own("parameter"), most=28),
        Column(own("value"), most=24),
        Column(own("meaning"), flex=True, least=20, most=120, drop=1),
    ]
    table = tabulate(columns, rows, width, look)
    keyed = tuple(TableRow(f.name, row) for f, row in zip(fields, table.rows, strict=True))
    empty = () if keyed else (own((" no parameters", tokens.muted)),)
    return TablePicture(keyed, (table.header,) if keyed else (), empty)
