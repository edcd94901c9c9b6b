"""Pipeline steps: named transformers with typed parameters, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class StepKind(StrEnum):
    """When a step runs and which rows it sees."""

    ROW = "row"
    """Once per data set before splitting; may remove rows; shared by all pipelines."""

    TRANSFORMER = "transformer"
    """Fitted on the training rows of each fold, applied to training and test rows."""

    SAMPLER = "sampler"
    """Changes training rows only."""


@dataclass(frozen=True, slots=True)
class StepRef:
    """A step as the settings name it, parameters validated and defaults filled in."""

    name: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    columns: tuple[str, ...] | None = None
    """Columns to work on; None means those of the step's own kind in the source."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """An ordered tuple of steps."""

    name: str
    steps: tuple[StepRef, ...]
