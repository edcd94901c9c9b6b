"""Line 2 of every screen: the answer, in one sentence with its uncertainty."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mtf_tui.text import cut, own
from mtf_tui.widgets.live_pane import LivePane


class AnswerLine(LivePane):
    """One bold sentence."""

    DEFAULT_CSS = "AnswerLine { height: 1; text-style: bold; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sentence = own()
        self._tail = own()

    @property
    def sentence(self) -> str:
        """What it says, as plain text."""
        return self._sentence.plain

    def tell(self, sentence: Text, tail: Text | None = None) -> None:
        """Change the answer; the tail is left out where there is no room for both."""
        self._sentence, self._tail = sentence, own() if tail is None else tail
        self.repaint()

    def paint(self, width: int) -> Sequence[Text]:
        whole = own(self._sentence, self._tail)
        shown = whole if whole.cell_len <= width - 2 else self._sentence
        return [own(" ", cut(shown, width - 2, mark=self.look.glyphs.ellipsis))]
