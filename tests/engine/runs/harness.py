"""What tests of whole runs share: projects on disk, runs as real processes, and fits that count themselves."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import psutil

from mtf_engine import environment
from mtf_engine.domain import event as ev
from mtf_engine.domain.results import Results
from mtf_engine.domain.run import CellStatus, RunState
from mtf_engine.runs import catalogue, launch
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import Follower
from mtf_engine.storage import atomic, lock

COUNTING = '''
import os, time
from sklearn.linear_model import LogisticRegression

class Counting(LogisticRegression):
    """Writes a line for each fit that begins and each that ends, so that every fit counts itself."""

    def fit(self, X, y, sample_weight=None):
        self._say("begin")
        time.sleep({seconds})
        while self._ended() >= self._most():
            time.sleep(0.02)
        super().fit(X, y, sample_weight)
        self._say("end")
        return self

    def _say(self, what):
        with open({log!r}, "a") as file:
            file.write(f"{{what}} {{self.C}} {{os.getpid()}}\\n")

    def _ended(self):
        with open({log!r}) as file:
            return sum(line.startswith("end") for line in file)

    def _most(self):
        try:
            with open({most!r}) as file:
                return int(file.read())
        except FileNotFoundError:
            return float("inf")

def build(C=1.0):
    return Counting(C=C, max_iter=5000)
'''

SETTINGS = """
version: 1
name: counted
datasets: [{datasets}]
models:
  - {{python: "model.py:build", name: slow}}
  - {{python: "model.py:build", name: other, parameters: {{C: 0.5}}}}
  - logistic_regression
  - decision_tree
metrics: [accuracy, log_loss]
splits: {{method: stratified_kfold, folds: {folds}}}
checks:
  - {{metric: accuracy, min: 0.5, model: logistic_regression}}
execution: {{workers: 2}}
"""


def project(folder: Path, *, seconds: float = 0.05, folds: int = 4, datasets: str = "sklearn:iris") -> Path:
    """Write a project whose user model takes a while, and counts its fits; returns its settings file."""
    folder.mkdir(parents=True, exist_ok=True)
    code = COUNTING.format(seconds=seconds, log=str(folder / "fits.log"), most=str(folder / "most"))
    (folder / "model.py").write_text(code)
    path = folder / "settings.yaml"
    path.write_text(SETTINGS.format(folds=folds, datasets=datasets))
    return path


def hold(folder: Path, fits: int) -> None:
    """Keep further fits from ending once so many have, but for those that end at that moment."""
    atomic.write_bytes_atomic(folder / "most", str(fits).encode())


def fits(folder: Path) -> Counter[str]:
    """Count the fits that began and that ended."""
    log = folder / "fits.log"
    return Counter(line.split()[0] for line in log.read_text().splitlines()) if log.exists() else Counter()


def wait_for(run: RunDirectory, *, seconds: float = 120.0) -> RunState:
    """Wait until a run is no longer live."""
    return until(run, lambda state: not state.status.is_live, seconds=seconds)


def until(run: RunDirectory, condition: Callable[[RunState], bool], *, seconds: float = 120.0) -> RunState:
    """Wait until a run's state fulfils a condition."""
    deadline = time.monotonic() + seconds
    while not condition(state := states.read(run)):
        assert time.monotonic() < deadline, f"{state.status} with {state.done} of {state.total_cells}; {log_of(run)}"
        time.sleep(0.05)  # a look reads the whole journal
    return state


def events(run: RunDirectory) -> list[ev.Event]:
    """All that a run's journal tells."""
    return [record.event for record in Follower(run.events).read()]


def running_slowly(state: RunState) -> list[str]:
    """Cells of the slow model that run now."""
    cells = state.cells.values()
    return [cell.cell for cell in cells if cell.model == "slow" and cell.status is CellStatus.RUNNING]


def finished(path: Path) -> RunDirectory:
    """Run a settings file to its end."""
    run = launch.start(path).directory
    state = wait_for(run)
    assert state.status.value == "finished", f"{state}; {log_of(run)}"
    return run


def log_of(run: RunDirectory) -> str:
    """The end of a run's log."""
    return run.log.read_text(errors="replace")[-3000:] if run.log.exists() else "no log"


def owner(run: RunDirectory) -> int:
    """The coordinator's process."""
    holder = lock.inspect(run.lock)
    assert holder is not None
    return holder.pid


def busy_workers(run: RunDirectory) -> list[int]:
    """The worker processes that fit one of the counting models now, as they say themselves."""
    folder = Path(run.read_request().base)
    log = folder / "fits.log"
    lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
    begun = [pid for what, _, pid in lines if what == "begin"]
    ended = {pid for what, _, pid in lines if what == "end"}
    return [int(pid) for pid in reversed(begun) if pid not in ended and environment.process_start(int(pid))]


def newest_run(*, seconds: float = 120.0) -> RunDirectory:
    """Wait for a run to be there, and return the newest."""
    deadline = time.monotonic() + seconds
    while (run := next(iter(catalogue.directories_newest_first()), None)) is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return run


def kill(pid: int) -> None:
    """Kill a coordinator without warning, and wait until its workers have noticed."""
    tree = environment.process_tree(pid)
    os.kill(pid, signal.SIGKILL)
    wait_for_the_end_of(tree)


def let_go(folder: Path) -> None:
    """Let all fits end again."""
    hold(folder, 1_000_000)


def suspend(*pids: int) -> None:
    """Stop processes, and wait until they stand still."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # a spare worker may have ended meanwhile
            os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + 60
    while moving := [pid for pid in pids if not _stands_still(pid)]:
        assert time.monotonic() < deadline, f"{moving} of {pids} go on"
        time.sleep(0.005)


def _stands_still(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() in {psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE}
    except psutil.NoSuchProcess:
        return True


def wake(*pids: int) -> None:
    """Let stopped processes go on; some may have ended, because one that is awake retired them."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def wait_for_the_end_of(pids: Iterable[int]) -> None:
    """Wait until processes are gone."""
    pids = tuple(pids)
    deadline = time.monotonic() + 60
    while left := [pid for pid in pids if environment.process_start(pid) is not None]:
        assert time.monotonic() < deadline, f"{left} of {pids} are still there"
        time.sleep(0.01)


def results(run: RunDirectory) -> Results:
    """Read results.json."""
    return msgspec.json.decode(run.results.read_bytes(), type=Results)


def comparable(run: RunDirectory) -> dict[str, object]:
    """What must be equal bit for bit after any number of interruptions."""
    whole = msgspec.json.decode(run.results.read_bytes())
    return {key: whole[key] for key in ("datasets", "scores", "comparisons", "rankings", "checks")}
