"""Splits are scikit-learn's own, and what a splitter would do silently is refused with a remedy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import model_selection as ms

from mtf_engine.domain.dataset import Task
from mtf_engine.domain.split import SplitMethod, SplitSpec
from mtf_engine.errors import SettingsError
from mtf_engine.splits import SplitInput, make_folds, resolve_split

N = 60
RNG = np.random.default_rng(7)
Y = RNG.integers(0, 3, N)
GROUPS = RNG.integers(0, 12, N)
SEED = 5


def spec(method: str = "auto", **options: Any) -> SplitSpec:
    return SplitSpec(SplitMethod(method), **options)


def rows(task: Task = Task.MULTICLASS, **options: Any) -> SplitInput:
    target = Y if task.is_classification else Y.astype(float)
    return SplitInput(task, target, **options)


ORACLES = [
    ("kfold", {}, ms.KFold(5, shuffle=True, random_state=SEED)),
    ("kfold", {"folds": 3, "shuffle": False}, ms.KFold(3)),
    ("stratified_kfold", {}, ms.StratifiedKFold(5, shuffle=True, random_state=SEED)),
    ("stratified_kfold", {"shuffle": False}, ms.StratifiedKFold(5)),
    ("group_kfold", {"folds": 4}, ms.GroupKFold(4, shuffle=True, random_state=SEED)),
    ("group_kfold", {"folds": 4, "shuffle": False}, ms.GroupKFold(4)),
    ("stratified_group_kfold", {"folds": 3}, ms.StratifiedGroupKFold(3, shuffle=True, random_state=SEED)),
    ("repeated_kfold", {"repeats": 3}, ms.RepeatedKFold(n_splits=5, n_repeats=3, random_state=SEED)),
    (
        "repeated_stratified_kfold",
        {"repeats": 2, "folds": 4},
        ms.RepeatedStratifiedKFold(n_splits=4, n_repeats=2, random_state=SEED),
    ),
    ("time_series", {"folds": 4}, ms.TimeSeriesSplit(4)),
    ("leave_one_group_out", {}, ms.LeaveOneGroupOut()),
    ("holdout", {}, ms.StratifiedShuffleSplit(1, test_size=0.25, random_state=SEED)),
]


@pytest.mark.parametrize(("method", "options", "oracle"), ORACLES, ids=lambda value: str(value)[:40])
def test_folds_are_those_of_scikit_learn(method: str, options: dict[str, Any], oracle: Any) -> None:
    folds = make_folds(spec(method, **options), rows(groups=GROUPS), seed=SEED)
    expected = list(oracle.split(np.zeros((N, 1)), Y, GROUPS if "group" in method else None))
    assert len(folds) == len(expected)
    for fold, (train, test) in zip(folds, expected, strict=True):
        assert fold.train.dtype == fold.test.dtype == np.int64
        np.testing.assert_array_equal(fold.train, train)
        np.testing.assert_array_equal(fold.test, test)


@pytest.mark.parametrize("task", [Task.MULTICLASS, Task.REGRESSION])
def test_hold_out_is_train_test_split(task: Task) -> None:
    (fold,) = make_folds(spec("holdout", test_size=0.3), rows(task), seed=SEED)
    stratify = Y if task.is_classification else None
    train, test = ms.train_test_split(np.arange(N), test_size=0.3, random_state=SEED, stratify=stratify)
    np.testing.assert_array_equal(fold.train, train)
    np.testing.assert_array_equal(fold.test, test)


def test_hold_out_without_shuffling_tests_on_the_last_rows() -> None:
    (fold,) = make_folds(spec("holdout", shuffle=False), rows(), seed=SEED)
    np.testing.assert_array_equal(fold.test, np.arange(45, 60))
    backwards = pd.Series(pd.date_range("2020", periods=N)[::-1], name="when")
    (fold,) = make_folds(spec("holdout", shuffle=False), rows(time=backwards), seed=SEED)
    np.testing.assert_array_equal(np.sort(fold.test), np.arange(15))


@settings(max_examples=50, deadline=None)
@given(
    method=st.sampled_from(["kfold", "stratified_kfold", "group_kfold", "stratified_group_kfold"]),
    folds=st.integers(2, 5),
    seed=st.integers(0, 1000),
)
def test_every_row_is_tested_once_and_no_group_is_split(method: str, folds: int, seed: int) -> None:
    made = make_folds(spec(method, folds=folds), rows(groups=GROUPS), seed=seed)
    np.testing.assert_array_equal(np.sort(np.concatenate([fold.test for fold in made])), np.arange(N))
    for fold in made:
        assert not set(fold.train) & set(fold.test)
        if "group" in method:
            assert not set(GROUPS[fold.train]) & set(GROUPS[fold.test])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), folds=st.integers(2, 6))
def test_ordered_splits_never_train_on_the_future(seed: int, folds: int) -> None:
    time = pd.Series(np.random.default_rng(seed).permutation(N), name="t")
    for fold in make_folds(spec("time_series", folds=folds), rows(time=time), seed=seed):
        assert time[fold.train].max() < time[fold.test].min()


def test_predefined_sides() -> None:
    column = pd.Series(["train", "Test ", "train", "test"], name="part")
    (fold,) = make_folds(spec("predefined"), SplitInput(Task.REGRESSION, np.arange(4.0), predefined=column), seed=0)
    np.testing.assert_array_equal(fold.train, [0, 2])
    np.testing.assert_array_equal(fold.test, [1, 3])


def test_predefined_test_rows_stand_in_time() -> None:
    """Blocks of neighbours are drawn from them, so neighbours have to be neighbours in time."""
    column = pd.Series(["train", "test", "train", "test", "test"], name="part")
    data = SplitInput(Task.REGRESSION, np.arange(5.0), time=pd.Series([1, 9, 2, 7, 8], name="t"), predefined=column)
    (fold,) = make_folds(spec("predefined"), data, seed=0)
    np.testing.assert_array_equal(fold.train, [0, 2])
    np.testing.assert_array_equal(fold.test, [3, 4, 1])


def test_predefined_numbers_are_scikit_learns() -> None:
    numbers = np.array([-1, 0, 1, 0, 2, 1, -1])
    made = make_folds(
        spec("predefined"),
        SplitInput(Task.REGRESSION, np.arange(7.0), predefined=pd.Series(numbers, name="fold")),
        seed=0,
    )
    for fold, (train, test) in zip(made, ms.PredefinedSplit(numbers).split(), strict=True):
        np.testing.assert_array_equal(fold.train, train)
        np.testing.assert_array_equal(fold.test, test)


@pytest.mark.parametrize(
    ("task", "groups", "time", "method"),
    [
        (Task.BINARY, False, False, "stratified_kfold"),
        (Task.REGRESSION, False, False, "kfold"),
        (Task.MULTICLASS, True, False, "stratified_group_kfold"),
        (Task.REGRESSION, True, False, "group_kfold"),
        (Task.BINARY, False, True, "time_series"),
    ],
)
def test_auto(task: Task, groups: bool, time: bool, method: str) -> None:
    assert resolve_split(spec(), task, has_groups=groups, has_time=time).method == method


def test_repeats_make_the_repeated_form() -> None:
    chosen = resolve_split(spec(repeats=3), Task.BINARY, has_groups=False, has_time=False)
    assert chosen.method is SplitMethod.REPEATED_STRATIFIED_KFOLD
    assert chosen.repeats == 3


@pytest.mark.parametrize(
    ("chosen", "task", "groups", "time", "says"),
    [
        (spec("kfold"), Task.BINARY, True, False, "stratified_group_kfold"),
        (spec("holdout"), Task.REGRESSION, True, False, "group_kfold"),
        (spec("stratified_kfold"), Task.REGRESSION, False, False, "kfold"),
        (spec("repeated_stratified_kfold"), Task.REGRESSION, False, False, "repeated_kfold"),
        (spec("group_kfold"), Task.BINARY, False, False, "groups:"),
        (spec(), Task.BINARY, True, True, "only one"),
        (spec("kfold"), Task.BINARY, False, True, "time_series"),
        (spec("holdout"), Task.BINARY, False, True, "shuffle: false"),
        (spec("holdout", repeats=3), Task.BINARY, False, False, "repeats"),
        (spec(repeats=2), Task.BINARY, True, False, "repeats"),
        (spec("kfold", repeats=2, shuffle=False), Task.BINARY, False, False, "shuffle"),
    ],
)
def test_contradictions_are_refused_with_a_remedy(
    chosen: SplitSpec, task: Task, groups: bool, time: bool, says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        resolve_split(chosen, task, has_groups=groups, has_time=time)
    assert says in (caught.value.hint or "")


def given_rows(target: list[int] | None = None, **options: Any) -> SplitInput:
    return SplitInput(Task.BINARY, np.array(target or [0, 1] * 5), **options)


@pytest.mark.parametrize(
    ("chosen", "data", "says"),
    [
        (spec("kfold", folds=11), given_rows(), "more than the 10 rows"),
        (spec("kfold", folds=1), given_rows(), "too few"),
        (spec("stratified_kfold", folds=3), given_rows([0] * 8 + [1] * 2), "rarest class"),
        (spec("stratified_kfold"), given_rows([1] * 10), "one class only"),
        (spec("holdout"), given_rows([1] * 10), "one class only"),
        (spec("holdout"), given_rows([0] * 9 + [1]), "2 rows of each class"),
        (spec("holdout", test_size=1.0), given_rows(), "leaves no rows"),
        (spec("group_kfold"), given_rows(groups=np.array([0, 1] * 5)), "more than the 2 groups"),
        (
            spec("stratified_group_kfold", folds=3),
            given_rows([0] * 6 + [1] * 4, groups=np.array([0, 1, 2, 3, 4, 5, 6, 6, 7, 7])),
            "2 group.s. that have rows of the rarest class",
        ),
        (spec("leave_one_group_out"), given_rows(groups=np.zeros(10)), "at least two groups"),
        (spec("time_series", folds=10), given_rows(), "more rows than folds"),
        (spec("time_series"), given_rows(time=pd.Series([1.0, np.nan] * 5, name="t")), "5 missing"),
        (spec("predefined"), given_rows(), "needs a column"),
        (spec("predefined"), given_rows(predefined=pd.Series(["train", "valid"] * 5, name="p")), "'valid'"),
        (spec("predefined"), given_rows(predefined=pd.Series(["train"] * 10, name="p")), "one side"),
        (spec("predefined"), given_rows(predefined=pd.Series([0.5] * 10, name="p")), "not whole"),
        (spec("predefined"), given_rows(predefined=pd.Series([0] * 10, name="p")), "no rows to train"),
        (spec("predefined"), given_rows(predefined=pd.Series([0, None] * 5, name="p")), "missing"),
        (
            spec("predefined"),
            given_rows(groups=np.arange(10) // 2, predefined=pd.Series(["train", "test"] * 5, name="p")),
            "rows of 5 group.s. on both sides",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rows_that_do_not_allow_the_split(chosen: SplitSpec, data: SplitInput, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        make_folds(chosen, data, seed=0)
