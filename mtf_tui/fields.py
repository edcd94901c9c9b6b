"""Form fields as text: what a value is typed as, and what is wrong with what was typed."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from mtf_engine import numbers, spelling
from mtf_engine.domain.forms import FormField

_MOST_LISTED = 8
"""Choices that are named first; where there are more, the description says more."""
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a text says."""

    value: object = None
    is_set: bool = False
    """False where the field was left empty, so its default holds."""

    problem: str | None = None
    is_doubt: bool = False
    """Whether the problem is a name that nothing installed has; a plugin of the settings may have it."""


def read_field(field: FormField, text: str) -> Typed:
    """Read what was typed into a field; empty text leaves the default, and what is wrong is a value all the same."""
    typed = _read(field, text.strip())
    wrong = typed.problem is not None and not typed.is_set and bool(text.strip())
    return Typed(_plain(text.strip()), True, typed.problem) if wrong else typed


def _read(field: FormField, text: str) -> Typed:
    if not text:
        return Typed(problem="needed") if field.required else Typed()
    if text in ("null", "none") and field.optional:
        return Typed(None, True)
    match field.type:
        case "number" | "integer":
            return _number(field, text)
        case "flag":
            known = _FLAGS.get(text.casefold())
            return Typed(problem="must be true or false") if known is None else Typed(known, True)
        case "choice":
            if text in field.choices:
                return Typed(text, True)
            near = spelling.nearest(text, field.choices)
            return Typed(
                problem=f"must be one of {', '.join(field.choices)}" + (f"; did you mean {near!r}?" if near else "")
            )
        case "names":
            return _names(field, text)
        case "columns":
            return Typed([part.strip() for part in text.split(",") if part.strip()], True)
        case "any":
            return Typed(_any(text), True)
    near = spelling.nearest(text, field.choices) if text not in field.choices else None
    return (
        Typed(text, True, f"{text!r} is not known; did you mean {near!r}?", is_doubt=True)
        if near
        else Typed(text, True)
    )


def _names(field: FormField, text: str) -> Typed:
    names = [part.strip() for part in text.split(",") if part.strip()]
    unknown = next((name for name in names if field.choices and name not in field.choices), None)
    if unknown is None:
        return Typed(names, True)
    near = spelling.nearest(unknown, field.choices)
    told = f"{unknown!r} is not known" + (f"; did you mean {near!r}?" if near else "")
    return Typed(names, True, told, is_doubt=True)


def _number(field: FormField, text: str) -> Typed:
    whole = field.type == "integer"
    try:
        value = int(text) if whole else _written(text)
    except ValueError:
        return Typed(problem="must be a whole number" if whole else "must be a number")
    if isinstance(value, float) and not math.isfinite(value):
        return Typed(problem="must be a finite number")
    low = field.low is not None and (value < field.low or (field.excludes_low and value == field.low))
    high = field.high is not None and (value > field.high or (field.excludes_high and value == field.high))
    return Typed(problem=f"must be {_within(field)}") if low or high else Typed(value, True)


def _written(text: str) -> float:
    """A number as it is written: ``20`` and ``20.0`` mean different things to some parameters."""
    value = float(text)
    try:
        return int(text) if math.isfinite(value) else value
    except ValueError:
        return value


def _any(text: str) -> object:
    """A JSON value where it is one, a list where there are commas, else the text itself."""
    found = _plain(text)
    if found is not text or "," not in text or text.startswith(("[", "{", '"')):
        return found
    return [_plain(part.strip()) for part in text.split(",") if part.strip()]


def _plain(text: str) -> object:
    """A JSON value where it is one, else the text itself."""
    try:
        found: object = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
    return found


def write_field(field: FormField, value: object) -> str:
    """Write a value as it would be typed."""
    if field.type in ("columns", "names") and isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    if field.type == "any" and isinstance(value, list | tuple):
        joined = ", ".join(one if isinstance(one, str) else _json(one) for one in value)
        if _any(joined) == list(value):
            return joined
    if isinstance(value, str) and (field.type != "any" or _any(value) == value):
        return value
    return _json(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def range_text(field: FormField) -> str:
    """The range in words: ``more than 0``, ``2 … 100``; empty where there is none."""
    return numbers.allowed(field.low, field.high, excludes_low=field.excludes_low, excludes_high=field.excludes_high)


def _within(field: FormField) -> str:
    text = range_text(field)
    return f"from {text.replace(' … ', ' to ')}" if " … " in text else text


def field_hint(field: FormField) -> str:
    """What may be typed, and what the parameter means."""
    allowed = ", ".join(field.choices) if field.choices else range_text(field)
    kinds = {"columns": "columns, with commas", "names": "names, with commas", "flag": "true or false"}
    if isinstance(field.default, list | tuple):
        kinds["any"] = "values, with commas"
    parts = (allowed or kinds.get(field.type, ""), field.description)
    return " · ".join(part for part in (parts if len(field.choices) <= _MOST_LISTED else parts[::-1]) if part)


def default_hint(field: FormField) -> str:
    """What holds while nothing is typed."""
    if field.required:
        return "needed"
    if field.default_text:
        return field.default_text
    return "none" if field.default in (None, []) else write_field(field, field.default)


def short_hint(field: FormField) -> str:
    """What stands to the right of a field: its choices or its range, then what it means."""
    few = ", ".join(field.choices) if len(field.choices) <= _MOST_LISTED else ""
    return "  ".join(part for part in (few or range_text(field), field.description) if part)
