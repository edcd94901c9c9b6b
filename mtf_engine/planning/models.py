"""The settings' models: references with absolute files, checked as far as no data and no user code are needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.errors import Problem
from mtf_engine.models.registry import BASELINE
from mtf_engine.models.validate import validate
from mtf_engine.settings import KeyPath, ModelSettings, ProblemList

_KINDS = {"model": ModelKind.BUILTIN, "estimator": ModelKind.ESTIMATOR, "python": ModelKind.FUNCTION}


@dataclass(frozen=True, slots=True)
class Models:
    """Resolved models."""

    models: tuple[ModelRef, ...]
    """In the user's order, the added baseline last."""

    origins: tuple[int | None, ...]
    """Position of each in the settings; None for the added baseline."""


def resolve_models(entries: tuple[ModelSettings, ...], *, base: Path, problems: ProblemList) -> Models:
    """Resolve the models that are right and add the baseline where the user lists none.

    Parameters
    ----------
    entries : tuple of ModelSettings
        As the settings have them.
    base : Path
        Folder that relative paths count from.
    problems : ProblemList
        Receives what is wrong.
    """
    found: dict[int | None, ModelRef] = {}
    for index, entry in enumerate(entries):
        path = ("models", index)
        model = ModelRef(entry.name, _KINDS[entry.kind], _target(entry, base), entry.parameters)
        wrong = validate(model)
        for problem in wrong:
            problems.add((*path, *_blamed(problem, model)), problem.message, problem.hint)
        if model.name == BASELINE and (model.kind, model.target) != (ModelKind.BUILTIN, BASELINE):
            message = f"The name '{BASELINE}' belongs to the constant predictor that every plan has."
            problems.add((*path, "name"), message, "Give the model another `name:`.")
        elif not wrong:
            found[index] = model
    if not any(model.kind is ModelKind.BUILTIN and model.target == BASELINE for model in found.values()):
        found[None] = ModelRef(BASELINE, ModelKind.BUILTIN, BASELINE, added=True)
    return Models(tuple(found.values()), tuple(found))


def _target(entry: ModelSettings, base: Path) -> str:
    """Make a user's file absolute."""
    path, colon, function = entry.target.rpartition(":")
    if entry.kind != "python" or not path:
        return entry.target
    return f"{(base / os.path.expanduser(path)).resolve()}{colon}{function}"


def _blamed(problem: Problem, model: ModelRef) -> KeyPath:
    """Find the key that a problem is about: a parameter where the message quotes one, else what names the model."""
    if problem.key != "parameters":
        return ("target",)
    named = [name for name in model.parameters if f"{name!r}" in problem.message]
    return ("parameters", named[0]) if named else ("parameters",)
