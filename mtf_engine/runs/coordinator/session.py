"""A coordinator's hold on a run directory: the lock, the journal and the heartbeat, from start to end.

Nothing is written into the run without the lock's token being read back first, so a coordinator that was suspended
and replaced meanwhile stops at its next word. Light: the run shows that it has begun before anything heavy is loaded.
"""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from mtf_engine.domain.event import Event, Logged, RunStarted
from mtf_engine.domain.run import RunState
from mtf_engine.errors import RunLocked
from mtf_engine.runs import state as states
from mtf_engine.runs.coordinator.narration import narrate
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import EventWriter, Recorded
from mtf_engine.storage import atomic, lock
from mtf_engine.text_safety import line

_SYNC_SECONDS = 1.0
_PATIENCE_SECONDS = 20.0
_log = logging.getLogger("mtf.run")


class Session:
    """Ownership of a run, from its first event to the release of its lock.

    Parameters
    ----------
    path : Path
        The run directory.
    token : str
        The lock's token, by which the launcher knows that its own process has begun.

    Raises
    ------
    RunLocked
        Somebody else carries the run.
    """

    def __init__(self, path: Path, token: str) -> None:
        self.directory = RunDirectory(path)
        # One that has written its last event may still hold the lock for a moment.
        patience = 0.0 if states.read(self.directory).status.is_live else _PATIENCE_SECONDS
        self._lock = lock.acquire(self.directory.lock, token=token, patience=patience)
        self._guard = threading.Lock()
        self._ended = threading.Event()
        try:
            self._writer = EventWriter(self.directory.events)
            before = states.read(self.directory)
            # Results of an earlier attempt would be taken for this one's.
            atomic.remove(self.directory.results)
            owner = self._lock.owner
            record = self._append(RunStarted(os.getpid(), owner.host, owner.token, before.attempt + 1))
        except BaseException:
            self._lock.release()
            raise
        self.state: RunState = states.fold(before, [record])
        """As it was when this attempt began, its own start included."""

        self.is_lost = False
        """Whether the heartbeat has found another owner; cheap to ask."""

        self._heart = threading.Thread(target=self._beat, daemon=True, name="mtf-heartbeat")
        self._heart.start()

    def check(self) -> None:
        """Make sure that the run is still ours; called before anything is published.

        Raises
        ------
        RunLocked
            Somebody took over.
        """
        self._lock.check()

    def journal(self, event: Event, *, at: float | None = None) -> None:
        """Append an event, from any thread.

        Parameters
        ----------
        event : Event
            What happened.
        at : float, optional
            When, in seconds since the epoch; now when absent.

        Raises
        ------
        RunLocked
            Somebody took over.
        OSError
            The journal cannot be written.
        """
        self._append(event, at=at)
        told = narrate(event)
        if told is not None:
            _log.log(told.level, "%s", line(told.text))

    def tell(self, message: str, *, level: str = "info", cell: str | None = None) -> None:
        """Say something to people: in the log, and in the journal for a UI's log."""
        self.journal(Logged(level, message, cell))

    def close(self) -> None:
        """Stop the heartbeat and give the run back."""
        self._ended.set()
        self._heart.join()
        with self._guard:
            self._writer.close()
            self._lock.release()

    def _append(self, event: Event, *, at: float | None = None) -> Recorded:
        with self._guard:
            self._lock.check()
            return self._writer.append(event, at=at)

    def _beat(self) -> None:
        """Show that the owner lives, and bound what a power cut can take, without making anybody wait for the disk."""
        waited = 0.0
        while not self._ended.wait(_SYNC_SECONDS):
            try:
                self._lock.check()
                self._writer.sync()
                waited += _SYNC_SECONDS
                if waited >= lock.HEARTBEAT_SECONDS:
                    self._lock.beat()
                    waited = 0.0
            except RunLocked:
                self.is_lost = True
                return
            except OSError as error:
                _log.warning("heartbeat: %s", error)
