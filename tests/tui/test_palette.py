"""The palette finds actions by what they do and by their names, and goes to data sets, models and runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fakes import engine_client as fake

from mtf_tui.actions import actions
from mtf_tui.screens.results.screen import ResultsScreen
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog
from mtf_tui.widgets.score_table import ScoreTable

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


def finished() -> fake.FakeRun:
    return fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())


async def test_an_action_is_found_by_its_short_name(open_app: Any, press: Press) -> None:
    async with open_app() as pilot:
        for action in (action for action in actions("app") if action.palette):
            await press(pilot, "colon", *action.label.replace(" ", ""))
            assert action.id in [choice.key for choice in pilot.app.screen.found()]
            await press(pilot, "escape")


async def test_a_data_set_and_a_model_are_shown_in_the_results(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "4", "colon", *"diabetes")
        assert any("diabetes" in row and "data set" in row and "results" in row for row in rows)
        rows = await press(pilot, "enter")
        assert isinstance(pilot.app.page, ResultsScreen)
        assert pilot.app.page.selection.dataset == "diabetes"
        assert any("ridge" in row for row in rows)
        await press(pilot, "1", "colon", *"random_forest")
        await press(pilot, "enter")
        assert pilot.app.page.view == "scores"
        assert pilot.app.page.selection.current().model == "random_forest"
        assert pilot.app.page.table("#scores").cursor == pilot.app.page.selection.cursor


async def test_without_results_they_are_shown_in_the_settings(open_app: Any, press: Press) -> None:
    async with open_app(client=fake.FakeClient(), run=None) as pilot:
        await press(pilot, "4", "colon", *"wine", "enter")
        assert pilot.app.page.SCOPE == "sources"
        assert pilot.app.page.current.name == "wine"
        await press(pilot, "4", "colon", *"random_forest", "enter")
        assert pilot.app.page.SCOPE == "models"
        assert pilot.app.page.entry.name == "random_forest"


async def test_a_run_is_opened_and_the_list_of_runs_comes_when_it_is_read(open_app: Any, press: Press) -> None:
    other = fake.FakeRun(id="20261122T090000-churn-02bd", states=[fake.finished_state()], the_results=fake.results())
    async with open_app(client=fake.FakeClient([finished(), other])) as pilot:
        assert pilot.app.workspace.runs is None
        rows = await press(pilot, "4", "colon", *"02bd")
        assert any("churn-02bd" in row and "run" in row for row in rows)
        await press(pilot, "enter")
        assert pilot.app.page.SCOPE == "results"
        assert pilot.app.workspace.run.id == other.id


async def test_of_very_many_choices_the_first_are_listed_and_all_are_found(open_app: Any, press: Press) -> None:
    async with open_app() as pilot:
        pilot.app.push_screen(ChoiceDialog("Many", [Choice(str(n), f"m{n:04}") for n in range(1000)]))
        await press(pilot)
        table = pilot.app.screen.query_one(ScoreTable)
        assert len(table.keys) == 200
        rows = await press(pilot, *"0987")
        assert any("m0987" in row for row in rows)
        assert table.keys == ("987",)
        rows = await press(pilot, *["backspace"] * 4, *["pagedown"] * 30)
        assert any("800 more: type to narrow" in row for row in rows)
