"""The engine of MTF, the Model Testing Framework: data in, defensible results out.

``import mtf_engine as mtf`` loads nothing heavy; ``mtf.plan``, ``mtf.start`` and the other names of `mtf_engine.api`
are looked up when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtf_engine.api import RunHandle, RunInfo, check_run, compare, open_run, plan, report, score, start

__version__ = "0.1.0"
__all__ = [
    "RunHandle",
    "RunInfo",
    "__version__",
    "check_run",
    "compare",
    "open_run",
    "plan",
    "report",
    "score",
    "start",
]


def __getattr__(name: str) -> Any:
    """Look a name of the facade up."""
    if name in __all__:
        return getattr(importlib.import_module("mtf_engine.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
