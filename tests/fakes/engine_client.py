"""A stand-in for the engine: answers from values in memory, follows the client's protocol, records what was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from mtf_engine import glossary
from mtf_engine.domain.cell import Cause, Cell, Limits
from mtf_engine.domain.dataset import Column, ColumnKind, Dataset, DatasetRef, Provenance, Task
from mtf_engine.domain.difference import Change, Flips, RunDifference, ScoreChange
from mtf_engine.domain.event import CellFailed, CellFinished, CellStarted, Logged
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.domain.outlines import (
    BeforeAfter,
    ClassShare,
    ColumnChange,
    ColumnEntry,
    ColumnNote,
    ColumnOutline,
    ColumnState,
    DatasetOutline,
    Edited,
    Form,
    FormField,
    ModelChoice,
    ModelOutline,
    PipelineOutline,
    PlanOutline,
    Proposal,
    SettingsForm,
    SourceEntry,
    SourceInspection,
    SourceProfile,
    Sources,
    StepOutline,
    Validation,
    ValueShare,
    WrittenValues,
)
from mtf_engine.domain.plan import DatasetPlan, FoldPlan, Plan, Resolved
from mtf_engine.domain.registry import RegistryEntry
from mtf_engine.domain.results import (
    CheckRow,
    ComparisonRow,
    DatasetRow,
    FailureRow,
    Ranking,
    Results,
    RunSummary,
    Score,
    Severity,
    Timing,
    Verdict,
)
from mtf_engine.domain.run import CellState, CellStatus, DatasetState, RunState, RunStatus
from mtf_engine.domain.split import SplitMethod, SplitSpec
from mtf_engine.domain.step import Pipeline
from mtf_engine.domain.views import (
    ClassRecall,
    ClassRecalls,
    Confusion,
    Curves,
    CurveSeries,
    ResidualSummary,
    RowByRow,
    RowPage,
)
from mtf_engine.errors import Problem, RunNotFound
from mtf_engine.session import registry as forms
from mtf_engine.session import settings_forms, texts
from mtf_tui.engine_protocol import (
    Progress,
    RunClient,
    RunEntry,
    RunUpdate,
    SettingsEdit,
    SourceAsked,
    ViewClient,
    ViewScope,
)

NOON = 1_790_000_000.0
"""The fake's clock: all times are fixed, so pictures do not change."""

FOLDS = 5
CLASSIFIERS = (
    "logistic_regression",
    "svc_rbf",
    "hist_gradient_boosting",
    "random_forest",
    "k_nearest_neighbors",
    "baseline",
)
REGRESSORS = ("hist_gradient_boosting", "random_forest", "k_nearest_neighbors", "ridge", "svr_rbf", "baseline")
MODELS = (*CLASSIFIERS[:5], "ridge", "svr_rbf", "baseline")

DATASETS = {
    "breast_cancer": DatasetRow(
        "breast_cancer", "sklearn:breast_cancer", "4c1a77e0" * 8, 569, 30, "binary", "target", (0, 1)
    ),
    "churn": DatasetRow("churn", "data/customers.csv", "90bd13f2" * 8, 7043, 20, "binary", "churned", ("no", "yes")),
    "wine": DatasetRow("wine", "sklearn:wine", "11aa22bb" * 8, 178, 13, "multiclass", "target", (0, 1, 2)),
    "diabetes": DatasetRow("diabetes", "sklearn:diabetes", "77ee88ff" * 8, 442, 10, "regression", "target", ()),
}
ESTIMATES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "breast_cancer": {
        "svc_rbf": (0.9957, 0.0031),
        "logistic_regression": (0.9953, 0.0034),
        "hist_gradient_boosting": (0.9936, 0.0043),
        "random_forest": (0.9917, 0.0051),
        "k_nearest_neighbors": (0.9812, 0.0102),
        "baseline": (0.5, 0.0),
    },
    "churn": {
        "logistic_regression": (0.7716, 0.0265),
        "hist_gradient_boosting": (0.7474, 0.0256),
        "random_forest": (0.7222, 0.0212),
        "svc_rbf": (0.7091, 0.0400),
        "k_nearest_neighbors": (0.6989, 0.0203),
        "baseline": (0.5, 0.0),
    },
    "wine": {
        "logistic_regression": (1.0, 0.0),
        "svc_rbf": (0.99987, 0.0004),
        "hist_gradient_boosting": (0.9990, 0.0021),
        "random_forest": (0.9988, 0.0024),
        "k_nearest_neighbors": (0.9961, 0.0060),
        "baseline": (0.5, 0.0),
    },
    "diabetes": {
        "ridge": (0.490, 0.062),
        "random_forest": (0.418, 0.071),
        "hist_gradient_boosting": (0.398, 0.080),
        "k_nearest_neighbors": (0.382, 0.066),
        "svr_rbf": (0.157, 0.041),
        "baseline": (-0.0012, 0.0008),
    },
}
OTHER_METRICS = {
    "log_loss": (False, {"logistic_regression": (0.488, 0.02), "hist_gradient_boosting": (0.516, 0.02)}),
    "brier": (False, {"logistic_regression": (0.161, 0.008), "hist_gradient_boosting": (0.170, 0.008)}),
    "accuracy": (True, {"logistic_regression": (0.764, 0.012), "hist_gradient_boosting": (0.754, 0.012)}),
    "f1": (True, {"logistic_regression": (0.432, 0.03), "hist_gradient_boosting": (0.447, 0.03)}),
}
_SPREAD = (0.0, -0.6, 0.9, -0.1, -0.2)


