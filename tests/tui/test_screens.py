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
from mtf_engine.domain.views import Confusion
from mtf_engine.errors import RunChanged, SettingsError
from mtf_tui.actions import ACTIONS
from mtf_tui.screens.page import TOO_SMALL
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.terminal import Terminal
from mtf_tui.widgets.log_view import LogView
from mtf_tui.widgets.matrix_table import MatrixTable
from mtf_tui.widgets.pane_head import PaneHead
from mtf_tui.widgets.score_table import ScoreTable
from mtf_tui.widgets.top_bar import TopBar

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


def finished(**changes: Any) -> fake.FakeRun:
    return fake.FakeRun(states=[fake.finished_state()], the_results=fake.results(), **changes)


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
        (RunStatus.PREPARING, {"total_cells": 0}, "Preparing: data sets are read and verified"),
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
    async with open_app(finished()) as pilot:
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
    async with open_app(finished()) as pilot:
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


async def test_results_open_on_all_data_sets(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "5")
        assert rows[1].strip().startswith("Decided on 2 of 4: logistic_regression wins churn")
        assert "★ best  ≈ equivalent  ? undecided  ▼ worse" in rows[2]
        assert any("CD 4.35" in row for row in rows)


async def test_one_data_set_answers_with_its_interval(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "5", "right", "enter")
        answer = "logistic_regression wins on churn: 0.772 [0.745, 0.798], ahead of all 5 others"
        assert rows[1].strip() == answer
        assert "7,043 rows · 5 folds · 95 % · Holm over 15 pairs" in rows[2]
        best = next(row for row in rows if row.startswith(" A "))
        assert best.split()[:3] == ["A", "logistic_regression", "0.772"]
        assert "★ best" in best
        assert any("was yes" in row and "1,258" in row for row in rows)
        assert any("folds of A  0.772 0.756" in row for row in rows)


async def test_failed_checks_are_told_with_their_key_in_every_size(open_app: Any, press: Press) -> None:
    for size, told in (((80, 24), False), ((120, 40), True)):
        async with open_app(finished(), size=size) as pilot:
            rows = await press(pilot, "5")
            assert "h checks" in rows[-1]
            rows = await press(pilot, "right", "enter")
            assert rows[-1].split("  ")[:2] == [" enter open", "h checks"]
            assert rows[1].rstrip().endswith("; ✗ 1 check failed, h shows why") is told
            rows = await press(pilot, "h")
            assert "h checks" not in rows[-1]


@pytest.mark.parametrize(("width", "where"), [(80, " on breast_cancer"), (70, "")])
async def test_an_undecided_data_set_says_so_whole(open_app: Any, press: Press, width: int, where: str) -> None:
    async with open_app(finished(), size=(width, 24)) as pilot:
        rows = await press(pilot, "5", "enter")
        assert rows[1].strip() == f"Undecided{where}: A svc_rbf 0.9957; B to E cannot be told from it"
        assert rows[2].startswith(" d breast_cancer")


async def test_versus_compares_the_marked_models(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "5", "right", "enter", "v")
        assert rows[1].strip() == "A beats B by 0.024 ±0.012 roc_auc on churn; p 0.0069 after Holm over 15 pairs"
        assert any("only A right" in row and "353" in row and "5.0 %" in row for row in rows)
        assert any(row.split()[:2] == ["log_loss", "↓"] and "A better" in row for row in rows)
        rows = await press(pilot, "escape", "down", "down", "v")
        assert "A logistic_regression  B random_forest" in rows[2], "the one under the cursor"
        rows = await press(pilot, "escape", "g", "down", "space", "down", "space", "v")
        assert "A hist_gradient_boosting  B random_forest" in rows[2]


