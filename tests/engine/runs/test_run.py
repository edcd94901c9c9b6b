"""Whole runs, as real detached processes."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import harness
import msgspec
import pytest

from mtf_engine import environment, planning
from mtf_engine.domain import event as ev
from mtf_engine.domain.cell import Cause
from mtf_engine.domain.run import CellState, CellStatus, RunState, RunStatus
from mtf_engine.errors import RunLocked, SettingsError
from mtf_engine.runs import catalogue, launch, recognition, results
from mtf_engine.runs import state as states
from mtf_engine.runs.coordinator import disk, loop
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import Follower
from mtf_engine.runs.executors.protocol import JobFailure
from mtf_engine.storage import lock, paths

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def quick(folder: Path, text: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "settings.yaml"
    path.write_text(
        "version: 1\nname: quick\ndatasets: [sklearn:iris]\nmodels: [logistic_regression]\nmetrics: [accuracy]\n"
        f"splits: {{folds: 3}}\n{text}"
    )
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings whose run is finished, in a home of their own; tests leave both as they are."""
    folder = tmp_path_factory.mktemp("done")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MTF_HOME", str(folder / "home"))
        logging = "logging: {level: debug, format: json, file: logs/run.jsonl}\n"
        path = quick(folder / "p", "report: {formats: [json, junit]}\n" + logging)
        assert launch.start(path).started
        harness.wait_for(catalogue.find("last"))
    return path


@pytest.fixture
def run(done: Path, monkeypatch: pytest.MonkeyPatch) -> RunDirectory:
    """The finished run."""
    monkeypatch.setenv("MTF_HOME", str(done.parent.parent / "home"))
    return catalogue.find("quick")


def test_a_run_from_start_to_end(done: Path, run: RunDirectory) -> None:
    state = states.read(run)
    assert (state.status, state.exit_code, state.done, state.total_cells) == (RunStatus.FINISHED, 0, 6, 6)
    assert harness.events(run)[-1] == ev.RunFinished(0, state.best, state.checks, cells=6, scored=6)
    assert run.settings.read_bytes() == done.read_bytes()
    found = harness.results(run)
    assert found.run.id == run.id
    assert found.run.status == "finished"
    assert found.run.exit_code == 0
    assert found.run.settings_sha256 == hashlib.sha256(done.read_bytes()).hexdigest()
    assert {score.model for score in found.scores} == {"logistic_regression", "baseline"}
    assert len(found.timing) == 2
    assert json.loads(run.env.read_bytes())["seed"] == 0
    assert (run.report / "junit.xml").is_file()
    assert (done.parent / "reports" / "junit.xml").is_file()
    assert not paths.scratch(run.id).exists()
    seqs = [record.seq for record in Follower(run.events).read()]
    assert seqs == list(range(len(seqs)))


def test_the_log_has_the_form_and_the_place_that_the_settings_say(done: Path) -> None:
    lines = (done.parent / "logs" / "run.jsonl").read_text().splitlines()
    assert lines
    assert all({"at", "level", "message"} <= set(json.loads(line)) for line in lines)


def test_each_cell_is_stored_twice_and_told_in_order(run: RunDirectory) -> None:
    told = harness.events(run)
    for cell in json.loads(run.plan.read_bytes())["cells"]:
        kinds = [type(event).__name__ for event in told if getattr(event, "cell", None) == cell["id"]]
        assert kinds == ["CellStarted", "CellFinished"]
        folder = run.cells / cell["id"]
        assert sorted(entry.name for entry in folder.iterdir()) == ["predictions.parquet", "result.json"]
        shared = paths.cells() / cell["id"] / "predictions.parquet"
        assert (folder / "predictions.parquet").stat().st_ino == shared.stat().st_ino


