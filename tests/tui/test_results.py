"""Results on a fake engine: what each view says in the states that real runs end in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake

from mtf_engine.domain.results import Results
from mtf_tui.widgets.score_table import ScoreTable

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


async def test_models_without_a_score_are_not_ranked_and_the_reason_is_given(open_app: Any, press: Press) -> None:
    ranking = replace(fake.results().rankings[0], mean_ranks=(), p_value=None, reason="Some models lack a score.")
    async with open_app(fake.finished_run(rankings=(ranking,))) as pilot:
        rows = await press(pilot, "5")
        assert any("not ranked: Some models lack a score." in row for row in rows)


async def test_checks_beside_the_scores_say_whom_they_are_about(open_app: Any, press: Press) -> None:
    failed = next(row for row in fake.checks() if row.model)
    asked = {**failed.evidence, "asked": "roc_auc ≥ 0.79, confident"}
    rows = tuple(replace(failed, evidence=asked, model=model) for model in ("logistic_regression", "random_forest"))
    async with open_app(fake.finished_run(checks=rows), size=(160, 45)) as pilot:
        beside = [row[92:] for row in await press(pilot, "5", "right", "enter")]
        assert any("✗ fail" in row and "logistic" in row for row in beside), beside
        assert any("✗ fail" in row and "random_f" in row for row in beside)


async def test_without_checks_it_is_said_how_one_is_added(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run(checks=())) as pilot:
        rows = await press(pilot, "5", "h")
        assert any("no checks in the plan: the key , opens the settings, where a adds one" in row for row in rows)
        assert "open" not in rows[-1], "there is nothing to open"


async def test_results_of_another_run_open_on_who_wins(open_app: Any, press: Press) -> None:
    earlier = fake.FakeRun(id="20261122T090000-churn-02bd", states=[fake.finished_state()], the_results=fake.results())
    async with open_app(client=fake.FakeClient([fake.finished_run(), earlier])) as pilot:
        rows = await press(pilot, "5", "f", "4", "5")
        assert any("Failures by cause" in row for row in rows), "of the same run the view stays"
        rows = await press(pilot, "6", "down", "enter")
        assert any("Data set × model" in row for row in rows), rows


async def test_a_failing_check_leads_to_the_rows_it_failed_on(open_app: Any, press: Press) -> None:
    run = fake.finished_run()
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "h")
        text = "\n".join(rows)
        assert "asked for 0.8" in text
        assert "next      enter lists the rows that logistic_regression is most wrong on" in text
        rows = await press(pilot, "enter")
        assert any("Rows that logistic_regression is most wrong on · churn" in row for row in rows)
    assert [request[2] for request in run.asked if request[0] == "rows"] == [{"which": "largest_errors"}]


async def test_a_data_check_opens_all_its_evidence(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "h", "G", "enter")
        assert any("overlap" in row and "0" in row for row in rows)
        assert any("docs/reference/checks.md" in row for row in rows)


async def test_many_checks_leave_room_for_the_evidence(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run(checks=fake.checks() * 10)) as pilot:
        rows = await press(pilot, "5", "h", "G")
        assert any(row.startswith(" so ") for row in rows)


async def test_failures_open_their_log_and_are_run_again(open_app: Any, press: Press) -> None:
    run = fake.finished_run()
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "f", "enter")
        assert any("svr_rbf on diabetes" in row for row in rows)
        await press(pilot, "escape", "R")
        assert pilot.app.page.SCOPE == "run"
    assert ("resume", None) in run.asked


async def test_two_models_over_all_data_sets(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "space", "down", "down", "space")
        marked = [row.split()[1] for row in rows if row.startswith(" ▸")]
        assert marked == ["logistic_regression", "hist_gradient_boost…"]
        assert any("· 2 marks" in row for row in rows)
        rows = await press(pilot, "v")
        assert rows[1].strip() == "A beats B on 1 of 3 data sets; 2 undecided"
        assert rows[2].startswith(" A logistic_regression  B hist_gradient_boosting   d all data sets   t primary")
        assert any("3 of 4 data sets have both" in row for row in rows)
        churn = next(row for row in rows if row.startswith(" churn"))
        assert "★ A better" in churn
        assert any("Win-tie-loss" in row and "1-2-0" in row for row in rows)
        assert any(row.split()[:4] == ["?", "undecided", "2", "67"] for row in rows)
        rows = await press(pilot, "down", "enter")
        assert rows[1].startswith(" A beats B by 0.024 ±0.012 roc_auc on churn")
        assert "A logistic_regression  B hist_gradient_boosting" in rows[2], "the same two"
        rows = await press(pilot, "d", *"all", "enter")
        assert rows[1].strip() == "A beats B on 1 of 3 data sets; 2 undecided"
        rows = await press(pilot, "escape")
        assert rows[1].strip().startswith("Decided on")


async def test_over_all_data_sets_the_first_by_mean_place_are_compared(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "v")
        assert rows[2].startswith(" A logistic_regression  B svc_rbf ")
        assert any("3 of 4 data sets have both" in row for row in rows)
        rows = await press(pilot, "escape", *["down"] * 5, "space", "v")
        assert rows[2].startswith(" A ridge  B hist_gradient_boosting "), "the best of those that share a data set"
        assert any("1 of 4 data sets have both" in row for row in rows)


async def test_models_of_a_regression_are_told_apart_by_their_error(open_app: Any, press: Press) -> None:
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5", "d", *"diab", "enter", "v")
        assert any(row.startswith(" A is nearer") for row in rows)
        assert any("by the size of the error" in row for row in rows)


async def test_the_list_on_the_screen_is_written_in_full_precision(
    open_app: Any, press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_app(fake.finished_run()) as pilot:
        await press(pilot, "5", "right", "enter", "e", "down", "enter")
    written = (tmp_path / "reports" / "churn-7f3a-table.tsv").read_text(encoding="utf-8")
    assert written.splitlines()[1].split("\t")[1:4] == ["logistic_regression", "default", "0.7716"]


async def test_a_report_is_copied(open_app: Any, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    run = fake.finished_run()
    async with open_app(run) as pilot:
        copied: list[str] = []
        monkeypatch.setattr(pilot.app.notices, "copy", lambda text, **_: copied.append(text))
        await press(pilot, "5", "e", "right", "y")
    assert copied == ["a report as markdown"]


async def test_a_confusion_leads_to_its_rows(open_app: Any, press: Press) -> None:
    run = fake.finished_run()
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "d", *"wine", "enter", "m")
        assert any(row.split()[:4] == ["1", "0", "3", "4"] for row in rows)
        assert any("0.983 [0.963, 0.993]" in row for row in rows)
        await press(pilot, "enter")
        rows = await press(pilot, "escape", "tab", "j", "j", "enter")
        assert any("Rows of A: was 1, said 1 · wine" in row for row in rows), "right ones too"
    asked = [request[2] for request in run.asked if request[0] == "rows"]
    assert asked == [{"which": "confusion", "truth": truth, "prediction": said} for truth, said in ((1, 0), (1, 1))]


async def test_residuals_lead_to_the_largest_errors(open_app: Any, press: Press) -> None:
    run = fake.finished_run()
    async with open_app(run) as pilot:
        await press(pilot, "5", "d", *"diab", "enter", "m", "enter")
    assert [request[2] for request in run.asked if request[0] == "rows"] == [{"which": "largest_errors"}]


async def test_curves_of_many_classes_are_about_the_one_that_is_picked(open_app: Any, press: Press) -> None:
    run = fake.finished_run()
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "d", *"wine", "enter", "c")
        assert any("0 against the rest" in row for row in rows)
        rows = await press(pilot, "enter", "down", "enter")
        assert any("1 against the rest" in row for row in rows)


async def test_fifty_data_sets_have_a_row_each(open_app: Any, press: Press) -> None:
    base = fake.results()
    names = [f"set_{number:02}" for number in range(50)]
    churn = next(row for row in base.datasets if row.name == "churn")
    changes = {
        "datasets": tuple(replace(churn, name=name) for name in names),
        "scores": tuple(replace(s, dataset=name) for name in names for s in base.scores if s.dataset == "churn"),
        "comparisons": tuple(
            replace(c, dataset=name) for name in names for c in base.comparisons if c.dataset == "churn"
        ),
        "rankings": (),
    }
    async with open_app(fake.finished_run(**changes)) as pilot:
        rows = await press(pilot, "5", "G")
        assert rows[1].strip().startswith("Decided on 50 of 50")
        last = next(row for row in rows if row.startswith(" set_49"))
        assert last.split()[1] == "roc_auc"
        assert last.split()[2].startswith("logistic")
        assert last.split()[3] == "0.772"
        assert "★ best" in last
        rows = await press(pilot, "enter")
        assert rows[2].startswith(" d set_49")


def doubtful() -> fake.FakeRun:
    """Comparisons of churn whose intervals leave out zero and that Holm's correction leaves undecided."""
    rows = tuple(
        replace(row, low=-0.2, high=-0.06, difference=-0.13, verdict="undecided", p_adjusted=0.071)
        if row.dataset == "churn"
        else row
        for row in fake.results().comparisons
    )
    gaps = tuple(replace(row, minimum_detectable_difference=0.03 + 0.01 * i) for i, row in enumerate(rows))
    return fake.finished_run(comparisons=gaps)


