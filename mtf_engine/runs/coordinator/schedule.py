"""What runs next: cells grouped by the fold they share, few folds at a time.

A fold's pipeline is fitted once and serves all models of that fold, so cells of one fold run together, and a fold's
block is removed when its last cell is done. Groups go by fold number first, so that early results spread over data
sets and models. The next group is prepared while the current ones still have cells, so that no worker waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from mtf_engine.domain.cell import Cell
from mtf_engine.domain.plan import Plan


@dataclass(frozen=True, slots=True)
class GroupKey:
    """A fold of a data set under a pipeline."""

    dataset: str
    pipeline: str
    fold: int


class GroupStatus(StrEnum):
    """How far a group is."""

    WAITING = "waiting"
    PREPARING = "preparing"
    READY = "ready"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class Group:
    """Cells that share a prepared fold."""

    key: GroupKey
    status: GroupStatus = GroupStatus.WAITING
    waiting: deque[Cell] = field(default_factory=deque)
    running: set[str] = field(default_factory=set)
    """Ids of cells that were handed out."""

    preparations: int = 0
    """How often its preparation was begun."""

    folder: Path = Path()
    """Where its fold is prepared, once that has begun."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it waits or runs."""
        return not self.waiting and not self.running


class Schedule:
    """The cells of a run that have no outcome yet.

    Parameters
    ----------
    plan : Plan
        Gives the order.
    places : int
        Cells that run at once.
    """

    def __init__(self, plan: Plan, places: int) -> None:
        self._places = places
        self._order = {
            GroupKey(entry.dataset.name, pipeline.name, fold.index): (fold.index, position, rank)
            for position, entry in enumerate(plan.datasets)
            for rank, pipeline in enumerate(entry.pipelines)
            for fold in entry.folds
        }
        self._later: dict[GroupKey, Group] = {}
        """Groups whose preparation has not begun, in order."""
        self._active: dict[GroupKey, Group] = {}

    @property
    def is_empty(self) -> bool:
        """Whether every cell has an outcome."""
        return not self._later and not self._active

    def add(self, cells: Iterable[Cell], *, first: bool = False) -> None:
        """Put cells into the queue; ``first`` puts them before those that wait in their group."""
        for cell in cells:
            key = key_of(cell)
            group = self._active.get(key) or self._later.setdefault(key, Group(key))
            group.running.discard(cell.id)
            if first:
                group.waiting.appendleft(cell)
            else:
                group.waiting.append(cell)
        self._later = dict(sorted(self._later.items(), key=lambda item: self._order[item[0]]))

    def active(self, key: GroupKey) -> Group | None:
        """Look up a group whose preparation has begun."""
        return self._active.get(key)

    def next_preparation(self) -> Group | None:
        """Choose a group whose fold is to be prepared now; it counts as begun."""
        if not self._later or len(self._active) > self._places:
            return None
        preparing = sum(1 for group in self._active.values() if group.status is GroupStatus.PREPARING)
        ready = sum(len(group.waiting) for group in self._active.values() if group.status is GroupStatus.READY)
        if preparing >= self._places or ready > self._places:
            return None
        group = self._later.pop(next(iter(self._later)))
        self._active[group.key] = group
        group.status = GroupStatus.PREPARING
        group.preparations += 1
        return group

    def postpone(self, group: Group) -> None:
        """Put a group back whose preparation was cut short or is to be tried again."""
        group.status = GroupStatus.WAITING
        self._later = {group.key: self._active.pop(group.key), **self._later}

    def next_cell(self) -> Cell | None:
        """Choose a cell whose fold is ready; it counts as handed out."""
        for group in self._active.values():
            if group.status is GroupStatus.READY and group.waiting:
                cell = group.waiting.popleft()
                group.running.add(cell.id)
                return cell
        return None

    def settle(self, cell: Cell) -> None:
        """Note that a cell that was handed out has an outcome."""
        self._active[key_of(cell)].running.discard(cell.id)

    def withdraw(self, cell: Cell) -> bool:
        """Take a waiting cell out of the queue; False when it does not wait."""
        group = self._active.get(key_of(cell)) or self._later.get(key_of(cell))
        if group is None or cell not in group.waiting:
            return False
        group.waiting.remove(cell)
        if group.is_empty:
            self._later.pop(group.key, None)
        return True

    def sweep(self) -> tuple[Group, ...]:
        """Forget the groups that are done, and return them."""
        done = [g for g in self._active.values() if g.is_empty and g.status is not GroupStatus.PREPARING]
        for group in done:
            del self._active[group.key]
        return tuple(done)


def key_of(cell: Cell) -> GroupKey:
    """Name the fold that a cell shares."""
    return GroupKey(cell.dataset, cell.pipeline, cell.fold)
