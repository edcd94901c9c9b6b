"""The settings as typed, frozen values: what every key may hold, its default and its bounds.

Short forms are written out before they come here (`shorthand`), so each key has one type and each error one place.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from mtf_engine.settings import units

NAME_LIMIT = 80
"""Characters of a name."""
WORKER_LIMIT = 1024
"""Workers of a run, and threads of a cell."""


def _check_name(name: str) -> str:
    if not name.strip() or len(name) > NAME_LIMIT:
        raise ValueError(f"is not a name of 1 to {NAME_LIMIT} characters")
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in name):
        raise ValueError("holds a control character; names are plain text")
    return name


def _column(value: object) -> object:
    """Take a whole number as the column name that it spells."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _label(value: object) -> object:
    if isinstance(value, str | int | float):
        return value
    raise ValueError("is not a class label; write text, a number, true or false")


def _seconds(value: object) -> object:
    if isinstance(value, str):
        return units.seconds(value)
    raise ValueError("is not a duration; write a number with ms, s, min, h or d, such as 10min")


def _bytes(value: object) -> object:
    if isinstance(value, str):
        return units.size(value)
    raise ValueError("is not a size; write a number with B, kB, MB, GB or MiB, such as 4GB")


def _workers(value: object) -> object:
    if value == "auto" or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= WORKER_LIMIT):
        return value
    raise ValueError(f"is not a number of workers; write a whole number from 1 to {WORKER_LIMIT}, or auto")


Name = Annotated[str, AfterValidator(_check_name)]
ColumnName = Annotated[str, BeforeValidator(_column), Field(min_length=1)]
Names = Annotated[tuple[str, ...], Field(strict=False)]
Label = Annotated[str | int | float | bool, BeforeValidator(_label)]
Duration = Annotated[float, BeforeValidator(_seconds), WithJsonSchema({"type": "string"})]
Size = Annotated[int, BeforeValidator(_bytes), WithJsonSchema({"type": "string"})]
Workers = Annotated[
    int | str,
    BeforeValidator(_workers),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": WORKER_LIMIT}, {"const": "auto"}]}),
]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class SplitSettings(_Settings):
    """How rows are divided."""

    method: Literal[
        "auto",
        "holdout",
        "kfold",
        "stratified_kfold",
        "group_kfold",
        "stratified_group_kfold",
        "time_series",
        "repeated_kfold",
        "repeated_stratified_kfold",
        "leave_one_group_out",
        "predefined",
    ] = "auto"
    """How rows are divided; ``auto`` takes what fits the task, its groups and its time."""
    folds: int = Field(default=5, ge=2, le=10_000)
    """How many folds; each row is tested once. 5 to 10 is usual."""
    repeats: int = Field(default=1, ge=1, le=10_000)
    """How often a k-fold is repeated with other shuffles."""
    test_size: float = Field(default=0.25, gt=0, lt=1)
    """Share of the rows that a hold-out tests on."""
    shuffle: bool = True
    """Whether rows are shuffled, by the seed, before they are divided."""
    column: ColumnName | None = None
    """Column that says which rows of a predefined split train and which test."""


class DatasetSettings(_Settings):
    """One entry of ``datasets``."""

    name: Name
    """Unique in the file; from the source where the user gives none."""
    source: str = Field(min_length=1)
    """Address as the user wrote it."""
    target: ColumnName | None = None
    """Column to predict; None lets the source decide."""
    task: Literal["binary", "multiclass", "regression"] | None = None
    """None lets the target decide."""
    positive: Label | None = None
    """Positive class of a binary target; None means the larger label."""
    groups: ColumnName | None = None
    """Column whose values never stand on both sides of a split."""
    time: ColumnName | None = None
    """Column that orders the rows."""
    weights: ColumnName | None = None
    """Column of row weights."""
    drop: Annotated[tuple[ColumnName, ...], Field(strict=False)] = ()
    """Columns that are no features."""
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-fA-F]{64}$")
    """Pin on the bytes of the source's only file."""
    splits: SplitSettings | None = None
    """Overrides the common splits."""
    options: dict[str, Any] = Field(default_factory=dict)
    """How files are read; the format knows what it takes."""


class StepSettings(_Settings):
    """One step of a pipeline."""

    name: str = Field(min_length=1)
    """Registered name."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    """As written, ``columns`` taken out."""
    value: Any = None
    """The lone value of a short form such as ``encode: one_hot``; None when there is none."""
    columns: Annotated[tuple[ColumnName, ...], Field(strict=False, min_length=1)] | None = None
    """Columns to work on; None means those of the step's own kinds."""


