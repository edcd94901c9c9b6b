"""The UI as a process: what it imports, what it remembers, what it knows of its terminal, and its helper."""

from __future__ import annotations

import asyncio
import base64
import gc
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fakes import engine_client as fake

from mtf_engine.domain.event import Logged, PlanReady
from mtf_engine.errors import MTFError
from mtf_tui import config, launch, terminal
from mtf_tui.cli import main, parse
from mtf_tui.helper import Helper
from mtf_tui.logbook import KEPT, Logbook, LogLine
from mtf_tui.state import Remembered, StateStore
from mtf_tui.terminal import Terminal

HEAVY = ("numpy", "pandas", "pyarrow", "scipy", "sklearn", "plotext", "rich.markdown", "textual.widgets._markdown")


def modules_after(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    return set(done.stdout.split())


def test_the_ui_imports_nothing_heavy() -> None:
    loaded = modules_after("import mtf_tui.app, mtf_tui.launch, mtf_tui.engine_client, mtf_tui.connecting")
    assert not loaded & set(HEAVY)


BEFORE_THE_PICTURE = """
import asyncio
from mtf_tui.app import MTFApp
import mtf_tui.launch

async def painted(self):
    self.exit()

MTFApp.on_opening_screen_painted = painted
asyncio.run(MTFApp().run_async(headless=True))
"""


def test_the_first_picture_needs_little() -> None:
    """What is imported before it is what it costs beyond an empty app; ``mtf_tui.rooms`` loads the rest after it."""
    loaded = modules_after(BEFORE_THE_PICTURE)
    engine = {name for name in loaded if name.split(".")[0] == "mtf_engine"}
    assert engine == {"mtf_engine", "mtf_engine.errors", "mtf_engine.text_safety"}
    assert not loaded & {"pydantic", "httpx", "jinja2", "ruamel.yaml", "aiohttp", "multiprocessing", *HEAVY}
    own = {name for name in loaded if name.split(".")[0] == "mtf_tui"}
    assert "mtf_tui.screens.frame" in own
    assert len(own) <= 28, sorted(own)


def test_help_needs_no_textual() -> None:
    loaded = modules_after("import mtf_tui.cli\nmtf_tui.cli.parse(['demo'])")
    assert not {name for name in loaded if name.split(".")[0] in ("textual", "rich", "msgspec")}


def test_the_ui_uses_only_the_engines_front_rooms() -> None:
    allowed = {"api", "domain", "errors", "line_ends", "numbers", "spelling", "standings", "text_safety"}
    for path in Path(config.__file__).parent.rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if words[:1] == ["from"] and words[1].startswith("mtf_engine."):
                assert words[1].split(".")[1] in allowed, (path, line)
            if words[:3] == ["from", "mtf_engine", "import"]:
                names = {name.strip(",") for name in words[3:]}
                assert names <= allowed | {"__version__"}, (path, line)


@pytest.mark.parametrize(
    ("arguments", "what", "settings"),
    [
        ([], None, None),
        (["demo"], "demo", None),
        (["a.yaml"], "a.yaml", None),
        (["--config", "a.yaml"], None, "a.yaml"),
    ],
)
def test_arguments(arguments: list[str], what: str | None, settings: str | None) -> None:
    found = parse(arguments)
    assert found.what == what
    assert (str(found.config) if found.config else None) == settings


@pytest.mark.parametrize("arguments", [["a.yaml", "b.yaml"], ["--config", "a.yaml", "b.yaml"], ["--nope"]])
def test_wrong_arguments_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parse(arguments)
    assert stopped.value.code == 2
    assert "mtf-tui" in capsys.readouterr().err


def test_the_terminal_is_known_from_its_variables() -> None:
    found = terminal.detect({"SSH_TTY": "/dev/pts/1", "NO_COLOR": "1", "TERM": "linux"}, "utf-8")
    assert found == Terminal(over_ssh=True, colour=False, ascii_only=True)
    assert found.updates_per_second == 2.0
    assert terminal.detect({"TERM": "xterm"}, "ISO-8859-1").ascii_only
    assert terminal.detect({"TMUX": "/tmp/tmux"}, "UTF-8") == Terminal(in_tmux=True)


def test_the_clipboard_sequence_carries_the_text_and_knows_its_limit() -> None:
    sequence = terminal.clipboard_sequence("0.7716", Terminal())
    assert sequence is not None
    assert base64.b64decode(sequence.removeprefix("\x1b]52;c;").removesuffix("\a")) == b"0.7716"
    wrapped = terminal.clipboard_sequence("x", Terminal(in_tmux=True))
    assert wrapped is not None
    assert wrapped.startswith("\x1bPtmux;")
    assert terminal.clipboard_sequence("x" * 80_000, Terminal()) is None


def test_state_is_remembered(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "new" / "folder")
    store.remember(theme="mtf-light", log_level="error")
    again = StateStore(tmp_path / "new" / "folder")
    assert again.load().state == Remembered(theme="mtf-light", log_level="error")


@pytest.mark.parametrize("content", [b"", b"{", b'{"version": 99}', b'{"theme": 3}', b"\xff\xfe"])
def test_a_broken_state_file_costs_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state.json").write_bytes(content)
    loaded = StateStore(tmp_path).load()
    assert loaded.state == Remembered()
    assert loaded.problem is not None
    assert "starting afresh" in loaded.problem


def test_wrong_configuration_is_told_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "tui.toml"
    path.write_text('theme = "pink"\nglyphs = "ascii"\nsize = 3\n[keys]\n"run.pause" = "P"\n"run.nope" = "x"\n')
    loaded = config.load(path)
    assert loaded.config == config.Config(None, "ascii", {"run.pause": "P"})
    assert len(loaded.problems) == 3
    path.write_text("theme = [")
    assert len(config.load(path).problems) == 1
    assert config.load(tmp_path / "absent.toml") == config.LoadedConfig(config.Config())


@pytest.mark.anyio
async def test_a_corrupt_state_file_costs_a_toast(open_app: Any, press: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "state.json").write_bytes(b"{")
    async with open_app() as pilot:
        rows = await press(pilot)
        assert any("starting afresh" in row for row in rows)


@pytest.mark.anyio
async def test_keys_can_be_changed(open_app: Any, press: Callable[..., Any], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "tui.toml").write_text('theme = "mtf-light"\n[keys]\n"run.level" = "L"\n')
    async with open_app() as pilot:
        await press(pilot, "4", "l")
        assert pilot.app.store.state.log_level == "info"
        await press(pilot, "L")
        assert pilot.app.store.state.log_level == "warning"
        assert pilot.app.theme == "mtf-light"


def test_a_flood_of_lines_keeps_the_newest() -> None:
    book = Logbook()
    book.extend(LogLine(fake.NOON, "info", f"line {i}") for i in range(KEPT + 1234))
    assert book.skipped == 1234
    assert book.shown("debug")[-1].message == f"line {KEPT + 1233}"
    assert len(book.shown("debug")) == KEPT
    assert book.shown("error") == []


def test_a_flood_in_one_update_is_counted_and_not_all_made_ready() -> None:
    book = Logbook()
    happened = [(fake.NOON, Logged("info", f"line {i}")) for i in range(KEPT + 1234)]
    happened.insert(0, (fake.NOON, PlanReady(2, 1)))
    book.take(happened[:3], {})
    book.take(happened[3:], {})
    assert book.total == KEPT + 1235
    assert book.skipped == 1235
    assert book.shown("debug")[-1].message == f"line {KEPT + 1233}"


class Pong(msgspec.Struct):
    version: str


@pytest.mark.anyio
async def test_the_helper_answers_refuses_and_starts_again() -> None:
    helper = Helper()
    try:
        assert (await helper.ask("ping", {}, Pong)).version
        with pytest.raises(MTFError, match="no method"):
            await helper.ask("pong", {}, Pong)
        first = helper._process
        assert first is not None
        first.kill()
        await first.wait()
        assert (await helper.ask("ping", {}, Pong)).version
        assert helper._process is not first
    finally:
        await helper.close()
    assert helper._process is None


@pytest.mark.anyio
async def test_who_leaves_waits_for_the_end_of_the_helper_whoever_began_it() -> None:
    helper = Helper()
    await helper.ask("ping", {}, Pong)
    process = helper._process
    assert process is not None
    asking = asyncio.create_task(helper.ask("ping", {}, Pong))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.sleep(0)
    asking.cancel()  # the app cancels what asks, and does not wait for it
    await helper.close()
    assert process.returncode is not None
    assert process.stdout is not None
    assert process.stdout.at_eof()


def test_without_a_terminal_it_says_so_instead_of_waiting():
    done = subprocess.run(
        [sys.executable, "-m", "mtf_tui", "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert "mtf demo" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([f"{'long' * 100}.yaml"], f"mtf-tui: {'long' * 20}: "),
        (["attach", "long" * 100], f"mtf-tui: there is no run '{'long' * 100}': no runs yet\nStart one with "),
    ],
)
def test_a_name_that_no_disk_takes_is_told_instead_of_a_picture(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "has_terminal", lambda: True)
    monkeypatch.setattr(launch.MTFApp, "run", lambda _app: pytest.fail("there is a picture"))
    try:
        with pytest.raises(SystemExit) as ended:
            main(words)
    finally:
        gc.enable()  # the command line lets it rest
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith(told)
