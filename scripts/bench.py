"""Measure MTF beside its peers: ours and the peer in turn, in fresh processes, as ratios.

    python scripts/bench.py [NAME ...] [--runs 5] [--json PATH]

Names: light, costly (8 models x 10 folds x 4 data sets against scikit-learn's cross_validate with n_jobs=2, command
start to exit; a pair of costly takes a minute or two, so give it --runs 2), rerun (an unchanged run again), machinery
(what a cell costs beyond fit and predict), score (one more metric on a finished run), startup (reading commands),
statistics (intervals and metrics; see scripts/bench_statistics.py), tui (the terminal UI; see scripts/bench_tui.py).
Without names all are measured. Absolute times don't carry over between machines; ratios do. Nothing here passes or
fails.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from bench_figures import Bench, Figure, main

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
MTF = [PYTHON, "-m", "mtf_engine"]
ROWS = 5000

_TABLE = f"""
import numpy as np, pandas as pd
from sklearn.datasets import make_classification
X, y = make_classification({ROWS}, 13, n_informative=7, n_redundant=3, flip_y=0.08, random_state=0)
frame = pd.DataFrame(X, columns=[f"x{{i}}" for i in range(13)]).round(6)
rng = np.random.default_rng(0)
frame = frame.mask(rng.random(frame.shape) < 0.05)
frame["y"] = y
frame.to_csv("credit.csv", index=False)
"""

_MODELS = """
models:
  - logistic_regression
  - gaussian_naive_bayes
  - k_nearest_neighbors
  - decision_tree
  - linear_discriminant_analysis
  - random_forest: {n_estimators: 30}
  - extra_trees: {n_estimators: 30}
  - ridge
metrics: [accuracy, balanced_accuracy, f1_macro, mcc]
splits: {method: stratified_kfold, folds: 10}
"""

_DATASETS = """
version: 1
name: bench
datasets:
  - sklearn:breast_cancer
  - sklearn:wine
  - sklearn:digits
  - {source: credit.csv, target: y}
"""

_LIGHT = "pipeline:\n  - impute: median\n  - scale: standard\n"
_COSTLY = "plugins: [steps.py]\npipeline:\n  - impute: knn\n  - scale: quantile\n  - informative: {keep: 12}\n"

_STEPS = '''
"""A step of a user's own: the features that tell most about the target."""

from pydantic import Field
from sklearn.feature_selection import SelectKBest, mutual_info_classif

from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.domain.step import StepKind
from mtf_engine.processing.steps.spec import Part, StepParameters, StepSpec, Transform


class InformativeParameters(StepParameters):
    """Parameters of ``informative``."""

    keep: int = Field(10, ge=1, description="How many features stay.")


def _seeded(X, y):
    return mutual_info_classif(X, y, random_state=0)


def _build(parameters: InformativeParameters) -> Transform:
    """Keep the features with the largest mutual information."""
    return Transform((Part(frozenset({ColumnKind.NUMERIC}), SelectKBest(_seeded, k=parameters.keep), carries=True),))


