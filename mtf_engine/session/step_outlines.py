"""Pipelines looked at step by step, fitted on training rows of the first fold."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args, get_origin

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtf_engine import numbers
from mtf_engine.domain.outlines import PipelineOutline, StepOutline
from mtf_engine.domain.plan import DatasetPlan
from mtf_engine.domain.step import Pipeline, StepKind, StepRef
from mtf_engine.errors import MTFError
from mtf_engine.processing.pipeline import FittedPipeline, fit_pipeline
from mtf_engine.processing.prepared import Prepared
from mtf_engine.processing.row_steps import apply_row_steps
from mtf_engine.processing.steps import registry
from mtf_engine.session.methods import Progress
from mtf_engine.session.tables import open_table

_MOST_ROWS = 10_000
_MOST_CELLS = 2_000_000
"""Rows times columns that a pipeline is tried on."""

_NAMED = 3
"""Columns up to which those that a step leaves out are named."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRows:
    """Training rows of the first fold, or some of them, evenly spaced."""

    frame: pd.DataFrame
    target: NDArray[np.generic]
    total: int
    """Training rows of the fold."""


def training_rows(prepared: Prepared, most: int) -> TrainingRows:
    """Take at most ``most`` training rows of the first fold, in their order."""
    rows = prepared.folds[0].train
    if len(rows) > most:
        rows = rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
    return TrainingRows(prepared.frame(rows), prepared.target[rows], len(prepared.folds[0].train))


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows before and after a row step."""

    before: int
    after: int


def row_counts(entry: DatasetPlan, progress: Progress) -> tuple[RowCounts, ...]:
    """Count what each row step leaves; empty where the source cannot be read any more."""
    if not entry.row_steps:
        return ()
    dataset = entry.dataset
    try:
        frame = open_table(dataset.ref, progress).table.frame
        frame = frame.loc[frame[dataset.target].notna(), [*(one.name for one in dataset.columns), dataset.target]]
        counts = [len(frame)]
        for end in range(1, len(entry.row_steps) + 1):
            kept = apply_row_steps(entry.row_steps[:end], frame, dataset=dataset.name, target=dataset.target)
            counts.append(len(kept.positions))
    except (MTFError, KeyError):
        return ()
    return tuple(RowCounts(before, after) for before, after in itertools.pairwise(counts))


def outline_pipeline(
    entry: DatasetPlan, pipeline: Pipeline, prepared: Prepared, *, seed: int, progress: Progress
) -> PipelineOutline:
    """Say what each step of a pipeline does to a data set; after a step that fails nothing is known.

    Parameters
    ----------
    entry : DatasetPlan
        The data set.
    pipeline : Pipeline
        One of its pipelines.
    prepared : Prepared
        Its rows.
    seed : int
        Of the plan.
    progress : callable
        Told the bytes that arrive, should the source be read again.
    """
    started = time.perf_counter()
    most = max(100, min(_MOST_ROWS, _MOST_CELLS // max(1, len(prepared.columns))))
    rows = training_rows(prepared, most)
    outlines = _row_steps(entry, progress)
    before = _fit((), rows, prepared, seed)
    failed = False
    for position, step in enumerate(pipeline.steps, start=len(outlines)):
        if failed:
            unknown = StepOutline(position, step.name, registry.kind_of(step).value, "", None, None, None, None)
            outlines.append(replace(unknown, entry=entry_of(step)))
            continue
        try:
            after = _fit(pipeline.steps[: position - len(entry.row_steps) + 1], rows, prepared, seed)
        except MTFError as error:
            failed = True
            outlines.append(_failed(position, step, before, error))
            continue
        outlines.append(_outline(position, step, before, after))
        before = after
    return PipelineOutline(
        dataset=entry.dataset.name,
        name=pipeline.name,
        steps=tuple(outlines),
        rows_read=len(rows.frame),
        rows_total=rows.total,
        seconds=time.perf_counter() - started,
    )


def _fit(steps: Sequence[StepRef], rows: TrainingRows, prepared: Prepared, seed: int) -> FittedPipeline:
    return fit_pipeline(steps, rows.frame, prepared.columns, rows.target, seed=seed)


def _row_steps(entry: DatasetPlan, progress: Progress) -> list[StepOutline]:
    counts = row_counts(entry, progress)
    width = len(entry.dataset.columns)
    found = []
    for position, step in enumerate(entry.row_steps):
        known = counts[position] if counts else None
        does = (
            f"{numbers.count(known.before - known.after)} of {numbers.count(known.before)} rows dropped"
            if known
            else ""
        )
        before, after = (known.before, known.after) if known else (None, None)
        outline = StepOutline(position, step.name, StepKind.ROW.value, does, width, width, before, after)
        found.append(replace(outline, entry=entry_of(step)))
    return found


def _dropped(before: int, after: int) -> str:
    return f"{numbers.count(before - after)} of {numbers.plural(before, 'row')} dropped"


def _failed(position: int, step: StepRef, before: FittedPipeline, error: MTFError) -> StepOutline:
    return StepOutline(
        position=position,
        name=step.name,
        kind=registry.kind_of(step).value,
        does=chosen_values(step),
        columns_in=before.train.shape[1],
        columns_out=None,
        rows_in=len(before.train),
        rows_out=None,
        error=error.message,
        hint=error.hint,
        entry=entry_of(step),
    )


def _outline(position: int, step: StepRef, before: FittedPipeline, after: FittedPipeline) -> StepOutline:
    worked_on = {name for part in after.steps[len(before.steps) :] for name in getattr(part, "inputs", ())}
    filled = filled_values(before, after)
    effects = [f"{numbers.count(filled)} filled"] if filled else []
    if registry.kind_of(step) is StepKind.SAMPLER:
        effects = [_dropped(len(before.train), len(after.train))]
    elif not effects and worked_on:
        effects = [numbers.plural(len(worked_on), "column")]
    elif not effects:
        left = set(after.train.columns)
        lost = [str(name) for name in before.train.columns if name not in left]
        named = ", ".join(lost) if len(lost) <= _NAMED else numbers.plural(len(lost), "column")
        effects = [f"{named} left out" if lost else "nothing to do"]
    return StepOutline(
        position=position,
        name=step.name,
        kind=registry.kind_of(step).value,
        does=" · ".join(part for part in (chosen_values(step), *effects) if part),
        columns_in=before.train.shape[1],
        columns_out=after.train.shape[1],
        rows_in=len(before.train),
        rows_out=len(after.train),
        values_filled=filled,
        entry=entry_of(step),
    )


def filled_values(before: FittedPipeline, after: FittedPipeline) -> int:
    """Count cells that were missing and are not any more, in columns that are still there."""
    if len(before.kept) != len(after.kept):
        return 0
    names = [name for name in before.train.columns if name in set(after.train.columns)]
    missing, left = before.train[names].isna().to_numpy(), after.train[names].isna().to_numpy()
    return int(np.count_nonzero(missing & ~left))


def entry_of(step: StepRef) -> object:
    """Write a step as an entry of the settings: its name, with the parameters that differ from their defaults."""
    fields = registry.get(step.name).parameters.model_fields
    unlike = {name: value for name, value in step.parameters.items() if fields[name].get_default() != value}
    if step.columns is not None:
        unlike["columns"] = list(step.columns)
    return {step.name: unlike} if unlike else step.name


def chosen_values(step: StepRef) -> str:
    """Name the choices of a step: ``median; most_frequent``."""
    fields = registry.get(step.name).parameters.model_fields
    chosen = [
        _in_words(step.parameters[name])
        for name, field in fields.items()
        if _is_choice(field.annotation) and step.parameters.get(name) is not None
    ]
    return "; ".join(chosen)


def _in_words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _is_choice(annotation: object) -> bool:
    return get_origin(annotation) is Literal or any(get_origin(part) is Literal for part in get_args(annotation))
