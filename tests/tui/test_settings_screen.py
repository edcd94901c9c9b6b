"""The settings screen: form and text say the same, whichever is typed into, and comments stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual import events

from mtf_engine.domain.forms import FormField
from mtf_engine.session import settings_forms, texts
from mtf_engine.session.texts import TextQuery
from mtf_tui.draft import Draft
from mtf_tui.pictures.settings import form_edits
from mtf_tui.terminal import Terminal
from mtf_tui.widgets.field_table import FieldTable
from mtf_tui.widgets.score_table import ScoreTable

Press = Callable[..., Any]

TEXT = """# kept
version: 1
name: churn
datasets:
  - sklearn:wine
models:
  - svm  # the old one
splits: {method: stratified_kfold, folds: 5}  # as in the paper
metrics: [f1_macro]
checks:
  - metric: f1_macro
    min: 0.8  # the promise
  #off - class_imbalance
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.yaml"
    path.write_text(TEXT)
    return path


def _text(pilot: Any) -> str:
    return str(pilot.app.workspace.draft.text)


async def _go(pilot: Any, press: Press, key: str) -> None:
    pilot.app.screen.query_one("#settings-form", FieldTable).move_to(key)
    await press(pilot)


@pytest.mark.anyio
async def test_both_halves_show_the_same(open_app: Any, press: Press, file: Path) -> None:
    async with open_app(run=None, settings=file, size=(120, 45)) as pilot:
        rows = await press(pilot, "comma")
        assert rows[1].strip() == "settings.yaml is valid and saved"
        assert any("━ Form ━" in row and "─ settings.yaml ─" in row and "✓ valid · saved" in row for row in rows)
        for shown in ("[stratified_kfold", "[f1_macro", "[churn", "f1_macro, min 0.8", "off · class_imbalance"):
            assert any(shown in row for row in rows), shown
        assert any("  8 splits: {method: stratified_kfold, folds: 5}" in row for row in rows)
        await _go(pilot, press, "splits.folds")
        rows = await press(pilot)
        assert any("▸ splits.folds: 2 … 10,000 · How many folds" in row for row in rows)


@pytest.mark.anyio
async def test_folds_say_how_many_rows_the_smallest_class_has(open_app: Any, press: Press, file: Path) -> None:
    async with open_app(run=None, settings=file, size=(120, 45)) as pilot:
        await press(pilot, "comma")
        await _go(pilot, press, "splits.folds")
        rows = await press(pilot)
        assert any("class yes of churn has 1,891 rows ·   8 splits:" in row for row in rows)
        await _go(pilot, press, "splits.method")
        assert not any("1,891 rows" in row for row in await press(pilot))


@pytest.mark.anyio
async def test_the_text_follows_while_a_field_is_typed_into(open_app: Any, press: Press, file: Path) -> None:
    async with open_app(run=None, settings=file, size=(120, 45)) as pilot:
        await press(pilot, "comma")
        await _go(pilot, press, "splits.folds")
        rows = await press(pilot, "enter", "backspace", *"10")
        assert "folds: 10}" in _text(pilot)
        assert any("splits: {method: stratified_kfold, folds: 10}" in row for row in rows)
        rows = await press(pilot, "backspace", "backspace", "1")
        assert any("✗ 1 is out of range: it must be at" in row for row in rows)
        assert any("✗  8 splits:" in row for row in rows)
        assert any("✗ 1 problem · * unsaved" in row for row in rows)
        assert rows[1].strip().startswith("✗ line 8: 1 is out of range")
        await press(pilot, "escape")
        assert _text(pilot) == TEXT
        await press(pilot, "backspace")
        assert "splits: {method: stratified_kfold}  # as in the paper" in " ".join(_text(pilot).split("\n"))
        await press(pilot, "u")
        assert _text(pilot) == TEXT


@pytest.mark.anyio
async def test_the_form_follows_while_the_text_is_typed_into(open_app: Any, press: Press, file: Path) -> None:
    async with open_app(run=None, settings=file, size=(120, 45)) as pilot:
        rows = await press(pilot, "comma", "tab", "G", "enter", "enter", *"seed: 7")
        assert _text(pilot) == f"{TEXT}seed: 7" or _text(pilot).rstrip() == f"{TEXT}seed: 7".rstrip()
        assert any(row.startswith(" seed") and "[7 " in row for row in rows)
        rows = await press(pilot, "enter", *"metrcs: [r2]")
        assert any("metrcs: [r2]   ✗ Did you mean 'metrics'?" in row for row in rows), rows
        rows = await press(pilot, "escape")
        wrong = next(at for at, row in enumerate(rows) if "metrcs: [r2]" in row)
        assert "✗ 1" in rows[wrong]
        assert "Unknown key 'metrcs'." in rows[wrong + 1]
        assert "Did you mean 'metrics'?" in rows[wrong + 2]
        await press(pilot, "u")
        assert _text(pilot) == TEXT


