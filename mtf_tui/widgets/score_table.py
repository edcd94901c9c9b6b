"""A table of text rows with a cursor that stays on its row's identity when rows move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from mtf_engine import numbers, text_safety
from mtf_tui.actions import bindings
from mtf_tui.late import LateList
from mtf_tui.painters.table import TablePicture, mark_sorted
from mtf_tui.sheets import Arrangement, Sheet, SheetRow, arranged, has, in_order
from mtf_tui.text import own
from mtf_tui.widgets.live_pane import LivePane

_LEAST_HEIGHT = 4


class ScoreTable(LivePane, can_focus=True):
    """Rows under a frozen header, scrolled so that the cursor is seen.

    Parameters
    ----------
    picture : callable, optional
        Makes header and rows for a width.
    sheet : callable, optional
        Gives the same rows as values; with it the rows can be filtered, sorted and copied.
    share : float, default 1.0
        Of the screen's height that it takes at most; what stands below it stays in sight.
    beside : int, default 0
        Rows of that share that are not its own.
    most : int, optional
        Rows that are shown at most; a filter and copies reach the others.
    """

    BINDINGS = [*bindings("table"), *bindings("sheet")]  # noqa: RUF012 (as Textual has it)
    DEFAULT_CSS = "ScoreTable { height: auto; }"
    WIDTH_DECIDES = True

    class Highlighted(Message):
        """The cursor is on another row."""

        def __init__(self, table: ScoreTable, key: str | None) -> None:
            super().__init__()
            self.table, self.key = table, key

        @property
        def control(self) -> ScoreTable:
            return self.table

    class Chosen(Message):
        """The row under the cursor was clicked."""

        def __init__(self, table: ScoreTable, key: str) -> None:
            super().__init__()
            self.table, self.key = table, key

        @property
        def control(self) -> ScoreTable:
            return self.table

    class Arranged(Message):
        """The user narrowed or sorted the rows."""

        def __init__(self, table: ScoreTable) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> ScoreTable:
            return self.table

    class Asked(Message):
        """The user wants to filter, sort or copy the rows."""

        def __init__(self, table: ScoreTable, what: str) -> None:
            super().__init__()
            self.table, self.what = table, what

        @property
        def control(self) -> ScoreTable:
            return self.table

    def __init__(
        self,
        picture: Callable[[int], TablePicture] | None = None,
        *,
        sheet: Callable[[], Sheet] | None = None,
        share: float = 1.0,
        beside: int = 0,
        most: int | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._make, self._sheet, self._most = picture, sheet, most
        self._share, self._beside = share, beside
        self.arrangement = Arrangement()
        self.is_led = False
        """Whether keys of a field beside it move its cursor, which looks as if the list had the focus."""

        self._last_needle = ""
        self._keys: tuple[str, ...] = ()
        self._all_keys: tuple[str, ...] = ()
        self._frozen = 0
        self._footer = 0
        self._key: str | None = None
        self._index = 0
        self._top = 0
        self._earlier = 0, 0
        """First row and cursor of the picture before this one."""

    @property
    def cursor(self) -> str | None:
        """Key of the row under the cursor; None when there are no rows."""
        return self._keys[self._index] if self._index < len(self._keys) else None

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of all rows, top to bottom."""
        return self._keys

    def expect_keys(self) -> None:
        """Find out which rows there are: a key may come sooner than the first layout, which gives them room."""
        if not self.size.width:
            self.paint(self.app.size.width)

    def take_share(self, share: float) -> None:
        """Take another part of the screen's height at most."""
        if share != self._share:
            self._share = share
            self.refresh(layout=True)

    def move_to(self, key: str | None) -> None:
        """Put the cursor on a row; an unknown key leaves it where it is."""
        if key in self._keys:
            self._go(self._keys.index(key))
        elif key is not None:
            self._key = key

    def start_over(self) -> None:
        """Begin at the top: the rows are about something else than those before."""
        self._key, self._index, self._top = None, 0, 0

    def paint(self, width: int) -> Sequence[Text]:
        picture = self._arranged(self._make(width) if self._make else TablePicture(()))
        self._all_keys = tuple(row.key for row in picture.rows)
        picture = self._topmost(picture)
        self._keys = tuple(row.key for row in picture.rows)
        self._frozen = len(picture.headers)
        self._footer = len(picture.footer)
        self._earlier = self._top, self._index
        self._follow_identity()
        return picture.lines

    @property
    def sheet(self) -> Sheet | None:
        """The rows as values, as they are narrowed and sorted; None where there are none."""
        return in_order(self._sheet(), self._all_keys) if self._sheet is not None else None

    def rearrange(self, wanted: Arrangement) -> None:
        """Show other rows, or show them in another order."""
        self._last_needle = wanted.needle or self._last_needle
        self.arrangement = wanted
        self.repaint()
        self.refresh(layout=True)
        self.post_message(self.Arranged(self))

    def _topmost(self, picture: TablePicture) -> TablePicture:
        """Leave out what is too much to look through."""
        beyond = 0 if self._most is None else len(picture.rows) - self._most
        if beyond <= 0:
            return picture
        note = own((f" {numbers.count(beyond)} more; / finds them", self.look.tokens.muted))
        return TablePicture(picture.rows[: self._most], picture.headers, (*picture.footer, note))

    def _arranged(self, picture: TablePicture) -> TablePicture:
        """Narrow and sort the rows as the user wants them."""
        if self._sheet is None or self.arrangement.is_plain:
            return picture
        known = {row.key: row for row in picture.rows}
        rows = tuple(known[key] for key in arranged(self._sheet(), self.arrangement) if key in known)
        none = (own((" nothing has this text; esc shows all", self.look.tokens.muted)),)
        headers = tuple(mark_sorted(line, self.arrangement, self.look) for line in picture.headers)
        return TablePicture(rows, headers, picture.footer if rows or not known else none)

    def arrangement_note(self) -> str:
        """How the rows are narrowed and sorted, in words; empty where they are not."""
        wanted, glyphs = self.arrangement, self.look.glyphs
        if self._sheet is None or wanted.is_plain:
            return ""
        found = f"“{text_safety.line(wanted.needle)}” {len(self._all_keys)} of {len(self._sheet().rows)}"
        sign = glyphs.descending if wanted.descends else glyphs.ascending
        order = f"by {wanted.column} {sign}" if wanted.column else "backwards" if wanted.descends else ""
        return " · ".join(part for part in (found if wanted.needle else "", order) if part)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Filter, sort and copy only what has values."""
        if not action.startswith("sheet_"):
            return super().check_action(action, parameters)
        if action == "sheet_clear":
            return bool(self.arrangement.needle)
        if action in ("sheet_next", "sheet_previous"):
            return bool(self._last_needle)
        return self._sheet is not None

    def action_sheet_find(self) -> None:
        self.post_message(self.Asked(self, "find"))

    def action_sheet_sort(self) -> None:
        self.post_message(self.Asked(self, "sort"))

    def action_sheet_copy(self) -> None:
        self.post_message(self.Asked(self, "copy"))

    def action_sheet_reverse(self) -> None:
        self.rearrange(replace(self.arrangement, descends=not self.arrangement.descends))
        self.post_message(self.Highlighted(self, self._key))

    def action_sheet_clear(self) -> None:
        self.rearrange(replace(self.arrangement, needle=""))
        self.post_message(self.Highlighted(self, self._key))

    def action_sheet_next(self) -> None:
        self._find(1)

    def action_sheet_previous(self) -> None:
        self._find(-1)

    def _find(self, by: int) -> None:
        """Go to the next row, or the one before, that has what was last searched for."""
        rows: dict[str, SheetRow] = {row.key: row for row in (self.sheet or Sheet(())).rows}
        count = len(self._keys)
        for step in range(1, count + 1):
            index = (self._index + by * step) % count
            row = rows.get(self._keys[index])
            if row is not None and has(row, self._last_needle):
                self._go(index)
                return

    def _follow_identity(self) -> None:
        if self._key in self._keys:
            self._index = self._keys.index(self._key)
        else:
            self._index = max(0, min(self._index, len(self._keys) - 1))
        before, self._key = self._key, self.cursor if self._keys else self._key
        self._scroll_to_cursor()
        if before != self._key and self.is_mounted:
            self.post_message(self.Highlighted(self, self._key))

    def render_line(self, y: int) -> Strip:
        self._catch_up()
        base, tokens = self._ground, self.look.tokens
        width = self.size.width
        strip = self._strip_at(y, self._strips)
        if y < self._frozen:
            return self.fitted(strip, width, base + Style(bgcolor=tokens.surface))
        if y + self._top - self._frozen == self._index and self._index < len(self._keys):
            moves = self.has_focus or self.is_led
            stands_out = moves or not (self.look.colour or self.has_focus_within)
            ground = tokens.cursor if stands_out else tokens.surface
            base += Style(bgcolor=ground, bold=True if moves else None)
        return with_sign(self.fitted(strip, width, base), self._sign_of_more(y), base + Style(color=tokens.muted))

    def _sign_of_more(self, y: int) -> str:
        """What says at the end of a row of the screen that there are more rows above or below it; empty elsewhere."""
        glyphs, last = self.look.glyphs, self.size.height - 1
        if y == last and self._top + self._room() < len(self._keys) + self._footer:
            return glyphs.down
        return glyphs.up if y == self._frozen and self._top > 0 else ""

    def show(self, rows: Sequence[Text]) -> None:
        before, self._strips = self._strips, self._drawn(rows)
        if len(before) != len(rows) and self.styles.is_auto_height:
            self.refresh(layout=True)
        elif self._earlier[0] != self._top or len(before) != len(rows) or not self._is_before_eyes:
            self.refresh()
        else:
            for y in range(self.size.height):
                self._refresh_changed(y, self._strip_at(y, before), self._strip_at(y, self._strips))
            if self._earlier[1] != self._index:
                self.refresh_row(self._earlier[1])
                self.refresh_row(self._index)

    def _drawn(self, rows: Sequence[Text]) -> Sequence[Strip]:
        return LateList(len(rows), lambda at: self._strip(rows[at]))

    def _strip_at(self, y: int, strips: Sequence[Strip]) -> Strip:
        """What stands in a row of the screen."""
        position = y if y < self._frozen else y + self._top
        return strips[position] if position < len(strips) else Strip.blank(0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as it has, up to its share of the screen (Textual leaves out ``vh`` in automatic heights)."""
        rows = super().get_content_height(container, viewport, width)
        return min(rows, max(_LEAST_HEIGHT, int(self._share * viewport.height) - self._beside))

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        before = self._top
        self._scroll_to_cursor()
        has_moved, self._top = self._top != before, before
        if has_moved:
            self.repaint()

    def _room(self) -> int:
        return max(1, self.size.height - self._frozen)

    def _scroll_to_cursor(self) -> None:
        room = self._room()
        if self.size.height == 0:
            return
        last = max(0, len(self._keys) + self._footer - room)
        below = min(self._below_cursor(), room - 1)
        top = min(self._top, self._index) if self._index < self._top else max(self._top, self._index + below - room + 1)
        self._top = max(0, min(top, last))

    def _below_cursor(self) -> int:
        """Rows below the one under the cursor that are to be seen with it."""
        return self._footer if self._index == len(self._keys) - 1 else 0

    def _go(self, index: int) -> None:
        index = max(0, min(index, len(self._keys) - 1))
        if not self._keys or index == self._index:
            return
        before_top, before = self._top, self._index
        self._index, self._key = index, self._keys[index]
        self._scroll_to_cursor()
        if self._top != before_top:
            self.refresh()
        else:
            for row in (before, index):
                self.refresh_row(row)
        self.post_message(self.Highlighted(self, self._key))

    def refresh_row(self, index: int) -> None:
        """Repaint one row."""
        self.refresh(Region(0, index - self._top + self._frozen, self.size.width, 1))

    def on_focus(self) -> None:
        self.refresh_row(self._index)

    def on_blur(self) -> None:
        self.refresh_row(self._index)

    def action_table_up(self) -> None:
        self._go(self._index - 1)

    def action_table_down(self) -> None:
        self._go(self._index + 1)

    def action_table_page_up(self) -> None:
        self._go(self._index - self._room())

    def action_table_page_down(self) -> None:
        self._go(self._index + self._room())

    def action_table_first(self) -> None:
        self._go(0)

    def action_table_last(self) -> None:
        self._go(len(self._keys) - 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._go(self._index + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._go(self._index - 3)

    def on_click(self, event: events.Click) -> None:
        index = event.y - self._frozen + self._top
        if not (event.y >= self._frozen and 0 <= index < len(self._keys)):
            return
        if index == self._index and self.has_focus and self._key is not None and event.chain > 1:
            self.post_message(self.Chosen(self, self._key))
        self._go(index)


def with_sign(strip: Strip, sign: str, style: Style) -> Strip:
    """Put a sign into the last cell of a row, where nothing else stands."""
    if not sign or strip.crop(strip.cell_length - 1).text.strip():
        return strip
    return Strip.join([strip.crop(0, strip.cell_length - 1), Strip([Segment(sign, style)], 1)])
