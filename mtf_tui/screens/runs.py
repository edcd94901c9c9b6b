"""Runs: the history, live ones first; open one, delete one."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual import work
from textual.containers import Vertical
from textual.widget import Widget

from mtf_engine import numbers
from mtf_engine.errors import MTFError
from mtf_tui.actions import bindings
from mtf_tui.engine_protocol import RunEntry
from mtf_tui.messages import EngineFailed
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures.runs import history_answer, run_sheet, run_table, short_id
from mtf_tui.screens.compare_dialog import CompareDialog
from mtf_tui.screens.page import Page
from mtf_tui.sheets import Sheet
from mtf_tui.text import own, safe
from mtf_tui.widgets.confirm_dialog import ConfirmDialog, Option
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable


class RunsScreen(Page):
    """What ran before."""

    SCOPE = "runs"
    BINDINGS = bindings("runs")

    def __init__(self) -> None:
        super().__init__()
        self._marked: tuple[str, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        yield Vertical(Pane("Runs", ScoreTable(self._picture, sheet=self._sheet, id="runs")), id="body")

    def on_mount(self) -> None:
        self.table("#runs").focus()
        super().on_mount()

    def on_screen_resume(self) -> None:
        self.load()
        super().on_screen_resume()

    @work(exclusive=True, group="runs", exit_on_error=False)
    async def load(self) -> None:
        """Read the history again."""
        if self.mtf.client is None:
            return
        try:
            self.workspace.runs = await self.mtf.client.runs()
        except (MTFError, OSError) as error:
            self.mtf.post_message(EngineFailed(error, "read the history"))
            return
        self.refresh_page()

    def answer(self) -> Text:
        return history_answer(self.workspace.runs, self.look)

    def refresh_panes(self) -> None:
        self.table("#runs").repaint()
        self.query_one(Pane).tell("Runs", numbers.plural(len(self.workspace.runs or ()), "run"))

    def _sheet(self) -> Sheet:
        return run_sheet(self.workspace.runs or (), self.mtf.wall_clock())

    def _picture(self, width: int) -> TablePicture:
        runs = self.workspace.runs
        if not runs:
            return TablePicture((), footer=(own((" no runs yet", self.look.tokens.muted)),))
        opened = self.workspace.run.id if self.workspace.run is not None else ""
        return run_table(runs, width, self.look, self.mtf.wall_clock(), marked=self._marked, opened=opened)

    def _current(self) -> RunEntry | None:
        key = self.table("#runs").cursor
        return next((run for run in self.workspace.runs or () if run.id == key), None)

    def allows(self, action: str) -> bool:
        run = self._current()
        if action == "runs.delete":
            return run is not None and not run.status.is_live
        if action == "runs.compare":
            return len(self._marked) == 2
        return run is not None

    def action_runs_mark(self) -> None:
        run = self._current()
        if run is None:
            return
        rest = tuple(other for other in self._marked if other != run.id)
        self._marked = rest if run.id in self._marked else (*rest[-1:], run.id)
        self.refresh_page()

    @work(exclusive=True, group="compare", exit_on_error=False)
    async def action_runs_compare(self) -> None:
        """Compare the marked runs, the older one first."""
        order = [run.id for run in self.workspace.runs or ()]
        after, before = sorted(self._marked, key=order.index)
        if self.mtf.client is None:
            return
        try:
            found = await self.mtf.client.compare(before, after)
        except (MTFError, OSError) as error:
            self.mtf.post_message(EngineFailed(error, "compare the runs"))
            return
        self.app.push_screen(CompareDialog(found))

    def action_runs_open(self) -> None:
        run = self._current()
        if run is not None:
            self.mtf.following.open(run.id)
            self.mtf.switch_mode("run" if run.status.is_live else "results")

    def on_score_table_chosen(self) -> None:
        self.action_runs_open()

    def action_runs_delete(self) -> None:
        run = self._current()
        if run is None:
            return
        facts = (
            own(safe(short_id(run.id)), f": {numbers.plural(run.done, 'cell')} and their predictions."),
            own("Results that other runs share stay in the cache."),
        )
        dialog = ConfirmDialog("Delete this run?", facts, (Option("n", "no, keep it"), Option("x", "delete it")))

        async def answered(answer: str | None) -> None:
            if answer == "x" and self.mtf.client is not None:
                await self.mtf.notices.attempt(self.mtf.client.delete(run.id), "delete the run")
                self.load()

        self.app.push_screen(dialog, answered)
