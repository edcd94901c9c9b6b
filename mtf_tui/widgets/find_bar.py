"""One line above the keys where a filter is typed; `esc` clears it, `enter` keeps it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from mtf_tui.actions import bindings


class FindBar(Horizontal):
    """Hidden until it is opened."""

    BINDINGS = bindings("find")

    class Changed(Message):
        """Another text is wanted; empty means all."""

        def __init__(self, needle: str) -> None:
            super().__init__()
            self.needle = needle

    def compose(self) -> ComposeResult:
        yield Input(placeholder="/ find", id="find-needle", select_on_focus=False)

    def open(self) -> None:
        """Show it and take the focus."""
        self.add_class("-open")
        self.query_one(Input).focus()

    @property
    def needle(self) -> str:
        """What is typed."""
        return self.query_one(Input).value

    def clear(self) -> bool:
        """Forget what is typed and hide; False when there was nothing to clear."""
        if not self.has_class("-open") and not self.needle:
            return False
        self.query_one(Input).value = ""
        self.remove_class("-open")
        self.post_message(self.Changed(""))
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.remove_class("-open")
        self.screen.focus_next()

    def action_find_clear(self) -> None:
        self.clear()
        self.screen.focus_next()
