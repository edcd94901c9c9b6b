"""Which column of a table is what: target, weights, groups, time, split, feature; and what the target asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtf_engine.acquisition.inference import class_labels, infer_task, is_number
from mtf_engine.acquisition.interfaces import Table
from mtf_engine.domain.dataset import Column, DatasetRef, Finding, Label, Task
from mtf_engine.domain.split import SplitMethod, SplitSpec
from mtf_engine.errors import SchemaError, SettingsError
from mtf_engine.planning.complaints import Complaints
from mtf_engine.settings import suggestion

_SHOWN_LABELS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """The target of the rows that have one."""

    column: str
    task: Task
    values: NDArray[np.int64] | NDArray[np.float64]
    """Codes into ``labels`` for classification, values for regression; shape (n,)."""

    labels: tuple[Label, ...]
    positive: int | None
    """Code of the positive class; None unless the task is binary."""

    rows: NDArray[np.int64]
    """Rows of the table that have a target, ascending; shape (n,)."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of the columns by role."""

    target: str
    features: tuple[Column, ...]
    """In the table's order."""


def assign_roles(ref: DatasetRef, table: Table, splits: SplitSpec, complaints: Complaints) -> Roles | None:
    """Find every column that the settings name; None when one is not there."""
    names = [column.name for column in table.columns]
    before = complaints.count
    target = ref.target if ref.target is not None else table.default_target
    if target is None:
        message = f"'{ref.name}' does not say which column to predict, and its source documents no target."
        complaints.add(None, message, f"Add `target:`. {suggestion('', names, label='Its columns')}".strip())
    single = {"target": target, "groups": ref.groups, "time": ref.time, "weights": ref.weights}
    for key, column in single.items():
        _require(column, key, names, ref, complaints)
    for column in ref.drop:
        _require(column, "drop", names, ref, complaints)
    predefined = splits.column if splits.method is SplitMethod.PREDEFINED else None
    if predefined is not None and predefined not in names:
        message = f"The split column '{predefined}' is not in '{ref.name}'."
        hint = suggestion(predefined, names, label="Its columns")
        complaints.add_split(SettingsError(message, hint=hint))
    if complaints.count > before or target is None:
        return None
    taken = {*single.values(), *ref.drop, predefined}
    features = tuple(column for column in table.columns if column.name not in taken)
    if not features:
        complaints.add(None, f"'{ref.name}' has no feature: every column is target, dropped or has another role.")
        return None
    return Roles(target, features)


def _require(name: str | None, key: str, names: list[str], ref: DatasetRef, complaints: Complaints) -> None:
    if name is not None and name not in names:
        message = f"There is no column '{name}' in '{ref.name}'."
        complaints.add(key, message, suggestion(name, names, label="Its columns"))


# --- the target ---


@dataclass(frozen=True, slots=True, eq=False)
class _Present:
    """The target's column without its missing cells."""

    ref: DatasetRef
    column: str
    values: pd.Series
    rows: NDArray[np.int64]
    findings: list[Finding]


def read_target(ref: DatasetRef, table: Table, column: str, complaints: Complaints) -> Target | None:
    """Decide the task and turn the target into codes or numbers; None when it is not usable."""
    series = table.frame[column]
    rows = np.flatnonzero(series.notna().to_numpy()).astype(np.int64)
    present = _Present(ref, column, series.iloc[rows], rows, [])
    if 0 < len(rows) < len(series):
        gone = len(series) - len(rows)
        message = f"Left out {gone} of {len(series)} rows without a target."
        present.findings.append(Finding(ref.name, message, (column,)))
    try:
        task = _task(present, table)
        if task is Task.REGRESSION:
            return _numbers(present, complaints)
        return _classes(present, task, complaints)
    except SchemaError as error:
        complaints.add("target" if ref.target else None, error.message, error.hint)
        return None


def _task(present: _Present, table: Table) -> Task:
    """Decide the task: what the settings say, what the source documents, what the values suggest."""
    inferred = infer_task(present.values)
    if present.ref.task is not None:
        return present.ref.task
    if table.task_hint is not None and present.column == table.default_target:
        return table.task_hint
    if inferred.is_classification and is_number(present.values):
        message = (
            f"The target '{present.column}' holds whole numbers with {present.values.nunique()} distinct values and is "
            "taken as a class label; `task: regression` would take it as a number."
        )
        present.findings.append(Finding(present.ref.name, message, (present.column,)))
    return inferred


def _numbers(present: _Present, complaints: Complaints) -> Target | None:
    ref, column = present.ref, present.column
    if not is_number(present.values):
        message = f"A regression needs numbers, and the target '{column}' holds {present.values.dtype} values."
        hint = f"Remove `task:`, name another target, or read it by `options: {{types: {{{column}: numeric}}}}`."
        complaints.add("task" if ref.task else "target", message, hint)
        return None
    values = present.values.to_numpy(dtype=np.float64)
    if not np.isfinite(values).all():
        complaints.add("target", f"The target '{column}' holds infinite values.", "Correct those rows.")
        return None
    if ref.positive is not None:
        complaints.add("positive", f"A regression has no positive class, and '{ref.name}' is one.", "Remove it.")
        return None
    return Target(column, Task.REGRESSION, values, (), None, present.rows, tuple(present.findings))


