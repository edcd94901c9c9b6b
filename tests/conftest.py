"""What holds for every test."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from wheels import build

from mtf_engine import plugins

settings.register_profile("mtf", deadline=None)
settings.load_profile("mtf")

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each program that a test starts compiles all modules anew

if sys.platform != "win32":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup the programs that tests start would inherit its deafness


_LONG = ("e2e", "docs", "delivery", "engine/runs", "engine/session", "tui")
"""Folders whose files start programs or screens and take minutes; what is left takes seconds."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files: one that begins last keeps the other workers waiting."""
    tests = Path(__file__).parent
    turns = {tests / folder: turn for turn, folder in enumerate(_LONG)}
    items.sort(key=lambda item: min((turns[room] for room in item.path.parents if room in turns), default=len(_LONG)))


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and not in what was loaded: each look at an app that ended took half a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 50)


@pytest.fixture(autouse=True)
def _local_plugins_stay_within_their_test() -> Iterator[None]:
    """Forget the plugin files that a test registered: names of one test must not be known to the next."""
    before = dict(plugins._local)
    yield
    plugins._local.clear()
    plugins._local.update(before)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built once."""
    pytest.importorskip("hatchling", reason="hatchling is not installed; scripts/setup.sh installs it")
    return build(tmp_path_factory.mktemp("wheel"))
