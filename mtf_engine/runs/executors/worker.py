"""The process that runs jobs, one at a time.

Before each job the process is put back to where it began: folder, environment, random state, warnings. It dies with
its coordinator, even one that was killed: a thread watches the coordinator's end, and on Linux the kernel does too,
for models that never let a thread run.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import gc
import multiprocessing
import multiprocessing.forkserver
import os
import pickle
import random
import signal
import sys
import threading
import traceback
import warnings
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import threadpoolctl  # type: ignore[import-untyped]

from mtf_engine import environment, plugins
from mtf_engine.domain.cell import Cause
from mtf_engine.errors import MTFError
from mtf_engine.runs.executors import capture
from mtf_engine.runs.executors.protocol import Job, JobFailure
from mtf_engine.text_safety import line, output

_TRACEBACK_BYTES = 20_000
_PR_SET_PDEATHSIG = 1
_OOM_SCORE = "500"
_LIBC = None if sys.platform == "win32" else ctypes.CDLL(None)
_LOADED_THREADS = environment.threads()
"""What the numeric libraries above were loaded with; another number takes milliseconds to set."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How every job of a worker finds its process."""

    working_directory: str
    variables: dict[str, str]
    threads: int
    files: dict[str, bytes]
    """Users' Python files as they were when the run was planned."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker says: that it is ready (no job), or what became of a job."""

    job: str | None = None
    value: object = None
    failure: JobFailure | None = None
    soiled: bool = False
    """Whether the job left threads or children behind, so that the process can't be used again."""


def serve(setup: Setup, inbox: Connection, sink: capture.Sink) -> None:
    """Run jobs until the coordinator closes the connection or dies.

    Parameters
    ----------
    setup : Setup
        What each job finds.
    inbox : Connection
        Jobs come in, answers go out.
    sink : Connection or str
        Where standard output and error go.
    """
    gc.freeze()
    gc.enable()
    _leave_family()
    capture.redirect(sink)
    faulthandler.enable(2)
    plugins.take_files(setup.files)
    environment.restore_variables(setup.variables)
    environment.set_threads(setup.threads)
    if setup.threads != _LOADED_THREADS:
        threadpoolctl.threadpool_limits(setup.threads)
    variables = environment.all_variables()
    threads = threading.active_count()
    inbox.send_bytes(pickle.dumps(Answer()))
    while True:
        try:
            job: Job = pickle.loads(inbox.recv_bytes())
        except EOFError:
            os._exit(0)
        _reset(setup.working_directory, variables, job.seed)
        value, failure = _call(job)
        _flush()
        soiled = threading.active_count() > threads or len(environment.process_tree(os.getpid())) > 1
        inbox.send_bytes(_pack(Answer(job.id, value, failure, soiled)))


def _leave_family() -> None:
    """Arrange to die with the coordinator, to be killed as a group, and to be the kernel's first choice."""
    environment.lead_group()
    threading.Thread(target=_end_with_parent, daemon=True, name="mtf-parent-watch").start()
    if sys.platform != "linux":
        return
    # While children hold the server's end of its alive pipe, it outlives the coordinator and they outlive both.
    server = vars(multiprocessing.forkserver._forkserver)
    if server.get("_forkserver_alive_fd") is not None:
        os.close(server["_forkserver_alive_fd"])
        server.update(_forkserver_alive_fd=None, _forkserver_address=None, _forkserver_pid=None)
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    connection.wait([parent.sentinel])
    for child in environment.process_tree(os.getpid())[1:]:
        environment.kill_tree(child)
    environment.kill_group(os.getpid())
    os._exit(1)


def _reset(working_directory: str, variables: dict[str, str], seed: int) -> None:
    os.chdir(working_directory)
    environment.restore_variables(variables)
    random.seed(seed)
    np.random.seed(seed)


def _call(job: Job) -> tuple[object, JobFailure | None]:
    streams = sys.stdout, sys.stderr
    try:
        with warnings.catch_warnings():
            return job.function(job.argument), None
    except BaseException as error:  # a model may raise anything, SystemExit and KeyboardInterrupt included
        return None, _failure(error)
    finally:
        sys.stdout, sys.stderr = streams


def _failure(error: BaseException) -> JobFailure:
    cause = Cause.MEMORY if isinstance(error, MemoryError) else Cause.EXCEPTION
    frames = error.__traceback__.tb_next if error.__traceback__ else None
    try:
        text = error.message if isinstance(error, MTFError) else str(error)
    except Exception:
        text = "(its message cannot be read)"
    try:
        trace = "".join(traceback.format_exception(type(error), error, frames))
    except Exception:
        trace = "(its traceback cannot be read)"
    named = text if isinstance(error, MTFError) else f"{type(error).__name__}: {text}".removesuffix(": ")
    hint = error.hint if isinstance(error, MTFError) else None
    return JobFailure(cause, line(named), hint, output(trace[-_TRACEBACK_BYTES:], _TRACEBACK_BYTES))


def _flush() -> None:
    """Bring everything that was printed into the pipe, by Python and by C, before the answer."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    if _LIBC is not None:
        _LIBC.fflush(None)


def _pack(answer: Answer) -> bytes:
    try:
        return pickle.dumps(answer)
    except Exception as error:
        return pickle.dumps(Answer(answer.job, None, _failure(error), answer.soiled))
