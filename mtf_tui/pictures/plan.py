"""The panes of Sources, Pipeline and Models: what a run would test, do and fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.outlines import (
    BeforeAfter,
    ColumnOutline,
    ColumnState,
    DatasetOutline,
    Form,
    ModelOutline,
    PipelineOutline,
    PlanOutline,
    SourceProfile,
)
from mtf_engine.errors import MTFError
from mtf_tui.entries import ModelEntry, StepEntry
from mtf_tui.painters.bars import histogram, percentage_cell, share_bar
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
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
    return own(head, f" turn {numbers.count(first)} columns into {numbers.count(last)}{values}")


def step_table(steps: Sequence[StepEntry], width: int, look: Look) -> TablePicture:
    """One row a step, those that are off too; what stands after a failing one is not known."""
    tokens, arrow = look.tokens, look.glyphs.arrow
    rows: list[list[Content]] = []
    for number_of_row, entry in enumerate(steps, start=1):
        step = entry.outline
        if step is None:
            sign, word = (str(number_of_row), "") if entry.is_on else (look.glyphs.none, "off")
            rows.append(
                [own((sign, tokens.muted)), safe(entry.name, tokens.muted), own((word, tokens.muted)), own(), own()]
            )
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
