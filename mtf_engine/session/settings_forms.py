"""The settings as a form: every key outside data sets, pipelines and models, and what a text says about each.

Fields, choices, ranges and descriptions are read off the settings' own model, so the form cannot say anything else
than what the settings take.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mtf_engine import glossary, plugins
from mtf_engine.domain.forms import Form, FormField, FormGroup, SettingsForm, WrittenValue, WrittenValues
from mtf_engine.processing.steps.forms import schema_field
from mtf_engine.session.methods import Method, Progress
from mtf_engine.session.texts import TextQuery
from mtf_engine.settings.document import first_line, pair_of, parse, plain
from mtf_engine.settings.editing import SHORT_FORMS
from mtf_engine.settings.model import (
    CheckSettings,
    ExecutionSettings,
    LoggingSettings,
    ReportSettings,
    Settings,
    SplitSettings,
)
from mtf_engine.settings.shorthand import SPLIT_KEYS

_TOP = ("name", "seed", "metrics", "primary_metric", "confidence", "plugins")
_SECTIONS: Mapping[str, type[BaseModel]] = {
    "splits": SplitSettings,
    "execution": ExecutionSettings,
    "logging": LoggingSettings,
    "report": ReportSettings,
}
_ABSENT = re.compile(r";? ?(?:None|empty) means ([^.;]+)")


@dataclass(frozen=True, slots=True)
class Nothing:
    """No parameters."""


def settings_form(_: Nothing, progress: Progress) -> SettingsForm:
    """List the fields of all settings but data sets, pipelines and models."""
    del progress
    metrics = tuple(entry.name for entry in glossary.describe("metrics"))
    top = [_with_choices(one, metrics) for one in _fields(Settings) if one.name in _TOP]
    groups = [FormGroup("", "What is measured, and how surely.", tuple(sorted(top, key=_place)))]
    for name, model in _SECTIONS.items():
        fields = (replace(one, name=f"{name}.{one.name}") for one in _fields(model))
        groups.append(FormGroup(name, inspect.getdoc(model) or "", tuple(_decided(_known(one)) for one in fields)))
    return SettingsForm(tuple(groups), _check_form(metrics))


def _place(field: FormField) -> int:
    return _TOP.index(field.name)


def _with_choices(field: FormField, metrics: tuple[str, ...]) -> FormField:
    return replace(field, choices=metrics) if field.name in ("metrics", "primary_metric", "metric") else field


def _known(field: FormField) -> FormField:
    """Offer what is installed where the settings name it freely."""
    return replace(field, choices=plugins.names("mtf.reports")) if field.name == "report.formats" else field


def _decided(field: FormField) -> FormField:
    """Say for which methods a key of the splits means something."""
    section, _, key = field.name.partition(".")
    if section != "splits" or key == "method":
        return field
    methods = tuple(method for method, keys in SPLIT_KEYS.items() if key in keys)
    return replace(field, decided_by="splits.method", only_for=methods)


def _check_form(metrics: tuple[str, ...]) -> Form:
    fields = [_with_choices(one, metrics) for one in _fields(CheckSettings)]
    known = tuple(entry.name for entry in glossary.describe("checks"))
    fields = [replace(one, choices=known) if one.name == "check" else one for one in fields]
    return Form("check", "What must hold.", "docs/reference/settings.md#checks", tuple(fields))


# --- fields of a model ---


def _fields(model: type[BaseModel]) -> Iterator[FormField]:
    schema = model.model_json_schema()
    descriptions = field_descriptions(model)
    definitions = schema.get("$defs", {})
    for name, found in schema.get("properties", {}).items():
        if "$ref" in found and found["$ref"].rpartition("/")[2] in definitions:
            continue
        yield _field(name, found, descriptions.get(name, ""))


def _field(name: str, schema: Mapping[str, Any], description: str) -> FormField:
    absent = _ABSENT.search(description)
    told = _ABSENT.sub("", description).replace("``", "").strip()
    is_open = schema.get("default") in (None, [], ())
    default_text = absent[1].strip() if absent and is_open else ""
    return replace(schema_field(name, schema), description=told, default_text=default_text, optional=False)


def field_descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Read the strings under a model's fields."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for one, after in zip(tree.body, tree.body[1:], strict=False):
        told = after.value if isinstance(after, ast.Expr) else None
        if isinstance(one, ast.AnnAssign) and isinstance(told, ast.Constant) and isinstance(told.value, str):
            assert isinstance(one.target, ast.Name)
            found[one.target.id] = " ".join(told.value.split())
    return found


# --- what a text says ---


def written_values(query: TextQuery, progress: Progress) -> WrittenValues:
    """Find what a text says about each field of the form, as written.

    Raises
    ------
    SettingsError
        The text cannot be read.
    """
    del progress
    root = parse(query.text).root
    found: dict[str, WrittenValue] = {}
    for name in _TOP:
        _note(found, name, root, name)
    for section, model in _SECTIONS.items():
        pair = pair_of(root, section)
        short = SHORT_FORMS.get((section,))
        if pair is not None and isinstance(pair.value, ScalarNode) and short is not None and pair.value.value:
            found[f"{section}.{short}"] = WrittenValue(str(pair.value.value), first_line(pair.key) + 1)
        elif pair is not None:
            for name in model.model_fields:
                _note(found, f"{section}.{name}", pair.value, name)
    return WrittenValues(found)


def _note(found: dict[str, WrittenValue], name: str, parent: Node | None, key: str) -> None:
    pair = pair_of(parent, key)
    if pair is not None and not (isinstance(pair.value, ScalarNode) and pair.value.value in ("", "null", "~")):
        found[name] = WrittenValue(_typed(pair.value), first_line(pair.key) + 1)


def _typed(node: Node) -> str:
    """Write a node as it would be typed into a field."""
    if isinstance(node, SequenceNode):
        return ", ".join(_typed(one) for one in node.value)
    if isinstance(node, MappingNode):
        return str(plain(node))
    return str(node.value)


METHODS = {
    "settings_form": Method(Nothing, settings_form),
    "written_values": Method(TextQuery, written_values),
}
