"""What is known of sources, plans and settings before anything runs: what a user interface shows and edits.

The helper process (`mtf_engine.session`) makes these values; they are plain data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtf_engine.domain.dataset import Label
from mtf_engine.errors import Problem

JsonValue = object
"""A value as JSON has them."""

BINS = 12
"""Bins of a histogram, and cells of its picture."""


# --- sources ---


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A data set that is there to be added."""

    name: str
    source: str
    """What to write as ``source:``."""
    rows: int | None = None
    columns: int | None = None
    """With the target."""
    task: str | None = None
    target: str | None = None
    targets: tuple[str, ...] = ()
    """Where there are several to choose from."""
    size: int | None = None
    """Bytes on disk, of a cached one."""
    used: float | None = None
    """Seconds since the epoch, of a cached one."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What can be used without fetching anything."""

    bundled: tuple[SourceEntry, ...]
    cached: tuple[SourceEntry, ...]
    """Most recently used first."""


@dataclass(frozen=True, slots=True)
class ClassShare:
    """A class of a target."""

    label: Label
    rows: int
    share: float


@dataclass(frozen=True, slots=True)
class ColumnNote:
    """A column and why it stands out."""

    column: str
    why: str


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """A column of a source."""

    name: str
    kind: str
    missing: int
    distinct: int


@dataclass(frozen=True, slots=True)
class SourceInspection:
    """A source looked at before it is added."""

    source: str
    format: str
    """Name of the file format, or ``bundled``."""
    files: int
    size: int
    """Bytes of the files; 0 for a bundled one."""
    rows: int
    columns: tuple[ColumnEntry, ...]
    sha256: str
    target: str | None
    """As asked, as documented by the source, or a guess."""
    target_reason: str
    """Why this target: ``as asked``, ``documented by the source``, ``the last column``."""
    task: str | None
    """None where the target is none."""
    classes: tuple[ClassShare, ...] = ()
    """Of a classification, sorted; the first 50."""
    identifiers: tuple[ColumnNote, ...] = ()
    """Columns that are better left out."""
    notes: tuple[str, ...] = ()
    problem: Problem | None = None
    """What is wrong with the target."""
    name: str = ""
    """What the data set is called unless it is named."""


@dataclass(frozen=True, slots=True)
class ValueShare:
    """How often a value occurs."""

    value: str
    share: float
    """Of the rows that have a value."""


@dataclass(frozen=True, slots=True)
class ColumnOutline:
    """One column, described in one line."""

    name: str
    kind: str
    is_target: bool
    missing: float
    """Share of all rows."""
    distinct: int
    histogram: tuple[int, ...] = ()
    """Counts of 12 bins of equal width from the least to the greatest value; empty unless numbers or dates."""
    top: tuple[ValueShare, ...] = ()
    """The most frequent values, four at most; empty for numbers, dates and where all are distinct."""
    text: str = ""
    """Range or most frequent value: ``0 … 72``, ``fiber 44 %``."""
    warning: str | None = None
    """``all distinct``, ``constant``, ``all missing``."""


@dataclass(frozen=True, slots=True)
class SourceProfile:
    """A table, column by column."""

    source: str
    rows: int
    rows_read: int
    """Rows behind histograms and shares; fewer than ``rows`` where they were sampled."""
    columns: tuple[ColumnOutline, ...]


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


@dataclass(frozen=True, slots=True)
class FormField:
    """One parameter, ready to be asked for."""

    name: str
    type: str
    """``number``, ``integer``, ``text``, ``choice``, ``flag``, ``columns``, ``names`` (a list) or ``any``."""
    default: JsonValue
    description: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False
    """Whether it may be null."""
    low: float | None = None
    high: float | None = None
    excludes_low: bool = False
    """Whether ``low`` itself is refused."""
    excludes_high: bool = False
    required: bool = False
    default_text: str = ""
    """The default in words where it is no value of the settings."""
    only_for: tuple[str, ...] = ()
    """Values of the field ``decided_by`` that it belongs to; empty means all."""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The parameters of a step or model."""

    name: str
    summary: str
    docs: str
    fields: tuple[FormField, ...]
    takes_any: bool = False
    """Whether parameters that are not listed are accepted too."""
    short: str | None = None
    """The parameter that ``name: value`` sets."""


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Fields that belong together."""

    name: str
    """Key that holds them; empty for those at the top."""
    summary: str
    fields: tuple[FormField, ...]
    """Named by their whole path, such as ``splits.folds``."""


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """All settings but data sets, pipelines and models, which have forms of their own."""

    groups: tuple[FormGroup, ...]
    check: Form
    """Of one entry of ``checks``."""


@dataclass(frozen=True, slots=True)
class WrittenValue:
    """What stands in the text for one field of the form."""

    text: str
    """As it would be typed; entries of a list with commas."""
    line: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class WrittenValues:
    """What a settings text says about the fields of the form."""

    values: Mapping[str, WrittenValue]
    """By the field's name; those that the text leaves out are not there."""


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
