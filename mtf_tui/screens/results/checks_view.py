"""Checks, failing first; the one under the cursor with what it asked, found and means."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult

from mtf_engine.domain.results import CheckRow
from mtf_tui import answers
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.checks import check_counts, check_detail, check_table, ordered
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.text import own, safe
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable


class ChecksView(ResultsView):
    """Verdicts with evidence."""

    NAME = "checks"

    def compose(self) -> ComposeResult:
        yield Pane("Checks", ScoreTable(self._picture, id="check-table"))
        yield Pane("Evidence", LivePane(self._detail, id="check-detail"), id="evidence")

    def answer(self) -> Text:
        return answers.checks(self._rows(), self.look)

    def scope(self) -> Text:
        return own((check_counts(self._rows()), self.look.tokens.muted))

    def refresh_view(self) -> None:
        self.query_one(ScoreTable).repaint()
        self._show_detail()
        self.query(Pane).first(Pane).tell("Checks", "failing first")

    def on_score_table_highlighted(self) -> None:
        self._show_detail()

    def _show_detail(self) -> None:
        row = self._current()
        pane = self.query_one("#evidence", Pane)
        pane.set_class(row is None, "gone")
        if row is not None:
            about = own(safe(row.name.replace("_", " ")), " · " if row.model else "", safe(row.model or ""))
            pane.tell(safe(row.code), about)
        self.query_one("#check-detail", LivePane).repaint()

    def _rows(self) -> Sequence[CheckRow]:
        return self.selection.results.checks if self.selection.results is not None else ()

    def _current(self) -> CheckRow | None:
        key = self.query_one(ScoreTable).cursor
        return next((row for found, row in ordered(self._rows()) if found == key), None)

    def _picture(self, width: int) -> TablePicture:
        if not self._rows():
            return TablePicture((), footer=(own((" no checks in the plan", self.look.tokens.muted)),))
        return check_table(self._rows(), width, self.look)

    def _detail(self, width: int) -> list[Text]:
        row = self._current()
        if row is None:
            return []
        lines = check_detail(row, width, self.look)
        return [part for line in lines for part in (line.wrap(self.app.console, max(20, width)) or [line])]
