"""The rows behind a number, or of a source: a table as long as it is, one page of it at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical

from mtf_engine import numbers
from mtf_engine.domain.views import RowPage
from mtf_engine.errors import MTFError
from mtf_tui.actions import bindings, shown_keys
from mtf_tui.engine_protocol import PageOf
from mtf_tui.sheets import Sheet, SheetRow, as_text
from mtf_tui.text import own, safe, title
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.results_table import ResultsTable

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

_ROW = "row from 0"
"""Header of the rows' numbers: they are those of the predictions, counted as arrays are."""

_COPIED = 500
"""Rows that a copy has at most."""


class RowsDialog(Dialog[None]):
    """Scrolls through rows until it is closed.

    Parameters
    ----------
    heading : Text
        Of the box.
    page : callable
        From an offset and a limit to a page.
    letters : mapping, optional
        Model → the letter that stands for it in headers.
    """

    BINDINGS = [*Dialog.BINDINGS, *bindings("rows")]  # noqa: RUF012 (as Textual has it)
    KEY_SCOPES = ("rows", "dialog", "table", "matrix")

    def __init__(self, heading: Text, page: PageOf, letters: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._heading, self._ask, self._letters = heading, page, dict(letters or {})
        self._note = ""

    def compose(self) -> ComposeResult:
        box = Vertical(ResultsTable(self._page, id="rows"), LivePane(self._hints), classes="dialog -full")
        box.border_title = title(self._heading)
        yield box

    def on_mount(self) -> None:
        self.query_one(ResultsTable).focus()

    async def _page(self, offset: int, limit: int) -> RowPage:
        page = await self._ask(offset, limit)
        columns = tuple(self._short(name) for name in page.columns)
        if page.columns[:1] == ("row",) and "truth" in page.columns[:3]:
            columns = (_ROW, *columns[1:])
        hidden = (page.total_columns or 0) - len(page.columns)
        parts = [page.note, f"{numbers.plural(hidden, 'more column')}" if hidden > 0 else ""]
        self._note = "".join(f" · {part}" for part in parts if part)
        self.query(LivePane).last(LivePane).repaint()
        return replace(page, columns=columns)

    def on_results_table_moved(self, event: ResultsTable.Moved) -> None:
        event.stop()
        self.query(LivePane).last(LivePane).repaint()

    def _short(self, column: str) -> str:
        """A column's name with letters in place of models' names, which would take all the room."""
        for model, letter in self._letters.items():
            if column == model or column.startswith(f"{model} "):
                return f"{letter}{column[len(model) :]}"
        return column

    def _hints(self, width: int) -> list[Text]:
        key, muted = f"bold {self.look.tokens.accent}", self.look.tokens.muted
        left_right = shown_keys("left", "right", ascii_only=self.look.glyphs.name == "ascii")
        keys = own((left_right, key), (" columns  ", muted), ("y", key), (" copy  ", muted), self.closing_hints())
        table, note = self.query_one(ResultsTable), safe(self._note, muted)
        place = own(safe(table.place(), muted), note)
        has_room = (
            1 + keys.cell_len + 3 + table.widest_place + note.cell_len <= width
        )  # wherever the rows are scrolled to
        return [own(" ", keys, "   ", place)] if has_room else [own(" ", place), own(" ", keys)]

    @work(exclusive=True, exit_on_error=False)
    async def action_rows_copy(self) -> None:
        """Copy the first rows, in full precision."""
        app = cast("MTFApp", self.app)
        try:
            page = await self._ask(0, _COPIED)
        except (MTFError, OSError) as error:
            app.notices.show_error(error, "copy the rows")
            return
        rows = tuple(SheetRow(str(position), row) for position, row in enumerate(page.rows))
        app.notices.copy(as_text(Sheet(page.columns, rows), "tsv"), suffix="tsv")
