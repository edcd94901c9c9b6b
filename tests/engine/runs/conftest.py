"""Every test has a home of its own, and jobs are importable by name in worker processes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))  # worker processes import jobs by name


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MTF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MTF_OFFLINE", "1")
    return tmp_path / "home"
