"""One data set from its table to what models see: roles, target, row steps, folds; written once, found by content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from mtf_engine.acquisition.columns import content_sha256
from mtf_engine.acquisition.interfaces import Table
from mtf_engine.domain.dataset import Dataset, DatasetRef, Finding
from mtf_engine.domain.plan import FoldPlan, Resolved
from mtf_engine.domain.split import SplitMethod, SplitSpec
from mtf_engine.domain.step import Pipeline, StepRef
from mtf_engine.errors import SchemaError, SettingsError
from mtf_engine.planning.complaints import Complaints
from mtf_engine.planning.resolve import Resolution
from mtf_engine.planning.roles import Roles, Target, assign_roles, check_time, read_groups, read_target, read_weights
from mtf_engine.processing.automatic import automatic_steps, can_use_any, left_as_they_are, left_unscaled
from mtf_engine.processing.prepared import Fold, PreparedData, open_prepared, write_prepared
from mtf_engine.processing.row_steps import apply_row_steps
from mtf_engine.processing.steps.registry import column_problems
from mtf_engine.settings import DEFAULT_PIPELINE, KeyPath
from mtf_engine.splits import SplitInput, make_folds, resolve_split
from mtf_engine.storage import atomic, paths
from mtf_engine.storage.fingerprint import fingerprint

LAYOUT = 1
"""Part of the name of a prepared data set: raise it when the files or their meaning change."""

AUTO_PIPELINE = DEFAULT_PIPELINE
"""Name of the pipeline that ``auto`` is written out to."""

_EVERY = "A pipeline is for every data set: take the step out, or test this data set with settings of its own."


@dataclass(frozen=True, slots=True)
class PreparedDataset:
    """A data set on disk, ready for cells."""

    index: int
    """Position in the settings."""

    dataset: Dataset
    splits: SplitSpec
    folds: tuple[FoldPlan, ...]
    pipelines: tuple[Pipeline, ...]
    directory: Path


def prepare(table: Table, resolution: Resolution, complaints: Complaints) -> PreparedDataset | None:
    """Prepare one data set; None when something is wrong, which ``complaints`` then holds.

    Parameters
    ----------
    table : Table
        What its source delivered.
    resolution : Resolution
        The plan's settings.
    complaints : Complaints
        Of this data set.
    """
    resolved = resolution.resolved
    ref = complaints.ref
    wanted = ref.splits or resolved.splits
    roles = assign_roles(ref, table, wanted, complaints)
    if roles is None:
        return None
    target = read_target(ref, table, roles.target, complaints)
    _check_step_columns(resolution, roles, complaints)
    splits = _resolve_split(wanted, ref, target, complaints)
    if target is None or complaints.count:
        return None
    assert splits is not None
    data = _rows(table, resolved, roles, target, complaints)
    if data is None:
        return None
    folds = _folds(splits, table, data, ref, resolved.seed, complaints)
    if folds is None:
        return None
    chosen = _pipelines(resolved, roles, ref)
    if resolved.pipelines is None and not can_use_any(roles.features):
        _complain_of_nothing_left(roles, complaints)
        return None
    findings = (*target.findings, *data.findings, *chosen.findings, *_infinite(data.prepared.frame, ref))
    prepared = replace(data.prepared, folds=folds)
    sha256 = _prepared_sha256(prepared)
    fold_plans = _fold_plans(prepared, splits)
    dataset = Dataset(
        ref=ref,
        task=target.task,
        target=target.column,
        classes=target.labels,
        positive=None if target.positive is None else target.labels[target.positive],
        columns=roles.features,
        rows_source=len(table.frame),
        rows=len(prepared.row_ids),
        sha256=table.sha256,
        prepared_sha256=sha256,
        provenance=table.provenance,
        findings=findings,
    )
    directory = _publish(prepared, fingerprint("prepared", LAYOUT, sha256, [fold.sha256 for fold in fold_plans]))
    return PreparedDataset(complaints.index, dataset, splits, fold_plans, chosen.pipelines, directory)


def _check_step_columns(resolution: Resolution, roles: Roles, complaints: Complaints) -> None:
    """Hold the columns that steps name against the features."""
    resolved, origin = resolution.resolved, resolution.origin
    pipelines = resolved.pipelines or ()
    besides = f" {_EVERY}" if len(resolved.datasets) > 1 else ""

    def hold(pipeline: str, position: int, step: StepRef, target: str | None = None) -> None:
        for problem in column_problems(step, roles.features, target=target):
            place = ("pipelines", pipeline, position, "columns")
            _complain(complaints, place, problem.message, f"{problem.hint}{besides}")

    for pipeline in pipelines[:1]:
        for position, step in zip(origin.row_steps, resolved.row_steps, strict=True):
            hold(pipeline.name, position, step, roles.target)
    for pipeline in pipelines:
        for position, step in zip(origin.steps[pipeline.name], pipeline.steps, strict=True):
            hold(pipeline.name, position, step)


def _complain(complaints: Complaints, path: KeyPath, message: str, hint: str | None) -> None:
    complaints.problems.add(path, f"{message.rstrip('.')} (data set '{complaints.ref.name}').", hint)
    complaints.count += 1


def _resolve_split(
    wanted: SplitSpec, ref: DatasetRef, target: Target | None, complaints: Complaints
) -> SplitSpec | None:
    if target is None:
        return None
    try:
        return resolve_split(wanted, target.task, has_groups=ref.groups is not None, has_time=ref.time is not None)
    except SettingsError as error:
        complaints.add_split(error)
        return None


# --- rows ---


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    prepared: PreparedData
    """Without folds."""

    findings: tuple[Finding, ...]


def _rows(table: Table, resolved: Resolved, roles: Roles, target: Target, complaints: Complaints) -> _Rows | None:
    """Take the rows that have a target and survive the row steps."""
    ref = complaints.ref
    names = [column.name for column in roles.features]
    try:
        kept = apply_row_steps(
            resolved.row_steps,
            _take(table.frame[[*names, roles.target]], target.rows),
            dataset=ref.name,
            target=roles.target,
        )
    except SchemaError as error:
        complaints.add(None, error.message, error.hint)
        return None
    row_ids = target.rows[kept.positions]
    weights = read_weights(table.frame[ref.weights].iloc[row_ids], complaints) if ref.weights else None
    groups = read_groups(table.frame[ref.groups].iloc[row_ids], complaints) if ref.groups else None
    if ref.time:
        check_time(table.frame[ref.time], complaints)
    if complaints.count:
        return None
    prepared = PreparedData(
        frame=_take(table.frame[names], row_ids).reset_index(drop=True),
        columns=roles.features,
        task=target.task,
        target=target.values[kept.positions],
        labels=target.labels,
        positive=target.positive,
        row_ids=row_ids,
        folds=(),
        weights=weights,
        groups=groups,
    )
    return _Rows(prepared, kept.findings)


def _take(frame: pd.DataFrame, rows: NDArray[np.int64]) -> pd.DataFrame:
    """Take rows in their order; nothing is copied when that is all of them."""
    return frame if len(rows) == len(frame) else frame.iloc[rows]


def _folds(
    splits: SplitSpec, table: Table, data: _Rows, ref: DatasetRef, seed: int, complaints: Complaints
) -> tuple[Fold, ...] | None:
    row_ids = data.prepared.row_ids
    predefined = splits.column if splits.method is SplitMethod.PREDEFINED else None
    rows = SplitInput(
        task=data.prepared.task,
        target=data.prepared.target,
        groups=data.prepared.groups,
        time=table.frame[ref.time].iloc[row_ids] if ref.time else None,
        predefined=table.frame[predefined].iloc[row_ids] if predefined else None,
    )
    try:
        return make_folds(splits, rows, seed=seed)
    except SettingsError as error:
        complaints.add_split(error)
        return None


@dataclass(frozen=True, slots=True)
class _Chosen:
    pipelines: tuple[Pipeline, ...]
    findings: tuple[Finding, ...]


def _pipelines(resolved: Resolved, roles: Roles, ref: DatasetRef) -> _Chosen:
    """Take the settings' pipelines, or write ``auto`` out."""
    if resolved.pipelines is not None:
        return _Chosen(resolved.pipelines, _left(resolved.pipelines, roles, ref))
    automatic = automatic_steps(roles.features, dataset=ref.name)
    return _Chosen((Pipeline(AUTO_PIPELINE, automatic.steps),), automatic.findings)


