"""What a job prints, at the level of file descriptors: also by C code, by children, and when it crashes.

The coordinator holds the reading end, so that output outlives the process that wrote it and a model that holds
Python's global lock never waits for its reader. At most 1 MB of a job is kept; the rest is read and thrown away.
Where a pipe's end can't be handed to a child (Windows), a file serves.
"""

from __future__ import annotations

import contextlib
import os
import sys
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import TextIO

from mtf_engine.text_safety import output

LIMIT_BYTES = 1_000_000
"""Most bytes kept of one job."""

_CHUNK = 1 << 16
_CHUNKS_A_TURN = 64

Sink = Connection | str
"""What a child writes to: a pipe's end or a file's path."""


class PipeCapture:
    """Output through a pipe."""

    def __init__(self) -> None:
        self._reader, self._writer = Pipe(duplex=False)
        os.set_blocking(self._reader.fileno(), False)
        self._kept = bytearray()

    @property
    def sink(self) -> Sink:
        """What the child is given."""
        return self._writer

    @property
    def source(self) -> Connection | None:
        """What to wait for; None when there is nothing to wait for."""
        return self._reader

    def started(self) -> None:
        """Let go of the child's end."""
        self._writer.close()

    def drain(self) -> bool:
        """Read what is there without waiting.

        Returns
        -------
        bool
            False once the other end is closed.
        """
        for _ in range(_CHUNKS_A_TURN):
            try:
                chunk = os.read(self._reader.fileno(), _CHUNK)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not chunk:
                return False
            self._kept += chunk[: LIMIT_BYTES - len(self._kept)]
        return True

    def take(self) -> str:
        """Hand out what one job printed, made safe, and begin anew."""
        self.drain()
        text = output(bytes(self._kept), LIMIT_BYTES) if self._kept else ""
        self._kept.clear()
        return text

    def close(self) -> None:
        """Let go of everything."""
        self._reader.close()
        self._writer.close()


class FileCapture:
    """Output through a file.

    Parameters
    ----------
    path : Path
        A file of this worker's own.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()

    @property
    def sink(self) -> Sink:
        """What the child is given."""
        return str(self._path)

    @property
    def source(self) -> Connection | None:
        """What to wait for; None when there is nothing to wait for."""
        return None

    def started(self) -> None:
        """Nothing to let go of."""

    def drain(self) -> bool:
        """Nothing to read before the end."""
        return True

    def take(self) -> str:
        """Hand out what one job printed, made safe, and begin anew."""
        with open(self._path, "rb") as file:
            kept = file.read(LIMIT_BYTES)
        with contextlib.suppress(OSError):
            os.truncate(self._path, 0)
        return output(kept, LIMIT_BYTES) if kept else ""

    def close(self) -> None:
        """Remove the file."""
        with contextlib.suppress(OSError):
            self._path.unlink()


Capture = PipeCapture | FileCapture


def redirect(sink: Sink) -> None:
    """Send this process's standard output and error to a capture; called in the child."""
    if isinstance(sink, str):
        descriptor = os.open(sink, os.O_WRONLY | os.O_APPEND)
    else:
        descriptor = os.dup(sink.fileno())
        sink.close()
    sys.stdout.flush()
    sys.stderr.flush()
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)
    sys.stdout, sys.stderr = _text(1), _text(2)


def _text(descriptor: int) -> TextIO:
    """Write text to a descriptor line by line, so that little is lost in a crash."""
    return open(descriptor, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1)
