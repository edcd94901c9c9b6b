"""Settings files that are wrong by themselves: no text, no YAML, keys and types, checks, what is not there yet."""

from __future__ import annotations

from engine.planning.wrong_case import BOTH, DATA, MODELS, Told, Wrong

_BOMB = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10))

WRONG_FILES: tuple[Wrong, ...] = (
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
)
