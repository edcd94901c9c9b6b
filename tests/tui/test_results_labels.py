"""What the views of Results call things, in windows of every width: nothing is cut that decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake

from mtf_engine.domain.views import RowPage
from mtf_tui.app import MTFApp
from mtf_tui.flips import side_by_side
from mtf_tui.terminal import Terminal
from mtf_tui.widgets.answer_line import AnswerLine
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


async def test_a_narrow_window_keeps_interval_verdict_and_model(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run(), size=(40, 12)) as pilot:
        rows = await press(pilot, "5", "right", "enter", "down")
        third = next(row for row in rows if row.startswith(" C "))
        assert third.split()[-1] == "▼"
        assert rows[10].strip() == "B 0.747 [0.722, 0.773]  ▼ worse"
        rows = await press(pilot, "c")
        assert rows[10].strip() == "1 more row would show the picture"
        rows = await press(pilot, "h")
        assert rows[5].split()[:2] == ["✗", "fail"]
        assert "logistic_reg" in rows[5]
        await press(pilot, "escape", "v")
        rows = await press(pilot)
        assert any(row.split() == ["roc_auc", "0.772", "0.747", "0.024", "★", "A"] for row in rows)


async def test_versus_over_all_data_sets_has_the_adjusted_p(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "v")
        assert rows[4].split()[-2:] == ["p", "Holm"]
        assert next(row for row in rows if row.startswith(" churn")).split()[-1] == "0.0069"
        assert "┊" in next(row for row in rows if row.startswith(" churn")), "the interval has room beside it"


async def test_versus_over_all_data_sets_has_the_metric_of_the_row_under_the_cursor(
    open_app: Any, press: Press
) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "v", *["k"] * 4, "j")
        assert any(row.startswith(" churn  roc_auc ↑  A 0.772 [") and "B 0.709 [" in row for row in rows)
        assert not any(row.startswith(" wine  roc_auc") for row in rows)


async def test_the_columns_of_failures_have_their_whole_names_at_80_columns(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "f")
        assert next(row for row in rows if row.startswith(" cause")).split() == [
            *("cause", "cells", "where"),
            *("remedy", "or", "message"),
        ]


async def test_rows_say_from_where_they_are_counted(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "h", "enter")
        assert any("row from 0" in row for row in rows)


async def test_without_results_no_key_of_lists_is_offered(open_app: Any, press: Press) -> None:
    async with open_app(client=fake.FakeClient([]), run=None) as pilot:
        rows = await press(pilot, "5")
        assert rows[-1].split() == ["?", "help"]


async def test_the_head_of_the_residuals_is_whole(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "d", *"diab", "enter")
        assert any(row.rstrip().endswith("was − said") for row in rows)


async def test_results_that_are_being_read_are_not_called_missing(tmp_path: Path) -> None:
    class Slow(fake.FakeRun):
        async def results(self) -> Any:
            await came.wait()
            return await super().results()

    came = asyncio.Event()
    run = Slow(states=[fake.finished_state()], the_results=fake.results())
    app = MTFApp(fake.FakeClient([run]), terminal=Terminal(), run="last", state_home=tmp_path / "state")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("5")
        line = await until(pilot, "Reading the results")
        assert line.strip() == "Reading the results …"
        came.set()
        assert "Decided on 2 of 4" in await until(pilot, "Decided")


async def until(pilot: Any, words: str) -> str:
    """Line 2 once it has these words."""
    for _ in range(400):
        await pilot.pause(0.05)
        line = pilot.app.screen.query(AnswerLine).first().sentence
        if words in line:
            return line
    raise AssertionError(line)


def test_flipped_rows_say_which_run_was_how_sure() -> None:
    columns = ("row", "fold", "truth", "prediction", "P(yes)", "tenure")
    before = RowPage(columns, ((7, 1, "yes", "yes", 0.7, 3),), 0, 1)
    after = RowPage(columns, ((7, 1, "yes", "no", 0.4, 3),), 0, 1)
    both = side_by_side(before, after)
    assert both.columns == ("row", "truth", "before", "after", "before P(yes)", "after P(yes)", "tenure")
    assert both.rows == ((7, "yes", "yes", "no", 0.7, 0.4, 3),)


async def test_all_data_sets_show_the_scores_of_the_one_under_the_cursor_where_there_is_room(
    open_app: Any, press: Press
) -> None:
    async with open_app(fake.finished_run(), size=(160, 45)) as pilot:
        rows = await press(pilot, "5")
        at = next(y for y, row in enumerate(rows) if "Scores on breast_cancer" in row)
        assert any("svc_rbf" in row and "0.9957" in row and "●" in row for row in rows[at:]), "with intervals"
        assert "vs best" in rows[at + 1]
        assert not any(row.startswith(" A ") for row in rows[at:]), "letters are those of the mean ranks here"
        rows = await press(pilot, "right", "down")
        assert any("Scores on churn" in row for row in rows)
        assert any("folds of svc_rbf" in row for row in rows), "of the model under the cursor"
    async with open_app(fake.finished_run()) as pilot:
        assert not any("Scores on" in row for row in await press(pilot, "5")), "80x24 has no room left"
    async with open_app(fake.finished_run(rankings=())) as pilot:
        assert any("Scores on breast_cancer" in row for row in await press(pilot, "5")), "but for the ranks"


async def test_a_long_name_is_whole_where_all_data_sets_have_room(open_app: Any, press: Press) -> None:
    name = "a_model_whose_name_has_thirty_six_si"
    results = fake.results()
    scores = tuple(replace(one, model=name) if one.model == "svc_rbf" else one for one in results.scores)
    for width, is_whole in ((160, True), (80, False)):
        async with open_app(fake.finished_run(scores=scores), size=(width, 45)) as pilot:
            rows = await press(pilot, "5")
            assert any(row.startswith(f" {name} ") for row in rows) == is_whole


async def test_checks_beside_the_scores_are_those_of_the_data_set_with_what_they_found(
    open_app: Any, press: Press
) -> None:
    async with open_app(fake.finished_run(), size=(160, 45)) as pilot:
        rows = await press(pilot, "5", "right", "enter")
        found = next(row for row in rows if "MTF301" in row)
        assert "metric threshold    logistic_r…  roc_auc 0.772" in found
        rows = await press(pilot, "d", *"wine", "enter")
        assert any("none of this data set; h shows all" in row for row in rows)
        assert any("─ Checks ─" in row and "h: all 4" in row for row in rows)


async def test_a_pane_that_waits_says_for_how_long(
    open_app: Any, text_of: Callable[[Any], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = asyncio.Event()

    class Slow(fake.FakeRun):
        async def row_by_row(self, scope: Any) -> Any:
            await answered.wait()
            return await super().row_by_row(scope)

    async def shown(pilot: Any, words: str) -> bool:
        for _ in range(400):
            await pilot.pause(0.05)
            if any(row.strip() == words or row.startswith(words) for row in text_of(pilot)):
                return True
        return False

    run = Slow(states=[fake.finished_state()], the_results=fake.results())
    async with open_app(run) as pilot:
        await pilot.press("5", "v", "enter")
        assert await shown(pilot, "reading")
        assert pilot.app.page.is_waiting
        monkeypatch.setattr("time.time", lambda: fake.NOON + 3)
        pilot.app._tick()
        assert await shown(pilot, "reading  0:03  esc stops")
        answered.set()
        assert await shown(pilot, " both right")
        assert not pilot.app.page.is_waiting, "nothing is repainted any more"


async def test_a_note_of_forty_cells_stands_whole_beside_its_choice(
    open_app: Any, text_of: Callable[[Any], list[str]]
) -> None:
    note = "in the plan · multiclass · 178,123 rows"
    async with open_app(fake.finished_run()) as pilot:
        pilot.app.push_screen(ChoiceDialog("Add", [Choice("wine", "wine", note)]))
        await pilot.pause()
        assert any(f" {note} " in row for row in text_of(pilot))