def _folds(estimate: float, half: float) -> tuple[float, ...]:
    return tuple(estimate + half * shift for shift in _SPREAD)


def _score(dataset: str, model: str, metric: str, estimate: float, half: float, *, greater: bool = True) -> Score:
    top = 1.0 if metric in ("roc_auc", "accuracy", "f1", "r2") else float("inf")
    folds = _folds(estimate, half)
    return Score(
        dataset,
        "default",
        model,
        metric,
        greater,
        estimate,
        estimate - half,
        min(top, estimate + half),
        0.95,
        "corrected_t",
        "fold_mean",
        half / 2,
        folds,
        DATASETS[dataset].rows,
        estimate,
        estimate,
    )


def _comparison(dataset: str, metric: str, one: Score, other: Score, *, greater: bool = True) -> ComparisonRow:
    assert one.estimate is not None
    assert other.estimate is not None
    value = one.estimate - other.estimate
    half = max(0.012 if dataset == "churn" else 0.02, 0.1 * abs(value))
    decided = abs(value) > half
    better = (value > 0) == greater
    verdict = ("a_better" if better else "b_better") if decided else "undecided"
    p = 0.0069 if decided else 0.31
    low, high = value - half, value + half
    return ComparisonRow(
        dataset, metric, one.model, other.model, value, low, high, p / 5, p, "corrected_t", verdict, 0.014
    )


def results(*, status: str = "finished") -> Results:
    """Four data sets, eight models, as in the design's pictures."""
    scores: list[Score] = []
    comparisons: list[ComparisonRow] = []
    for dataset, models in ESTIMATES.items():
        metric = "r2" if dataset == "diabetes" else "roc_auc"
        rows = [_score(dataset, model, metric, *models[model]) for model in MODELS if model in models]
        scores += rows
        comparisons += [_comparison(dataset, metric, a, b) for i, a in enumerate(rows) for b in rows[i + 1 :]]
    for metric, (greater, models) in OTHER_METRICS.items():
        rows = [_score("churn", model, metric, *value, greater=greater) for model, value in models.items()]
        scores += rows
        comparisons.append(_comparison("churn", metric, rows[0], rows[1], greater=greater))
    ranks = (1.5, 2.17, 2.83, 3.5, 5.0, 6.0)
    return Results(
        RunSummary("20261123T143000-churn-7f3a", "churn", status, None, None, "ab" * 32, 0, 1),
        tuple(DATASETS.values()),
        tuple(scores),
        tuple(comparisons),
        (Ranking("roc_auc", CLASSIFIERS, ranks, "friedman", 14.2, 0.001, 4.35),),
        checks(),
        (
            FailureRow("f1", "diabetes", "svr_rbf", 0, Cause.EXCEPTION, "ValueError: NaN in target", 0.2, 90_000_000),
            FailureRow("f2", "diabetes", "svr_rbf", 1, Cause.EXCEPTION, "ValueError: NaN in target", 0.2, 90_000_000),
            FailureRow(
                "f3",
                "churn",
                "svc_rbf",
                2,
                Cause.MEMORY,
                "stopped at 4.0 GB",
                41.0,
                4_000_000_000,
                hint="cell_memory: 8GB, or a linear kernel",
            ),
        ),
        tuple(
            Timing(dataset, "default", model, 0.3 * (i + 1), 0.01, 120_000_000)
            for dataset, models in ESTIMATES.items()
            for i, model in enumerate(models)
        ),
    )


