"""The settings text as it is being edited: what is on disk, what is on the screen, and the way back and forth."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from pathlib import Path

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

    @property
    def is_dirty(self) -> bool:
        """Whether the file holds something else."""
        return self.text != self.saved

    def edited(self, text: str) -> Draft:
        """Take a new text; what was undone before is gone."""
        if text == self.text:
            return self
        return replace(self, text=text, past=(*self.past, self.text)[-_MOST_STEPS:], future=())

    def undone(self) -> Draft:
        """Go back one text; the same draft when there is none."""
        if not self.past:
            return self
        return replace(self, text=self.past[-1], past=self.past[:-1], future=(*self.future, self.text))

    def redone(self) -> Draft:
        """Go forth one text; the same draft when there is none."""
        if not self.future:
            return self
        return replace(self, text=self.future[-1], past=(*self.past, self.text), future=self.future[:-1])

    def slots(self, path: tuple[str, ...]) -> tuple[Slot, ...] | None:
        """Entries of a list, those that are off too; None when the text has no such list."""
        return next((found.slots for found in self.lists if found.path == path), None)

    def difference(self) -> tuple[str, ...]:
        """What saving would change, as lines that begin with ``+``, ``-``, a blank or ``@@``."""
        lines = difflib.unified_diff(self.saved.splitlines(), self.text.splitlines(), lineterm="", n=2)
        return tuple(line for line in lines if not line.startswith(("---", "+++")))
