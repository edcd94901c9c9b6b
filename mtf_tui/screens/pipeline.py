"""Pipeline: what happens to the data? The steps in order, and what the one under the cursor does to training rows."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from mtf_engine.domain.outlines import BeforeAfter, PipelineOutline, PlanOutline
from mtf_tui.actions import bindings
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.plan import before_after_rows, pipeline_answer, step_table
from mtf_tui.screens.plan_page import PlanPage
from mtf_tui.text import own, safe
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog
from mtf_tui.widgets.live_pane import LivePane, Painter
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable


class PipelineScreen(PlanPage):
    """The steps of the open settings, seen on one data set."""

    SCOPE = "pipeline"
    BINDINGS = bindings("pipeline")

    def __init__(self) -> None:
        super().__init__()
        self._dataset: str | None = None
        self._pipeline: str | None = None

    def compose_body(self) -> Iterable[Widget]:
        yield Vertical(
            Pane("Steps", ScoreTable(self._steps, id="steps"), id="step-pane"),
            Pane("Before and after", ScoreTable(self._changes, id="changes"), id="change-pane", classes="fill"),
            id="body",
        )

    def on_mount(self) -> None:
        self.table("#steps").focus()
        super().on_mount()

    @property
    def current(self) -> PipelineOutline | None:
        """The pipeline and data set that are shown."""
        found = self.outline.pipelines if self.outline is not None else ()
        here = [p for p in found if p.dataset == self._dataset] or [p for p in found if p.dataset == found[0].dataset]
        return next((p for p in here if p.name == self._pipeline), here[0]) if here else None

    def plan_answer(self, plan: PlanOutline) -> Text:  # noqa: ARG002 (it answers for one pipeline)
        pipeline = self.current
        return own("No pipeline in the plan") if pipeline is None else pipeline_answer(pipeline, self.look)

    def plan_scope(self, plan: PlanOutline) -> Text | Painter:  # noqa: ARG002
        pipeline, tokens = self.current, self.look.tokens
        if pipeline is None:
            return own()
        key = f"bold {tokens.accent}"
        facts = f"fitted on {pipeline.rows_read:,} training rows of fold 1"
        line = own(("d ", key), safe(pipeline.dataset), "   ", ("p ", key), safe(pipeline.name), "   ")
        return own(line, (facts, tokens.muted))

    def refresh_panes(self) -> None:
        super().refresh_panes()
        count = len(self.current.steps) if self.current else 0
        self.query_one("#step-pane", Pane).tell("Steps", f"{count} on")
        self._tell_changes()

    def on_score_table_highlighted(self, event: ScoreTable.Highlighted) -> None:
        if event.table.id == "steps":
            self.query_one("#changes", LivePane).repaint()
            self._tell_changes()

    def _tell_changes(self) -> None:
        found = self._before_after()
        step = next((s for s in self.current.steps if str(s.position) == self._step()), None) if self.current else None
        arrow = self.look.glyphs.arrow
        title = f"Before {arrow} after {step.name}" if step is not None else f"Before {arrow} after"
        note = f"{found.changed:,} columns changed · {found.rows_read:,} training rows" if found is not None else ""
        self.query_one("#change-pane", Pane).tell(title, note)

    def _step(self) -> str | None:
        return self.table("#steps").cursor

    def _key(self) -> tuple[object, ...]:
        pipeline = self.current
        return ("change", pipeline.dataset if pipeline else "", pipeline.name if pipeline else "", self._step())

    def _before_after(self) -> BeforeAfter | None:
        pipeline, step, settings = self.current, self._step(), self.workspace.settings
        if pipeline is None or step is None or settings is None:
            return None
        where, text = (pipeline.dataset, pipeline.name, int(step)), self.workspace.unsaved_text
        return self.ask(self._key(), lambda client: client.before_after(settings, *where, text=text))

    def _steps(self, width: int) -> TablePicture:
        if self.current is None:
            return TablePicture((), footer=tuple(self.problems()))
        return step_table(self.current, width, self.look)

    def _changes(self, width: int) -> TablePicture:
        if self.current is None or self._step() is None:
            return TablePicture(())
        found = self._before_after()
        if found is None:
            return TablePicture((), footer=(self.waiting(self._key(), "fitting the step"),))
        return before_after_rows(found, width, self.look)

    def allows(self, action: str) -> bool:
        if action == "pipeline.reload":
            return self.workspace.settings is not None
        plan = self.outline
        if plan is None or self.current is None:
            return False
        if action == "pipeline.switch":
            return len({pipeline.name for pipeline in plan.pipelines}) > 1
        return len(plan.datasets) > 1

    def action_pipeline_dataset(self) -> None:
        plan = self.outline
        if plan is None or self.current is None:
            return
        choices = [Choice(d.name, d.name, d.task) for d in plan.datasets]

        def chosen(name: str | None) -> None:
            if name is not None:
                self._dataset = name
                self.refresh_page()

        self.app.push_screen(ChoiceDialog("Data set", choices, current=self.current.dataset), chosen)

    def action_pipeline_switch(self) -> None:
        if self.outline is None or self.current is None:
            return
        names = list(dict.fromkeys(p.name for p in self.outline.pipelines if p.dataset == self.current.dataset))
        self._pipeline = names[(names.index(self.current.name) + 1) % len(names)]
        self.refresh_page()

    def action_pipeline_reload(self) -> None:
        self.mtf.read_settings()
