"""Sources: what am I testing on? The plan's data sets and a profile of the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.text import Text
from textual import work
from textual.containers import Vertical
from textual.widget import Widget

from mtf_engine import numbers
from mtf_engine.domain.outlines import DatasetOutline, PlanOutline, Slot, SourceEntry, SourceProfile
from mtf_tui.actions import bindings
from mtf_tui.draft import Draft
from mtf_tui.engine_protocol import SettingsEdit, SourceAsked
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.plan import (
    dataset_sheet,
    dataset_table,
    profile_note,
    profile_sheet,
    profile_table,
    sources_answer,
    sources_scope,
)
from mtf_tui.screens.plan_page import PlanPage
from mtf_tui.screens.rows_dialog import RowsDialog
from mtf_tui.sheets import Sheet
from mtf_tui.text import own, safe
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog
from mtf_tui.widgets.live_pane import LivePane, Painter
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable

_PATH = ("datasets",)


class SourcesScreen(PlanPage):
    """The data sets of the open settings."""

    SCOPE = "sources"
    BINDINGS = bindings("sources")

    def __init__(self) -> None:
        super().__init__()
        self._full: set[str] = set()

    def compose_body(self) -> Iterable[Widget]:
        yield Vertical(
            Pane("Data sets", ScoreTable(self._datasets, sheet=self._dataset_sheet, id="datasets"), id="dataset-pane"),
            Pane(
                "Profile",
                ScoreTable(self._profile_rows, sheet=self._profile_sheet, id="profile"),
                id="profile-pane",
                classes="fill",
            ),
            id="body",
        )

    def on_mount(self) -> None:
        self.table("#datasets").focus()
        super().on_mount()

    def plan_answer(self, plan: PlanOutline) -> Text:
        return sources_answer(plan, self.look)

    def plan_scope(self, plan: PlanOutline) -> Text | Painter:
        return sources_scope(plan, self.look)

    def refresh_panes(self) -> None:
        super().refresh_panes()
        count = len(self.outline.datasets) if self.outline else 0
        self.query_one("#dataset-pane", Pane).tell("Data sets", f"{count} in the plan")
        self._tell_profile()

    def on_score_table_highlighted(self, event: ScoreTable.Highlighted) -> None:
        if event.table.id == "datasets":
            self.query_one("#profile", LivePane).repaint()
            self._tell_profile()

    def _tell_profile(self) -> None:
        dataset = self.current
        found = self._profile(dataset) if dataset else None
        title = own("Profile of ", safe(dataset.name)) if dataset else own("Profile")
        self.query_one("#profile-pane", Pane).tell(title, profile_note(found) if found else "")

    @property
    def current(self) -> DatasetOutline | None:
        """The data set under the cursor."""
        key = self.table("#datasets").cursor
        return next((d for d in self.outline.datasets if d.name == key), None) if self.outline else None

    def _asked_for(self, dataset: DatasetOutline) -> SourceAsked:
        settings = self.workspace.settings
        base = str(settings.absolute().parent) if settings is not None else None
        return SourceAsked(dataset.source, dataset.target, base)

    def _key(self, dataset: DatasetOutline) -> tuple[object, ...]:
        return ("profile", dataset.name, dataset.name in self._full)

    def _profile(self, dataset: DatasetOutline) -> SourceProfile | None:
        asked, full = self._asked_for(dataset), dataset.name in self._full
        return self.ask(self._key(dataset), lambda client: client.profile(asked, full=full, progress=_quiet))

    def _datasets(self, width: int) -> TablePicture:
        if self.outline is None:
            return TablePicture((), footer=tuple(self.problems()))
        return dataset_table(self.outline.datasets, width, self.look)

    def _profile_rows(self, width: int) -> TablePicture:
        dataset = self.current
        if dataset is None:
            return TablePicture(())
        found = self._profile(dataset)
        if found is None:
            return TablePicture((), footer=(self.waiting(self._key(dataset), "reading the columns"),))
        notes = tuple(own((f" {self.look.glyphs.warn} ", self.look.tokens.warn), safe(n)) for n in dataset.findings)
        picture = profile_table(found, width, self.look)
        return TablePicture(picture.rows, picture.headers, notes)

    def _dataset_sheet(self) -> Sheet:
        return dataset_sheet(self.outline.datasets if self.outline is not None else ())

    def _profile_sheet(self) -> Sheet:
        found = self._profile(self.current) if self.current is not None else None
        return Sheet(()) if found is None else profile_sheet(found)

    def allows(self, action: str) -> bool:
        if action == "sources.reload":
            return self.workspace.settings is not None
        if action == "sources.browse":
            return self.draft is not None
        if action == "sources.remove":
            return self._slot(self.draft) is not None
        return self.current is not None

    def action_sources_rows(self) -> None:
        dataset, client = self.current, self.mtf.client
        if dataset is not None and client is not None:
            asked = self._asked_for(dataset)
            about = own("Rows of ", safe(dataset.name))
            self.app.push_screen(RowsDialog(about, lambda at, limit: client.preview(asked, at, limit)))

    def action_sources_profile(self) -> None:
        if self.current is not None:
            self._full.add(self.current.name)
            self.refresh_page()

    def _slot(self, draft: Draft | None) -> Slot | None:
        """The entry of the data set under the cursor."""
        slots = (draft.slots(_PATH) or ()) if draft is not None else ()
        return next((slot for slot in slots if self.current is not None and _is(slot, self.current)), None)

    def action_sources_remove(self) -> None:
        def remove(draft: Draft) -> SettingsEdit | None:
            slot = self._slot(draft)
            return None if slot is None else SettingsEdit("remove", _PATH, slot.position)

        self.edit(remove, "remove the data set")

    @work(group="add", exclusive=True, exit_on_error=False)
    async def action_sources_browse(self) -> None:
        """Add one of the data sets that are here already."""
        client = self.mtf.client
        if client is None:
            return
        found = await client.sources()
        choices = [Choice(one.source, one.name, _about(one)) for one in (*found.bundled, *found.cached)]
        source = await self.app.push_screen_wait(ChoiceDialog("Add a data set that is here", choices))
        if source is not None:
            self.edit(
                lambda now: SettingsEdit("insert", _PATH, len(now.slots(_PATH) or ()), value=source), "add the data set"
            )

    def action_sources_reload(self) -> None:
        self.mtf.outlining.read()


def _is(slot: Slot, dataset: DatasetOutline) -> bool:
    """Whether an entry of the settings is a data set of the plan."""
    if not slot.is_on:
        return False
    source = slot.value.get("source") if isinstance(slot.value, Mapping) else slot.value
    return slot.name == dataset.name or source == dataset.source


def _about(entry: SourceEntry) -> str:
    """Task and rows of a bundled one, that it is cached of another."""
    facts = [entry.task or "cached", numbers.plural(entry.rows, "row") if entry.rows is not None else ""]
    return " · ".join(fact for fact in facts if fact)


def _quiet(received: int, total: int | None) -> None:
    """Show nothing: the profile says itself that it is on its way."""
