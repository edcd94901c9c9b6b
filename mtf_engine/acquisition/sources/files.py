"""Local files: a path, a glob or a ``file:`` address → verified files in sorted order."""

from __future__ import annotations

import glob
from pathlib import Path

from mtf_engine import plugins
from mtf_engine.acquisition.addresses import is_glob, local_path
from mtf_engine.acquisition.interfaces import Acquired, AcquiredFile, Monitor, SourceSpec
from mtf_engine.domain.dataset import DatasetRef, SourceFile
from mtf_engine.errors import IntegrityError, SchemaError
from mtf_engine.storage.fingerprint import file_sha256
from mtf_engine.text_safety import line


def acquire(ref: DatasetRef, monitor: Monitor) -> Acquired:
    """Find and hash the files that an address names.

    Raises
    ------
    SchemaError
        No file is there, or one cannot be read.
    IntegrityError
        The only file has another SHA-256 than the settings pin.
    """
    found = find_files(ref.source)
    files = []
    total = sum(path.stat().st_size for path in found)
    done = 0
    for path in found:
        monitor.check(line(str(path)))
        try:
            digest, size = file_sha256(path), path.stat().st_size
        except OSError as error:
            raise SchemaError(f"{line(str(path))} cannot be read: {error.strerror}") from error
        files.append(AcquiredFile(path, SourceFile(path.name, digest, size)))
        done += size
        monitor.progress(done, total)
    check_pin(ref, tuple(files))
    return Acquired(ref.source, tuple(files))


def find_files(source: str) -> tuple[Path, ...]:
    """List the files that a path, glob or ``file:`` address names, sorted by path.

    A path that exists is taken by its name even when it has wildcard characters.

    Raises
    ------
    SchemaError
        No file is there.
    """
    path = local_path(source).expanduser()
    if path.is_file():
        return (path,)
    shown = line(str(path))
    if path.is_dir():
        raise SchemaError(f"{shown} is a folder", hint=f"Name its files, for example {shown}/*.csv")
    if is_glob(path):
        found = sorted(Path(name) for name in glob.glob(str(path), recursive=True))
        files = tuple(name for name in found if name.is_file())
        if files:
            return files
        raise SchemaError(f"no file matches {shown}", hint=_nearby(path.parent, path.name))
    raise SchemaError(f"there is no file {shown}", hint=_nearby(path.parent, path.name))


def check_pin(ref: DatasetRef, files: tuple[AcquiredFile, ...]) -> None:
    """Hold the settings' ``sha256`` against the only file.

    Raises
    ------
    SchemaError
        A pin on several files.
    IntegrityError
        The file is another one.
    """
    if ref.sha256 is None:
        return
    if len(files) != 1:
        message = f"{line(ref.source)} is {len(files)} files, and `sha256` can pin only one"
        raise SchemaError(message, hint="Leave `sha256` out, or name one file.")
    facts = files[0].facts
    if facts.sha256 != ref.sha256.strip().lower():
        message = f"{line(facts.name)} is not the file that the settings pin: its SHA-256 is {facts.sha256}"
        raise IntegrityError(message, hint=f"Expected {line(ref.sha256)}. Correct `sha256` if the new file is meant.")


def _nearby(folder: Path, name: str) -> str:
    """Say what is there instead."""
    if is_glob(folder):
        return "Check the path; relative ones count from the settings file's folder."
    if not folder.is_dir():
        return f"The folder {line(str(folder))} does not exist; relative paths count from the settings file's folder."
    try:
        there = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    except OSError:
        there = []
    nearest = plugins.nearest(name, there)
    return f"Did you mean {line(nearest)}?" if nearest else "Relative paths count from the settings file's folder."


PATH = SourceSpec("path", "a local file or glob, such as data/*.csv", acquire)
FILE = SourceSpec("file", "a local file by its address, such as file:///data/table.csv", acquire)
