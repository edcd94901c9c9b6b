"""A list in a dialog that what is typed narrows."""

from __future__ import annotations

from typing import ClassVar

from textual.events import Key
from textual.widgets import Input

from mtf_tui.painters.table import TablePicture
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.safe_input import SafeInput
from mtf_tui.widgets.score_table import ScoreTable

_BOX = 0.9
"""Of the screen's height that a box takes at most, as in the stylesheet."""


class ListDialog(Dialog[str]):
    """A list that what is typed narrows; a subclass says what is in it and what `enter` does."""

    PLACEHOLDER: ClassVar[str] = "type to find"
    BESIDES: ClassVar[int] = 3
    """Rows of the box that are not the list's: edges, the field, and what a subclass puts below."""

    def find_input(self) -> Input:
        """Where the user types."""
        return SafeInput(placeholder=self.PLACEHOLDER, id="needle", select_on_focus=False)

    def found_table(self) -> ScoreTable:
        """What was found."""
        return ScoreTable(self.picture, share=_BOX, beside=self.BESIDES, id="choices")

    def start_over(self) -> None:
        """Be as new where it is kept from one time to the next: nothing typed, the first row."""
        field = self.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = ""
        self.query_one(ScoreTable).start_over()
        self.set_focus(field)

    def picture(self, width: int) -> TablePicture:
        """The rows that match what is typed."""
        raise NotImplementedError

    def answer(self, key: str) -> None:
        """Do what `enter` does with the row under the cursor."""
        self.dismiss(key)

    def on_mount(self) -> None:
        table = self.query_one(ScoreTable)
        table.can_focus, table.is_led = False, True
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:  # noqa: ARG002 (subclasses take it)
        table = self.query_one(ScoreTable)
        table.repaint()
        table.action_table_first()
        table.refresh(layout=True)

    def on_input_submitted(self) -> None:
        self._take()

    def on_score_table_chosen(self) -> None:
        self._take()

    def on_key(self, event: Key) -> None:
        moves = {"up": "up", "down": "down", "pageup": "page_up", "pagedown": "page_down"}
        if event.key in moves:
            event.prevent_default()
            getattr(self.query_one(ScoreTable), f"action_table_{moves[event.key]}")()

    def _take(self) -> None:
        key = self.query_one(ScoreTable).cursor
        if key is not None:
            self.answer(key)