def checks() -> tuple[CheckRow, ...]:
    """One of each verdict that the design shows."""
    docs = "docs/reference/checks.md"
    return (
        CheckRow("MTF101", "train_test_overlap", Severity.ERROR, Verdict.PASS, "churn", None,
                 "0 of 7,043 rows", {"overlap": 0}, 7043, 7043, docs),
        CheckRow("MTF104", "class_imbalance", Severity.WARNING, Verdict.WARN, "churn", None,
                 "26.9 % yes", {"share": 0.269}, 7043, 7043, docs),
        CheckRow("MTF301", "metric_threshold", Severity.ERROR, Verdict.FAIL, "churn", "logistic_regression",
                 "roc_auc 0.772 [0.745, 0.798] is below 0.800 even at its upper bound",
                 {"metric": "roc_auc", "min": 0.8, "estimate": 0.7716, "low": 0.745, "high": 0.798,
                  "method": "corrected_t"}, 7043, 7043, docs),
        CheckRow("MTF210", "drift", Severity.WARNING, Verdict.NOT_RUN, "churn", None,
                 "no reference data", {}, 0, 7043, docs),
    )  # fmt: skip


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
    value = _folds(*ESTIMATES[cell.dataset][cell.model])[cell.fold]
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


@dataclass
class FakeRun:
    """A run that is wherever its states say."""

    id: str = "20261123T143000-churn-7f3a"
    name: str = "churn"
    path: str = "/runs/20261123T143000-churn-7f3a"
    states: list[RunState] = field(default_factory=lambda: [running_state()])
    log: tuple[tuple[float, object], ...] = field(default_factory=events)
    the_plan: Plan | None = field(default_factory=plan)
    the_results: Results | None = None
    has_views: bool = True
    asked: list[tuple[object, ...]] = field(default_factory=list)

    @property
    def views(self) -> ViewClient | None:
        return self if self.has_views else None

    async def watch(self, *, interval: float) -> AsyncIterator[RunUpdate]:
        for position, state in enumerate(self.states):
            yield RunUpdate(state, self.log if position == 0 else ())  # type: ignore[arg-type]
            await asyncio.sleep(min(interval, 0.01))

    async def plan(self) -> Plan | None:
        return self.the_plan

    async def results(self) -> Results | None:
        return self.the_results

    async def pause(self) -> None:
        self.asked.append(("pause",))

    async def resume(self, cell: str | None = None) -> None:
        self.asked.append(("resume", cell))

    async def cancel(self, cell: str | None = None) -> None:
        self.asked.append(("cancel", cell))

    async def class_recalls(self, scope: ViewScope) -> ClassRecalls:
        self.asked.append(("class_recalls", scope))
        pipeline, model = scope.models[0]
        matrix = await self.confusion(scope)
        classes = tuple(
            ClassRecall(label, sum(row), row[i] / sum(row), row[i] / sum(row) - 0.02, row[i] / sum(row) + 0.01, 0.9)
            for i, (label, row) in enumerate(zip(matrix.labels, matrix.counts, strict=True))
        )
        return ClassRecalls(model, pipeline, classes, 0.95, "wilson")

    async def curves(self, kind: str, scope: ViewScope, options: Mapping[str, object] | None = None) -> Curves:
        self.asked.append(("curves", kind, scope, *([dict(options)] if options else [])))
        if kind in ("predicted_actual", "residuals", "qq"):
            points = tuple(25.0 + 3.1 * i for i in range(80))
            spread = tuple(x + 30 * ((i * 37 % 19) / 9.5 - 1) for i, x in enumerate(points))
            series = tuple(CurveSeries(model, points, spread, pipeline) for pipeline, model in scope.models)
            return Curves(
                kind, "predicted", "actual", series, (0, 300), (0, 330), guide=((0, 0), (300, 300)), scatter=True,
                note="out-of-fold, pooled over 5 folds",
            )  # fmt: skip
        return Curves(
            kind, "false positive rate", "true positive rate", tuple(self._roc(scope)), (0, 1), (0, 1), "AUC",
            ((0, 0), (1, 1)), note="out-of-fold, pooled over 5 folds", classes=DATASETS[scope.dataset].classes,
            class_index=int(str((options or {}).get("class", 0))),
        )  # fmt: skip

    def _roc(self, scope: ViewScope) -> list[CurveSeries]:
        made = []
        for position, (pipeline, model) in enumerate(scope.models):
            area = ESTIMATES[scope.dataset].get(model, (0.5, 0))[0]
            power = (1 - area) / max(area, 1e-6)
            x = tuple(i / 128 for i in range(129))
            y = tuple(value**power for value in x)
            low = tuple(max(0.0, v - 0.05) for v in y) if position == 0 else None
            high = tuple(min(1.0, v + 0.05) for v in y) if position == 0 else None
            made.append(CurveSeries(model, x, y, pipeline, low, high, area))
        return made

    async def confusion(self, scope: ViewScope) -> Confusion:
        self.asked.append(("confusion", scope))
        pipeline, model = scope.models[0]
        if scope.dataset == "wine":
            return Confusion(model, (0, 1, 2), ((58, 1, 0), (3, 68, 0), (0, 0, 48)), pipeline=pipeline)
        return Confusion(model, ("no", "yes"), ((4746, 406), (1258, 633)), 0.5, pipeline)

    async def residuals(self, scope: ViewScope) -> ResidualSummary:
        self.asked.append(("residuals", scope))
        pipeline, model = scope.models[0]
        return ResidualSummary(
            model, tuple(range(-60, 70, 10)), (1, 4, 9, 20, 61, 120, 118, 66, 25, 12, 5, 1), -0.3, 54.1, pipeline
        )

    async def row_by_row(self, scope: ViewScope) -> RowByRow:
        (_, a), (_, b) = scope.models[:2]
        if scope.dataset == "diabetes":
            return RowByRow(a, b, 0, 240, 202, 0, by_error=True)
        return RowByRow(a, b, 5026, 353, 287, 1377, 0.5, 0.009, "McNemar mid-p")

    async def rows(self, scope: ViewScope, options: Mapping[str, object], offset: int, limit: int) -> RowPage:
        self.asked.append(("rows", scope, dict(options), offset, limit))
        total = 353
        made = tuple((i, "yes", 0.71, 0.29, "[/] two year") for i in range(offset, min(total, offset + limit)))
        columns = ("row", "truth", "A", "B", "contract")
        if options.get("which") == "rows":
            columns = ("row", "truth", "prediction", "P(yes)", "contract")
        return RowPage(columns, made, offset, total, (True, False, True, True, False))

    async def report(self, kind: str, output: Path | None) -> Path:
        self.asked.append(("report", kind, output))
        if output is not None and output.parent.is_dir():
            output.write_text(f"a report as {kind}", encoding="utf-8")
        return output or Path(f"reports/churn-7f3a.{kind}")


