"""Checks, failing first, and what one check asked, found and means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.results import CheckRow, Verdict
from mtf_tui.painters.interval import axis_header, axis_over, interval_bar
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.text import LINE_LIMIT, own, pad, safe, wrapped
from mtf_tui.themes import Look

_ORDER = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.WARN, Verdict.NOT_RUN, Verdict.PASS)
_WORDS = {
    Verdict.PASS: "pass",
    Verdict.WARN: "warn",
    Verdict.FAIL: "fail",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.ERROR: "error",
    Verdict.NOT_RUN: "not run",
}
_WHOLE_FROM = 56
"""Cells from which all columns of checks have room."""

_MODEL = 11
"""Cells of a model's name before what a check found of it."""

_LONG_FROM = 100
"""Cells from which checks and models beside them are named longer."""

_LABEL = 11
"""Cells of the names of facts."""


def ordered(rows: Sequence[CheckRow]) -> list[tuple[str, CheckRow]]:
    """Rows with a key each, failing ones first, else in plan order."""
    keyed = [(str(position), row) for position, row in enumerate(rows)]
    return sorted(keyed, key=lambda pair: _ORDER.index(pair[1].verdict))


def mark(verdict: Verdict, look: Look) -> Text:
    """A verdict with its sign and word."""
    tokens, glyphs = look.tokens, look.glyphs
    sign, style = {
        Verdict.PASS: (glyphs.ok, tokens.ok),
        Verdict.WARN: (glyphs.warn, tokens.warn),
        Verdict.FAIL: (glyphs.fail, f"bold {tokens.fail}"),
        Verdict.INCONCLUSIVE: (glyphs.undecided, tokens.warn),
        Verdict.ERROR: (glyphs.fail, f"bold {tokens.fail}"),
        Verdict.NOT_RUN: (glyphs.none, tokens.muted),
    }[verdict]
    return own((f"{sign} {_WORDS[verdict]}", style))


def question(row: CheckRow) -> str:
    """What a check asks, in the words of its column: a metric's threshold, else the check's name."""
    asked, reference = row.evidence.get("asked"), row.evidence.get("reference")
    if reference is not None:
        return f"not worse than {reference}"
    return str(asked) if row.evidence.get("metric") and asked else row.name.replace("_", " ")


def check_table(rows: Sequence[CheckRow], width: int, look: Look) -> TablePicture:
    """One row a check."""
    if width < _WHOLE_FROM:
        return _short_table(rows, width, look)
    tokens = look.tokens
    keyed = ordered(rows)
    cells: list[list[Content]] = [
        [
            mark(row.verdict, look),
            safe(row.code, tokens.muted),
            safe(question(row)),
            safe(row.dataset or "all", tokens.muted),
            safe(row.model, tokens.text) if row.model else safe(row.message, tokens.muted),
        ]
        for _, row in keyed
    ]
    columns = [
        Column(own(("verdict", tokens.muted)), width=_verdict_width(rows)),
        Column(own(("code", tokens.muted)), drop=2),
        Column(own(("check", tokens.muted)), flex=True, least=18, most=40),
        Column(own(("data set", tokens.muted)), most=16),
        Column(own(("model or finding", tokens.muted)), flex=True, least=10, most=120, drop=1),
    ]
    table = tabulate(columns, cells, width, look)
    lines = tuple(TableRow(key, line) for (key, _), line in zip(keyed, table.rows, strict=True))
    return TablePicture(lines, (table.header,))


def checks_on(rows: Sequence[CheckRow], dataset: str) -> list[CheckRow]:
    """Checks of one data set, and those of none."""
    return [row for row in rows if row.dataset in (None, dataset)]


def found_table(rows: Sequence[CheckRow], width: int, look: Look, *, most: int, where: str = "h") -> list[Text]:
    """One row a check: of which model and what it found, failing first; how many more there are, and where."""
    tokens = look.tokens
    keyed = ordered(rows)
    shown = keyed if len(keyed) <= most else keyed[: most - 1]
    longest = max((safe(row.model or "").cell_len for _, row in shown), default=0)
    names = min(longest, _MODEL if width < _LONG_FROM else 2 * _MODEL)
    cells: list[list[Content]] = [
        [
            mark(row.verdict, look),
            safe(row.code, tokens.muted),
            safe(question(row)),
            _found(row, look, names),
        ]
        for _, row in shown
    ]
    columns = [
        Column(own(), width=_verdict_width(rows)),
        Column(own(), drop=2),
        Column(own(), most=24 if width < _LONG_FROM else 40),
        Column(own(), flex=True, least=10, most=120),
    ]
    lines = list(tabulate(columns, cells, width, look).rows)
    more = len(keyed) - len(shown)
    return [*lines, own((f" {numbers.count(more)} more: {where}", tokens.muted))] if more else lines


def _found(row: CheckRow, look: Look, names: int) -> Text:
    message = safe(row.message, look.tokens.muted)
    return own(pad(safe(row.model), names), "  ", message) if row.model else message