async def test_versus_swaps_a_and_b_and_picks_another_pair(open_app: Any, press: Press) -> None:
    run = finished()
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "right", "enter", "v")
        assert "x swap  v pick pair" in rows[-1]
        rows = await press(pilot, "x")
        assert rows[1].strip().startswith("B beats A by 0.024 ±0.012 roc_auc on churn"), "who is better stays"
        assert "A hist_gradient_boosting  B logistic_regression" in rows[2]
        asked = [request[1].models[:2] for request in run.asked if request[0] == "row_by_row"]
        assert [model for _, model in asked[-1]] == ["hist_gradient_boosting", "logistic_regression"]
        rows = await press(pilot, "v")
        assert any("A of the comparison" in row for row in rows)
        await press(pilot, *"forest", "enter")
        rows = await press(pilot, "escape")
        assert "A hist_gradient_boosting  B logistic_regression" in rows[2], "esc leaves the pair as it is"
        rows = await press(pilot, "v", *"forest", "enter", *"logistic", "enter")
        assert "A random_forest  B logistic_regression" in rows[2], "as they were picked, not by rank"
        rows = await press(pilot, "escape", "v")
        assert "A random_forest  B logistic_regression" in rows[2], "a picked pair is marked"
    async with open_app(finished()) as pilot:
        await press(pilot, "5", "right", "enter", "v", "x")
        rows = await press(pilot, "escape", "v")
        assert "A logistic_regression  B hist_gradient_boosting" in rows[2], "a pair nobody marked begins by rank"


async def test_versus_over_all_data_sets_swaps_and_picks_too(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "5", "v")
        assert "A svc_rbf  B logistic_regression" in rows[2] or "A logistic_regression  B svc_rbf" in rows[2]
        a, b = rows[2].split()[1], rows[2].split()[3]
        rows = await press(pilot, "x")
        assert f"A {b}  B {a}" in rows[2]
        rows = await press(pilot, "v", *"ridge", "enter")
        listed = "\n".join(rows)
        assert "random_forest" in listed
        assert "logistic_regression" not in listed.split("B of the comparison")[1].split("enter")[0], "no common set"
        rows = await press(pilot, *"forest", "enter")
        assert "A ridge  B random_forest" in rows[2]
        rows = await press(pilot, "enter")
        assert "A ridge  B random_forest" in rows[2], "the same two on one data set, the same way round"


async def test_rows_behind_a_share_are_paged(open_app: Any, press: Press) -> None:
    run = finished()
    async with open_app(run) as pilot:
        await press(pilot, "5", "right", "enter", "v", "tab", "down")
        rows = await press(pilot, "enter", "G")
        assert any("352" in row for row in rows)
    asked = [request for request in run.asked if request[0] == "rows"]
    assert [request[2:] for request in asked] == [({"which": "only_a"}, 0, 200), ({"which": "only_a"}, 200, 200)]


async def test_curves_cycle_read_off_and_zoom(open_app: Any, press: Press) -> None:
    run = finished()
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "right", "enter", "c", "right")
        assert any("read off at FPR 0.20" in row for row in rows)
        rows = await press(pilot, "c")
        assert rows[3].startswith("━ PR")
        rows = await press(pilot, *"cccccc", "escape", "escape", "left", "enter", "c")
        assert any("zoomed" in row for row in rows)
        rows = await press(pilot, "z")
        assert not any("zoomed" in row for row in rows)


async def test_lines_of_one_model_are_told_apart_by_their_names(open_app: Any, press: Press) -> None:
    """Precision and recall are not four times the same model; the axis is that of what is drawn."""
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "5", "right", "enter", *"cccccc", "right")
        assert rows[3].startswith("━ score histogram  share of the class ━")
        legend = [row[54:] for row in rows[4:8]]
        assert ["N not yes" in legend[0], "Y yes" in legend[1], legend[2].strip()] == [True, True, ""]
        assert not any("1.0" in row[:8] for row in rows), "the second model would need the whole axis"
        rows = await press(pilot, "c", "right")
        assert any("read off at threshold 0.20" in row for row in rows)
        read = [
            next((row[54:].strip() for row in rows if f"{name} 0." in row), "") for name in ("recall", "said positive")
        ]
        assert read == ["R  recall 0.040", "S  said positive 0.040"]
        assert "space show/hide" not in rows[-1]


