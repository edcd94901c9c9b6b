"""Mistakes of the program itself: nothing fails in silence, the details are in a file, the terminal shows one line."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake

from mtf_engine.errors import RunError
from mtf_tui import mistakes
from mtf_tui.helper import Helper

Press = Callable[..., Any]

CRASHES = """
import asyncio, sys
from mtf_tui import launch
from mtf_tui.app import MTFApp

def broken(self):
    secret = "hunter2"
    raise ValueError(f"no [/] theme")

async def pressing(pilot):
    await pilot.press("T")

MTFApp.action_app_theme = broken
MTFApp.run = lambda self: asyncio.run(self.run_async(headless=True, auto_pilot=pressing))
launch.has_terminal = lambda: True
sys.exit(launch.open_app(None, settings=None, run=None))
"""


def test_a_crash_leaves_a_file_and_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASHES],
        env={**os.environ, "MTF_HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 70
    (path,) = (tmp_path / "tui").glob("crash-*.txt")
    assert done.stderr.strip() == f"mtf-tui stopped because of a mistake in it; the details are in {path}"
    assert "ValueError: no [/] theme" in path.read_text()
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.anyio
async def test_work_that_fails_unforeseen_says_so(open_app: Any, press: Press, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("version: 1\ndatasets: [sklearn:wine]\nmodels: [svm]\n")
    client = fake.FakeClient(error=ValueError("no [/] plan"))
    async with open_app(client=client, run=None, size=(120, 40)) as pilot:
        rows = await press(pilot)
        assert any("Could not finish what was begun" in row for row in rows)
        assert any("ValueError: no [/] plan" in row for row in rows)
        (path,) = (tmp_path / "home" / "tui").glob("crash-*.txt")
        assert path.name in "".join(row.strip(" │") for row in rows)
        assert "Traceback" in path.read_text()


def test_a_disk_that_refuses_costs_the_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MTF_HOME", str(tmp_path / "file"))
    assert mistakes.keep(ValueError("x")) is None


@pytest.mark.anyio
async def test_a_helper_that_cannot_be_started_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refused)
    with pytest.raises(RunError, match="cannot be started: Resource temporarily unavailable"):
        await Helper().ask("ping", {}, dict)
