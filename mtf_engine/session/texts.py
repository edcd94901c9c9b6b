"""The settings text: what is wrong with it, and edits that leave the rest of it alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mtf_engine import planning, settings
from mtf_engine.domain.outlines import SettingsSummary, SettingsText, Validation
from mtf_engine.session.methods import Method, Progress


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


METHODS = {"validate": Method(TextQuery, validate), "template": Method(Nothing, template)}
