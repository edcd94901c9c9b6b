"""Laws that every registered step obeys, and how settings are parsed into steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mtf_engine import plugins
from mtf_engine.domain.dataset import Column, ColumnKind, Finding
from mtf_engine.domain.step import StepKind, StepRef
from mtf_engine.errors import SchemaError
from mtf_engine.processing.automatic import automatic_steps, left_as_they_are
from mtf_engine.processing.pipeline import fit_pipeline
from mtf_engine.processing.row_steps import apply_row_steps, leading_row_steps
from mtf_engine.processing.steps import registry
from mtf_engine.processing.steps.spec import RowFilter, Sampler

from .mixed import columns_of, mixed, steps

NAMES = plugins.names(registry.GROUP)
FRAME = mixed(150)


def default(name: str) -> StepRef:
    """The step as a user would write it without parameters."""
    entry: object = {name: ["age", "city"]} if registry.get(name).needs_columns else name
    return steps(entry)[0]


def transformers() -> list[str]:
    return [name for name in NAMES if registry.get(name).kind is not StepKind.ROW]


@pytest.mark.parametrize("name", NAMES)
def test_specifications_are_complete(name: str) -> None:
    spec = registry.get(name)
    assert spec.name == name
    assert spec.summary.endswith(".")
    assert spec.applies_to
    assert spec.short is None or spec.short in spec.parameters.model_fields
    for field in spec.parameters.model_fields.values():
        assert field.description
        assert field.description.endswith(".")
    behaviour = registry.build(default(name))
    expected = {StepKind.ROW: RowFilter, StepKind.SAMPLER: Sampler}.get(spec.kind)
    assert (type(behaviour) is expected) if expected else not isinstance(behaviour, RowFilter | Sampler)


@pytest.mark.parametrize("name", NAMES)
def test_parameters_survive_a_round_trip(name: str) -> None:
    step = default(name)
    again = registry.parse({name: {**step.parameters, **({"columns": list(step.columns)} if step.columns else {})}})
    assert again.step == step


@pytest.mark.parametrize("name", transformers())
def test_row_order_does_not_matter(name: str) -> None:
    columns = columns_of(FRAME)
    order = np.random.default_rng(1).permutation(len(FRAME))
    one = fit_pipeline((default(name),), FRAME, columns)
    other = fit_pipeline((default(name),), FRAME.iloc[order], columns)
    assert one.feature_names == other.feature_names
    a, b = one.transform(FRAME), other.transform(FRAME)
    numbers = list(a.select_dtypes("number").columns)
    np.testing.assert_allclose(a[numbers].to_numpy(), b[numbers].to_numpy(), rtol=1e-9, atol=1e-9)
    assert sorted(order[other.kept]) == one.kept.tolist()


@pytest.mark.parametrize("name", transformers())
def test_each_row_is_transformed_by_itself(name: str) -> None:
    fitted = fit_pipeline((default(name),), FRAME, columns_of(FRAME))
    whole = fitted.transform(FRAME)
    part = fitted.transform(FRAME.iloc[40:45])
    pd.testing.assert_frame_equal(part, whole.iloc[40:45].reset_index(drop=True))
    assert tuple(whole.columns) == fitted.feature_names


@pytest.mark.parametrize("name", [name for name in NAMES if registry.get(name).kind is StepKind.ROW])
def test_row_steps_keep_rows_in_order_and_are_idempotent(name: str) -> None:
    first = apply_row_steps((default(name),), FRAME, dataset="d")
    assert (np.diff(first.positions) > 0).all()
    again = apply_row_steps((default(name),), FRAME.iloc[first.positions].reset_index(drop=True), dataset="d")
    assert len(again.positions) == len(first.positions)
    assert again.findings == ()


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
