"""Run: how is it going? Cells as a live matrix, scores as they stand, workers, log, failures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rich.text import Text
from textual.widget import Widget

from mtf_engine import numbers
from mtf_engine.domain.run import CellState, CellStatus, RunStatus
from mtf_engine.errors import SettingsError
from mtf_engine.standings import pair_of
from mtf_tui.actions import Action, bindings
from mtf_tui.live import failure_groups
from mtf_tui.logbook import LEVELS
from mtf_tui.painters.bars import progress
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures import run as pictures
from mtf_tui.pictures.plan import way_on
from mtf_tui.pictures.run_matrix import cell_note, run_matrix
from mtf_tui.screens.cell_dialog import CellDialog
from mtf_tui.screens.page import Page
from mtf_tui.text import own, safe
from mtf_tui.widgets.boxes import Column, Row
from mtf_tui.widgets.confirm_dialog import ConfirmDialog, Option
from mtf_tui.widgets.error_dialog import described
from mtf_tui.widgets.find_bar import FindBar
from mtf_tui.widgets.live_pane import LivePane, Painter
from mtf_tui.widgets.log_view import LogView
from mtf_tui.widgets.matrix_table import MatrixTable, Spans
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable

_CANCELLABLE = (CellStatus.WAITING, CellStatus.RUNNING)


class RunScreen(Page):
    """The live run, or how the last one went."""

    SCOPE = "run"
    START_PLACE = 8
    BINDINGS = bindings("run")
    _is_map = False
    """Whether the matrix has one sign a cell."""

    def compose_body(self) -> Iterable[Widget]:
        matrix = MatrixTable(self._columns, self._matrix_picture, share=0.46, id="matrix")
        cells = Pane("Cells", matrix, id="cells")
        stand = Pane("Scores as they stand", LivePane(self._standing_rows, id="standing"), classes="only-wide")
        failed = Pane("Failures by cause", ScoreTable(self._failure_picture, id="failures"), id="failed")
        workers = Pane("Workers", LivePane(self._worker_rows, id="workers"), id="working")
        log = Pane("Log", LogView(lambda: self.workspace.log, id="log"), id="logged", classes="fill")
        left = Column(cells, stand, failed, id="run-left")
        right = Column(workers, log, id="run-right")
        yield Row(left, right, id="body")
        yield FindBar()

    def on_mount(self) -> None:
        log = self.query_one(LogView)
        log.level, log.calm = self.mtf.store.state.log_level, self.mtf.terminal.over_ssh
        self.query_one("#matrix").focus()

    def answer(self) -> Text:
        now = self.workspace.now()
        left = self.workspace.seconds_left(now)
        if self.workspace.state is None and self.workspace.run is not None:
            return own("Opening the run …")
        return pictures.answer(self.workspace.state, left, now, self.workspace.results, self.look)

    def scope(self) -> Text | Painter:
        state = self.workspace.state
        if state is None or not state.total_cells or state.status in pictures.PREPARING:
            return self._nothing_yet()
        return lambda width: [progress(pictures.share_done(state), width, self.look)]

    def _nothing_yet(self) -> Text:
        """What `r` would do while no run is open, or what keeps it from that."""
        workspace, muted = self.workspace, self.look.tokens.muted
        if workspace.run is not None or workspace.settings is None:
            return own()
        name, outline = safe(workspace.settings.name, muted), workspace.outline
        if (wrong := workspace.wrong) is not None:
            return own(name, (" cannot be run as it is", muted), way_on(wrong, self.look))
        if outline is not None and outline.finished_cells:
            stored = f"{numbers.count(outline.finished_cells)} of {numbers.plural(outline.cells, 'cell')}"
            return own((f"{stored} of ", muted), name, (" are stored. r shows them and runs the rest.", muted))
        return own(("Nothing measured yet. r runs ", muted), name, (".", muted))

    def refresh_panes(self) -> None:
        state = self.workspace.state
        for body in self.query("#matrix, #standing, #failures, #workers, #log").results(LivePane):
            body.repaint()
        self._tell_cells()
        self._tell_standing()
        failed = state.done - state.scored if state else 0
        if not failed and self.has_class("-failures"):  # they run again: back to where their progress is seen
            self._show_failures(False)
        pane = self.query_one("#failed", Pane)
        pane.set_class(not failed, "gone")
        pane.tell("Failures by cause", numbers.plural(failed, "cell"))
        self.query_one("#working", Pane).set_class(not self.workspace.is_live, "gone")
        if state is not None:
            limits = self.workspace.plan.resolved.limits if self.workspace.plan is not None else None
            self.query_one("#working", Pane).tell("Workers", pictures.worker_note(state, limits))
        self.query_one("#logged", Pane).tell("Log", safe(self.query_one(LogView).note()))

    def _tell_cells(self) -> None:
        """Say what the cells are; in the map, what the one under the cursor is."""
        state, matrix = self.workspace.state, self.workspace.matrix
        note = own()
        if matrix is not None and self._is_map:
            table = self.query_one(MatrixTable)
            note = cell_note(matrix, table.cursor, table.column, self.look)
        elif matrix is not None:
            provisional = " · ~ provisional" if self.workspace.is_live else ""
            reused = f" · {self.look.glyphs.reused} reused" if state and state.count(CellStatus.REUSED) else ""
            note = safe(f"{', '.join(dict.fromkeys(matrix.metrics.values()))}{reused}{provisional}")
        self.query_one("#cells", Pane).tell("Cells", note)

    def _tell_standing(self) -> None:
        matrix, name = self.workspace.matrix, self.query_one(MatrixTable).column
        if matrix is None or name is None:
            return
        live = " · intervals narrow as folds finish" if self.workspace.is_live else ""
        note = own(safe(name), " · ", safe(matrix.metrics[name]), live)
        self.query("Pane.only-wide").first(Pane).tell("Scores as they stand", note)

    def on_score_table_highlighted(self, event: ScoreTable.Highlighted) -> None:  # noqa: ARG002 (as the page has it)
        self._tell_cells()

    def on_matrix_table_column_highlighted(self) -> None:
        self.query_one("#standing", LivePane).repaint()
        self._tell_cells()
        self._tell_standing()
        self.refresh_keys()

    def _columns(self) -> Sequence[str]:
        return self.workspace.matrix.datasets if self.workspace.matrix else ()

    def _matrix_picture(self, width: int, first: int) -> tuple[TablePicture, Spans]:
        matrix = self.workspace.matrix
        if matrix is None:
            return TablePicture((), footer=tuple(self._why_no_cells(width))), {}
        drawn = run_matrix(matrix, width, self.look, first=first, as_map=self._is_map)
        return drawn.table, drawn.spans

    def action_run_map(self) -> None:
        self._is_map = not self._is_map
        self.query_one("#matrix").refresh(layout=True)
        self.refresh_page()

    def _why_no_cells(self, width: int) -> list[Text]:
        """What stands in the place of cells: that they come, or all that keeps them away."""
        workspace, look = self.workspace, self.look
        state, wrong = workspace.state, workspace.wrong if workspace.run is None else None
        if wrong is not None:
            return described(wrong, width, look)
        if state is not None and state.problems:
            return described(SettingsError(list(state.mistakes)), width, look)
        words = "no run is open" if state is None else "this run has no plan"
        if state is not None and state.status.is_live:
            words = "the data are being read; cells come with the plan"
        return [own((f" {words}", look.tokens.muted))]

    def _standing_rows(self, width: int) -> Sequence[Text]:
        matrix, name = self.workspace.matrix, self.query_one(MatrixTable).column
        if matrix is None or name is None:
            return ()
        return pictures.scores_as_they_stand(matrix, name, width, self.look)

    def _failure_picture(self, width: int) -> TablePicture:
        state = self.workspace.state
        groups = failure_groups(state.cells.values()) if state else ()
        return pictures.failures(groups, width, self.look)

    def _worker_rows(self, width: int) -> Sequence[Text]:
        state, plan = self.workspace.state, self.workspace.plan
        if state is None:
            return ()
        limits = plan.resolved.limits if plan else None
        tick = self.mtf.terminal.clock_tick
        return pictures.workers(state, limits, width, self.look, self.workspace.now(), ticks=tick)

    def _cells_under_cursor(self) -> tuple[str, ...]:
        matrix, table = self.workspace.matrix, self.query_one(MatrixTable)
        if matrix is None or table.cursor is None or table.column is None:
            return ()
        cell = matrix.cells.get((table.cursor, table.column))
        return cell.cells if cell else ()

    def _left_of(self, *, row: str | None = None, column: str | None = None) -> list[str]:
        """Cells of a whole row or column that can be cancelled."""
        matrix = self.workspace.matrix
        if matrix is None:
            return []
        found = [cell for place, cell in matrix.cells.items() if row in (None, place[0]) and column in (None, place[1])]
        return self._states(_CANCELLABLE, [cell for one in found for cell in one.cells])

    def _states(self, status: Sequence[CellStatus], among: Sequence[str] | None = None) -> list[str]:
        """Cells, those under the cursor unless others are given, that are in one of some statuses."""
        state = self.workspace.state
        if state is None:
            return []
        known = {cell: state.cells.get(cell) for cell in (self._cells_under_cursor() if among is None else among)}
        return [cell for cell, found in known.items() if (found.status if found else CellStatus.WAITING) in status]

    def footer_actions(self) -> list[Action]:
        """Call the keys that pause and show failures by what they do now; what continues a stopped run comes first."""
        state = self.workspace.state
        paused = state is not None and state.status is RunStatus.PAUSED
        now = {"run.pause": "go on"} if paused else {}
        now |= {"run.failures": "cells"} if self.has_class("-failures") else {}
        named = [replace(a, label=now.get(a.id, a.label)) for a in super().footer_actions()]
        return sorted(named, key=lambda action: action.label != "continue")

    def allows(self, action: str) -> bool:
        state, live = self.workspace.state, self.workspace.is_live
        match action:
            case "run.pause":
                return live and state is not None and state.status in (RunStatus.RUNNING, RunStatus.PAUSED)
            case "run.cancel":
                return live
            case "run.cancel_cell":
                return live and bool(self._states(_CANCELLABLE))
            case "run.map":
                return self.workspace.matrix is not None
            case "run.open":
                return bool(self._cells_under_cursor())
            case "run.failures":
                return state is not None and state.done > state.scored
            case "run.retry":
                return bool(self._retryable())
            case "run.level" | "run.follow" | "run.find":
                return self.workspace.run is not None
            case _:
                return True

    def _retryable(self) -> list[CellState]:
        """Failed cells under the cursor if there are any, else all failed ones."""
        state = self.workspace.state
        if state is None or self.workspace.run is None:
            return []
        failed = [cell for cell in state.cells.values() if cell.status in (CellStatus.FAILED, CellStatus.CANCELLED)]
        here = set(self._cells_under_cursor())
        return [cell for cell in failed if cell.cell in here] or failed

    async def action_run_pause(self) -> None:
        run, state = self.workspace.run, self.workspace.state
        if run is not None and state is not None:
            paused = state.status is RunStatus.PAUSED
            await self.mtf.notices.attempt(run.resume() if paused else run.pause(), "pause the run")

    def action_run_cancel_cell(self) -> None:
        table, matrix = self.query_one(MatrixTable), self.workspace.matrix
        if matrix is None or table.cursor is None:
            return
        model = safe(pair_of(table.cursor)[1]).plain
        scopes = {
            "x": (self._states(_CANCELLABLE), f"of {model} on {safe(table.column or '').plain}"),
            "m": (self._left_of(row=table.cursor), f"of {model} on all data sets"),
            "d": (self._left_of(column=table.column), f"on {safe(table.column or '').plain}, of all models"),
        }
        what = own(model, " on ", safe(table.column or ""), "; a cell that runs is stopped at once")
        facts = (what, own("Cancelled cells give no score; R runs them again."))
        some = [
            (key, cells, words)
            for key, (cells, words) in scopes.items()
            if cells and (key == "x" or len(cells) > len(scopes["x"][0]))
        ]
        options = [Option(key, f"cancel {numbers.plural(len(cells), 'cell')} {words}") for key, cells, words in some]
        dialog = ConfirmDialog("Cancel cells?", facts, (Option("n", "no"), *options))

        async def answered(answer: str | None) -> None:
            run = self.workspace.run
            if run is None or answer not in scopes:
                return
            for cell in scopes[answer][0]:
                await self.mtf.notices.attempt(run.cancel(cell), "cancel a cell")

        self.app.push_screen(dialog, answered)

    def action_run_cancel(self) -> None:
        state = self.workspace.state
        if state is None:
            return
        busy = state.count(CellStatus.RUNNING)
        facts = (
            own(f"{state.scored} of {numbers.plural(state.total_cells, 'cell')} are done and stay."),
            own(f"{numbers.plural(busy, 'running cell')} are lost; r continues later."),
        )
        options = (Option("n", "no, let it run"), Option("x", "cancel the run"))

        async def answered(answer: str | None) -> None:
            if answer == "x" and self.workspace.run is not None:
                await self.mtf.notices.attempt(self.workspace.run.cancel(), "cancel the run")

        self.app.push_screen(ConfirmDialog("Cancel the run?", facts, options), answered)

    async def action_run_retry(self) -> None:
        await self.mtf.following.retry(self._retryable())

    def action_run_open(self) -> None:
        matrix, state = self.workspace.matrix, self.workspace.state
        table = self.query_one(MatrixTable)
        if matrix is None or state is None or table.cursor is None or table.column is None:
            return
        row = next(row for row in matrix.rows if row.key == table.cursor)
        cell = matrix.cells.get((row.key, table.column))
        if cell is not None:
            lines = [line for line in self.workspace.log.shown("debug") if line.cell in cell.cells]
            now = self.workspace.now()
            self.app.push_screen(CellDialog(row.label, table.column, matrix, cell, state, lines, now))

    def on_score_table_chosen(self) -> None:
        self.action_run_open()

    def action_run_failures(self) -> None:
        self._show_failures(not self.has_class("-failures"))
        self.call_after_refresh(self.refresh_page)

    def _show_failures(self, wanted: bool) -> None:
        self.set_class(wanted, "-failures")
        self.query_one("#failures" if wanted else "#matrix").focus()

    def action_run_level(self) -> None:
        log = self.query_one(LogView)
        log.level = LEVELS[(LEVELS.index(log.level) + 1) % len(LEVELS)] if log.level in LEVELS else LEVELS[1]
        self.mtf.store.remember(log_level=log.level)
        self.refresh_page()

    def action_run_follow(self) -> None:
        log = self.query_one(LogView)
        log.follow(not log.is_following)
        self.refresh_page()

    def action_run_find(self) -> None:
        self.query_one(FindBar).open()

    def on_find_bar_changed(self, message: FindBar.Changed) -> None:
        self.query_one(LogView).needle = message.needle
        self.refresh_page()

    def climb(self) -> bool:
        if self.query_one(FindBar).clear():
            return True
        if self.has_class("-failures"):
            self.action_run_failures()
            return True
        return False
