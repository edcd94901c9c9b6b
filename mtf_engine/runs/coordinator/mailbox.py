"""The coordinator's side of the mailbox and of signals: whether somebody wants the run paused, cancelled or stopped."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from mtf_engine.domain.event import Event, RunPaused, RunResumed
from mtf_engine.runs import control
from mtf_engine.runs.control import ControlRequest, Letter, Verb
from mtf_engine.runs.directory import RunDirectory

_PEEK_SECONDS = 0.2
_LOOK_SECONDS = 0.05


class Cancelled(Exception):
    """Somebody cancelled the run."""


class Stopped(Exception):
    """The process was told to end (SIGTERM or SIGINT); the run can be resumed."""


class Mailbox:
    """What others want of a run.

    Parameters
    ----------
    directory : RunDirectory
        The run.
    paused : bool, default False
        Whether a pause of an earlier attempt still holds.
    """

    def __init__(self, directory: RunDirectory, *, paused: bool = False) -> None:
        self._directory = directory
        self.is_paused = paused
        """Whether no new cells shall start."""

        self._stop: int | None = None
        self._peeked = 0.0
        self._heeded = 0.0
        self._looked = 0.0
        self._cancelled = False
        self._guard = threading.Lock()

    def listen_to_signals(self) -> None:
        """Take SIGTERM and SIGINT as requests to stop; called in the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def letters(self) -> tuple[Letter, ...]:
        """List the requests that wait, oldest first."""
        return control.pending(self._directory)

    def news(self) -> tuple[Letter, ...]:
        """List the requests that wait, but look no more often than people can tell."""
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return ()
        self._looked = now
        return self.letters()

    def wants_end(self) -> bool:
        """Whether the run shall end now, from any thread and cheap to ask often."""
        with self._guard:
            now = time.monotonic()
            if not self._cancelled and now - self._peeked > _PEEK_SECONDS:
                self._peeked = now
                self._cancelled = any(
                    letter.request.verb is Verb.CANCEL and letter.request.cell is None for letter in self.letters()
                )
            return self._cancelled or self._stop is not None

    def heed_pauses(self, journal: Callable[[Event], None]) -> None:
        """Answer requests to pause and to go on, while there are no cells yet that they would concern.

        Parameters
        ----------
        journal : callable
            Puts the answer on record before the request is taken out.
        """
        with self._guard:
            now = time.monotonic()
            if now - self._heeded < _PEEK_SECONDS:
                return
            self._heeded = now
            for letter in self.letters():
                match letter.request:
                    case ControlRequest(verb=Verb.PAUSE, now=at_once):
                        self.is_paused = True
                        journal(RunPaused(at_once))
                    case ControlRequest(verb=Verb.RESUME, cell=None):
                        if self.is_paused:
                            journal(RunResumed())
                        self.is_paused = False
                    case _:
                        continue
                control.settle(letter)

    def raise_for_end(self) -> None:
        """Leave what is being done if the run shall end.

        Raises
        ------
        Stopped, Cancelled
            It shall.
        """
        if not self.wants_end():
            return
        if self._stop is not None:
            raise Stopped(signal.Signals(self._stop).name)
        raise Cancelled

    @staticmethod
    def wait(seconds: float) -> None:
        """Let time pass when nothing but a letter can change anything."""
        time.sleep(seconds)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._stop = number
