"""What an executor is: takes jobs, yields what became of them, kills one when asked.

A job is a module-level function with a plain argument, so that it can run in another process or on another machine.
An executor knows nothing of cells, and is never trusted to write into a run: its results are plain values, and the
coordinator is the only writer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mtf_engine.domain.cell import Cause, Limits


@dataclass(frozen=True, slots=True)
class Job:
    """One call of a function somewhere else."""

    id: str
    """Unique among the jobs at hand."""

    function: Callable[[Any], object]
    """Importable by name."""

    argument: object = None
    """Picklable."""

    limits: Limits = field(default_factory=Limits)
    seed: int = 0
    """What ``random`` and ``numpy.random`` are seeded with before the call, 0 to 2**32 - 1."""

    isolated: bool = False
    """Whether nothing may be left of the job for the next one: it gets a process of its own."""

    brief: bool = False
    """Whether it is expected to be over in no time: it may wait in a worker for another such job to end."""

    affinity: str = ""
    """Isolated jobs of equal affinity may share a process where starting one costs seconds."""


@dataclass(frozen=True, slots=True)
class JobFailure:
    """Why a job has no value."""

    cause: Cause
    message: str
    hint: str | None = None
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """A job's clock runs."""

    job: str
    worker: int
    """Which of the concurrent places it took, from 1."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A job has an outcome: a value or a failure."""

    job: str
    worker: int
    value: object
    failure: JobFailure | None
    seconds: float
    peak_rss_bytes: int
    """Largest private memory of its process tree that was seen."""

    output: str
    """What it printed, made safe, at most 1 MB."""


class Executor(Protocol):
    """Where jobs run."""

    @property
    def workers(self) -> int:
        """How many jobs run at once."""

    def submit(self, job: Job) -> None:
        """Queue a job."""

    def poll(self, timeout: float) -> tuple[Started | Ended, ...]:
        """Wait up to ``timeout`` seconds for something to happen, and say what did."""

    def cancel(self, job: str) -> None:
        """End a job, queued or running; it ends with the cause ``cancelled``. An unknown one is ignored."""

    def memory(self) -> Mapping[str, int]:
        """Say what each running job holds: its id → bytes of private memory, as last sampled."""

    def close(self) -> None:
        """End everything at once; jobs that run are lost."""
