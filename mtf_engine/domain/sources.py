"""What is known of a source before it is used: what there is to be added, what is in it, and its columns."""

from __future__ import annotations

from dataclasses import dataclass

from mtf_engine.domain.dataset import Label
from mtf_engine.errors import Problem

BINS = 12
"""Bins of a histogram, and cells of its picture."""


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A data set that is there to be added."""

    name: str
    source: str
    """What to write as ``source:``."""
    rows: int | None = None
    columns: int | None = None
    """With the target."""
    task: str | None = None
    target: str | None = None
    targets: tuple[str, ...] = ()
    """Where there are several to choose from."""
    size: int | None = None
    """Bytes on disk, of a cached one."""
    used: float | None = None
    """Seconds since the epoch, of a cached one."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What can be used without fetching anything."""

    bundled: tuple[SourceEntry, ...]
    cached: tuple[SourceEntry, ...]
    """Most recently used first."""


@dataclass(frozen=True, slots=True)
class ClassShare:
    """A class of a target."""

    label: Label
    rows: int
    share: float


@dataclass(frozen=True, slots=True)
class ColumnNote:
    """A column and why it stands out."""

    column: str
    why: str


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """A column of a source."""

    name: str
    kind: str
    missing: int
    distinct: int


@dataclass(frozen=True, slots=True)
class SourceInspection:
    """A source looked at before it is added."""

    source: str
    format: str
    """Name of the file format, or ``bundled``."""
    files: int
    size: int
    """Bytes of the files; 0 for a bundled one."""
    rows: int
    columns: tuple[ColumnEntry, ...]
    sha256: str
    target: str | None
    """As asked, as documented by the source, or a guess."""
    target_reason: str
    """Why this target: ``as asked``, ``documented by the source``, ``the last column``."""
    task: str | None
    """None where the target is none."""
    classes: tuple[ClassShare, ...] = ()
    """Of a classification, sorted; the first 50."""
    identifiers: tuple[ColumnNote, ...] = ()
    """Columns that are better left out."""
    notes: tuple[str, ...] = ()
    problem: Problem | None = None
    """What is wrong with the target."""
    name: str = ""
    """What the data set is called unless it is named."""


@dataclass(frozen=True, slots=True)
class ValueShare:
    """How often a value occurs."""

    value: str
    share: float
    """Of the rows that have a value."""


@dataclass(frozen=True, slots=True)
class ColumnOutline:
    """One column, described in one line."""

    name: str
    kind: str
    is_target: bool
    missing: float
    """Share of all rows."""
    distinct: int
    histogram: tuple[int, ...] = ()
    """Counts of 12 bins of equal width from the least to the greatest value; empty unless numbers or dates."""
    top: tuple[ValueShare, ...] = ()
    """The most frequent values, four at most; empty for numbers, dates and where all are distinct."""
    text: str = ""
    """Range or most frequent value: ``0 … 72``, ``fiber 44 %``."""
    warning: str | None = None
    """``all distinct``, ``constant``, ``all missing``."""


@dataclass(frozen=True, slots=True)
class SourceProfile:
    """A table, column by column."""

    source: str
    rows: int
    rows_read: int
    """Rows behind histograms and shares; fewer than ``rows`` where they were sampled."""
    columns: tuple[ColumnOutline, ...]
