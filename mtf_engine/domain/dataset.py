"""Data sets: what the user asked for, and what a verified table turned out to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mtf_engine.domain.split import SplitSpec

Label = str | int | float | bool
"""A class label as the data have it."""


class Task(StrEnum):
    """What is predicted."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"

    @property
    def is_classification(self) -> bool:
        """Whether the target is a class label."""
        return self is not Task.REGRESSION


class ColumnKind(StrEnum):
    """What a column holds, which decides the steps that apply to it."""

    NUMERIC = "numeric"
    BOOLEAN = "boolean"
    CATEGORICAL = "categorical"
    DATETIME = "datetime"
    TEXT = "text"
    IDENTIFIER = "identifier"


@dataclass(frozen=True, slots=True)
class DatasetRef:
    """A data set as the settings name it."""

    name: str
    """Unique within the plan."""

    source: str
    """Source URI with relative paths already resolved against the settings file."""

    target: str | None = None
    """Column to predict; None lets the source decide (its documented target)."""

    task: Task | None = None
    """None lets the target decide."""

    positive: Label | None = None
    """The positive class of a binary target; None means the larger label in sort order."""

    groups: str | None = None
    """Column whose values never stand on both sides of a split."""

    time: str | None = None
    """Column that orders the rows."""

    weights: str | None = None
    """Column of non-negative row weights."""

    drop: tuple[str, ...] = ()
    """Columns that are no features."""

    sha256: str | None = None
    """Pin on the bytes of the source's only file."""

    splits: SplitSpec | None = None
    """Overrides the plan's splits."""

    options: Mapping[str, object] = field(default_factory=dict)
    """Reader options, such as ``delimiter`` or ``encoding``."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a verified table."""

    name: str
    kind: ColumnKind
    dtype: str
    """The storage type, as pandas names it."""

    missing: int
    """Number of missing cells."""

    distinct: int
    """Number of distinct present values."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that a table was read from."""

    name: str
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a table came from, without times or hosts: equal data give equal provenance."""

    source: str
    """The source URI, credentials removed."""

    files: tuple[SourceFile, ...] = ()
    version: str | None = None
    """The version of the package that ships the data, where one does."""

    notes: tuple[str, ...] = ()
    """What was decided while reading: encoding, delimiter, types, rows rejected."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed about a data set while it was prepared, shown to the user."""

    dataset: str
    message: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """A verified table, after row steps, as a plan refers to it."""

    ref: DatasetRef
    task: Task
    target: str
    classes: tuple[Label, ...]
    """Sorted labels; empty for regression."""

    positive: Label | None
    """The positive class; None unless the task is binary."""

    columns: tuple[Column, ...]
    """The features, in the table's order: neither target nor weights, groups, time or dropped columns."""

    rows_source: int
    """Rows as delivered, before rows without a target and row steps were taken out."""

    rows: int
    """Rows that take part."""

    sha256: str
    """Fingerprint of the raw table's content (all columns, all rows, in order)."""

    prepared_sha256: str
    """Fingerprint of what models see: features, target, weights, row ids after row steps."""

    provenance: Provenance
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """The reference's name."""
        return self.ref.name
