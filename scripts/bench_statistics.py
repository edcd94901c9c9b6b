"""Measure the statistics library beside its peers, each in a fresh process.

Figures are CPU seconds of the whole process (imports and data included) unless a row says otherwise, because
CPU time carries over between machines better than wall time. Ours and the peer run in turn, A B A B; the median
and range of the runs are printed. The naive loop is run for a few resamples and scaled to all of them, and the
row says so. Peers that are not dependencies go into a throwaway environment made by this script.

    python scripts/bench_statistics.py [--json PATH] [--runs 3]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESAMPLES = 1000

_BINARY_DATA = """
import numpy as np
rng = np.random.default_rng(0)
n = 1_000_000
truth = rng.random(n) < 0.3
score = 1 / (1 + np.exp(-(rng.normal(size=n) + 2 * truth - 1)))
"""

_CLASSES_DATA = """
import numpy as np
rng = np.random.default_rng(0)
n, k = 200_000, 10
truth = rng.integers(k, size=n)
logits = rng.normal(size=(n, k))
logits[np.arange(n), truth] += 1.5
score = np.exp(logits)
score /= score.sum(axis=1, keepdims=True)
"""

_CLOCK = "\nimport time\nstarted = time.process_time()\n"
_REPORT = "\nimport json\nprint(json.dumps({'work': time.process_time() - started, 'process': time.process_time()}))\n"

_OURS_BINARY = """
from mtf_engine import statistics as st
st.bootstrap_binary(truth, score, resamples=1000,
                    metrics=["roc_auc", "average_precision", "log_loss", "brier", "f1"])
"""

_NAIVE_BINARY = """
from sklearn import metrics as m
started = time.process_time()
for _ in range(REPEATS):
    i = rng.integers(0, n, n)
    y, p = truth[i], score[i]
    m.roc_auc_score(y, p), m.average_precision_score(y, p), m.log_loss(y, p)
    m.brier_score_loss(y, p), m.f1_score(y, p >= 0.5)
"""

_OURS_CLASSES = """
from mtf_engine import statistics as st
st.bootstrap_multiclass(truth, score, resamples=1000,
                        metrics=["accuracy", "f1_macro", "log_loss", "roc_auc_ovr"])
"""

_NAIVE_CLASSES = """
from sklearn import metrics as m
started = time.process_time()
for _ in range(REPEATS):
    i = rng.integers(0, n, n)
    y, p = truth[i], score[i]
    c = p.argmax(axis=1)
    m.accuracy_score(y, c), m.f1_score(y, c, average="macro"), m.log_loss(y, p)
    m.roc_auc_score(y, p, multi_class="ovr")
"""

_SCIPY = {
    "roc_auc": "m.roc_auc_score(truth[i], score[i])",
    "log_loss": "m.log_loss(truth[i], score[i])",
    "f1": "m.f1_score(truth[i], score[i] >= 0.5)",
}

_SCIPY_BOOTSTRAP = """
from scipy.stats import bootstrap
from sklearn import metrics as m
started = time.process_time()
bootstrap((np.arange(n),), lambda i: METRIC, vectorized=False, method="percentile",
          n_resamples=REPEATS, random_state=0, batch=1)
"""

_OURS_ONE = """
from mtf_engine import statistics as st
st.bootstrap_binary(truth, score, resamples=1000, metrics=["NAME"])
"""

_OURS_POINTS = """
from mtf_engine import statistics as st
st.binary_point_metrics(truth[:1000], score[:1000])
started = time.process_time()
st.binary_point_metrics(truth, score)
"""

_SKLEARN_POINTS = """
from sklearn import metrics as m
from sklearn.calibration import calibration_curve
started = time.process_time()
predicted = score >= 0.5
m.classification_report(truth, predicted)
m.roc_auc_score(truth, score), m.average_precision_score(truth, score)
m.log_loss(truth, score), m.brier_score_loss(truth, score)
calibration_curve(truth, score, n_bins=10)
"""

_OURS_DELONG = """
from mtf_engine import statistics as st
st.delong(truth[:1000], score[:1000])
started = time.process_time()
st.delong(truth, score)
"""

_PEER_DELONG = """
from confidenceinterval import roc_auc_score
roc_auc_score(truth[:1000].astype(int), score[:1000])
started = time.process_time()
roc_auc_score(truth.astype(int), score)
"""


@dataclass(frozen=True, slots=True)
class Side:
    """One program to time."""

    name: str
    """Who it is."""

    code: str
    """Python source run after the data are made and the clock started."""

    data: str
    """Python source that makes the data."""

    scale: float = 1.0
    """Factor from the work timed to the work compared; more than 1 is a scaled figure."""

    clock: str = "process"
    """``process``: CPU of the whole process; ``work``: of the calls alone."""

    python: str = sys.executable
    """Interpreter."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A comparison that was measured."""

    name: str
    ours: float
    ours_range: tuple[float, float]
    peer: str
    peers: float
    peers_range: tuple[float, float]
    ratio: float
    target: float | None
    note: str
    versions: dict[str, str] = field(default_factory=dict)