async def test_each_model_says_what_its_own_comparison_could_have_seen(open_app: Any, press: Press) -> None:
    run = doubtful()
    async with open_app(run, size=(120, 40)) as pilot:
        rows = await press(pilot, "5", "right", "enter")
        assert sum("could have gone unseen" in row for row in rows) == 1
        said = [row for row in await press(pilot, "down") if "to A: " in row and " · could have seen 0." in row]
        again = [row for row in await press(pilot, "down") if "to A: " in row and " · could have seen 0." in row]
        assert (len(said), len(again)) == (1, 1)
        assert said != again


async def test_an_interval_without_zero_and_an_undecided_verdict_are_explained(open_app: Any, press: Press) -> None:
    async with open_app(doubtful(), size=(120, 40)) as pilot:
        rows = await press(pilot, "5", "right", "enter")
        assert any("paired, 95 %, before Holm" in row for row in rows)
        assert any("p 0.071 after Holm" in row for row in rows)
        assert any("? undecided" in row and "p 0.071" in row for row in await press(pilot, "v"))
    async with open_app(doubtful()) as pilot:
        rows = await press(pilot, "5", "right", "enter", "v")
        assert any("? undecided" in row and "p 0.071" in row for row in rows)


async def test_a_failed_check_claims_no_more_than_its_interval_does(open_app: Any, press: Press) -> None:
    rows = tuple(replace(row, evidence={**row.evidence, "confident": True}) for row in fake.checks())
    async with open_app(fake.finished_run(checks=rows)) as pilot:
        text = " ".join(" ".join(await press(pilot, "5", "h")).split())
        assert "a real miss, not noise; more test rows would not turn it" in text


