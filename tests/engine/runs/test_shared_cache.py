"""The cache beside runs: it may be cleared at any moment, and what killed processes left behind goes in the end."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import msgspec
import pytest

from mtf_engine import api
from mtf_engine.domain.cell import CellResult
from mtf_engine.evaluation.predictions import PREDICTIONS_FILE, RESULT_FILE
from mtf_engine.runs import cache, catalogue
from mtf_engine.runs.coordinator.shelf import Shelf
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.storage import atomic, paths


def _cell(folder: Path) -> Path:
    content = b"predictions"
    folder.mkdir(parents=True)
    (folder / PREDICTIONS_FILE).write_bytes(content)
    result = CellResult("c1", 0.1, 0.1, 1, 10, 5, hashlib.sha256(content).hexdigest(), len(content))
    (folder / RESULT_FILE).write_bytes(msgspec.json.encode(result))
    return folder


@pytest.fixture
def run() -> RunDirectory:
    directory = RunDirectory(paths.runs() / "20261129T000000Z-x-0000")
    directory.cells.mkdir(parents=True)
    return directory


def test_a_result_is_the_runs_own_though_the_cache_is_cleared_as_it_is_published(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = atomic.publish_directory

    def cleared_at_once(temporary: Path, final: Path) -> bool:
        done = publish(temporary, final)
        cache.clear()
        return done

    monkeypatch.setattr(atomic, "publish_directory", cleared_at_once)
    shelf = Shelf(run, fresh=False)
    shelf.publish("c1", _cell(paths.scratch("x") / "draft"), output="")
    assert not list(paths.cells().iterdir())
    assert shelf.has("c1")


def test_a_result_that_is_cleared_as_it_is_adopted_is_none(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(run, fresh=False)
    _cell(paths.cells() / "c1")
    monkeypatch.setattr(shelf, "_is_sound", lambda folder, cell: bool(cell and cache.clear()) and folder is not None)
    assert not shelf.adopt("c1")
    assert not (run.cells / "c1").exists()


def _old(path: Path) -> Path:
    then = time.time() - 7200
    os.utime(path, (then, then))
    return path


def test_what_a_killed_process_left_goes_and_what_is_being_written_stays(run: RunDirectory) -> None:
    folders = (paths.cache(), paths.prepared(), paths.cells(), paths.fingerprints(), paths.recognised(), paths.runs())
    old, young = [], []
    for folder in folders:
        for made in (old, young):
            folder.mkdir(parents=True, exist_ok=True)
            path = atomic.temporary_sibling(folder / "x")
            if folder in (paths.prepared(), paths.runs()):
                path.mkdir()
                (path / "part").write_text("x")
            else:
                path.write_text("x")
            made.append(_old(path) if made is old else path)
    assert cache.verify().removed == ()
    assert {entry.path for entry in cache.prune(quota=10**9).removed} == set(old)
    cache.clear()
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in young)
    assert run.cells.is_dir()


def test_a_link_is_taken_away_and_not_what_it_leads_to(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    paths.cells().mkdir(parents=True)
    (paths.cells() / "linked").symlink_to(kept)
    cache.clear()
    assert not list(paths.cells().iterdir())
    assert (kept / "file").read_text() == "x"


def test_a_run_that_is_deleted_is_gone_at_once(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    (run.path / "request.json").write_text("{}")
    with monkeypatch.context() as killed:  # before it is through
        killed.setattr("shutil.rmtree", lambda *_, **__: None)
        api.delete(api.open_run(str(run.path)))
    assert not run.path.exists()
    assert list(catalogue.directories_newest_first()) == []
    (left,) = paths.runs().iterdir()
    _old(left)
    cache.prune(quota=10**9)
    assert not left.exists()
