"""The methods by name, and the module of each: imported when the method is first asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol

import msgspec

from mtf_engine import spelling
from mtf_engine.domain.outlines import PartProgress
from mtf_engine.errors import MTFError, Problem, SettingsError

NO_PARTS: Mapping[str, PartProgress] = {}


class Progress(Protocol):
    """Told how far a method is."""

    def __call__(self, received: int, total: int | None, parts: Mapping[str, PartProgress] = NO_PARTS, /) -> None:
        """Take in bytes received and their total (None when unknown), and the same for each data set."""


Answer = Callable[[Any, Progress], object]
"""Takes the method's parameters, gives a frozen value."""

_MODULES: Mapping[str, str] = {
    "ping": "status",
    "sources": "sources",
    "inspect": "sources",
    "profile": "profiles",
    "preview": "sources",
    "registry": "registry",
    "step_form": "registry",
    "model_form": "registry",
    "settings_form": "settings_forms",
    "written_values": "settings_forms",
    "validate": "texts",
    "template": "texts",
    "slots": "texts",
    "edit": "texts",
    "plan": "plans",
    "before_after": "before_after",
    "wizard": "wizard",
    "view": "views",
    "compare": "runs",
    "costs": "runs",
    "export": "runs",
}


@dataclass(frozen=True, slots=True)
class Method:
    """One method."""

    parameters: type
    """Frozen dataclass that the request's ``params`` are read as."""

    answer: Answer


def names() -> tuple[str, ...]:
    """List the methods."""
    return tuple(_MODULES)


def find(name: str) -> Method:
    """Import the module of a method and return it.

    Raises
    ------
    MTFError
        There is no such method.
    """
    if name not in _MODULES:
        near = spelling.nearest(name, _MODULES)
        hint = f"Did you mean {near!r}?" if near else f"There are {', '.join(_MODULES)}."
        raise MTFError(f"The helper has no method {name!r}.", hint=hint)
    module = importlib.import_module(f"mtf_engine.session.{_MODULES[name]}")
    method: Method = module.METHODS[name]
    return method


def parameters_of(method: Method, given: Mapping[str, object], *, name: str) -> object:
    """Read a request's parameters as the method's own type.

    Raises
    ------
    SettingsError
        A parameter is unknown, missing or of another type.
    """
    known = [field.name for field in fields(method.parameters)]
    problems = [
        Problem(f"The method {name!r} has no parameter {key!r}.", f"Its parameters: {', '.join(known) or 'none'}.")
        for key in given
        if key not in known
    ]
    if problems:
        raise SettingsError(problems)
    try:
        return msgspec.convert(given, method.parameters)
    except msgspec.ValidationError as error:
        raise SettingsError([Problem(f"The method {name!r} was asked wrongly: {error}.")]) from error
