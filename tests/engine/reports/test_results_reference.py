"""docs/reference/results.md explains every field of results.json, and none that is not there."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from mtf_engine.domain import results as domain

PAGE = (Path(__file__).parents[3] / "docs/reference/results.md").read_text(encoding="utf-8")
SECTIONS = {
    "Top level": domain.Results,
    "run": domain.RunSummary,
    "datasets": domain.DatasetRow,
    "scores": domain.Score,
    "comparisons": domain.ComparisonRow,
    "rankings": domain.Ranking,
    "checks": domain.CheckRow,
    "failures": domain.FailureRow,
    "timing": domain.Timing,
}


def documented(section: str) -> set[str]:
    body = PAGE.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1] for line in body.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


@pytest.mark.parametrize(("section", "kind"), SECTIONS.items(), ids=SECTIONS)
def test_each_field_is_explained_and_exists(section: str, kind: type) -> None:
    assert documented(section) == {field.name for field in fields(kind)}


def test_each_table_of_the_results_has_a_section() -> None:
    assert {field.name for field in fields(domain.Results)} - {"version", "findings"} == set(SECTIONS) - {"Top level"}


@pytest.mark.parametrize("kind", [domain.Verdict, domain.Severity, domain.Cause])
def test_each_value_of_an_enumeration_is_named(kind: type[domain.Verdict]) -> None:
    assert all(f"`{value.value}`" in PAGE for value in kind)
