"""Plans: resolved settings in which every cell, metric and check is named before anything runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from mtf_engine.domain.cell import Cell, Limits
from mtf_engine.domain.check import CheckSpec
from mtf_engine.domain.dataset import Dataset, DatasetRef, Finding
from mtf_engine.domain.model import ModelRef
from mtf_engine.domain.split import SplitSpec
from mtf_engine.domain.step import Pipeline, StepRef

PLAN_VERSION = 1


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the settings alone decide: names looked up, parameters validated, scopes checked."""

    name: str
    seed: int
    confidence: float
    datasets: tuple[DatasetRef, ...]
    pipelines: tuple[Pipeline, ...] | None
    """None means ``auto``: one pipeline made for each data set."""

    row_steps: tuple[StepRef, ...]
    """Row steps that all pipelines share; already taken out of ``pipelines``."""

    models: tuple[ModelRef, ...]
    """In the user's order, the added baseline last."""

    splits: SplitSpec
    metrics: tuple[str, ...] | None
    """None means each task's standard set."""

    primary_metric: str | None
    checks: tuple[CheckSpec, ...]
    limits: Limits
    workers: int | None
    """None means as many as the machine (or its cgroup) allows."""

    plugins: tuple[str, ...]
    """Absolute paths of local plugin files, imported before anything is looked up."""

    report_formats: tuple[str, ...] = ()
    report_directory: str = "reports"
    """Absolute path."""

    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoldPlan:
    """One division of the rows."""

    index: int
    repeat: int
    n_train: int
    n_test: int
    sha256: str
    """Of the training and test row ids."""


@dataclass(frozen=True, slots=True)
class DatasetPlan:
    """All that is done with one data set."""

    dataset: Dataset
    splits: SplitSpec
    """Never ``auto``."""

    folds: tuple[FoldPlan, ...]
    pipelines: tuple[Pipeline, ...]
    """Never ``auto``; row steps excluded."""

    row_steps: tuple[StepRef, ...]
    models: tuple[str, ...]
    """Names of the models whose task fits."""

    metrics: tuple[str, ...]
    primary_metric: str
    prepared: str
    """Path of the prepared data set, absolute."""

    greater_is_better: bool = True
    """Direction of the primary metric."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a plan would cost, from past timings of the same model on data of like size."""

    seconds: float | None
    """Wall-clock seconds with the plan's workers; None means unknown."""

    peak_rss_bytes: int | None
    known_cells: int
    """Cells whose cost could be estimated."""

    finished_cells: int
    """Cells that need not run because their results are stored."""


@dataclass(frozen=True, slots=True)
class CellCost:
    """What a cell of one model on one data set would cost, from past timings."""

    dataset: str
    model: str
    seconds: float
    """Fit and predict of one fold."""


@dataclass(frozen=True, slots=True)
class CellCosts:
    """The costs of a plan's cells, as far as past timings tell."""

    costs: tuple[CellCost, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a run does. Pure data; ``plan.json`` holds it."""

    resolved: Resolved
    datasets: tuple[DatasetPlan, ...]
    cells: tuple[Cell, ...]
    """In plan order: data set, pipeline, model, fold."""

    unavailable: tuple[Finding, ...] = field(default=())
    """Remote data sets that could not be fetched: they cost exit code 3, or 4 when none is left."""

    settings_path: str | None = None
    """The settings file that it was made from, absolute."""

    version: int = PLAN_VERSION

    @property
    def different_cells(self) -> tuple[Cell, ...]:
        """What runs: its cells, of those that are equal under two names (data or a model listed twice) the first."""
        first: dict[str, Cell] = {}
        for cell in self.cells:
            first.setdefault(cell.id, cell)
        return tuple(first.values())

    def models_by_name(self) -> dict[str, ModelRef]:
        """Look up a model by its unique name."""
        return {model.name: model for model in self.resolved.models}
