"""Every test of acquisition has a cache of its own and no proxy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import http_server

FIXTURES = Path(__file__).parents[4] / "shared" / "fixtures"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home ä"
    monkeypatch.setenv("MTF_HOME", str(folder))
    monkeypatch.delenv("MTF_OFFLINE", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return folder


@pytest.fixture
def server() -> Iterator[http_server.FaultServer]:
    with http_server.running() as running:
        yield running


@pytest.fixture
def fixtures() -> Path:
    if not (FIXTURES / "formats").is_dir():
        pytest.skip("the shared fixtures are not beside this checkout")
    return FIXTURES
