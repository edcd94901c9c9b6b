"""The state of a run: its events, folded. The same function serves the coordinator, the command line and the UI.

Status is derived and never stored: a journal that doesn't end, with nobody holding the lock, is an interrupted run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from mtf_engine.domain import event as ev
from mtf_engine.domain.cell import Cause
from mtf_engine.domain.run import MEMORY_SAMPLES, CellState, CellStatus, DatasetState, RunState, RunStatus
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import Follower, Recorded
from mtf_engine.storage import lock

_LOG_LINES = 200
_KEPT = {CellStatus.FINISHED, CellStatus.REUSED, CellStatus.CANCELLED}
_CellEvent = ev.CellStarted | ev.CellFinished | ev.CellReused | ev.CellFailed


@dataclass(slots=True)
class _Draft:
    """A state while a batch of events is folded in: the only place where it may change."""

    state: RunState
    cells: dict[str, CellState]
    datasets: dict[str, DatasetState]
    log: list[str]
    updated: float | None
    """Time of the event before."""

    def set(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]


def fold(state: RunState, records: Iterable[Recorded]) -> RunState:
    """Fold events into a state.

    Parameters
    ----------
    state : RunState
        Before; it is not changed.
    records : iterable of Recorded
        Events in the order of the journal. Those already folded in are skipped.

    Returns
    -------
    RunState

    Examples
    --------
    >>> fold(RunState("r"), [Recorded(0, 5.0, ev.RunStarted(1, "h", "t", 1))]).status.value
    'preparing'
    """
    draft = _Draft(state, dict(state.cells), dict(state.datasets), list(state.log), state.updated)
    seq = state.seq
    for record in records:
        if record.seq > seq:
            seq = record.seq
            _apply(draft, record)
            draft.updated = record.at
    log = tuple(draft.log[-_LOG_LINES:])
    return replace(draft.state, seq=seq, updated=draft.updated, cells=draft.cells, datasets=draft.datasets, log=log)


def read(directory: RunDirectory) -> RunState:
    """Read a run's state from its directory, status included."""
    return with_status(directory, fold(RunState(directory.id), Follower(directory.events).read()))


def with_status(directory: RunDirectory, state: RunState) -> RunState:
    """Put the true status into a folded state: a live status needs a live owner.

    An owner that is gone may have ended the run after the events were read, so they are read again.
    """
    if not state.status.is_live:
        return state
    seen = lock.look(directory.lock)
    if seen is not None and seen.is_alive:
        return as_seen(state, seen)
    return as_seen(fold(state, Follower(directory.events).read()), seen)


def as_seen(state: RunState, seen: lock.Sight | None) -> RunState:
    """Put what is seen of the owner into a live state; without a live owner it is interrupted."""
    if not state.status.is_live:
        return state
    alive = seen is not None and seen.is_alive
    silent = None if seen is None else seen.silent
    if alive:
        return replace(state, silent=silent)
    return replace(state, status=RunStatus.INTERRUPTED, silent=silent, cells=_without_running(state.cells))


def is_owned(directory: RunDirectory) -> bool:
    """Whether a process carries this run now."""
    return lock.inspect(directory.lock) is not None


def cancelled_singly(state: RunState) -> frozenset[str]:
    """Cells that a user took out of the run, and did not put back."""
    return frozenset(cell.cell for cell in state.cells.values() if cell.status is CellStatus.CANCELLED)


def is_complete(state: RunState) -> bool:
    """Whether a run has ended and another attempt would find nothing to do."""
    retried = (cell.status is CellStatus.FAILED for cell in state.cells.values())
    lost = (dataset.error is not None for dataset in state.datasets.values())
    return state.status is RunStatus.FINISHED and not any(retried) and not any(lost)


def _apply(draft: _Draft, record: Recorded) -> None:
    match record.event:
        case ev.CellStarted() | ev.CellFinished() | ev.CellReused() | ev.CellFailed():
            _apply_cell(draft, record.event, record.at)
        case ev.CellRequeued(cell=cell):
            draft.cells.pop(cell, None)
        case ev.MemoryMeasured(cells=held):
            _apply_memory(draft, held)
        case ev.DatasetProgressed() | ev.DatasetReady() | ev.DatasetFailed():
            _apply_dataset(draft, record.event)
        case ev.Logged(level=level, message=message):
            draft.log.append(f"{level}: {message}")
        case _:
            _apply_run(draft, record.event, record.at)


