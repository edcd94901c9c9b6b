"""From a model's name to the class or function behind it, with an error that says what to do when there is none."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from mtf_engine import plugins
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.errors import ModelError
from mtf_engine.models.identity import distribution_of_package, function_target, install_name
from mtf_engine.models.registry import get

__all__ = ["accepted_parameters", "estimator_class", "import_class", "install_hint", "user_function"]


def estimator_class(model: ModelRef, task: Task) -> type:
    """Import the estimator class of a built-in or imported model.

    Raises
    ------
    ModelError
        The model cannot do the task, its package is missing, or its path leads to no estimator class.
    PluginError
        There is no built-in model of that name.
    """
    if model.kind is ModelKind.ESTIMATOR:
        return import_class(model.target, model.name)
    spec = get(model.target)
    path = spec.estimator(task)
    if path is None:
        able = "classification" if spec.classifier else "regression"
        raise ModelError(
            f"The model {model.name!r} ({spec.name}) does {able} only, and the task is {task.value}.",
            hint="`mtf models` says which models do which tasks.",
        )
    return import_class(path, model.name)


def import_class(path: str, model: str) -> type:
    """Import an estimator class by its dotted path.

    Raises
    ------
    ModelError
        As :func:`estimator_class`.
    """
    module_path, _, name = path.rpartition(".")
    if not module_path:
        raise ModelError(
            f"The model {model!r} names the estimator {path!r}, which is no dotted path.",
            hint="Write the module too, such as lightgbm.LGBMClassifier.",
        )
    module = _import_module(module_path, model)
    found = getattr(module, name, None)
    if found is None:
        close = plugins.nearest(name, [entry for entry in dir(module) if not entry.startswith("_")])
        raise ModelError(
            f"The module {module_path} has no {name!r}, which the model {model!r} names.",
            hint=f"Did you mean {module_path}.{close}?" if close else "Correct the path under `estimator:`.",
        )
    if not isinstance(found, type):
        raise ModelError(
            f"{path}, which the model {model!r} names, is a {type(found).__name__} and not a class.",
            hint="Name an estimator class; for a function that returns an estimator write `python: file.py:function`.",
        )
    missing = [method for method in ("fit", "predict") if not callable(getattr(found, method, None))]
    if missing:
        raise ModelError(
            f"{path}, which the model {model!r} names, has no method {' and no '.join(missing)}.",
            hint="Name a class with scikit-learn's interface: fit(X, y) and predict(X).",
        )
    return found


def _import_module(path: str, model: str) -> object:
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        package = path.partition(".")[0]
        if error.name == package:
            raise ModelError(
                f"The model {model!r} needs the package {package!r}, which is not installed here.",
                hint=install_hint(package),
            ) from error
        if error.name and path.startswith(error.name):
            raise ModelError(
                f"The package {package!r} has no module {error.name!r}, which the model {model!r} names.",
                hint="Correct the path under `estimator:`.",
            ) from error
        raise _failed_import(path, model, error) from error
    except Exception as error:
        raise _failed_import(path, model, error) from error


def _failed_import(path: str, model: str, error: Exception) -> ModelError:
    owner = distribution_of_package(path.partition(".")[0]) or path.partition(".")[0]
    return ModelError(
        f"Importing {path} for the model {model!r} failed: {type(error).__name__}: {error}",
        hint=f"Repair or reinstall {owner}; `python -c 'import {path}'` shows the whole error.",
    )


def install_hint(package: str) -> str:
    """Give the command that installs a missing package into the environment this program runs in."""
    name = install_name(package)
    parts = Path(sys.prefix).parts
    if "pipx" in parts:
        return f"Install it: `pipx inject mtf-tui {name}`"
    if "uv" in parts and "tools" in parts:
        return f"Install it: `uv tool install mtf-tui --with {name}`"
    return f"Install it: `pip install {name}`"


def user_function(model: ModelRef) -> Callable[..., object]:
    """Import the function of a ``python: file.py:function`` model.

    Raises
    ------
    ModelError
        The file is missing or fails on import, or has no such function.
    """
    target = function_target(model)
    try:
        module = plugins.import_file(target.path)
    except FileNotFoundError as error:
        if error.filename is not None and Path(error.filename) != target.path.resolve():
            raise _failed_file(target.path, model, error) from error
        raise missing_file(model) from error
    except ModuleNotFoundError as error:
        hint = install_hint(error.name.partition(".")[0]) if error.name else None
        raise ModelError(
            f"The file {target.path} of the model {model.name!r} imports {error.name!r}, which is not installed here.",
            hint=hint,
        ) from error
    except Exception as error:
        raise _failed_file(target.path, model, error) from error
    found = getattr(module, target.function, None)
    if not callable(found):
        raise missing_function(model, [name for name, value in vars(module).items() if inspect.isfunction(value)])
    function: Callable[..., object] = found
    return function


def missing_file(model: ModelRef) -> ModelError:
    """Make the error for a user's file that is not there."""
    return ModelError(
        f"The file {function_target(model).path} of the model {model.name!r} does not exist.",
        hint="Correct the path under `python:`.",
    )


def missing_function(model: ModelRef, functions: Iterable[str]) -> ModelError:
    """Make the error for a file that has no such function."""
    target = function_target(model)
    known = [name for name in functions if not name.startswith("_")]
    close = plugins.nearest(target.function, known)
    suggestion = f"Did you mean {close!r}?" if close else None
    listed = f"Its functions are {', '.join(known[:10])}." if known else "It defines no function."
    return ModelError(
        f"The file {target.path} has no function {target.function!r}, which the model {model.name!r} names.",
        hint=suggestion or listed,
    )


def _failed_file(path: Path, model: ModelRef, error: Exception) -> ModelError:
    return ModelError(
        f"The file {path} of the model {model.name!r} fails on import: {type(error).__name__}: {error}",
        hint=f"`python {path}` shows the whole error.",
    )


@lru_cache(maxsize=256)
def accepted_parameters(target: Callable[..., object]) -> tuple[str, ...] | None:
    """List the keyword parameters of a class or function; None when it takes any, or does not tell."""
    try:
        parameters = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return None
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return tuple(parameter.name for parameter in parameters if parameter.kind in named)
