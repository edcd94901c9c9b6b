"""The diagnostics of data: what they count, when they warn, and that they scale."""

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris

from mtf_engine.checks import registry
from mtf_engine.checks.data import CheckData
from mtf_engine.checks.specification import Outcome
from mtf_engine.domain.check import CheckKind
from mtf_engine.domain.dataset import Column, ColumnKind, Task
from mtf_engine.domain.results import Verdict
from mtf_engine.processing.prepared import Fold


def check_data(frame: pd.DataFrame, target: list[int] | np.ndarray | None = None, **more: object) -> CheckData:
    n = len(frame)
    codes = np.arange(n) % 2 if target is None else np.asarray(target)
    folds = more.get("folds") or (Fold(np.arange(0, n // 2), np.arange(n // 2, n)),)
    labels = tuple(range(int(codes.max()) + 1)) if codes.dtype.kind == "i" else ()
    task = Task.REGRESSION if not labels else Task.BINARY if len(labels) == 2 else Task.MULTICLASS
    return CheckData("d", task, frame, (), codes, labels, folds)  # type: ignore[arg-type]


def run(name: str, data: CheckData, **parameters: object) -> Outcome:
    specification = registry.get(name)
    return specification.function(data, **specification.complete(parameters))


def test_duplicate_rows_are_counted_with_and_without_the_target() -> None:
    data = check_data(pd.DataFrame({"a": [1.0, 1.0, 1.0, np.nan, np.nan], "b": list("xxxyy")}), [0, 0, 1, 1, 1])
    found = run("duplicate_rows", data)
    assert (found.verdict, found.evidence["duplicate_rows"], found.evidence["largest_group"]) == (Verdict.FAIL, 2, 2)
    assert run("duplicate_rows", data, include_target=False).evidence["duplicate_rows"] == 3
    assert run("duplicate_rows", data, max_share=0.4).verdict is Verdict.PASS


def test_an_identifier_does_not_hide_copies() -> None:
    frame = pd.DataFrame({"row": np.arange(40), "a": np.tile(np.arange(20.0), 2)})
    columns = (
        Column("row", ColumnKind.IDENTIFIER, "int64", 0, 40),
        Column("a", ColumnKind.NUMERIC, "float64", 0, 20),
    )
    data = replace(check_data(frame, np.tile([0, 1], 20)), columns=columns)
    overlap = run("train_test_overlap", data)
    assert (overlap.verdict, overlap.evidence["overlapping_rows"]) == (Verdict.FAIL, 20)
    assert overlap.evidence["identifiers_aside"] == ["row"]
    assert run("duplicate_rows", data).evidence["duplicate_rows"] == 20
    alone = replace(data, frame=frame[["row"]], columns=columns[:1])
    assert run("duplicate_rows", alone).evidence["duplicate_rows"] == 0


def test_iris_holds_its_famous_copy() -> None:
    iris = load_iris(as_frame=True)
    found = run("duplicate_rows", check_data(iris.data, iris.target.to_numpy(dtype=np.int64)), max_share=0.0)
    assert (found.verdict, found.evidence["duplicate_rows"]) == (Verdict.FAIL, 1)


def test_missing_cells_of_every_kind_are_counted() -> None:
    frame = pd.DataFrame(
        {
            "number": [1.0, np.nan, 3.0, 4.0],
            "word": ["a", None, None, "b"],
            "day": pd.to_datetime(["2020-01-01", None, None, None]),
            "full": [1, 2, 3, 4],
        }
    )
    found = run("missing_values", check_data(frame), max_share=0.5)
    assert found.verdict is Verdict.FAIL
    assert found.evidence["missing_cells"] == 6
    assert found.evidence["columns"] == [
        {"column": "day", "missing": 3, "share": 0.75},
        {"column": "word", "missing": 2, "share": 0.5},
        {"column": "number", "missing": 1, "share": 0.25},
    ]
    assert run("missing_values", check_data(frame), max_share=0.75).verdict is Verdict.PASS
    assert run("missing_values", check_data(frame[["full"]])).message == "no cell is missing"


@pytest.mark.parametrize(("rare", "verdict"), [(20, Verdict.PASS), (19, Verdict.FAIL)])
def test_a_rare_class_is_found_by_its_rows(rare: int, verdict: Verdict) -> None:
    data = check_data(pd.DataFrame({"a": range(100)}), [0] * (100 - rare) + [1] * rare)
    assert run("class_imbalance", data).verdict is verdict


def test_a_rare_class_is_found_by_its_ratio() -> None:
    data = check_data(pd.DataFrame({"a": range(1000)}), [0] * 920 + [1] * 80)
    found = run("class_imbalance", data)
    assert (found.verdict, found.evidence["ratio"]) == (Verdict.FAIL, 80 / 920)
    assert found.evidence["rarest"] == [{"class": 1, "rows": 80}, {"class": 0, "rows": 920}]


def test_a_class_without_rows_is_the_rarest() -> None:
    frame = pd.DataFrame({"a": range(60)})
    data = CheckData("d", Task.MULTICLASS, frame, (), np.arange(60) % 2, ("x", "y", "z"), ())
    found = run("class_imbalance", data)
    assert (found.verdict, found.evidence["ratio"]) == (Verdict.FAIL, 0.0)


def test_constant_columns_include_empty_ones() -> None:
    frame = pd.DataFrame(
        {
            "varies": [1.0, 2.0, 3.0, 4.0],
            "same": [7.0] * 4,
            "empty": [np.nan] * 4,
            "word": ["a"] * 4,
            "nothing": pd.Series([None] * 4, dtype=object),
            "nearly": ["a", "a", "a", None],
        }
    )
    found = run("constant_columns", check_data(frame))
    assert [entry["column"] for entry in found.evidence["columns"]] == ["same", "empty", "word", "nothing"]
    assert run("constant_columns", check_data(frame), max_dominance=0.7).evidence["constant_columns"] == 5
    assert run("constant_columns", check_data(frame[["varies", "nearly"]])).verdict is Verdict.PASS


def test_overlap_is_exact_and_counted_in_each_fold() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0, 1.0, 2.0, 9.0], "b": ["x", "y", None, "x", "z", "w"]})
    folds = (
        Fold(np.array([0, 1, 2]), np.array([3, 4, 5])),
        Fold(np.array([3, 4, 5]), np.array([0, 1, 2])),
    )
    found = run("train_test_overlap", check_data(frame, [0, 0, 1, 1, 1, 0], folds=folds))
    assert found.verdict is Verdict.FAIL
    assert found.evidence["overlapping_rows"] == 2
    assert found.evidence["worst_share"] == 1 / 3
    assert (found.evidence["with_equal_target"], found.evidence["with_other_target"]) == (0, 2)
    assert found.evidence["folds"][0] == {"fold": 0, "test_rows": 3, "features": 1, "features_and_target": 0}
    assert found.rows_read == 6


