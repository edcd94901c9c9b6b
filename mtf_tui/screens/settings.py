"""Settings: the form and the text of the open file, which say the same while either is typed into."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import cached_property, partial
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.widget import Widget
from textual.widgets import Input, TextArea

from mtf_engine.domain.forms import SettingsForm
from mtf_engine.domain.outlines import Slot
from mtf_engine.errors import MTFError, Problem
from mtf_tui.actions import Action, actions, bindings
from mtf_tui.check_editing import CHECKS, CheckEditing
from mtf_tui.conflict import Conflict
from mtf_tui.draft import Draft, changes
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.settings import (
    CHECK,
    ELSEWHERE,
    conflict_answer,
    difference_lines,
    difference_sheet,
    form_edits,
    form_rows,
    line_of_difference,
    settings_answer,
    settings_status,
    smallest_class,
    text_lines,
    text_sheet,
    written_line,
)
from mtf_tui.screens.page import Page
from mtf_tui.sheets import Sheet
from mtf_tui.text import cut, own, safe
from mtf_tui.widgets.boxes import Row
from mtf_tui.widgets.field_table import FieldRow, FieldTable, note_lines
from mtf_tui.widgets.live_pane import LivePane, Painter
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable
from mtf_tui.widgets.settings_editor import SettingsEditor

_FOLDS = "splits.folds"
_LOOKS_AT_DISK = 2.0
"""Seconds between two looks at the file."""


class SettingsScreen(Page):
    """Form and text of the open settings."""

    SCOPE = "settings"
    START_PLACE = 3
    IS_OVER: ClassVar[bool] = True
    BINDINGS = [*bindings("conflict", priority=True), *bindings("settings")]  # noqa: RUF012 (as Textual has it)

    def __init__(self) -> None:
        super().__init__()
        self._form: SettingsForm | None = None
        self._shows_difference = False
        self._came_from_form = False
        """Whether the difference was asked for in the form, to which one goes back where only one half is seen."""

    @cached_property
    def _checks(self) -> CheckEditing:
        return CheckEditing(self.mtf)

    @cached_property
    def _conflict(self) -> Conflict:
        return Conflict(self.mtf)

    def compose_body(self) -> Iterable[Widget]:
        yield Row(
            Pane(
                "Form",
                FieldTable(self._rows, empty=self._no_rows, id="settings-form"),
                LivePane(self._note, id="settings-note"),
                id="form-half",
            ),
            Pane(
                "Text",
                ScoreTable(self._text, sheet=self._text_sheet, id="settings-text"),
                SettingsEditor(self._problems, id="settings-editor"),
                id="text-half",
            ),
            id="body",
        )

    def on_mount(self) -> None:
        self.form.focus()
        self.load_form()
        self.set_interval(_LOOKS_AT_DISK, self.look_at_disk)
        self.look_at_disk()

    @property
    def form(self) -> FieldTable:
        """The left half."""
        return self.query_one("#settings-form", FieldTable)

    @property
    def text(self) -> ScoreTable:
        """The right half."""
        return self.query_one("#settings-text", ScoreTable)

    @property
    def editor(self) -> SettingsEditor:
        """Where the text is typed."""
        return self.query_one(SettingsEditor)

    @property
    def draft(self) -> Draft | None:
        """The settings text as it is being edited."""
        return self.workspace.draft

    @property
    def view(self) -> str | None:
        """Which half has the focus, and which of its two contents the right one shows."""
        if self.focused is self.form:
            return "form"
        return "diff" if self._shows_difference else "text"

    @work(group="settings-form", exit_on_error=False)
    async def load_form(self) -> None:
        """Ask the engine for the fields, once."""
        if self.mtf.client is None:
            return
        try:
            self._form = await self.mtf.client.settings_form()
        except MTFError as error:
            self.mtf.notices.show_error(error, "list the settings")
        self.refresh_page()
        self._go_to_problem()

    @work(group="disk", exclusive=True, exit_on_error=False)
    async def look_at_disk(self) -> None:
        """Find out whether somebody else wrote the file."""
        if await self._conflict.look():
            self._shows_difference = self._shows_difference and self._conflict.is_there
            self.refresh_page()

    def _go_to_problem(self) -> None:
        """Put the cursors on what is wrong."""
        problems = self.draft.problems if self.draft is not None else ()
        first = next((problem.line for problem in problems if problem.line), None)
        if first is not None:
            self.text.move_to(f"line {first}")
        wrong = next((row.key for row in self._rows() if row.problem), None)
        self.form.move_to(wrong)

    # --- what is shown ---

    def answer(self) -> Text:
        draft = self.draft
        if self._conflict.is_there:
            return conflict_answer(self.look)
        if draft is None:
            return own("No settings file is open")
        return settings_answer(draft, self.look, shows_difference=self._shows_difference)

    def scope(self) -> Text | Painter:
        draft = self.draft
        return own() if draft is None else own(safe(draft.path, self.look.tokens.muted, limit=400))

    def refresh_panes(self) -> None:
        draft = self.draft
        status = own() if draft is None else settings_status(draft, self.look)
        swaps = "tab shows the text" if self.has_class("-narrow") else ""
        self.query_one("#form-half", Pane).tell("Form", _noted(status, swaps) if swaps else "")
        name = safe(draft.path.name) if draft is not None else own("settings.yaml")
        title = own("What saving would change") if self._shows_difference else name
        self.query_one("#text-half", Pane).tell(title, status)
        for pane in self.query("#body LivePane").results(LivePane):
            pane.repaint()
        self.editor.show_problems()

    def _rows(self) -> Sequence[FieldRow]:
        draft = self.draft
        return [] if self._form is None or draft is None or not draft.is_checked else form_rows(self._form, draft)

    def _no_rows(self) -> Sequence[Text]:
        return (own((" reading the settings", self.look.tokens.muted)),)

    def _note(self, width: int) -> Sequence[Text]:
        row = self.form.row
        lines = note_lines(row, width, self.look)
        if row is None or row.field is None or self.draft is None:
            return [*lines, own()]
        line = written_line(row.field.name, self.draft, self.look)
        if row.field.name == _FOLDS and (fact := smallest_class(self.workspace.outline)).plain:
            fact.stylize(self.look.tokens.muted)
            line = own(" ", fact, " · ", line[1:])
        return [*lines, cut(line, width)]

    def _text(self, width: int) -> TablePicture:
        draft = self.draft
        if draft is None:
            return TablePicture(())
        if self._shows_difference:
            return difference_lines(self._difference(draft), width, self.look)
        return text_lines(draft, width, self.look)

    def _text_sheet(self) -> Sheet:
        if self.draft is None:
            return Sheet(())
        return difference_sheet(self._difference(self.draft)) if self._shows_difference else text_sheet(self.draft)

    def _difference(self, draft: Draft) -> Sequence[str]:
        """What is unsaved; where somebody else wrote the file, what this text would change of theirs."""
        return changes(self._conflict.base(draft), draft.text)

    def _problems(self) -> Sequence[Problem]:
        return self.draft.problems if self.draft is not None else ()

    # --- both halves stay in step ---

    def on_score_table_highlighted(self, event: ScoreTable.Highlighted) -> None:
        self.query_one("#settings-note", LivePane).repaint()
        if self.draft is None or self._shows_difference:
            return
        if event.table is self.form and self.focused is not self.text:
            self.text.move_to(self._line_of(event.key or ""))
        elif event.table is self.text and self.focused is self.text:
            self.form.move_to(self._field_at(event.key or ""))

    def _line_of(self, key: str) -> str | None:
        """The line of the text that a row of the form is about."""
        assert self.draft is not None
        written = self.draft.values.get(key)
        if written is not None:
            return f"line {written.line}"
        slot = self._checks.slot(key)
        if slot is not None:
            return f"line {slot.line}"
        lines = [one.slots[0].line - 1 for one in self.draft.lists if one.path[0] in (key, f"{key}s") and one.slots]
        return f"line {max(1, min(lines))}" if lines else None

    def _field_at(self, key: str) -> str | None:
        assert self.draft is not None
        line = int(key.split()[1]) if key.startswith("line ") else 0
        found = {value.line: name for name, value in reversed(list(self.draft.values.items()))}
        checks = {slot.line: f"{CHECK}{slot.position}" for slot in self.draft.slots(CHECKS) or ()}
        return found.get(line) or checks.get(line)

    def on_field_table_typed(self, event: FieldTable.Typed) -> None:
        event.stop()
        form, key, text = self._form, event.key, event.text
        if form is not None:
            self.mtf.editing.type_into(_token(key), lambda draft: form_edits(form, draft, key, text))

    def on_field_table_ended(self, event: FieldTable.Ended) -> None:
        event.stop()
        job = partial(self.mtf.editing.end_typing, _token(event.key), take_back=event.before is not None)
        self.mtf.work_on(job, group="edit", exclusive=False)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.mtf.editing.type_text(self.editor.written)

    def on_settings_editor_ended(self, event: SettingsEditor.Ended) -> None:
        event.stop()
        self._stop_writing()

    def _stop_writing(self) -> None:
        line = self.editor.cursor_location[0] + 1
        self.remove_class("-writing")
        self.text.focus()
        self.text.move_to(f"line {line}")
        self.mtf.work_on(self.mtf.editing.end_typing, group="edit", exclusive=False)

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action.startswith("conflict_"):
            types = isinstance(self.focused, Input | TextArea)
            return self._conflict.is_there and not types and self.mtf.screen is self
        return super().check_action(action, parameters)

    def footer_actions(self) -> list[Action]:
        first = list(actions("conflict")) if self._conflict.is_there else []
        rest = super().footer_actions()
        hidden = ("settings.difference", "app.start") if first else ()
        return [*first, *(action for action in rest if action.id not in hidden)]

    def allows(self, action: str) -> bool:
        if action == "settings.write":
            return self.focused is self.text and not self._shows_difference
        if action == "settings.go":
            return self.focused is self.text and self._shows_difference and self.text.cursor is not None
        if action in ("settings.remove", "settings.toggle"):
            return self._checks.slot(self.form.cursor or "") is not None
        return self.draft is not None

    def climb(self) -> bool:
        if self._shows_difference:
            self._close_difference()
        elif self.focused is self.text:
            self.action_settings_swap()
        else:
            self.app.pop_screen()
            self.mtf.call_after_refresh(self.mtf.refresh_page)
        return True

    def action_settings_swap(self) -> None:
        """Go to the other half; where there is room for one only, show it."""
        to_text = self.focused is not self.text
        if not to_text and self.has_class("-narrow"):
            self._shows_difference = False  # hidden, it would be what the next key takes for seen
        self.set_class(to_text, "-text")
        self._focus_half(self.text if to_text else self.form)

    def action_settings_write(self) -> None:
        if self.draft is None:
            return
        key = self.text.cursor or "line 1"
        line = int(key.split()[1]) if key.split()[1].isdigit() else 1
        self.add_class("-writing")
        self.editor.begin(self.draft.text, line)

    def action_settings_go(self) -> None:
        """Show the text at the line that is under the cursor."""
        draft, key = self.draft, self.text.cursor or ""
        if draft is None or not key.startswith("diff "):
            return
        line = line_of_difference(self._difference(draft), int(key.split()[1]))
        self._show(difference=False)
        self.call_after_refresh(self.text.move_to, f"line {line}")

    def _show(self, *, difference: bool) -> None:
        self._shows_difference = difference
        self.refresh_page()
        self.add_class("-text")
        self._focus_half(self.text)

    def _focus_half(self, half: ScoreTable) -> None:
        """Put the focus on a half, once it is seen."""
        if not self.has_class("-narrow"):
            half.focus()
        self.call_after_refresh(half.focus)
        self.call_after_refresh(self.refresh_page)

    def action_settings_difference(self) -> None:
        if self._shows_difference:
            self._close_difference()
        else:
            self._open_difference()

    def _open_difference(self) -> None:
        self._came_from_form = self.focused is self.form
        self._show(difference=True)

    def _close_difference(self) -> None:
        if self._came_from_form and self.has_class("-narrow"):
            self.action_settings_swap()
        else:
            self._show(difference=False)

    @work(exclusive=True, group="save", exit_on_error=False)
    async def action_settings_save(self) -> None:
        """Show what would be written; asked again, write it."""
        draft = self.draft
        if draft is None or not draft.is_dirty:
            self.mtf.notify("Nothing to save")
        elif not self._shows_difference:
            self._open_difference()
        elif await self.mtf.saving.save():
            self._close_difference()

    def action_conflict_difference(self) -> None:
        self.action_settings_difference()

    def action_conflict_reload(self) -> None:
        self._settle(self.mtf.editing.reload)

    def action_conflict_keep(self) -> None:
        self._settle(self.mtf.editing.keep_mine)

    def _settle(self, how: Callable[[], Coroutine[object, object, None]]) -> None:
        async def settled() -> None:
            await self._conflict.settle(how)
            self._shows_difference = False
            self.refresh_page()

        self.mtf.work_on(settled, group="edit", exclusive=False)

    # --- checks, and what has a screen of its own ---

    def on_field_table_opened(self, event: FieldTable.Opened) -> None:
        event.stop()
        if event.key in ELSEWHERE:
            self.mtf.perform(f"app.{ELSEWHERE[event.key]}")
        elif (slot := self._checks.slot(event.key)) is not None:
            self.fill_in_check(slot)

    def action_settings_add(self) -> None:
        self.fill_in_check(None)

    @work(group="add", exclusive=True, exit_on_error=False)
    async def fill_in_check(self, slot: Slot | None) -> None:
        """Ask for one check, and put it in its place or at the end."""
        if self._form is not None and (key := await self._checks.fill_in(self._form.check, slot)) is not None:
            self.form.move_to(key)

    def action_settings_remove(self) -> None:
        self._edit_check("remove")

    def action_settings_toggle(self) -> None:
        self._edit_check("switch")

    def _edit_check(self, verb: str) -> None:
        edit = partial(self._checks.edit, verb, lambda: self.form.cursor or "")
        self.mtf.work_on(edit, group="edit", exclusive=False)


def _noted(status: Text, more: str) -> Text:
    return own(status, " · ", more)


def _token(key: str) -> str:
    return f"settings {key}"
