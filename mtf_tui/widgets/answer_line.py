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

    @property
    def sentence(self) -> str:
        """What it says, as plain text."""
        return self._sentence.plain

    def tell(self, sentence: Text) -> None:
        """Change the answer."""
        self._sentence = sentence
        self.repaint()

    def paint(self, width: int) -> Sequence[Text]:
        return [own(" ", cut(self._sentence, width - 2, mark=self.look.glyphs.ellipsis))]
