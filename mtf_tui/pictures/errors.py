"""The errors of one classifier: which classes it takes for which, and the recall of each class."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.views import ClassRecall, ClassRecalls, Confusion
from mtf_tui.painters.bars import count_bar
from mtf_tui.painters.interval import Axis, axis_header, axis_over, interval_bar
from mtf_tui.painters.table import Column, Content, Paint, TablePicture, TableRow, tabulate
from mtf_tui.sheets import Sheet, SheetRow
from mtf_tui.text import own, safe
from mtf_tui.themes import Look

FEW_ROWS = 30
"""Rows of a class below which its recall says little."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Rows of one class that were said to be another, or of that class."""

    truth: int
    """Position of the true class."""

    said: int
    count: int
    rows: int
    """Of the true class."""

    @property
    def is_right(self) -> bool:
        """Whether it lies on the diagonal."""
        return self.truth == self.said

    @property
    def key(self) -> str:
        """Unique within a matrix."""
        return f"{self.truth}:{self.said}"


def cell_at(found: Confusion, truth: int, said: int) -> Cell:
    """One cell of a matrix, also one of no row."""
    row = found.counts[truth]
    return Cell(truth, said, row[said], sum(row))


def cell_note(found: Confusion, cell: Cell, recalls: ClassRecalls | None) -> Text:
    """What stands in a cell, in words; on the diagonal with the recall of the class."""
    was, said = safe(found.labels[cell.truth], limit=20), safe(found.labels[cell.said], limit=20)
    share = f", {numbers.percent(cell.count / cell.rows)}" if cell.rows else ""
    if cell.is_right and recalls is not None and cell.truth < len(recalls.classes):
        one = recalls.classes[cell.truth]
        share = f", recall {numbers.interval(one.recall, one.low, one.high)}"
    rows = f"{numbers.count(cell.count)} of {numbers.plural(cell.rows, 'row')}{share}"
    return own("was ", was, ", said ", said, f": {rows}")


def cells_of(found: Confusion) -> list[Cell]:
    """The cells of a matrix that have rows: errors first, most rows first, then what is right."""
    made = [Cell(i, j, count, sum(row)) for i, row in enumerate(found.counts) for j, count in enumerate(row) if count]
    return sorted(made, key=lambda cell: (cell.is_right, -cell.count, cell.truth, cell.said))


def cell_table(found: Confusion, width: int, look: Look) -> TablePicture:
    """One row a pair of classes."""
    tokens = look.tokens
    cells = cells_of(found)
    rows: list[list[Content]] = [
        [
            safe(found.labels[cell.truth]),
            safe(found.labels[cell.said]),
            own((numbers.count(cell.count), tokens.text)),
            own((numbers.percent(cell.count / cell.rows), tokens.muted)),
            _share(cell, look),
        ]
        for cell in cells
    ]
    columns = [
        Column(own(("was", tokens.muted)), most=30),
        Column(own(("said", tokens.muted)), most=30),
        Column(own(("rows", tokens.muted)), right=True),
        Column(own(("of class", tokens.muted)), right=True),
        Column(own(), flex=True, least=10, most=50, drop=1),
    ]
    table = tabulate(columns, rows, width, look)
    lines = tuple(TableRow(cell.key, line) for cell, line in zip(cells, table.rows, strict=True))
    return TablePicture(lines, (table.header,))


def _share(cell: Cell, look: Look) -> Paint:
    ink = look.tokens.s1 if cell.is_right else look.tokens.s2
    return lambda width: count_bar(cell.count / cell.rows, width, look, ink)


def cell_sheet(found: Confusion) -> Sheet:
    """The same as values."""
    rows = tuple(
        SheetRow(c.key, (found.labels[c.truth], found.labels[c.said], c.count, c.count / c.rows))
        for c in cells_of(found)
    )
    return Sheet(("was", "said", "rows", "of class"), rows)


def recall_rows(found: ClassRecalls, width: int, look: Look, *, most: int | None = None, where: str = "") -> list[Text]:
    """Recall of each class with its interval, and its precision; classes of few rows are muted.

    Parameters
    ----------
    found : ClassRecalls
        Of one model.
    width : int
        Cells.
    look : Look
        Theme and glyphs.
    most : int, optional
        Classes that are shown at most; where there are more, those with the least recall.
    where : str, optional
        What is said of the others behind their number.
    """
    tokens = look.tokens
    axis = axis_over([(one.low, one.high) for one in found.classes])
    places = numbers.column_decimals([(one.low, one.high) for one in found.classes])
    shown = found.classes
    if most is not None and len(shown) > most:
        shown = tuple(sorted(shown, key=lambda one: 2.0 if one.recall is None else one.recall)[:most])
    rows: list[list[Content]] = []
    for one in shown:
        few = one.rows < FEW_ROWS
        ink = tokens.muted if few else tokens.text
        rows.append(
            [
                own(safe(one.label, ink), ("  few rows" if few else "", tokens.muted)),
                own((numbers.count(one.rows), ink)),
                own((numbers.interval(one.recall, one.low, one.high, places=places), ink)),
                _interval(one, axis, ink, look),
                own((numbers.fixed(one.precision, places), ink)),
            ]
        )
    head: Content = own() if axis is None else lambda cells: axis_header(axis, cells, look)
    columns = [
        Column(own(("class", tokens.muted)), flex=True, least=6, most=30),
        Column(own(("rows", tokens.muted)), right=True, drop=1),
        Column(own(("recall", tokens.muted)), right=True),
        Column(head, flex=True, least=12, most=30, drop=3),
        Column(own(("precision", tokens.muted)), right=True, drop=2),
    ]
    table = tabulate(columns, rows, width, look)
    more = len(found.classes) - len(shown)
    rest = [own((f" {more} more{where}", tokens.muted))] if more else []
    return [table.header, *table.rows, *rest]


def _interval(one: ClassRecall, axis: Axis | None, ink: str, look: Look) -> Paint:
    if axis is None:
        return lambda _: own()
    return lambda width: interval_bar(axis, width, look, estimate=one.recall, low=one.low, high=one.high, style=ink)
