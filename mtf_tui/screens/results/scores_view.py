"""One data set: scores with intervals, differences to the best, confusion or residuals, curve and checks beside."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.geometry import Size

from mtf_engine import numbers
from mtf_engine.domain.views import ClassRecalls, Confusion, Curves, ResidualSummary
from mtf_engine.standings import Entry, Standings
from mtf_tui import answers
from mtf_tui.curve_kinds import CURVE_LABELS, CURVES_OF_TASK
from mtf_tui.painters.bars import histogram
from mtf_tui.painters.matrix import confusion
from mtf_tui.painters.plot import plot, shows_band
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.checks import check_counts, checks_on, found_table
from mtf_tui.pictures.curves import note_of, plot_of
from mtf_tui.pictures.errors import recall_rows
from mtf_tui.pictures.results_sheets import score_sheet
from mtf_tui.pictures.scores import LISTED, compared, differences, fold_lines, interval_line, score_table
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.sheets import Sheet
from mtf_tui.text import own, safe
from mtf_tui.widgets.boxes import Column, Row
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable

_CHECKS = 8
"""Rows of the checks beside."""
_CLASSES = 7
"""Classes whose recall has room beside the differences."""

_WHOLE_HEAD_FROM = 36
"""Cells of the pane of residuals from which its head says in full what they are."""


class ScoresView(ResultsView):
    """The evidence for who wins on one data set."""

    NAME = "scores"

    def compose(self) -> ComposeResult:
        table = ScoreTable(self._score_picture, sheet=self._sheet, share=0.5, most=LISTED, id="scores")
        scores = Pane("Scores", table, LivePane(self._interval_row, id="score-interval"))
        difference = Pane("Difference", LivePane(self._difference_rows, id="differences"), id="difference")
        errors = Pane("Errors", LivePane(self._error_rows, id="errors"), id="error-pane")
        below = Pane("Curve", LivePane(self._curve_rows, id="curve-below"), id="below-curve", classes="only-normal")
        folds = LivePane(self._fold_rows, id="folds")
        lower = Row(difference, errors, below, classes="row", id="scores-lower")
        left = Column(scores, lower, folds, id="scores-left")
        beside = Pane("Curve", LivePane(self._curve_rows, id="curve"), id="beside-curve", classes="fill")
        checks = Pane("Checks", LivePane(self._check_rows, id="checks-beside"), id="beside-checks")
        yield Row(left, Column(beside, checks, id="scores-right", classes="only-wide"))

    def answer(self) -> Text:
        table = self.selection.table
        return answers.one_dataset(table, self.look) if table is not None else own("No scores on this data set")

    def refresh_view(self) -> None:
        table, results = self.selection.table, self.selection.results
        if table is None or results is None:
            return
        self.query_one("#scores", ScoreTable).move_to(self.selection.cursor)
        for body in self.query(LivePane):
            if not body.has_class("pane-head"):
                body.repaint()
        dropped = self._dropped_note()
        count = numbers.plural(len(table.entries), "model")
        note = f"top {LISTED} of {count}" if len(table.entries) > LISTED else f"{len(table.ranked)} of {count}"
        self.query(Pane).first(Pane).tell("Scores", f"{note}{dropped}")
        self._tell_difference(table)
        self.query_one("#error-pane", Pane).tell(*self._error_head())
        kind = CURVES_OF_TASK[table.dataset.task][0]
        for pane in self.query("#below-curve, #beside-curve").results(Pane):
            pane.tell(CURVE_LABELS[kind], self._curve_note(pane.query(LivePane).last(LivePane).size))
        here, rows = checks_on(results.checks, table.dataset.name), len(results.checks)
        parts = (check_counts(here), f"h: all {rows}" if len(here) < rows else "")
        self.query_one("#beside-checks", Pane).tell("Checks", " · ".join(part for part in parts if part))
        for name in ("#error-pane", "#below-curve", "#beside-curve"):
            self.query_one(name).set_class(not self.selection.has_views, "gone")

    def _tell_difference(self, table: Standings) -> None:
        """Say to whom differences are, and which of many are shown."""
        level = f"{(table.best or table.entries[0]).score.confidence * 100:g} %"
        shown = compared(table, self.selection.cursor)
        some = bool(shown) and len(table.ranked) > len(shown) + 2  # the best and the baseline have none
        note = f"{shown[0].rank + 1}–{shown[-1].rank + 1} of {len(table.ranked)} · " if some else ""
        note += f"paired, {level}{'' if some else ', before Holm'}"
        title = f"Difference to {table.best.letter if table.best else ''}"
        self.query_one("#difference", Pane).tell(title, note)

    def _dropped_note(self) -> str:
        return f" · {numbers.plural(len(self.selection.marked), 'mark')}" if self.selection.marked else ""

    def on_score_table_highlighted(self, event: ScoreTable.Highlighted) -> None:
        is_on = self.results_screen.current_view is self  # made ready, it moves no cursor
        if is_on and event.table.id == "scores" and self.selection.cursor != event.key:
            self.selection.cursor = event.key
            for name in ("#differences", "#errors", "#folds", "#score-interval"):
                self.query_one(name, LivePane).repaint()
            if self.selection.table is not None:
                self._tell_difference(self.selection.table)
            self.query_one("#error-pane", Pane).tell(*self._error_head())

    def on_score_table_chosen(self) -> None:
        self.open()

    def open(self) -> None:
        entry = self.selection.current()
        if entry is not None:
            self.results_screen.open_model(entry)

    def _score_picture(self, width: int) -> TablePicture:
        table = self.selection.table
        return TablePicture(()) if table is None else score_table(table, width, self.look, marked=self.selection.marked)

    def _interval_row(self, width: int) -> Sequence[Text]:
        table, entry = self.selection.table, self.selection.current()
        return () if table is None or entry is None else interval_line(table, entry, width, self.look)

    def _sheet(self) -> Sheet:
        return Sheet(()) if self.selection.table is None else score_sheet(self.selection.table)

    def _difference_rows(self, width: int) -> Sequence[Text]:
        table = self.selection.table
        return () if table is None else differences(table, width, self.look, around=self.selection.cursor)

    def _fold_rows(self, width: int) -> Sequence[Text]:
        table, entry = self.selection.table, self.selection.current()
        return () if table is None or entry is None else [own(), *fold_lines(table, entry, width, self.look)]

    def _error_head(self) -> tuple[str, str]:
        table, entry = self.selection.table, self.selection.current()
        if table is None or entry is None:
            return "Errors", ""
        found = self._errors(entry)
        who = entry.letter or entry.label
        if table.dataset.task == "regression":
            room = self.query_one("#error-pane").size.width
            return f"Residuals {who}", "actual − predicted" if room >= _WHOLE_HEAD_FROM else "was − said"
        if table.dataset.task == "multiclass":
            level = f"{found.confidence * 100:g} %" if isinstance(found, ClassRecalls) else ""
            return f"Recall {who}", level
        at = f"at {found.threshold:g}" if isinstance(found, Confusion) and found.threshold is not None else ""
        return f"Confusion {who}", at

    def _errors(self, entry: Entry) -> Confusion | ClassRecalls | ResidualSummary | None:
        table, scope = self.selection.table, self.selection.scope(entry)
        if table is None or scope is None:
            return None
        key = self._error_key(entry)
        if table.dataset.task == "regression":
            return self.fetch(key, lambda run: run.residuals(scope))
        if table.dataset.task == "multiclass":
            return self.fetch(key, lambda run: run.class_recalls(scope))
        return self.fetch(key, lambda run: run.confusion(scope))

    def _error_key(self, entry: Entry) -> tuple[object, ...]:
        table = self.selection.table
        kind = "recalls" if table is not None and table.dataset.task == "multiclass" else "errors"
        return (kind, table.dataset.name if table else "", entry.key)

    def _error_rows(self, width: int) -> Sequence[Text]:
        entry = self.selection.current()
        if entry is None:
            return ()
        found = self._errors(entry)
        if found is None:
            return [self.waiting(self._error_key(entry))]
        if isinstance(found, Confusion):
            return [own(" ", row) for row in confusion(found.labels, found.counts, width - 1, self.look).lines]
        if isinstance(found, ClassRecalls):
            return recall_rows(found, width, self.look, most=_CLASSES, where=": m")
        return self._residual_rows(found)

    def _residual_rows(self, found: ResidualSummary) -> list[Text]:
        muted = self.look.tokens.muted
        edges = f"{numbers.significant(found.edges[0], 3)} … {numbers.significant(found.edges[-1], 3)}"
        return [
            own(" ", histogram(found.counts, self.look, cells=24)),
            own((f" {edges}", muted)),
            own((" mean ", muted), numbers.significant(found.mean), ("  std ", muted), numbers.significant(found.std)),
        ]

    def _curves(self) -> Curves | None:
        scope, table = self.selection.scope(), self.selection.table
        if scope is None or table is None:
            return None
        kind = CURVES_OF_TASK[table.dataset.task][0]
        return self.fetch(("curves", kind, scope), lambda run: run.curves(kind, scope))

    def _curve_note(self, room: Size) -> str:
        scope, table = self.selection.scope(), self.selection.table
        found = self.selection.fetched(("curves", CURVES_OF_TASK[table.dataset.task][0], scope)) if table else None
        if not isinstance(found, Curves) or table is None:
            return ""
        has_band = shows_band(plot_of(found, table), *room, self.look)
        return safe(note_of(found, table, short=True, has_band=has_band)).plain

    def _curve_rows(self, width: int) -> Sequence[Text]:
        table, scope = self.selection.table, self.selection.scope()
        pane = next((p for p in self.query("#curve, #curve-below").results(LivePane) if p.size.width == width), None)
        if table is None or pane is None:
            return ()
        curves = self._curves()
        if curves is None:
            return [self.waiting(("curves", CURVES_OF_TASK[table.dataset.task][0], scope))]
        return plot(plot_of(curves, table), width, max(1, pane.size.height), self.look)

    def _check_rows(self, width: int) -> Sequence[Text]:
        results, table = self.selection.results, self.selection.table
        if results is None or table is None or not results.checks:
            return [own((" no checks in the plan", self.look.tokens.muted))]
        here = checks_on(results.checks, table.dataset.name)
        return found_table(here, width, self.look, most=_CHECKS) or [
            own((" none of this data set; h shows all", self.look.tokens.muted))
        ]
