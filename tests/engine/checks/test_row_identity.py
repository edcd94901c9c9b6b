"""Equal rows share a code and others never do, whatever the cells hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtf_engine.checks.row_identity import row_codes, separate, with_values

cells = st.sampled_from([0.0, -0.0, 1.0, np.nan, 1e300, 5e-324])
words = st.sampled_from(["", "a", "A", "nan", None, "é"])


def partition(codes: np.ndarray) -> list[int]:
    return pd.factorize(codes)[0].tolist()


@given(st.lists(st.tuples(cells, cells, words), min_size=1, max_size=40))
@settings(deadline=None, max_examples=80)
def test_codes_partition_rows_as_python_equality_does(rows: list[tuple[float, float, str | None]]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b", "c"])
    frame["c"] = pd.Series([row[2] for row in rows], dtype=object)
    seen: dict[object, int] = {}
    expected = [
        seen.setdefault(tuple("missing" if pd.isna(v) else (v + 0.0 if isinstance(v, float) else (v,)) for v in row), i)
        for i, row in enumerate(rows)
    ]
    assert partition(row_codes(frame)) == partition(np.array(expected))


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["x", "y", "x", None], dtype="category"),
        pd.Series(pd.to_datetime(["2020-01-01", None, "2020-01-01", "2021-01-01"])),
        pd.Series([True, False, True, None], dtype="boolean"),
        pd.Series([1, 2, 1, 3], dtype="int64"),
        pd.Series([1, "1", 1, None], dtype=object),
        pd.Series(["x", "y", "x", None], dtype="str"),
    ],
)
def test_every_kind_of_column_tells_rows_apart(column: pd.Series) -> None:
    assert partition(row_codes(column.to_frame("c"))) == [0, 1, 0, 2]


def test_colliding_hashes_never_make_rows_equal() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 1.0, np.nan, np.nan], "b": ["x", "x", "x", "y", "y"]})
    everything_collides = np.zeros(5, dtype=np.int64)
    assert partition(separate(frame, everything_collides)) == [0, 1, 0, 2, 2]


def test_targets_separate_equal_features() -> None:
    codes = np.array([0, 0, 1, 1])
    assert partition(with_values(codes, np.array([0.5, 0.5, np.nan, np.nan]))) == [0, 0, 1, 1]
    assert partition(with_values(codes, np.array([0, 1, 0, 0]))) == [0, 1, 2, 2]


def test_rows_without_columns_are_all_equal() -> None:
    assert row_codes(pd.DataFrame(index=range(3))).tolist() == [0, 0, 0]
    assert row_codes(pd.DataFrame({"a": []})).tolist() == []
