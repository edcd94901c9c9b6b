"""The real helper over real pipes, and a real small run for who needs one, in a home of its own; one for all tests."""

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
    return Project(folder, home, settings)


@pytest.fixture(scope="session")
def ran(project: Project) -> Project:
    """The project, run to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "mtf_engine", "run", str(project.settings)],
        env={**os.environ, "MTF_HOME": str(project.home), "MTF_OFFLINE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.fixture(scope="session")
def helper(project: Project) -> Iterator[Helper]:
    """A helper that all tests share: it must outlive every mistake."""
    found = start(project.home, project.folder, project.folder / "helper.log")
    yield found
    assert found.process.poll() is None, "a test ended the shared helper"
    assert found.close() == 0
