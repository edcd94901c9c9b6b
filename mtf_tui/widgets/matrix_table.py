"""A table whose cursor is one cell: a row and a column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from mtf_tui.actions import bindings
from mtf_tui.painters.table import TablePicture
from mtf_tui.sheets import Sheet
from mtf_tui.widgets.score_table import ScoreTable

Spans = Mapping[str, tuple[int, int]]
"""Column → first and one past the last cell of it, as far as it is seen."""


class MatrixTable(ScoreTable):
    """Rows and columns; columns scroll so that the cursor's is seen.

    Parameters
    ----------
    columns : callable
        Gives the names of all columns, left to right.
    picture : callable
        From a width and the first column to show: the table and where its columns are.
    sheet : callable, optional
        Gives the same rows as values.
    share : float, default 1.0
        Of the screen's height that it takes at most.
    """

    BINDINGS = bindings("matrix")
    DEFAULT_CSS = "MatrixTable { height: auto; }"

    class ColumnHighlighted(Message):
        """The cursor is on another column."""

        def __init__(self, table: MatrixTable, column: str | None) -> None:
            super().__init__()
            self.table, self.column = table, column

    def __init__(
        self,
        columns: Callable[[], Sequence[str]],
        picture: Callable[[int, int], tuple[TablePicture, Spans]],
        *,
        sheet: Callable[[], Sheet] | None = None,
        share: float = 1.0,
        id: str | None = None,
    ) -> None:
        super().__init__(self._picture, sheet=sheet, share=share, id=id)
        self._columns, self._draw = columns, picture
        self._column = 0
        self._first = 0
        self._spans: Spans = {}

    @property
    def column(self) -> str | None:
        """Name of the column under the cursor."""
        names = self._columns()
        return names[min(self._column, len(names) - 1)] if names else None

    def _picture(self, width: int) -> TablePicture:
        picture, self._spans = self._draw(width, self._first)
        names = self._columns()
        if names and self.column not in self._spans:
            self._first = self._nearest_first(names)
            picture, self._spans = self._draw(width, self._first)
        return picture

    def _nearest_first(self, names: Sequence[str]) -> int:
        seen = [i for i, name in enumerate(names) if name in self._spans]
        if not seen or self._column < seen[0]:
            return self._column
        return self._first + self._column - seen[-1]

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        index = y + self._top - self._frozen
        if y < self._frozen or index != self._index:
            return strip
        return self._mark(self._strip_at(y, self._strips))

    def _mark(self, row: Strip) -> Strip:
        """Give only the cell under the cursor the cursor's ground."""
        base, tokens, width = self._ground, self.look.tokens, self.size.width
        span = self._spans.get(self.column or "")
        whole = self.fitted(row, width, base)
        if span is None:
            return whole
        if span[1] - span[0] == 1:  # a sign alone, with neighbours at both sides
            ink = Style(color=tokens.background, bgcolor=tokens.accent if self.has_focus else tokens.muted)
            sign = Strip([Segment(text, (style or base) + ink) for text, style, _ in whole.crop(*span)])
            return Strip.join([whole.crop(0, span[0]), sign, whole.crop(span[1], width)])
        start, end = max(0, span[0] - 1), min(width, span[1] + 1)
        ground = base + Style(bgcolor=tokens.cursor if self.has_focus else tokens.surface)
        middle = self.fitted(row, width, ground).crop(start, end)
        return Strip.join([whole.crop(0, start), middle, whole.crop(end, width)])

    def action_matrix_left(self) -> None:
        self._go_column(self._column - 1)

    def action_matrix_right(self) -> None:
        self._go_column(self._column + 1)

    def _go_column(self, column: int) -> None:
        column = max(0, min(column, len(self._columns()) - 1))
        if column != self._column:
            self._column = column
            self.repaint()
            self.refresh_row(self._index)
            self.post_message(self.ColumnHighlighted(self, self.column))

    def on_click(self, event: events.Click) -> None:
        names = list(self._columns())
        hit = next((name for name, (start, end) in self._spans.items() if start <= event.x < end), None)
        if hit is not None:
            self._go_column(names.index(hit))
