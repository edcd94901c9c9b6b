"""Lists are filtered, sorted and copied by their values, never by what is on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake
from hypothesis import given
from hypothesis import strategies as st

from mtf_engine import text_safety
from mtf_tui.screens.arranging import called, example
from mtf_tui.sheets import Arrangement, Sheet, SheetRow, arranged, as_text, has
from mtf_tui.widgets.score_table import ScoreTable

Press = Callable[..., Any]

VALUES = st.none() | st.text() | st.booleans() | st.integers() | st.floats()
SHEETS = st.lists(st.tuples(VALUES, VALUES), max_size=20).map(
    lambda rows: Sheet(("name", "value"), tuple(SheetRow(str(i), row) for i, row in enumerate(rows)))
)


@given(SHEETS, st.sampled_from([None, "name", "value"]), st.booleans())
def test_sorting_loses_no_row_and_puts_missing_ones_last(sheet: Sheet, column: str | None, descends: bool) -> None:
    keys = arranged(sheet, Arrangement(column=column, descends=descends))
    assert sorted(keys) == sorted(row.key for row in sheet.rows)
    if column is not None:
        at = sheet.columns.index(column)
        values = {row.key: row.values[at] for row in sheet.rows}
        missing = [values[key] is None or values[key] != values[key] for key in keys]
        assert missing == sorted(missing)


@given(SHEETS, st.text(max_size=3))
def test_a_filter_shows_exactly_the_rows_that_have_the_text(sheet: Sheet, needle: str) -> None:
    assert arranged(sheet, Arrangement(needle)) == tuple(row.key for row in sheet.rows if has(row, needle))


@given(SHEETS)
def test_every_row_is_one_line_whatever_it_holds(sheet: Sheet) -> None:
    for ending, more in (("tsv", 1), ("md", 2)):
        text = as_text(sheet, ending)
        assert text.count("\n") == len(text.splitlines()) == len(sheet.rows) + more
        assert "\x1b" not in text
    tsv = as_text(sheet, "tsv").splitlines()
    assert all(text_safety.csv_cell(cell) == cell for line in tsv for cell in line.split("\t")), "no formula"
    assert all(line.count("\t") == 1 for line in tsv)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_copied_numbers_are_the_numbers(values: list[float]) -> None:
    sheet = Sheet(("value",), tuple(SheetRow(str(i), (value,)) for i, value in enumerate(values)))
    assert [row["value"] for row in json.loads(as_text(sheet, "json"))] == values
    assert [float(line) for line in as_text(sheet, "tsv").splitlines()[1:]] == values


def test_the_question_what_to_sort_by_shows_numbers_as_people_read_them() -> None:
    sheet = Sheet(("age", "run", "none"), (SheetRow("a", (91.05887651443481, "first", None)),))
    assert [example(sheet, at) for at in range(3)] == ["91.06", "first", ""]


def test_the_question_what_to_copy_names_the_row_and_not_its_key() -> None:
    assert called(Sheet(("", "model", "roc_auc"), (SheetRow("default\0svc", ("A", "svc", 0.9)),))) == "A svc"


@pytest.mark.anyio
async def test_models_are_filtered_sorted_and_copied(
    open_app: Any, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(run=None, size=(100, 30)) as pilot:
        copied: list[tuple[str, str]] = []
        monkeypatch.setattr(pilot.app.notices, "copy", lambda text, *, suffix="txt": copied.append((text, suffix)))
        await press(pilot, "3")
        table = pilot.app.screen.query_one("#models", ScoreTable)
        everything = table.keys
        rows = await press(pilot, "slash", *"SV")
        assert table.keys == ("svc_rbf", "svr_rbf")
        assert any("“SV” 2 of 8" in row for row in rows)
        await press(pilot, "enter")
        assert pilot.app.focused is table
        await press(pilot, "y", "enter")
        assert [line.split("\t")[0] for line in copied[-1][0].splitlines()] == ["model", "svc_rbf", "svr_rbf"]
        await press(pilot, "escape")
        assert table.keys == everything
        await press(pilot, "n")
        assert table.cursor in ("svc_rbf", "svr_rbf")
        rows = await press(pilot, "s", *"model", "enter")
        assert list(table.keys) == sorted(everything)
        assert any("model▴" in row for row in rows)
        await press(pilot, "S")
        assert list(table.keys) == sorted(everything, reverse=True)
        await press(pilot, "g", "y", *"row as json", "enter")
        assert json.loads(copied[-1][0])[0]["model"] == sorted(everything)[-1]
        assert copied[-1][1] == "json"
        await press(pilot, "y", *"about", "enter")
        assert copied[-1][0] == "80.0"


@pytest.mark.anyio
async def test_runs_are_filtered_by_any_value(open_app: Any, press: Press) -> None:
    other = fake.FakeRun(id="20261122T090000-wine-02bd", states=[fake.finished_state()])
    async with open_app(client=fake.FakeClient([fake.FakeRun(), other])) as pilot:
        await press(pilot, "6")
        table = pilot.app.screen.query_one("#runs", ScoreTable)
        await press(pilot, "slash", *"02bd", "enter")
        assert table.keys == (other.id,)
        await press(pilot, "slash", "escape")
        assert len(table.keys) == 2


@pytest.mark.anyio
async def test_what_is_too_long_for_the_clipboard_goes_to_a_file(
    open_app: Any, press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_app(run=None) as pilot:
        pilot.app.notices.copy("x" * 80_000, suffix="tsv")
        rows = await press(pilot)
        assert any("Too long for the clipboard; it is in mtf-copy.tsv" in row for row in rows)
        pilot.app.notices.copy("y" * 80_000, suffix="tsv")
    assert (tmp_path / "mtf-copy.tsv").read_text() == "x" * 80_000
    assert (tmp_path / "mtf-copy-2.tsv").read_text() == "y" * 80_000
