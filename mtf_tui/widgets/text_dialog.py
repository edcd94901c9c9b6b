"""One line of text, asked for in a dialog."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from mtf_tui.text import own, title
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.safe_input import SafeInput


class TextDialog(Dialog[str]):
    """Answers what was typed; None when it was closed or left empty.

    Parameters
    ----------
    heading : Text
        What is asked for.
    value : str
        What stands there at first.
    does : str
        What `enter` does.
    """

    def __init__(self, heading: Text, value: str, does: str) -> None:
        super().__init__()
        self._heading, self._value, self._does = heading, value, does

    def compose(self) -> ComposeResult:
        box = Vertical(SafeInput(self._value, id="wanted-text"), LivePane(self._hints), classes="dialog")
        box.border_title = title(self._heading)
        yield box

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip() or None)

    def _hints(self, width: int) -> list[Text]:
        del width
        key, muted = f"bold {self.look.tokens.accent}", self.look.tokens.muted
        return [own(("enter", key), (f" {self._does}   ", muted), ("esc", key), (" close", muted))]