@pytest.mark.anyio
async def test_characters_that_end_lines_elsewhere_stay_as_they_are(open_app: Any, press: Press, file: Path) -> None:
    odd = "".join(("\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"))
    before = TEXT.replace("# kept", f"# kept {odd}").replace("name: churn", 'name: "a\u2028b"')
    file.write_text(before, encoding="utf-8")
    async with open_app(run=None, settings=file, size=(120, 45)) as pilot:
        await press(pilot, "comma", "tab", "g", "enter", "!")
        await pilot.app.screen.editor._on_paste(events.Paste(odd))
        await press(pilot, "escape")
        first, rest = before.split("\n", 1)
        assert _text(pilot) == f"{first}!{odd}\n{rest}"
        await press(pilot, "u")
        assert _text(pilot) == before
        pilot.app.exit()
    file.write_text(before.replace(odd, ""), encoding="utf-8")
    async with open_app(run=None, settings=file, size=(120, 45)) as pilot:
        await press(pilot, "comma")
        await _go(pilot, press, "name")
        await press(pilot, "enter", "end", "x")
        pilot.app.focused.post_message(events.Paste("\u2029y\nz"))
        rows = await press(pilot, "enter")
        assert 'name: "a\\u2028bx\\u2029y"' in _text(pilot)
        assert any(r"[a\u2028bx\u2029y" in row for row in rows)


@pytest.mark.anyio
async def test_narrow_windows_show_one_half_and_tab_swaps_them(open_app: Any, press: Press, file: Path) -> None:
    async with open_app(run=None, settings=file) as pilot:
        rows = await press(pilot, "comma")
        assert any("━ Form ━" in row and "tab shows the text" in row for row in rows)
        assert "tab form/text  r run" in rows[-1]
        assert not any("# kept" in row for row in rows)
        assert any(row.strip() == "3 name: churn" for row in rows)
        rows = await press(pilot, "tab")
        assert any("# kept" in row for row in rows)
        assert not any("━ Form ━" in row for row in rows)
        rows = await press(pilot, "tab")
        assert any("━ Form ━" in row for row in rows)


@pytest.mark.anyio
async def test_only_some_keys_act_in_fields(open_app: Any, press: Press, file: Path) -> None:
    async with open_app(run=None, settings=file) as pilot:
        await press(pilot, "comma", "enter", "end", *"wdurkqx123,/")
        assert pilot.app.page.SCOPE == "settings"
        assert "name: churnwdurkqx123,/" in _text(pilot).replace('"', "")
        await press(pilot, "escape", "tab", "enter", *" # wdurkqx1,")
        assert "name: churn # wdurkqx1," in _text(pilot)
        assert pilot.app.page.SCOPE == "settings"


@pytest.mark.anyio
async def test_another_method_takes_its_own_keys_only(open_app: Any, press: Press, file: Path) -> None:
    async with open_app(run=None, settings=file, size=(120, 45)) as pilot:
        await press(pilot, "comma")
        await _go(pilot, press, "splits.method")
        await press(pilot, "enter", *["backspace"] * 20, *"holdout", "enter")
        assert "splits: {method: holdout}" in _text(pilot)
        assert not pilot.app.workspace.draft.problems
        await press(pilot, "u")
        assert _text(pilot) == TEXT


@pytest.mark.anyio
async def test_a_filter_finds_sections_by_name_and_keeps_their_heading(open_app: Any, press: Press, file: Path) -> None:
    async with open_app(run=None, settings=file, size=(120, 45)) as pilot:
        await press(pilot, "comma", "slash", *"checks", "enter")
        form = pilot.app.screen.query_one("#settings-form", FieldTable)
        assert [key for key in form.keys if key.startswith("check ")] == ["check 0", "check 1"]
        rows = await press(pilot)
        assert any(row.startswith(" checks  What must hold") for row in rows)
        assert not any("test_size" in row for row in rows)
        await press(pilot, "escape", "slash", *"test_size", "enter")
        rows = await press(pilot)
        assert any(row.startswith(" splits  How rows are divided") for row in rows)
        assert any("test_size" in row for row in rows)


@pytest.mark.anyio
async def test_a_filter_looks_at_descriptions_only_where_no_name_has_the_text(
    open_app: Any, press: Press, file: Path
) -> None:
    async with open_app(run=None, settings=file, size=(120, 45)) as pilot:
        await press(pilot, "comma", "slash", *"seed", "enter")
        form = pilot.app.screen.query_one("#settings-form", FieldTable)
        assert [key for key in form.keys if "\0" not in key] == ["seed"], "not shuffle, which speaks of the seed"
        await press(pilot, "escape", "slash", *"threads of", "enter")
        assert [key for key in form.keys if "\0" not in key] == ["execution.threads_per_cell"]


