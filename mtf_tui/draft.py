"""The settings text as it is being edited: what is on disk, what is on the screen, and the way back and forth."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mtf_engine import line_ends
from mtf_engine.domain.forms import WrittenValue
from mtf_engine.domain.outlines import Slot, SlotList
from mtf_engine.errors import Problem

_MOST_STEPS = 200
"""Texts that undo remembers."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One settings text with its history; frozen, so every change is another draft."""

    path: Path
    text: str
    saved: str
    """What the file holds, as far as is known."""

    lists: tuple[SlotList, ...] = ()
    problems: tuple[Problem, ...] = ()
    past: tuple[str, ...] = ()
    """Texts before this one, the newest last."""

    future: tuple[str, ...] = ()
    """Texts that were undone, the newest last."""

    values: Mapping[str, WrittenValue] = field(default_factory=dict)
    """What the text says about the fields of the settings' form."""

    is_checked: bool = True
    """Whether its problems are known yet."""

    typing: str = ""
    """What is being typed into; all of it is one change."""

    @property
    def is_dirty(self) -> bool:
        """Whether the file holds something else."""
        return self.text != self.saved

    def edited(self, text: str, *, typing: str = "") -> Draft:
        """Take a new text; what was undone before is gone.

        Parameters
        ----------
        text : str
            The new text.
        typing : str
            What is being typed into: texts of one typing are one change.
        """
        if text == self.text:
            return self
        if typing and typing == self.typing:
            return self.taken_back(typing) if text == self.before(typing) else replace(self, text=text, future=())
        return replace(self, text=text, past=(*self.past, self.text)[-_MOST_STEPS:], future=(), typing=typing)

    def before(self, typing: str) -> str:
        """The text before a typing, which is that of now unless it is going on."""
        return self.past[-1] if typing and typing == self.typing and self.past else self.text

    def settled(self) -> Draft:
        """End the typing: what is typed from now on is another change."""
        return replace(self, typing="")

    def taken_back(self, typing: str) -> Draft:
        """Go back to the text before a typing, as if it had never been."""
        if typing != self.typing or not self.past:
            return self
        return replace(self, text=self.past[-1], past=self.past[:-1], typing="")

    def undone(self) -> Draft:
        """Go back one text; the same draft when there is none."""
        if not self.past:
            return self
        return replace(self, text=self.past[-1], past=self.past[:-1], future=(*self.future, self.text), typing="")

    def redone(self) -> Draft:
        """Go forth one text; the same draft when there is none."""
        if not self.future:
            return self
        text, future = self.future[-1], self.future[:-1]
        return replace(self, text=text, past=(*self.past, self.text), future=future, typing="")

    def slots(self, path: tuple[str, ...]) -> tuple[Slot, ...] | None:
        """Entries of a list, those that are off too; None when the text has no such list."""
        return next((found.slots for found in self.lists if found.path == path), None)

    def difference(self) -> tuple[str, ...]:
        """What saving would change, as lines that begin with ``+``, ``-``, a blank or ``@@``."""
        return changes(self.saved, self.text)


def changes(before: str, after: str) -> tuple[str, ...]:
    """What changed from one text to another, as lines that begin with ``+``, ``-``, a blank or ``@@``."""
    lines = difflib.unified_diff(line_ends.lines(before), line_ends.lines(after), lineterm="", n=2)
    return tuple(line for line in lines if not line.startswith(("---", "+++")))