def test_an_unchanged_run_has_nothing_to_do_and_is_recognised_without_reading_yaml(
    done: Path, run: RunDirectory
) -> None:
    written = len(harness.events(run))
    again = launch.start(done)
    assert (again.directory, again.started) == (run, False)
    code = (
        "import sys; from pathlib import Path; from mtf_engine.runs import recognition; "
        f"print(recognition.recognise(Path({str(done)!r})).id); "
        "heavy = {'numpy', 'pandas', 'pyarrow', 'scipy', 'sklearn', 'pydantic', 'ruamel.yaml', 'httpx'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.split("\n")[:2] == [run.id, "[]"]
    assert len(harness.events(run)) == written


def test_a_comment_or_the_order_of_keys_is_no_other_plan(done: Path, run: RunDirectory) -> None:
    other = done.with_name("other.yaml")
    other.write_text("# a comment\n" + done.read_text() + "execution: {workers: 1}\n")
    assert recognition.recognise(other) is None
    again = launch.start(other)
    assert (again.directory, again.started) == (run, False)
    other.unlink()


def test_results_are_made_again_and_more_metrics_are_kept_in_them(run: RunDirectory) -> None:
    before = harness.results(run)
    run.results.unlink()
    assert results.assemble(run) == before
    added = results.add_metrics(run, ("mcc",))
    assert {score.metric for score in added.scores} == {"accuracy", "mcc"}
    assert harness.results(run) == added
    assert results.assemble(run) == added
    assert states.read(run).status is RunStatus.FINISHED
    with pytest.raises(SettingsError, match="r2"):
        results.add_metrics(run, ("r2",))
    with pytest.raises(SettingsError):
        results.add_metrics(run, ("acuracy",))


def test_changed_settings_reuse_equal_cells_and_a_fresh_run_reuses_none(tmp_path: Path) -> None:
    path = quick(tmp_path / "p")
    first = harness.finished(path)
    path.write_text(path.read_text().replace("[logistic_regression]", "[logistic_regression, decision_tree]"))
    second = harness.finished(path)
    assert second != first
    assert told(second) == {"CellReused": 6, "CellFinished": 3}
    measured = {event.cell: event.scores for event in harness.events(first) if isinstance(event, ev.CellFinished)}
    reused = {event.cell: event.scores for event in harness.events(second) if isinstance(event, ev.CellReused)}
    assert reused == {cell: measured[cell] for cell in reused}
    assert all(None not in scores.values() and scores for scores in reused.values())
    kept = [score for score in harness.results(second).scores if score.model != "decision_tree"]
    assert kept == list(harness.results(first).scores)
    third = launch.start(path, fresh=True).directory
    harness.wait_for(third)
    assert third not in {first, second}
    assert told(third) == {"CellFinished": 9}
    assert harness.comparable(third) == harness.comparable(second)
    assert launch.start(path).directory == third, "the newest run of a plan is the one that goes on"


def told(run: RunDirectory) -> Counter[str]:
    names = Counter(type(event).__name__ for event in harness.events(run))
    return Counter({name: names[name] for name in ("CellReused", "CellFinished") if names[name]})


def test_clearing_the_cache_empties_no_run_and_a_damaged_cell_is_run_again(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", seconds=0.0, folds=2)
    run = harness.finished(path)
    before = harness.comparable(run)
    for folder in paths.cells().iterdir():
        for file in folder.iterdir():
            file.unlink()
    victim = sorted(run.cells.iterdir())[0] / "predictions.parquet"
    victim.write_bytes(victim.read_bytes()[:-7] + b"damaged")
    path.write_text(path.read_text() + "report: {formats: [json]}\n")
    again = launch.start(path)
    assert (again.directory, again.started) == (run, True), "new reports are made from what is stored"
    state = harness.wait_for(run)
    assert (state.status, state.done) == (RunStatus.FINISHED, 10)
    assert harness.comparable(run) == before
    assert (tmp_path / "p" / "reports" / "results.json").is_file()
    assert sum(isinstance(event, ev.CellRequeued) for event in harness.events(run)) == 1
    assert told(run) == {"CellFinished": 11}


def test_wrong_settings_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    path = quick(tmp_path / "p", "metricz: [accuracy]\n")
    with pytest.raises(SettingsError, match="metricz"):
        launch.start(path)
    with pytest.raises(SettingsError, match="not there"):
        launch.start(tmp_path / "none.yaml")
    assert catalogue.entries() == ()


def test_settings_that_data_contradict_are_rejected_by_the_run(tmp_path: Path) -> None:
    path = quick(tmp_path / "p")
    path.write_text(path.read_text().replace("sklearn:iris", "{source: sklearn:iris, target: petal}"))
    run = launch.start(path).directory
    state = harness.wait_for(run)
    assert (state.status, state.exit_code) == (RunStatus.REJECTED, 2)
    error = launch.problems_of(run, state)
    assert error is not None
    assert "petal" in str(error.problems[0])
    assert error.problems[0].line == 3
    launch.discard(run)
    assert not run.path.exists()


def test_two_starts_at_once_share_one_run_and_a_second_coordinator_is_turned_away(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", folds=2)
    harness.hold(path.parent, 0)
    code = f"from pathlib import Path; from mtf_engine.runs import launch; l = launch.start(Path({str(path)!r})); "
    code += "print(l.directory.id, l.started)"
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[0].split() for process in both]
    assert said[0][0] == said[1][0]
    assert sorted(entry[1] for entry in said) == ["False", "True"]
    run = catalogue.find("last")
    harness.until(run, lambda _: run.plan.exists())
    with pytest.raises(RunLocked):
        results.add_metrics(run, ("mcc",))
    command = [sys.executable, "-m", "mtf_engine.runs.coordinator", str(run.path), "--token", "second"]
    second = subprocess.run(command, capture_output=True, timeout=120, check=False, text=True)
    assert second.returncode == 4
    assert "owns this run" in second.stderr
    assert "Traceback" not in second.stderr
    harness.let_go(path.parent)
    assert harness.wait_for(run).exit_code == 0
    assert sum(isinstance(event, ev.RunStarted) for event in harness.events(run)) == 1
    assert harness.fits(tmp_path / "p")["begin"] == 4


def test_a_run_that_finds_no_place_to_work_says_so(tmp_path: Path) -> None:
    path = quick(tmp_path / "p")
    paths.cache().mkdir(parents=True)
    paths.scratch("any").parent.write_bytes(b"no folder")
    run = launch.start(path).directory
    state = harness.wait_for(run)
    assert (state.status, state.exit_code) == (RunStatus.FAILED, 4)
    assert str(paths.scratch("any").parent) in str(state.error)
    paths.scratch("any").parent.unlink()
    launch.start(path)
    assert harness.wait_for(run).exit_code == 0


def test_folders_of_users_who_do_not_exist_break_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    text = "logging: {file: ~nobody-at-all/run.log}\nreport: {formats: [json], directory: ~/reports}\n"
    path = quick(tmp_path / "p", text)
    assert harness.finished(path)
    assert (tmp_path / "me" / "reports" / "results.json").is_file()
    wrong = "version: 1\ndatasets: [~nobody-at-all/d.csv]\nmodels: [{python: '~nobody-at-all/m.py:build'}]\n"
    path.write_text(wrong + "plugins: [~nobody-at-all/p.py]\n")
    with pytest.raises(SettingsError) as caught:
        launch.start(path, vet=launch.Vet.SETTINGS, resolve=lambda: planning.plan_file(path))
    assert [("nobody-at-all" in problem.message) for problem in caught.value.problems] == [True] * 3


def test_a_pause_of_the_whole_machine_is_no_running_time(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", seconds=0.05, folds=2)
    path.write_text(path.read_text().replace("workers: 2", "workers: 2, cell_timeout: 8s"))
    harness.hold(path.parent, 0)
    run = launch.start(path).directory
    harness.until(run, lambda state: bool(harness.running_slowly(state)))
    tree = environment.process_tree(harness.owner(run))
    harness.suspend(*tree)
    time.sleep(9.0)
    harness.let_go(path.parent)
    harness.wake(*reversed(tree))
    assert harness.wait_for(run).exit_code == 0


def test_sigterm_leaves_a_run_that_can_be_resumed(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", folds=2)
    harness.hold(path.parent, 1)
    run = launch.start(path).directory
    harness.until(run, lambda state: state.count(CellStatus.FINISHED) >= 1)
    tree = environment.process_tree(harness.owner(run))
    os.kill(tree[0], signal.SIGTERM)
    assert harness.wait_for(run).status is RunStatus.INTERRUPTED
    harness.wait_for_the_end_of(tree)
    harness.let_go(path.parent)
    assert "SIGTERM" in "".join(states.read(run).log)
    assert launch.resume(run).started
    assert harness.wait_for(run).exit_code == 0


def test_a_suspended_owner_that_was_replaced_does_not_write(tmp_path: Path) -> None:
    path = harness.project(tmp_path / "p", folds=4)
    harness.hold(path.parent, 1)
    run = launch.start(path).directory
    harness.until(run, lambda state: state.count(CellStatus.FINISHED) >= 1)
    pid = harness.owner(run)
    harness.suspend(pid)
    try:
        held = lock.inspect(run.lock)
        assert held is not None
        stranger = {**msgspec.to_builtins(held), "token": "another", "host": "elsewhere"}
        run.lock.write_bytes(msgspec.json.encode(stranger))
        journal, cells = run.events.read_bytes(), sorted(entry.name for entry in run.cells.iterdir())
        harness.let_go(path.parent)
        time.sleep(0.5)
    finally:
        harness.wake(pid)
    harness.wait_for_the_end_of([pid])
    assert run.events.read_bytes() == journal
    assert sorted(entry.name for entry in run.cells.iterdir()) == cells
    assert b"another" in run.lock.read_bytes()
    run.lock.unlink()
    assert launch.start(path).started
    assert harness.wait_for(run).exit_code == 0


def test_a_full_disk_ends_the_run_with_a_reason_and_the_same_command_continues(tmp_path: Path) -> None:
    """A limit on the size of files stands in for a full disk: the system refuses the write alike."""
    path = quick(tmp_path / "p")
    path.write_text(path.read_text().replace("iris", "breast_cancer"))
    code = (
        "import resource; from pathlib import Path; from mtf_engine.runs import launch; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)); "
        f"print(launch.start(Path({str(path)!r})).directory.id)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True).stdout
    run = catalogue.find(said.strip())
    state = harness.wait_for(run)
    assert (state.status, state.exit_code) == (RunStatus.FAILED, 4)
    assert "The disk is full" in (state.error or "")
    assert launch.start(path).directory == run
    assert harness.wait_for(run).exit_code == 0


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named(number: int) -> None:
    failed = loop.failure_of(OSError(number, os.strerror(number), "/somewhere/file"))
    assert "The disk is full: /somewhere/file" in failed.message
    assert "mtf cache prune" in (failed.hint or "")
    with pytest.raises(OSError, match="No space"):
        disk.raise_if_full(JobFailure(Cause.EXCEPTION, "OSError: [Errno 28] No space left on device: 'x'"))
    disk.raise_if_full(JobFailure(Cause.EXCEPTION, "ValueError: no"))


MOODY = """
import time
from pathlib import Path
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).parent

class Moody(LogisticRegression):
    def fit(self, X, y, sample_weight=None):
        if not (HERE / "mended").exists():
            raise ValueError("not yet")
        return super().fit(X, y, sample_weight)

class Patient(LogisticRegression):
    def fit(self, X, y, sample_weight=None):
        while not (HERE / "enough").exists():
            time.sleep(0.02)
        return super().fit(X, y, sample_weight)

def moody():
    return Moody(max_iter=5000)

def patient():
    return Patient(max_iter=5000)
"""


def test_a_cell_that_failed_is_tried_again_by_the_live_run(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(MOODY)
    (tmp_path / "settings.yaml").write_text(
        "version: 1\nname: moody\ndatasets: [sklearn:iris]\nmetrics: [accuracy]\nsplits: {method: holdout}\n"
        "models:\n  - {python: 'model.py:patient', name: patient}\n  - {python: 'model.py:moody', name: moody}\n"
        "execution: {workers: 2}\n"
    )
    run = launch.start(tmp_path / "settings.yaml").directory

    def of(state: RunState, model: str) -> CellState | None:
        return next((cell for cell in state.cells.values() if cell.model == model), None)

    def is_at(state: RunState, model: str, status: CellStatus) -> bool:
        cell = of(state, model)
        return cell is not None and cell.status is status

    harness.until(run, lambda state: is_at(state, "moody", CellStatus.FAILED))
    cell = of(states.read(run), "moody")
    assert cell is not None
    (tmp_path / "mended").touch()
    assert launch.resume(run, cell=cell.cell).started is False
    harness.until(run, lambda state: is_at(state, "moody", CellStatus.FINISHED))
    (tmp_path / "enough").touch()
    state = harness.wait_for(run)
    assert (state.status, state.exit_code, state.attempt) == (RunStatus.FINISHED, 0, 1)
