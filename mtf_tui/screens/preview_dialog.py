"""The rows of a source, however many there are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.containers import Vertical

from mtf_engine.domain.views import RowPage
from mtf_tui.text import safe, title
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.results_table import ResultsTable


class PreviewDialog(Dialog[None]):
    """Scrolls through a source until it is closed.

    Parameters
    ----------
    name : str
        Of the source.
    page : callable
        From an offset and a limit to a page.
    """

    def __init__(self, name: str, page: Callable[[int, int], Awaitable[RowPage]]) -> None:
        super().__init__()
        self._heading, self._page = name, page

    def compose(self) -> ComposeResult:
        box = Vertical(ResultsTable(self._page, id="rows"), classes="dialog -full")
        box.border_title = title("Rows of ", safe(self._heading))
        yield box

    def on_mount(self) -> None:
        self.query_one(ResultsTable).focus()
