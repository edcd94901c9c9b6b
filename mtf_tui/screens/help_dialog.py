"""The keys that work here, the keys that work everywhere, and what the signs mean; typing filters."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.events import Key
from textual.widgets import Input

from mtf_tui.painters.table import TablePicture, TableRow
from mtf_tui.pictures.help import Place, found_lines, help_lines
from mtf_tui.text import cut, own, title
from mtf_tui.widgets.list_dialog import ListDialog
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.score_table import ScoreTable


class _Text(LivePane):
    """The page to read, laid out for a width."""

    WIDTH_DECIDES = True


class HelpDialog(ListDialog):
    """Help for one screen: a page to read, and as soon as something is typed, a list to choose from.

    Parameters
    ----------
    place : Place
        What it is about.
    """

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place

    def compose(self) -> ComposeResult:
        box = Vertical(
            self.find_input(),
            VerticalScroll(_Text(self._page), id="help-page", can_focus=False),
            self.found_table(),
            LivePane(self._hints, id="help-hints"),
            classes="dialog -help",
        )
        yield box

    def on_mount(self) -> None:
        self._turn()

    def tell_of(self, place: Place) -> None:
        """Be about another place."""
        self._place = place
        if self.is_mounted:
            self.start_over()
            self._turn()
            self.query_one("#help-page", VerticalScroll).scroll_home(animate=False)
            for pane in self.query(LivePane):
                pane.repaint()

    def on_input_changed(self, event: Input.Changed) -> None:  # noqa: ARG002 (as the list has it)
        self._turn()
        self.query_one("#help-hints", LivePane).repaint()

    def _turn(self) -> None:
        """Show the page, or the list once something is typed."""
        self.query_one(".dialog").border_title = title(f"Keys of {self._place.name}")
        reads = not self._needle
        self.query_one("#help-page").display = reads
        self.query_one(ScoreTable).display = not reads

    def on_key(self, event: Key) -> None:
        page = self.query_one("#help-page", VerticalScroll)
        scrolls = {
            "up": page.scroll_up,
            "down": page.scroll_down,
            "pageup": page.scroll_page_up,
            "pagedown": page.scroll_page_down,
        }
        if not self._needle and event.key in scrolls:
            event.prevent_default()
            scrolls[event.key](animate=False)

    def answer(self, key: str) -> None:
        """Do what is under the cursor; the page is only read."""
        action = key.split("\0")[0]
        self.dismiss(action if action and self._needle and not self._place.is_dialog else None)

    def picture(self, width: int) -> TablePicture:
        found = found_lines(self._needle, self._place, width, self.look)
        rows = [
            TableRow(f"{action}\0{entry}\0{number}", line)
            for entry, (action, lines) in enumerate(found)
            for number, line in enumerate(lines)
        ]
        return TablePicture(tuple(rows), footer=() if rows else (own("nothing matches"),))

    @property
    def _needle(self) -> str:
        return self.query_one(Input).value.casefold()

    def _page(self, width: int) -> Sequence[Text]:
        return help_lines(self._place, width, self.look)

    def _hints(self, width: int) -> Sequence[Text]:
        tokens = self.look.tokens
        does_it = self._needle and not self._place.is_dialog
        keys, does = ("enter", "does it") if does_it else ("pgup pgdn", "scroll")
        key = f"bold {tokens.accent}"
        return [cut(own((keys, key), (f" {does}  ", tokens.muted), ("esc", key), (" closes", tokens.muted)), width)]
