"""Where the settings text is typed: line numbers, and what is wrong behind the line that it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from mtf_engine import line_ends
from mtf_engine.errors import Problem
from mtf_tui.actions import bindings
from mtf_tui.text import as_seen, own, safe
from mtf_tui.themes import Look


class SettingsEditor(TextArea):
    """A text field of many lines; only ``tab``, ``esc`` and function keys do something else.

    Parameters
    ----------
    problems : callable
        Gives what is wrong with the text.
    """

    BINDINGS = bindings("writing")

    class Ended(Message):
        """Typing is over."""

    def __init__(self, problems: Callable[[], Sequence[Problem]], *, id: str | None = None) -> None:
        super().__init__(
            "", theme="css", soft_wrap=False, show_line_numbers=True, tab_behavior="focus", compact=True, id=id
        )
        self._problems = problems
        self._signs = line_ends.stand_ins("", line_ends.OF_PYTHON)
        self.cursor_blink = False

    @property
    def look(self) -> Look:
        """Theme and glyphs of the app."""
        look = getattr(self.app, "look", None)
        return look if isinstance(look, Look) else Look()

    @property
    def written(self) -> str:
        """The text as it is typed, with every character that ends no line in its place."""
        return self._signs.show(self.text)

    def edit(self, edit: Edit) -> EditResult:
        """Take what is typed or pasted."""
        edit.text = self._signs.hide(edit.text)
        return super().edit(edit)

    def begin(self, text: str, line: int) -> None:
        """Take a text to type into, with the cursor at the end of a line that is counted from 1."""
        if self.written != text:
            self._signs = line_ends.stand_ins(text, line_ends.OF_PYTHON)
            with self.prevent(TextArea.Changed):
                self.load_text(self._signs.hide(text))
        row = max(0, min(line - 1, self.document.line_count - 1))
        self.move_cursor((row, len(self.document[row])))
        self.focus()
        self.call_after_refresh(self._show_cursor)

    def _show_cursor(self) -> None:
        """Scroll for the size that there is now: while it was hidden there was none."""
        self.scroll_to(0, 0, animate=False)
        self.scroll_cursor_visible()

    def get_line(self, line_index: int) -> Text:
        """One line as it is shown: without control codes, with what is wrong behind it."""
        tokens, plain = self.look.tokens, self._signs.show(self.document[line_index])
        ink = tokens.muted if plain.lstrip().startswith("#") else tokens.text
        line = Text(as_seen(plain), style=ink, end="", no_wrap=True)
        found = next((one for one in self._problems() if one.line == line_index + 1), None)
        if found is None:
            return line
        meant = (found.hint or "").partition("?")[0]
        nearest = f"{meant}? " if meant.startswith("Did you mean") else ""
        said = f"{nearest}{found.message}"
        return own(line, ("   ", ""), (f"{self.look.glyphs.fail} ", tokens.fail), safe(said, tokens.fail))

    def show_problems(self) -> None:
        """Paint the lines again when more is known of them."""
        self._line_cache.clear()
        self.refresh()

    def action_writing_done(self) -> None:
        self.post_message(self.Ended())
