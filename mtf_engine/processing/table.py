"""The table that steps work on: blocks of columns, each column knowing the source column it came from.

Columns stay together in the blocks that transformers gave, because taking a block apart and putting it together
again costs copies and changes memory layouts, and with them the last digits of sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtf_engine.domain.dataset import Column, ColumnKind

__all__ = ["Block", "Table", "Track", "assemble", "source_table"]


@dataclass(frozen=True, slots=True)
class Track:
    """One column on its way through a pipeline."""

    name: str
    source: str
    """The source column that it is, or was made from."""

    kind: ColumnKind
    """Kind of the source column, or numeric for a column that a step made."""

    derived: bool = False
    """Whether a step made it."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Columns that stand together; ``frame.columns`` are the names of ``tracks``."""

    frame: pd.DataFrame
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """All columns, in blocks."""

    blocks: tuple[Block, ...]
    rows: int

    @property
    def tracks(self) -> tuple[Track, ...]:
        """Every column, block by block."""
        return tuple(track for block in self.blocks for track in block.tracks)

    def gather(self, names: Sequence[str]) -> pd.DataFrame:
        """Return columns in the given order; without a copy where they are one whole block."""
        wanted = list(names)
        frames = []
        for block in self.blocks:
            own = [track.name for track in block.tracks]
            if own == wanted:
                return block.frame
            inside = [name for name in own if name in set(wanted)]
            if inside:
                frames.append(block.frame[inside])
        if len(frames) == 1:
            return frames[0] if list(frames[0].columns) == wanted else frames[0][wanted]
        return pd.concat(frames, axis=1)[wanted] if frames else pd.DataFrame(index=pd.RangeIndex(self.rows))

    def without(self, names: Iterable[str]) -> Table:
        """Return the table without some columns."""
        gone = set(names)
        blocks = []
        for block in self.blocks:
            kept = tuple(track for track in block.tracks if track.name not in gone)
            if len(kept) == len(block.tracks):
                blocks.append(block)
            elif kept:
                blocks.append(Block(block.frame[[track.name for track in kept]], kept))
        return replace(self, blocks=tuple(blocks))

    def with_blocks(self, blocks: Iterable[Block]) -> Table:
        """Return the table with further columns."""
        return replace(self, blocks=(*self.blocks, *(block for block in blocks if block.tracks)))

    def take(self, mask: NDArray[np.bool_]) -> Table:
        """Return the table with some of its rows."""
        blocks = tuple(Block(block.frame[mask].reset_index(drop=True), block.tracks) for block in self.blocks)
        return Table(blocks, int(mask.sum()))


def source_table(frame: pd.DataFrame, columns: tuple[Column, ...]) -> Table:
    """Lay source columns out by kind: numbers as float64, truth values as 0 and 1, categories as objects."""
    frame = frame.reset_index(drop=True)
    blocks = []
    for kind in ColumnKind:
        names = [column.name for column in columns if column.kind is kind]
        if names:
            tracks = tuple(Track(name, name, kind) for name in names)
            blocks.append(Block(_laid_out(frame[names], kind), tracks))
    return Table(tuple(blocks), len(frame))


def _laid_out(frame: pd.DataFrame, kind: ColumnKind) -> pd.DataFrame:
    if kind is ColumnKind.NUMERIC:
        return frame if bool((frame.dtypes == np.float64).all()) else _floats(frame)
    if kind is ColumnKind.BOOLEAN:
        return _floats(frame)
    if kind is ColumnKind.CATEGORICAL:
        plain = frame.astype(object)
        return plain.where(plain.notna(), np.nan)
    return frame


def _floats(frame: pd.DataFrame) -> pd.DataFrame:
    block = np.empty(frame.shape, dtype=np.float64)
    for position, name in enumerate(frame.columns):
        column = frame[name]
        if column.dtype == object:
            column = column.astype("boolean")
        block[:, position] = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return pd.DataFrame(block, columns=frame.columns, copy=False)


def assemble(table: Table, order: dict[str, int]) -> pd.DataFrame:
    """Make the frame that models get.

    Numeric source columns come first, then what was made from them, then the columns of all other sources, each group
    in source order. All columns that hold numbers form one C-contiguous float64 block.

    Parameters
    ----------
    table : Table
        Columns after the last step.
    order : dict of str to int
        Position of each source column in the source.
    """
    numeric_sources = {track.source for track in table.tracks if not track.derived and track.kind is ColumnKind.NUMERIC}

    def place(track: Track) -> tuple[int, int]:
        if track.kind is ColumnKind.NUMERIC and not track.derived:
            return 0, order[track.source]
        return (1, 0) if track.derived and track.source in numeric_sources else (2, order[track.source])

    tracks = sorted(table.tracks, key=place)
    numbers = {
        name
        for block in table.blocks
        for name, kind in block.frame.dtypes.items()
        if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind)
    }
    ordered = [track.name for track in tracks if track.name in numbers]
    ordered += [track.name for track in tracks if track.name not in numbers]
    block = _number_block(table, ordered[: len(numbers)])
    names = _unique(ordered)
    frame = pd.DataFrame(block, columns=names[: len(numbers)], copy=False)
    if len(ordered) == len(numbers):
        return frame
    others = table.gather(ordered[len(numbers) :])
    others = others.set_axis(names[len(numbers) :], axis=1)
    return pd.concat([frame, others], axis=1)


def _number_block(table: Table, names: list[str]) -> NDArray[np.float64]:
    """Copy number columns into one C-contiguous block, or return the only block when it is that already."""
    if len(table.blocks) == 1 and [track.name for track in table.blocks[0].tracks] == names:
        only = table.blocks[0].frame.to_numpy()
        if only.dtype == np.float64 and only.flags.c_contiguous:
            return only
    block = np.empty((table.rows, len(names)), dtype=np.float64)
    place = {name: position for position, name in enumerate(names)}
    for part in table.blocks:
        inside = [name for name in part.frame.columns if name in place]
        if inside:
            taken = part.frame if len(inside) == part.frame.shape[1] else part.frame[inside]
            block[:, [place[name] for name in inside]] = taken.to_numpy(dtype=np.float64, na_value=np.nan)
    return block


def _unique(names: list[str]) -> list[str]:
    """Number names that are taken: storage and some libraries refuse equal ones, and some characters never print."""
    taken: set[str] = set()
    result = []
    for name in (name.replace("\x00", "_") for name in names):
        candidate, count = name, 2
        while candidate in taken:
            candidate, count = f"{name}_{count}", count + 1
        taken.add(candidate)
        result.append(candidate)
    return result
