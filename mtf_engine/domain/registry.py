"""What a registry says of one of its names: for listings, forms and documentation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ParameterEntry:
    """One parameter of a step, model or check."""

    name: str
    type: str
    """Type, with choices and range where it has them."""

    default: str
    description: str


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """One name that settings can use."""

    name: str
    summary: str
    docs: str
    """Address of the documentation page, relative to the documentation's root."""

    tags: tuple[str, ...] = ()
    """Tasks, kind or family it belongs to."""

    facts: Mapping[str, str] = field(default_factory=dict)
    """What else matters, such as a metric's range and direction."""

    parameters: tuple[ParameterEntry, ...] = ()
