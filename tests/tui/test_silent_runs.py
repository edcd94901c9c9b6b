"""Runs that fall silent and models that hang: what is said of them, and that nothing is said without need."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest
from fakes import engine_client as fake

from mtf_engine.api import RunHandle
from mtf_engine.domain.event import RunStarted
from mtf_engine.domain.run import CellStatus, RunStatus
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import EventWriter
from mtf_engine.storage import lock
from mtf_tui.engine_client import LocalRun
from mtf_tui.helper import Helper
from mtf_tui.screens.cell_dialog import CellDialog
from mtf_tui.time_left import Countdown, seconds_left

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


def silent(seconds: float, status: RunStatus = RunStatus.RUNNING) -> fake.FakeRun:
    """A run on another host that was last heard of some time ago."""
    return fake.FakeRun(states=[replace(fake.running_state(), status=status, host="gpu-1", silent=seconds)])


async def test_a_run_on_another_host_that_falls_silent_is_told(open_app: Any, press: Press) -> None:
    run = silent(35.0)
    async with open_app(run) as pilot:
        rows = await press(pilot)
        assert rows[1].startswith(" ! no sign of life for 35 s on gpu-1; r takes over after 1:00")
        assert rows[0].rstrip().endswith("! silent 35 s")
        await press(pilot, "r")
        told = [notification.message for notification in pilot.app._notifications]
        assert told[-1:] == ["gpu-1 may still be at work: r takes over in 25 s"]
    assert ("resume", None) not in run.asked


async def test_a_run_on_another_host_that_is_gone_is_taken_over(open_app: Any, press: Press) -> None:
    run = silent(95.0, RunStatus.INTERRUPTED)
    client = fake.FakeClient([run])
    async with open_app(client=client) as pilot:
        rows = await press(pilot)
        assert rows[1].startswith(" ! no sign of life for 1:35 on gpu-1; r takes over, ")
        await press(pilot, "r")
    assert ("resume", None) in run.asked
    assert all(asked[0] != "start" for asked in client.asked), "the run that is shown, not the open settings"


async def test_a_beating_heart_is_no_news(open_app: Any, press: Press) -> None:
    async with open_app(silent(6.0)) as pilot:
        rows = await press(pilot)
        assert rows[1].startswith(" Running: ")


async def test_silence_is_told_though_nothing_happens(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    writer = EventWriter(run.events)
    writer.append(RunStarted(1, "gpu-1", "t", 1))
    writer.close()
    run.lock.write_bytes(msgspec.json.encode(lock.Owner("t", 1, "then", "another", "gpu-1")))
    told = []
    with anyio.fail_after(20):
        async for update in LocalRun(RunHandle(run), Helper()).watch(interval=0.01):
            told.append((update.state.status, update.state.is_silent))
            age = (0, 35, 90)[min(2, len(told))]
            beat = run.lock.stat().st_mtime - age
            os.utime(run.lock, (beat, beat))
    assert told[0] == (RunStatus.PREPARING, False)
    assert (RunStatus.PREPARING, True) in told
    assert told[-1] == (RunStatus.INTERRUPTED, True)


def hanging(seconds: float) -> fake.FakeRun:
    """A live run whose running cells have run for some time; all that are done took 3 s."""
    state = fake.running_state()
    cells = {
        name: replace(cell, started=fake.NOON - seconds) if cell.status is CellStatus.RUNNING else cell
        for name, cell in state.cells.items()
    }
    return fake.FakeRun(states=[replace(state, cells=cells)])


async def test_nobody_knows_how_long_a_hanging_model_takes(open_app: Any, press: Press) -> None:
    async with open_app(hanging(1.0)) as pilot:
        assert ", about " in (await press(pilot))[1]
    async with open_app(hanging(130.0)) as pilot:
        assert ", time left unknown, elapsed " in (await press(pilot))[1]
        rows = await press(pilot, "right", "down", "down", "enter")
        assert isinstance(pilot.app.screen, CellDialog)
        assert any("running" in row and "2:10" in row for row in rows)


def test_what_is_late_is_not_about_to_end() -> None:
    plan, state = fake.plan(), fake.finished_state()
    last = next(cell for cell in state.cells.values() if cell.status is CellStatus.FINISHED)

    def left(seconds: float) -> float | None:
        late = replace(last, status=CellStatus.RUNNING, seconds=None, started=fake.NOON - seconds)
        now = replace(state, status=RunStatus.RUNNING, finished=None, cells={**state.cells, last.cell: late})
        return seconds_left(plan, now, fake.NOON)

    assert [round(left(seconds) or 0.0, 1) for seconds in (1.0, 2.9, 4.5, 11.9)] == [2.0, 0.3, 1.5, 8.9]
    assert left(12.1) == math.inf, "four times as long as any of its kind"
    countdown = Countdown()
    assert [countdown.update(value, fake.NOON) for value in (40.0, math.inf, 12.0)] == [40.0, math.inf, 12.0]