@pytest.mark.anyio
async def test_enter_on_the_diff_goes_to_its_line(open_app: Any, press: Press, file: Path) -> None:
    async with open_app(run=None, settings=file) as pilot:
        await press(pilot, "comma")
        await _go(pilot, press, "seed")
        await press(pilot, "enter", *"7", "enter")
        rows = await press(pilot, "d")
        added = next(number for number, line in enumerate(pilot.app.workspace.draft.difference()) if line == "+seed: 7")
        pilot.app.screen.query_one("#settings-text", ScoreTable).move_to(f"diff {added}")
        assert "enter line" in rows[-1]
        await press(pilot, "enter")
        line = _text(pilot).splitlines().index("seed: 7") + 1
        assert pilot.app.screen.query_one("#settings-text", ScoreTable).cursor == f"line {line}"


@pytest.mark.anyio
async def test_a_misspelt_metric_of_a_check_is_told_at_once(open_app: Any, press: Press, file: Path) -> None:
    async with open_app(run=None, settings=file) as pilot:
        await press(pilot, "comma")
        await _go(pilot, press, "check 0")
        await press(pilot, "enter", "tab", *["backspace"] * 20)
        rows = await press(pilot, *"acuracy")
        assert any("did you mean 'accuracy'?" in row for row in rows)
        rows = await press(pilot, "enter")
        assert any("enter again keeps it" in row for row in rows), "a plugin may have it"
        await press(pilot, "enter")
        assert "metric: acuracy" in _text(pilot)


@pytest.mark.anyio
async def test_checks_are_added_changed_switched_and_removed(open_app: Any, press: Press, file: Path) -> None:
    async with open_app(run=None, settings=file, size=(120, 45)) as pilot:
        await press(pilot, "comma")
        await _go(pilot, press, "check 0")
        rows = await press(pilot, "enter")
        assert any("Parameters of check" in row for row in rows)
        await press(pilot, "tab", "tab", *["backspace"] * 3, *"0.9", "enter")
        assert "metric: f1_macro" in _text(pilot)
        assert "min: 0.9" in _text(pilot)
        await press(pilot, "a", *"missing_values", "enter")
        assert "  - missing_values\n" in _text(pilot)
        await _go(pilot, press, "check 1")
        await press(pilot, "space")
        assert "  - class_imbalance\n" in _text(pilot)
        await press(pilot, "x")
        assert "class_imbalance" not in _text(pilot)
        await press(pilot, *"uuuu")
        assert _text(pilot) == TEXT


@pytest.mark.anyio
async def test_the_difference_is_shown_before_it_is_written_however_often_it_was_seen(
    open_app: Any, press: Press, file: Path
) -> None:
    async with open_app(run=None, settings=file) as pilot:
        await press(pilot, "comma", "enter", *"mine", "enter")
        for key in ("d", "w"):
            rows = await press(pilot, key)
            assert any("What saving would change" in row for row in rows), rows
            assert "w writes, esc goes back" in rows[1]
            rows = await press(pilot, "tab" if key == "d" else "escape")
            assert "w shows, then writes" in rows[1]
            assert any("━ Form ━" in row for row in rows), "where it was asked for"
        assert file.read_text() == TEXT
        rows = await press(pilot, "w", "w")
        assert "name: mine" in file.read_text()
        assert any("━ Form ━" in row for row in rows)


@pytest.mark.anyio
@pytest.mark.parametrize("key", ["r", "k"])
async def test_a_file_that_changed_on_disk_is_told_and_settled(
    open_app: Any, press: Press, file: Path, key: str
) -> None:
    theirs = TEXT.replace("churn", "theirs")
    async with open_app(run=None, settings=file, size=(120, 45)) as pilot:
        await press(pilot, "comma", "enter", "end", *"_mine", "enter")
        mine = _text(pilot)
        file.write_text(theirs)
        pilot.app.screen.look_at_disk()
        rows = await press(pilot)
        assert rows[1].strip() == "! changed on disk: d diff, r reload, k keep mine"
        rows = await press(pilot, "d")
        assert any("-name: theirs" in row for row in rows)
        assert any("+name: churn_mine" in row for row in rows)
        rows = await press(pilot, key)
        assert "changed on disk" not in rows[1]
        assert _text(pilot) == (theirs if key == "r" else mine)
        assert file.read_text() == theirs
        if key == "k":
            await press(pilot, "w", "w")
            assert file.read_text() == mine
        else:
            await press(pilot, "u")
            assert _text(pilot) == mine


