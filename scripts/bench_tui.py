"""Measure the terminal UI beside its peers: real programs in real terminals.

    python scripts/bench_tui.py [NAME ...] [--runs 5] [--json PATH]

Names: paint (processor time to the first picture, beside an empty Textual app, posting and harlequin), keys (key to
repaint while both cores are busy), ssh (bytes a second of a live run through a real SSH session), preview (ten million
rows), log (50,000 lines a second), hour (memory after the events of an hour). Without names all are measured. Peers go
into throwaway environments. Nothing here passes or fails; targets are printed beside the figures.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

import bench_journal
import bench_slow
from bench_figures import Bench, Figure, main
from bench_ssh import session
from bench_terminal import Screen, screen

PYTHON = sys.executable
MTF = [PYTHON, "-m", "mtf_engine"]
MTF_TUI = [PYTHON, "-m", "mtf_tui"]
PROBED = [PYTHON, str(Path(__file__).with_name("bench_probe.py"))]
PEERS = {
    "posting": (["posting==2.11.1", "tree-sitter==0.25.2"], ["posting"], b"Posting"),
    "harlequin": (["harlequin==2.17.0"], ["harlequin", "--locale", "C"], b"Data Catalog"),
}
"""What to install, what to run, and a text of its first picture."""

_EMPTY = """
from textual.app import App
from textual.widgets import Static

class Empty(App[None]):
    def compose(self):
        yield Static("Sources")

