"""Every view as it looks on a fake engine, against pictures in the repository; a difference is shown row by row.

``MTF_UPDATE_SNAPSHOTS=1 python -m pytest tests/tui/test_snapshots.py`` writes them anew: look at what changed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake

from mtf_tui.terminal import Terminal

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]
FOLDER = Path(__file__).with_name("snapshots")
CASES = [((80, 24), "unicode"), ((120, 40), "unicode"), ((160, 45), "unicode"), ((80, 24), "ascii")]
VIEWS = (
    ("finished", ("4",)),
    ("all data sets", ("5",)),
    ("one data set", ("right", "enter")),
    ("one model", ("enter",)),
    ("curves", ("escape", "c", "right")),
    ("matrix", ("escape", "m")),
    ("versus", ("escape", "v")),
    ("rows", ("tab", "down", "enter")),
    ("checks", ("escape", "escape", "h")),
    ("failures", ("escape", "f")),
    ("export", ("e",)),
    ("regression", ("escape", "escape", "d", *"diab", "enter")),
    ("many classes", ("d", *"wine", "enter", "m")),
    ("runs", ("6",)),
    ("two runs", ("space", "down", "space", "c")),
)


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Clocks of the log show UTC on every machine."""
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()
    yield
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be set here")
@pytest.mark.parametrize(("size", "glyphs"), CASES, ids=[f"{w}x{h}-{glyphs}" for (w, h), glyphs in CASES])
async def test_views_look_as_they_did(
    open_app: Any, press: Press, text_of: Callable[[Any], list[str]], size: tuple[int, int], glyphs: str
) -> None:
    runs = [
        fake.FakeRun(states=[fake.finished_state()], the_results=fake.results()),
        fake.FakeRun(id="20261122T090000-churn-02bd", states=[fake.finished_state()]),
    ]
    terminal = Terminal(ascii_only=glyphs == "ascii")
    path = FOLDER / f"{size[0]}x{size[1]}-{glyphs}.txt"
    stored = views_of(path)
    seen: list[str] = []
    async with open_app(fake.FakeRun(), size=size, terminal=terminal) as pilot:
        pilot.app.clear_notifications()
        await press(pilot, "right")
        seen += ["== live", *await steady(pilot, text_of, stored.get("live"))]
    async with open_app(client=fake.FakeClient(runs), size=size, terminal=terminal) as pilot:
        for name, keys in VIEWS:
            await press(pilot, *keys)
            seen += [f"== {name}", *await steady(pilot, text_of, stored.get(name))]
    check(path, seen)


async def steady(pilot: Any, text_of: Callable[[Any], list[str]], stored: list[str] | None) -> list[str]:
    """What the screen shows once it shows the same three times in a row: panes that appear are laid out in steps.

    A busy machine may rest between two steps, so other rows than the stored ones get more time.
    """
    until = time.monotonic() + (3 if os.environ.get("MTF_UPDATE_SNAPSHOTS") else 30)
    seen: list[list[str]] = []
    while True:
        seen.append([row.rstrip() for row in text_of(pilot)])
        is_still = len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]
        if (is_still and seen[-1] == stored) or time.monotonic() > until:
            return seen[-1]
        await pilot.pause(0.05)


def views_of(path: Path) -> dict[str, list[str]]:
    """The stored rows of each view; none where there is no file yet."""
    views: dict[str, list[str]] = {}
    rows: list[str] = []
    for row in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if row.startswith("== "):
            views[row.removeprefix("== ")] = rows = []
        else:
            rows.append(row)
    return views


def check(path: Path, rows: list[str]) -> None:
    """Hold what is seen against a file, or write it."""
    if os.environ.get("MTF_UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert rows == path.read_text(encoding="utf-8").splitlines()