def _left(pipelines: tuple[Pipeline, ...], roles: Roles, ref: DatasetRef) -> tuple[Finding, ...]:
    """Say which columns reach the models as they are, or unscaled, where the pipeline looks as if it did more."""
    findings = []
    for pipeline in pipelines:
        left = tuple(column.name for column in left_as_they_are(pipeline.steps, roles.features))
        if left:
            message = f"The pipeline '{pipeline.name}' leaves columns that are no numbers: {', '.join(left)}."
            findings.append(Finding(ref.name, message, left))
        unscaled = tuple(column.name for column in left_unscaled(pipeline.steps, roles.features))
        if unscaled:
            message = (
                f"The pipeline '{pipeline.name}' leaves the numbers made of {', '.join(unscaled)} unscaled: `scale` "
                "works on what is numeric in the source, and on what `columns` names."
            )
            findings.append(Finding(ref.name, message, unscaled))
    return tuple(findings)


def _complain_of_nothing_left(roles: Roles, complaints: Complaints) -> None:
    shown = ", ".join(f"{column.name} ({column.kind.value})" for column in roles.features[:5])
    more = f" and {len(roles.features) - 5} more" if len(roles.features) > 5 else ""
    complaints.add(
        None,
        f"'{complaints.ref.name}' has no feature that the pipeline `auto` can use: it drops identifiers, text and empty"
        f" columns, and there are {shown}{more}.",
        "Say what a column is by `options: {types: {NAME: numeric}}`, or write the `pipeline:` yourself.",
    )