def test_copies_inside_the_test_rows_are_no_overlap() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 5.0, 5.0]})
    found = run("train_test_overlap", check_data(frame))
    assert (found.verdict, found.evidence["overlapping_rows"]) == (Verdict.PASS, 0)


def test_overlap_reads_only_rows_that_take_part_and_says_so() -> None:
    folds = (Fold(np.array([0, 1]), np.array([2])), Fold(np.array([0, 1, 2]), np.array([3])))
    found = run("train_test_overlap", check_data(pd.DataFrame({"a": range(6)}), folds=folds))
    assert found.rows_read == 4


def test_overlap_without_training_rows_did_not_look() -> None:
    folds = (Fold(np.array([], dtype=np.int64), np.arange(4)),)
    found = run("train_test_overlap", check_data(pd.DataFrame({"a": range(4)}), folds=folds))
    assert (found.verdict, found.rows_read) == (Verdict.NOT_RUN, 0)


def test_evidence_is_bounded_on_wide_and_many_fold_data() -> None:
    frame = pd.DataFrame(np.full((200, 300), np.nan), columns=[f"c{i}" for i in range(300)])
    folds = tuple(Fold(np.delete(np.arange(200), i), np.array([i])) for i in range(200))
    data = check_data(frame, folds=folds)
    for specification in registry.specifications():
        if specification.kind is CheckKind.DIAGNOSTIC:
            outcome = run(specification.name, data)
            assert all(len(value) <= 20 for value in outcome.evidence.values() if isinstance(value, list))


def test_every_diagnostic_reads_rows_by_the_hundred_thousand_within_seconds() -> None:
    rng = np.random.default_rng(0)
    n = 200_000
    frame = pd.DataFrame(rng.normal(size=(n, 20)), columns=[f"x{i}" for i in range(20)])
    frame["c"] = rng.choice(["a", "b", None], n)
    folds = tuple(Fold(np.delete(np.arange(n), part), part) for part in np.array_split(np.arange(n), 5))
    data = check_data(frame, folds=folds)
    started = time.process_time()
    for specification in registry.specifications():
        if specification.kind is CheckKind.DIAGNOSTIC:
            run(specification.name, data)
    assert time.process_time() - started < 8


def test_diagnostics_leave_the_data_alone() -> None:
    frame = pd.DataFrame({"a": [0.0, -0.0, np.nan, 2.0], "b": ["x", None, "x", "y"]})
    before = frame.copy(deep=True)
    data = check_data(frame)
    for specification in registry.specifications():
        if specification.kind is CheckKind.DIAGNOSTIC:
            run(specification.name, data)
    pd.testing.assert_frame_equal(frame, before)
    assert np.signbit(frame["a"].to_numpy()[1])
