"""Which rows one resample holds: rows, strata, whole clusters, or blocks of ordered rows.

A draw imitates how the data came about. Rows of one customer come together, so customers are drawn, not rows;
ordered rows depend on their neighbours, so runs of neighbours are drawn. The same object names the groups that
the jackknife leaves out, so that acceleration and resamples rest on the same units.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.inputs import check_count

__all__ = ["JACKKNIFE_GROUPS", "Draws", "plan_draws"]

JACKKNIFE_GROUPS = 200
"""Most groups a jackknife leaves out one by one; beyond as many units, a group holds several."""

_Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Draws:
    """A resampling design over n rows.

    Examples
    --------
    >>> design = plan_draws(4, clusters=["a", "a", "b", "b"])
    >>> design.units
    2
    """

    n: int
    """Rows in the data."""

    units: int
    """Things drawn with replacement: rows, clusters or blocks."""

    kind: str
    """``rows``, ``strata``, ``clusters`` or ``blocks``."""

    members: tuple[_Index, ...]
    """Row numbers of each stratum or cluster; empty for rows and blocks."""

    block_length: int = 1
    """Rows of a block."""

    def draw(self, rng: np.random.Generator) -> _Index:
        """Draw one resample.

        Parameters
        ----------
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        ndarray of shape (m,), intp
            Row numbers; m = n except for clusters of unequal size.
        """
        if self.kind == "rows":
            return rng.integers(0, self.n, size=self.n)
        if self.kind == "strata":
            return np.concatenate([rows[rng.integers(0, rows.size, size=rows.size)] for rows in self.members])
        if self.kind == "clusters":
            chosen = rng.integers(0, self.units, size=self.units)
            return np.concatenate([self.members[i] for i in chosen])
        starts = rng.integers(0, self.n, size=self.units)
        rows = (starts[:, None] + np.arange(self.block_length)[None, :]).ravel() % self.n
        return rows[: self.n]

    def count(self, rng: np.random.Generator) -> NDArray[np.uint16]:
        """Draw one resample and say how often each row is in it: less work than `draw` for many rows.

        Parameters
        ----------
        rng : numpy.random.Generator
            Source of randomness; other rows come of it than from `draw`.

        Returns
        -------
        ndarray of shape (n,), uint16

        Examples
        --------
        >>> int(plan_draws(6, strata=[0, 0, 1, 1, 1, 1]).count(np.random.default_rng(0))[:2].sum())
        2
        """
        counts = np.empty(self.n, dtype=np.uint16)
        if self.kind == "strata":
            for rows in self.members:
                drawn = rng.integers(0, rows.size, size=rows.size, dtype=np.uint32)
                counts[rows] = np.bincount(drawn, minlength=rows.size)
        else:
            small = self.kind == "rows"
            counts[:] = np.bincount(
                rng.integers(0, self.n, size=self.n, dtype=np.uint32) if small else self.draw(rng), minlength=self.n
            )
        return counts

    def left_out(self, rng: np.random.Generator) -> Iterator[_Index]:
        """Yield, for each jackknife group, the rows that stay when its units are left out.

        Units are dealt into at most `JACKKNIFE_GROUPS` groups of nearly equal size, at random and stratum by
        stratum; with fewer units each is its own group.
        """
        group = self._groups(rng)
        order = np.argsort(group, kind="stable")
        ends = np.cumsum(np.bincount(group))
        keep = np.ones(self.n, dtype=np.bool_)
        start = 0
        for end in ends:
            keep[order[start:end]] = False
            yield np.flatnonzero(keep)
            keep[order[start:end]] = True
            start = int(end)

    def _groups(self, rng: np.random.Generator) -> _Index:
        """Jackknife group of each row."""
        groups = min(self.units, JACKKNIFE_GROUPS)
        if self.kind == "blocks":
            return np.minimum(np.arange(self.n) * groups // self.n, groups - 1)
        result = np.empty(self.n, dtype=np.intp)
        if self.kind == "clusters":
            deal = rng.permutation(self.units) % groups
            for cluster, rows in enumerate(self.members):
                result[rows] = deal[cluster]
            return result
        order = np.concatenate([rng.permutation(rows) for rows in self.members or (np.arange(self.n),)])
        result[order] = np.arange(self.n) % groups
        return result


def _members(labels: ArrayLike, n: int, name: str) -> tuple[_Index, ...]:
    array = np.asarray(labels)
    if array.shape != (n,):
        raise ValueError(f"{name} must have shape ({n},), one label a row; its shape is {array.shape}.")
    _, codes = np.unique(array, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    return tuple(np.split(order, np.cumsum(np.bincount(codes))[:-1]))


def plan_draws(
    n: int,
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    blocks: int | None = None,
) -> Draws:
    """Plan how to draw resamples of `n` rows.

    Parameters
    ----------
    n : int
        Rows, at least 1.
    strata : array_like of shape (n,), optional
        Each stratum keeps its number of rows in every resample.
    clusters : array_like of shape (n,), optional
        Whole clusters are drawn with replacement.
    blocks : int, optional
        Length of the circular blocks in which ordered rows are drawn, 1 to n.

    Returns
    -------
    Draws
        The design.

    Raises
    ------
    ValueError
        If more than one of strata, clusters and blocks is given, or one does not fit n.

    References
    ----------
    Field CA, Welsh AH (2007). Bootstrapping clustered data. JRSS-B 69:369-390.
    Politis DN, Romano JP (1992). A circular block-resampling procedure for stationary data. In: Exploring the
    Limits of Bootstrap, 263-270.

    Examples
    --------
    >>> plan_draws(10, blocks=3).units
    4
    """
    n = check_count(n, "n", minimum=1)
    if sum(option is not None for option in (strata, clusters, blocks)) > 1:
        raise ValueError("Give at most one of strata, clusters and blocks; they are different designs.")
    if strata is not None:
        return Draws(n, n, "strata", _members(strata, n, "strata"))
    if clusters is not None:
        members = _members(clusters, n, "clusters")
        return Draws(n, len(members), "clusters", members)
    if blocks is not None:
        length = check_count(blocks, "blocks", minimum=1)
        if length > n:
            raise ValueError(f"blocks ({length}) is longer than the data ({n} rows).")
        return Draws(n, -(-n // length), "blocks", (), length)
    return Draws(n, n, "rows", ())
