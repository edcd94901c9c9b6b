"""Running the cells that have no result: reuse, hand out, take back, publish, journal.

An event is written only after the fact is on disk: ``CellFinished`` follows the published result, so whatever the
journal says is finished is never run again, and what a kill cuts short is.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mtf_engine import environment
from mtf_engine.domain.cell import Cause, Cell, Limits
from mtf_engine.domain.event import (
    CellFailed,
    CellFinished,
    CellRequeued,
    CellReused,
    CellStarted,
    FoldPrepared,
    MemoryMeasured,
    RunPaused,
    RunResumed,
)
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.run import CellStatus
from mtf_engine.errors import ModelError
from mtf_engine.evaluation.cell import CellOutcome
from mtf_engine.evaluation.fold import FoldReady
from mtf_engine.processing.remedies import remedy_for
from mtf_engine.runs import control
from mtf_engine.runs import state as states
from mtf_engine.runs.control import ControlRequest, Verb
from mtf_engine.runs.coordinator import disk
from mtf_engine.runs.coordinator.jobs import Jobs, Task
from mtf_engine.runs.coordinator.mailbox import Cancelled, Mailbox
from mtf_engine.runs.coordinator.memory import MemoryLog
from mtf_engine.runs.coordinator.schedule import Group, GroupStatus, Schedule, key_of
from mtf_engine.runs.coordinator.session import Session
from mtf_engine.runs.coordinator.shelf import Shelf
from mtf_engine.runs.executors.local import LocalExecutor
from mtf_engine.runs.executors.protocol import Ended, Executor, JobFailure, Started
from mtf_engine.storage import atomic

_POLL_SECONDS = 0.1
_AHEAD = 2
_OUTPUT_LIMIT = 20_000
_MEMORY_SHARE = 0.9


class CellRunner:
    """Runs all cells of a plan that have no outcome yet.

    Parameters
    ----------
    session : Session
        The run.
    mailbox : Mailbox
        What others want of it.
    plan : Plan
        Its cells.
    scratch : Path
        Working space; it exists and is empty.
    """

    def __init__(self, session: Session, mailbox: Mailbox, plan: Plan, scratch: Path) -> None:
        request = session.directory.read_request()
        self._session = session
        self._mailbox = mailbox
        self._scratch = scratch
        self._cells = {cell.id: cell for cell in plan.different_cells}
        self._entries = {entry.dataset.name: entry for entry in plan.datasets}
        self._shelf = Shelf(session.directory, fresh=request.fresh)
        self._working_directory = Path(request.working_directory)
        wanted = request.workers or plan.resolved.workers or environment.cpu_count()
        self._workers = max(1, min(wanted, len(self._cells)))
        self._limits = _effective(plan.resolved.limits, self._workers)
        self._schedule = Schedule(plan, self._workers)
        self._tasks: dict[str, Task] = {}
        self._running: set[str] = set()
        self._withdrawn: dict[str, str] = {}
        """Jobs that were ended to wait again, and why."""
        self._cancelled = set(states.cancelled_singly(session.state))
        self._failed: set[str] = set()
        """Cells that failed in this attempt, and were not put back."""
        self._tries: dict[str, int] = {}
        self._jobs = Jobs(plan, self._limits, scratch)
        self._paused = mailbox.is_paused
        self._executor: Executor | None = None
        self._memory = MemoryLog()
        self._broom = ThreadPoolExecutor(1, thread_name_prefix="mtf-broom")
        """Removes folds that are done: a file system may take longer for that than a cell does."""

    def run(self) -> None:
        """Run until every cell has an outcome.

        Raises
        ------
        Stopped, Cancelled
            The run shall end before.
        RunError
            It cannot go on.
        """
        self._reuse()
        try:
            while True:
                self._obey()
                if self._schedule.is_empty and not self._tasks:
                    return
                self._feed()
                self._listen()
                for group in self._schedule.sweep():
                    self._broom.submit(atomic.remove_directory, group.folder)
        finally:
            self._broom.shutdown()
            if self._executor is not None:
                self._executor.close()

    # --- what is there already ---

    def _reuse(self) -> None:
        """Queue the cells that have no sound result; take results of equal cells from the cache."""
        finished = {
            cell.cell
            for cell in self._session.state.cells.values()
            if cell.status in {CellStatus.FINISHED, CellStatus.REUSED}
        }
        missing = []
        for cell in self._cells.values():
            if cell.id in self._cancelled:
                continue
            if self._shelf.has(cell.id) or self._shelf.adopt(cell.id):
                if cell.id not in finished:
                    scores = self._shelf.scores(cell.id, self._entries[cell.dataset].metrics)
                    self._session.journal(CellReused(cell.id, *_place(cell), scores))
            else:
                if cell.id in finished:
                    self._session.journal(CellRequeued(cell.id, "its stored result is gone or damaged"))
                missing.append(cell)
            self._mailbox.raise_for_end()
        self._schedule.add(missing)

    # --- what others want ---

    def _obey(self) -> None:
        """Carry out the requests in the mailbox, each journalled before it is taken out."""
        if self._session.is_lost:
            self._session.check()
        self._mailbox.raise_for_end()
        for letter in self._mailbox.news():
            self._carry_out(letter.request)
            control.settle(letter)

    def _carry_out(self, request: ControlRequest) -> None:
        match request:
            case ControlRequest(verb=Verb.PAUSE, now=now):
                self._pause(now=now)
            case ControlRequest(verb=Verb.RESUME, cell=None):
                if self._paused:
                    self._paused = False
                    self._session.journal(RunResumed())
            case ControlRequest(verb=Verb.RESUME, cell=str(cell)):
                self._put_back(cell)
            case ControlRequest(verb=Verb.CANCEL, cell=str(cell)):
                self._cancel_cell(cell)
            case _:
                raise Cancelled

    def _pause(self, *, now: bool) -> None:
        if not self._paused or now:
            self._paused = True
            self._session.journal(RunPaused(now))
        for job, task in self._tasks.items():
            if (now or job not in self._running) and job not in self._withdrawn:
                self._withdraw(job, "paused" if task.cell is not None and job in self._running else "")

    def _withdraw(self, job: str, reason: str) -> None:
        self._withdrawn[job] = reason
        if self._executor is not None:
            self._executor.cancel(job)

    def _put_back(self, cell_id: str) -> None:
        if cell_id not in self._cancelled | self._failed or cell_id not in self._cells:
            self._session.tell(
                f"cell {cell_id} was not cancelled and has not failed, so there is nothing to resume", cell=cell_id
            )
            return
        self._cancelled.discard(cell_id)
        self._failed.discard(cell_id)
        self._tries.pop(cell_id, None)
        self._session.journal(CellRequeued(cell_id, "resumed by hand"))
        self._schedule.add([self._cells[cell_id]])

    def _cancel_cell(self, cell_id: str) -> None:
        cell = self._cells.get(cell_id)
        job = next(
            (job for job, task in self._tasks.items() if task.cell is not None and task.cell.id == cell_id), None
        )
        if cell is None or (job is None and not self._schedule.withdraw(cell)):
            self._session.tell(f"cell {cell_id} neither waits nor runs, so it cannot be cancelled", cell=cell_id)
            return
        self._cancelled.add(cell_id)
        if job is not None:
            self._withdrawn.pop(job, None)
            assert self._executor is not None
            self._executor.cancel(job)
        else:
            self._fail(cell, JobFailure(Cause.CANCELLED, "cancelled before it started"))

    # --- handing out ---

    def _feed(self) -> None:
        """Keep the executor supplied, a little ahead."""
        while not self._paused and len(self._tasks) < _AHEAD * self._workers:
            group = self._schedule.next_preparation()
            if group is not None:
                self._submit(self._jobs.preparation(group))
                continue
            cell = self._schedule.next_cell()
            if cell is None:
                return
            group = self._schedule.active(key_of(cell))
            assert group is not None
            self._submit(self._jobs.evaluation(cell, group))

    def _submit(self, task: Task) -> None:
        if self._executor is None:
            self._executor = LocalExecutor(
                self._workers,
                threads=self._limits.threads,
                working_directory=self._working_directory,
                scratch=self._scratch,
            )
        self._tasks[task.job.id] = task
        self._executor.submit(task.job)

    # --- taking back ---

    def _listen(self) -> None:
        if self._executor is None:
            self._wait()
            return
        for news in self._executor.poll(_POLL_SECONDS):
            if isinstance(news, Started):
                self._note_start(news)
            else:
                self._take_back(news)
        if self._memory.is_due():
            self._measure(self._executor)

    def _measure(self, executor: Executor) -> None:
        tasks = {job: self._tasks.get(job) for job in self._running}
        cells = {job: task.cell.id for job, task in tasks.items() if task is not None and task.cell is not None}
        news = self._memory.news({cells[job]: size for job, size in executor.memory().items() if job in cells})
        if news:
            self._session.journal(MemoryMeasured(news))

    def _wait(self) -> None:
        """Paused before anything ran: only the mailbox can change that."""
        self._mailbox.wait(_POLL_SECONDS)

    def _note_start(self, news: Started) -> None:
        self._running.add(news.job)
        cell = self._tasks[news.job].cell
        if cell is not None:
            self._session.journal(CellStarted(cell.id, *_place(cell), worker=news.worker))

    def _take_back(self, ended: Ended) -> None:
        task = self._tasks.pop(ended.job)
        self._running.discard(ended.job)
        reason = self._withdrawn.pop(ended.job, None)
        if reason is not None and ended.failure is not None and ended.failure.cause is Cause.CANCELLED:
            self._return_to_queue(task, reason)
        elif task.cell is None:
            self._take_fold(task, ended)
        else:
            self._take_cell(task, task.cell, ended)

    def _return_to_queue(self, task: Task, reason: str) -> None:
        if task.cell is None:
            group = self._schedule.active(task.group)
            if group is not None:
                self._schedule.postpone(group)
            return
        atomic.remove_directory(task.draft)
        if reason:
            self._session.journal(CellRequeued(task.cell.id, reason))
        self._schedule.add([task.cell], first=True)

    def _take_fold(self, task: Task, ended: Ended) -> None:
        group = self._schedule.active(task.group)
        assert group is not None
        if isinstance(ended.value, FoldReady):
            group.status = GroupStatus.READY
            key = task.group
            self._jobs.learn(task, ended)
            self._session.journal(FoldPrepared(key.dataset, key.pipeline, key.fold, ended.value.seconds))
        elif ended.failure is not None and group.preparations <= self._limits.retries:
            self._schedule.postpone(group)
        else:
            group.status = GroupStatus.FAILED
            self._fail_group(group, ended)

    def _fail_group(self, group: Group, ended: Ended) -> None:
        failure = ended.failure or JobFailure(Cause.CRASH, "its worker gave no answer")
        disk.raise_if_full(failure)
        told = JobFailure(
            failure.cause,
            f"the pipeline could not be prepared for this fold: {failure.message}",
            failure.hint,
            failure.traceback,
        )
        while group.waiting:
            self._fail(group.waiting.popleft(), told, ended)

    def _take_cell(self, task: Task, cell: Cell, ended: Ended) -> None:
        failure = ended.failure
        if isinstance(ended.value, CellOutcome) and failure is None:
            try:
                self._jobs.learn(task, ended)
                self._publish(task, cell, ended.value, ended.output)
            except ModelError as error:
                failure = JobFailure(Cause.CRASH, error.message)
        elif failure is None:
            failure = JobFailure(Cause.CRASH, "its worker gave no answer")
        if failure is not None:
            disk.raise_if_full(failure)
            atomic.remove_directory(task.draft)
            if self._tries_again(cell, failure):
                return
            self._fail(cell, failure, ended)
        self._schedule.settle(cell)

    def _publish(self, task: Task, cell: Cell, outcome: CellOutcome, output: str) -> None:
        """Publish a result, and only then say so."""
        self._session.check()
        self._shelf.publish(cell.id, task.draft, output=output)
        result = outcome.result
        self._session.journal(
            CellFinished(
                cell.id,
                *_place(cell),
                fit_seconds=result.fit_seconds,
                predict_seconds=result.predict_seconds,
                peak_rss_bytes=result.peak_rss_bytes,
                scores={name: value.value for name, value in outcome.scores.items()},
            )
        )

    def _tries_again(self, cell: Cell, failure: JobFailure) -> bool:
        tried = self._tries.get(cell.id, 0)
        if failure.cause is Cause.CANCELLED or tried >= self._limits.retries:
            return False
        self._tries[cell.id] = tried + 1
        reason = f"try {tried + 2} of {self._limits.retries + 1} after {failure.cause}: {failure.message}"
        self._session.journal(CellRequeued(cell.id, reason))
        self._schedule.add([cell])
        return True

    def _fail(self, cell: Cell, failure: JobFailure, ended: Ended | None = None) -> None:
        if failure.cause is not Cause.CANCELLED:
            self._failed.add(cell.id)
        self._session.journal(
            CellFailed(
                cell.id,
                *_place(cell),
                cause=failure.cause,
                message=failure.message,
                seconds=ended.seconds if ended else 0.0,
                peak_rss_bytes=ended.peak_rss_bytes if ended else 0,
                hint=failure.hint or (remedy_for(failure.message) if failure.cause is Cause.EXCEPTION else None),
                output=ended.output[-_OUTPUT_LIMIT:] if ended else "",
                traceback=failure.traceback,
            )
        )


def _place(cell: Cell) -> tuple[str, str, str, int]:
    """The fields that every event of a cell repeats."""
    return cell.dataset, cell.pipeline, cell.model, cell.fold


def _effective(limits: Limits, workers: int) -> Limits:
    """Bound memory where the settings don't: no cell may take the machine down with it."""
    machine = int(environment.memory_limit() * _MEMORY_SHARE)
    asked = limits.memory_bytes
    memory = machine // workers if asked is None else min(asked, machine)
    return Limits(limits.seconds, memory, limits.threads, limits.retries)
