"""Pictures in the documentation exist, are shown, are made by the script, and load nothing from elsewhere."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from mtf_tui.themes import DARK

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LARGEST = 60_000


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that makes the pictures."""
    spec = importlib.util.spec_from_file_location("pictures_script", ROOT / "scripts" / "pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pictures_script"] = module
    spec.loader.exec_module(module)
    return module


def shown() -> set[Path]:
    """Every picture that a page shows."""
    found = set()
    for page in PAGES:
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            found.add((page.parent / target).resolve())
    return found


def test_every_picture_that_is_shown_exists_and_every_one_that_exists_is_shown() -> None:
    assert shown() == set(PICTURES.glob("*.svg"))


@pytest.mark.parametrize("path", sorted(PICTURES.glob("*.svg")), ids=lambda path: path.stem)
def test_a_picture_is_small_and_whole_and_loads_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text) < LARGEST
    root = ElementTree.fromstring(text)
    assert root.tag.endswith("svg")
    assert not re.search(r"(?:href|src|url\()", text)
    words = " ".join("".join(element.itertext()) for element in root.iter() if element.tag.endswith("text"))
    assert "MTF" in words


def test_one_command_makes_every_picture_again(script: ModuleType) -> None:
    names = {shot.name for shot in script.SHOTS if shot.is_documented} | {"run-live"}
    assert {path.stem.removesuffix("-80x24-dark") for path in PICTURES.glob("*-80x24-dark.svg")} == names
    others = {path.stem.rsplit("-", 2)[0] for path in PICTURES.glob("*.svg")}
    assert others <= names


def test_a_screen_is_drawn_with_its_colours_its_dots_and_its_text_escaped(script: ModuleType) -> None:
    strip = Strip([Segment("a<b", Style(color="#ff0000", bold=True)), Segment("⠿▆", Style(bgcolor="#00ff00"))])
    drawn = script.svg([strip], DARK)
    root = ElementTree.fromstring(drawn)
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert names.count("rect") == 2, "the ground of the screen and that of the second segment"
    assert "a&lt;b" in drawn
    assert 'fill="#ff0000" font-weight="bold"' in drawn
    dots = next(element for element in root.iter() if element.tag.endswith("path")).attrib["d"]
    assert dots.count("M") == 7, "six dots and a block"


def test_the_customers_are_the_same_each_time(script: ModuleType, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        script.make_customers(tmp_path / name / "customers.csv")
    one, two = ((tmp_path / name / "customers.csv").read_bytes() for name in ("one", "two"))
    assert one == two
    assert one.count(b"\n") == script.ROWS + 1


def test_the_command_of_the_readme_asks_for_its_picture(script: ModuleType) -> None:
    found = re.search(r"`python scripts/pictures\.py ([^`]+)`", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    asked = script.command_line().parse_args(found[1].split())
    assert (asked.size, asked.shots) == ([(120, 30)], ["scores"])
    asked = script.command_line().parse_args(["run", "--size", "80x24,160x45", "--theme", "dark,cvd"])
    assert (asked.size, asked.theme, asked.shots) == ([(80, 24), (160, 45)], ["dark", "cvd"], ["run"])
    with pytest.raises(SystemExit):
        script.command_line().parse_args(["--theme", "sepia"])
