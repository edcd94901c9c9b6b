"""What one step does to the columns, seen on at most 1,000 training rows of the first fold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mtf_engine.acquisition.inference import is_number
from mtf_engine.domain.outlines import BeforeAfter, ColumnChange, ColumnState
from mtf_engine.domain.plan import DatasetPlan, Plan
from mtf_engine.domain.step import Pipeline
from mtf_engine.errors import MTFError
from mtf_engine.processing.pipeline import FittedPipeline, fit_pipeline
from mtf_engine.processing.prepared import open_prepared
from mtf_engine.session.methods import Method, Progress
from mtf_engine.session.plans import known_plan
from mtf_engine.session.profiles import histogram_of, top_values
from mtf_engine.session.step_outlines import RowCounts, row_counts, training_rows
from mtf_engine.settings import suggestion

ROWS = 1_000
_MOST_CHANGES = 100
_MOST_OUTPUTS = 20


@dataclass(frozen=True, slots=True)
class BeforeAfterQuery:
    """A step of a pipeline on a data set."""

    path: str
    dataset: str
    step: int
    """Position in the pipeline, row steps first."""
    pipeline: str | None = None
    """The only one, or the first, when absent."""
    text: str | None = None
    """What the file would hold once saved."""


def before_after(query: BeforeAfterQuery, progress: Progress) -> BeforeAfter:
    """Compare the training rows before and after a step.

    Raises
    ------
    MTFError
        The settings are wrong, there is no such step, or it cannot be fitted.
    """
    plan = known_plan(Path(query.path), query.text, progress)
    entry = _entry(plan, query.dataset)
    pipeline = _pipeline(entry, query.pipeline)
    own = query.step - len(entry.row_steps)
    if query.step < 0 or own >= len(pipeline.steps):
        raise MTFError(f"The pipeline {pipeline.name!r} has no step {query.step}.", hint="Plan the settings again.")
    if own < 0:
        counts = row_counts(entry, progress)
        known = counts[query.step] if counts else None
        return _row_step(entry, pipeline, query.step, known)
    prepared = open_prepared(Path(entry.prepared))
    rows = training_rows(prepared, ROWS)
    before, after = (
        fit_pipeline(pipeline.steps[:end], rows.frame, prepared.columns, rows.target, seed=plan.resolved.seed)
        for end in (own, own + 1)
    )
    changes = _changes(before, after)
    return BeforeAfter(
        dataset=entry.dataset.name,
        pipeline=pipeline.name,
        step=pipeline.steps[own].name,
        position=query.step,
        rows_before=len(before.train),
        rows_after=len(after.train),
        rows_read=len(rows.frame),
        rows_total=rows.total,
        columns_in=before.train.shape[1],
        columns_out=after.train.shape[1],
        changes=tuple(changes[:_MOST_CHANGES]),
        changed=len(changes),
        folds=len(entry.folds),
    )


def _entry(plan: Plan, dataset: str) -> DatasetPlan:
    names = {entry.dataset.name: entry for entry in plan.datasets}
    if dataset not in names:
        raise MTFError(f"There is no data set {dataset!r} in the plan.", hint=suggestion(dataset, names) or None)
    return names[dataset]


def _pipeline(entry: DatasetPlan, name: str | None) -> Pipeline:
    names = {pipeline.name: pipeline for pipeline in entry.pipelines}
    if name is None:
        return entry.pipelines[0]
    if name not in names:
        raise MTFError(f"There is no pipeline {name!r} in the plan.", hint=suggestion(name, names) or None)
    return names[name]


def _row_step(entry: DatasetPlan, pipeline: Pipeline, position: int, known: RowCounts | None) -> BeforeAfter:
    """Row steps change no column: only rows are counted, all of them."""
    if known is None:
        message = f"The source of {entry.dataset.name!r} cannot be read any more."
        raise MTFError(message, hint="Plan the settings again.")
    width = len(entry.dataset.columns)
    return BeforeAfter(
        dataset=entry.dataset.name,
        pipeline=pipeline.name,
        step=entry.row_steps[position].name,
        position=position,
        rows_before=known.before,
        rows_after=known.after,
        rows_read=known.before,
        rows_total=known.before,
        columns_in=width,
        columns_out=width,
        changes=(),
        changed=0,
        folds=len(entry.folds),
    )


# --- columns ---


def _changes(before: FittedPipeline, after: FittedPipeline) -> list[ColumnChange]:
    """List changed columns: those that are still there, those that became others, those that are gone, new ones."""
    old, new = before.train, after.train
    here = set(new.columns)
    became: dict[str, list[str]] = {}
    for part in after.steps[len(before.steps) :]:
        for track in getattr(part, "outputs", ()):
            became.setdefault(track.source, []).append(str(track.name))
    sampled = len(before.kept) != len(after.kept)
    found = []
    for name in map(str, old.columns):
        outputs = [one for one in became.get(name, []) if one not in old.columns]
        if name in here:
            change = _same_column(name, old[name], new[name], sampled=sampled)
            if change is not None:
                found.append(change)
        elif outputs:
            state = _state(old[name], old[name])
            found.append(ColumnChange(name, state, None, tuple(map(_spelt, outputs[:_MOST_OUTPUTS])), len(outputs)))
        else:
            found.append(ColumnChange(name, _state(old[name], old[name]), None))
    made_of_kept = [one for source, names in became.items() if source in here for one in names]
    found += [
        ColumnChange(_spelt(name), None, _state(new[name], new[name]))
        for name in dict.fromkeys(made_of_kept)
        if name not in old.columns
    ]
    return found


def _spelt(name: str) -> str:
    """Write a column's name; what encoding made has a separator that no source column can hold."""
    return name.replace("\x00", "=")


