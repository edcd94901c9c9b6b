"""The start: what the first picture says, and what is loaded and opened behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mtf_engine.errors import MTFError
from mtf_tui import rooms
from mtf_tui.messages import EngineFailed
from mtf_tui.screens.frame import OpeningScreen
from mtf_tui.text import safe

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp
    from mtf_tui.connecting import Connection

_BEFORE_WARMING = 0.5
"""Seconds after the first screen from which the others are loaded."""


_ABOUT_SETTINGS = ("sources", "pipeline", "models")
"""Screens that are worth coming back to without an open run."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the app is opened on, besides a settings file."""

    connect: Callable[[], Connection] | None = None
    """Finds the engine once the first picture is painted, and what to open of it."""

    source: str = ""
    """Data to propose settings for."""

    run: str | None = None
    """Run to open: an id, a unique prefix, a name, ``last`` or a path."""

    begin: bool = False
    """Whether to start the run of the settings at once."""

    def screen(self, app: MTFApp) -> OpeningScreen:
        """The first picture."""
        if self.begin:
            return OpeningScreen("run", "Starting the demo")
        if self.run is not None:
            return OpeningScreen("run", "Opening the run")
        name = self.source or (app.given_settings.name if app.given_settings is not None else "")
        tab = "sources" if self.source else _first_screen(app)
        return OpeningScreen(tab, f"Reading {safe(name).plain}" if name else "Opening")

    async def open(self, app: MTFApp) -> None:
        """Load the rest, and show the first screen."""
        run, last = self.run, None
        if self.connect is not None:
            try:
                found = await asyncio.to_thread(self.connect)
            except (MTFError, OSError) as error:
                app.post_message(EngineFailed(error, "find the runs"))
            else:
                app.client, app.given_settings, run, last = found.client, found.settings, found.run, found.last
        if run is not None:
            app.switch_mode("run")
            app.following.open(run)
        elif self.begin:
            app.following.start()
        else:
            app.switch_mode("sources" if self.source else _first_screen(app))
            if self.source:
                app.sourcing.add(self.source)
            elif last is not None:
                app.following.open(last)
        if app.given_settings is not None and not self.begin:
            app.outlining.read()
        place = app.given_settings or app.place
        if not (self.begin or self.source or self.run) and app.unsaved.store.place(place).exists():
            app.work_on(partial(app.saving.offer_unsaved, place), group="save")
        for problem in app.preferences.problems:
            app.notify(problem, severity="warning", timeout=10)
        if self.connect is not None:
            app.set_timer(_BEFORE_WARMING, lambda: app.work_on(partial(rooms.prepare, app), group="prepare"))


def _first_screen(app: MTFApp) -> str:
    """The screen that was last seen, where there is something on it."""
    last = app.store.state.screen
    return last if last == "runs" or (last in _ABOUT_SETTINGS and app.given_settings is not None) else "sources"
