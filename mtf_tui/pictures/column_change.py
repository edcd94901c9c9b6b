"""One column before and after a step, as large as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.outlines import BeforeAfter, ColumnChange, ColumnState
from mtf_tui.canvas import Point, Span
from mtf_tui.painters.bars import count_bar
from mtf_tui.painters.plot import LEAST_HEIGHT, Plot, PlotSeries, plot
from mtf_tui.text import cut, own, pad, safe
from mtf_tui.themes import Look

_BAR = 24
_NAME = 26
"""Cells of a category's bar and name."""

_MOST_ROWS = 20
"""Rows of one plot: more would not say more of 12 bins."""


def change_at(found: BeforeAfter | None, key: str | None) -> ColumnChange | None:
    """The change whose row of the table has a key; the first where none has."""
    changes = found.changes if found is not None else ()
    name = (key or "").partition("\0")[0]
    return next((one for one in changes if one.column == name), changes[0] if changes else None)


def change_note(change: ColumnChange | None) -> str:
    """What happened to the column, in a few words."""
    if change is None:
        return ""
    if change.became_count:
        return f"became {numbers.plural(change.became_count, 'column')}"
    if change.before is None or change.after is None:
        return "new" if change.before is None else "gone"
    filled = [f"{numbers.plural(change.values_filled, 'value')} filled"] if change.values_filled else []
    changed = [f"{numbers.plural(change.values_changed, 'value')} changed"] if change.values_changed else []
    return (filled or changed or [""])[0]


def change_lines(change: ColumnChange, width: int, height: int, look: Look) -> list[Text]:
    """The facts, then the distributions before and after: over each other where they have one range."""
    states = [(word, state) for word, state in (("before", change.before), ("after", change.after)) if state]
    lines = [cut(_facts(word, state, look), width) for word, state in states]
    sign = (f"{look.glyphs.arrow} ", look.tokens.muted)
    lines += [own("   ", sign, cut(safe(name), max(8, width - 6))) for name in change.became]
    more = change.became_count - len(change.became)
    if change.became and more:
        lines.append(own((f"     and {numbers.plural(more, 'more column')}", look.tokens.muted)))
    for word, state in states:
        if state.top:
            lines += [own(), *_shares(word, state, width, look)]
    drawn = [(word, state) for word, state in states if state.histogram]
    ranges = {(state.low, state.high) for _, state in drawn}
    groups = [drawn] if len(ranges) == 1 else [[one] for one in drawn]
    room = (height - len(lines)) // max(1, len(groups)) - 1
    if drawn and room >= LEAST_HEIGHT:
        for group in groups:
            lines += [own(), *plot(_plot(change.column, group), width, min(room, _MOST_ROWS), look)]
    return lines[:height]


def row_lines(found: BeforeAfter, width: int, look: Look) -> list[Text]:
    """The rows that a step gets and keeps, where it changes no column."""
    most = max(found.rows_before, found.rows_after, 1)
    lines = []
    for word, rows in (("before", found.rows_before), ("after", found.rows_after)):
        bar = count_bar(rows / most, max(8, width - 26), look, look.tokens.s1)
        lines.append(own((f" {word:<8}", look.tokens.muted), f"{numbers.plural(rows, 'row'):>14}  ", bar))
    return lines


def _facts(word: str, state: ColumnState, look: Look) -> Text:
    muted = look.tokens.muted
    line = own(" ", (f"{word:<8}", muted), ("missing ", muted), f"{numbers.count(state.missing):<7}")
    if state.mean is not None:
        line = own(line, ("mean ", muted), numbers.significant(state.mean))
    return line


def _shares(word: str, state: ColumnState, width: int, look: Look) -> Sequence[Text]:
    """The commonest values with their shares."""
    bar = min(_BAR, max(6, width - _NAME - 18))
    return [
        own(
            (f" {word if at == 0 else '':<8}", look.tokens.muted),
            pad(safe(value.value), _NAME),
            f" {numbers.percent(value.share):>6}  ",
            count_bar(value.share, bar, look, look.tokens.s1),
        )
        for at, value in enumerate(state.top)
    ]


def _plot(column: str, states: Sequence[tuple[str, ColumnState]]) -> Plot:
    """The outlines of histograms that have one range."""
    low, high = states[0][1].low or 0.0, states[0][1].high or 0.0
    top = max(max(state.histogram) for _, state in states)
    series = [
        PlotSeries(word[0], word, _outline(state, low, high), rank=0 if word == "after" else 1, is_part=True)
        for word, state in reversed(states)
    ]
    return Plot(tuple(series), Span(low, high if high > low else low + 1), Span(0, top), column)


def _outline(state: ColumnState, low: float, high: float) -> tuple[Point, ...]:
    """The upper edge of the bars, from the ground to the ground."""
    count = len(state.histogram)
    edges = [low + (high - low) * at / count for at in range(count + 1)]
    points: list[Point] = [(edges[0], 0.0)]
    for at, rows in enumerate(state.histogram):
        points += [(edges[at], float(rows)), (edges[at + 1], float(rows))]
    return (*points, (edges[-1], 0.0))
