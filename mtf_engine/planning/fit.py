"""What goes with what, once the tasks are known: models and metrics by task, checks that select something."""

from __future__ import annotations

from dataclasses import dataclass

from mtf_engine.domain.check import CheckKind, CheckSpec
from mtf_engine.domain.dataset import Dataset, Task
from mtf_engine.domain.model import ModelRef
from mtf_engine.domain.plan import Resolved
from mtf_engine.metrics import registry as metrics
from mtf_engine.models.validate import tasks_of
from mtf_engine.planning.resolve import Resolution
from mtf_engine.settings import ProblemList


@dataclass(frozen=True, slots=True)
class Fit:
    """What applies to one task."""

    models: tuple[str, ...]
    metrics: tuple[str, ...]
    """The primary one first."""

    primary_metric: str | None


def fit_task(resolved: Resolved, task: Task) -> Fit:
    """Choose the models and metrics of a task.

    Metrics are the primary one, those that the settings list, or the task's standard set; what only a check looks at
    comes last.
    """
    chosen = metrics.standard_set(task) if resolved.metrics is None else resolved.metrics
    primary = resolved.primary_metric
    if resolved.metrics is None and primary is not None and primary not in chosen:
        chosen = (*chosen, primary)
    listed = _fitting(chosen, task)
    if primary not in listed:
        primary = next((name for name in listed if metrics.get(name).ordered), None)
    of_checks = tuple(check.metric for check in resolved.checks if check.metric is not None)
    first = () if primary is None else (primary,)
    return Fit(
        models=tuple(model.name for model in resolved.models if task in tasks_of(model)),
        metrics=tuple(dict.fromkeys((*first, *listed, *_fitting(of_checks, task)))),
        primary_metric=primary,
    )


def _fitting(names: tuple[str, ...], task: Task) -> tuple[str, ...]:
    return tuple(name for name in names if task in metrics.get(name).tasks)


def check_fit(resolution: Resolution, datasets: tuple[Dataset, ...], *, complete: bool) -> None:
    """Note models, metrics, data sets and checks to which nothing applies.

    Parameters
    ----------
    resolution : Resolution
        Settings and the list that receives the problems.
    datasets : tuple of Dataset
        Those whose task is known.
    complete : bool
        Whether these are all of the plan: otherwise a missing one might be what a model or metric is for.
    """
    resolved, origin, problems = resolution.resolved, resolution.origin, resolution.problems
    tasks = sorted({dataset.task for dataset in datasets})
    if not tasks:
        return
    names = " and ".join(tasks)
    if complete:
        for model, index in zip(resolved.models, origin.models, strict=True):
            if index is not None and not tasks_of(model) & set(tasks):
                problems.add(
                    ("models", index),
                    f"The model '{model.name}' fits none of the data sets: it is for "
                    f"{_listed(tasks_of(model))}, and they are {names}.",
                    "`mtf models` lists those for each task.",
                )
        for name, index in zip(resolved.metrics or (), origin.metrics, strict=False):
            if not metrics.get(name).tasks & set(tasks):
                problems.add(
                    ("metrics", index),
                    f"The metric '{name}' fits none of the data sets: it is for "
                    f"{_listed(metrics.get(name).tasks)}, and they are {names}.",
                    "`mtf metrics` lists those for each task.",
                )
        _check_primary(resolved, tasks, problems)
    for dataset in datasets:
        _check_dataset(resolution, dataset)
    if complete and not problems:
        for check, index in zip(resolved.checks, origin.checks, strict=True):
            if not _selects(check, resolved, datasets):
                problems.add(
                    ("checks", index),
                    "The check selects nothing: no data set and model is in its scope, fits its metric and is not "
                    "its own reference.",
                    "Widen its scope, or name another metric or reference.",
                )


def _check_primary(resolved: Resolved, tasks: list[Task], problems: ProblemList) -> None:
    primary = resolved.primary_metric
    if primary is None or any(primary in fit_task(resolved, task).metrics for task in tasks):
        return
    message = f"The primary metric '{primary}' is none of the metrics of these data sets ({' and '.join(tasks)})."
    problems.add(("primary_metric",), message, "Name one of them, or list it under `metrics`.")


def _check_dataset(resolution: Resolution, dataset: Dataset) -> None:
    """A data set that only the added baseline, or no metric, fits measures nothing."""
    resolved, problems = resolution.resolved, resolution.problems
    index = [ref.name for ref in resolved.datasets].index(dataset.name)
    path = ("datasets", resolution.origin.datasets[index])
    fit = fit_task(resolved, dataset.task)
    listed = {model.name for model in resolved.models if not model.added}
    if not listed & set(fit.models) and not problems.touches(("models",)):
        message = f"None of the models fits '{dataset.name}', whose task is {dataset.task}."
        problems.add(path, message, "Add one: `mtf models` lists those for each task.")
    if fit.primary_metric is None and not problems.touches(("metrics",)):
        message = f"None of the metrics fits '{dataset.name}', whose task is {dataset.task}, and can rank models."
        example = metrics.primary_metric(dataset.task)
        problems.add(path, message, f"Add one, such as {example}, or remove `metrics` for the standard set.")


def _selects(check: CheckSpec, resolved: Resolved, datasets: tuple[Dataset, ...]) -> bool:
    in_scope = [dataset for dataset in datasets if not check.scope.datasets or dataset.name in check.scope.datasets]
    if check.kind is CheckKind.DIAGNOSTIC:
        return bool(in_scope)
    metric = metrics.get(check.metric or "")
    return any(
        _is_candidate(model, check) and dataset.task in tasks_of(model)
        for dataset in in_scope
        if dataset.task in metric.tasks
        for model in resolved.models
    )


def _is_candidate(model: ModelRef, check: CheckSpec) -> bool:
    chosen = model.name in check.scope.models if check.scope.models else not model.added
    return chosen and model.name != check.reference


def _listed(tasks: frozenset[Task]) -> str:
    return " and ".join(sorted(tasks)) or "no task"
