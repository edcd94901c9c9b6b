"""The confusion matrix of one model, or its residuals, as large as the screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult

from mtf_engine import numbers
from mtf_engine.domain.views import Confusion, Curves
from mtf_engine.standings import Entry
from mtf_tui.painters.matrix import confusion, worst_confusions
from mtf_tui.painters.plot import plot
from mtf_tui.pictures.curves import plot_of
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.text import own, safe
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.plot_pane import PlotPane


class MatrixView(ResultsView):
    """Where one model is wrong."""

    NAME = "matrix"

    def compose(self) -> ComposeResult:
        yield Pane("Confusion", PlotPane(self._rows, id="matrix-plot"), classes="fill")

    def answer(self) -> Text:
        entry, found = self.selection.current(), self._found()
        if entry is None:
            return own("Nothing to show: no model is scored on this data set")
        who = own((f"{entry.letter} {entry.label}", self.look.tokens.accent))
        if isinstance(found, Confusion):
            return own(who, _worst(found))
        return own(who, ": actual against predicted, row by row")

    def refresh_view(self) -> None:
        entry = self.selection.current()
        letter = entry.letter if entry else ""
        title = f"Residuals {letter}" if self._is_regression else f"Confusion {letter}"
        self.query_one(Pane).tell(title, "" if self._is_regression else "share of the true class")
        self.query_one(PlotPane).repaint()

    @property
    def _is_regression(self) -> bool:
        table = self.selection.table
        return table is not None and table.dataset.task == "regression"

    def _key(self, entry: Entry) -> tuple[object, ...]:
        table = self.selection.table
        name = table.dataset.name if table else ""
        return ("residual-plot" if self._is_regression else "errors", name, entry.key)

    def _found(self) -> Confusion | Curves | None:
        entry = self.selection.current()
        scope = self.selection.scope(entry) if entry is not None else None
        if entry is None or scope is None:
            return None
        if self._is_regression:
            return self.fetch(self._key(entry), lambda run: run.curves("residuals", scope))
        return self.fetch(self._key(entry), lambda run: run.confusion(scope))

    def _rows(self, width: int, height: int) -> Sequence[Text]:
        entry, table, found = self.selection.current(), self.selection.table, self._found()
        if entry is None or table is None:
            return ()
        if found is None:
            return [self.waiting(self._key(entry))]
        if isinstance(found, Curves):
            others = {e.key for e in table.entries if e.key != entry.key}
            return plot(plot_of(found, table, hidden=others), width, height, self.look)
        rows = [own(" ", row) for row in confusion(found.labels, found.counts, min(width - 1, 100), self.look)]
        worst = worst_confusions(found.labels, found.counts, width - 1, self.look)
        if len(found.labels) > 2 and worst:
            rows += [own(), own((" most frequent errors", self.look.tokens.muted)), *worst]
        return rows[:height]


def _worst(found: Confusion) -> Text:
    """The commonest confusion in words, with its count."""
    errors = [(n, i, j) for i, row in enumerate(found.counts) for j, n in enumerate(row) if i != j and n]
    if not errors:
        return own(" makes no error on these rows")
    count, true, said = max(errors)
    total = sum(found.counts[true])
    return own(
        " takes ", safe(found.labels[true], limit=30), " for ", safe(found.labels[said], limit=30),
        f" most: {numbers.count(count)} of {numbers.plural(total, 'row')}",
    )  # fmt: skip
