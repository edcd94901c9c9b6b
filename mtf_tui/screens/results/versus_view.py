"""Two models on the same rows: every metric, who is right where, fold by fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.text import Text
from textual.app import ComposeResult

from mtf_engine import numbers
from mtf_engine.domain.views import RowByRow
from mtf_engine.standings import Entry
from mtf_tui import answers
from mtf_tui.engine_protocol import ViewScope
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.results_sheets import duel_sheet
from mtf_tui.pictures.versus import MetricDuel, difference_line, every_metric, fold_by_fold, row_by_row, row_note
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.screens.rows_dialog import RowsDialog
from mtf_tui.sheets import Sheet
from mtf_tui.text import own, safe
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable

_WORDS = {
    "only_a": "only A gets right",
    "only_b": "only B gets right",
    "both_right": "both get right",
    "both_wrong": "both get wrong",
}
_WORDS_BY_ERROR = {
    "only_a": "A is nearer on",
    "only_b": "B is nearer on",
    "both_right": "both are equally far off",
    "both_wrong": "both are equally far off",
}


class VersusView(ResultsView):
    """A against B."""

    NAME = "versus"

    _began: tuple[object, ...] = ()
    """Whose rows the cursor was put among."""

    def compose(self) -> ComposeResult:
        metrics = ScoreTable(self._metric_picture, sheet=self._sheet, share=0.36, id="metrics")
        yield Pane("Every metric", metrics, LivePane(self._difference_row, id="metric-difference"), id="every-metric")
        yield Pane("Row by row", ScoreTable(self._row_picture, id="row-by-row"), id="by-row")
        yield LivePane(self._hint, id="versus-hint")
        yield Pane("Fold by fold", LivePane(self._fold_rows, id="fold-by-fold"), id="by-fold")

    def answer(self) -> Text:
        pair, table = self.selection.pair(), self.selection.table
        if pair is None or table is None:
            return own("Nothing to compare: fewer than two models are scored here")
        a, b = pair
        duel = self.selection.duel(table, a.key, b.key)
        found = duel.difference if duel is not None else None
        return answers.versus(self._named(a, "A"), self._named(b, "B"), found, table, self.look)

    def scope(self) -> Text:
        pair, table, tokens = self.selection.pair(), self.selection.table, self.look.tokens
        if pair is None or table is None:
            return own()
        a, b = pair
        facts = f"same {numbers.plural(table.dataset.rows, 'row')} · {numbers.plural(len(a.score.folds), 'fold')}"
        first, second = (("A ", f"bold {tokens.s1}"), ("B ", f"bold {tokens.s2}"))
        return own(first, a.label, "  ", second, b.label, "   ", (facts, tokens.muted))

    def refresh_view(self) -> None:
        table = self.selection.table
        level = f"{(table.best or table.entries[0]).score.confidence * 100:g} %" if table else ""
        self.query_one("#every-metric", Pane).tell("Every metric", f"A − B, paired, {level}, before Holm")
        self._start_over()
        rows = self._rows()
        self.query_one("#by-row", Pane).tell("Row by row", safe(row_note(rows)) if rows else "")
        self.query_one("#by-fold", Pane).tell("Fold by fold", safe(table.metric) if table else "")
        for name in ("#by-row", "#versus-hint"):
            self.query_one(name).set_class(not self.selection.has_views, "gone")
        for body in self.query(LivePane):
            body.repaint()

    def _start_over(self) -> None:
        """Put the cursor on the first share that has rows, once those of other models or data have come."""
        rows, key = self._rows(), self._row_key()
        if rows is None or key == self._began:
            return
        self._began = key
        shares = self.query_one("#row-by-row", ScoreTable)
        shares.start_over()
        drawn = row_by_row(rows, self.size.width, self.look).rows
        shares.move_to(next((row.key for row in drawn if getattr(rows, row.key)), None))

    def on_score_table_highlighted(self) -> None:
        self.query_one("#metric-difference", LivePane).repaint()
        self.query_one("#versus-hint", LivePane).repaint()

    def on_score_table_chosen(self) -> None:
        self.open()

    def open(self) -> None:
        """List the rows of the share under the cursor."""
        which, scope = self._share(), self._scope()
        if which is not None and scope is not None and self._rows() is not None:
            about = own(f"Rows {self._words(which)} · ", safe(scope.dataset))
            letters = {model: letter for (_, model), letter in zip(scope.models, "AB", strict=False)}
            self.app.push_screen(RowsDialog(about, self.selection.rows(scope, {"which": which}), letters))

    @staticmethod
    def _named(entry: Entry, letter: str) -> Entry:
        """The entry under the letter that it has in this view."""
        return replace(entry, letter=letter)

    def _duels(self) -> list[MetricDuel]:
        pair, table = self.selection.pair(), self.selection.table
        if pair is None or table is None:
            return []
        a, b = pair
        names = self.selection.metrics_of(table.dataset.name)
        tables = [found for name in names if (found := self.selection.table_on(table.dataset.name, name)) is not None]
        return [duel for found in tables if (duel := self.selection.duel(found, a.key, b.key)) is not None]

    def _scope(self) -> ViewScope | None:
        pair = self.selection.pair()
        return self.selection.scope(*pair) if pair is not None else None

    def _difference_row(self, width: int) -> Sequence[Text]:
        """The metric under the cursor, with the interval of its difference."""
        metric = self.query_one("#metrics", ScoreTable).cursor
        return [difference_line(duel, width, self.look) for duel in self._duels() if duel.metric == metric]

    def _metric_picture(self, width: int) -> TablePicture:
        return every_metric(self._duels(), width, self.look)

    def _sheet(self) -> Sheet:
        return duel_sheet(self._duels())

    def _rows(self) -> RowByRow | None:
        pair, table = self.selection.pair(), self.selection.table
        if pair is None or table is None:
            return None
        scope = self.selection.scope(*pair)
        return None if scope is None else self.fetch(self._row_key(), lambda run: run.row_by_row(scope))

    def _row_key(self) -> tuple[object, ...]:
        pair, table = self.selection.pair(), self.selection.table
        keys = tuple(entry.key for entry in pair) if pair else ()
        return ("row_by_row", table.dataset.name if table else "", keys)

    def _row_picture(self, width: int) -> TablePicture:
        rows = self._rows()
        if rows is None:
            return TablePicture((), footer=(self.waiting(self._row_key()),))
        return row_by_row(rows, width, self.look)

    def _share(self) -> str | None:
        return self.query_one("#row-by-row", ScoreTable).cursor

    def _hint(self, width: int) -> Sequence[Text]:
        rows, which = self._rows(), self._share()
        if rows is None or which is None or width < 1:
            return ()
        count = numbers.plural(getattr(rows, which), "row")
        return [own((f" enter lists the {count} {self._words(which)}", self.look.tokens.muted))]

    def _words(self, which: str) -> str:
        """What a share of the rows is, after the word *rows*."""
        rows = self._rows()
        return (_WORDS_BY_ERROR if rows is not None and rows.by_error else _WORDS)[which]

    def _fold_rows(self, width: int) -> Sequence[Text]:
        pair, room = self.selection.pair(), self.query_one("#fold-by-fold").size.height
        return () if pair is None or not room else fold_by_fold(*pair, width, self.look, room=room)
