"""The settings text: what is wrong with it, and edits that leave the rest of it alone.

How a text is edited is the business of `mtf_engine.settings.editing`; what a step's or model's parameters mean, and
which of them need not be written, is known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from mtf_engine import planning, settings
from mtf_engine.domain.forms import Form
from mtf_engine.domain.outlines import Edited, SettingsSummary, SettingsText, Validation
from mtf_engine.errors import Problem, SettingsError
from mtf_engine.models.forms import model_parameters
from mtf_engine.processing.steps.forms import step_parameters
from mtf_engine.session.batches import edit_entries
from mtf_engine.session.methods import Method, Progress
from mtf_engine.settings import editing, listing


@dataclass(frozen=True, slots=True)
class TextQuery:
    """A settings text and the place that it has or will have."""

    text: str
    path: str = "settings.yaml"


@dataclass(frozen=True, slots=True)
class Nothing:
    """No parameters."""


def validate(query: TextQuery, progress: Progress) -> Validation:
    """Find everything that is wrong with a text, names and parameters included; data are not looked at."""
    del progress
    found = settings.inspect_bytes(query.text.encode("utf-8", "replace"))
    resolution = planning.resolve_inspection(found, base=Path(query.path).absolute().parent)
    return Validation(tuple(resolution.problems.sorted()), _summary(found.settings))


def _summary(known: settings.Settings) -> SettingsSummary:
    return SettingsSummary(
        name=known.name,
        seed=known.seed,
        datasets=tuple(one.name for one in known.datasets),
        pipelines=None if known.pipelines is None else tuple(known.pipelines),
        models=tuple(one.name for one in known.models),
        metrics=known.metrics,
        checks=len(known.checks),
        split=known.splits.method,
    )


def template(_: Nothing, progress: Progress) -> SettingsText:
    """Give commented settings that run as they are."""
    del progress
    return SettingsText(settings.template())


# --- edits ---


def slots(query: TextQuery, progress: Progress) -> Edited:
    """List the entries of the text's lists, those that are switched off too."""
    del progress
    return Edited(query.text, listing.lists(query.text))


@dataclass(frozen=True, slots=True)
class Operation:
    """One edit."""

    verb: str
    """``insert``, ``remove``, ``replace``, ``move``, ``switch`` (entries of a list); ``set``, ``unset`` (keys);
    ``parameters`` (of a step or model); ``each`` (``value`` lists edits of entries of one list)."""
    path: tuple[str | int, ...]
    """Of the list, such as ``["models"]``; of the key, such as ``["splits", "folds"]``, ``["datasets", 0, "target"]``.
    Positions count entries that are off too."""
    position: int = 0
    """Of the entry."""
    to: int = 0
    """Where it moves."""
    on: bool = True
    """Whether it is switched on."""
    value: object = None
    """The entry, the value, or all parameters."""


@dataclass(frozen=True, slots=True)
class EntryOperation:
    """One of several edits of a list's entries."""

    verb: str
    """``remove``, ``switch`` or ``parameters``."""
    position: int
    on: bool = True
    value: object = None


@dataclass(frozen=True, slots=True)
class EditQuery:
    """A settings text and an edit of it."""

    text: str
    operation: Operation


def edit(query: EditQuery, progress: Progress) -> Edited:
    """Make one edit; comments, order and spelling of everything else stay.

    Raises
    ------
    SettingsError
        The text cannot be read, or the edit cannot be made without touching more than it is about.
    """
    del progress
    text = _edited(query.text, query.operation)
    return Edited(text, listing.lists(text))


def _edited(text: str, asked: Operation) -> str:
    if asked.verb == "set":
        return editing.set_value(text, asked.path, asked.value)
    if asked.verb == "unset":
        return editing.unset(text, asked.path)
    path = tuple(part for part in asked.path if isinstance(part, str))
    if len(path) != len(asked.path) or not path:
        raise SettingsError([Problem("The path of a list has keys only.", 'Such as ["models"].')])
    match asked.verb:
        case "insert":
            return editing.insert(text, path, asked.position, asked.value)
        case "remove":
            return editing.remove(text, path, asked.position)
        case "replace":
            return editing.replace(text, path, asked.position, asked.value)
        case "move":
            return editing.move(text, path, asked.position, asked.to)
        case "switch":
            return editing.switch(text, path, asked.position, asked.on)
        case "parameters":
            return _with_parameters(text, path, asked)
        case "each":
            return _each(text, path, asked)
    verbs = "insert, remove, replace, move, switch, set, unset, parameters, each"
    raise SettingsError([Problem(f"There is no edit {asked.verb!r}.", f"There are {verbs}.")])


