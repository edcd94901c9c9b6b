"""The first journey on the real engine: from a CSV on disk to which model is best, and whether that is real."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mtf_engine import api
from mtf_tui.app import MTFApp
from mtf_tui.engine_client import LocalEngine
from mtf_tui.screens.source_dialog import SourceDialog
from mtf_tui.terminal import Terminal

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]
PATIENCE = 90
"""Seconds for each step; a quiet machine needs two or three."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a table in it and nothing else; what is asked of other machines fails."""
    chance = random.Random(0)
    rows = ["customer_id,age,plan,calls,churned"]
    for number in range(240):
        age, calls = chance.gauss(40, 12), int(chance.expovariate(0.4))
        plan = chance.choice(["basic", "premium"])
        odds = 0.9 * calls - 0.05 * (age - 40) - (1.5 if plan == "premium" else 0) - 1.5
        churned = "yes" if chance.random() < 1 / (1 + 2.718 ** (-odds)) else "no"
        rows.append(f"C{number:06d}-{chance.randrange(10**9)},{age:.0f},{plan},{calls},{churned}")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "customers.csv").write_text("\n".join(rows) + "\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MTF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MTF_OFFLINE", "1")
    return folder


def rows_of(pilot: Any) -> list[str]:
    strips = pilot.app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


async def seen(pilot: Any, holds: Callable[[str], bool]) -> list[str]:
    """Wait until the screen shows something."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        rows = rows_of(pilot)
        if holds("\n".join(rows)):
            return rows
        await pilot.pause(0.2)
    raise AssertionError("not seen:\n" + "\n".join(rows_of(pilot)))


async def test_from_a_file_to_a_defended_answer_with_nothing_but_the_screen(project: Path, tmp_path: Path) -> None:
    app = MTFApp(LocalEngine(), terminal=Terminal(), state_home=tmp_path / "state")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await seen(pilot, lambda text: "No data yet. a adds a file" in text)
        await pilot.press("a")
        await seen(pilot, lambda text: "customers.csv" in text)
        await pilot.press(*"cus", "tab")
        await seen(pilot, lambda text: "5 columns" in text and "quick 5" in text)
        text = "\n".join(rows_of(pilot))
        assert "✓ csv · 240 rows × 5 columns" in text
        assert "binary: no" in text
        assert "customer_id: every value distinct" in text
        assert [path.name for path in project.iterdir()] == ["customers.csv"]
        await pilot.press("enter")
        await seen(pilot, lambda text: "Finished in" in text)
        await pilot.press("5")
        rows = await seen(pilot, lambda text: "Holm over" in text)
        assert any(word in rows[1] for word in ("wins", "Undecided", "No model beats"))
        await pilot.press("v")
        await seen(pilot, lambda text: "McNemar" in text)
        await pilot.press("1")
        rows = await seen(pilot, lambda text: "240 rows; read and verified" in text and "left out: all" in text)
        assert rows[1].strip() == "Testing on 1 data set, 240 rows; read and verified"
        assert any("Profile of customers" in row for row in rows)
    settings = project / "settings.yaml"
    found = api.plan(settings)
    assert {cell.model for cell in found.cells} >= {"logistic_regression", "baseline"}
    assert [one.done for one in api.runs()] == [len(found.cells)]


async def test_a_second_data_set_is_looked_at_and_added_to_the_file(project: Path, tmp_path: Path) -> None:
    settings = project / "settings.yaml"
    text = "version: 1\ndatasets:\n  - sklearn:wine  # the first\nmodels: [decision_tree]\n"
    settings.write_text(text)
    app = MTFApp(LocalEngine(), settings=settings, terminal=Terminal(), state_home=tmp_path / "state")
    async with app.run_test(size=(80, 24)) as pilot:
        await seen(pilot, lambda text: "Testing on 1 data set" in text)
        await pilot.press("a")
        await seen(pilot, lambda text: "Add a data set" in text)
        await pilot.press(*"customers.csv")
        await seen(pilot, lambda text: "✓ csv · 240 rows" in text and "enter add" in text)
        await pilot.press("enter")
        await seen(pilot, lambda text: "Testing on 2 data sets, 418 rows; all read and verified" in text)
        assert not isinstance(pilot.app.screen, SourceDialog)
        assert settings.read_text() == text
        await pilot.press("down", "v")
        await seen(pilot, lambda text: "1 – " in text and "of 240 rows" in text and "C000000" in text)
        await pilot.press("G")
        await seen(pilot, lambda text: "– 240 of 240 rows" in text and "C000239" in text)
        await pilot.press("escape")
        assert await app.saving.save()
    added = "  - source: customers.csv\n    target: churned\n    drop: [customer_id]\n"
    assert settings.read_text() == text.replace("models:", added + "models:")
    assert {dataset.dataset.name for dataset in api.plan(settings).datasets} == {"wine", "customers"}
