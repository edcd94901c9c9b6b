"""What the settings alone decide: names looked up, parameters validated, scopes checked; every problem at once.

What is wrong is left out and noted, the rest is resolved on, so that one report tells everything. Nothing here looks
at data.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mtf_engine import plugins
from mtf_engine.acquisition.addresses import check_address, resolve_address
from mtf_engine.domain.cell import Limits
from mtf_engine.domain.dataset import DatasetRef, Task
from mtf_engine.domain.plan import Resolved
from mtf_engine.domain.split import SplitMethod, SplitSpec
from mtf_engine.errors import MTFError, PluginError
from mtf_engine.metrics import registry as metrics
from mtf_engine.planning.checks import resolve_checks
from mtf_engine.planning.models import resolve_models
from mtf_engine.planning.pipelines import resolve_pipelines
from mtf_engine.settings import (
    DatasetSettings,
    ExecutionSettings,
    Inspection,
    Positions,
    ProblemList,
    Settings,
    SplitSettings,
    quote,
    suggestion,
)

_REPORTS = "mtf.reports"
_DEFAULT_NAME = "run"
"""Of a run whose settings lie in a root folder and say no name."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in the settings the parts of a `Resolved` stand, for problems that only data show."""

    positions: Positions
    datasets: tuple[int, ...]
    """Position in the settings of each resolved data set."""

    models: tuple[int | None, ...]
    """Likewise of each model; None for the added baseline."""

    metrics: tuple[int, ...]
    """Likewise of each metric."""

    checks: tuple[int, ...]
    """Likewise of each check."""

    row_steps: tuple[int, ...]
    """Likewise of each row step in the first pipeline."""

    steps: Mapping[str, tuple[int, ...]]
    """Pipeline → likewise of each of its other steps."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Settings resolved as far as they are right."""

    resolved: Resolved
    origin: Origin
    problems: ProblemList
    """What is wrong; data may add to it."""


def resolution_of(resolved: Resolved) -> Resolution:
    """Wrap settings that were resolved before, without their file: problems then name keys and no lines."""
    listed = [index for index, model in enumerate(resolved.models) if not model.added]
    origin = Origin(
        Positions(),
        datasets=tuple(range(len(resolved.datasets))),
        models=tuple(index if index in listed else None for index in range(len(resolved.models))),
        metrics=tuple(range(len(resolved.metrics or ()))),
        checks=tuple(range(len(resolved.checks))),
        row_steps=tuple(range(len(resolved.row_steps))),
        steps={
            pipeline.name: tuple(range(len(resolved.row_steps), len(resolved.row_steps) + len(pipeline.steps)))
            for pipeline in resolved.pipelines or ()
        },
    )
    return Resolution(resolved, origin, ProblemList(origin.positions))


def resolve_inspection(found: Inspection, *, base: Path) -> Resolution:
    """Resolve what is right in a settings file; problems are added to the inspection's own.

    Parameters
    ----------
    found : Inspection
        From `mtf_engine.settings.inspect`.
    base : Path
        Folder that relative paths count from.
    """
    settings, problems = found.settings, found.problems
    base = base.absolute()
    plugin_files = _register_plugins(settings, base, problems)
    datasets = _datasets(settings, base, problems)
    models = resolve_models(settings.models, base=base, problems=problems)
    pipelines = resolve_pipelines(settings.pipelines, problems)
    chosen = _metrics(settings, problems)
    checks = resolve_checks(settings.checks, declared=found.declared, problems=problems)
    _check_report_formats(settings, problems)
    resolved = Resolved(
        name=settings.name or base.name or _DEFAULT_NAME,
        seed=settings.seed,
        confidence=settings.confidence,
        datasets=tuple(datasets.values()),
        pipelines=pipelines.pipelines,
        row_steps=pipelines.row_steps,
        models=models.models,
        splits=split_spec(settings.splits),
        metrics=None if settings.metrics is None else tuple(chosen.values()),
        primary_metric=_primary_metric(settings, tuple(chosen.values()), problems),
        checks=tuple(checks.values()),
        limits=_limits(settings.execution),
        workers=settings.execution.workers if isinstance(settings.execution.workers, int) else None,
        plugins=plugin_files,
        report_formats=settings.report.formats,
        report_directory=str(base / os.path.expanduser(settings.report.directory)),
    )
    origin = Origin(
        problems.positions,
        tuple(datasets),
        models.origins,
        tuple(chosen),
        tuple(checks),
        pipelines.row_step_origins,
        pipelines.step_origins,
    )
    return Resolution(resolved, origin, problems)


