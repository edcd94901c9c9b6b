"""Whatever Textual paints (toasts, placeholders, edges, scrollbars) in ASCII, where the terminal has nothing else."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

from mtf_tui.glyphs import typewritten


class Typewriter(LineFilter):
    """Writes the signs of every line in ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 (Textual's)
        """Translate a line; it keeps its width."""
        line = Strip(segments)
        return list(Strip(typewritten(segments)).adjust_cell_length(line.cell_length))
