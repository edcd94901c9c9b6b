"""Views of the results on a fake engine: what they answer and what their keys do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fakes import engine_client as fake

from mtf_engine.domain.views import Confusion
from mtf_tui import workspace
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.widgets.score_table import ScoreTable

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


async def test_results_open_on_all_data_sets(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5")
        assert rows[1].strip().startswith("Decided on 2 of 4: logistic_regression wins churn")
        assert "★ best  ≈ equivalent  ? undecided  ▼ worse" in rows[2]
        assert any("CD 4.35" in row for row in rows)


async def test_a_pipeline_is_looked_at_alone(open_app: Any, press: Press) -> None:
    found = fake.results()
    raw = tuple(replace(score, pipeline="raw [/]") for score in found.scores if score.dataset != "diabetes")
    ranking = replace(found.rankings[0], pipeline="raw [/]", p_value=0.5)
    both = replace(found, scores=(*found.scores, *raw), rankings=(*found.rankings, ranking))
    run = fake.FakeRun(states=[fake.finished_state()], the_results=both)
    async with open_app(run) as pilot:
        rows = await press(pilot, "5")
        assert "p all pipelines" in rows[2]
        assert rows[2].rstrip().endswith("equivalent"), "a sign is shown with its word or not at all"
        assert any("svc_rbf · default" in row for row in rows)
        rows = await press(pilot, "p", *"raw", "enter")
        assert "p raw [/]" in rows[2]
        assert any("3 of 4" in row for row in rows)
        assert any("p 0.5" in row for row in rows), "the ranking of that pipeline"
        rows = await press(pilot, "o")
        assert "p raw [/]" in rows[2]
        assert not any("default" in row for row in rows)
        rows = await press(pilot, "p", *"all pip", "enter")
        assert any("· default" in row for row in rows)
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "p")
        assert len(pilot.app.screen_stack) == 1, "with one pipeline there is nothing to choose"
        assert "pipeline" not in rows[2]


async def test_one_data_set_answers_with_its_interval(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
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
        async with open_app(fake.finished_run(), size=size) as pilot:
            rows = await press(pilot, "5")
            assert "h checks" in rows[-1]
            rows = await press(pilot, "right", "enter")
            assert rows[-1].split("  ")[:2] == [" enter open", "h checks"]
            assert rows[1].rstrip().endswith("; ✗ 1 check failed, h shows why") is told
            rows = await press(pilot, "h")
            assert "h checks" not in rows[-1]


@pytest.mark.parametrize(("width", "where"), [(80, " on breast_cancer"), (70, "")])
async def test_an_undecided_data_set_says_so_whole(open_app: Any, press: Press, width: int, where: str) -> None:
    async with open_app(fake.finished_run(), size=(width, 24)) as pilot:
        rows = await press(pilot, "5", "enter")
        assert rows[1].strip() == f"Undecided{where}: A svc_rbf 0.9957; B to E cannot be told from it"
        assert rows[2].startswith(" d breast_cancer")


async def test_versus_compares_the_marked_models(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "right", "enter", "v")
        assert rows[1].strip() == "A beats B by 0.024 ±0.012 roc_auc on churn; p 0.0069 after Holm over 15 pairs"
        assert any("only A right" in row and "353" in row and "5.0 %" in row for row in rows)
        assert any(row.split()[:2] == ["log_loss", "↓"] and "A better" in row for row in rows)
        rows = await press(pilot, "escape", "down", "down", "v")
        assert "A logistic_regression  B random_forest" in rows[2], "the one under the cursor"
        rows = await press(pilot, "escape", "g", "down", "space", "down", "space", "v")
        assert "A hist_gradient_boosting  B random_forest" in rows[2]


async def test_versus_gives_the_interval_of_the_difference_under_the_cursor(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "right", "enter", "v")
        assert any(row.startswith(" roc_auc  A − B 0.024 [0.012, 0.036]") for row in rows)
        rows = await press(pilot, "down")
        assert any(row.startswith(" log_loss  A − B −0.0") and "[−0.0" in row for row in rows)
        rows = await press(pilot, "escape", "escape", "v")
        assert any(row.startswith(" roc_auc  A − B ") and "[" in row for row in rows), "over all data sets too"
    async with open_app(fake.finished_run(), size=(120, 40)) as pilot:
        rows = await press(pilot, "5", "right", "enter", "v")
        assert any(row.startswith(" roc_auc ↑ ") and "0.024 ±0.012" in row for row in rows)


async def test_versus_keeps_a_and_b_at_40_columns(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run(), size=(40, 20)) as pilot:
        rows = await press(pilot, "5", "right", "enter", "v")
        head = next(row.split() for row in rows if row.startswith(" metric"))
        assert head == ["metric", "A", "B", "A", "−", "B"]
        duel = next(row.split() for row in rows if row.startswith(" roc_auc"))
        assert duel[-5:] == ["0.772", "0.747", "0.024", "★", "A"]


async def test_versus_begins_with_rows_that_are_there(open_app: Any, press: Press) -> None:
    run = fake.finished_run()
    async with open_app(run) as pilot:
        await press(pilot, "5", "right", "enter", "v")
        rows = await press(pilot, "d", *"diab", "enter")
        assert any("enter lists the 240 rows A is nearer on" in row for row in rows), "not on none equally far"


async def test_versus_swaps_a_and_b_and_picks_another_pair(open_app: Any, press: Press) -> None:
    run = fake.finished_run()
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
    async with open_app(fake.finished_run()) as pilot:
        await press(pilot, "5", "right", "enter", "v", "x")
        rows = await press(pilot, "escape", "v")
        assert "A logistic_regression  B hist_gradient_boosting" in rows[2], "a pair nobody marked begins by rank"


async def test_versus_over_all_data_sets_swaps_and_picks_too(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
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
    run = fake.finished_run()
    async with open_app(run) as pilot:
        await press(pilot, "5", "right", "enter", "v", "tab", "down")
        rows = await press(pilot, "enter", "G")
        assert any("352" in row for row in rows)
    asked = [request for request in run.asked if request[0] == "rows"]
    assert [request[2:] for request in asked] == [({"which": "only_a"}, 0, 200), ({"which": "only_a"}, 200, 200)]


async def test_dialogs_with_details_tell_their_keys(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "right", "enter", "enter", "question_mark")
        text = "\n".join(rows)
        assert "Keys of this dialog" in text
        assert "Close without an answer." in text
        assert "Move the cursor down." in text
        assert "Open Sources" not in text, "keys of the screen below do not work in it"
        rows = await press(pilot, *"cursor", "enter")
        assert any("esc closes  ? keys" in row for row in rows), "help closes, the dialog stays"
        rows = await press(pilot, "escape", "v", "tab", "down", "enter", "f1")
        assert any("Copy the first 500 rows" in row for row in rows)
        rows = await press(pilot, "escape", "escape", "escape", "h", "enter")
        assert any("esc closes  ? keys" in row for row in rows)


async def test_esc_stops_what_a_view_waits_for_and_the_view_reads_it_when_it_is_opened_next(
    open_app: Any, press: Press, text_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(fake.FakeRun):
        holds, stopped = True, 0

        async def confusion(self, scope: Any) -> Any:
            try:
                await (asyncio.Event().wait() if self.holds else asyncio.sleep(0))
            except asyncio.CancelledError:
                self.stopped += 1
                raise
            return await super().confusion(scope)

    async def wait(pilot: Any, *keys: str) -> list[str]:
        await pilot.press(*keys)
        now[0] += 2
        pilot.app.refresh_page()
        await pilot.pause()
        return text_of(pilot)

    run, now = Slow(states=[fake.finished_state()], the_results=fake.results()), [fake.NOON]
    monkeypatch.setattr(workspace.time, "time", lambda: now[0])
    async with open_app(run) as pilot:
        await press(pilot, "5", "right")
        await pilot.press("enter")
        assert any(" reading  " in row and "esc" not in row for row in text_of(pilot)), "not long yet"
        assert any("reading  0:02  esc stops" in row for row in await wait(pilot))
        rows = await press(pilot, "escape")
        assert (run.stopped, "Data set × model" in rows[3]) == (1, True), "esc leaves the view too"
        run.holds = False
        assert any("was yes" in row for row in await press(pilot, "enter"))
    alone = replace(fake.results(), datasets=fake.results().datasets[1:2])
    run = Slow(states=[fake.finished_state()], the_results=alone)
    async with open_app(run) as pilot:
        assert any("reading  0:02  esc stops" in row for row in await wait(pilot, "5"))
        rows = await press(pilot, "escape")
        assert (run.stopped, "Scores" in rows[3]) == (1, True), "at the top there is nothing to leave"
        assert any("stopped; the view reads it" in row for row in rows)
        run.holds = False
        assert any("was yes" in row for row in await press(pilot, "c", "escape"))


async def test_curves_claim_no_lead_that_is_not_proven(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        for dataset, said in (("churn", "A logistic_regression leads "), ("breast_cancer", "is highest ")):
            await press(pilot, "5", "o", "d", *dataset, "enter")
            decided = pilot.app.page.selection.table.is_decided
            assert decided == (dataset == "churn")
            rows = await press(pilot, "c")
            assert said in rows[1], rows[1]


async def test_curves_cycle_read_off_and_zoom(open_app: Any, press: Press) -> None:
    run = fake.finished_run()
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
    async with open_app(fake.finished_run()) as pilot:
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
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "h")
        assert rows[1].strip() == "✗ 1 check failed, 1 warning, 1 passed, 1 did not run"
        assert "✗ fail" in rows[5]
        assert any("asked for 0.8" in row for row in rows)
        rows = await press(pilot, "G")
        assert any(row.startswith(" so ") and "as asked" in row for row in rows)


async def test_a_check_that_did_not_run_never_looks_like_a_pass(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "h", "down", "down")
        assert any("could not look; it is no pass" in row for row in rows)


async def test_failures_are_grouped_by_cause(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "f")
        assert rows[1].strip().startswith("✗ 3 cells failed for 2 causes")
        assert any("svr_rbf · diabetes · folds 1, 2" in row for row in rows)


async def test_the_matrix_view_follows_the_task(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "right", "enter", "m")
        assert "takes yes for no most: 1,258 of 1,891 rows" in rows[1]
        rows = await press(pilot, "d", *"diab", "enter", "m")
        assert any("Residuals" in row for row in rows)


async def test_the_cursor_of_the_confusion_matrix_reaches_every_cell(open_app: Any, press: Press) -> None:
    run = fake.finished_run()
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
    run = fake.finished_run()
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
    async with open_app(fake.finished_run()) as pilot:
        await press(pilot, "5")
        assert [view.NAME for view in pilot.app.screen.query(ResultsView)] == ["all"]
        await press(pilot, "right", "enter", "escape", "right", "enter")
        assert [view.NAME for view in pilot.app.screen.query(ResultsView)] == ["all", "scores"]
        assert [view.NAME for view in pilot.app.screen.query(ResultsView) if view.display] == ["scores"]


async def test_views_that_nothing_computes_have_no_key(open_app: Any, press: Press) -> None:
    async with open_app(replace(fake.finished_run(), has_views=False)) as pilot:
        rows = await press(pilot, "5", "right", "enter")
        assert "c curves" not in rows[-1]
        assert not any("Confusion" in row for row in rows)
        before = await press(pilot)
        assert await press(pilot, "c", "m") == before