INFORMATIVE = StepSpec(
    "informative", StepKind.TRANSFORMER, InformativeParameters, frozenset({ColumnKind.NUMERIC}), _build
)
'''

_MORE = ("kappa", "jaccard", "f2", "f0_5", "specificity", "npv", "kappa_linear", "error_rate")
_MANY_ROWS = """
version: 1
name: many-rows
datasets: [{source: many.csv, target: y}]
pipeline: [{scale: standard}]
models: [logistic_regression, gaussian_naive_bayes]
splits: {method: holdout, test_size: 0.5}
"""
_MANY_TABLE = """
import pandas as pd
from sklearn.datasets import make_classification
X, y = make_classification(200_000, 8, n_informative=5, flip_y=0.1, random_state=0)
pd.DataFrame(X.round(4)).add_prefix("x").assign(y=y).to_csv("many.csv", index=False)
"""

_PEER = """
import sys, warnings
warnings.simplefilter("ignore")
import numpy as np, pandas as pd
from functools import partial
from sklearn import datasets
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.feature_selection import SelectKBest, mutual_info_classif
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import make_scorer, matthews_corrcoef
from sklearn.model_selection import StratifiedKFold, cross_validate
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

credit = pd.read_csv("credit.csv")
sets = [datasets.load_breast_cancer(return_X_y=True), datasets.load_wine(return_X_y=True),
        datasets.load_digits(return_X_y=True), (credit.drop(columns="y").to_numpy(), credit["y"].to_numpy())]
models = [LogisticRegression(random_state=0), GaussianNB(), KNeighborsClassifier(),
          DecisionTreeClassifier(random_state=0), LinearDiscriminantAnalysis(),
          RandomForestClassifier(30, random_state=0), ExtraTreesClassifier(30, random_state=0),
          RidgeClassifier(random_state=0), DummyClassifier(strategy="prior")]
steps = {"light": [SimpleImputer(strategy="median"), StandardScaler()],
         "costly": [KNNImputer(), QuantileTransformer(output_distribution="normal", random_state=0),
                    SelectKBest(partial(mutual_info_classif, random_state=0), k=12)]}[sys.argv[1]]
scoring = {"accuracy": "accuracy", "balanced_accuracy": "balanced_accuracy", "f1_macro": "f1_macro",
           "mcc": make_scorer(matthews_corrcoef)}
for X, y in sets:
    for model in models:
        scores = cross_validate(make_pipeline(*steps, model), X, y, scoring=scoring, n_jobs=2,
                                cv=StratifiedKFold(10, shuffle=True, random_state=0))
        print(type(model).__name__, *(round(scores[f"test_{name}"].mean(), 4) for name in scoring))
"""

_MODELS_A_FOLD = 20
_HISTORY = 200
"""Runs that a long history has."""
_VARIANT = "  - {model: gaussian_naive_bayes, name: nb%d, parameters: {var_smoothing: %d.0e-9}}\n"
_CELLS = f"""
version: 1
name: machinery
datasets: [sklearn:wine]
pipeline: []
models:
{"".join(_VARIANT % (number, number + 1) for number in range(_MODELS_A_FOLD))}
metrics: [accuracy]
splits: {{method: repeated_stratified_kfold, folds: 10, repeats: 10}}
"""


def _environment(home: Path) -> dict[str, str]:
    """With compiled modules kept, as an installed program has them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "MTF_HOME": str(home), "MTF_OFFLINE": "1"}


def _seconds(command: list[str], folder: Path, env: Mapping[str, str]) -> float:
    """Time a command from start to exit."""
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=900, check=False)
    elapsed = time.perf_counter() - started
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} exited with {done.returncode}:\n{done.stderr[-2000:]}")
    return elapsed


def _matrix(kind: str, preprocessing: str, runs: int, folder: Path, *, warm_up: int) -> list[Figure]:
    (folder / "steps.py").write_text(_STEPS)
    (folder / "settings.yaml").write_text(_DATASETS + preprocessing + _MODELS)
    subprocess.run([PYTHON, "-c", _TABLE], cwd=folder, check=True, timeout=300)
    figure = Figure(f"{kind}: 9 models x 10 folds x 4 data sets", "s", [], [], "cross_validate(n_jobs=2)")
    for position in range(runs + warm_up):
        env = _environment(folder / f"home{position}")
        ours = _seconds([*MTF, "run", "settings.yaml", "--workers", "2", "-q"], folder, env)
        theirs = _seconds([PYTHON, "-c", _PEER, kind], folder, env)
        if position >= warm_up:  # the first pair warms the file cache
            figure.ours.append(ours)
            figure.peer.append(theirs)
    return [figure]


def light(runs: int, folder: Path) -> list[Figure]:
    """The model matrix with light preprocessing."""
    return _matrix("light", _LIGHT, runs, folder, warm_up=1)


def costly(runs: int, folder: Path) -> list[Figure]:
    """The model matrix with costly preprocessing, part of it a user's own step; a pair takes a minute or two."""
    return _matrix("costly", _COSTLY, runs, folder, warm_up=0)


def rerun(runs: int, folder: Path) -> list[Figure]:
    """An unchanged run, asked for again."""
    env = _environment(folder / "home")
    _seconds([*MTF, "demo", "-q"], folder, env)
    times = [_seconds([*MTF, "demo"], folder, env) for _ in range(runs + 1)][1:]
    return [Figure("unchanged re-run of the demo", "s", times)]


def machinery(runs: int, folder: Path) -> list[Figure]:
    """What a cell of a built-in model costs beyond fit and predict, with a live journal.

    Two workers' wall time from the first cell's start to the last one's end, less what models were fitted and asked
    for and what fold preparations took by their own clocks, over the number of cells. So everything else is in it:
    handing out, waiting for work, opening the fold, building the estimator, fold scores, writing predictions and
    result, verifying, publishing and linking them, the journal, and the coordinator's and the watch's share of the
    processors. There are 21 models a fold, so that a fold's hand-out counts for little.

    A cell makes four entries in the file system, and how long the file system takes for one differs a hundredfold
    (ext4 searches long where many files were removed in the last minutes), so that is measured beside it.
    """
    (folder / "settings.yaml").write_text(_CELLS)
    figure = Figure(f"machinery, wall time of a worker, {_MODELS_A_FOLD + 1} cells a fold", "ms a cell", [])
    entry = Figure("of it for each of a cell's four file system entries", "ms", [])
    for position in range(runs):
        home = folder / f"home{position}"
        _seconds([*MTF, "run", "settings.yaml", "--workers", "2", "-q"], folder, _environment(home))
        events = [json.loads(line) for line in next((home / "runs").glob("*/events.jsonl")).open()]
        started = [event["at"] for event in events if event["event"] == "CellStarted"]
        finished = [event for event in events if event["event"] == "CellFinished"]
        prepared = sum(event["seconds"] for event in events if event["event"] == "FoldPrepared")
        work = sum(event["fit_seconds"] + event["predict_seconds"] for event in finished)
        span = (max(event["at"] for event in finished) - min(started)) * 2
        figure.ours.append(1000 * (span - work - prepared) / len(finished))
        entry.ours.append(1000 * _seconds_an_entry(home / "entries"))
    return [figure, entry]


def _seconds_an_entry(folder: Path, count: int = 500) -> float:
    """Time the making of an empty file."""
    folder.mkdir()
    started = time.perf_counter()
    for number in range(count):
        (folder / str(number)).touch()
    return (time.perf_counter() - started) / count


def score(runs: int, folder: Path) -> list[Figure]:
    """One more metric on a finished run: of the demo, and of two models on one test set of many rows."""
    env = _environment(folder / "home")
    (folder / "settings.yaml").write_text(_MANY_ROWS)
    subprocess.run([PYTHON, "-c", _MANY_TABLE], cwd=folder, check=True, timeout=300)
    figures = []
    for name, command in (("the demo", ["demo"]), ("2 models, 100,000 test rows", ["run", "settings.yaml"])):
        run = _seconds([*MTF, *command, "-q"], folder, env)
        times = [_seconds([*MTF, "score", "last", "--metric", metric], folder, env) for metric in _MORE[: runs + 1]]
        figures.append(Figure(f"one more metric: {name} (its run {run:.3g} s)", "s", times[1:]))
    return figures


def startup(runs: int, folder: Path) -> list[Figure]:
    """Commands that only read."""
    env = _environment(folder / "home")
    _seconds([*MTF, "demo", "-q"], folder, env)
    words = (["--help"], ["runs"], ["show", "last"])
    figures = [
        Figure(f"mtf {' '.join(one)}", "s", [_seconds([*MTF, *one], folder, env) for _ in range(runs + 1)][1:])
        for one in words
    ]
    one = next((folder / "home" / "runs").iterdir())
    for number in range(_HISTORY):
        copy = one.with_name(f"{one.name[:-4]}{number:04x}")
        shutil.copytree(one, copy, ignore=shutil.ignore_patterns("cells", "report"), dirs_exist_ok=True)
    times = [_seconds([*MTF, "runs"], folder, env) for _ in range(runs + 1)][1:]
    return [*figures, Figure(f"mtf runs, {_HISTORY} of 90 cells", "s", times)]


def statistics_library(runs: int, folder: Path) -> list[Figure]:
    """The statistics library beside its peers."""
    report = folder / "statistics.json"
    script = ROOT / "scripts" / "bench_statistics.py"
    subprocess.run([PYTHON, str(script), "--runs", str(runs), "--json", str(report)], check=True, timeout=3600)
    return []


def terminal_ui(runs: int, folder: Path) -> list[Figure]:
    """The terminal UI beside its peers."""
    script = ROOT / "scripts" / "bench_tui.py"
    report = folder / "tui.json"
    subprocess.run([PYTHON, str(script), "--runs", str(runs), "--json", str(report)], check=True, timeout=3600)
    return []


BENCHES: dict[str, Bench] = {
    "light": light,
    "costly": costly,
    "rerun": rerun,
    "machinery": machinery,
    "score": score,
    "startup": startup,
    "statistics": statistics_library,
    "tui": terminal_ui,
}


if __name__ == "__main__":
    main(__doc__, BENCHES, ("mtf-tui", "scikit-learn", "numpy", "pandas", "scipy"))
