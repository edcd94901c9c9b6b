"""settings.yaml: what is read, what is refused, and that all that is wrong is told at once."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from engine.planning.wrong_case import BOTH
from engine.planning.wrong_settings import WRONG
from hypothesis import given
from hypothesis import strategies as st

from mtf_engine import api, settings
from mtf_engine.errors import Problem, SettingsError
from mtf_engine.settings import units

ALONE = [case for case in WRONG if case.stage == "settings"]


def _inspect(text: str) -> settings.Inspection:
    return settings.inspect_bytes(text.encode())


def _right(text: str) -> settings.Settings:
    found = _inspect(text)
    assert found.problems.sorted() == []
    return found.settings


def _problems(text: str) -> list[Problem]:
    return _inspect(text).problems.sorted()


@pytest.mark.parametrize("case", ALONE, ids=lambda case: case.name)
def test_wrong_settings_are_told_with_line_key_and_remedy(case, tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_bytes(case.text if isinstance(case.text, bytes) else case.text.encode())
    with pytest.raises(SettingsError) as caught:
        settings.load(path)
    problems = caught.value.problems
    for told in case.told:
        matching = [problem for problem in problems if problem.line == told.line and problem.key == told.key]
        assert any(
            all(word in problem.message for word in told.message)
            and all(word in (problem.hint or "") for word in told.hint)
            for problem in matching
        ), problems
    assert len(problems) == len(case.told), problems


def test_contract_example_is_read():
    example = """
version: 1
name: churn
seed: 0
datasets:
  - sklearn:breast_cancer
  - name: customers
    source: data/customers-*.parquet
    target: churned
    splits: {method: holdout, test_size: 0.25}
    task: binary
    positive: "yes"
    weights: w
    drop: [row_id]
pipeline:
  - drop_duplicates
  - impute: {numeric: median, categorical: most_frequent}
  - encode: one_hot
  - scale: standard
models:
  - baseline
  - logistic_regression: {C: 0.5}
  - estimator: lightgbm.LGBMClassifier
    name: lgbm
    parameters: {n_estimators: 300}
  - python: my_models.py:build
splits: {method: stratified_kfold, folds: 5, repeats: 1}
metrics: [roc_auc, log_loss]
primary_metric: roc_auc
confidence: 0.95
checks:
  - metric: roc_auc
    min: 0.80
    confident: true
    model: lgbm
  - metric: roc_auc
    not_worse_than: baseline
    margin: 0.01
    on_inconclusive: fail
  - check: train_test_overlap
    parameters: {share: 0.1}
