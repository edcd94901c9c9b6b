"""Form fields as text: what a value is typed as, and what is wrong with what was typed."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from mtf_engine import numbers
from mtf_engine.domain.outlines import FormField

_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a text says."""

    value: object = None
    is_set: bool = False
    """False where the field was left empty, so its default holds."""

    problem: str | None = None


def read_field(field: FormField, text: str) -> Typed:
    """Read what was typed into a field; empty text leaves the default."""
    text = text.strip()
    if not text:
        return Typed(problem="needed") if field.required else Typed()
    if text in ("null", "none") and field.optional:
        return Typed(None, True)
    match field.type:
        case "number" | "integer":
            return _number(field, text)
        case "flag":
            known = _FLAGS.get(text.casefold())
            return Typed(problem="true or false") if known is None else Typed(known, True)
        case "choice":
            if text in field.choices:
                return Typed(text, True)
            return Typed(problem=f"one of {', '.join(field.choices)}")
        case "columns":
            return Typed([part.strip() for part in text.split(",") if part.strip()], True)
        case "any":
            return Typed(_any(text), True)
    return Typed(text, True)


def _number(field: FormField, text: str) -> Typed:
    kind = int if field.type == "integer" else float
    try:
        value = kind(text)
    except ValueError:
        return Typed(problem="a whole number" if kind is int else "a number")
    if isinstance(value, float) and not math.isfinite(value):
        return Typed(problem="a finite number")
    low = field.low is not None and (value < field.low or (field.excludes_low and value == field.low))
    high = field.high is not None and (value > field.high or (field.excludes_high and value == field.high))
    return Typed(problem=range_text(field)) if low or high else Typed(value, True)


def _any(text: str) -> object:
    """A JSON value where it is one, else the text itself."""
    try:
        found: object = json.loads(text, parse_constant=str)
    except ValueError:
        return text
    return found


def write_field(field: FormField, value: object) -> str:
    """Write a value as it would be typed."""
    if field.type == "columns" and isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def range_text(field: FormField) -> str:
    """The range in words: ``more than 0``, ``2 … 100``; empty where there is none."""
    low = None if field.low is None else _bound(field.low)
    high = None if field.high is None else _bound(field.high)
    if low is not None and high is not None and not field.excludes_low and not field.excludes_high:
        return f"{low} … {high}"
    below = "" if high is None else f"{'less than' if field.excludes_high else 'at most'} {high}"
    above = "" if low is None else f"{'more than' if field.excludes_low else 'at least'} {low}"
    return " and ".join(part for part in (above, below) if part)


def _bound(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e9 else numbers.significant(value)


def field_hint(field: FormField) -> str:
    """What may be typed, and what the parameter means."""
    allowed = ", ".join(field.choices) if field.choices else range_text(field)
    kinds = {"columns": "columns, with commas", "flag": "true or false"}
    return " · ".join(part for part in (allowed or kinds.get(field.type, ""), field.description) if part)


def default_hint(field: FormField) -> str:
    """What holds while nothing is typed."""
    if field.required:
        return "needed"
    if field.default_text:
        return field.default_text
    return "none" if field.default is None else write_field(field, field.default)
