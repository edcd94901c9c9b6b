"""What a listing says of a run, at a cost that does not grow with its cells.

The last event of a finished run sums it up, so its journal's first and last lines are all that is read. Journals that
end in another way, or were written before the last event told so much, are folded whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mtf_engine.domain.event import Logged, MetricsAdded, RunFinished, RunStarted
from mtf_engine.domain.run import RunStatus
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import decode
from mtf_engine.storage.journal import read_end, read_first_line

_END_BYTES = 1 << 13


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in a few words."""

    status: RunStatus
    started: float | None
    """Seconds since the epoch, of the first attempt."""

    done: int
    """Cells with an outcome while the run is live, cells with a score once it is over."""

    total: int
    exit_code: int | None
    best: Mapping[str, object]
    """``{"dataset", "model", "metric", "estimate"}`` of the best score on the primary metric."""

    checks: Mapping[str, int]
    """Verdict → how many."""


def read(directory: RunDirectory) -> Summary:
    """Sum up a run, status included."""
    return _of_finished(directory.events) or _of_any(directory)


def _of_finished(journal: Path) -> Summary | None:
    """Read the ends of a finished run's journal; None when they don't tell enough."""
    first = decode(read_first_line(journal))
    if first is None or not isinstance(first.event, RunStarted):
        return None
    for line in reversed(read_end(journal, _END_BYTES)):
        record = decode(line)
        match record and record.event:
            case MetricsAdded() | Logged() | None:
                continue
            case RunFinished(scored=int(scored)) as end:
                return Summary(RunStatus.FINISHED, first.at, scored, end.cells, end.exit_code, end.best, end.checks)
            case _:
                return None
    return None


def _of_any(directory: RunDirectory) -> Summary:
    state = states.read(directory)
    return Summary(
        status=state.status,
        started=state.started,
        done=state.done if state.status.is_live else state.scored,
        total=state.total_cells,
        exit_code=state.exit_code,
        best=state.best,
        checks=state.checks,
    )
