"""Line 3 of a screen: what the answer is about, and the keys that change it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mtf_tui.text import cut, own
from mtf_tui.widgets.live_pane import LivePane, Painter


class ScopeLine(LivePane):
    """One row of scope, or whatever a screen has there (the progress bar of a run)."""

    DEFAULT_CSS = "ScopeLine { height: 1; }"
    WIDTH_DECIDES = True

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._line: Text | Painter = own()

    def tell(self, line: Text | Painter) -> None:
        """Change the row."""
        self._line = line
        self.repaint()

    def paint(self, width: int) -> Sequence[Text]:
        if isinstance(self._line, Text):
            return [own(" ", cut(self._line, width - 2, mark=self.look.glyphs.ellipsis))]
        return [own(" ", row) for row in self._line(width - 2)]
