"""results.json: everything a run found out, computed from its plan, its stored cells and its journal.

It is derived and can be deleted at any time: `assemble` makes it again, bit for bit but for the run's own times.
More metrics and changed checks are questions asked of the same stored predictions; nothing is fitted here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import msgspec

from mtf_engine import plugins
from mtf_engine.checks.evaluate import evaluate_checks, has_failed
from mtf_engine.domain.cell import CellResult
from mtf_engine.domain.event import MetricsAdded
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.results import DatasetRow, FailureRow, Results, RunSummary, Score, Timing
from mtf_engine.domain.run import CellStatus, RunState
from mtf_engine.errors import MTFError, Problem, RunError, SettingsError
from mtf_engine.evaluation.comparison import PairedComparison
from mtf_engine.evaluation.scoring import evaluate_run
from mtf_engine.evaluation.store import CellStore
from mtf_engine.metrics import registry as metrics
from mtf_engine.reports.document import encode
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import EventWriter, Follower
from mtf_engine.storage import atomic, lock

PASSED = 0
CHECKS_FAILED = 1
CELLS_FAILED = 3

_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class _Inputs:
    """A run, read."""

    directory: RunDirectory
    plan: Plan
    state: RunState
    store: CellStore
    extra_metrics: tuple[str, ...]


def assemble(directory: RunDirectory, *, plan: Plan | None = None) -> Results:
    """Compute the results of a run from what it has stored so far.

    Parameters
    ----------
    directory : RunDirectory
        The run.
    plan : Plan, optional
        Judge the stored cells by this plan instead of the run's own.

    Returns
    -------
    Results
        Its ``exit_code`` is what the run's should be once every cell has an outcome.

    Raises
    ------
    RunError
        The run has no plan yet.
    """
    inputs = _read(directory, plan)
    for file in inputs.plan.resolved.plugins:
        plugins.register_file(file)
    found = evaluate_run(inputs.plan, inputs.store, extra_metrics=inputs.extra_metrics)
    checks = evaluate_checks(inputs.plan, found.scores, compare=PairedComparison(inputs.plan, inputs.store))
    failures = _failures(inputs)
    lost = sum(inputs.store.result(cell.id) is None for cell in inputs.plan.different_cells)
    code = PASSED
    if has_failed(checks):
        code = CHECKS_FAILED
    elif failures or lost or inputs.plan.unavailable:
        code = CELLS_FAILED
    return Results(
        run=_summary(inputs, code),
        datasets=_datasets(inputs.plan),
        scores=found.scores,
        comparisons=found.comparisons,
        rankings=found.rankings,
        checks=checks,
        failures=failures,
        timing=_timing(inputs),
        findings=_findings(inputs.plan),
    )


def write(directory: RunDirectory, results: Results) -> None:
    """Replace results.json."""
    atomic.write_bytes_atomic(directory.results, encode(results))


def judge(directory: RunDirectory, *, plan: Plan | None = None) -> Results:
    """Evaluate checks again on a run's stored predictions.

    Parameters
    ----------
    directory : RunDirectory
        The run.
    plan : Plan, optional
        Whose checks to evaluate; the run's own when absent.

    Returns
    -------
    Results
        With the verdict as ``run.exit_code``; nothing is written.
    """
    return assemble(directory, plan=plan)


def add_metrics(directory: RunDirectory, names: tuple[str, ...]) -> Results:
    """Score a run by more metrics and keep them in its results.

    Parameters
    ----------
    directory : RunDirectory
        The run; nobody may carry it now.
    names : tuple of str
        Metrics, by name or alias.

    Returns
    -------
    Results

    Raises
    ------
    SettingsError
        A metric is unknown, or fits no data set of the run.
    RunError
        The run is live or has no plan.
    """
    inputs = _read(directory, None)
    for file in inputs.plan.resolved.plugins:
        plugins.register_file(file)
    added = _fitting(names, inputs.plan)
    held = lock.acquire(directory.lock, patience=0.0 if inputs.state.status.is_live else _PATIENCE_SECONDS)
    try:
        writer = EventWriter(directory.events)
        try:
            writer.append(MetricsAdded(added))
        finally:
            writer.close()
        results = assemble(directory)
        write(directory, results)
    finally:
        held.release()
    return results


def _fitting(names: tuple[str, ...], plan: Plan) -> tuple[str, ...]:
    problems: list[Problem] = []
    found: list[str] = []
    tasks = {entry.dataset.task for entry in plan.datasets}
    for name in names:
        try:
            metric = metrics.get(name)
        except MTFError as error:
            problems.append(Problem(error.message, error.hint))
            continue
        if metric.tasks & tasks:
            found.append(metric.name)
        else:
            shown = " and ".join(sorted(tasks))
            problems.append(Problem(f"The metric '{name}' fits none of the run's data sets, which are {shown}."))
    if problems:
        raise SettingsError(problems)
    return tuple(found)


def _read(directory: RunDirectory, plan: Plan | None) -> _Inputs:
    try:
        own = plan or msgspec.json.decode(directory.plan.read_bytes(), type=Plan)
    except (OSError, msgspec.DecodeError) as error:
        raise RunError(
            f"{directory.id} has no plan yet, so it has no results.",
            hint=f"`mtf watch {directory.id}` shows how far it is.",
        ) from error
    records = Follower(directory.events).read()
    state = states.with_status(directory, states.fold(RunState(directory.id), records))
    extra = dict.fromkeys(name for one in records if isinstance(one.event, MetricsAdded) for name in one.event.metrics)
    known: Mapping[str, Mapping[str, float | None]] = {
        cell.cell: cell.scores for cell in state.cells.values() if cell.status is CellStatus.FINISHED
    }
    return _Inputs(directory, own, state, CellStore(directory.cells, known), tuple(extra))


def _summary(inputs: _Inputs, exit_code: int) -> RunSummary:
    state = inputs.state
    return RunSummary(
        id=inputs.directory.id,
        name=inputs.plan.resolved.name,
        status=state.status.value,
        started=_iso(state.started),
        finished=_iso(state.finished),
        settings_sha256=hashlib.sha256(inputs.directory.settings.read_bytes()).hexdigest(),
        seed=inputs.plan.resolved.seed,
        exit_code=_ended_code(state, exit_code),
    )


def _ended_code(state: RunState, judged: int) -> int:
    """The code of the results as they are now, unless the run itself ended in another way."""
    if state.exit_code is None or state.exit_code in {PASSED, CHECKS_FAILED, CELLS_FAILED}:
        return judged
    return state.exit_code


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _datasets(plan: Plan) -> tuple[DatasetRow, ...]:
    return tuple(
        DatasetRow(
            name=entry.dataset.name,
            source=entry.dataset.provenance.source,
            sha256=entry.dataset.sha256,
            rows=entry.dataset.rows,
            columns=len(entry.dataset.columns),
            task=entry.dataset.task.value,
            target=entry.dataset.target,
            classes=entry.dataset.classes,
        )
        for entry in plan.datasets
    )


def _failures(inputs: _Inputs) -> tuple[FailureRow, ...]:
    rows = []
    for cell in inputs.plan.cells:
        state = inputs.state.cells.get(cell.id)
        if state is None or state.status not in (CellStatus.FAILED, CellStatus.CANCELLED) or state.cause is None:
            continue
        rows.append(
            FailureRow(
                cell=cell.id,
                dataset=cell.dataset,
                model=cell.model,
                fold=cell.fold,
                cause=state.cause,
                message=state.message or "",
                seconds=state.seconds or 0.0,
                peak_rss_bytes=state.peak_rss_bytes or 0,
                pipeline=cell.pipeline,
                hint=state.hint,
            )
        )
    return tuple(rows)


def _timing(inputs: _Inputs) -> tuple[Timing, ...]:
    """Mean seconds of a fold and largest memory, for each data set, pipeline and model in plan order."""
    grouped: dict[tuple[str, str, str], list[CellResult]] = {}
    for cell in inputs.plan.cells:
        result = inputs.store.result(cell.id)
        if result is not None:
            grouped.setdefault((cell.dataset, cell.pipeline, cell.model), []).append(result)
    return tuple(
        Timing(
            *key,
            fit_seconds=sum(result.fit_seconds for result in results) / len(results),
            predict_seconds=sum(result.predict_seconds for result in results) / len(results),
            peak_rss_bytes=max(result.peak_rss_bytes for result in results),
        )
        for key, results in grouped.items()
    )


def _findings(plan: Plan) -> tuple[str, ...]:
    found = [finding for entry in plan.datasets for finding in entry.dataset.findings]
    told = [f"{finding.dataset}: {finding.message}" for finding in (*plan.unavailable, *found)]
    return (*plan.resolved.findings, *told)


def best_score(plan: Plan, scores: tuple[Score, ...]) -> dict[str, object]:
    """Choose the best score on the primary metric of the first data set that has one.

    Returns
    -------
    dict
        ``dataset``, ``model``, ``metric`` and ``estimate``; empty when nothing has a score.
    """
    for entry in plan.datasets:
        own = [
            score
            for score in scores
            if score.dataset == entry.dataset.name
            and score.metric == entry.primary_metric
            and score.estimate is not None
            and score.slice is None
        ]
        if own:
            best = max(own, key=lambda score: (score.estimate or 0.0) * (1.0 if score.greater_is_better else -1.0))
            return {"dataset": best.dataset, "model": best.model, "metric": best.metric, "estimate": best.estimate}
    return {}


def as_ended(results: Results, *, finished: float) -> Results:
    """Complete the summary of a run that ends now."""
    return replace(results, run=replace(results.run, status="finished", finished=_iso(finished)))
