"""Sources: what am I testing on? The plan's data sets and a profile of the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text
from textual.widget import Widget
from textual.worker import Worker

from mtf_engine.domain.outlines import PlanOutline
from mtf_engine.domain.sources import SourceProfile
from mtf_engine.domain.views import RowPage
from mtf_tui.actions import bindings
from mtf_tui.completion import is_remote
from mtf_tui.datasets import DatasetEntry, dataset_entries
from mtf_tui.draft import Draft
from mtf_tui.engine_protocol import SettingsEdit, SourceAsked, no_progress
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures import sources as pictures
from mtf_tui.screens.plan_page import PlanPage
from mtf_tui.screens.rows_dialog import RowsDialog
from mtf_tui.sheets import Sheet
from mtf_tui.source_form import PATH, asked_for, columns_left_out
from mtf_tui.text import own, safe
from mtf_tui.widgets.boxes import Column, Row
from mtf_tui.widgets.live_pane import LivePane, Painter
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable

_FIRST_ROWS = 60
_SHARE = 0.36
"""Of the screen's height that the data sets take at most, so that a profile stands below them."""


class SourcesScreen(PlanPage):
    """The data sets of the open settings."""

    SCOPE = "sources"
    START_PLACE = 2
    BINDINGS = bindings("sources")

    def __init__(self) -> None:
        super().__init__()
        self._full: set[str] = set()
        self._is_listed = False
        self._joined: tuple[DatasetEntry, ...] = ()
        self._joined_of: tuple[object, ...] | None = None
        """What they were joined from."""

    def compose_body(self) -> Iterable[Widget]:
        profile = ScoreTable(self._profile_rows, sheet=self._profile_sheet, id="profile")
        yield Column(
            Pane(
                "Data sets",
                ScoreTable(self._datasets, sheet=self._dataset_sheet, id="datasets", share=_SHARE),
                id="dataset-pane",
            ),
            Row(
                Pane("Profile", profile, id="profile-pane", classes="fill"),
                Pane("First rows", LivePane(self._first_rows, id="first-rows"), id="rows-pane", classes="only-wide"),
                classes="fill",
            ),
            id="body",
        )

    def on_mount(self) -> None:
        self.table("#datasets").focus()

    def _list_sources(self) -> None:
        """Find out what is bundled and cached, once nothing more urgent is asked."""
        if not self._is_listed and self.is_ready and (self.is_empty or self.outline is not None):
            self._is_listed = True
            _: Worker[None] = self.run_worker(self._list, exit_on_error=False)

    async def _list(self) -> None:
        await self.mtf.sourcing.list()
        self.refresh_page()

    # --- what is shown ---

    def answer(self) -> Text:
        if self.is_empty and self.workspace.reading is None:
            return pictures.empty_answer(self.mtf.sourcing.known, self.look)
        if self.workspace.reading is None:
            failed = pictures.failed_answer(self._entries(), self.look)
            if failed is not None:
                return failed
        return super().answer()

    def answer_tail(self) -> Text:
        tail = super().answer_tail()
        failed = self.workspace.reading is None and any(entry.problem is not None for entry in self._entries())
        return tail if tail or not failed else own(" · R tries again")

    def plan_answer(self, plan: PlanOutline) -> Text:
        return pictures.sources_answer(plan, self.look)

    def plan_scope(self, plan: PlanOutline) -> Text | Painter:
        return pictures.sources_scope(plan, self.look)

    def refresh_panes(self) -> None:
        super().refresh_panes()
        self._list_sources()
        entries = self._entries()
        self.table("#datasets").take_share(_SHARE if self._is_readable(entries) else 1.0)
        note = pictures.dataset_note(entries, self.mtf.sourcing.known)
        self.query_one("#dataset-pane", Pane).tell("Data sets", note)
        self._tell_profile()

    def on_score_table_highlighted(self, event: ScoreTable.Highlighted) -> None:
        if event.table.id == "datasets":
            self.query_one("#profile", LivePane).repaint()
            self.query_one("#first-rows", LivePane).repaint()
            self._tell_profile()

    def _tell_profile(self) -> None:
        entry = self.current
        found = self._profile(entry) if entry else None
        about = "Profile of " if entry is None or entry.problem is None else "What is wrong with "
        title = own(about, safe(entry.name)) if entry else own("Profile")
        self.query_one("#profile-pane", Pane).tell(title, pictures.profile_note(found) if found else "")
        self.query_one("#rows-pane", Pane).tell("First rows", "v shows all")

    def _entries(self) -> tuple[DatasetEntry, ...]:
        """Data sets as they are now; joined anew only when something changed."""
        workspace = self.workspace
        now = (self.draft, self.outline, workspace.reading, workspace.outline_error)
        if self._joined_of is None or any(old is not new for old, new in zip(self._joined_of, now, strict=True)):
            slots = self.draft.slots(PATH) if self.draft is not None else None
            parts = workspace.reading.parts if workspace.reading is not None else None
            self._joined = dataset_entries(slots, self.outline, parts, workspace.outline_error)
            self._joined_of = now
        return self._joined

    def _datasets(self, width: int) -> TablePicture:
        entries = self._entries()
        if not entries:
            return TablePicture((), footer=tuple(self.unread(width)))
        sampled = frozenset(entry.key for entry in entries if self._is_sampled(entry))
        picture = pictures.dataset_table(entries, width, self.look, sampled)
        general = () if self._is_readable(entries) else tuple(self.problems(width))
        return TablePicture(picture.rows, picture.headers, general)

    def _is_readable(self, entries: Sequence[DatasetEntry]) -> bool:
        """Whether what is wrong, if anything, is wrong with single data sets."""
        return self.workspace.outline_error is None or any(entry.problem for entry in entries)

    def _dataset_sheet(self) -> Sheet:
        return pictures.dataset_sheet(self._entries())

    def _profile_sheet(self) -> Sheet:
        found = self._profile(self.current) if self.current is not None else None
        return Sheet(()) if found is None else pictures.profile_sheet(found)

    def _is_sampled(self, entry: DatasetEntry) -> bool:
        found = self.known(self._profile_key(entry))
        return isinstance(found, SourceProfile) and found.rows_read < found.rows

    # --- the data set under the cursor ---

    @property
    def current(self) -> DatasetEntry | None:
        """The data set under the cursor."""
        key = self.table("#datasets").cursor
        return next((entry for entry in self._entries() if entry.key == key), None)

    def _asked_for(self, entry: DatasetEntry) -> SourceAsked:
        source, target = (entry.source, entry.target) if entry.slot is None else asked_for(entry.slot)
        return SourceAsked(source, target or entry.target, str(self.mtf.sourcing.base))

    def _profile_key(self, entry: DatasetEntry) -> tuple[object, ...]:
        return ("profile", self._asked_for(entry), entry.key in self._full)

    def _profile(self, entry: DatasetEntry) -> SourceProfile | None:
        if not self._is_read(entry):
            return None
        asked, full = self._asked_for(entry), entry.key in self._full
        return self.ask(self._profile_key(entry), lambda client: client.profile(asked, full=full, progress=no_progress))

    def _is_read(self, entry: DatasetEntry) -> bool:
        """Whether its data are here, so that a profile does not fetch them a second time."""
        return entry.outline is not None or (entry.part is not None and entry.part.state == "ready")

    def _profile_rows(self, width: int) -> TablePicture:
        entry = self.current
        if entry is None:
            return TablePicture((), footer=tuple(self.data_to_come()))
        if entry.problem is not None:
            place = self.draft.path.name if self.draft is not None else "the settings"
            return TablePicture((), footer=tuple(pictures.failure_rows(entry, place, width, self.look)))
        found = self._profile(entry)
        if found is None:
            waits = "" if self._is_read(entry) else "its columns are shown once it is read"
            text = (
                own((f" {waits}", self.look.tokens.muted))
                if waits
                else self.waiting(self._profile_key(entry), "reading the columns")
            )
            return TablePicture((), footer=(text,))
        findings = entry.outline.findings if entry.outline is not None else ()
        notes = tuple(own((f" {self.look.glyphs.warn} ", self.look.tokens.warn), safe(n)) for n in findings)
        left_out = columns_left_out(entry.slot) if entry.slot is not None else frozenset()
        picture = pictures.profile_table(found, width, self.look, left_out)
        return TablePicture(picture.rows, picture.headers, notes)

    def _first_rows(self, width: int) -> list[Text]:
        entry = self.current
        if entry is None or entry.problem is not None or not self._is_read(entry):
            return []
        asked, key = self._asked_for(entry), ("rows", self._asked_for(entry))
        page: RowPage | None = self.ask(key, lambda client: client.preview(asked, 0, _FIRST_ROWS))
        if page is None:
            return [self.waiting(key, "reading rows")]
        return pictures.row_lines(page, width, self.query_one("#first-rows").size.height, self.look)

    # --- what can be done ---

    def allows(self, action: str) -> bool:
        entry = self.current
        match action:
            case "sources.add" | "sources.browse":
                return self.draft is not None or self.workspace.settings is None
            case "sources.reload":
                return self.workspace.settings is not None
            case "sources.remove" | "sources.toggle":
                return entry is not None and entry.slot is not None
            case "sources.edit":
                return entry is not None and entry.slot is not None and entry.is_on
            case "sources.profile":
                return entry is not None and self._is_sampled(entry)
            case "sources.rows":
                return entry is not None and (self._is_read(entry) or not is_remote(entry.source))
        return bool(action)

    def show_dataset(self, name: str) -> None:
        """Put the cursor on a data set."""
        self.table("#datasets").move_to(next((entry.key for entry in self._entries() if entry.name == name), None))

    def action_sources_add(self) -> None:
        self.mtf.sourcing.add()

    def action_sources_edit(self) -> None:
        if self.current is not None and self.current.slot is not None:
            self.mtf.sourcing.change(self.current.slot)

    def on_score_table_chosen(self, event: ScoreTable.Chosen) -> None:
        if event.table.id == "datasets" and self.allows("sources.edit"):
            self.action_sources_edit()

    def action_sources_browse(self) -> None:
        self.mtf.sourcing.browse()

    def action_sources_rows(self) -> None:
        entry, client = self.current, self.mtf.client
        if entry is not None and client is not None:
            asked = self._asked_for(entry)
            about = own("Rows of ", safe(entry.name))
            self.app.push_screen(RowsDialog(about, lambda at, limit: client.preview(asked, at, limit)))

    def action_sources_profile(self) -> None:
        if self.current is not None:
            self._full.add(self.current.key)
            self.refresh_page()

    def action_sources_toggle(self) -> None:
        def switch(draft: Draft) -> SettingsEdit | None:
            del draft
            slot = self.current.slot if self.current is not None else None
            return None if slot is None else SettingsEdit("switch", PATH, slot.position, on=not slot.is_on)

        self.edit(switch, "switch the data set")

    def action_sources_remove(self) -> None:
        def remove(draft: Draft) -> SettingsEdit | None:
            del draft
            slot = self.current.slot if self.current is not None else None
            return None if slot is None else SettingsEdit("remove", PATH, slot.position)

        self.edit(remove, "remove the data set")

    def action_sources_reload(self) -> None:
        self.mtf.outlining.read()
