"""The watch over running jobs: a thread that reads their output, and ends those that exceed their limits.

Memory is what a process tree holds in private, sampled ten times a second; an address-space limit would count mapped
files, which cost nothing. The watch runs in a thread of its own so that a coordinator that is busy with other things
never lets a job eat the machine.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from multiprocessing import connection

from mtf_engine import environment
from mtf_engine.domain.cell import Cause, Limits
from mtf_engine.runs.executors.capture import Capture

_SAMPLE_SECONDS = 0.1
_LONGEST_SAMPLE_SECONDS = 1.0
"""What passes beyond that between two looks is no running time: a container that was paused, a machine that slept."""


@dataclass(slots=True)
class Watched:
    """A job under watch."""

    pid: int
    capture: Capture
    limits: Limits
    started: float = field(default_factory=time.monotonic)
    spent: float = 0.0
    """Seconds that it has run, as far as its limit is concerned."""
    memory: int = 0
    """As last sampled, bytes."""
    peak: int = 0
    verdict: Cause | None = None
    """Why it was ended, when somebody ended it."""


class Watch:
    """Watches any number of jobs; `close` ends the thread."""

    def __init__(self) -> None:
        self._watched: dict[int, Watched] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="mtf-watch")
        self._thread.start()

    def add(self, watched: Watched) -> None:
        """Begin to watch a job."""
        with self._lock:
            self._watched[watched.pid] = watched

    def remove(self, pid: int) -> None:
        """Stop watching; from here on the job is not ended any more."""
        with self._lock:
            self._watched.pop(pid, None)

    def end(self, pid: int, cause: Cause) -> None:
        """End a job and remember why."""
        with self._lock:
            if pid in self._watched:
                self._end(self._watched[pid], cause)

    def close(self) -> None:
        """Stop the thread."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        due = looked = time.monotonic()
        while not self._closed.is_set():
            self._read_until(due)
            now = time.monotonic()
            passed, looked = min(now - looked, _LONGEST_SAMPLE_SECONDS), now
            due = now + _SAMPLE_SECONDS
            with self._lock:
                for watched in self._watched.values():
                    watched.spent += min(passed, max(0.0, now - watched.started))
                    self._judge(watched)

    def _read_until(self, due: float) -> None:
        """Read output as it comes until the next sample is due."""
        while (left := due - time.monotonic()) > 0 and not self._closed.is_set():
            with self._lock:
                sources = {watched.capture.source: pid for pid, watched in self._watched.items()}
            readable = [source for source in sources if source is not None]
            if not readable:
                self._closed.wait(left)
                continue
            try:
                ready = connection.wait(readable, left)
            except (OSError, ValueError):  # a pipe was closed meanwhile
                continue
            with self._lock:
                idle = [self._read(sources[source]) for source in ready]  # type: ignore[index]
            if any(idle):
                self._closed.wait(left)

    def _read(self, pid: int) -> bool:
        """Read a job's output; True when its pipe has ended, which would be ready for ever."""
        watched = self._watched.get(pid)
        return watched is not None and not watched.capture.drain()

    def _judge(self, watched: Watched) -> None:
        memory = environment.process_memory(watched.pid)
        watched.memory, watched.peak = memory, max(watched.peak, memory)
        limits = watched.limits
        if limits.memory_bytes is not None and memory > limits.memory_bytes:
            self._end(watched, Cause.MEMORY)
        elif limits.seconds is not None and watched.spent > limits.seconds:
            self._end(watched, Cause.TIMEOUT)

    @staticmethod
    def _end(watched: Watched, cause: Cause) -> None:
        if watched.verdict is None:
            watched.verdict = cause
            environment.kill_tree(watched.pid)
