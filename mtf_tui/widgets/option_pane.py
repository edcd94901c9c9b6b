"""A few ways to go on below a field: the arrow keys of the field choose one, nothing is chosen until they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text

from mtf_tui.painters.table import TablePicture
from mtf_tui.text import cut, own, pad
from mtf_tui.widgets.live_pane import LivePane


class OptionPane(LivePane):
    """Shows as many options as it is high, around the chosen one; its last row says how many more there are.

    Parameters
    ----------
    picture : callable
        From a width to all options.
    """

    def __init__(self, picture: Callable[[int], TablePicture], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture = picture
        self._keys: tuple[str, ...] = ()
        self._index: int | None = None

    @property
    def chosen(self) -> str | None:
        """Key of the chosen option; None while none is."""
        return self._keys[self._index] if self._index is not None and self._index < len(self._keys) else None

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of all options."""
        return self._keys

    def move(self, by: int) -> None:
        """Choose another; above the first, none."""
        if not self._keys:
            return
        index = (-1 if self._index is None else self._index) + by
        self._index = None if index < 0 else min(index, len(self._keys) - 1)
        self.repaint()

    def release(self) -> bool:
        """Choose none; False when none was chosen."""
        was, self._index = self._index, None
        self.repaint()
        return was is not None

    def paint(self, width: int) -> Sequence[Text]:
        rows = self._picture(width).rows
        self._keys = tuple(row.key for row in rows)
        if self._index is not None and self._index >= len(rows):
            self._index = None
        room = max(1, self.size.height)
        first = max(0, min((self._index or 0) - room + 2, len(rows) - room))
        shown: list[Text] = []
        for position, row in enumerate(rows[first : first + room], start=first):
            line = cut(row.text, width)
            if position == self._index:
                line = pad(line, width)
                line.stylize(f"bold on {self.look.tokens.cursor}")
            shown.append(line)
        below = len(rows) - first - room
        if below > 0:
            shown[-1] = own((f" {below + 1} more", self.look.tokens.muted))
        return shown
