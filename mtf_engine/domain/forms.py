"""Forms: the parameters of a step or a model, and the keys of the settings, ready to be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

JsonValue = object
"""A value as JSON has them."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One parameter, ready to be asked for."""

    name: str
    type: str
    """``number``, ``integer``, ``text``, ``choice``, ``flag``, ``columns``, ``names`` (a list) or ``any``."""
    default: JsonValue
    description: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False
    """Whether it may be null."""
    low: float | None = None
    high: float | None = None
    excludes_low: bool = False
    """Whether ``low`` itself is refused."""
    excludes_high: bool = False
    required: bool = False
    default_text: str = ""
    """The default in words where it is no value of the settings."""
    only_for: tuple[str, ...] = ()
    """Values of the field ``decided_by`` that it belongs to; empty means all."""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The parameters of a step or model."""

    name: str
    summary: str
    docs: str
    fields: tuple[FormField, ...]
    takes_any: bool = False
    """Whether parameters that are not listed are accepted too."""
    short: str | None = None
    """The parameter that ``name: value`` sets."""


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Fields that belong together."""

    name: str
    """Key that holds them; empty for those at the top."""
    summary: str
    fields: tuple[FormField, ...]
    """Named by their whole path, such as ``splits.folds``."""


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """All settings but data sets, pipelines and models, which have forms of their own."""

    groups: tuple[FormGroup, ...]
    check: Form
    """Of one entry of ``checks``."""


@dataclass(frozen=True, slots=True)
class WrittenValue:
    """What stands in the text for one field of the form."""

    text: str
    """As it would be typed; entries of a list with commas."""
    line: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class WrittenValues:
    """What a settings text says about the fields of the form."""

    values: Mapping[str, WrittenValue]
    """By the field's name; those that the text leaves out are not there."""
