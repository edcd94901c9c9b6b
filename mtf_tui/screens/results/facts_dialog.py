"""Facts about one thing, as many lines as there are."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from mtf_tui.painters.table import TablePicture, TableRow
from mtf_tui.text import own, title
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import LivePane, Painter
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

    KEY_SCOPES = ("dialog", "table")

    def __init__(self, heading: Text, painter: Painter) -> None:
        super().__init__()
        self._heading, self._painter = heading, painter

    def compose(self) -> ComposeResult:
        hints = LivePane(lambda _: [own(), own(" ", self.closing_hints())])
        box = Vertical(ScoreTable(self._picture), hints, classes="dialog -wide-dialog")
        box.border_title = title(self._heading)
        yield box

    def on_mount(self) -> None:
        self.query_one(ScoreTable).focus()

    def _picture(self, width: int) -> TablePicture:
        return TablePicture(tuple(TableRow(str(i), line) for i, line in enumerate(self._painter(width))))
