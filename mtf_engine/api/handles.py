"""A run as others see it: what its directory says, and requests dropped into its mailbox."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mtf_engine.domain.event import Event
from mtf_engine.domain.results import Results
from mtf_engine.domain.run import RunState, RunStatus
from mtf_engine.errors import RunError, RunOver, SettingsError
from mtf_engine.runs import catalogue, control, summary
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import Follower, Recorded
from mtf_engine.storage import lock

if TYPE_CHECKING:
    from pandas import DataFrame

    from mtf_engine.domain.plan import Plan

_POLL_SECONDS = 0.1
_OVER = {RunStatus.FINISHED, RunStatus.CANCELLED, RunStatus.REJECTED}
"""Failed runs are not among them: what is asked of one waits for the process that takes it up again."""


@dataclass(frozen=True, slots=True)
class RunUpdate:
    """What happened since the last update, and the state that it led to."""

    state: RunState
    records: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class RunResults(Results):
    """The results of a run, whose tables can be had as frames."""

    def to_pandas(self, table: str = "scores") -> DataFrame:
        """Turn one table into a frame, a row each, numbers in full precision.

        Parameters
        ----------
        table : str, default "scores"
            ``datasets``, ``scores``, ``comparisons``, ``rankings``, ``checks``, ``failures`` or ``timing``.

        Raises
        ------
        ValueError
            There is no such table.
        """
        from mtf_engine.reports.frames import frame_of

        return frame_of(self, table)


class Events(Iterator[Event]):
    """The events of a run, from the first on.

    Parameters
    ----------
    handle : RunHandle
        The run.
    follow : bool
        Whether to wait for more until the run is no longer live.
    """

    def __init__(self, handle: RunHandle, follow: bool) -> None:
        self._directory = handle.directory
        self._follow = follow
        self._events = (record.event for record in handle.records(follow=follow))

    def __next__(self) -> Event:
        """Wait for the next event."""
        return next(self._events)

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Yield events without blocking the loop."""
        from mtf_engine.runs.following import follow

        if not self._follow:
            for event in self:
                yield event
            return
        async for record in follow(self._directory):
            yield record.event


