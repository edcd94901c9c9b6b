"""What acquisition keeps: fetched files, parsed tables and downloads under way; listed, verified, pruned, cleared.

Deleting any of it is safe at any time: it is fetched or parsed again. Pruning takes what nobody can use first
(abandoned downloads, damaged entries), then the least recently used until the rest fits a quota.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from mtf_engine.acquisition import blobs, tables
from mtf_engine.storage import atomic, paths
from mtf_engine.storage.fingerprint import hash_file

SETTLED_SECONDS = 3600.0
"""Nobody takes that long to write what is then renamed."""


class EntryKind(StrEnum):
    """What an entry of the cache is."""

    BLOB = "blob"
    """A fetched file."""

    TABLE = "table"
    """A parsed table."""

    PARTIAL = "partial"
    """A download under way, or one that broke off and can be continued."""

    LEFTOVER = "leftover"
    """What a killed process left behind; nobody can use it."""


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """One thing in the cache."""

    kind: EntryKind
    name: str
    """Address or file that it came from, credentials removed; its hash where that is not known."""

    size: int
    """Bytes on disk."""

    used: float
    """Seconds since the epoch, of the last use."""

    path: Path
    busy: bool = False
    """Whether a live process works on it."""

    @property
    def age(self) -> float:
        """Seconds since the last use."""
        return max(0.0, time.time() - self.used)


@dataclass(frozen=True, slots=True)
class CacheReport:
    """What was looked at, and what was taken away."""

    entries: int
    removed: tuple[CacheEntry, ...]
    freed: int
    """Bytes."""


def list_entries() -> tuple[CacheEntry, ...]:
    """List everything that acquisition keeps, most recently used first."""
    found = [*_blob_entries(), *_table_entries(), *_partial_entries()]
    return tuple(sorted(found, key=lambda entry: (-entry.used, str(entry.path))))


def verify() -> CacheReport:
    """Hash every fetched file and parsed table again; remove what is damaged.

    Returns
    -------
    CacheReport
        ``removed`` holds the damaged entries.
    """
    entries = list_entries()
    damaged = [entry for entry in entries if not _is_whole(entry)]
    return _removed(len(entries), damaged)


def prune(*, quota: int) -> CacheReport:
    """Remove leftovers and abandoned downloads, then the least recently used until the rest fits.

    Parameters
    ----------
    quota : int
        Bytes that may stay.
    """
    entries = [entry for entry in list_entries() if not entry.busy]
    doomed = [entry for entry in entries if entry.kind in (EntryKind.PARTIAL, EntryKind.LEFTOVER)]
    kept = 0
    for entry in (entry for entry in entries if entry not in doomed):
        kept += entry.size
        if kept > quota:
            doomed.append(entry)
    return _removed(len(entries), doomed)


def clear() -> CacheReport:
    """Remove everything but downloads that a live process works on."""
    entries = [entry for entry in list_entries() if not entry.busy]
    report = _removed(len(entries), entries)
    for record in _files(paths.blobs() / "addresses"):
        record.unlink(missing_ok=True)
    return report


def _removed(count: int, doomed: list[CacheEntry]) -> CacheReport:
    gone = []
    for entry in doomed:
        try:
            if entry.path.is_dir():
                atomic.remove_directory(entry.path)
            else:
                entry.path.unlink(missing_ok=True)
                entry.path.with_name(f"{entry.path.name}.validator").unlink(missing_ok=True)
            gone.append(entry)
        except OSError:
            continue  # still open on Windows: the next pruning takes it
    return CacheReport(count, tuple(gone), sum(entry.size for entry in gone))


def _is_whole(entry: CacheEntry) -> bool:
    try:
        if entry.kind is EntryKind.BLOB:
            return hash_file(entry.path) == entry.path.name
        if entry.kind is EntryKind.TABLE:
            known = tables.read_entry(entry.path)
            return known is not None and tables.is_whole(entry.path, known)
    except OSError:
        return False
    return True


def _blob_entries() -> Iterator[CacheEntry]:
    names: dict[str, str] = {}
    used: dict[str, float] = {}
    for path in _files(paths.blobs() / "addresses"):
        record = blobs.read_record(path)
        if record is not None:
            names[record.sha256] = record.url
            with contextlib.suppress(OSError):
                used[record.sha256] = max(used.get(record.sha256, 0.0), path.stat().st_mtime)
    for folder in _folders(paths.blobs() / "objects"):
        for path in _files(folder):
            with contextlib.suppress(OSError):
                facts = path.stat()
                last = used.get(path.name, facts.st_mtime)
                yield CacheEntry(EntryKind.BLOB, names.get(path.name, path.name), facts.st_size, last, path)


def _table_entries() -> Iterator[CacheEntry]:
    for folder in _folders(paths.tables()):
        entry = tables.read_entry(folder)
        size = sum(path.stat().st_size for path in _files(folder))
        with contextlib.suppress(OSError):
            if entry is None or atomic.is_temporary(folder):
                changed = folder.stat().st_mtime
                busy = time.time() - changed < SETTLED_SECONDS
                yield CacheEntry(EntryKind.LEFTOVER, folder.name, size, changed, folder, busy)
            else:
                used = (folder / tables.ENTRY).stat().st_mtime
                yield CacheEntry(EntryKind.TABLE, entry.source, size, used, folder)


def _partial_entries() -> Iterator[CacheEntry]:
    names = {path.stem: blobs.read_record(path) for path in _files(paths.blobs() / "addresses")}
    for path in _files(blobs.partial_folder()):
        if path.name.endswith(".validator"):
            continue
        with contextlib.suppress(OSError):
            facts = path.stat()
            known = names.get(path.name.partition(".")[0])
            name = known.url if known else path.name
            busy = not blobs.is_abandoned(path)
            yield CacheEntry(EntryKind.PARTIAL, name, facts.st_size, facts.st_mtime, path, busy)


def _files(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.is_file())
    return []


def _folders(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.is_dir())
    return []