async def test_checks_come_failing_first_with_evidence(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "5", "h")
        assert rows[1].strip() == "✗ 1 check failed, 1 warning, 1 passed, 1 did not run"
        assert "✗ fail" in rows[5]
        assert any("asked for 0.8" in row for row in rows)
        rows = await press(pilot, "G")
        assert any(row.startswith(" so ") and "as asked" in row for row in rows)


async def test_a_check_that_did_not_run_never_looks_like_a_pass(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "5", "h", "down", "down")
        assert any("could not look; it is no pass" in row for row in rows)


async def test_failures_are_grouped_by_cause(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "5", "f")
        assert rows[1].strip().startswith("✗ 3 cells failed for 2 causes")
        assert any("svr_rbf · diabetes · folds 1, 2" in row for row in rows)


async def test_the_matrix_view_follows_the_task(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "5", "right", "enter", "m")
        assert "takes yes for no most: 1,258 of 1,891 rows" in rows[1]
        rows = await press(pilot, "d", *"diab", "enter", "m")
        assert any("Residuals" in row for row in rows)


async def test_the_cursor_of_the_confusion_matrix_reaches_every_cell(open_app: Any, press: Press) -> None:
    run = finished()
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "d", *"wine", "enter", "m")
        assert any("Confusion" in row and "was 1, said 0: 3 of 71 rows, 4 % · enter lists them" in row for row in rows)
        assert any("[3]" in row for row in rows), "it starts on the commonest error"
        rows = await press(pilot, "up")
        assert any("was 0, said 0: 58 of 59 rows, recall 0.98" in row for row in rows), "the diagonal too"
        assert pilot.app.screen.query_one("#cell-list", ScoreTable).cursor == "0:0", "the list is in step"
        rows = await press(pilot, "right", "right")
        assert any("was 0, said 2: 0 of 59 rows, 0 %" in row and "enter" not in row for row in rows)
        rows = await press(pilot, "enter")
        assert any("No row was 0 and said 2" in row for row in rows)
        await press(pilot, "G", "enter", "escape")
        await press(pilot, "g", "left", "left", "tab", "down")
        asked = [request[2] for request in run.asked if request[0] == "rows"]
        assert asked == [{"which": "confusion", "truth": 2, "prediction": 2}]
        rows = await press(pilot)
        at = pilot.app.screen.query_one("#cell-list", ScoreTable).cursor
        truth, said = (at or "").split(":")
        assert any(f"was {truth}, said {said}: " in row for row in rows), "the matrix follows the list"
        rows = await press(pilot, "d", *"churn", "enter")
        assert any("was yes, said no: 1,258 of 1,891 rows" in row for row in rows), "other data begin anew"
        assert "1,258" in next(row for row in rows if "[" in row)


async def test_a_click_goes_to_a_cell_of_the_confusion_matrix_and_a_double_click_opens_it(
    open_app: Any, press: Press
) -> None:
    run = finished()
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "d", *"wine", "enter", "m")
        matrix = pilot.app.screen.query_one("#confusion")
        y = next(y for y, row in enumerate(rows) if row.startswith(" was 2")) - matrix.region.y
        x = next(row for row in rows if "said 2" in row and "was" not in row).index("said 2") + 5
        await pilot.click("#confusion", offset=(x, y))
        rows = await press(pilot)
        assert any("was 2, said 2: 48 of 48 rows" in row for row in rows)
        await pilot.click("#confusion", offset=(x, y), times=2)
        rows = await press(pilot)
        assert any("Rows of A: was 2, said 2" in row for row in rows)


