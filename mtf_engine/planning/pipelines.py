"""The settings' pipelines: steps parsed by their specifications, row steps taken out and shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtf_engine.domain.step import Pipeline, StepKind, StepRef
from mtf_engine.processing.steps import registry as steps
from mtf_engine.settings import KeyPath, ProblemList, StepSettings


@dataclass(frozen=True, slots=True)
class Pipelines:
    """Resolved pipelines."""

    pipelines: tuple[Pipeline, ...] | None
    """Without row steps; None means ``auto``."""

    row_steps: tuple[StepRef, ...] = ()
    row_step_origins: tuple[int, ...] = ()
    """Position of each row step in the first pipeline."""

    step_origins: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Pipeline → position of each of its other steps."""


def resolve_pipelines(named: Mapping[str, tuple[StepSettings, ...]] | None, problems: ProblemList) -> Pipelines:
    """Resolve what is right in the pipelines; ``problems`` receives the rest."""
    if named is None:
        return Pipelines(None)
    parsed = {name: _parse(("pipelines", name), entries, problems) for name, entries in named.items()}
    shared = _shared_row_steps(parsed, problems)
    others = {
        name: {index: step for index, step in found.items() if steps.kind_of(step) is not StepKind.ROW}
        for name, found in parsed.items()
    }
    return Pipelines(
        pipelines=tuple(Pipeline(name, tuple(found.values())) for name, found in others.items()),
        row_steps=tuple(shared.values()),
        row_step_origins=tuple(shared),
        step_origins={name: tuple(found) for name, found in others.items()},
    )


def _parse(path: KeyPath, entries: tuple[StepSettings, ...], problems: ProblemList) -> dict[int, StepRef]:
    """Parse the steps of one pipeline: position in the settings → step."""
    found: dict[int, StepRef] = {}
    last_other: str | None = None
    for index, entry in enumerate(entries):
        place = (*path, index)
        parsed = steps.parse(_entry(entry))
        for problem in parsed.problems:
            _, _, field = (problem.key or "").partition(".")
            tail: KeyPath = ("columns",) if field == "columns" else ("parameters", field) if field else ("name",)
            problems.add((*place, *tail), problem.message, problem.hint)
        if parsed.step is None:
            continue
        is_row = steps.kind_of(parsed.step) is StepKind.ROW
        if is_row and last_other is not None:
            message = (
                f"The row step '{entry.name}' stands after '{last_other}'; row steps run before the rows are split."
            )
            problems.add((*place, "name"), message, f"Move it in front of '{last_other}'.")
        if not is_row:
            last_other = last_other or entry.name
        found[index] = parsed.step
    return found


def _entry(settings: StepSettings) -> object:
    """Write a step back into the form that its specification parses."""
    if settings.value is not None:
        return {settings.name: settings.value}
    columns = {} if settings.columns is None else {"columns": list(settings.columns)}
    return {settings.name: {**settings.parameters, **columns}}


def _shared_row_steps(parsed: Mapping[str, Mapping[int, StepRef]], problems: ProblemList) -> dict[int, StepRef]:
    """Take the row steps of the first pipeline; those of all others must be the same."""
    shared: dict[int, StepRef] = {}
    first: str | None = None
    for name, found in parsed.items():
        own = {index: step for index, step in found.items() if steps.kind_of(step) is StepKind.ROW}
        if first is None:
            shared, first = own, name
        elif list(own.values()) != list(shared.values()) and not problems.touches(("pipelines",)):
            message = f"The pipelines '{first}' and '{name}' have different row steps; all models share the same rows."
            problems.add(("pipelines", name), message, "Start every pipeline with the same row steps.")
    return shared
