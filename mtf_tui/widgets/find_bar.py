"""One line above the keys where a filter is typed; `esc` clears it, `enter` keeps it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from mtf_tui.actions import bindings
from mtf_tui.widgets.safe_input import SafeInput


class FindBar(Horizontal):
    """Hidden until it is opened."""

    BINDINGS = bindings("find")
    _back: Widget | None = None

    class Changed(Message):
        """Another text is wanted; empty means all."""

        def __init__(self, bar: FindBar, needle: str) -> None:
            super().__init__()
            self.bar, self.needle = bar, needle

        @property
        def control(self) -> FindBar:
            return self.bar

    def compose(self) -> ComposeResult:
        yield SafeInput(placeholder="/ find", id="find-needle", select_on_focus=False)

    def open(self, needle: str | None = None) -> None:
        """Show it, with a text if one is given, and take the focus; it goes back where it was."""
        self._back = self.screen.focused
        self.add_class("-open")
        if needle is not None:
            with self.query_one(Input).prevent(Input.Changed):
                self.query_one(Input).value = needle
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
        self.post_message(self.Changed(self, ""))
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.remove_class("-open")
        self._leave()

    def _leave(self) -> None:
        if self._back is not None and self._back.is_attached:
            self._back.focus()
        else:
            self.screen.focus_next()

    def action_find_clear(self) -> None:
        self.clear()
        self._leave()