def _classes(present: _Present, task: Task, complaints: Complaints) -> Target | None:
    ref, column = present.ref, present.column
    labels = class_labels(present.values)
    if len(labels) < 2:
        message = f"The target '{column}' has one class only ({_quoted(labels)}), so there is nothing to tell apart."
        complaints.add("target" if ref.target else None, message, "Name another target, or add rows of other classes.")
        return None
    if task is Task.BINARY and len(labels) > 2:
        message = f"The task is binary, and the target '{column}' has {len(labels)} classes: {_quoted(labels)}."
        complaints.add("task", message, "Write `task: multiclass`, or remove `task:`.")
        return None
    if any(isinstance(label, float) and not label.is_integer() for label in labels):
        message = f"The target '{column}' holds fractions ({_quoted(labels)}), which estimators refuse as class labels."
        hint = f"Read it as text by `options: {{types: {{{column}: categorical}}}}`, or write `task: regression`."
        complaints.add("task" if ref.task else "target", message, hint)
        return None
    positive = _positive(ref, task, labels, column, complaints)
    if ref.positive is not None and positive is None:
        return None
    codes = _codes(present.values, labels)
    return Target(column, task, codes, labels, positive, present.rows, tuple(present.findings))


def _positive(
    ref: DatasetRef, task: Task, labels: tuple[Label, ...], column: str, complaints: Complaints
) -> int | None:
    """Find the code of the positive class; the larger label unless the settings say otherwise."""
    if ref.positive is None:
        return len(labels) - 1 if task is Task.BINARY else None
    if task is not Task.BINARY:
        complaints.add("positive", f"'{ref.name}' has {len(labels)} classes and no positive one.", "Remove it.")
        return None
    matching = [code for code, label in enumerate(labels) if _spelling(label) == _spelling(ref.positive)]
    if matching:
        return matching[0]
    message = f"The positive class '{ref.positive}' is no label of the target '{column}'."
    complaints.add("positive", message, f"Its labels: {_quoted(labels)}.")
    return None


def _codes(present: pd.Series, labels: tuple[Label, ...]) -> NDArray[np.int64]:
    values = present.astype(object) if isinstance(present.dtype, pd.CategoricalDtype) else present
    codes = pd.Index(list(labels)).get_indexer(pd.Index(values))
    if (codes < 0).any():
        raise ValueError(f"The labels of {present.name!r} do not cover its values.")
    return codes.astype(np.int64)


def _spelling(label: Label) -> str:
    return str(label).lower() if isinstance(label, bool) else str(label)


def _quoted(labels: tuple[Label, ...]) -> str:
    more = f" and {len(labels) - _SHOWN_LABELS} more" if len(labels) > _SHOWN_LABELS else ""
    return ", ".join(f"'{label}'" for label in labels[:_SHOWN_LABELS]) + more


# --- weights and groups ---


def read_weights(series: pd.Series, complaints: Complaints) -> NDArray[np.float64] | None:
    """Check row weights: numbers, none missing, none negative, not all zero; None when they are not usable."""
    name = series.name
    wrong: str | None = None
    values = np.empty(0)
    if not is_number(series):
        wrong = f"The weights '{name}' are no numbers but {series.dtype} values"
    else:
        values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        first_bad = "missing" if np.isnan(values).any() else "infinite" if np.isinf(values).any() else None
        if first_bad:
            wrong = f"The weights '{name}' have {first_bad} values"
        elif (values < 0).any():
            wrong = f"The weights '{name}' have {int((values < 0).sum())} negative values"
        elif not values.any():
            wrong = f"The weights '{name}' are all zero"
    if wrong is not None:
        complaints.add("weights", f"{wrong}.", "Row weights are numbers of at least 0.")
        return None
    return values


def check_time(series: pd.Series, complaints: Complaints) -> None:
    """Make sure that the values of the column that orders the rows sort in time."""
    if not (pd.api.types.is_datetime64_any_dtype(series) or pd.api.types.is_numeric_dtype(series)):
        message = f"The time column '{series.name}' holds {series.dtype}, which sorts by spelling, not in time."
        complaints.add("time", message, "Write dates as ISO 8601 (2026-01-31), or name a column of dates or numbers.")


def read_groups(series: pd.Series, complaints: Complaints) -> NDArray[np.int64] | None:
    """Number the groups in sort order; None when a row has none."""
    missing = int(series.isna().sum())
    if missing:
        message = f"The groups '{series.name}' have {missing} missing values, and a row without a group fits nowhere."
        complaints.add("groups", message, "Fill the column or remove those rows.")
        return None
    values = series.astype(object) if isinstance(series.dtype, pd.CategoricalDtype) else series
    codes, _ = pd.factorize(values, sort=True)
    return codes.astype(np.int64)
