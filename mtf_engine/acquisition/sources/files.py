"""Local files: a path, a glob or a ``file:`` address → verified files in sorted order."""

from __future__ import annotations

from mtf_engine.acquisition.interfaces import Acquired, AcquiredFile, Monitor, SourceSpec
from mtf_engine.acquisition.local_files import find_files
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


PATH = SourceSpec("path", "a local file or glob, such as data/*.csv", acquire)
FILE = SourceSpec("file", "a local file by its address, such as file:///data/table.csv", acquire)