execution: {executor: local, workers: auto, threads_per_cell: 1, cell_timeout: 10min, cell_memory: 4GB, retries: 0}
logging: {level: info, format: text, file: null}
report: {formats: [html, junit], directory: reports}
plugins: [./my_steps.py]
"""
    read = _right(example)
    assert [entry.name for entry in read.datasets] == ["breast_cancer", "customers"]
    assert [(model.name, model.kind, model.target) for model in read.models] == [
        ("baseline", "model", "baseline"),
        ("logistic_regression", "model", "logistic_regression"),
        ("lgbm", "estimator", "lightgbm.LGBMClassifier"),
        ("build", "python", "my_models.py:build"),
    ]
    assert read.models[1].parameters == {"C": 0.5}
    steps = read.pipelines["default"]
    assert [(step.name, step.parameters, step.value) for step in steps] == [
        ("drop_duplicates", {}, None),
        ("impute", {"numeric": "median", "categorical": "most_frequent"}, None),
        ("encode", {}, "one_hot"),
        ("scale", {}, "standard"),
    ]
    assert read.datasets[1].splits.method == "holdout"
    assert read.execution.cell_timeout == 600.0
    assert read.execution.cell_memory == 4_000_000_000
    assert read.checks[0].model == ("lgbm",)
    assert read.checks[2].parameters == {"share": 0.1}


def test_template_and_demo_are_right():
    assert _right(settings.template()).name == "first-run"
    demo = settings.load(api.DEMO)
    assert len(demo.datasets) >= 3
    assert len(demo.models) >= 5
    assert demo.splits.folds == 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0x10", 16),
        ("0o10", 8),
        ("010", 10),
        ("+3", 3),
        ("yes", "yes"),
        ("on", "on"),
        ("1_000", "1_000"),
        ("2024-01-01", "2024-01-01"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("True", True),
        ("~", None),
        ('"3"', "3"),
        ("'null'", "null"),
        ("12:30", "12:30"),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(text, value):
    read = _right(BOTH.replace("[logistic_regression]", f"\n  - m:\n      p: {text}"))
    assert read.models[0].parameters == {"p": value}
    assert type(read.models[0].parameters["p"]) is type(value)


def test_variables_are_expanded(monkeypatch):
    monkeypatch.setenv("MTF_TEST_NAME", "churn")
    monkeypatch.setenv("MTF_TEST_SEED", "7")
    monkeypatch.setenv("MTF_TEST_EMPTY", "")
    monkeypatch.setenv("MTF_TEST_LIST", "[a, b]")
    text = (
        "name: run-${MTF_TEST_NAME}\n"
        "seed: ${MTF_TEST_SEED}\n"
        "datasets:\n"
        "  - source: ${MTF_TEST_EMPTY:-sklearn:iris}\n"
        '    positive: "${MTF_TEST_SEED}"\n'
        "models:\n"
        "  - m:\n"
        "      a: ${MTF_TEST_LIST}\n"
        "      b: ${MTF_TEST_NONE:-}\n"
        "      c: $${MTF_TEST_NAME}\n"
        "      d: 0.${MTF_TEST_SEED}\n"
    )
    read = _right(text)
    assert read.name == "run-churn"
    assert read.seed == 7
    assert read.datasets[0].source == "sklearn:iris"
    assert read.datasets[0].positive == "7"
    assert read.models[0].parameters == {"a": "[a, b]", "b": "", "c": "${MTF_TEST_NAME}", "d": 0.7}


def test_an_alias_repeats_a_value_and_problems_in_it_name_the_anchor():
    text = (
        "datasets:\n  - &one\n    source: a.csv\n    name: a\n    targt: t\nmodels: [m]\nreport: {formats: &f [html]}\n"
    )
    assert [problem.key for problem in _problems(text)] == ["datasets[0].targt"]
    shared = "datasets:\n  - {source: a.csv, drop: &d [x]}\n  - {source: b.csv, drop: *d}\nmodels: [m]\n"
    assert [entry.drop for entry in _right(shared).datasets] == [("x",), ("x",)]


def test_an_unknown_key_with_nothing_behind_it_is_wrong_and_a_known_one_says_nothing():
    text = (
        "sed:\nfoo: &a\nbar: *a\npipeline:\nslices:\nseed:\n"
        "datasets:\n  - {source: a.csv, targt: ~, target: ~, splits: {method: kfold, fold: ~, folds: ~}}\n"
        "models:\n  - {model: ridge, nmae: ~, name: ~}\n  - {name: lasso, parametrs: ~}\n"
        "checks:\n  - {metric: r2, min: 0.5, mx: ~, max: ~, slice: ~}\n"
        "splits: {shufle: ~, shuffle: ~}\n"
        "execution: {worker: ~, workers: ~}\nlogging: {levl: ~, level: ~}\nreport: {format: ~, formats: ~}\n"
    )
    found = _problems(text)
    assert all(problem.message.startswith("Unknown key") for problem in found)
    assert {problem.key for problem in found} == {
        "sed",
        "foo",
        "bar",
        "datasets[0].targt",
        "datasets[0].splits.fold",
        "models[0].nmae",
        "models[1].parametrs",
        "checks[0].mx",
        "splits.shufle",
        "execution.worker",
        "logging.levl",
        "report.format",
    }


def test_positions_survive_entries_that_were_left_out():
    text = (
        "datasets:\n  - 5\n  - sklearn:iris\n  - {nam: x, source: b.csv}\n  - c.csv\n"
        "models:\n  - artifact: x\n  - ridge: {alpha: 1}\npipeline:\n  - {}\n  - scale: {method: robust}\n"
    )
    found = _inspect(text)
    positions = found.problems.positions
    assert [entry.name for entry in found.settings.datasets] == ["iris", "b", "c"]
    path = positions.file_path(("datasets", 2, "source"))
    assert path == ("datasets", 3)
    assert positions.line(path) == 5
    parameter = positions.file_path(("models", 0, "parameters", "alpha"))
    assert parameter == ("models", 1, "ridge", "alpha")
    assert positions.line(parameter) == 8
    step = positions.file_path(("pipelines", "default", 0, "parameters", "method"))
    assert step == ("pipeline", 1, "scale", "method")
    assert positions.line(step) == 11
    assert found.problems.touches(("datasets", 1))
    assert not found.problems.touches(("datasets", 2))


def test_names_of_wrong_entries_stay_declared():
    found = _inspect("datasets: [{name: gone}]\nmodels: [{artifact: x, name: champion}, {python: f.py:build}]\n")
    assert found.declared.datasets == {"gone"}
    assert found.declared.models == {"champion", "build", "baseline"}


def test_null_means_not_given_and_pipeline_forms_agree():
    read = _right(BOTH + "checks:\npipeline: auto\nexecution:\n  cell_timeout: null\nsplits:\n")
    assert read.checks == ()
    assert read.pipelines is None
    assert _right(BOTH + "pipeline: []\n").pipelines == {"default": ()}
    assert set(_right(BOTH + "pipelines: {a: [], b: [scale]}\n").pipelines) == {"a", "b"}


def test_canonical_settings_ignore_spelling_and_what_decides_no_number():
    short = _right("datasets: [sklearn:iris]\nmodels: [ridge: {alpha: 1}]\nsplits: kfold\n")
    long = _right(
        "seed: 0 # the default\nsplits: {folds: 5, method: kfold}\n"
        "models:\n  - {parameters: {alpha: 1}, model: ridge, name: ridge}\n"
        "datasets:\n  - {name: iris, source: sklearn:iris}\n"
        "execution: {workers: 3, cell_timeout: 1h}\nreport: {formats: csv}\nlogging: {level: debug}\n"
    )
    assert settings.canonical(short) == settings.canonical(long)
    other = _right("datasets: [sklearn:iris]\nmodels: [ridge: {alpha: 2}]\nsplits: kfold\n")
    assert settings.canonical(short) != settings.canonical(other)
    assert json.loads(json.dumps(settings.canonical(long), allow_nan=False)) == settings.canonical(long)


def test_repeated_methods_repeat_ten_times_unless_told():
    assert _right(BOTH + "splits: repeated_kfold\n").splits.repeats == 10
    assert _right(BOTH + "splits: {method: repeated_kfold, repeats: 3}\n").splits.repeats == 3


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("sklearn:iris", "iris"),
        ("data/customers-*.parquet", "customers"),
        ("https://host/a/wine%20red.csv.gz?x=1", "wine red"),
        ("C:\\data\\t.csv", "t"),
        ("*.csv", "data"),
        ("file:///a/b.parquet", "b"),
        ("./x.y.z", "x"),
        ("http://[broken/x.csv", "x"),
    ],
)
def test_data_sets_are_named_after_their_source(source, name):
    assert settings.inspect_bytes(f"datasets: ['{source}']\nmodels: [m]\n".encode()).settings.datasets[0].name == name


@pytest.mark.parametrize("text", ["1h30min", "90s", "0.5h", "1d", "250ms"])
def test_durations(text):
    assert units.seconds(text) > 0


@pytest.mark.parametrize("text", ["", "10", "s", "10 parsecs", "-1s", "0s", "1s!", "1h;", "1" * 50 + "s"])
def test_what_is_no_duration(text):
    with pytest.raises(ValueError, match="not a duration"):
        units.seconds(text)


@pytest.mark.parametrize(("text", "count"), [("4GB", 4 * 10**9), ("1.5 KiB", 1536), ("500MB", 5 * 10**8), ("7B", 7)])
def test_sizes(text, count):
    assert units.size(text) == count


@pytest.mark.parametrize("text", ["", "4", "GB", "0GB", "4 XB", "-4GB", "0.1B"])
def test_what_is_no_size(text):
    with pytest.raises(ValueError, match="not a size"):
        units.size(text)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(SettingsError, match="not there") as caught:
        settings.load(tmp_path / "absent.yaml")
    assert "mtf init" in (caught.value.hint or "")
    with pytest.raises(SettingsError, match="cannot be read"):
        settings.load(tmp_path)


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(data):
    found = settings.inspect_bytes(data)
    assert found.problems.sorted() or found.settings.datasets


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_KEYS = st.sampled_from(sorted(set(settings.Settings.model_fields) | {"pipeline", "slices"}))


@given(st.dictionaries(_KEYS, _VALUES, max_size=6))
def test_no_values_crash_the_validation(tree):
    found = settings.inspect_bytes(json.dumps(tree).encode())
    assert isinstance(found.settings, settings.Settings)


_ENTRIES = st.dictionaries(
    st.sampled_from(
        ["name", "source", "target", "drop", "splits", "method", "folds", "model", "estimator", "parameters", "columns"]
    ),
    _VALUES,
    max_size=4,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            key: st.lists(_ENTRIES | _VALUES, max_size=3)
            for key in ("datasets", "models", "checks", "pipeline", "metrics", "plugins")
        },
    )
)
def test_no_entries_crash_the_validation(tree):
    found = settings.inspect_bytes(json.dumps(tree).encode())
    assert isinstance(found.settings, settings.Settings)
    if not found.problems:
        assert found.settings.datasets


def test_settings_load_no_numbers_library():
    code = (
        "import sys, mtf_engine.settings as s; from mtf_engine.api import DEMO; s.load(DEMO);"
        "heavy = {'numpy', 'pandas', 'sklearn', 'scipy', 'pyarrow'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
