"""Worker processes on this machine: warm for jobs that can be trusted, one process per job for those that can't.

A worker that has not run anything yet is fit for every job. A job that is not isolated leaves it warm for the next
one of its kind (about a millisecond a job); after an isolated job, or one that left threads or children behind, it is
ended. Workers for queued isolated jobs are started ahead, so that a job rarely waits for its process. A job's clock
starts when it is handed to a worker that is ready. A brief job is handed over while another one runs, so that its
worker need not wait for the coordinator; its clock starts when the one before it has ended.
"""

from __future__ import annotations

import contextlib
import pickle
import signal
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from mtf_engine import environment, plugins
from mtf_engine.domain.cell import Cause
from mtf_engine.errors import RunError
from mtf_engine.runs.executors import forkserver, worker
from mtf_engine.runs.executors.capture import Capture, FileCapture, PipeCapture
from mtf_engine.runs.executors.protocol import Ended, Job, JobFailure, Started
from mtf_engine.runs.executors.watch import Watch, Watched

_WARM = ""
_MAX_ANSWER_BYTES = 1 << 28
_MAX_AHEAD_BYTES = 1 << 14
"""Less than a pipe holds, so that nobody waits for a busy worker to read."""

_MAX_FAILED_STARTS = 5
_REAP_SECONDS = 2.0
_NO_SIGNAL = 0


@dataclass(slots=True, eq=False)
class _Worker:
    """A worker process as the executor knows it."""

    process: BaseProcess
    inbox: Connection
    capture: Capture
    number: int
    ready: bool = False
    used_by: str | None = None
    """None: fit for every job; "": warm; otherwise the affinity of the isolated jobs it ran."""

    job: Job | None = None
    next: Job | None = None
    """A job that waits in it for the end of ``job``."""

    doomed: bool = False
    """Whether it is ended with its job, because the next one was taken from it."""

    place: int = 0
    watched: Watched | None = None

    @property
    def pid(self) -> int:
        return self.process.pid or 0


@dataclass(slots=True)
class _Places:
    """Numbers from 1 for the jobs that run at once: what people see as worker 1, worker 2, …"""

    taken: set[int] = field(default_factory=set)

    def take(self) -> int:
        place = next(number for number in range(1, len(self.taken) + 2) if number not in self.taken)
        self.taken.add(place)
        return place


