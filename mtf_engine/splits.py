"""Splits: which rows train and which rows test. The splitters are scikit-learn's own, with the seed of the plan.

What a splitter would do silently (folds that hold no member of a class, groups on both sides of a split) is
refused here with a remedy, before any cell exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    PredefinedSplit,
    RepeatedKFold,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
)

from mtf_engine.domain.dataset import Task
from mtf_engine.domain.split import SplitMethod, SplitSpec
from mtf_engine.errors import SettingsError
from mtf_engine.processing.prepared import Fold

__all__ = ["Fold", "SplitInput", "make_folds", "resolve_split"]

_STRATIFIED = {
    SplitMethod.STRATIFIED_KFOLD,
    SplitMethod.STRATIFIED_GROUP_KFOLD,
    SplitMethod.REPEATED_STRATIFIED_KFOLD,
}
_GROUPED = {SplitMethod.GROUP_KFOLD, SplitMethod.STRATIFIED_GROUP_KFOLD, SplitMethod.LEAVE_ONE_GROUP_OUT}
_REPEATED = {
    SplitMethod.KFOLD: SplitMethod.REPEATED_KFOLD,
    SplitMethod.STRATIFIED_KFOLD: SplitMethod.REPEATED_STRATIFIED_KFOLD,
}
_UNSTRATIFIED = {
    SplitMethod.STRATIFIED_KFOLD: "kfold",
    SplitMethod.STRATIFIED_GROUP_KFOLD: "group_kfold",
    SplitMethod.REPEATED_STRATIFIED_KFOLD: "repeated_kfold",
}


@dataclass(frozen=True, slots=True, eq=False)
class SplitInput:
    """What the rows of one data set offer to a splitter."""

    task: Task
    target: NDArray[np.generic]
    """Class codes or values; shape (n,)."""

    groups: NDArray[np.generic] | None = None
    time: pd.Series | None = None
    predefined: pd.Series | None = None
    """The column of a predefined split."""

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.target)


def resolve_split(spec: SplitSpec, task: Task, *, has_groups: bool, has_time: bool) -> SplitSpec:
    """Choose the splitter for a data set, or say why the chosen one does not fit it.

    Returns
    -------
    SplitSpec
        Never ``auto``; ``kfold`` and ``stratified_kfold`` with repeats become their repeated forms.

    Raises
    ------
    SettingsError
        The method contradicts the task, the groups or the order in time.

    Examples
    --------
    >>> resolve_split(SplitSpec(), Task.BINARY, has_groups=False, has_time=False).method
    <SplitMethod.STRATIFIED_KFOLD: 'stratified_kfold'>
    """
    if has_groups and has_time:
        raise SettingsError(
            "`groups` and `time` cannot be combined yet: no splitter here keeps both apart.",
            hint="Declare only one of them.",
        )
    method = _automatic(task, has_groups, has_time) if spec.method is SplitMethod.AUTO else spec.method
    _refuse_mismatch(method, task, has_groups, has_time, spec)
    if spec.repeats > 1 and method in _REPEATED:
        method = _REPEATED[method]
    repeated = method in _REPEATED.values()
    if spec.repeats > 1 and not repeated:
        raise SettingsError(
            f"`repeats: {spec.repeats}` does not go with the split method {method.value}.",
            hint="Only kfold and stratified_kfold can be repeated: remove `repeats`.",
        )
    if repeated and not spec.shuffle:
        raise SettingsError(
            f"{method.value} with `shuffle: false` would repeat the same folds.",
            hint="Remove `shuffle: false`, or use repeats: 1.",
        )
    return replace(spec, method=method)


def make_folds(spec: SplitSpec, rows: SplitInput, *, seed: int) -> tuple[Fold, ...]:
    """Divide the rows, in the splitter's order (repeats one after the other).

    Parameters
    ----------
    spec : SplitSpec
        From :func:`resolve_split`, never ``auto``.
    rows : SplitInput
        What the splitter may look at.
    seed : int
        ``random_state`` of the splitters that shuffle.

    Raises
    ------
    SettingsError
        The rows do not allow the split: more folds than members, a missing time, an unknown split name.
    """
    n = len(rows)
    if spec.method is SplitMethod.TIME_SERIES:
        return _ordered(spec, rows)
    if spec.method is SplitMethod.PREDEFINED:
        return _predefined(spec, rows)
    if spec.method is SplitMethod.HOLDOUT:
        return _holdout(spec, rows, seed)
    _require_members(spec, rows)
    groups = rows.groups if spec.method in _GROUPED else None
    return _collect(_splitter(spec, seed).split(np.empty((n, 0)), rows.target, groups))


def _automatic(task: Task, has_groups: bool, has_time: bool) -> SplitMethod:
    if has_time:
        return SplitMethod.TIME_SERIES
    if has_groups:
        return SplitMethod.STRATIFIED_GROUP_KFOLD if task.is_classification else SplitMethod.GROUP_KFOLD
    return SplitMethod.STRATIFIED_KFOLD if task.is_classification else SplitMethod.KFOLD


def _refuse_mismatch(method: SplitMethod, task: Task, has_groups: bool, has_time: bool, spec: SplitSpec) -> None:
    if method in _GROUPED and not has_groups:
        raise SettingsError(
            f"The split method {method.value} needs groups, and the data set declares none.",
            hint="Name the group column with `groups:`, or choose another method.",
        )
    if method in _STRATIFIED and not task.is_classification:
        raise SettingsError(
            f"The split method {method.value} balances classes, and the task is regression.",
            hint=f"Use {_UNSTRATIFIED[method]} (or auto), or set `task:` if the target is a class label.",
        )
    free = _GROUPED | {SplitMethod.PREDEFINED}
    if has_groups and method not in free:
        remedy = "stratified_group_kfold" if task.is_classification else "group_kfold"
        raise SettingsError(
            f"The split method {method.value} divides single rows, so rows of one group would stand on both sides.",
            hint=f"Use {remedy} (or auto), or remove `groups:`.",
        )
    in_order = method in {SplitMethod.TIME_SERIES, SplitMethod.PREDEFINED} or (
        method is SplitMethod.HOLDOUT and not spec.shuffle
    )
    if has_time and not in_order:
        raise SettingsError(
            f"The split method {method.value} ignores the order that `time:` declares, so models would see the future.",
            hint="Use time_series (or auto), holdout with `shuffle: false`, or remove `time:`.",
        )


def _splitter(spec: SplitSpec, seed: int) -> KFold | StratifiedKFold | LeaveOneGroupOut:
    """Make the scikit-learn splitter of a k-fold method."""
    state = seed if spec.shuffle else None
    shuffled = {"shuffle": spec.shuffle, "random_state": state}
    repeated = {"n_splits": spec.folds, "n_repeats": spec.repeats, "random_state": seed}
    match spec.method:
        case SplitMethod.KFOLD:
            return KFold(spec.folds, **shuffled)
        case SplitMethod.STRATIFIED_KFOLD:
            return StratifiedKFold(spec.folds, **shuffled)
        case SplitMethod.GROUP_KFOLD:
            return GroupKFold(spec.folds, **shuffled)
        case SplitMethod.STRATIFIED_GROUP_KFOLD:
            return StratifiedGroupKFold(spec.folds, **shuffled)
        case SplitMethod.REPEATED_KFOLD:
            return RepeatedKFold(**repeated)
        case SplitMethod.REPEATED_STRATIFIED_KFOLD:
            return RepeatedStratifiedKFold(**repeated)
        case SplitMethod.LEAVE_ONE_GROUP_OUT:
            return LeaveOneGroupOut()
    raise ValueError(f"{spec.method.value} is not a k-fold method; resolve_split chooses one for auto.")


def _require_members(spec: SplitSpec, rows: SplitInput) -> None:
    n = len(rows)
    if spec.method is SplitMethod.LEAVE_ONE_GROUP_OUT:
        if _distinct(rows.groups) < 2:
            raise SettingsError("leave_one_group_out needs at least two groups, and the data set has one.")
        return
    if spec.folds < 2:
        raise SettingsError(f"`folds: {spec.folds}` is too few: {spec.method.value} needs at least 2.")
    if spec.folds > n:
        raise SettingsError(
            f"`folds: {spec.folds}` is more than the {n} rows of the data set.", hint=f"Use at most folds: {n}."
        )
    if spec.method in _STRATIFIED:
        _require_class_members(spec, rows.target)
    if spec.method is SplitMethod.STRATIFIED_GROUP_KFOLD and rows.groups is not None:
        _require_groups_of_classes(spec, rows.target, rows.groups)
    if spec.method in _GROUPED and (count := _distinct(rows.groups)) < spec.folds:
        raise SettingsError(
            f"`folds: {spec.folds}` is more than the {count} groups of the data set.",
            hint=f"Use at most folds: {count}, or leave_one_group_out." if count > 1 else "Remove `groups:`.",
        )


def _require_class_members(spec: SplitSpec, target: NDArray[np.generic]) -> None:
    counts = np.unique(target, return_counts=True)[1]
    if len(counts) < 2:
        raise SettingsError("The target has one class only, so there is nothing to tell apart.")
    _require_each_fold(spec, int(counts.min()), "row(s) of the rarest class")


def _require_groups_of_classes(spec: SplitSpec, target: NDArray[np.generic], groups: NDArray[np.generic]) -> None:
    fewest = min(len(np.unique(groups[target == label])) for label in np.unique(target))
    _require_each_fold(spec, fewest, "group(s) that have rows of the rarest class")


def _require_each_fold(spec: SplitSpec, fewest: int, members: str) -> None:
    if fewest < spec.folds:
        remedy = f"Use folds: {fewest}, or the method" if fewest > 1 else "Use the method"
        raise SettingsError(
            f"`folds: {spec.folds}` is more than the {fewest} {members}, so some folds would test without it.",
            hint=f"{remedy} {_UNSTRATIFIED[spec.method]}, or take the class out.",
        )


def _holdout(spec: SplitSpec, rows: SplitInput, seed: int) -> tuple[Fold, ...]:
    n = len(rows)
    n_test = int(np.ceil(spec.test_size * n))
    if not 0 < spec.test_size < 1 or not 0 < n_test < n:
        raise SettingsError(
            f"`test_size: {spec.test_size}` leaves no rows to train or test on ({n} rows in all).",
            hint="Use a share between 0 and 1, such as 0.25.",
        )
    if not spec.shuffle:
        order = np.arange(n) if rows.time is None else _time_order(rows.time)
        return (_fold(order[: n - n_test], order[n - n_test :]),)
    if not rows.task.is_classification:
        return _collect(ShuffleSplit(1, test_size=spec.test_size, random_state=seed).split(np.empty((n, 0))))
    counts = np.unique(rows.target, return_counts=True)[1]
    if len(counts) < 2:
        raise SettingsError("The target has one class only, so there is nothing to tell apart.")
    if counts.min() < 2 or min(n_test, n - n_test) < len(counts):
        raise SettingsError(
            f"A stratified hold-out needs 2 rows of each class and a side with room for all {len(counts)} classes; "
            f"the rarest class has {int(counts.min())} row(s) and the sides have {n - n_test} and {n_test}.",
            hint="Change `test_size`, take rare classes out, or use `shuffle: false`, which does not stratify.",
        )
    splitter = StratifiedShuffleSplit(1, test_size=spec.test_size, random_state=seed)
    return _collect(splitter.split(np.empty((n, 0)), rows.target))


def _ordered(spec: SplitSpec, rows: SplitInput) -> tuple[Fold, ...]:
    n = len(rows)
    if spec.folds < 2 or spec.folds + 1 > n:
        raise SettingsError(
            f"`folds: {spec.folds}` does not suit time_series: it needs at least 2 folds and more rows than folds, "
            f"and there are {n} rows.",
            hint=f"Use folds between 2 and {n - 1}." if n > 2 else None,
        )
    order = np.arange(n) if rows.time is None else _time_order(rows.time)
    folds = _collect(TimeSeriesSplit(spec.folds).split(np.empty((n, 0))))
    return tuple(_fold(order[fold.train], order[fold.test]) for fold in folds)


def _time_order(time: pd.Series) -> NDArray[np.int64]:
    """Sort the rows by time; rows of equal time keep their order."""
    missing = int(time.isna().sum())
    if missing:
        raise SettingsError(
            f"The time column {time.name!r} has {missing} missing value(s), so those rows have no place in time.",
            hint="Fill the column or remove those rows.",
        )
    return np.argsort(time.to_numpy(), kind="stable").astype(np.int64)


def _predefined(spec: SplitSpec, rows: SplitInput) -> tuple[Fold, ...]:
    """Read the folds off a column; test rows stand in time where there is one, and no group on both sides."""
    folds = _of_column(spec, rows.predefined)
    if rows.groups is not None:
        for fold in folds:
            _require_apart(fold, rows.groups)
    if rows.time is None:
        return folds
    rank = np.argsort(_time_order(rows.time))
    return tuple(_fold(fold.train, fold.test[np.argsort(rank[fold.test])]) for fold in folds)


def _require_apart(fold: Fold, groups: NDArray[np.generic]) -> None:
    shared = np.intersect1d(groups[fold.train], groups[fold.test])
    if len(shared):
        raise SettingsError(
            f"The predefined split puts rows of {len(shared)} group(s) on both sides, and `groups:` declares that they "
            "belong together.",
            hint="Correct the split column, choose a group method (or auto), or remove `groups:`.",
        )


def _of_column(spec: SplitSpec, column: pd.Series | None) -> tuple[Fold, ...]:
    if column is None:
        raise SettingsError(
            "The split method predefined needs a column that says which rows test.",
            hint="Write splits: {method: predefined, column: NAME}.",
        )
    if column.isna().any():
        raise SettingsError(f"The split column {column.name!r} has {int(column.isna().sum())} missing value(s).")
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return _numbered(column)
    sides = column.astype(str).str.strip().str.lower()
    strange = sorted(set(sides) - {"train", "test"})
    if strange:
        listed = ", ".join(repr(value[:40]) for value in strange[:5])
        raise SettingsError(
            f"The split column {spec.column or column.name!r} holds {listed}; it may hold only train and test, "
            "or integers.",
            hint="Name the sides train and test, or number the folds (-1 is never tested).",
        )
    is_test = (sides == "test").to_numpy()
    if is_test.all() or not is_test.any():
        raise SettingsError(f"The split column {column.name!r} puts every row on one side.")
    return (_fold(np.flatnonzero(~is_test), np.flatnonzero(is_test)),)


def _numbered(column: pd.Series) -> tuple[Fold, ...]:
    numbers = column.to_numpy(dtype=np.float64)
    whole = numbers.astype(np.int64)
    if (whole != numbers).any():
        raise SettingsError(f"The split column {column.name!r} holds numbers that are not whole.")
    folds = _collect(PredefinedSplit(whole).split())
    if not folds or any(len(fold.train) == 0 for fold in folds):
        raise SettingsError(
            f"The split column {column.name!r} leaves no rows to train or to test on.",
            hint="Number at least two folds, or mark training rows with -1.",
        )
    return folds


def _collect(pairs: Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> tuple[Fold, ...]:
    return tuple(_fold(train, test) for train, test in pairs)


def _fold(train: NDArray[np.int64], test: NDArray[np.int64]) -> Fold:
    return Fold(np.asarray(train, dtype=np.int64), np.asarray(test, dtype=np.int64))


def _distinct(values: NDArray[np.generic] | None) -> int:
    return 0 if values is None else len(np.unique(values))