Empty().run()
"""
_SETTINGS = "version: 1\nname: bench\ndatasets: [sklearn:wine]\nmodels: [logistic_regression]\n"
_HOUR_SETTINGS = """
version: 1
name: hour
datasets: [sklearn:wine, sklearn:breast_cancer]
models: [gaussian_naive_bayes, logistic_regression]
metrics: [accuracy]
splits: {method: repeated_stratified_kfold, folds: 10, repeats: 60}
"""

_HOUR_CELLS = 3600  # two data sets, two models and the baseline, 600 folds each


def _environment(home: Path) -> dict[str, str]:
    left_out = ("SSH_CONNECTION", "SSH_TTY", "TMUX", "NO_COLOR", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "MTF_HOME": str(home), "MTF_OFFLINE": "1", "HOME": str(home)}


def _cpu_to(text: bytes, command: Sequence[str], folder: Path, home: Path) -> float:
    with screen(command, folder, _environment(home), columns=120, rows=40) as opened:
        opened.wait_for(text)
        return opened.cpu


def paint(runs: int, folder: Path) -> Iterator[Figure]:
    """Processor time to the first picture, in turn with the peers."""
    (folder / "settings.yaml").write_text(_SETTINGS)
    commands = {"ours": (MTF_TUI, b"Sources"), "empty Textual app": ([PYTHON, "-c", _EMPTY], b"Sources")}
    for name, (wanted, command, text) in PEERS.items():
        place = folder / name
        venv.create(place, with_pip=True)
        binary = place / "bin"
        subprocess.run([binary / "pip", "install", "--quiet", *wanted], check=True, timeout=900, capture_output=True)
        commands[name] = ([str(binary / command[0]), *command[1:]], text)
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for round_ in range(runs + 1):
        for name, (command, text) in commands.items():
            seconds = _cpu_to(text, command, folder, folder)
            if round_:  # the first round compiles and warms the file cache
                taken[name].append(seconds)
    for name, values in taken.items():
        yield Figure(f"first picture, {name}", "s of processor time", values)
    empty = taken["empty Textual app"]
    ratios = [own / bare for own, bare in zip(taken["ours"], empty, strict=True)]
    yield Figure("first picture, ours over an empty Textual app", "x", ratios, target="at most 1.3 x")
    for name in PEERS:
        faster = [theirs / own for own, theirs in zip(taken["ours"], taken[name], strict=True)]
        yield Figure(f"first picture, {name} over ours", "x", faster)


@contextlib.contextmanager
def _busy(processes: int) -> Iterator[None]:
    """Keep so many processor cores busy."""
    spinning = [subprocess.Popen([PYTHON, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


_ESC_OF_ITS_OWN = "\x1b[27u"
"""What terminals with the kitty keyboard protocol send for `esc`."""

_UP, _DOWN = "\x1b[A", "\x1b[B"
_KEYS = (_DOWN, _DOWN, _UP, "5", _DOWN, "o", _DOWN, "v", "c", "c", "h", "o", "6", _DOWN, "?", "\x1b", ":")
_KEYS += (_ESC_OF_ITS_OWN, "1", _DOWN, "2", _DOWN, _UP, "3", _DOWN, _DOWN, "T", "T", "T", "4")


def keys(runs: int, folder: Path) -> Iterator[Figure]:
    """Key to repaint, and processor time of a key, on the screens of a finished run; others keep both cores busy."""
    env = _environment(folder)
    subprocess.run([*MTF, "demo", "-q"], cwd=folder, env=env, check=True, timeout=600, capture_output=True)
    kinds = ("keys", "first visits of a screen", "a lone esc")
    waits: dict[str, list[float]] = {kind: [] for kind in kinds}
    costs: dict[str, list[float]] = {kind: [] for kind in kinds}
    seen = {"4"}  # the screen that is on
    with screen([*MTF_TUI, "attach"], folder, env) as opened:
        opened.wait_for(b"Finished")
        opened.read(2)
        with _busy(os.cpu_count() or 2):
            for key in _KEYS * runs:
                _settle(opened)
                first = key.isdigit() and key not in seen
                kind = kinds[1] if first else kinds[2] if key == "\x1b" else kinds[0]
                worked = opened.cpu
                waits[kind] += _answered(opened, key)
                _settle(opened)
                costs[kind].append(1000 * (opened.cpu - worked))
                seen.add(key)
    for kind, found in waits.items():
        found.sort()
        name = f"key to repaint, {kind}, 95th percentile of {len(found)}"
        yield Figure(name, "ms", [found[int(0.95 * len(found))]], target="50 ms")
        yield Figure(f"key to repaint, {kind}", "ms", found)
        yield Figure(f"one of {kind}", "ms of processor time", costs[kind])


def _settle(opened: Screen, quiet: float = 0.15) -> None:
    """Wait until nothing is written any more."""
    while opened.read(quiet):
        pass


_POINTER = re.compile(rb"\x1b\]22;[a-z]*\x07")
"""Shape of the mouse pointer, which is set before a dialog is painted."""


def _answered(opened: Screen, key: str) -> list[float]:
    """Milliseconds from a key to the first byte of its repaint; nothing where it repaints nothing."""
    before, started = len(opened.written), time.perf_counter()
    opened.press(key)
    while not (found := _POINTER.sub(b"", opened.written[before:])) and time.perf_counter() - started < 1.0:
        opened.read_once(1.0)
    return [1000 * (time.perf_counter() - started)] if found else []


def ssh(runs: int, folder: Path) -> Iterator[Figure]:
    """Bytes a second of a live run that logs two lines a second, at 80x24 through a real SSH session."""
    bench_slow.write(folder, seconds=0.95, workers=1)  # a cell a second: two lines
    with session(folder) as ssh_command:
        remote = f"cd {folder} && MTF_HOME={folder}/home MTF_OFFLINE=1 {PYTHON} -m mtf_tui settings.yaml"
        with screen([*ssh_command, "-tt", remote], folder, dict(os.environ)) as opened:
            opened.wait_for(b"data set")
            opened.press("r")
            opened.wait_for(b"Running", timeout=120)
            opened.read(10)
            journal = next((folder / "home" / "runs").glob("*/events.jsonl"))
            before, started = journal.read_bytes().count(b'"event":"Cell'), time.perf_counter()
            rates = [opened.read(15) / 15 / 1024 for _ in range(max(2, runs))]
            lines = journal.read_bytes().count(b'"event":"Cell') - before
            lines_a_second = lines / (time.perf_counter() - started)
            _cancel(opened)
    yield Figure(f"live run over SSH, 80x24, {lines_a_second:.2g} log lines a second", "KiB/s", rates, target="4 KiB/s")


def _cancel(opened: Screen) -> None:
    """Cancel the run that is on the screen."""
    opened.press("X")
    opened.wait_for(b"cancel the run")
    opened.press("x")
    opened.wait_for(b"ancelled", timeout=60)


def _freezes(what: str, folder: Path) -> Iterator[Figure]:
    """For how long the UI's loop answered nothing: by the clock, and by its own work where others take the cores."""
    told = json.loads((folder / "lags.json").read_text())
    yield Figure(f"{what}, longest freeze", "ms", [max(told["wall"])], target="100 ms")
    yield Figure(f"{what}, longest work in one go", "ms of processor time", [max(told["cpu"])], target="100 ms")


