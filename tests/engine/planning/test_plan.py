"""From settings and data to cells: tasks, roles, folds, identities and what happens when data cannot be had."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import GroupKFold, StratifiedKFold, TimeSeriesSplit

from mtf_engine import api, planning, settings
from mtf_engine.domain.cell import CellResult
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.split import SplitMethod
from mtf_engine.errors import FetchError, SettingsError
from mtf_engine.processing.prepared import open_prepared


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("MTF_HOME", str(tmp_path / "home"))


def _plan(folder: Path, text: str, **options) -> Plan:
    path = folder / "settings.yaml"
    path.write_text(text, encoding="utf-8")
    return planning.plan_file(path, **options)


def _table(folder: Path, name: str = "own.csv", **columns) -> Path:
    n = 60
    random = np.random.default_rng(0)
    base = {
        "x": random.normal(size=n).round(3),
        "y": random.normal(size=n).round(3),
        "label": np.tile(["a", "b"], n // 2),
    }
    path = folder / name
    pd.DataFrame({**base, **columns}).to_csv(path, index=False)
    return path


OWN = "datasets:\n  - source: own.csv\n    target: label\n"
MODELS = "models: [logistic_regression]\n"
SMALL = "datasets: [sklearn:iris]\nmodels: [decision_tree]\n"


def _prepared(plan: Plan, position: int = 0):
    return open_prepared(Path(plan.datasets[position].prepared))


# --- the whole ---


def test_template_and_demo_are_planned(tmp_path):
    plan = _plan(tmp_path, settings.template())
    assert {model.name for model in plan.resolved.models} == {"logistic_regression", "random_forest", "baseline"}
    demo = planning.plan_file(api.DEMO)
    assert [entry.dataset.task for entry in demo.datasets] == ["binary", "multiclass", "regression"]
    assert len({cell.model for cell in demo.cells} - {"baseline"}) >= 5
    assert all(len(entry.folds) == 5 for entry in demo.datasets)
    assert all(len(entry.models) >= 5 for entry in demo.datasets)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("metrics: [mae, r2]\nprimary_metric: r2\n", ("r2", "mae")),
        ("metrics: [mean_error, mae]\n", ("mae", "mean_error")),
    ],
)
def test_the_primary_metric_is_the_first_because_tables_rank_by_the_first(tmp_path, lines, expected):
    plan = _plan(tmp_path, f"datasets: [sklearn:diabetes]\nmodels: [ridge]\n{lines}")
    (entry,) = plan.datasets
    assert entry.metrics == expected
    assert entry.primary_metric == expected[0]


def test_cells_stand_in_plan_order_and_have_their_own_ids(tmp_path):
    plan = _plan(
        tmp_path,
        "datasets: [sklearn:iris, sklearn:wine]\nmodels: [decision_tree, logistic_regression]\n"
        "pipelines: {plain: [], scaled: [scale]}\nsplits: {folds: 3}\n",
    )
    expected = [
        (dataset, pipeline, model, fold)
        for dataset in ("iris", "wine")
        for pipeline in ("plain", "scaled")
        for model in ("decision_tree", "logistic_regression", "baseline")
        for fold in range(3)
    ]
    assert [(cell.dataset, cell.pipeline, cell.model, cell.fold) for cell in plan.cells] == expected
    assert len({cell.id for cell in plan.cells}) == len(expected)
    assert all(len(cell.id) == 32 for cell in plan.cells)


def test_a_plan_survives_json(tmp_path):
    _table(tmp_path)
    text = (
        OWN
        + "    positive: a\n    options: {delimiter: ','}\n"
        + MODELS
        + "checks:\n  - {metric: roc_auc, min: 0.1}\n  - train_test_overlap\npipeline: [drop_duplicates, scale]\n"
    )
    plan = _plan(tmp_path, text)
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan


def test_planning_again_gives_the_same_plan_and_writes_nothing(tmp_path):
    first = _plan(tmp_path, SMALL)
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "home").rglob("*.npy")}
    assert _plan(tmp_path, SMALL) == first
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "home").rglob("*.npy")} == stamps


def test_a_prepared_data_set_with_missing_files_is_made_again(tmp_path):
    plan = _plan(tmp_path, SMALL)
    (Path(plan.datasets[0].prepared) / "numeric.npy").unlink()
    assert _plan(tmp_path, SMALL) == plan
    assert _prepared(plan).numeric.shape == (150, 4)


# --- tasks, targets, roles ---


def test_folds_are_scikit_learns(tmp_path):
    X, y = load_breast_cancer(return_X_y=True)
    plan = _plan(tmp_path, "seed: 3\ndatasets: [sklearn:breast_cancer]\n" + MODELS + "pipeline: []\n")
    prepared = _prepared(plan)
    expected = list(StratifiedKFold(5, shuffle=True, random_state=3).split(X, y))
    for fold, (train, test) in zip(prepared.folds, expected, strict=True):
        np.testing.assert_array_equal(fold.train, train)
        np.testing.assert_array_equal(fold.test, test)
    np.testing.assert_array_equal(prepared.frame().to_numpy(), X)
    np.testing.assert_array_equal(np.asarray(prepared.labels)[prepared.target], y)


def test_groups_are_split_as_scikit_learn_splits_their_names(tmp_path):
    names = np.random.default_rng(1).choice(["zoe", "amy", "bob", "cat", "dan", "eve"], size=60)
    _table(tmp_path, who=names, value=np.arange(60) * 1.5)
    plan = _plan(
        tmp_path,
        "datasets:\n  - {source: own.csv, target: value, groups: who}\nmodels: [ridge]\nsplits: {folds: 3}\n",
    )
    entry = plan.datasets[0]
    assert entry.splits.method is SplitMethod.GROUP_KFOLD
    assert "who" not in [column.name for column in entry.dataset.columns]
    expected = GroupKFold(3, shuffle=True, random_state=0).split(np.zeros(60), groups=names)
    for fold, (train, test) in zip(_prepared(plan).folds, expected, strict=True):
        np.testing.assert_array_equal(fold.train, train)
        np.testing.assert_array_equal(fold.test, test)


def test_time_orders_the_rows(tmp_path):
    days = pd.date_range("2020-01-01", periods=60).strftime("%Y-%m-%d").to_numpy()
    order = np.random.default_rng(2).permutation(60)
    _table(tmp_path, day=days[order])
    plan = _plan(tmp_path, OWN + "    time: day\n" + MODELS)
    assert plan.datasets[0].splits.method is SplitMethod.TIME_SERIES
    by_time = np.argsort(order)
    for fold, (train, test) in zip(_prepared(plan).folds, TimeSeriesSplit(5).split(by_time), strict=True):
        np.testing.assert_array_equal(fold.train, by_time[train])
        np.testing.assert_array_equal(fold.test, by_time[test])


def test_a_predefined_split_takes_its_column_out_of_the_features(tmp_path):
    _table(tmp_path, part=np.where(np.arange(60) < 40, "train", "test"))
    plan = _plan(tmp_path, OWN + MODELS + "splits: {method: predefined, column: part}\n")
    (fold,) = plan.datasets[0].folds
    assert (fold.n_train, fold.n_test) == (40, 20)
    assert [column.name for column in plan.datasets[0].dataset.columns] == ["x", "y"]


def test_weights_drop_positive_and_rows_without_a_target(tmp_path):
    label = np.tile(["a", "b"], 30).astype(object)
    label[[0, 7]] = None
    _table(tmp_path, label=label, w=np.arange(60), row_id=np.arange(60))
    plan = _plan(
        tmp_path,
        OWN + "    weights: w\n    drop: [row_id]\n    positive: a\nmodels: [k_nearest_neighbors, decision_tree]\n",
    )
    dataset, prepared = plan.datasets[0].dataset, _prepared(plan)
    assert (dataset.rows_source, dataset.rows) == (60, 58)
    assert dataset.positive == "a"
    assert prepared.meta.positive == 0
    assert [column.name for column in dataset.columns] == ["x", "y"]
    np.testing.assert_array_equal(prepared.row_ids, np.delete(np.arange(60), [0, 7]))
    np.testing.assert_array_equal(prepared.weights, np.delete(np.arange(60), [0, 7]))
    told = " ".join(finding.message for finding in dataset.findings)
    assert "2 of 60 rows without a target" in told
    assert "'k_nearest_neighbors' takes no weights" in told
    assert "'decision_tree' takes no weights" not in told


def test_row_steps_run_once_and_keep_original_row_numbers(tmp_path):
    path = _table(tmp_path)
    frame = pd.read_csv(path)
    pd.concat([frame, frame.iloc[[3, 5]]]).to_csv(path, index=False)
    plan = _plan(tmp_path, OWN + MODELS + "pipelines: {a: [drop_duplicates], b: [drop_duplicates, scale]}\n")
    entry = plan.datasets[0]
    assert entry.dataset.rows == 60
    assert [step.name for step in entry.row_steps] == ["drop_duplicates"]
    assert [[step.name for step in pipeline.steps] for pipeline in entry.pipelines] == [[], ["scale"]]
    assert _prepared(plan).row_ids.max() == 59
    assert any("took out 2 of 62 rows" in finding.message for finding in entry.dataset.findings)


@pytest.mark.parametrize(
    ("values", "task", "classes"),
    [
        (np.tile([1, 2], 30), "binary", (1, 2)),
        (np.tile([0, 1, 2], 20), "multiclass", (0, 1, 2)),
        (np.arange(60), "regression", ()),
        (np.arange(60) / 7, "regression", ()),
        (np.tile([True, False], 30), "binary", (False, True)),
        (np.tile(["no", "yes"], 30), "binary", ("no", "yes")),
        (np.tile([2.0, 1.0, np.nan], 20), "binary", (1, 2)),
    ],
)
def test_tasks_are_inferred(tmp_path, values, task, classes):
    _table(tmp_path, label=values)
    plan = _plan(tmp_path, OWN + "models: [decision_tree]\nsplits: {folds: 2}\n")
    dataset = plan.datasets[0].dataset
    assert dataset.task == task
    assert dataset.classes == classes
    assert [type(label) for label in dataset.classes] == [type(label) for label in classes]
    assert dataset.positive == (classes[-1] if task == "binary" else None)
    if classes and isinstance(classes[0], int) and not isinstance(classes[0], bool):
        assert any("taken as a class label" in finding.message for finding in dataset.findings)


def test_task_and_positive_can_be_said(tmp_path):
    _table(tmp_path, label=np.tile([0, 1], 30))
    plan = _plan(tmp_path, OWN + "    task: regression\nmodels: [ridge]\n")
    assert plan.datasets[0].dataset.task == "regression"
    plan = _plan(tmp_path, OWN + "    positive: '0'\nmodels: [ridge]\n")
    assert plan.datasets[0].dataset.positive == 0


def test_auto_is_written_out_per_data_set(tmp_path):
    _table(tmp_path, colour=np.tile(["red", "blue", "green"], 20), key=[f"{i:08x}-77" for i in range(60)])
    plan = _plan(
        tmp_path, "datasets:\n  - {source: own.csv, target: label}\n  - sklearn:iris\nmodels: [decision_tree]\n"
    )
    own, iris = plan.datasets
    assert "encode" in [step.name for step in own.pipelines[0].steps]
    assert "encode" not in [step.name for step in iris.pipelines[0].steps]
    assert own.pipelines[0].name == settings.DEFAULT_PIPELINE
    assert any("key" in finding.columns for finding in own.dataset.findings)


def test_columns_that_no_step_turns_into_numbers_are_told(tmp_path):
    _table(tmp_path, colour=np.tile(["red", "blue", "green"], 20))
    plan = _plan(tmp_path, OWN + MODELS + "pipeline: [scale]\n")
    assert any(finding.columns == ("colour",) for finding in plan.datasets[0].dataset.findings)


def test_models_and_metrics_go_where_they_fit(tmp_path):
    plan = _plan(
        tmp_path,
        "datasets: [sklearn:iris, sklearn:diabetes]\nmodels: [logistic_regression, linear_regression]\n"
        "metrics: [r2, accuracy, mae]\nprimary_metric: mae\n",
    )
    iris, diabetes = plan.datasets
    assert (iris.models, iris.metrics, iris.primary_metric) == (
        ("logistic_regression", "baseline"),
        ("accuracy",),
        "accuracy",
    )
    assert (diabetes.models, diabetes.metrics, diabetes.primary_metric) == (
        ("linear_regression", "baseline"),
        ("mae", "r2"),
        "mae",
    )
    assert (iris.greater_is_better, diabetes.greater_is_better) == (True, False)


def test_metrics_of_checks_and_the_primary_metric_are_computed_too(tmp_path):
    checks = "checks: [{metric: kappa, min: 0}, {metric: mae, max: 1, dataset: diabetes}]\n"
    text = "datasets: [sklearn:breast_cancer, sklearn:diabetes]\nmodels: [decision_tree]\n" + checks
    cancer, diabetes = _plan(tmp_path, text + "metrics: [accuracy, r2]\n").datasets
    assert (cancer.metrics, diabetes.metrics) == (("accuracy", "kappa"), ("r2", "mae"))
    cancer, diabetes = _plan(tmp_path, text + "primary_metric: f2\n").datasets
    assert (cancer.primary_metric, diabetes.primary_metric) == ("f2", "r2")
    assert "f2" in cancer.metrics
    assert "f2" not in diabetes.metrics


def test_a_listed_baseline_is_not_added_again(tmp_path):
    plan = _plan(tmp_path, "datasets: [sklearn:iris]\nmodels: [baseline, decision_tree]\n")
    assert [(model.name, model.added) for model in plan.resolved.models] == [
        ("baseline", False),
        ("decision_tree", False),
    ]
    added = _plan(tmp_path, SMALL)
    assert [(model.name, model.added) for model in added.resolved.models] == [
        ("decision_tree", False),
        ("baseline", True),
    ]


# --- identity ---


def _ids(plan: Plan) -> list[str]:
    return [cell.id for cell in plan.cells]


def test_what_decides_no_prediction_changes_no_id(tmp_path):
    base = _ids(_plan(tmp_path, SMALL))
    (tmp_path / "moved").mkdir()
    other = (
        "name: other\ndatasets: [{source: sklearn:iris, name: flowers}]\n"
        "models: [{model: decision_tree, name: tree}]\nmetrics: [accuracy]\nconfidence: 0.9\n"
        "checks: [{metric: accuracy, min: 0.1}, duplicate_rows]\nexecution: {workers: 3, cell_timeout: 1h}\n"
        "report: {formats: [json]}\n"
    )
    assert _ids(_plan(tmp_path / "moved", other)) == base


@pytest.mark.parametrize(
    "change",
    [
        "seed: 1\n",
        "splits: {folds: 4}\n",
        "pipeline: [{scale: robust}]\n",
        "splits: {shuffle: false}\n",
    ],
)
def test_what_decides_predictions_changes_ids(tmp_path, change):
    assert not set(_ids(_plan(tmp_path, SMALL))) & set(_ids(_plan(tmp_path, SMALL + change)))


def test_parameters_change_the_ids_of_their_model_only(tmp_path):
    base = _plan(tmp_path, SMALL)
    other = _plan(tmp_path, "datasets: [sklearn:iris]\nmodels: [decision_tree: {max_depth: 3}]\n")
    shared = set(_ids(base)) & set(_ids(other))
    assert shared == {cell.id for cell in base.cells if cell.model == "baseline"}


def test_other_data_change_ids_and_an_unused_column_does_not(tmp_path):
    path = _table(tmp_path, note=["n"] * 60)
    text = OWN + "    drop: [note]\n" + MODELS
    base = _ids(_plan(tmp_path, text))
    frame = pd.read_csv(path)
    frame.assign(note="changed").to_csv(path, index=False)
    assert _ids(_plan(tmp_path, text)) == base
    frame.assign(x=frame["x"] + 1).to_csv(path, index=False)
    assert not set(_ids(_plan(tmp_path, text))) & set(base)


def test_a_users_file_counts_by_content_and_not_by_place(tmp_path):
    code = (
        "from sklearn.tree import DecisionTreeClassifier\n"
        "def build(depth=3):\n    return DecisionTreeClassifier(max_depth=depth)\n"
    )
    text = "datasets: [sklearn:iris]\nmodels: [{python: mine.py:build, parameters: {depth: 2}}]\n"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.py").write_text(code)
    first, second = _plan(tmp_path / "one", text), _plan(tmp_path / "two", text)
    assert _ids(first) == _ids(second)
    (tmp_path / "two" / "mine.py").write_text(code + "# changed\n")
    changed = _plan(tmp_path / "two", text)
    kept = set(_ids(first)) & set(_ids(changed))
    assert kept == {cell.id for cell in first.cells if cell.model == "baseline"}


# --- data that cannot be had ---


class _Server(BaseHTTPRequestHandler):
    body = b""

    def do_GET(self):
        if self.path.startswith("/gone"):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def server(tmp_path):
    _Server.body = _table(tmp_path, "served.csv").read_bytes()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_a_remote_data_set_that_is_gone_is_left_out(tmp_path, server):
    seen, failed, received = [], [], []
    plan = _plan(
        tmp_path,
        f"datasets:\n  - {{source: '{server}/gone.csv', target: label}}\n"
        f"  - {{source: '{server}/here.csv', target: label}}\n" + MODELS,
        ready=seen.append,
        failed=failed.append,
        progress=lambda name, done, total: received.append((name, done, total)),
    )
    assert [entry.dataset.name for entry in plan.datasets] == ["here"]
    assert [finding.dataset for finding in plan.unavailable] == ["gone"]
    assert list(plan.unavailable) == failed
    assert [dataset.name for dataset in seen] == ["here"]
    assert ("here", len(_Server.body), len(_Server.body)) in received


def test_without_any_data_set_there_is_no_run(tmp_path, server):
    with pytest.raises(FetchError, match="No data set could be fetched"):
        _plan(tmp_path, f"datasets:\n  - {{source: '{server}/gone.csv', target: label}}\n" + MODELS)


def test_a_missing_remote_set_blames_no_model_that_may_be_meant_for_it(tmp_path, server):
    plan = _plan(
        tmp_path,
        f"datasets:\n  - {{source: '{server}/gone.csv', target: label}}\n  - sklearn:iris\n"
        "models: [linear_regression, decision_tree]\n",
    )
    assert [entry.models for entry in plan.datasets] == [("decision_tree", "baseline")]


def test_nothing_is_fetched_for_settings_that_are_wrong_already(tmp_path, server):
    received = []
    with pytest.raises(SettingsError):
        _plan(
            tmp_path,
            f"sed: 1\ndatasets:\n  - {{source: '{server}/here.csv', target: label}}\n" + MODELS,
            progress=lambda *arguments: received.append(arguments),
        )
    assert received == []


def test_planning_can_be_cancelled(tmp_path):
    _table(tmp_path)
    with pytest.raises(FetchError, match="cancelled"):
        _plan(tmp_path, OWN + MODELS, cancelled=lambda: True)


# --- resolved settings without their file ---


def test_resolve_and_plan_agree_with_plan_file(tmp_path):
    _table(tmp_path)
    path = tmp_path / "settings.yaml"
    path.write_text(OWN + MODELS, encoding="utf-8")
    resolved = planning.resolve_file(path)
    assert resolved == planning.resolve(settings.load(path), base=tmp_path)
    assert resolved == msgspec.json.decode(msgspec.json.encode(resolved), type=type(resolved))
    assert planning.plan(resolved) == planning.plan_file(path)
    copy = tmp_path / "run" / "settings.yaml"
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    assert planning.plan_file(copy, base=tmp_path) == planning.plan_file(path)


def test_problems_of_resolved_settings_name_keys(tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_text("datasets: [sklearn:diabetes]\nmodels: [logistic_regression]\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        planning.plan(planning.resolve_file(path))
    assert [problem.key for problem in caught.value.problems] == ["models[0]"]


def test_a_run_is_named_after_its_folder(tmp_path):
    (tmp_path / "churn").mkdir()
    assert _plan(tmp_path / "churn", SMALL).resolved.name == "churn"
    assert _plan(tmp_path / "churn", "name: x\n" + SMALL).resolved.name == "x"


# --- plugins ---


def test_a_plugin_file_brings_a_metric_and_a_step(tmp_path):
    (tmp_path / "mine.py").write_text(
        "from mtf_engine.metrics.spec import ALL_TASKS, metric\n"
        "@metric(tasks=ALL_TASKS, low=0.0, high=9.0)\n"
        "def planning_test_metric(sample):\n"
        '    """Nine."""\n'
        "    return 9.0\n",
        encoding="utf-8",
    )
    plan = _plan(tmp_path, SMALL + "plugins: [./mine.py]\nmetrics: [planning_test_metric]\n")
    assert plan.datasets[0].metrics == ("planning_test_metric",)
    assert plan.resolved.plugins == (str(tmp_path / "mine.py"),)


# --- estimates ---


def _results(plan: Plan, seconds: float) -> list[CellResult]:
    return [
        CellResult(cell.id, seconds, 0.0, 10_000_000, entry.folds[cell.fold].n_train, 10, "", 0)
        for entry in plan.datasets
        for cell in plan.cells
    ]


def test_estimates_come_from_past_timings(tmp_path):
    plan = _plan(tmp_path, SMALL + "execution: {workers: 2}\n")
    unknown = planning.estimate(plan)
    assert (unknown.seconds, unknown.known_cells, unknown.finished_cells) == (None, 0, 0)
    planning.remember_timings(plan, _results(plan, 3.0))
    known = planning.estimate(plan)
    assert known.known_cells == len(plan.cells) == 10
    assert known.seconds == pytest.approx(10 * 3.0 / 2)
    assert known.peak_rss_bytes == 20_000_000
    costs = planning.cell_costs(plan).costs
    assert {(cost.dataset, cost.model): round(cost.seconds, 6) for cost in costs} == {
        (cell.dataset, cell.model): 3.0 for cell in plan.cells
    }
    (tmp_path / "home" / "cache" / "cells" / plan.cells[0].id).mkdir(parents=True)
    assert planning.estimate(plan).finished_cells == 1
    other = _plan(tmp_path, "datasets: [sklearn:iris]\nmodels: [svm]\n")
    assert planning.estimate(other).seconds is None
    assert [cost.model for cost in planning.cell_costs(other).costs] == ["baseline"]


def test_torn_and_strange_timings_are_passed_over(tmp_path):
    plan = _plan(tmp_path, SMALL)
    planning.remember_timings(plan, _results(plan, 1.0))
    path = tmp_path / "home" / "cache" / "timings.jsonl"
    path.write_bytes(b'{"model": 3}\nnonsense\n' + path.read_bytes() + b'{"model": "torn')
    assert planning.estimate(plan).known_cells == len(plan.cells)
    assert all(json.loads(line) for line in path.read_bytes().splitlines()[2:-1])
