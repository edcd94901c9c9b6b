"""What makes two plans the same, found out without reading a table."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mtf_engine import settings
from mtf_engine.runs import identity
from mtf_engine.runs.identity import Ingredients

TEXT = """
version: 1
datasets: [{source: data.csv, target: y}]
models: [{python: "model.py:build", name: own}, {estimator: sklearn.svm.SVC}]
seed: ${SEED:-1}
plugins: [steps.py]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SEED", raising=False)
    for name, content in (("data.csv", "a,y\n1,2\n"), ("model.py", "x = 1\n"), ("steps.py", "y = 1\n")):
        (tmp_path / name).write_text(content)
        old = (tmp_path / name).stat().st_mtime - 60
        os.utime(tmp_path / name, (old, old))
    return tmp_path


def gather(folder: Path, text: str = TEXT) -> Ingredients:
    raw = text.encode()
    return identity.gather(raw, settings.canonical(settings.inspect_bytes(raw).settings), folder)


def change(path: Path) -> None:
    path.write_text(path.read_text() + "\n# changed\n")
    old = path.stat().st_mtime - 30
    os.utime(path, (old, old))


def test_comments_execution_reports_and_logging_make_no_difference(folder: Path) -> None:
    more = "# note\n" + TEXT + "execution: {workers: 3}\nreport: {formats: [html]}\nlogging: {level: debug}\n"
    assert gather(folder, more).identity == gather(folder).identity


@pytest.mark.parametrize("name", ["data.csv", "model.py", "steps.py"])
def test_content_of_data_and_of_the_users_files_counts(folder: Path, name: str) -> None:
    before = gather(folder)
    identity.remember(before, "run-1")
    assert identity.recall(TEXT.encode(), folder) == "run-1"
    change(folder / name)
    assert identity.recall(TEXT.encode(), folder) is None
    after = gather(folder)
    assert after.identity != before.identity
    said = identity.changed(before.parts, after.parts)
    assert said.removesuffix(" has").endswith(f"{folder / name}{')' if name == 'data.csv' else ''}")


def test_touching_a_file_makes_no_difference(folder: Path) -> None:
    before = gather(folder)
    identity.remember(before, "run-1")
    os.utime(folder / "data.csv")
    assert identity.recall(TEXT.encode(), folder) == "run-1"
    assert gather(folder).identity == before.identity


def test_variables_count_by_value_and_are_not_written_down(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEED", "77123")
    before = gather(folder)
    identity.remember(before, "run-1")
    assert identity.recall(TEXT.encode(), folder) == "run-1"
    assert "77123" not in repr(before)
    assert not any("SEED" in name for name in before.parts), "run directories are given away"
    monkeypatch.setenv("SEED", "2")
    assert identity.recall(TEXT.encode(), folder) is None
    assert gather(folder).identity != before.identity


def test_versions_of_estimators_count(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = gather(folder)
    identity.remember(before, "run-1")
    monkeypatch.setattr("mtf_engine.environment.versions.package_version", lambda _: "99.0")
    assert identity.recall(TEXT.encode(), folder) is None
    assert gather(folder).identity != before.identity


def test_another_folder_with_equal_content_is_the_same_plan(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("copy")
    for name in ("data.csv", "model.py", "steps.py"):
        (other / name).write_bytes((folder / name).read_bytes())
    assert gather(other).identity == gather(folder).identity


def test_what_is_not_known_without_fetching_is_never_recognised(folder: Path) -> None:
    text = TEXT.replace("data.csv", "https://data.example/table.csv")
    unknown = gather(folder, text)
    assert not unknown.is_complete
    identity.remember(unknown, "run-1")
    assert identity.recall(text.encode(), folder) is None


def test_a_damaged_memory_is_forgotten(folder: Path, own_home: Path) -> None:
    identity.remember(gather(folder), "run-1")
    for path in (own_home / "cache" / "recognised").iterdir():
        path.write_bytes(b"{")
    assert identity.recall(TEXT.encode(), folder) is None
