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
