"""What surrounds every numbered screen, and the screen that stands there while the program loads.

It needs nothing of the engine, so it is painted at once. The screen that follows has the same bars at the same places:
only its body appears.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from mtf_tui.mistakes import Employer
from mtf_tui.sparing import Ground, Sparing
from mtf_tui.text import own
from mtf_tui.widgets.answer_line import AnswerLine
from mtf_tui.widgets.key_bar import KeyBar, KeyHint
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.scope_line import ScopeLine
from mtf_tui.widgets.top_bar import Tab, TopBar

PAGES = (
    Tab("1", "Sources", "sources"),
    Tab("2", "Pipeline", "pipeline"),
    Tab("3", "Models", "models"),
    Tab("4", "Run", "run"),
    Tab("5", "Results", "results"),
    Tab("6", "Runs", "runs"),
)


class Frame(Employer, Sparing, Ground, Screen[None]):
    """Tabs, answer, scope, body and keys."""

    SCOPE: ClassVar[str] = ""
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As Textual has it, but the two widgets that a move of the focus is about are repainted, not the whole screen."""

    @property
    def tab(self) -> str:
        """Name of the tab that is on."""
        return self.SCOPE

    def compose(self) -> ComposeResult:
        yield TopBar(PAGES, self.tab)
        yield AnswerLine()
        yield ScopeLine()
        yield from self.compose_body()
        yield KeyBar(KeyHint("?", "help", "app.help"))

    def compose_body(self) -> Iterable[Widget]:
        """The panes, in one container with the id ``body``."""
        raise NotImplementedError


class OpeningScreen(Frame):
    """The first picture.

    Parameters
    ----------
    tab : str
        Name of the screen that follows.
    doing : str
        What is going on; safe to show.
    """

    class Painted(Message):
        """It is on the screen."""

        def __init__(self, typed: list[events.Key]) -> None:
            super().__init__()
            self.typed = typed
            """Keys that came before anything could obey them, in their order; there may be more until they are used."""

    def __init__(self, tab: str, doing: str) -> None:
        super().__init__()
        self._tab, self._doing = tab, doing
        self._typed: list[events.Key] = []

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self._typed.append(events.Key(event.key, event.character))

    @property
    def tab(self) -> str:
        return self._tab

    def compose_body(self) -> Iterable[Widget]:
        yield LivePane(id="body")

    def on_mount(self) -> None:
        self.query_one(AnswerLine).tell(own(self._doing))
        self.call_after_refresh(self.app.post_message, self.Painted(self._typed))
