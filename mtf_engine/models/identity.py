"""What decides a model's numbers beside its parameters: the estimator's distribution and version, the user's file.

Read on every re-run to recognise an unchanged plan, so nothing here imports an estimator.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

from mtf_engine import plugins
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.errors import ModelError
from mtf_engine.models.registry import get

__all__ = ["FunctionTarget", "distribution_version", "estimator_paths", "function_target", "user_file_sha256"]

_DISTRIBUTIONS = {"sklearn": "scikit-learn", "imblearn": "imbalanced-learn", "sksurv": "scikit-survival"}


class FunctionTarget(str):
    """``path.py:function`` taken apart."""

    __slots__ = ()

    @property
    def path(self) -> Path:
        """The user's file."""
        return Path(self.rpartition(":")[0])

    @property
    def function(self) -> str:
        """The function in it."""
        return self.rpartition(":")[2]


def function_target(model: ModelRef) -> FunctionTarget:
    """Take the target of a function model apart.

    Raises
    ------
    ModelError
        The target does not read ``file.py:function``.
    """
    path, _, function = model.target.rpartition(":")
    if not path or not function.isidentifier():
        raise ModelError(
            f"The model {model.name!r} names {model.target!r}, which does not read file.py:function.",
            hint="Write `python: my_models.py:build`, where `build` is a function that returns an estimator.",
        )
    return FunctionTarget(model.target)


def estimator_paths(model: ModelRef) -> tuple[str, ...]:
    """Dotted paths of the estimator classes that a model may use; empty for a function."""
    if model.kind is ModelKind.BUILTIN:
        spec = get(model.target)
        return tuple(path for path in (spec.classifier, spec.regressor) if path)
    return (model.target,) if model.kind is ModelKind.ESTIMATOR else ()


def distribution_version(model: ModelRef) -> str:
    """Name the distribution that an estimator comes from, with its version, such as ``scikit-learn 1.9.1``.

    A function's estimator is unknown before it is called; scikit-learn stands for it, beside the file's own digest.
    """
    packages = dict.fromkeys(path.partition(".")[0] for path in estimator_paths(model)) or {"sklearn": None}
    return ", ".join(_package_version(package) for package in packages)


def user_file_sha256(model: ModelRef) -> str | None:
    """Digest of the user's file of a function model; None for all others.

    Raises
    ------
    ModelError
        The file cannot be read.
    """
    if model.kind is not ModelKind.FUNCTION:
        return None
    path = function_target(model).path
    try:
        return hashlib.sha256(plugins.read_file(path)).hexdigest()
    except OSError as error:
        raise ModelError(
            f"The file {path} of the model {model.name!r} cannot be read: {error.strerror}.",
            hint="Correct the path under `python:`.",
        ) from error


def distribution_of_package(package: str) -> str | None:
    """Name the installed distribution of a top-level package; None when there is none."""
    for name in (_DISTRIBUTIONS.get(package, package), *_providers().get(package, ())):
        try:
            version(name)
        except PackageNotFoundError:
            continue
        return name
    return None


def install_name(package: str) -> str:
    """Name under which a missing top-level package is most likely installed."""
    return _DISTRIBUTIONS.get(package, package)


def _package_version(package: str) -> str:
    name = _DISTRIBUTIONS.get(package, package)
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        found = distribution_of_package(package)
        return f"{found} {version(found)}" if found else f"{package} unknown"


@cache
def _providers() -> dict[str, tuple[str, ...]]:
    return {package: tuple(owners) for package, owners in packages_distributions().items()}
