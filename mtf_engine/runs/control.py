"""The mailbox: how anybody asks something of a run, from any host that sees its directory.

A request is a small file ``control/<time>-<verb>.json``, published by rename and removed by the coordinator once the
answer is in the journal. Requests that arrive while nobody carries the run wait for the next coordinator.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from mtf_engine.domain.event import RunCancelled
from mtf_engine.domain.run import RunStatus
from mtf_engine.errors import RunLocked
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import EventWriter
from mtf_engine.storage import atomic, lock


class Verb(StrEnum):
    """What can be asked."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class ControlRequest:
    """Something asked of a run."""

    verb: Verb
    cell: str | None = None
    """The cell it is about; None means the whole run."""

    now: bool = False
    """Of a pause: running cells are killed and wait again, instead of finishing."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A request as it lies in the mailbox."""

    path: Path
    request: ControlRequest


def post(directory: RunDirectory, request: ControlRequest) -> Path:
    """Put a request into a run's mailbox.

    Returns
    -------
    Path
        The file, which vanishes when the request is carried out.
    """
    path = directory.control / f"{time.time_ns():020d}-{os.getpid()}-{request.verb}.json"
    atomic.write_bytes_atomic(path, msgspec.json.encode(request), durable=False)
    return path


def cancel(directory: RunDirectory, cell: str | None = None) -> None:
    """Ask for the end of a run or of one cell; a run that nobody carries is ended here and now.

    Parameters
    ----------
    directory : RunDirectory
        The run.
    cell : str, optional
        A cell's id; None means the whole run.
    """
    post(directory, ControlRequest(Verb.CANCEL, cell=cell))
    if cell is not None or states.read(directory).status is not RunStatus.INTERRUPTED:
        return
    with contextlib.suppress(RunLocked):  # somebody took it up meanwhile, and finds the request
        held = lock.acquire(directory.lock)
        try:
            writer = EventWriter(directory.events)
            writer.append(RunCancelled())
            writer.close()
        finally:
            held.release()
        withdraw_cancel(directory)


def pending(directory: RunDirectory) -> tuple[Letter, ...]:
    """List the requests that wait, oldest first. Files that hold none are removed."""
    try:
        names = sorted(name for name in os.listdir(directory.control) if name.endswith(".json"))
    except FileNotFoundError:
        return ()
    letters = []
    for name in names:
        path = directory.control / name
        if atomic.is_temporary(path):
            continue
        try:
            letters.append(Letter(path, msgspec.json.decode(path.read_bytes(), type=ControlRequest)))
        except FileNotFoundError:
            continue
        except msgspec.DecodeError:
            atomic.remove(path)
    return tuple(letters)


def settle(letter: Letter) -> None:
    """Take a request out of the mailbox, once the journal has the answer."""
    atomic.remove(letter.path)


def withdraw_cancel(directory: RunDirectory) -> None:
    """Drop requests to cancel the whole run, and what was asked of it before: who starts it again wants it to run."""
    letters = [letter for letter in pending(directory) if letter.request.cell is None]
    while letters and letters[-1].request.verb is not Verb.CANCEL:
        letters.pop()
    for letter in letters:
        settle(letter)


def withdraw_all(directory: RunDirectory) -> None:
    """Drop what was asked of the whole run and came too late to matter: it has finished."""
    for letter in pending(directory):
        if letter.request.cell is None:
            settle(letter)
