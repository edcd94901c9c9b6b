"""Requests and answers as JSON lines over two pipes that nobody else can write to.

``{"id": 1, "method": "...", "params": {...}}`` is answered by ``{"id": 1, "result": ...}`` or
``{"id": 1, "error": {"message", "hint", "problems"}}``; before that there may be
``{"id": 1, "progress": {"received", "total", "parts"}}``. Requests are answered one after the other. What user code
or a library prints goes to the log: stderr, or a file. At the end of its input the process ends; whoever wants to
cancel kills it.
"""

from __future__ import annotations

import os
import queue
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec

from mtf_engine.domain.outlines import PartProgress
from mtf_engine.errors import MTFError, Problem, SettingsError
from mtf_engine.session import methods

MAX_REQUEST = 4_000_000
"""Bytes of a request; a settings file has at most 256,000."""
_PROGRESS_SECONDS = 0.1
_ORPHAN_SECONDS = 0.25
_MOST_LOG = 1_000_000
"""Bytes of a log beyond which a new process begins it anew."""


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the input."""

    method: str
    id: int | str | None = None
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result."""

    message: str
    hint: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipes:
    """The two ends that belong to the protocol alone."""

    requests: BinaryIO
    answers: BinaryIO


def open_log(path: Path) -> Path | None:
    """Make a file the standard error of this process, behind what it holds; None where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if os.fstat(log).st_size > _MOST_LOG:
            os.truncate(path, 0)
        os.dup2(log, 2)
        os.close(log)
    except OSError:
        return None
    return path


def take_pipes() -> Pipes:
    """Keep stdin and stdout for the protocol; what else reads finds nothing, what else writes goes to stderr."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # there is no stderr
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
    os.close(nothing)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    return Pipes(requests, answers)


def serve(log: Path | None = None) -> None:
    """Answer requests until the input ends.

    Parameters
    ----------
    log : Path, optional
        Where tracebacks go, and what user code prints; standard error unless given.
    """
    log = open_log(log) if log is not None else None
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's ctrl+c is the interface's business
    pipes = take_pipes()
    waiting: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_read, args=(pipes, waiting), daemon=True, name="requests").start()
    while line := waiting.get():
        try:
            _answer(line, pipes.answers, log)
        except BrokenPipeError:
            break
    os._exit(0)  # a library's threads must not keep the process alive


def _read(pipes: Pipes, waiting: queue.Queue[bytes]) -> None:
    """Hand over lines; after the last one, watch for the end of whoever asked."""
    while line := pipes.requests.readline(MAX_REQUEST + 1):
        if len(line) > MAX_REQUEST:
            while line and not line.endswith(b"\n"):
                line = pipes.requests.readline(MAX_REQUEST)
            line = b"too long\n"
        if line.strip():
            waiting.put(line)
    waiting.put(b"")
    while not _is_abandoned(pipes.answers):
        time.sleep(_ORPHAN_SECONDS)
    os._exit(0)


def _is_abandoned(answers: BinaryIO) -> bool:
    """Whether nobody can read the answers any more."""
    if not hasattr(select, "poll"):
        return False
    watcher = select.poll()
    watcher.register(answers.fileno(), 0)
    gone = select.POLLERR | select.POLLHUP  # Linux and macOS say the same by one each
    return any(event & gone for _, event in watcher.poll(0))


def _answer(line: bytes, answers: BinaryIO, log: Path | None) -> None:
    request_id: int | str | None = None
    try:
        request = _decode(line)
        request_id = request.id
        method = methods.find(request.method)
        parameters = methods.parameters_of(method, request.params, name=request.method)
        result = method.answer(parameters, _Progress(request_id, answers))
        content = encode({"id": request_id, "result": result})
    except BrokenPipeError:
        raise
    except BaseException as error:  # user code may raise SystemExit too
        content = encode({"id": request_id, "error": _explain(error, log)})
    answers.write(content)
    answers.flush()


def _decode(line: bytes) -> Request:
    if line == b"too long\n":
        raise MTFError(f"The request has more than {MAX_REQUEST:,} bytes.")
    try:
        return msgspec.json.decode(line, type=Request)
    except msgspec.MsgspecError as error:
        hint = 'A request is one line such as {"id": 1, "method": "ping", "params": {}}.'
        raise MTFError(f"This is no request: {error}.", hint=hint) from error


def _explain(error: BaseException, log: Path | None) -> Failure:
    if isinstance(error, SettingsError):
        return Failure(error.message, error.hint, tuple(error.problems))
    if isinstance(error, MTFError):
        return Failure(error.message, error.hint)
    traceback.print_exception(error)
    told = str(error).strip()
    message = f"{type(error).__name__}: {told}" if told else type(error).__name__
    place = "its standard error" if log is None else str(log)
    return Failure(f"The engine's helper could not answer: {message}", f"The details are in {place}.")


class _Progress:
    """Tells how far a method is, at most ten times a second."""

    def __init__(self, request_id: int | str | None, answers: BinaryIO) -> None:
        self._id = request_id
        self._answers = answers
        self._told = 0.0
        self._over = 0
        self._lock = threading.Lock()

    def __call__(
        self, received: int, total: int | None, parts: Mapping[str, PartProgress] = methods.NO_PARTS, /
    ) -> None:
        """Write a line unless one was just written; a part that comes to its end is always told. From any thread."""
        with self._lock:
            now = time.monotonic()
            over = sum(part.state != "reading" for part in parts.values())
            if now - self._told < _PROGRESS_SECONDS and received != total and over == self._over:
                return
            self._told, self._over = now, over
            told: dict[str, object] = {"received": received, "total": total}
            if parts:
                told["parts"] = parts
            self._answers.write(encode({"id": self._id, "progress": told}))
            self._answers.flush()


def encode(answer: Mapping[str, object]) -> bytes:
    """Write an answer as one line; text that is no Unicode is made so."""
    try:
        return msgspec.json.encode(answer) + b"\n"
    except UnicodeEncodeError:
        return msgspec.json.encode(_repaired(msgspec.to_builtins(answer))) + b"\n"


def _repaired(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {_repaired(key): _repaired(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_repaired(item) for item in value]
    return value
