"""The screen below a dialog, dimmed.

Textual renders it through Rich, line by line and style by style, which is two fifths of the picture of a dialog.
"""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.css.styles import RulesMap
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.visual import RenderOptions, Visual


class Dimmed(Visual):
    """What Textual would show of the screen below.

    Parameters
    ----------
    below : BackgroundScreen
        The screen and the colour that is laid over it.
    """

    def __init__(self, below: BackgroundScreen) -> None:
        self._below = below

    def render_strips(
        self,
        width: int,
        height: int | None,
        style: VisualStyle,  # noqa: ARG002 (Textual's)
        options: RenderOptions,  # noqa: ARG002
    ) -> list[Strip]:
        """Serve the rows."""
        veil = self._below.color
        rows = self._below.screen._compositor.render_strips()[:height]
        return [
            Strip([_under(veil, segment) for segment in row], row.cell_length).adjust_cell_length(width) for row in rows
        ]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:  # noqa: ARG002
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:  # noqa: ARG002
        return self._below.screen.size.height


def _under(veil: Color, segment: Segment) -> Segment:
    text, style, control = segment
    return segment if control else Segment(text, _dimmed(style or Style.null(), veil))


@lru_cache(maxsize=1024)
def _dimmed(style: Style, veil: Color) -> Style:
    """As Textual does it for one style."""
    return next(iter(BackgroundScreen.process_segments([Segment(" ", style)], veil))).style or Style.null()
