"""A table of any length that holds only the pages it shows: rows come from where they are, page by page."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from rich.text import Text
from textual import events
from textual.message import Message
from textual.worker import Worker

from mtf_engine import numbers
from mtf_engine.domain.views import RowPage
from mtf_engine.errors import MTFError
from mtf_tui.actions import bindings
from mtf_tui.mistakes import Employer
from mtf_tui.painters.table import Column, Content, tabulate
from mtf_tui.text import own, safe
from mtf_tui.widgets.live_pane import LivePane

PAGE = 200
_KEPT = 8
_CELL_MOST = 28


class ResultsTable(Employer, LivePane, can_focus=True):
    """Scrolls through millions of rows without having them.

    Parameters
    ----------
    page : callable
        From an offset and a limit to a page.
    """

    BINDINGS = bindings("table") + bindings("matrix")
    DEFAULT_CSS = "ResultsTable { height: 1fr; }"

    class Moved(Message):
        """Other rows are shown."""

    def __init__(self, page: Callable[[int, int], Awaitable[RowPage]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ask = page
        self._pages: dict[int, RowPage] = {}
        self._asked: set[int] = set()
        self._error: Exception | None = None
        self.total: int | None = None
        """Rows of the whole table; None until the first page is there."""

        self._top = 0
        self._first_column = 0
        self._ends_at_last = False
        """Whether the last rows were asked for: they are shown whatever room they get and however late they come."""

        self._since = 0.0

    def on_mount(self) -> None:
        self._since = time.monotonic()
        self._clock = self.set_interval(1.0, self._tick)
        self._want(0)

    def _tick(self) -> None:
        if self.total is not None or self._error is not None:
            self._clock.stop()
        self.repaint()

    @property
    def top(self) -> int:
        """Number of the first row shown, from 0."""
        return self._last_top if self._ends_at_last else min(self._top, self._last_top)

    @property
    def _last_top(self) -> int:
        return max(0, (self.total or 0) - self._room)

    def place(self) -> str:
        """Which rows are shown, and of how many; empty while that is not known."""
        if not self.total:
            return ""
        last = min(self.total, self.top + self._room)
        return f"{self.top + 1:,} – {last:,} of {self.total:,} rows"

    @property
    def widest_place(self) -> int:
        """Cells that `place` takes at most."""
        return len(f"{self.total:,} – {self.total:,} of {self.total:,} rows") if self.total else 0

    def paint(self, width: int) -> Sequence[Text]:
        if self._error is not None:
            message = self._error.message if isinstance(self._error, MTFError) else str(self._error)
            return [own((" cannot be shown: ", self.look.tokens.warn), safe(message))]
        if self.total is None:
            clock = numbers.stopwatch(time.monotonic() - self._since)
            return [own((f" reading rows  {clock}  ", self.look.tokens.muted), ("esc", "bold"), " stops")]
        if not self.total:
            return [own((" no rows", self.look.tokens.muted))]
        return self._table(width)

    def _table(self, width: int) -> list[Text]:
        rows = [self._row(position) for position in range(self.top, min(self.total or 0, self.top + self._room))]
        sample = next(iter(self._pages.values()))
        chosen = range(self._first_column, len(sample.columns))
        numeric = sample.numeric or tuple(False for _ in sample.columns)
        muted = self.look.tokens.muted
        columns = [
            Column(safe(sample.columns[i], muted), right=numeric[i], most=_CELL_MOST, drop=0 if k == 0 else k)
            for k, i in enumerate(chosen)
        ]
        contents: list[list[Content]] = [
            [own((self.look.glyphs.ellipsis, muted)) if row is None else self._value(row[i]) for i in chosen]
            for row in rows
        ]
        laid = tabulate(columns, contents, width, self.look)
        return [laid.header, *laid.rows]

    def _value(self, value: object) -> Text:
        if value is None:
            return own((numbers.UNDEFINED, self.look.tokens.muted))
        if isinstance(value, float):
            return own(_plain(value))
        return safe(value, limit=_CELL_MOST * 2)

    def _row(self, position: int) -> tuple[object, ...] | None:
        """A row if its page is there; it is asked for otherwise."""
        start = position // PAGE * PAGE
        page = self._pages.get(start)
        if page is None:
            self._want(start)
            return None
        index = position - start
        return page.rows[index] if index < len(page.rows) else None

    @property
    def _room(self) -> int:
        return max(1, self.size.height - 1)

    def _want(self, start: int) -> None:
        if start not in self._asked:
            self._asked.add(start)
            _: Worker[None] = self.run_worker(partial(self._load, start), exit_on_error=False)

    async def _load(self, start: int) -> None:
        try:
            page = await self._ask(start, PAGE)
        except (MTFError, OSError) as error:
            self._error = error
        else:
            self.total = page.total
            self._pages[start] = page
            for old in [key for key in self._pages if key != start][: max(0, len(self._pages) - _KEPT)]:
                del self._pages[old]
                self._asked.discard(old)
        self.repaint()
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        self.post_message(self.Moved())

    def _go(self, top: int) -> None:
        self._ends_at_last = False
        self._top = max(0, min(top, self._last_top))
        self.repaint()
        self.post_message(self.Moved())

    def action_table_up(self) -> None:
        self._go(self.top - 1)

    def action_table_down(self) -> None:
        self._go(self.top + 1)

    def action_table_page_up(self) -> None:
        self._go(self.top - self._room)

    def action_table_page_down(self) -> None:
        self._go(self.top + self._room)

    def action_table_first(self) -> None:
        self._go(0)

    def action_table_last(self) -> None:
        self._go(self.total or 0)
        self._ends_at_last = True

    def action_matrix_left(self) -> None:
        self._first_column = max(0, self._first_column - 1)
        self.repaint()

    def action_matrix_right(self) -> None:
        columns = len(next(iter(self._pages.values())).columns) if self._pages else 1
        self._first_column = min(columns - 1, self._first_column + 1)
        self.repaint()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._go(self.top - 3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._go(self.top + 3)


def _plain(value: float) -> str:
    """A value as it was measured: six digits, without zeros that nobody wrote.

    Examples
    --------
    >>> _plain(43.0), _plain(0.66), _plain(0.0898595)
    ('43', '0.66', '0.0898595')
    """
    text = numbers.significant(value, 6)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
