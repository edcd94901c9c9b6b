"""The engine as the terminal UI uses it: the only module that calls it and that knows of processes.

Runs are detached processes of their own; this module reads their directories and drops requests, in threads, so the
screen never waits. What needs pandas or scikit-learn is asked of the helper process or, for the results of a stopped
run, of a child process of the command line; never done in this one.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import msgspec

from mtf_engine import api
from mtf_engine.domain.difference import RunDifference
from mtf_engine.domain.forms import Form, SettingsForm, WrittenValues
from mtf_engine.domain.outlines import BeforeAfter, Edited, PlanOutline, Proposal, Validation
from mtf_engine.domain.plan import CellCosts, Plan
from mtf_engine.domain.registry import RegistryEntry
from mtf_engine.domain.results import Results
from mtf_engine.domain.run import RunStatus
from mtf_engine.domain.sources import SourceInspection, SourceProfile, Sources
from mtf_engine.domain.views import (
    ClassRecalls,
    Confusion,
    Curves,
    Exported,
    ResidualSummary,
    RowByRow,
    RowPage,
    ViewKind,
)
from mtf_engine.errors import MTFError, RunError
from mtf_tui.engine_protocol import (
    Progress,
    RunClient,
    RunEntry,
    RunUpdate,
    SettingsEdit,
    SourceAsked,
    ViewClient,
    ViewScope,
)
from mtf_tui.helper import Helper

Answer = TypeVar("Answer")
_CHILD_SECONDS = 600
_MOST_COLUMNS = 500
"""Columns of a preview."""


class LocalViews:
    """Curves and rows of one run, computed by the helper.

    Parameters
    ----------
    helper : Helper
        The process.
    run : str
        Path of the run.
    """

    def __init__(self, helper: Helper, run: str) -> None:
        self._helper, self._run = helper, run

    async def curves(self, kind: str, scope: ViewScope, options: Mapping[str, object] | None = None) -> Curves:
        return await self._view(kind, scope, Curves, options=dict(options or {}))

    async def confusion(self, scope: ViewScope) -> Confusion:
        return await self._view(ViewKind.CONFUSION, replace(scope, models=scope.models[:1]), Confusion)

    async def class_recalls(self, scope: ViewScope) -> ClassRecalls:
        return await self._view(ViewKind.CLASS_RECALL, replace(scope, models=scope.models[:1]), ClassRecalls)

    async def residuals(self, scope: ViewScope) -> ResidualSummary:
        return await self._view(ViewKind.RESIDUAL_HISTOGRAM, replace(scope, models=scope.models[:1]), ResidualSummary)

    async def row_by_row(self, scope: ViewScope) -> RowByRow:
        return await self._view(ViewKind.ROW_BY_ROW, replace(scope, models=scope.models[:2]), RowByRow)

    async def rows(self, scope: ViewScope, options: Mapping[str, object], offset: int, limit: int) -> RowPage:
        pair = replace(scope, models=scope.models[:2])
        return await self._view(ViewKind.ROWS, pair, RowPage, options=dict(options), offset=offset, limit=limit)

    async def _view(self, kind: str, scope: ViewScope, answer: type[Answer], **more: object) -> Answer:
        asked = {"run": self._run, "kind": kind, "dataset": scope.dataset, "metric": scope.metric}
        models = [list(pair) for pair in scope.models]
        return await self._helper.ask("view", {**asked, "models": models, **more}, answer)


class LocalRun:
    """A run on this machine.

    Parameters
    ----------
    handle : RunHandle
        From the engine.
    helper : Helper
        Computes its views and reports.
    """

    def __init__(self, handle: api.RunHandle, helper: Helper) -> None:
        self._handle, self._helper = handle, helper
        self._views = LocalViews(helper, str(handle.path))

    @property
    def views(self) -> ViewClient:
        return self._views

    @property
    def id(self) -> str:
        return self._handle.id

    @property
    def name(self) -> str:
        return self.id.partition("-")[2].rpartition("-")[0] or self.id

    @property
    def path(self) -> str:
        return str(self._handle.path)

    async def watch(self, *, interval: float) -> AsyncIterator[RunUpdate]:
        updates = self._handle.updates(interval=interval, idle=True)  # a thread that waits would outlive the app
        told: tuple[RunStatus, int] | None = None
        while (update := await asyncio.to_thread(_next, updates)) is not None:
            state = update.state
            seen = state.status, int(state.silent or 0) if state.is_silent else 0
            if update.events or seen != told:
                told = seen
                yield update

    async def plan(self) -> Plan | None:
        return await asyncio.to_thread(self._handle.plan)

    async def costs(self) -> CellCosts:
        return await self._helper.ask("costs", {"run": self.path}, CellCosts)

    async def results(self) -> Results | None:
        with contextlib.suppress(FileNotFoundError, msgspec.DecodeError):  # a child makes them again
            return await asyncio.to_thread(_stored_results, self._handle.path / "results.json")
        if not (self._handle.path / "plan.json").exists():
            return None
        try:
            found = await _child("show", self.path, "--json")
        except MTFError:
            return None
        return msgspec.json.decode(found, type=Results)

    async def pause(self) -> None:
        await asyncio.to_thread(self._handle.pause)

    async def resume(self, cell: str | None = None) -> None:
        await asyncio.to_thread(lambda: self._handle.resume(cell=cell))

    async def cancel(self, cell: str | None = None) -> None:
        await asyncio.to_thread(lambda: self._handle.cancel(cell=cell))

    async def report(self, kind: str, output: Path | None) -> Path:
        asked = {"run": self.path, "format": kind, "path": None if output is None else str(output)}
        return Path((await self._helper.ask("export", asked, Exported)).path)


class LocalEngine:
    """The engine on this machine.

    Parameters
    ----------
    log : Path, optional
        File for what its helpers have to say; nothing is kept when absent.
    """

    def __init__(self, log: Path | None = None) -> None:
        self._helper = Helper(log)
        self._looker = Helper(log)
        """Looks at single sources while the other reads a plan, so that either can be stopped alone."""
        self._editor = Helper(log)
        """Answers about the settings text at once while the other reads data."""

    async def runs(self) -> tuple[RunEntry, ...]:
        found = await asyncio.to_thread(api.runs)
        return tuple(
            RunEntry(run.id, run.name, run.path, run.status, run.started, run.done, run.total, run.best, run.checks)
            for run in found
        )

    async def open_run(self, text: str) -> RunClient:
        return LocalRun(await asyncio.to_thread(api.open_run, text), self._helper)

    async def start(self, settings: Path, *, fresh: bool = False) -> RunClient:
        return LocalRun(await asyncio.to_thread(lambda: api.start(settings, fresh=fresh, vet="nothing")), self._helper)

    async def outline(self, settings: Path, *, progress: Progress, text: str | None = None) -> PlanOutline:
        return await self._helper.ask("plan", {"path": str(settings), "text": text}, PlanOutline, progress=progress)

    async def profile(self, source: SourceAsked, *, full: bool, progress: Progress) -> SourceProfile:
        asked = {"source": source.source, "target": source.target, "base": source.base, "full": full}
        return await self._looker.ask("profile", asked, SourceProfile, progress=progress)

    async def preview(self, source: SourceAsked, offset: int, limit: int) -> RowPage:
        asked = {
            "source": source.source,
            "target": source.target,
            "base": source.base,
            "offset": offset,
            "limit": limit,
            "columns": _MOST_COLUMNS,
        }
        return await self._looker.ask("preview", asked, RowPage)

    async def before_after(
        self, settings: Path, dataset: str, pipeline: str, step: int, *, text: str | None = None
    ) -> BeforeAfter:
        asked = {"path": str(settings), "dataset": dataset, "pipeline": pipeline, "step": step, "text": text}
        return await self._helper.ask("before_after", asked, BeforeAfter)

    async def model_form(self, name: str, task: str | None) -> Form:
        return await self._editor.ask("model_form", {"name": name, "task": task}, Form)

    async def slots(self, text: str) -> Edited:
        return await self._editor.ask("slots", {"text": text}, Edited)

    async def edit(self, text: str, edit: SettingsEdit) -> Edited:
        return await self._editor.ask("edit", {"text": text, "operation": dataclasses.asdict(edit)}, Edited)

    async def validate(self, text: str, path: Path) -> Validation:
        return await self._editor.ask("validate", {"text": text, "path": str(path)}, Validation)

    async def settings_form(self) -> SettingsForm:
        return await self._editor.ask("settings_form", {}, SettingsForm)

    async def written_values(self, text: str) -> WrittenValues:
        return await self._editor.ask("written_values", {"text": text}, WrittenValues)

    async def registry(self, kind: str) -> tuple[RegistryEntry, ...]:
        return await self._editor.ask("registry", {"kind": kind}, tuple[RegistryEntry, ...])

    async def step_form(self, name: str) -> Form:
        return await self._editor.ask("step_form", {"name": name}, Form)

    async def sources(self) -> Sources:
        return await self._looker.ask("sources", {}, Sources)

    async def inspect(self, source: SourceAsked, *, progress: Progress) -> SourceInspection:
        asked = {"source": source.source, "target": source.target, "base": source.base}
        return await self._looker.ask("inspect", asked, SourceInspection, progress=progress)

    async def wizard(
        self, source: SourceAsked, *, left_out: tuple[str, ...] | None, mode: str, progress: Progress
    ) -> Proposal:
        asked = {"source": source.source, "target": source.target, "base": source.base, "mode": mode}
        chosen = {"left_out": None if left_out is None else list(left_out)}
        return await self._looker.ask("wizard", {**asked, **chosen}, Proposal, progress=progress)

    async def compare(self, before: str, after: str) -> RunDifference:
        return await self._helper.ask("compare", {"before": before, "after": after}, RunDifference)

    async def delete(self, run: str) -> None:
        await asyncio.to_thread(lambda: api.delete(api.open_run(run)))

    async def rename(self, run: str, name: str) -> None:
        await asyncio.to_thread(lambda: api.rename(api.open_run(run), name))

    async def close(self) -> None:
        """End the helpers; runs go on."""
        await self._helper.close()
        await self._looker.close()
        await self._editor.close()


def _stored_results(path: Path) -> Results:
    return msgspec.json.decode(path.read_bytes(), type=Results)


def _next(updates: Iterator[api.RunUpdate]) -> RunUpdate | None:
    """Wait for the next update and make it ready; in a thread, since a flood of lines comes in one."""
    update = next(updates, None)
    if update is None:
        return None
    return RunUpdate(update.state, tuple((record.at, record.event) for record in update.records))


async def _child(*arguments: str) -> bytes:
    """Run one command of the engine and give back what it printed.

    Raises
    ------
    RunError
        It failed; the message is its own.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "mtf_engine",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), _CHILD_SECONDS)
    except (TimeoutError, asyncio.CancelledError):
        process.kill()
        await process.wait()
        raise
    if process.returncode not in (0, 1, 3, 130):
        said = err.decode(errors="replace").strip() or f"exit code {process.returncode}"
        raise RunError(said.removeprefix("Error: "))
    return out