def _apply_cell(draft: _Draft, event: _CellEvent, at: float) -> None:
    base = CellState(event.cell, event.dataset, event.pipeline, event.model, event.fold, CellStatus.RUNNING)
    before = draft.cells.get(event.cell, base)
    match event:
        case ev.CellStarted(worker=worker):
            after = replace(base, started=at, worker=worker)
        case ev.CellFinished(scores=scores, peak_rss_bytes=peak):
            seconds = event.fit_seconds + event.predict_seconds
            after = replace(before, status=CellStatus.FINISHED, seconds=seconds, peak_rss_bytes=peak, scores=scores)
        case ev.CellReused(scores=scores):
            after = replace(base, status=CellStatus.REUSED, scores=scores)
        case ev.CellFailed():
            after = replace(
                before,
                status=CellStatus.CANCELLED if event.cause is Cause.CANCELLED else CellStatus.FAILED,
                seconds=event.seconds,
                cause=event.cause,
                message=event.message,
                hint=event.hint,
                peak_rss_bytes=event.peak_rss_bytes,
            )
    draft.cells[event.cell] = after


def _apply_memory(draft: _Draft, held: Mapping[str, int]) -> None:
    for cell, size in held.items():
        before = draft.cells.get(cell)
        if before is not None and before.status is CellStatus.RUNNING:
            draft.cells[cell] = replace(before, memory_bytes=(*before.memory_bytes, size)[-MEMORY_SAMPLES:])


def _apply_dataset(draft: _Draft, event: ev.DatasetProgressed | ev.DatasetReady | ev.DatasetFailed) -> None:
    before = draft.datasets.get(event.dataset, DatasetState(event.dataset))
    match event:
        case ev.DatasetProgressed():
            after = replace(before, received=event.received, total=event.total)
        case ev.DatasetReady():
            after = replace(
                before,
                rows=event.rows,
                columns=event.columns,
                task=event.task,
                target=event.target,
                findings=event.findings,
                error=None,
            )
        case ev.DatasetFailed():
            after = replace(before, error=event.message)
    draft.datasets[event.dataset] = after


def _apply_run(draft: _Draft, event: ev.Event, at: float) -> None:
    match event:
        case ev.RunStarted():
            _begin_attempt(draft, event, at)
        case ev.RunRejected(problems=problems):
            draft.set(status=RunStatus.REJECTED, finished=at, exit_code=2, problems=problems)
        case ev.PlanReady(cells=cells, workers=workers):
            paused = draft.state.status is RunStatus.PAUSED
            status = RunStatus.PAUSED if paused else RunStatus.RUNNING
            draft.set(status=status, total_cells=cells, workers=workers)
        case ev.RunPaused():
            draft.set(status=RunStatus.PAUSED)
        case ev.RunResumed():
            draft.set(status=RunStatus.RUNNING if draft.state.total_cells else RunStatus.PREPARING)
        case ev.ScoringStarted():
            draft.set(status=RunStatus.SCORING)
        case ev.RunFinished():
            draft.set(
                status=RunStatus.FINISHED,
                finished=at,
                exit_code=event.exit_code,
                best=event.best,
                checks=event.checks,
            )
        case ev.RunCancelled():
            draft.cells = _without_running(draft.cells)
            draft.set(status=RunStatus.CANCELLED, finished=at, exit_code=130)
        case ev.RunFailed(message=message, hint=hint):
            draft.cells = _without_running(draft.cells)
            draft.set(status=RunStatus.FAILED, finished=at, exit_code=4, error=message, hint=hint)
        case _:
            return


def _without_running(cells: Mapping[str, CellState]) -> dict[str, CellState]:
    """Cells of a run that is over: what was running is lost, and waits to be run again."""
    return {key: cell for key, cell in cells.items() if cell.status is not CellStatus.RUNNING}


def _begin_attempt(draft: _Draft, event: ev.RunStarted, at: float) -> None:
    """A new owner goes on: what was running or failed waits again; a pause and single cancellations hold."""
    kept = {cell.cell: cell for cell in draft.cells.values() if cell.status in _KEPT}
    draft.cells = kept
    draft.datasets = {}
    paused = draft.state.status is RunStatus.PAUSED
    draft.set(
        status=RunStatus.PAUSED if paused else RunStatus.PREPARING,
        attempt=event.attempt,
        host=event.host,
        started=draft.state.started if draft.state.started is not None else at,
        begun=at,
        spent=_spent(draft),
        finished=None,
        exit_code=None,
        error=None,
        hint=None,
        problems=(),
    )


def _spent(draft: _Draft) -> float:
    """Seconds that all attempts so far took; one that was cut off lasted until the last that it wrote."""
    return 0.0 if draft.updated is None else draft.state.elapsed(draft.updated) or 0.0
