"""Writing only the cells that changed.

Textual repaints a part of a widget from the widget's left edge on, so a clock at the right end of the top bar costs the
whole bar. Over a network that is most of what a live run writes. Here a repaint begins where the change begins.
"""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.screen import Screen


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
    """A compositor whose partial updates are sparing."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """The change since the last picture; None when there is none."""
        update = super().render_partial_update()
        return None if update is None else SparingUpdate(update.chops, update.spans, update.chop_ends)


def spare(screen: Screen[Any]) -> None:
    """Make a screen's repaints sparing; to be called before it is mounted."""
    screen._compositor = SparingCompositor()