def _run(side: Side) -> float:
    """CPU seconds of one fresh process, scaled."""
    source = side.data + _CLOCK + side.code + _REPORT
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", PYTHONPATH=str(ROOT))
    done = subprocess.run(
        [side.python, "-W", "ignore", "-c", source],
        capture_output=True,
        text=True,
        env=environment,
        timeout=1800,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{side.name} failed:\n{done.stderr[-2000:]}")
    measured = json.loads(done.stdout.strip().splitlines()[-1])
    if side.scale > 1.0:
        return float(measured["process"] - measured["work"] + measured["work"] * side.scale)
    return float(measured[side.clock])


def compare(name: str, ours: Side, peer: Side, *, runs: int, target: float | None, note: str) -> Figure:
    """Run both sides in turn and return medians, ranges and their ratio."""
    first, second = [], []
    for _ in range(runs):
        first.append(_run(ours))
        second.append(_run(peer))
    a, b = statistics.median(first), statistics.median(second)
    return Figure(
        name,
        a,
        (min(first), max(first)),
        peer.name,
        b,
        (min(second), max(second)),
        b / a,
        target,
        note,
        _versions(peer.python),
    )


def _versions(python: str) -> dict[str, str]:
    code = (
        "import importlib.metadata as m, json, platform\n"
        "names = ['numpy', 'scipy', 'scikit-learn', 'confidenceinterval']\n"
        "found = {d.metadata['Name']: d.version for d in m.distributions()}\n"
        "print(json.dumps({'python': platform.python_version(), **{n: found[n] for n in names if n in found}}))"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    versions: dict[str, str] = json.loads(done.stdout)
    return versions


def five_metrics(runs: int) -> Figure:
    """Five metrics with 1,000 resamples on a million binary predictions against the naive loop."""
    repeats = 3
    ours = Side("ours", _OURS_BINARY, _BINARY_DATA)
    naive = Side("naive loop", _NAIVE_BINARY.replace("REPEATS", str(repeats)), _BINARY_DATA, RESAMPLES / repeats)
    note = f"naive: {repeats} resamples timed, scaled to {RESAMPLES}"
    return compare("five metrics, 1,000 resamples, 1M rows", ours, naive, runs=runs, target=1000.0, note=note)


def scipy_bootstraps(runs: int) -> list[Figure]:
    """One metric each against scipy.stats.bootstrap."""
    figures, repeats = [], 5
    for name, metric in _SCIPY.items():
        code = _SCIPY_BOOTSTRAP.replace("METRIC", metric).replace("REPEATS", str(repeats))
        peer = Side("scipy.stats.bootstrap", code, _BINARY_DATA, RESAMPLES / repeats)
        ours = Side("ours", _OURS_ONE.replace("NAME", name), _BINARY_DATA)
        note = f"scipy: {repeats} resamples timed, scaled to {RESAMPLES}"
        figures.append(compare(f"{name}, 1,000 resamples, 1M rows", ours, peer, runs=runs, target=None, note=note))
    return figures


def ten_classes(runs: int) -> Figure:
    """Four metrics with 1,000 resamples on 200k rows of ten classes against the naive loop."""
    repeats = 5
    ours = Side("ours", _OURS_CLASSES, _CLASSES_DATA)
    naive = Side("naive loop", _NAIVE_CLASSES.replace("REPEATS", str(repeats)), _CLASSES_DATA, RESAMPLES / repeats)
    note = f"naive: {repeats} resamples timed, scaled to {RESAMPLES}"
    return compare("10 classes × 200k rows, 4 metrics", ours, naive, runs=runs, target=150.0, note=note)


def point_metrics(runs: int) -> Figure:
    """Point metrics on one shared sort against scikit-learn's, calls alone."""
    ours = Side("ours", _OURS_POINTS, _BINARY_DATA, clock="work")
    peer = Side("scikit-learn", _SKLEARN_POINTS, _BINARY_DATA, clock="work")
    note = "report, AUC, AP, log loss, Brier, calibration; calls alone, without imports and data"
    return compare("point metrics, 1M rows", ours, peer, runs=runs, target=4.0, note=note)


def delong(runs: int, directory: Path) -> Figure:
    """DeLong's interval against the confidenceinterval package in a throwaway environment, calls alone."""
    venv.create(directory, with_pip=True)
    python = directory / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "confidenceinterval==1.0.5"],
        check=True,
        timeout=900,
    )
    ours = Side("ours", _OURS_DELONG, _BINARY_DATA, clock="work")
    peer = Side("confidenceinterval", _PEER_DELONG, _BINARY_DATA, clock="work", python=str(python))
    note = "calls alone, without imports and data"
    return compare("DeLong interval, 1M rows", ours, peer, runs=runs, target=9.0, note=note)


def measure(runs: int = 3, only: str = "") -> list[Figure]:
    """Measure every figure, or those whose name contains `only`."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as scratch:
        makers: dict[str, Callable[[], list[Figure]]] = {
            "five_metrics": lambda: [five_metrics(runs)],
            "ten_classes": lambda: [ten_classes(runs)],
            "point_metrics": lambda: [point_metrics(runs)],
            "delong": lambda: [delong(runs, Path(scratch) / "peer")],
            "scipy_bootstrap": lambda: scipy_bootstraps(runs),
        }
        for name, make in makers.items():
            if only in name:
                for figure in make():
                    print(line(figure), flush=True)
                    figures.append(figure)
    return figures


def line(figure: Figure) -> str:
    """One figure as text."""
    target = f", target {figure.target:g}×" if figure.target else ""
    return (
        f"{figure.name}: ours {figure.ours:.3f} s [{figure.ours_range[0]:.3f}, {figure.ours_range[1]:.3f}], "
        f"{figure.peer} {figure.peers:.3f} s [{figure.peers_range[0]:.3f}, {figure.peers_range[1]:.3f}]: "
        f"{figure.ratio:.1f}×{target} ({figure.note})"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write JSON where asked to; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description="Measure the statistics library beside its peers.")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--runs", type=int, default=3, help="runs of each side (default 3)")
    parser.add_argument("--only", default="", help="measure only figures whose function name contains this")
    options = parser.parse_args(arguments)
    figures = measure(options.runs, options.only)
    if options.json:
        options.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1), encoding="utf-8")
    return 0 if all(figure.target is None or figure.ratio >= figure.target for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
