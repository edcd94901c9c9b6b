"""How long a run will take yet: an estimate where there is something to go by, and the word *unknown* where not.

Cells that are left cost the mean of their model on their data set; one that never ran there costs what past runs say,
times how much slower or faster this run is than they were, else what those took that failed there, else what its model
takes on data of like size. What is left is laid on the workers, longest first.
"""

from __future__ import annotations

import heapq
import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from mtf_engine import numbers
from mtf_engine.domain.cell import Cause
from mtf_engine.domain.plan import CellCosts, Plan
from mtf_engine.domain.run import CellState, CellStatus, RunState

_OVER = frozenset({CellStatus.FINISHED, CellStatus.REUSED, CellStatus.FAILED, CellStatus.CANCELLED})
AFTER_SHARE, AFTER_SECONDS = 0.10, 5.0
JUMP = 0.15
LIKE_SIZE = 10.0
"""Largest factor between the sizes of two data sets of which one tells about the other."""
DOUBT = 0.5
"""Share of the time left that may be in doubt, one standard error, before it is called unknown."""

Kind = tuple[str, str]
"""Model and data set."""


def seconds_left(plan: Plan, state: RunState, now: float, costs: CellCosts | None = None) -> float | None:
    """Estimate what is left.

    Parameters
    ----------
    plan : Plan
        The run's.
    state : RunState
        How far it is.
    now : float
        Seconds since the epoch.
    costs : CellCosts, optional
        What past runs say about its cells.

    Returns
    -------
    float or None
        None before a tenth of the cells or five seconds are done, and when nothing is left; infinite where it cannot be
        known: while a cell is overdue, and while models are left of which nobody knows what they take.
    """
    spent = state.elapsed(now)
    done = [cell for cell in state.cells.values() if cell.status is CellStatus.FINISHED and cell.seconds is not None]
    if spent is None or not done:
        return None
    if len(done) < AFTER_SHARE * state.total_cells and spent < AFTER_SECONDS:
        return None
    left = _left(plan, state)
    if not left:
        return None
    if state.is_overdue(now):
        return math.inf
    observed = _observed(done, state)
    known = _known(plan, left, observed, _failed(state), costs)
    remaining = [seconds for kind, cells in left.items() if kind in known for seconds in _each(known[kind], cells, now)]
    strange = {kind: cells for kind, cells in left.items() if kind not in known}
    if strange:
        mean = _typical(list(observed.values()), strange, sum(remaining))
        if mean is None:
            return math.inf
        remaining += [seconds for cells in strange.values() for seconds in _each(mean, cells, now)]
    return _laid_out(remaining, max(1, state.workers))


def _left(plan: Plan, state: RunState) -> dict[Kind, list[CellState | None]]:
    """Cells without an outcome, by kind; None is one that was not started."""
    left: dict[Kind, list[CellState | None]] = defaultdict(list)
    for planned in plan.different_cells:
        known = state.cells.get(planned.id)
        if known is None or known.status not in _OVER:
            left[planned.model, planned.dataset].append(known)
    return left


def _failed(state: RunState) -> dict[Kind, float]:
    """Mean seconds of the cells of each kind that failed: those that are left of it probably fail likewise."""
    taken: dict[Kind, list[float]] = defaultdict(list)
    for cell in state.cells.values():
        if cell.status is CellStatus.FAILED and cell.seconds is not None:
            taken[cell.model, cell.dataset].append(cell.seconds)
    return {kind: statistics.fmean(seconds) for kind, seconds in taken.items()}


def _observed(done: Iterable[CellState], state: RunState) -> dict[Kind, float]:
    """Mean seconds of each kind; a cell that was stopped for its time took it."""
    taken: dict[Kind, list[float]] = defaultdict(list)
    stopped = [cell for cell in state.cells.values() if cell.cause is Cause.TIMEOUT]
    for cell in (*done, *stopped):
        taken[cell.model, cell.dataset].append(cell.seconds or 0.0)
    return {kind: statistics.fmean(seconds) for kind, seconds in taken.items()}


def _known(
    plan: Plan,
    left: Iterable[Kind],
    observed: Mapping[Kind, float],
    failed: Mapping[Kind, float],
    costs: CellCosts | None,
) -> dict[Kind, float]:
    """Seconds of a cell of each kind that is left, where something tells."""
    past = {(cost.model, cost.dataset): cost.seconds for cost in costs.costs} if costs is not None else {}
    both = [kind for kind in observed if kind in past]
    expected = sum(past[kind] for kind in both)
    ratio = sum(observed[kind] for kind in both) / expected if expected else 1.0
    rows = {entry.dataset.name: entry.dataset.rows for entry in plan.datasets}
    elsewhere: dict[str, list[Kind]] = defaultdict(list)
    for kind in observed:
        elsewhere[kind[0]].append(kind)
    found: dict[Kind, float] = {}
    for kind in left:
        seconds = observed.get(kind)
        if seconds is None and kind in past:
            seconds = past[kind] * ratio
        seconds = failed.get(kind) if seconds is None else seconds
        if seconds is None:
            seconds = _scaled(rows, kind[1], {other: observed[model, other] for model, other in elsewhere[kind[0]]})
        if seconds is not None:
            found[kind] = seconds
    return found


def _scaled(rows: Mapping[str, int], dataset: str, taken: Mapping[str, float]) -> float | None:
    """Seconds of a model by its rows, from the data set nearest in size; None where none is of like size."""
    factors = {other: max(1, rows[dataset]) / max(1, rows[other]) for other in taken}
    nearest = min(factors, key=lambda other: abs(math.log(factors[other])), default=None)
    if nearest is None or abs(math.log(factors[nearest])) > math.log(LIKE_SIZE):
        return None
    return taken[nearest] * factors[nearest]


def _typical(observed: Sequence[float], strange: Mapping[Kind, Sequence[object]], certain: float) -> float | None:
    """Mean seconds of the kinds that ran, for those that did not; None where kinds differ too much to say so."""
    if len(observed) < 2:
        return None
    mean, spread = statistics.fmean(observed), statistics.stdev(observed)
    cells = sum(map(len, strange.values()))
    doubt = spread * cells * math.sqrt(1 / len(strange) + 1 / len(observed))
    return mean if doubt <= DOUBT * (certain + mean * cells) else None


def _each(mean: float, cells: Iterable[CellState | None], now: float) -> Iterable[float]:
    """Seconds that each cell takes yet; one that is late may take as long again as it is late."""
    for cell in cells:
        running = 0.0 if cell is None or cell.started is None else max(0.0, now - cell.started)
        yield max(0.1 * mean, abs(mean - running))


def _laid_out(remaining: Iterable[float], workers: int) -> float:
    """Seconds until the last worker is done."""
    busy = [0.0] * workers
    for seconds in sorted(remaining, reverse=True):
        heapq.heapreplace(busy, busy[0] + seconds)
    return max(busy)


def left_text(left: float | None) -> str:
    """An estimate as a part of a sentence; empty where there is none yet."""
    if left is None:
        return ""
    return ", time left unknown" if math.isinf(left) else f", about {numbers.estimate(left)} left"


class Countdown:
    """An estimate that counts down with the clock and jumps only when it is more than 15 % off."""

    def __init__(self) -> None:
        self._end: float | None = None

    def update(self, left: float | None, now: float) -> float | None:
        """Take a new estimate and give the one to show."""
        if left is None or math.isinf(left):
            self._end = None
            return left
        shown = None if self._end is None else self._end - now
        if shown is None or shown <= 0 or abs(shown - left) > JUMP * max(left, 1.0):
            self._end = now + left
            return left
        return shown
