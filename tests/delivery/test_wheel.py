"""The wheel: what is in it, what it says, and that it is the same whoever builds it."""

from __future__ import annotations

import email
import subprocess
import zipfile
from pathlib import Path

import pytest
from wheels import build

import mtf_engine

pytest.importorskip("hatchling", reason="hatchling is not installed; scripts/setup.sh installs it")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_it_holds_two_packages_and_nothing_else(names: set[str]) -> None:
    assert {name.split("/")[0] for name in names} == {
        "mtf_engine",
        "mtf_tui",
        f"mtf_tui-{mtf_engine.__version__}.dist-info",
    }
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".orig", "~"))]


def test_every_file_of_the_packages_is_in_it(names: set[str]) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "mtf_engine", "mtf_tui"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode != 0:
        pytest.skip("this is no git checkout")
    present = {name for name in tracked.stdout.splitlines() if (ROOT / name).exists()}
    assert present - names == set()
    assert {
        "mtf_engine/py.typed",
        "mtf_tui/py.typed",
        "mtf_engine/demo.yaml",
        "mtf_tui/styles/frame.tcss",
        "mtf_tui/styles/mtf.tcss",
    } <= names


def test_its_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"mtf_tui-{mtf_engine.__version__}.dist-info"
        metadata = email.message_from_bytes(archive.read(f"{info}/METADATA"))
        scripts = archive.read(f"{info}/entry_points.txt").decode()
    assert metadata["Name"] == "mtf-tui"
    assert metadata["Version"] == mtf_engine.__version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert "textual<9,>=8.2.8" in metadata.get_all("Requires-Dist", [])
    assert metadata.get_all("Provides-Extra") == ["all", "boosting"], "an extra is declared when what it is for works"
    assert "mtf = mtf_engine.cli:main" in scripts
    assert "mtf-tui = mtf_tui.cli:main" in scripts


def test_a_second_build_is_identical(wheel: Path, tmp_path: Path) -> None:
    assert build(tmp_path).read_bytes() == wheel.read_bytes()
