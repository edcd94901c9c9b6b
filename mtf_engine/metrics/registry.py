"""Metrics by name: aliases, the standard set of each task, and which metrics fit a task."""

from __future__ import annotations

from functools import cache

from mtf_engine import plugins
from mtf_engine.domain.dataset import Task
from mtf_engine.errors import PluginError
from mtf_engine.metrics.spec import Metric

__all__ = ["GROUP", "all_metrics", "canonical", "for_task", "get", "primary_metric", "standard_set"]

GROUP = "mtf.metrics"

_STANDARD = {
    Task.BINARY: (
        "roc_auc",
        "average_precision",
        "accuracy",
        "balanced_accuracy",
        "precision",
        "recall",
        "f1",
        "mcc",
        "log_loss",
        "brier",
    ),
    Task.MULTICLASS: (
        "accuracy",
        "balanced_accuracy",
        "f1_macro",
        "f1_weighted",
        "precision_macro",
        "recall_macro",
        "roc_auc_ovr",
        "roc_auc_ovo",
        "mcc",
        "kappa",
        "log_loss",
    ),
    Task.REGRESSION: ("r2", "mae", "rmse", "medae", "mape", "max_error", "explained_variance"),
}


def get(name: str) -> Metric:
    """Look a metric up by its name or an alias.

    Raises
    ------
    PluginError
        The name is unknown (with the nearest spelling), or its plugin is broken.

    Examples
    --------
    >>> get("matthews_corrcoef").name
    'mcc'
    """
    known = plugins.names(GROUP)
    if name in known:
        return _load(name)
    owner = _aliases(known).get(name)
    if owner is not None:
        return _load(owner)
    bare = name.removeprefix("neg_")
    if bare != name and (bare in known or bare in _aliases(known)):
        raise PluginError(
            f"There is no metric named {name!r}: the sign here is always the metric's own.",
            hint=f"Write {bare!r}.",
        )
    raise plugins.unknown(GROUP, name, (*known, *_aliases(known)))


def canonical(name: str) -> str:
    """Return the name that an alias stands for; see :func:`get` for what it raises."""
    return get(name).name


def standard_set(task: Task) -> tuple[str, ...]:
    """List the metrics of a task when the settings name none; the first one is the primary metric."""
    return _STANDARD[task]


def primary_metric(task: Task) -> str:
    """Name the metric that ranks models when the settings name none."""
    return _STANDARD[task][0]


def for_task(task: Task) -> tuple[str, ...]:
    """List all registered metrics that fit a task, sorted."""
    return tuple(metric.name for metric in all_metrics() if task in metric.tasks)


def all_metrics() -> tuple[Metric, ...]:
    """Load every registered metric, sorted by name."""
    return tuple(_load(name) for name in plugins.names(GROUP))


def _load(name: str) -> Metric:
    found = plugins.load(GROUP, name)
    if not isinstance(found, Metric):
        owner = plugins.distribution_of(GROUP, name)
        raise PluginError(
            f"The plugin {name!r} in {GROUP}, from {owner}, is no Metric but a {type(found).__name__}.",
            hint=f"Update or uninstall {owner}.",
        )
    return found


@cache
def _aliases(known: tuple[str, ...]) -> dict[str, str]:
    """Alias → name; a broken plugin has no aliases, and says so when it is asked for by name."""
    table: dict[str, str] = {}
    for name in known:
        try:
            table.update(dict.fromkeys(_load(name).aliases, name))
        except PluginError:
            continue
    return table
