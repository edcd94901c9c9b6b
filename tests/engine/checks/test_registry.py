"""Every check is found by name and code, documented, and strict about its parameters."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtf_engine.checks import registry
from mtf_engine.checks.data import CheckData
from mtf_engine.checks.specification import CheckSpecification
from mtf_engine.domain.check import CheckKind
from mtf_engine.domain.dataset import Task
from mtf_engine.errors import PluginError, SettingsError
from mtf_engine.processing.prepared import Fold

ROOT = Path(__file__).parents[3]
CHECKS = registry.specifications()
each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
each_diagnostic = pytest.mark.parametrize(
    "check", [check for check in CHECKS if check.kind is CheckKind.DIAGNOSTIC], ids=lambda check: check.code
)


def test_codes_are_stable() -> None:
    assert {check.code: check.name for check in CHECKS} == {
        "MTF001": "metric_threshold",
        "MTF002": "not_worse_than",
        "MTF101": "train_test_overlap",
        "MTF102": "duplicate_rows",
        "MTF103": "missing_values",
        "MTF104": "class_imbalance",
        "MTF105": "constant_columns",
    }


@each_check
def test_a_check_is_found_by_name_and_by_code(check: CheckSpecification) -> None:
    assert registry.get(check.name) is check
    assert registry.get(check.code.lower()) is check


@each_check
def test_a_check_has_a_page_with_its_parameters_and_defaults(check: CheckSpecification) -> None:
    page = (ROOT / check.docs).read_text(encoding="utf-8")
    assert page.startswith(f"# {check.code} `{check.name}`\n")
    facts = f"Family: {check.family.value} · severity: {check.severity.value} · needs: {check.needs.value}"
    assert facts in page
    for parameter in check.parameters:
        default = str(parameter.default).lower()
        assert f"| `{parameter.name}` | `{default}` | {parameter.docs} |" in page
    index = (ROOT / "docs/reference/checks/index.md").read_text(encoding="utf-8")
    row = f"| [{check.code}]({check.code}-{check.name}.md) | `{check.name}` | {check.family} | {check.severity} |"
    assert row in index


@each_diagnostic
def test_the_page_explains_every_field_of_the_evidence(check: CheckSpecification) -> None:
    folds = (Fold(np.arange(5), np.arange(5, 10)),)
    frame = pd.DataFrame({"a": [1.0] * 10, "b": [None] * 10})
    data = CheckData("d", Task.BINARY, frame, (), np.arange(10) % 2, (0, 1), folds)
    outcome = check.function(data, **check.complete({}))
    explained = set(re.findall(r"`(\w+)`", (ROOT / check.docs).read_text(encoding="utf-8").partition("## Evidence")[2]))
    nested = {key for value in outcome.evidence.values() if isinstance(value, list) for row in value for key in row}
    assert {"asked", *outcome.evidence, *nested} <= explained


@pytest.mark.parametrize(
    ("value", "message"), [(2, "between 0 and 1"), (-0.1, "between 0 and 1"), ("a", "a number"), (True, "a number")]
)
def test_a_wrong_value_names_the_range(value: object, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        registry.get("missing_values").complete({"max_share": value})


def test_a_misspelled_parameter_and_name_are_put_right() -> None:
    (problem,) = registry.get("missing_values").problems({"max_shre": 0.1})
    assert problem.hint == 'Did you mean "max_share"?'
    with pytest.raises(PluginError) as error:
        registry.get("train_overlap")
    assert "train_test_overlap" in str(error.value.hint)


def test_what_is_asked_is_said_with_its_numbers() -> None:
    assert (
        registry.get("missing_values").question({"max_share": 0.25}) == "no column misses more than 25 % of its cells"
    )
