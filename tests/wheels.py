"""The wheel, built from this checkout and installed where no checkout is."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import mtf_engine

NAME = f"mtf_tui-{mtf_engine.__version__}-py3-none-any.whl"
_ROOT = Path(__file__).parents[1]
_TIMEOUT_SECONDS = 250


def build(place: Path) -> Path:
    """Build the wheel into a folder."""
    _run("-m", "hatchling", "build", "--target", "wheel", "--directory", str(place))
    return place / NAME


def install(wheel: Path, place: Path) -> Path:
    """Install the wheel into an environment of its own; what it needs is that of this one.

    Returns
    -------
    Path
        The folder of its commands.
    """
    _run("-m", "venv", "--without-pip", str(place))
    packages = next(place.glob("lib/python*/site-packages"))
    (packages / "needed.pth").write_text(f"{sysconfig.get_paths()['purelib']}\n")
    python = place / "bin" / "python"
    _run("-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    return python.parent


def _run(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=_ROOT, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
