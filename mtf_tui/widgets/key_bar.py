"""The footer: the keys that work now, dropped from the right when there is no room, never the one for help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.message import Message

from mtf_tui.text import own
from mtf_tui.widgets.live_pane import LivePane


@dataclass(frozen=True, slots=True)
class KeyHint:
    """One entry."""

    key: str
    label: str
    action: str
    """The action's id."""


class KeyBar(LivePane):
    """One row of keys; a click on one does what the key does."""

    DEFAULT_CSS = "KeyBar { height: 1; dock: bottom; background: $panel; }"
    WIDTH_DECIDES = True

    class Pressed(Message):
        """A hint was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, last: KeyHint, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._last = last
        self._hints: tuple[KeyHint, ...] = ()
        self._places: list[tuple[int, int, str]] = []

    def offer(self, hints: Sequence[KeyHint]) -> None:
        """Change the keys, most useful first."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self.repaint()

    def paint(self, width: int) -> Sequence[Text]:
        self._places = []
        tail = self._hint(self._last)
        line = own(" ")
        for hint in self._hints:
            entry = self._hint(hint)
            if line.cell_len + entry.cell_len + 2 + tail.cell_len + 1 > width:
                break
            self._places.append((line.cell_len, line.cell_len + entry.cell_len, hint.action))
            line = own(line, entry, "  ")
        space = max(0, width - line.cell_len - tail.cell_len - 1)
        start = line.cell_len + space
        self._places.append((start, start + tail.cell_len, self._last.action))
        return [own(line, " " * space, tail)]

    def _hint(self, hint: KeyHint) -> Text:
        tokens = self.look.tokens
        return own((hint.key, f"bold {tokens.accent}"), (f" {hint.label}", tokens.muted))

    def on_click(self, event: events.Click) -> None:
        for start, end, action in self._places:
            if start <= event.x < end:
                self.post_message(self.Pressed(action))