def crowd(models: int) -> Results:
    """Many models on one data set, each a little worse than the one before."""
    found = fake.results()
    first = next(score for score in found.scores if score.dataset == "churn" and score.metric == "roc_auc")
    pair = next(row for row in found.comparisons if row.dataset == "churn" and row.metric == "roc_auc")
    scores = tuple(
        replace(first, model=f"model_{number:03}", estimate=0.9 - number / 1000, low=0.88 - number / 1000,
                high=0.92 - number / 1000)
        for number in range(models)
    )  # fmt: skip
    best = scores[0].model
    comparisons = tuple(
        replace(pair, a=best, b=score.model, difference=number / 1000, low=number / 1000 - 0.01,
                high=number / 1000 + 0.01)
        for number, score in enumerate(scores[1:], start=1)
    )  # fmt: skip
    datasets = tuple(row for row in found.datasets if row.name == "churn")
    return replace(
        found, datasets=datasets, scores=scores, comparisons=comparisons, rankings=(), checks=(), failures=(), timing=()
    )


async def test_a_table_has_a_row_for_every_model_of_the_results_that_came_meanwhile(
    open_app: Any, press: Press
) -> None:
    """Seen again, it is as high as what it shows now."""
    few = fake.FakeRun(states=[fake.finished_state()], the_results=crowd(3))
    more = fake.FakeRun(id="20261122T090000-churn-02bd", states=[fake.finished_state()], the_results=crowd(7))
    async with open_app(client=fake.FakeClient([few, more])) as pilot:
        rows = await press(pilot, "5")
        assert any(row.startswith(" C  model_002") for row in rows), rows
        await press(pilot, "v", "4")
        pilot.app.following.open(more.id)
        rows = await press(pilot, "5")
        assert any("7 of 7 models" in row for row in rows), rows
        assert [row[:13] for row in rows if row[4:10] == "model_"] == [
            f" {a}  model_00{i}" for i, a in enumerate("ABCDEFG")
        ]


