"""A pane: its head and its body, without a box."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.widget import Widget

from mtf_tui.text import own
from mtf_tui.widgets.boxes import Column
from mtf_tui.widgets.pane_head import PaneHead
from mtf_tui.widgets.score_table import ScoreTable


class Pane(Column):
    """A titled rule and what stands below it; the rule shows whether the body has the focus."""

    DEFAULT_CSS = "Pane { height: auto; }"

    def __init__(self, title: str, *body: Widget, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.head = PaneHead(title)
        self._body = body

    def compose(self) -> ComposeResult:
        yield self.head
        yield from self._body

    def tell(self, title: str | Text, note: str | Text = "") -> None:
        """Change the head; how a list in the pane is narrowed and sorted stands first in its note."""
        found = (table.arrangement_note() for table in self.query(ScoreTable))
        parts = [own(text) for text in found if text]
        note = own(note) if isinstance(note, str) else note
        parts += [note] if note.plain else []
        joined = own(*(part for at, one in enumerate(parts) for part in ((" · " if at else ""), one)))
        self.head.tell(title, joined)

    def on_descendant_focus(self) -> None:
        self.head.light(True)

    def on_descendant_blur(self) -> None:
        focused = self.screen.focused
        self.head.light(focused is not None and self in focused.ancestors)
