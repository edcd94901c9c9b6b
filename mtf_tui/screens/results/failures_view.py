"""Cells without a result, by cause, with what to do."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult

from mtf_engine import numbers
from mtf_engine.domain.results import FailureRow
from mtf_engine.domain.run import CellState, CellStatus
from mtf_tui.live import FailureGroup, failure_groups
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.run import failures
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.text import LINE_LIMIT, own, safe
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable


class FailuresView(ResultsView):
    """Why cells failed."""

    NAME = "failures"

    def compose(self) -> ComposeResult:
        yield Pane("Failures by cause", ScoreTable(self._picture, id="failure-table"))
        yield Pane("What to do", LivePane(self._detail, id="failure-detail"), id="failure-next")

    def answer(self) -> Text:
        groups = self._groups()
        if not groups:
            return own((f"{self.look.glyphs.ok} no cell failed", self.look.tokens.ok))
        total = sum(len(group.cells) for group in groups)
        causes = len({group.cause for group in groups})
        head = (f"{self.look.glyphs.fail} {numbers.plural(total, 'cell')} failed", self.look.tokens.fail)
        return own(head, f" for {numbers.plural(causes, 'cause')}; their models are unranked on these data sets")

    def scope(self) -> Text:
        return own(("R in 4 Run tries them again", self.look.tokens.muted))

    def refresh_view(self) -> None:
        self.query_one(ScoreTable).repaint()
        self.query_one("#failure-detail", LivePane).repaint()
        self.query(Pane).first(Pane).tell("Failures by cause", numbers.plural(len(self._groups()), "group"))

    def on_score_table_highlighted(self) -> None:
        self.query_one("#failure-detail", LivePane).repaint()

    def _groups(self) -> tuple[FailureGroup, ...]:
        results = self.selection.results
        return failure_groups(_state(row) for row in results.failures) if results is not None else ()

    def _picture(self, width: int) -> TablePicture:
        groups = self._groups()
        if not groups:
            return TablePicture((), footer=(own((" every cell has a result", self.look.tokens.muted)),))
        return failures(groups, width, self.look)

    def _detail(self, width: int) -> list[Text]:
        key = self.query_one(ScoreTable).cursor
        group = next((g for g in self._groups() if g.cells[0].cell == key), None)
        if group is None:
            return []
        muted = self.look.tokens.muted
        cell = group.cells[0]
        cost = f"{numbers.duration(cell.seconds)} · {numbers.size(cell.peak_rss_bytes)}"
        lines = [
            own((" message   ", muted), safe(group.message, limit=LINE_LIMIT)),
            own((" next      ", muted), safe(group.hint or "read the cell's output in run.log", limit=LINE_LIMIT)),
            own((" cost      ", muted), cost),
            own((" cells     ", muted), ", ".join(state.cell[:12] for state in group.cells[:8])),
        ]
        return [part for line in lines for part in (line.wrap(self.app.console, max(20, width)) or [line])]


def _state(row: FailureRow) -> CellState:
    return CellState(
        row.cell, row.dataset, row.pipeline, row.model, row.fold, CellStatus.FAILED, None, row.seconds, row.cause,
        row.message, row.hint, row.peak_rss_bytes,
    )  # fmt: skip
