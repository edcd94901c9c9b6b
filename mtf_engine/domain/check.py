"""Checks as a plan holds them: what to look at, what to hold it against, what counts as a failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtf_engine.domain.results import Severity


@dataclass(frozen=True, slots=True)
class Scope:
    """Which results a check looks at; an empty tuple means all that it may apply to."""

    datasets: tuple[str, ...] = ()
    pipelines: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThresholdCheck:
    """``metric`` with ``min`` and/or ``max``."""

    metric: str
    scope: Scope
    min: float | None = None
    max: float | None = None
    confident: bool = False
    """Whether the interval's bound must clear the threshold, not the estimate."""

    on_inconclusive: str = "fail"
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class NotWorseCheck:
    """``metric`` with ``not_worse_than``: paired non-inferiority against a reference model."""

    metric: str
    scope: Scope
    reference: str
    margin: float = 0.0
    """Absolute, in the metric's own unit, read in its direction."""

    on_inconclusive: str = "fail"
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class DiagnosticCheck:
    """A registered diagnostic, by name."""

    name: str
    code: str
    scope: Scope
    parameters: Mapping[str, object] = field(default_factory=dict)
    on_inconclusive: str = "fail"
    severity: Severity = Severity.ERROR


CheckSpec = ThresholdCheck | NotWorseCheck | DiagnosticCheck
