"""Two models on the same rows: every metric, row by row, fold by fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.views import RowByRow
from mtf_engine.standings import Difference, Entry
from mtf_tui.painters.bars import count_bar
from mtf_tui.painters.interval import axis_over, interval_bar
from mtf_tui.painters.table import Column, Content, Paint, TablePicture, TableRow, tabulate
from mtf_tui.text import cut, own, safe
from mtf_tui.themes import Look

_MARGIN_FROM = 92
"""Cells from which a difference has half its interval beside it."""
_WORD_FROM = 56
"""Cells from which a verdict has its word, and not only a sign and a letter."""


@dataclass(frozen=True, slots=True)
class MetricDuel:
    """Both models on one metric."""

    metric: str
    greater_is_better: bool
    a: Entry
    b: Entry
    difference: Difference | None
    """a − b in the metric's own sign."""

    @property
    def dataset(self) -> str:
        """Where they are compared."""
        return self.a.score.dataset


def every_metric(duels: Sequence[MetricDuel], width: int, look: Look) -> TablePicture:
    """One row a metric; bars are turned so that right of zero is always A better."""
    muted = look.tokens.muted
    rows: list[list[Content]] = [duel_row(duel, width, look) for duel in duels]
    columns = [
        Column(own(("metric", muted)), flex=True, least=12 if width >= _WORD_FROM else 8, most=20),
        Column(own(("A", muted)), right=True, drop=1),
        Column(own(("B", muted)), right=True, drop=1),
        Column(lambda cells: heading(cells, look), flex=True, least=19, most=41, drop=3),
        Column(own(("A − B", muted)), right=True),
        verdict_column(width, look),
    ]
    if any(duel.difference is not None and duel.difference.after_holm for duel in duels):
        columns.append(Column(own(("Holm", muted)), drop=4))
        rows = [[*row, _doubt(duel.difference, look)] for duel, row in zip(duels, rows, strict=True)]
    table = tabulate(columns, rows, width, look)
    lines = tuple(TableRow(duel.metric, row) for duel, row in zip(duels, table.rows, strict=True))
    return TablePicture(lines, (table.header,))


def verdict_column(width: int, look: Look) -> Column:
    """The column of verdicts: without words where there is little room."""
    has_words = width >= _WORD_FROM
    return Column(own(("verdict" if has_words else "", look.tokens.muted)), width=11 if has_words else 3)


def difference_line(duel: MetricDuel, width: int, look: Look) -> Text:
    """One difference whole: whose, with its interval, and what Holm makes of one that seems proven."""
    found, muted = duel.difference, look.tokens.muted
    name = own(" ", safe(duel.metric), ("  A − B ", muted))
    if found is None or found.value is None:
        return cut(own(name, (look.glyphs.none, muted)), width)
    has_interval = found.low is not None and found.high is not None
    places = numbers.column_decimals([(found.low, found.high)])
    value = numbers.interval(found.value, found.low, found.high, places=places, bounds=())
    tail = "" if has_interval else "  no interval"
    doubt = f"  {found.after_holm}" if found.after_holm else ""
    return cut(own(name, value, (tail, muted), (doubt, look.tokens.warn)), width)


def heading(width: int, look: Look) -> Text:
    """Say which side of zero is whose."""
    half = (width - 1) // 2
    return own((f"{'B better':>{half - 1}} 0 {'A better':<{width - half - 2}}"[:width], look.tokens.muted))


def duel_row(duel: MetricDuel, width: int, look: Look) -> list[Content]:
    """Metric, both scores, bar, difference, verdict."""
    tokens, glyphs = look.tokens, look.glyphs
    difference = duel.difference
    ends = [(duel.a.score.low, duel.a.score.high), (duel.b.score.low, duel.b.score.high)]
    places = numbers.column_decimals(ends)
    arrow = f" {glyphs.up if duel.greater_is_better else glyphs.down}" if width >= _WORD_FROM else ""
    said = verdict(difference, look)
    is_decided = difference is not None and difference.verdict in ("better", "worse")
    return [
        own(safe(duel.metric), (arrow, tokens.muted)),
        own((numbers.fixed(duel.a.score.estimate, places), tokens.text)),
        own((numbers.fixed(duel.b.score.estimate, places), tokens.text)),
        _bar(duel, look),
        own((_shown(difference, places, width), tokens.text)),
        said if width >= _WORD_FROM else said[: 3 if is_decided else 1],
    ]


def _shown(difference: Difference | None, places: int | None, width: int) -> str:
    """A difference, with ± half its interval where that is symmetric and there is room."""
    if difference is None:
        return numbers.fixed(None, places)
    value, low, high = difference.value, difference.low, difference.high
    plain = numbers.fixed(value, places, bounds=())
    if width < _MARGIN_FROM or value is None or low is None or high is None:
        return plain
    return f"{plain} {numbers.plus_minus(value, low, high, places=places)}".rstrip()


def _doubt(difference: Difference | None, look: Look) -> Text:
    """The corrected p-value of a row whose interval leaves out zero and whose verdict is undecided."""
    if difference is None or not difference.after_holm:
        return own()
    return own((f"p {numbers.p_value(difference.p_adjusted)}", look.tokens.warn))


