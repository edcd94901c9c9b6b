"""Scores of a binary problem in slots: runs of the score axis inside which rows need not be told apart.

Each class is sorted once. With few distinct scores a slot is one score; with a rare class its scores are slots
of their own and the other class falls between them, which is all that ranking metrics read. Both are exact.
Otherwise slots are quantiles of both classes, an approximation for data large enough that it does not matter.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["QUANTILE_SLOTS", "Slots", "SortedClasses", "plan_slots"]

QUANTILE_SLOTS = 512
"""Slots planned for where they cannot be exact; twice as many cells, one for each class."""

_MOST_DISTINCT = 2048
_RARE_DISTINCT = 512

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SortedClasses:
    """Scores of each class in ascending order.

    Examples
    --------
    >>> import numpy as np
    >>> SortedClasses.of(np.array([True, False, True]), np.array([0.9, 0.2, 0.1])).positive.tolist()
    [0.1, 0.9]
    """

    positive: Floats
    """Scores of the positive class, ascending."""

    negative: Floats
    """Scores of the negative class, ascending."""

    @classmethod
    def of(cls, truth: NDArray[np.bool_], score: Floats) -> "SortedClasses":
        """Split by class and sort."""
        return cls(np.sort(score[truth]), np.sort(score[~truth]))

    @property
    def n(self) -> int:
        """Rows in all."""
        return self.positive.size + self.negative.size


@dataclass(frozen=True, slots=True)
class Slots:
    """Where the score axis is cut, and what lies between the cuts."""

    cuts: Floats
    """Lower ends of slots 1, 2, ...; slot 0 holds what lies below the first. Shape (slots - 1,)."""

    exact: bool
    """Whether ranking metrics of slots equal those of rows."""

    positive: NDArray[np.int64]
    """Rows of the positive class in each slot, shape (slots,)."""

    negative: NDArray[np.int64]
    """Rows of the negative class in each slot, shape (slots,)."""

    share: Floats
    """In each slot, the share of (positive, negative) pairs that the scores order rightly, ties half."""

    def number(self, score: Floats) -> NDArray[np.intp]:
        """Return the slot of each score."""
        return np.searchsorted(self.cuts, score, side="right")

    def edges(self, ordered: Floats) -> NDArray[np.intp]:
        """Return where each slot starts and the last ends in ascending scores, shape (slots + 1,)."""
        inner = np.searchsorted(ordered, self.cuts, side="left")
        return np.concatenate(([0], inner, [ordered.size]))


def _distinct(ordered: Floats) -> Floats:
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if ordered.size else ordered


def _quantiles(ordered: Floats, parts: int) -> Floats:
    """Equal-mass cut points; a value heavy enough to be several gets a slot of its own."""
    chosen = ordered[np.arange(1, parts) * ordered.size // parts]
    heavy = np.unique(chosen[1:][chosen[1:] == chosen[:-1]])
    return np.concatenate((chosen, np.nextafter(heavy, np.inf)))


def _own_slots(values: Floats) -> Floats:
    return np.concatenate((values, np.nextafter(values, np.inf)))


def _pair_share(classes: SortedClasses, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> Floats:
    """Share of rightly ordered pairs within each slot, from the positives' ranks among all negatives."""
    below = np.searchsorted(classes.negative, classes.positive, side="left").astype(np.float64)
    below += np.searchsorted(classes.negative, classes.positive, side="right")
    running = np.concatenate(([0.0], np.cumsum(0.5 * below)))
    positives, negatives = np.diff(starts), np.diff(ends)
    right = running[starts[1:]] - running[starts[:-1]] - positives * ends[:-1]
    share: Floats = np.full(positives.size, 0.5)
    mixed = (positives > 0) & (negatives > 0)
    share[mixed] = right[mixed] / (positives[mixed] * negatives[mixed])
    return share


def plan_slots(classes: SortedClasses, threshold: float | None = None, *, quantiles: int = QUANTILE_SLOTS) -> Slots:
    """Cut the score axis of a binary problem.

    Parameters
    ----------
    classes : SortedClasses
        Scores of both classes.
    threshold : float, optional
        A cut that must be there, because metrics split rows at it (score >= threshold is positive).
    quantiles : int, default 512
        Slots to aim for where they cannot be exact.

    Returns
    -------
    Slots
        Exact when both classes have at most 2048 distinct scores together, or the smaller one at most 512.

    Examples
    --------
    >>> import numpy as np
    >>> slots = plan_slots(SortedClasses(np.array([0.4, 0.8]), np.array([0.1, 0.4])))
    >>> slots.exact, slots.positive.tolist(), slots.negative.tolist()
    (True, [0, 0, 1, 1], [0, 1, 1, 0])
    """
    positive, negative = _distinct(classes.positive), _distinct(classes.negative)
    exact = True
    if positive.size + negative.size <= _MOST_DISTINCT:
        cuts = np.concatenate((positive, negative))
    elif min(positive.size, negative.size) <= _RARE_DISTINCT:
        cuts = _own_slots(positive if positive.size <= negative.size else negative)
    else:
        exact = False
        parts = quantiles // 2
        cuts = np.concatenate((_quantiles(classes.positive, parts), _quantiles(classes.negative, parts)))
    if threshold is not None:
        cuts = np.append(cuts, threshold)
    cuts = np.unique(cuts)
    inner_positive = np.searchsorted(classes.positive, cuts, side="left")
    inner_negative = np.searchsorted(classes.negative, cuts, side="left")
    starts = np.concatenate(([0], inner_positive, [classes.positive.size]))
    ends = np.concatenate(([0], inner_negative, [classes.negative.size]))
    share = np.full(cuts.size + 1, 0.5) if exact else _pair_share(classes, starts, ends)
    return Slots(cuts, exact, np.diff(starts), np.diff(ends), share)
