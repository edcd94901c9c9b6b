"""A field with two words, one of them chosen."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual import events
from textual.message import Message

from mtf_tui.widgets.live_pane import LivePane


class ModeField(LivePane, can_focus=True):
    """`space` and the arrow keys change it.

    Parameters
    ----------
    words : tuple of str
        To choose from; the first is chosen.
    painter : callable
        From the chosen word and whether the field has the focus to its line.
    """

    class Changed(Message):
        """Another word is chosen."""

    class Submitted(Message):
        """`enter` was pressed."""

    def __init__(self, words: tuple[str, str], painter: Callable[[str, bool], Text], *, id: str | None = None) -> None:
        super().__init__(lambda _: [painter(self.word, self.has_focus)], id=id)
        self._words = words
        self.word = words[0]

    def on_key(self, event: events.Key) -> None:
        if event.key in ("space", "left", "right"):
            event.stop()
            self.word = self._words[1 - self._words.index(self.word)]
            self.repaint()
            self.post_message(self.Changed())
        elif event.key == "enter":
            event.stop()
            self.post_message(self.Submitted())

    def on_click(self) -> None:
        self.focus()

    def on_focus(self) -> None:
        self.repaint()

    def on_blur(self) -> None:
        self.repaint()
