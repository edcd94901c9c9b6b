"""A first look at a table: what each column holds, how much is missing, and how its values are spread.

Every row is read. Numbers are described by quantiles and a histogram, everything else by its most frequent values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mtf_engine.acquisition.inference import is_number
from mtf_engine.acquisition.interfaces import Table
from mtf_engine.domain.dataset import Column, ColumnKind, Provenance

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
TOP = 10
BINS = 20


@dataclass(frozen=True, slots=True)
class ValueCount:
    """How often a value occurs."""

    value: str
    """As text."""

    count: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many values fall between neighbouring edges; each bin includes its lower edge, the last both."""

    edges: tuple[float, ...]
    """One more than counts, ascending."""

    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column, described."""

    column: Column
    mean: float | None = None
    """None unless the column holds finite numbers, and where their sum is beyond a float."""

    std: float | None = None
    """Sample standard deviation; None with fewer than two values, and where it is beyond a float."""

    quantiles: tuple[float, ...] = ()
    """At `QUANTILES`, by linear interpolation; empty unless the column holds finite numbers."""

    infinite: int = 0
    """Infinite cells, left out of the other numbers."""

    histogram: Histogram | None = None
    top: tuple[ValueCount, ...] = ()
    """Most frequent values, ties in order of the value; empty for dates and for numbers with many values."""

    earliest: str | None = None
    """First date, ISO 8601; None unless the column holds dates."""

    latest: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A table, described."""

    rows: int
    duplicates: int
    """Rows that equal an earlier one in every column."""

    memory: int
    """Bytes that the table takes in memory."""

    columns: tuple[ColumnProfile, ...]
    default_target: str | None
    sha256: str
    provenance: Provenance


def profile(table: Table) -> Profile:
    """Describe a table; every row is read.

    Parameters
    ----------
    table : Table
        As loaded.
    """
    frame = table.frame
    return Profile(
        rows=len(frame),
        duplicates=int(frame.duplicated().sum()),
        memory=int(frame.memory_usage(deep=True).sum()),
        columns=tuple(_profile_column(column, frame[column.name]) for column in table.columns),
        default_target=table.default_target,
        sha256=table.sha256,
        provenance=table.provenance,
    )


def _profile_column(column: Column, values: pd.Series) -> ColumnProfile:
    if column.kind is ColumnKind.DATETIME:
        return _profile_dates(column, values)
    if not is_number(values):
        return ColumnProfile(column, top=_top(values))
    present = values.dropna().to_numpy(dtype=np.float64)
    finite = present[np.isfinite(present)]
    top = _top(values) if column.distinct <= BINS else ()
    if finite.size == 0:
        return ColumnProfile(column, infinite=len(present), top=top)
    with np.errstate(over="ignore", invalid="ignore"):
        mean, std = float(finite.mean()), float(finite.std(ddof=min(1, finite.size - 1)))
        quantiles = tuple(float(value) for value in np.quantile(finite, QUANTILES))
    return ColumnProfile(
        column,
        mean=mean if np.isfinite(mean) else None,
        std=std if np.isfinite(std) and finite.size > 1 else None,
        quantiles=quantiles,
        infinite=len(present) - len(finite),
        histogram=_histogram(finite),
        top=top,
    )


def _profile_dates(column: Column, values: pd.Series) -> ColumnProfile:
    present = values.dropna()
    if present.empty:
        return ColumnProfile(column)
    return ColumnProfile(column, earliest=present.min().isoformat(), latest=present.max().isoformat())


def _histogram(finite: np.ndarray) -> Histogram | None:
    """Count values in bins of equal width; None where floats are too coarse for the range, or it for them."""
    with np.errstate(over="ignore"):
        if not np.isfinite(finite.max() - finite.min()):
            return None
    try:
        edges = np.histogram_bin_edges(finite, bins=BINS)
    except ValueError:  # neighbouring floats lie further apart than the bins would
        return None
    if not (np.diff(edges) > 0).all():  # older versions of numpy do not say so
        return None
    counts, edges = np.histogram(finite, bins=BINS)
    return Histogram(tuple(float(edge) for edge in edges), tuple(int(count) for count in counts))


def _top(values: pd.Series) -> tuple[ValueCount, ...]:
    counts = values.astype(object).value_counts()
    pairs = sorted(((str(value), int(count)) for value, count in counts.items()), key=lambda pair: (-pair[1], pair[0]))
    return tuple(ValueCount(value, count) for value, count in pairs[:TOP])
