"""Models under test, as the settings name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ModelKind(StrEnum):
    """Where a model comes from, which decides how it is isolated."""

    BUILTIN = "builtin"
    """One of the registry's; runs in a warm worker."""

    ESTIMATOR = "estimator"
    """Any importable scikit-learn estimator class; a child process per cell unless it is scikit-learn's own."""

    FUNCTION = "function"
    """A function of the user's that returns an estimator; a child process per cell."""


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A model and everything that decides its numbers."""

    name: str
    """Unique within the plan."""

    kind: ModelKind
    target: str
    """Registry name, dotted class path, or ``path.py:function`` with an absolute path."""

    parameters: Mapping[str, object] = field(default_factory=dict)
    added: bool = False
    """True for the baseline that the plan adds by itself; checks pass over it."""

    @property
    def is_isolated(self) -> bool:
        """Whether each cell gets a process of its own."""
        if self.kind is ModelKind.BUILTIN:
            return False
        return not (self.kind is ModelKind.ESTIMATOR and self.target.startswith("sklearn."))
