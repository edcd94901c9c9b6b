"""The app: which screens there are, what is open, who is told when it changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widget import AwaitMount
from textual.worker import Worker

from mtf_tui import rooms
from mtf_tui.actions import ACTIONS, bindings
from mtf_tui.messages import EngineFailed, ResultsLoaded, RunOpened, RunUpdated
from mtf_tui.mistakes import Employer
from mtf_tui.opening import Opening
from mtf_tui.places import DEFAULT_SETTINGS
from mtf_tui.preferences import Preferences
from mtf_tui.screens.frame import Frame, OpeningScreen
from mtf_tui.sparing import Picture
from mtf_tui.styling import LastingStylesheet
from mtf_tui.terminal import Terminal, detect, on_end_signals
from mtf_tui.text import safe
from mtf_tui.themes import DEFAULT_THEME, TOKENS, Look, textual_theme, theme_variables
from mtf_tui.typewriter import Typewriter

if TYPE_CHECKING:
    from mtf_tui.connecting import Connection
    from mtf_tui.engine_protocol import EngineClient
    from mtf_tui.screens.page import Page
    from mtf_tui.state import StateStore
    from mtf_tui.widgets.dialog import Dialog

TOAST_LIMIT = 150


class MTFApp(Employer, rooms.Rooms, App[None], inherit_bindings=False):
    """The terminal UI.

    Parameters
    ----------
    client : EngineClient, optional
        The engine, where it is already there.
    connect : callable, optional
        Finds the engine once the first picture is painted, and what to open of it.
    settings : Path, optional
        Settings file to open.
    place : Path
        Where settings are written while no file is open.
    source : str, default ""
        Data to propose settings for.
    run : str, optional
        Run to open: an id, a unique prefix, a name, ``last`` or a path.
    begin : bool, default False
        Start the run of the settings at once.
    terminal : Terminal, optional
        Found out unless given.
    state_home : Path, optional
        Where the UI's own state is kept.
    """

    stylesheet: LastingStylesheet
    TITLE = "MTF"
    CSS_PATH = "styles/frame.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (100, "-normal"), (140, "-wide")]  # noqa: RUF012 (as Textual has it)
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (10, "-short"), (30, "-tall")]  # noqa: RUF012
    SCREENS: ClassVar[dict[str, Callable[[], Screen[Any]]]] = dict(rooms.PAGES)
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {name: name for name in rooms.PAGES}

    def __init__(
        self,
        client: EngineClient | None = None,
        *,
        connect: Callable[[], Connection] | None = None,
        settings: Path | None = None,
        place: Path = DEFAULT_SETTINGS,
        source: str = "",
        run: str | None = None,
        begin: bool = False,
        terminal: Terminal | None = None,
        state_home: Path | None = None,
    ) -> None:
        super().__init__()
        self.picture = Picture(self)
        self.client = client
        self.given_settings, self.place = settings, place
        self._opening = Opening(connect, source, run, begin)
        self.terminal = terminal or detect()
        self.preferences = Preferences(self.terminal, state_home)
        for name in TOKENS:
            self.register_theme(textual_theme(name))
        self.theme = self.preferences.theme
        self.stylesheet = LastingStylesheet(variables=self.get_css_variables())
        self.set_keymap(self.preferences.config.keys)
        self._typewriter = Typewriter()
        self.last_key = 0.0
        """When the last key came, on the clock of `time.monotonic`."""

        self.farewell = ""
        """What the terminal is told once the app has left it."""

    def get_driver_class(self) -> type[Driver]:
        """Read the keyboard in another way than Textual does."""
        return rooms.prompt(super().get_driver_class())

    @property
    def store(self) -> StateStore:
        """What is remembered."""
        return self.preferences.store

    @property
    def look(self) -> Look:
        """Theme and glyphs, for painters."""
        return self.preferences.look(self.theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Write in ASCII, where that is asked for, what painters do not paint too."""
        filters = super().get_line_filters()
        return [*filters, self._typewriter] if self.look.glyphs.name == "ascii" else filters

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give stylesheets our names whatever theme is on."""
        return theme_variables(TOKENS[DEFAULT_THEME])

    def get_default_screen(self) -> Screen[Any]:
        """Paint the frame before anything else is loaded."""
        return self._opening.screen(self)

    def on_mount(self) -> None:
        self.mode_change_signal.subscribe(self, lambda mode: self.store.remember(screen=mode))
        self.theme_changed_signal.subscribe(self, lambda _: self._repaint())
        if self.terminal.over_ssh:
            self.animation_level = "none"
        if not self.is_headless:
            on_end_signals(lambda code: self.exit(return_code=code))

    async def on_opening_screen_painted(self, message: OpeningScreen.Painted) -> None:
        """Load the rest, and show the first screen. Keys wait meanwhile, and are obeyed then."""
        await self._opening.open(self)
        for key in message.typed:
            await self.on_event(key)
        self.set_interval(self.terminal.clock_tick, self._tick)

    async def on_event(self, event: events.Event) -> None:
        """Note when keys come: what is done ahead gives way to them."""
        if isinstance(event, events.Key):
            self.last_key = time.monotonic()
        await super().on_event(event)

    def delay_update(self, delay: float = 0) -> None:
        """Hold the picture until the screen that takes another's place is complete, as Textual does for 50 ms."""
        del delay
        self.picture.hold()

    @property
    def page(self) -> Page | None:
        """The numbered screen below any dialog."""
        pages = (s for s in reversed(self.screen_stack) if isinstance(s, Frame) and not isinstance(s, OpeningScreen))
        return cast("Page | None", next(pages, None))

    def css_variables_of(self, theme: str) -> dict[str, str]:
        """What stylesheets are given in a theme, as `get_css_variables` has it for the one that is on."""
        made = textual_theme(theme)
        return {**self.get_theme_variable_defaults(), **made.to_color_system().generate(), **made.variables}

    def refresh_page(self) -> None:
        """Tell the screen that is seen."""
        if self.page is not None:
            self.page.refresh_page()

    def _tick(self) -> None:
        waits = self.page is not None and self.page.is_waiting
        if self.workspace.is_live or self.workspace.reading is not None or waits:
            self.refresh_page()

    async def on_unmount(self) -> None:
        """Keep what nobody was asked about, and end the helper; runs go on."""
        if "unsaved" in self.__dict__ and self.return_code is not None:
            await self.unsaved.end(is_asked=self.return_code == 0)
        if self.client is not None:
            await self.client.close()

    def _repaint(self) -> None:
        """Paint what is seen in a new theme, and style what is not."""
        if self.page is not None:
            self.page.repaint_all()
            self.picture.show()
            rooms.restyle(self)

    def on_run_opened(self, message: RunOpened) -> None:
        self.workspace.open(message.run)
        self.following.watch(message.run)

    def on_run_updated(self, message: RunUpdated) -> None:
        self.following.take(message)
        self.refresh_page()

    def on_results_loaded(self, message: ResultsLoaded) -> None:
        self.following.take_results(message)
        self.refresh_page()
        rooms.foresee(self, "results")

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

    def _fatal_error(self) -> None:
        """End without Textual's traceback, which shows what every variable holds; who opened the app says why."""
        self._close_messages_no_wait()

    @property
    def mistake(self) -> Exception | None:
        """What ended the app although nobody asked for its end."""
        return self._exception

    def write_to_terminal(self, sequence: str) -> bool:
        """Send an escape sequence; False without a terminal."""
        if self._driver is None:
            return False
        self._driver.write(sequence)
        return True

    def switch_mode(self, mode: str) -> AwaitMount:
        """Show one of the numbered screens; what stands over another one is closed."""
        page = self.page
        if page is not None and page.IS_OVER and self.screen is page:
            self.pop_screen()
        return super().switch_mode(mode)

    def perform(self, action_id: str) -> None:
        """Do a registered action as if its key had been pressed."""
        action = next(action for action in ACTIONS if action.id == action_id)
        at_hand = action.scope in ("sheet", "field", "typing", "writing")
        target = self if action.scope == "app" else self.focused if at_hand else self.page
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
            rooms.show_help(self, self.page)

    def show_keys_of(self, dialog: Dialog[Any]) -> None:
        """Show the keys that work in a dialog."""
        rooms.show_help_of_dialog(self, dialog)

    def action_app_palette(self) -> None:
        rooms.show_palette(self)

    def perform_later(self, action_id: str | None) -> None:
        """Do what a dialog that closes was asked for, if anything."""
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
        self.picture.hold()
        self.theme = self.preferences.next_theme(self.theme)

    def action_app_jump(self) -> None:
        if self.page is not None:
            self.page.start_jump()
