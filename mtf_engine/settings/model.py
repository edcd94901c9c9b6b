"""The settings as typed, frozen values: what every key may hold, its default and its bounds.

Short forms are written out before they come here (`shorthand`), so each key has one type and each error one place.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

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
Duration = Annotated[float, BeforeValidator(_seconds)]
Size = Annotated[int, BeforeValidator(_bytes)]


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
    folds: int = Field(default=5, ge=2, le=10_000)
    repeats: int = Field(default=1, ge=1, le=10_000)
    test_size: float = Field(default=0.25, gt=0, lt=1)
    shuffle: bool = True
    column: ColumnName | None = None


class DatasetSettings(_Settings):
    """One entry of ``datasets``."""

    name: Name
    source: str = Field(min_length=1)
    target: ColumnName | None = None
    task: Literal["binary", "multiclass", "regression"] | None = None
    positive: str | int | float | bool | None = None
    groups: ColumnName | None = None
    time: ColumnName | None = None
    weights: ColumnName | None = None
    drop: Annotated[tuple[ColumnName, ...], Field(strict=False)] = ()
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-fA-F]{64}$")
    splits: SplitSettings | None = None
    options: dict[str, Any] = Field(default_factory=dict)


class StepSettings(_Settings):
    """One step of a pipeline."""

    name: str = Field(min_length=1)
    parameters: dict[str, Any] = Field(default_factory=dict)
    value: Any = None
    """The lone value of a short form such as ``encode: one_hot``; None when there is none."""
    columns: Annotated[tuple[ColumnName, ...], Field(strict=False, min_length=1)] | None = None


class ModelSettings(_Settings):
    """One entry of ``models``."""

    name: Name
    kind: Literal["model", "estimator", "python"]
    target: str = Field(min_length=1)
    parameters: dict[str, Any] = Field(default_factory=dict)


class CheckSettings(_Settings):
    """One entry of ``checks``."""

    check: str | None = None
    metric: str | None = None
    min: float | None = None
    max: float | None = None
    confident: bool = False
    not_worse_than: str | None = None
    margin: float = Field(default=0.0, ge=0)
    on_inconclusive: Literal["fail", "warn"] = "fail"
    severity: Literal["error", "warning"] | None = None
    dataset: Names = ()
    pipeline: Names = ()
    model: Names = ()
    parameters: dict[str, Any] = Field(default_factory=dict)


class ExecutionSettings(_Settings):
    """What a run may use; no number depends on it but the threads of a cell."""

    executor: Literal["local"] = "local"
    workers: Annotated[int | str, BeforeValidator(_workers)] = "auto"
    threads_per_cell: int = Field(default=1, ge=1, le=WORKER_LIMIT)
    cell_timeout: Duration | None = None
    cell_memory: Size | None = None
    retries: int = Field(default=0, ge=0, le=10)


class LoggingSettings(_Settings):
    """The log for people."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"
    file: str | None = None


class ReportSettings(_Settings):
    """What is written when a run ends."""

    formats: Annotated[tuple[Literal["html", "markdown", "junit", "json", "csv"], ...], Field(strict=False)] = ()
    directory: str = Field(default="reports", min_length=1)


class Settings(_Settings):
    """All of settings.yaml, short forms written out and defaults filled in."""

    version: Literal[1] = 1
    name: Name | None = None
    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    datasets: Annotated[tuple[DatasetSettings, ...], Field(strict=False)] = ()
    pipelines: dict[Name, Annotated[tuple[StepSettings, ...], Field(strict=False)]] | None = None
    """None means ``auto``."""
    models: Annotated[tuple[ModelSettings, ...], Field(strict=False)] = ()
    splits: SplitSettings = Field(default_factory=SplitSettings)
    metrics: Names | None = None
    """None means each task's standard set."""
    primary_metric: str | None = None
    confidence: float = Field(default=0.95, gt=0, lt=1)
    checks: Annotated[tuple[CheckSettings, ...], Field(strict=False)] = ()
    execution: ExecutionSettings = Field(default_factory=ExecutionSettings)
    logging: LoggingSettings = Field(default_factory=LoggingSettings)
    report: ReportSettings = Field(default_factory=ReportSettings)
    plugins: Names = ()
