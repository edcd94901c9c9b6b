"""The whole cache: what acquisition keeps, and the prepared data sets and cells that runs share.

Runs hold hard links or copies of their cells, so nothing here can empty one.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mtf_engine.acquisition import cache as acquired
from mtf_engine.domain.cell import CellResult
from mtf_engine.errors import IntegrityError
from mtf_engine.evaluation.predictions import PREDICTIONS_FILE, RESULT_FILE, read_predictions
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.storage import atomic, paths


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """One thing in the cache."""

    kind: str
    """``blob``, ``table``, ``partial``, ``leftover``, ``prepared``, ``cell`` or ``scratch``."""

    name: str
    size: int
    """Bytes on disk."""

    age: float
    """Seconds since the last use."""

    path: Path
    busy: bool
    """Whether a live process works on it."""


@dataclass(frozen=True, slots=True)
class CacheReport:
    """What was looked at, and what was taken away."""

    entries: int
    removed: tuple[CacheEntry, ...]
    freed: int
    """Bytes."""


def list_entries() -> tuple[CacheEntry, ...]:
    """List everything in the cache, most recently used first."""
    found = [
        *(
            CacheEntry(one.kind.value, one.name, one.size, one.age, one.path, one.busy)
            for one in acquired.list_entries()
        ),
        *_folders("prepared", paths.prepared()),
        *_folders("cell", paths.cells()),
        *_folders("scratch", paths.scratch("any").parent),
        *_leftovers(),
    ]
    return tuple(sorted(found, key=lambda entry: (entry.age, str(entry.path))))


def verify() -> CacheReport:
    """Compare everything that has a digest with it; remove what is damaged."""
    report = acquired.verify()
    before = list_entries()
    damaged = [entry for entry in before if entry.kind == "cell" and not _is_whole(entry.path)]
    gone = _remove(damaged)
    shown = [_acquired(entry) for entry in report.removed]
    return CacheReport(len(before) + len(shown), (*shown, *gone), report.freed + sum(entry.size for entry in gone))


def prune(*, quota: int) -> CacheReport:
    """Remove what nobody can use, then the least recently used until the rest fits.

    Parameters
    ----------
    quota : int
        Bytes that may stay.
    """
    entries = [entry for entry in list_entries() if not entry.busy]
    doomed = [entry for entry in entries if entry.kind in ("partial", "leftover", "scratch")]
    kept = 0
    for entry in entries:
        if entry in doomed:
            continue
        kept += entry.size
        if kept > quota:
            doomed.append(entry)
    gone = _remove(doomed)
    return CacheReport(len(entries), gone, sum(entry.size for entry in gone))


def clear() -> CacheReport:
    """Remove everything that no live process works on."""
    report = acquired.clear()
    entries = [entry for entry in list_entries() if not entry.busy]
    gone = _remove(entries)
    freed = report.freed + sum(entry.size for entry in gone)
    return CacheReport(report.entries + len(entries), gone, freed)


def _acquired(entry: acquired.CacheEntry) -> CacheEntry:
    return CacheEntry(entry.kind.value, entry.name, entry.size, entry.age, entry.path, entry.busy)


def _remove(doomed: list[CacheEntry]) -> tuple[CacheEntry, ...]:
    gone = []
    for entry in doomed:
        with contextlib.suppress(OSError):  # still open on Windows: the next pruning takes it
            if entry.path.is_dir() and not entry.path.is_symlink():
                atomic.remove_directory(entry.path)
            else:
                entry.path.unlink(missing_ok=True)
            gone.append(entry)
    return tuple(gone)


def _is_whole(cell: Path) -> bool:
    try:
        result = msgspec.json.decode((cell / RESULT_FILE).read_bytes(), type=CellResult)
        read_predictions(cell / PREDICTIONS_FILE, sha256=result.predictions_sha256)
    except (OSError, msgspec.DecodeError, IntegrityError):
        return False
    return True


def _folders(kind: str, parent: Path) -> Iterator[CacheEntry]:
    live = _live_runs() if kind in ("scratch", "prepared") else frozenset[str]()
    with contextlib.suppress(FileNotFoundError):
        for path in parent.iterdir():
            if atomic.is_temporary(path):
                continue
            with contextlib.suppress(OSError):
                files = [file.stat() for file in path.rglob("*") if file.is_file()]
                used = max((file.st_mtime for file in files), default=path.stat().st_mtime)
                busy = path.name in live if kind == "scratch" else bool(live) and kind == "prepared"
                yield CacheEntry(
                    kind, path.name, sum(file.st_size for file in files), max(0.0, time.time() - used), path, busy
                )


def _leftovers() -> Iterator[CacheEntry]:
    """What was to be renamed by processes that were killed before; young ones may still be."""
    folders = (paths.cache(), paths.prepared(), paths.cells(), paths.fingerprints(), paths.recognised(), paths.runs())
    for folder in folders:
        with contextlib.suppress(OSError):
            for path in filter(atomic.is_temporary, folder.iterdir()):
                with contextlib.suppress(OSError):
                    size = sum(file.lstat().st_size for file in (path, *path.rglob("*")) if not file.is_dir())
                    age = max(0.0, time.time() - path.lstat().st_mtime)
                    yield CacheEntry("leftover", path.name, size, age, path, age < acquired.SETTLED_SECONDS)


def _live_runs() -> frozenset[str]:
    with contextlib.suppress(FileNotFoundError):
        return frozenset(path.name for path in paths.runs().iterdir() if states.is_owned(RunDirectory(path)))
    return frozenset()
