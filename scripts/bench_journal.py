"""A run that only writes its journal: held by this process, so that it is live, and as talkative as one wants."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from bench_terminal import Screen

from mtf_engine.domain.event import Logged, PlanReady, RunStarted
from mtf_engine.runs.directory import Request, create
from mtf_engine.runs.events import EventWriter, Recorded, encode
from mtf_engine.storage import lock

LINES_A_SECOND = 50_000
_STEP = 0.05


class Journal:
    """What a live run has written so far.

    Parameters
    ----------
    path : Path
        ``events.jsonl``.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._next = path, 0
        with contextlib.closing(EventWriter(path)) as writer:
            writer.append(RunStarted(os.getpid(), "bench", "token", 1))
            self._next = writer.append(PlanReady(0, 1)).seq + 1

    def log(self, lines: int) -> None:
        """Add lines in one go."""
        now = time.time()
        records = [
            Recorded(self._next + i, now, Logged("info", f"epoch {i}: loss {1 / (i + 1):.6f}, a line as models print"))
            for i in range(lines)
        ]
        self._next += lines
        with self._path.open("ab") as file:
            file.write(b"".join(encode(record) + b"\n" for record in records))


@contextlib.contextmanager
def live_run(runs: Path) -> Iterator[Journal]:
    """Own a run directory while it is being watched."""
    here = str(runs.parent)
    request = Request("flood", f"{here}/settings.yaml", here, here, "flood", identity_is_complete=False)
    runs.mkdir()
    directory = create(runs, b"version: 1\n", request)
    lock.acquire(directory.lock)
    yield Journal(directory.events)


def flood(journal: Journal, opened: Screen, seconds: float) -> int:
    """Write `LINES_A_SECOND` for some seconds while the screen is read; how many lines that were."""
    begun, written = time.perf_counter(), 0
    while (passed := time.perf_counter() - begun) < seconds:
        due = int(passed * LINES_A_SECOND) - written
        journal.log(due)
        written += due
        opened.read(_STEP)
    return written
