"""Models: what is under test? Cells and cost of each, and the parameters of the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.text import Text
from textual import work
from textual.widget import Widget

from mtf_engine import numbers
from mtf_engine.domain.forms import Form
from mtf_engine.domain.outlines import PlanOutline, Slot
from mtf_tui.actions import bindings
from mtf_tui.draft import Draft
from mtf_tui.engine_protocol import SettingsEdit
from mtf_tui.entries import (
    ModelEntry,
    fields_of,
    form_name,
    has_form,
    model_entries,
    new_model,
    parameter_rows,
    parameters_of,
    with_typed,
)
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.models import model_sheet, model_table, models_answer
from mtf_tui.screens.add_model_dialog import AddModelDialog
from mtf_tui.screens.plan_page import PlanPage
from mtf_tui.sheets import Sheet
from mtf_tui.text import own, safe
from mtf_tui.widgets.boxes import Column
from mtf_tui.widgets.field_table import FieldRow, FieldTable
from mtf_tui.widgets.live_pane import LivePane, Painter
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable

_PATH = ("models",)


class ModelsScreen(PlanPage):
    """The models of the open settings."""

    SCOPE = "models"
    START_PLACE = 2
    BINDINGS = bindings("models")

    def __init__(self) -> None:
        super().__init__()
        self._marked: frozenset[str] = frozenset()

    def compose_body(self) -> Iterable[Widget]:
        yield Column(
            Pane("Models", ScoreTable(self._models, sheet=self._model_sheet, id="models"), id="model-pane"),
            Pane(
                "Parameters",
                FieldTable(self._parameters, empty=self._no_parameters, id="parameters"),
                LivePane(self.note_of_field, id="parameter-note"),
                id="parameter-pane",
                classes="fill",
            ),
            id="body",
        )

    def on_mount(self) -> None:
        self.table("#models").focus()

    def plan_answer(self, plan: PlanOutline) -> Text:
        return models_answer(plan, self.look)

    def plan_scope(self, plan: PlanOutline) -> Text | Painter:
        problems = self.draft.problems if self.draft is not None else ()
        if problems:
            then = " · nothing runs until this is right"
        else:
            then = " · r runs them" if plan.cells > plan.finished_cells else ""
        return own((f"{numbers.plural(plan.workers, 'worker')}{then}", self.look.tokens.muted))

    def refresh_panes(self) -> None:
        super().refresh_panes()
        entries = self.entries
        self._marked &= {entry.key for entry in entries}
        note = self.count_note([entry.is_on for entry in entries])
        note = f"{len(self._marked)} marked · {note}" if self._marked else note
        self.query_one("#model-pane", Pane).tell("Models", note)
        self._tell_parameters()

    def on_score_table_highlighted(self, event: ScoreTable.Highlighted) -> None:
        self.query_one("#parameter-note", LivePane).repaint()
        if event.table.id == "models":
            self.query_one("#parameters", FieldTable).restart()
            self._tell_parameters()

    def _tell_parameters(self) -> None:
        entry, form = self.entry, self._form()
        others = len(self._marked - {entry.key}) if entry is not None and entry.key in self._marked else 0
        more = f" and {others} more marked" if others else ""
        title = own(safe(entry.name), more) if entry is not None else own("Parameters")
        count = len(parameters_of(entry.slot, form)) if entry is not None and entry.slot is not None and form else 0
        note = f"{count} of {numbers.plural(len(form.fields), 'parameter')} set" if form is not None else ""
        self.query_one("#parameter-pane", Pane).tell(title, note)

    @property
    def entries(self) -> tuple[ModelEntry, ...]:
        """The models, those that are off too."""
        draft = self.draft
        slots = draft.slots(_PATH) if draft is not None else None
        models = self.outline.models if self.outline is not None else ()
        return model_entries(slots, models, self.workspace.problems)

    @property
    def entry(self) -> ModelEntry | None:
        """The model under the cursor, those too that the plan knows nothing of."""
        key = self.table("#models").cursor
        return next((entry for entry in self.entries if entry.key == key), None)

    @property
    def targets(self) -> tuple[ModelEntry, ...]:
        """What a change is about: the marked models, or the one under the cursor."""
        entry, entries = self.entry, self.entries
        marked = tuple(one for one in entries if one.key in self._marked and one.slot is not None)
        return marked or ((entry,) if entry is not None and entry.slot is not None else ())

    def show_model(self, name: str) -> None:
        """Put the cursor on a model."""
        self.table("#models").move_to(next((entry.key for entry in self.entries if entry.name == name), None))

    # --- parameters ---

    def _form(self) -> Form | None:
        entry = self.entry
        return self._form_of(entry.slot) if entry is not None and entry.slot is not None else None

    def _form_key(self, slot: Slot) -> tuple[object, ...]:
        tasks = {d.name: d.task for d in self.outline.datasets} if self.outline is not None else {}
        models = self.outline.models if self.outline is not None else ()
        fitted = next((model.datasets for model in models if model.name == slot.name), ())
        return ("form", form_name(slot), next((tasks[name] for name in fitted if name in tasks), None))

    def _form_of(self, slot: Slot) -> Form | None:
        if not has_form(slot):
            return None
        _, name, task = key = self._form_key(slot)
        return self.ask_form(key, lambda client: client.model_form(str(name), None if task is None else str(task)))

    def _parameters(self) -> Sequence[FieldRow]:
        entry, form, draft = self.entry, self._form(), self.draft
        if entry is None or entry.slot is None or form is None or draft is None:
            return ()
        problems = self.problems_at(_PATH, entry.slot.position) if entry.is_on else ()
        return parameter_rows(form, parameters_of(entry.slot, form), problems)

    def _no_parameters(self) -> Sequence[Text]:
        entry, muted = self.entry, self.look.tokens.muted
        if entry is None:
            return self.data_to_come()
        if entry.slot is None:
            return (own((" added to every plan: what any model has to beat", muted)),)
        if not has_form(entry.slot):
            key = (",", f"bold {self.look.tokens.accent}")
            about = own(
                (" a function of yours: `parameters` in the settings' text go to it; ", muted), key, " opens it"
            )
            return (*self.whole_problem(entry.problem), about)
        if self._form() is not None:
            return (own((" no parameters", muted)),)
        if entry.problem is not None:
            return self.whole_problem(entry.problem)
        return (self.waiting(self._form_key(entry.slot), "looking it up"),)

    def parameter_edits(self, draft: Draft, key: str, text: str) -> Sequence[SettingsEdit]:
        """Set a parameter of the model under the cursor, and of all marked ones that have it."""
        slots = {f"slot {slot.position}": slot for slot in draft.slots(_PATH) or ()}
        edits = []
        for entry in self.targets:
            slot, form = slots.get(entry.key), self._form_of(entry.slot) if entry.slot is not None else None
            if slot is None or form is None or not slot.is_on:
                continue
            values = parameters_of(slot, form)
            if key not in {field.name for field in fields_of(form, values)}:
                continue
            value = with_typed(form, values, key, text)
            edits.append({"verb": "parameters", "position": slot.position, "value": value})
        return _together(edits)

    # --- the list ---

    def _models(self, width: int) -> TablePicture:
        picture = model_table(self.entries, width, self.look, marked=self._marked)
        return TablePicture(picture.rows, picture.headers, tuple(self.unread(width)) if not picture.rows else ())

    def _model_sheet(self) -> Sheet:
        return model_sheet(self.entries)

    def allows(self, action: str) -> bool:
        if action == "models.reload":
            return self.workspace.settings is not None
        if action == "models.add":
            return self.draft is not None
        slot = self.entry.slot if self.entry is not None else None
        if action == "models.edit":
            return slot is not None and slot.is_on and has_form(slot) and self.focused is self.table("#models")
        if action == "models.mark_all":
            return bool(self.entries)
        return slot is not None or bool(self._marked and action in ("models.remove", "models.toggle"))

    @work(group="add", exclusive=True, exit_on_error=False)
    async def action_models_add(self) -> None:
        """Put a model at the end: built in, any estimator by its path, or a function."""
        typed = await self.choose_name("models", AddModelDialog())
        if typed is None or self.draft is None:
            return
        value = new_model(typed)

        def go(edit: SettingsEdit) -> None:
            self.table("#models").move_to(f"slot {edit.position}")

        def insert(now: Draft) -> SettingsEdit:
            return SettingsEdit("insert", _PATH, len(now.slots(_PATH) or ()), value=value)

        self.edit(insert, "add the model", go=go)

    def action_models_remove(self) -> None:
        targets = {entry.key for entry in self.targets}
        self._marked = frozenset()

        def made(draft: Draft) -> Sequence[SettingsEdit]:
            found = [slot for slot in draft.slots(_PATH) or () if f"slot {slot.position}" in targets]
            return _together([{"verb": "remove", "position": slot.position} for slot in found])

        self.edit_all(made, "remove the model")

    def action_models_toggle(self) -> None:
        """Switch the model on or off; marked ones all the same way."""
        targets = {entry.key for entry in self.targets}

        def made(draft: Draft) -> Sequence[SettingsEdit]:
            found = [slot for slot in draft.slots(_PATH) or () if f"slot {slot.position}" in targets]
            on = not any(slot.is_on for slot in found)
            wrong = [slot for slot in found if slot.is_on != on]
            return _together([{"verb": "switch", "position": slot.position, "on": on} for slot in wrong])

        self.edit_all(made, "switch the model")

    def action_models_mark(self) -> None:
        entry = self.entry
        if entry is not None:
            self._marked ^= {entry.key}
            self.table("#models").action_table_down()
            self.refresh_page()

    def action_models_mark_all(self) -> None:
        """Mark every model that is shown, or none."""
        shown = {e.key for e in self.entries if e.slot is not None and e.key in self.table("#models").keys}
        self._marked = frozenset() if shown <= self._marked else self._marked | shown
        self.refresh_page()

    def action_models_edit(self) -> None:
        self.query_one("#parameters", FieldTable).focus()

    def climb(self) -> bool:
        if super().climb():
            return True
        if self.focused is self.query_one("#parameters"):
            self.table("#models").focus()
            return True
        had, self._marked = bool(self._marked), frozenset()
        self.refresh_page()
        return had

    def action_models_reload(self) -> None:
        self.mtf.outlining.read()


def _together(edits: Sequence[Mapping[str, object]]) -> Sequence[SettingsEdit]:
    """Edits of several models as one."""
    return [SettingsEdit("each", _PATH, value=[dict(edit) for edit in edits])] if edits else []