async def test_of_500_models_the_top_200_are_listed_and_a_filter_finds_the_rest(open_app: Any, press: Press) -> None:
    run = fake.FakeRun(states=[fake.finished_state()], the_results=crowd(500))
    async with open_app(run) as pilot:
        rows = await press(pilot, "5")
        assert any("top 200 of 500 models" in row for row in rows)
        table = pilot.app.screen.query_one("#scores", ScoreTable)
        assert table.keys == tuple(f"default\0model_{number:03}" for number in range(200))
        rows = await press(pilot, "G")
        assert any(row.startswith("    model_199") for row in rows)
        assert any("300 more; / finds them" in row for row in rows)
        rows = await press(pilot, "slash", *"model_4", "enter")
        assert len(table.keys) == 100
        assert any("“model_4” 100 of 500" in row for row in rows)
        assert table.sheet is not None
        assert len(table.sheet.rows) == 100


async def test_of_many_models_the_differences_are_those_around_the_cursor(open_app: Any, press: Press) -> None:
    run = fake.FakeRun(states=[fake.finished_state()], the_results=crowd(500))
    async with open_app(run, size=(160, 45)) as pilot:
        rows = await press(pilot, "5")
        assert any("Difference to A" in row and "2–9 of 500" in row for row in rows)
        rows = await press(pilot, *["pagedown"] * 2)
        table = pilot.app.screen.query_one("#scores", ScoreTable)
        at = table.keys.index(table.cursor or "") + 1
        assert at > 26, "beyond the letters"
        head = next(number for number, row in enumerate(rows) if "Difference to A" in row)
        places = [int(row.split()[0]) for row in rows[head + 1 : head + 9]]
        assert places == list(range(at - 4, at + 4)), "places stand where there are no letters"
        assert any(f"{at - 4}–{at + 3} of 500" in row for row in rows)


async def test_scores_of_several_classes_have_the_recall_of_each_beside_them(open_app: Any, press: Press) -> None:
    run = fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "d", *"wine", "enter")
        head = next(at for at, row in enumerate(rows) if "Recall A" in row)
        seen = [row[-29:].split() for row in rows[head + 1 : head + 5]]
        assert [line[0] for line in seen] == ["class", "0", "1", "2"]
        assert all(line[2].startswith("[") and line[3].endswith("]") for line in seen[1:])
    assert [asked for asked in run.asked if asked[0] == "class_recalls"]


