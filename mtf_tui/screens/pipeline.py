"""Pipeline: what happens to the data? The steps in order, and what the one under the cursor does to training rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.text import Text
from textual import work
from textual.widget import Widget

from mtf_engine.domain.forms import Form
from mtf_engine.domain.outlines import BeforeAfter, PipelineOutline, PlanOutline, Slot, StepOutline
from mtf_engine.domain.sources import SourceProfile
from mtf_tui.actions import bindings
from mtf_tui.draft import Draft
from mtf_tui.editing import MakeAll
from mtf_tui.engine_protocol import SettingsEdit, SourceAsked, no_progress
from mtf_tui.entries import (
    StepEntry,
    entry_with,
    form_name,
    name_of_step,
    parameter_rows,
    parameters_of,
    step_entries,
    with_typed,
)
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.column_change import change_at, change_lines, change_note, row_lines
from mtf_tui.pictures.pipeline import (
    before_after_note,
    before_after_rows,
    before_after_sheet,
    pipeline_answer,
    step_sheet,
    step_table,
)
from mtf_tui.pictures.sources import profile_sheet, profile_table
from mtf_tui.screens.plan_page import PlanPage
from mtf_tui.sheets import Sheet
from mtf_tui.source_form import asked_for
from mtf_tui.text import own, safe
from mtf_tui.widgets.boxes import Column, Row
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog
from mtf_tui.widgets.field_table import FieldRow, FieldTable
from mtf_tui.widgets.live_pane import LivePane, Painter
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.plot_pane import PlotPane
from mtf_tui.widgets.score_table import ScoreTable


class PipelineScreen(PlanPage):
    """The steps of the open settings, seen on one data set."""

    SCOPE = "pipeline"
    START_PLACE = 2
    BINDINGS = bindings("pipeline")

    def __init__(self) -> None:
        super().__init__()
        self._dataset: str | None = None
        self._pipeline: str | None = None

    def compose_body(self) -> Iterable[Widget]:
        yield Column(
            Pane("Steps", ScoreTable(self._steps, sheet=self._step_sheet, id="steps"), id="step-pane"),
            Row(
                Column(
                    Pane(
                        "Parameters",
                        FieldTable(self._parameters, empty=self._no_parameters, id="parameters"),
                        LivePane(self.note_of_field, id="parameter-note"),
                        id="parameter-pane",
                    ),
                    Pane(
                        "Before and after",
                        ScoreTable(self._changes, sheet=self._change_sheet, id="changes"),
                        id="change-pane",
                        classes="fill",
                    ),
                    id="step-left",
                ),
                Pane("Column", PlotPane(self._column, focusable=False, id="column"), id="changed-column"),
                classes="fill",
            ),
            id="body",
        )

    def on_mount(self) -> None:
        self.table("#steps").focus()

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
        entries = self.entries
        note = self.count_note([entry.is_on for entry in entries])
        if self._is_auto:
            name = safe(self.current.dataset).plain if self.current is not None else ""
            note = f"auto, as resolved for {name}: a change writes it out"
        self.query_one("#step-pane", Pane).tell("Steps", note)
        self._tell_lower()

    def on_score_table_highlighted(self, event: ScoreTable.Highlighted) -> None:
        self.query_one("#parameter-note", LivePane).repaint()
        if event.table.id == "changes":
            self._tell_column()
        if event.table.id == "steps":
            self.query_one("#parameters", FieldTable).restart()
            self.query_one("#changes", LivePane).repaint()
            self._tell_lower()

    def _tell_lower(self) -> None:
        entry, form, slot = self.entry, self._form(), self._value()
        count = len(parameters_of(slot, form)) if slot is not None and form is not None else 0
        note = f"{count} of {len(form.fields)} set · fitted on training rows" if form is not None else ""
        self.query_one("#parameter-pane", Pane).tell(safe(entry.name) if entry is not None else "Parameters", note)
        self._tell_changes()

    def _tell_changes(self) -> None:
        found = self._before_after()
        step = self._step()
        arrow = self.look.glyphs.arrow
        title = f"Before {arrow} after {step.name}" if step is not None else f"Before {arrow} after"
        note = before_after_note(found, step) if found is not None and step is not None else ""
        self.query_one("#change-pane", Pane).tell(title, note)
        self._tell_column()

    def _tell_column(self) -> None:
        """Show the column under the cursor of before and after, where there is room beside it."""
        found = self._before_after()
        change = change_at(found, self.table("#changes").cursor)
        name = safe(change.column) if change is not None else own("Column" if found is None else "Rows")
        self.query_one("#changed-column", Pane).tell(name, change_note(change))
        self.query_one("#column", PlotPane).repaint()

    def _column(self, width: int, height: int) -> Sequence[Text]:
        found = self._before_after()
        if found is None:
            return ()
        change = change_at(found, self.table("#changes").cursor)
        return row_lines(found, width, self.look) if change is None else change_lines(change, width, height, self.look)

    @property
    def path(self) -> tuple[str, ...]:
        """Where the steps that are shown stand in the settings."""
        name = self.current.name if self.current is not None else self._pipeline
        named = [] if self.draft is None else [one.path for one in self.draft.lists if one.path[0] == "pipelines"]
        return next((path for path in named if path[1] == name), named[0] if named else ("pipeline",))

    @property
    def entries(self) -> tuple[StepEntry, ...]:
        """The steps, those that are off too."""
        slots = self.draft.slots(self.path) if self.draft is not None else None
        return step_entries(slots or None, self.current, self.path, self.workspace.problems)

    @property
    def entry(self) -> StepEntry | None:
        """The step under the cursor."""
        key = self.table("#steps").cursor
        return next((entry for entry in self.entries if entry.key == key), None)

    def _step(self) -> StepOutline | None:
        return self.entry.outline if self.entry is not None else None

    def _key(self) -> tuple[object, ...]:
        pipeline, step = self.current, self._step()
        names = (pipeline.dataset, pipeline.name) if pipeline else ("", "")
        return ("change", *names, step.position if step else None)

    def _before_after(self) -> BeforeAfter | None:
        pipeline, step, settings = self.current, self._step(), self.workspace.settings
        if pipeline is None or step is None or settings is None:
            return None
        where, text = (pipeline.dataset, pipeline.name, step.position), self.workspace.unsaved_text
        return self.ask(self._key(), lambda client: client.before_after(settings, *where, text=text))

    # --- parameters ---

    def _form(self) -> Form | None:
        name = self._form_name()
        return self.ask_form(("form", name), lambda client: client.step_form(name)) if name else None

    def _form_name(self) -> str:
        entry = self.entry
        if entry is None:
            return ""
        return form_name(entry.slot) if entry.slot is not None else entry.name

    def _value(self) -> Slot | None:
        """The step under the cursor as an entry, those too that auto chose."""
        entry = self.entry
        if entry is None or entry.slot is not None:
            return entry.slot if entry is not None else None
        value = entry.outline.entry if entry.outline is not None else None
        return None if value is None else Slot(int(entry.key), True, entry.name, value, 0)

    def _parameters(self) -> Sequence[FieldRow]:
        slot, form, draft = self._value(), self._form(), self.draft
        if slot is None or form is None or draft is None:
            return ()
        problems = self.problems_at(self.path, slot.position) if slot.is_on else ()
        return parameter_rows(form, parameters_of(slot, form), problems)

    def _no_parameters(self) -> Sequence[Text]:
        muted = self.look.tokens.muted
        if self.entry is None:
            return (own((" of the step under the cursor", muted)),) if self.data_to_come() else ()
        if self._form() is not None:
            return (own((" no parameters", muted)),)
        if self.entry.problem is not None:
            return self.whole_problem(self.entry.problem)
        return (self.waiting(("form", self._form_name()), "looking it up"),)

    def parameter_edits(self, draft: Draft, key: str, text: str) -> Sequence[SettingsEdit]:
        """Set a parameter of the step under the cursor."""
        entry, form = self.entry, self._form()
        slots, first = self._slots(draft)
        slot = next((slot for slot in slots if entry is not None and str(slot.position) == entry.key), None)
        if slot is None or form is None or not slot.is_on:
            return ()
        value = with_typed(form, parameters_of(slot, form), key, text)
        return (*first, SettingsEdit("parameters", self.path, slot.position, value=value))

    # --- the list ---

    @property
    def _is_auto(self) -> bool:
        """Whether the steps are those that auto chose."""
        return (
            self.draft is not None
            and not self.draft.slots(self.path)
            and bool(self.entries)
            and (all(entry.slot is None for entry in self.entries))
        )

    def _slots(self, draft: Draft) -> tuple[tuple[Slot, ...], tuple[SettingsEdit, ...]]:
        """The entries of the settings, and the edit that writes auto out where the settings have none."""
        found = draft.slots(self.path)
        if found or self.current is None or not self._is_auto:
            return found or (), ()
        steps = [step.entry for step in self.current.steps if step.entry is not None]
        written = tuple(Slot(at, True, name_of_step(step), step, 0) for at, step in enumerate(steps))
        return written, (SettingsEdit("set", ("pipeline",), value=steps),)

    def _steps(self, width: int) -> TablePicture:
        picture = step_table(self.entries, width, self.look)
        return TablePicture(picture.rows, picture.headers, tuple(self.unread(width)) if not picture.rows else ())

    def _changes(self, width: int) -> TablePicture:
        if self.current is None or self._step() is None:
            return TablePicture((), footer=tuple(self.data_to_come()))
        found = self._before_after()
        if found is None:
            return TablePicture((), footer=(self.waiting(self._key(), "fitting the step"),))
        untouched = self._untouched()
        return (
            before_after_rows(found, width, self.look)
            if untouched is None
            else profile_table(untouched, width, self.look)
        )

    def _untouched(self) -> SourceProfile | None:
        """The columns of the data, for a step that takes rows only."""
        pipeline, step, plan = self.current, self._step(), self.outline
        if pipeline is None or step is None or plan is None or step.kind != "row":
            return None
        dataset = next((one for one in plan.datasets if one.name == pipeline.dataset), None)
        slot = next((one for one in self.mtf.sourcing.slots() if one.name == pipeline.dataset), None)
        if dataset is None or slot is None:
            return None
        source, target = asked_for(slot)
        asked = SourceAsked(source, target or dataset.target, str(self.mtf.sourcing.base))
        return self.ask(("profile", asked), lambda client: client.profile(asked, full=False, progress=no_progress))

    def _step_sheet(self) -> Sheet:
        return step_sheet(self.entries)

    def _change_sheet(self) -> Sheet:
        found, untouched = self._before_after(), self._untouched()
        if untouched is not None:
            return profile_sheet(untouched)
        return Sheet(()) if found is None else before_after_sheet(found)

    def allows(self, action: str) -> bool:
        if action == "pipeline.reload":
            return self.workspace.settings is not None
        if action == "pipeline.add":
            return self.draft is not None
        slot = self._value()
        if action == "pipeline.edit":
            return slot is not None and slot.is_on and self.focused is self.table("#steps")
        if action == "pipeline.changes":
            return self.current is not None
        if action in ("pipeline.remove", "pipeline.toggle"):
            return slot is not None
        if action == "pipeline.up":
            return slot is not None and slot.position > 0
        if action == "pipeline.down":
            return slot is not None and slot.position < len(self.entries) - 1
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

    @work(group="add", exclusive=True, exit_on_error=False)
    async def action_pipeline_add(self) -> None:
        """Put a step behind the one under the cursor."""
        name, client = (
            await self.choose_name("steps", ChoiceDialog("Add a step", waits="listing the steps")),
            self.mtf.client,
        )
        if name is None or client is None:
            return
        form = await client.step_form(name)
        needed = any(field.required for field in form.fields)
        parameters = await self.fill_in(form, {}) if needed else {}
        if parameters is None:
            return
        slot = self._value()
        at = slot.position + 1 if slot is not None else len(self.entries)
        path, value = self.path, entry_with(name, parameters)

        def made(draft: Draft) -> Sequence[SettingsEdit]:
            return (*self._slots(draft)[1], SettingsEdit("insert", path, at, value=value))

        self._change_all(made, "add the step", to=at)

    def action_pipeline_remove(self) -> None:
        self._change(lambda slot: SettingsEdit("remove", self.path, slot.position), "remove the step")

    def action_pipeline_toggle(self) -> None:
        self._change(
            lambda slot: SettingsEdit("switch", self.path, slot.position, on=not slot.is_on), "switch the step"
        )

    def action_pipeline_up(self) -> None:
        self._move(-1)

    def action_pipeline_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        def moved(slot: Slot) -> SettingsEdit | None:
            to = slot.position + by
            inside = 0 <= to < len(self.entries)
            return SettingsEdit("move", self.path, slot.position, to=to) if inside else None

        self._change(moved, "move the step")

    def _change(self, make: Callable[[Slot], SettingsEdit | None], doing: str) -> None:
        """Edit the step that is under the cursor when the edits before it are done."""

        def made(draft: Draft) -> Sequence[SettingsEdit]:
            slot = self._value()
            edit = None if slot is None else make(slot)
            return () if edit is None else (*self._slots(draft)[1], edit)

        self._change_all(made, doing)

    @work(group="edit", exit_on_error=False)
    async def _change_all(self, make: MakeAll, doing: str, *, to: int | None = None) -> None:
        """Make edits, say when auto was written out for them, and put the cursor where it belongs."""
        done: list[SettingsEdit] = []

        def remembered(draft: Draft) -> Sequence[SettingsEdit]:
            done[:] = make(draft)
            return done

        if not await self.mtf.editing.apply_all(remembered, doing):
            return
        if any(edit.verb == "set" for edit in done):
            self.mtf.notify("auto is written out into the settings; u takes it back")
        moved = next((edit.to for edit in done if edit.verb == "move"), to)
        if moved is not None:
            self.table("#steps").move_to(str(moved))

    def action_pipeline_edit(self) -> None:
        self.remove_class("-changes")
        self.query_one("#parameters", FieldTable).focus()

    def action_pipeline_changes(self) -> None:
        """Give the room of the parameters to before and after, or back."""
        self.toggle_class("-changes")
        wanted = "#changes" if self.has_class("-changes") else "#steps"
        self.call_after_refresh(self.table(wanted).focus)

    def climb(self) -> bool:
        if super().climb():
            return True
        if self.has_class("-changes"):
            self.action_pipeline_changes()
            return True
        away = self.focused is not self.table("#steps")
        self.table("#steps").focus()
        return away

    def action_pipeline_reload(self) -> None:
        self.mtf.outlining.read()
