"""The helper process: previews, profiles, plans and views, computed beside the screen and never in its process.

One child, ``python -m mtf_engine.session``, answers requests one after the other as JSON lines. It is started by the
first request, started again after it was ended, and killed to cancel what it does.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from mtf_engine.domain.outlines import PartProgress
from mtf_engine.errors import MTFError, Problem, RunError, SettingsError
from mtf_tui.engine_protocol import Progress, no_progress

Answer = TypeVar("Answer")

_PIPE_END = 1.0
"""Seconds in which the pipe of an ended process is read to its end."""

_LINE_LIMIT = 64_000_000
"""Bytes of an answer: a page of rows with wide cells stays far below it."""


@dataclass(frozen=True, slots=True)
class _Told:
    received: int
    total: int | None = None
    parts: Mapping[str, PartProgress] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Refusal:
    message: str
    hint: str | None = None
    problems: tuple[Problem, ...] = ()


class _Line(msgspec.Struct, frozen=True):
    id: int | str | None = None
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: _Refusal | None = None
    progress: _Told | None = None


class Helper:
    """Asks the helper process; one request at a time, later ones wait.

    Parameters
    ----------
    log : Path, optional
        File for its tracebacks and what user code prints; nothing is kept when absent.
    """

    def __init__(self, log: Path | None = None) -> None:
        self._arguments = () if log is None else (str(log),)
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.Future[None] | None = None
        self._turn = asyncio.Lock()
        self._ids = itertools.count(1)

    async def ask(
        self, method: str, parameters: Mapping[str, object], kind: type[Answer], *, progress: Progress = no_progress
    ) -> Answer:
        """Ask and wait for the answer; cancelling ends the process, so that it stops what it does.

        Parameters
        ----------
        method : str
            Name of the method.
        parameters : mapping
            Its parameters, as JSON has them.
        kind : type
            Type of the answer.
        progress : callable, optional
            Told what was received, and of how much.

        Raises
        ------
        MTFError
            What the helper refused, in its words.
        """
        async with self._turn:
            try:
                return await self._ask(method, parameters, kind, progress)
            except asyncio.CancelledError:
                await self.close()
                raise

    async def _ask(
        self, method: str, parameters: Mapping[str, object], kind: type[Answer], progress: Progress
    ) -> Answer:
        process = await self._started()
        if process.stdin is None or process.stdout is None:
            raise RunError("The engine's helper has no pipes.")
        request = {"id": next(self._ids), "method": method, "params": dict(parameters)}
        try:
            process.stdin.write(msgspec.json.encode(request) + b"\n")
            await process.stdin.drain()
            while line := await process.stdout.readline():
                told = msgspec.json.decode(line, type=_Line)
                if told.id != request["id"]:
                    continue
                if told.progress is None:
                    return _read(told, kind)
                progress(told.progress.received, told.progress.total, told.progress.parts)
        except (ConnectionError, msgspec.DecodeError, ValueError) as error:
            await self.close()
            raise RunError(f"The engine's helper broke off: {error}", hint="Try again; it starts anew.") from error
        await self.close()
        raise RunError("The engine's helper ended while it was asked.", hint="Try again; it starts anew.")

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "mtf_engine.session",
                    *self._arguments,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                    limit=_LINE_LIMIT,
                )
            except OSError as error:
                raise RunError(
                    f"The engine's helper cannot be started: {error.strerror or error}.",
                    hint="Close other programs, then try again: memory, processes or open files may have run out.",
                ) from error
        return self._process

    async def close(self) -> None:
        """End the process; the next request starts another.

        Whoever is cancelled while it waits for the end leaves it to those who ask after it, such as the app that exits.
        """
        process, self._process = self._process, None
        if process is not None:
            self._ending = asyncio.ensure_future(_end(process))
        if self._ending is not None:
            await asyncio.shield(self._ending)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill a process, and wait until it and its pipe are gone."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
    if process.stdout is not None:
        with contextlib.suppress(TimeoutError, RuntimeError):  # a child of it may hold the pipe, another may read it
            await asyncio.wait_for(process.stdout.read(), _PIPE_END)


def _read(told: _Line, kind: type[Answer]) -> Answer:
    if told.error is not None:
        if told.error.problems:
            raise SettingsError(list(told.error.problems), hint=told.error.hint)
        raise MTFError(told.error.message, hint=told.error.hint)
    return msgspec.json.decode(told.result, type=kind)
