"""A pane that fills the room it has with a picture made for its width and height."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text

from mtf_tui.widgets.live_pane import LivePane


class PlotPane(LivePane, can_focus=True):
    """Draws into all of its room.

    Parameters
    ----------
    draw : callable
        From width and height to rows.
    """

    DEFAULT_CSS = "PlotPane { height: 1fr; }"

    def __init__(self, draw: Callable[[int, int], Sequence[Text]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._draw = draw

    def paint(self, width: int) -> Sequence[Text]:
        self._painted_width = width
        return self._draw(width, self.size.height) if self.size.height else ()
