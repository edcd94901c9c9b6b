"""Sources, Pipeline, Models and the comparison of two runs, on a fake engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake

from mtf_engine.domain.outlines import ColumnChange, ColumnState, PlanOutline, ValueShare
from mtf_engine.errors import Problem, SettingsError
from mtf_tui.engine_protocol import Progress, SourceAsked
from mtf_tui.pictures.column_change import change_lines, change_note
from mtf_tui.pictures.sources import sources_scope
from mtf_tui.terminal import Terminal
from mtf_tui.themes import Look
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog
from mtf_tui.widgets.score_table import ScoreTable
from mtf_tui.widgets.text_dialog import TextDialog

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


async def test_sources_say_what_is_tested_on(open_app: Any, press: Press, tmp_path: Path) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None) as pilot:
        rows = await press(pilot)
        assert rows[1].strip() == "Testing on 4 data sets, 8,232 rows; all read and verified"
        assert rows[2].strip() == "2 binary · 1 multiclass · 1 regression · 5 stratified folds"
        rows = await press(pilot, "down")
        assert any("Profile of churn" in row and "all 7,043 rows" in row for row in rows)
        tenure = next(row for row in rows if row.startswith(" tenure"))
        assert tenure.split() == ["tenure", "number", "0", "%", "73", "▇▄▃▃▃▃▃▃▄▄▆▇", "0", "…", "72"]
        assert any("customer_id" in row and "! all distinct" in row for row in rows)
    asked = [request[1] for request in client.asked if request[0] == "profile"]
    assert asked[-1] == SourceAsked("data/customers.csv", "churned", str(tmp_path))


async def test_a_million_rows_are_read_by_the_page(open_app: Any, press: Press) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None) as pilot:
        rows = await press(pilot, "v", "G")
        assert any("999999" in row for row in rows)
        assert any("[/] two year" in row for row in rows)
    asked = [request[2:] for request in client.asked if request[0] == "preview"]
    assert asked == [(0, 200), (999_800, 200)]


async def test_a_pipeline_shows_its_steps_and_what_each_does(open_app: Any, press: Press) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None) as pilot:
        rows = await press(pilot, "2")
        assert "scale fails: text in column [/]" in rows[1]
        assert any(row.split()[:2] == ["2", "impute"] and "20 → 20" in row for row in rows)
        rows = await press(pilot, "down")
        assert any("Before → after impute" in row for row in rows)
        assert any("total_charges" in row and "2,283" in row for row in rows)
        rows = await press(pilot, "d", *"wine", "enter")
        assert rows[2].startswith(" d wine")
    assert [request[2:] for request in client.asked if request[0] == "before_after"][-1] == ("wine", "default", 1)


async def test_a_wide_pipeline_uses_its_room(open_app: Any, press: Press, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("datasets: [{name: churn, source: c.csv}]\nmodels: [ridge]\n")
    async with open_app(run=None, size=(160, 45)) as pilot:
        rows = await press(pilot, "2", "d", *"churn", "enter")
        assert any("tenure" in row and "0 … 72" in row for row in rows), "the columns that a row step leaves alone"
        assert any("before" in row and "5,634 rows" in row for row in rows)
        rows = await press(pilot, "down")
        assert any("─ total_charges ─" in row and "9 values filled" in row for row in rows)
        assert any("━ a after  ━ b before" in row for row in rows)
        assert sum("┤" in row for row in rows) > 2
        await pilot.resize_terminal(120, 40)
        assert not any("─ total_charges ─" in row for row in await press(pilot))


def test_columns_that_a_step_made_or_took_are_drawn_in_their_room() -> None:
    top = (ValueShare("[/] month", 0.6), ValueShare("x" * 200, 0.4))
    words, number = ColumnState(3, None, top=top), ColumnState(0, 2.5, (1, 2, 3), 0.0, 9.0)
    changes = [
        ColumnChange("became", words, None, ("[/]=a", "y" * 300), 70),
        ColumnChange("new", None, number),
        ColumnChange("moved", number, ColumnState(0, 0.0, (1, 2, 3), -1.0, 1.0), values_changed=6),
        ColumnChange("empty", ColumnState(5, None), ColumnState(5, None)),
    ]
    for change in changes:
        for height in (1, 9, 45):
            lines = change_lines(change, 68, height, Look())
            assert len(lines) <= height
            assert all(line.cell_len <= 68 for line in lines), change.column
    told = "\n".join(line.plain for line in change_lines(changes[0], 68, 45, Look()))
    assert "→ [/]=a" in told
    assert "and 68 more columns" in told
    assert "[/] month" in told
    assert [change_note(change) for change in changes] == ["became 70 columns", "new", "6 values changed", ""]


async def test_models_show_cells_cost_and_parameters(open_app: Any, press: Press, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("datasets: [sklearn:wine]\nmodels:\n  - logistic_regression: {C: 0.5}\n")
    async with open_app(run=None) as pilot:
        rows = await press(pilot, "3")
        assert rows[1].strip() == "8 models on 4 data sets, 5 folds: 120 cells, about 2 min, at most 900 MB"
        assert any(row.split()[:2] == ["C", "[0.5"] for row in rows)
        assert any("1 of 1 parameter set" in row for row in rows)
        assert "a add  r run  x remove" in rows[-1]


async def test_wrong_settings_are_said_with_every_problem(open_app: Any, press: Press) -> None:
    problems = [Problem("unknown key 'metrcs'", "Did you mean 'metrics'?", 9), Problem("no column 'churned'")]
    client = fake.FakeClient(error=SettingsError(problems))
    async with open_app(client=client, run=None) as pilot:
        rows = await press(pilot)
        assert "2 problems in the settings · , shows them, R reads again" in rows[1]
        assert any("line 9  unknown key 'metrcs'" in row for row in rows)
        assert any("no column 'churned'" in row for row in rows)
        assert "r run" not in rows[-1]
        client.error = None
        rows = await press(pilot, "R")
        assert rows[1].strip().startswith("Testing on 4 data sets")


async def test_two_marked_runs_are_compared_older_first(open_app: Any, press: Press) -> None:
    older = fake.FakeRun(id="20261122T090000-churn-02bd", states=[fake.finished_state()])
    client = fake.FakeClient([fake.FakeRun(states=[fake.finished_state()]), older])
    async with open_app(client=client) as pilot:
        rows = await press(pilot, "6", "space", "down")
        assert "c compare" not in rows[-1]
        assert "r run" in rows[-1]
        rows = await press(pilot, "space", "c")
        assert any("Worse: logistic_regression fell by 0.0060 ±0.0040 roc_auc on churn" in row for row in rows)
        assert any("pipeline[0].impute.numeric" in row and "median → mean" in row for row in rows)
        assert any(row.split()[-3:] == ["40", "21", "6,985"] for row in rows)
        assert any("after − before, 95 %" in row for row in rows)
        interval = " logistic_regression roc_auc  −0.0060 [−0.0100, −0.0020]  p 0.0040 · 6,985 rows"
        assert any(row.startswith(interval) for row in rows)
        rows = await press(pilot, "shift+tab", "down")
        assert any("roc_auc  the same numbers in both runs" in row for row in rows)
    assert ("compare", older.id, "20261123T143000-churn-7f3a") in client.asked


async def test_a_tall_window_tells_of_the_run_under_the_cursor(open_app: Any, press: Press) -> None:
    older = fake.FakeRun(id="20261122T090000-churn-02bd", states=[fake.running_state()])
    client = fake.FakeClient([fake.finished_run(), older])
    for size in ((120, 40), (160, 45)):
        async with open_app(client=client, size=size) as pilot:
            rows = await press(pilot, "6")
            text = "\n".join(rows)
            assert "4 data sets · 8 models · 5 folds · seed 0 · 95 %" in text
            assert any(row.split()[:5] == ["churn", "7,043", "roc_auc", "logistic_regression", "0.772"] for row in rows)
            assert "[0.745, 0.798] ★ best" in " ".join(text.split())
            assert "1 fail · 1 warn · 1 not run · 1 pass" in text
            rows = await press(pilot, "down")
            assert any(row.startswith("─ churn-02bd ─") for row in rows)
            assert "[0.745, 0.798]" not in "\n".join(rows), "a run that goes on has no results yet"
            rows = await press(pilot, "space", "up", "space", "c")
            assert not any("seed 0" in row for row in rows), "the comparison has the room to itself"
    async with open_app(client=client) as pilot:
        assert not any("seed 0" in row for row in await press(pilot, "6"))


SIZES = [(80, 24), (120, 40), (160, 45), (40, 10)]
LOOKS = ["mtf-light", "mtf-cvd", "ascii", "no_color"]
PICTURES = [*((size, "mtf-dark") for size in SIZES), *(((80, 24), look) for look in LOOKS)]
STATES = """datasets: [sklearn:wine]
pipelines:
  plain:
    - impute: {numeric: "[/]"}
    #off - scale
  other: [scale]