def split_spec(settings: SplitSettings) -> SplitSpec:
    """Turn the settings' splits into the domain's."""
    return SplitSpec(
        method=SplitMethod(settings.method),
        folds=settings.folds,
        repeats=settings.repeats,
        test_size=settings.test_size,
        shuffle=settings.shuffle,
        column=settings.column,
    )


def _register_plugins(settings: Settings, base: Path, problems: ProblemList) -> tuple[str, ...]:
    files = []
    for index, name in enumerate(settings.plugins):
        try:
            path = (base / os.path.expanduser(name)).resolve()
            plugins.register_file(path)
        except PluginError as error:
            problems.add(("plugins", index), error.message, error.hint)
            continue
        except (OSError, RuntimeError, ValueError) as error:  # too long, no such home, a NUL
            message = f"The plugin file {quote(name)} cannot be read: {error.__class__.__name__}."
            problems.add(("plugins", index), message, "Correct its path.")
            continue
        files.append(str(path))
    return tuple(files)


def _limits(settings: ExecutionSettings) -> Limits:
    return Limits(
        seconds=settings.cell_timeout,
        memory_bytes=settings.cell_memory,
        threads=settings.threads_per_cell,
        retries=settings.retries,
    )


def _datasets(settings: Settings, base: Path, problems: ProblemList) -> dict[int, DatasetRef]:
    """Resolve the data sets whose address is right: position in the settings → reference."""
    found = {index: _dataset(entry, index, base, problems) for index, entry in enumerate(settings.datasets)}
    return {index: ref for index, ref in found.items() if ref is not None}


def _dataset(entry: DatasetSettings, index: int, base: Path, problems: ProblemList) -> DatasetRef | None:
    path = ("datasets", index, "source")
    wrong = check_address(entry.source)
    if wrong is not None:
        problems.add(path, wrong.message, wrong.hint)
        return None
    try:
        source = resolve_address(entry.source, base)
    except (MTFError, ValueError, RuntimeError) as error:
        problems.add(path, str(error), error.hint if isinstance(error, MTFError) else None)
        return None
    return DatasetRef(
        name=entry.name,
        source=source,
        target=entry.target,
        task=Task(entry.task) if entry.task else None,
        positive=entry.positive,
        groups=entry.groups,
        time=entry.time,
        weights=entry.weights,
        drop=entry.drop,
        sha256=entry.sha256.lower() if entry.sha256 else None,
        splits=split_spec(entry.splits) if entry.splits else None,
        options=entry.options,
    )


def _metrics(settings: Settings, problems: ProblemList) -> dict[int, str]:
    """Look the metrics up: position in the settings → canonical name."""
    found: dict[int, str] = {}
    for index, name in enumerate(settings.metrics or ()):
        try:
            canonical = metrics.canonical(name)
        except PluginError as error:
            problems.add(("metrics", index), error.message, error.hint)
            continue
        if canonical in found.values():
            also = f" ('{name}' is another name of it)" if name != canonical else ""
            problems.add(("metrics", index), f"The metric '{canonical}' is listed twice{also}.", "Remove one of them.")
            continue
        found[index] = canonical
    return found


def _check_report_formats(settings: Settings, problems: ProblemList) -> None:
    known = plugins.names(_REPORTS)
    for index, name in enumerate(settings.report.formats):
        if name not in known:
            hint = suggestion(name, known, label="The formats")
            problems.add(("report", "formats", index), f"There is no report format '{name}'.", hint)


def _primary_metric(settings: Settings, chosen: tuple[str, ...], problems: ProblemList) -> str | None:
    if settings.primary_metric is None:
        return None
    path = ("primary_metric",)
    try:
        metric = metrics.get(settings.primary_metric)
    except PluginError as error:
        problems.add(path, error.message, error.hint)
        return None
    if not metric.ordered:
        message = f"'{metric.name}' cannot rank models: neither end of it is better."
        problems.add(path, message, "Name another metric.")
        return None
    if settings.metrics is not None and metric.name not in chosen:
        if not problems.touches(("metrics",)):
            message = f"The primary metric '{metric.name}' is not among the metrics."
            problems.add(path, message, f"Add it to `metrics`. {suggestion(metric.name, chosen)}".strip())
        return None
    return metric.name
