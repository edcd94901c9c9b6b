"""Rules inside one entry, and within the settings, that need no registry: keys that belong together or exclude
each other, names given twice, sections that must not be empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mtf_engine.settings.model import CheckSettings, DatasetSettings, Settings
from mtf_engine.settings.problems import KeyPath, ProblemList
from mtf_engine.settings.shorthand import DEFAULT_PIPELINE, MODEL_KINDS, name_of_model, name_of_source

BASELINE = "baseline"
"""Name of the constant predictor, which every plan has."""


@dataclass(frozen=True, slots=True)
class Declared:
    """Names that the file gives, those of wrong entries included: who refers to one of these makes no mistake."""

    datasets: frozenset[str]
    models: frozenset[str]
    pipelines: frozenset[str]


def declared(tree: Mapping[str, object]) -> Declared:
    """Collect the names in a settings tree as the user wrote it."""
    datasets = {_dataset_name(entry) for entry in _entries(tree.get("datasets"))}
    models = {name for entry in _entries(tree.get("models")) for name in _model_names(entry)}
    named = tree.get("pipelines")
    pipelines = {name for name in named if isinstance(name, str)} if isinstance(named, dict) else {DEFAULT_PIPELINE}
    return Declared(frozenset(datasets - {""}), frozenset(models | {BASELINE}), frozenset(pipelines))


def _entries(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _dataset_name(entry: object) -> str:
    source = entry.get("source") if isinstance(entry, dict) else entry
    name = entry.get("name") if isinstance(entry, dict) else None
    return str(name) if name is not None else name_of_source(source) if isinstance(source, str) else ""


def _model_names(entry: object) -> set[str]:
    if not isinstance(entry, dict):
        return {entry} if isinstance(entry, str) else set()
    if "name" in entry:
        return {str(entry["name"])}
    for kind in MODEL_KINDS:
        if isinstance(entry.get(kind), str):
            return {name_of_model(kind, entry[kind])}
    return {str(key) for key in entry}


def check_entries(settings: Settings, problems: ProblemList) -> None:
    """Note what no single key shows."""
    _check_sections(settings, problems)
    _check_names([entry.name for entry in settings.datasets], "datasets", problems)
    _check_names([entry.name for entry in settings.models], "models", problems)
    for index, dataset in enumerate(settings.datasets):
        _check_dataset(dataset, ("datasets", index), problems)
    for index, check in enumerate(settings.checks):
        _check_check(check, ("checks", index), problems)


def _check_sections(settings: Settings, problems: ProblemList) -> None:
    if not settings.datasets and not problems.touches_in_file(("datasets",)):
        problems.add(("datasets",), "There is no data set.", "Add one: `datasets: [sklearn:breast_cancer]`.")
    if not settings.models and not problems.touches_in_file(("models",)):
        problems.add(("models",), "There is no model.", "Add one: `models: [logistic_regression]`.")
    if settings.metrics == () and not problems.touches_in_file(("metrics",)):
        problems.add(("metrics",), "There is no metric.", "Name one, or remove the key for each task's standard set.")


def _check_names(names: list[str], section: str, problems: ProblemList) -> None:
    first: dict[str, KeyPath] = {}
    for index, name in enumerate(names):
        path = (section, index, "name")
        if name in first:
            line = problems.positions.line(problems.positions.file_path(first[name]))
            where = f" on line {line}" if line else ""
            noun = "data set" if section == "datasets" else "model"
            problems.add(
                path,
                f"Two {noun}s are named '{name}'; the first stands{where}.",
                _rename_hint(section),
            )
        first.setdefault(name, path)


def _rename_hint(section: str) -> str:
    if section == "datasets":
        return "Give one of them another `name:`."
    return "Give one of them another name: `- {model: …, name: …, parameters: {…}}`."


def _check_dataset(dataset: DatasetSettings, path: KeyPath, problems: ProblemList) -> None:
    roles = {key: getattr(dataset, key) for key in ("target", "groups", "time", "weights")}
    if dataset.groups is not None and dataset.time is not None:
        problems.add(
            (*path, "time"),
            "'groups' and 'time' are both there: groups that are split in the order of time are not available yet.",
            "Keep one of them.",
        )
    taken: dict[str, str] = {}
    for key, column in roles.items():
        if column is not None and column in taken:
            message = f"The column '{column}' is both '{taken[column]}' and '{key}'."
            problems.add((*path, key), message, "A column has one role.")
        elif column is not None:
            taken[column] = key
    for column in dataset.drop:
        if column in taken:
            message = f"The column '{column}' is dropped and is also '{taken[column]}'."
            problems.add((*path, "drop"), message, "Only features are dropped; remove it from `drop:`.")
    if dataset.task == "regression" and dataset.positive is not None:
        problems.add((*path, "positive"), "A regression has no positive class.", "Remove `positive:` or `task:`.")


def _check_check(check: CheckSettings, path: KeyPath, problems: ProblemList) -> None:
    """Hold one check against what its kind takes."""
    if problems.touches(path):
        return
    if check.check is None and check.metric is None:
        hint = "Write `metric:` with `min`, `max` or `not_worse_than`, or `check:` with a diagnostic's name."
        problems.add(path, "The check says neither 'metric' nor 'check'.", hint)
        return
    if check.check is not None:
        strangers = {"metric", "min", "max", "confident", "not_worse_than", "margin"} & check.model_fields_set
        for key in sorted(strangers):
            hint = f"Write two checks, or remove '{key}'."
            problems.add((*path, key), f"'{key}' means nothing to a diagnostic ('check: {check.check}').", hint)
        return
    if check.parameters:
        problems.add((*path, "parameters"), "A check of a metric takes no parameters.", "Remove `parameters:`.")
    has_bounds = check.min is not None or check.max is not None
    if check.not_worse_than is not None and has_bounds:
        hint = "Write two checks, one with the threshold and one with `not_worse_than`."
        problems.add((*path, "not_worse_than"), "One check cannot ask for a threshold and a comparison.", hint)
    elif check.not_worse_than is None and not has_bounds:
        problems.add(
            (*path, "metric"), "The check does not say what it wants.", "Add `min:`, `max:` or `not_worse_than:`."
        )
    if check.min is not None and check.max is not None and check.min > check.max:
        problems.add((*path, "min"), f"No value is at least {check.min:g} and at most {check.max:g}.", "Swap them.")
    if check.confident and not has_bounds:
        problems.add(
            (*path, "confident"), "'confident' needs 'min' or 'max'.", "A comparison always uses its interval."
        )
    if "margin" in check.model_fields_set and check.not_worse_than is None:
        problems.add((*path, "margin"), "'margin' needs 'not_worse_than'.", "Remove it, or name the reference model.")
