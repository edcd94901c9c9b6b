"""Writing only the cells that changed, rendering only what will be written, one picture instead of several.

Textual repaints a part of a widget from the widget's left edge on, so a clock at the right end of the top bar costs the
whole bar. Over a network that is most of what a live run writes. Here a repaint begins where the change begins. While
the picture is held, Textual renders what it then does not write; here it is rendered once, when it is shown.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.app import App
from textual.geometry import Region
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer

_AT_MOST = 0.1
"""Seconds; whatever a screen waits for, what it has is shown then."""


class SparingUpdate(ChopsUpdate):
    """An update that leaves out what stands before each change."""

    def render_segments(self, console: Console) -> str:
        """The escape sequences to write."""
        written: list[str] = []
        for y, start, stop in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or x >= stop or end <= start:
                    continue
                first = max(x, start)
                changed = strip.crop(first - x, min(end, stop) - x)
                if changed.cell_length:
                    written += (Control.move_to(first, y).segment.text, changed.render(console))
        return "".join(written)


class SparingCompositor(Compositor):
    """A compositor whose partial updates are sparing, and which renders nothing while the picture is held."""

    def render_update(
        self, full: bool = False, screen_stack: list[Screen[Any]] | None = None, simplify: bool = False
    ) -> RenderableType | None:
        """What to write now; None when that is nothing."""
        picture = getattr(self.root.app, "picture", None) if self.root is not None else None
        is_held = isinstance(picture, Picture) and picture.is_held
        return None if is_held else super().render_update(full, screen_stack, simplify)

    def expect_all(self) -> None:
        """Render all of it next."""
        self._dirty_regions.add(self.size.region)

    def render_partial_update(self) -> ChopsUpdate | None:
        """The change since the last picture; None when there is none."""
        update = super().render_partial_update()
        return None if update is None else SparingUpdate(update.chops, update.spans, update.chop_ends)


class Sparing(MessagePump):
    """A screen that is painted by such a compositor, and once where it is laid out and painted anew."""

    _layout_required: bool
    _repaint_required: bool

    def __init__(self) -> None:
        super().__init__()
        self._sparing = SparingCompositor()
        self._compositor: Compositor = self._sparing

    def _on_timer_update(self) -> None:
        """Let a layout paint what is to be painted; Textual would paint what changed, and then everything once more."""
        if self._layout_required and self._repaint_required and self._sparing.size == self.app.size:
            self._sparing.expect_all()
            self._repaint_required = False
        super()._on_timer_update()  # type: ignore[misc]

    def paint_now(self) -> None:
        """Paint without waiting for the next of Textual's 60 frames a second."""
        self._on_timer_update()


class Ground(MessagePump):
    """A container without edges: all its rows are alike, so one is rendered.

    Others cover nearly all of it, and still Textual renders each row of each container: four fifths of a picture.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """Serve the rows."""
        row: list[Strip] = super().render_lines(Region(crop.x, crop.y, crop.width, 1))  # type: ignore[misc]
        return row * crop.height


class Picture:
    """Whether the app paints.

    Parameters
    ----------
    app : App
        Whose picture it is.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app, self._batch = app, ExitStack()
        self._timer: Timer | None = None

    @property
    def is_held(self) -> bool:
        """Whether nothing is painted now."""
        return self._timer is not None

    def hold(self) -> None:
        """Paint nothing until `show`."""
        if self._timer is None:
            self._batch.enter_context(self._app.batch_update())
        else:
            self._timer.stop()
        self._timer = self._app.set_timer(_AT_MOST, self._release)

    def show(self) -> None:
        """Paint once what came together, after all that the app and the screen have been told to do until now."""
        if self.is_held:
            self._app.call_later(self._wait_for_screen)

    def _wait_for_screen(self) -> None:
        self._app.screen.call_later(self._release)

    def _release(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            self._batch.close()
            screen = self._app.screen
            screen.refresh()
            if isinstance(screen, Sparing):
                screen.paint_now()
