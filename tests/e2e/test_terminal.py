"""The installed wheel in a real terminal: it paints, follows every size, ends as it is asked to, and cleans up."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import bench_journal
import bench_slow
import pytest
from bench_ssh import session
from bench_terminal import Screen, screen
from wheels import install

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="there is no pseudo terminal on Windows"),
    pytest.mark.timeout(600),
]

PATIENCE = 120.0
"""Seconds for what takes one on a quiet machine."""
SETTINGS = "version: 1\nname: small\ndatasets: [sklearn:iris]\nmodels: [logistic_regression]\nmetrics: [accuracy]\n"
MODES = {
    "the alternate screen": (b"\x1b[?1049h", b"\x1b[?1049l"),
    "mouse clicks": (b"\x1b[?1000h", b"\x1b[?1000l"),
    "mouse movement": (b"\x1b[?1003h", b"\x1b[?1003l"),
    "the cursor": (b"\x1b[?25l", b"\x1b[?25h"),
    "bracketed paste": (b"\x1b[?2004h", b"\x1b[?2004l"),
    "focus reports": (b"\x1b[?1004h", b"\x1b[?1004l"),
}
"""What the app switches on, and how it is switched off again."""

Open = Callable[..., AbstractContextManager[Screen]]


@pytest.fixture(scope="session")
def commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the installed wheel's commands."""
    return install(wheel, tmp_path_factory.mktemp("installed") / "venv")


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """A home of its own, and no trace of the terminal that the tests run in."""
    left_out = ("SSH_CONNECTION", "SSH_TTY", "TMUX", "NO_COLOR", "PYTHONPATH", "COLUMNS", "LINES")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "MTF_HOME": str(tmp_path / "home"), "MTF_OFFLINE": "1"}


@pytest.fixture
def opened(commands: Path, variables: dict[str, str], tmp_path: Path) -> Iterator[Screen]:
    """The app on a small settings file."""
    (tmp_path / "settings.yaml").write_text(SETTINGS)
    with screen([str(commands / "mtf-tui")], tmp_path, variables) as running:
        running.wait_for(b"esc stops", timeout=PATIENCE)  # the first screen, while it reads
        yield running


def assert_restored(running: Screen) -> None:
    assert running.attributes == running.attributes_before
    for what, (on, off) in MODES.items():
        assert on in running.written, f"{what} was never switched on"
        assert running.written.rfind(off) > running.written.rfind(on), f"{what} is still on"


