"""What settings can name, and the parameters of steps and models as forms ask for them.

A step's parameters are typed by its own specification. A model's are read off its estimator: scikit-learn declares
what each of them may be, and the class's documentation says what it does.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from mtf_engine import glossary
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.outlines import Form, FormField
from mtf_engine.domain.registry import RegistryEntry
from mtf_engine.errors import ModelError
from mtf_engine.models import registry as models
from mtf_engine.models.locate import import_class
from mtf_engine.processing.steps import registry as steps
from mtf_engine.session.methods import Method, Progress

_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_PARAMETER = re.compile(r"^\*{0,2}(\w+)(?:, \w+)*\s*(?::.*)?$")
_ROLE = re.compile(r":[\w:]+:`~?([^`<]+?)(?:\s*<[^`>]*>)?`")
_DESCRIPTION = 240
_GONE = ("deprecated", "warn")
"""Defaults by which scikit-learn marks parameters that are on their way out."""


@dataclass(frozen=True, slots=True)
class RegistryQuery:
    """Which names."""

    kind: str
    """``steps``, ``models``, ``metrics`` or ``checks``."""
    name: str | None = None


def registry(query: RegistryQuery, progress: Progress) -> tuple[RegistryEntry, ...]:
    """Describe all names of a kind, or one."""
    del progress
    return glossary.describe(query.kind, query.name)


# --- steps ---


@dataclass(frozen=True, slots=True)
class StepFormQuery:
    """Which step."""

    name: str


def step_form(query: StepFormQuery, progress: Progress) -> Form:
    """List the parameters of a step, ``columns`` last."""
    del progress
    return step_parameters(query.name)


def step_parameters(name: str) -> Form:
    """Make the form of a step."""
    spec = steps.get(name)
    schema = spec.parameters.model_json_schema()
    required = schema.get("required", [])
    fields = [schema_field(key, found, required=key in required) for key, found in schema.get("properties", {}).items()]
    kinds = ", ".join(sorted(kind.value for kind in spec.applies_to))
    columns = FormField(
        name="columns",
        type="columns",
        default=None,
        description="Columns to work on." if spec.needs_columns else f"Columns to work on; else all that are {kinds}.",
        optional=not spec.needs_columns,
        required=spec.needs_columns,
    )
    return Form(
        name=spec.name,
        summary=spec.summary,
        docs=f"docs/reference/steps.md#{spec.name}",
        fields=(*fields, columns),
        short="columns" if spec.needs_columns else spec.short,
    )


def schema_field(name: str, schema: Mapping[str, Any], *, required: bool = False) -> FormField:
    """Read one property of a JSON schema."""
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    chosen: Mapping[str, Any] = options[0] if options else {}
    choices = tuple(str(choice) for option in options for choice in option.get("enum", [option.get("const")]) if choice)
    types = {"number": "number", "integer": "integer", "boolean": "flag", "string": "text"}
    is_closed = bool(choices) and all("enum" in option or "const" in option for option in options)
    kind = types.get(str(chosen.get("type")), "any") if len(options) == 1 else "any"
    kind = "choice" if is_closed else kind
    return FormField(
        name=name,
        type=kind,
        default=schema.get("default"),
        description=str(schema.get("description", "")),
        choices=choices,
        optional=len(options) < len(schema.get("anyOf", [schema])),
        low=chosen.get("minimum", chosen.get("exclusiveMinimum")),
        high=chosen.get("maximum", chosen.get("exclusiveMaximum")),
        excludes_low="exclusiveMinimum" in chosen,
        excludes_high="exclusiveMaximum" in chosen,
        required=required,
    )


# --- models ---


@dataclass(frozen=True, slots=True)
class ModelFormQuery:
    """Which model."""

    name: str
    """Of a built-in model, or the dotted path of an estimator class."""
    task: str | None = None
    """Decides between classifier and regressor; the first there is when absent."""


def model_form(query: ModelFormQuery, progress: Progress) -> Form:
    """List the parameters of a model's estimator.

    Raises
    ------
    MTFError
        There is no such model or class, or it cannot do the task.
    """
    del progress
    return model_parameters(query.name, query.task)


def model_parameters(name: str, task: str | None = None) -> Form:
    """Make the form of a built-in model, or of an estimator class by its dotted path. Raises as `model_form`."""
    if "." in name:
        estimator = import_class(name, name)
        return _estimator_form(name, estimator, {}, _first_line(estimator), "docs/reference/models.md")
    spec = models.get(name)
    if task is not None and task not in list(Task):
        raise ModelError(f"There is no task {task!r}.", hint=f"There are {', '.join(Task)}.")
    path = spec.estimator(Task(task)) if task else spec.classifier or spec.regressor
    if path is None:
        raise ModelError(f"The model {name!r} cannot do {task}.", hint=f"`mtf models {name}` says what it can.")
    docs = f"docs/reference/models.md#{spec.name}"
    return _estimator_form(spec.name, import_class(path, spec.name), spec.defaults, spec.summary, docs)


def _estimator_form(name: str, kind: type, defaults: Mapping[str, object], summary: str, docs: str) -> Form:
    constraints: Mapping[str, Iterable[object]] = getattr(kind, "_parameter_constraints", {})
    described = parameter_descriptions(inspect.getdoc(kind) or "")
    signature = inspect.signature(kind)
    fields = []
    takes_any = False
    for parameter in signature.parameters.values():
        if parameter.kind in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL):
            takes_any = True
            continue
        default = defaults.get(parameter.name, parameter.default)
        if default in _GONE:
            continue
        allowed = [option for option in constraints.get(parameter.name, []) if not _is_unwritable(option)]
        fields.append(_estimator_field(parameter.name, default, allowed, described.get(parameter.name, "")))
    return Form(name, summary, docs, tuple(fields), takes_any=takes_any)


def _estimator_field(name: str, default: object, allowed: list[object], description: str) -> FormField:
    required = default is inspect.Parameter.empty
    plain = None if required or not isinstance(default, str | int | float | bool | None) else default
    if isinstance(plain, float) and not math.isfinite(plain):
        plain = None
    optional = any(option is None for option in allowed) or (not allowed and default is None)
    others = [option for option in allowed if option is not None]
    choices = tuple(sorted(str(one) for option in others for one in getattr(option, "options", ())))
    ranges: list[Any] = [option for option in others if hasattr(option, "left") and hasattr(option, "closed")]
    simple = len(others) == len(ranges) == 1
    kind = _type_of(default, others, ranges, choices)
    bounds = ranges[0] if simple else None
    return FormField(
        name=name,
        type=kind,
        default=plain,
        description=description,
        choices=choices,
        optional=optional,
        low=_bound(bounds.left) if bounds else None,
        high=_bound(bounds.right) if bounds else None,
        excludes_low=bounds is not None and _bound(bounds.left) is not None and bounds.closed in ("right", "neither"),
        excludes_high=bounds is not None and _bound(bounds.right) is not None and bounds.closed in ("left", "neither"),
        required=required,
        default_text="" if plain is not None or default is None or required else repr(default)[:80],
    )


def _is_unwritable(option: object) -> bool:
    """Whether a settings file cannot hold such a value: a function, or one that scikit-learn keeps for itself."""
    return option is callable or type(option).__name__ == "Hidden"


def _type_of(default: object, others: list[object], ranges: list[Any], choices: tuple[str, ...]) -> str:
    if others == ["boolean"] or (not others and isinstance(default, bool)):
        return "flag"
    if choices and len(others) == 1:
        return "choice"
    if ranges and len(others) == len(ranges):
        return "integer" if all(one.type is Integral for one in ranges) else "number"
    if others and all(option in ("random_state", "verbose") for option in others if isinstance(option, str)):
        return "integer" if all(isinstance(option, str) for option in others) else "any"
    if not others and isinstance(default, int | float | str):
        return "integer" if isinstance(default, int) else "number" if isinstance(default, float) else "text"
    return "any"


def _bound(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def parameter_descriptions(documentation: str) -> dict[str, str]:
    """Take the first sentence on each parameter from a numpydoc text.

    Examples
    --------
    >>> parameter_descriptions("Parameters\\n----------\\nC : float, default=1.0\\n    Inverse strength. More.\\n")
    {'C': 'Inverse strength.'}
    """
    start = documentation.find("Parameters\n---")
    if start < 0:
        return {}
    body = documentation[start:].split("\n", 2)[2] if documentation[start:].count("\n") >= 2 else ""
    following = _SECTION.search(body)
    found: dict[str, list[str]] = {}
    name: str | None = None
    for line in (body[: following.start()] if following else body).splitlines():
        heading = _PARAMETER.match(line)
        if heading and not line.startswith(" "):
            name = heading[1]
            found[name] = []
        elif name is not None and (line.strip() or found[name]) and (not found[name] or found[name][-1]):
            found[name].append(line.strip())
    return {key: _first_sentence(" ".join(lines)) for key, lines in found.items()}


def _first_sentence(text: str) -> str:
    plain = _ROLE.sub(r"\1", text).replace("``", "").replace("`", "").strip()
    sentence = re.split(r"(?<=[.:])\s+(?=[A-Z-])", plain, maxsplit=1)[0].rstrip(":")
    return sentence if len(sentence) <= _DESCRIPTION else sentence[: _DESCRIPTION - 1] + "…"


def _first_line(kind: type) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0]


METHODS = {
    "registry": Method(RegistryQuery, registry),
    "step_form": Method(StepFormQuery, step_form),
    "model_form": Method(ModelFormQuery, model_form),
}
