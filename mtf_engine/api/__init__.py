"""The facade: everything the command line, the terminal UI and a notebook ask of the engine.

Importing it is cheap, so listing runs and showing results start at once: the rooms that load numpy, pandas or
scikit-learn, and those that read settings, are imported by the functions that need them.
"""

from mtf_engine.api.handles import RunHandle, RunResults, RunUpdate
from mtf_engine.api.plans import DEMO, RunInfo, delete, estimate, open_run, plan, rename, runs, settings_template, start
from mtf_engine.api.questions import CheckVerdict, check_run, check_settings, compare, render, report, score
from mtf_engine.api.sources import Preview, PreviewColumn, Progress, fetch, preview, profile
from mtf_engine.api.upkeep import bundle, cache_clear, cache_entries, cache_prune, cache_verify, describe, diagnose

__all__ = [
    "DEMO",
    "CheckVerdict",
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
    "open_run",
    "plan",
    "preview",
    "profile",
    "rename",
    "render",
    "report",
    "runs",
    "score",
    "settings_template",
    "start",
]
