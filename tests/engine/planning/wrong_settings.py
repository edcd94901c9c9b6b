"""Wrong settings files and what a user must be told about each: data for the tests of settings, planning and the CLI.

Read it with ``runpy.run_path``: tests are no package. ``WRONG`` lists the cases. Lines are counted from 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Told:
    """One problem that must be in the report."""

    line: int | None
    key: str | None
    message: tuple[str, ...]
    """Words of the message."""
    hint: tuple[str, ...] = ()
    """Words of the hint."""


@dataclass(frozen=True)
class Wrong:
    """One wrong settings file."""

    name: str
    text: str | bytes
    told: tuple[Told, ...]
    files: dict[str, str] = field(default_factory=dict)
    """Data beside the settings: path → content."""
    stage: str = "settings"
    """``settings``: the file alone shows it; ``planning``: it takes names or data to see it."""


DATA = "datasets: [sklearn:breast_cancer]\n"
"""One line."""
MODELS = "models: [logistic_regression]\n"
"""One line."""
BOTH = DATA + MODELS


def _rows(count: int, line: str = "{i},{i2},{c}") -> str:
    return "\n".join(line.format(i=i, i2=i * i, c="ab"[i % 2]) for i in range(count)) + "\n"


TABLE = "x,y,label\n" + _rows(40)
OWN = "datasets:\n  - source: own.csv\n    target: label\n"
"""Three lines; ``own.csv`` has the columns x, y and label."""

_BOMB = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10))

WRONG: tuple[Wrong, ...] = (
    # --- the file ---
    Wrong("empty", "", (Told(None, None, ("empty",), ("mtf init",)),)),
    Wrong("only-comments", "# nothing here\n\n", (Told(None, None, ("empty",)),)),
    Wrong("list-on-top", "- a\n- b\n", (Told(1, None, ("a list", "not a mapping"), ("datasets",)),)),
    Wrong("text-on-top", "hello\n", (Told(1, None, ("'hello'", "not a mapping")),)),
    Wrong("not-utf8", b"name: caf\xe9\n" + BOTH.encode(), (Told(1, None, ("not UTF-8", "0xe9"), ("UTF-8",)),)),
    Wrong("control-character", "name: a\x07b\n" + BOTH, (Told(1, None, ("control character",)),)),
    Wrong("too-large", "# " + "x" * 300_000 + "\n" + BOTH, (Told(None, None, ("bytes", "256,000")),)),
    Wrong("tab", "execution:\n\tworkers: 2\n" + BOTH, (Told(2, None, ("tab",), ("spaces",)),)),
    Wrong("two-documents", BOTH + "---\n" + BOTH, (Told(3, None, ("more than one YAML document",), ("---",)),)),
    Wrong("old-yaml", "%YAML 1.1\n---\n" + BOTH, (Told(2, None, ("YAML 1.2",), ("%YAML",)),)),
    Wrong(
        "open-bracket",
        "datasets: [sklearn:iris\nmodels: [ridge]\n",
        (Told(2, None, ("not valid YAML",), ("bracket",)),),
    ),
    Wrong(
        "bad-indent",
        "datasets:\n  - sklearn:iris\n - sklearn:wine\n",
        (Told(3, None, ("not valid YAML",), ("indentation",)),),
    ),
    Wrong("colon-in-text", "name: a: b\n" + BOTH, (Told(1, None, ("not valid YAML",), ("Quote",)),)),
    Wrong("alias-bomb", "a0: &a0 [x]\n" + _BOMB + BOTH, (Told(6, None, ("20,000",), ("aliases",)),)),
    Wrong(
        "alias-bomb-of-text",
        "a0: &a0 '" + "x" * 100_000 + "'\na: [" + ", ".join(["*a0"] * 100) + "]\n" + BOTH,
        (Told(2, None, ("20,000",)),),
    ),
    Wrong("alias-to-itself", "a: &a [*a]\n" + BOTH, (Told(1, None, ("'*a'", "refers to what it stands in")),)),
    Wrong("alias-to-nothing", "a: *nowhere\n" + BOTH, (Told(1, None, ("'*nowhere'", "refers to nothing")),)),
    Wrong("too-deep", "a: " + "[" * 40 + "]" * 40 + "\n", (Told(1, None, ("nested", "24")),)),
    Wrong(
        "python-tag",
        "name: !!python/object/apply:os.system ['true']\n" + BOTH,
        (Told(1, "name", ("!!python/object/apply:os.system", "refused"), ("quote",)),),
    ),
    Wrong("own-tag", "seed: !number 3\n" + BOTH, (Told(1, "seed", ("'!number'", "refused")),)),
    Wrong(
        "duplicate-key",
        "seed: 1\n" + BOTH + "seed: 2\n",
        (Told(4, "seed", ("'seed'", "twice", "line 1"), ("Remove",)),),
    ),
    Wrong("merge-key", "<<: {seed: 1}\n" + BOTH, (Told(1, None, ("<<", "YAML 1.2")),)),
    Wrong("number-as-key", "1: a\n" + BOTH, (Told(1, None, ("The key 1", "not text"), ('"1"',)),)),
    Wrong("not-finite", BOTH + "confidence: .nan\n", (Told(3, "confidence", ("'.nan'", "not a finite number")),)),
    Wrong(
        "unset-variable",
        "name: ${MTF_TEST_SURELY_UNSET}\n" + BOTH,
        (Told(1, "name", ("'MTF_TEST_SURELY_UNSET'", "not set"), ("${MTF_TEST_SURELY_UNSET:-default}",)),),
    ),
    Wrong("broken-variable", "name: a-${not closed\n" + BOTH, (Told(1, "name", ("${",), ("${NAME}",)),)),
    # --- keys and types ---
    Wrong(
        "top-level-typo",
        "datset: [sklearn:iris]\n" + MODELS,
        (Told(1, "datset", ("Unknown key 'datset'",), ("'datasets'",)), Told(None, "datasets", ("no data set",))),
    ),
    Wrong("newer-version", "version: 2\n" + BOTH, (Told(1, "version", ("2", "not a version"), ("version: 1",)),)),
    Wrong("quoted-number", 'seed: "0"\n' + BOTH, (Told(1, "seed", ("'0'", "not a whole number"), ("quotes",)),)),
    Wrong("negative-seed", "seed: -1\n" + BOTH, (Told(1, "seed", ("-1", "at least 0")),)),
    Wrong("no-models", DATA, (Told(None, "models", ("no model",), ("models:",)),)),
    Wrong("no-datasets", MODELS, (Told(None, "datasets", ("no data set",), ("datasets:",)),)),
    Wrong(
        "datasets-not-a-list", "datasets: sklearn:iris\n" + MODELS, (Told(1, "datasets", ("not a list",), ("'- '",)),)
    ),
    Wrong(
        "dataset-key-typo",
        "datasets:\n  - source: sklearn:iris\n    targt: species\n" + MODELS,
        (Told(3, "datasets[0].targt", ("Unknown key 'targt'",), ("'target'",)),),
    ),
    Wrong(
        "dataset-without-source",
        "datasets:\n  - name: x\n" + MODELS,
        (Told(2, "datasets[0]", ("'source'", "missing"), ("source:",)),),
    ),
    Wrong(
        "short-sha256",
        "datasets:\n  - source: sklearn:iris\n    sha256: abc\n" + MODELS,
        (Told(3, "datasets[0].sha256", ("'abc'", "SHA-256")),),
    ),
    Wrong(
        "label-that-is-a-list",
        "datasets:\n  - source: sklearn:iris\n    positive: [a]\n" + MODELS,
        (Told(3, "datasets[0].positive", ("A list", "not a class label"), ("text",)),),
    ),
    Wrong(
        "groups-with-time",
        "datasets:\n  - {source: a.csv, target: t, groups: g, time: d}\n" + MODELS,
        (Told(2, "datasets[0].time", ("'groups'", "'time'", "not available yet")),),
    ),
    Wrong(
        "target-dropped",
        "datasets:\n  - source: a.csv\n    target: t\n    drop: [t]\n" + MODELS,
        (Told(4, "datasets[0].drop", ("'t'", "dropped", "'target'")),),
    ),
    Wrong(
        "same-name-twice",
        "datasets:\n  - sklearn:iris\n  - {source: b.csv, name: iris}\n" + MODELS,
        (Told(3, "datasets[1].name", ("'iris'", "line 2"), ("name:",)),),
    ),
    Wrong(
        "same-model-twice",
        DATA + "models:\n  - logistic_regression: {C: 1}\n  - logistic_regression: {C: 10}\n",
        (Told(4, "models[1].logistic_regression", ("'logistic_regression'", "line 3"), ("name",)),),
    ),
    Wrong(
        "model-key-typo",
        DATA + "models:\n  - estimater: sklearn.svm.SVC\n",
        (Told(3, "models[0].estimater", ("'estimater'",), ("'estimator:'",)),),
    ),
    Wrong(
        "model-that-is-a-number",
        DATA + "models:\n  - {model: 3}\n",
        (Told(3, "models[0].model", ("3", "names no model"), ("mtf models",)),),
    ),
    Wrong(
        "two-kinds-of-model",
        DATA + "models:\n  - {estimator: sklearn.svm.SVC, python: a.py:b}\n",
        (Told(3, "models[0]", ("'estimator'", "'python'", "not both")),),
    ),
    Wrong(
        "pipeline-and-pipelines",
        BOTH + "pipeline: []\npipelines: {a: []}\n",
        (Told(4, "pipelines", ("'pipeline' and 'pipelines'",), ("Keep one",)),),
    ),
    Wrong(
        "step-with-two-keys",
        BOTH + "pipeline:\n  - scale: standard\n    columns: [x]\n",
        (Told(4, "pipeline[0]", ("not one step",), ("`- scale: {",)),),
    ),
    Wrong(
        "split-method-typo",
        BOTH + "splits: {method: stratified_kfolds}\n",
        (Told(3, "splits.method", ("'stratified_kfolds'",), ("'stratified_kfold'",)),),
    ),
    Wrong(
        "split-key-without-meaning",
        BOTH + "splits: {method: holdout, folds: 5}\n",
        (Told(3, "splits.folds", ("'folds'", "'holdout'"), ("test_size",)),),
    ),
    Wrong("one-fold", BOTH + "splits: {folds: 1}\n", (Told(3, "splits.folds", ("1", "at least 2")),)),
    Wrong(
        "predefined-without-column",
        BOTH + "splits: predefined\n",
        (Told(3, "splits", ("needs a column",), ("column:",)),),
    ),
    Wrong("percent-confidence", BOTH + "confidence: 95\n", (Told(3, "confidence", ("95", "less than 1"), ("0.95",)),)),
    Wrong(
        "duration-without-unit",
        BOTH + "execution:\n  cell_timeout: 10\n",
        (Told(4, "execution.cell_timeout", ("10", "not a duration"), ("10min",)),),
    ),
    Wrong(
        "size-with-a-typo",
        BOTH + "execution:\n  cell_memory: 4 gigs\n",
        (Told(4, "execution.cell_memory", ("'4 gigs'", "not a size"), ("4GB",)),),
    ),
    Wrong(
        "zero-workers",
        BOTH + "execution: {workers: 0}\n",
        (Told(3, "execution.workers", ("0", "number of workers"), ("auto",)),),
    ),
    Wrong(
        "report-format-typo",
        BOTH + "report: {formats: [html, junits]}\n",
        (Told(3, "report.formats[1]", ("'junits'",), ("'junit'",)),),
        stage="planning",
    ),
    Wrong("log-level", BOTH + "logging: {level: loud}\n", (Told(3, "logging.level", ("'loud'",), ("warning",)),)),
    # --- checks ---
    Wrong("check-of-nothing", BOTH + "checks:\n  - min: 0.8\n", (Told(4, "checks[0]", ("'metric'", "'check'")),)),
    Wrong(
        "check-without-question",
        BOTH + "checks:\n  - metric: roc_auc\n",
        (Told(4, "checks[0].metric", ("does not say what it wants",), ("not_worse_than",)),),
    ),
    Wrong(
        "min-above-max",
        BOTH + "checks:\n  - {metric: roc_auc, min: 0.9, max: 0.8}\n",
        (Told(4, "checks[0].min", ("0.9", "0.8")),),
    ),
    Wrong(
        "margin-without-reference",
        BOTH + "checks:\n  - {metric: roc_auc, min: 0.9, margin: 0.1}\n",
        (Told(4, "checks[0].margin", ("'not_worse_than'",)),),
    ),
    Wrong(
        "diagnostic-with-threshold",
        BOTH + "checks:\n  - {check: train_test_overlap, min: 0.9}\n",
        (Told(4, "checks[0].min", ("'min'", "means nothing")),),
    ),
    # --- not there yet ---
    Wrong("slices", BOTH + "slices: [sex]\n", (Told(3, "slices", ("'slices'", "not available yet")),)),
    Wrong(
        "suite",
        BOTH + "checks:\n  - suite: leakage\n",
        (Told(4, "checks[0].suite", ("not available yet",), ("mtf checks",)),),
    ),
    Wrong(
        "artifact",
        DATA + "models:\n  - {artifact: m.skops, name: champion}\n",
        (Told(3, "models[0].artifact", ("'artifact'", "not available yet")),),
    ),
    Wrong(
        "endpoint",
        DATA + "models:\n  - {endpoint: 'http://127.0.0.1:5001', name: live}\n",
        (Told(3, "models[0].endpoint", ("not available yet",)),),
    ),
    Wrong(
        "predictions",
        DATA + "models:\n  - {predictions: o.parquet, name: vendor}\n",
        (Told(3, "models[0].predictions", ("not available yet",)),),
    ),
    Wrong(
        "dask",
        BOTH + "execution: {executor: dask}\n",
        (Told(3, "execution.executor", ("not available yet",), ("local",)),),
    ),
    Wrong(
        "multilabel",
        "datasets:\n  - {source: a.csv, target: t, task: multilabel}\n" + MODELS,
        (Told(2, "datasets[0].task", ("multilabel", "not available yet")),),
    ),
    Wrong(
        "two-targets",
        "datasets:\n  - {source: a.csv, target: [t, u]}\n" + MODELS,
        (Told(2, "datasets[0].target", ("multi-output", "not available yet")),),
    ),
    Wrong("sarif", BOTH + "report: {formats: [sarif]}\n", (Told(3, "report.formats[0]", ("not available yet",)),)),
    Wrong(
        "openml",
        "datasets: [openml:61]\n" + MODELS,
        (Told(1, "datasets[0]", ("OpenML", "not available yet")),),
        stage="planning",
    ),
    # --- names ---
    Wrong(
        "unknown-scheme",
        "datasets: [sklern:iris]\n" + MODELS,
        (Told(1, "datasets[0]", ("sklern",), ("sklearn",)),),
        stage="planning",
    ),
    Wrong(
        "unknown-bundled-set",
        "datasets: [sklearn:breast_cancr]\n" + MODELS,
        (Told(1, "datasets[0]", ("breast_cancr",), ("breast_cancer",)),),
        stage="planning",
    ),
    Wrong(
        "unknown-model",
        DATA + "models: [logistic_regresion]\n",
        (Told(2, "models[0]", ("logistic_regresion",), ("logistic_regression",)),),
        stage="planning",
    ),
    Wrong(
        "unknown-parameter",
        DATA + "models:\n  - logistic_regression: {c: 1}\n",
        (Told(3, "models[0].logistic_regression.c", ("'c'",), ("'C'",)),),
        stage="planning",
    ),
    Wrong(
        "estimator-not-importable",
        DATA + "models:\n  - estimator: sklearn.svm.SVCC\n",
        (Told(3, "models[0].estimator", ("'SVCC'",), ("sklearn.svm.SVC?",)),),
        stage="planning",
    ),
    Wrong(
        "function-file-absent",
        DATA + "models:\n  - python: nowhere.py:build\n",
        (Told(3, "models[0].python", ("nowhere.py",)),),
        stage="planning",
    ),
    Wrong(
        "unknown-step",
        BOTH + "pipeline: [scal]\n",
        (Told(3, "pipeline[0]", ("scal",), ("scale",)),),
        stage="planning",
    ),
    Wrong(
        "unknown-step-parameter",
        BOTH + "pipeline:\n  - impute: {numerc: median}\n",
        (Told(4, "pipeline[0].impute.numerc", ("numerc",), ("numeric",)),),
        stage="planning",
    ),
    Wrong(
        "unknown-metric",
        BOTH + "metrics: [roc_auk]\n",
        (Told(3, "metrics[0]", ("roc_auk",), ("roc_auc",)),),
        stage="planning",
    ),
    Wrong(
        "primary-metric-not-listed",
        BOTH + "metrics: [roc_auc]\nprimary_metric: log_loss\n",
        (Told(4, "primary_metric", ("'log_loss'", "not among"), ("metrics",)),),
        stage="planning",
    ),
    Wrong(
        "unknown-check",
        BOTH + "checks: [train_test_overlop]\n",
        (Told(3, "checks[0]", ("train_test_overlop",), ("train_test_overlap",)),),
        stage="planning",
    ),
    Wrong(
        "scope-names-no-model",
        BOTH + "checks:\n  - {metric: roc_auc, min: 0.5, model: logistic_regresion}\n",
        (Told(4, "checks[0].model", ("logistic_regresion",), ("logistic_regression",)),),
        stage="planning",
    ),
    Wrong(
        "scope-names-no-dataset",
        BOTH + "checks:\n  - {metric: roc_auc, min: 0.5, dataset: breast}\n",
        (Told(4, "checks[0].dataset", ("'breast'",), ("breast_cancer",)),),
        stage="planning",
    ),
    Wrong(
        "reference-names-no-model",
        BOTH + "checks:\n  - {metric: roc_auc, not_worse_than: champion}\n",
        (Told(4, "checks[0].not_worse_than", ("'champion'",)),),
        stage="planning",
    ),
    Wrong(
        "threshold-out-of-range",
        BOTH + "checks:\n  - {metric: roc_auc, min: 85}\n",
        (Told(4, "checks[0].min", ("85", "roc_auc"), ("0.85",)),),
        stage="planning",
    ),
    Wrong(
        "check-that-selects-nothing",
        BOTH + "checks:\n  - {metric: roc_auc, not_worse_than: logistic_regression}\n",
        (Told(4, "checks[0]", ("selects nothing",)),),
        stage="planning",
    ),
    Wrong(
        "plugin-absent",
        BOTH + "plugins: [./my_steps.py]\n",
        (Told(3, "plugins[0]", ("my_steps.py",)),),
        stage="planning",
    ),
    # --- data ---
    Wrong(
        "file-absent",
        "datasets:\n  - source: nowhere.csv\n    target: t\n" + MODELS,
        (Told(2, "datasets[0].source", ("nowhere.csv",)),),
        stage="planning",
    ),
    Wrong(
        "glob-without-files",
        "datasets:\n  - source: part-*.csv\n    target: t\n" + MODELS,
        (Told(2, "datasets[0].source", ("part-*.csv",)),),
        stage="planning",
    ),
    Wrong(
        "no-target",
        "datasets: [own.csv]\n" + MODELS,
        (Told(1, "datasets[0]", ("target",), ("target:",)),),
        {"own.csv": TABLE},
        stage="planning",
    ),
    Wrong(
        "target-absent",
        "datasets:\n  - source: own.csv\n    target: lable\n" + MODELS,
        (Told(3, "datasets[0].target", ("'lable'",), ("'label'",)),),
        {"own.csv": TABLE},
        stage="planning",
    ),
    Wrong(
        "dropped-column-absent",
        OWN + "    drop: [xx]\n" + MODELS,
        (Told(4, "datasets[0].drop", ("'xx'",)),),
        {"own.csv": TABLE},
        stage="planning",
    ),
    Wrong(
        "empty-table",
        OWN + MODELS,
        (Told(2, "datasets[0].source", ("own.csv",)),),
        {"own.csv": "x,y,label\n"},
        stage="planning",
    ),
    Wrong(
        "one-class",
        OWN + MODELS,
        (Told(3, "datasets[0].target", ("one class", "'label'")),),
        {"own.csv": "x,y,label\n" + _rows(40, "{i},{i2},same")},
        stage="planning",
    ),
    Wrong(
        "target-all-missing",
        OWN + MODELS,
        (Told(3, "datasets[0].target", ("label",)),),
        {"own.csv": "x,y,label\n" + _rows(40, "{i},{i2},")},
        stage="planning",
    ),
    Wrong(
        "more-folds-than-members",
        OWN + "splits: {folds: 30}\n" + MODELS,
        (Told(4, "splits.folds", ("folds: 30", "20")),),
        {"own.csv": TABLE},
        stage="planning",
    ),
    Wrong(
        "stratified-regression",
        "datasets: [sklearn:diabetes]\nmodels: [ridge]\nsplits: stratified_kfold\n",
        (Told(3, "splits", ("stratified_kfold", "regression"), ("kfold",)),),
        stage="planning",
    ),
    Wrong(
        "row-wise-with-groups",
        OWN + "    groups: x\n    splits: kfold\n" + MODELS,
        (Told(5, "datasets[0].splits", ("kfold", "group"), ("group_kfold",)),),
        {"own.csv": TABLE},
        stage="planning",
    ),
    Wrong(
        "negative-weights",
        OWN + "    weights: x\n" + MODELS,
        (Told(4, "datasets[0].weights", ("'x'", "negative")),),
        {"own.csv": "x,y,label\n" + _rows(40, "-{i}.5,{i2},{c}")},
        stage="planning",
    ),
    Wrong(
        "weights-not-numbers",
        OWN + "    weights: x\n" + MODELS,
        (Told(4, "datasets[0].weights", ("'x'", "number")),),
        {"own.csv": "x,y,label\n" + _rows(40, "w{i},{i2},{c}")},
        stage="planning",
    ),
    Wrong(
        "positive-not-a-label",
        OWN + '    positive: "yes"\n' + MODELS,
        (Told(4, "datasets[0].positive", ("'yes'", "'label'"), ("'a'", "'b'")),),
        {"own.csv": TABLE},
        stage="planning",
    ),
    Wrong(
        "three-classes-called-binary",
        "datasets:\n  - source: sklearn:iris\n    task: binary\n" + MODELS,
        (Told(3, "datasets[0].task", ("binary", "3")),),
        stage="planning",
    ),
    Wrong(
        "text-called-regression",
        OWN + "    task: regression\nmodels: [ridge]\n",
        (Told(4, "datasets[0].task", ("regression", "'label'")),),
        {"own.csv": TABLE},
        stage="planning",
    ),
    Wrong(
        "predefined-column-content",
        OWN + "    splits: {method: predefined, column: y}\n" + MODELS,
        (Told(4, "datasets[0].splits.column", ("'y'", "train")),),
        {"own.csv": "x,y,label\n" + _rows(40, "{i},side{i},{c}")},
        stage="planning",
    ),
    Wrong(
        "pin-does-not-match",
        OWN + "    sha256: " + "ab" * 32 + "\n" + MODELS,
        (Told(4, "datasets[0].sha256", ("own.csv",)),),
        {"own.csv": TABLE},
        stage="planning",
    ),
    Wrong(
        "step-column-absent",
        OWN + MODELS + "pipeline:\n  - scale: {columns: [z]}\n",
        (Told(6, "pipeline[0].scale.columns", ("'z'",)),),
        {"own.csv": TABLE},
        stage="planning",
    ),
    Wrong(
        "step-column-absent-behind-a-wrong-step",
        OWN + MODELS + "pipeline:\n  - drop_duplicates: [z]\n  - scal\n  - scale: {columns: [z]}\n",
        (
            Told(6, "pipeline[0].drop_duplicates", ("drop_duplicates",)),
            Told(7, "pipeline[1]", ("'scal'",), ("'scale'",)),
            Told(8, "pipeline[2].scale.columns", ("'z'",)),
        ),
        {"own.csv": TABLE},
        stage="planning",
    ),
    Wrong(
        "row-step-after-another",
        BOTH + "pipeline: [scale, drop_duplicates]\n",
        (Told(3, "pipeline[1]", ("'drop_duplicates'", "'scale'"), ("in front of",)),),
        stage="planning",
    ),
    Wrong(
        "different-row-steps",
        BOTH + "pipelines: {a: [drop_duplicates], b: []}\n",
        (Told(3, "pipelines.b", ("'a'", "'b'", "row steps"), ("same row steps",)),),
        stage="planning",
    ),
    Wrong(
        "several-data-sets",
        "datasets:\n  - {source: own.csv, target: label, drop: [q]}\n"
        "  - {source: own.csv, name: b, target: x, weights: label}\nmodels: [random_forest]\n",
        (
            Told(2, "datasets[0].drop", ("'q'",)),
            Told(3, "datasets[1].weights", ("'label'", "no numbers")),
        ),
        {"own.csv": TABLE},
        stage="planning",
    ),
    # --- fit ---
    Wrong(
        "model-for-another-task",
        "datasets: [sklearn:diabetes]\nmodels: [logistic_regression]\n",
        (Told(2, "models[0]", ("logistic_regression", "regression")),),
        stage="planning",
    ),
    Wrong(
        "metric-for-another-task",
        "datasets: [sklearn:diabetes]\nmodels: [ridge]\nmetrics: [roc_auc, r2]\n",
        (Told(3, "metrics[0]", ("roc_auc", "regression")),),
        stage="planning",
    ),
    Wrong(
        "time-of-text",
        "datasets:\n  - source: own.csv\n    target: label\n    time: when\n" + MODELS,
        (Told(4, "datasets[0].time", ("'when'", "sorts by spelling"), ("ISO 8601",)),),
        {"own.csv": "x,label,when\n" + _rows(40, "{i2},{c},31/12/{i}")},
        stage="planning",
    ),
    Wrong(
        "classes-of-fractions",
        "datasets:\n  - source: own.csv\n    target: label\n    task: binary\n" + MODELS,
        (Told(4, "datasets[0].task", ("'0.5'", "refuse"), ("label: categorical", "regression")),),
        {"own.csv": "x,label\n" + "".join(f"{i % 7},{i % 2 + 0.5}\n" for i in range(40))},
        stage="planning",
    ),
    Wrong(
        "nothing-left-by-auto",
        OWN + MODELS,
        (Told(2, "datasets[0]", ("no feature", "x (identifier)"), ("types",)),),
        {"own.csv": "x,empty,label\n" + _rows(40, "{i},,{c}")},
        stage="planning",
    ),
    Wrong(
        "all-at-once",
        "version: 1\nsed: 3\ndatasets:\n  - sklearn:breast_cancer\n  - source: nowhere.csv\n    target: t\n"
        "models: [logistic_regresion, ridge]\nmetrics: [roc_auk]\nconfidence: 2\n",
        (
            Told(2, "sed", ("Unknown key",), ("'seed'",)),
            Told(5, "datasets[1].source", ("nowhere.csv",)),
            Told(7, "models[0]", ("logistic_regresion",)),
            Told(8, "metrics[0]", ("roc_auk",)),
            Told(9, "confidence", ("2", "less than 1")),
        ),
        stage="planning",
    ),
)
