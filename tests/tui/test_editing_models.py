"""Models in the settings text: added by name, path or function, told when they are wrong, and changed together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes.texts import COMMENTED

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("sklearn.svm.NuSVC", "estimator: sklearn.svm.NuSVC"),
        ("my_models.py:build", "python: my_models.py:build"),
        ("gaussian_na", "gaussian_naive_bayes"),
    ],
)
async def test_a_model_is_added_by_name_path_or_function(
    open_app: Any, press: Press, settings: Path, typed: str, entry: str
) -> None:
    (settings.parent / "my_models.py").write_text("def build():\n    return None\n")
    async with open_app(run=None, settings=settings, size=(100, 30)) as pilot:
        await press(pilot, "3", "a", *typed, "enter")
        assert f"  - {entry}\n" in pilot.app.workspace.draft.text
        assert not pilot.app.workspace.draft.problems


async def test_a_missing_package_is_named_with_the_command_that_installs_it(
    open_app: Any, press: Press, settings: Path
) -> None:
    async with open_app(run=None, settings=settings, size=(100, 30)) as pilot:
        rows = await press(pilot, "3", "a", *"nowhere.models.Best", "enter")
        row = next(row for row in rows if "Best" in row and "missing" in row)
        assert row.split()[:3] == ["–", "Best", "missing"]
        assert "pip install nowhere" in row
        below = " ".join(" ".join(rows).split())
        assert "✗ The model 'Best' needs the package 'nowhere', which is not installed here." in below


@pytest.mark.parametrize("size", [(80, 24), (40, 20)], ids=["80x24", "40x20"])
async def test_a_parameter_that_a_model_lacks_is_told_whole_and_can_be_taken_out(
    open_app: Any, press: Press, settings: Path, size: tuple[int, int]
) -> None:
    listed = "\n  - model: logistic_regression\n    name: second\n    parameters: {foo: 1}"
    settings.write_text(COMMENTED.partition("models:")[0] + "models:\n  - ridge: {alhpa: 2}" + listed)
    async with open_app(run=None, settings=settings, size=size) as pilot:
        below = " ".join(" ".join(await press(pilot, "3")).split())
        assert "alhpa" in below
        assert "Did you mean 'alpha'?" in below
        below = " ".join(" ".join(await press(pilot, "comma")).split())
        assert "The model 'ridge' has no parameter 'alhpa'. Did you mean 'alpha'? And 1 more problem." in below
        await press(pilot, "escape", "enter", "backspace", "escape", "down", "enter", "backspace")
        assert pilot.app.workspace.draft.text.endswith(
            "models:\n  - ridge\n  - model: logistic_regression\n    name: second\n"
        )
        assert not pilot.app.workspace.draft.problems


async def test_all_of_what_is_wrong_with_a_function_is_said_below_it(
    open_app: Any, press: Press, settings: Path
) -> None:
    (settings.parent / "my_models.py").write_text("def build():\n    return None\n")
    async with open_app(run=None, settings=settings) as pilot:
        rows = await press(pilot, "3", "a", *"my_models.py:biuld", "enter")
        assert "r runs" not in rows[2]
        below = " ".join(" ".join(rows[12:-1]).split())
        assert "has no function 'biuld', which the model names." in below or "biuld" in below, rows
        await press(pilot, "x", "a", *"my_models.py:build", "enter")
        assert not pilot.app.workspace.draft.problems


async def test_marked_models_are_changed_together_and_undone_together(
    open_app: Any, press: Press, settings: Path
) -> None:
    many = "".join(f"  - {{name: m{i}, model: logistic_regression}}\n" for i in range(100))
    settings.write_text(COMMENTED.partition("models:")[0] + "models:\n" + many)
    before = settings.read_text()
    async with open_app(run=None, settings=settings, size=(100, 30)) as pilot:
        rows = await press(pilot, "3")
        assert any(row.split() == ["built-in", "100"] for row in rows), rows
        await press(pilot, "slash", *"m4", "enter", "M")
        rows = await press(pilot, "space")
        assert any("11 marked" in row and "90 on · 11 off" in row for row in rows), rows
        assert pilot.app.workspace.draft.text.count("#off ") == 11
        await press(pilot, "u")
        assert pilot.app.workspace.draft.text == before
        await press(pilot, "enter", "enter", *"0.5", "enter")
        assert pilot.app.workspace.draft.text.count("parameters: {C: 0.5}") == 11
        await press(pilot, "escape", "x")
        assert len(pilot.app.workspace.draft.slots(("models",))) == 89
        await press(pilot, "u", "u")
        assert pilot.app.workspace.draft.text == before
