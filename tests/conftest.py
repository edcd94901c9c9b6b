"""What holds for every test."""

from __future__ import annotations

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

if sys.platform != "win32":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup the programs that tests start would inherit its deafness


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
