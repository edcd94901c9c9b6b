"""What can be said while a run goes on: the matrix of cells, provisional scores, failures by cause.

Pure functions of the plan and the state that the run's events add up to. Provisional means are of finished folds; they
carry a t interval, no rank and no verdict.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mtf_engine.domain.cell import Cause
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.results import Results
from mtf_engine.domain.run import CellState, CellStatus, RunState
from mtf_engine.standings import key_of
from mtf_tui.late import LateMapping
from mtf_tui.text import safe

_DONE = frozenset({CellStatus.FINISHED, CellStatus.REUSED})
_OVER = _DONE | {CellStatus.FAILED, CellStatus.CANCELLED}


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A model with its pipeline."""

    model: str
    pipeline: str
    label: str
    """Safe to show."""

    @property
    def key(self) -> str:
        """Unique within a matrix."""
        return key_of(self.pipeline, self.model)


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One model on one data set: all its folds."""

    cells: tuple[str, ...]
    """Cell ids, in fold order."""

    folds: tuple[CellStatus, ...]
    scores: tuple[float | None, ...]
    """On the data set's primary metric; None where there is none yet."""

    @property
    def mean(self) -> float | None:
        """Mean of the finished folds."""
        present = [score for score in self.scores if score is not None]
        return statistics.fmean(present) if present else None

    @property
    def is_complete(self) -> bool:
        """Whether every fold has a score."""
        return bool(self.folds) and all(fold in _DONE for fold in self.folds)

    @property
    def is_reused(self) -> bool:
        """Whether every fold is a stored one."""
        return bool(self.folds) and all(fold is CellStatus.REUSED for fold in self.folds)

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left to run."""
        return all(fold in _OVER for fold in self.folds)

    def interval(self, confidence: float) -> tuple[float, float] | None:
        """A t interval over the finished folds (k − 1 degrees of freedom), from two folds on."""
        present = [score for score in self.scores if score is not None]
        if len(present) < 2:
            return None
        half = student_t(0.5 + confidence / 2, len(present) - 1)
        half *= statistics.stdev(present) / math.sqrt(len(present))
        mean = statistics.fmean(present)
        return mean - half, mean + half


@dataclass(frozen=True, slots=True)
class Matrix:
    """Models by data sets."""

    rows: tuple[MatrixRow, ...]
    datasets: tuple[str, ...]
    metrics: Mapping[str, str]
    """Data set → primary metric."""

    lower_is_better: frozenset[str]
    """Data sets on whose primary metric less is better."""

    confidence: float
    folds: int
    """Of the cell that has the most."""

    cells: Mapping[tuple[str, str], MatrixCell]
    """(row key, data set) → cell; absent where the model does not apply."""

    def best(self, dataset: str) -> str | None:
        """Key of the best row of a data set that is complete; None before."""
        keys = [row.key for row in self.rows if (row.key, dataset) in self.cells]
        if not all(self.cells[key, dataset].is_over for key in keys):
            return None
        column = ((key, self.cells[key, dataset]) for key in keys)
        scored = {key: cell.mean for key, cell in column if cell.is_complete and cell.mean is not None}
        if not scored:
            return None
        return (min if dataset in self.lower_is_better else max)(scored, key=lambda key: scored[key] or 0.0)


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failures of one cause and message."""

    cause: Cause
    message: str
    hint: str | None
    where: str
    """``svr_rbf · diabetes · folds 1, 2``; safe to show."""

    cells: tuple[CellState, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a plan as models by data sets: what stays the same while the run goes on."""

    rows: tuple[MatrixRow, ...]
    metrics: Mapping[str, str]
    """Data set → primary metric."""

    lower_is_better: frozenset[str]
    """Data sets on whose primary metric less is better."""

    confidence: float
    ids: Mapping[tuple[str, str], tuple[str, ...]]
    """(row key, data set) → cell ids, in fold order."""


def grid(plan: Plan) -> Grid:
    """Lay the cells of a plan out, models in the user's order."""
    many = any(len(dataset.pipelines) > 1 for dataset in plan.datasets)
    metrics = {dataset.dataset.name: dataset.primary_metric for dataset in plan.datasets}
    ids: dict[tuple[str, str], list[str]] = defaultdict(list)
    rows: dict[tuple[str, str], MatrixRow] = {}
    for cell in plan.cells:
        place = cell.pipeline, cell.model
        if place not in rows:
            label = safe(f"{cell.model} · {cell.pipeline}" if many else cell.model).plain
            rows[place] = MatrixRow(cell.model, cell.pipeline, label)
        ids[rows[place].key, cell.dataset].append(cell.id)
    order = {model.name: position for position, model in enumerate(plan.resolved.models)}
    ordered = sorted(rows.values(), key=lambda row: order.get(row.model, len(order)))
    found = {key: tuple(cells) for key, cells in ids.items()}
    lower = frozenset(entry.dataset.name for entry in plan.datasets if not entry.greater_is_better)
    return Grid(tuple(ordered), metrics, lower, plan.resolved.confidence, found)


def matrix(grid: Grid, state: RunState, results: Results | None = None) -> Matrix:
    """Fill the cells with their state, each when it is first looked at; results know scores that no event told."""
    known = _fold_scores(results, grid.metrics)

    def cell(key: tuple[str, str]) -> MatrixCell:
        return _cell(grid.ids[key], state, grid.metrics[key[1]], known.get(key, ()))

    most = max(map(len, grid.ids.values()), default=0)
    cells = LateMapping(grid.ids, cell)
    return Matrix(grid.rows, tuple(grid.metrics), grid.metrics, grid.lower_is_better, grid.confidence, most, cells)


def _fold_scores(
    results: Results | None, metrics: Mapping[str, str]
) -> dict[tuple[str, str], tuple[float | None, ...]]:
    """Scores of every fold on the primary metrics, by row key and data set."""
    return {
        (key_of(score.pipeline, score.model), score.dataset): score.folds
        for score in (results.scores if results is not None else ())
        if score.slice is None and score.metric == metrics.get(score.dataset)
    }


def _cell(ids: Sequence[str], state: RunState, metric: str, measured: Sequence[float | None]) -> MatrixCell:
    known = [state.cells.get(cell_id) for cell_id in ids]
    told = [None if cell is None else cell.scores.get(metric) for cell in known]
    if len(measured) == len(told):
        stored = [cell is not None and cell.status is CellStatus.REUSED for cell in known]
        told = [
            late if score is None and is_stored else score
            for score, late, is_stored in zip(told, measured, stored, strict=True)
        ]
    return MatrixCell(
        tuple(ids), tuple(CellStatus.WAITING if cell is None else cell.status for cell in known), tuple(told)
    )


def failure_groups(cells: Iterable[CellState]) -> tuple[FailureGroup, ...]:
    """Group failed and cancelled cells by cause, model, data set and message, the largest group first."""
    groups: dict[tuple[Cause, str, str, str], list[CellState]] = defaultdict(list)
    for cell in cells:
        if cell.status in (CellStatus.FAILED, CellStatus.CANCELLED) and cell.cause is not None:
            told = "" if cell.cause is Cause.CANCELLED else cell.message or ""  # before it started or amid it
            groups[cell.cause, cell.model, cell.dataset, told].append(cell)
    made = [
        FailureGroup(cause, message, _hint(cause, group[0]), where(model, dataset, group), tuple(group))
        for (cause, model, dataset, message), group in groups.items()
    ]
    return tuple(sorted(made, key=lambda group: -len(group.cells)))


def _hint(cause: Cause, cell: CellState) -> str | None:
    return "R runs them again" if cause is Cause.CANCELLED else cell.hint


def where(model: str, dataset: str, cells: Sequence[CellState]) -> str:
    """Name the place of failures: model, data set, folds counted from 1."""
    numbers = sorted({cell.fold + 1 for cell in cells})
    run = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    folds = f"{numbers[0]}–{numbers[-1]}" if run else ", ".join(map(str, numbers))
    return f"{safe(model).plain} · {safe(dataset).plain} · {'fold' if len(cells) == 1 else 'folds'} {folds}"


def student_t(probability: float, df: int) -> float:
    """Quantile of Student's t distribution above the median.

    There is a closed form for 1 and 2 degrees of freedom; elsewhere the distribution function, a finite sum of
    trigonometric terms for whole degrees of freedom, is inverted by bisection.

    References
    ----------
    Abramowitz, M. & Stegun, I. A. (1964). Handbook of Mathematical Functions, 26.7.3 and 26.7.4.

    Examples
    --------
    >>> round(student_t(0.975, 4), 3), round(student_t(0.975, 1), 3)
    (2.776, 12.706)
    """
    tail = 2 * (1 - probability)
    if df == 1:
        return 1 / math.tan(tail * math.pi / 2)
    if df == 2:
        return math.sqrt(2 / (tail * (2 - tail)) - 2)
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        angle = (low + high) / 2
        low, high = (angle, high) if _t_inside(angle, df) < 1 - tail else (low, angle)
    return math.tan(low) * math.sqrt(df)


def _t_inside(angle: float, df: int) -> float:
    """Probability that abs(t) stays below ``tan(angle) * sqrt(df)``."""
    cosine, sine = math.cos(angle), math.sin(angle)
    term = cosine if df % 2 else 1.0
    total = term if df > 1 else 0.0
    for k in range(2 if df % 2 else 1, df - 2, 2):
        term *= cosine * cosine * k / (k + 1)
        total += term
    return (angle + sine * total) * 2 / math.pi if df % 2 else sine * total
