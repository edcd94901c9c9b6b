"""What a key costs, in counts: what is parsed, styled and painted again. Times would depend on the machine."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from fakes import engine_client as fake
from textual import events
from textual._compositor import Compositor
from textual._styles_cache import StylesCache
from textual.app import App
from textual.css import stylesheet
from textual.css.stylesheet import Stylesheet
from textual.widget import Widget

from mtf_tui import ahead, rooms, sparing
from mtf_tui.screens.cell_dialog import CellDialog
from mtf_tui.screens.page import Page
from mtf_tui.terminal import Terminal
from mtf_tui.themes import TOKENS
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.matrix_table import MatrixTable
from mtf_tui.widgets.score_table import ScoreTable

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]
SCREENS = "123456"
FEW = 4
"""Widgets that a key may style: those that get and lose the focus, and what is in them. A screen has dozens."""


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the costly things were done since it was last cleared."""
    monkeypatch.setattr(sparing, "_AT_MOST", 60)  # a slow machine paints no half of a screen
    counts: Counter[str] = Counter()
    counted = (
        (stylesheet, "parse", "parsed"),
        (Stylesheet, "apply", "styled"),
        (Page, "refresh_page", "refreshed"),
        (App, "_register", "mounted"),
        (StylesCache, "render_line", "rendered"),
        (Compositor, "render_full_update", "painted whole"),
        (Compositor, "render_partial_update", "painted"),
    )
    for owner, name, label in counted:
        monkeypatch.setattr(owner, name, _counting(getattr(owner, name), counts, label))
    return counts


def _counting(function: Callable[..., Any], counts: Counter[str], label: str) -> Callable[..., Any]:
    def called(*given: Any, **named: Any) -> Any:
        counts[label] += 1
        return function(*given, **named)

    return called


async def test_a_screen_that_was_seen_is_shown_without_parsing_or_styling(
    open_app: Any, press: Press, done: Counter[str]
) -> None:
    async with open_app() as pilot:
        await press(pilot, *SCREENS)
        for key in SCREENS:
            done.clear()
            await press(pilot, key)
            assert done["parsed"] == 0
            assert done["styled"] <= FEW, key
            assert done["refreshed"] <= 2, key  # the list of runs is read again, and told when it came


async def test_screens_are_mounted_and_styled_before_they_are_asked_for(
    open_app: Any, press: Press, done: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_BETWEEN", 0)
    async with open_app() as pilot:
        shown = pilot.app.screen
        await ahead.prepare(pilot.app)
        await press(pilot)
        assert pilot.app.screen is shown
        assert all(pilot.app.get_screen(name).is_mounted for name in rooms.PAGES)
        for key in SCREENS:
            done.clear()
            rows = await press(pilot, key)
            assert any(row.strip() for row in rows[2:])
            assert done["parsed"] <= FEW, key  # one that a later screen ranked anew
            assert done["styled"] <= FEW, key


async def test_a_new_theme_is_on_the_other_screens_before_they_are_seen(
    open_app: Any, press: Press, done: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_BETWEEN", 0)
    async with open_app() as pilot:
        await press(pilot, *SCREENS)
        grounds = {pilot.app.get_screen(name).styles.background for name in rooms.PAGES}
        await press(pilot, "T")
        assert {pilot.app.get_screen(name).styles.background for name in rooms.PAGES}.isdisjoint(grounds)
        for key in SCREENS:
            done.clear()
            await press(pilot, key)
            assert done["parsed"] == 0
            assert done["styled"] <= FEW, key


async def test_nothing_of_the_theme_before_stays_on_a_screen_that_was_not_seen(open_app: Any, press: Press) -> None:
    finished = fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())
    async with open_app(finished, terminal=Terminal(colour=True)) as pilot:
        await press(pilot, *SCREENS)
        before = pilot.app.look.tokens.muted
        assert before in inks(pilot)
        await press(pilot, "1", "T")
        assert before != pilot.app.look.tokens.muted
        for key in "654321":
            await press(pilot, key)
            assert before not in inks(pilot), key


def inks(pilot: Any) -> set[str]:
    """Colours of the text on the screen."""
    strips = pilot.app.screen._compositor.render_strips()
    styles = [segment.style for strip in strips for segment in strip if segment.style and segment.style.color]
    return {style.color.get_truecolor().hex for style in styles}


async def test_another_view_is_told_once(open_app: Any, press: Press, done: Counter[str]) -> None:
    async with open_app(fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())) as pilot:
        await press(pilot, "5")
        for key in ("o", "v", "escape", "v"):
            first = not pilot.app.screen.query("VersusView")
            done.clear()
            await press(pilot, key)
            assert done["refreshed"] <= 1 + first, key  # what the engine answers later is told, too
            assert first or done["parsed"] == 0
            assert first or done["styled"] <= FEW


