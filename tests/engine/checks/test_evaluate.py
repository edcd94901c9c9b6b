"""From a plan to rows: scopes, order, severity, and that nothing unseen counts as a pass."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest

from mtf_engine.checks.evaluate import Candidate, evaluate_checks, has_failed
from mtf_engine.domain.cell import Limits
from mtf_engine.domain.check import CheckKind, CheckSpec, Scope
from mtf_engine.domain.dataset import Column, ColumnKind, Dataset, DatasetRef, Finding, Provenance, Task
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.domain.plan import DatasetPlan, FoldPlan, Plan, Resolved
from mtf_engine.domain.results import CheckRow, Score, Severity, Verdict
from mtf_engine.domain.split import SplitMethod, SplitSpec
from mtf_engine.domain.step import Pipeline
from mtf_engine.processing.prepared import Fold, PreparedData, write_prepared
from mtf_engine.statistics import Difference

SPLITS = SplitSpec(SplitMethod.KFOLD, folds=2)
PIPELINES = (Pipeline("plain", ()), Pipeline("scaled", ()))
MODELS = (
    ModelRef("forest", ModelKind.BUILTIN, "random_forest"),
    ModelRef("champion", ModelKind.BUILTIN, "logistic_regression"),
    ModelRef("baseline", ModelKind.BUILTIN, "baseline", added=True),
)
SHARP = 0.1


def entry(name: str, task: Task, directory: Path, rows: int = 40) -> DatasetPlan:
    """A prepared data set with one copied row on both sides of the split."""
    frame = pd.DataFrame({"a": np.arange(rows, dtype=float), "b": ["x"] * rows})
    frame.iloc[rows - 1] = frame.iloc[0]
    columns = (
        Column("a", ColumnKind.NUMERIC, "float64", 0, rows - 1),
        Column("b", ColumnKind.CATEGORICAL, "str", 0, 1),
    )
    target = np.arange(rows) % 2 if task.is_classification else np.linspace(0.0, 1.0, rows)
    labels = ("no", "yes") if task.is_classification else ()
    half = np.arange(rows // 2), np.arange(rows // 2, rows)
    write_prepared(
        directory / name,
        PreparedData(
            frame=frame,
            columns=columns,
            task=task,
            target=target,
            labels=labels,
            positive=1 if labels else None,
            row_ids=np.arange(rows),
            folds=(Fold(*half), Fold(*half[::-1])),
        ),
    )
    dataset = Dataset(
        ref=DatasetRef(name, f"{name}.csv"),
        task=task,
        target="t",
        classes=labels,
        positive="yes" if labels else None,
        columns=columns,
        rows_source=rows,
        rows=rows,
        sha256="0" * 64,
        prepared_sha256="1" * 64,
        provenance=Provenance(f"{name}.csv"),
    )
    folds = tuple(FoldPlan(index, 0, rows // 2, rows // 2, "2" * 64) for index in range(2))
    models = tuple(model.name for model in MODELS)
    metrics = ("roc_auc", "log_loss") if task.is_classification else ("r2",)
    return DatasetPlan(dataset, SPLITS, folds, PIPELINES, (), models, metrics, metrics[0], str(directory / name))


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    datasets = (entry("churn", Task.BINARY, tmp_path), entry("houses", Task.REGRESSION, tmp_path))
    resolved = Resolved(
        name="test",
        seed=0,
        confidence=0.95,
        datasets=(*(one.dataset.ref for one in datasets), DatasetRef("remote", "https://example.org/x.csv")),
        pipelines=PIPELINES,
        row_steps=(),
        models=MODELS,
        splits=SPLITS,
        metrics=None,
        primary_metric=None,
        checks=(),
        limits=Limits(),
        workers=None,
        plugins=(),
    )
    return Plan(resolved, datasets, (), (Finding("remote", "connection refused by 10.0.0.1"),))


def with_checks(plan: Plan, *checks: CheckSpec) -> Plan:
    return replace(plan, resolved=replace(plan.resolved, checks=checks))


def scores_of(plan: Plan, estimate: float | None = 0.9, *, half: float = SHARP) -> list[Score]:
    return [
        Score(
            dataset=one.dataset.name,
            pipeline=pipeline.name,
            model=model,
            metric=metric,
            greater_is_better=metric != "log_loss",
            estimate=estimate,
            low=None if estimate is None else estimate - half,
            high=None if estimate is None else estimate + half,
            confidence=0.95,
            interval_method="corrected_t",
            aggregation="fold_mean",
            std=0.0,
            folds=(estimate, estimate),
            n_rows=0 if estimate is None else 40,
            fold_mean=estimate,
            pooled=estimate,
            reason="2 of 2 folds have no result" if estimate is None else None,
        )
        for one in plan.datasets
        for pipeline in one.pipelines
        for model in one.models
        for metric in one.metrics
    ]


def equal(dataset: str, metric: str, a: Candidate, b: Candidate, confidence: float) -> Difference:
    """The two are equal; only a pair on the same rows through the same pipeline may be asked for."""
    if (dataset, metric) != ("churn", "roc_auc") or a.pipeline != b.pipeline or a.model == b.model:
        raise AssertionError(f"{a} and {b} on {dataset} are no pair")
    return Difference(0.0, -0.005, 0.005, confidence, 1.0, "corrected_resampled_t")


def threshold(**more: object) -> CheckSpec:
    fields = {"metric": "roc_auc", "min": 0.8, **more}
    return CheckSpec(CheckKind.THRESHOLD, "metric_threshold", "MTF001", **fields)  # type: ignore[arg-type]


def diagnostic(name: str, code: str, **more: object) -> CheckSpec:
    return CheckSpec(CheckKind.DIAGNOSTIC, name, code, **more)  # type: ignore[arg-type]


def evaluate(plan: Plan, *checks: CheckSpec, estimate: float | None = 0.9, half: float = SHARP) -> tuple[CheckRow, ...]:
    checked = with_checks(plan, *checks)
    return evaluate_checks(checked, scores_of(checked, estimate, half=half), compare=equal)


def subjects(rows: tuple[CheckRow, ...]) -> list[tuple[str | None, str | None, str | None]]:
    return [(row.dataset, row.pipeline, row.model) for row in rows]


def test_a_metric_check_looks_at_the_users_models_where_the_task_fits(plan: Plan) -> None:
    rows = evaluate(plan, threshold())
    assert subjects(rows) == [
        ("churn", "plain", "forest"),
        ("churn", "plain", "champion"),
        ("churn", "scaled", "forest"),
        ("churn", "scaled", "champion"),
        ("remote", None, None),
    ]
    assert [row.verdict for row in rows] == [Verdict.PASS] * 4 + [Verdict.NOT_RUN]


def test_a_scope_narrows_and_may_name_the_baseline(plan: Plan) -> None:
    scope = Scope(datasets=("churn",), pipelines=("scaled",), models=("baseline",))
    assert subjects(evaluate(plan, threshold(scope=scope))) == [("churn", "scaled", "baseline")]


def test_the_reference_is_not_held_against_itself(plan: Plan) -> None:
    check = CheckSpec(
        CheckKind.NOT_WORSE,
        "not_worse_than",
        "MTF002",
        Scope(datasets=("churn",), pipelines=("plain",)),
        metric="roc_auc",
        reference="champion",
        margin=0.01,
    )
    (row,) = evaluate(plan, check)
    assert (row.model, row.verdict) == ("forest", Verdict.PASS)
    assert row.evidence["one_sided_confidence"] == pytest.approx(0.95)


def test_a_reference_of_another_task_is_no_pass(plan: Plan) -> None:
    check = CheckSpec(CheckKind.NOT_WORSE, "not_worse_than", "MTF002", metric="roc_auc", reference="ridge")
    rows = evaluate(plan, replace(check, scope=Scope(datasets=("churn",))))
    assert {row.verdict for row in rows} == {Verdict.NOT_RUN}
    assert has_failed(rows)


def test_rows_stand_in_the_order_of_the_checks(plan: Plan) -> None:
    rows = evaluate(plan, diagnostic("constant_columns", "MTF105"), threshold(), diagnostic("missing_values", "MTF103"))
    codes = [row.code for row in rows]
    assert codes == sorted(codes, key=["MTF105", "MTF001", "MTF103"].index)


def test_a_diagnostic_looks_at_each_data_set_whose_task_fits(plan: Plan) -> None:
    rows = evaluate(plan, diagnostic("train_test_overlap", "MTF101"), diagnostic("class_imbalance", "MTF104"))
    assert [(row.code, row.dataset) for row in rows] == [
        ("MTF101", "churn"),
        ("MTF101", "houses"),
        ("MTF101", "remote"),
        ("MTF104", "churn"),
        ("MTF104", "remote"),
    ]
    overlap = rows[0]
    assert (overlap.verdict, overlap.counts) == (Verdict.FAIL, True)
    assert overlap.evidence["overlapping_rows"] == 2
    assert (overlap.rows_read, overlap.rows_total) == (40, 40)
    assert overlap.docs == "docs/reference/checks/MTF101-train_test_overlap.md"


def test_a_warning_never_fails_the_run(plan: Plan) -> None:
    rows = evaluate(plan, diagnostic("constant_columns", "MTF105", severity=Severity.WARNING))
    assert [row.verdict for row in rows] == [Verdict.WARN, Verdict.WARN, Verdict.NOT_RUN]
    assert not has_failed(rows)


@pytest.mark.parametrize(("on_inconclusive", "failed"), [("fail", True), ("warn", False)])
def test_an_inconclusive_check_counts_as_the_settings_say(plan: Plan, on_inconclusive: str, failed: bool) -> None:
    scope = Scope(datasets=("churn",))
    rows = evaluate(plan, threshold(confident=True, scope=scope, on_inconclusive=on_inconclusive), half=0.2)
    assert {row.verdict for row in rows} == {Verdict.INCONCLUSIVE}
    assert has_failed(rows) is failed


def test_failed_cells_leave_the_exit_code_to_themselves(plan: Plan) -> None:
    rows = evaluate(plan, threshold(scope=Scope(datasets=("churn",))), estimate=None)
    assert {row.verdict for row in rows} == {Verdict.NOT_RUN}
    assert not has_failed(rows)


def test_a_score_that_was_never_computed_is_no_pass(plan: Plan) -> None:
    checked = with_checks(plan, threshold(metric="accuracy", scope=Scope(datasets=("churn",))))
    rows = evaluate_checks(checked, scores_of(checked), compare=equal)
    assert {row.verdict for row in rows} == {Verdict.NOT_RUN}
    assert has_failed(rows)


def test_a_check_that_selects_nothing_still_has_a_row(plan: Plan) -> None:
    (row,) = evaluate(plan, threshold(scope=Scope(datasets=("houses",))))
    assert (row.verdict, row.message) == (Verdict.NOT_RUN, "the check selects nothing")
    assert has_failed((row,))


def test_a_check_that_raises_is_an_error_and_the_others_go_on(plan: Plan) -> None:
    Path(plan.datasets[0].prepared, "meta.json").write_bytes(b"{")
    rows = evaluate(plan, diagnostic("missing_values", "MTF103"), threshold())
    assert (rows[0].verdict, rows[1].verdict) == (Verdict.ERROR, Verdict.PASS)
    assert rows[0].message.startswith("the check failed: ")
    assert rows[3].verdict is Verdict.PASS
    assert has_failed(rows)


def test_an_absent_data_set_has_a_row_without_its_host(plan: Plan) -> None:
    row = evaluate(plan, diagnostic("missing_values", "MTF103"))[-1]
    assert (row.dataset, row.verdict, row.counts) == ("remote", Verdict.NOT_RUN, False)
    assert "10.0.0.1" not in row.message


def test_rows_are_json_and_equal_each_time(plan: Plan, tmp_path: Path) -> None:
    checks = (threshold(), diagnostic("train_test_overlap", "MTF101"), diagnostic("class_imbalance", "MTF104"))
    first, second = (msgspec.json.encode(evaluate(plan, *checks)) for _ in range(2))
    assert first == second
    assert str(tmp_path).encode() not in first