def _short_table(rows: Sequence[CheckRow], width: int, look: Look) -> TablePicture:
    """Verdict, question and whom it is about, in few cells; the rest is in the detail."""
    muted = look.tokens.muted
    keyed = ordered(rows)
    cells: list[list[Content]] = [
        [mark(row.verdict, look), safe(question(row)), safe(about(row) or "all", muted)] for _, row in keyed
    ]
    columns = [
        Column(own(("verdict", muted)), width=_verdict_width(rows)),
        Column(own(("check", muted)), flex=True, least=8, most=24),
        Column(own(("about", muted)), flex=True, least=10, most=40),
    ]
    table = tabulate(columns, cells, width, look)
    lines = tuple(TableRow(key, line) for (key, _), line in zip(keyed, table.rows, strict=True))
    return TablePicture(lines, (table.header,))


def _verdict_width(rows: Sequence[CheckRow]) -> int:
    return 14 if any(row.verdict is Verdict.INCONCLUSIVE for row in rows) else 9


def about(row: CheckRow) -> str:
    """The model and the data set that a check is about, as far as it is about one."""
    return " · ".join(part for part in (row.model, row.dataset) if part)


def check_counts(rows: Sequence[CheckRow]) -> str:
    """``1 fail · 1 warn · 9 pass · 1 not run``."""
    counts = [(sum(row.verdict is verdict for row in rows), _WORDS[verdict]) for verdict in _ORDER]
    return " · ".join(f"{count} {word}" for count, word in counts if count)


def check_detail(row: CheckRow, width: int, look: Look, *, next_step: str = "") -> list[Text]:
    """What was asked and found, how much was read, what it means, and what to do next."""
    asked = row.evidence.get("asked")
    rows = fact("asked", safe(asked, limit=LINE_LIMIT), width, look) if asked else []
    rows += fact("found", safe(row.message, limit=LINE_LIMIT), width, look)
    rows += _threshold(row.evidence, width, look)
    rows += fact("read", own(_read(row)), width, look)
    rows += fact("so", own(_meaning(row)), width, look)
    if next_step:
        rows += fact("next", safe(next_step, limit=LINE_LIMIT), width, look)
    return rows


def evidence_rows(row: CheckRow, width: int, look: Look) -> list[Text]:
    """All evidence of a check, one value a line; lists and mappings are opened."""
    rows = [
        line for key, value in _flat(row.evidence) for line in fact(key, safe(value, limit=LINE_LIMIT), width, look)
    ]
    return [*rows, *fact("page", safe(row.docs, look.tokens.muted), width, look)]


def _flat(evidence: Mapping[str, object]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in evidence.items():
        name = key.replace("_", " ")
        if isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
            found += [(name if i == 0 else "", _value(item)) for i, item in enumerate(value)]
        elif value is not None:
            found.append((name, _value(value)))
    return found


def _value(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: numbers.UNDEFINED}[value]
    if isinstance(value, float):
        return numbers.significant(value)
    if isinstance(value, int):
        return numbers.count(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {_value(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(item) for item in value) or "none"
    return str(value)


def fact(name: str, text: Text, width: int, look: Look) -> list[Text]:
    """A named fact; its lines after the first are indented to the text of the first."""
    label = own((f" {name:<{_LABEL - 2}} ", look.tokens.muted))
    return wrapped(own(label, text), width - 1, indent=max(_LABEL, label.cell_len))


def _read(row: CheckRow) -> str:
    method = row.evidence.get("interval_method") or row.evidence.get("method")
    how = f" · {str(method).replace('_', ' ')}" if method else ""
    if row.rows_read == row.rows_total:
        return f"all {numbers.plural(row.rows_total, 'row')}{how}"
    sampled = "! read " if row.rows_read else ""
    return f"{sampled}{numbers.count(row.rows_read)} of {numbers.plural(row.rows_total, 'row')}{how}"


def _meaning(row: CheckRow) -> str:
    counts = "counts as a failure" if row.counts else "counts as a warning"
    match row.verdict:
        case Verdict.PASS:
            return "as asked"
        case Verdict.FAIL if row.evidence.get("confident") or row.evidence.get("reference"):
            return f"a real miss, not noise; more test rows would not turn it; {counts}"
        case Verdict.FAIL:
            return f"not what was asked; {counts}"
        case Verdict.INCONCLUSIVE:
            return f"the data do not decide, more rows may; {counts}"
        case Verdict.NOT_RUN:
            return "could not look; it is no pass"
        case Verdict.ERROR:
            return f"the check itself went wrong; {counts}"
        case _:
            return "worth a look; no failure"


def _threshold(evidence: Mapping[str, object], width: int, look: Look) -> list[Text]:
    """The interval beside what was asked for, where the evidence has both."""
    low, high = _number(evidence, "low"), _number(evidence, "high")
    estimate, bound = _number(evidence, "estimate"), _number(evidence, "min")
    if bound is None:
        bound = _number(evidence, "max")
    margin = _number(evidence, "margin")
    if margin is not None:
        estimate, bound = _number(evidence, "difference"), -margin if evidence.get("greater_is_better") else margin
    if bound is None or estimate is None or low is None or high is None:
        return []
    axis = axis_over([(low, high), (bound, bound)])
    if axis is None:
        return []
    bar = max(10, min(44, width - _LABEL - 24))
    drawn = interval_bar(axis, bar, look, estimate=estimate, low=low, high=high, reference=bound)
    limit = f"  {look.glyphs.reference} asked for {_plain(bound)}"
    lead = " " * _LABEL
    return [own(lead, axis_header(axis, bar, look)), own(lead, drawn, (limit, look.tokens.muted))]


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _number(evidence: Mapping[str, object], key: str) -> float | None:
    value = evidence.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
