"""A pane of text rows that writes only the cells that changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from mtf_tui.glyphs import typewritten
from mtf_tui.themes import Look

Painter = Callable[[int], Sequence[Text]]
"""Width in cells → rows."""

_NO_WIDTH = -1


class LivePane(Widget):
    """Shows rows of text; between two pictures only the cells that differ are sent to the terminal.

    Parameters
    ----------
    painter : callable, optional
        Makes the rows for a width. It is called again when the width or the theme changes.
    """

    DEFAULT_CSS = "LivePane { height: auto; }"
    WIDTH_DECIDES: ClassVar[bool] = False
    """Whether its rows depend on no other room than its own width; they need not be made anew for another height."""

    def __init__(self, painter: Painter | None = None, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._painter = painter
        self._strips: Sequence[Strip] = []
        self._found_ground: Style | None = None
        self._made_for = _NO_WIDTH
        """Width that the rows were made for."""

        self._made_in: Size | None = None
        """Its own size when the rows were made."""

        self._is_stale = True
        """Whether the rows are older than what they are about; then they are made anew when they are seen."""

    @property
    def look(self) -> Look:
        """Theme and glyphs of the app."""
        look = getattr(self.app, "look", None)
        return look if isinstance(look, Look) else Look()

    def repaint(self) -> None:
        """Make the rows again and show what changed; a pane that nobody sees computes nothing."""
        if self.is_mounted and self.size.width and self.is_seen:
            self.show(self._made(self.size.width))
        else:
            self._made_for = _NO_WIDTH  # out of date: the next layout asks for its height anew
            self._is_stale = True
            self.refresh()  # shown again before the next layout, it gets no event that says so

    @property
    def is_seen(self) -> bool:
        """Whether neither this pane nor anything around it is hidden."""
        return all(getattr(node, "display", True) for node in self.ancestors_with_self)

    @property
    def _is_before_eyes(self) -> bool:
        """Whether its screen is shown, perhaps below a dialog."""
        return self.screen in self.app.screen_stack

    def paint(self, width: int) -> Sequence[Text]:
        """Make the rows for a width."""
        return self._painter(width) if self._painter else ()

    def _made(self, width: int) -> Sequence[Text]:
        """The rows, and from now on the width that they were made for."""
        self._is_stale = False
        self._made_for, self._made_in = width, self.size
        return self.paint(width)

    def show(self, rows: Sequence[Text]) -> None:
        """Replace the picture; only cells that differ from the last one are repainted."""
        strips = self._drawn(rows)
        before, self._strips = self._strips, strips
        if len(before) != len(strips) and self.styles.is_auto_height:
            self.refresh(layout=True)
            return
        if not self._is_before_eyes:
            self.refresh()  # there is no picture to differ from
            return
        for y, (old, new) in enumerate(zip_longest(before, strips, fillvalue=Strip.blank(0))):
            self._refresh_changed(y, old, new)

    def _refresh_changed(self, y: int, old: Strip, new: Strip) -> None:
        changed = changed_cells(old, new)
        if changed is not None:
            self.refresh(Region(changed[0], y, changed[1] - changed[0], 1))

    def _drawn(self, rows: Sequence[Text]) -> Sequence[Strip]:
        return [self._strip(row) for row in rows]

    def _strip(self, row: Text) -> Strip:
        segments = row.render(self.app.console)
        # what is compared with the last picture is what is sent
        return Strip(typewritten(segments) if self.look.glyphs.name == "ascii" else list(segments)).simplify()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Serve rows of the picture."""
        self._found_ground = None
        return super().render_lines(crop)

    @property
    def _ground(self) -> Style:
        """Colours of what the rows leave open, found out once for all that are served together."""
        if self._found_ground is None:
            self._found_ground = self.rich_style
        return self._found_ground

    def render_line(self, y: int) -> Strip:
        """Serve one row of the picture."""
        self._catch_up()
        width = self.size.width
        strip = self._strips[y] if y < len(self._strips) else Strip.blank(0)
        return self.fitted(strip, width, self._ground)

    def _catch_up(self) -> None:
        """Make rows that are out of date: a pane that appears is painted before it is told that it did."""
        if self._is_stale and self.size.width:
            before, self._strips = len(self._strips), self._drawn(self._made(self.size.width))
            if before != len(self._strips) and self.styles.is_auto_height:
                self.call_later(self.refresh, layout=True)  # it was laid out for the rows of before

    @staticmethod
    def fitted(strip: Strip, width: int, base: Style) -> Strip:
        """Give a strip its ground and exactly the pane's width."""
        return strip.crop(0, width).apply_style(base).extend_cell_length(width, base)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 (Textual's)
        """As many rows as the picture has at that width."""
        if width != self._made_for:
            self._strips = self._drawn(self._made(width))
        return len(self._strips)

    def on_resize(self) -> None:
        """Repaint for other room, unless the layout did when it asked for the height, or the first picture did."""
        self._repaint_elsewhere()

    def on_show(self) -> None:
        """Repaint what may be out of date since the pane was hidden."""
        self._repaint_elsewhere()

    def _repaint_elsewhere(self) -> None:
        is_fitting = self._made_for == self.size.width if self.WIDTH_DECIDES else self._made_in == self.size
        if self._is_stale or not is_fitting:
            self.repaint()


def changed_cells(old: Strip, new: Strip) -> tuple[int, int] | None:
    """First and one past the last cell in which two strips differ; None when they are the same."""
    if old == new:
        return None
    before, after = _cells(old), _cells(new)
    length = max(len(before), len(after))
    before += [_BLANK] * (length - len(before))
    after += [_BLANK] * (length - len(after))
    different = [i for i in range(length) if before[i] != after[i]]
    return (different[0], different[-1] + 1) if different else None


_BLANK: tuple[str, Style | None] = (" ", None)


def _cells(strip: Strip) -> list[tuple[str, Style | None]]:
    """One entry a terminal cell; the second half of a wide character is empty."""
    cells: list[tuple[str, Style | None]] = []
    for text, style, _ in strip:
        if len(text) == Segment(text).cell_length and text.isascii():
            cells.extend((character, style) for character in text)
        else:
            for character in text:
                cells.append((character, style))
                cells.extend([("", style)] * (Segment(character).cell_length - 1))
    return cells
