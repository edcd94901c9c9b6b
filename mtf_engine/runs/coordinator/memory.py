"""Which measurements of memory are worth a line in the journal, which is read from its beginning each time."""

from __future__ import annotations

import time
from collections.abc import Mapping

TELL_SECONDS = 2.0
"""Between two looks; cells that are shorter are told of by their peak alone."""

_CHANGE = 0.05


class MemoryLog:
    """Remembers what was told of running cells."""

    def __init__(self) -> None:
        self._looked = time.monotonic()
        self._told: dict[str, int] = {}

    def is_due(self) -> bool:
        """Whether it is time for another look."""
        return time.monotonic() - self._looked >= TELL_SECONDS

    def news(self, held: Mapping[str, int]) -> dict[str, int]:
        """Pick the cells whose memory has changed since it was told.

        Parameters
        ----------
        held : mapping of str to int
            Running cell → bytes.

        Returns
        -------
        dict
            Likewise; empty when nothing is new.
        """
        self._looked = time.monotonic()
        self._told = {cell: size for cell, size in self._told.items() if cell in held}
        fresh = {cell: size for cell, size in held.items() if abs(size - self._told.get(cell, 0)) > _CHANGE * size}
        self._told.update(fresh)
        return fresh
