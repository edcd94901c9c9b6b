"""Checks, failing first, and what one check asked, found and means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.results import CheckRow, Verdict
from mtf_tui.painters.interval import axis_header, axis_over, interval_bar
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.text import LINE_LIMIT, own, safe
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
_INTERVAL = ("estimate", "low", "high", "min", "max")


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


def check_table(rows: Sequence[CheckRow], width: int, look: Look) -> TablePicture:
    """One row a check."""
    tokens = look.tokens
    keyed = ordered(rows)
    cells: list[list[Content]] = [
        [
            mark(row.verdict, look),
            safe(row.code, tokens.muted),
            safe(row.name.replace("_", " ")),
            safe(row.dataset or "all", tokens.muted),
            own(
                safe(row.model, tokens.text) if row.model else own(),
                " " if row.model else "",
                safe(row.message, tokens.muted),
            ),
        ]
        for _, row in keyed
    ]
    columns = [
        Column(own(("verdict", tokens.muted)), width=14 if any(r.verdict is Verdict.INCONCLUSIVE for r in rows) else 9),
        Column(own(("code", tokens.muted)), drop=1),
        Column(own(("check", tokens.muted)), flex=True, least=16, most=34),
        Column(own(("data set", tokens.muted)), most=16),
        Column(own(("found", tokens.muted)), flex=True, least=10, most=120, drop=2),
    ]
    table = tabulate(columns, cells, width, look)
    lines = tuple(TableRow(key, line) for (key, _), line in zip(keyed, table.rows, strict=True))
    return TablePicture(lines, (table.header,))


def check_counts(rows: Sequence[CheckRow]) -> str:
    """``1 fail · 1 warn · 9 pass · 1 not run``."""
    counts = [(sum(row.verdict is verdict for row in rows), _WORDS[verdict]) for verdict in _ORDER]
    return " · ".join(f"{count} {word}" for count, word in counts if count)


def check_detail(row: CheckRow, width: int, look: Look) -> list[Text]:
    """What was asked, what was found, how much was read, and what it means."""
    tokens = look.tokens
    rows = [_fact("found", safe(row.message, limit=LINE_LIMIT), look)]
    picture = _threshold(row.evidence, width, look)
    rows += picture
    rows.append(_fact("read", own(_read(row)), look))
    if not picture:
        rows += [_fact(key.replace("_", " "), safe(_value(value), tokens.text), look) for key, value in _facts(row)]
    rows.append(_fact("so", own(_meaning(row)), look))
    rows.append(_fact("docs", safe(row.docs, tokens.muted), look))
    return rows


def _facts(row: CheckRow) -> list[tuple[str, object]]:
    return [(key, value) for key, value in row.evidence.items() if not isinstance(value, Mapping)][:8]


def _value(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: numbers.UNDEFINED}[value]
    if isinstance(value, float):
        return numbers.significant(value)
    if isinstance(value, int):
        return numbers.count(value)
    if isinstance(value, list | tuple):
        return ", ".join(_value(item) for item in value[:8]) + (" …" if len(value) > 8 else "")
    return str(value)


def _fact(name: str, text: Text, look: Look) -> Text:
    return own((f" {name:<10}", look.tokens.muted), text)


def _read(row: CheckRow) -> str:
    if row.rows_read == row.rows_total:
        return f"all {numbers.plural(row.rows_total, 'row')}"
    sampled = "! " if row.rows_read else ""
    return f"{sampled}{numbers.count(row.rows_read)} of {numbers.plural(row.rows_total, 'row')}"


def _meaning(row: CheckRow) -> str:
    counts = "counts as a failure" if row.counts else "counts as a warning"
    match row.verdict:
        case Verdict.PASS:
            return "as asked"
        case Verdict.FAIL:
            return "not what was asked; " + counts
        case Verdict.INCONCLUSIVE:
            return "the data do not decide; " + counts
        case Verdict.NOT_RUN:
            return "could not look; it is no pass"
        case Verdict.ERROR:
            return "the check itself went wrong; " + counts
        case _:
            return "worth a look; no failure"


def _threshold(evidence: Mapping[str, object], width: int, look: Look) -> list[Text]:
    """The interval beside the threshold, where the evidence has both."""
    values = {key: value for key in _INTERVAL if isinstance(value := evidence.get(key), int | float)}
    bound = values.get("min", values.get("max"))
    if bound is None or "estimate" not in values or "low" not in values or "high" not in values:
        return []
    axis = axis_over([(values["low"], values["high"]), (bound, bound)])
    if axis is None:
        return []
    bar = max(10, min(44, width - 14))
    drawn = interval_bar(
        axis, bar, look, estimate=values["estimate"], low=values["low"], high=values["high"], reference=bound
    )
    limit = f"  {look.glyphs.reference} asked for {numbers.significant(bound)}"
    return [own(" " * 11, axis_header(axis, bar, look)), own(" " * 11, drawn, (limit, look.tokens.muted))]
