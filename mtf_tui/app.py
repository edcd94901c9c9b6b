"""The app: which screens there are, what is open, who is told when it changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from textual import work
from textual.app import App
from textual.binding import BindingType
from textual.notifications import SeverityLevel
from textual.screen import Screen

from mtf_engine import numbers
from mtf_engine.domain.run import RunStatus
from mtf_engine.errors import MTFError, SettingsError
from mtf_tui import config as configs
from mtf_tui.actions import ACTIONS, bindings
from mtf_tui.editing import Editing
from mtf_tui.engine_protocol import EngineClient, RunClient
from mtf_tui.glyphs import glyph_set
from mtf_tui.messages import EngineFailed, ResultsLoaded, RunOpened, RunUpdated
from mtf_tui.palette import palette_choices
from mtf_tui.screens.help_dialog import HelpDialog
from mtf_tui.screens.models import ModelsScreen
from mtf_tui.screens.page import Page
from mtf_tui.screens.pipeline import PipelineScreen
from mtf_tui.screens.results.screen import ResultsScreen
from mtf_tui.screens.run import RunScreen
from mtf_tui.screens.runs import RunsScreen
from mtf_tui.screens.settings_dialog import SettingsDialog
from mtf_tui.screens.sources import SourcesScreen
from mtf_tui.state import StateStore
from mtf_tui.terminal import Terminal, clipboard_sequence, config_file, detect, on_end_signals, state_directory
from mtf_tui.text import own, safe
from mtf_tui.themes import DEFAULT_THEME, TOKENS, Look, textual_theme, theme_variables
from mtf_tui.widgets.choice_dialog import ChoiceDialog
from mtf_tui.widgets.confirm_dialog import ConfirmDialog, Option
from mtf_tui.widgets.error_dialog import ErrorDialog
from mtf_tui.workspace import Reading, Workspace

TOAST_LIMIT = 150
_BETWEEN_EDITS = 0.3
"""Seconds of no edit before the plan is computed anew."""


class MTFApp(App[None], inherit_bindings=False):
    """The terminal UI.

    Parameters
    ----------
    client : EngineClient, optional
        The engine; the real one unless a test gives another.
    settings : Path, optional
        Settings file to open.
    run : str, optional
        Run to open: an id, a unique prefix, a name, ``last`` or a path.
    begin : bool, default False
        Start the run of the settings at once.
    terminal : Terminal, optional
        Found out unless given.
    state_home : Path, optional
        Where the UI's own state is kept.
    """

    TITLE = "MTF"
    CSS_PATH = "styles/mtf.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (100, "-normal"), (140, "-wide")]  # noqa: RUF012 (as Textual has it)
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (10, "-short"), (30, "-tall")]  # noqa: RUF012
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "sources": SourcesScreen,
        "pipeline": PipelineScreen,
        "models": ModelsScreen,
        "run": RunScreen,
        "results": ResultsScreen,
        "runs": RunsScreen,
    }

    def __init__(
        self,
        client: EngineClient | None = None,
        *,
        settings: Path | None = None,
        run: str | None = None,
        begin: bool = False,
        terminal: Terminal | None = None,
        state_home: Path | None = None,
    ) -> None:
        super().__init__()
        self.client = client
        self.terminal = terminal or detect()
        self.workspace = Workspace(settings)
        self.editing = Editing(self)
        self.workspace.tick = self.terminal.clock_tick
        self.store = StateStore(state_home or state_directory())
        self._wanted_run, self._begin = run, begin
        loaded = configs.load(config_file())
        self.config, self._problems = loaded.config, list(loaded.problems)
        for name in TOKENS:
            self.register_theme(textual_theme(name))
        remembered = self.store.load()
        self._problems += [remembered.problem] if remembered.problem else []
        chosen = self.config.theme or remembered.state.theme
        self.theme = chosen if chosen in TOKENS else DEFAULT_THEME
        glyphs = self.config.glyphs or ("ascii" if self.terminal.ascii_only else "unicode")
        self._glyphs = glyph_set(glyphs)
        self.set_keymap(self.config.keys)

    @property
    def look(self) -> Look:
        """Theme and glyphs, for painters."""
        return Look(TOKENS.get(self.theme, TOKENS[DEFAULT_THEME]), self._glyphs, self.terminal.colour)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give stylesheets our names whatever theme is on."""
        return theme_variables(TOKENS[DEFAULT_THEME])

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, lambda _: self.call_after_refresh(self._repaint))
        if self.terminal.over_ssh:
            self.animation_level = "none"
        self.set_interval(self.terminal.clock_tick, self._tick)
        if not self.is_headless:
            on_end_signals(lambda code: self.exit(return_code=code))
        if self._wanted_run is not None:
            self.switch_mode("run")
            self.open_run(self._wanted_run)
        elif self._begin:
            self.action_app_start()
        elif self.workspace.settings is None:
            self.switch_mode("runs")
        else:
            self.switch_mode("sources")
        if self.workspace.settings is not None and not self._begin:
            self.read_settings()

    def on_ready(self) -> None:
        """Say what was wrong with files of the UI's own, once there is a screen to say it on."""
        for problem in self._problems:
            self.notify(problem, severity="warning", timeout=10, markup=False)

    @property
    def page(self) -> Page | None:
        """The numbered screen below any dialog."""
        return next((screen for screen in self.screen_stack if isinstance(screen, Page)), None)

    def refresh_page(self) -> None:
        """Tell the screen that is seen."""
        if self.page is not None:
            self.page.refresh_page()

    def _tick(self) -> None:
        if self.workspace.is_live or self.workspace.reading is not None:
            self.refresh_page()

    async def on_unmount(self) -> None:
        """End the helper; runs go on."""
        if self.client is not None:
            await self.client.close()

    def _repaint(self) -> None:
        if self.page is not None:
            self.page.repaint_all()

    @work(exclusive=True, group="run", exit_on_error=False)
    async def open_run(self, text: str) -> None:
        """Find a run and show it."""
        if self.client is None:
            return
        try:
            run = await self.client.open_run(text)
        except (MTFError, OSError) as error:
            self.post_message(EngineFailed(error, "open the run"))
            return
        self.post_message(RunOpened(run))

    @work(exclusive=True, group="settings", exit_on_error=False)
    async def read_settings(self, *, edited: bool = False) -> None:
        """Compute what a run of the open settings would do, of the text on the screen where that is not saved."""
        workspace, settings = self.workspace, self.workspace.settings
        if settings is None or self.client is None:
            return
        if edited:
            await asyncio.sleep(_BETWEEN_EDITS)
        workspace.reading = Reading(0, None, time.time())
        workspace.outline_error = None
        self.refresh_page()

        def progress(received: int, total: int | None) -> None:
            if workspace.reading is not None:
                workspace.reading = replace(workspace.reading, received=received, total=total)
                self.refresh_page()

        try:
            if not edited:
                await self.editing.load(settings)
            workspace.outline = await self.client.outline(settings, progress=progress, text=workspace.unsaved_text)
        except MTFError as error:
            workspace.outline, workspace.outline_error = None, error
        finally:
            workspace.reading = None
        self.refresh_page()

    def reject_settings(self, error: MTFError) -> None:
        """Say that the text as it is now cannot run; what is known of the one before stays on the screen."""
        self.workers.cancel_group(self, "settings")
        self.workspace.outline_error = error
        self.refresh_page()

    def stop_reading(self) -> None:
        """Stop reading the data."""
        self.workers.cancel_group(self, "settings")
        self.workspace.outline_error = self.workspace.outline_error or MTFError("reading was stopped")
        self.refresh_page()

    def on_run_opened(self, message: RunOpened) -> None:
        self.workspace.open(message.run)
        self.watch_run(message.run)

    @work(exclusive=True, group="watch", exit_on_error=False)
    async def watch_run(self, run: RunClient) -> None:
        """Follow a run until it ends."""
        try:
            async for update in run.watch(interval=1 / self.terminal.updates_per_second):
                if self.workspace.plan is None and update.state.total_cells:
                    self.workspace.plan = await run.plan()
                self.post_message(RunUpdated(update))
            results = await run.results()
        except (MTFError, OSError) as error:
            self.post_message(EngineFailed(error, "follow the run"))
            return
        if results is not None:
            self.post_message(ResultsLoaded(results))

    def on_run_updated(self, message: RunUpdated) -> None:
        before = self.workspace.state
        self.workspace.update(message.update)
        now = message.update.state
        if before is not None and before.status.is_live and now.status is RunStatus.FINISHED:
            self.notify(f"Finished: {now.done} of {numbers.plural(now.total_cells, 'cell')}. 5 opens", markup=False)
        self.refresh_page()

    def on_results_loaded(self, message: ResultsLoaded) -> None:
        self.workspace.results = message.results
        self.refresh_page()

    def on_engine_failed(self, message: EngineFailed) -> None:
        self.show_error(message.error, message.doing)

    def show_error(self, error: Exception, doing: str) -> None:
        """Say what went wrong in a dialog."""
        run = self.workspace.run
        dialog = ErrorDialog(error, doing, log=f"{run.path}/run.log" if run is not None else None)

        def answered(answer: str | None) -> None:
            if answer == "copy":
                self.copy(dialog.text())

        self.push_screen(dialog, answered)

    async def attempt(self, request: Awaitable[None], doing: str) -> None:
        """Ask something of the engine; what it refuses is said in a dialog."""
        try:
            await request
        except (MTFError, OSError) as error:
            self.show_error(error, doing)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a toast of one line; its text may come from anywhere, so it is made safe and holds no markup."""
        del markup
        text = safe(message, limit=TOAST_LIMIT).plain
        super().notify(text, title=title, severity=severity, timeout=timeout, markup=False)

    def copy(self, text: str) -> None:
        """Put text on the clipboard through the terminal, or say why not."""
        sequence = clipboard_sequence(text, self.terminal)
        if sequence is None or self._driver is None:
            self.notify("Too long for the clipboard; e writes a file", severity="warning", markup=False)
            return
        self._driver.write(sequence)
        self.notify("Sent to the clipboard", markup=False)

    def perform(self, action_id: str) -> None:
        """Do a registered action as if its key had been pressed."""
        action = next(action for action in ACTIONS if action.id == action_id)
        target = self if action.scope == "app" else self.page
        if target is not None:
            self.run_worker(self.run_action(action.method, target), exit_on_error=False)

    def action_app_sources(self) -> None:
        self._open_plan_page("sources")

    def action_app_pipeline(self) -> None:
        self._open_plan_page("pipeline")

    def action_app_models(self) -> None:
        self._open_plan_page("models")

    def _open_plan_page(self, mode: str) -> None:
        """Show a page about the settings, and read them if that was not done yet."""
        self.switch_mode(mode)
        untried = self.workspace.outline is None and self.workspace.outline_error is None
        if untried and self.workspace.reading is None:
            self.read_settings()

    def action_app_run(self) -> None:
        self.switch_mode("run")

    def action_app_results(self) -> None:
        self.switch_mode("results")

    def action_app_runs(self) -> None:
        self.switch_mode("runs")

    @staticmethod
    def wall_clock() -> float:
        """Seconds since the epoch."""
        return time.time()

    def action_app_help(self) -> None:
        if self.page is not None:
            self.push_screen(HelpDialog(self.page.SCOPE), self._perform_later)

    def action_app_palette(self) -> None:
        self.push_screen(ChoiceDialog("Palette", palette_choices(self.page)), self._perform_later)

    def _perform_later(self, action_id: str | None) -> None:
        if action_id is not None:
            self.call_after_refresh(self.perform, action_id)

    def action_app_back(self) -> None:
        if self.page is not None:
            self.page.climb()

    def action_app_quit(self) -> None:
        if self.page is None or not self.page.climb():
            self.action_app_leave()

    def action_app_leave(self) -> None:
        state = self.workspace.state
        if state is None or not state.status.is_live:
            self.exit()
            return
        left = self.workspace.seconds_left(self.workspace.now())
        about = f", {numbers.estimate(left)} left" if left is not None else ""
        facts = (own(f"{state.done} of {numbers.plural(state.total_cells, 'cell')}{about}."),)
        stay = numbers.plural(state.done, "cell")
        options = (Option("b", "leave; it keeps running"), Option("c", f"cancel it and leave, {stay} stay"))
        self.push_screen(ConfirmDialog("Leave while a run is live?", facts, options), self._leave)

    async def _leave(self, answer: str | None) -> None:
        if answer == "c" and self.workspace.run is not None:
            await self.attempt(self.workspace.run.cancel(), "cancel the run")
        if answer is not None:
            self.exit()

    @work(exclusive=True, group="start", exit_on_error=False)
    async def action_app_start(self) -> None:
        """Run the open settings, or continue their run."""
        settings, client = self.workspace.settings, self.client
        if settings is None or client is None:
            self.notify("No settings file is open: mtf-tui settings.yaml", severity="warning", markup=False)
            return
        draft = self.workspace.draft
        if draft is not None and draft.is_dirty:
            if draft.problems:
                self.show_error(SettingsError(list(draft.problems)), "start the run")
                return
            if not await self.save_settings():
                return
            settings = self.workspace.settings or settings
        try:
            run = await client.start(settings)
        except (MTFError, OSError) as error:
            self.post_message(EngineFailed(error, "start the run"))
            return
        self.post_message(RunOpened(run))
        self.switch_mode("run")

    async def save_settings(self) -> bool:
        """Write the settings text and say where; False when it stays as it is."""
        if await self.editing.is_changed_on_disk():
            return await self._settle_conflict()
        return await self._write_settings()

    async def _write_settings(self) -> bool:
        try:
            path = await self.editing.save()
        except OSError as error:
            self.show_error(error, "save the settings")
            return False
        if path is not None:
            self.notify(f"Saved {path.name}")
        self.refresh_page()
        return True

    async def _settle_conflict(self) -> bool:
        """Ask what to do with a file that somebody else changed."""
        facts = (own("The file was written by another program since it was read here."),)
        options = (Option("r", "read it; u brings back what is on the screen"), Option("k", "keep mine, write over it"))
        answer = await self.push_screen_wait(ConfirmDialog("Changed on disk", facts, options))
        if answer == "r":
            await self.editing.reload()
        return await self._write_settings() if answer == "k" else False

    @work(group="edit", exit_on_error=False)
    async def action_app_undo(self) -> None:
        await self.editing.undo()

    @work(group="edit", exit_on_error=False)
    async def action_app_redo(self) -> None:
        await self.editing.redo()

    @work(exclusive=True, group="settings-dialog", exit_on_error=False)
    async def action_app_settings(self) -> None:
        """Show the settings text."""
        if self.workspace.draft is None and self.workspace.settings is not None:
            await self.editing.load(self.workspace.settings)
        if self.workspace.draft is None:
            self.notify("No settings file is open: mtf-tui settings.yaml", severity="warning")
            return
        self.push_screen(SettingsDialog(self.editing, self.save_settings))

    def action_app_theme(self) -> None:
        names = list(TOKENS)
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else DEFAULT_THEME
        self.store.remember(theme=self.theme)

    def action_app_jump(self) -> None:
        if self.page is not None:
            self.page.start_jump()
