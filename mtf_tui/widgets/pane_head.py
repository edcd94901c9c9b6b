"""A pane's titled rule: title on the left, a note at its right end."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mtf_tui.text import cut, own
from mtf_tui.themes import Look
from mtf_tui.widgets.live_pane import LivePane


class PaneHead(LivePane):
    """One row: ``─ Scores ──────── 6 of 6 models``, heavy and in the accent when its pane has the focus."""

    DEFAULT_CSS = "PaneHead { height: 1; }"
    WIDTH_DECIDES = True

    def __init__(self, title: str | Text = "", note: str | Text = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title, self._note = _text(title), _text(note)
        self._lit = False
        self._letter = ""

    def tell(self, title: str | Text, note: str | Text = "") -> None:
        """Change title and note."""
        self._title, self._note = _text(title), _text(note)
        self.repaint()

    def light(self, lit: bool) -> None:
        """Show whether the pane has the focus."""
        self._lit = lit
        self.repaint()

    def offer(self, letter: str) -> None:
        """Show the letter that jumps here; an empty one takes it away."""
        self._letter = letter
        self.repaint()

    def paint(self, width: int) -> Sequence[Text]:
        return [head_line(self._title, self._note, width, self.look, lit=self._lit, letter=self._letter)]


def head_line(title: Text, note: Text, width: int, look: Look, *, lit: bool = False, letter: str = "") -> Text:
    """Draw the rule with its title and note to a width."""
    tokens, glyphs = look.tokens, look.glyphs
    rule, ink = (glyphs.rule_focused, tokens.accent) if lit else (glyphs.rule, tokens.line)
    start = own((f" {letter} ", f"bold {tokens.background} on {tokens.accent}")) if letter else own((rule, ink))
    line = own(start, " ", cut(own((title.plain, f"bold {tokens.accent if lit else tokens.text}")), width - 6), " ")
    room = width - line.cell_len - 1
    shown = cut(note, max(0, room - 3), mark=glyphs.ellipsis)
    shown.stylize_before(tokens.muted)
    tail = own(" ", shown, " ") if shown.cell_len else own(" ")
    line.append(rule * max(0, width - line.cell_len - tail.cell_len), ink)
    return own(line, tail)


def _text(value: str | Text) -> Text:
    return own(value) if isinstance(value, str) else value
