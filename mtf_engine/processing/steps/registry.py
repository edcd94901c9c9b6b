"""Steps by name, and step entries of settings parsed into :class:`~mtf_engine.domain.step.StepRef`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mtf_engine import plugins
from mtf_engine.domain.dataset import Column
from mtf_engine.domain.step import StepKind, StepRef
from mtf_engine.errors import PluginError, Problem
from mtf_engine.processing.steps.spec import Behaviour, StepSpec

__all__ = ["GROUP", "Parsed", "build", "column_problems", "get", "kind_of", "parse"]

GROUP = "mtf.steps"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A step entry of the settings, or what is wrong with it."""

    step: StepRef | None
    problems: tuple[Problem, ...] = ()
    """Keys are relative to the entry, such as ``impute.numeric``."""


def get(name: str) -> StepSpec:
    """Look a step up by its name.

    Raises
    ------
    PluginError
        The name is unknown (with the nearest spelling), or its plugin is broken.
    """
    found = plugins.load(GROUP, name)
    if not isinstance(found, StepSpec):
        owner = plugins.distribution_of(GROUP, name)
        raise PluginError(
            f"The plugin {name!r} in {GROUP}, from {owner}, is no StepSpec but a {type(found).__name__}.",
            hint=f"Update or uninstall {owner}.",
        )
    return found


def kind_of(step: StepRef) -> StepKind:
    """Say whether a step is a row step, a transformer or a sampler."""
    return get(step.name).kind


def build(step: StepRef) -> Behaviour:
    """Make the behaviour of a validated step."""
    spec = get(step.name)
    return spec.build(spec.parameters.model_validate(dict(step.parameters)))


def parse(entry: object) -> Parsed:
    """Parse one entry of a pipeline.

    Parameters
    ----------
    entry : object
        A name; a mapping of one name to its parameters, to the value of its main parameter, or to nothing; or a
        mapping with ``name`` and the parameters beside it. ``columns`` stands among the parameters.

    Returns
    -------
    Parsed
        The step with its defaults filled in, or every problem found.

    Examples
    --------
    >>> parse({"scale": "robust"}).step.parameters["method"]
    'robust'
    """
    if isinstance(entry, str):
        return _parse(entry, None)
    if isinstance(entry, Mapping) and isinstance(entry.get("name"), str):
        return _parse(entry["name"], {key: value for key, value in entry.items() if key != "name"})
    if isinstance(entry, Mapping) and len(entry) == 1:
        name, value = next(iter(entry.items()))
        return _parse(str(name), value)
    return Parsed(
        None, (Problem(f"A step is a name, or one name with its parameters; this is {_shown(entry)}.", _EXAMPLE),)
    )


_EXAMPLE = "Write `- scale: standard` or `- impute: {numeric: median}`, one step an entry."


def _parse(name: str, value: object) -> Parsed:
    try:
        spec = get(name)
    except PluginError as error:
        return Parsed(None, (Problem(error.message, error.hint),))
    settings = _long_form(spec, value)
    if settings is None:
        return Parsed(
            None, (Problem(f"The parameters of {name} must be a mapping, not {_shown(value)}.", _help(spec), key=name),)
        )
    problems: list[Problem] = []
    columns = _columns(spec, settings.pop("columns", None), problems)
    parameters = None
    try:
        parameters = spec.parameters.model_validate(settings)
    except ValidationError as error:
        problems.extend(_explain(spec, error))
    if problems or parameters is None:
        return Parsed(None, tuple(problems))
    return Parsed(StepRef(name, parameters.model_dump(mode="json"), columns))


def _long_form(spec: StepSpec, value: object) -> dict[str, object] | None:
    """Spell a short form out; None when the value cannot be one."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    if spec.needs_columns:
        return {"columns": value}
    if spec.short is not None:
        return {spec.short: value}
    return None


def _columns(spec: StepSpec, value: object, problems: list[Problem]) -> tuple[str, ...] | None:
    key = f"{spec.name}.columns"
    if value is None:
        if spec.needs_columns:
            problems.append(
                Problem(f"{spec.name} needs the names of columns.", f"Write `{spec.name}: [a, b]`.", key=key)
            )
        return None
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not names or not all(isinstance(name, str) for name in names):
        problems.append(
            Problem(f"`columns` must be a list of column names, not {_shown(value)}.", "Write [a, b].", key=key)
        )
        return None
    return tuple(dict.fromkeys(str(name) for name in names))


def _explain(spec: StepSpec, error: ValidationError) -> list[Problem]:
    problems: dict[str, Problem] = {}
    for detail in error.errors(include_url=False):
        field = str(detail["loc"][0]) if detail["loc"] else ""
        key = f"{spec.name}.{field}" if field else spec.name
        if detail["type"] == "extra_forbidden":
            close = plugins.nearest(field, [*spec.parameters.model_fields, "columns"])
            suggestion = f"Did you mean {close!r}? " if close else ""
            message = f"{spec.name} has no parameter {field!r}."
            problems[key] = Problem(message, suggestion + _help(spec), key=key)
        else:
            message = f"{field} of {spec.name} cannot be {_shown(detail['input'])}: {detail['msg']}."
            problems.setdefault(key, Problem(message, _suggest(detail) + _help(spec, field), key=key))
    return list(problems.values())


def _suggest(detail: ErrorDetails) -> str:
    """Name the choice that a misspelled one most likely meant."""
    choices = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
    close = plugins.nearest(str(detail["input"]), choices)
    return f"Did you mean {close!r}? " if close else ""


def _help(spec: StepSpec, field: str | None = None) -> str:
    known = spec.parameters.model_fields
    if field in known:
        return f"{field}: {known[field].description}"
    listed = ", ".join([*known, "columns"])
    return f"Its parameters are {listed}; `mtf steps {spec.name}` explains them."


def column_problems(step: StepRef, columns: tuple[Column, ...], *, target: str | None = None) -> tuple[Problem, ...]:
    """Say which columns that a step names are not features of a data set, with the nearest spelling."""
    known = [column.name for column in columns]
    allowed = {*known, target} if kind_of(step) is StepKind.ROW else set(known)
    problems = []
    for name in step.columns or ():
        if name in allowed:
            continue
        close = plugins.nearest(name, known)
        hint = f"Did you mean {close!r}?" if close else f"The features are {_listing(known)}."
        problems.append(Problem(f"The step {step.name} names {name!r}, which is no feature column.", hint))
    return tuple(problems)


def _listing(names: list[str], limit: int = 10) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
