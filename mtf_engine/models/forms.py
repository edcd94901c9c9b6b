"""The parameters of models, read off their estimators.

scikit-learn declares what each parameter may be, and the class's documentation says what it does.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterable, Mapping
from numbers import Integral
from typing import Any

from mtf_engine.domain.dataset import Task
from mtf_engine.domain.forms import Form, FormField
from mtf_engine.errors import ModelError
from mtf_engine.models import registry as models
from mtf_engine.models.locate import import_class

_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_PARAMETER = re.compile(r"^\*{0,2}(\w+)(?:, \w+)*\s*(?::.*)?$")
_ROLE = re.compile(r":[\w:]+:`~?([^`<]+?)(?:\s*<[^`>]*>)?`")
_DESCRIPTION = 240
_GONE = ("deprecated", "warn")
"""Defaults by which scikit-learn marks parameters that are on their way out."""


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