async def test_a_first_visit_renders_hardly_more_than_a_later_one(
    open_app: Any, press: Press, done: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_BETWEEN", 0.02)  # layouts are done within
    async with open_app(fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())) as pilot:
        await press(pilot, "4")
        client = pilot.app.client
        asked = len(client.asked)
        await ahead.prepare(pilot.app)
        await press(pilot)
        assert len(client.asked) == asked
        for key in ("5", "6"):
            done.clear()
            await press(pilot, key)
            first = done["rendered"]
            await press(pilot, "4")
            done.clear()
            await press(pilot, key)
            assert first <= done["rendered"] + 2 * FEW, key


async def test_views_of_the_results_are_mounted_before_they_are_asked_for(
    open_app: Any, press: Press, done: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_BETWEEN", 0)
    async with open_app(fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())) as pilot:
        await ahead.prepare(pilot.app)
        await press(pilot, "5")
        for key in ("o", "c", "m", "v", "h"):
            done.clear()
            await press(pilot, key)
            assert done["mounted"] == done["parsed"] == 0, key
            assert done["refreshed"] <= 2, key


async def test_views_of_the_results_are_laid_out_before_they_are_asked_for(
    open_app: Any, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_BETWEEN", 0.02)  # layouts are done within
    laid_out: Counter[str | None] = Counter()
    height = LivePane.get_content_height

    def counting(pane: LivePane, container: Any, viewport: Any, width: int) -> int:
        laid_out[pane.id] += pane._made_for != width
        return height(pane, container, viewport, width)

    monkeypatch.setattr(LivePane, "get_content_height", counting)
    async with open_app(fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())) as pilot:
        await press(pilot, "4")
        await ahead.prepare(pilot.app)
        await press(pilot, "5")
        for key, tables in {"o": {"scores"}, "v": {"metrics", "row-by-row"}, "h": {"check-table"}}.items():
            laid_out.clear()
            await press(pilot, key)
            assert not {table for table in tables if laid_out[table]}, key


async def test_what_is_made_ready_moves_neither_view_nor_focus_nor_cursor(
    open_app: Any, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_BETWEEN", 0.02)
    async with open_app(fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())) as pilot:
        await press(pilot, "5", "o", "v", "tab")
        page, focused = pilot.app.screen, pilot.app.focused
        assert focused.id == "row-by-row"
        cursors = {table.id: table.cursor for table in page.query(ScoreTable)}
        chosen = page.selection.cursor
        await press(pilot, "4")
        for face in page.faces():
            face()
            await press(pilot)
        assert page.focused is focused
        await ahead.prepare(pilot.app)
        next(iter(page.faces()))()  # it is looked at while another view is made ready
        await press(pilot)
        rows = await press(pilot, "5")
        assert page.view == "versus"
        assert page.focused is focused
        assert any("Row by row" in row for row in rows)
        assert page.selection.cursor == chosen
        assert {table.id: table.cursor for table in page.current_view.query(ScoreTable)}.items() <= cursors.items()


async def test_nothing_is_made_ready_while_a_key_is_answered(
    open_app: Any, press: Press, done: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_BETWEEN", 0)
    monkeypatch.setattr(ahead, "_LULL", 60)
    async with open_app() as pilot:
        await press(pilot, "down")
        done.clear()
        making = asyncio.create_task(ahead.prepare(pilot.app))
        await pilot.pause(0.3)
        assert not making.done()
        assert done["mounted"] == 0
        making.cancel()
        pilot.app.last_key = 0.0
        await ahead.prepare(pilot.app)
        assert done["mounted"] > len(rooms.PAGES)


@pytest.mark.parametrize("seen", [True, False])
async def test_a_key_typed_straight_after_a_view_key_reaches_the_view(
    open_app: Any, press: Press, monkeypatch: pytest.MonkeyPatch, seen: bool
) -> None:
    monkeypatch.setattr(ahead, "_BETWEEN", 0)
    async with open_app(fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())) as pilot:
        await ahead.prepare(pilot.app)
        await press(pilot, "5", *(("o", "escape") if seen else ()))
        table = pilot.app.screen.query_one("#scores", ScoreTable)
        first = pilot.app.screen.selection.table.entries[0].key
        for key in ("o", "down"):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await press(pilot)
        assert pilot.app.focused is table
        assert table.cursor != first


