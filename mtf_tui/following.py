"""The open run: found or started, followed until it ends, and left behind when the app is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mtf_engine import api, numbers, text_safety
from mtf_engine.domain.cell import Cause
from mtf_engine.domain.results import Results
from mtf_engine.domain.run import STALE_SECONDS, CellState, RunState, RunStatus
from mtf_engine.errors import MTFError, SettingsError
from mtf_engine.standings import Index, index, standings
from mtf_tui.answers import failures
from mtf_tui.engine_protocol import EngineClient, RunClient
from mtf_tui.messages import EngineFailed, ResultsLoaded, RunOpened, RunUpdated
from mtf_tui.pictures.runs import short_id
from mtf_tui.text import own
from mtf_tui.time_left import left_text
from mtf_tui.widgets.confirm_dialog import ConfirmDialog, Option

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

_STOPPED = (RunStatus.INTERRUPTED, RunStatus.CANCELLED, RunStatus.FAILED)


class Following:
    """Starts, opens and watches runs, each in a worker of the app; a newer one takes the place of the one before.

    Parameters
    ----------
    app : MTFApp
        Its workspace holds the run; it is told by messages.
    """

    def __init__(self, app: MTFApp) -> None:
        self._app = app
        self._attaches = False
        """Whether the open run was found rather than started here."""

        self._asked: float | None = None
        """When a run was last asked for, in seconds since the epoch."""

    def open(self, text: str) -> None:
        """Find a run by id, prefix, name or path, and show it."""
        self._attaches = True
        if self._app.client is not None:
            self._app.work_on(partial(self._open, self._app.client, text), group="run")

    async def _open(self, client: EngineClient, text: str) -> None:
        try:
            run = await client.open_run(text)
        except (MTFError, OSError) as error:
            self._app.post_message(EngineFailed(error, "open the run"))
            return
        self._app.post_message(RunOpened(run))

    def watch(self, run: RunClient) -> None:
        """Follow a run until it ends."""
        self._app.work_on(partial(self._watch, run), group="watch")

    async def _watch(self, run: RunClient) -> None:
        workspace = self._app.workspace
        was_live, last = False, None
        is_first = True
        try:
            async for update in run.watch(interval=1 / self._app.terminal.updates_per_second):
                if workspace.plan is None and update.state.total_cells:
                    workspace.plan = await run.plan()
                    if update.state.status.is_live:
                        self._app.work_on(partial(self._learn_costs, run), group="costs")
                self._app.post_message(RunUpdated(run, update, is_first=is_first))
                is_first = False
                was_live, last = was_live or update.state.status.is_live, update.state
            results = await run.results()
        except (MTFError, OSError) as error:
            workspace.reads_results = False
            self._app.post_message(EngineFailed(error, "follow the run"))
            return
        if results is None:
            workspace.reads_results = False
            self._app.refresh_page()
        else:
            found = await asyncio.to_thread(index, results)  # of 500 models it takes as long as several keys
            self._app.post_message(ResultsLoaded(run, results, found))
            if was_live and last is not None:
                self._app.notify(ending(last, results, found))
        if was_live and workspace.outline is not None:
            self._app.outlining.read(edited=True)  # what is stored now need not run, and what it takes is known

    async def _learn_costs(self, run: RunClient) -> None:
        """Read what past runs say about a live one; without it the time left rests on the run's own cells."""
        with contextlib.suppress(MTFError, OSError):
            costs = await run.costs()
            if self._app.workspace.run is run:
                self._app.workspace.costs = costs

    def take(self, message: RunUpdated) -> None:
        """Keep what happened; say what was missed when this is the first that is seen of a run that went on alone."""
        workspace = self._app.workspace
        run, state = workspace.run, message.update.state
        if run is not message.run:  # told before another run was opened, heard after it
            return
        first = workspace.state is None
        workspace.update(message.update, anew=message.is_first)
        if first and self._attaches and state.status.is_live:
            self._app.notify(f"Attached to {short_id(run.id)}{self._missed(run.id, state.done)}")
        if first and not self._attaches and state.finished is not None and state.finished < (self._asked or 0.0):
            ago = numbers.age((self._asked or 0.0) - state.finished)
            self._app.notify(f"Nothing has changed since this run, which finished {ago} ago")
        if state.status.is_live and (first or state.done != self._app.store.state.cells_seen):
            self._app.store.remember(run_seen=run.id, cells_seen=state.done)

    def take_results(self, message: ResultsLoaded) -> None:
        """Keep the results of the open run; those of another one come too late."""
        if message.run is self._app.workspace.run:
            self._app.workspace.results, self._app.workspace.index = message.results, message.index

    def _missed(self, run: str, done: int) -> str:
        """How many cells finished since the run was last seen."""
        seen = self._app.store.state
        missed = done - seen.cells_seen if seen.run_seen == run else 0
        return f"; {numbers.plural(missed, 'cell')} finished meanwhile" if missed > 0 else ""

    def start(self) -> None:
        """Run the open settings, or continue their run."""
        state = self._app.workspace.state
        if state is not None and state.status.is_live and state.is_silent:
            wait = numbers.duration(max(1.0, STALE_SECONDS - (state.silent or 0.0)))
            self._app.notify(f"{state.host or 'Its host'} may still be at work: r takes over in {wait}")
            return
        if self._continue_is_meant(state):
            self._app.work_on(self._continue, group="start")
            return
        settings, client = self._app.workspace.settings, self._app.client
        if settings is None or client is None:
            self._app.notify("No data yet: 1, then a adds a file or b a bundled set", severity="warning")
            return
        self._app.work_on(partial(self._start, client, settings), group="start")

    @property
    def start_does(self) -> str:
        """What `start` would do, in a word; empty while it would do nothing, or start a run beside the live one."""
        workspace = self._app.workspace
        if workspace.is_live or workspace.is_starting:
            return ""
        if self._continue_is_meant(workspace.state):
            return "continue"
        return "run" if workspace.settings is not None and workspace.wrong is None else ""

    def _continue_is_meant(self, state: RunState | None) -> bool:
        """Whether the open run waits to be continued: what its own screen offers, and all there is without settings."""
        workspace = self._app.workspace
        if state is None or workspace.run is None or workspace.unsaved_text is not None:
            return False
        here = self._app.current_mode == "run" and state.status in (RunStatus.INTERRUPTED, RunStatus.CANCELLED)
        return here or (workspace.settings is None and state.status in _STOPPED)

    async def _continue(self) -> None:
        run = self._app.workspace.run
        if run is not None:
            self._attaches = False
            await self._app.notices.attempt(run.resume(), "continue the run")
            self.watch(run)

    def tell_start(self, is_starting: bool) -> None:
        """Say on the screen that a run is on its way, or no longer."""
        self._app.workspace.is_starting = is_starting
        self._app.refresh_page()

    async def _start(self, client: EngineClient, settings: Path) -> None:
        workspace = self._app.workspace
        if (wrong := await self._wrong(settings)) is not None:
            self._app.notices.show_error(wrong, "start the run")
            return
        draft = workspace.draft
        if draft is not None and draft.is_dirty:
            if not await self._app.saving.save_to_run():
                return
            settings = workspace.settings or settings
        beside = workspace.run if workspace.is_live else None
        self._asked = self._app.wall_clock()
        self.tell_start(True)
        try:
            run = await client.start(settings)
        except (MTFError, OSError) as error:
            self._app.post_message(EngineFailed(error, "start the run"))
            return
        finally:
            self.tell_start(False)
        self._attaches = False
        self._app.post_message(RunOpened(run))
        self._app.switch_mode("run")
        if beside is not None and beside.id != run.id:
            self._app.notify(f"{text_safety.terminal(short_id(beside.id))} keeps running beside it; 6 lists both")

    async def _wrong(self, settings: Path) -> SettingsError | None:
        """What keeps the settings from being run, as far as the text and the data that were read say."""
        workspace, editing = self._app.workspace, self._app.editing
        before = workspace.draft
        if settings != api.DEMO and (before is None or not before.is_dirty):
            self.tell_start(True)  # until the engine has looked through the file as it is now
            try:
                await editing.load(settings)
            finally:
                self.tell_start(False)
        draft = workspace.draft
        if draft is not None and draft.problems:
            return SettingsError(list(draft.problems))
        is_same = draft is not None and before is not None and draft.text == before.text
        error = workspace.outline_error
        return error if is_same and isinstance(error, SettingsError) else None

    async def retry(self, cells: Sequence[CellState]) -> None:
        """Run cells that failed or were cancelled again, in the live run or by continuing the one that is over."""
        run, live = self._app.workspace.run, self._app.workspace.is_live
        if run is None or not cells:
            return
        single: list[str | None] = [cell.cell for cell in cells if cell.cause is Cause.CANCELLED or live]
        doing = f"retry {numbers.plural(len(cells), 'cell')}"
        for cell in single or [None]:
            if not await self._app.notices.attempt(run.resume(cell), doing):
                return  # what refuses one cell refuses all
        self.watch(run)

    def leave(self) -> None:
        """Leave the app, after asking when settings are not saved or a run is live."""
        draft = self._app.workspace.draft
        if draft is None or not draft.is_dirty:
            self._leave_run()
        else:
            self._app.work_on(self._leave_draft, group="save")

    async def _leave_draft(self) -> None:
        if await self._app.saving.is_settled():
            self._leave_run()

    def _leave_run(self) -> None:
        workspace = self._app.workspace
        state = workspace.state
        if state is None or not state.status.is_live:
            self._app.exit()
            return
        left = workspace.seconds_left(workspace.now())
        done = f"{state.done} of {numbers.plural(state.total_cells, 'cell')}{left_text(left)}."
        stay = f", {numbers.plural(state.scored, 'cell')} stay" if state.scored else ""
        facts = (own(done if state.total_cells else "It is preparing; no cell has run yet."),)
        options = (Option("b", "leave; it keeps running"), Option("c", f"cancel it and leave{stay}"))
        self._app.push_screen(ConfirmDialog("Leave while a run is live?", facts, options), self._leave)

    async def _leave(self, answer: str | None) -> None:
        run = self._app.workspace.run
        if answer == "c" and run is not None:
            await self._app.notices.attempt(run.cancel(), "cancel the run")
        if answer == "b" and run is not None:
            self._app.farewell = f"{text_safety.terminal(short_id(run.id))} keeps running; mtf-tui shows it again"
        if answer is not None:
            self._app.exit()


def ending(state: RunState, results: Results, found: Index) -> str:
    """How a run that was watched has ended."""
    if state.status is RunStatus.CANCELLED:
        stay = numbers.plural(state.scored, "cell")
        return f"Cancelled: {stay} of {numbers.count(state.total_cells)} stay. r continues, 5 shows them"
    failed = failures(results.checks)
    checks = f"; {numbers.plural(failed, 'check')} failed" if failed else ""
    return f"Finished: {outcome(found)}{checks}. 5 opens the results"


def outcome(found: Index) -> str:
    """Who wins, in a few words; that the data do not decide when they do not."""
    tables = [standings(found, name, metrics[0]) for name, metrics in found.metrics.items()]
    decided = [table for table in tables if table.is_decided]
    if len(tables) == 1:
        best = tables[0].best
        return f"{best.label} wins" if decided and best is not None else "undecided"
    return f"decided on {len(decided)} of {len(tables)} data sets"
