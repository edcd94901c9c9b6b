"""Results on a fake engine: what each view says in the states that real runs end in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fakes import engine_client as fake

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


def finished(**changes: Any) -> fake.FakeRun:
    """A run that is over, with results that differ from the fake's in some fields."""
    return fake.FakeRun(states=[fake.finished_state()], the_results=replace(fake.results(), **changes))


async def test_models_without_a_score_are_not_ranked_and_the_reason_is_given(open_app: Any, press: Press) -> None:
    ranking = replace(fake.results().rankings[0], mean_ranks=(), p_value=None, reason="Some models lack a score.")
    async with open_app(finished(rankings=(ranking,))) as pilot:
        rows = await press(pilot, "5")
        assert any("not ranked: Some models lack a score." in row for row in rows)


async def test_a_failing_check_leads_to_the_rows_it_failed_on(open_app: Any, press: Press) -> None:
    run = finished()
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "h")
        text = "\n".join(rows)
        assert "asked for 0.8" in text
        assert "next      enter lists the rows that logistic_regression is most wrong on" in text
        rows = await press(pilot, "enter")
        assert any("Rows that logistic_regression is most wrong on · churn" in row for row in rows)
    assert [request[2] for request in run.asked if request[0] == "rows"] == [{"which": "largest_errors"}]


async def test_a_data_check_opens_all_its_evidence(open_app: Any, press: Press) -> None:
    async with open_app(finished()) as pilot:
        rows = await press(pilot, "5", "h", "G", "enter")
        assert any("overlap" in row and "0" in row for row in rows)
        assert any("docs/reference/checks.md" in row for row in rows)


async def test_many_checks_leave_room_for_the_evidence(open_app: Any, press: Press) -> None:
    async with open_app(finished(checks=fake.checks() * 10)) as pilot:
        rows = await press(pilot, "5", "h", "G")
        assert any(row.startswith(" so ") for row in rows)


async def test_failures_open_their_log_and_are_run_again(open_app: Any, press: Press) -> None:
    run = finished()
    async with open_app(run) as pilot:
        rows = await press(pilot, "5", "f", "enter")
        assert any("svr_rbf on diabetes" in row for row in rows)
        await press(pilot, "escape", "R")
        assert pilot.app.page.SCOPE == "run"
    assert ("resume", None) in run.asked
