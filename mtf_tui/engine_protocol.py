"""What the terminal UI asks of the engine: the protocol that the real client and the tests' fake both follow."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from mtf_engine.domain.difference import RunDifference
from mtf_engine.domain.event import Event
from mtf_engine.domain.forms import Form, SettingsForm, WrittenValues
from mtf_engine.domain.outlines import BeforeAfter, Edited, PartProgress, PlanOutline, Proposal, Validation
from mtf_engine.domain.plan import CellCosts, Plan
from mtf_engine.domain.registry import RegistryEntry
from mtf_engine.domain.results import Results
from mtf_engine.domain.run import RunState, RunStatus
from mtf_engine.domain.sources import SourceInspection, SourceProfile, Sources
from mtf_engine.domain.views import ClassRecalls, Confusion, Curves, ResidualSummary, RowByRow, RowPage

PageOf = Callable[[int, int], Awaitable[RowPage]]
"""From an offset and a limit to a page of rows."""

NO_PARTS: Mapping[str, PartProgress] = {}


class Progress(Protocol):
    """Told how far the engine is."""

    def __call__(self, received: int, total: int | None, parts: Mapping[str, PartProgress] = NO_PARTS, /) -> None:
        """Take in bytes so far, how many there will be if that is known, and the same for each data set."""


def no_progress(received: int, total: int | None, parts: Mapping[str, PartProgress] = NO_PARTS, /) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run in the history."""

    id: str
    name: str
    path: str
    status: RunStatus
    started: float | None
    """Seconds since the epoch."""

    done: int
    """Cells with an outcome."""

    total: int
    best: Mapping[str, object] = field(default_factory=dict)
    """``{"dataset", "model", "metric", "estimate"}`` of the best score on the primary metric."""

    checks: Mapping[str, int] = field(default_factory=dict)
    """Verdict → how many."""


@dataclass(frozen=True, slots=True)
class RunUpdate:
    """What happened since the last update, and the state that it led to."""

    state: RunState
    events: tuple[tuple[float, Event], ...] = ()
    """(Seconds since the epoch, event), in order."""


@dataclass(frozen=True, slots=True)
class ViewScope:
    """What a view of results is about."""

    dataset: str
    metric: str
    models: tuple[tuple[str, str], ...]
    """(Pipeline, model) pairs, the most important first."""


@dataclass(frozen=True, slots=True)
class SourceAsked:
    """A source as the settings name it."""

    source: str
    target: str | None = None
    base: str | None = None
    """Folder that relative paths count from."""


@dataclass(frozen=True, slots=True)
class SettingsEdit:
    """One edit of a settings text."""

    verb: str
    """``insert``, ``remove``, ``move``, ``switch``, ``parameters``, ``set`` or ``unset``."""

    path: tuple[str | int, ...]
    """Of the list, such as ``("models",)``, or of the key."""

    position: int = 0
    """Of the entry, those that are off counted too."""

    to: int = 0
    on: bool = True
    value: object = None


class ViewClient(Protocol):
    """Computes what results.json does not have, from a run's predictions."""

    async def curves(self, kind: str, scope: ViewScope, options: Mapping[str, object] | None = None) -> Curves: ...

    async def confusion(self, scope: ViewScope) -> Confusion: ...

    async def class_recalls(self, scope: ViewScope) -> ClassRecalls: ...

    async def residuals(self, scope: ViewScope) -> ResidualSummary: ...

    async def row_by_row(self, scope: ViewScope) -> RowByRow: ...

    async def rows(self, scope: ViewScope, options: Mapping[str, object], offset: int, limit: int) -> RowPage: ...


class RunClient(Protocol):
    """One run, live or finished."""

    @property
    def views(self) -> ViewClient | None:
        """What computes curves and rows from the stored predictions; None where nothing does."""
        ...

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def path(self) -> str: ...

    def watch(self, *, interval: float) -> AsyncIterator[RunUpdate]:
        """Yield an update at once and then at most every `interval` seconds while something happens, until the end."""
        ...

    async def plan(self) -> Plan | None:
        """The plan, once there is one."""
        ...

    async def costs(self) -> CellCosts:
        """What past runs say that its cells take, as far as they tell."""
        ...

    async def results(self) -> Results | None:
        """The results, once there are any."""
        ...

    async def pause(self) -> None: ...

    async def resume(self, cell: str | None = None) -> None: ...

    async def cancel(self, cell: str | None = None) -> None: ...

    async def report(self, kind: str, output: Path | None) -> Path:
        """Write a report and say where it is."""
        ...


class EngineClient(Protocol):
    """The engine as a whole."""

    async def runs(self) -> tuple[RunEntry, ...]:
        """All runs, newest first, live ones before them."""
        ...

    async def open_run(self, text: str) -> RunClient:
        """Find a run by id, unique prefix, name, ``last`` or path."""
        ...

    async def start(self, settings: Path, *, fresh: bool = False) -> RunClient:
        """Start a run, or continue the one of the same plan."""
        ...

    async def outline(self, settings: Path, *, progress: Progress, text: str | None = None) -> PlanOutline:
        """Say what a run of a settings file would do; `text` stands for one that is not saved."""
        ...

    async def profile(self, source: SourceAsked, *, full: bool, progress: Progress) -> SourceProfile:
        """Describe every column of a source."""
        ...

    async def preview(self, source: SourceAsked, offset: int, limit: int) -> RowPage:
        """Give a page of a source's rows."""
        ...

    async def before_after(
        self, settings: Path, dataset: str, pipeline: str, step: int, *, text: str | None = None
    ) -> BeforeAfter:
        """Say what a step does to training rows."""
        ...

    async def slots(self, text: str) -> Edited:
        """List the entries of a settings text, those that are off too."""
        ...

    async def edit(self, text: str, edit: SettingsEdit) -> Edited:
        """Make one edit of a settings text; comments stay."""
        ...

    async def validate(self, text: str, path: Path) -> Validation:
        """Find every problem of a settings text that stands, or will stand, at a path."""
        ...

    async def settings_form(self) -> SettingsForm:
        """List the fields of all settings but data sets, pipelines and models."""
        ...

    async def written_values(self, text: str) -> WrittenValues:
        """Find what a settings text says about each of them."""
        ...

    async def registry(self, kind: str) -> tuple[RegistryEntry, ...]:
        """Describe all ``steps`` or ``models``."""
        ...

    async def step_form(self, name: str) -> Form:
        """List the parameters of a step."""
        ...

    async def sources(self) -> Sources:
        """List what is bundled and what is cached."""
        ...

    async def inspect(self, source: SourceAsked, *, progress: Progress) -> SourceInspection:
        """Look at a source before it is added."""
        ...

    async def wizard(
        self, source: SourceAsked, *, left_out: tuple[str, ...] | None, mode: str, progress: Progress
    ) -> Proposal:
        """Propose settings for a source."""
        ...

    async def model_form(self, name: str, task: str | None) -> Form:
        """List the parameters of a model."""
        ...

    async def compare(self, before: str, after: str) -> RunDifference:
        """Say what changed from one run to another."""
        ...

    async def delete(self, run: str) -> None:
        """Delete a run that is not live."""
        ...

    async def rename(self, run: str, name: str) -> None:
        """Give a run another name in listings."""
        ...

    async def close(self) -> None:
        """End the helper process; runs go on."""
        ...
