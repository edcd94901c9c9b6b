"""The history of runs, and two of them compared, on a fake engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from fakes import engine_client as fake
from tui.conftest import painted

from mtf_engine.domain.difference import Change, RunDifference
from mtf_tui.engine_protocol import RunUpdate
from mtf_tui.messages import RunUpdated
from mtf_tui.pictures.difference import difference_answer
from mtf_tui.pictures.runs import history_answer
from mtf_tui.text import fitted
from mtf_tui.themes import Look

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


async def test_two_runs_are_compared_down_to_the_rows_that_flipped(open_app: Any, press: Press) -> None:
    earlier = fake.FakeRun(id="20261122T090000-churn-02bd", states=[fake.finished_state()])
    client = fake.FakeClient([fake.finished_run(), earlier])
    async with open_app(client=client) as pilot:
        rows = await press(pilot, "6", "space", "j", "space", "c")
        assert rows[1].strip().startswith("Worse: logistic_regression fell by 0.0060 ±0.0040 roc_auc on churn (paired)")
        assert any("Scores" in row and "1 worse of 2 scores" in row for row in rows)
        assert any("pipeline[0].impute.numeric" in row and "median → mean" in row for row in rows)
        assert any("61 · 40 right to wrong, 21 wrong to right" in row for row in rows)
        rows = await press(pilot, "enter")
        assert any("61 rows that flipped · churn · logistic_regression" in row for row in rows)
        assert any("rows · the first 2 of 61" in row for row in rows), "not all that flipped are listed"
        assert any("before" in row and "after" in row for row in rows)
        rows = await press(pilot, "escape", "escape")
        assert any("churn-02bd" in row for row in rows)
    asked = [request for request in earlier.asked if request[0] == "rows"]
    assert [request[2] for request in asked] == [{"which": "rows", "rows": [3, 17]}]


async def test_the_history_follows_what_becomes_of_the_open_run(open_app: Any, press: Press) -> None:
    run = fake.FakeRun()
    async with open_app(run) as pilot:
        rows = await press(pilot, "6")
        assert "1 live" in rows[1]
        assert any("▸ 70 %" in row for row in rows[3:])
        run.states = [fake.finished_state()]
        pilot.app.post_message(RunUpdated(run, RunUpdate(fake.finished_state(), ())))
        rows = await press(pilot)
        assert "live" not in rows[1]
        assert any("✓ done" in row for row in rows[3:]), rows


async def test_a_comparison_is_not_begun_again_while_the_history_is_followed(open_app: Any, press: Press) -> None:
    class Client(fake.FakeClient):
        def __init__(self, *runs: fake.FakeRun) -> None:
            super().__init__(list(runs))
            self.may_answer = asyncio.Event()

        async def compare(self, before: str, after: str) -> RunDifference:
            found = await super().compare(before, after)
            await self.may_answer.wait()
            return found

    old = fake.FakeRun(id="20261122T090000-churn-02bd", states=[fake.finished_state()])
    older = fake.FakeRun(id="20261121T090000-churn-01aa", states=[fake.finished_state()])
    client = Client(fake.FakeRun(), old, older)
    async with open_app(client=client) as pilot:
        await pilot.press("6")
        await painted(pilot)
        for _ in range(3):
            pilot.app.page._look_again()
            await painted(pilot)
        client.may_answer.set()
        await press(pilot)
        assert sum(asked[0] == "compare" for asked in client.asked) == 1
        pilot.app.page._look_again()
        await press(pilot)
        assert sum(asked[0] == "compare" for asked in client.asked) == 1, "it is known"


def test_what_changed_on_the_primary_metric_is_told_first_and_never_cut() -> None:
    found = fake.changed()
    lost = replace(found.scores[0], metric="balanced_accuracy")
    won = replace(found.scores[0], verdict="better", difference=0.02, low=0.01, high=0.03)
    look = Look()
    for primary, told in (("roc_auc", "Better: logistic_regression rose"), ("f1", "Worse: logistic_regression fell")):
        both = replace(found, scores=(lost, won), primary={"churn": primary})
        assert difference_answer(both, look).plain.startswith(told)
        for sentence in (difference_answer(both, look), history_answer((fake.finished_run().entry(),), both, look)):
            assert fitted(sentence, 78).cell_len <= 78, fitted(sentence, 78).plain


async def test_a_run_is_renamed_and_keeps_its_id(open_app: Any, press: Press) -> None:
    client = fake.FakeClient([fake.finished_run()])
    async with open_app(client=client) as pilot:
        rows = await press(pilot, "6", "R", *"second", "enter")
        assert ("rename", "20261123T143000-churn-7f3a", "second") in client.asked
        assert any("second 7f3a" in row for row in rows)


async def test_a_comparison_shows_all_its_panes_and_lists_the_rows_of_the_score_under_the_cursor(
    open_app: Any, press: Press
) -> None:
    """At 80x24 with many causes, scores and flips; the next comparison begins at the top, in rows of its own."""
    small = fake.changed()
    many = replace(
        small,
        settings=tuple(Change(f"steps[{i}]", None, "present") for i in range(13)),
        scores=tuple(replace(small.scores[0], model=f"model_{i}", metric=f"metric_{i}") for i in range(40)),
        flips=tuple(replace(small.flips[0], model=f"model_{i}", right_to_wrong=i, wrong_to_right=0) for i in range(9)),
    )
    found = [many, small]

    class Client(fake.FakeClient):
        async def compare(self, before: str, after: str) -> RunDifference:
            return replace(found[0], before=before, after=after)

    earlier = fake.FakeRun(id="20261122T090000-churn-02bd", states=[fake.finished_state()])
    async with open_app(client=Client([fake.finished_run(), earlier]), size=(80, 24)) as pilot:
        rows = await press(pilot, "6", "space", "j", "space", "c")
        heads = [at for at, row in enumerate(rows) if row[:1] in "─━"]
        assert all(after - before >= 5 for before, after in zip(heads, [*heads[1:], 23], strict=True)), rows
        assert any("model_8" in row and row.split()[-3:] == ["8", "0", "6,985"] for row in rows)
        rows = await press(pilot, "shift+tab", "down", "down", "enter")
        assert any("2 rows that flipped · churn · model_2" in row for row in rows), rows
        rows = await press(pilot, "escape", "G", "enter")
        assert not any("that flipped ·" in row for row in rows), "no row of model_39 flipped"
        found[0] = small
        rows = await press(pilot, "escape", "c")
        heads = [at for at, row in enumerate(rows) if row[:1] in "─━"]
        assert [after - before for before, after in pairwise(heads)] == [3, 5], rows
