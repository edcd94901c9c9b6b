"""Nobody ever sees half a file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from mtf_engine.storage import atomic


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    atomic.write_bytes_atomic(path, b"old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        atomic.write_bytes_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_directory_is_published_once(tmp_path: Path) -> None:
    for content in ("first", "second"):
        draft = tmp_path / content
        draft.mkdir()
        (draft / "f").write_text(content)
        assert atomic.publish_directory(draft, tmp_path / "cells" / "x") is (content == "first")
        assert not draft.exists()
    assert (tmp_path / "cells" / "x" / "f").read_text() == "first"


def test_a_directory_that_windows_holds_for_a_moment_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, refusals = os.rename, [PermissionError(13, "Access is denied")] * 2

    def scanned(source: Path, target: Path) -> None:
        if refusals:
            raise refusals.pop()
        rename(source, target)

    monkeypatch.setattr(atomic.environment, "is_windows", lambda: True)
    monkeypatch.setattr(os, "rename", scanned)
    (tmp_path / "draft").mkdir()
    assert atomic.publish_directory(tmp_path / "draft", tmp_path / "x")
    assert refusals == []
    assert (tmp_path / "x").is_dir()


def test_a_file_that_windows_holds_for_a_moment_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink, refusals = Path.unlink, [PermissionError(13, "Access is denied")] * 2

    def read(path: Path, missing_ok: bool = False) -> None:
        if refusals:
            raise refusals.pop()
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(atomic.environment, "is_windows", lambda: True)
    monkeypatch.setattr(Path, "unlink", read)
    (tmp_path / "a").touch()
    atomic.remove(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_link_outlives_its_source(tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"x")
    atomic.link_or_copy(source, tmp_path / "b")
    assert (tmp_path / "b").stat().st_ino == source.stat().st_ino
    source.unlink()
    assert (tmp_path / "b").read_bytes() == b"x"


def test_where_links_do_not_reach_the_file_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "a").write_bytes(b"x")
    atomic.link_or_copy(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"x"


def test_a_copy_that_finds_no_room_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    def run_out(_: Path, target: Path) -> None:
        target.write_bytes(b"hal")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(shutil, "copyfile", run_out)
    (tmp_path / "a").write_bytes(b"half")
    with pytest.raises(OSError, match="No space"):
        atomic.link_or_copy(tmp_path / "a", tmp_path / "b")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_removing_what_is_not_there_is_fine(tmp_path: Path) -> None:
    atomic.remove_directory(tmp_path / "none")
