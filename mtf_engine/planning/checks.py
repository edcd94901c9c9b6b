"""The settings' checks, names looked up and scopes held against what the file declares.

Checks live in a room above this one, so they are reached by name through the plugins, as anybody's are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from mtf_engine import plugins
from mtf_engine.domain.check import CheckKind, CheckSpec, Scope
from mtf_engine.domain.results import Severity
from mtf_engine.errors import PluginError, Problem
from mtf_engine.metrics import registry as metrics
from mtf_engine.metrics.spec import Metric
from mtf_engine.settings import CheckSettings, Declared, KeyPath, ProblemList, suggestion

GROUP = "mtf.checks"
_THRESHOLD = "metric_threshold"
_NOT_WORSE = "not_worse_than"


class Specification(Protocol):
    """What planning asks of a registered check."""

    @property
    def code(self) -> str:
        """Stable code."""

    @property
    def name(self) -> str:
        """Registered name."""

    @property
    def kind(self) -> CheckKind:
        """What it does."""

    @property
    def severity(self) -> Severity:
        """Of a finding, unless the settings say otherwise."""

    def problems(self, given: Mapping[str, object]) -> tuple[Problem, ...]:
        """List what is wrong with parameters; keys are their names."""

    def complete(self, given: Mapping[str, object]) -> dict[str, object]:
        """Fill in defaults."""


def resolve_checks(
    entries: tuple[CheckSettings, ...], *, declared: Declared, problems: ProblemList
) -> dict[int, CheckSpec]:
    """Resolve the checks that are right: position in the settings → check.

    Parameters
    ----------
    entries : tuple of CheckSettings
        As the settings have them.
    declared : Declared
        Names that a scope may use.
    problems : ProblemList
        Receives what is wrong.
    """
    found = {}
    for index, entry in enumerate(entries):
        path = ("checks", index)
        _check_scope(entry, path, declared, problems)
        spec = (
            _diagnostic(entry, path, problems)
            if entry.check is not None
            else _of_metric(entry, path, declared, problems)
        )
        if spec is not None and not problems.touches(path):
            found[index] = spec
    return found


def _check_scope(entry: CheckSettings, path: KeyPath, declared: Declared, problems: ProblemList) -> None:
    scopes = {
        "dataset": (entry.dataset, declared.datasets, "data set"),
        "pipeline": (entry.pipeline, declared.pipelines, "pipeline"),
        "model": (entry.model, declared.models, "model"),
    }
    for key, (names, known, noun) in scopes.items():
        for name in names:
            if name not in known:
                hint = suggestion(name, known, label=f"The {noun}s")
                problems.add((*path, key), f"The scope names no {noun} of these settings: '{name}'.", hint)


def _diagnostic(entry: CheckSettings, path: KeyPath, problems: ProblemList) -> CheckSpec | None:
    assert entry.check is not None
    spec = _find(entry.check, (*path, "check"), problems)
    if spec is None:
        return None
    if spec.kind is not CheckKind.DIAGNOSTIC:
        hint = "Write `metric: NAME` with `min`, `max` or `not_worse_than` in its place."
        problems.add((*path, "check"), f"'{spec.name}' is a check of a metric, which it does not name.", hint)
        return None
    for key in ("model", "pipeline"):
        if getattr(entry, key):
            problems.add((*path, key), f"'{spec.name}' looks at data, not at a {key}.", f"Remove `{key}:`.")
    wrong = spec.problems(entry.parameters)
    for problem in wrong:
        key_path = (*path, "parameters", problem.key) if problem.key else (*path, "parameters")
        problems.add(key_path, problem.message, problem.hint)
    if wrong:
        return None
    return CheckSpec(
        kind=CheckKind.DIAGNOSTIC,
        name=spec.name,
        code=spec.code,
        scope=_scope(entry),
        on_inconclusive=entry.on_inconclusive,
        severity=_severity(entry, spec),
        parameters=spec.complete(entry.parameters),
    )


def _of_metric(entry: CheckSettings, path: KeyPath, declared: Declared, problems: ProblemList) -> CheckSpec | None:
    metric = _metric(entry, path, problems)
    reference = entry.not_worse_than
    if reference is not None and reference not in declared.models:
        message = f"The reference '{reference}' is no model of these settings."
        problems.add((*path, "not_worse_than"), message, suggestion(reference, declared.models, label="The models"))
    if metric is None:
        return None
    if reference is not None and not metric.ordered:
        message = f"'{metric.name}' has no better end, so nothing can be worse than a reference."
        problems.add((*path, "not_worse_than"), message, "Use `min` and `max`.")
    if reference is not None and entry.model == (reference,):
        message = f"The check selects nothing: it compares '{reference}' with itself."
        problems.add((*path, "not_worse_than"), message, "Name another reference or scope.")
    for key in ("min", "max"):
        _check_bound(metric, key, getattr(entry, key), (*path, key), problems)
    spec = _find(_THRESHOLD if reference is None else _NOT_WORSE, path, problems)
    if spec is None:
        return None
    return CheckSpec(
        kind=CheckKind.THRESHOLD if reference is None else CheckKind.NOT_WORSE,
        name=spec.name,
        code=spec.code,
        scope=_scope(entry),
        metric=metric.name,
        min=entry.min,
        max=entry.max,
        confident=entry.confident,
        reference=reference,
        margin=entry.margin,
        on_inconclusive=entry.on_inconclusive,
        severity=_severity(entry, spec),
    )


def _metric(entry: CheckSettings, path: KeyPath, problems: ProblemList) -> Metric | None:
    if entry.metric is None:
        return None
    try:
        return metrics.get(entry.metric)
    except PluginError as error:
        problems.add((*path, "metric"), error.message, error.hint)
        return None


def _check_bound(metric: Metric, key: str, bound: float | None, path: KeyPath, problems: ProblemList) -> None:
    if bound is None or metric.low <= bound <= metric.high:
        return
    percent = bound / 100
    hint = f"Did you mean {percent:g}?" if metric.low <= percent <= metric.high and bound > metric.high else None
    message = f"{key}: {bound:g} lies outside the range of {metric.name}, {metric.low:g} to {metric.high:g}."
    problems.add(path, message, hint)


def _find(name: str, path: KeyPath, problems: ProblemList) -> Specification | None:
    """Look a check up by name or code."""
    names = plugins.names(GROUP)
    try:
        if name in names:
            return cast(Specification, plugins.load(GROUP, name))
        by_code = {spec.code: spec for spec in (cast(Specification, plugins.load(GROUP, one)) for one in names)}
    except PluginError as error:
        problems.add(path, error.message, error.hint)
        return None
    if name.upper() in by_code:
        return by_code[name.upper()]
    hint = f"{suggestion(name, [*names, *by_code]) or ''} `mtf checks` lists all of them.".strip()
    problems.add(path, f"There is no check named '{name}'.", hint)
    return None


def _scope(entry: CheckSettings) -> Scope:
    return Scope(datasets=entry.dataset, pipelines=entry.pipeline, models=entry.model)


def _severity(entry: CheckSettings, spec: Specification) -> Severity:
    return Severity(entry.severity) if entry.severity else spec.severity
