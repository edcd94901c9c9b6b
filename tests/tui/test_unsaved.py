"""Changes that were not saved when the app was ended from outside are kept, and offered at the next start."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mtf_engine import api
from mtf_tui.engine_protocol import SettingsEdit
from mtf_tui.unsaved import Unsaved, UnsavedStore
from mtf_tui.widgets.confirm_dialog import ConfirmDialog

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]

TEXT = "version: 1\nname: kept\ndatasets: [sklearn:wine]\nmodels: [ridge]\n"
CHANGED = TEXT.replace("kept", "other")
RENAME = SettingsEdit("set", ("name",), value="other")


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "settings.yaml"
    path.write_text(TEXT)
    return path


def kept(tmp_path: Path) -> list[Path]:
    """Files of changes in the state directory."""
    return sorted((tmp_path / "state").glob("unsaved-*"))


async def renamed(pilot: Any) -> None:
    await pilot.app.editing.apply(lambda _: RENAME, "rename")


async def ended(pilot: Any, number: int) -> None:
    """End the app as a signal does."""
    pilot.app.exit(return_code=128 + number)


@pytest.mark.parametrize("number", [1, 15], ids=["SIGHUP", "SIGTERM"])
async def test_what_a_signal_takes_is_offered_at_the_next_start(
    open_app: Any, press: Press, settings: Path, tmp_path: Path, number: int
) -> None:
    async with open_app(run=None) as pilot:
        await renamed(pilot)
        await ended(pilot, number)
    (place,) = kept(tmp_path)
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
    async with open_app(run=None) as pilot:
        rows = await press(pilot)
        assert any("Unsaved changes of settings.yaml from " in row for row in rows)
        assert any("+name: other" in row for row in rows)
        await press(pilot, "escape")
        assert pilot.app.workspace.draft.text == TEXT
    async with open_app(run=None) as pilot:
        rows = await press(pilot, "enter")
        assert pilot.app.workspace.draft.text == CHANGED
        assert pilot.app.workspace.draft.is_dirty
        await press(pilot, "u")
        assert pilot.app.workspace.draft.text == TEXT
        await press(pilot, "U")
        await pilot.app.editing.save()
    assert settings.read_text() == CHANGED
    assert kept(tmp_path) == []


async def test_what_is_typed_when_the_end_comes_is_kept(
    open_app: Any, press: Press, settings: Path, tmp_path: Path
) -> None:
    async with open_app(run=None) as pilot:
        await press(pilot, "1")
        pilot.app.editing.type_text(CHANGED)
        await ended(pilot, 15)
    found = UnsavedStore(tmp_path / "state").find(settings)
    assert found is not None
    assert (found.text, found.saved) == (CHANGED, TEXT)


async def test_what_another_open_window_has_not_saved_is_its_own(
    open_app: Any, press: Press, settings: Path, tmp_path: Path
) -> None:
    store = UnsavedStore(tmp_path / "state")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as window:
        theirs = Unsaved(str(settings), CHANGED, TEXT, 0.0, owner=api.process_mark(window.pid))
        place = store.place(settings)
        place.parent.mkdir()
        place.write_bytes(msgspec.json.encode(theirs))
        async with open_app(run=None) as pilot:
            rows = await press(pilot)
            told = " ".join(" ".join(rows).split())
            assert "Another window has unsaved changes of settings.yaml" in told
            assert not isinstance(pilot.app.screen, ConfirmDialog)
            await pilot.app.editing.apply(lambda _: SettingsEdit("set", ("seed",), value=3), "seed")
            await pilot.app.unsaved.keep()
            assert store.find(settings) == theirs
            await pilot.app.editing.save()
            assert store.find(settings) == theirs, "saved here is not saved there"
            assert window.stdin is not None
            window.stdin.close()
            window.wait(60)
            await pilot.app.editing.apply(lambda _: RENAME, "rename")
            await pilot.app.unsaved.keep()
            found = store.find(settings)
            assert found is not None
            assert found.owner == api.process_mark()


async def test_kill_takes_no_more_than_the_last_moment(open_app: Any, press: Press, tmp_path: Path) -> None:
    async with open_app(run=None) as pilot:
        await renamed(pilot)
        until = time.monotonic() + 60
        while not kept(tmp_path) and time.monotonic() < until:
            await pilot.pause(0.05)
        assert len(kept(tmp_path)) == 1
        await press(pilot)
        await press(pilot, "u")
        await pilot.app.unsaved.keep()
        assert kept(tmp_path) == [], "nothing is unsaved any more"


async def test_discarded_changes_are_gone_and_so_are_those_that_were_asked_about(
    open_app: Any, press: Press, settings: Path, tmp_path: Path
) -> None:
    async with open_app(run=None) as pilot:
        await renamed(pilot)
        await ended(pilot, 15)
    async with open_app(run=None) as pilot:
        await press(pilot, "x")
        assert kept(tmp_path) == []
        await renamed(pilot)
        await pilot.app.unsaved.keep()
        await press(pilot, "q")
        assert isinstance(pilot.app.screen, ConfirmDialog)
        await press(pilot, "x")
    assert kept(tmp_path) == []
    assert settings.read_text() == TEXT


async def test_a_file_that_was_written_since_is_told_and_settings_without_a_file_come_back(
    open_app: Any, press: Press, settings: Path
) -> None:
    async with open_app(run=None) as pilot:
        await renamed(pilot)
        await ended(pilot, 15)
    settings.write_text(TEXT + "seed: 7\n")
    async with open_app(run=None, size=(40, 20)) as pilot:
        inside = [row.split("│")[1] for row in await press(pilot) if row.count("│") == 2]
        told = " ".join(" ".join(inside).split())
        assert "The file was written by another program since." in told
        assert "decide at the next start" in told
    settings.unlink()
    async with open_app(run=None, settings=None, place=settings) as pilot:
        await press(pilot, "r")
        assert pilot.app.workspace.draft.text == CHANGED
        assert pilot.app.workspace.settings == settings


@pytest.mark.parametrize("content", [b"", b"{", b'{"version": 99}', b'{"path": 3}', b"\xff\xfe"])
async def test_what_cannot_be_read_costs_a_toast(
    open_app: Any, press: Press, settings: Path, tmp_path: Path, content: bytes
) -> None:
    place = UnsavedStore(tmp_path / "state").place(settings)
    place.parent.mkdir()
    place.write_bytes(content)
    async with open_app(run=None) as pilot:
        rows = await press(pilot)
        assert any("Unsaved changes of settings.yaml cannot be read" in row for row in rows)
        assert pilot.app.workspace.draft.text == TEXT
    assert [path.suffix for path in kept(tmp_path)] == [".unreadable"]
