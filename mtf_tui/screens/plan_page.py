"""What Sources, Pipeline and Models share: they show the outline of the open settings, and say when there is none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from rich.text import Text
from textual import work
from textual.worker import Worker

from mtf_engine.domain.forms import Form
from mtf_engine.domain.outlines import PlanOutline
from mtf_engine.errors import MTFError, Problem
from mtf_tui.draft import Draft
from mtf_tui.editing import Make, MakeAll
from mtf_tui.engine_protocol import EngineClient, SettingsEdit
from mtf_tui.entries import problems_of
from mtf_tui.pictures.plan import problem_answer, reading_answer, waiting_line, way_on
from mtf_tui.pictures.source_form import reading_line
from mtf_tui.screens.form_dialog import FormDialog
from mtf_tui.screens.page import Page
from mtf_tui.text import LINE_LIMIT, cut, own, safe, wrapped
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog
from mtf_tui.widgets.error_dialog import described
from mtf_tui.widgets.field_table import FieldTable, note_lines, problem_lines
from mtf_tui.widgets.live_pane import LivePane, Painter
from mtf_tui.widgets.score_table import ScoreTable

Value = TypeVar("Value")

_PROBLEM_LEAST = 40
"""Cells that a problem has on line 2 before what to do about it is told there too."""


class PlanPage(Page):
    """A page about the open settings."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[object, object] = {}
        self._asked: dict[object, float] = {}
        self._of: PlanOutline | None = None
        self._forms: dict[object, Form] = {}

    @property
    def outline(self) -> PlanOutline | None:
        """What a run would do, once it is known."""
        return self.workspace.outline

    def plan_answer(self, plan: PlanOutline) -> Text:
        """Line 2 when there is an outline."""
        raise NotImplementedError

    def plan_scope(self, plan: PlanOutline) -> Text | Painter:
        """Line 3 when there is an outline."""
        raise NotImplementedError

    def answer(self) -> Text:
        workspace = self.workspace
        if workspace.reading is not None:
            slots = (self.draft.slots(("datasets",)) or ()) if self.draft is not None else ()
            count = sum(slot.is_on for slot in slots)
            return reading_answer(workspace.reading, self.look, self.mtf.wall_clock(), count)
        if workspace.outline_error is not None:
            told, room = problem_answer(workspace.outline_error, self.look), self._room_for_problem
            return cut(told, room, mark=self.look.glyphs.ellipsis) if room >= _PROBLEM_LEAST else told
        if workspace.outline is not None:
            return self.plan_answer(workspace.outline)
        key = f"bold {self.look.tokens.accent}"
        return own("No data yet. ", ("1", key), " then ", ("a", key), " adds a file, ", ("6", key), " lists runs")

    @property
    def _room_for_problem(self) -> int:
        """Cells of line 2 beside what to do about a problem, which matters more than its end."""
        return self.size.width - 2 - self.answer_tail().cell_len

    def answer_tail(self) -> Text:
        error = self.workspace.outline_error if self.workspace.reading is None else None
        return own() if error is None else way_on(error, self.look)

    def scope(self) -> Text | Painter:
        if self.workspace.outline is not None:
            return self.plan_scope(self.workspace.outline)
        muted = self.look.tokens.muted
        draft = self.draft
        if self.is_empty:
            return own((f"{self.workspace.place.name} is written here when it is first needed", muted))
        if draft is not None and not draft.saved and draft.text:
            return own((f"{draft.path.name} is not written yet; r writes and runs it", muted))
        return own()

    @property
    def is_empty(self) -> bool:
        """Whether there are no settings, saved or not."""
        return self.workspace.settings is None and self.draft is None

    def refresh_panes(self) -> None:
        if self._of is not self.outline:
            self._of = self.outline
            self._known.clear()
            self._asked.clear()
        self.query_one("#body").display = self.has_body
        for body in self.query("#body LivePane").results(LivePane):
            body.repaint()
        if self.focused is None and self.query_one("#body").display:
            self.call_after_refresh(self._focus_first)

    @property
    def has_body(self) -> bool:
        """Whether there is something to show below the answer."""
        workspace = self.workspace
        known = (workspace.outline, workspace.outline_error, workspace.reading, workspace.draft)
        return any(one is not None for one in known)

    @property
    def sheet(self) -> ScoreTable | None:
        """The list that has the focus; none while none is seen."""
        return super().sheet if self.has_body else None

    def _focus_first(self) -> None:
        panes = self.panes()
        if self.focused is None and panes:
            self.focus_pane(panes[0])

    def problems(self, width: int) -> list[Text]:
        """Every problem of the settings, whole, where there are some."""
        error = self.workspace.outline_error
        return [] if error is None else described(error, width, self.look)

    def problems_at(self, path: tuple[str, ...], position: int) -> tuple[Problem, ...]:
        """What is wrong with an entry of the settings that is on."""
        slots = self.draft.slots(path) if self.draft is not None else None
        return problems_of(self.workspace.problems, slots or (), path, position)

    def ask(self, key: object, request: Callable[[EngineClient], Awaitable[Value]]) -> Value | None:
        """What the engine answered, None while it is on its way; the page is repainted when it comes.

        A page that is not seen asks nothing.
        """
        found = self._known.get(key)
        if found is None and key not in self._asked and self.mtf.client is not None and self.is_ready:
            self._asked[key] = self.mtf.wall_clock()
            _: Worker[None] = self.run_worker(partial(self._ask, key, request, self.mtf.client), exit_on_error=False)
        return None if found is None or isinstance(found, Exception) else found  # type: ignore[return-value]

    async def _ask(
        self, key: object, request: Callable[[EngineClient], Awaitable[Value]], client: EngineClient
    ) -> None:
        try:
            self._known[key] = await request(client)
        except (MTFError, OSError) as error:
            self._known[key] = error
        self.refresh_page()

    def ask_form(self, key: object, request: Callable[[EngineClient], Awaitable[Form]]) -> Form | None:
        """A form, which stays as it is whatever the settings become."""
        kept = self._forms.get(key)
        if kept is None and (found := self.ask(key, request)) is not None:
            self._forms[key] = kept = found
        return kept

    def known(self, key: object) -> object:
        """What the engine answered, an error too; None where nothing came yet. Asks nothing."""
        return self._known.get(key)

    def waiting(self, key: object, doing: str) -> Text:
        """What stands where an answer will be: that it comes, or why it does not."""
        found = self._known.get(key)
        if isinstance(found, Exception):
            message = found.message if isinstance(found, MTFError) else str(found)
            return own((f" {self.look.glyphs.warn} ", self.look.tokens.warn), safe(message))
        now = self.mtf.wall_clock()
        return waiting_line(doing, now - self._asked.get(key, now), self.look)

    @property
    def is_waiting(self) -> bool:
        return bool(self._asked.keys() - self._known.keys())

    @property
    def draft(self) -> Draft | None:
        """The settings text as it is being edited."""
        return self.workspace.draft

    @work(group="edit", exit_on_error=False)
    async def edit(self, make: Make, doing: str, *, go: Callable[[SettingsEdit], None] | None = None) -> None:
        """Change the settings, then put the cursor where it belongs; what the engine refuses is said in a dialog."""
        made: list[SettingsEdit] = []

        def remembered(draft: Draft) -> SettingsEdit | None:
            edit = make(draft)
            made.extend([] if edit is None else [edit])
            return edit

        if await self.mtf.editing.apply(remembered, doing) and go is not None:
            go(made[0])

    @work(group="edit", exit_on_error=False)
    async def edit_all(self, make: MakeAll, doing: str) -> None:
        """Make several edits as one change."""
        await self.mtf.editing.apply_all(make, doing)

    def on_field_table_typed(self, event: FieldTable.Typed) -> None:
        """Take what is typed into a parameter."""
        event.stop()
        key, text = event.key, event.text
        self.mtf.editing.type_into(self.typing_token(key), lambda draft: self.parameter_edits(draft, key, text))

    def on_field_table_ended(self, event: FieldTable.Ended) -> None:
        event.stop()
        job = partial(self.mtf.editing.end_typing, self.typing_token(event.key), take_back=event.before is not None)
        self.mtf.work_on(job, group="edit", exclusive=False)

    def note_of_field(self, width: int) -> Sequence[Text]:
        """What the parameter under the cursor means, in full."""
        return note_lines(self.query_one("#parameters", FieldTable).row, width, self.look)

    def whole_problem(self, problem: Problem | None) -> Sequence[Text]:
        """All of what is wrong with an entry that has no form, which could say it at the field."""
        if problem is None:
            return ()
        width = self.query_one("#parameters").size.width
        lines = problem_lines(problem.message, 1, width, self.look)
        hint = wrapped(safe(problem.hint, limit=LINE_LIMIT), width - 3) if problem.hint else []
        return [*lines, *(own("   ", line) for line in hint), own()]

    def typing_token(self, key: str) -> str:
        """Name what is being typed into."""
        return f"{self.SCOPE} {key}"

    def parameter_edits(self, draft: Draft, key: str, text: str) -> Sequence[SettingsEdit]:  # noqa: ARG002
        """The edits that a typed parameter means."""
        return ()

    async def fill_in(self, form: Form, values: Mapping[str, object]) -> dict[str, object] | None:
        """Ask for the parameters of what is being added; None when the form was left."""
        return await self.app.push_screen_wait(FormDialog(form, values))

    async def choose_name(self, kind: str, dialog: ChoiceDialog) -> str | None:
        """Ask for one of all steps or models; the dialog opens at once, and what is typed is for it."""
        self.mtf.work_on(partial(self._offer, kind, dialog), group="registry", exclusive=False)
        return await self.app.push_screen_wait(dialog)

    async def _offer(self, kind: str, dialog: ChoiceDialog) -> None:
        if self.mtf.client is not None:
            known = await self.mtf.client.registry(kind)
            dialog.offer([Choice(entry.name, entry.name, entry.summary) for entry in known])

    def unread(self, width: int) -> list[Text]:
        """What stands in a list of the settings that has no rows: what is wrong, or that they are on their way."""
        draft, muted = self.draft, self.look.tokens.muted
        is_read = draft is not None and draft.is_checked
        waits = [] if is_read or self.workspace.settings is None else [own((" reading the settings", muted))]
        return self.problems(width) or waits

    def data_to_come(self) -> list[Text]:
        """What stands where something about the data will be, while they are being read: which of them, how far."""
        reading = self.workspace.reading
        if reading is None or self.workspace.settings is None:
            return []
        for name, part in reading.parts.items():
            if part.state == "reading":
                one = replace(reading, received=part.received, total=part.total)
                return [own(" ", reading_line(name, one, self.look, self.mtf.wall_clock()))]
        return [own(" ", reading_line("the data", reading, self.look, self.mtf.wall_clock()))]

    def count_note(self, on: Sequence[bool]) -> str:
        """How many of a list of the settings are on and off; empty before the settings are read."""
        off = len(on) - sum(on)
        return f"{sum(on)} on" + (f" · {off} off" if off else "") if on or not self.unread(self.size.width) else ""

    def climb(self) -> bool:
        if self.workspace.reading is not None:
            self.mtf.sourcing.stop()
            self.mtf.outlining.stop()
            return True
        return False
