"""Two runs side by side: what pairs row by row, and what does not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import harness
import numpy as np
import pandas as pd
import pytest

from mtf_engine.api import RunHandle
from mtf_engine.domain.difference import ScoreChange
from mtf_engine.domain.event import Event, RunFailed, RunRejected
from mtf_engine.domain.run import RunStatus
from mtf_engine.errors import RunError
from mtf_engine.runs import directory, launch
from mtf_engine.runs.difference import compare_runs
from mtf_engine.runs.directory import Request, RunDirectory
from mtf_engine.runs.events import EventWriter
from mtf_engine.storage import paths


def _table() -> pd.DataFrame:
    random = np.random.default_rng(0)
    x = random.normal(size=120)
    label = np.where(x + 0.5 * random.normal(size=120) > 0, "b", "a")
    first = np.repeat(["train", "test"], [72, 48])
    return pd.DataFrame({"x": x, "label": label, "first": first, "second": first[::-1]})


METRICS = "accuracy, recall, roc_auc"


def _run(
    folder: Path, table: pd.DataFrame, *, column: str = "first", confidence: float = 0.95, metrics: str = METRICS
) -> RunDirectory:
    table.to_csv(folder / "own.csv", index=False)
    (folder / "settings.yaml").write_text(
        f"version: 1\nconfidence: {confidence}\ndatasets:\n  - source: own.csv\n    target: label\n"
        "    drop: [first, second]\n"
        f"    splits: {{method: predefined, column: {column}}}\n"
        f"models: [gaussian_naive_bayes]\nmetrics: [{metrics}]\n"
    )
    run = launch.start(folder / "settings.yaml").directory
    assert harness.wait_for(run).status is RunStatus.FINISHED
    return run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the table, its settings and, in its home, their run."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MTF_HOME", str(folder / "home"))
        _run(folder, _table())
    return folder


@pytest.fixture
def before(made: Path, tmp_path: Path) -> RunDirectory:
    """The run of the table, in a copy of its home."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    (run,) = (tmp_path / "home" / "runs").glob("*Z-*")
    return RunDirectory(run)


def _changes(before: RunDirectory, after: RunDirectory) -> dict[str, ScoreChange]:
    return {one.metric: one for one in compare_runs(before, after).scores if one.model == "gaussian_naive_bayes"}


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (RunRejected(({"message": "no such model"},)), "was rejected: it has no results to compare"),
        (RunFailed("disk full"), "is failed and has no results to compare"),
    ],
)
def test_a_run_without_results_says_that_none_will_come(event: Event, told: str) -> None:
    run = directory.create(paths.runs(), b"version: 1\n", Request("churn", "/d/s.yaml", "/d", "/d", "abc", True))
    writer = EventWriter(run.events)
    writer.append(event)
    writer.close()
    with pytest.raises(RunError, match=told):
        compare_runs(run, run)


def test_rows_pair_where_their_truth_is_what_it_was(before: RunDirectory, tmp_path: Path) -> None:
    table = _table()
    corrected = table["label"].where(~table.index.isin(range(100, 109)), "a")
    after = _run(tmp_path, table.assign(label=corrected))
    changes = _changes(before, after)
    same = 48 - int((corrected != table["label"]).sum())
    assert {one.common_rows for one in changes.values()} == {same}
    assert compare_runs(before, after).primary == {"own": "accuracy"}
    assert {one.verdict for one in changes.values()} == {"same"}, "the model and its answers are what they were"
    assert changes["accuracy"].before != changes["accuracy"].after


def test_intervals_of_two_confidences_are_not_subtracted(before: RunDirectory, tmp_path: Path) -> None:
    after = _run(tmp_path, _table(), column="second", confidence=0.8)
    change = _changes(before, after)["accuracy"]
    assert change.common_rows == 0
    assert change.after is not None
    assert change.before is not None
    assert change.difference == pytest.approx(change.after - change.before)
    assert (change.low, change.high, change.verdict) == (None, None, "undecided")
    assert change.reason == "The intervals have different confidences, 0.95 and 0.8."


def test_two_checks_of_one_kind_are_two_changes(tmp_path: Path) -> None:
    before = _run(tmp_path, _table())
    settings = tmp_path / "settings.yaml"
    settings.write_text(
        f"{settings.read_text()}checks:\n  - {{metric: accuracy, min: 0.5}}\n"
        "  - {metric: accuracy, min: 0.6, confident: true}\n"
    )
    after = launch.start(settings).directory
    assert harness.wait_for(after).status is RunStatus.FINISHED
    changes = compare_runs(before, after).settings
    assert [change.key for change in changes] == ["checks[accuracy ≥ 0.5]", "checks[accuracy ≥ 0.6, confident]"]
    assert {change.words for change in changes} == {("absent", "present")}


def test_rows_pair_by_their_class_where_there_are_other_classes(before: RunDirectory, tmp_path: Path) -> None:
    table = _table()
    is_new = (table["label"] == "b") & (np.arange(len(table)) % 3 == 0)
    after = _run(tmp_path, table.assign(label=table["label"].where(~is_new, "A new one")), metrics="accuracy")
    changes = _changes(before, after)
    tested = table["first"] == "test"
    assert changes["accuracy"].common_rows == int((tested & ~is_new).sum())
    flips = {one.model: one for one in compare_runs(before, after).flips}["gaussian_naive_bayes"]
    assert flips.common_rows == changes["accuracy"].common_rows
    assert not set(flips.rows) & set(np.flatnonzero(is_new))


METRIC = """
from mtf_engine.metrics.spec import CLASSIFICATION, metric

@metric(tasks=CLASSIFICATION)
def share_of_hits(sample):
    \"\"\"Share of rows that are right.\"\"\"
    return float((sample.truth == sample.prediction).mean())
"""


def test_runs_with_metrics_of_their_own_are_compared(tmp_path: Path) -> None:
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "metrics.py").write_text(METRIC)
        (tmp_path / name / "settings.yaml").write_text(
            "version: 1\nname: own\ndatasets: [sklearn:iris]\nmodels: [decision_tree]\n"
            "metrics: [share_of_hits]\nplugins: [metrics.py]\nsplits: {method: holdout}\n"
        )
    runs = [launch.start(tmp_path / name / "settings.yaml").directory for name in ("before", "after")]
    for run in runs:
        assert harness.wait_for(run).status is RunStatus.FINISHED
    code = (
        "import sys; from pathlib import Path; from mtf_engine.runs.difference import compare_runs; "
        "from mtf_engine.runs.directory import RunDirectory; "
        "found = compare_runs(*(RunDirectory(Path(one)) for one in sys.argv[1:])); "
        "print(*{one.metric + ' ' + one.verdict for one in found.scores})"
    )
    asked = [sys.executable, "-c", code, *(str(run.path) for run in runs)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split() == ["share_of_hits", "same"]


def test_results_are_a_view_that_is_made_again(before: RunDirectory) -> None:
    run = before
    whole = RunHandle(run).results()
    difference = compare_runs(run, run)
    for damaged in (b"{", b'{"version": 99}', b"\xff", None):
        run.results.unlink()
        if damaged is not None:
            run.results.write_bytes(damaged)
        assert RunHandle(run).results().scores == whole.scores
        assert compare_runs(run, run) == difference
        run.results.write_bytes(b"")
    run.plan.write_bytes(b"{")
    with pytest.raises(RunError, match="cannot be read"):
        RunHandle(run).plan()