def _each(text: str, path: tuple[str, ...], asked: Operation) -> str:
    """Make edits of entries of one list, each named by its position before all of them; one after the other where
    the list is not written line by line."""
    wanted = msgspec.convert(asked.value, list[EntryOperation])
    edits = {one.position: partial(_on_entry, path=path, asked=one) for one in wanted}
    if len(path) == 1:
        try:
            return edit_entries(text, path[0], edits)
        except SettingsError:
            pass
    for one in sorted(wanted, key=lambda one: -one.position):
        text = _edited(text, Operation(one.verb, path, one.position, on=one.on, value=one.value))
    return text


def _on_entry(text: str, *, path: tuple[str, ...], asked: EntryOperation) -> str:
    return _edited(text, Operation(asked.verb, path, 0, on=asked.on, value=asked.value))


def _with_parameters(text: str, path: tuple[str, ...], asked: Operation) -> str:
    """Give a step or model these parameters; those that have their defaults are not written unless they are already."""
    if not isinstance(asked.value, Mapping):
        raise SettingsError([Problem("Parameters are a mapping of names to values.")])
    found = next((one for one in listing.lists(text) if one.path == path), None)
    if found is None or not 0 <= asked.position < len(found.slots):
        raise SettingsError([Problem(f"There is no entry {asked.position} in {'.'.join(path)}.")])
    entry = found.slots[asked.position].value
    holder = _holder(entry, is_model=path == ("models",))
    form = _form(holder.name, is_model=path == ("models",))
    defaults = {one.name: one.default for one in form.fields if not one.required and not one.default_text}
    short = {form.short: holder.short} if form.short and holder.short is not None else {}
    written = holder.parameters or short
    wanted = {
        str(key): value
        for key, value in asked.value.items()
        if str(key) in written or key not in defaults or defaults[str(key)] != value
    }
    if wanted == written:
        return text
    if holder.parameters:
        return _rewritten(text, (*path, asked.position, *holder.keys), holder.parameters, wanted)
    if holder.keys == ("parameters",):
        return editing.set_value(text, (*path, asked.position, "parameters"), wanted)
    value: object = {holder.name: wanted} if wanted else holder.name
    if form.short and list(wanted) == [form.short] and wanted[form.short] is not None:
        value = {holder.name: wanted[form.short]}
    return editing.replace(text, path, asked.position, value)


def _rewritten(text: str, path: settings.KeyPath, written: Mapping[str, object], wanted: Mapping[str, object]) -> str:
    """Set and unset single keys, so that comments between them stay."""
    for key, value in wanted.items():
        if key not in written or written[key] != value:
            text = editing.set_value(text, (*path, key), value)
    for key in written:
        if key not in wanted:
            text = editing.unset(text, (*path, key))
    return text


@dataclass(frozen=True, slots=True)
class _Holder:
    """Where an entry keeps its parameters."""

    name: str
    """Of the step, or what the form of the model is named by."""
    keys: tuple[str, ...]
    """Keys from the entry to its parameters."""
    parameters: Mapping[str, object]
    short: object = None
    """The lone value of a short form."""


def _holder(entry: object, *, is_model: bool) -> _Holder:
    if isinstance(entry, str):
        return _Holder(entry, (), {})
    if isinstance(entry, Mapping) and is_model:
        for kind in ("model", "estimator"):
            if isinstance(entry.get(kind), str):
                return _Holder(str(entry[kind]), ("parameters",), _mapping(entry.get("parameters")))
        if isinstance(entry.get("name"), str) and set(entry) <= {"name", "parameters"}:
            return _Holder(str(entry["name"]), ("parameters",), _mapping(entry.get("parameters")))
    if isinstance(entry, Mapping) and len(entry) == 1:
        name, value = next(iter(entry.items()))
        if value is None or isinstance(value, Mapping):
            return _Holder(str(name), (str(name),), _mapping(value))
        return _Holder(str(name), (), {}, short=value)
    raise SettingsError([Problem("This entry has no parameters that a form could hold.", "Edit the text by hand.")])


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _form(name: str, *, is_model: bool) -> Form:
    return model_parameters(name) if is_model else step_parameters(name)


METHODS = {
    "validate": Method(TextQuery, validate),
    "template": Method(Nothing, template),
    "slots": Method(TextQuery, slots),
    "edit": Method(EditQuery, edit),
}
