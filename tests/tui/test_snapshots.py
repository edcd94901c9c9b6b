"""Every view on a fake engine, as text and as styles in every look, against pictures in the repository.

The files of styles hold a letter for each cell, capital where it is bold, and below each view what the letters stand
for: once for the themes, which name their colours alike, and once for ``NO_COLOR``. Two letters that are the same there
differ by colour alone.

``MTF_UPDATE_SNAPSHOTS=1 python -m pytest tests/tui/test_snapshots.py`` writes them anew: look at what changed.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from pictures import files, styles, walks
from pictures.styles import Cell
from pictures.walks import Walk
from textual.geometry import Region
from textual.strip import Strip

from mtf_tui.screens import source_dialog
from mtf_tui.terminal import Terminal

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be set here"),
]
Rows = Mapping[str, Sequence[str]]
THEMES = ("mtf-dark", "mtf-light", "mtf-cvd")
"""In the order in which the key switches them."""

NO_COLOR = "NO_COLOR"
"""With ASCII signs: what is left without either carries the meaning."""

EVERY_LOOK = (*THEMES, NO_COLOR)
TWO_LOOKS = (THEMES[0], NO_COLOR)
"""Of walks whose painters are seen in the other looks too, in larger windows: each look takes as long as the first."""

SMALL = [
    (walks.RESULTS, EVERY_LOOK),
    *((walk, TWO_LOOKS) for walk in (walks.QUESTIONS, walks.PLAN, walks.RUN, walks.START)),
]
LARGE = [
    (walk, size, look)
    for walk in (walks.RESULTS, walks.PAGES)
    for size, look in (((120, 40), "mtf-light"), ((160, 45), "mtf-cvd"))
]


@dataclass(frozen=True)
class Seen:
    """A view that was come by."""

    name: str
    rows: list[str]
    cells: list[list[Cell]]
    spoken: list[Region]
    """What is not dimmed."""


@pytest.fixture(autouse=True)
def _anywhere(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Clocks show UTC on every machine, and nobody waits for the next key."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr(source_dialog, "_PAUSE", 0.01)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def visit(
    open_app: Any, press: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., AsyncIterator[Seen]]:
    """Go a way through the app in one look."""

    async def visited(walk: Walk, size: tuple[int, int], look: str, expected: Rows) -> AsyncIterator[Seen]:
        folder = tmp_path / look
        folder.mkdir()
        walk.lay_out(folder)
        monkeypatch.chdir(folder)
        terminal = Terminal()
        if look == NO_COLOR:
            monkeypatch.setenv("NO_COLOR", "1")
            terminal = Terminal(colour=False, ascii_only=True)
        options = {"settings": None, "state_home": folder / "state", **walk.options}
        async with open_app(client=walk.client(), size=size, terminal=terminal, **options) as pilot:
            await press(pilot, *"T" * (THEMES.index(look) if look in THEMES else 0))
            patience = 30.0
            for name, steps in walk.views:
                for is_typed, together in groupby(steps, lambda step: isinstance(step, str)):
                    if is_typed:
                        await press(pilot, *together)
                    else:
                        for step in together:
                            step(pilot.app)
                        await press(pilot)
                rows = await steady(pilot, expected.get(name), patience)
                patience = 30.0 if rows == expected.get(name) else 1.0  # one difference brings others
                yield Seen(name, rows, styles.cells(pilot), styles.spoken_of(pilot))

    return visited


async def steady(pilot: Any, stored: Sequence[str] | None, patience: float) -> list[str]:
    """What the screen shows once it stands still: panes that appear are laid out in steps.

    A busy machine may rest between two steps, so other rows than the stored ones get more time.
    """
    until = time.monotonic() + patience
    before: list[Strip] = []
    times = 0
    while True:
        strips = pilot.app.screen._compositor.render_strips()
        rows = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
        times = times + 1 if strips == before else 0
        if (rows == stored and times) or (files.is_updating() and times > 8) or time.monotonic() > until:
            return rows
        before = strips
        await pilot.pause(0.05)


@pytest.mark.parametrize(("walk", "in_looks"), SMALL, ids=[walk.name for walk, _ in SMALL])
async def test_views_look_as_they_did_in_80_by_24(visit: Any, walk: Walk, in_looks: tuple[str, ...]) -> None:
    names = {"unicode": f"{walk.name}-80x24", "ascii": f"{walk.name}-80x24-ascii"}
    texts: dict[str, dict[str, list[str]]] = {glyphs: {} for glyphs in names}
    looks: dict[str, dict[str, Seen]] = {name: {} for name, _ in walk.views}
    wrong: list[str] = []
    for look in in_looks:
        text = texts["ascii" if look == NO_COLOR else "unicode"]
        expected = dict(text) or files.stored(names["ascii" if look == NO_COLOR else "unicode"])
        async for seen in visit(walk, (80, 24), look, expected):
            assert text.setdefault(seen.name, seen.rows) == seen.rows, f"{seen.name} differs in {look}"
            looks[seen.name][look] = seen
            wrong += [f"{look}, {seen.name}: {what}" for what in styles.unreadable(seen.cells, seen.spoken)]
            if look == NO_COLOR:
                wrong += [f"{look}, {seen.name}: {what}" for what in styles.coloured(seen.cells)]
    for glyphs, name in names.items():
        files.check(name, texts[glyphs])
    pictures = {
        name: styles.picture({look: seen.cells for look, seen in views.items()}, views[THEMES[0]].spoken)
        for name, views in looks.items()
    }
    files.check(f"{walk.name}-80x24-styles", pictures)
    assert wrong == []


@pytest.mark.parametrize(("walk", "size", "look"), LARGE, ids=[f"{walk.name}-{look}" for walk, _, look in LARGE])
async def test_views_look_as_they_did_in_larger_windows(
    visit: Any, walk: Walk, size: tuple[int, int], look: str
) -> None:
    name = f"{walk.name}-{size[0]}x{size[1]}"
    rows, wrong = {}, []
    async for seen in visit(walk, size, look, files.stored(name)):
        rows[seen.name] = seen.rows
        wrong += [f"{seen.name}: {what}" for what in styles.unreadable(seen.cells, seen.spoken)]
    files.check(name, rows)
    assert wrong == []
