"""Where the fake's run is: its plan, and the states of its cells, at noon."""

from __future__ import annotations

from dataclasses import replace

from fakes.engine_client.outcomes import CLASSIFIERS, DATASETS, ESTIMATES, FOLDS, MODELS, REGRESSORS, folds

from mtf_engine.domain.cell import Cause, Cell, Limits
from mtf_engine.domain.dataset import Column, ColumnKind, Dataset, DatasetRef, Provenance, Task
from mtf_engine.domain.event import CellFailed, CellFinished, CellStarted, Logged
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.domain.plan import DatasetPlan, FoldPlan, Plan, Resolved
from mtf_engine.domain.run import CellState, CellStatus, DatasetState, RunState, RunStatus
from mtf_engine.domain.split import SplitMethod, SplitSpec
from mtf_engine.domain.step import Pipeline

NOON = 1_790_000_000.0
"""The fake's clock: all times are fixed, so pictures do not change."""


def plan() -> Plan:
    """The plan behind :func:`results`."""
    splits = SplitSpec(SplitMethod.STRATIFIED_KFOLD, FOLDS)
    pipeline = Pipeline("default", ())
    datasets = []
    cells = []
    for name, row in DATASETS.items():
        models = REGRESSORS if row.task == "regression" else CLASSIFIERS
        ref = DatasetRef(name, row.source, row.target)
        columns = tuple(Column(f"x{i}", ColumnKind.NUMERIC, "float64", 0, 50) for i in range(row.columns))
        dataset = Dataset(
            ref, Task(row.task), row.target, row.classes, None, columns, row.rows, row.rows, row.sha256, row.sha256,
            Provenance(row.source),
        )  # fmt: skip
        folds = tuple(FoldPlan(i, 0, row.rows * 4 // 5, row.rows // 5, f"{i:064}") for i in range(FOLDS))
        metric = "r2" if row.task == "regression" else "roc_auc"
        datasets.append(DatasetPlan(dataset, splits, folds, (pipeline,), (), models, (metric,), metric, "/prepared"))
        cells += [
            Cell(f"{name}/{model}/{i}", name, "default", model, i)
            for model in MODELS
            if model in models
            for i in range(FOLDS)
        ]
    resolved = Resolved(
        "churn", 0, 0.95, tuple(d.dataset.ref for d in datasets), (pipeline,), (),
        tuple(ModelRef(model, ModelKind.BUILTIN, model, added=model == "baseline") for model in MODELS),
        splits, None, None, (), Limits(600, 4_000_000_000), 2, (),
    )  # fmt: skip
    return Plan(resolved, tuple(datasets), tuple(cells))


def cell_state(cell: Cell, status: CellStatus, **changes: object) -> CellState:
    """A cell with its fold score of the fake's estimates."""
    metric = "r2" if cell.dataset == "diabetes" else "roc_auc"
    value = folds(*ESTIMATES[cell.dataset][cell.model])[cell.fold]
    scores = {metric: value} if status in (CellStatus.FINISHED, CellStatus.REUSED) else {}
    state = CellState(
        cell.id, cell.dataset, cell.pipeline, cell.model, cell.fold, status, NOON, 3.0, scores=scores,
        peak_rss_bytes=212_000_000,
    )  # fmt: skip
    return replace(state, **changes)  # type: ignore[arg-type]


_OPEN = {"wine/random_forest", "wine/k_nearest_neighbors", "wine/baseline", "churn/k_nearest_neighbors",
         "diabetes/k_nearest_neighbors"}  # fmt: skip
_PARTLY = {"churn/hist_gradient_boosting": 3, "churn/random_forest": 3, "diabetes/random_forest": 3, "churn/svc_rbf": 2}


def running_state() -> RunState:
    """A run two thirds through, with failures of two causes and two busy workers."""
    cells = {cell.id: state for cell in plan().cells if (state := _mid_run(cell)) is not None}
    return RunState(
        "20261123T143000-churn-7f3a", RunStatus.RUNNING, 1, 200, NOON - 68, NOON, None, None, 2, len(plan().cells),
        cells, {name: DatasetState(name, rows=row.rows) for name, row in DATASETS.items()},
    )  # fmt: skip


def _mid_run(cell: Cell) -> CellState | None:
    kind = f"{cell.dataset}/{cell.model}"
    if kind == "diabetes/svr_rbf" and cell.fold < 2:
        return cell_state(
            cell, CellStatus.FAILED, cause=Cause.EXCEPTION, message="ValueError: NaN in target",
            hint="add impute or drop rows",
        )  # fmt: skip
    if kind == "churn/svc_rbf" and cell.fold == 2:
        return cell_state(
            cell, CellStatus.FAILED, cause=Cause.MEMORY, message="stopped at 4.0 GB",
            hint="cell_memory: 8GB, or a linear kernel",
        )  # fmt: skip
    if kind in ("churn/hist_gradient_boosting", "churn/random_forest") and cell.fold == 3:
        worker = 1 if "hist" in kind else 2
        return cell_state(cell, CellStatus.RUNNING, worker=worker, started=NOON - 8 * worker + 5, seconds=None)
    if kind in _OPEN or kind == "diabetes/svr_rbf" or cell.fold >= _PARTLY.get(kind, FOLDS):
        return None
    return cell_state(cell, CellStatus.FINISHED)


def events() -> tuple[tuple[float, object], ...]:
    """A few lines of log."""
    place = {"pipeline": "default", "worker": 1}
    return (
        (NOON - 40, Logged("info", "churn read: 7,043 × 20, sha256 verified")),
        (NOON - 10, Logged("warning", "svr_rbf · diabetes · fold 1: did not converge")),
        (NOON - 7, CellFailed("d/svr/1", "diabetes", "default", "svr_rbf", 1, Cause.EXCEPTION, "ValueError", 0.2, 1)),
        (NOON - 3, CellFinished("c/h/2", "churn", "default", "hist_gradient_boosting", 2, 3.0, 0.1, 1,
                                {"roc_auc": 0.751})),
        (NOON, CellStarted("c/h/3", "churn", model="hist_gradient_boosting", fold=3, **place)),  # type: ignore[arg-type]
    )  # fmt: skip


def finished_state() -> RunState:
    """A run whose cells are all over."""
    cells = {
        cell.id: (known if (known := _mid_run(cell)) and known.status is CellStatus.FAILED else None)
        or cell_state(cell, CellStatus.FINISHED)
        for cell in plan().cells
    }
    return replace(
        running_state(), status=RunStatus.FINISHED, finished=NOON + 41, exit_code=1, cells=cells,
        checks={"pass": 9, "fail": 1, "warn": 1, "not_run": 1},
    )  # fmt: skip
