"""A table column by column: how much is missing, how values are spread, and what stands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mtf_engine import numbers
from mtf_engine.acquisition.inference import infer_task, is_number
from mtf_engine.domain.dataset import Column, ColumnKind
from mtf_engine.domain.sources import BINS, ColumnOutline, SourceProfile, ValueShare
from mtf_engine.errors import SchemaError
from mtf_engine.session.methods import Method, Progress
from mtf_engine.session.sources import find_target, shown
from mtf_engine.session.tables import SourceQuery, open_table

SAMPLED_FROM = 1_000_000
"""Rows beyond which histograms and shares are those of a sample."""
_SAMPLE = 100_000
_TOP = 4


@dataclass(frozen=True, slots=True)
class ProfileQuery:
    """A source to be described."""

    source: str
    options: Mapping[str, object] = field(default_factory=dict)
    target: str | None = None
    base: str | None = None
    full: bool = False
    """Whether all rows are read, however many there are."""


def profile(query: ProfileQuery, progress: Progress) -> SourceProfile:
    """Describe every column; counts of missing and distinct values are those of all rows.

    Of a table with more than a million rows, the spread is that of 100,000 evenly spaced ones unless ``full``.
    """
    source = SourceQuery(query.source, query.options, query.target, query.base)
    table = open_table(source.reference(), progress).table
    frame = table.frame
    if len(frame) > SAMPLED_FROM and not query.full:
        frame = frame.iloc[np.linspace(0, len(frame) - 1, _SAMPLE).astype(np.int64)]
    target = find_target(table, query.target).name
    rows = max(1, len(table.frame))
    return SourceProfile(
        source=query.source,
        rows=len(table.frame),
        rows_read=len(frame),
        columns=tuple(
            _outline(column, frame[column.name], is_target=column.name == target, rows=rows) for column in table.columns
        ),
    )


def _outline(column: Column, values: pd.Series, *, is_target: bool, rows: int) -> ColumnOutline:
    if is_target and _are_classes(values):
        top = top_values(values.dropna())
        spread = Spread(top=top, text=_top_text(top[0]))
    else:
        spread = spread_of(values, distinct=column.distinct, identifies=column.kind is ColumnKind.IDENTIFIER)
    text = spread.text
    if is_target and spread.top:
        text = _top_text(spread.top[0])
    return ColumnOutline(
        name=column.name,
        kind=column.kind.value,
        is_target=is_target,
        missing=column.missing / rows,
        distinct=column.distinct,
        histogram=spread.histogram,
        top=spread.top,
        text=text,
        warning=_warning(column, rows),
    )


def _are_classes(values: pd.Series) -> bool:
    """Whether a target is one of classes, numbers or not."""
    try:
        return infer_task(values).is_classification
    except SchemaError:
        return False


def _warning(column: Column, rows: int) -> str | None:
    if column.distinct == 0:
        return "all missing"
    if column.distinct == 1:
        return "constant"
    if column.kind is ColumnKind.IDENTIFIER or (column.distinct == rows > 1 and column.kind is ColumnKind.CATEGORICAL):
        return "all distinct"
    return None


@dataclass(frozen=True, slots=True)
class Spread:
    """How the values of a column are spread."""

    histogram: tuple[int, ...] = ()
    top: tuple[ValueShare, ...] = ()
    text: str = ""


def spread_of(values: pd.Series, *, distinct: int, identifies: bool = False) -> Spread:
    """Count values in 12 bins, or the most frequent ones.

    Parameters
    ----------
    values : Series
        A column; missing cells don't count.
    distinct : int
        Distinct present values.
    identifies : bool, default False
        Whether the column names the rows, so that no value is frequent.
    """
    present = values.dropna()
    if present.empty:
        return Spread()
    if isinstance(present.dtype, np.dtype) and present.dtype.kind == "M":
        return _dates(present)
    if is_number(present) and not identifies:
        return _numbers(present.to_numpy(dtype=np.float64), distinct)
    if identifies or distinct == len(present) > 1:
        return Spread(text=f"{shown(present.iloc[0])[:40]} …")
    top = top_values(present)
    return Spread(top=top, text=_top_text(top[0]))


def top_values(present: pd.Series) -> tuple[ValueShare, ...]:
    """The most frequent values, four at most, ties in order of the value."""
    counts = present.astype(object).value_counts()
    best = counts.iloc[: _TOP * 8]
    pairs = sorted(((shown(value), int(count)) for value, count in best.items()), key=lambda one: (-one[1], one[0]))
    return tuple(ValueShare(value, count / len(present)) for value, count in pairs[:_TOP])


def histogram_of(finite: np.ndarray, low: float, high: float) -> tuple[int, ...]:
    """Count values in 12 bins of equal width from ``low`` to ``high``; one bin where they are equal."""
    if not low < high:
        return (int(finite.size),) + (0,) * (BINS - 1)
    scaled = (finite / 2 - low / 2) / (high / 2 - low / 2)  # halves: the range of floats is wider than a float
    places = np.clip((scaled * BINS).astype(np.int64), 0, BINS - 1)
    return tuple(int(count) for count in np.bincount(places, minlength=BINS))


def _numbers(present: np.ndarray, distinct: int) -> Spread:
    finite = present[np.isfinite(present)]
    if finite.size == 0:
        return Spread(text="infinite")
    low, high = float(finite.min()), float(finite.max())
    text = _number(low) if distinct == 1 else f"{_number(low)} … {_number(high)}"
    return Spread(histogram_of(finite, low, high), text=text)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e9:
        return numbers.count(int(value))
    return numbers.significant(value)


def _dates(present: pd.Series) -> Spread:
    ticks = present.to_numpy().astype("datetime64[us]").astype(np.int64)
    first, last = (shown(pd.Timestamp(end)) for end in (present.min(), present.max()))
    if first[:10] != last[:10]:
        first, last = first[:10], last[:10]
    counts = histogram_of(ticks.astype(np.float64), float(ticks.min()), float(ticks.max()))
    return Spread(counts, text=f"{first} … {last}")


def _top_text(best: ValueShare) -> str:
    value = best.value if len(best.value) <= 40 else best.value[:39] + "…"
    return f"{value} {numbers.percent(best.share)}"


METHODS = {"profile": Method(ProfileQuery, profile)}
