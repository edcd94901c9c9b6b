"""What a report tells besides the results: how the numbers came about, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtf_engine.domain.plan import Plan


@dataclass(frozen=True, slots=True)
class ReportContext:
    """Optional companions of the results; a report leaves out what it is not given."""

    plan: Plan | None = None
    """Pipelines, parameters and splits."""

    environment: Mapping[str, object] = field(default_factory=dict)
    """``env.json``: versions, git, host, threads."""


NO_CONTEXT = ReportContext()
