"""The app: which screens there are, what is open, who is told when it changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.worker import Worker

from mtf_tui import config as configs
from mtf_tui.actions import ACTIONS, bindings
from mtf_tui.editing import Editing
from mtf_tui.engine_protocol import EngineClient
from mtf_tui.following import Following
from mtf_tui.glyphs import glyph_set
from mtf_tui.messages import EngineFailed, ResultsLoaded, RunOpened, RunUpdated
from mtf_tui.notices import Notices
from mtf_tui.outlining import Outlining
from mtf_tui.palette import palette_choices
from mtf_tui.saving import Saving
from mtf_tui.screens.help_dialog import HelpDialog
from mtf_tui.screens.models import ModelsScreen
from mtf_tui.screens.page import Page
from mtf_tui.screens.pipeline import PipelineScreen
from mtf_tui.screens.results.screen import ResultsScreen
from mtf_tui.screens.run import RunScreen
from mtf_tui.screens.runs import RunsScreen
from mtf_tui.screens.sources import SourcesScreen
from mtf_tui.state import StateStore
from mtf_tui.terminal import Terminal, config_file, detect, on_end_signals, state_directory
from mtf_tui.text import safe
from mtf_tui.themes import DEFAULT_THEME, TOKENS, Look, textual_theme, theme_variables
from mtf_tui.widgets.choice_dialog import ChoiceDialog
from mtf_tui.workspace import Workspace

TOAST_LIMIT = 150


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
        self.saving = Saving(self)
        self.outlining = Outlining(self)
        self.following = Following(self)
        self.notices = Notices(self)
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
            self.following.open(self._wanted_run)
        elif self._begin:
            self.action_app_start()
        elif self.workspace.settings is None:
            self.switch_mode("runs")
        else:
            self.switch_mode("sources")
        if self.workspace.settings is not None and not self._begin:
            self.outlining.read()

    def on_ready(self) -> None:
        """Say what was wrong with files of the UI's own, once there is a screen to say it on."""
        for problem in self._problems:
            self.notify(problem, severity="warning", timeout=10, markup=False)

    @property
    def page(self) -> Page | None:
        """The screen below any dialog."""
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, Page)), None)

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

    def on_run_opened(self, message: RunOpened) -> None:
        self.workspace.open(message.run)
        self.following.watch(message.run)

    def on_run_updated(self, message: RunUpdated) -> None:
        self.following.take(message)
        self.refresh_page()

    def on_results_loaded(self, message: ResultsLoaded) -> None:
        self.workspace.results = message.results
        self.refresh_page()

    def on_engine_failed(self, message: EngineFailed) -> None:
        self.notices.show_error(message.error, message.doing)

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

    def work_on(self, job: Callable[[], Coroutine[Any, Any, None]], *, group: str, exclusive: bool = True) -> None:
        """Do something beside the screen; with `exclusive`, in the place of what its group does now."""
        _: Worker[None] = self.run_worker(job, group=group, exclusive=exclusive, exit_on_error=False)

    def write_to_terminal(self, sequence: str) -> bool:
        """Send an escape sequence; False without a terminal."""
        if self._driver is None:
            return False
        self._driver.write(sequence)
        return True

    def perform(self, action_id: str) -> None:
        """Do a registered action as if its key had been pressed."""
        action = next(action for action in ACTIONS if action.id == action_id)
        target = {"app": self, "sheet": self.focused}.get(action.scope, self.page)
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
            self.outlining.read()

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
        self.following.leave()

    def action_app_start(self) -> None:
        self.following.start()

    def action_app_undo(self) -> None:
        self.work_on(self.editing.undo, group="edit", exclusive=False)

    def action_app_redo(self) -> None:
        self.work_on(self.editing.redo, group="edit", exclusive=False)

    def action_app_settings(self) -> None:
        self.work_on(self.saving.show, group="settings-dialog")

    def action_app_theme(self) -> None:
        names = list(TOKENS)
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else DEFAULT_THEME
        self.store.remember(theme=self.theme)

    def action_app_jump(self) -> None:
        if self.page is not None:
            self.page.start_jump()
