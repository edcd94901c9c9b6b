"""The process that workers are forked from: it has numpy, pandas and scikit-learn loaded, and nothing else going on.

Forking a process that has everything loaded takes milliseconds where starting one takes seconds, and a server that
never runs a thread or a model can be forked safely. It is started before the coordinator's own heavy imports so that
both load at once. This module therefore loads nothing heavy.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
from multiprocessing.context import BaseContext

from mtf_engine import environment

_PRELOAD = [
    "mtf_engine.runs.executors.server",
    "mtf_engine.runs.executors.worker",
    "mtf_engine.evaluation.cell",
    "mtf_engine.evaluation.fold",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.naive_bayes",
    "sklearn.neighbors",
    "sklearn.svm",
    "sklearn.tree",
]


def start_method() -> str:
    """Name this platform's way to start workers; always named, because Python's default differs by version."""
    return "spawn" if environment.is_windows() else "forkserver"


def context(method: str | None = None) -> BaseContext:
    """Make the multiprocessing context that workers are started by."""
    chosen = multiprocessing.get_context(method or start_method())
    if chosen.get_start_method() == "forkserver":
        chosen.set_forkserver_preload(_PRELOAD)
    return chosen


def start() -> None:
    """Begin to load the server, without waiting for it; numeric libraries are loaded with one thread each."""
    environment.set_threads(1)
    if start_method() == "forkserver":
        context()
        multiprocessing.forkserver.ensure_running()
