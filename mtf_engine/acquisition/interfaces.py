"""What sources and formats take and give: the values that pass between the rooms of acquisition.

A *source* turns a data set's address into local files (or, for bundled data, a ready Arrow table). A *format* turns
one local file into an Arrow table. Everything after that is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa

from mtf_engine.domain.dataset import Column, DatasetRef, Provenance, SourceFile, Task
from mtf_engine.errors import FetchError

Progress = Callable[[int, int | None], None]
"""Called with the bytes received so far and their total (None when unknown)."""

Cancelled = Callable[[], bool]
"""Asked often; True makes the work stop with a FetchError."""


def ignore_progress(received: int, total: int | None) -> None:
    """Show nothing."""
    del received, total


def never_cancelled() -> bool:
    """Work to the end."""
    return False


@dataclass(frozen=True, slots=True)
class Monitor:
    """How long work is watched and stopped."""

    progress: Progress = ignore_progress
    cancelled: Cancelled = never_cancelled

    def check(self, what: str) -> None:
        """Stop here when the user has cancelled.

        Raises
        ------
        FetchError
            The work was cancelled.
        """
        if self.cancelled():
            raise FetchError(f"{what}: cancelled", hint="Run the same command again to continue.")


@dataclass(frozen=True, slots=True)
class AcquiredFile:
    """One verified local file."""

    path: Path
    facts: SourceFile
    media_type: str | None = None
    """What the server called it; None for local files."""


@dataclass(frozen=True, slots=True)
class BundledTable:
    """A table that comes ready from an installed package."""

    table: pa.Table
    target: str | None
    """The documented target."""

    task: Task | None


@dataclass(frozen=True, slots=True)
class Acquired:
    """What a source delivered: files still to be read, or a bundled table."""

    source: str
    """The address, credentials removed."""

    files: tuple[AcquiredFile, ...] = ()
    bundled: BundledTable | None = None
    version: str | None = None
    """Of the package that ships the data."""

    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A kind of address."""

    name: str
    """The scheme, such as ``https``; ``path`` for addresses without one."""

    summary: str
    """One sentence for listings."""

    acquire: Callable[[DatasetRef, Monitor], Acquired]


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file, read."""

    table: pa.Table
    notes: tuple[str, ...] = ()
    """What was decided: encoding, delimiter, header, types."""


@dataclass(frozen=True, slots=True)
class Content:
    """A table as it is kept: typed, described and fingerprinted."""

    table: pa.Table
    columns: tuple[Column, ...]
    sha256: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormatSpec:
    """A file format."""

    name: str
    summary: str
    extensions: tuple[str, ...]
    """Lower case, with the dot."""

    read: Callable[[AcquiredFile, Mapping[str, object], Monitor], Parsed]
    options: Mapping[str, str] = field(default_factory=dict)
    """Reader option → what it does; any other is an error."""

    matches: Callable[[bytes], bool] = lambda _: False
    """Whether a file that begins with these bytes is certainly of this format."""

    columnar: bool = False
    """Whether reading is as fast as the table cache, which then holds only what was found out about the table."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A verified local table."""

    frame: pd.DataFrame
    """All columns, all rows, in order, RangeIndex. Numbers keep their dtype; text is ``str``; a declared category is
    ``category``; dates are naive ``datetime64`` in UTC; booleans are ``bool``, or ``boolean`` with missing cells."""

    columns: tuple[Column, ...]
    default_target: str | None
    """The source's documented target."""

    sha256: str
    """Fingerprint of the content: names, types, values, order."""

    provenance: Provenance
    task_hint: Task | None = None
    """The source's documented task, for its documented target."""
