"""The real helper over real pipes, on a real small run in a home of its own; one of each for all tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from engine.session.harness import CUSTOMERS, SETTINGS, Helper, Project, start, write_customers


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder, home = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("home")
    write_customers(folder / CUSTOMERS)
    settings = folder / "settings.yaml"
    settings.write_text(SETTINGS)
    done = subprocess.run(
        [sys.executable, "-m", "mtf_engine", "run", str(settings)],
        env={**os.environ, "MTF_HOME": str(home), "MTF_OFFLINE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = (home / "runs").glob("*-churn-*")
    return Project(folder, home, settings, run)


@pytest.fixture(scope="session")
def helper(project: Project) -> Iterator[Helper]:
    """A helper that all tests share: it must outlive every mistake."""
    found = start(project.home, project.folder, project.folder / "helper.log")
    yield found
    assert found.process.poll() is None, "a test ended the shared helper"
    assert found.close() == 0
