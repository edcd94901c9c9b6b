"""All data sets: who wins where, and mean ranks over data sets of one kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.text import Text
from textual.app import ComposeResult

from mtf_engine import numbers
from mtf_engine.domain.results import Ranking
from mtf_engine.standings import Standings
from mtf_tui import answers
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.all_datasets import (
    BEST,
    RUNNER_UP,
    dataset_table,
    mean_ranks,
    placed,
    rank_note,
    verdict_matrix,
)
from mtf_tui.pictures.results_sheets import dataset_sheet, matrix_sheet
from mtf_tui.pictures.scores import fold_lines, score_table
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.sheets import Sheet
from mtf_tui.text import cut, own, safe
from mtf_tui.widgets.live_pane import LivePane, Painter
from mtf_tui.widgets.matrix_table import MatrixTable, Spans
from mtf_tui.widgets.pane import Pane

_AROUND_RANKS, _LEAST_RANKS = 5, 4
"""Rows of both heads, axis, critical difference and *more*; models whose ranks are shown in any case."""
_MOST_COLUMNS = 30
"""Data sets beyond which each is a row."""
_LEAST_SCORES = 5
"""Rows below which a table of scores says too little."""


class AllView(ResultsView):
    """Models by data sets."""

    NAME = "all"

    def compose(self) -> ComposeResult:
        yield Pane(
            "Data set × model",
            MatrixTable(self._columns, self._picture, sheet=self._sheet, share=0.55, id="all-matrix"),
        )
        yield Pane("Mean rank", LivePane(self._ranks, id="ranks"), id="ranking")
        yield Pane("Scores", LivePane(self._score_rows, id="column-scores"), id="column-pane", classes="gone")

    def answer(self) -> Text:
        return answers.all_datasets(self.selection.tables, self.look)

    def scope(self) -> Painter:
        return self._scope_row

    def _scope_row(self, width: int) -> list[Text]:
        """Data sets and metric with their keys, then as much of what the signs mean as has room."""
        tokens, g = self.look.tokens, self.look.glyphs
        key = f"bold {tokens.accent}"
        metric = self.selection.metric or "primary"
        line = own(("d ", key), "all data sets", "   ", ("t ", key), metric, self.pipeline_scope())
        signs = f"{g.best} best", f"{g.equivalent} equivalent", f"{g.undecided} undecided", f"{g.worse} worse"
        for number, sign in enumerate(signs):
            more = own(line, " " if number == 0 else "", ("  " + sign, tokens.muted))
            if more.cell_len > width:
                break
            line = more
        return [cut(line, width)]

    def refresh_view(self) -> None:
        tables = self.selection.tables
        models = len({entry.key for table in tables for entry in table.entries})
        results = self.selection.results
        total = len(results.datasets) if results else 0
        marked = len(self.selection.marked)
        marks = f" · {numbers.plural(marked, 'mark')}" if marked else ""
        matrix = self.query_one(MatrixTable)
        matrix.repaint()
        self.query(Pane).first(Pane).tell("Data set × model", f"{len(tables)} of {total} × {models} models{marks}")
        ranking = self._ranking()
        pane = self.query_one("#ranking", Pane)
        pane.set_class(ranking is None, "gone")
        if ranking is not None:
            sets, own_pipeline = len(ranking.datasets), self._several_pipelines(ranking)
            pane.tell(f"Mean rank over {sets} sets, {ranking.metric}{own_pipeline}", rank_note(ranking, sets))
            self.query_one("#ranks", LivePane).repaint()
        self.call_after_refresh(self._show_scores)

    def on_matrix_table_column_highlighted(self) -> None:
        self._show_scores()

    def on_score_table_highlighted(self) -> None:
        self._show_scores()

    def _show_scores(self) -> None:
        """Show the scores of the data set under the cursor below the rest, where there is room."""
        table, pane = self._cursor_table(), self.query_one("#column-pane", Pane)
        pane.set_class(table is None or self._room_below() < _LEAST_SCORES, "gone")
        if table is not None:
            facts = (numbers.plural(table.dataset.rows, "row"), f"{table.entries[0].score.confidence * 100:g} %")
            pane.tell(own("Scores on ", safe(table.dataset.name)), " · ".join((*facts, "enter opens it")))
            self.query_one("#column-scores", LivePane).repaint()

    def _cursor_table(self) -> Standings | None:
        return self.selection.table_of(self.column) if self.column is not None else None

    def _room_below(self) -> int:
        """Rows of the screen that matrix and ranks leave, without a head and a blank one."""
        above = [pane for pane in self.query(Pane) if pane.id != "column-pane" and pane.display]
        return self.size.height - (above[-1].region.bottom - self.region.y) - 2

    def _score_rows(self, width: int) -> Sequence[Text]:
        table, room = self._cursor_table(), self._room_below()
        if table is None or room < _LEAST_SCORES:
            return ()
        lines = list(score_table(table, width, self.look, marked=self.selection.marked, lettered=False).lines)
        more = len(lines) - room
        if more > 0:
            rest = own((f" {numbers.plural(more + 1, 'more model')}", self.look.tokens.muted))
            return [*lines[: room - 1], rest]
        entry = table.entry(self.model or "") or table.best
        folds = [] if entry is None else fold_lines(table, replace(entry, letter=""), width, self.look)[:1]
        return [*lines, own(), *folds] if len(lines) + 1 + len(folds) <= room else lines

    @property
    def column(self) -> str | None:
        """Data set under the cursor; None before there is one."""
        if not self.is_mounted:
            return None
        matrix = self.query_one(MatrixTable)
        return matrix.cursor if self._is_long else matrix.column

    @property
    def model(self) -> str | None:
        """Key of the model under the cursor; where rows are data sets, of the best or the runner-up of one."""
        matrix = self.query_one(MatrixTable)
        if not self._is_long:
            return matrix.cursor
        table = self.selection.table_of(matrix.cursor) if matrix.cursor is not None else None
        entry = placed(table, matrix.column) if table is not None else None
        return entry.key if entry is not None else None

    def open(self) -> None:
        column = self.column
        if column is not None:
            self.selection.cursor = self.model
            self.results_screen.show_dataset(column)

    def on_score_table_chosen(self) -> None:
        self.open()

    def _columns(self) -> Sequence[str]:
        return [BEST, RUNNER_UP] if self._is_long else [table.dataset.name for table in self.selection.tables]

    def _picture(self, width: int, first: int) -> tuple[TablePicture, Spans]:
        tables = self.selection.tables
        if self._is_long:
            long = dataset_table(tables, width, self.look, marked=self.selection.marked)
            return long.table, long.spans
        if not tables:
            return TablePicture((), footer=(own((" no scores yet", self.look.tokens.muted)),)), {}
        drawn = verdict_matrix(tables, width, self.look, first=first, marked=self.selection.marked)
        return drawn.table, drawn.spans

    @property
    def _is_long(self) -> bool:
        """Whether there are so many data sets that each has a row instead of a column."""
        return len(self.selection.tables) > _MOST_COLUMNS

    def _sheet(self) -> Sheet:
        tables = self.selection.tables
        return dataset_sheet(tables) if self._is_long else matrix_sheet(tables)

    def _ranking(self) -> Ranking | None:
        """The ranking of the chosen pipeline on the chosen metric; else the first."""
        results, pipeline = self.selection.results, self.selection.pipeline
        found = [one for one in results.rankings if pipeline in (None, one.pipeline)] if results is not None else []
        return next((one for one in found if one.metric == self.selection.metric), found[0] if found else None)

    def _several_pipelines(self, ranking: Ranking) -> str:
        """The ranking's pipeline where there are several, each with a ranking of its own; else empty."""
        results = self.selection.results
        names = {one.pipeline for one in results.rankings} if results is not None else set()
        return f" · {safe(ranking.pipeline).plain}" if len(names) > 1 else ""

    def _ranks(self, width: int) -> Sequence[Text]:
        ranking = self._ranking()
        if ranking is None:
            return ()
        around = _AROUND_RANKS + self.screen.has_class("-tall")
        room = self.size.height - self.query_one(MatrixTable).size.height - around
        fits = len(ranking.models) <= room + 1  # nothing has to be said of others then
        return mean_ranks(ranking, width, self.look, {}, most=len(ranking.models) if fits else max(_LEAST_RANKS, room))
