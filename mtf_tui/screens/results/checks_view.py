"""Checks, failing first; the one under the cursor with what it asked, found and means."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import work
from textual.app import ComposeResult

from mtf_engine.domain.results import CheckRow, Verdict
from mtf_engine.errors import MTFError
from mtf_engine.standings import Entry, key_of
from mtf_tui import answers
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.checks import about, check_counts, check_detail, check_table, evidence_rows, ordered
from mtf_tui.pictures.results_sheets import check_sheet
from mtf_tui.screens.results.facts_dialog import FactsDialog
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.screens.rows_dialog import RowsDialog
from mtf_tui.text import own, safe
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable


class ChecksView(ResultsView):
    """Verdicts with evidence."""

    NAME = "checks"

    def compose(self) -> ComposeResult:
        self._remedies: dict[str, str] | None = None
        yield Pane(
            "Checks", ScoreTable(self._picture, sheet=lambda: check_sheet(self._rows()), share=0.42, id="check-table")
        )
        yield Pane("Evidence", LivePane(self._detail, id="check-detail"), id="evidence")

    def answer(self) -> Text:
        return answers.checks(self._rows(), self.look)

    def scope(self) -> Text:
        return own((check_counts(self._rows()), self.look.tokens.muted))

    def refresh_view(self) -> None:
        if self._remedies is None and self._rows():
            self._remedies = {}
            self._learn_remedies()
        self.query_one(ScoreTable).repaint()
        self._show_detail()
        self.query(Pane).first(Pane).tell("Checks", f"{len(self._rows())} · failing first")

    @work(exit_on_error=False)
    async def _learn_remedies(self) -> None:
        """Read what each check's specification says to do about a finding."""
        client = self.results_screen.mtf.client
        if client is None:
            return
        try:
            found = await client.registry("checks")
        except (MTFError, OSError):
            return
        self._remedies = {entry.name: entry.facts["remedy"] for entry in found if "remedy" in entry.facts}
        self._show_detail()

    def on_score_table_highlighted(self) -> None:
        self._show_detail()

    def on_score_table_chosen(self) -> None:
        self.open()

    def _show_detail(self) -> None:
        row = self._current()
        pane = self.query_one("#evidence", Pane)
        pane.set_class(row is None, "gone")
        if row is not None:
            parts = [about(row), row.name.replace("_", " ")]
            pane.tell(safe(row.code), safe(" · ".join(part for part in parts if part)))
        self.query_one("#check-detail", LivePane).repaint()

    def _rows(self) -> Sequence[CheckRow]:
        return self.selection.results.checks if self.selection.results is not None else ()

    def _current(self) -> CheckRow | None:
        key = self.query_one(ScoreTable).cursor
        return next((row for found, row in ordered(self._rows()) if found == key), None)

    def _picture(self, width: int) -> TablePicture:
        if not self._rows():
            muted, key = self.look.tokens.muted, f"bold {self.look.tokens.accent}"
            how = own(
                (" no checks in the plan: the key ", muted),
                (",", key),
                (" opens the settings, where ", muted),
                ("a", key),
                (" adds one", muted),
            )
            return TablePicture((), footer=(how,))
        return check_table(self._rows(), width, self.look)

    def allows(self, action: str) -> bool:
        return action != "results.open" or self._current() is not None

    def _detail(self, width: int) -> list[Text]:
        row = self._current()
        return [] if row is None else check_detail(row, width, self.look, next_step=self._next(row))

    def _next(self, row: CheckRow) -> str:
        """What to do about a finding, with a key that works here."""
        if self._pair(row) is not None:
            return "enter compares the two models, down to the rows they differ on"
        if self._judged(row) is not None:
            return f"enter lists the rows that {row.model} is most wrong on"
        remedy = "" if row.verdict is Verdict.PASS else (self._remedies or {}).get(row.name, "")
        return f"{remedy} enter shows all evidence".strip()

    def _judged(self, row: CheckRow) -> Entry | None:
        """The model that a check of a metric is about, where its rows can be listed."""
        metric = row.evidence.get("metric")
        if row.dataset is None or not metric or not self.selection.has_views:
            return None
        table = self.selection.table_on(row.dataset, str(metric))
        entries = table.ranked if table is not None else ()
        same = [entry for entry in entries if entry.model == row.model]
        return next((entry for entry in same if row.pipeline in (None, entry.pipeline)), None)

    def _pair(self, row: CheckRow) -> tuple[str, str] | None:
        """Keys of the model and the reference that a check compares."""
        entry, reference = self._judged(row), row.evidence.get("reference")
        return None if entry is None or not reference else (entry.key, key_of(entry.pipeline, str(reference)))

    def open(self) -> None:
        row = self._current()
        if row is None:
            return
        pair, entry = self._pair(row), self._judged(row)
        if pair is not None:
            self.selection.dataset, self.selection.marked = row.dataset, pair
            self.results_screen.show_view("versus")
        elif entry is not None:
            scope = self.selection.scope_of(entry)
            heading = own("Rows that ", safe(row.model), " is most wrong on · ", safe(row.dataset))
            self.app.push_screen(RowsDialog(heading, self.selection.rows(scope, {"which": "largest_errors"})))
        else:
            heading = own(f"{row.code} · ", safe(row.name.replace("_", " ")), " · ", safe(row.dataset or "all"))
            self.app.push_screen(FactsDialog(heading, lambda width: evidence_rows(row, width, self.look)))
