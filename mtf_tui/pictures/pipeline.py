"""The panes of Pipeline: what each step does, and what it does to the columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.outlines import BeforeAfter, ColumnState, PipelineOutline, StepOutline
from mtf_tui.entries import StepEntry
from mtf_tui.painters.bars import histogram, share_bar
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.sheets import Sheet, SheetRow
from mtf_tui.text import LINE_LIMIT, own, safe
from mtf_tui.themes import Look


def pipeline_answer(pipeline: PipelineOutline, look: Look) -> Text:
    """What the steps make of the data."""
    steps = pipeline.steps
    broken = next((step for step in steps if step.error), None)
    if broken is not None:
        return own((f"{look.glyphs.fail} {broken.name} fails", look.tokens.fail), ": ", safe(broken.error))
    if not steps:
        return own("No steps: models see the columns as they are")
    first, last = steps[0].columns_in, steps[-1].columns_out
    filled = sum(step.values_filled for step in steps)
    values = f"; {numbers.plural(filled, 'value')} filled" if filled else ""
    head = (numbers.plural(len(steps), "step"), look.tokens.accent)
    verb = "turns" if len(steps) == 1 else "turn"
    return own(head, f" {verb} {numbers.count(first)} columns into {numbers.count(last)}{values}")


def step_table(steps: Sequence[StepEntry], width: int, look: Look) -> TablePicture:
    """One row a step, those that are off too; what stands after a failing one is not known."""
    tokens, arrow = look.tokens, look.glyphs.arrow
    rows: list[list[Content]] = []
    for number_of_row, entry in enumerate(steps, start=1):
        step = entry.outline
        if step is None:
            sign, word = (str(number_of_row), "") if entry.is_on else (look.glyphs.none, "off")
            said = own((sign, tokens.muted)), safe(entry.name, tokens.muted), own((word, tokens.muted))
            if entry.problem is not None:
                about = safe(entry.problem.message, tokens.fail, limit=LINE_LIMIT)
                said = own((look.glyphs.fail, tokens.fail)), safe(entry.name), about
            rows.append([*said, own(), own()])
            continue
        unknown = step.columns_out is None
        ink = tokens.muted if unknown else tokens.text
        number = (look.glyphs.fail, tokens.fail) if step.error else (str(number_of_row), tokens.accent)
        does = safe(step.error, tokens.fail) if step.error else safe(step.does, ink)
        columns = "" if unknown else f"{step.columns_in} {arrow} {step.columns_out}"
        changed = step.rows_in != step.rows_out and step.rows_out is not None
        count = f"{numbers.count(step.rows_in)} {arrow} {numbers.count(step.rows_out)}" if changed else ""
        rows.append(
            [
                own(number),
                own((step.name, ink)),
                does,
                own((columns, tokens.muted)),
                own((count or (numbers.count(step.rows_out) if step.rows_out else ""), tokens.muted)),
            ]
        )
    columns_of_table = [
        Column(own(" "), right=True, width=2),
        Column(own("step")),
        Column(own("does"), flex=True, least=20, most=90),
        Column(own("columns"), right=True, drop=1),
        Column(own("rows"), right=True, drop=2),
    ]
    table = tabulate(columns_of_table, rows, width, look)
    keyed = tuple(TableRow(s.key, row) for s, row in zip(steps, table.rows, strict=True))
    return TablePicture(keyed, (table.header,))


def step_sheet(steps: Sequence[StepEntry]) -> Sheet:
    """The same as values."""
    columns = ("step", "on", "does", "columns in", "columns out", "rows in", "rows out", "values filled", "error")
    rows = []
    for entry in steps:
        o = entry.outline
        known = (o.does, o.columns_in, o.columns_out, o.rows_in, o.rows_out, o.values_filled, o.error) if o else ()
        rows.append(SheetRow(entry.key, (entry.name, entry.is_on, *(known or (None,) * 7))))
    return Sheet(columns, tuple(rows))


def before_after_rows(change: BeforeAfter, width: int, look: Look) -> TablePicture:
    """Two rows a changed column: before and after."""
    tokens = look.tokens
    rows: list[list[Content]] = []
    keys: list[str] = []
    for one in change.changes:
        note = numbers.plural(one.values_filled, "value") + " filled" if one.values_filled else ""
        note = note or (f"{numbers.plural(one.values_changed, 'value')} changed" if one.values_changed else "")
        if one.became_count:
            note = f"became {numbers.plural(one.became_count, 'column')}"
        elif one.after is None:
            note = "gone"
        elif one.before is None:
            note = "new"
        for word, state in (("before", one.before), ("after", one.after)):
            if state is not None:
                keys.append(f"{one.column}\0{word}")
                name = safe(one.column, tokens.text) if word == "before" or one.before is None else own()
                rows.append([name, own((word, tokens.muted)), *_state(state, look), own((note, tokens.muted))])
                note = "" if word == "before" and one.after is None else note
    columns = [
        Column(own("column"), flex=True, least=14, most=30),
        Column(own(" "), width=6),
        Column(own("missing"), right=True),
        Column(own("mean"), right=True),
        Column(own("distribution"), width=12, drop=1),
        Column(own(" "), most=26, drop=2),
    ]
    table = tabulate(columns, rows, width, look)
    keyed = tuple(TableRow(key, row) for key, row in zip(keys, table.rows, strict=True))
    empty = () if keyed else (own((" changes no column", tokens.muted)),)
    return TablePicture(keyed, (table.header,) if keyed else (), empty)


def before_after_note(change: BeforeAfter, step: StepOutline) -> str:
    """How many columns changed, and on how many rows that was seen."""
    if step.kind == "row":
        return f"no column changed · {numbers.plural(change.rows_read, 'row')}"
    return f"{numbers.plural(change.changed, 'column')} changed · {numbers.plural(change.rows_read, 'training row')}"


def before_after_sheet(change: BeforeAfter) -> Sheet:
    """The same as values."""
    columns = ("column", "when", "missing", "mean", "values filled", "values changed", "became")
    rows = []
    for one in change.changes:
        for word, state in (("before", one.before), ("after", one.after)):
            if state is not None:
                values = (state.missing, state.mean, one.values_filled, one.values_changed, one.became_count or None)
                rows.append(SheetRow(f"{one.column}\0{word}", (one.column, word, *values)))
    return Sheet(columns, tuple(rows))


def _state(state: ColumnState, look: Look) -> list[Content]:
    picture = own()
    if state.histogram:
        picture = histogram(state.histogram, look)
    elif state.top:
        picture = share_bar([value.share for value in state.top], look)
    return [
        own((numbers.count(state.missing), look.tokens.text)),
        own((numbers.significant(state.mean) if state.mean is not None else "", look.tokens.text)),
        picture,
    ]
