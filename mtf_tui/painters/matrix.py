"""Confusion matrices: counts and row shares on tints, a shade map when there are many classes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_tui.text import cut, own, pad, safe
from mtf_tui.themes import Look, heat

TWO_LINES_UP_TO = 6
LEAST_CELL = 6
"""Cells that ``100 %`` takes with its margin."""
CELLS_UP_TO = 20


def confusion(labels: Sequence[object], counts: Sequence[Sequence[int]], width: int, look: Look) -> list[Text]:
    """Draw a confusion matrix, true classes as rows.

    Parameters
    ----------
    labels : sequence
        Class labels, in the order of rows and columns.
    counts : sequence of sequences of int
        Row: true class; column: predicted class.
    width : int
        Cells.
    look : Look
        Theme and glyphs.

    Returns
    -------
    list of Text
        Up to six classes two lines a row where the shares have room, up to twenty one line, beyond that shades and the
        ten worst confusions.
    """
    if len(labels) > CELLS_UP_TO or _cell_width(labels, counts, width) < LEAST_CELL:
        return shade_map(counts, width, look)
    name_width = _name_width(labels, width)
    cell = _cell_width(labels, counts, width)
    header = own(" " * name_width)
    for label in labels:
        header.append_text(pad(own("  ", _said(label, cell, look)), cell + 2, right=True))
    rows = [header]
    two_lines = len(labels) <= TWO_LINES_UP_TO and all(
        len(_share(count, sum(row))) < cell for row in counts for count in row
    )
    for index, (label, row) in enumerate(zip(labels, counts, strict=True)):
        rows += _matrix_row(index, label, row, (name_width, cell), look, two_lines=two_lines)
    return rows


def _matrix_row(
    index: int, label: object, row: Sequence[int], widths: tuple[int, int], look: Look, *, two_lines: bool
) -> list[Text]:
    name_width, cell = widths
    total = sum(row)
    first = pad(own(("was ", look.tokens.muted), safe(label, look.tokens.muted)), name_width)
    second = own(" " * name_width)
    for column, count in enumerate(row):
        share = count / total if total else 0.0
        ink, ground = heat(look, share, right=index == column)
        style = f"{ink} on {ground}"
        first.append("  ")
        first.append_text(own((f"{_fits(count, cell):>{cell - 1}} ", style)))
        second.append("  ")
        second.append_text(own((f"{_share(count, total):>{cell - 1}} ", style)))
    return [first, second] if two_lines else [first]


def _share(count: int, total: int) -> str:
    return numbers.percent(count / total if total else None)


def _fits(count: int, cell: int) -> str:
    text = numbers.count(count)
    return text if len(text) < cell else f"{count / 1e6:.0f} M"[: cell - 1] if count >= 10**6 else str(count)


def _said(label: object, cell: int, look: Look) -> Text:
    text = own(("said ", look.tokens.muted), safe(label, look.tokens.muted))
    return text if text.cell_len <= cell else cut(safe(label, look.tokens.muted), cell)


def _name_width(labels: Sequence[object], width: int) -> int:
    longest = max((safe(label).cell_len for label in labels), default=0) + 4
    return min(longest + 1, max(6, width // 4))


def _cell_width(labels: Sequence[object], counts: Sequence[Sequence[int]], width: int) -> int:
    room = (width - _name_width(labels, width)) // max(1, len(labels)) - 2
    widest = max((len(numbers.count(count)) for row in counts for count in row), default=1) + 2
    named = max((safe(label).cell_len for label in labels), default=0) + 5
    return min(room, max(widest, named, 7))


def shade_map(counts: Sequence[Sequence[int]], width: int, look: Look) -> list[Text]:
    """One cell a pair of classes; the tint is the share of the true class."""
    rows = []
    for index, row in enumerate(counts[: max(1, width)]):
        total = sum(row) or 1
        line = own()
        for column, count in enumerate(row[:width]):
            ink, ground = heat(look, count / total, right=index == column)
            sign = " " if look.colour else _shade(count / total, look)
            line.append(sign, f"{ink} on {ground}")
        rows.append(line)
    return rows


def _shade(share: float, look: Look) -> str:
    levels = " " + look.glyphs.levels
    return levels[min(len(levels) - 1, round(share * (len(levels) - 1)))]
