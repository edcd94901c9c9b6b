"""Cells without a result, by cause, with what to do."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult

from mtf_engine import numbers
from mtf_engine.domain.cell import Cause
from mtf_engine.domain.results import FailureRow
from mtf_engine.domain.run import CellState, CellStatus
from mtf_tui.live import FailureGroup, failure_groups
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.checks import fact
from mtf_tui.pictures.results_sheets import failure_sheet
from mtf_tui.pictures.run import failures
from mtf_tui.screens.cell_dialog import CellDialog
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.text import LINE_LIMIT, own, safe
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable


class FailuresView(ResultsView):
    """Why cells failed."""

    NAME = "failures"

    def compose(self) -> ComposeResult:
        yield Pane(
            "Failures by cause",
            ScoreTable(self._picture, sheet=lambda: failure_sheet(self._groups()), share=0.5, id="failure-table"),
        )
        yield Pane("What happened", LivePane(self._detail, id="failure-detail"), id="failure-next")

    def answer(self) -> Text:
        groups = self._groups()
        if not groups:
            return own((f"{self.look.glyphs.ok} no cell failed", self.look.tokens.ok))
        tokens, glyphs = self.look.tokens, self.look.glyphs
        cancelled = sum(len(group.cells) for group in groups if group.cause is Cause.CANCELLED)
        total = sum(len(group.cells) for group in groups) - cancelled
        causes = len({group.cause for group in groups} - {Cause.CANCELLED})
        if not total:
            head = (f"{glyphs.cancelled} {numbers.plural(cancelled, 'cell')} cancelled", tokens.warn)
            return own(head, "; their models are unranked on these data sets")
        head = (f"{glyphs.fail} {numbers.plural(total, 'cell')} failed", tokens.fail)
        if cancelled:
            return own(head, f", {cancelled} cancelled; their models are unranked on these data sets")
        return own(head, f" for {numbers.plural(causes, 'cause')}; their models are unranked on these data sets")

    def scope(self) -> Text:
        if not self._groups():
            return own()
        key = f"bold {self.look.tokens.accent}"
        return own(("R ", key), "runs them again   ", ("enter ", key), "shows folds, cost and log of one")

    def refresh_view(self) -> None:
        self.query_one(ScoreTable).repaint()
        self.query_one("#failure-next", Pane).set_class(not self._groups(), "gone")
        self.query_one("#failure-detail", LivePane).repaint()
        self.query(Pane).first(Pane).tell("Failures by cause", numbers.plural(len(self._groups()), "group"))

    def on_score_table_highlighted(self) -> None:
        self.query_one("#failure-detail", LivePane).repaint()

    def on_score_table_chosen(self) -> None:
        self.open()

    def allows(self, action: str) -> bool:
        if action in ("results.open", "results.retry"):
            return self._current() is not None
        return True

    def open(self) -> None:
        """Show the model's folds, cost and log on that data set."""
        group, workspace = self._current(), self.results_screen.workspace
        matrix, state = workspace.matrix, workspace.state
        if group is None or matrix is None or state is None:
            return
        first = group.cells[0]
        row = next((row for row in matrix.rows if (row.pipeline, row.model) == (first.pipeline, first.model)), None)
        cell = matrix.cells.get((row.key, first.dataset)) if row is not None else None
        if row is not None and cell is not None:
            lines = [line for line in workspace.log.shown("debug") if line.cell in cell.cells]
            now = workspace.now()
            self.app.push_screen(CellDialog(row.label, first.dataset, matrix, cell, state, lines, now))

    def _groups(self) -> tuple[FailureGroup, ...]:
        results = self.selection.results
        return failure_groups(_state(row) for row in results.failures) if results is not None else ()

    def _current(self) -> FailureGroup | None:
        key = self.query_one(ScoreTable).cursor
        return next((group for group in self._groups() if group.cells[0].cell == key), None)

    def _picture(self, width: int) -> TablePicture:
        groups = self._groups()
        if not groups:
            return TablePicture((), footer=(own((" every cell has a result", self.look.tokens.muted)),))
        return failures(groups, width, self.look)

    def _detail(self, width: int) -> list[Text]:
        group = self._current()
        if group is None:
            return []
        seconds = [cell.seconds for cell in group.cells if cell.seconds is not None]
        memory = max((cell.peak_rss_bytes or 0 for cell in group.cells), default=0)
        cost = [f"{numbers.duration(max(seconds))} at most" if seconds else "", numbers.size(memory) if memory else ""]
        hint = group.hint or "enter shows the cell's log; mend the model or the data, then R"
        facts = (
            ("where", group.where),
            ("message", group.message),
            ("next", hint),
            ("cost", " · ".join(part for part in cost if part) or numbers.UNDEFINED),
        )
        return [line for name, text in facts for line in fact(name, safe(text, limit=LINE_LIMIT), width, self.look)]


def _state(row: FailureRow) -> CellState:
    status = CellStatus.CANCELLED if row.cause is Cause.CANCELLED else CellStatus.FAILED
    return CellState(
        row.cell, row.dataset, row.pipeline, row.model, row.fold, status, None, row.seconds, row.cause,
        row.message, row.hint, row.peak_rss_bytes,
    )  # fmt: skip