def _entry(run: FakeRun) -> RunEntry:
    state = run.states[-1]
    best = {"dataset": "churn", "model": "logistic_regression", "metric": "roc_auc", "estimate": 0.7716}
    return RunEntry(
        run.id, run.name, run.path, state.status, state.started, state.done, state.total_cells, best, state.checks
    )


def changed() -> RunDifference:
    """Two runs that differ in a setting, one score and some rows."""
    score = ScoreChange(
        "churn", "default", "logistic_regression", "roc_auc", True, 0.7776, 0.7716, -0.006, -0.010, -0.002, 0.004,
        "paired", 6985, "worse",
    )  # fmt: skip
    same = replace(score, dataset="wine", before=1.0, after=1.0, difference=0.0, low=0.0, high=0.0, verdict="same")
    return RunDifference(
        "20261122T090000-churn-02bd", "20261123T143000-churn-7f3a",
        (Change("churn.sha256", "4c1a77e0", "90bd13f2"),), (Change("pipeline[0].impute.numeric", "median", "mean"),),
        (), (score, same), (Flips("churn", "default", "logistic_regression", 6985, 40, 21, (3, 17)),),
    )  # fmt: skip


def outline() -> PlanOutline:
    """What a run of the fake's plan would do."""
    datasets = tuple(
        DatasetOutline(
            row.name, row.source, row.rows, row.columns, row.task, row.target, row.classes, None, "stratified_kfold", 5,
            ("roc_auc",), "roc_auc", row.sha256, 12_000, ("customer_id is dropped: every value distinct",)
            if row.name == "churn" else (),
        )
        for row in DATASETS.values()
    )  # fmt: skip
    steps = (
        StepOutline(0, "drop_duplicates", "row", "0 of 7,043 rows dropped", 20, 20, 7043, 7043),
        StepOutline(1, "impute", "transformer", "median; most_frequent · 11 filled", 20, 20, 5634, 5634, 11),
        StepOutline(2, "encode", "transformer", "one_hot · 6 columns", 20, 34, 5634, 5634),
        StepOutline(3, "scale", "transformer", "", None, None, None, None, error="text in column [/]"),
    )
    entries = ("drop_duplicates", "impute", "encode", {"scale": {"method": "robust"}})
    steps = tuple(replace(step, entry=entry) for step, entry in zip(steps, entries, strict=True))
    pipelines = tuple(PipelineOutline(name, "default", steps, 5634, 5634, 0.1) for name in DATASETS)
    models = tuple(
        ModelOutline(
            model, "builtin", model, tuple(d for d in DATASETS if model in ESTIMATES[d]), 15, 3, 80.0,
            {"C": 0.5} if model == "logistic_regression" else {}, model == "baseline",
        )
        for model in MODELS
    )  # fmt: skip
    return PlanOutline("churn", datasets, pipelines, models, 120, 0, 118.0, 900_000_000, 2)