def test_it_is_the_wheel_that_runs(commands: Path) -> None:
    code = "import mtf_tui; print(mtf_tui.__file__)"
    asked = [commands / "python", "-c", code]
    found = subprocess.run(asked, cwd=commands, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert Path(found.stdout.strip()).is_relative_to(commands.parent)


def test_nothing_heavy_is_loaded_once_it_has_settled(opened: Screen) -> None:
    if not Path("/proc/self/maps").exists():
        pytest.skip("only Linux tells what a process has loaded")
    opened.wait_for(b"1 data set", timeout=PATIENCE)
    opened.read(2)
    loaded = Path(f"/proc/{opened.pid}/maps").read_text()
    assert "textual" not in loaded
    assert not re.findall(r"site-packages/(numpy|pandas|pyarrow|scipy|sklearn)\b", loaded)


def test_it_follows_every_size_and_q_leaves(opened: Screen) -> None:
    for columns, rows in [(20, 5), (200, 60), (39, 9), (40, 10), (120, 40), (1, 1), (80, 24), (200, 5), (20, 60)] * 3:
        opened.resize(columns, rows)
        opened.read(0.02)
    seen = len(opened.written)
    opened.resize(30, 8)
    opened.wait_for(b"Make the window", since=seen, timeout=PATIENCE)
    seen = len(opened.written)
    opened.resize(80, 24)
    opened.wait_for(b"Sources", since=seen, timeout=PATIENCE)
    opened.wait_for(b"1 data set", timeout=PATIENCE)  # before that q stops the reading
    opened.press("q")
    assert opened.wait(PATIENCE) == 0
    assert_restored(opened)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_it_and_the_terminal_is_as_before(opened: Screen, name: str) -> None:
    number = signal.Signals[name]
    os.kill(opened.pid, number)
    assert opened.wait(PATIENCE) == 128 + number
    assert_restored(opened)


def test_keys_typed_while_it_loads_are_obeyed(commands: Path, variables: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(SETTINGS)
    with screen([str(commands / "mtf-tui")], tmp_path, {**variables, "ESCDELAY": "3600000"}) as running:
        running.wait_for(b"Reading settings.yaml", timeout=PATIENCE)
        running.press("6")
        running.wait_for(b"No runs", timeout=PATIENCE)
        running.press("?")
        running.wait_for(b"Keys of 6 Runs", timeout=PATIENCE)
        seen = len(running.written)
        running.press("\x1b")  # Textual's reader would wait for an hour to see whether an arrow key follows
        running.wait_for(b"No runs", since=seen, timeout=PATIENCE)


def test_leaving_a_run_that_is_silent_takes_no_time(commands: Path, variables: dict[str, str], tmp_path: Path) -> None:
    home = Path(variables["MTF_HOME"])
    home.mkdir()
    with (
        bench_journal.live_run(home / "runs") as journal,
        screen([str(commands / "mtf-tui"), "attach"], tmp_path, variables) as running,
    ):
        journal.log(10)
        running.wait_for(b"epoch 9", timeout=PATIENCE)
        running.press("q")
        running.wait_for(b"it keeps running", timeout=PATIENCE)
        running.press("b")
        assert running.wait(PATIENCE) == 0, running.written[-2000:]
        assert b"keeps running; mtf-tui shows it again" in running.written, "how one comes back, in the terminal"
        assert_restored(running)


def test_broken_files_of_its_own_cost_a_message_each(commands: Path, variables: dict[str, str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "tui").mkdir(parents=True)
    (home / "tui" / "state.json").write_bytes(b"\x00{")
    (home / "tui.toml").write_text("theme = [")
    (tmp_path / "settings.yaml").write_text(SETTINGS)
    with screen([str(commands / "mtf-tui")], tmp_path, variables, columns=120) as running:
        running.wait_for(b"starting afresh", timeout=PATIENCE)
        running.wait_for(b"cannot be read", timeout=PATIENCE)


def test_a_dropped_ssh_session_leaves_the_run_and_the_next_one_attaches(
    commands: Path, variables: dict[str, str], tmp_path: Path
) -> None:
    if shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin") is None:
        pytest.skip("there is no sshd here; on Debian and Ubuntu: apt-get install openssh-server")
    bench_slow.write(tmp_path, seconds=2.0, workers=2)
    home = variables["MTF_HOME"]
    with session(tmp_path) as ssh:
        there = f"cd {tmp_path} && MTF_HOME={home} MTF_OFFLINE=1 {commands / 'mtf-tui'}"
        with screen([*ssh, "-tt", f"{there} settings.yaml"], tmp_path, variables) as first:
            first.wait_for(b"1 data set", timeout=PATIENCE)
            first.press("r")
            first.wait_for(b"Running", timeout=PATIENCE)
        # the client was killed: the line is dropped, nobody said goodbye
        events = next(Path(home, "runs").glob("*/events.jsonl"))
        before = events.stat().st_size
        deadline = time.monotonic() + PATIENCE
        while events.stat().st_size <= before:
            assert time.monotonic() < deadline, "the run stopped with the session"
            time.sleep(0.1)
        with screen([*ssh, "-tt", f"{there} attach"], tmp_path, variables) as second:
            second.wait_for(b"Running", timeout=PATIENCE)
            second.press("X")
            second.wait_for(b"cancel the run", timeout=PATIENCE)
            second.press("x")
            second.wait_for(b"ancelled", timeout=PATIENCE)
            second.press("q")
            assert second.wait(PATIENCE) == 0
