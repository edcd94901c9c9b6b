"""How panes that stand below each other share the rows of a screen."""

from __future__ import annotations

from collections.abc import Sequence


def shared_out(wanted: Sequence[int], room: int) -> tuple[int, ...]:
    """Give each pane the rows it wants, as far as they go; who wants the most waits longest.

    Parameters
    ----------
    wanted : sequence of int
        Rows of each pane's content.
    room : int
        Rows that there are.

    Returns
    -------
    tuple of int
        Rows of each pane, at least one each.

    Examples
    --------
    >>> shared_out((2, 70, 5), 17)
    (2, 10, 5)
    >>> shared_out((13, 70, 9), 17)
    (6, 6, 5)
    >>> shared_out((2, 3, 1), 17)
    (2, 3, 1)
    """
    given = [0] * len(wanted)
    left = max(room, len(wanted))
    waiting = sorted(range(len(wanted)), key=lambda pane: wanted[pane])
    for turn, pane in enumerate(waiting):
        given[pane] = max(1, min(wanted[pane], left // (len(waiting) - turn)))
        left -= given[pane]
    return tuple(given)