class LocalExecutor:
    """Runs jobs in processes of this machine.

    Parameters
    ----------
    workers : int
        Jobs at once.
    threads : int, default 1
        Threads of numeric libraries in each worker.
    working_directory : Path
        Where every job finds itself.
    scratch : Path
        A folder for the executor's own files; it exists.
    start_method : str, optional
        ``forkserver`` or ``spawn``; the platform's own when absent.
    """

    def __init__(
        self,
        workers: int,
        *,
        threads: int = 1,
        working_directory: Path,
        scratch: Path,
        start_method: str | None = None,
    ) -> None:
        self.workers = workers
        self._context = forkserver.context(start_method)
        self._shares = self._context.get_start_method() == "spawn"
        self._setup = worker.Setup(str(working_directory), environment.all_variables(), threads, plugins.held_files())
        self._scratch = scratch
        self._queue: deque[Job] = deque()
        self._pool: list[_Worker] = []
        self._dying: list[_Worker] = []
        self._news: list[Started | Ended] = []
        self._places = _Places()
        self._watch = Watch()
        self._memory_kills = environment.memory_kills()
        self._started = 0
        self._failed_starts = 0

    def submit(self, job: Job) -> None:
        """Queue a job."""
        self._queue.append(job)

    def poll(self, timeout: float) -> tuple[Started | Ended, ...]:
        """Wait up to ``timeout`` seconds for something to happen, and say what did.

        Raises
        ------
        RunError
            Worker processes cannot be started.
        """
        self._dispatch()
        if self._pool or self._dying:
            self._listen(0.0 if self._news else timeout)
            self._dispatch()
        elif not self._news:
            time.sleep(timeout)
        news, self._news = tuple(self._news), []
        return news

    def cancel(self, job: str) -> None:
        """End a job, queued or running."""
        for queued in self._queue:
            if queued.id == job:
                self._queue.remove(queued)
                self._note_withdrawn(job)
                return
        for busy in self._pool:
            if busy.job is not None and busy.job.id == job:
                self._watch.end(busy.pid, Cause.CANCELLED)
            elif busy.next is not None and busy.next.id == job:
                busy.next, busy.doomed = None, True
                self._note_withdrawn(job)

    def memory(self) -> Mapping[str, int]:
        """Say what each running job holds, as last sampled."""
        return {
            member.job.id: member.watched.memory
            for member in self._pool
            if member.job is not None and member.watched is not None
        }

    def _note_withdrawn(self, job: str) -> None:
        failure = JobFailure(Cause.CANCELLED, "cancelled before it started")
        self._news.append(Ended(job, 0, None, failure, 0.0, 0, ""))

    def close(self) -> None:
        """End everything at once."""
        self._queue.clear()
        for member in (*self._pool, *self._dying):
            self._watch.remove(member.pid)
            if member.process.is_alive():
                environment.kill_tree(member.pid)
        self._watch.close()
        for member in (*self._pool, *self._dying):
            member.process.join(_REAP_SECONDS)
            self._let_go(member)
        self._pool.clear()
        self._dying.clear()

    # --- handing out ---

    def _dispatch(self) -> None:
        """Give queued jobs to fit workers, in order, as long as there is a place."""
        while self._queue and len(self._places.taken) < self.workers:
            fit = self._fit_worker(self._queue[0])
            if fit is None:
                break
            job = self._queue.popleft()
            self._begin(fit, job)
            self._send(fit, pickle.dumps(job))
        self._send_ahead()
        self._start_missing()

    def _send_ahead(self) -> None:
        """Let brief jobs wait in workers that are busy with brief jobs."""
        for member in self._pool:
            if not self._queue or not self._queue[0].brief or self._queue[0].isolated:
                return
            if member.job is None or not member.job.brief or member.next is not None or member.doomed:
                continue
            payload = pickle.dumps(self._queue[0])
            if len(payload) > _MAX_AHEAD_BYTES:
                return
            member.next = self._queue.popleft()
            self._send(member, payload)

    def _fit_worker(self, job: Job) -> _Worker | None:
        """Find an idle worker for a job, used ones first so that unused ones are left for isolated jobs."""
        idle = [member for member in self._pool if member.ready and member.job is None]
        wanted = self._mark(job)
        for member in idle:
            if member.used_by == wanted and (wanted == _WARM or self._shares):
                return member
        return next((member for member in idle if member.used_by is None), None)

    @staticmethod
    def _mark(job: Job) -> str:
        return f"job:{job.affinity}" if job.isolated else _WARM

    def _start_missing(self) -> None:
        """Start the workers that queued jobs will need; end idle ones that are in the way."""
        unused = sum(1 for member in self._pool if member.used_by is None and member.job is None)
        waiting = list(self._queue)[: self.workers]
        isolated = sum(1 for job in waiting if job.isolated)
        warm_idle = sum(1 for member in self._pool if member.used_by == _WARM and member.job is None)
        free = self.workers - len(self._places.taken)
        needed = isolated + max(0, min(len(waiting) - isolated, free) - warm_idle)
        for _ in range(needed - unused):
            if len(self._pool) >= 2 * self.workers and not self._retire_idle():
                return
            self._start()

    def _retire_idle(self) -> bool:
        for member in self._pool:
            if member.job is None and member.used_by is not None:
                self._retire(member)
                return True
        return False

    def _start(self) -> None:
        self._started += 1
        ours, theirs = self._context.Pipe()
        capture: Capture = FileCapture(self._scratch / f"worker-{self._started}.out") if self._shares else PipeCapture()
        process = self._context.Process(  # type: ignore[attr-defined]
            target=worker.serve, args=(self._setup, theirs, capture.sink), name=f"mtf-worker-{self._started}"
        )
        try:
            process.start()
        except (OSError, EOFError) as error:
            ours.close()
            capture.close()
            self._count_failed_start(str(error))
            return
        finally:
            theirs.close()
        capture.started()
        self._pool.append(_Worker(process, ours, capture, self._started))

    def _count_failed_start(self, reason: str) -> None:
        self._failed_starts += 1
        if self._failed_starts >= _MAX_FAILED_STARTS:
            raise RunError(
                f"worker processes cannot be started: {reason}",
                hint="Look into run.log, and at the limits on processes and memory; then resume the run.",
            )

    def _begin(self, member: _Worker, job: Job) -> None:
        """Start a job's clock and watch."""
        member.job, member.used_by, member.place = job, self._mark(job), self._places.take()
        member.watched = Watched(member.pid, member.capture, job.limits)
        self._watch.add(member.watched)
        self._news.append(Started(job.id, member.place))

    @staticmethod
    def _send(member: _Worker, payload: bytes) -> None:
        with contextlib.suppress(OSError):  # a worker that died meanwhile is found by its sentinel
            member.inbox.send_bytes(payload)

    # --- listening ---

    def _listen(self, timeout: float) -> None:
        waitable: dict[object, _Worker] = {}
        for member in self._pool:
            waitable[member.inbox] = waitable[member.process.sentinel] = member
        for member in self._dying:
            waitable[member.process.sentinel] = member
        ready = connection.wait(list(waitable), timeout)  # type: ignore[arg-type]
        for member in {id(waitable[item]): waitable[item] for item in ready}.values():
            if member in self._dying:
                self._bury(member)
            elif not self._receive(member):
                self._lose(member)

    def _receive(self, member: _Worker) -> bool:
        """Take a worker's answer; False when it has died or speaks nonsense."""
        try:
            if not member.inbox.poll():
                return False
            answer = pickle.loads(member.inbox.recv_bytes(_MAX_ANSWER_BYTES))
        except Exception:  # half an answer, or one that a model's own objects make unreadable
            return False
        if not isinstance(answer, worker.Answer):
            return False
        if answer.job is None:
            member.ready = True
            self._failed_starts = 0
        elif member.job is not None:
            self._finish(member, answer)
        return True

    def _finish(self, member: _Worker, answer: worker.Answer) -> None:
        watched = self._end_watch(member)
        cancelled = watched.verdict is Cause.CANCELLED
        failure = JobFailure(Cause.CANCELLED, "cancelled") if cancelled else answer.failure
        self._report(member, watched, None if cancelled else answer.value, failure)
        isolated = member.used_by != _WARM and not self._shares
        if answer.soiled or isolated or member.doomed or watched.verdict is not None:
            self._retire(member)
        elif member.next is not None:
            job, member.next = member.next, None
            self._begin(member, job)

    def _lose(self, member: _Worker) -> None:
        """A worker has died: say why, if it had a job."""
        member.process.join(0.2)
        if member.process.is_alive():
            environment.kill_tree(member.pid)
            member.process.join(_REAP_SECONDS)
        environment.kill_group(member.pid)
        self._drop(member)
        if member.job is not None:
            watched = self._end_watch(member)
            self._report(member, watched, None, self._why(member, watched))
        elif not member.ready:
            self._count_failed_start(_exit_words(member.process.exitcode) + _said(member.capture.take()))
        self._let_go(member)

    def _why(self, member: _Worker, watched: Watched) -> JobFailure:
        limits = watched.limits
        match watched.verdict:
            case Cause.CANCELLED:
                return JobFailure(Cause.CANCELLED, "cancelled")
            case Cause.TIMEOUT:
                return JobFailure(
                    Cause.TIMEOUT,
                    f"was not done after {limits.seconds:g} s",
                    "Raise execution.cell_timeout, or make the model faster.",
                )
            case Cause.MEMORY:
                return JobFailure(
                    Cause.MEMORY,
                    f"used {watched.peak / 2**20:,.0f} MiB, more than its limit of"
                    f" {(limits.memory_bytes or 0) / 2**20:,.0f} MiB",
                    "Raise execution.cell_memory, or make the model smaller.",
                )
        kills = environment.memory_kills()
        starved = kills > self._memory_kills and member.process.exitcode == -int(getattr(signal, "SIGKILL", 9))
        self._memory_kills = kills
        if starved:
            return JobFailure(
                Cause.MEMORY, "was killed by the system, which ran out of memory", "Use fewer workers, or more memory."
            )
        return JobFailure(Cause.CRASH, f"its process {_exit_words(member.process.exitcode)}")

    def _end_watch(self, member: _Worker) -> Watched:
        assert member.watched is not None
        self._watch.remove(member.pid)
        return member.watched

    def _report(self, member: _Worker, watched: Watched, value: object, failure: JobFailure | None) -> None:
        assert member.job is not None
        seconds = time.monotonic() - watched.started
        self._news.append(
            Ended(member.job.id, member.place, value, failure, seconds, watched.peak, member.capture.take())
        )
        self._places.taken.discard(member.place)
        member.job = None

    # --- ending ---

    def _retire(self, member: _Worker) -> None:
        """End a worker without waiting for its end."""
        self._drop(member)
        environment.kill_tree(member.pid)
        self._dying.append(member)

    def _drop(self, member: _Worker) -> None:
        """Take a worker out of the pool; what waited in it waits here again."""
        self._pool.remove(member)
        if member.next is not None:
            self._queue.appendleft(member.next)
            member.next = None

    def _bury(self, member: _Worker) -> None:
        member.process.join(_REAP_SECONDS)
        self._dying.remove(member)
        self._let_go(member)

    @staticmethod
    def _let_go(member: _Worker) -> None:
        member.inbox.close()
        member.capture.close()
        with contextlib.suppress(ValueError):
            member.process.close()


def _exit_words(code: int | None) -> str:
    if code is None:
        return "does not answer"
    if code < _NO_SIGNAL:
        with contextlib.suppress(ValueError):
            return f"was killed by signal {-code} ({signal.Signals(-code).name})"
        return f"was killed by signal {-code}"
    return f"ended with exit code {code}"


def _said(output: str) -> str:
    return f", and said: {output[-2000:]}" if output else ""
