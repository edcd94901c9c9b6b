"""Facts about one thing, as many lines as there are."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from mtf_tui.painters.table import TablePicture, TableRow
from mtf_tui.text import title
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import Painter
from mtf_tui.widgets.score_table import ScoreTable


class FactsDialog(Dialog[None]):
    """Shows lines until it is closed; they scroll.

    Parameters
    ----------
    heading : Text
        Of the box.
    painter : callable
        Makes the lines for a width.
    """

    def __init__(self, heading: Text, painter: Painter) -> None:
        super().__init__()
        self._heading, self._painter = heading, painter

    def compose(self) -> ComposeResult:
        box = Vertical(ScoreTable(self._picture), classes="dialog -wide-dialog")
        box.border_title = title(self._heading)
        yield box

    def on_mount(self) -> None:
        self.query_one(ScoreTable).focus()

    def _picture(self, width: int) -> TablePicture:
        return TablePicture(tuple(TableRow(str(i), line) for i, line in enumerate(self._painter(width))))
