"""A confusion matrix with a cursor of its own: one cell, a true and a predicted class."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual import events
from textual.message import Message

from mtf_engine.domain.views import Confusion
from mtf_tui.actions import bindings
from mtf_tui.painters.matrix import MatrixPicture, Place, confusion
from mtf_tui.text import own
from mtf_tui.widgets.live_pane import LivePane

_MARGIN = 1


class ConfusionPane(LivePane, can_focus=True):
    """Arrow keys move over all cells, also those of no row and those on the diagonal.

    Parameters
    ----------
    found : callable
        Gives the matrix; None while it is on its way.
    waits : callable
        Says why there is none.
    room : callable
        Gives the lines that it takes at most.
    """

    BINDINGS = [*bindings("table"), *bindings("matrix")]  # noqa: RUF012 (as Textual has it)

    class Told(Message):
        """What the pane tells its view."""

        def __init__(self, pane: ConfusionPane) -> None:
            super().__init__()
            self.pane = pane

        @property
        def control(self) -> ConfusionPane:
            """The pane."""
            return self.pane

    class Moved(Told):
        """The cursor is on another cell."""

        def __init__(self, pane: ConfusionPane, place: Place) -> None:
            super().__init__(pane)
            self.place = place

    class Fitted(Told):
        """Other classes are seen than before, or as many on more or fewer lines."""

    class Chosen(Told):
        """The cell under the cursor was clicked."""

    def __init__(
        self,
        found: Callable[[], Confusion | None],
        waits: Callable[[], Text],
        room: Callable[[], int],
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(self._rows, id=id)
        self._found, self._waits, self._room = found, waits, room
        self._place: Place | None = None
        self._picture: MatrixPicture | None = None

    @property
    def place(self) -> Place | None:
        """True and predicted class under the cursor; None until it was put somewhere."""
        found = self._found()
        if found is None or self._place is None:
            return None
        last = len(found.labels) - 1
        return min(self._place[0], last), min(self._place[1], last)

    @property
    def shown(self) -> range:
        """True classes that are seen."""
        return self._picture.shown[0] if self._picture is not None else range(0)

    @property
    def deep(self) -> int:
        """Lines of the picture."""
        return len(self._picture.lines) if self._picture is not None else 1

    def put(self, place: Place | None) -> None:
        """Put the cursor on a cell without a message."""
        if place != self._place:
            self._place = place
            self.repaint()

    def _rows(self, width: int) -> Sequence[Text]:
        found = self._found()
        if found is None:
            self._picture = None
            return [self._waits()]
        room, before = width - 2 * _MARGIN, (self.shown, self.deep)
        self._picture = confusion(found.labels, found.counts, room, self.look, room=self._room(), cursor=self.place)
        if (self.shown, self.deep) != before:
            self.post_message(self.Fitted(self))
        return [own(" " * _MARGIN, row) for row in self._picture.lines]

    def _go(self, truth: int, said: int) -> None:
        found = self._found()
        if found is None:
            return
        last = len(found.labels) - 1
        place = max(0, min(truth, last)), max(0, min(said, last))
        if place != self.place:
            self.put(place)
            self.post_message(self.Moved(self, place))

    def _move(self, down: int, right: int) -> None:
        truth, said = self.place or (0, 0)
        self._go(truth + down, said + right)

    def action_table_up(self) -> None:
        self._move(-1, 0)

    def action_table_down(self) -> None:
        self._move(1, 0)

    def action_matrix_left(self) -> None:
        self._move(0, -1)

    def action_matrix_right(self) -> None:
        self._move(0, 1)

    def action_table_page_up(self) -> None:
        self._move(-max(1, len(self.shown)), 0)

    def action_table_page_down(self) -> None:
        self._move(max(1, len(self.shown)), 0)

    def action_table_first(self) -> None:
        self._go(0, (self.place or (0, 0))[1])

    def action_table_last(self) -> None:
        found = self._found()
        self._go(len(found.labels) if found is not None else 0, (self.place or (0, 0))[1])

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._move(1, 0)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._move(-1, 0)

    def on_click(self, event: events.Click) -> None:
        hit = self._picture.place_at(event.x - _MARGIN, event.y) if self._picture is not None else None
        if hit is None:
            return
        if hit == self.place and event.chain > 1:
            self.post_message(self.Chosen(self))
        self._go(*hit)
