"""How tables are laid out: padded to columns, and where the terminal is narrower, cut or wrapped where it costs least.

Ids and names are what people copy, so columns that can be read without their end give way first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from mtf_engine.text_safety import terminal

_GAP = Text("  ")
_LEAST = 8
"""Cells that a column keeps which gives way first."""


class Narrow(Enum):
    """What becomes of a column where the terminal is too narrow for its table."""

    KEPT = "kept"
    """It is cut last."""

    CUT = "cut"
    """It is cut first."""

    WRAPPED = "wrapped"
    """It goes on in the next line."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a table."""

    title: str
    right: bool = False
    narrow: Narrow = Narrow.KEPT


def lay_out(headings: Sequence[Heading], rows: Sequence[Sequence[str | Text]], console: Console | None) -> Text:
    """Write a table as lines of text.

    Parameters
    ----------
    headings : sequence of Heading
        The columns.
    rows : sequence of sequences of str or Text
        A plain string is data and made safe here; a `Text` was made by its owner.
    console : Console or None
        The terminal that the lines are for; None for a pipe, which has no edge.

    Returns
    -------
    Text
        A line for the headings and at least one for each row.
    """
    table = [[Text(heading.title, style="bold") for heading in headings], *(_texts(row) for row in rows)]
    widths = [max(cell_len(row[column].plain) for row in table) for column in range(len(headings))]
    if console is not None:
        widths = fit(widths, headings, console.width)
    shown = [table[0], *rows]
    lines = (line for row in shown for line in _lines(row, headings, widths, console))
    return Text("\n", no_wrap=True, overflow="crop").join(lines)


def fit(widths: Sequence[int], headings: Sequence[Heading], room: int) -> list[int]:
    """Make columns narrower until a table has room: first those that can give way, the widest of them most.

    Parameters
    ----------
    widths : sequence of int
        Cells that the columns need.
    headings : sequence of Heading
        The columns.
    room : int
        Cells of the terminal.

    Returns
    -------
    list of int
        At least 1 each, so that a very narrow terminal may still be too narrow.
    """
    room -= len(_GAP) * (len(widths) - 1)
    yielding = [column for column, heading in enumerate(headings) if heading.narrow is not Narrow.KEPT]
    fitted = _narrowed(widths, yielding, room, _LEAST)
    return _narrowed(fitted, range(len(widths)), room, 1)


def _narrowed(widths: Sequence[int], columns: Sequence[int], room: int, least: int) -> list[int]:
    """Bound some columns by the greatest width with which all columns have room, or by the least."""
    fitted = list(widths)
    left = room - sum(width for column, width in enumerate(widths) if column not in columns)
    for rank, column in enumerate(sorted(columns, key=lambda column: widths[column])):
        fitted[column] = min(widths[column], max(least, left // (len(columns) - rank)))
        left -= fitted[column]
    return fitted


def _texts(row: Sequence[str | Text]) -> list[Text]:
    return [cell if isinstance(cell, Text) else Text(terminal(cell)) for cell in row]


def _lines(
    row: Sequence[str | Text], headings: Sequence[Heading], widths: Sequence[int], console: Console | None
) -> Iterator[Text]:
    """Write one row of a table."""
    cells = [
        _wrapped(cell, width, console) if heading.narrow is Narrow.WRAPPED else [_cut(cell, width)]
        for cell, heading, width in zip(row, headings, widths, strict=True)
    ]
    for line in zip_longest(*cells, fillvalue=Text()):
        yield _GAP.join(map(_padded, line, widths, (heading.right for heading in headings)))


def _cut(cell: str | Text, width: int) -> Text:
    if isinstance(cell, str):
        return Text(terminal(cell, limit=width))
    cut = cell.copy()
    cut.truncate(width, overflow="ellipsis")
    return cut


def _wrapped(cell: str | Text, width: int, console: Console | None) -> list[Text]:
    text = cell if isinstance(cell, Text) else Text(terminal(cell))
    return [text] if console is None else list(text.wrap(console, width)) or [text]


def _padded(text: Text, width: int, right: bool) -> Text:
    """Fill a cell up with blanks that have no style of their own."""
    blanks = " " * (width - cell_len(text.plain))
    return Text.assemble(blanks, text) if right else Text.assemble(text, blanks)
