"""A text field whose content may come from anywhere: every character of it is shown as one, none is obeyed."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Input

from mtf_tui.text import as_seen


class SafeInput(Input):
    """Holds its value as it is, and shows control codes as signs."""

    @property
    def _value(self) -> Text:
        """What is painted."""
        return Text(as_seen(self.value).replace("\t", " "), no_wrap=True, overflow="ignore", end="")
