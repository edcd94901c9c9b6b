"""Real processes: each test gets a home of its own and runs the program as a user does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TIMEOUT_SECONDS = 250


@dataclass(frozen=True)
class Finished:
    """A command that ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Parse standard output."""
        return json.loads(self.out)


Mtf = Callable[..., Finished]


def environment(home: Path, **extra: str) -> dict[str, str]:
    """Make an environment in which everything the program keeps goes to ``home``."""
    return {**os.environ, "MTF_HOME": str(home), "MTF_OFFLINE": "1", "PYTHONWARNINGS": "default", **extra}


def runner(home: Path, folder: Path) -> Mtf:
    """Make a function that runs ``mtf`` in a folder."""

    def mtf(*arguments: str | Path, timeout: float = TIMEOUT_SECONDS, **extra: str) -> Finished:
        done = subprocess.run(
            [sys.executable, "-m", "mtf_engine", *map(str, arguments)],
            cwd=folder,
            env=environment(home, **extra),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    return mtf


@pytest.fixture(scope="session")
def make_mtf() -> Callable[[Path, Path], Mtf]:
    """Give `runner` to tests that keep one home for several of them."""
    return runner


PROBE = """
import json, sys
from mtf_engine.cli.main import main
try:
    main(json.loads(sys.argv[1]))
except SystemExit as done:
    code = done.code
print(json.dumps([code, sorted({name.partition('.')[0] for name in sys.modules})]), file=sys.stderr)
"""


@pytest.fixture(scope="session")
def loaded_by() -> Callable[..., set[str]]:
    """Run ``mtf`` in a home and say which packages that loaded: ``loaded_by(home, "show", "last")``."""

    def loaded(home: Path, *arguments: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", PROBE, json.dumps(arguments)],
            env={"MTF_HOME": str(home), "PATH": "", "HOME": str(home)},
            cwd=home.parent,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=True,
        )
        code, names = json.loads(done.stderr.splitlines()[-1])
        assert code == 0, done.stderr
        return set(names)

    return loaded


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that nothing else uses."""
    return tmp_path / "home"


@pytest.fixture
def mtf(home: Path, tmp_path: Path) -> Mtf:
    """Run ``mtf`` in the test's folder."""
    return runner(home, tmp_path)


SMALL = """
version: 1
name: small
datasets: [sklearn:wine]
pipeline: [{scale: standard}]
models: [logistic_regression, gaussian_naive_bayes]
metrics: [accuracy, log_loss]
splits: {folds: 3}
checks:
  - {metric: accuracy, min: 0.9, model: logistic_regression}
  - check: train_test_overlap
"""


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the small settings were run once, for tests that copy it."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "settings.yaml").write_text(SMALL, encoding="utf-8")
    done = runner(folder / "home", folder)("run", "settings.yaml")
    assert done.code == 0, done.err
    return folder / "home"


@dataclass(frozen=True)
class Small:
    """A copy of the small run that a test may change."""

    home: Path
    mtf: Mtf
    settings: Path

    @property
    def run(self) -> Path:
        """The newest run's directory."""
        return max((self.home / "runs").iterdir())

    def write(self, *changes: tuple[str, str]) -> Path:
        """Write the settings with some text replaced."""
        text = SMALL
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        self.settings.write_text(text, encoding="utf-8")
        return self.settings


@pytest.fixture
def small(small_home: Path, tmp_path: Path) -> Small:
    """Copy the small run."""
    shutil.copytree(small_home, tmp_path / "home")
    path = tmp_path / "settings.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return Small(tmp_path / "home", runner(tmp_path / "home", tmp_path), path)


@pytest.fixture(scope="session")
def seen(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The small run itself, for tests that only look at it, from a folder with nothing in it."""
    folder = tmp_path_factory.mktemp("seen")
    return Small(small_home, runner(small_home, folder), small_home.parent / "settings.yaml")


@dataclass(frozen=True)
class Demo:
    """The demo, run once for all tests that only look at it."""

    home: Path
    mtf: Mtf
    finished: Finished
    results: dict[str, Any]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run the demo to its end."""
    folder = tmp_path_factory.mktemp("demo")
    mtf = runner(folder / "home", folder)
    finished = mtf("demo")
    assert finished.code == 0, finished.err
    return Demo(folder / "home", mtf, finished, mtf("show", "last", "--json").json())
