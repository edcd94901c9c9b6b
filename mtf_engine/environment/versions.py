"""What a run was made with: versions of installed packages, the commit of the settings, the machine.

Apart from the rest of `mtf_engine.environment`, because what it needs takes long to load and listing runs needs none.
"""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mtf_engine import environment

_RECORDED_DISTRIBUTIONS = ("mtf-tui", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy")


@cache
def package_version(distribution: str) -> str | None:
    """Version of an installed distribution; None when it is not installed."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


@dataclass(frozen=True, slots=True)
class GitState:
    """The commit that a folder is checked out at."""

    commit: str
    dirty: bool
    """Whether tracked files differ from the commit."""


def git_state(folder: Path) -> GitState | None:
    """Look up the commit of a folder; None outside a repository or without git."""
    try:
        commit = _git(folder, "rev-parse", "HEAD").strip()
        return GitState(commit, bool(_git(folder, "status", "--porcelain", "--untracked-files=no").strip()))
    except (OSError, subprocess.SubprocessError):
        return None


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        check=True,
        timeout=5,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
    )
    return done.stdout


def snapshot(folder: Path) -> dict[str, object]:
    """Describe where a run happens, for ``env.json``: versions, commit, host, processors, memory.

    Parameters
    ----------
    folder : Path
        The settings file's folder, whose commit is recorded.
    """
    git = git_state(folder)
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "host": environment.host(),
        "cpus": environment.cpu_count(),
        "memory_bytes": environment.memory_limit(),
        "packages": {name: package_version(name) for name in _RECORDED_DISTRIBUTIONS},
        "git": {"commit": git.commit, "dirty": git.dirty} if git else None,
        "threads": environment.thread_variables(),
    }
