"""The panes about one data set: scores with interval bars, differences to the best."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from rich.cells import cell_len
from rich.text import Text

from mtf_engine import numbers
from mtf_engine.standings import Difference, Entry, Standing, Standings
from mtf_tui.painters.interval import Axis, axis_header, axis_over, interval_bar
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.text import cut, own, pad
from mtf_tui.themes import Look

LISTED = 200
"""Models that are listed; a filter reaches the others."""
_MARGIN_FROM = 86
_MEASURED = 60
_WORD_FROM, _BAR_FROM = 56, 78
"""Cells from which a row has the word of its verdict, and its interval; below, a line has both of the one under the
cursor."""

_DOUBT_FROM = 44
"""Cells from which there is room for the corrected p-value beside a difference."""


def score_table(
    table: Standings,
    width: int,
    look: Look,
    *,
    marked: Collection[str] = (),
    descending: bool = True,
    lettered: bool = True,
) -> TablePicture:
    """Models best first: letter, score, interval on a common axis, difference to the best, verdict.

    Where letters would be those of other ranks on the same screen, `lettered` leaves them out.
    """
    places = table.decimals
    axis = score_axis(table)
    best = table.best
    reference = None if best is None else best.score.estimate

    def contents(entry: Entry) -> list[Content]:
        row = _row(entry, places, axis, reference, width, look, marked=entry.key in marked)
        return row if lettered else [own(), *row[1:]]

    arrow = look.glyphs.descending if table.greater_is_better == descending else look.glyphs.ascending
    muted = look.tokens.muted
    bar: Content = own() if axis is None else lambda cells: axis_header(axis, cells, look)
    is_short = width < _WORD_FROM
    columns = [
        Column(own(" "), width=1),
        Column(own(("model", muted)), flex=True, least=min(10 if is_short else 24, _longest(table)), most=40),
        Column(own((f"{table.metric} {arrow}", muted)), right=True),
        Column(bar, flex=True, least=16, most=30, drop=3, name="interval"),
        Column(
            own((f"vs {best.letter if lettered else 'best'}" if best else "vs", muted)),
            right=True,
            drop=1,
            name="difference",
        ),
        Column(own(("fit s", muted)), right=True, drop=5, name="fit"),
        Column(own() if is_short else own(("verdict", muted)), width=1 if is_short else 11, name="verdict"),
    ]
    laid = tabulate(columns, [contents(entry) for entry in _measured(table)], width, look)

    def draw(entry: Entry) -> Text:
        return laid.draw(contents(entry))

    rows = tuple(TableRow(entry.key, partial(draw, entry)) for entry in table.entries)
    return TablePicture(rows, (laid.header,))


def _measured(table: Standings) -> Sequence[Entry]:
    """Entries that decide how wide columns are: of many models the first, and the last, which lies farthest off."""
    return table.entries if len(table.entries) <= _MEASURED else (*table.entries[:_MEASURED], table.entries[-1])


def interval_line(table: Standings, entry: Entry, width: int, look: Look) -> list[Text]:
    """Interval and verdict of the model under the cursor, where its row has no room for them."""
    if width >= _BAR_FROM:
        return []
    score = entry.score
    value = numbers.interval(score.estimate, score.low, score.high, places=table.decimals)
    name = entry.letter or entry.label
    return [cut(own(" ", (f"{name} ", f"bold {look.tokens.text}"), value, "  ", verdict(entry, look)), width)]


def _row(
    entry: Entry,
    places: int | None,
    axis: Axis | None,
    reference: float | None,
    width: int,
    look: Look,
    *,
    marked: bool,
) -> list[Content]:
    tokens = look.tokens
    score = entry.score
    leads = entry.standing in (Standing.BEST, Standing.HIGHEST)
    ink = tokens.muted if entry.is_baseline or entry.standing is Standing.UNRANKED else tokens.text
    colour = tokens.series(entry.rank) if entry.letter else tokens.muted
    bar_style = tokens.accent if entry.standing is Standing.BEST else ink
    bar: Content = own()
    if axis is not None:
        bar = lambda cells: interval_bar(  # noqa: E731 (a closure over the row)
            axis, cells, look, estimate=score.estimate, low=score.low, high=score.high, reference=reference,
            style=bar_style,
        )  # fmt: skip
    name = own((f"{look.glyphs.live} ", tokens.accent)) if marked else own()
    return [
        own((entry.letter, f"bold {colour}")),
        own(name, (entry.label, f"bold {tokens.text}" if leads else ink)),
        own((numbers.fixed(score.estimate, places), f"bold {ink}" if leads else ink)),
        bar,
        _versus(entry, places, width, look),
        own(
            (numbers.fixed(entry.timing.fit_seconds, 2, bounds=()) if entry.timing else look.glyphs.none, tokens.muted)
        ),
        verdict(entry, look) if width >= _WORD_FROM else verdict(entry, look)[:1],
    ]


def _versus(entry: Entry, places: int | None, width: int, look: Look) -> Text:
    versus = entry.versus
    if versus is None or versus.value is None:
        return own()
    style = look.tokens.muted if entry.is_baseline else look.tokens.text
    plain = numbers.fixed(versus.value, places, bounds=())
    return own((_with_margin(versus, places) if width >= _MARGIN_FROM else plain, style))


def _with_margin(versus: Difference, places: int | None) -> str:
    """A difference with ± half its interval, where that is symmetric; empty where there is no difference."""
    if versus.value is None:
        return ""
    margin = ""
    if versus.low is not None and versus.high is not None:
        margin = numbers.plus_minus(versus.value, versus.low, versus.high, places=places)
    return f"{numbers.fixed(versus.value, places, bounds=())} {margin}".rstrip()


def verdict(entry: Entry, look: Look) -> Text:
    """What is proven about a model, with its sign and its word."""
    tokens, glyphs = look.tokens, look.glyphs
    sign, word, style = {
        Standing.BEST: (glyphs.best, "best", f"bold {tokens.accent}"),
        Standing.HIGHEST: (glyphs.highest, entry.word, tokens.accent),
        Standing.WORSE: (glyphs.worse, "worse", tokens.muted),
        Standing.EQUIVALENT: (glyphs.equivalent, "equivalent"[:9], tokens.text),
        Standing.UNDECIDED: (glyphs.undecided, "undecided", tokens.warn),
        Standing.UNRANKED: (glyphs.none, "unranked", tokens.muted),
    }[entry.standing]
    return own((f"{sign} {word}", style))


def score_axis(table: Standings) -> Axis | None:
    """One axis for the intervals of the models that are listed, the baseline aside."""
    spans = [(e.score.low, e.score.high) for e in table.ranked[:LISTED] if not e.is_baseline]
    return axis_over(spans or [(e.score.low, e.score.high) for e in table.ranked])


def _longest(table: Standings) -> int:
    return max((cell_len(entry.label) for entry in table.entries), default=8)


def compared(table: Standings, around: str | None = None, *, most: int = 8) -> tuple[Entry, ...]:
    """Models whose differences to the best are drawn: the next ones, of many those around one of them.

    Parameters
    ----------
    table : Standings
        All models.
    around : str, optional
        Key of the model in their middle.
    most : int, default 8
        How many at most.
    """
    entries = [e for e in table.ranked if e.versus is not None and e.versus.value is not None and not e.is_baseline]
    at = next((position for position, entry in enumerate(entries) if entry.key == around), 0)
    first = max(0, min(at - most // 2, len(entries) - most))
    return tuple(entries[first : first + most])


def differences(table: Standings, width: int, look: Look, *, around: str | None = None) -> list[Text]:
    """Paired differences of models to the best, zero drawn where it lies; one that has no letter has its place."""
    tokens = look.tokens
    entries = compared(table, around)
    versus = [e.versus for e in entries if e.versus is not None]
    axis = axis_over([(v.low, v.high) for v in versus] + [(v.value, v.value) for v in versus], include=0.0)
    if axis is None:
        return [own((" nothing to compare", tokens.muted))]
    places = numbers.column_decimals((v.low, v.high) for v in versus)
    plain = {e.key: numbers.fixed(v.value, places, bounds=()) for e, v in zip(entries, versus, strict=True)}
    label = max(map(len, plain.values()))
    doubts = [v.after_holm if width >= _DOUBT_FROM else "" for v in versus]
    noted = max((len(doubt) + 2 for doubt in doubts if doubt), default=0)
    names = [entry.letter or str(entry.rank + 1) for entry in entries]
    name = max(map(len, names)) + 1
    bar = max(8, width - 3 - name - label - 2 - noted)
    rows = []
    for entry, v, doubt, shown in zip(entries, versus, doubts, names, strict=True):
        colour = tokens.series(entry.rank)
        drawn = interval_bar(axis, bar, look, estimate=v.value, low=v.low, high=v.high, reference=0.0, style=colour)
        text = (f"{plain[entry.key]:>{label}}", f"bold {tokens.text}")
        tail = (f"{f'  {doubt}' if doubt else '':<{noted}}", tokens.warn)
        rows.append(own(" ", (f"{shown:<{name}}", f"bold {colour}"), drawn, "  ", text, tail))
    rows.append(own(" " * (name + 1), axis_header(axis, bar, look, mark=0.0)))
    return rows


def _seen(table: Standings, entry: Entry) -> str:
    """What the comparison of a model with the best could have seen; of the best, what all its comparisons could."""
    if entry is table.best:
        return f"differences up to {table.unseen} could have gone unseen" if table.unseen else ""
    versus, best = entry.versus, table.best
    if versus is None or best is None:
        return ""
    margin = _with_margin(versus, table.decimals)
    could = f"could have seen {versus.could_have_seen}" if versus.could_have_seen else ""
    facts = [fact for fact in (margin, could, versus.after_holm) if fact]
    return f"to {best.letter}: {' · '.join(facts)}" if facts else ""


def fold_lines(table: Standings, entry: Entry, width: int, look: Look) -> list[Text]:
    """What the table has no room for: fold scores, cost, and the margin that this design could have seen."""
    tokens = look.tokens
    places = table.decimals
    values = " ".join(numbers.fixed(value, places) for value in entry.score.folds[:20])
    more = f" … {len(entry.score.folds) - 20} more" if len(entry.score.folds) > 20 else ""
    cost = f"   fit {numbers.duration(entry.timing.fit_seconds)}" if entry.timing is not None else ""
    who = f" folds of {entry.letter or entry.label}  "
    rows = [own((who, tokens.muted), (f"{values}{more}", tokens.text), (cost, tokens.muted))]
    if seen := _seen(table, entry):
        rows.append(own((f" {seen}", tokens.muted)))
    if entry.score.reason:
        rows.append(own((f" {entry.score.reason}", tokens.muted)))
    return [pad(row, width) for row in rows]