models:
  - logistic_regression: {C: -1}
  - {name: "[x \\u202e漢字", model: ridge}
  - estimator: nowhere.Best
  #off - svm
"""


@pytest.mark.parametrize(("size", "look"), PICTURES, ids=str)
async def test_steps_and_models_paint_in_every_state_size_and_look(
    open_app: Any, press: Press, tmp_path: Path, size: tuple[int, int], look: str
) -> None:
    (tmp_path / "settings.yaml").write_text(STATES, encoding="utf-8")
    terminal = Terminal(ascii_only=look == "ascii", colour=look != "no_color")
    async with open_app(run=None, size=size, terminal=terminal) as pilot:
        if look in ("mtf-light", "mtf-cvd"):
            pilot.app.theme = look
        for keys in ("2", "p", "enter enter", "escape v", "3", "enter enter", "escape escape m"):
            rows = await press(pilot, *keys.split())
            assert any(row.strip() for row in rows[1:])
            assert not any("\u202e" in row or "\x1b" in row for row in rows)
            if look == "ascii":
                own_signs = "".join(rows).translate({ord(c): None for c in "·…×−–→≥§“”±█▀▄▌▐漢字"})
                assert own_signs.isascii(), [c for c in own_signs if not c.isascii()]


@pytest.mark.parametrize("comes_first", [True, False])
async def test_no_name_is_cut_where_choices_have_sentences(open_app: Any, press: Press, comes_first: bool) -> None:
    name, sentence = (
        "quadratic_discriminant_analysis",
        "Normal classes, each with a covariance of its own, fitted whole.",
    )
    dialog = ChoiceDialog("Add", waits="listing")
    async with open_app(client=fake.FakeClient(), run=None) as pilot:
        pilot.app.push_screen(dialog)
        if not comes_first:
            await press(pilot)
        dialog.offer([Choice(name, name, sentence)])
        rows = await press(pilot)
        assert any(f" {name}  Normal classes, each with" in row for row in rows)


async def test_what_is_added_is_explained_in_whole_sentences(open_app: Any, press: Press, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("datasets: [sklearn:wine]\nmodels: [logistic_regression]\n")
    async with open_app(client=fake.FakeClient(), run=None) as pilot:
        await press(pilot, "3", "a")
        dialog = pilot.app.screen
        longest = max(dialog.found(), key=lambda choice: len(choice.note))
        assert len(longest.note) > 60, "it has no room in a row"
        dialog.query_one(ScoreTable).move_to(longest.key)
        seen = " ".join(row[3:77].strip(" │") for row in await press(pilot))
        assert longest.note in " ".join(seen.split())


def test_folds_that_differ_only_in_stratification_are_said_once() -> None:
    plan = fake.answers.outline()
    mixed = tuple(replace(one, split="kfold" if one.task == "regression" else one.split) for one in plan.datasets)
    assert " · 5 folds, classes stratified" in sources_scope(replace(plan, datasets=mixed), Look()).plain
    uneven = tuple(replace(one, folds=3 if one.task == "regression" else 5) for one in mixed)
    assert "5 stratified folds · 3 folds" in sources_scope(replace(plan, datasets=uneven), Look()).plain


class Reader(fake.FakeClient):
    """Reads until it is told to end, and takes a while to be stopped, as a process does."""

    def __init__(self) -> None:
        super().__init__()
        self.told, self.begun, self.stopped = asyncio.Event(), 0, 0
        self.told.set()

    async def outline(self, settings: Path, *, progress: Progress, text: str | None = None) -> PlanOutline:
        self.begun += 1
        try:
            await self.told.wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0.05)
            self.stopped += 1
            raise
        return await super().outline(settings, progress=progress, text=text)


async def _until(pilot: Any, holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            await pilot.pause()
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not come to pass")


async def test_a_reading_that_is_stopped_leaves_no_trace_of_itself(open_app: Any, text_of: Any) -> None:
    client = Reader()
    async with open_app(client=client, run=None) as pilot:
        client.told.clear()
        await pilot.press("R")
        await _until(pilot, lambda: "Reading" in text_of(pilot)[1])
        await pilot.press("escape")
        await _until(pilot, lambda: client.stopped == 1)
        await _until(pilot, lambda: "reading was stopped" in text_of(pilot)[1])


async def test_a_reading_that_takes_the_place_of_another_is_shown(open_app: Any, text_of: Any) -> None:
    client = Reader()
    async with open_app(client=client, run=None) as pilot:
        client.told.clear()
        await pilot.press("R")
        await _until(pilot, lambda: client.begun == 2)
        await pilot.press("R")
        await _until(pilot, lambda: client.begun == 3 and client.stopped == 1)
        assert pilot.app.workspace.reading is not None
        assert "Reading" in text_of(pilot)[1]
        client.told.set()
        await _until(pilot, lambda: pilot.app.workspace.reading is None)


async def test_the_name_of_a_run_that_is_changed_is_obeyed_by_no_terminal(open_app: Any, press: Press) -> None:
    run = fake.FakeRun(name="a\x1b]0;owned\x07[/]z")
    client = fake.FakeClient([run])
    async with open_app(client=client) as pilot:
        rows = await press(pilot, "6", "R")
        assert isinstance(pilot.app.screen, TextDialog)
        assert not any("\x1b" in row or "\x07" in row for row in rows)
        assert any("a␛]0;owned␇[/]z" in row for row in rows)
        await press(pilot, "end", *"y", "enter")
        assert ("rename", run.id, "a\x1b]0;owned\x07[/]zy") in client.asked
