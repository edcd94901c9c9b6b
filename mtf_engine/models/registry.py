"""Built-in models by name, and which tasks they can do. Nothing here imports an estimator."""

from __future__ import annotations

from mtf_engine import plugins
from mtf_engine.domain.dataset import Task
from mtf_engine.errors import PluginError
from mtf_engine.models.spec import ModelSpec

__all__ = ["BASELINE", "GROUP", "all_models", "for_task", "get"]

GROUP = "mtf.models"

BASELINE = "baseline"
"""The constant predictor that every plan has."""


def get(name: str) -> ModelSpec:
    """Look a built-in model up by its name.

    Raises
    ------
    PluginError
        The name is unknown (with the nearest spelling), or its plugin is broken.

    Examples
    --------
    >>> get("ridge").regressor
    'sklearn.linear_model.Ridge'
    """
    found = plugins.load(GROUP, name)
    if not isinstance(found, ModelSpec):
        owner = plugins.distribution_of(GROUP, name)
        raise PluginError(
            f"The plugin {name!r} in {GROUP}, from {owner}, is no ModelSpec but a {type(found).__name__}.",
            hint=f"Update or uninstall {owner}.",
        )
    return found


def all_models() -> tuple[ModelSpec, ...]:
    """Load every registered model, sorted by name."""
    return tuple(get(name) for name in plugins.names(GROUP))


def for_task(task: Task) -> tuple[str, ...]:
    """List the registered models that can do a task, sorted."""
    return tuple(model.name for model in all_models() if task in model.tasks)
