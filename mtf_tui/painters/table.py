"""Columns of text: widths by content, the least important column dropped when there is no room."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.text import Text

from mtf_tui.late import LateList
from mtf_tui.sheets import Arrangement
from mtf_tui.text import own, pad
from mtf_tui.themes import Look

GAP = 2

Paint = Callable[[int], Text]
Content = Text | Paint
"""A cell: text, or a picture that is drawn once its column's width is known."""


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is laid out."""

    title: Content
    right: bool = False
    """Numbers and their headers are right-aligned."""

    width: int | None = None
    """Fixed width; None means as wide as the content."""

    flex: bool = False
    """Takes a share of what is left over."""

    least: int = 4
    """Cells below which a flexible column is dropped."""

    most: int = 60
    """Cells beyond which a column does not grow."""

    drop: int = 0
    """Columns with the highest number go first, those with the same one together; 0 stays."""

    name: str = ""
    """What a dropped column is called in the detail line."""


@dataclass(frozen=True, slots=True)
class Table:
    """A laid-out table."""

    header: Text
    rows: tuple[Text, ...]
    shown: tuple[int, ...]
    """Positions of the columns that had room."""

    widths: tuple[int, ...]
    """Of the columns shown."""

    draw: Callable[[Sequence[Content]], Text]
    """Lays out one more row, one content a column, in the same widths."""

    indent: int = 1

    def span(self, column: int) -> tuple[int, int]:
        """First and one past the last cell of a column that has room."""
        at = self.shown.index(column)
        start = self.indent + sum(self.widths[:at]) + GAP * at
        return start, start + self.widths[at]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row."""

    key: str
    """Who it is about; unique within the table."""

    content: Text | Callable[[], Text]
    """What it shows; of a long list what draws it, so that only rows that are seen are drawn."""

    @property
    def text(self) -> Text:
        """The row, drawn."""
        return self.content if isinstance(self.content, Text) else self.content()


@dataclass(frozen=True, slots=True)
class TablePicture:
    """A header and its rows, for one width."""

    rows: tuple[TableRow, ...]
    headers: tuple[Text, ...] = ()
    footer: tuple[Text, ...] = ()
    """Rows below the table that the cursor does not reach."""

    @property
    def lines(self) -> Sequence[Text]:
        """Header, rows and footer, each row drawn when it is asked for."""
        parts: tuple[TableRow | Text, ...] = (*self.headers, *self.rows, *self.footer)
        return LateList(len(parts), lambda at: part.text if isinstance(part := parts[at], TableRow) else part)


def tabulate(
    columns: Sequence[Column], rows: Sequence[Sequence[Content]], width: int, look: Look, *, indent: int = 1
) -> Table:
    """Lay out rows in columns.

    Parameters
    ----------
    columns : sequence of Column
        Left to right.
    rows : sequence of sequences
        One content a column.
    width : int
        Cells, the indent and an empty last one included.
    look : Look
        Theme and glyphs.
    indent : int, default 1
        Empty cells before the first column.
    """
    natural = [_natural(column, [row[i] for row in rows]) for i, column in enumerate(columns)]
    room = width - indent - 1
    shown = _choose(columns, natural, room)
    widths = _stretch(columns, natural, shown, room)
    chosen = [columns[i] for i in shown]
    header = _line([column.title for column in chosen], chosen, widths, indent, look.tokens.muted)

    def draw(row: Sequence[Content]) -> Text:
        return _line([row[i] for i in shown], chosen, widths, indent, "")

    return Table(header, tuple(map(draw, rows)), tuple(shown), tuple(widths), draw, indent)


def mark_sorted(header: Text, arrangement: Arrangement, look: Look) -> Text:
    """Put the sign of its order behind the title of the column that rows are sorted by."""
    if arrangement.column is None:
        return header
    found = re.search(rf"(?<!\S){re.escape(arrangement.column)}(?=  |\s?$)", header.plain)
    if found is None:
        return header
    sign = look.glyphs.descending if arrangement.descends else look.glyphs.ascending
    tail = header[found.end() + 1 :] if found.end() < len(header.plain) else own()
    return own(header[: found.end()], (sign, f"bold {look.tokens.accent}"), tail)


def _natural(column: Column, contents: Sequence[Content]) -> int:
    if column.width is not None:
        return column.width
    texts = [content.cell_len for content in (column.title, *contents) if isinstance(content, Text)]
    drawn = any(not isinstance(content, Text) for content in contents)
    return min(column.most, max([*texts, column.least if drawn else 0], default=0))


def _choose(columns: Sequence[Column], natural: Sequence[int], room: int) -> list[int]:
    """Drop columns, highest number first, until the least widths fit."""
    shown = list(range(len(columns)))

    def needed() -> int:
        wanted = (min(natural[i], columns[i].least) if columns[i].flex else natural[i] for i in shown)
        return sum(wanted) + GAP * (len(shown) - 1)

    for last in sorted({column.drop for column in columns} - {0}, reverse=True):
        if needed() <= room:
            break
        shown = [position for position in shown if columns[position].drop != last]
    return shown


def _stretch(columns: Sequence[Column], natural: Sequence[int], shown: Sequence[int], room: int) -> list[int]:
    """Give flexible columns what is left; shrink the widest when the fixed ones do not fit."""
    flexible = [i for i in shown if columns[i].flex]
    widths = {i: natural[i] for i in shown}
    spare = room - GAP * (len(shown) - 1) - sum(widths.values())
    if spare < 0:
        floors = {i: min(widths[i], columns[i].least) if columns[i].flex else 1 for i in shown}
        _shrink(widths, flexible or list(shown), -spare, floors)
    for i in flexible:
        share = max(0, spare) // len(flexible)
        widths[i] = max(widths[i], min(columns[i].most, widths[i] + share))
    return [widths[i] for i in shown]


def _shrink(widths: dict[int, int], candidates: Sequence[int], excess: int, floors: Mapping[int, int]) -> None:
    """Take cells from the widest columns, from those at their least width only when nothing else is left."""
    while excess > 0:
        wide = [i for i in candidates if widths[i] > floors[i]] or candidates
        widest = max(wide, key=lambda i: widths[i])
        if widths[widest] <= 1:
            return
        widths[widest] -= 1
        excess -= 1


def _line(
    contents: Sequence[Content], columns: Sequence[Column], widths: Sequence[int], indent: int, style: str
) -> Text:
    line = own(" " * indent)
    for position, (content, column, width) in enumerate(zip(contents, columns, widths, strict=True)):
        if position:
            line.append(" " * GAP)
        cell = content if isinstance(content, Text) else content(width)
        if style and not cell.spans and not cell.style:
            cell = own((cell.plain, style))
        line.append_text(pad(cell, width, right=column.right))
    return line
