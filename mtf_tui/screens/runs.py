"""Runs: the history, live ones first; open, rename, delete; what changed between two."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from rich.text import Text
from textual import events, work
from textual.widget import Widget

from mtf_engine import numbers
from mtf_engine.domain.difference import Flips, RunDifference
from mtf_engine.domain.run import RunStatus
from mtf_engine.errors import MTFError
from mtf_engine.standings import index
from mtf_tui.actions import bindings
from mtf_tui.engine_protocol import RunEntry
from mtf_tui.flips import FlippedRows
from mtf_tui.messages import EngineFailed
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures import difference as pictures
from mtf_tui.pictures.run_detail import RunFacts, run_detail
from mtf_tui.pictures.runs import history_answer, newest_pair, run_sheet, run_table, shown_name
from mtf_tui.screens.page import Page
from mtf_tui.screens.rows_dialog import RowsDialog
from mtf_tui.sharing import shared_out
from mtf_tui.sheets import Sheet
from mtf_tui.text import own, safe
from mtf_tui.widgets.boxes import Column
from mtf_tui.widgets.confirm_dialog import ConfirmDialog, Option
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.score_table import ScoreTable
from mtf_tui.widgets.text_dialog import TextDialog

_COMPARED = ("causes", "changed-scores", "flips")
"""Tables of the comparison, top to bottom."""

_AGAIN = 3.0
"""Seconds after which the history is read again while something in it is live."""

_REST = 0.15
"""Seconds that the cursor stays on a run before its directory is read."""


class RunsScreen(Page):
    """What ran before, and what changed."""

    SCOPE = "runs"
    START_PLACE = 3
    BINDINGS = bindings("runs")

    def __init__(self) -> None:
        super().__init__()
        self._marked: tuple[str, ...] = ()
        self._found: RunDifference | None = None
        """Of the two runs that are compared; None while the history is shown."""

        self._latest: tuple[tuple[str, str], RunDifference | None] | None = None
        """The two newest finished runs of one name, and what changed."""

        self._facts: tuple[RunEntry, RunFacts] | None = None
        """Of the run that the cursor last rested on."""

        self._followed: tuple[str, RunStatus] | None = None
        """The open run, and how it was when the history was last read for it."""

    @property
    def view(self) -> str | None:
        return "history" if self._found is None else "difference"

    def compose_body(self) -> Iterable[Widget]:
        history = Pane("Runs", ScoreTable(self._picture, sheet=self._sheet, id="runs"), id="history")
        scores = ScoreTable(self._score_rows, sheet=self._score_sheet, id="changed-scores")
        causes = Pane("What changed", ScoreTable(self._cause_rows, id="causes"), id="cause-pane")
        flips = Pane("Rows that flipped", ScoreTable(self._flip_rows, id="flips"), id="flip-pane")
        changes = Pane("Scores", scores, LivePane(self._change_row, id="change-line"), id="change-pane")
        difference = Column(causes, changes, flips, id="difference-view")
        detail = Pane("Run", LivePane(self._detail_rows, id="run-detail"), id="detail")
        yield Column(history, detail, difference, id="body")

    def on_mount(self) -> None:
        self._show()
        self.table("#runs").focus()
        self.set_interval(_AGAIN, self._look_again)

    def on_screen_resume(self, event: events.ScreenResume) -> None:  # noqa: ARG002 (as the page has it)
        if self.is_ready:
            self.load()

    def _show(self) -> None:
        self.query_one("#history").display = self._found is None
        self.query_one("#detail").set_class(self._found is not None, "gone")
        self.query_one("#difference-view").display = self._found is not None

    @work(exclusive=True, group="runs", exit_on_error=False)
    async def load(self) -> None:
        """Read the history again, then what changed since the last but one run."""
        client = self.mtf.client
        if client is None:
            return
        before = self.workspace.runs
        self._followed = self._open_run
        try:
            self.workspace.runs = await client.runs()
        except (MTFError, OSError) as error:
            self.mtf.post_message(EngineFailed(error, "read the history"))
            return
        if self.workspace.runs != before:
            self.refresh_page()
        pair = newest_pair(self.workspace.runs)
        if pair is None or (self._latest is not None and self._latest[0] == pair):
            return
        try:
            self._latest = pair, await client.compare(*pair)
        except (MTFError, OSError):
            self._latest = pair, None
        self.refresh_page()

    def _look_again(self) -> None:
        """Read the history again while it may change by itself, unless that or what follows it is going on."""
        live = any(run.status.is_live for run in self.workspace.runs or ())
        if live and self.is_ready and not any(job.group == "runs" and job.is_running for job in self.mtf.workers):
            self.load()

    @property
    def _open_run(self) -> tuple[str, RunStatus] | None:
        run, state = self.workspace.run, self.workspace.state
        return (run.id, state.status) if run is not None and state is not None else None

    def _keep_up(self) -> None:
        """Read the history again when the open run has another status than before."""
        if self._open_run != self._followed:
            self.load()

    def answer(self) -> Text:
        if self._found is not None:
            return pictures.difference_answer(self._found, self.look)
        since = self._latest[1] if self._latest is not None else None
        return history_answer(self.workspace.runs, since, self.look)

    def scope(self) -> Text:
        if self._found is None:
            return own()
        names = {run.id: shown_name(run) for run in self.workspace.runs or ()}
        return pictures.title_of(self._found, names, self.look)

    def refresh_panes(self) -> None:
        total = numbers.plural(len(self.workspace.runs or ()), "run")
        self.query_one("#history", Pane).tell("Runs", total)
        self._keep_up()
        if self._found is not None:
            self._share_rows()
        for body in self.query("ScoreTable, #change-line").results(LivePane):
            body.repaint()
        self._tell_run()
        if (found := self._found) is not None:
            changes = len(found.data) + len(found.settings) + len(found.environment)
            self.query_one("#cause-pane", Pane).tell("What changed", numbers.plural(changes, "change"))
            self.query_one("#change-pane", Pane).tell("Scores", pictures.score_note(found))
            self.query_one("#flip-pane", Pane).tell("Rows that flipped", pictures.flip_note(found))

    def _share_rows(self) -> None:
        """Let all three panes of the comparison be seen, whatever each holds."""
        tables = [self.table(f"#{name}") for name in _COMPARED]
        body = self.query_one("#body")
        wanted = [len(picture.lines) for picture in (paint(body.size.width) for paint in self._compared_rows())]
        for table, rows in zip(tables, shared_out(wanted, body.size.height - len(tables) - 1), strict=True):
            table.styles.max_height = rows

    def _compared_rows(self) -> tuple[Callable[[int], TablePicture], ...]:
        return self._cause_rows, self._score_rows, self._flip_rows

    def _sheet(self) -> Sheet:
        return run_sheet(self.workspace.runs or (), self.mtf.wall_clock())

    def _picture(self, width: int) -> TablePicture:
        runs = self.workspace.runs
        if not runs:
            return TablePicture((), footer=(own((" no runs yet", self.look.tokens.muted)),))
        opened = self.workspace.run.id if self.workspace.run is not None else ""
        return run_table(runs, width, self.look, self.mtf.wall_clock(), marked=self._marked, opened=opened)

    def _cause_rows(self, width: int) -> TablePicture:
        return TablePicture(()) if self._found is None else pictures.cause_rows(self._found, width, self.look)

    def _score_rows(self, width: int) -> TablePicture:
        return TablePicture(()) if self._found is None else pictures.score_rows(self._found.scores, width, self.look)

    def _change_row(self, width: int) -> list[Text]:
        """The score under the cursor, with the interval of its change."""
        if self._found is None:
            return []
        return pictures.change_line(self._found, self.table("#changed-scores").cursor, width, self.look)

    def on_score_table_highlighted(self, event: ScoreTable.Highlighted) -> None:
        super().on_score_table_highlighted(event)
        if event.table.id == "runs":
            self._tell_run()
        else:
            self.query_one("#change-line", LivePane).repaint()

    def _score_sheet(self) -> Sheet:
        return Sheet(()) if self._found is None else pictures.score_sheet(self._found.scores)

    def _flip_rows(self, width: int) -> TablePicture:
        return TablePicture(()) if self._found is None else pictures.flip_rows(self._found, width, self.look)

    def _tell_run(self) -> None:
        """Show the run under the cursor where there is room; what its directory holds follows."""
        run = self._current()
        if run is None or not self.has_class("-tall"):
            return
        self.query_one("#detail", Pane).tell(shown_name(run))
        self.query_one("#run-detail", LivePane).repaint()
        if self._facts is None or self._facts[0] != run:
            self._read_facts(run)

    @work(exclusive=True, group="facts", exit_on_error=False)
    async def _read_facts(self, run: RunEntry) -> None:
        """Read a run's plan and results once the cursor rests on it."""
        await asyncio.sleep(_REST)
        if self.mtf.client is None:
            return
        try:
            opened = await self.mtf.client.open_run(run.id)
            results = await opened.results() if run.status is RunStatus.FINISHED else None
            found = None if results is None else await asyncio.to_thread(index, results)
            self._facts = run, RunFacts(await opened.plan(), results, found)
        except (MTFError, OSError):
            self._facts = run, RunFacts(None, None)
        self.query_one("#run-detail", LivePane).repaint()

    def _detail_rows(self, width: int) -> list[Text]:
        run = self._current()
        if run is None:
            return []
        facts = self._facts[1] if self._facts is not None and self._facts[0] == run else None
        return run_detail(run, facts, width, self.look)

    def _current(self) -> RunEntry | None:
        key = self.table("#runs").cursor
        return next((run for run in self.workspace.runs or () if run.id == key), None)

    def allows(self, action: str) -> bool:
        run = self._current()
        match action:
            case "runs.delete":
                return run is not None and not run.status.is_live
            case "runs.compare":
                return len(self._marked) == 2
            case "runs.flips":
                return self._flips_here() is not None
            case _:
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
        started = {run.id: run.started or 0.0 for run in self.workspace.runs or ()}
        before, after = sorted(self._marked, key=lambda run: started.get(run, 0.0))
        if self.mtf.client is None:
            return
        try:
            found = await self.mtf.client.compare(before, after)
        except (MTFError, OSError) as error:
            self.mtf.post_message(EngineFailed(error, "compare the runs"))
            return
        self._found = found
        for name in _COMPARED:
            self.table(f"#{name}").start_over()
        self._show()
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        self.refresh_page()
        self.table("#runs" if self._found is None else "#flips" if self._found.flips else "#changed-scores").focus()
        self.refresh_keys()

    def climb(self) -> bool:
        if self._found is None:
            return False
        self._found = None
        self._show()
        self.call_after_refresh(self._settle)
        return True

    def _flips_here(self) -> Flips | None:
        """Flipped rows of the model under the cursor."""
        found, table = self._found, self.focused
        if found is None or not isinstance(table, ScoreTable) or table.cursor is None:
            return None
        key = {"flips": table.cursor, "changed-scores": pictures.flips_of(found, table.cursor)}.get(table.id or "")
        return dict(pictures.flipped(found)).get(key or "")

    def action_runs_flips(self) -> None:
        """List the rows that one run got right and the other wrong."""
        found, client, flips = self._found, self.mtf.client, self._flips_here()
        if found is None or flips is None or client is None:
            return
        count = numbers.plural(flips.right_to_wrong + flips.wrong_to_right, "row")
        about = own(f"{count} that flipped · ", safe(flips.dataset), " · ", safe(flips.model))
        self.app.push_screen(RowsDialog(about, FlippedRows(client, found, flips).page))

    def action_runs_open(self) -> None:
        run = self._current()
        if run is not None:
            self.mtf.following.open(run.id)
            self.mtf.switch_mode("run" if run.status.is_live else "results")

    def on_score_table_chosen(self) -> None:
        if self._found is None:
            self.action_runs_open()
        else:
            self.action_runs_flips()

    def action_runs_rename(self) -> None:
        run = self._current()
        if run is None:
            return
        dialog = TextDialog(own("Rename ", shown_name(run)), run.name, "renames; its id stays")

        async def answered(name: str | None) -> None:
            if name is not None and self.mtf.client is not None:
                await self.mtf.notices.attempt(self.mtf.client.rename(run.id, name), "rename the run")
                self.load()

        self.app.push_screen(dialog, answered)

    def action_runs_delete(self) -> None:
        run = self._current()
        if run is None:
            return
        facts = (
            own(shown_name(run), f": {numbers.plural(run.done, 'cell')} and their predictions."),
            own("Results that other runs share stay in the cache."),
        )
        dialog = ConfirmDialog("Delete this run?", facts, (Option("n", "no, keep it"), Option("x", "delete it")))

        async def answered(answer: str | None) -> None:
            if answer == "x" and self.mtf.client is not None:
                await self.mtf.notices.attempt(self.mtf.client.delete(run.id), "delete the run")
                self._marked = tuple(marked for marked in self._marked if marked != run.id)
                self.load()

        self.app.push_screen(dialog, answered)
