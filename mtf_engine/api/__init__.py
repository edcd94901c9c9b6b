"""The facade: everything the command line, the terminal UI and a notebook ask of the engine.

Importing it is cheap, so listing runs and showing results start at once: the rooms that load numpy, pandas or
scikit-learn, and those that read settings, are imported by the functions that need them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtf_engine.api.handles import Events, RunHandle, RunResults, RunUpdate, open_run
    from mtf_engine.api.listing import RunInfo, last_run, runs
    from mtf_engine.api.plans import DEMO, delete, estimate, plan, rename, settings_template, start
    from mtf_engine.api.questions import CheckVerdict, check_run, check_settings, compare, render, report, score
    from mtf_engine.api.sources import Preview, PreviewColumn, Progress, fetch, preview, profile
    from mtf_engine.api.upkeep import (
        bundle,
        cache_clear,
        cache_entries,
        cache_prune,
        cache_verify,
        describe,
        diagnose,
        is_at_work,
        process_mark,
    )

__all__ = [
    "DEMO",
    "CheckVerdict",
    "Events",
    "Preview",
    "PreviewColumn",
    "Progress",
    "RunHandle",
    "RunInfo",
    "RunResults",
    "RunUpdate",
    "bundle",
    "cache_clear",
    "cache_entries",
    "cache_prune",
    "cache_verify",
    "check_run",
    "check_settings",
    "compare",
    "delete",
    "describe",
    "diagnose",
    "estimate",
    "fetch",
    "is_at_work",
    "last_run",
    "open_run",
    "plan",
    "preview",
    "process_mark",
    "profile",
    "rename",
    "render",
    "report",
    "runs",
    "score",
    "settings_template",
    "start",
]

_ROOMS = {
    "handles": ("RunHandle", "RunResults", "RunUpdate", "open_run"),
    "listing": ("RunInfo", "last_run", "runs"),
    "plans": ("DEMO", "delete", "estimate", "plan", "rename", "settings_template", "start"),
    "questions": ("CheckVerdict", "check_run", "check_settings", "compare", "render", "report", "score"),
    "sources": ("Preview", "PreviewColumn", "Progress", "fetch", "preview", "profile"),
    "upkeep": (
        "bundle",
        "cache_clear",
        "cache_entries",
        "cache_prune",
        "cache_verify",
        "describe",
        "diagnose",
        "is_at_work",
        "process_mark",
    ),
}
"""Module of this package → the names that are looked up there when they are first used."""

_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    """Look a name of the facade up."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
    globals()[name] = found
    return found
