"""Append-only files of JSON lines: one writer, any number of readers, nothing ever rewritten.

A process that is killed in the middle of a line leaves it without its end. Readers never take such a line for a
fact, and the next writer cuts it off before it appends. A line is one ``write`` in append mode, so a reader on the
same host sees whole lines.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

_NEWLINE = b"\n"


@dataclass(frozen=True, slots=True)
class Lines:
    """What a reader got."""

    lines: tuple[bytes, ...]
    """Complete lines without their ends, in order."""

    offset: int
    """Where the next read begins, in bytes."""


def read_lines(path: Path, offset: int = 0) -> Lines:
    """Read the complete lines from a position on; an absent file has none.

    Parameters
    ----------
    path : Path
        The journal.
    offset : int, default 0
        The ``offset`` of the last read.

    Returns
    -------
    Lines
    """
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            content = file.read()
    except FileNotFoundError:
        return Lines((), offset)
    end = content.rfind(_NEWLINE) + 1
    return Lines(tuple(content[:end].splitlines()) if end else (), offset + end)


def read_first_line(path: Path) -> bytes:
    """Read the first line without its end; empty when there is none that is complete."""
    try:
        with open(path, "rb") as file:
            line = file.readline()
    except FileNotFoundError:
        return b""
    return line[:-1] if line.endswith(_NEWLINE) else b""


def read_end(path: Path, most: int) -> tuple[bytes, ...]:
    """Read the last complete lines; an absent file has none.

    Parameters
    ----------
    path : Path
        The journal.
    most : int
        Bytes to read at most; a line that begins before them is left out.

    Returns
    -------
    tuple of bytes
        In order, without their ends.
    """
    try:
        with open(path, "rb") as file:
            begin = max(0, file.seek(0, os.SEEK_END) - most)
            file.seek(begin)
            content = file.read()
    except FileNotFoundError:
        return ()
    lines = content.split(_NEWLINE)[:-1]
    return tuple(lines[1:] if begin else lines)


class Journal:
    """The one writer of a file of JSON lines.

    Parameters
    ----------
    path : Path
        The file; made when it is not there. What a killed writer left unfinished at its end is cut off.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
        self._size = _sound_size(path)
        if self._size != os.fstat(self._descriptor).st_size:
            os.ftruncate(self._descriptor, self._size)
        self._unsynced = True

    def append(self, line: bytes) -> None:
        """Write one JSON object as one line.

        Raises
        ------
        OSError
            The line could not be written whole; nothing of it stays.
        """
        record = line + _NEWLINE
        try:
            written = os.write(self._descriptor, record)
            if written != len(record):
                os.write(self._descriptor, record[written:])
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(record)
        self._unsynced = True

    def sync(self) -> None:
        """Wait until all lines would survive a power cut."""
        if self._unsynced:
            self._unsynced = False
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Sync and close."""
        with contextlib.suppress(OSError):
            self.sync()
        os.close(self._descriptor)


def _sound_size(path: Path) -> int:
    """Bytes up to the end of the last line that is a JSON object: a power cut can also leave blocks of zeros."""
    content = path.read_bytes()
    end = content.rfind(_NEWLINE) + 1
    while end:
        begin = content.rfind(_NEWLINE, 0, end - 1) + 1
        with contextlib.suppress(msgspec.DecodeError):
            msgspec.json.decode(content[begin:end], type=dict[str, msgspec.Raw])
            return end
        end = begin
    return 0
