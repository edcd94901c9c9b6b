"""Models that sleep, eat, exit, raise and print binary: the right cause for each, and everything else is scored."""

from __future__ import annotations

import sys
from pathlib import Path

import harness
import msgspec
import pytest

from mtf_engine.domain import event as ev
from mtf_engine.domain.cell import Cause, CellResult
from mtf_engine.domain.run import RunStatus
from mtf_engine.runs import launch, summary
from mtf_engine.runs.events import Follower

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")

MODELS = """
import os, sys, time
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

class Bad(ClassifierMixin, BaseEstimator):
    def __init__(self, how):
        self.how = how

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        if self.how == "sleep":
            time.sleep(600)
        if self.how == "eat":
            hoard = []
            while True:
                hoard.append(np.ones(4_000_000))
        if self.how == "exit":
            os._exit(7)
        if self.how == "raise":
            raise ValueError("cannot fit \\x1b[31mthis")
        if self.how == "say":
            os.write(1, bytes(range(256)) * 8000)
            sys.stderr.write("text too\\n")
        if self.how == "spoil":
            os.environ.clear()
            os.chdir("/")
            np.random.seed(1)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

def build(how):
    return Bad(how)

def broken():
    return 1 / 0
"""

METRICS = """
from mtf_engine.metrics.spec import CLASSIFICATION, metric

@metric(tasks=CLASSIFICATION)
def breaks(sample):
    \"\"\"Never has a value.\"\"\"
    raise RuntimeError("no such column")
"""

HOW = ("sleep", "eat", "exit", "raise", "say", "spoil")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of all bad models, in its own home."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "bad.py").write_text(MODELS)
    (folder / "metrics.py").write_text(METRICS)
    listed = "".join(f'  - {{python: "bad.py:build", name: {how}, parameters: {{how: {how}}}}}\n' for how in HOW)
    (folder / "settings.yaml").write_text(
        "version: 1\nname: bad\ndatasets: [sklearn:iris]\nmetrics: [accuracy, breaks]\nplugins: [metrics.py]\n"
        "splits: {method: holdout}\n"
        f'models:\n{listed}  - {{python: "bad.py:broken", name: broken}}\n  - decision_tree\n'
        "execution: {workers: 2, cell_timeout: 8s, cell_memory: 300MB, retries: 0}\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MTF_HOME", str(folder / "home"))
        run = launch.start(folder / "settings.yaml").directory
        state = harness.wait_for(run, seconds=200)
        assert (state.status, state.exit_code) == (RunStatus.FINISHED, 3), f"{state}; {harness.log_of(run)}"
    return run.path


@pytest.mark.parametrize(
    ("model", "cause", "words"),
    [
        ("sleep", Cause.TIMEOUT, "was not done after 8 s"),
        ("eat", Cause.MEMORY, "more than its limit of"),
        ("exit", Cause.CRASH, "exit code 7"),
        ("raise", Cause.EXCEPTION, "ValueError: cannot fit"),
        ("broken", Cause.EXCEPTION, "division by zero"),
    ],
)
def test_each_failure_has_its_cause(folder: Path, model: str, cause: Cause, words: str) -> None:
    rows = [row for row in harness.results(harness.RunDirectory(folder)).failures if row.model == model]
    assert [row.fold for row in rows] == [0]
    assert {row.cause for row in rows} == {cause}
    assert all(words in row.message for row in rows)
    assert not any("\x1b" in row.message for row in rows)
    if cause in {Cause.TIMEOUT, Cause.MEMORY}:
        assert all(row.seconds > 0.1 and row.hint for row in rows)
    if cause is Cause.MEMORY:
        assert all(row.peak_rss_bytes > 300_000_000 for row in rows)


def test_everything_else_is_scored(folder: Path) -> None:
    found = harness.results(harness.RunDirectory(folder))
    listed = summary.read(harness.RunDirectory(folder))
    assert (listed.done, listed.total) == (4, 9)
    estimates = {score.model: score.estimate for score in found.scores if score.metric == "accuracy"}
    assert {name for name, value in estimates.items() if value is not None} == {
        "say",
        "spoil",
        "decision_tree",
        "baseline",
    }
    assert all(score.reason for score in found.scores if score.estimate is None)


def test_a_metric_that_breaks_costs_its_own_scores_and_no_cell(folder: Path) -> None:
    found = harness.results(harness.RunDirectory(folder))
    (score,) = (one for one in found.scores if (one.model, one.metric) == ("decision_tree", "breaks"))
    assert score.estimate is None
    assert score.reason == "it could not be computed: RuntimeError: no such column"


def test_what_a_model_prints_is_kept_and_made_safe(folder: Path) -> None:
    outputs = [
        msgspec.json.decode(path.read_bytes(), type=CellResult).output
        for path in (folder / "cells").glob("*/result.json")
    ]
    loud = [output for output in outputs if output]
    assert len(loud) == 1
    for output in loud:
        assert len(output.encode()) <= 1_000_000
        assert not any(ord(character) < 32 and character not in "\n\t" for character in output)


def test_a_traceback_is_in_the_journal_and_not_in_the_results(folder: Path) -> None:
    run = harness.RunDirectory(folder)
    told = [record.event for record in Follower(run.events).read() if isinstance(record.event, ev.CellFailed)]
    raised = [event for event in told if event.model == "raise"]
    assert all("bad.py" in event.traceback and "\x1b" not in event.traceback for event in raised)
    assert b"Traceback" not in run.results.read_bytes()
