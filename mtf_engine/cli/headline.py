"""One sentence on how a run is going, and what is left of it."""

from __future__ import annotations

import math
import time
from collections import defaultdict

from mtf_engine import numbers
from mtf_engine.domain.run import CellStatus, RunState, RunStatus

_MIN_SECONDS_FOR_ETA = 5.0


def headline(state: RunState) -> str:
    """Say in one sentence how a run is going."""
    elapsed = numbers.stopwatch(state.elapsed(time.time()))
    if state.status in (RunStatus.STARTING, RunStatus.PREPARING):
        return f"Preparing the data, elapsed {elapsed}"
    if not state.status.is_live:
        return f"{state.status.value.capitalize()}: {state.scored} of {state.total_cells} cells{_without_score(state)}"
    doing = "Paused" if state.status is RunStatus.PAUSED else "Running"
    text = f"{doing}: {state.done} of {state.total_cells} cells{_without_score(state)}"
    remaining = remaining_seconds(state)
    if remaining is not None:
        unknown = math.isinf(remaining)
        text += ", time left unknown" if unknown else f", about {numbers.estimate(remaining)} left"
    if state.status is RunStatus.SCORING:
        text = f"Scoring {state.total_cells} cells"
    return f"{text}, elapsed {elapsed}"


def _without_score(state: RunState) -> str:
    counted = {status: state.count(status) for status in (CellStatus.FAILED, CellStatus.CANCELLED)}
    return "".join(f", {count} {status.value}" for status, count in counted.items() if count)


def remaining_seconds(state: RunState) -> float | None:
    """Estimate what is left from the mean of finished folds of the same model and data set.

    Returns
    -------
    float or None
        Seconds with the run's workers; None before a tenth of the cells or five seconds are over and when no cell is
        left; infinite while a cell is overdue, because nothing is known then.
    """
    known: dict[tuple[str, str], list[float]] = defaultdict(list)
    for cell in state.cells.values():
        if cell.seconds is not None and cell.status is CellStatus.FINISHED:
            known[cell.dataset, cell.model].append(cell.seconds)
    total = sum(len(values) for values in known.values())
    now = time.time()
    elapsed = state.elapsed(now) or 0.0
    if (
        not total
        or state.done >= state.total_cells
        or (state.done < state.total_cells / 10 and elapsed < _MIN_SECONDS_FOR_ETA)
    ):
        return None
    if state.is_overdue(now):
        return math.inf
    mean = sum(sum(values) for values in known.values()) / total
    return (state.total_cells - state.done) * mean / max(1, state.workers)
