"""Estimators built from model references: parameters, seed and threads set, ready to be fitted."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from sklearn.utils.validation import has_fit_parameter

from mtf_engine import plugins
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.errors import ModelError
from mtf_engine.models.identity import function_target
from mtf_engine.models.locate import accepted_parameters, estimator_class, user_function
from mtf_engine.models.registry import get

__all__ = ["Estimator", "build_estimator", "takes_weights"]

_IGNORES_THREADS = frozenset({"LogisticRegression", "LogisticRegressionCV"})
"""scikit-learn's estimators whose ``n_jobs`` does nothing but warn."""


class Estimator(Protocol):
    """The part of scikit-learn's estimators that a cell needs."""

    def fit(self, X: Any, y: Any, **parameters: Any) -> object:
        """Learn from training rows."""

    def predict(self, X: Any) -> Any:
        """Answer for rows."""


def build_estimator(model: ModelRef, *, task: Task, seed: int, threads: int = 1) -> Estimator:
    """Build an unfitted estimator.

    Parameters
    ----------
    model : ModelRef
        The model and its parameters.
    task : Task
        Chooses between the classifier and the regressor of a built-in model.
    seed : int
        ``random_state`` of an estimator that has one, unless its parameters set it.
    threads : int
        Threads of an estimator that has ``n_jobs``, unless its parameters set it.

    Raises
    ------
    ModelError
        The model cannot be found or built; the message says why, the hint what to do.
    PluginError
        There is no built-in model of that name.
    """
    is_function = model.kind is ModelKind.FUNCTION
    estimator = _call(model) if is_function else _construct(model, estimator_class(model, task), seed)
    _settle(estimator, model, seed, threads)
    return estimator


def takes_weights(estimator: object) -> bool:
    """Say whether an estimator's ``fit`` takes ``sample_weight``.

    A Pipeline does not: it would have to know which of its steps the weights are for.
    """
    return bool(has_fit_parameter(estimator, "sample_weight"))


def _construct(model: ModelRef, kind: type, seed: int) -> Estimator:
    defaults = get(model.target).defaults if model.kind is ModelKind.BUILTIN else {}
    parameters = {**defaults, **model.parameters}
    known = accepted_parameters(kind)
    for name in parameters:
        if known is not None and name not in known:
            raise unknown_parameter(model, name, known)
    if known is not None and "random_state" in known and "random_state" not in model.parameters:
        parameters["random_state"] = seed
    return _made(model, lambda: kind(**parameters), kind.__name__)


def unknown_parameter(model: ModelRef, name: str, known: tuple[str, ...]) -> ModelError:
    """Make the error for a parameter that a model does not have."""
    close = plugins.nearest(name, known)
    listed = f"It takes {', '.join(known)}." if known else "It takes none."
    return ModelError(
        f"The model {model.name!r} has no parameter {name!r}.", hint=f"Did you mean {close!r}?" if close else listed
    )


def _call(model: ModelRef) -> Estimator:
    function = user_function(model)
    target = function_target(model)
    known = accepted_parameters(function)
    for name in model.parameters:
        if known is not None and name not in known:
            raise unknown_parameter(model, name, known)
    with plugins.folder_on_path(Path(target.path).resolve().parent):
        made = _made(model, lambda: function(**model.parameters), f"{target.function}()")
    if isinstance(made, type):
        raise ModelError(
            f"{target.function}() of the model {model.name!r} returned the class {made.__name__} and not an estimator.",
            hint=f"Return {made.__name__}(), with brackets.",
        )
    missing = [method for method in ("fit", "predict") if not callable(getattr(made, method, None))]
    if missing:
        raise ModelError(
            f"{target.function}() of the model {model.name!r} returned a {type(made).__name__}, which has no method "
            f"{' and no '.join(missing)}.",
            hint="Return an object with scikit-learn's interface: fit(X, y) and predict(X).",
        )
    return made


def _made(model: ModelRef, make: Callable[[], Any], what: str) -> Estimator:
    try:
        estimator: Estimator = make()
    except Exception as error:
        raise ModelError(
            f"Building the model {model.name!r} failed in {what}: {type(error).__name__}: {error}",
            hint="Correct its `parameters:`.",
        ) from error
    return estimator


def _settle(estimator: Any, model: ModelRef, seed: int, threads: int) -> None:
    """Set the seed and the number of threads where the user left them open."""
    own = _own_parameters(estimator)
    chosen: dict[str, object] = {}
    is_free = model.kind is not ModelKind.FUNCTION
    is_open = "random_state" in own and "random_state" not in model.parameters
    if is_open and own["random_state"] != seed and (is_free or own["random_state"] is None):
        chosen["random_state"] = seed
    if _wants_threads(estimator, own, threads) and "n_jobs" not in model.parameters:
        chosen["n_jobs"] = threads
    if chosen:
        estimator.set_params(**chosen)


def _own_parameters(estimator: Any) -> dict[str, object]:
    if not hasattr(estimator, "get_params") or not hasattr(estimator, "set_params"):
        return {}
    kind: Any = type(estimator)
    if _knows_depth(kind):
        return dict(estimator.get_params(deep=False))
    return dict(estimator.get_params())


@lru_cache(maxsize=256)
def _knows_depth(kind: Any) -> bool:
    return "deep" in inspect.signature(kind.get_params).parameters


def _wants_threads(estimator: Any, own: dict[str, object], threads: int) -> bool:
    """None means one thread to scikit-learn and every processor to others, so others are always told."""
    if own.get("n_jobs", 0) is not None:
        return False
    if type(estimator).__module__.partition(".")[0] == "sklearn":
        return threads > 1 and type(estimator).__name__ not in _IGNORES_THREADS
    return True
