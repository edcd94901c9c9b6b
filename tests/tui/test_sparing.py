"""A repaint writes the cells that changed, and they are the right ones."""

from __future__ import annotations

from typing import Any

import pytest
from fakes import engine_client as fake
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.visual import RenderOptions

from mtf_tui.sparing import SparingUpdate
from mtf_tui.text import own
from mtf_tui.widgets.dimmed import Dimmed
from mtf_tui.widgets.top_bar import TopBar


@pytest.mark.anyio
async def test_a_clock_costs_a_clock(open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(fake.FakeRun()) as pilot:
        bar = pilot.app.screen.query_one(TopBar)
        bar.tell(own("▸ 70 % · 0:41"), own())
        await pilot.pause()
        written: list[str] = []
        console = pilot.app.console
        monkeypatch.setattr(pilot.app, "_display", lambda _, shown: written.append(shown.render_segments(console)))
        bar.tell(own("▸ 70 % · 0:42"), own())
        await pilot.pause()
        assert "Sources" not in "".join(written)
        assert "2" in "".join(written)
        assert sum(map(len, written)) < 120


@pytest.mark.anyio
async def test_what_is_below_a_dialog_is_dimmed_as_textual_dims_it(open_app: Any, press: Any) -> None:
    async with open_app(fake.FakeRun(states=[fake.finished_state()])) as pilot:
        await press(pilot, "4", "?")
        below, dialog = pilot.app.screen_stack[-2:]
        background = BackgroundScreen(below, dialog.styles.background)
        width, height = pilot.app.size
        dimmed = Dimmed(background).render_strips(width, height, VisualStyle(), RenderOptions(lambda _: None, {}))
        console = pilot.app.console
        expected = Segment.split_and_crop_lines(console.render(background), width, include_new_lines=False)
        assert [list(row) for row in dimmed] == list(expected)[:height]


@given(st.text("ab界", min_size=1, max_size=12), st.data())
def test_the_part_that_is_written_is_the_part_of_the_line(text: str, data: st.DataObject) -> None:
    strip = Strip([Segment(text)])
    width = strip.cell_length
    start = data.draw(st.integers(0, width - 1))
    stop = data.draw(st.integers(start + 1, width))
    update = SparingUpdate([{5: strip}], [(0, 5 + start, 5 + stop)], [[5 + width]])
    console = Console(width=80, color_system=None)
    place, _, words = update.render_segments(console).partition("H")
    assert place == f"\x1b[1;{6 + start}"
    assert words == strip.crop(start, stop).text
