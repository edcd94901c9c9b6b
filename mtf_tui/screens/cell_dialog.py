"""One model on one data set: its folds, their scores, times, memory, messages and log."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from mtf_engine import numbers
from mtf_engine.domain.run import CellState, CellStatus, RunState
from mtf_tui.live import Matrix, MatrixCell
from mtf_tui.logbook import LogLine, paint_line
from mtf_tui.painters.bars import fold_strip
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.text import LINE_LIMIT, cut, own, safe, title
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.score_table import ScoreTable

_WORDS = {
    CellStatus.WAITING: "waiting",
    CellStatus.RUNNING: "running",
    CellStatus.FINISHED: "finished",
    CellStatus.REUSED: "reused",
    CellStatus.FAILED: "failed",
    CellStatus.CANCELLED: "cancelled",
}
_LOG_ROWS = 6


class CellDialog(Dialog[None]):
    """Shows the cells of one model and data set as they stood when it was opened.

    Parameters
    ----------
    label, dataset : str
        Who it is about.
    matrix : Matrix
        For the metric.
    cell : MatrixCell
        The folds.
    state : RunState
        Where the details are.
    lines : sequence of LogLine
        Log lines of these cells.
    now : float
        Seconds since the epoch: a running cell shows its time so far.
    """

    KEY_SCOPES = ("dialog", "table")

    def __init__(
        self,
        label: str,
        dataset: str,
        matrix: Matrix,
        cell: MatrixCell,
        state: RunState,
        lines: Sequence[LogLine],
        now: float,
    ) -> None:
        super().__init__()
        self._label, self._dataset, self._metric = label, dataset, matrix.metrics[dataset]
        self._cell, self._state, self._lines = cell, state, tuple(lines)
        self._now = now

    def compose(self) -> ComposeResult:
        box = Vertical(
            ScoreTable(self._picture, id="cell-folds"), LivePane(self._detail_rows), classes="dialog -wide-dialog"
        )
        box.border_title = title(safe(self._label), " on ", safe(self._dataset))
        yield box

    def on_mount(self) -> None:
        for table in self.query(ScoreTable):  # none where the app is left meanwhile
            table.focus()

    def on_score_table_highlighted(self) -> None:
        self.query_one(LivePane).repaint()
        for pane in self.query(LivePane):
            pane.repaint()

    def _picture(self, width: int) -> TablePicture:
        tokens = self.look.tokens
        rows = [self._row(position, cell_id) for position, cell_id in enumerate(self._cell.cells)]
        columns = [
            Column(own(("fold", tokens.muted)), right=True),
            Column(own((" ", tokens.muted)), width=11),
            Column(safe(self._metric, tokens.muted), right=True),
            Column(own(("time", tokens.muted)), right=True),
            Column(own(("memory", tokens.muted)), right=True, drop=1),
            Column(own(("message", tokens.muted)), flex=True, least=10, most=90, drop=2),
        ]
        table = tabulate(columns, rows, width, self.look)
        return TablePicture(
            tuple(TableRow(cell, row) for cell, row in zip(self._cell.cells, table.rows, strict=True)), (table.header,)
        )

    def _row(self, position: int, cell_id: str) -> list[Content]:
        tokens = self.look.tokens
        known, status = self._state.cells.get(cell_id), self._cell.folds[position]
        word = own(fold_strip([status], self.look), (f" {_WORDS[status]}", tokens.muted))
        return [
            own((str(position + 1), tokens.text)),
            word,
            own((numbers.fixed(self._cell.scores[position], 4), tokens.text)),
            own((numbers.duration(self._seconds(known)), tokens.muted)),
            own((numbers.size(known.peak_rss_bytes if known else None), tokens.muted)),
            safe(known.message, tokens.fail) if known and known.message else own(),
        ]

    def _seconds(self, cell: CellState | None) -> float | None:
        """What a fold took; of one that runs, its time so far."""
        if cell is None or cell.status is not CellStatus.RUNNING or cell.started is None:
            return cell.seconds if cell is not None else None
        return max(0.0, self._now - cell.started)

    def _detail_rows(self, width: int) -> list[Text]:
        cell = self._state.cells.get(self.query_one(ScoreTable).cursor or "")
        rows = [own()]
        if cell is not None and cell.message:
            rows += self._wrapped(cell, width)
        rows += [cut(paint_line(line, self.look), width) for line in self._lines[-_LOG_ROWS:]]
        return [*rows, self.closing_hints()]

    def _wrapped(self, cell: CellState, width: int) -> list[Text]:
        message = safe(cell.message, limit=LINE_LIMIT)
        cause = cell.cause.value if cell.cause is not None and cell.cause.value != cell.message else ""
        said = own((f"{cause}: " if cause else "", self.look.tokens.fail), message)
        lines = list(said.wrap(self.app.console, width, no_wrap=False))[:4]
        hint = own(("next  ", self.look.tokens.muted), safe(cell.hint)) if cell.hint else None
        return [*lines, hint] if hint is not None else lines
