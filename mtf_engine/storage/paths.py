"""Where everything lies that the program keeps: the only module that knows these names.

Runs are a user's; the cache can be deleted at any time and is made again. Nothing here creates a folder: whoever
writes does.
"""

from __future__ import annotations

from pathlib import Path

from mtf_engine import environment


def runs() -> Path:
    """Run directories, one for each run."""
    return environment.home() / "runs"


def cache() -> Path:
    """Everything that can be made again."""
    return environment.cache_home()


def blobs() -> Path:
    """Fetched files, by content."""
    return cache() / "blobs"


def tables() -> Path:
    """Verified tables in columnar form, by content."""
    return cache() / "tables"


def prepared() -> Path:
    """Prepared data sets: row steps applied, folds drawn, memory-mappable."""
    return cache() / "prepared"


def cells() -> Path:
    """Results of cells, by cell id."""
    return cache() / "cells"


def fingerprints() -> Path:
    """Remembered SHA-256 of files that have not changed since."""
    return cache() / "fingerprints"


def scratch(owner: str) -> Path:
    """Working space of one run: on the cache's file system, so that publishing is a rename; removed at the end."""
    return cache() / "scratch" / owner


def timings() -> Path:
    """What past cells cost, for estimates."""
    return cache() / "timings.jsonl"


def recognised() -> Path:
    """What runs were made of, by settings file."""
    return cache() / "recognised"


def starting() -> Path:
    """Lock file that is held while a run is found or made, so that equal plans never start twice."""
    return environment.home() / "starting.lock"