async def test_a_matrix_of_many_classes_shows_its_cursor_and_the_list_below(open_app: Any, press: Press) -> None:
    class Letters(fake.FakeRun):
        async def confusion(self, scope: Any) -> Confusion:
            counts = tuple(tuple(20 if i == j else (i + 2 * j) % 3 for j in range(25)) for i in range(25))
            return Confusion(scope.models[0][1], tuple("ABCDEFGHIJKLMNOPQRSTUVWXY"), counts)

    run = Letters(states=[fake.finished_state()], the_results=fake.results())
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "d", *"wine", "enter", "m")
        assert any("classes 1-12 of 25" in row for row in rows)
        rows = await press(pilot, "G")
        assert any("classes 14-25 of 25" in row for row in rows)
        assert any("[]" in row and row.startswith(" Y") for row in rows)
        rows = await press(pilot, "tab", *["down"] * 12)
        seen = pilot.app.screen.query_one("#cell-list", ScoreTable)
        assert seen.region.bottom <= pilot.app.screen.size.height - 1, "the list is not pushed off the screen"


async def test_a_view_of_the_results_is_made_when_it_is_first_opened(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
        await press(pilot, "5")
        assert [view.NAME for view in pilot.app.screen.query(ResultsView)] == ["all"]
        await press(pilot, "right", "enter", "escape", "right", "enter")
        assert [view.NAME for view in pilot.app.screen.query(ResultsView)] == ["all", "scores"]
        assert [view.NAME for view in pilot.app.screen.query(ResultsView) if view.display] == ["scores"]


async def test_views_that_nothing_computes_have_no_key(open_app: Any, press: Press) -> None:
    async with open_app(finished(has_views=False)) as pilot:
        rows = await press(pilot, "5", "right", "enter")
        assert "c curves" not in rows[-1]
        assert not any("Confusion" in row for row in rows)
        before = await press(pilot)
        assert await press(pilot, "c", "m") == before


async def test_data_set_and_metric_are_picked_by_typing(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "5", "d", *"chu", "enter")
        assert rows[2].startswith(" d churn")
        rows = await press(pilot, "t", *"log", "enter")
        assert "t log_loss" in rows[2]


async def test_a_report_is_written_where_the_engine_says(open_app: Any, press: Press) -> None:
    run = finished()
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "e")
        assert any("[html] md  junit  json  csv" in row for row in rows)
        await press(pilot, "right", "enter")
        assert ("report", "markdown", Path("reports/churn-7f3a.md")) in run.asked


async def test_copies_are_in_full_precision(open_app: Any, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(finished()) as pilot:
        copied: list[str] = []
        monkeypatch.setattr(pilot.app.notices, "copy", lambda text, **_: copied.append(text))
        await press(pilot, "5", "right", "enter", "y", "enter")
        assert copied[0].splitlines()[1].split("\t")[3] == "0.7716"


async def test_runs_are_listed_opened_and_deleted(open_app: Any, press: Press) -> None:
    client = fake.FakeClient(
        [finished(), fake.FakeRun(id="20261122T090000-churn-02bd", states=[fake.finished_state()])]
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
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "5", "h", "question_mark")
        assert any("5 Results, checks" in row and "Everywhere" in row for row in rows)
        page = " ".join(row[3:38].strip() for row in rows)
        assert page.count("enter ") == 1, "keys of other views stand apart"
        pages = [await press(pilot, "pagedown") for _ in range(5)]
        seen = " ".join(row for page in pages for row in page[3:20])
        assert "In its other views" in seen
        assert "In versus." in seen
        assert "fold of an earlier run" in seen
    async with open_app(finished(), size=(40, 12)) as pilot:
        rows = await press(pilot, "5", "question_mark")
        assert not any("Everywhere" in row for row in rows)
        pages = [await press(pilot, "pagedown") for _ in range(25)]
        assert any("Everywhere" in row for page in pages for row in page), "below, where there is room for one list"


async def test_every_action_of_a_page_can_be_carried_out(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
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
    async with open_app(finished(), size=size, terminal=terminal) as pilot:
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
    async with open_app(finished(), size=(160, 45)) as pilot:
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
    async with open_app(finished()) as pilot:
        await press(pilot, "5")
        head = pilot.app.screen.query(PaneHead).first(PaneHead)
        head.parent.display = False
        head.tell("Told meanwhile")
        head.parent.display = True
        rows = await press(pilot)
        assert any("Told meanwhile" in row for row in rows)
