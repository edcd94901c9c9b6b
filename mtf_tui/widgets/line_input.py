"""A text field that shows what it holds without obeying it."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Input

from mtf_engine import text_safety


class LineInput(Input):
    """An input whose text may come from data: what a terminal would obey is shown as one sign in its place."""

    @property
    def _value(self) -> Text:
        return Text(shown_text(self.value), no_wrap=True, overflow="ignore", end="")


def shown_text(text: str) -> str:
    """Write a text with one visible sign for each character, so that places in both are the same.

    Examples
    --------
    >>> shown_text("a\\x1b[31m\\u202eb")
    'a␛[31m\ufffdb'
    """
    return text if text.isprintable() else "".join(map(_sign, text))


def _sign(character: str) -> str:
    if character.isprintable():
        return character
    spelt = text_safety.line(character)
    return spelt if len(spelt) == 1 else "\ufffd"
