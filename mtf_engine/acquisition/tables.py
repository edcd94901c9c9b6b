"""The columnar cache: parsed tables as Arrow files, so that a second load parses nothing.

An entry is a folder that appears by one rename: ``table.arrow`` (uncompressed, to be mapped into memory) and
``entry.json`` with its hashes, which are checked on every read, and with what was found out about the columns. Of a
file that is columnar itself only the latter is kept. Its name is the hash of the files' bytes and names,
the reader's options and the reader's version. A damaged entry is removed and made again.
"""

from __future__ import annotations

import hashlib
import mmap
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.ipc as ipc

from mtf_engine import environment
from mtf_engine.acquisition.identity import READER_VERSION
from mtf_engine.acquisition.interfaces import AcquiredFile, Content
from mtf_engine.domain.dataset import Column
from mtf_engine.environment import versions
from mtf_engine.storage import atomic, fingerprint, paths

ENTRY = "entry.json"
TABLE = "table.arrow"
_PIECE = 1 << 24


@dataclass(frozen=True, slots=True)
class TableEntry:
    """What ``entry.json`` says."""

    source: str
    columns: tuple[Column, ...]
    sha256: str
    """Fingerprint of the table's content."""

    notes: tuple[str, ...]
    size: int
    """Bytes of ``table.arrow``; 0 where the file itself is columnar and is read again."""

    pieces: tuple[str, ...]
    """SHA-256 of each 16 MiB of ``table.arrow``: hashed in pieces so that all processors can help."""

    created: float
    """Seconds since the epoch."""


def table_key(format_name: str, files: tuple[AcquiredFile, ...], options: Mapping[str, object]) -> str:
    """Name the entry that these bytes, read with these options, have."""
    facts = [(file.facts.name, file.facts.sha256) for file in files]
    version = versions.package_version("pyarrow")
    return fingerprint.fingerprint("table", READER_VERSION, version, format_name, facts, options)[:40]


def find_entry(key: str) -> TableEntry | None:
    """Look up what is known of a table; None where nothing is, or nothing that is whole."""
    folder = paths.tables() / key
    entry = read_entry(folder)
    if entry is None:
        return None
    if not is_whole(folder, entry):
        atomic.remove_directory(folder)
        return None
    touch(folder / ENTRY)
    return entry


def find(key: str) -> Content | None:
    """Map a stored table into memory; None where there is none, or none that is whole."""
    entry = find_entry(key)
    if entry is None or not entry.pieces:
        return None
    try:
        with pa.memory_map(str(paths.tables() / key / TABLE)) as source:
            table = ipc.open_file(source).read_all()
    except (OSError, pa.ArrowException):
        return None
    return Content(table, entry.columns, entry.sha256, entry.notes)


def keep(key: str, content: Content, *, source: str, with_table: bool) -> None:
    """Store a table, or only what is known of it.

    Where that fails (a full disk, a folder that is read-only) the next load parses again.
    """
    folder = paths.tables() / key
    temporary = atomic.temporary_sibling(folder)
    try:
        temporary.mkdir(parents=True)
        stored = temporary / TABLE
        if with_table:
            with ipc.new_file(str(stored), content.table.schema) as writer:
                writer.write_table(content.table.combine_chunks())
        entry = TableEntry(
            source=source,
            columns=content.columns,
            sha256=content.sha256,
            notes=content.notes,
            size=stored.stat().st_size if with_table else 0,
            pieces=hash_pieces(stored) if with_table else (),
            created=time.time(),
        )
        atomic.write_bytes_atomic(temporary / ENTRY, msgspec.json.encode(entry), durable=False)
        atomic.publish_directory(temporary, folder)
    except (OSError, pa.ArrowException):
        atomic.remove_directory(temporary)


def read_entry(folder: Path) -> TableEntry | None:
    """Read what an entry says of itself; None where it says nothing readable."""
    try:
        return msgspec.json.decode((folder / ENTRY).read_bytes(), type=TableEntry)
    except (OSError, msgspec.MsgspecError):
        return None


def is_whole(folder: Path, entry: TableEntry) -> bool:
    """Hash an entry's table, if it has one, and compare."""
    if not entry.pieces:
        return True
    table = folder / TABLE
    try:
        return table.stat().st_size == entry.size and hash_pieces(table) == entry.pieces
    except OSError:
        return False


def hash_pieces(path: Path) -> tuple[str, ...]:
    """Hash each 16 MiB of a file, on all processors."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        view = memoryview(whole)
        try:
            with ThreadPoolExecutor(environment.cpu_count()) as pool:
                return tuple(pool.map(lambda at: _digest(view, at), range(0, len(whole), _PIECE)))
        finally:
            view.release()


def touch(path: Path) -> None:
    """Note that something was used now, for pruning."""
    try:
        path.touch()
    except OSError:
        return


def _digest(view: memoryview, start: int) -> str:
    with view[start : start + _PIECE] as piece:
        return hashlib.sha256(piece).hexdigest()
