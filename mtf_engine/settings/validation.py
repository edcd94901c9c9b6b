"""From a tree of plain values to typed settings: problems are noted, what is wrong is left out, the rest goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from mtf_engine.settings.model import ModelSettings, Settings
from mtf_engine.settings.problems import KeyPath, ProblemList, quote, suggestion
from mtf_engine.settings.reader import DROPPED

_PASSES = 12
_EXPECTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
_BOUNDS = {
    "greater_than": ("gt", "greater than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_WRITTEN: Mapping[type[BaseModel], frozenset[str]] = {
    Settings: frozenset({"pipeline"}),
    ModelSettings: frozenset({"model", "estimator", "python"}),
}
"""Keys that users write and short forms replace."""
_INTERNAL: Mapping[type[BaseModel], frozenset[str]] = {ModelSettings: frozenset({"kind", "target"})}
"""Fields that no user writes."""


def validate(tree: dict[str, object], problems: ProblemList) -> Settings:
    """Make typed settings of a written-out tree.

    Parameters
    ----------
    tree : dict
        Short forms written out; ``DROPPED`` stands where something was refused already. It is changed in place.
    problems : ProblemList
        Receives all that is wrong; its positions learn which entries are left.

    Returns
    -------
    Settings
        What is right. Wrong values fall back to their default; entries that miss a required one are left out.
    """
    for _ in range(_PASSES):
        dropped: set[KeyPath] = set()
        kept: dict[KeyPath, tuple[int, ...]] = {}
        present = _compact(tree, (), kept, dropped)
        problems.positions.kept = kept
        try:
            return Settings.model_validate(present)
        except ValidationError as error:
            _note(error, present, tree, problems, dropped)
    return Settings()


def _compact(value: object, path: KeyPath, kept: dict[KeyPath, tuple[int, ...]], dropped: set[KeyPath]) -> Any:
    """Copy a tree without what is dropped; ``kept`` learns positions by new path, ``dropped`` what is missing."""
    if isinstance(value, dict):
        dropped |= {(*path, key) for key, child in value.items() if child is DROPPED}
        return {
            key: _compact(child, (*path, key), kept, dropped) for key, child in value.items() if child is not DROPPED
        }
    if isinstance(value, list):
        left = tuple(index for index, child in enumerate(value) if child is not DROPPED)
        if len(left) < len(value):
            kept[path] = left
        return [_compact(value[old], (*path, new), kept, dropped) for new, old in enumerate(left)]
    return value


def _note(
    error: ValidationError,
    present: dict[str, object],
    tree: dict[str, object],
    problems: ProblemList,
    dropped: set[KeyPath],
) -> None:
    """Add each error as a problem and drop what it blames from the tree."""
    blamed: list[KeyPath] = []
    for detail in error.errors(include_url=False):
        path = _existing(detail["loc"], present)
        is_missing = detail["type"] == "missing"
        if is_missing and (*path, detail["loc"][-1]) not in dropped:
            _add_missing(path, str(detail["loc"][-1]), problems)
        elif not is_missing:
            found = _explain(detail["type"], detail.get("ctx", {}), detail["input"], path)
            problems.add(path, found.message, found.hint)
        blamed.append(_original(path, problems))
    for original in blamed:
        _drop(tree, original)


def _existing(loc: Sequence[str | int], present: object) -> KeyPath:
    """Cut pydantic's location down to what is in the tree: it appends names of union members and missing keys."""
    path: KeyPath = ()
    for part in loc:
        if isinstance(present, dict) and part in present:
            present = present[str(part)]
        elif isinstance(present, list) and isinstance(part, int) and part < len(present):
            present = present[part]
        else:
            break
        path += (part,)
    return path


def _original(path: KeyPath, problems: ProblemList) -> KeyPath:
    """Translate a path of the compacted tree into one of the tree that still has all entries."""
    original: KeyPath = ()
    for depth, part in enumerate(path):
        left = problems.positions.kept.get(path[:depth])
        original += (left[part],) if left is not None and isinstance(part, int) else (part,)
    return original


def _drop(tree: Any, path: KeyPath) -> None:
    """Replace what stands at a path by ``DROPPED``; nothing happens where something around it is dropped already."""
    for part in path[:-1]:
        tree = tree[part]
        if tree is DROPPED:
            return
    if path:
        tree[path[-1]] = DROPPED


def _add_missing(path: KeyPath, key: str, problems: ProblemList) -> None:
    what = {"datasets": "a data set", "models": "a model"}.get(str(path[0]) if path else "", "the entry")
    problems.add(path, f"The key '{key}' is missing: {what} cannot do without it.", f"Add `{key}:`.")


@dataclass(frozen=True, slots=True)
class _Explanation:
    message: str
    hint: str | None = None


def _explain(kind: str, context: Mapping[str, Any], value: object, path: KeyPath) -> _Explanation:
    """Say in the user's words what pydantic found."""
    if kind == "extra_forbidden":
        return _Explanation(f"Unknown key '{path[-1]}'.", suggestion(str(path[-1]), _keys(path), label="Valid keys"))
    if path == ("version",):
        message = f"{quote(value)} is not a version of the settings that this MTF reads."
        return _Explanation(message, "Write `version: 1`, or update MTF if the file is newer.")
    if kind in _EXPECTED:
        return _Explanation(f"{quote(value)} is not {_EXPECTED[kind]}.", _retype(kind, value))
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        is_percent = path[-1] == "confidence" and 50 <= float(str(value)) < 100
        hint = f"Did you mean {float(str(value)) / 100:g}?" if is_percent else None
        return _Explanation(f"{quote(value)} is out of range: it must be {words} {context[name]:g}.", hint)
    if kind == "literal_error":
        return _Explanation(f"{quote(value)} is not one of the values known here.", _choices(context, value))
    if kind == "string_pattern_mismatch":
        return _Explanation(f"{quote(value)} is not a SHA-256 of 64 hexadecimal digits.", "`sha256sum FILE` prints it.")
    if kind in {"string_too_short", "too_short"}:
        return _Explanation("Nothing stands here.", "Fill it in or remove the key.")
    text = str(context["error"]) if "error" in context else "is not valid here"
    what, _, remedy = text.partition("; ")
    return _Explanation(f"{quote(value)} {what}.", f"{remedy[:1].upper()}{remedy[1:]}." if remedy else None)


def _choices(context: Mapping[str, Any], value: object) -> str:
    names = [name.strip("' ") for name in str(context["expected"]).replace(" or ", ", ").split(",")]
    return suggestion(str(value), names, label="Valid values")


def _retype(kind: str, value: object) -> str | None:
    if kind == "string_type" and isinstance(value, int | float):
        return f'Quote it: "{str(value).lower() if isinstance(value, bool) else value}".'
    if kind == "tuple_type" and isinstance(value, str | int | float):
        return f"Write it as a list: [{value}]."
    if kind in {"int_type", "float_type", "bool_type"} and isinstance(value, str):
        return "Remove the quotes if it is one." if _is_number(value) else None
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text in {"true", "false"}
    return True


def _keys(path: KeyPath) -> set[str]:
    """List the valid keys of the mapping that a path's last key stands in."""
    model: type[BaseModel] = Settings
    for part in path[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_of(model.model_fields[part].annotation) or model
    return (set(model.model_fields) | _WRITTEN.get(model, frozenset())) - _INTERNAL.get(model, frozenset())


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """Find the settings model inside a field's type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_of(inner)
        if found is not None:
            return found
    return None
