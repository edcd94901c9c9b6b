"""Tables that stay open between requests, so that paging through a million rows reads them once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from mtf_engine.acquisition.acquire import acquire, read
from mtf_engine.acquisition.addresses import resolve_address
from mtf_engine.acquisition.identity import source_identity
from mtf_engine.acquisition.interfaces import Acquired, Progress, Table
from mtf_engine.domain.dataset import DatasetRef
from mtf_engine.settings.shorthand import name_of_source

_MOST = 4
_MOST_BYTES = 2_000_000_000
"""Beyond it only the table in use stays."""


@dataclass(frozen=True, slots=True)
class SourceQuery:
    """A source as an interface names it."""

    source: str
    options: Mapping[str, object] = field(default_factory=dict)
    """Reader options."""
    target: str | None = None
    base: str | None = None
    """Folder that relative paths count from; the working directory when absent."""

    def reference(self) -> DatasetRef:
        """Make the reference that acquisition takes."""
        source = resolve_address(self.source, Path(self.base or ".").absolute())
        return DatasetRef(name_of_source(self.source), source, target=self.target, options=dict(self.options))


@dataclass(frozen=True, slots=True, eq=False)
class OpenTable:
    """A table and the files that it came from."""

    table: Table
    acquired: Acquired


_open: OrderedDict[bytes, OpenTable] = OrderedDict()


def open_table(ref: DatasetRef, progress: Progress) -> OpenTable:
    """Load a table, or give back the one that is open while its source is unchanged.

    Parameters
    ----------
    ref : DatasetRef
        Relative paths already resolved.
    progress : callable
        Told the bytes that arrive.

    Raises
    ------
    MTFError
        As `mtf_engine.acquisition.acquire.load_table`.
    """
    key = _key(ref)
    known = _open.get(key) if key is not None else None
    if known is None:
        acquired = acquire(ref, progress=progress)
        known = OpenTable(read(ref, acquired), acquired)
        key = _key(ref) or b""
    _open[key or b""] = known
    _open.move_to_end(key or b"")
    _close_some()
    return known


def is_open(ref: DatasetRef) -> bool:
    """Whether a table is open and its source unchanged."""
    return _key(ref) in _open


def _key(ref: DatasetRef) -> bytes | None:
    """Name a table by its source and content; None where that is not known without fetching."""
    identity = source_identity(ref)
    if identity is None:
        return None
    target = ref.target if ref.source.startswith("sklearn:") else None  # it decides which columns are there
    return msgspec.json.encode([ref.source, dict(ref.options), identity, target], order="sorted")


def _close_some() -> None:
    while len(_open) > 1 and (len(_open) > _MOST or sum(map(_size, _open.values())) > _MOST_BYTES):
        _open.popitem(last=False)


def _size(opened: OpenTable) -> int:
    return int(opened.table.frame.memory_usage().sum())