def preview(runs: int, folder: Path, rows: int = 10_000_000) -> Iterator[Figure]:
    """Ten million rows: opening, scrolling, jumping to the end, and the longest freeze meanwhile."""
    del runs
    table = (
        "import numpy as np, pyarrow as pa, pyarrow.parquet as pq\n"
        f"n, g = {rows}, np.random.default_rng(0)\n"
        "pq.write_table(pa.table({'id': np.arange(n), 'a': g.normal(size=n), 'b': g.integers(0, 99, n), "
        "'y': g.integers(0, 2, n)}), 'big.parquet', row_group_size=1_000_000)"
    )
    subprocess.run([PYTHON, "-c", table], cwd=folder, check=True, timeout=600)
    (folder / "settings.yaml").write_text(
        "version: 1\nname: big\ndatasets:\n  - {source: big.parquet, target: y}\nmodels: [logistic_regression]\n"
    )
    with screen([*PROBED, "settings.yaml"], folder, _environment(folder)) as opened:
        started = time.perf_counter()
        opened.wait_for(b"10.0 M rows", timeout=600)
        yield Figure("ten million rows, start to outline", "s", [time.perf_counter() - started])
        steps = {"opened": ("v", b"Rows of"), "first rows": ("", b"10,000,000 rows"), "end": ("G", b"9,999,9")}
        for name, (key, text) in steps.items():
            seen = len(opened.written)
            opened.press(key)
            yield Figure(f"ten million rows, {name}", "s", [opened.wait_for(text, since=seen, timeout=60)])
        _settle(opened)
        waits = [wait for key in ["\x1b[5~"] * 20 + ["g", "G"] * 5 for wait in _answered(opened, key)]
        yield Figure("ten million rows, page up and jumps, key to repaint", "ms", waits, target="100 ms")
        opened.leave()
    yield from _freezes("ten million rows", folder)


def log(runs: int, folder: Path) -> Iterator[Figure]:
    """A run whose journal grows by 50,000 lines a second."""
    seconds = 4 * runs
    env = _environment(folder)
    with bench_journal.live_run(folder / "runs") as journal, screen([*PROBED, "attach"], folder, env) as opened:
        opened.wait_for(b"Log")
        written = bench_journal.flood(journal, opened, seconds)
        opened.read(2)
        opened.press("\t" * 3 + "g")
        book = "shows what was skipped" if opened.finds(b"lines skipped, all in run.log") else "hides what was skipped"
        opened.leave()
    yield Figure(
        f"log flood, lines a second for {seconds} s ({book})", "lines/s", [written / seconds], target="50,000 lines/s"
    )
    yield from _freezes("log flood", folder)


def hour(runs: int, folder: Path) -> Iterator[Figure]:
    """Memory while a real run does the cells of an hour in minutes: 3,600 of them, two lines of log each."""
    del runs
    (folder / "settings.yaml").write_text(_HOUR_SETTINGS)
    with screen([*MTF_TUI, "settings.yaml"], folder, _environment(folder), columns=160, rows=45) as opened:
        opened.wait_for(b"data sets")
        opened.press("r")
        opened.wait_for(b"Running", timeout=120)
        journal = next((folder / "runs").glob("*/events.jsonl"))
        for share in (0.05, 0.25, 0.5, 0.75, 0.95):
            while (done := journal.read_bytes().count(b'"event":"CellFinished"')) < share * _HOUR_CELLS:
                opened.read(0.5)
            yield Figure(f"memory after {done:,} of {_HOUR_CELLS:,} cells", "MB", [opened.memory / 1e6])
        _cancel(opened)


BENCHES: dict[str, Bench] = {
    "paint": paint,
    "keys": keys,
    "ssh": ssh,
    "preview": preview,
    "log": log,
    "hour": hour,
}


if __name__ == "__main__":
    main(__doc__, BENCHES, ("mtf-tui", "textual", "rich"))
