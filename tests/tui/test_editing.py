"""The settings text on the screen: edited with its comments, validated, undone, compared and written."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake
from fakes.texts import COMMENTED

from mtf_engine import api
from mtf_tui.draft import Draft
from mtf_tui.engine_protocol import SettingsEdit
from mtf_tui.widgets.confirm_dialog import ConfirmDialog

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


async def _edit(pilot: Any, *edits: SettingsEdit) -> None:
    for edit in edits:
        await pilot.app.editing.apply(lambda _, edit=edit: edit, "edit")


REMOVE_FOREST = SettingsEdit("remove", ("models",), 2)
WRONG_MODEL = SettingsEdit("insert", ("models",), 0, value="logistic_regresion")


def test_a_draft_goes_back_and_forth() -> None:
    draft = Draft(Path("s.yaml"), "a\n", "a\n").edited("a\nb\n").edited("c\n")
    assert draft.is_dirty
    assert draft.undone().text == "a\nb\n"
    assert draft.undone().undone() == draft.undone().undone().undone()
    assert draft.undone().redone() == draft
    assert draft.undone().edited("d\n").redone().text == "d\n"
    typed = draft.edited("d\n", typing="x").edited("de\n", typing="x")
    assert typed.undone() == replace(draft, future=("de\n",))
    assert typed.edited("c\n", typing="x") == typed.taken_back("x") == draft
    assert typed.settled().edited("f\n", typing="x").undone().text == "de\n"
    assert draft.undone().difference() == ("@@ -1 +1,2 @@", " a", "+b")


async def test_an_edit_keeps_comments_and_is_unsaved_until_it_is_written(
    open_app: Any, press: Press, settings: Path
) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=settings, size=(120, 40)) as pilot:
        assert "settings.yaml *" not in (await press(pilot))[0]
        await _edit(pilot, REMOVE_FOREST)
        rows = await press(pilot)
        assert "settings.yaml *" in rows[0]
        assert settings.read_text() == COMMENTED
        assert client.outlined[-1] == COMMENTED.replace("  - random_forest\n", "")
        rows = await press(pilot, "comma")
        assert rows[1].strip() == "settings.yaml is valid; 1 line not saved: w shows, then writes"
        assert any("✓ valid · * unsaved" in row for row in rows)
        assert any("# as agreed" in row for row in rows)
        rows = await press(pilot, "w")
        assert any("-  - random_forest" in row for row in rows)
        assert settings.read_text() == COMMENTED
        rows = await press(pilot, "w")
        assert settings.read_text() == COMMENTED.replace("  - random_forest\n", "")
        assert rows[1].strip() == "settings.yaml is valid and saved"


async def test_undo_and_redo_go_through_every_text(open_app: Any, press: Press, settings: Path) -> None:
    async with open_app(run=None, settings=settings, size=(120, 40)) as pilot:
        await _edit(pilot, REMOVE_FOREST, SettingsEdit("move", ("pipeline",), 3, to=0))
        edited = pilot.app.workspace.draft.text
        await press(pilot, "u", "u")
        assert pilot.app.workspace.draft.text == COMMENTED
        assert "*" not in (await press(pilot))[0]
        await press(pilot, "U", "U")
        assert pilot.app.workspace.draft.text == edited
        await press(pilot, "u", "u", "u")
        assert pilot.app.workspace.draft.text == COMMENTED


async def test_a_wrong_text_is_said_at_once_and_neither_written_nor_run(
    open_app: Any, press: Press, settings: Path
) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=settings) as pilot:
        await _edit(pilot, WRONG_MODEL)
        rows = await press(pilot)
        assert "✗" in rows[1]
        assert "logistic_regresion" in rows[1]
        rows = await press(pilot, "comma", "tab")
        wrong = next(index for index, row in enumerate(rows) if "✗" in row and "- logistic_regresion" in row)
        assert "logistic_regresion" in rows[wrong + 1]
        assert "logistic_regression" in rows[wrong + 2]
        await press(pilot, "escape", "escape", "r")
        assert not any(request[0] == "start" for request in client.asked)
        assert settings.read_text() == COMMENTED
        rows = await press(pilot, "escape", "u")
        assert rows[1].strip().startswith("Testing on")


async def _asked(pilot: Any, text_of: Callable[[Any], list[str]]) -> list[str]:
    """Press `r`, and wait for the question only."""
    await pilot.press("r")
    for _ in range(400):
        if isinstance(pilot.app.screen, ConfirmDialog):
            break
        await pilot.pause(0.05)
    await pilot.pause()
    return text_of(pilot)


async def test_running_shows_what_it_saves_first_and_says_so(
    open_app: Any, press: Press, text_of: Callable[[Any], list[str]], settings: Path
) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=settings) as pilot:
        await _edit(pilot, REMOVE_FOREST)
        rows = await _asked(pilot, text_of)
        assert any("Write to settings.yaml and run?" in row for row in rows)
        assert any("-  - random_forest" in row for row in rows)
        await press(pilot, "escape")
        assert not any(request[0] == "start" for request in client.asked)
        assert settings.read_text() == COMMENTED
        await _asked(pilot, text_of)
        rows = await press(pilot, "r")
        assert any("Saved settings.yaml" in row for row in rows)
    assert ("start", settings, False) in client.asked
    assert "random_forest" not in settings.read_text()


@pytest.mark.parametrize(("answer", "holds"), [("escape", "theirs"), ("r", "theirs"), ("k", "mine")])
async def test_a_file_that_somebody_else_changed_is_not_written_over_unasked(
    open_app: Any, press: Press, settings: Path, answer: str, holds: str
) -> None:
    theirs = COMMENTED.replace("# kept", "# theirs")
    async with open_app(run=None, settings=settings) as pilot:
        await _edit(pilot, REMOVE_FOREST)
        settings.write_text(theirs)
        await pilot.press("r")
        for _ in range(400):
            if pilot.app.screen.query(".dialog"):
                break
            await pilot.pause(0.05)
        rows = [str(pilot.app.screen.query_one(".dialog").border_title)]
        assert rows == ["Changed on disk"]
        await press(pilot, answer)
        draft = pilot.app.workspace.draft
        mine = COMMENTED.replace("  - random_forest\n", "")
        assert settings.read_text() == (theirs if holds == "theirs" else mine)
        assert draft.text == (theirs if answer == "r" else mine)
        assert draft.undone().text == (mine if answer == "r" else COMMENTED)


async def test_the_demo_is_never_written_to(
    open_app: Any, press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = api.DEMO.read_text()
    monkeypatch.chdir(tmp_path)
    async with open_app(run=None, settings=api.DEMO) as pilot:
        await _edit(pilot, SettingsEdit("remove", ("models",), 0))
        await press(pilot, "comma", "w", "w")
        assert pilot.app.workspace.settings == Path("demo.yaml")
    assert api.DEMO.read_text() == before
    assert "logistic_regression" not in Path("demo.yaml").read_text()


async def test_hostile_text_cannot_inject_anything(open_app: Any, press: Press, settings: Path) -> None:
    settings.write_text(COMMENTED + "name: '[red]x[/] \u202eabc'\n", encoding="utf-8")
    async with open_app(run=None, settings=settings) as pilot:
        rows = await press(pilot, "comma", "tab", "G")
        assert any("[red]x[/]" in row for row in rows)
        assert not any("\u202e" in row for row in rows)


async def test_steps_are_moved_switched_and_removed(open_app: Any, press: Press, settings: Path) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        rows = await press(pilot, "2", "J")
        names = [slot.name for slot in pilot.app.workspace.draft.slots(("pipeline",))]
        assert names == ["impute", "drop_duplicates", "encode", "scale"]
        await press(pilot, "J", "K", "K")
        assert "impute" in pilot.app.workspace.draft.text.split("pipeline:")[1].splitlines()[2]
        rows = await press(pilot, "space")
        assert "  #off - drop_duplicates" in pilot.app.workspace.draft.text
        assert any("Steps" in row and "3 on · 1 off" in row for row in rows)
        await press(pilot, "space", "x")
        assert "drop_duplicates" not in pilot.app.workspace.draft.text
        assert "# as agreed" in pilot.app.workspace.draft.text


async def test_a_step_is_added_and_its_parameters_are_checked_while_typing(
    open_app: Any, press: Press, settings: Path
) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        await press(pilot, "2", "G", "a", *"remove_out", "enter")
        names = [slot.name for slot in pilot.app.workspace.draft.slots(("pipeline",))]
        assert names == ["drop_duplicates", "impute", "encode", "scale", "remove_outliers"]
        rows = await press(pilot, "enter", "down", "enter", *"-2")
        assert any(row.strip() == "✗ must be more than 0" for row in rows), rows
        assert "remove_outliers: {threshold: -2}" in pilot.app.workspace.draft.text
        await press(pilot, "backspace", "backspace", *"2.5", "enter")
        assert "remove_outliers: {threshold: 2.5}" in pilot.app.workspace.draft.text
        await press(pilot, "u")
        assert "  - remove_outliers\n" in pilot.app.workspace.draft.text


async def test_esc_leaves_a_field_as_it_was_and_tab_goes_on_to_the_next(
    open_app: Any, press: Press, settings: Path
) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        await press(pilot, "2", "down", "enter", "enter", *["backspace"] * 6, *"mean")
        assert re.search(r"\{numeric: mean\} +# as agreed", pilot.app.workspace.draft.text)
        assert "as agreed" in pilot.app.workspace.draft.text
        await press(pilot, "escape")
        assert pilot.app.workspace.draft.text == COMMENTED
        assert not pilot.app.workspace.draft.past
        rows = await press(pilot, "enter")
        assert "↓ choose" in rows[-1]
        await press(pilot, "down", "tab", "down", "tab")
        assert "{numeric: most_frequent, categorical: constant} # as agreed" in pilot.app.workspace.draft.text
        assert pilot.app.screen.query_one("#parameters").typing == "neighbors"
        assert "↓ choose" not in (await press(pilot))[-1], "a number has no choices"
        rows = await press(pilot, *"uUqrx7")
        assert pilot.app.page.SCOPE == "pipeline"
        assert any("✗ must be a whole number" in row for row in rows)
        await press(pilot, "escape", "escape", "u", "u")
        assert pilot.app.workspace.draft.text == COMMENTED


async def test_the_first_change_of_auto_writes_it_out(open_app: Any, press: Press, settings: Path) -> None:
    bare = "# kept\nversion: 1\ndatasets: [sklearn:wine]\nmodels: [svm]\n"
    settings.write_text(bare)
    async with open_app(run=None, settings=settings) as pilot:
        rows = await press(pilot, "2")
        assert any("auto, as resolved for breast_cancer" in row for row in rows)
        rows = await press(pilot, "down", "x")
        assert any("auto is written out into the settings" in row for row in rows)
        written = pilot.app.workspace.draft.text
        assert "pipeline:\n  - drop_duplicates\n  - encode\n  - scale: {method: robust}\n" in written
        assert written.startswith("# kept\n")
        await press(pilot, "u")
        assert pilot.app.workspace.draft.text == bare


async def test_typing_into_a_field_replaces_what_stands_there_and_an_arrow_keeps_it(
    open_app: Any, press: Press, settings: Path
) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        await press(pilot, "3", "enter", "enter", *"2", "enter")
        assert "logistic_regression: {C: 2}" in pilot.app.workspace.draft.text
        await press(pilot, "enter", "right", *".5", "enter")
        assert "logistic_regression: {C: 2.5}" in pilot.app.workspace.draft.text
        await press(pilot, "enter", *"7", "escape")
        assert "logistic_regression: {C: 2.5}" in pilot.app.workspace.draft.text


async def test_models_are_added_parametrised_and_switched(
    open_app: Any, press: Press, text_of: Callable[[Any], list[str]], settings: Path
) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=settings) as pilot:
        rows = await press(pilot, "3")
        assert any(row.split()[:3] == ["–", "svm", "off"] for row in rows)
        await press(pilot, "down", "space")
        assert "\n  - svm\n" in pilot.app.workspace.draft.text
        await press(pilot, "a", *"ridge", "enter")
        assert [slot.name for slot in pilot.app.workspace.draft.slots(("models",))][-1] == "ridge"
        await press(pilot, "x", "g", "enter", "enter")
        rows = await press(pilot, *["backspace"] * 3, *"-1", "enter")
        assert any(row.strip() == "✗ must be more than 0" for row in rows), rows
        assert any(row.split()[:3] == ["✗", "logistic_regression", "wrong"] for row in rows)
        await press(pilot, "escape", "down", "2", "3", "r")
        assert not any(request[0] == "start" for request in client.asked)
        await press(pilot, "escape", "g", "enter", "enter", "backspace", "backspace", *"0.25", "enter")
        assert "logistic_regression: {C: 0.25}" in pilot.app.workspace.draft.text
        await _asked(pilot, text_of)
        await press(pilot, "enter")
        assert any(request[0] == "start" for request in client.asked)


async def test_all_of_what_is_wrong_with_a_step_is_said_below_it(open_app: Any, press: Press, settings: Path) -> None:
    settings.write_text(COMMENTED.replace("drop_duplicates", "drop_duplicate"))
    async with open_app(run=None, settings=settings) as pilot:
        below = " ".join(" ".join((await press(pilot, "2"))[10:]).split())
        assert "✗ There is no step named 'drop_duplicate'. Did you mean 'drop_duplicates'?" in below


async def test_a_choice_that_nothing_matches_has_no_sentence(open_app: Any, press: Press, settings: Path) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        rows = await press(pilot, "3", "a")
        assert sum("Small trees fitted in turn" in row for row in rows) == 2
        rows = await press(pilot, *"python")
        assert any("nothing matches" in row for row in rows)
        assert not any("Small trees fitted in turn" in row for row in rows)


async def test_a_bundled_data_set_is_added_and_one_is_removed(open_app: Any, press: Press, settings: Path) -> None:
    settings.write_text(COMMENTED.replace("  - sklearn:wine\n", ""))
    async with open_app(run=None, settings=settings) as pilot:
        await press(pilot, "b", *"wine", "enter")
        assert "datasets:\n  - sklearn:diabetes\n  - sklearn:wine\n" in pilot.app.workspace.draft.text
        pilot.app.screen.query_one("#datasets").move_to("wine")
        await press(pilot, "x")
        assert pilot.app.workspace.draft.text == settings.read_text()
        await press(pilot, "u")
        assert "sklearn:wine" in pilot.app.workspace.draft.text


async def test_leaving_asks_about_what_is_not_saved(open_app: Any, press: Press, settings: Path) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        await _edit(pilot, REMOVE_FOREST)
        rows = await press(pilot, "q")
        assert any("Leave without saving?" in row for row in rows)
        assert any("settings.yaml: 1 line not saved." in row for row in rows)
        rows = await press(pilot, "escape")
        assert not any("Leave without saving?" in row for row in rows)
        await press(pilot, "ctrl+c")
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
    assert pilot.app.return_code == 0
    assert settings.read_text() == COMMENTED.replace("  - random_forest\n", "")


async def test_leaving_can_drop_what_is_not_saved(open_app: Any, press: Press, settings: Path) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        await _edit(pilot, REMOVE_FOREST)
        await press(pilot, "q")
        await pilot.press("x")
        await pilot.app.workers.wait_for_complete()
    assert pilot.app.return_code == 0
    assert settings.read_text() == COMMENTED


async def test_a_file_that_is_gone_cannot_be_read_again(open_app: Any, press: Press, settings: Path) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        await _edit(pilot, REMOVE_FOREST)
        await press(pilot, "comma")
        settings.unlink()
        await press(pilot, "w")
        rows = await press(pilot, "w")
        assert any("Changed on disk" in row for row in rows)
        rows = await press(pilot, "r")
        assert any("Could not read the settings again" in row for row in rows)
        await press(pilot, "escape", "w")
        await press(pilot, "k")
        assert settings.read_text() == COMMENTED.replace("  - random_forest\n", "")


@pytest.mark.skipif(os.name == "nt", reason="permissions are those of POSIX")
async def test_settings_that_are_nobody_elses_are_so_while_they_are_written(
    open_app: Any, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.chmod(0o600)
    modes: list[int] = []
    monkeypatch.setattr("os.fsync", lambda file: modes.append(stat.S_IMODE(os.fstat(file).st_mode)))
    async with open_app(run=None, settings=settings) as pilot:
        await _edit(pilot, REMOVE_FOREST)
        await pilot.app.editing.save()
    assert modes == [0o600]
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    assert [path.name for path in settings.parent.iterdir() if path.name.startswith(".settings")] == []
