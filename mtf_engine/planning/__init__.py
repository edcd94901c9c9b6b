"""Planning: from settings to every cell of a run, or to all that stands against it, before anything runs.

`resolve` reads the settings alone: names, parameters, scopes. `plan` goes on to the data: acquire, infer, prepare,
split, expand. All cross-checking is here, and all problems come in one report, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mtf_engine import plugins
from mtf_engine.acquisition.addresses import is_local, without_credentials
from mtf_engine.acquisition.interfaces import Cancelled, never_cancelled
from mtf_engine.domain.dataset import Dataset, DatasetRef, Finding
from mtf_engine.domain.plan import Plan, Resolved
from mtf_engine.errors import FetchError, MTFError, SettingsError
from mtf_engine.planning.complaints import Complaints
from mtf_engine.planning.delivery import DatasetProgress, Delivery, deliveries, ignore_progress
from mtf_engine.planning.estimate import cell_costs, estimate, past_timings, remember_timings
from mtf_engine.planning.expand import dataset_plan, expand
from mtf_engine.planning.fit import check_fit
from mtf_engine.planning.prepare import PreparedDataset, prepare
from mtf_engine.planning.resolve import Resolution, resolution_of, resolve_inspection
from mtf_engine.settings import Inspection, Settings, inspect

__all__ = [
    "DatasetProgress",
    "Resolution",
    "cell_costs",
    "estimate",
    "past_timings",
    "plan",
    "plan_file",
    "remember_timings",
    "resolve",
    "resolve_file",
    "resolve_inspection",
]

Ready = Callable[[Dataset], None]
"""Called with each data set that is prepared, in the order of the settings."""

Failed = Callable[[Finding], None]
"""Called with each remote data set that could not be fetched."""


def ignore_ready(dataset: Dataset) -> None:
    """Show nothing."""
    del dataset


def ignore_failed(finding: Finding) -> None:
    """Show nothing; the plan holds it."""
    del finding


def resolve(settings: Settings, *, base: Path) -> Resolved:
    """Decide what the settings alone decide.

    Parameters
    ----------
    settings : Settings
        Without mistakes of their own, as `mtf_engine.settings.load` gives them.
    base : Path
        Folder that relative paths count from.

    Raises
    ------
    SettingsError
        With every name, parameter and scope that is wrong. `resolve_file` also knows the lines.
    """
    return _checked(resolve_inspection(Inspection.of(settings), base=base), None).resolved


def resolve_file(path: Path, *, base: Path | None = None) -> Resolved:
    """Read and resolve a settings file; it looks at no data.

    Parameters
    ----------
    path : Path
        The settings file.
    base : Path, optional
        Folder that relative paths count from; the file's own by default.

    Raises
    ------
    SettingsError
        With everything that is wrong in the file, in its order.
    """
    return _checked(resolve_inspection(inspect(path), base=base or path.parent), path).resolved


def plan(
    resolved: Resolved,
    *,
    progress: DatasetProgress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
    ready: Ready = ignore_ready,
    failed: Failed = ignore_failed,
) -> Plan:
    """Acquire and prepare the data sets and list every cell.

    Parameters
    ----------
    resolved : Resolved
        From `resolve`.
    progress : callable, optional
        Called from any thread as bytes arrive.
    cancelled : callable, optional
        Asked often; True stops the work with a FetchError.
    ready, failed : callable, optional
        Called from this thread as each data set is prepared, or could not be fetched.

    Raises
    ------
    SettingsError
        The data don't fit the settings; with every problem.
    FetchError
        No data set could be fetched, or the work was cancelled.
    """
    for file in resolved.plugins:
        plugins.register_file(file)
    return _plan(resolution_of(resolved), None, progress=progress, cancelled=cancelled, ready=ready, failed=failed)


def plan_file(
    path: Path,
    *,
    base: Path | None = None,
    progress: DatasetProgress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
    ready: Ready = ignore_ready,
    failed: Failed = ignore_failed,
) -> Plan:
    """Plan a settings file: `resolve_file` and `plan` in one, so that all problems come in one report.

    Where the file is wrong already, local data sets whose entries are right are looked at all the same; nothing is
    fetched.

    Parameters
    ----------
    path : Path
        The settings file.
    base : Path, optional
        Folder that relative paths count from; the file's own by default.
    progress, cancelled, ready, failed : callable, optional
        As for `plan`.

    Raises
    ------
    SettingsError, FetchError
        As for `plan`; problems know their lines.
    """
    resolution = resolve_inspection(inspect(path), base=base or path.parent)
    return _plan(resolution, path, progress=progress, cancelled=cancelled, ready=ready, failed=failed)


def _plan(
    resolution: Resolution,
    source: Path | None,
    *,
    progress: DatasetProgress,
    cancelled: Cancelled,
    ready: Ready,
    failed: Failed,
) -> Plan:
    resolved, problems = resolution.resolved, resolution.problems
    indices = [
        position
        for position, ref in enumerate(resolved.datasets)
        if not problems
        or (is_local(ref.source) and not problems.touches(("datasets", resolution.origin.datasets[position])))
    ]
    prepared: list[PreparedDataset] = []
    unavailable: list[Finding] = []
    with deliveries([resolved.datasets[at] for at in indices], progress=progress, cancelled=cancelled) as on_the_way:
        for position, delivery in zip(indices, on_the_way, strict=True):
            outcome = _prepare(resolution, position, delivery, cancelled)
            if isinstance(outcome, Finding):
                unavailable.append(outcome)
                failed(outcome)
            elif outcome is not None:
                prepared.append(outcome)
                ready(outcome.dataset)
    known = tuple(one.dataset for one in prepared)
    check_fit(resolution, known, complete=len(known) == len(resolved.datasets) and not _is_pruned(resolution))
    _checked(resolution, source)
    if not prepared:
        told = " ".join(finding.message for finding in unavailable)
        raise FetchError(f"No data set could be fetched. {told}", hint="Check the network and run the command again.")
    shown = replace(resolved, datasets=tuple(map(_without_credentials, resolved.datasets)))
    datasets = tuple(dataset_plan(_shown(one), shown) for one in prepared)
    return Plan(shown, datasets, expand(datasets, shown), tuple(unavailable))


def _shown(prepared: PreparedDataset) -> PreparedDataset:
    """Forget by which secrets a data set was had: plans are written down and shared."""
    dataset = prepared.dataset
    return replace(prepared, dataset=replace(dataset, ref=_without_credentials(dataset.ref)))


def _without_credentials(ref: DatasetRef) -> DatasetRef:
    return replace(ref, source=without_credentials(ref.source))


def _prepare(
    resolution: Resolution, position: int, delivery: Delivery, cancelled: Cancelled
) -> PreparedDataset | Finding | None:
    """Prepare one data set; a finding where it could not be fetched, None where something is wrong with it."""
    complaints = Complaints(delivery.ref, resolution.origin.datasets[position], resolution.problems)
    try:
        table = delivery.table()
    except MTFError as error:
        if cancelled():
            raise
        failure = delivery.failure(error)
        if failure is None:
            complaints.add_error(error)
        return failure
    return prepare(table, resolution, complaints)


def _is_pruned(resolution: Resolution) -> bool:
    """Whether entries are missing that were wrong, so that nothing follows from their absence."""
    return any(resolution.problems.touches_in_file((section,)) for section in ("datasets", "models", "metrics"))


def _checked(resolution: Resolution, source: Path | None) -> Resolution:
    if resolution.problems:
        raise SettingsError(resolution.problems.sorted(), source=str(source) if source else None)
    return resolution
