"""Screens on a fake engine: what they answer, what their keys do, at every size and in every look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake
from rich.text import Text

from mtf_engine.domain.run import RunStatus
from mtf_engine.errors import RunChanged, SettingsError
from mtf_tui.actions import ACTIONS
from mtf_tui.screens.page import TOO_SMALL
from mtf_tui.terminal import Terminal
from mtf_tui.widgets.log_view import LogView
from mtf_tui.widgets.matrix_table import MatrixTable
from mtf_tui.widgets.pane_head import PaneHead
from mtf_tui.widgets.top_bar import TopBar

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


async def test_a_live_run_is_answered_on_line_two(open_app: Any, press: Press) -> None:
    async with open_app() as pilot:
        rows = await press(pilot)
        assert rows[1].startswith(" Running: 84 of 120 cells, 3 failed, about ")
        assert rows[1].rstrip().endswith("left, elapsed 1:08")
        assert "70 %" in rows[2]
        assert "▸ 70 % · 1:08" in rows[0]


async def test_the_matrix_shows_scores_and_folds(open_app: Any, press: Press) -> None:
    async with open_app() as pilot:
        rows = await press(pilot)
        logistic = next(row for row in rows if row.startswith(" logistic_regression"))
        boosting = next(row for row in rows if row.startswith(" hist_gradient_boosting"))
        assert logistic.split() == ["logistic_regression", "0.995", *["●●●●●", "0.772"], "●●●●●", "1.000", "●●●●●", "–"]
        assert "~0.75 ●●●◐·" in boosting
        assert "●●✗··" in next(row for row in rows if row.startswith(" svc_rbf"))


@pytest.mark.parametrize(
    ("status", "changes", "answer"),
    [
        (RunStatus.PAUSED, {}, "‖ Paused at 70 %"),
        (RunStatus.INTERRUPTED, {}, "✗ Interrupted: its process is gone; r continues, 39 cells left"),
        (RunStatus.CANCELLED, {}, "Cancelled: 81 cells stay; r continues, 39 left"),
        (RunStatus.FAILED, {"error": "disk full"}, "✗ Stopped: disk full; r continues, 39 cells left"),
        (RunStatus.REJECTED, {"problems": ({"message": "no column churned"},)}, "✗ Not run: no column churned"),
        (RunStatus.SCORING, {}, "Scoring: 84 of 120 cells are over"),
        (RunStatus.PREPARING, {"total_cells": 0}, "Preparing, 1:08: data sets are read and verified"),
    ],
)
async def test_every_status_has_an_answer(
    open_app: Any, press: Press, status: RunStatus, changes: dict[str, Any], answer: str
) -> None:
    run = fake.FakeRun(states=[replace(fake.running_state(), status=status, **changes)])
    async with open_app(run) as pilot:
        rows = await press(pilot)
        assert rows[1].strip().startswith(answer)
        assert ("p go on" in rows[-1], "p pause" in rows[-1]) == (
            status is RunStatus.PAUSED,
            status is RunStatus.RUNNING,
        )


async def test_no_clock_of_the_top_bar_is_cut(open_app: Any) -> None:
    async with open_app(fake.FakeRun(), size=(80, 24)) as pilot:
        bar = pilot.app.screen.query_one(TopBar)
        for status, shown in (("▸ 85 % · 21:13", "▸ 85 % · 21:13"), ("▸ 85 % · 2 h 05", "▸ 85 %")):
            bar.tell(Text(status), Text(""))
            assert bar.paint(80)[0].plain.rpartition("Runs ")[2].strip() == shown
            assert bar.paint(80)[0].cell_len <= 80


async def test_a_finished_run_says_so_everywhere(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot)
        assert rows[1].strip() == "Finished in 1:49: 117 of 120 cells, 3 failed; 1 check failed; 5 opens"
        assert "✗ 1 check" in rows[0]


async def test_pause_cancel_and_retry_reach_the_run(open_app: Any, press: Press) -> None:
    run = fake.FakeRun()
    async with open_app(run) as pilot:
        await press(pilot, "p")
        await press(pilot, "X", "escape", "X", "x")
        await press(pilot, "R")
    assert ("pause",) in run.asked
    assert run.asked.count(("cancel", None)) == 1
    assert {request for request in run.asked if request[0] == "resume"}


async def test_a_retry_that_is_refused_is_refused_once_and_says_which_key_helps(open_app: Any, press: Press) -> None:
    class Changed(fake.FakeRun):
        async def resume(self, cell: str | None = None) -> None:
            await super().resume(cell)
            raise RunChanged("Its files have changed.", hint="`mtf run settings.yaml` starts a new run.")

    run = Changed()
    async with open_app(run) as pilot:
        rows = await press(pilot, "R")
        assert any("Could not retry 3 cells" in row for row in rows), rows
        assert any("next  r starts a new run, which reuses the cells that" in row for row in rows)
        assert not any("mtf run" in row for row in rows)
        rows = await press(pilot, "escape")
        assert not any("Could not retry" in row for row in rows), "one dialog, not one a cell"
    assert sum(request[0] == "resume" for request in run.asked) == 1


async def test_only_cells_that_are_left_are_cancelled(open_app: Any, press: Press) -> None:
    run = fake.FakeRun()
    async with open_app(run) as pilot:
        rows = await press(pilot)
        assert "x cancel cell" not in rows[-1]
        rows = await press(pilot, "right", "down", "down")
        assert "x cancel cell" in rows[-1]
        await press(pilot, "x", "x")
    assert [request[1] for request in run.asked] == [
        "churn/hist_gradient_boosting/3",
        "churn/hist_gradient_boosting/4",
    ]


async def test_the_safe_answer_is_the_default(open_app: Any, press: Press) -> None:
    run = fake.FakeRun()
    async with open_app(run) as pilot:
        await press(pilot, "X", "enter")
    assert not run.asked


async def test_leaving_a_live_run_asks_and_leaves_it_running(open_app: Any, press: Press) -> None:
    run = fake.FakeRun()
    async with open_app(run) as pilot:
        rows = await press(pilot, "q")
        assert any("Leave while a run is live?" in row for row in rows)
        await press(pilot, "escape")
        assert pilot.app.is_running
        await pilot.press("q", "b")
    assert not run.asked
    assert pilot.app.farewell == "churn-7f3a keeps running; mtf-tui shows it again"


async def test_leaving_without_a_live_run_asks_nothing(open_app: Any) -> None:
    async with open_app(fake.finished_run()) as pilot:
        await pilot.press("q")
        await pilot.pause()
        assert pilot.app.return_value is None


async def test_the_log_filters_searches_and_freezes(open_app: Any, press: Press) -> None:
    async with open_app() as pilot:
        log = pilot.app.screen.query_one(LogView)
        await press(pilot, "l")
        assert log.level == "warning"
        assert not any("started" in row for row in await press(pilot))
        await press(pilot, "l", "l", "l", "slash", *"svr")
        assert log.needle == "svr"
        rows = await press(pilot, "enter")
        assert any("“svr” · info · following" in row for row in rows)
        await press(pilot, "F")
        assert not log.is_following
        rows = await press(pilot, "F", "escape")
        assert log.is_following
        assert log.needle == ""


async def test_one_cell_opens_with_its_folds(open_app: Any, press: Press) -> None:
    async with open_app() as pilot:
        rows = await press(pilot, "right", "down", "enter")
        assert any("svc_rbf on churn" in row for row in rows)
        assert any("✗ failed" in row and "212 MB" in row for row in rows)


async def test_the_cursor_of_the_matrix_moves_by_cell(open_app: Any, press: Press) -> None:
    async with open_app() as pilot:
        matrix = pilot.app.screen.query_one(MatrixTable)
        await press(pilot, "right", "right", "down")
        assert (matrix.cursor, matrix.column) == ("default\0svc_rbf", "wine")
        await press(pilot, "left", "G")
        assert (matrix.cursor, matrix.column) == ("default\0baseline", "churn")


async def test_data_set_and_metric_are_picked_by_typing(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "d", *"chu", "enter")
        assert rows[2].startswith(" d churn")
        rows = await press(pilot, "t", *"log", "enter")
        assert "t log_loss" in rows[2]


async def test_a_report_is_written_where_the_engine_says(open_app: Any, press: Press) -> None:
    run = fake.finished_run()
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "e")
        assert any("[html] md  junit  json  csv" in row for row in rows)
        await press(pilot, "right", "enter")
        assert ("report", "markdown", Path("reports/churn-7f3a.md")) in run.asked


async def test_copies_are_in_full_precision(open_app: Any, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(fake.finished_run()) as pilot:
        copied: list[str] = []
        monkeypatch.setattr(pilot.app.notices, "copy", lambda text, **_: copied.append(text))
        await press(pilot, "5", "right", "enter", "y", "enter")
        assert copied[0].splitlines()[1].split("\t")[3] == "0.7716"


async def test_runs_are_listed_opened_and_deleted(open_app: Any, press: Press) -> None:
    client = fake.FakeClient(
        [fake.finished_run(), fake.FakeRun(id="20261122T090000-churn-02bd", states=[fake.finished_state()])]
    )
    async with open_app(client=client) as pilot:
        rows = await press(pilot, "6")
        assert "2 runs; since the last one logistic_regression fell by 0.0060 ±0.0040 roc_auc" in rows[1]
        await press(pilot, "j", "x", "escape", "x", "x")
        assert ("delete", "20261122T090000-churn-02bd") in client.asked
        rows = await press(pilot, "enter")
        assert rows[0].count("Results") == 1
        assert ("open", "20261123T143000-churn-7f3a") in client.asked


async def test_without_a_run_the_screens_say_what_to_press(open_app: Any, press: Press) -> None:
    async with open_app(client=fake.FakeClient([]), run=None) as pilot:
        assert "No run is open. 6 lists earlier ones" in (await press(pilot, "4"))[1]
        assert "No results are open. 6 lists runs" in (await press(pilot, "5"))[1]
        assert "No runs yet. r runs the open settings" in (await press(pilot, "6"))[1]


async def test_a_run_that_is_not_there_is_an_error_with_the_next_step(open_app: Any, press: Press) -> None:
    async with open_app(client=fake.FakeClient([]), run="nope") as pilot:
        rows = await press(pilot)
        assert any("Could not open the run" in row for row in rows)
        assert any("mtf runs lists them" in row for row in rows)
        await press(pilot, "escape")


async def test_settings_with_mistakes_show_all_of_them(open_app: Any, press: Press) -> None:
    client = fake.FakeClient(error=SettingsError("unknown key 'metrcs'", hint="Did you mean 'metrics'?"))
    async with open_app(client=client, run=None) as pilot:
        rows = await press(pilot, "r")
        assert any("unknown key 'metrcs'" in row for row in rows)
        assert any("Did you mean 'metrics'?" in row for row in rows)


async def test_starting_a_run_opens_it(open_app: Any, press: Press, tmp_path: Path) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None) as pilot:
        rows = await press(pilot, "r")
        assert ("start", tmp_path / "settings.yaml", False) in client.asked
        assert "Running: 84 of 120" in rows[1]


async def test_help_palette_and_jump(open_app: Any, press: Press) -> None:
    async with open_app() as pilot:
        rows = await press(pilot, "question_mark")
        assert any("Keys of 4 Run" in row for row in rows)
        rows = await press(pilot, *"level")
        assert any("Change the level" in row for row in rows)
        assert not any("Pause" in row for row in rows)
        rows = await press(pilot, "escape", "question_mark", *["pagedown"] * 9)
        assert not any("…" in row[3:77] for row in rows[2:21]), "no sentence is cut"
        assert any("provisional: folds to come" in row for row in rows), "signs are at the bottom"
        rows = await press(pilot, *"undecided")
        assert any("Signs" in row for row in rows)
        assert any("?" in row and "undecided: data do not tell" in row for row in rows)
        await press(pilot, "escape", "colon", *"runs", "enter")
        assert pilot.app.page.SCOPE == "runs"
        await press(pilot, "4", "semicolon", "b")
        assert pilot.app.focused is pilot.app.screen.query_one(LogView)


async def test_help_has_the_keys_of_the_view_beside_the_global_ones(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "h", "question_mark")
        assert any("5 Results, checks" in row and "Everywhere" in row for row in rows)
        page = " ".join(row[3:38].strip() for row in rows)
        assert page.count("enter ") == 1, "keys of other views stand apart"
        pages = [await press(pilot, "pagedown") for _ in range(5)]
        seen = " ".join(row for page in pages for row in page[3:20])
        assert "In its other views" in seen
        assert "In versus." in seen
        assert "fold of an earlier run" in seen
    async with open_app(fake.finished_run(), size=(40, 12)) as pilot:
        rows = await press(pilot, "5", "question_mark")
        assert not any("Everywhere" in row for row in rows)
        pages = [await press(pilot, "pagedown") for _ in range(25)]
        assert any("Everywhere" in row for page in pages for row in page), "below, where there is room for one list"


async def test_every_action_of_a_page_can_be_carried_out(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        for action in ACTIONS:
            if action.scope == "app":
                assert hasattr(pilot.app, f"action_{action.method}"), action.id
        for key in "456":
            await press(pilot, key)
            page = pilot.app.page
            for action in ACTIONS:
                if action.scope == page.SCOPE:
                    assert hasattr(page, f"action_{action.method}"), action.id


SIZES = [(80, 24), (120, 40), (160, 45), (40, 10), (200, 60)]


LOOKS = ["mtf-light", "mtf-cvd", "ascii", "no_color"]
PICTURES = [*((size, "mtf-dark") for size in SIZES), *(((80, 24), look) for look in LOOKS)]


@pytest.mark.parametrize(("size", "look"), PICTURES, ids=str)
async def test_every_view_paints_in_every_size_and_look(
    open_app: Any, press: Press, size: tuple[int, int], look: str
) -> None:
    terminal = Terminal(ascii_only=look == "ascii", colour=look != "no_color")
    async with open_app(fake.finished_run(), size=size, terminal=terminal) as pilot:
        if look in ("mtf-light", "mtf-cvd"):
            pilot.app.theme = look
        for keys in (["4"], ["5"], ["right", "enter"], ["c"], ["m"], ["v"], ["h"], ["f"], ["6"]):
            rows = await press(pilot, *keys)
            assert any(row.strip() for row in rows[1:])


@pytest.mark.parametrize("size", [(39, 24), (80, 9), (20, 5)], ids=str)
async def test_a_window_that_is_too_small_says_so(open_app: Any, press: Press, size: tuple[int, int]) -> None:
    async with open_app(size=size) as pilot:
        rows = await press(pilot)
        assert TOO_SMALL.split()[0] in rows[0]


async def test_resizing_keeps_the_cursor_on_its_row(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run(), size=(160, 45)) as pilot:
        await press(pilot, "5", "right", "enter", "down", "down")
        for size in [(80, 24), (40, 10), (20, 5), (120, 40), (80, 24)]:
            await pilot.resize_terminal(*size)
            await press(pilot)
        assert pilot.app.page.selection.cursor == "default\0random_forest"


async def test_nothing_is_written_while_nothing_happens(open_app: Any, press: Press) -> None:
    async with open_app() as pilot:
        await press(pilot)
        refreshed: list[object] = []
        for pane in pilot.app.screen.query("LivePane, ScoreTable, MatrixTable, LogView"):
            original = pane.refresh
            pane.refresh = lambda *regions, original=original, **kw: (
                refreshed.extend(regions),
                original(*regions, **kw),
            )[1]
        pilot.app.refresh_page()
        await press(pilot)
        assert not refreshed


async def test_a_pane_told_something_while_hidden_shows_it_when_it_is_back(open_app: Any, press: Press) -> None:
    """Hidden and shown again between two layouts: there is no event that says so."""
    async with open_app(fake.finished_run()) as pilot:
        await press(pilot, "5")
        head = pilot.app.screen.query(PaneHead).first(PaneHead)
        head.parent.display = False
        head.tell("Told meanwhile")
        head.parent.display = True
        rows = await press(pilot)
        assert any("Told meanwhile" in row for row in rows)
