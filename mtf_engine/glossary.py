"""Every name that settings can use, described alike: what listings, forms and reference pages are made from."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable

from mtf_engine import numbers, plugins
from mtf_engine.checks import registry as checks
from mtf_engine.checks.specification import CheckSpecification
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.forms import FormField
from mtf_engine.domain.registry import ParameterEntry, RegistryEntry
from mtf_engine.errors import PluginError
from mtf_engine.metrics import registry as metrics
from mtf_engine.metrics.spec import Metric
from mtf_engine.models import registry as models
from mtf_engine.models.forms import model_parameters
from mtf_engine.models.spec import ModelSpec
from mtf_engine.processing.steps import registry as steps
from mtf_engine.processing.steps.forms import step_parameters
from mtf_engine.processing.steps.spec import StepSpec

_KINDS = {
    "flag": "true or false",
    "integer": "whole number",
    "any": "any value",
    "names": "list of names",
    "columns": "list of columns",
}
_CHECK_TYPES = {bool: "flag", int: "integer", float: "number"}


def describe(kind: str, name: str | None = None) -> tuple[RegistryEntry, ...]:
    """Describe all names of a kind, or one.

    Parameters
    ----------
    kind : str
        ``steps``, ``models``, ``metrics`` or ``checks``.
    name : str, optional
        One name (or alias, or code of a check); its parameters are described too.

    Returns
    -------
    tuple of RegistryEntry

    Raises
    ------
    PluginError
        The name is unknown; the hint has the nearest spelling.
    """
    describers: dict[str, Callable[[str | None], Iterable[RegistryEntry]]] = {
        "steps": _steps,
        "models": _models,
        "metrics": _metrics,
        "checks": _checks,
    }
    if kind not in describers:
        raise PluginError(f"There is no registry of {kind!r}.", hint=f"There are {', '.join(describers)}.")
    return tuple(describers[kind](name))


# --- steps ---


def _steps(name: str | None) -> Iterable[RegistryEntry]:
    return (_step(steps.get(one)) for one in ([name] if name else plugins.names(steps.GROUP)))


def _step(spec: StepSpec) -> RegistryEntry:
    return RegistryEntry(
        name=spec.name,
        summary=spec.summary,
        docs=f"docs/reference/steps.md#{spec.name}",
        tags=(spec.kind.value,),
        parameters=tuple(map(_parameter, step_parameters(spec.name).fields)),
    )


# --- models ---


def _models(name: str | None) -> Iterable[RegistryEntry]:
    if name:
        return [_model(models.get(name), with_parameters=True)]
    return [_model(spec, with_parameters=False) for spec in models.all_models()]


def _model(spec: ModelSpec, *, with_parameters: bool) -> RegistryEntry:
    estimators = {"classifier": spec.classifier, "regressor": spec.regressor}
    facts = {kind: path for kind, path in estimators.items() if path}
    if spec.differs:
        facts["differs from scikit-learn"] = spec.differs
    return RegistryEntry(
        name=spec.name,
        summary=spec.summary,
        docs=f"docs/reference/models.md#{spec.name}",
        tags=tuple(task.value for task in Task if task in spec.tasks),
        facts=facts,
        parameters=tuple(map(_parameter, model_parameters(spec.name).fields)) if with_parameters else (),
    )


def _parameter(field: FormField) -> ParameterEntry:
    """Describe a parameter as forms ask for it."""
    ranged = numbers.allowed(field.low, field.high, excludes_low=field.excludes_low, excludes_high=field.excludes_high)
    kind = _kind(field)
    typed = f"{kind}, {ranged}" if ranged else kind
    default = "required" if field.required else field.default_text or _written(field.default)
    return ParameterEntry(field.name, f"{typed}, or null" if field.optional else typed, default, field.description)


def _kind(field: FormField) -> str:
    if not field.choices:
        return _KINDS.get(field.type, field.type)
    if field.type == "names":
        return f"list of {', '.join(field.choices)}"
    return " or ".join(field.choices if field.type == "choice" else (*field.choices, "another value"))


def _written(default: object) -> str:
    """Write a default as settings have it."""
    return default if isinstance(default, str) else json.dumps(default)


# --- metrics ---


def _metrics(name: str | None) -> Iterable[RegistryEntry]:
    return map(_metric, [metrics.get(name)] if name else metrics.all_metrics())


def _metric(spec: Metric) -> RegistryEntry:
    better = "closer to zero" if not spec.ordered else "greater" if spec.greater_is_better else "smaller"
    facts = {
        "better when": better,
        "range": f"{_bound(spec.low)} to {_bound(spec.high)}",
        "over folds": "mean of folds" if spec.aggregation == "fold_mean" else "all test rows pooled",
        "needs": spec.needs,
        "on one test set": {"proportion": "Wilson", "auc": "DeLong, logit", "bootstrap": "BCa bootstrap"}[
            spec.interval
        ],
    }
    if spec.aliases:
        facts["also called"] = ", ".join(spec.aliases)
    if spec.reference:
        facts["reference"] = spec.reference
    return RegistryEntry(
        name=spec.name,
        summary=spec.summary,
        docs=f"docs/reference/metrics.md#{spec.name}",
        tags=tuple(task.value for task in Task if task in spec.tasks),
        facts=facts,
    )


def _bound(value: float) -> str:
    return "unbounded" if math.isinf(value) else f"{value:g}"


# --- checks ---


def _checks(name: str | None) -> Iterable[RegistryEntry]:
    return map(_check, [checks.get(name)] if name else checks.specifications())


def _check(spec: CheckSpecification) -> RegistryEntry:
    return RegistryEntry(
        name=spec.name,
        summary=spec.summary,
        docs=spec.docs,
        tags=(spec.code, spec.family.value),
        facts={"severity": spec.severity.value, **({"remedy": spec.remedy} if spec.remedy else {})},
        parameters=tuple(
            _parameter(
                FormField(
                    name=one.name,
                    type=_CHECK_TYPES[type(one.default)],
                    default=one.default,
                    description=one.docs,
                    low=one.low if math.isfinite(one.low) else None,
                    high=one.high if math.isfinite(one.high) else None,
                )
            )
            for one in spec.parameters
        ),
    )
