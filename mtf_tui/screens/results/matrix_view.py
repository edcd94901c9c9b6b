"""Where one model is wrong: confusion, recall of each class and its errors, or residuals; down to the rows."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult

from mtf_engine import numbers
from mtf_engine.domain.views import ClassRecalls, Confusion, Curves
from mtf_engine.standings import Entry
from mtf_tui.painters.plot import plot
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.curves import plot_of
from mtf_tui.pictures.errors import Cell, cell_at, cell_note, cell_sheet, cell_table, cells_of, recall_rows
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.screens.rows_dialog import RowsDialog
from mtf_tui.sheets import Sheet
from mtf_tui.text import own, safe
from mtf_tui.widgets.confusion_pane import ConfusionPane
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.plot_pane import PlotPane
from mtf_tui.widgets.score_table import ScoreTable

_BELOW = 7
"""Rows of the screen that stay for what is below a confusion matrix."""

_LEAST_LIST = 3
_LEAST_RECALLS = 4
"""Rows of the screen below which neither says anything."""


class MatrixView(ResultsView):
    """Where one model is wrong."""

    NAME = "matrix"

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._about: object = None
        """What the cursor was last put for: on other data it starts on the commonest error again."""

        self._recall_room = 0

    def compose(self) -> ComposeResult:
        matrix = ConfusionPane(self._confusion, self._waits, self._room, id="confusion")
        cells = ScoreTable(self._cell_rows, sheet=self._cell_sheet, share=0.4, id="cell-list")
        yield Pane("Confusion", matrix, id="confusion-pane")
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
        if self._is_regression:
            return own(who, ": actual against predicted, row by row")
        return own(who, f": reading what it takes for what {self.look.glyphs.ellipsis}")

    def refresh_view(self) -> None:
        entry, regression = self.selection.current(), self._is_regression
        letter = entry.letter or entry.label if entry else ""
        for name in ("#confusion-pane", "#cell-list-pane", "#recall-pane"):
            self.query_one(name).set_class(regression, "gone")
        self.query_one("#residual-pane").set_class(not regression, "gone")
        self._put_cursor()
        self.query_one("#residual-pane", Pane).tell(f"Residuals {letter}", "enter lists the rows, largest error first")
        self.query_one("#cell-list-pane", Pane).tell("Errors", "right ones last · enter lists the rows")
        recalls = self._recalls()
        method = f"{recalls.method.replace('_', ' ').capitalize()} {recalls.confidence * 100:g} %" if recalls else ""
        self.query_one("#recall-pane", Pane).tell("Recall by class", safe(method))
        for pane in self.query(LivePane):
            if not pane.has_class("pane-head"):
                pane.repaint()
        self._tell_cell()
        self._share_room()

    def _share_room(self) -> None:
        """Give the list what the matrix leaves, and recall what is left then, where that is something."""
        found, cells = self._confusion(), self.query_one("#cell-list", ScoreTable)
        if found is None or not cells.size.width:
            return
        gap = int(self.screen.has_class("-tall"))
        rest = self.size.height - 1 - self.query_one(ConfusionPane).deep - gap
        most = max(_LEAST_LIST, rest - 1)
        cells.styles.max_height = most
        rest -= 1 + min(most, cells.get_content_height(self.size, self.screen.size, cells.size.width)) + gap
        self.query_one("#recall-pane").set_class(rest < _LEAST_RECALLS, "gone")
        self._recall_room = rest - 1
        self.query_one("#recalls", LivePane).repaint()

    def take_focus(self) -> None:
        self.screen.set_focus(self.query_one("#residual-plot" if self._is_regression else "#confusion"))

    def _put_cursor(self) -> None:
        """Start on the commonest error; on the same classes the cursor stays where it is."""
        table, found = self.selection.table, self._confusion()
        if table is None or found is None or self._about == (table.dataset.name, found.labels):
            return
        self._about = table.dataset.name, found.labels
        first = next(iter(cells_of(found)), None)
        if first is not None:
            self.query_one(ConfusionPane).put((first.truth, first.said))
            self.query_one("#cell-list", ScoreTable).move_to(first.key)

    def _cell(self) -> Cell | None:
        """The cell under the cursor of the matrix."""
        found, place = self._confusion(), self.query_one(ConfusionPane).place
        return cell_at(found, *place) if found is not None and place is not None else None

    def _tell_cell(self) -> None:
        """Say in the head of the matrix what stands in the cell, and which classes are seen where not all are."""
        entry, found, cell = self.selection.current(), self._confusion(), self._cell()
        note = own("share of the true class")
        if found is not None and cell is not None:
            note = cell_note(found, cell, self._recalls())
            shown = self.query_one(ConfusionPane).shown
            if 0 < len(shown) < len(found.labels):
                note = own(note, f" · classes {shown[0] + 1}-{shown[-1] + 1} of {len(found.labels)}")
            note = own(note, " · enter lists them" if cell.count else "")
        self.query_one("#confusion-pane", Pane).tell(f"Confusion {entry.letter or entry.label if entry else ''}", note)

    def on_confusion_pane_moved(self, event: ConfusionPane.Moved) -> None:
        event.stop()
        cell = self._cell()
        if cell is not None and cell.count:
            self.query_one("#cell-list", ScoreTable).move_to(cell.key)
        self._tell_cell()

    def on_confusion_pane_fitted(self, event: ConfusionPane.Fitted) -> None:
        event.stop()
        self._tell_cell()
        self._share_room()

    def on_confusion_pane_chosen(self, event: ConfusionPane.Chosen) -> None:
        event.stop()
        self.open()

    def on_score_table_highlighted(self, event: ScoreTable.Highlighted) -> None:
        """Keep the matrix in step with the list, when it is the list that was moved."""
        found = self._confusion()
        cell = next((cell for cell in cells_of(found) if cell.key == event.key), None) if found is not None else None
        if cell is not None and event.table.has_focus:
            self.query_one(ConfusionPane).put((cell.truth, cell.said))
            self._tell_cell()

    def on_score_table_chosen(self) -> None:
        self.open()

    def open(self) -> None:
        """List the rows of the cell under the cursor; of a regression, those with the largest errors."""
        entry, found = self.selection.current(), self._found()
        if entry is None or found is None:
            return
        who = entry.letter or entry.label
        scope = self.selection.scope_of(entry)
        if isinstance(found, Curves):
            about = own(f"Rows of {who}, largest error first · ", safe(scope.dataset))
            self.app.push_screen(RowsDialog(about, self.selection.rows(scope, {"which": "largest_errors"})))
            return
        cell = self._cell()
        if cell is None:
            return
        was, said = safe(found.labels[cell.truth]), safe(found.labels[cell.said])
        if not cell.count:
            self.results_screen.notify(own("No row was ", was, " and said ", said).plain, markup=False)
            return
        options = {"which": "confusion", "truth": cell.truth, "prediction": cell.said}
        about = own(f"Rows of {who}: was ", was, ", said ", said, " · ", safe(scope.dataset))
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

    def _confusion(self) -> Confusion | None:
        found = self._found()
        return found if isinstance(found, Confusion) else None

    def _waits(self) -> Text:
        entry = self.selection.current()
        return own() if entry is None or self._is_regression else self.waiting(self._key(entry))

    def _room(self) -> int:
        return max(4, self.size.height - _BELOW)

    def _cell_rows(self, width: int) -> TablePicture:
        found = self._confusion()
        return cell_table(found, width, self.look) if found is not None else TablePicture(())

    def _cell_sheet(self) -> Sheet:
        found = self._confusion()
        return cell_sheet(found) if found is not None else Sheet(())

    def _recall_rows(self, width: int) -> Sequence[Text]:
        recalls = self._recalls()
        if recalls is None:
            return ()
        room = self._recall_room - 1
        most = None if len(recalls.classes) <= room else max(1, room - 1)
        return recall_rows(recalls, width, self.look, most=most, where=" with better recall")

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