async def test_models_are_marked_where_each_data_set_is_a_row(open_app: Any, press: Press) -> None:
    found = fake.results()
    churn = next(row for row in found.datasets if row.name == "churn")
    names = [f"set_{number:02}" for number in range(40)]
    scores = [score for score in found.scores if score.dataset == "churn" and score.metric == "roc_auc"]
    pairs = [row for row in found.comparisons if row.dataset == "churn" and row.metric == "roc_auc"]
    many = fake.finished_run(
        datasets=tuple(replace(churn, name=name) for name in names),
        scores=tuple(replace(score, dataset=name) for name in names for score in scores),
        comparisons=tuple(replace(row, dataset=name) for name in names for row in pairs),
        rankings=(),
    )
    async with open_app(many) as pilot:
        rows = await press(pilot, "5")
        assert rows[-1].split("mark")[0].endswith("space "), "space is offered"
        rows = await press(pilot, "down", "space", "right", "space")
        assert any("40 of 40 × 6 models · 2 marks" in row for row in rows)
        assert all("▸ logistic" in row and "▸ hist" in row for row in rows if row.startswith(" set_"))
        rows = await press(pilot, "v")
        assert rows[1].rstrip() == " A beats B on 40 of 40 data sets"
        assert "A logistic_regression  B hist_gradient_boosting" in rows[2]
        assert any("40 of 40 data sets have both" in row for row in rows)


async def test_versus_keeps_its_bars_at_80_columns_and_says_what_holm_makes_of_a_metric(
    open_app: Any, press: Press
) -> None:
    async with open_app(doubtful()) as pilot:
        rows = await press(pilot, "5", "right", "enter", "v")
        assert any("B better 0 A better" in row for row in rows)
        assert any("A − B, paired, 95 %, before Holm" in row for row in rows)
        assert any(row.startswith(" roc_auc  A − B −0.130 [−0.200, −0.060]  p 0.071 after Holm") for row in rows)


async def test_mean_ranks_of_many_models_keep_their_critical_difference_in_sight(open_app: Any, press: Press) -> None:
    ranking = fake.results().rankings[0]
    names = tuple(f"model_{number:03}" for number in range(300))
    many = replace(ranking, models=names, mean_ranks=tuple(float(number + 1) for number in range(300)))
    async with open_app(fake.finished_run(rankings=(many,))) as pilot:
        rows = await press(pilot, "5")
        assert any(row.startswith(" A model_000") for row in rows)
        assert any("295 more models" in row for row in rows)
        assert any("CD 4.35" in row for row in rows)
    async with open_app(fake.finished_run()) as pilot:
        assert not any("more model" in row for row in await press(pilot, "5"))


@pytest.mark.parametrize(("half", "is_said"), [(0.2, True), (0.01, False)])
async def test_the_note_speaks_of_a_band_only_where_it_is_seen(
    open_app: Any, press: Press, half: float, is_said: bool
) -> None:
    class Banded(fake.FakeRun):
        async def curves(self, *asked: Any) -> Any:
            found = await super().curves(*asked)
            best = found.series[0]
            low, high = tuple(y - half for y in best.y), tuple(y + half for y in best.y)
            note = f"out-of-fold · band 95% of {best.model}, pointwise · AUC is the mean of folds"
            return replace(found, series=(replace(best, low=low, high=high), *found.series[1:]), note=note)

    run = Banded(states=[fake.finished_state()], the_results=fake.results())
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "right", "enter", "c")
        assert ("band 95 % of A" in rows[3]) is is_said
        assert "out-of-fold" in rows[3]


async def test_a_path_that_no_disk_takes_is_typed_without_harm(open_app: Any, press: Press) -> None:
    run = fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())
    async with open_app(run) as pilot:
        await press(pilot, "5", "e", "tab")
        pilot.app.focused.value = f"{'long' * 100}.html"
        rows = await press(pilot, "x")
        assert any("longlong" in row for row in rows)
        pilot.app.focused.value = "\x1b]0;owned\x07\0.html"
        assert not any("\x1b" in row for row in await press(pilot))