async def test_a_theme_is_parsed_ahead_and_is_painted_whole_once(
    open_app: Any, press: Press, done: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_BETWEEN", 0)
    async with open_app() as pilot:
        await ahead.prepare(pilot.app)
        for _ in TOKENS:
            done.clear()
            await press(pilot, "T")
            assert done["parsed"] <= FEW  # one that came or was ranked anew since
            assert done["painted whole"] == 1


async def test_stylesheets_are_given_the_same_of_a_theme_ahead_as_later(open_app: Any) -> None:
    async with open_app() as pilot:
        for theme in TOKENS:
            pilot.app.theme = theme
            assert pilot.app.css_variables_of(theme) == pilot.app.get_css_variables()


@pytest.mark.parametrize("key", ["?", ":", "4", "6"])
async def test_a_dialog_or_a_screen_is_painted_whole_once(
    open_app: Any, press: Press, done: Counter[str], key: str
) -> None:
    async with open_app(fake.FakeRun(states=[fake.finished_state()])) as pilot:
        await press(pilot, *SCREENS, "5")
        done.clear()
        await press(pilot, key)
        assert done["painted whole"] == 1


async def test_a_row_of_a_container_is_rendered_once_for_all(open_app: Any, press: Press, done: Counter[str]) -> None:
    async with open_app(fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())) as pilot:
        await press(pilot, "5", "o")
        screen = pilot.app.screen
        widgets = [screen, *(w for w in screen.walk_children(Widget) if w.size and w.region.overlaps(screen.region))]
        for widget in widgets:
            widget.refresh()
        done.clear()
        screen._compositor.render_full_update()
        content = sum(widget.size.height for widget in widgets if not widget.is_container)
        assert done["rendered"] <= content + len(widgets)


async def test_a_pane_that_appears_is_painted_once_for_each_width(
    open_app: Any, press: Press, monkeypatch: Any
) -> None:
    painted: Counter[tuple[LivePane, int]] = Counter()
    paint = LivePane.paint

    def counting(pane: LivePane, width: int) -> Any:
        painted[pane, width] += 1
        return paint(pane, width)

    monkeypatch.setattr(LivePane, "paint", counting)
    async with open_app() as pilot:
        painted.clear()
        await press(pilot, "?")
        page = pilot.app.screen.query_one("#help-page LivePane")
        assert {times for (pane, _), times in painted.items() if pane is page} == {1}


async def test_a_move_of_the_focus_repaints_two_panes(open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app() as pilot:
        written: list[str] = []
        console = pilot.app.console

        def display(_: Any, shown: Any) -> None:
            if shown is not None:
                written.append(shown.render_segments(console))

        monkeypatch.setattr(pilot.app, "_display", display)
        before = pilot.app.focused
        await pilot.press("tab")
        await pilot.pause()
        assert pilot.app.focused is not before
        assert "Sources" not in "".join(written)


async def test_a_double_click_opens_a_cell_once(open_app: Any, press: Press) -> None:
    async with open_app(fake.FakeRun()) as pilot:
        assert pilot.app.screen.query_one(MatrixTable).keys
        await pilot.click(MatrixTable, offset=(30, 1), times=2)
        await press(pilot)
        assert isinstance(pilot.app.screen, CellDialog)
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, CellDialog)


async def test_help_and_palette_are_mounted_once_and_are_like_new_each_time(
    open_app: Any, press: Press, text_of: Callable[[Any], list[str]], done: Counter[str], monkeypatch: Any
) -> None:
    monkeypatch.setattr(ahead, "_BETWEEN", 0.02)
    run = fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())
    pictures: dict[bool, dict[str, list[str]]] = {False: {}, True: {}}
    for is_ahead in (False, True):
        async with open_app(run) as pilot:
            await press(pilot, *SCREENS)
            if is_ahead:
                await ahead.prepare(pilot.app)
            for screen in ("5", "2"):
                for key, used in (("?", ("pagedown",)), (":", ("down", *"sort")), ("?", tuple("undo")), (":", ())):
                    await press(pilot, screen)
                    done.clear()
                    await press(pilot, key)
                    assert (done["mounted"] == 0) is is_ahead
                    pictures[is_ahead][f"{screen} {key} {used}"] = text_of(pilot)
                    await press(pilot, *used, "escape")
                    assert pilot.app.screen is pilot.app.page
    assert pictures[True] == pictures[False]


async def test_a_dialog_that_is_kept_has_the_theme_and_the_size_of_now(
    open_app: Any, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_BETWEEN", 0)
    async with open_app() as pilot:
        await ahead.prepare(pilot.app)
        before = pilot.app.look.tokens
        await press(pilot, "?", "escape", "T", "?")
        assert not {before.muted, before.text, before.accent} & (inks(pilot) - {pilot.app.look.tokens.text})
        await press(pilot, "escape")
        await pilot.resize_terminal(120, 40)
        for size in ((120, 40), (80, 16)):
            await pilot.resize_terminal(*size)
            for key in ("?", ":"):
                rows = await press(pilot, key)
                edges = [number for number, row in enumerate(rows) if "╭" in row or "╰" in row]
                assert len(edges) == 2, key
                assert edges[1] < size[1] - 1
                assert rows[edges[0]].index("╮") - rows[edges[0]].index("╭") == min(99, int(0.96 * size[0]) - 1)
                await press(pilot, "escape")
