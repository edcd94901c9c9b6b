"""What is loaded once the first picture is on the screen.

This is the only module of the UI with imports inside functions (the command line aside, whose ``--help`` needs none of
it). The app imports what paints its first picture: the bars, the themes, the actions. Everything else, the engine's
facade and types first, is asked for here when it is first needed, so that opening the UI costs little more than an
empty one. ``docs/explanation/terminal-ui.md`` has the reasons and a test holds the list of modules.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from textual.driver import Driver

    from mtf_tui.app import MTFApp
    from mtf_tui.connecting import Connection
    from mtf_tui.editing import Editing
    from mtf_tui.following import Following
    from mtf_tui.kept import Kept
    from mtf_tui.notices import Notices
    from mtf_tui.outlining import Outlining
    from mtf_tui.saving import Saving
    from mtf_tui.screens.page import Page
    from mtf_tui.sourcing import Sourcing
    from mtf_tui.unsaved import Keeping
    from mtf_tui.widgets.dialog import Dialog
    from mtf_tui.workspace import Workspace


class Rooms:
    """What the app does besides painting; each room is opened when it is first asked for."""

    @property
    def _app(self) -> MTFApp:
        return cast("MTFApp", self)

    @cached_property
    def workspace(self) -> Workspace:
        """What is open."""
        from mtf_tui.workspace import Workspace

        return Workspace(self._app.given_settings, place=self._app.place, tick=self._app.terminal.clock_tick)

    @cached_property
    def editing(self) -> Editing:
        """Changes of the settings."""
        from mtf_tui.editing import Editing

        return Editing(self._app)

    @cached_property
    def unsaved(self) -> Keeping:
        """What becomes of changes when the app ends."""
        from mtf_tui.unsaved import Keeping

        return Keeping(self._app)

    @cached_property
    def saving(self) -> Saving:
        """Writing of the settings."""
        from mtf_tui.saving import Saving

        return Saving(self._app)

    @cached_property
    def outlining(self) -> Outlining:
        """What a run would do."""
        from mtf_tui.outlining import Outlining

        return Outlining(self._app)

    @cached_property
    def sourcing(self) -> Sourcing:
        """Data sets that are added and changed."""
        from mtf_tui.sourcing import Sourcing

        return Sourcing(self._app)

    @cached_property
    def following(self) -> Following:
        """The open run."""
        from mtf_tui.following import Following

        return Following(self._app)

    @cached_property
    def kept(self) -> Kept:
        """Dialogs that are made once."""
        from mtf_tui.kept import Kept

        return Kept(self._app)

    @cached_property
    def notices(self) -> Notices:
        """Errors and copies."""
        from mtf_tui.notices import Notices

        return Notices(self._app)


def prompt(driver: type[Driver]) -> type[Driver]:
    """A driver that obeys a lone `esc` at once, in the place of the one for a terminal; any other stays."""
    try:
        from textual.drivers.linux_driver import LinuxDriver

        from mtf_tui.keyboard import PromptDriver
    except ImportError:
        return driver
    return PromptDriver if driver is LinuxDriver else driver


def connection(what: str | None, *, settings: Path | None, run: str | None) -> Connection:
    """The engine, and what to open of it."""
    from mtf_tui.connecting import connect

    return connect(what, settings=settings, run=run)


def show_help(app: MTFApp, page: Page) -> None:
    """The keys of a screen."""
    from mtf_tui.pictures.help import Place

    app.kept.help(Place(page.SCOPE, page.view, page.lists), app.perform_later)


def show_help_of_dialog(app: MTFApp, dialog: Dialog[Any]) -> None:
    """The keys of a dialog."""
    from mtf_tui.pictures.help import Place

    app.kept.help(Place(dialog.KEY_SCOPES[0], lists=dialog.KEY_SCOPES[1:], is_dialog=True), app.perform_later)


def show_palette(app: MTFApp) -> None:
    """Every action that can be done now, and what can be gone to."""
    from mtf_tui import palette

    palette.show(app)


def sources() -> Page:
    """Screen 1."""
    from mtf_tui.screens.sources import SourcesScreen

    return SourcesScreen()


def pipeline() -> Page:
    """Screen 2."""
    from mtf_tui.screens.pipeline import PipelineScreen

    return PipelineScreen()


def models() -> Page:
    """Screen 3."""
    from mtf_tui.screens.models import ModelsScreen

    return ModelsScreen()


def run() -> Page:
    """Screen 4."""
    from mtf_tui.screens.run import RunScreen

    return RunScreen()


def results() -> Page:
    """Screen 5."""
    from mtf_tui.screens.results.screen import ResultsScreen

    return ResultsScreen()


def runs() -> Page:
    """Screen 6."""
    from mtf_tui.screens.runs import RunsScreen

    return RunsScreen()


async def prepare(app: MTFApp) -> None:
    """Get ready for the first key that asks for a screen."""
    from mtf_tui import ahead

    await ahead.prepare(app)


def foresee(app: MTFApp, name: str) -> None:
    """Make ready what has just come for a screen that is not seen."""
    from mtf_tui import ahead

    ahead.foresee(app, name)


def restyle(app: MTFApp) -> None:
    """Give the screens that are not seen a new theme."""
    from mtf_tui import ahead

    ahead.restyle(app)


PAGES: Mapping[str, Callable[[], Page]] = {
    "sources": sources,
    "pipeline": pipeline,
    "models": models,
    "run": run,
    "results": results,
    "runs": runs,
}
"""The numbered screens by name."""


def warm() -> None:
    """Load every numbered screen and what opens over it, so that the first key that asks for it need not wait.

    What is loaded stays, so the garbage collector is told to look at it no more: one look took 0.1 s, amid keys.
    """
    from mtf_tui import palette
    from mtf_tui.screens import help_dialog, models, pipeline, run, runs, settings, sources
    from mtf_tui.screens.results import screen

    del palette, help_dialog, models, pipeline, run, runs, settings, sources, screen
    gc.freeze()