@pytest.mark.anyio
async def test_other_screens_are_one_key_away(open_app: Any, press: Press, file: Path) -> None:
    async with open_app(run=None, settings=file) as pilot:
        await press(pilot, "comma")
        await _go(pilot, press, "models")
        await press(pilot, "enter")
        assert pilot.app.page.SCOPE == "models"
        await press(pilot, "comma", "3")
        assert pilot.app.page.SCOPE == "models"
        await press(pilot, "comma", "escape")
        assert pilot.app.page.SCOPE == "models"


LOOKS = ["mtf-light", "mtf-cvd", "ascii", "no_color"]
PICTURES = [
    *((size, "mtf-dark") for size in [(80, 24), (120, 40), (160, 45), (40, 10)]),
    *(((80, 24), look) for look in LOOKS),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("size", "look"), PICTURES, ids=str)
async def test_the_screen_paints_in_every_size_and_look(
    open_app: Any, press: Press, file: Path, size: tuple[int, int], look: str
) -> None:
    terminal = Terminal(ascii_only=look == "ascii", colour=look != "no_color")
    async with open_app(run=None, settings=file, size=size, terminal=terminal) as pilot:
        if look.startswith("mtf"):
            pilot.app.theme = look
        for keys in (["comma"], ["tab"], ["enter"], ["escape"], ["d"], ["escape", "escape", "enter", "x"]):
            rows = await press(pilot, *keys)
            assert any(row.strip() for row in rows[1:])
            if look == "ascii":
                own_signs = "".join(rows).translate({ord(c): None for c in "·…×−–→≥§“”±█▀▄▌▐"})
                assert own_signs.isascii(), [c for c in own_signs if not c.isascii()]


# --- form and text, whatever is typed ---


def _quiet(received: int, total: int | None) -> None:
    """Show nothing."""


FORM = settings_forms.settings_form(settings_forms.Nothing(), _quiet)
FIELDS = [field for group in FORM.groups for field in group.fields]
TYPED = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.floats(allow_nan=False).map(repr),
    st.sampled_from(
        [
            "[/]",
            "a: b",
            "a\u2028b",
            "\x85c",
            "# x",
            "'",
            '"',
            "{",
            "- x",
            "\x1b[31m",
            "null",
            "yes",
            "${HOME}",
            "\u202eabc",
            "~",
        ]
    ),
)


def _draft(text: str) -> Draft:
    values = settings_forms.written_values(TextQuery(text), _quiet).values
    return Draft(Path("settings.yaml"), text, text, values=values)


def _typed_into(text: str, field: FormField, typed: str) -> str:
    for edit in form_edits(FORM, _draft(text), field.name, typed):
        operation = texts.Operation(edit.verb, edit.path, value=edit.value)
        text = texts.edit(texts.EditQuery(text, operation), _quiet).text
    return text


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(field=st.sampled_from(FIELDS), typed=TYPED, start=st.sampled_from([TEXT, "", "# only a comment\n"]))
def test_what_is_typed_into_the_form_stands_in_the_text_and_nothing_else_changes(
    field: FormField, typed: str, start: str
) -> None:
    text = _typed_into(start, field, typed)
    for line in start.splitlines():
        if "#" in line and "off" not in line:
            assert line.partition("#")[2] in text
    before, after = _draft(start).values, _draft(text).values
    idle = {other.name for other in FIELDS if other.decided_by == field.name}
    unchanged = {name: value.text for name, value in before.items() if name not in {field.name, *idle}}
    assert {name: after[name].text for name in unchanged} == unchanged
    assert set(after) <= {*before, field.name}
    again = _typed_into(text, field, after[field.name].text) if field.name in after else text
    assert _draft(again).values == after
    cleared = _typed_into(text, field, "")
    assert field.name not in _draft(cleared).values
    assert texts.validate(TextQuery(text), _quiet) is not None


NASTY = ["[/]", "[x", "\x1b[31mred", "漢字カナ", "\u202eabc", "a" * 10_000, "\0nul"]


@pytest.mark.anyio
@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
async def test_nasty_strings_go_through_every_widget(open_app: Any, press: Press, file: Path, nasty: str) -> None:
    quoted = nasty.replace("\0", "").replace("\x1b", "\\e")
    file.write_text(TEXT.replace("name: churn", f'name: "{quoted}"') + f'plugins: ["{quoted}"]\n', encoding="utf-8")
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=file, size=(120, 45)) as pilot:
        for key in ("comma", "enter", "escape", "tab", "enter", "escape", "d", "escape", "tab", "y", "escape"):
            rows = await press(pilot, key)
            assert not any("\x1b" in row or "\u202e" in row or "\0" in row for row in rows)
        pilot.app.screen.query_one("#settings-form", FieldTable).move_to("name")
        await press(pilot, "enter")
        pilot.app.screen.query_one("#settings-form", FieldTable).box.value = nasty
        rows = await press(pilot, "enter")
        assert not any("\x1b" in row or "\u202e" in row or "\0" in row for row in rows)
