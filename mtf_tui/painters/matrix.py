"""Confusion matrices: counts and row shares on tints, a shade map when there are many classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from mtf_engine import numbers
from mtf_tui.text import cut, own, pad, safe
from mtf_tui.themes import Look, heat

TWO_LINES_UP_TO = 6
LEAST_CELL = 6
"""Cells of the screen that ``100 %`` takes with its margin."""

CELLS_UP_TO = 20
_GAP = 2

Place = tuple[int, int]
"""Positions of a true and of a predicted class."""


@dataclass(frozen=True, slots=True)
class MatrixPicture:
    """A confusion matrix, as much of it as has room."""

    lines: tuple[Text, ...]
    shown: tuple[range, range]
    """True and predicted classes that are seen."""

    header: int
    """Lines above the first row."""

    deep: int
    """Lines of a row."""

    left: int
    """Width of the names."""

    pitch: int
    """Width of a column with the gap before it."""

    def place_at(self, x: int, y: int) -> Place | None:
        """The cell of the matrix that is drawn at a cell of the screen."""
        rows, columns = self.shown
        row, column = (y - self.header) // self.deep, (x - self.left) // self.pitch
        inside = 0 <= row < len(rows) and 0 <= column < len(columns)
        return (rows[row], columns[column]) if inside else None


def confusion(
    labels: Sequence[object],
    counts: Sequence[Sequence[int]],
    width: int,
    look: Look,
    *,
    room: int | None = None,
    cursor: Place | None = None,
) -> MatrixPicture:
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
    room : int, optional
        Lines that it takes at most; the rows around the cursor are shown.
    cursor : tuple of int, optional
        True and predicted class of the cell that is marked.

    Returns
    -------
    MatrixPicture
        Up to six classes two lines a row where the shares have room, up to twenty one line, beyond that shades.
    """
    name, cell, gap = _name_width(labels, width), _cell_width(labels, counts, width), _GAP
    if cell < LEAST_CELL:
        cell, gap = (width - name) // max(1, len(labels)), 0
    if len(labels) > CELLS_UP_TO or cell < _digits(counts) + 2:
        return _shade_map(labels, counts, width, look, room, cursor)
    fits_twice = room is None or 1 + 2 * len(labels) <= room
    shares_fit = all(len(_share(count, sum(row))) < cell for row in counts for count in row)
    two_lines = len(labels) <= TWO_LINES_UP_TO and fits_twice and shares_fit
    rows = _window(len(labels), len(labels) if room is None else room - 1, cursor[0] if cursor else 0)
    header = own(" " * name) if gap else pad(own(("said", look.tokens.muted)), name)
    for index, label in enumerate(labels):
        ink = _label_ink(look, index, cursor, 1)
        header.append_text(pad(_said(label, cell, ink, look, is_tight=not gap), cell + gap, right=True))
    lines = [header]
    for index in rows:
        lines += _matrix_row(index, labels[index], counts[index], (name, cell, gap), look, cursor, two_lines=two_lines)
    return MatrixPicture(tuple(lines), (rows, range(len(labels))), 1, 2 if two_lines else 1, name, cell + gap)