def inspection(source: SourceAsked) -> SourceInspection:
    """A table of customers, whatever the source."""
    names = ("customer_id", "tenure", "contract", "churned")
    columns = tuple(ColumnEntry(name, "numeric", 0, 100) for name in names)
    target = source.target or "churned"
    problem = None if target in names else Problem(f"There is no column {target!r}.", "Did you mean 'churned'?")
    return SourceInspection(
        source.source, "csv", 1, 12_000, 7043, columns, "4c1a77e0", target,
        "as asked" if source.target else "the last column", "binary",
        (ClassShare("no", 5152, 0.73), ClassShare("yes", 1891, 0.27)),
        (ColumnNote("customer_id", "every value distinct"),), problem=problem,
    )  # fmt: skip


def _quiet(received: int, total: int | None) -> None:
    """Show nothing."""


def profile(source: str) -> SourceProfile:
    """Columns of every kind."""
    columns = (
        ColumnOutline("churned", "categorical", True, 0.0, 2, (), (ValueShare("no", 0.73), ValueShare("yes", 0.27)),
                      "yes 27 %"),
        ColumnOutline("tenure", "numeric", False, 0.0, 73, (9, 4, 3, 3, 3, 3, 3, 3, 4, 4, 7, 9), (), "0 … 72"),
        ColumnOutline("total_charges", "numeric", False, 0.0016, 6530, (9, 6, 4, 3, 2, 2, 2, 1, 1, 1, 1, 1), (),
                      "18.8 … 8,684.8"),
        ColumnOutline("customer_id", "identifier", False, 0.0, 7043, (), (), "", "all distinct"),
    )  # fmt: skip
    return SourceProfile(source, 7043, 7043, columns)


