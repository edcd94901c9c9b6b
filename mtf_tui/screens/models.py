"""Models: what is under test? Cells and cost of each, and the parameters of the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from mtf_engine.domain.outlines import Form, ModelOutline, PlanOutline
from mtf_tui.actions import bindings
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.plan import model_table, models_answer, parameter_table
from mtf_tui.screens.plan_page import PlanPage
from mtf_tui.text import own, safe
from mtf_tui.widgets.live_pane import LivePane, Painter
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable


class ModelsScreen(PlanPage):
    """The models of the open settings."""

    SCOPE = "models"
    BINDINGS = bindings("models")

    def compose_body(self) -> Iterable[Widget]:
        yield Vertical(
            Pane("Models", ScoreTable(self._models, id="models"), id="model-pane"),
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
        count = len(self.outline.models) if self.outline else 0
        self.query_one("#model-pane", Pane).tell("Models", f"{count} on")
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
        key = self.table("#models").cursor
        return next((m for m in self.outline.models if m.name == key), None) if self.outline else None

    def _form(self) -> Form | None:
        model = self.current
        if model is None or self.outline is None or model.kind == "function":
            return None
        tasks = {d.name: d.task for d in self.outline.datasets}
        task = next((tasks[name] for name in model.datasets if name in tasks), None)
        return self.ask(("form", model.target, task), lambda client: client.model_form(model.target, task))

    def _models(self, width: int) -> TablePicture:
        if self.outline is None:
            return TablePicture((), footer=tuple(self.problems()))
        return model_table(self.outline.models, width, self.look)

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

    def allows(self, action: str) -> bool:
        return bool(action) and self.workspace.settings is not None

    def action_models_reload(self) -> None:
        self.mtf.read_settings()
