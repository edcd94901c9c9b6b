"""What a built-in model is: one name for a classifier and a regressor, as dotted paths that nothing imports yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from mtf_engine.domain.dataset import Task

__all__ = ["ModelSpec"]

_CLASSIFICATION = frozenset({Task.BINARY, Task.MULTICLASS})


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model, ready to be registered in the group ``mtf.models``."""

    plugin_group: ClassVar[str] = "mtf.models"

    name: str
    summary: str
    """What it is and when it suits, in one or two sentences."""

    classifier: str | None = None
    """Dotted path of the estimator class for classification; None when there is none."""

    regressor: str | None = None
    """Dotted path of the estimator class for regression; None when there is none."""

    defaults: Mapping[str, object] = field(default_factory=dict)
    """Parameters that differ from the estimator's own defaults."""

    differs: str = ""
    """Why they differ."""

    @property
    def tasks(self) -> frozenset[Task]:
        """The tasks that the model can do."""
        found = _CLASSIFICATION if self.classifier else frozenset()
        return found | ({Task.REGRESSION} if self.regressor else frozenset())

    def estimator(self, task: Task) -> str | None:
        """Dotted path of the estimator class for a task; None when the model cannot do it."""
        return self.classifier if task.is_classification else self.regressor