def _infinite(frame: pd.DataFrame, ref: DatasetRef) -> tuple[Finding, ...]:
    """Say which columns hold values that most steps and models refuse."""
    numbers = frame.select_dtypes("float64")
    found = np.isinf(numbers.to_numpy()).any(axis=0)
    names = tuple(str(name) for name in numbers.columns[found])
    if not names:
        return ()
    return (Finding(ref.name, f"Infinite values, which most steps and models refuse: {', '.join(names)}.", names),)


# --- identity and disk ---


def _prepared_sha256(data: PreparedData) -> str:
    """Fingerprint what models see; folds are no part of it."""
    features = pa.Table.from_pandas(data.frame, preserve_index=False)
    arrays = [data.target, data.row_ids, data.weights, data.groups]
    return fingerprint(
        "prepared data",
        content_sha256(features),
        [(column.name, column.kind) for column in data.columns],
        data.task,
        data.labels,
        data.positive,
        [None if array is None else _array_sha256(array) for array in arrays],
    )


def _array_sha256(array: NDArray[np.generic]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).view(np.uint8).data).hexdigest()


def _fold_plans(data: PreparedData, splits: SplitSpec) -> tuple[FoldPlan, ...]:
    per_repeat = max(1, len(data.folds) // max(1, splits.repeats))
    return tuple(
        FoldPlan(
            index=index,
            repeat=index // per_repeat,
            n_train=len(fold.train),
            n_test=len(fold.test),
            sha256=fingerprint(_array_sha256(data.row_ids[fold.train]), _array_sha256(data.row_ids[fold.test])),
        )
        for index, fold in enumerate(data.folds)
    )


def _publish(data: PreparedData, key: str) -> Path:
    """Write a prepared data set under the name of its content, unless it is there already."""
    final = paths.prepared() / key
    try:
        open_prepared(final)
    except (OSError, ValueError, msgspec.MsgspecError, pa.ArrowException):
        atomic.remove_directory(final)
    else:
        return final
    temporary = atomic.temporary_sibling(final)
    try:
        write_prepared(temporary, data)
        atomic.publish_directory(temporary, final)
    except BaseException:
        atomic.remove_directory(temporary)
        raise
    return final
