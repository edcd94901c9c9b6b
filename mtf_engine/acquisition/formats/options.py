"""Reader options: which a format has, and what they may be. A wrong one is an error that names the nearest."""

from __future__ import annotations

import codecs
from collections.abc import Mapping

from mtf_engine import plugins
from mtf_engine.acquisition.interfaces import FormatSpec
from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.errors import Problem
from mtf_engine.text_safety import line

COMMON = {
    "format": "the file's format, where neither its content nor its name tells",
    "types": "column → numeric, boolean, categorical, datetime, text or identifier, instead of what is inferred",
}
"""Options of every format."""


def declared_kinds(options: Mapping[str, object]) -> dict[str, ColumnKind]:
    """Read the option ``types``, already checked."""
    types = options.get("types")
    return {str(name): ColumnKind(str(kind)) for name, kind in types.items()} if isinstance(types, Mapping) else {}


def check_options(spec: FormatSpec, options: Mapping[str, object]) -> tuple[Problem, ...]:
    """Find what is wrong with reader options.

    Parameters
    ----------
    spec : FormatSpec
        The format that will read the files.
    options : mapping
        As the settings have them.

    Returns
    -------
    tuple of Problem
        Empty when all is well.
    """
    known = (*COMMON, *spec.options)
    problems = []
    for name, value in options.items():
        if name not in known:
            nearest = plugins.nearest(name, known)
            hint = f"Did you mean {nearest}?" if nearest else f"There are {', '.join(known)}."
            problems.append(Problem(f"{line(name)!r} is no reader option of {spec.name} files", hint))
        elif (wrong := _check_value(name, value)) is not None:
            problems.append(wrong)
    return tuple(problems)


def _check_value(name: str, value: object) -> Problem | None:
    match name:
        case "delimiter" | "quotechar":
            fits = isinstance(value, str) and len(value) == 1 and value.isascii() and value not in "\r\n\0"
            return None if fits else Problem(f"`{name}` must be one ASCII character, not {_shown(value)}")
        case "header":
            return None if isinstance(value, bool) else Problem(f"`header` must be true or false, not {_shown(value)}")
        case "decimal":
            return None if value in (".", ",") else Problem(f"`decimal` must be '.' or ',', not {_shown(value)}")
        case "encoding":
            return _check_encoding(value)
        case "na_values":
            return _check_words(value)
        case "max_bytes":
            fits = isinstance(value, int) and not isinstance(value, bool) and value > 0
            return None if fits else Problem(f"`max_bytes` must be a positive number of bytes, not {_shown(value)}")
        case "types":
            return _check_types(value)
    return None


def _check_encoding(value: object) -> Problem | None:
    try:
        codecs.getincrementaldecoder(str(value))
        if isinstance(value, str) and codecs.lookup(value)._is_text_encoding:
            return None
    except LookupError:
        pass
    return Problem(f"`encoding` {_shown(value)} is not known", "Use a name such as utf-8, cp1252 or shift_jis.")


def _check_words(value: object) -> Problem | None:
    fits = isinstance(value, str) or (isinstance(value, list | tuple) and all(isinstance(v, str) for v in value))
    return None if fits else Problem(f"`na_values` must be a list of words, not {_shown(value)}", "Quote numbers.")


def _check_types(value: object) -> Problem | None:
    kinds = tuple(kind.value for kind in ColumnKind)
    if not isinstance(value, Mapping):
        return Problem(f"`types` must map columns to types, not {_shown(value)}", f"Types are {', '.join(kinds)}.")
    for name, kind in value.items():
        if kind not in kinds:
            nearest = plugins.nearest(str(kind), kinds)
            hint = f"Did you mean {nearest}?" if nearest else f"Types are {', '.join(kinds)}."
            return Problem(f"`types` gives column {line(str(name))} the unknown type {_shown(kind)}", hint)
    return None


def _shown(value: object) -> str:
    return line(repr(value), 60)
