"""Checks as a plan holds them: what to look at, what to hold it against, what counts as a failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mtf_engine.domain.results import Severity


class CheckKind(StrEnum):
    """What a check does, which decides the fields that it uses."""

    THRESHOLD = "threshold"
    """``metric`` with ``min`` and/or ``max``."""

    NOT_WORSE = "not_worse"
    """``metric`` with ``not_worse_than``: paired non-inferiority against a reference model."""

    DIAGNOSTIC = "diagnostic"
    """A registered diagnostic, by name or code."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which results a check looks at; an empty tuple means all that it may apply to."""

    datasets: tuple[str, ...] = ()
    pipelines: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One entry of ``checks:``, names looked up."""

    kind: CheckKind
    name: str
    """The diagnostic's name, or ``metric_threshold`` and ``not_worse_than``."""

    code: str
    """Stable code, such as ``MTF101``."""

    scope: Scope = field(default_factory=Scope)
    metric: str | None = None
    min: float | None = None
    max: float | None = None
    confident: bool = False
    """Whether the interval's bound must clear the threshold, not the estimate."""

    reference: str | None = None
    """The model named by ``not_worse_than``."""

    margin: float = 0.0
    """Absolute, in the metric's own unit, read in its direction."""

    on_inconclusive: str = "fail"
    """``fail`` or ``warn``."""

    severity: Severity = Severity.ERROR
    parameters: Mapping[str, object] = field(default_factory=dict)
    """Of a diagnostic."""
