"""Kill -9 a run at random moments, many times, and count what was lost.

``python scripts/torture.py [--kills 50] [--seed 0] [coordinator] [worker] [command]``

Each victim in turn: runs of a project whose user model counts its own fits are started, the victim is killed after a
random delay (while loading, preparing, running or scoring), and the same command is given again, until the kills are
used up.
Every run must end with each cell finished exactly once, with the numbers of an undisturbed run, and without a process
that outlives it; each fit of the user model starts one that would. Prints one line of figures for each victim; exits
with 1 when anything was lost, differs or is left. Processes are counted on Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "engine" / "runs"))

import harness

from mtf_engine import environment
from mtf_engine.domain import event as ev
from mtf_engine.domain.run import RunStatus
from mtf_engine.runs import launch
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import Follower
from mtf_engine.storage import lock

FOLDS = 10
KILLS_A_RUN = 10
LONGEST_DELAY = 6.0
PATIENCE = 300.0
LAST_SECONDS = 60.0
"""How long a process may take to notice that its run is over: one that still loads its libraries notices nothing."""

CHILD = 'import subprocess\n\nsubprocess.Popen(["sleep", "900"], stdout=subprocess.DEVNULL)\n'
"""What a fit does first: a process that nobody waits for."""


@dataclass
class Figures:
    """What happened to one kind of victim."""

    kills: int = 0
    runs: int = 0
    attempts: int = 0
    cells: int = 0
    repeated: int = 0
    """Finished cells that ran again."""

    different: int = 0
    """Runs whose scores, comparisons or checks are not those of the undisturbed run."""

    unfinished: int = 0
    left: set[int] = field(default_factory=set)
    """Processes that outlived their coordinator or their run by more than a minute."""

    @property
    def lost(self) -> int:
        """How much went wrong."""
        return self.repeated + self.different + self.unfinished + len(self.left)


def main() -> int:
    """Run the torture and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, help="kills of each victim (default 50)")
    parser.add_argument("--seed", type=int, default=0, help="of the random delays (default 0)")
    parser.add_argument("victims", nargs="*", metavar="VICTIM", help=f"any of {', '.join(KILLERS)}; all when absent")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    lost = 0
    with tempfile.TemporaryDirectory(prefix="mtf-torture-") as folder:
        os.environ["MTF_HOME"] = f"{folder}/reference"
        reference = harness.comparable(harness.finished(harness.project(Path(folder) / "r", seconds=0.0, folds=FOLDS)))
        for victim in options.victims or KILLERS:
            figures = torture(KILLERS[victim], options.kills, dice, Path(folder) / victim, reference)
            lost += figures.lost
            print(f"{victim}: {figures.kills} kills in {figures.runs} runs and {figures.attempts} attempts,", end=" ")
            print(f"{figures.cells} cells; finished cells that ran again: {figures.repeated};", end=" ")
            print(f"runs with other numbers: {figures.different}; not finished: {figures.unfinished};", end=" ")
            print(f"orphans: {len(figures.left)}", flush=True)
    return 1 if lost else 0


Killer = Callable[[Path, random.Random, Figures], bool]
"""Kills one victim of a settings file's run; False when the run was over before."""


def torture(killer: Killer, kills: int, dice: random.Random, folder: Path, reference: dict[str, object]) -> Figures:
    """Kill one kind of victim until the kills are used up, run after run."""
    figures = Figures()
    while figures.kills < kills:
        home = folder / str(figures.runs)
        os.environ["MTF_HOME"] = str(home / "home")
        path = project(home / "p")
        figures.runs += 1
        for _ in range(min(KILLS_A_RUN, kills - figures.kills)):
            if not killer(path, dice, figures):
                break
        conclude(path, figures, reference)
    return figures


def project(folder: Path) -> Path:
    """Write a project whose user model counts its fits and starts a process in each; returns its settings file."""
    path = harness.project(folder, seconds=0.1, folds=FOLDS)
    model = folder / "model.py"
    begin = '        self._say("begin")\n'
    code = model.read_text()
    assert begin in code
    started = textwrap.indent(CHILD, " " * 8)
    model.write_text(code.replace(begin, started + begin))
    return path


def remaining() -> set[int]:
    """Processes of the present home that are there a minute after they should have ended; none outside Linux."""
    deadline = time.monotonic() + LAST_SECONDS
    while (found := at_home()) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in found:
        print(f"left: {pid} {Path(f'/proc/{pid}/cmdline').read_bytes()!r}", file=sys.stderr)
    return found


def at_home() -> set[int]:
    """Other processes whose environment names the present home."""
    mark = f"MTF_HOME={os.environ['MTF_HOME']}".encode()
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.add(int(entry.name))
    return found - {os.getpid()}


def conclude(path: Path, figures: Figures, reference: dict[str, object]) -> None:
    """Let a run end, and count what went wrong in it."""
    run = launch.start(path).directory
    state = harness.wait_for(run, seconds=PATIENCE)
    if state.exit_code == 3:  # killed workers cost their cells; the same command tries them again
        launch.start(path)
        state = harness.wait_for(run, seconds=PATIENCE)
    figures.left |= remaining()
    figures.attempts += state.attempt
    done: Counter[str] = Counter()
    for record in Follower(run.events).read():
        if isinstance(record.event, ev.CellFinished | ev.CellReused):
            done[record.event.cell] += 1
    figures.cells += len(done)
    figures.repeated += sum(times - 1 for times in done.values())
    if state.status is not RunStatus.FINISHED or state.exit_code != 0 or len(done) != state.total_cells:
        figures.unfinished += 1
        print(f"not finished: {state.status} {state.exit_code} {state.error}\n{harness.log_of(run)}", file=sys.stderr)
    elif harness.comparable(run) != reference:
        figures.different += 1


def kill_coordinator(path: Path, dice: random.Random, figures: Figures) -> bool:
    """Kill the process that carries the run."""
    run = launch.start(path).directory
    time.sleep(dice.uniform(0.0, LONGEST_DELAY))
    holder = lock.inspect(run.lock)
    if holder is None:
        return False
    os.kill(holder.pid, signal.SIGKILL)
    figures.left |= remaining()
    figures.kills += 1
    return True


def kill_worker(path: Path, dice: random.Random, figures: Figures) -> bool:
    """Kill a process that fits a model."""
    run = launch.start(path).directory
    time.sleep(dice.uniform(0.0, LONGEST_DELAY / 4))
    while states.read(run).status.is_live:
        found = busy(run)
        if found:
            os.kill(dice.choice(found), signal.SIGKILL)
            figures.kills += 1
            return True
        time.sleep(0.01)
    return False


def busy(run: RunDirectory) -> list[int]:
    """Worker processes at work, or none yet."""
    try:
        return [pid for pid in harness.busy_workers(run) if environment.process_start(pid)]
    except (OSError, ValueError):
        return []


def kill_command(path: Path, dice: random.Random, figures: Figures) -> bool:
    """Kill the command that started or watches the run; the run must not notice."""
    command = [sys.executable, "-m", "mtf_engine", "run", str(path)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as attached:
        time.sleep(dice.uniform(0.0, LONGEST_DELAY))
        over = attached.poll() is not None
        attached.kill()
    figures.kills += not over
    return not over


KILLERS: dict[str, Killer] = {"coordinator": kill_coordinator, "worker": kill_worker, "command": kill_command}


if __name__ == "__main__":
    sys.exit(main())
