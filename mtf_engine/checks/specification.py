"""What a check is: a stable code, what it needs, typed parameters, and the function that judges.

A plugin exposes one :class:`CheckSpecification` per check through the entry-point group ``mtf.checks``; the built-in
checks come through the same door.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from mtf_engine.domain.check import CheckKind
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.plan import DatasetPlan
from mtf_engine.domain.results import Severity, Verdict
from mtf_engine.errors import Problem, SettingsError
from mtf_engine.plugins import nearest

ALL_TASKS = frozenset(Task)


class Family(StrEnum):
    """What a check is about; also the name of the suite that holds it."""

    PERFORMANCE = "performance"
    """Scores against thresholds and against other models."""

    DATA_INTEGRITY = "data_integrity"
    """The data set on its own."""

    LEAKAGE = "leakage"
    """What the training rows give away about the test rows."""


class Needs(StrEnum):
    """What a check looks at."""

    SCORES = "scores"
    """Estimates with their intervals."""

    PREDICTIONS = "predictions"
    """Predictions of two models on the same rows."""

    DATA = "data"
    """The prepared data set and its folds."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a diagnostic."""

    name: str
    default: bool | int | float
    """Its type is the parameter's type; a float parameter accepts whole numbers."""

    docs: str
    """What it decides, one sentence."""

    low: float = -math.inf
    """Least allowed value."""

    high: float = math.inf
    """Greatest allowed value."""

    def problem(self, value: object) -> str | None:
        """Say what is wrong with a value; None when nothing is."""
        if isinstance(self.default, bool):
            return None if isinstance(value, bool) else "must be true or false"
        kind = (int, float) if isinstance(self.default, float) else (int,)
        if isinstance(value, bool) or not isinstance(value, kind):
            return "must be a number" if float in kind else "must be a whole number"
        assert isinstance(value, int | float)
        return None if self.low <= value <= self.high else f"must lie {self.bounds}"

    @property
    def bounds(self) -> str:
        """The allowed range in words; empty when there is none."""
        if math.isfinite(self.low) and math.isfinite(self.high):
            return f"between {self.low:g} and {self.high:g}"
        if math.isfinite(self.low):
            return f"at or above {self.low:g}"
        return f"at or below {self.high:g}" if math.isfinite(self.high) else ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found on one subject, before scope and severity turn it into a row of the results."""

    verdict: Verdict
    """``pass``, ``fail``, ``inconclusive`` or ``not_run``; a warning is a ``fail`` of a check with that severity."""

    message: str
    """What was found, one sentence without times, hosts or paths."""

    evidence: Mapping[str, object] = field(default_factory=dict)
    """Numbers and names that support the verdict, JSON-able and bounded."""

    rows_read: int | None = None
    """None means all rows of the data set."""

    rows_total: int | None = None
    """None means all rows of the data set."""


@dataclass(frozen=True, slots=True)
class CheckSpecification:
    """A registered check."""

    plugin_group: ClassVar[str] = "mtf.checks"

    code: str
    """Stable, never reused: ``MTF`` and three digits for the built-in ones."""

    name: str
    summary: str
    """What it asks, one sentence that starts with a verb."""

    kind: CheckKind
    family: Family
    needs: Needs
    function: Callable[..., Outcome]
    """Of a diagnostic: called with a ``CheckData`` and every parameter by keyword."""

    open_data: Callable[[DatasetPlan], object] | None = None
    """Of a diagnostic: opens a data set for its function, which is `open_check_data`. So that scores are judged
    without the libraries that read data, nobody else knows it."""

    severity: Severity = Severity.ERROR
    """What a finding does unless the settings say otherwise."""

    tasks: frozenset[Task] = ALL_TASKS
    """Tasks that the check can judge."""

    parameters: tuple[Parameter, ...] = ()
    asked: str = ""
    """What is asked of a data set, a template over the parameters; shares are written as percentages."""

    remedy: str = ""
    """What to do about a finding."""

    docs_page: str | None = None
    """Address of the page; by default the built-in documentation's."""

    def __post_init__(self) -> None:
        """Refuse a diagnostic that does not say how its data are opened."""
        if self.kind is CheckKind.DIAGNOSTIC and self.open_data is None:
            raise ValueError(f"the diagnostic {self.name} names no open_data; mtf_engine.checks.data.open_check_data?")

    @property
    def docs(self) -> str:
        """Where the check is documented."""
        return self.docs_page or f"docs/reference/checks/{self.code}-{self.name}.md"

    def question(self, parameters: Mapping[str, object]) -> str:
        """Say what is asked of a data set, with the values of the parameters."""
        shares = {one.name for one in self.parameters if (one.low, one.high) == (0, 1)}
        words = {
            name: f"{value * 100:g} %" if name in shares and isinstance(value, int | float) else str(value)
            for name, value in parameters.items()
        }
        return self.asked.format(**words)

    def problems(self, given: Mapping[str, object]) -> tuple[Problem, ...]:
        """List what is wrong with the parameters that a user gave.

        Parameters
        ----------
        given : mapping of str to object
            As the settings have them.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        found = []
        for name, value in given.items():
            if name in known:
                wrong = known[name].problem(value)
                if wrong:
                    found.append(Problem(f"{self.name}: {name} {wrong}; got {value!r}.", known[name].docs, key=name))
                continue
            near = nearest(name, known)
            listed = f"Known parameters: {', '.join(known)}." if known else "It has none."
            hint = f'Did you mean "{near}"?' if near else listed
            found.append(Problem(f'{self.name} has no parameter "{name}".', hint, key=name))
        return tuple(found)

    def complete(self, given: Mapping[str, object]) -> dict[str, object]:
        """Fill in defaults.

        Raises
        ------
        SettingsError
            A parameter is unknown or has a wrong value.
        """
        problems = self.problems(given)
        if problems:
            raise SettingsError(list(problems))
        return {parameter.name: given.get(parameter.name, parameter.default) for parameter in self.parameters}
