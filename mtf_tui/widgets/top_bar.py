"""Line 1 of every screen: the tabs and how the run is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.message import Message

from mtf_tui.text import cut, own
from mtf_tui.widgets.live_pane import LivePane

_NAMES_FROM = 80
_DETAILS_FROM = 100
_PART = " · "


@dataclass(frozen=True, slots=True)
class Tab:
    """One screen."""

    key: str
    label: str
    name: str
    """The screen's id."""


class TopBar(LivePane):
    """Tabs on the left, status on the right; a click on a tab opens it."""

    DEFAULT_CSS = "TopBar { height: 1; background: $panel; }"
    WIDTH_DECIDES = True

    class TabPressed(Message):
        """A tab was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.screen_name = name

    def __init__(self, tabs: Sequence[Tab], current: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tabs, self._current = tuple(tabs), current
        self._status, self._place = own(), own()
        self._places: list[tuple[int, int, str]] = []

    def tell(self, status: Text, place: Text) -> None:
        """Change the status and (shown from 100 columns) the project and file."""
        self._status, self._place = status, place
        self.repaint()

    def paint(self, width: int) -> Sequence[Text]:
        tokens = self.look.tokens
        self._places = []
        line = own((" MTF ", f"bold {tokens.background} on {tokens.accent}"), " ")
        for tab in self._tabs:
            entry = self._tab(tab, named=width >= _NAMES_FROM)
            self._places.append((line.cell_len, line.cell_len + entry.cell_len, tab.name))
            line = own(line, entry)
        room = max(0, width - line.cell_len - 1)
        right = own(self._status)
        if right.cell_len > room and _PART in right.plain:
            right = right[: right.plain.index(_PART)]  # half a clock says nothing; all of it is in the answer
        if width >= _DETAILS_FROM and self._place.cell_len:
            right = own(cut(self._place, width - line.cell_len - right.cell_len - 4, middle=True), "  ", right)
        right = cut(right, room)
        return [own(line, " " * max(1, width - line.cell_len - right.cell_len - 1), right)]

    def _tab(self, tab: Tab, *, named: bool) -> Text:
        tokens = self.look.tokens
        if tab.name == self._current:
            ground = f" on {tokens.background}"
            return own((f" {tab.key} ", f"{tokens.accent}{ground}"), (f"{tab.label} ", f"bold {tokens.text}{ground}"))
        if not named:
            return own((f" {tab.key} ", tokens.accent))
        return own((f" {tab.key} ", tokens.accent), (f"{tab.label} ", tokens.muted))

    def on_click(self, event: events.Click) -> None:
        for start, end, name in self._places:
            if start <= event.x < end:
                self.post_message(self.TabPressed(name))
