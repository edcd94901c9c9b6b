"""Every event, every field of it and every file of a run directory is documented."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from mtf_engine.domain.event import EVENT_TYPES
from mtf_engine.runs.directory import RunDirectory

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_an_event_is_documented_with_its_fields(name: str) -> None:
    text = (REFERENCE / "events.md").read_text(encoding="utf-8")
    assert f"### {name}\n" in text
    section = text.partition(f"### {name}\n")[2].partition("\n### ")[0]
    missing = [field.name for field in dataclasses.fields(EVENT_TYPES[name]) if f"`{field.name}`" not in section]
    assert not missing


def test_no_event_is_documented_that_does_not_exist() -> None:
    text = (REFERENCE / "events.md").read_text(encoding="utf-8")
    assert {line[4:] for line in text.splitlines() if line.startswith("### ")} == set(EVENT_TYPES)


def test_every_file_of_a_run_directory_is_documented() -> None:
    text = (REFERENCE / "run-directory.md").read_text(encoding="utf-8")
    members = [name for name, value in vars(RunDirectory).items() if isinstance(value, property) and name != "id"]
    for name in members:
        file = getattr(RunDirectory(Path("run")), name).name
        assert f"`{file}" in text, f"{file} is missing"