def _bar(duel: MetricDuel, look: Look) -> Paint:
    """The difference on an axis of its own unit, symmetric about zero."""
    difference = duel.difference
    if difference is None or difference.value is None:
        return lambda _: own()
    sign = 1.0 if duel.greater_is_better else -1.0
    value = sign * difference.value
    ends = sorted(sign * end for end in (difference.low, difference.high) if end is not None) or [value, value]
    reach = max(map(abs, (*ends, value))) or 1.0
    axis = axis_over([(-reach, reach)])
    decided = difference.verdict in ("better", "worse")
    style = look.tokens.accent if decided else look.tokens.text
    if axis is None:
        return lambda _: own()

    def paint(width: int) -> Text:
        odd = width if width % 2 else width - 1
        return interval_bar(axis, odd, look, estimate=value, low=ends[0], high=ends[-1], reference=0.0, style=style)

    return paint


def verdict(difference: Difference | None, look: Look) -> Text:
    """Who is better, with sign and word."""
    tokens, glyphs = look.tokens, look.glyphs
    match difference.verdict if difference is not None else "":
        case "better":
            return own((f"{glyphs.best} A better", f"bold {tokens.accent}"))
        case "worse":
            return own((f"{glyphs.best} B better", f"bold {tokens.accent}"))
        case "equivalent":
            return own((f"{glyphs.equivalent} equal", tokens.text))
        case "undecided":
            return own((f"{glyphs.undecided} undecided", f"bold {tokens.warn}"))
        case _:
            return own((f"{glyphs.none} n/a", tokens.muted))


def row_by_row(rows: RowByRow, width: int, look: Look) -> TablePicture:
    """Who is right where, in rows; of a regression, who is nearer."""
    tokens = look.tokens
    shares: tuple[tuple[str, str, int, str], ...] = (
        ("both_right", "both right", rows.both_right, tokens.muted),
        ("only_a", "only A right", rows.only_a, tokens.s1),
        ("only_b", "only B right", rows.only_b, tokens.s2),
        ("both_wrong", "both wrong", rows.both_wrong, tokens.muted),
    )
    if rows.by_error:
        shares = (
            ("only_a", "A is nearer", rows.only_a, tokens.s1),
            ("only_b", "B is nearer", rows.only_b, tokens.s2),
            ("both_right", "equally far", rows.both_right, tokens.muted),
        )
    total = max(1, rows.total)
    bar = max(5, min(40, width - 36))
    made = []
    for key, label, count, colour in shares:
        line = own(
            (f" {label:<14}", tokens.text),
            (f"{numbers.count(count):>9}", tokens.text),
            (f"{numbers.percent(count / total, 1):>9}  ", tokens.text),
            count_bar(count / total, bar, look, colour),
        )
        made.append(TableRow(key, line))
    return TablePicture(tuple(made))


def row_note(rows: RowByRow) -> str:
    """At which threshold, and the test."""
    at = "by the size of the error" if rows.by_error else f"at {rows.threshold:g}" if rows.threshold is not None else ""
    test = f"{rows.test} {numbers.p_value(rows.p_value)}" if rows.test and rows.p_value is not None else ""
    return " · ".join(part for part in (at, test) if part)


def fold_by_fold(a: Entry, b: Entry, width: int, look: Look, *, room: int) -> list[Text]:
    """The two models' fold scores as a letter each on a common axis; where not all have room, how many more there are.

    Parameters
    ----------
    a, b : Entry
        The two, scored on the same folds.
    width : int
        Cells.
    look : Look
        Theme and glyphs.
    room : int
        Rows that there are.
    """
    tokens = look.tokens
    pairs = [(x, y) for x, y in zip(a.score.folds, b.score.folds, strict=False)]
    present = [value for pair in pairs for value in pair if value is not None]
    if not present:
        return [own((" no fold scores", tokens.muted))]
    low, high = min(present), max(present)
    bar = max(8, width - 10 - 19)
    rows = []
    most = len(pairs) if len(pairs) <= room else max(1, room - 1)
    for fold, (x, y) in enumerate(pairs[:most]):
        values = f"{numbers.fixed(x, 3):>7}  {numbers.fixed(y, 3):>7}"
        rows.append(
            own(
                (f" fold {fold + 1:<4}", tokens.muted),
                _dumbbell(x, y, (low, high), bar, look),
                (f"  {values}", tokens.text),
            )
        )
    more = len(pairs) - most
    return rows if more <= 0 else [*rows, own((f" and {numbers.plural(more, 'more fold')}", tokens.muted))]


def _dumbbell(x: float | None, y: float | None, span: tuple[float, float], width: int, look: Look) -> Text:
    tokens = look.tokens
    cells: list[tuple[str, str]] = [(" ", "")] * width
    reach = (span[1] - span[0]) or 1.0

    def place(value: float) -> int:
        return round((value - span[0]) / reach * (width - 1))

    if x is not None and y is not None:
        for position in range(min(place(x), place(y)), max(place(x), place(y))):
            cells[position] = (look.glyphs.rule, tokens.line)
    if y is not None:
        cells[place(y)] = ("B", f"bold {tokens.s2}")
    if x is not None:
        cells[place(x)] = ("A", f"bold {tokens.s1}")
    return own(*cells)
