"""Rows behind a number: what was predicted for each, beside what the source has on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtf_engine.acquisition.inference import is_number
from mtf_engine.domain.dataset import Label, Task
from mtf_engine.domain.views import CellValue, RowPage
from mtf_engine.errors import MTFError
from mtf_engine.evaluation.resampling import TestRows
from mtf_engine.processing.prepared import open_prepared
from mtf_engine.session.confusions import decisions
from mtf_engine.session.methods import Progress
from mtf_engine.session.sources import shown
from mtf_engine.session.stored_runs import ModelKey, Scope
from mtf_engine.session.tables import open_table
from mtf_engine.session.versus import first_repeat, paired_rows

MOST_ROWS = 500
_MOST_COLUMNS = 60
_WHICH = ("only_a", "only_b", "both_right", "both_wrong", "confusion", "largest_errors", "rows")


@dataclass(frozen=True, slots=True, eq=False)
class _Chosen:
    """Rows that were asked for, in the order in which they are shown."""

    models: tuple[ModelKey, ...]
    rows: tuple[TestRows, ...]
    """Of each model; the same rows."""
    places: NDArray[np.int64]


def row_page(scope: Scope, options: Mapping[str, object], offset: int, limit: int, progress: Progress) -> RowPage:
    """Give a page of rows.

    Parameters
    ----------
    scope : Scope
        One model, or two for ``only_a`` and its like.
    options : mapping
        ``which``: ``only_a``, ``only_b``, ``both_right``, ``both_wrong`` (two models); ``confusion`` with ``truth`` and
        ``prediction``, positions of classes; ``largest_errors``; ``rows`` with ``rows``, original row numbers.
    offset, limit : int
        The page, at most 500 rows.
    progress : callable
        Told the bytes that arrive, should the source be read again.

    Raises
    ------
    MTFError
        The rows are not there, or were asked for in another way.
    """
    chosen = _choose(scope, options)
    places = chosen.places[max(0, offset) : max(0, offset) + max(0, min(limit, MOST_ROWS))]
    first = chosen.rows[0]
    ids = first.rows[places]
    columns: dict[str, list[CellValue]] = {
        "row": [int(one) for one in ids],
        "fold": [int(one) + 1 for one in first.folds[places]],
        "truth": _values(first, first.sample.truth[places]),
    }
    for key, rows in zip(chosen.models, chosen.rows, strict=True):
        columns.update(_said(scope, key, rows, places, alone=len(chosen.models) == 1))
    source = _source_columns(scope, ids, progress)
    taken = set(columns)
    for name, values in source.columns.items():
        columns[f"{name} (source)" if name in taken else name] = values
    return RowPage(
        columns=tuple(columns),
        rows=tuple(zip(*columns.values(), strict=True)),
        offset=max(0, offset),
        total=len(chosen.places),
        numeric=tuple(name in source.numeric or _are_numbers(values) for name, values in columns.items()),
        total_columns=len(columns),
        note=source.note,
    )


def _are_numbers(values: list[CellValue]) -> bool:
    present = [value for value in values if value is not None]
    return bool(present) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in present)


# --- which rows ---


def _choose(scope: Scope, options: Mapping[str, object]) -> _Chosen:
    which = options.get("which", "largest_errors")
    if which not in _WHICH:
        raise MTFError(f"{which!r} chooses no rows.", hint=f"Ask for one of {', '.join(_WHICH)}.")
    if which in ("only_a", "only_b", "both_right", "both_wrong"):
        pairs = paired_rows(scope, options)
        tied = ~(pairs.is_better_a | pairs.is_better_b)
        masks = {
            "only_a": pairs.is_better_a,
            "only_b": pairs.is_better_b,
            "both_right": tied & pairs.is_right,
            "both_wrong": tied & ~pairs.is_right,
        }
        places = np.flatnonzero(masks[str(which)])
        by_row = places[np.argsort(pairs.first.rows[places], kind="stable")]
        return _Chosen(scope.models[:2], (pairs.first, pairs.second), by_row)
    rows = first_repeat(scope, scope.models[0])
    if which == "confusion":
        places = _of_confusion(rows, options)
    elif which == "rows":
        wanted = options.get("rows")
        if not isinstance(wanted, list) or not all(isinstance(one, int) for one in wanted):
            raise MTFError("`rows` must be a list of row numbers.")
        places = np.flatnonzero(np.isin(rows.rows, np.array(wanted, dtype=np.int64)))
    else:
        places = np.argsort(-_error(rows), kind="stable")
    return _Chosen(scope.models[:1], (rows,), places)


def _of_confusion(rows: TestRows, options: Mapping[str, object]) -> NDArray[np.int64]:
    labels = rows.sample.labels
    wanted = [options.get("truth"), options.get("prediction")]
    if not labels or not all(isinstance(one, int) and -1 <= one < len(labels) for one in wanted):
        hint = "Give `truth` and `prediction` as positions of classes, from 0."
        raise MTFError("A cell of a confusion matrix is named by two classes.", hint=hint)
    places = np.flatnonzero((rows.sample.truth == wanted[0]) & (decisions(rows.sample, options) == wanted[1]))
    return places[np.argsort(-_error(rows)[places], kind="stable")]


def _error(rows: TestRows) -> NDArray[np.float64]:
    """How far off each row is: distance of numbers; 1 − probability of the true class; 1 where wrong, else 0."""
    sample = rows.sample
    if sample.task is Task.REGRESSION:
        return np.asarray(np.nan_to_num(np.abs(sample.truth - sample.prediction), nan=np.inf))
    if sample.probability is not None:
        of_truth = sample.probability[np.arange(len(sample)), sample.truth.astype(np.int64)]
        return np.nan_to_num(1.0 - of_truth, nan=1.0)
    return np.asarray(sample.truth != sample.prediction, dtype=np.float64)


# --- what is shown of them ---


def _said(
    scope: Scope, key: ModelKey, rows: TestRows, places: NDArray[np.int64], *, alone: bool
) -> dict[str, list[CellValue]]:
    sample = rows.sample
    name = key.model if key.pipeline == scope.models[0].pipeline else f"{key.model} ({key.pipeline})"
    found = {"prediction" if alone else name: _values(rows, sample.prediction[places])}
    prefix = "" if alone else f"{name} "
    if sample.task is Task.REGRESSION:
        off = (sample.truth - sample.prediction)[places]
        found[f"{prefix}error"] = [_number(one) for one in off.tolist()]
    elif sample.probability is not None:
        code = sample.positive_code if sample.task is Task.BINARY else None
        taken = np.full(len(places), code) if code is not None else sample.truth[places].astype(np.int64)
        label = f"P({sample.labels[code]})" if code is not None else "P(truth)"
        found[f"{prefix}{label}"] = [_number(one) for one in sample.probability[places, taken].tolist()]
    return found


def _values(rows: TestRows, values: NDArray[np.generic]) -> list[CellValue]:
    labels = rows.sample.labels
    if not labels:
        return [_number(float(one)) for one in values.tolist()]
    named: list[CellValue] = [_label(labels[int(code)]) if int(code) >= 0 else None for code in values.tolist()]
    return named


def _label(label: Label) -> CellValue:
    return label if not isinstance(label, str) else shown(label)


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class _SourceColumns:
    columns: dict[str, list[CellValue]]
    numeric: frozenset[str]
    note: str = ""


def _source_columns(scope: Scope, ids: NDArray[np.int64], progress: Progress) -> _SourceColumns:
    """Columns of the source for some rows; the features alone where the source is not what it was."""
    entry = scope.dataset.entry
    target = entry.dataset.target
    note = ""
    try:
        table = open_table(entry.dataset.ref, progress).table
        if table.sha256 != entry.dataset.sha256:
            raise MTFError("the source has changed since the run")
        frame = table.frame.iloc[ids].drop(columns=target, errors="ignore")
    except (MTFError, IndexError) as error:
        note = f"features as models got them before the pipeline: {getattr(error, 'message', error)}"
        try:
            prepared = open_prepared(Path(entry.prepared))
            frame = prepared.frame(np.searchsorted(prepared.row_ids, ids))
        except (OSError, ValueError, IndexError):
            return _SourceColumns({}, frozenset(), "neither the source nor its prepared copy is there any more")
    columns = {str(name): _cells(frame[name]) for name in frame.columns[:_MOST_COLUMNS]}
    numeric = frozenset(str(name) for name in frame.columns[:_MOST_COLUMNS] if is_number(frame[name]))
    return _SourceColumns(columns, numeric, note)


def _cells(values: pd.Series) -> list[CellValue]:
    return [
        None if absent else value if isinstance(value, bool) else _plain(value)
        for value, absent in zip(values.astype(object).tolist(), values.isna().tolist(), strict=True)
    ]


def _plain(value: object) -> CellValue:
    """Numbers that JSON carries exactly stay numbers."""
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    if isinstance(value, float) and np.isfinite(value):
        return value
    return shown(value)
