"""What the numbered screens share: tabs, answer, scope, body and keys, repainted from the workspace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static, TextArea

from mtf_tui.actions import Action, actions, shown_key
from mtf_tui.pictures.run import status
from mtf_tui.screens.arranging import ask_copy, ask_order
from mtf_tui.screens.frame import Frame
from mtf_tui.sheets import Arrangement
from mtf_tui.state import ListOrder
from mtf_tui.text import own, safe
from mtf_tui.themes import STYLES, Look
from mtf_tui.widgets.answer_line import AnswerLine
from mtf_tui.widgets.confusion_pane import ConfusionPane
from mtf_tui.widgets.field_table import FieldInput, FieldTable
from mtf_tui.widgets.find_bar import FindBar
from mtf_tui.widgets.jump_dialog import JumpDialog
from mtf_tui.widgets.key_bar import KeyBar, KeyHint
from mtf_tui.widgets.live_pane import LivePane, Painter
from mtf_tui.widgets.matrix_table import MatrixTable
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.scope_line import ScopeLine
from mtf_tui.widgets.score_table import ScoreTable
from mtf_tui.widgets.top_bar import TopBar
from mtf_tui.workspace import Workspace

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp


Pause = Callable[[], Awaitable[None]]
"""Lets keys be answered."""

TOO_SMALL = "Make the window at least 40x10. The run goes on."


class Page(Frame):
    """One numbered screen.

    A subclass names its scope in the action registry, composes its body, and paints from the workspace.
    """

    CSS_PATH = STYLES
    IS_OVER: ClassVar[bool] = False
    """Whether it stands over a numbered screen, and closes when another one is shown."""

    START_PLACE: ClassVar[int] = 0
    """The place in the footer behind which the key that runs the settings stands; 0 leaves it out."""

    _narrowed: ScoreTable | None = None
    _painted_in: Look | None = None
    """Theme and glyphs of its panes; the theme may change while it is not seen."""

    @property
    def mtf(self) -> MTFApp:
        """The app, typed."""
        return cast("MTFApp", self.app)

    @property
    def workspace(self) -> Workspace:
        """What is open."""
        return self.mtf.workspace

    @property
    def look(self) -> Look:
        """Theme and glyphs."""
        return self.mtf.look

    @property
    def view(self) -> str | None:
        """The view of the screen that is shown, where it has several."""
        return None

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield FindBar(id="filter")
        yield Static(TOO_SMALL, id="too-small", markup=False)

    def answer(self) -> Text:
        """Line 2."""
        raise NotImplementedError

    def answer_tail(self) -> Text:
        """What line 2 says besides, where there is room for it."""
        return own()

    def scope(self) -> Text | Painter:
        """Line 3."""
        return own()

    async def prepare(self, pause: Pause) -> None:
        """Make what is not seen at first before it is asked for, with pauses."""

    def refresh_panes(self) -> None:
        """Repaint the body from the workspace."""
        raise NotImplementedError

    def allows(self, action: str) -> bool:
        """Whether an action of this screen can be done now."""
        return bool(action)

    @property
    def is_waiting(self) -> bool:
        """Whether it says for how long it has been waiting for something."""
        return False

    def climb(self) -> bool:
        """Go up one level; False at the top."""
        return False

    @property
    def is_ready(self) -> bool:
        """Whether the screen is seen (a dialog may be over it) and has all its parts."""
        return self._is_whole and self.mtf.page is self

    @property
    def _is_whole(self) -> bool:
        return self.is_mounted and self.is_attached and any(isinstance(part, KeyBar) for part in self.children)

    def refresh_page(self) -> None:
        """Repaint everything that changed, where it is seen."""
        if self.is_ready:
            self.tell()

    def foresee(self) -> None:
        """Make ready what will be seen; what the engine knows is not asked for until then."""
        if self._is_whole:
            self.tell()

    def faces(self) -> Sequence[Callable[[], None]]:
        """What makes ready each of its views, while it is not seen; the one that will be seen first is last."""
        return (self.foresee,)

    def tell(self) -> None:
        """Bring all parts up to date."""
        if self._painted_in != self.look:
            self._painted_in = self.look
            for pane in self.query(LivePane):
                pane.repaint()
                pane.refresh()
        now = self.workspace.now()
        self.query_one(TopBar).tell(status(self.workspace.state, now, self.look), self._place())
        starting = own((f"Starting the run {self.look.glyphs.ellipsis}", self.look.tokens.accent))
        if self.workspace.is_starting:
            self.query_one(AnswerLine).tell(starting)
        else:
            self.query_one(AnswerLine).tell(self.answer(), self.answer_tail())
        self.query_one(ScopeLine).tell(self.scope())
        self.refresh_panes()
        self.refresh_keys()

    def refresh_keys(self) -> None:
        """Offer the keys that work now."""
        ascii_only = self.look.glyphs.name == "ascii"
        keys = [(shown_key(action.keys[0], ascii_only=ascii_only), action) for action in self.footer_actions()]
        self.query_one(KeyBar).offer([KeyHint(key, action.label, action.id) for key, action in keys])

    def footer_actions(self) -> list[Action]:
        """Actions of the footer that can be done now, most useful first."""
        if isinstance(self.focused, FieldInput):
            chooses = bool(self.focused.choices)
            return [a for a in actions("typing") if a.footer and (chooses or a.id != "typing.choose")]
        if isinstance(self.focused, TextArea):
            return [a for a in actions("writing") if a.footer]
        found = [a for a in actions(self.SCOPE, self.view) if a.footer and self.allows(a.id)]
        found += self._start_action()
        if isinstance(self.focused, FieldTable):
            return [*_field_actions(self.focused), *sorted(found, key=lambda action: action.footer)]
        found += [a for a in actions("sheet") if a.footer and self.sheet is not None]
        return sorted(found, key=lambda action: action.footer)

    def _start_action(self) -> list[Action]:
        """The key that runs the settings, called by what it would do now."""
        does = self.mtf.following.start_does if self.START_PLACE else ""
        return [replace(a, label=does, footer=self.START_PLACE) for a in actions("app") if does and a.id == "app.start"]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let a registered action through only where it can be done."""
        registered = next((a for a in actions(self.SCOPE) if a.method == action), None)
        if registered is None:
            return super().check_action(action, parameters)
        in_view = not registered.views or self.view in registered.views
        return in_view and self.allows(registered.id)

    @property
    def sheet(self) -> ScoreTable | None:
        """The list that has the focus, where its rows can be sorted, filtered and copied."""
        table = self.focused
        if not isinstance(table, ScoreTable) or not table.is_seen or not (table.keys or table.arrangement.needle):
            return None
        return table if table.sheet is not None else None

    @property
    def lists(self) -> tuple[str, ...]:
        """Scopes of the kinds of lists and forms that the screen shows now, for its help."""
        seen = [pane for pane in self.walk_children(LivePane) if pane.is_seen]
        tables = [pane for pane in seen if isinstance(pane, ScoreTable)]
        has = {
            "table": bool(tables),
            "sheet": any(table.sheet is not None for table in tables),
            "matrix": any(isinstance(pane, ConfusionPane | MatrixTable) for pane in seen),
            "field": any(isinstance(table, FieldTable) for table in tables),
        }
        return tuple(scope for scope, is_there in has.items() if is_there)

    def on_score_table_asked(self, event: ScoreTable.Asked) -> None:
        event.stop()
        if event.what == "find":
            self._narrowed = event.table
            self.query_one("#filter", FindBar).open(event.table.arrangement.needle)
        elif event.what == "sort":
            ask_order(self.mtf, event.table, self.refresh_page)
        else:
            ask_copy(self.mtf, event.table)

    @on(FindBar.Changed, "#filter")
    def _narrow(self, message: FindBar.Changed) -> None:
        message.stop()
        if self._narrowed is not None:
            self._narrowed.rearrange(replace(self._narrowed.arrangement, needle=message.needle))

    def on_score_table_arranged(self, event: ScoreTable.Arranged) -> None:
        event.stop()
        now = event.table.arrangement
        self.mtf.store.remember_list(self._name_of(event.table), ListOrder(now.needle, now.column, now.descends))
        self.refresh_page()

    def _name_of(self, table: ScoreTable) -> str:
        return f"{self.SCOPE}.{table.id}"

    def arrange_as_before(self, part: Widget) -> None:
        """Narrow and sort the lists of a part of the screen as they were when they were last seen."""
        known = self.mtf.store.state.lists
        for table in part.query(ScoreTable):
            if (order := known.get(self._name_of(table))) is not None:
                table.arrangement = Arrangement(order.needle, order.column, order.descends)

    def panes(self) -> list[Pane]:
        """Panes that are seen and can take the focus, in reading order."""
        return [pane for pane in self.query(Pane) if pane.head.is_seen and pane.size.height and self._target(pane)]

    @staticmethod
    def _target(pane: Pane) -> Widget | None:
        return next((widget for widget in pane.query("*") if widget.focusable), None)

    def focus_pane(self, pane: Pane) -> None:
        """Put the focus into a pane."""
        target = self._target(pane)
        if target is not None:
            target.focus()

    def start_jump(self) -> None:
        """Put a letter on every pane and go to the one that is typed."""
        offered = dict(zip("abcdefghijklmnop", self.panes(), strict=False))
        for letter, pane in offered.items():
            pane.head.offer(letter)

        def typed(letter: str | None) -> None:
            for pane in offered.values():
                pane.head.offer("")
            if letter in offered:
                self.focus_pane(offered[letter])

        self.app.push_screen(JumpDialog(), typed)

    def _place(self) -> Text:
        settings, run = self.workspace.settings, self.workspace.run
        parts = [safe(run.name)] if run is not None else []
        unsaved = " *" if self.workspace.unsaved_text is not None else ""
        parts += [own(safe(settings.name), unsaved)] if settings is not None else []
        line = own()
        for position, part in enumerate(parts):
            line = own(line, " · " if position else "", part)
        line.stylize(self.look.tokens.muted)
        return line

    def on_mount(self) -> None:
        self.arrange_as_before(self)
        self.refresh_page()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        event.refresh_styles = False  # nothing changed them while it was not seen but what restyles it anyway
        self.mtf.picture.hold()
        self.call_after_refresh(self._come_back)

    def _come_back(self) -> None:
        self.refresh_page()
        self.mtf.picture.show()

    def on_resize(self, event: events.Resize) -> None:
        if event.size.width:
            self.call_after_refresh(self.refresh_page)

    def on_score_table_highlighted(self, event: ScoreTable.Highlighted) -> None:
        event.stop()
        self.refresh_keys()

    def on_descendant_focus(self) -> None:
        if self.is_ready:
            self.refresh_keys()

    def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        self.mtf.perform(message.action)

    def on_top_bar_tab_pressed(self, message: TopBar.TabPressed) -> None:
        self.mtf.perform(f"app.{message.screen_name}")

    def repaint_all(self) -> None:
        """Repaint every pane, as after a change of theme."""
        self._painted_in = None
        self.refresh_page()

    def table(self, selector: str) -> ScoreTable:
        """One of the screen's tables."""
        return self.query_one(selector, ScoreTable)


def _field_actions(form: FieldTable) -> list[Action]:
    """What can be done with the row under a form's cursor: a field is typed into, anything else is opened."""
    if form.row is None:
        return []
    if form.row.field is None:
        return [replace(a, label="open") for a in actions("field") if a.id == "field.edit"]
    return [a for a in actions("field") if a.footer]
