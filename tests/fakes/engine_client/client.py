"""The fake engine itself: what it is asked, it records and answers from values in memory."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from fakes.engine_client import answers
from fakes.engine_client.outcomes import changed
from fakes.engine_client.run import FakeRun
from fakes.engine_client.states import NOON

from mtf_engine import glossary
from mtf_engine.domain.difference import RunDifference
from mtf_engine.domain.forms import Form, FormField, SettingsForm, WrittenValues
from mtf_engine.domain.outlines import (
    BeforeAfter,
    ColumnChange,
    ColumnState,
    Edited,
    ModelChoice,
    PlanOutline,
    Proposal,
    Validation,
)
from mtf_engine.domain.registry import RegistryEntry
from mtf_engine.domain.sources import ColumnNote, SourceEntry, SourceInspection, SourceProfile, Sources
from mtf_engine.domain.views import (
    RowPage,
)
from mtf_engine.errors import RunNotFound
from mtf_engine.session import registry as forms
from mtf_engine.session import settings_forms, texts
from mtf_tui.engine_protocol import (
    Progress,
    RunClient,
    RunEntry,
    SettingsEdit,
    SourceAsked,
)


def _quiet(received: int, total: int | None) -> None:
    """Show nothing."""


@dataclass
class FakeClient:
    """An engine with the runs that a test gives it."""

    known: list[FakeRun] = field(default_factory=lambda: [FakeRun()])
    asked: list[tuple[object, ...]] = field(default_factory=list)
    error: Exception | None = None
    """Raised by the next call that could fail."""

    outlined: list[str | None] = field(default_factory=list)
    """Texts that plans were made of; None stands for the file."""

    async def runs(self) -> tuple[RunEntry, ...]:
        return tuple(run.entry() for run in self.known)

    async def open_run(self, text: str) -> RunClient:
        self.asked.append(("open", text))
        if self.error is not None:
            raise self.error
        for run in self.known:
            if text in (run.id, run.name, "last", run.path):
                return run
        raise RunNotFound(f"no run goes by the name {text!r}", hint="mtf runs lists them")

    async def start(self, settings: Path, *, fresh: bool = False) -> RunClient:
        self.asked.append(("start", settings, fresh))
        if self.error is not None:
            raise self.error
        return self.known[0]

    async def outline(self, settings: Path, *, progress: Progress, text: str | None = None) -> PlanOutline:
        self.asked.append(("outline", settings))
        self.outlined.append(text)
        progress(41, 100)
        if self.error is not None:
            raise self.error
        return answers.outline()

    async def profile(self, source: SourceAsked, *, full: bool, progress: Progress) -> SourceProfile:
        self.asked.append(("profile", source, full))
        progress(1, 1)
        return answers.profile(source.source)

    async def preview(self, source: SourceAsked, offset: int, limit: int) -> RowPage:
        self.asked.append(("preview", source, offset, limit))
        total = 1_000_000
        made = tuple((str(i), "[/] two year", None) for i in range(offset, min(total, offset + limit)))
        return RowPage(("customer_id", "contract", "total_charges"), made, offset, total, (True, False, True))

    async def before_after(
        self, settings: Path, dataset: str, pipeline: str, step: int, *, text: str | None = None
    ) -> BeforeAfter:
        del text
        self.asked.append(("before_after", settings, dataset, pipeline, step))
        before = ColumnState(9, 2283.0, (9, 6, 4, 3, 2, 2, 2, 1, 1, 1, 1, 1), 18.8, 8684.8)
        change = ColumnChange("total_charges", before, replace(before, missing=0, mean=2281.0), values_filled=9)
        if step == 0:
            return BeforeAfter(dataset, pipeline, "drop_duplicates", 0, 5634, 5634, 5634, 5634, 20, 20, (), 0, 5)
        return BeforeAfter(dataset, pipeline, "impute", step, 5634, 5634, 1000, 5634, 20, 20, (change,), 1, 5)

    async def model_form(self, name: str, task: str | None) -> Form:
        self.asked.append(("model_form", name, task))
        field = FormField(
            "C", "number", 1.0, "how much each misfit costs; larger fits closer", low=0, excludes_low=True
        )
        return Form(name, "A linear model.", "docs/reference/models.md", (field,))

    async def slots(self, text: str) -> Edited:
        return texts.slots(texts.TextQuery(text), _quiet)

    async def edit(self, text: str, edit: SettingsEdit) -> Edited:
        self.asked.append(("edit", edit))
        return texts.edit(texts.EditQuery(text, texts.Operation(**asdict(edit))), _quiet)

    async def validate(self, text: str, path: Path) -> Validation:
        return texts.validate(texts.TextQuery(text, str(path)), _quiet)

    async def settings_form(self) -> SettingsForm:
        return settings_forms.settings_form(settings_forms.Nothing(), _quiet)

    async def written_values(self, text: str) -> WrittenValues:
        return settings_forms.written_values(texts.TextQuery(text), _quiet)

    async def registry(self, kind: str) -> tuple[RegistryEntry, ...]:
        return glossary.describe(kind, None)

    async def step_form(self, name: str) -> Form:
        return forms.step_parameters(name)

    async def sources(self) -> Sources:
        entry = SourceEntry("wine", "sklearn:wine", 178, 14, "multiclass", "target")
        cached = SourceEntry("prices", "https://example.test/prices.csv", size=12_000, used=NOON - 3600)
        return Sources((entry,), (cached,))

    async def inspect(self, source: SourceAsked, *, progress: Progress) -> SourceInspection:
        self.asked.append(("inspect", source))
        if self.error is not None:
            raise self.error
        progress(1, 1)
        return answers.inspection(source)

    async def wizard(
        self, source: SourceAsked, *, left_out: tuple[str, ...] | None, mode: str, progress: Progress
    ) -> Proposal:
        self.asked.append(("wizard", source, left_out, mode))
        if self.error is not None:
            raise self.error
        progress(1, 1)
        dropped = ("customer_id",) if left_out is None else left_out
        text = f"version: 1\ndatasets:\n  - source: {source.source}\nmodels: [ridge]  # {mode}\n"
        quick, thorough = ModelChoice(("ridge",) * 5, 20.0), ModelChoice(("ridge",) * 9, None)
        notes = tuple(ColumnNote(name, "every value distinct") for name in dropped)
        return Proposal(text, answers.inspection(source), notes, quick, thorough, mode)

    async def compare(self, before: str, after: str) -> RunDifference:
        self.asked.append(("compare", before, after))
        return changed()

    async def delete(self, run: str) -> None:
        self.asked.append(("delete", run))
        self.known = [known for known in self.known if known.id != run]

    async def rename(self, run: str, name: str) -> None:
        self.asked.append(("rename", run, name))
        for known in self.known:
            if known.id == run:
                known.name = name

    async def close(self) -> None:
        self.asked.append(("close",))
