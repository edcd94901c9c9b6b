"""In ASCII no screen, dialog or message has a sign of ours that a typewriter lacks; letters of the data stay.

Without colours nothing on the screens of the plan and in the dialogs is told by a colour alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from textual.widgets import Input

from mtf_engine.errors import MTFError
from mtf_tui.glyphs import ASCII, UNICODE, typewritten
from mtf_tui.terminal import Terminal
from mtf_tui.widgets.matrix_table import MatrixTable
from mtf_tui.widgets.mode_field import ModeField
from mtf_tui.widgets.score_table import ScoreTable

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]

WALKS = {
    "run": "4 right down enter escape f escape z slash escape l F p X escape",
    "all": "5 space down space v escape t escape d escape s escape slash escape",
    "one": "5 right enter enter escape m escape v tab enter escape escape",
    "curves": "5 right enter c c c c c c c c c right space z",
    "regression": "5 d d i a b enter c c c c m enter escape",
    "checks": "5 h down down enter escape e down escape f enter escape",
    "runs": "6 R escape space down space c down enter escape escape x escape",
    "sources": "1 down enter escape v escape b escape a escape slash escape",
    "pipeline": "2 down v escape enter escape a escape d escape",
    "models": "3 down enter escape a escape M",
    "settings": "comma d escape tab tab a escape enter escape",
    "help": "question_mark pagedown pagedown u n escape colon r u escape semicolon escape",
    "leaving": "q escape T y escape",
}
"""Keys, pressed one after the other."""


@pytest.mark.parametrize("walk", WALKS)
async def test_every_state_is_painted_in_ascii(open_app: Any, press: Press, walk: str, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("datasets: [sklearn:wine]\nmodels:\n  - logistic_regression: {C: 0.5}\n")
    finished = fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())
    earlier = fake.FakeRun(id="20261122T090000-churn-02bd", states=[fake.finished_state()])
    client = fake.FakeClient([fake.FakeRun()] if walk in ("run", "leaving") else [finished, earlier])
    async with open_app(client=client, terminal=Terminal(ascii_only=True)) as pilot:
        keys = WALKS[walk].split()
        for position, key in enumerate(keys):
            rows = await press(pilot, key)
            beyond = {character for row in rows for character in row if ord(character) > 126}
            assert not beyond, (keys[: position + 1], beyond)


@pytest.mark.parametrize("walk", ["sources", "pipeline", "models", "settings", "help", "leaving", "wizard"])
async def test_every_state_of_the_plan_is_seen_without_colours(
    open_app: Any, press: Press, walk: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    if walk != "wizard":
        text = "datasets: [sklearn:wine]\nmodels:\n  - logistic_regression: {C: -1}\n  - ridge\n"
        (tmp_path / "settings.yaml").write_text(text)
    keys = (WALKS.get(walk) or "1 a c s v enter tab tab tab right escape").split()
    run = fake.FakeRun(states=[fake.finished_state()]) if walk != "leaving" else fake.FakeRun()
    options = {"run": None, "settings": None, "place": tmp_path / "settings.yaml"} if walk == "wizard" else {}
    async with open_app(run, terminal=Terminal(colour=False), **options) as pilot:
        for position, key in enumerate(keys):
            await press(pilot, key)
            strips = pilot.app.screen._compositor.render_strips()
            styles = [segment.style for strip in strips for segment in strip if segment.style is not None]
            inks = [ink.triplet for style in styles for ink in (style.color, style.bgcolor) if ink and ink.triplet]
            assert all(max(ink) - min(ink) <= 1 for ink in inks), keys[: position + 1]
            _assert_focus_is_seen(pilot, strips, keys[: position + 1])


def _assert_focus_is_seen(pilot: Any, strips: Any, keys: list[str]) -> None:
    """The row under the cursor is bold on a ground of its own; so is the name of the field that is typed into."""
    screen = pilot.app.screen
    for table in screen.query(ScoreTable):
        if isinstance(table, MatrixTable) or not (table.has_focus or table.is_led):
            continue
        if table.cursor is None or not table.region.height:
            continue
        y = table.region.y + table.keys.index(table.cursor) - table._top + table._frozen
        cells = strips[y].crop(table.region.x, table.region.right)
        others = strips[table.region.y - 1].crop(table.region.x, table.region.right)
        assert any(segment.style.bold for segment in cells if segment.text.strip()), (keys, table)
        assert {s.style.bgcolor for s in cells} != {s.style.bgcolor for s in others}, (keys, table)
    box = screen.focused
    for label in box.parent.query(".form-label") if isinstance(box, Input | ModeField) else ():
        assert label.styles.text_style.bold, (" ".join(keys), box)


async def test_errors_toasts_and_a_small_window_are_painted_in_ascii(open_app: Any, press: Press) -> None:
    async with open_app(terminal=Terminal(ascii_only=True)) as pilot:
        pilot.app.notify("Saved … 5 × 2 ±0.1")
        rows = await press(pilot)
        assert any("Saved ~ 5 x 2 +-0.1" in row for row in rows)
        pilot.app.notices.show_error(MTFError("18 − 3 ≥ 4", hint="“this” → that"), "try")
        rows = await press(pilot)
        assert any("18 - 3 >= 4" in row for row in rows)
        await press(pilot, "escape")
        await pilot.resize_terminal(30, 8)
        assert "".join(rows + await press(pilot)).isascii()


async def test_the_help_has_its_text_in_ascii(open_app: Any, press: Press) -> None:
    async with open_app(terminal=Terminal(ascii_only=True)) as pilot:
        rows = await press(pilot, "question_mark")
        assert any("Cancel the run; finished" in row for row in rows)
        columns = {row.index(words) for row in rows for words in ("Open Run:", "Find actions") if words in row}
        assert len(columns) == 1, "what the keys do stands in one column"


async def test_letters_of_the_data_stay(open_app: Any, press: Press) -> None:
    run = fake.FakeRun(name="größe 模型")
    async with open_app(run, size=(120, 30), terminal=Terminal(ascii_only=True)) as pilot:
        assert "größe 模型" in (await press(pilot))[0]


def test_columns_stay_in_place_where_a_sign_takes_more_room() -> None:
    line = "".join(segment.text for segment in typewritten([Segment("a ±0.1"), Segment("   ≥ b   c")]))
    assert line == "a +-0.1  >= b  c"
    assert line.index("c") == "a ±0.1   ≥ b   c".index("c")


@given(st.text(alphabet="ab ±≥·…−" + UNICODE.levels))
def test_written_lines_are_ascii(text: str) -> None:
    line = "".join(segment.text for segment in typewritten([Segment(text)]))
    assert line.isascii()
    assert len(line) >= len(text)


def test_every_sign_has_one_of_a_cell_in_ascii() -> None:
    for name in UNICODE.__slots__:
        sign = getattr(ASCII, name)
        assert sign.isascii()
        assert name == "name" or len(sign) == len(getattr(UNICODE, name))
