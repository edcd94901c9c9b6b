"""What a plan would cost, from what past cells cost: ``cache/timings.jsonl``, one line a data set, pipeline and model.

A run appends its lines when it ends. A cell's cost is taken from the past line of the same model (same parameters
where there is one) whose data are nearest in size, scaled with the rows; without one within a factor of ten the cost
is unknown, and said to be so.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from mtf_engine import environment
from mtf_engine.domain.cell import Cell, CellResult
from mtf_engine.domain.model import ModelRef
from mtf_engine.domain.plan import CellCost, CellCosts, DatasetPlan, Estimate, Plan
from mtf_engine.storage import atomic, paths
from mtf_engine.storage.fingerprint import fingerprint

_MAX_BYTES = 2_000_000
"""Size at which the older half of the timings is forgotten."""
_LIKE_SIZE = 10.0
"""Largest factor between the sizes of two data sets of which one tells about the other."""


@dataclass(frozen=True, slots=True)
class PastTiming:
    """What the cells of one model on one data set cost, on average."""

    model: str
    """Kind and target."""

    parameters: str
    """Fingerprint of the parameters."""

    rows: int
    """Training rows."""

    columns: int
    """Features before the pipeline."""

    seconds: float
    """Fit and predict of one cell."""

    peak_rss_bytes: int


def remember_timings(plan: Plan, results: Iterable[CellResult]) -> None:
    """Append what the finished cells of a run cost.

    Parameters
    ----------
    plan : Plan
        The run's plan.
    results : iterable of CellResult
        Those that this run computed itself; reused ones were remembered before.
    """
    cells = {cell.id: cell for cell in plan.cells}
    entries = {entry.dataset.name: entry for entry in plan.datasets}
    models = plan.models_by_name()
    grouped: dict[tuple[str, str, str], list[CellResult]] = {}
    for result in results:
        cell = cells.get(result.cell)
        if cell is not None:
            grouped.setdefault((cell.dataset, cell.pipeline, cell.model), []).append(result)
    lines = [
        msgspec.json.encode(_timing(models[model], entries[dataset], members))
        for (dataset, _pipeline, model), members in grouped.items()
    ]
    if lines:
        _append(b"\n".join(lines) + b"\n")


def past_timings() -> dict[str, list[PastTiming]]:
    """Read what past cells cost: model → its timings, oldest first."""
    past: dict[str, list[PastTiming]] = {}
    for timing in _read():
        past.setdefault(timing.model, []).append(timing)
    return past


def estimate(plan: Plan, *, past: Mapping[str, list[PastTiming]] | None = None) -> Estimate:
    """Estimate the time and memory of the cells that have no stored result yet.

    Parameters
    ----------
    plan : Plan
        Its open cells are counted.
    past : mapping, optional
        From `past_timings`, where several plans are estimated; read when absent.
    """
    past = past_timings() if past is None else past
    entries = {entry.dataset.name: entry for entry in plan.datasets}
    models = plan.models_by_name()
    cells = plan.different_cells
    open_cells = [cell for cell in cells if not (paths.cells() / cell.id).is_dir()]
    costs = [_cost(cell, models[cell.model], entries, past) for cell in open_cells]
    known = [cost for cost in costs if cost is not None]
    workers = plan.resolved.workers or environment.cpu_count()
    complete = len(known) == len(open_cells)
    longest = max((cost.seconds for cost in known), default=0.0)
    total = sum(cost.seconds for cost in known)
    memory = sorted((cost.peak_rss_bytes for cost in known), reverse=True)[:workers]
    return Estimate(
        seconds=max(longest, total / workers) if complete else None,
        peak_rss_bytes=sum(memory) if complete and memory else None,
        known_cells=len(known),
        finished_cells=len(cells) - len(open_cells),
    )


def cell_costs(plan: Plan) -> CellCosts:
    """Say what a cell of each model on each data set would cost; those that nothing past tells about are left out.

    Parameters
    ----------
    plan : Plan
        Its first fold stands for all: they are of nearly one size.
    """
    past = past_timings()
    entries = {entry.dataset.name: entry for entry in plan.datasets}
    models = plan.models_by_name()
    first: dict[tuple[str, str], Cell] = {}
    for cell in plan.cells:
        first.setdefault((cell.dataset, cell.model), cell)
    known = {kind: _cost(cell, models[cell.model], entries, past) for kind, cell in first.items()}
    return CellCosts(tuple(CellCost(*kind, seconds=cost.seconds) for kind, cost in known.items() if cost is not None))


@dataclass(frozen=True, slots=True)
class _Cost:
    seconds: float
    peak_rss_bytes: int


def _cost(
    cell: Cell, model: ModelRef, entries: Mapping[str, DatasetPlan], past: Mapping[str, list[PastTiming]]
) -> _Cost | None:
    candidates = past.get(_model(model), [])
    entry = entries[cell.dataset]
    rows, columns = entry.folds[cell.fold].n_train, max(1, len(entry.dataset.columns))
    parameters = _parameters(model)
    best: PastTiming | None = None
    best_rank: tuple[bool, float] | None = None
    for timing in candidates:
        factor = abs(math.log((rows * columns) / (max(1, timing.rows) * max(1, timing.columns))))
        rank = (timing.parameters != parameters, factor)
        if factor <= math.log(_LIKE_SIZE) and (best_rank is None or rank <= best_rank):
            best, best_rank = timing, rank
    if best is None:
        return None
    return _Cost(best.seconds * rows / max(1, best.rows), best.peak_rss_bytes)


def _timing(model: ModelRef, entry: DatasetPlan, results: list[CellResult]) -> PastTiming:
    count = len(results)
    return PastTiming(
        model=_model(model),
        parameters=_parameters(model),
        rows=sum(result.n_train for result in results) // count,
        columns=len(entry.dataset.columns),
        seconds=sum(result.fit_seconds + result.predict_seconds for result in results) / count,
        peak_rss_bytes=max(result.peak_rss_bytes for result in results),
    )


def _model(model: ModelRef) -> str:
    return f"{model.kind} {model.target}"


def _parameters(model: ModelRef) -> str:
    return fingerprint(model.parameters)[:16]


def _read() -> list[PastTiming]:
    """Read the past, oldest first; lines that are torn or of another version are skipped."""
    try:
        data = paths.timings().read_bytes()
    except OSError:
        return []
    decode = msgspec.json.Decoder(PastTiming).decode
    found = []
    for line in data.splitlines():
        with contextlib.suppress(msgspec.MsgspecError):
            found.append(decode(line))
    return found


def _append(data: bytes) -> None:
    """Add lines at the end; estimates are a comfort, so a disk that takes none is no error."""
    path = paths.timings()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "ab") as file:
            file.write(data)
            is_long = file.tell() > _MAX_BYTES
        if is_long:
            lines = path.read_bytes().splitlines(keepends=True)
            atomic.write_bytes_atomic(path, b"".join(lines[len(lines) // 2 :]), durable=False)
