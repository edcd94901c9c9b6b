"""Whether the helper is there."""

from __future__ import annotations

from dataclasses import dataclass

from mtf_engine.environment import versions
from mtf_engine.session.methods import Method, Progress


@dataclass(frozen=True, slots=True)
class Ping:
    """Nothing to say."""


@dataclass(frozen=True, slots=True)
class Pong:
    """The helper is there."""

    version: str
    """Of the engine."""


def ping(_: Ping, progress: Progress) -> Pong:
    """Answer at once."""
    del progress
    return Pong(versions.package_version("mtf-tui") or "")


METHODS = {"ping": Method(Ping, ping)}
