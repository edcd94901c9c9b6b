"""From prepared data sets to cells, in plan order, each with an id that says all that decides its predictions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from mtf_engine import plugins
from mtf_engine.domain.cell import CELL_SCHEMA, Cell
from mtf_engine.domain.dataset import Dataset, Finding
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.domain.plan import DatasetPlan, FoldPlan, Resolved
from mtf_engine.domain.step import Pipeline
from mtf_engine.environment import versions
from mtf_engine.errors import MTFError
from mtf_engine.metrics import registry as metrics
from mtf_engine.models import registry
from mtf_engine.models.build import build_estimator, takes_weights
from mtf_engine.models.identity import distribution_version, estimator_paths, function_target, user_file_sha256
from mtf_engine.planning.fit import fit_task
from mtf_engine.planning.prepare import PreparedDataset
from mtf_engine.processing.steps.registry import GROUP as STEPS
from mtf_engine.storage.fingerprint import fingerprint

_ID_DIGITS = 32
_OWN_DISTRIBUTION = "mtf-tui"


def dataset_plan(prepared: PreparedDataset, resolved: Resolved) -> DatasetPlan:
    """Say all that is done with a data set whose task some model and metric fit."""
    fit = fit_task(resolved, prepared.dataset.task)
    assert fit.primary_metric is not None
    models = [model for model in resolved.models if model.name in fit.models]
    findings = (*prepared.dataset.findings, *_without_weights(prepared.dataset, models, resolved.seed))
    return DatasetPlan(
        dataset=replace(prepared.dataset, findings=findings),
        splits=prepared.splits,
        folds=prepared.folds,
        pipelines=prepared.pipelines,
        row_steps=resolved.row_steps,
        models=fit.models,
        metrics=fit.metrics,
        primary_metric=fit.primary_metric,
        prepared=str(prepared.directory),
        greater_is_better=metrics.get(fit.primary_metric).greater_is_better,
    )


def _without_weights(dataset: Dataset, models: list[ModelRef], seed: int) -> Iterator[Finding]:
    """Say which estimators cannot take the weights; a user's function is not called to find out."""
    column = dataset.ref.weights
    for model in models if column else ():
        if model.kind is ModelKind.FUNCTION:
            continue
        try:
            takes = takes_weights(build_estimator(model, task=dataset.task, seed=seed))
        except MTFError:  # its cells will fail, each with this cause
            continue
        if not takes:
            message = f"The model '{model.name}' takes no weights: it is fitted without them and scored with them."
            yield Finding(dataset.name, message, (column,) if column else ())


def expand(datasets: tuple[DatasetPlan, ...], resolved: Resolved) -> tuple[Cell, ...]:
    """List the cells: data set, pipeline, model, fold."""
    models = {model.name: model for model in resolved.models}
    model_keys = {name: model_key(model) for name, model in models.items()}
    return tuple(
        Cell(
            _cell_id(entry, fold, pipeline_key, model_keys[name], resolved.seed),
            entry.dataset.name,
            pipeline.name,
            name,
            fold.index,
        )
        for entry in datasets
        for pipeline in entry.pipelines
        for pipeline_key in (_pipeline_key(pipeline),)
        for name in entry.models
        for fold in entry.folds
    )


def _cell_id(entry: DatasetPlan, fold: FoldPlan, pipeline_key: str, model_key: str, seed: int) -> str:
    parts = (CELL_SCHEMA, entry.dataset.prepared_sha256, fold.sha256, pipeline_key, model_key, seed)
    return fingerprint("cell", *parts)[:_ID_DIGITS]


def model_key(model: ModelRef) -> str:
    """Fingerprint what a model is: its name in the settings and its file's place are no part of it.

    A user's file counts by its content. Files that it imports don't: after a change in one of them, ``--fresh``
    computes everything anew.
    """
    parameters = dict(model.parameters)
    target = model.target
    if model.kind is ModelKind.BUILTIN:
        parameters = {**registry.get(model.target).defaults, **parameters}
        target = " ".join(estimator_paths(model))
    elif model.kind is ModelKind.FUNCTION:
        place = function_target(model)
        target = f"{place.path.name}:{place.function}"
    return fingerprint("model", model.kind, target, user_file_sha256(model), parameters, distribution_version(model))


def _pipeline_key(pipeline: Pipeline) -> str:
    """Fingerprint the steps, with the versions or files of those who provide them."""
    providers = [_provider(step.name) for step in pipeline.steps]
    return fingerprint("pipeline", [(step.name, step.parameters, step.columns) for step in pipeline.steps], providers)


def _provider(step: str) -> str | None:
    owner = plugins.distribution_of(STEPS, step)
    if owner == _OWN_DISTRIBUTION:
        return f"scikit-learn {versions.package_version('scikit-learn')}"
    version = versions.package_version(owner)
    return f"{owner} {version}" if version else hashlib.sha256(plugins.read_file(owner)).hexdigest()
