"""The columnar cache: parsed tables as Arrow files, so that a second load parses nothing.

An entry is a folder that appears by one rename: ``table.arrow`` (uncompressed, to be mapped into memory) and
``entry.json`` with its hashes, which are checked on every read. Its name is the hash of the files' bytes and names,
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
from mtf_engine.acquisition.interfaces import AcquiredFile, Parsed
from mtf_engine.storage import atomic, fingerprint, paths

ENTRY = "entry.json"
TABLE = "table.arrow"
_PIECE = 1 << 24


@dataclass(frozen=True, slots=True)
class TableEntry:
    """What ``entry.json`` says."""

    source: str
    rows: int
    columns: int
    size: int
    """Bytes of ``table.arrow``."""

    pieces: tuple[str, ...]
    """SHA-256 of each 16 MiB of ``table.arrow``: hashed in pieces so that all processors can help."""

    notes: tuple[str, ...]
    created: float
    """Seconds since the epoch."""


def table_key(format_name: str, files: tuple[AcquiredFile, ...], options: Mapping[str, object]) -> str:
    """Name the entry that these bytes, read with these options, have."""
    facts = [(file.facts.name, file.facts.sha256) for file in files]
    version = environment.package_version("pyarrow")
    return fingerprint.fingerprint("table", READER_VERSION, version, format_name, facts, options)[:40]


def find(key: str) -> Parsed | None:
    """Read an entry; None where there is none, or none that is whole."""
    folder = paths.tables() / key
    try:
        entry = read_entry(folder)
        if entry is None:
            return None
        if not is_whole(folder, entry):
            atomic.remove_directory(folder)
            return None
        with pa.memory_map(str(folder / TABLE)) as source:
            table = ipc.open_file(source).read_all()
        touch(folder / ENTRY)
    except (OSError, pa.ArrowException):
        return None
    return Parsed(table, entry.notes)


def keep(key: str, parsed: Parsed, *, source: str) -> None:
    """Store a table; where that fails (a full disk, a folder that is read-only) the next load parses again."""
    folder = paths.tables() / key
    temporary = atomic.temporary_sibling(folder)
    try:
        temporary.mkdir(parents=True)
        target = temporary / TABLE
        with ipc.new_file(str(target), parsed.table.schema) as writer:
            writer.write_table(parsed.table.combine_chunks())
        entry = TableEntry(
            source=source,
            rows=parsed.table.num_rows,
            columns=parsed.table.num_columns,
            size=target.stat().st_size,
            pieces=hash_pieces(target),
            notes=parsed.notes,
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
    """Hash an entry's table and compare."""
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
