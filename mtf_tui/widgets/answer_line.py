"""Line 2 of every screen: the answer, in one sentence with its uncertainty."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mtf_tui.text import cut, fitted, own
from mtf_tui.widgets.live_pane import LivePane


class AnswerLine(LivePane):
    """One bold sentence."""

    DEFAULT_CSS = "AnswerLine { height: 1; text-style: bold; }"
    WIDTH_DECIDES = True

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sentence = own()
        self._tail = own()

    @property
    def sentence(self) -> str:
        """What it says, as plain text."""
        return self._sentence.plain

    def tell(self, sentence: Text, tail: Text | None = None) -> None:
        """Change the answer; spare parts of it, then the tail, are left out where there is no room for all."""
        self._sentence, self._tail = sentence, own() if tail is None else tail
        self.repaint()

    def paint(self, width: int) -> Sequence[Text]:
        room = width - 2
        shown = fitted(own(self._sentence, self._tail), room)
        if shown.cell_len > room:
            shown = fitted(self._sentence, room)
        return [own(" ", cut(shown, room, mark=self.look.glyphs.ellipsis))]