@dataclass
class FakeClient:
    """An engine with the runs that a test gives it."""

    known: list[FakeRun] = field(default_factory=lambda: [FakeRun()])
    asked: list[tuple[object, ...]] = field(default_factory=list)
    error: Exception | None = None
    """Raised by the next call that could fail."""

    outlined: list[str | None] = field(default_factory=list)
    """Texts that plans were made of; None stands for the file."""

    async def runs(self) -> tuple[RunEntry, ...]:
        return tuple(_entry(run) for run in self.known)

    async def open_run(self, text: str) -> RunClient:
        self.asked.append(("open", text))
        if self.error is not None:
            raise self.error
        for run in self.known:
            if text in (run.id, run.name, "last", run.path):
                return run
        raise RunNotFound(f"no run goes by the name {text!r}", hint="mtf runs lists them")

    async def start(self, settings: Path, *, fresh: bool = False) -> RunClient:
        self.asked.append(("start", settings, fresh))
        if self.error is not None:
            raise self.error
        return self.known[0]

    async def outline(self, settings: Path, *, progress: Progress, text: str | None = None) -> PlanOutline:
        self.asked.append(("outline", settings))
        self.outlined.append(text)
        progress(41, 100)
        if self.error is not None:
            raise self.error
        return outline()

    async def profile(self, source: SourceAsked, *, full: bool, progress: Progress) -> SourceProfile:
        self.asked.append(("profile", source, full))
        progress(1, 1)
        return profile(source.source)

    async def preview(self, source: SourceAsked, offset: int, limit: int) -> RowPage:
        self.asked.append(("preview", source, offset, limit))
        total = 1_000_000
        made = tuple((str(i), "[/] two year", None) for i in range(offset, min(total, offset + limit)))
        return RowPage(("customer_id", "contract", "total_charges"), made, offset, total, (True, False, True))

    async def before_after(
        self, settings: Path, dataset: str, pipeline: str, step: int, *, text: str | None = None
    ) -> BeforeAfter:
        del text
        self.asked.append(("before_after", settings, dataset, pipeline, step))
        before = ColumnState(9, 2283.0, (9, 6, 4, 3, 2, 2, 2, 1, 1, 1, 1, 1), 18.8, 8684.8)
        change = ColumnChange("total_charges", before, replace(before, missing=0, mean=2281.0), values_filled=9)
        return BeforeAfter(dataset, pipeline, "impute", step, 5634, 5634, 1000, 5634, 20, 20, (change,), 1, 5)

    async def model_form(self, name: str, task: str | None) -> Form:
        self.asked.append(("model_form", name, task))
        field = FormField(
            "C", "number", 1.0, "how much each misfit costs; larger fits closer", low=0, excludes_low=True
        )
        return Form(name, "A linear model.", "docs/reference/models.md", (field,))

    async def slots(self, text: str) -> Edited:
        return texts.slots(texts.TextQuery(text), _quiet)

    async def edit(self, text: str, edit: SettingsEdit) -> Edited:
        self.asked.append(("edit", edit))
        return texts.edit(texts.EditQuery(text, texts.Operation(**asdict(edit))), _quiet)

    async def validate(self, text: str, path: Path) -> Validation:
        return texts.validate(texts.TextQuery(text, str(path)), _quiet)

    async def settings_form(self) -> SettingsForm:
        return settings_forms.settings_form(settings_forms.Nothing(), _quiet)

    async def written_values(self, text: str) -> WrittenValues:
        return settings_forms.written_values(texts.TextQuery(text), _quiet)

    async def registry(self, kind: str) -> tuple[RegistryEntry, ...]:
        return glossary.describe(kind, None)

    async def step_form(self, name: str) -> Form:
        return forms.step_parameters(name)

    async def sources(self) -> Sources:
        entry = SourceEntry("wine", "sklearn:wine", 178, 14, "multiclass", "target")
        cached = SourceEntry("prices", "https://example.test/prices.csv", size=12_000, used=NOON - 3600)
        return Sources((entry,), (cached,))

    async def inspect(self, source: SourceAsked, *, progress: Progress) -> SourceInspection:
        self.asked.append(("inspect", source))
        if self.error is not None:
            raise self.error
        progress(1, 1)
        return inspection(source)

    async def wizard(
        self, source: SourceAsked, *, left_out: tuple[str, ...] | None, mode: str, progress: Progress
    ) -> Proposal:
        self.asked.append(("wizard", source, left_out, mode))
        if self.error is not None:
            raise self.error
        progress(1, 1)
        dropped = ("customer_id",) if left_out is None else left_out
        text = f"version: 1\ndatasets:\n  - source: {source.source}\nmodels: [ridge]  # {mode}\n"
        quick, thorough = ModelChoice(("ridge",) * 5, 20.0), ModelChoice(("ridge",) * 9, None)
        notes = tuple(ColumnNote(name, "every value distinct") for name in dropped)
        return Proposal(text, inspection(source), notes, quick, thorough, mode)

    async def compare(self, before: str, after: str) -> RunDifference:
        self.asked.append(("compare", before, after))
        return changed()

    async def delete(self, run: str) -> None:
        self.asked.append(("delete", run))
        self.known = [known for known in self.known if known.id != run]

    async def rename(self, run: str, name: str) -> None:
        self.asked.append(("rename", run, name))
        for known in self.known:
            if known.id == run:
                known.name = name

    async def close(self) -> None:
        self.asked.append(("close",))
