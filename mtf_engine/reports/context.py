"""What a report tells besides the results: how the numbers came about, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from mtf_engine.domain.plan import Plan

_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class ReportContext:
    """Optional companions of the results; a report leaves out what it is not given."""

    plan: Plan | None = None
    """Pipelines, parameters and splits."""

    environment: Mapping[str, object] = field(default_factory=dict)
    """``env.json``: versions, git, host, threads."""


NO_CONTEXT = ReportContext()


def read_context(plan: Path, environment: Path) -> ReportContext:
    """Read the companions that a run directory keeps; one that is missing or torn is left out.

    Parameters
    ----------
    plan : Path
        ``plan.json``.
    environment : Path
        ``env.json``.
    """
    return ReportContext(_read(plan, Plan), _read(environment, dict[str, object]) or {})


def _read(path: Path, kind: type[_Kind]) -> _Kind | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None
