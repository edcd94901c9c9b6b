"""Run directories: names for every file system, found by people's words."""

from __future__ import annotations

import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mtf_engine.domain.event import RunFinished, RunRejected, RunStarted
from mtf_engine.errors import RunError, RunNotFound
from mtf_engine.runs import catalogue, directory
from mtf_engine.runs.directory import Request, RunDirectory
from mtf_engine.runs.events import EventWriter
from mtf_engine.storage import paths


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTF_HOME", str(tmp_path / "home"))


def request(name: str = "churn") -> Request:
    return Request(name, "/data/settings.yaml", "/data", "/data", "abc", True)


def make(name: str = "churn", minute: int = 0) -> RunDirectory:
    now = datetime(2026, 1, 2, 3, minute, 5, tzinfo=UTC)
    return directory.create(paths.runs(), b"version: 1\n", request(name), now=now)


def test_a_run_is_named_by_time_name_and_four_digits() -> None:
    assert re.fullmatch(r"20260102T030005Z-churn-[0-9a-f]{4}", make().id)


@pytest.mark.parametrize("name", ["a/b", "..", "x:y*?", "CON", "", "né", "a" * 300, "a\nb", "-rf"])
def test_any_name_gives_a_safe_directory(name: str) -> None:
    run = make(name)
    assert run.path.parent == paths.runs()
    assert not set(run.id) & set('<>:"/\\|?*\n')
    assert run.read_request().name == name
    assert run.settings.read_bytes() == b"version: 1\n"


def test_a_damaged_request_is_reported() -> None:
    run = make()
    run.request.write_bytes(b"{")
    with pytest.raises(RunError, match=r"request\.json cannot be read"):
        run.read_request()


def test_runs_are_found_by_id_prefix_name_last_and_path() -> None:
    old, new, other = make("churn", 1), make("churn", 2), make("iris", 3)
    assert catalogue.find("last") == other
    assert catalogue.find("churn") == new
    assert catalogue.find(old.id) == old
    assert catalogue.find(old.id[:14]) == old
    assert catalogue.find(str(new.path)) == new
    for run in (old, new, other):
        assert catalogue.find(run.id.partition("-")[2]) == run, "as lists show it, without the time in front"


def test_the_last_run_of_a_settings_file_is_found() -> None:
    settings = Path("/data/settings.yaml")
    assert catalogue.last_of(settings) is None
    make("churn", 1)
    last, damaged, rejected = make("churn", 2), make("churn", 3), make("churn", 4)
    damaged.request.write_bytes(b"{")
    writer = EventWriter(rejected.events)
    writer.append(RunRejected(({"message": "no such model"},)))
    writer.close()
    assert catalogue.last_of(settings) == last
    assert catalogue.last_of(Path("/data/other.yaml")) is None


def test_what_is_not_found_is_explained() -> None:
    with pytest.raises(RunNotFound, match="no runs yet"):
        catalogue.find("last")
    make("churn", 1)
    make("churn", 2)
    with pytest.raises(RunNotFound, match="begins 2 run ids"):
        catalogue.find("2026")
    with pytest.raises(RunNotFound) as raised:
        catalogue.find("chrun")
    assert raised.value.hint is not None
    assert "Did you mean 'churn'?" in raised.value.hint
    with pytest.raises(RunNotFound, match="no run is called 'longlong"):
        catalogue.find("long" * 100)  # as a path it is longer than a disk takes


@pytest.mark.skipif(os.name == "nt", reason="a folder is closed by its mode")
def test_a_path_in_a_closed_folder_is_told_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, home = Path(place, "closed"), Path(place, "home")
        (folder / "run").mkdir(parents=True)
        monkeypatch.setenv("MTF_HOME", str(home))
        Path(place).chmod(0o755)
        folder.chmod(0)
        is_root = os.geteuid() == 0
        try:
            if is_root:
                os.seteuid(65534)  # whom modes bind
            with pytest.raises(RunNotFound, match="run cannot be looked into: permission denied") as raised:
                catalogue.find(str(folder / "run"))
        finally:
            if is_root:
                os.seteuid(0)
            folder.chmod(0o755)
        assert raised.value.hint == "Ask its owner for leave to read it."


def test_the_history_is_newest_first_with_states() -> None:
    old, new = make("a", 1), make("b", 2)
    writer = EventWriter(old.events)
    writer.append(RunStarted(1, "h", "t", 1))
    writer.append(RunFinished(0))
    writer.close()
    listed = catalogue.entries()
    assert [entry.directory for entry in listed] == [new, old]
    assert [entry.summary.status.value for entry in listed] == ["interrupted", "finished"]
    assert len(catalogue.entries(limit=1)) == 1


def test_what_is_not_yet_published_is_not_listed() -> None:
    (paths.runs() / ".tmp-1-a").mkdir(parents=True)
    (paths.runs() / "stray").mkdir()
    assert catalogue.entries() == ()


def test_a_renamed_run_is_listed_and_found_by_its_new_name_and_its_old_id() -> None:
    run, other = make("churn", 1), make("churn", 2)
    run.rename("  the  champion ")
    assert [entry.name for entry in catalogue.entries()] == ["churn", "the champion"]
    assert catalogue.find("the champion") == run
    assert catalogue.find(run.id) == run
    assert catalogue.find("churn") == other
    for wrong in ("", " \n", "x" * 81):
        with pytest.raises(RunError, match="1 to 80 characters"):
            run.rename(wrong)


def test_a_run_that_cannot_be_written_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        make()
    assert list(paths.runs().iterdir()) == []
