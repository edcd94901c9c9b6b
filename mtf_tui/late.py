"""Values that are made when they are first asked for: of a long table only the rows that are seen are worked out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Generic, TypeVar, overload

Item = TypeVar("Item")
Key = TypeVar("Key")


class LateList(Sequence[Item], Generic[Item]):
    """As many items as there are to be; each is made once.

    Parameters
    ----------
    length : int
        Items.
    make : callable
        Makes the item at a position.

    Examples
    --------
    >>> made = []
    >>> squares = LateList(500, lambda at: made.append(at) or at * at)
    >>> squares[20], squares[20], len(squares), made
    (400, 400, 500, [20])
    """

    def __init__(self, length: int, make: Callable[[int], Item]) -> None:
        self._length, self._make = length, make
        self._made: dict[int, Item] = {}

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | Sequence[Item]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(self._length))]
        if not -self._length <= at < self._length:
            raise IndexError(at)
        at %= self._length
        if at not in self._made:
            self._made[at] = self._make(at)
        return self._made[at]


class LateMapping(Mapping[Key, Item], Generic[Key, Item]):
    """An item for each of some keys; each is made once.

    Parameters
    ----------
    keys : collection
        All there are.
    make : callable
        Makes the item of a key.
    """

    def __init__(self, keys: Collection[Key], make: Callable[[Key], Item]) -> None:
        self._keys, self._make = keys, make
        self._made: dict[Key, Item] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __getitem__(self, key: Key) -> Item:
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]
