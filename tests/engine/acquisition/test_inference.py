"""What columns hold and what targets ask for."""

from __future__ import annotations

import uuid

import numpy as np
import pandas as pd
import pytest

from mtf_engine.acquisition.inference import class_labels, infer_columns, infer_task
from mtf_engine.domain.dataset import ColumnKind, Task
from mtf_engine.errors import SchemaError

WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "and", "sleeps"]


def kind(name: str, values: object) -> ColumnKind:
    return infer_columns(pd.DataFrame({name: values}))[0].kind


def prose(count: int) -> list[str]:
    random = np.random.default_rng(0)
    return [" ".join(random.choice(WORDS, size=8)) for _ in range(count)]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("x", np.linspace(0, 1, 50), ColumnKind.NUMERIC),
        ("x", np.arange(50) ** 2, ColumnKind.NUMERIC),
        ("customer_id", np.arange(50) ** 2, ColumnKind.IDENTIFIER),
        ("CustomerID", np.arange(50) ** 2, ColumnKind.IDENTIFIER),
        ("customer_id", np.arange(50) // 2, ColumnKind.NUMERIC),
        ("x", np.arange(100, 150), ColumnKind.IDENTIFIER),
        ("x", np.arange(10), ColumnKind.NUMERIC),
        ("paid", np.arange(50) ** 2, ColumnKind.NUMERIC),
        ("x", np.arange(50, dtype=float), ColumnKind.NUMERIC),
        ("x", [True, False] * 20, ColumnKind.BOOLEAN),
        ("x", pd.array([True, None] * 20, dtype="boolean"), ColumnKind.BOOLEAN),
        ("x", ["a", "b"] * 20, ColumnKind.CATEGORICAL),
        ("x", [f"code{row}" for row in range(50)], ColumnKind.IDENTIFIER),
        ("x", [f"code{row}" for row in range(10)], ColumnKind.CATEGORICAL),
        ("x", [str(uuid.UUID(int=row)) for row in range(5)], ColumnKind.IDENTIFIER),
        ("x", prose(60), ColumnKind.TEXT),
        ("x", prose(10) * 20, ColumnKind.CATEGORICAL),
        ("x", pd.Categorical([f"code{row}" for row in range(50)]), ColumnKind.CATEGORICAL),
        ("x", pd.date_range("2024", periods=50), ColumnKind.DATETIME),
    ],
)
def test_kinds(name: str, values: object, expected: ColumnKind) -> None:
    assert kind(name, values) is expected


def test_a_column_is_described() -> None:
    column = infer_columns(pd.DataFrame({"x": [1.0, np.nan, 1.0, 2.0]}))[0]
    assert (column.name, column.dtype, column.missing, column.distinct) == ("x", "float64", 1, 2)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 1, 1, 0], Task.BINARY),
        (list(range(20)) * 2, Task.MULTICLASS),
        (list(range(21)) * 2, Task.REGRESSION),
        ([1.0, 2.0, 3.0], Task.MULTICLASS),
        ([1.0, 2.0, np.nan], Task.BINARY),
        ([1.0, 2.5, 3.0], Task.REGRESSION),
        ([1.0, np.inf], Task.REGRESSION),
        (["yes", "no"], Task.BINARY),
        ([f"c{row}" for row in range(30)], Task.MULTICLASS),
        ([True, False], Task.BINARY),
        (pd.array([True, None, False], dtype="boolean"), Task.BINARY),
        (pd.Categorical([1.5, 2.5, 3.5]), Task.MULTICLASS),
        ([1, 1, 1], Task.BINARY),
    ],
)
def test_tasks(values: object, expected: Task) -> None:
    assert infer_task(pd.Series(values, name="y")) is expected


def test_a_target_without_values_or_of_dates_is_refused() -> None:
    with pytest.raises(SchemaError, match="target y has no values"):
        infer_task(pd.Series([np.nan, np.nan], name="y"))
    with pytest.raises(SchemaError, match="is a date"):
        infer_task(pd.Series(pd.date_range("2024", periods=3), name="y"))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3, 1, 2, 1], (1, 2, 3)),
        ([2.0, 1.0, np.nan], (1, 2)),
        (["no", "yes", "no"], ("no", "yes")),
        ([True, False], (False, True)),
        (pd.Categorical(["b", "a"], categories=["z", "b", "a"]), ("a", "b")),
        (["10", "9"], ("10", "9")),
    ],
)
def test_labels_are_sorted_plain_values(values: object, expected: tuple[object, ...]) -> None:
    labels = class_labels(pd.Series(values))
    assert labels == expected
    assert [type(label) for label in labels] == [type(label) for label in expected]


def test_labels_that_cannot_be_sorted_are_refused() -> None:
    with pytest.raises(SchemaError, match="mixes kinds of labels"):
        class_labels(pd.Series([1, "a"], dtype=object, name="y"))
