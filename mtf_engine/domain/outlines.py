"""What is known of plans and settings before anything runs: what a user interface shows and edits.

The helper process (`mtf_engine.session`) makes these values; they are plain data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtf_engine.domain.dataset import Label
from mtf_engine.domain.forms import JsonValue
from mtf_engine.domain.sources import ColumnNote, SourceInspection, ValueShare
from mtf_engine.errors import Problem

# --- settings ---


@dataclass(frozen=True, slots=True)
class SettingsSummary:
    """What a settings file asks for, as far as it is right."""

    name: str | None
    seed: int
    datasets: tuple[str, ...]
    pipelines: tuple[str, ...] | None
    """None means ``auto``."""
    models: tuple[str, ...]
    metrics: tuple[str, ...] | None
    """None means each task's standard set."""
    checks: int
    split: str


@dataclass(frozen=True, slots=True)
class Validation:
    """A settings text looked through to its end."""

    problems: tuple[Problem, ...]
    """In the order of the text, those without a line last."""
    summary: SettingsSummary

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class SettingsText:
    """A settings text."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """An entry of a list in the settings text, on or switched off."""

    position: int
    """From 0, entries that are off counted too: what edits name it by."""
    is_on: bool
    name: str
    """Of the step, model or data set; empty where it cannot be told."""
    value: JsonValue
    """The entry as written, short forms included."""
    line: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class SlotList:
    """One list of the settings text."""

    path: tuple[str, ...]
    """``("models",)``, ``("pipelines", "robust")``."""
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """A settings text after an edit, and the lists that it holds."""

    text: str
    lists: tuple[SlotList, ...]


# --- plans ---


@dataclass(frozen=True, slots=True)
class PartProgress:
    """How far one data set of a plan is."""

    received: int = 0
    """Bytes."""
    total: int | None = None
    """None when unknown."""
    state: str = "reading"
    """``reading``, ``ready`` or ``failed``."""


@dataclass(frozen=True, slots=True)
class DatasetOutline:
    """A data set of a plan."""

    name: str
    source: str
    rows: int
    columns: int
    """Features and target."""
    task: str
    target: str
    classes: tuple[Label, ...]
    positive: Label | None
    split: str
    folds: int
    metrics: tuple[str, ...]
    primary_metric: str
    sha256: str
    size: int
    findings: tuple[str, ...]
    class_rows: tuple[int, ...] = ()
    """Rows of each class, in the order of `classes`; empty for regression."""


@dataclass(frozen=True, slots=True)
class StepOutline:
    """What one step does to a data set."""

    position: int
    """In the pipeline, row steps first."""
    name: str
    kind: str
    """``row``, ``transformer`` or ``sampler``."""
    does: str
    """``median; most_frequent · 11 filled``."""
    columns_in: int | None
    """None where an earlier step fails."""
    columns_out: int | None
    rows_in: int | None
    rows_out: int | None
    values_filled: int = 0
    error: str | None = None
    hint: str | None = None
    entry: JsonValue = None
    """The step as settings would write it."""


@dataclass(frozen=True, slots=True)
class PipelineOutline:
    """A pipeline on a data set, fitted on training rows of the first fold."""

    dataset: str
    name: str
    steps: tuple[StepOutline, ...]
    rows_read: int
    """Training rows that the numbers come from."""
    rows_total: int
    """Training rows of the fold."""
    seconds: float


@dataclass(frozen=True, slots=True)
class ModelOutline:
    """A model of a plan."""

    name: str
    kind: str
    """``builtin``, ``estimator`` or ``function``."""
    target: str
    datasets: tuple[str, ...]
    cells: int
    finished_cells: int
    seconds: float | None
    """Wall clock of its open cells alone; None means unknown."""
    parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    added: bool = False


@dataclass(frozen=True, slots=True)
class PlanOutline:
    """What a run of these settings would do."""

    name: str
    datasets: tuple[DatasetOutline, ...]
    pipelines: tuple[PipelineOutline, ...]
    models: tuple[ModelOutline, ...]
    cells: int
    finished_cells: int
    """Cells whose results are stored, so that they need not run."""
    seconds: float | None
    peak_rss_bytes: int | None
    workers: int
    findings: tuple[str, ...] = ()
    unavailable: tuple[str, ...] = ()
    """Remote data sets that could not be fetched."""
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class ColumnState:
    """A column before or after a step."""

    missing: int
    mean: float | None
    """None unless the column holds numbers."""
    histogram: tuple[int, ...] = ()
    """Counts of 12 bins; before and after share edges where their ranges overlap."""
    low: float | None = None
    """Least value of the histogram."""
    high: float | None = None
    top: tuple[ValueShare, ...] = ()
    """Of a column without numbers."""


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """What a step did to one column."""

    column: str
    before: ColumnState | None
    """None for a column that the step made of others."""
    after: ColumnState | None
    """None where the column is gone or was turned into others."""
    became: tuple[str, ...] = ()
    """Columns that it was turned into, the first 20."""
    became_count: int = 0
    values_changed: int = 0
    values_filled: int = 0


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """What a step does, seen on training rows of the first fold."""

    dataset: str
    pipeline: str
    step: str
    position: int
    rows_before: int
    rows_after: int
    rows_read: int
    """Rows that columns are described by; the first 1,000 training rows at most."""
    rows_total: int
    columns_in: int
    columns_out: int
    changes: tuple[ColumnChange, ...]
    """Changed columns, the first 100."""
    changed: int
    """How many columns changed."""
    folds: int


# --- wizard ---


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A list of models to start with."""

    models: tuple[str, ...]
    seconds: float | None
    """Estimated from past runs; None means unknown."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Settings proposed for a source."""

    text: str
    """A settings file that runs."""
    inspection: SourceInspection
    left_out: tuple[ColumnNote, ...]
    quick: ModelChoice
    thorough: ModelChoice
    chosen: str
    """``quick`` or ``thorough``: the list in ``text``."""