class ModelSettings(_Settings):
    """One entry of ``models``."""

    name: Name
    """Unique in the file; from the target where the user gives none."""
    kind: Literal["model", "estimator", "python"]
    """The key that names the target."""
    target: str = Field(min_length=1)
    """Registered name, dotted class path, or ``file.py:function``."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    """Of the estimator or the function."""


class CheckSettings(_Settings):
    """One entry of ``checks``."""

    check: str | None = None
    """Name or code of a diagnostic; leave it out for a check of a metric."""
    metric: str | None = None
    """Metric of a threshold or comparison."""
    min: float | None = None
    """Least value that passes."""
    max: float | None = None
    """Greatest value that passes."""
    confident: bool = False
    """Whether the interval's bound must clear the threshold."""
    not_worse_than: str | None = None
    """Reference model of a paired comparison."""
    margin: float = Field(default=0.0, ge=0)
    """How much worse is good enough, in the metric's own unit."""
    on_inconclusive: Literal["fail", "warn"] = "fail"
    """Whether an inconclusive verdict counts as a failure."""
    severity: Literal["error", "warning"] | None = None
    """How grave a failure is; None means the check's own."""
    dataset: Names = ()
    """Data sets that it looks at; empty means all that fit."""
    pipeline: Names = ()
    """Pipelines that it looks at; empty means all."""
    model: Names = ()
    """Models that it looks at; empty means all that are listed."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    """Parameters of a diagnostic."""


class ExecutionSettings(_Settings):
    """What a run may use; no number depends on it but the threads of a cell."""

    executor: Literal["local"] = "local"
    """Where cells run; ``local`` is this machine."""
    workers: Workers = "auto"
    """Cells at once; ``auto`` means as many as there are processors."""
    threads_per_cell: int = Field(default=1, ge=1, le=WORKER_LIMIT)
    """Threads of each cell; they decide the last digits of some estimators."""
    cell_timeout: Duration | None = None
    """Longest time of a cell, such as 10min; None means no limit."""
    cell_memory: Size | None = None
    """Most memory of a cell, such as 4GB; None means no limit."""
    retries: int = Field(default=0, ge=0, le=10)
    """How often a failed cell is tried again."""


class LoggingSettings(_Settings):
    """The log for people."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level that is logged."""
    format: Literal["text", "json"] = "text"
    """Text, or one JSON object a line."""
    file: str | None = None
    """A further file for the log; None means the run's own log only."""


class ReportSettings(_Settings):
    """What is written when a run ends."""

    formats: Names = ()
    """Reports that are written when a run ends."""
    directory: str = Field(default="reports", min_length=1)
    """Folder that reports are written to."""


class Settings(_Settings):
    """All of settings.yaml, short forms written out and defaults filled in."""

    version: Literal[1] = 1
    """Of this format."""
    name: Name | None = None
    """Name of the run, in listings and ids; None means the folder's name."""
    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    """Seed of splits and estimators: the same seed gives the same numbers."""
    datasets: Annotated[tuple[DatasetSettings, ...], Field(strict=False)] = ()
    """At least one, unless the file is wrong."""
    pipelines: dict[Name, Annotated[tuple[StepSettings, ...], Field(strict=False)]] | None = None
    """None means ``auto``."""
    models: Annotated[tuple[ModelSettings, ...], Field(strict=False)] = ()
    """At least one, unless the file is wrong."""
    splits: SplitSettings = Field(default_factory=SplitSettings)
    """Of all data sets that have none of their own."""
    metrics: Names | None = None
    """Metrics that are computed where they fit; None means each task's standard set."""
    primary_metric: str | None = None
    """Metric that ranks models; None means the first that fits."""
    confidence: float = Field(default=0.95, gt=0, lt=1)
    """Level of all intervals."""
    checks: Annotated[tuple[CheckSettings, ...], Field(strict=False)] = ()
    """What must hold."""
    execution: ExecutionSettings = Field(default_factory=ExecutionSettings)
    logging: LoggingSettings = Field(default_factory=LoggingSettings)
    report: ReportSettings = Field(default_factory=ReportSettings)
    plugins: Names = ()
    """Python files whose steps, models, metrics and checks can be named."""
