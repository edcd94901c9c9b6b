"""How settings are parsed into steps, and what single steps do; the laws of all of them are in `mtf_engine.testing`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mtf_engine import plugins
from mtf_engine.domain.dataset import Column, ColumnKind, Finding
from mtf_engine.errors import SchemaError
from mtf_engine.processing.automatic import automatic_steps, left_as_they_are
from mtf_engine.processing.pipeline import fit_pipeline
from mtf_engine.processing.row_steps import apply_row_steps, leading_row_steps
from mtf_engine.processing.steps import registry

from .mixed import columns_of, mixed, steps

NAMES = plugins.names(registry.GROUP)
FRAME = mixed(150)


@pytest.mark.parametrize(
    ("entry", "parameters", "columns"),
    [
        ("scale", {"method": "standard"}, None),
        ({"scale": "robust"}, {"method": "robust"}, None),
        ({"scale": {"method": "min_max", "columns": ["a"]}}, {"method": "min_max"}, ("a",)),
        ({"name": "scale", "columns": "a"}, {"method": "standard"}, ("a",)),
        ({"encode": "ordinal"}, {"method": "ordinal"}, None),
        ({"impute": {"numeric": "median"}}, {"numeric": "median", "categorical": "most_frequent"}, None),
        ({"impute": None}, {"numeric": "median"}, None),
        ({"drop_columns": ["a", "b"]}, {}, ("a", "b")),
        ({"drop_columns": "a"}, {}, ("a",)),
        ({"date_parts": ["year"]}, {"parts": ["year"]}, None),
    ],
)
def test_short_and_long_forms(entry: object, parameters: dict[str, Any], columns: tuple[str, ...] | None) -> None:
    step = steps(entry)[0]
    assert parameters.items() <= dict(step.parameters).items()
    assert step.columns == columns


@pytest.mark.parametrize(
    ("entry", "says", "hint"),
    [
        ("scal", "no step named 'scal'", "'scale'"),
        ({"scale": {"methd": "robust"}}, "no parameter 'methd'", "'method'"),
        ({"scale": "standrd"}, "cannot be 'standrd'", "'standard'"),
        ({"impute": {"numeric": "medain"}}, "cannot be 'medain'", "'median'"),
        ({"impute": 3}, "cannot be 3", ""),
        ({"drop_duplicates": 3}, "must be a mapping", ""),
        ({"encode": {"min_frequency": 0}}, "cannot be 0", ""),
        ({"remove_outliers": {"threshold": -1}}, "cannot be -1", ""),
        ({"scale": {"columns": [1]}}, "list of column names", ""),
        ({"scale": {"columns": []}}, "list of column names", ""),
        ("drop_columns", "needs the names of columns", "drop_columns: [a, b]"),
        (7, "A step is a name", "one step an entry"),
        ({"scale": "standard", "encode": "one_hot"}, "A step is a name", "one step an entry"),
        ({}, "A step is a name", ""),
    ],
)
def test_mistakes_are_told_with_a_remedy(entry: object, says: str, hint: str) -> None:
    parsed = registry.parse(entry)
    assert parsed.step is None
    assert says in parsed.problems[0].message
    assert hint in (parsed.problems[0].hint or "")


def test_all_mistakes_of_an_entry_are_told() -> None:
    parsed = registry.parse({"impute": {"numeric": "medain", "categorial": "x", "columns": 3}})
    assert {problem.key for problem in parsed.problems} == {"impute.numeric", "impute.categorial", "impute.columns"}


def test_columns_that_are_not_there() -> None:
    columns = columns_of(FRAME)
    (problem,) = registry.column_problems(steps({"scale": {"columns": ["agee", "age"]}})[0], columns)
    assert problem.hint == "Did you mean 'age'?"
    duplicates = steps({"drop_duplicates": {"columns": ["age", "label"]}})[0]
    assert registry.column_problems(duplicates, columns, target="label") == ()
    assert len(registry.column_problems(duplicates, columns)) == 1


def test_duplicates_and_gaps_are_taken_out_once() -> None:
    frame = pd.DataFrame({"a": [1.0, 1.0, np.nan, np.nan, 1.0], "b": ["x", "x", "y", "y", "x"], "y": [0, 0, 1, 1, 1]})
    kept = apply_row_steps(steps("drop_duplicates"), frame, dataset="d", target="y")
    assert kept.positions.tolist() == [0, 2, 4]
    assert kept.findings == (Finding("d", "drop_duplicates took out 2 of 5 rows."),)
    assert apply_row_steps(steps("drop_missing"), frame, dataset="d", target="y").positions.tolist() == [0, 1, 4]
    by_b = steps({"drop_duplicates": {"columns": ["b"]}})
    assert apply_row_steps(by_b, frame, dataset="d", target="y").positions.tolist() == [0, 2]
    both = steps({"drop_missing": {"columns": ["a"]}}, "drop_duplicates")
    assert apply_row_steps(both, frame, dataset="d", target="y").positions.tolist() == [0, 4]
    with pytest.raises(SchemaError, match="no rows"):
        apply_row_steps(steps("drop_missing"), frame.assign(a=np.nan), dataset="d", target="y")
    with pytest.raises(SchemaError, match="'c'"):
        apply_row_steps(steps({"drop_missing": {"columns": ["c"]}}), frame, dataset="d")


def test_row_steps_at_the_head() -> None:
    assert leading_row_steps(steps("drop_duplicates", "drop_missing", "impute")) == 2
    assert leading_row_steps(steps("impute", "drop_duplicates")) == 0


def test_automatic_steps_make_numbers_of_everything() -> None:
    many = pd.Series([f"level {i % 60}" for i in range(len(FRAME))], dtype="str")
    frame = FRAME.assign(many=many)
    columns = (*columns_of(FRAME), Column("many", ColumnKind.CATEGORICAL, "str", 0, 60))
    chosen = automatic_steps(columns, dataset="d")
    told = " ".join(finding.message for finding in chosen.findings)
    assert "note" in told
    assert "key" in told
    assert "many (60 levels)" in told
    assert left_as_they_are(chosen.steps, columns) == ()
    fitted = fit_pipeline(chosen.steps, frame, columns)
    block = fitted.train.to_numpy()
    assert block.dtype == np.float64
    assert not np.isnan(block).any()
    assert {"city_Bern", "plan_plus", "many", "joined_year", "member"} <= set(fitted.feature_names)
    assert not any(step.name == "scale" for step in chosen.steps)


def test_automatic_steps_of_numbers_only() -> None:
    chosen = automatic_steps(columns_of(FRAME, ["age", "income"]), dataset="d")
    assert [step.name for step in chosen.steps] == ["impute"]
    assert chosen.findings == ()


def test_columns_that_models_could_not_take() -> None:
    columns = columns_of(FRAME)
    remaining = left_as_they_are(steps("encode"), columns)
    assert [column.name for column in remaining] == ["joined", "note", "key"]
    assert left_as_they_are(steps({"select_columns": ["age", "member"]}), columns) == ()
