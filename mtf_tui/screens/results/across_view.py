"""Two models over all data sets: who is better where, and on how many."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult

from mtf_engine import numbers
from mtf_tui import answers
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.across import duel_line, every_dataset, tally, win_tie_loss
from mtf_tui.pictures.results_sheets import across_sheet
from mtf_tui.pictures.versus import MetricDuel, difference_line
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.sheets import Sheet
from mtf_tui.text import own
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable


class AcrossView(ResultsView):
    """A against B on every data set."""

    NAME = "across"

    def compose(self) -> ComposeResult:
        duels = ScoreTable(self._picture, sheet=self._sheet, share=0.6, id="duels")
        yield Pane("Every data set", duels, LivePane(self._duel_line, id="duel-line"))
        yield Pane("Win-tie-loss", LivePane(self._tally_rows, id="win-tie-loss"), id="tally")

    def answer(self) -> Text:
        duels = self._duels()
        if not duels:
            return own("Nothing to compare: no two models are scored on one data set")
        return answers.across(duels[0].a.label, duels[0].b.label, tally(duels), self.look)

    def scope(self) -> Text:
        duels, tokens = self._duels(), self.look.tokens
        if not duels:
            return own()
        key = f"bold {tokens.accent}"
        first, second = (("A ", f"bold {tokens.s1}"), ("B ", f"bold {tokens.s2}"))
        names = own(first, duels[0].a.label, "  ", second, duels[0].b.label, "   ")
        metric = self.selection.metric or "primary"
        return own(names, ("d ", key), "all data sets", "   ", ("t ", key), metric, self.pipeline_scope())

    def refresh_view(self) -> None:
        duels, total = self._duels(), len(self.selection.tables)
        level = f", {duels[0].a.score.confidence * 100:g} %" if duels else ""
        note = f"{len(duels)} of {numbers.plural(total, 'data set')} have both · A − B, paired{level}"
        self.query(Pane).first(Pane).tell("Every data set", note)
        self.query_one("#tally", Pane).tell("Win-tie-loss", f"{tally(duels).text} · Holm over the pairs of each")
        for body in self.query(LivePane):
            body.repaint()

    def on_score_table_highlighted(self) -> None:
        self.query_one("#duel-line", LivePane).repaint()

    def on_score_table_chosen(self) -> None:
        self.open()

    def open(self) -> None:
        """Compare the same two on the data set under the cursor."""
        pair, name = self.selection.pair_across(), self.query_one("#duels", ScoreTable).cursor
        if pair is not None and name is not None:
            self.selection.pick(*pair)
            self.selection.dataset = name
            self.results_screen.show_view("versus")

    def _duels(self) -> list[MetricDuel]:
        pair = self.selection.pair_across()
        if pair is None:
            return []
        found = [self.selection.duel(table, *pair) for table in self.selection.tables]
        return [duel for duel in found if duel is not None]

    def _picture(self, width: int) -> TablePicture:
        return every_dataset(self._duels(), width, self.look)

    def _duel_line(self, width: int) -> Sequence[Text]:
        """What a row leaves out at 80 columns."""
        name = self.query_one("#duels", ScoreTable).cursor
        duel = next((duel for duel in self._duels() if duel.dataset == name), None)
        return () if duel is None else [line(duel, width, self.look) for line in (duel_line, difference_line)]

    def _sheet(self) -> Sheet:
        return across_sheet(self._duels())

    def _tally_rows(self, width: int) -> Sequence[Text]:
        return win_tie_loss(tally(self._duels()), width, self.look)
