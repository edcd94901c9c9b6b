"""The live log: follows the newest line until the reader scrolls up, then stands still and counts what is new."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from rich.text import Text
from textual import events

from mtf_engine import numbers
from mtf_tui.actions import bindings
from mtf_tui.logbook import Logbook, LogLine, paint_line
from mtf_tui.text import cut, own
from mtf_tui.widgets.live_pane import LivePane

FLOOD = 2
"""New lines in one update from which a calm log waits: four a second at two updates a second."""


class LogView(LivePane, can_focus=True):
    """Shows the tail of a log book, or a frozen part of it.

    Parameters
    ----------
    book : callable
        Gives the log book that is shown now.
    """

    BINDINGS = bindings("table")
    DEFAULT_CSS = "LogView { height: 1fr; }"

    def __init__(self, book: Callable[[], Logbook], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._book = book
        self.level = "info"
        self.needle = ""
        self.calm = False
        """Whether a flood of lines is shown only once a second, as over SSH."""

        self._shown_at = 0.0
        self._shown_total = 0
        self._frozen_at: int | None = None
        self._offset = 0
        """Lines between the last one shown and the newest of the (frozen) log."""

    @property
    def is_following(self) -> bool:
        """Whether new lines are shown as they come."""
        return self._frozen_at is None

    @property
    def news(self) -> int:
        """Lines that came since the log stands still."""
        return 0 if self._frozen_at is None else self._book().total - self._frozen_at

    def follow(self, on: bool) -> None:
        """Follow the newest line, or stand still here."""
        self._frozen_at = None if on else self._book().total
        self._offset = 0 if on else self._offset
        super().repaint()

    def repaint(self) -> None:
        """Show the newest lines; a flood of them waits for the next second when the line is slow."""
        now, total = time.monotonic(), self._book().total
        if self._frozen_at is not None and self._frozen_at > total:  # the log is that of another run now
            self._frozen_at, self._offset = None, 0
        if self.calm and total - self._shown_total > FLOOD and now - self._shown_at < 1.0:
            return
        self._shown_at, self._shown_total = now, total
        super().repaint()

    def note(self) -> str:
        """What the head of the pane says."""
        filtered = f"“{self.needle}” · " if self.needle else ""
        state = "following" if self.is_following else f"frozen · {numbers.count(self.news)} new · F follows"
        return f"{filtered}{self.level} · {state}"

    def paint(self, width: int) -> Sequence[Text]:
        height = max(1, self.size.height)
        lines = self._lines()
        end = len(lines) - self._offset
        rows: list[Text] = []
        book = self._book()
        if book.skipped and end <= height:
            skipped = f" {numbers.count(book.skipped)} lines skipped, all in run.log"
            rows.append(own((skipped, self.look.tokens.muted)))
        room = height - len(rows)
        rows += [own(" ", cut(paint_line(line, self.look), width - 2)) for line in lines[max(0, end - room) : end]]
        if not rows:
            words = "nothing yet" if not book.total else "nothing of this level: l shows others"
            rows = [own((f" {'nothing found' if self.needle else words}", self.look.tokens.muted))]
        return rows

    def _lines(self) -> list[LogLine]:
        return self._book().shown(self.level, self.needle, until=self._frozen_at)

    def _scroll(self, lines: int) -> None:
        if lines > 0 and self.is_following:
            self.follow(False)
        most = max(0, len(self._lines()) - self.size.height)
        self._offset = max(0, min(most, self._offset + lines))
        if self._offset == 0 and lines < 0:
            self.follow(True)
        super().repaint()

    def action_table_up(self) -> None:
        self._scroll(1)

    def action_table_down(self) -> None:
        self._scroll(-1)

    def action_table_page_up(self) -> None:
        self._scroll(max(1, self.size.height - 1))

    def action_table_page_down(self) -> None:
        self._scroll(1 - max(2, self.size.height))

    def action_table_first(self) -> None:
        self._scroll(1_000_000)

    def action_table_last(self) -> None:
        self._scroll(-1_000_000)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(-3)
