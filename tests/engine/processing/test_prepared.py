"""Prepared data sets survive the disk, and many readers share one copy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtf_engine.domain.dataset import Label, Task
from mtf_engine.processing.prepared import Fold, PreparedData, label_array, open_prepared, write_prepared

from .mixed import columns_of, mixed


def prepared(frame: pd.DataFrame, names: list[str] | None = None, **options: object) -> PreparedData:
    n = len(frame)
    defaults: dict[str, object] = {
        "task": Task.BINARY,
        "target": np.arange(n) % 2,
        "labels": ("no", "yes"),
        "positive": 1,
        "row_ids": np.arange(n) * 2,
        "folds": (Fold(np.arange(0, n - 5), np.arange(n - 5, n)), Fold(np.arange(5, n), np.arange(5))),
    }
    return PreparedData(frame=frame, columns=columns_of(frame, names), **(defaults | options))


def test_round_trip(tmp_path: Path) -> None:
    frame = mixed()
    weights, groups = np.linspace(0, 1, len(frame)), np.arange(len(frame)) % 7
    write_prepared(tmp_path / "data", prepared(frame, weights=weights, groups=groups))
    back = open_prepared(tmp_path / "data")
    expected = frame[["age", "income", "city", "member", "joined", "plan", "note", "key"]]
    pd.testing.assert_frame_equal(back.frame(), expected)
    assert list(back.feature_names) == list(expected.columns)
    rows = np.array([7, 3, 100])
    pd.testing.assert_frame_equal(back.frame(rows), expected.iloc[rows].reset_index(drop=True))
    np.testing.assert_array_equal(back.weights, weights)
    np.testing.assert_array_equal(back.groups, groups)
    np.testing.assert_array_equal(back.row_ids, np.arange(len(frame)) * 2)
    np.testing.assert_array_equal(back.folds[1].test, np.arange(5))
    assert back.original_target(rows).tolist() == ["yes", "yes", "no"]
    assert back.meta.positive == 1


def test_numbers_are_one_shared_contiguous_block(tmp_path: Path) -> None:
    frame = mixed()
    write_prepared(tmp_path, prepared(frame, ["age", "income"]))
    back = open_prepared(tmp_path)
    assert back.numeric.flags.c_contiguous
    assert np.shares_memory(back.frame().to_numpy(), back.numeric)
    assert back.frame(np.array([3, 1])).to_numpy().flags.c_contiguous
    back.numeric[0, 0] = 99.0
    assert open_prepared(tmp_path).numeric[0, 0] != 99.0


@pytest.mark.parametrize(
    "labels", [("a", "b"), (0, 1), (0.5, 1.5), (False, True), (1, "b")], ids=["text", "int", "float", "bool", "mixed"]
)
def test_labels_keep_their_types(tmp_path: Path, labels: tuple[Label, ...]) -> None:
    write_prepared(tmp_path, prepared(mixed(), ["age"], labels=labels))
    back = open_prepared(tmp_path)
    assert back.labels == labels
    assert [type(label) for label in back.labels] == [type(label) for label in labels]
    assert back.original_target(np.array([0, 1])).tolist() == list(labels)
    assert label_array(labels).dtype.kind == {str: "U", int: "i", float: "f", bool: "b"}.get(
        type(labels[0]) if type(labels[0]) is type(labels[1]) else None, "O"
    )


def test_regression_without_numeric_columns(tmp_path: Path) -> None:
    frame = mixed()
    target = np.linspace(-1, 1, len(frame))
    options = {"task": Task.REGRESSION, "labels": (), "positive": None, "target": target}
    write_prepared(tmp_path, prepared(frame, ["city"], **options))
    back = open_prepared(tmp_path)
    assert back.frame().shape == (len(frame), 1)
    np.testing.assert_array_equal(back.original_target(), target)
    assert back.weights is None


def test_truth_values_among_objects_and_a_wrong_length(tmp_path: Path) -> None:
    frame = mixed()
    frame["member"] = frame["member"].astype(object).where(frame["member"].notna(), None)
    write_prepared(tmp_path, prepared(frame, ["member"]))
    assert open_prepared(tmp_path).frame()["member"].dtype == "boolean"
    with pytest.raises(ValueError, match="shape"):
        write_prepared(tmp_path / "b", prepared(frame, ["member"], row_ids=np.arange(3)))


def test_an_unfinished_directory_is_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_prepared(tmp_path)
