"""Two runs side by side: the verdict, its causes, the scores, the rows that flipped."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from mtf_engine.domain.difference import RunDifference
from mtf_tui.pictures.difference import difference_answer, difference_rows
from mtf_tui.text import cut, own, title
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.score_table import ScoreTable


class CompareDialog(Dialog[None]):
    """Shows a difference until it is closed.

    Parameters
    ----------
    found : RunDifference
        After − before.
    """

    def __init__(self, found: RunDifference) -> None:
        super().__init__()
        self._found = found

    def compose(self) -> ComposeResult:
        box = Vertical(
            LivePane(lambda width: [cut(difference_answer(self._found, self.look), width), own()]),
            ScoreTable(lambda width: difference_rows(self._found, width, self.look), id="difference-rows"),
            classes="dialog -full",
        )
        box.border_title = title("What changed")
        yield box

    def on_mount(self) -> None:
        self.query_one(ScoreTable).focus()
