"""What a source that is being typed could become: files and folders of this machine, and bundled data sets."""

from __future__ import annotations

import glob
import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mtf_engine import numbers
from mtf_engine.domain.sources import SourceEntry, Sources

MOST = 200
_MOST_SCANNED = 5_000
"""Entries of a folder that are looked at: a folder of a million files must not hold up typing."""

_DATA = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".parquet", ".pq", ".feather", ".arrow", ".gz")
"""Names that come first; what a file really is, the engine finds out."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to go on."""

    text: str
    """What the field holds then."""

    label: str
    note: str
    is_whole: bool = True
    """False for a folder: there is more to choose."""


def is_remote(text: str) -> bool:
    """Whether looking at a source asks another machine."""
    scheme = _SCHEME.match(text)
    return scheme is not None and scheme[0].lower() not in ("file:", "sklearn:") and not _is_drive(text)


def is_local_path(text: str) -> bool:
    """Whether a source is a path or glob of this machine, without a scheme."""
    return _SCHEME.match(text) is None or _is_drive(text)


def _is_drive(text: str) -> bool:
    return len(text) > 2 and text[1] == ":" and text[2] in "/\\"


def is_there(text: str, base: Path, sources: Sources | None) -> bool:
    """Whether a source can be looked at without asking another machine. Reads the disk.

    Parameters
    ----------
    text : str
        As typed.
    base : Path
        Folder that relative paths count from.
    sources : Sources or None
        What is bundled, once known.
    """
    if not text.strip() or is_remote(text):
        return False
    if text.startswith("sklearn:"):
        return sources is not None and any(one.source == text for one in sources.bundled)
    try:
        path = base / os.path.expanduser(text.removeprefix("file://"))
        if _WILD.search(text):
            return any(True for _ in glob.iglob(str(path), recursive=True))
        return path.is_file()
    except (OSError, ValueError, RuntimeError):
        return False


def candidates(text: str, base: Path, sources: Sources | None) -> tuple[Candidate, ...]:
    """List what a typed text could become, the likeliest first. Reads the disk."""
    bundled = [_of_entry(one) for one in sources.bundled if one.source.startswith(text)] if sources else []
    if is_remote(text) or text.startswith("sklearn:"):
        cached = [_of_entry(one) for one in sources.cached if one.source.startswith(text)] if sources else []
        return (*bundled, *cached)[:MOST]
    found = tuple(_paths(text, base))
    return (*found, *(bundled if text else ()))[:MOST]


def common_start(found: tuple[Candidate, ...]) -> str:
    """The longest text that all candidates begin with."""
    texts = [one.text for one in found]
    same = itertools.takewhile(lambda signs: len(set(signs)) == 1, zip(*texts, strict=False))
    return "".join(signs[0] for signs in same)


def _of_entry(entry: SourceEntry) -> Candidate:
    facts = [entry.task or "cached", numbers.plural(entry.rows, "row") if entry.rows is not None else ""]
    return Candidate(entry.source, entry.source, " · ".join(fact for fact in facts if fact))


def _paths(text: str, base: Path) -> Iterator[Candidate]:
    head, start = os.path.split(text)
    try:
        folder = base / os.path.expanduser(head)
        with os.scandir(folder) as listing:
            entries = [entry for entry in itertools.islice(listing, _MOST_SCANNED) if _fits(entry.name, start)]
    except (OSError, ValueError, RuntimeError):
        return
    prefix = text[: len(text) - len(start)]
    made = sorted((_ranked(entry, prefix) for entry in entries), key=lambda pair: pair[0])
    yield from (one for (rank, _), one in made if start or rank < _OTHER)


_OTHER = 2


def _fits(name: str, start: str) -> bool:
    return name.casefold().startswith(start.casefold()) and (not name.startswith(".") or start.startswith("."))


def _ranked(entry: os.DirEntry[str], prefix: str) -> tuple[tuple[int, str], Candidate]:
    try:
        is_folder = entry.is_dir()
        size = 0 if is_folder else entry.stat().st_size
    except OSError:
        is_folder, size = False, 0
    name = entry.name
    if is_folder:
        return (1, name.casefold()), Candidate(f"{prefix}{name}/", f"{name}/", "folder", is_whole=False)
    rank = 0 if name.casefold().endswith(_DATA) else _OTHER
    return (rank, name.casefold()), Candidate(f"{prefix}{name}", name, numbers.size(size))