@dataclass(frozen=True, slots=True)
class RunHandle:
    """A run, live or over: read its directory, drop requests into its mailbox."""

    directory: RunDirectory
    launched: bool = False
    """Whether this call started the process that carries it."""

    @property
    def id(self) -> str:
        """The run's id."""
        return self.directory.id

    @property
    def path(self) -> Path:
        """The run directory."""
        return self.directory.path

    def state(self) -> RunState:
        """Read the state, status included."""
        return states.read(self.directory)

    def status(self) -> RunStatus:
        """Read the status alone, which costs little once the run has finished."""
        return summary.read(self.directory).status

    def events(self, *, follow: bool = True) -> Events:
        """Yield events from the first on, to ``for`` and to ``async for``.

        Parameters
        ----------
        follow : bool, default True
            Wait for more until the run is no longer live.
        """
        return Events(self, follow)

    def records(self, *, follow: bool = True) -> Iterator[Recorded]:
        """Yield events from the first on, each with its place in the journal and its time.

        Parameters
        ----------
        follow : bool, default True
            Wait for more until the run is no longer live.
        """
        if not follow:
            yield from Follower(self.directory.events).read()
            return
        for update in self.updates(interval=_POLL_SECONDS):
            yield from update.records

    def __aiter__(self) -> AsyncIterator[Event]:
        """Yield events as they come, without blocking the loop."""
        return aiter(self.events())

    def updates(self, *, interval: float = 0.25, idle: bool = False) -> Iterator[RunUpdate]:
        """Yield the state at once and then whenever something happened, until the run is no longer live.

        Each event is read and folded once, however long the run is.

        Parameters
        ----------
        interval : float, default 0.25
            Seconds between two looks at the journal.
        idle : bool, default False
            Yield at every look, whether something happened or not, for displays with a clock.
        """
        follower, state = Follower(self.directory.events), RunState(self.id)
        told: RunStatus | None = None
        while True:
            seen = lock.look(self.directory.lock)
            records = follower.read()
            state = states.fold(state, records)
            shown = states.as_seen(state, seen)
            if idle or records or shown.status is not told:
                told = shown.status
                yield RunUpdate(shown, records)
            if not shown.status.is_live:
                return
            time.sleep(interval)

    def wait(self, *, timeout: float | None = None) -> RunState:
        """Wait until the run is no longer live.

        Raises
        ------
        TimeoutError
            It still is after ``timeout`` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        state = RunState(self.id)
        for update in self.updates(interval=_POLL_SECONDS, idle=True):
            state = update.state
            if state.status.is_live and deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"{self.id} is still {state.status} after {timeout} seconds.")
        return state

    def pause(self, *, now: bool = False) -> None:
        """Ask for no new cells; ``now`` also stops the running ones, which start again on resume.

        Raises
        ------
        RunOver
            The run has ended.
        """
        self._require_unfinished("paused")
        control.post(self.directory, control.ControlRequest(control.Verb.PAUSE, now=now))

    def cancel(self, *, cell: str | None = None) -> None:
        """Ask for the end of the run, or of one cell (its id or a unique prefix).

        Raises
        ------
        RunOver
            The run has ended.
        RunError
            There is no such cell, or several are.
        """
        self._require_unfinished("cancelled")
        control.cancel(self.directory, self._cell(cell))

    def resume(self, *, cell: str | None = None) -> None:
        """Lift a pause, take back a cancellation, or relaunch a run whose process is gone."""
        from mtf_engine.runs import launch

        launch.resume(self.directory, cell=self._cell(cell))

    def _require_unfinished(self, what: str) -> None:
        state = self.state()
        if state.status in _OVER and (state.status is not RunStatus.FINISHED or states.is_complete(state)):
            raise RunOver(f"{self.id} is {state.status.value}: nothing is left to be {what}.")

    def _cell(self, prefix: str | None) -> str | None:
        """Complete a cell's id."""
        if prefix is None:
            return None
        plan = self.plan()
        found = [cell.id for cell in plan.cells if cell.id.startswith(prefix)] if plan else []
        if len(found) != 1:
            what = "No cell has" if not found else f"{len(found)} cells have"
            raise RunError(
                f"{what} an id that begins with {prefix!r}.", hint=f"`mtf show {self.id} --json` lists them."
            )
        return found[0]

    def plan(self) -> Plan | None:
        """Read the plan; None while it is being made.

        Raises
        ------
        RunError
            It is damaged, or of another version of MTF.
        """
        from mtf_engine.domain.plan import Plan

        try:
            return msgspec.json.decode(self.directory.plan.read_bytes(), type=Plan)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise RunError(
                f"The plan of {self.id} cannot be read: {error}.",
                hint="It is damaged, or of another version of MTF: run the settings again, which reuses stored cells.",
            ) from None

    def rejection(self) -> SettingsError | None:
        """What is wrong with the settings of a run that was rejected; None for any other.

        The directory of a rejected run holds nothing but the rejection, and is removed.
        """
        if self.state().status is not RunStatus.REJECTED:
            return None
        from mtf_engine.runs import launch

        error = launch.problems_of(self.directory, self.state())
        launch.discard(self.directory)
        return error

    def results(self) -> RunResults:
        """Read the results; where there are none that can be read, they are computed from the cells that are done.

        Raises
        ------
        RunError
            The run has none yet.
        """
        try:
            return msgspec.json.decode(self.directory.results.read_bytes(), type=RunResults)
        except (FileNotFoundError, msgspec.DecodeError):  # a view: what is damaged is made again
            pass
        from mtf_engine.runs.results import assemble

        if self.plan() is None:
            raise RunError(
                f"{self.id} has no results yet: it is {self.state().status}.",
                hint=f"`mtf watch {self.id}` shows how far it is. "
                "`last` is the run started last; `mtf runs` lists all.",
            )
        found = assemble(self.directory)
        if RunStatus(found.run.status).is_live:
            found = replace(found, run=replace(found.run, exit_code=None))
        return RunResults(**{one.name: getattr(found, one.name) for one in fields(found)})


def open_run(query: str) -> RunHandle:
    """Open a run by its id, a unique prefix, its name, ``last`` or its path.

    Raises
    ------
    RunNotFound
        Nothing matches, or several do.
    """
    return RunHandle(catalogue.find(query))
