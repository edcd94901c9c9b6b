"""Models: what is under test? Cells and cost of each, and the parameters of the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.text import Text
from textual import work
from textual.containers import Vertical
from textual.widget import Widget

from mtf_engine.domain.outlines import Form, ModelOutline, PlanOutline, Slot
from mtf_engine.errors import MTFError
from mtf_tui.actions import bindings
from mtf_tui.draft import Draft
from mtf_tui.engine_protocol import SettingsEdit
from mtf_tui.entries import ModelEntry, form_name, has_form, model_entries, parameters_of
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.models import model_sheet, model_table, models_answer, parameter_table
from mtf_tui.screens.plan_page import PlanPage
from mtf_tui.sheets import Sheet
from mtf_tui.text import own, safe
from mtf_tui.widgets.live_pane import LivePane, Painter
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable

_PATH = ("models",)


class ModelsScreen(PlanPage):
    """The models of the open settings."""

    SCOPE = "models"
    BINDINGS = bindings("models")

    def compose_body(self) -> Iterable[Widget]:
        yield Vertical(
            Pane("Models", ScoreTable(self._models, sheet=self._model_sheet, id="models"), id="model-pane"),
            Pane("Parameters", ScoreTable(self._parameters, id="parameters"), id="parameter-pane", classes="fill"),
            id="body",
        )

    def on_mount(self) -> None:
        self.table("#models").focus()
        super().on_mount()

    def plan_answer(self, plan: PlanOutline) -> Text:
        return models_answer(plan, self.look)

    def plan_scope(self, plan: PlanOutline) -> Text | Painter:
        return own((f"{plan.workers} workers · r runs them", self.look.tokens.muted))

    def refresh_panes(self) -> None:
        super().refresh_panes()
        entries = self.entries
        off = sum(not entry.is_on for entry in entries)
        note = f"{len(entries) - off} on" + (f" · {off} off" if off else "")
        self.query_one("#model-pane", Pane).tell("Models", note)
        self._tell_parameters()

    def on_score_table_highlighted(self, event: ScoreTable.Highlighted) -> None:
        if event.table.id == "models":
            self.query_one("#parameters", LivePane).repaint()
            self._tell_parameters()

    def _tell_parameters(self) -> None:
        model, form = self.current, self._form()
        title = safe(model.name) if model is not None else own("Parameters")
        note = f"{len(model.parameters)} of {len(form.fields)} parameters set" if model and form else ""
        self.query_one("#parameter-pane", Pane).tell(title, note)

    @property
    def current(self) -> ModelOutline | None:
        """The model under the cursor."""
        return self.entry.outline if self.entry is not None else None

    @property
    def entries(self) -> tuple[ModelEntry, ...]:
        """The models, those that are off too."""
        slots = self.draft.slots(_PATH) if self.draft is not None else None
        return model_entries(slots, self.outline.models if self.outline is not None else ())

    @property
    def entry(self) -> ModelEntry | None:
        """The model under the cursor, those too that the plan knows nothing of."""
        key = self.table("#models").cursor
        return next((entry for entry in self.entries if entry.key == key), None)

    def _form(self) -> Form | None:
        model = self.current
        if model is None or self.outline is None or model.kind == "function":
            return None
        tasks = {d.name: d.task for d in self.outline.datasets}
        task = next((tasks[name] for name in model.datasets if name in tasks), None)
        return self.ask(("form", model.target, task), lambda client: client.model_form(model.target, task))

    def _models(self, width: int) -> TablePicture:
        picture = model_table(self.entries, width, self.look)
        return TablePicture(picture.rows, picture.headers, tuple(self.problems()) if self.outline is None else ())

    def _parameters(self, width: int) -> TablePicture:
        model = self.current
        if model is None or self.outline is None:
            return TablePicture(())
        if model.kind == "function":
            return TablePicture((), footer=(own((" a function of yours; it sets its own", self.look.tokens.muted)),))
        form = self._form()
        if form is None:
            tasks = {d.name: d.task for d in self.outline.datasets}
            task = next((tasks[name] for name in model.datasets if name in tasks), None)
            return TablePicture((), footer=(self.waiting(("form", model.target, task), "looking it up"),))
        return parameter_table(form, model, width, self.look)

    def _model_sheet(self) -> Sheet:
        return model_sheet(self.entries)

    def allows(self, action: str) -> bool:
        if action == "models.reload":
            return self.workspace.settings is not None
        if action == "models.add":
            return self.draft is not None
        slot = self.entry.slot if self.entry is not None else None
        if action == "models.edit":
            return slot is not None and slot.is_on and has_form(slot)
        return slot is not None

    @work(group="add", exclusive=True, exit_on_error=False)
    async def action_models_add(self) -> None:
        """Put a model at the end."""
        name = await self.choose_name("models", "Add a model")
        if name is None or self.draft is None:
            return

        def go(edit: SettingsEdit) -> None:
            self.table("#models").move_to(f"slot {edit.position}")

        def insert(now: Draft) -> SettingsEdit:
            return SettingsEdit("insert", _PATH, len(now.slots(_PATH) or ()), value=name)

        self.edit(insert, "add the model", go=go)

    def action_models_remove(self) -> None:
        self._change(lambda slot: SettingsEdit("remove", _PATH, slot.position), "remove the model")

    def action_models_toggle(self) -> None:
        self._change(lambda slot: SettingsEdit("switch", _PATH, slot.position, on=not slot.is_on), "switch the model")

    def _change(self, make: Callable[[Slot], SettingsEdit], doing: str) -> None:
        """Edit the model that is under the cursor when the edits before it are done."""

        def made(_: Draft) -> SettingsEdit | None:
            slot = self.entry.slot if self.entry is not None else None
            return None if slot is None else make(slot)

        self.edit(made, doing)

    @work(group="form", exclusive=True, exit_on_error=False)
    async def action_models_edit(self) -> None:
        """Ask for the parameters of the model under the cursor."""
        slot, client = (self.entry.slot if self.entry is not None else None), self.mtf.client
        if slot is None or client is None:
            return
        tasks = {d.name: d.task for d in self.outline.datasets} if self.outline is not None else {}
        found = self.current.datasets if self.current is not None else ()
        try:
            form = await client.model_form(form_name(slot), next((tasks[n] for n in found if n in tasks), None))
        except MTFError as error:
            self.mtf.notices.show_error(error, "look up the parameters")
            return
        values = await self.fill_in(form, parameters_of(slot, form))
        if values is not None:
            self.edit(lambda _: SettingsEdit("parameters", _PATH, slot.position, value=values), "set the parameters")

    def action_models_reload(self) -> None:
        self.mtf.outlining.read()
