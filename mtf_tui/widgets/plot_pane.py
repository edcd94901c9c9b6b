"""A pane that fills the room it has with a picture made for its width and height."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual.message import Message

from mtf_tui.widgets.live_pane import LivePane


class PlotPane(LivePane, can_focus=True):
    """Draws into all of its room.

    Parameters
    ----------
    draw : callable
        From width and height to rows.
    focusable : bool, default True
        Whether keys do something in it.
    """

    DEFAULT_CSS = "PlotPane { height: 1fr; }"

    class Resized(Message):
        """The plot has other room than before."""

    def __init__(
        self, draw: Callable[[int, int], Sequence[Text]], *, focusable: bool = True, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._draw = draw
        self.can_focus = focusable

    def paint(self, width: int) -> Sequence[Text]:
        return self._draw(width, self.size.height) if self.size.height else ()

    def on_resize(self) -> None:
        self.post_message(self.Resized())
