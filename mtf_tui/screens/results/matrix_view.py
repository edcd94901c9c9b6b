"""Where one model is wrong: confusion, recall of each class and its errors, or residuals; down to the rows."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult

from mtf_engine import numbers
from mtf_engine.domain.views import ClassRecalls, Confusion, Curves
from mtf_engine.standings import Entry
from mtf_tui.painters.matrix import confusion
from mtf_tui.painters.plot import plot
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.curves import plot_of
from mtf_tui.pictures.errors import cell_sheet, cell_table, cells_of, recall_rows
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.screens.rows_dialog import RowsDialog
from mtf_tui.sheets import Sheet
from mtf_tui.text import own, safe
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.plot_pane import PlotPane
from mtf_tui.widgets.score_table import ScoreTable

_BELOW = 7
"""Rows of the screen that stay for what is below a confusion matrix."""


class MatrixView(ResultsView):
    """Where one model is wrong."""

    NAME = "matrix"

    def compose(self) -> ComposeResult:
        cells = ScoreTable(self._cell_rows, sheet=self._cell_sheet, share=0.4, id="cell-list")
        yield Pane("Confusion", LivePane(self._matrix_rows, id="confusion"), id="confusion-pane")
        yield Pane("Errors", cells, id="cell-list-pane")
        yield Pane("Recall by class", LivePane(self._recall_rows, id="recalls"), id="recall-pane")
        yield Pane("Residuals", PlotPane(self._plot_rows, id="residual-plot"), id="residual-pane", classes="fill")

    def answer(self) -> Text:
        entry, found = self.selection.current(), self._found()
        if entry is None:
            return own("Nothing to show: no model is scored on this data set")
        who = own((f"{entry.letter} {entry.label}", self.look.tokens.accent))
        if isinstance(found, Confusion):
            return own(who, _worst(found))
        return own(who, ": actual against predicted, row by row")

    def refresh_view(self) -> None:
        entry, regression = self.selection.current(), self._is_regression
        letter = entry.letter or entry.label if entry else ""
        for name in ("#confusion-pane", "#cell-list-pane", "#recall-pane"):
            self.query_one(name).set_class(regression, "gone")
        self.query_one("#residual-pane").set_class(not regression, "gone")
        self.query_one("#confusion-pane", Pane).tell(f"Confusion {letter}", "share of the true class")
        self.query_one("#residual-pane", Pane).tell(f"Residuals {letter}", "enter lists the rows, largest error first")
        self.query_one("#cell-list-pane", Pane).tell("Errors", "right ones last · enter lists the rows")
        recalls = self._recalls()
        method = f"{recalls.method.replace('_', ' ').capitalize()} {recalls.confidence * 100:g} %" if recalls else ""
        self.query_one("#recall-pane", Pane).tell("Recall by class", safe(method))
        for pane in self.query(LivePane):
            if not pane.has_class("pane-head"):
                pane.repaint()

    def take_focus(self) -> None:
        self.query_one("#residual-plot" if self._is_regression else "#cell-list").focus()

    def on_score_table_chosen(self) -> None:
        self.open()

    def open(self) -> None:
        """List the rows of the error under the cursor; of a regression, those with the largest errors."""
        entry, found = self.selection.current(), self._found()
        if entry is None or found is None:
            return
        who = entry.letter or entry.label
        scope = self.selection.scope_of(entry)
        if isinstance(found, Curves):
            about = own(f"Rows of {who}, largest error first · ", safe(scope.dataset))
            self.app.push_screen(RowsDialog(about, self.selection.rows(scope, {"which": "largest_errors"})))
            return
        key = self.query_one("#cell-list", ScoreTable).cursor
        cell = next((cell for cell in cells_of(found) if cell.key == key), None)
        if cell is not None:
            options = {"which": "confusion", "truth": cell.truth, "prediction": cell.said}
            about = own(f"Rows of {who}: was ", safe(found.labels[cell.truth]), ", said ")
            about = own(about, safe(found.labels[cell.said]), " · ", safe(scope.dataset))
            self.app.push_screen(RowsDialog(about, self.selection.rows(scope, options)))

    @property
    def _is_regression(self) -> bool:
        table = self.selection.table
        return table is not None and table.dataset.task == "regression"

    def _key(self, entry: Entry, kind: str = "") -> tuple[object, ...]:
        table = self.selection.table
        name = table.dataset.name if table else ""
        return (kind or ("residual-plot" if self._is_regression else "errors"), name, entry.key)

    def _found(self) -> Confusion | Curves | None:
        entry = self.selection.current()
        scope = self.selection.scope(entry) if entry is not None else None
        if entry is None or scope is None:
            return None
        if self._is_regression:
            return self.fetch(self._key(entry), lambda run: run.curves("residuals", scope))
        return self.fetch(self._key(entry), lambda run: run.confusion(scope))

    def _recalls(self) -> ClassRecalls | None:
        entry = self.selection.current()
        if entry is None or self._is_regression:
            return None
        scope = self.selection.scope_of(entry)
        return self.fetch(self._key(entry, "recalls"), lambda run: run.class_recalls(scope))

    def _matrix_rows(self, width: int) -> Sequence[Text]:
        entry, found = self.selection.current(), self._found()
        if entry is None or self._is_regression:
            return ()
        if not isinstance(found, Confusion):
            return [self.waiting(self._key(entry))]
        rows = [own(" ", row) for row in confusion(found.labels, found.counts, min(width - 2, 100), self.look)]
        return rows[: max(4, self.size.height - _BELOW)]

    def _cell_rows(self, width: int) -> TablePicture:
        found = self._found()
        return cell_table(found, width, self.look) if isinstance(found, Confusion) else TablePicture(())

    def _cell_sheet(self) -> Sheet:
        found = self._found()
        return cell_sheet(found) if isinstance(found, Confusion) else Sheet(())

    def _recall_rows(self, width: int) -> Sequence[Text]:
        recalls = self._recalls()
        return () if recalls is None else recall_rows(recalls, width, self.look)

    def _plot_rows(self, width: int, height: int) -> Sequence[Text]:
        entry, table, found = self.selection.current(), self.selection.table, self._found()
        if entry is None or table is None or not self._is_regression:
            return ()
        if not isinstance(found, Curves):
            return [self.waiting(self._key(entry))]
        others = {e.key for e in table.entries if e.key != entry.key}
        return plot(plot_of(found, table, hidden=others), width, height, self.look)


def _worst(found: Confusion) -> Text:
    """The commonest confusion in words, with its count."""
    errors = [cell for cell in cells_of(found) if not cell.is_right]
    if not errors:
        return own(" makes no error on these rows")
    first = errors[0]
    return own(
        " takes ", safe(found.labels[first.truth], limit=30), " for ", safe(found.labels[first.said], limit=30),
        f" most: {numbers.count(first.count)} of {numbers.plural(first.rows, 'row')}",
    )  # fmt: skip
