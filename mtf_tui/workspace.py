"""What is open: a settings file, a run, its plan, state, log and results. Screens read it and never keep copies."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mtf_engine.domain.outlines import PartProgress, PlanOutline
from mtf_engine.domain.plan import CellCosts, Plan
from mtf_engine.domain.results import Results
from mtf_engine.domain.run import RunState, RunStatus
from mtf_engine.errors import MTFError, Problem, SettingsError
from mtf_engine.standings import Index
from mtf_tui.draft import Draft
from mtf_tui.engine_protocol import RunClient, RunEntry, RunUpdate
from mtf_tui.live import Grid, Matrix, grid, matrix
from mtf_tui.logbook import Logbook
from mtf_tui.places import DEFAULT_SETTINGS
from mtf_tui.time_left import Countdown, seconds_left


@dataclass(frozen=True, slots=True)
class Reading:
    """Data on their way."""

    received: int
    total: int | None
    since: float
    """Seconds since the epoch."""

    parts: Mapping[str, PartProgress] = field(default_factory=dict)
    """How far each data set is."""


class Workspace:
    """Changed only by the app, in one task; screens are told and repaint from it.

    Parameters
    ----------
    settings : Path, optional
        The settings file that is open.
    place : Path
        Where settings are written while no file is open.
    tick : int, default 1
        Seconds between two steps of the clocks on the screen.
    """

    def __init__(self, settings: Path | None = None, *, place: Path = DEFAULT_SETTINGS, tick: int = 1) -> None:
        self.settings = settings
        self.place = place
        self.draft: Draft | None = None
        """Its text as it is being edited; None while it cannot be read."""

        self.run: RunClient | None = None
        self.is_starting = False
        """Whether a run was asked for that has not begun."""

        self.state: RunState | None = None
        self.plan: Plan | None = None
        self.costs: CellCosts | None = None
        """What past runs say that its cells take; None while nothing is known."""

        self.results: Results | None = None
        self.index: Index | None = None
        """The results by data set and metric."""

        self.reads_results = False
        """Whether the results of the open run may still come."""

        self.log = Logbook()
        self.runs: tuple[RunEntry, ...] | None = None
        """The history; None until it was first read."""

        self.outline: PlanOutline | None = None
        """What a run of the open settings would do; None until it was computed."""

        self.outline_error: MTFError | None = None
        """Why there is no outline."""

        self.reading: Reading | None = None
        """How far the outline is; None when nothing is read."""

        self._tick = tick

        self._countdown = Countdown()
        self._grid: tuple[Plan, Grid] | None = None
        self._matrix: tuple[RunState, Results | None, Matrix] | None = None

    def open(self, run: RunClient) -> None:
        """Make a run the open one; nothing of the one before stays."""
        self.run = run
        self.state = self.plan = self.costs = self.results = self.index = self._matrix = None
        self.reads_results = True
        self.log = Logbook()
        self._countdown = Countdown()

    def update(self, update: RunUpdate, *, anew: bool = False) -> None:
        """Take in what happened.

        Parameters
        ----------
        update : RunUpdate
            Of the open run.
        anew : bool, default False
            Whether it tells the run from its beginning, so that the log begins again.
        """
        self.state = update.state
        self.log = Logbook() if anew else self.log
        primary = {d.dataset.name: d.primary_metric for d in self.plan.datasets} if self.plan else {}
        self.log.take(update.events, primary)

    @property
    def unsaved_text(self) -> str | None:
        """The text on the screen where the file holds another one."""
        return self.draft.text if self.draft is not None and self.draft.is_dirty else None

    @property
    def wrong(self) -> MTFError | None:
        """What keeps the open settings from being run, as far as it is known: of their text, else of the data."""
        if self.draft is not None and self.draft.problems:
            return SettingsError(list(self.draft.problems))
        return self.outline_error

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The same, one for each place in the settings."""
        return tuple(wrong.problems) if isinstance(wrong := self.wrong, SettingsError) else ()

    @property
    def is_live(self) -> bool:
        """Whether the open run has a process at work."""
        return self.state is not None and self.state.status.is_live

    @property
    def matrix(self) -> Matrix | None:
        """Cells as models by data sets, once there is a plan; made once a state and its results."""
        if self.plan is None or self.state is None:
            return None
        if self._matrix is None or self._matrix[0] is not self.state or self._matrix[1] is not self.results:
            if self._grid is None or self._grid[0] is not self.plan:
                self._grid = self.plan, grid(self.plan)
            self._matrix = self.state, self.results, matrix(self._grid[1], self.state, self.results)
        return self._matrix[2]

    def now(self) -> float:
        """Seconds since the epoch; a run that is over stands still."""
        if self.state is not None and not self.state.status.is_live and self.state.updated is not None:
            return self.state.updated
        return time.time() // self._tick * self._tick

    def seconds_left(self, now: float) -> float | None:
        """The honest estimate: steady, and none before there is something to go by."""
        if self.plan is None or self.state is None or self.state.status is not RunStatus.RUNNING:
            return None
        return self._countdown.update(seconds_left(self.plan, self.state, now, self.costs), now)

    def elapsed(self, now: float) -> float | None:
        """Seconds since the run began."""
        return None if self.state is None else self.state.elapsed(now)