def _same_column(name: str, old: pd.Series, new: pd.Series, *, sampled: bool) -> ColumnChange | None:
    """Compare a column with itself; None where nothing changed."""
    changed = filled = 0
    if not sampled:
        was, now = old.isna().to_numpy(), new.isna().to_numpy()
        equal = (old.astype(object).to_numpy() == new.astype(object).to_numpy()) | (was & now)
        changed, filled = int(np.count_nonzero(~equal)), int(np.count_nonzero(was & ~now))
        if not changed:
            return None
    return ColumnChange(name, _state(old, new), _state(new, old), values_changed=changed, values_filled=filled)


def _state(values: pd.Series, other: pd.Series) -> ColumnState:
    """Describe a column; its histogram has the edges of both where their ranges overlap."""
    missing = int(values.isna().sum())
    present = values.dropna()
    if present.empty:
        return ColumnState(missing, None)
    if not is_number(present):
        return ColumnState(missing, None, top=top_values(present))
    own, low, high = _range(present)
    if own.size == 0:
        return ColumnState(missing, None)
    if is_number(other) and other.notna().any():
        _, other_low, other_high = _range(other.dropna())
        if other_low <= high and low <= other_high:
            shared_low, shared_high = min(low, other_low), max(high, other_high)
            if (shared_high - shared_low) <= 3 * min(high - low, other_high - other_low):
                low, high = shared_low, shared_high
    return ColumnState(missing, _mean(own), histogram_of(own, low, high), low, high)


def _mean(values: np.ndarray) -> float | None:
    """The mean; zero where it is no more than the rounding of its sum, as after a step that centres."""
    with np.errstate(over="ignore"):
        mean, size = float(values.mean()), float(np.abs(values).mean())
    if not np.isfinite(mean):
        return None
    rounding = values.size * np.finfo(np.float64).eps * size
    return 0.0 if abs(mean) <= rounding < np.inf else mean


def _range(present: pd.Series) -> tuple[np.ndarray, float, float]:
    values = present.to_numpy(dtype=np.float64)
    finite = values[np.isfinite(values)]
    return (finite, float(finite.min()), float(finite.max())) if finite.size else (finite, np.inf, -np.inf)


METHODS = {"before_after": Method(BeforeAfterQuery, before_after)}
