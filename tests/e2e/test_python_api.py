"""The engine from Python, as the contract shows it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest

import mtf_engine as mtf
from mtf_engine import api
from mtf_engine.domain.event import CellFinished, RunFinished


@pytest.fixture
def engine(small, monkeypatch):
    """The facade, at home in a copy of the small run."""
    monkeypatch.setenv("MTF_HOME", str(small.home))
    return small


def test_plan_start_events_results(engine):
    plan = mtf.plan(engine.settings)
    assert len(plan.cells) == 9
    run = mtf.start(plan)
    assert not run.launched, "an equal plan is only opened"
    events = list(run.events())
    assert sum(isinstance(event, CellFinished) for event in events) == 9
    assert isinstance(events[-1], RunFinished)
    results = run.results()
    frame = results.to_pandas()
    assert list(frame["estimate"]) == [score.estimate for score in results.scores]
    assert set(results.to_pandas("timing")["model"]) == {"logistic_regression", "gaussian_naive_bayes", "baseline"}
    with pytest.raises(ValueError, match="Did you mean 'scores'"):
        results.to_pandas("score")


@pytest.mark.usefixtures("engine")
def test_events_can_be_awaited():
    async def counts() -> set[int]:
        direct = len([event async for event in mtf.open_run("last")])
        now = len([event async for event in mtf.open_run("last").events(follow=False)])
        return {direct, now, len([event async for event in mtf.open_run("last").events()])}

    assert asyncio.run(counts()) == {len(list(mtf.open_run("last").events(follow=False)))}


@pytest.mark.usefixtures("engine")
def test_listing_and_opening():
    (info,) = api.runs()
    assert mtf.open_run(info.id[:12]).id == mtf.open_run("small").id == mtf.open_run("last").id == info.id
    with pytest.raises(AttributeError, match="sart"):
        mtf.sart  # noqa: B018


def test_importing_the_engine_loads_nothing_heavy():
    code = "import json, sys, mtf_engine, mtf_engine.api; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert not loaded & {"numpy", "pandas", "sklearn", "scipy", "pyarrow", "textual", "mtf_tui"}
