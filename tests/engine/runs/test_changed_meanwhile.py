"""Files that are changed while a run is on its way: its cells stay what was planned, and the next run is another."""

from __future__ import annotations

import sys
from pathlib import Path

import harness
import pytest

from mtf_engine.domain.run import RunStatus
from mtf_engine.runs import launch, results

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")

REWRITING_STEP = '''
from pathlib import Path

import numpy as np

from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.domain.step import StepKind
from mtf_engine.processing.steps.spec import RowFilter, StepParameters, StepSpec


class Nothing(StepParameters):
    """No parameters."""


def build(_parameters):
    """Keep all rows, and change the file that they were read from."""

    def keeps(frame):
        path = Path(__file__).with_name("data.csv")
        path.write_text(path.read_text().replace("1,2,", "3,4,"))
        return np.ones(len(frame), dtype=bool)

    return RowFilter(keeps)


STEP = StepSpec("rewrite", StepKind.ROW, Nothing, frozenset(ColumnKind), build)
'''


def table(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "data.csv"
    path.write_text("a,b,y\n" + "".join(f"{1 if row % 2 else row},2,{row % 2}\n" for row in range(40)))
    return path


def test_a_model_that_is_edited_while_it_runs_stays_what_was_planned(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", seconds=0.01, folds=4)
    model = path.with_name("model.py")
    harness.hold(path.parent, 1)
    run = launch.start(path).directory
    harness.until(run, lambda _: harness.fits(path.parent)["end"] >= 1)
    model.write_text("def build(C=1.0):\n    raise ValueError('edited')\n")
    harness.let_go(path.parent)
    assert harness.wait_for(run).status is RunStatus.FINISHED
    assert not results.assemble(run).failures
    again = launch.start(path).directory
    assert again.id != run.id
    assert harness.wait_for(again).status is RunStatus.FINISHED
    assert len(results.assemble(again).failures) == 8


def test_data_that_change_behind_their_reading_are_another_plan(tmp_path: Path) -> None:
    data = table(tmp_path / "p")
    before = data.read_bytes()
    data.with_name("steps.py").write_text(REWRITING_STEP)
    path = data.with_name("settings.yaml")
    path.write_text(
        "version: 1\ndatasets: [{source: data.csv, target: y}]\nmodels: [logistic_regression]\nmetrics: [accuracy]\n"
        "splits: {folds: 2}\npipeline: [rewrite]\nplugins: [steps.py]\n"
    )
    run = harness.finished(path)
    changed = data.read_bytes()
    assert changed != before
    other = launch.start(path).directory
    assert other.id != run.id
    harness.wait_for(other)
    data.write_bytes(before)
    found = launch.start(path)
    assert (found.directory.id, found.started) == (run.id, False)