def _window(total: int, room: int, at: int) -> range:
    """As many of a row of things as have room, around one of them."""
    room = max(1, min(room, total))
    first = max(0, min(at - room // 2, total - room))
    return range(first, first + room)


def _label_ink(look: Look, index: int, cursor: Place | None, side: int) -> str:
    """Names of the class under the cursor stand out."""
    return f"bold {look.tokens.text}" if cursor is not None and cursor[side] == index else look.tokens.muted


def _matrix_row(
    index: int,
    label: object,
    row: Sequence[int],
    widths: tuple[int, int, int],
    look: Look,
    cursor: Place | None,
    *,
    two_lines: bool,
) -> list[Text]:
    name, cell, gap = widths
    total = sum(row)
    ink = _label_ink(look, index, cursor, 0)
    first = pad(own(("was ", look.tokens.muted), safe(label, ink)), name)
    second = own(" " * name)
    for column, count in enumerate(row):
        share = count / total if total else 0.0
        ink, ground = heat(look, share, right=index == column)
        is_marked = cursor == (index, column)
        style = f"{'bold ' if is_marked else ''}{ink} on {ground}"
        for line, text in ((first, _fits(count, cell)), (second, _share(count, total))):
            line.append(" " * gap)
            line.append_text(own((_in_cell(text, cell, is_marked=is_marked), style)))
    return [first, second] if two_lines else [first]


def _in_cell(text: str, cell: int, *, is_marked: bool) -> str:
    """A number with a margin to its right; the cell under the cursor is in brackets."""
    return f"{f'[{text}]':>{cell}}" if is_marked else f"{text:>{cell - 1}} "


def _share(count: int, total: int) -> str:
    return numbers.percent(count / total if total else None)


def _fits(count: int, cell: int) -> str:
    text = numbers.count(count)
    return text if len(text) < cell else f"{count / 1e6:.0f} M"[: cell - 1] if count >= 10**6 else str(count)


def _said(label: object, cell: int, ink: str, look: Look, *, is_tight: bool) -> Text:
    if is_tight:
        return own(cut(safe(label, ink), cell - 2, mark=look.glyphs.ellipsis), " ")
    text = own(("said ", look.tokens.muted), safe(label, ink))
    return text if text.cell_len <= cell else cut(safe(label, ink), cell, mark=look.glyphs.ellipsis)


def _name_width(labels: Sequence[object], width: int) -> int:
    longest = max((safe(label).cell_len for label in labels), default=0) + 4
    return min(longest + 1, max(6, width // 4))


def _digits(counts: Sequence[Sequence[int]]) -> int:
    return max((len(numbers.count(count)) for row in counts for count in row), default=1)


def _cell_width(labels: Sequence[object], counts: Sequence[Sequence[int]], width: int) -> int:
    room = (width - _name_width(labels, width)) // max(1, len(labels)) - _GAP
    named = max((safe(label).cell_len for label in labels), default=0) + 5
    return min(room, max(_digits(counts) + 2, named, 7))


def _shade_map(
    labels: Sequence[object],
    counts: Sequence[Sequence[int]],
    width: int,
    look: Look,
    room: int | None,
    cursor: Place | None,
) -> MatrixPicture:
    """Two cells a pair of classes, or one; the tint is the share of the true class."""
    name = min(_name_width(labels, width) - 3, max(2, width // 5))
    cell = 2 if name + 2 * len(labels) <= width else 1
    at = cursor or (0, 0)
    rows = _window(len(labels), len(labels) if room is None else room - 1, at[0])
    columns = _window(len(labels), (width - name) // cell, at[1])
    said = own((f"said{' ' if cursor else ''}", look.tokens.muted))
    if cursor is not None:
        said = cut(own(said, safe(labels[at[1]], f"bold {look.tokens.text}")), width, mark=look.glyphs.ellipsis)
    left = name + cell * columns.index(at[1])
    lines = [own(" " * max(0, min(left, width - said.cell_len)), said)]
    for index in rows:
        total = sum(counts[index]) or 1
        line = pad(safe(labels[index], _label_ink(look, index, cursor, 0)), name - 1, mark=look.glyphs.ellipsis)
        line.append(" ")
        for column in columns:
            share = counts[index][column] / total
            ink, ground = heat(look, share, right=index == column)
            sign, style = " " * cell, f"{ink} on {ground}"
            if not look.colour:  # signs of a height alone: on a tint of grey a high one would look empty
                sign, style = _shade(share, look) * cell, look.tokens.text
            if cursor == (index, column):
                sign, style = "[]" if cell > 1 else "+", f"bold {style}"
            line.append(sign, style)
        lines.append(line)
    return MatrixPicture(tuple(lines), (rows, columns), 1, 1, name, cell)


def _shade(share: float, look: Look) -> str:
    levels = " " + look.glyphs.levels
    return levels[min(len(levels) - 1, round(share * (len(levels) - 1)))]
