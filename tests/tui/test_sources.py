"""Data sets on the screen: none yet, added, proposed, changed, switched, filtered."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake
from fakes.texts import NASTY, TWO_SETS
from rich.cells import cell_len
from tui.conftest import settle

from mtf_engine.domain.outlines import PartProgress, Validation
from mtf_engine.domain.sources import SourceInspection
from mtf_engine.errors import FetchError, Problem, SettingsError
from mtf_engine.settings.shorthand import name_of_source
from mtf_tui.engine_protocol import Progress, SourceAsked
from mtf_tui.screens import source_dialog
from mtf_tui.screens.source_dialog import SourceDialog
from mtf_tui.source_form import write_names
from mtf_tui.terminal import Terminal
from mtf_tui.widgets.answer_line import AnswerLine
from mtf_tui.workspace import Reading

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file in it, and no waiting for the next key."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "customers.csv").write_text("a,b\n1,2\n")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(source_dialog, "_PAUSE", 0.01)
    return folder


@pytest.fixture
def settings(project: Path) -> Path:
    (project / "settings.yaml").write_text(TWO_SETS)
    return project / "settings.yaml"


async def typed(pilot: Any, press: Press, *keys: str) -> list[str]:
    """Press keys and wait until what is typed was looked at."""
    await press(pilot, *keys)
    await pilot.pause(0.05)
    rows: list[str] = await press(pilot)
    return rows


async def adding(pilot: Any, press: Press, *keys: str) -> list[str]:
    """Open the form, type, and wait until what is typed was looked at."""
    await pilot.press("a")
    await until(pilot, lambda: isinstance(pilot.app.screen, SourceDialog) and pilot.app.focused is not None)
    return await typed(pilot, press, *keys)


async def until(pilot: Any, holds: Callable[[], bool]) -> None:
    """Wait for what a dialog's answer starts."""
    await happened(pilot, holds)
    await settle(pilot)


async def happened(pilot: Any, holds: Callable[[], bool]) -> None:
    """Wait for it, and not for what is under way because of it."""
    for _ in range(400):
        if holds():
            await pilot.pause()
            return
        await pilot.pause(0.05)
    raise AssertionError("it did not come to pass")


def asked(client: fake.FakeClient, what: str) -> bool:
    return any(request[0] == what for request in client.asked)


async def test_without_settings_the_first_screen_says_what_to_press(open_app: Any, press: Press) -> None:
    async with open_app(run=None, settings=None) as pilot:
        rows = await press(pilot)
        assert rows[1].strip() == "No data yet. a adds a file, b browses 1 bundled sets."
        assert rows[2].strip() == "settings.yaml is written here when it is first needed"
        assert "a add  b browse " in rows[-1]
        assert "filter" not in rows[-1]
        rows = await press(pilot, "r")
        assert any("No data yet: 1, then a adds a file or b a bundled set" in row for row in rows)
        assert "filter" not in rows[-1]
        assert "No data yet. 1 then a adds a file" in (await press(pilot, "2"))[1]


async def test_the_wizard_fills_everything_in_and_enter_runs(open_app: Any, press: Press, project: Path) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=None, place=Path("settings.yaml")) as pilot:
        rows = await adding(pilot, press, *"cust", "tab")
        screen = "\n".join(rows)
        assert "✓ csv · 7,043 rows × 4 columns · 12 kB" in screen
        assert "churned" in screen
        assert "binary: no 73 %, yes 27 % · the last column" in screen
        assert "2 features stay · customer_id: every value distinct" in screen
        assert "(•) quick 5   ( ) thorough 9   about 20 s" in screen
        assert "enter run" in screen
        assert not (project / "settings.yaml").exists()
        await pilot.press("enter")
        await until(pilot, lambda: asked(client, "start"))
        rows = await press(pilot)
        assert "Running: 84 of 120" in rows[1]
    assert ("start", Path("settings.yaml"), False) in client.asked
    assert f"source: {project}/customers.csv" in (project / "settings.yaml").read_text()
    wizard = next(request for request in client.asked if request[0] == "wizard")
    assert wizard == ("wizard", SourceAsked(f"{project}/customers.csv", None, str(project)), None, "quick")


async def test_a_run_that_is_on_its_way_is_told_at_once(
    open_app: Any, press: Press, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, begins = fake.FakeClient(), asyncio.Event()
    asks = asyncio.Event()
    start = client.start

    async def slow(settings: Path, *, fresh: bool = False) -> Any:
        asks.set()
        await begins.wait()
        return await start(settings, fresh=fresh)

    monkeypatch.setattr(client, "start", slow)
    async with open_app(client=client, run=None, settings=None, place=Path("settings.yaml")) as pilot:
        await adding(pilot, press, *"cust", "tab")
        await pilot.press("enter")
        await happened(pilot, asks.is_set)
        said = pilot.app.page.query_one(AnswerLine).sentence
        begins.set()
        assert said == "Starting the run …"
        rows = await press(pilot)
        assert "Running: 84 of 120" in rows[1]
    assert (project / "settings.yaml").exists()


async def test_what_the_user_chooses_is_proposed(open_app: Any, press: Press) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=None) as pilot:
        await adding(pilot, press, *"customers.csv")
        await typed(pilot, press, "tab", *["backspace"] * 7, *"tenure", "tab", "tab", "space")
        rows = await press(pilot)
        assert any("( ) quick 5   (•) thorough 9" in row for row in rows)
    asked, left_out, mode = [request for request in client.asked if request[0] == "wizard"][-1][1:]
    assert (asked.target, left_out, mode) == ("tenure", None, "thorough")


async def test_enter_looks_at_what_was_not_seen_and_commits_only_what_was(open_app: Any, press: Press) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=None) as pilot:
        await adding(pilot, press, *"http://127.0.0.1/x.csv")
        assert not any(request[0] == "inspect" for request in client.asked)
        rows = await typed(pilot, press, "enter")
        assert any("✓ csv" in row for row in rows)
        assert not any(request[0] == "start" for request in client.asked)
        await pilot.press("enter")
        await until(pilot, lambda: asked(client, "start"))


async def test_nothing_that_is_there_is_written_over(open_app: Any, press: Press, settings: Path) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=None, place=settings) as pilot:
        await adding(pilot, press, *"customers.csv")
        field = pilot.app.screen.query_one("#field-place")
        assert field.value == "settings-2.yaml"
        field.focus()
        field.value = "settings.yaml"
        rows = await typed(pilot, press, "enter")
        assert any("✗ is there already; name another" in row for row in rows)
        field.value = "settings.txt"
        assert any("✗ a settings file ends in .yaml" in row for row in await typed(pilot, press, "enter"))
        field.value = "nowhere/s.yaml"
        assert any("✗ there is no folder" in row for row in await typed(pilot, press, "enter"))
        assert not asked(client, "start")
        field.value = "churn.yaml"
        await typed(pilot, press)
        await pilot.press("enter")
        await until(pilot, lambda: asked(client, "start"))
    assert settings.read_text() == TWO_SETS
    assert settings.with_name("churn.yaml").exists()


async def test_mistakes_stand_below_their_fields_and_block_enter(open_app: Any, press: Press) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=None) as pilot:
        rows = await adding(pilot, press, *"customers.csv", "tab", "x", "enter")
        wrong = next(index for index, row in enumerate(rows) if "✗ There is no column 'churnedx'." in row)
        assert "churnedx" in rows[wrong - 1]
        rows = await typed(pilot, press, "backspace", "tab", *", tenur", "enter")
        assert any("✗ no column 'tenur': did you mean 'tenure'?" in row for row in rows)
        assert isinstance(pilot.app.screen, SourceDialog)
        assert not any(request[0] == "start" for request in client.asked)


async def test_a_source_that_cannot_be_read_says_why_and_can_be_mended(open_app: Any, press: Press) -> None:
    client = fake.FakeClient(error=FetchError("the server sent a web page", hint="It may ask for a login."))
    async with open_app(client=client, run=None, settings=None) as pilot:
        rows = await adding(pilot, press, *"customers.csv")
        assert any("✗ the server sent a web page. It may ask for a login." in row for row in rows)
        client.error = None
        rows = await typed(pilot, press, "enter")
        assert any("✓ csv" in row for row in rows)


class SlowClient(fake.FakeClient):
    """Reads until it is stopped."""

    stopped = False

    async def inspect(self, source: SourceAsked, *, progress: Progress) -> SourceInspection:
        self.asked.append(("inspect", source))
        progress(41, 100)
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped = True
        raise AssertionError


async def test_reading_shows_how_far_it_is_and_esc_stops_it(
    open_app: Any, press: Press, monkeypatch: pytest.MonkeyPatch, text_of: Callable[[Any], list[str]]
) -> None:
    client = SlowClient()
    async with open_app(client=client, run=None, settings=None) as pilot:
        await adding(pilot, press, *"http://h/x.csv")
        await pilot.press("enter")
        await happened(pilot, lambda: asked(client, "inspect"))
        monkeypatch.setattr(source_dialog.SourceDialog, "_now", lambda _: fake.NOON + 3)
        pilot.app.screen._changed()
        await pilot.pause()
        assert any("reading http://h/x.csv  41 %  0:03  esc stops" in row for row in text_of(pilot))
        await pilot.press("escape")
        await happened(pilot, lambda: client.stopped)
        assert isinstance(pilot.app.screen, SourceDialog)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(pilot.app.screen, SourceDialog)


@pytest.fixture
def own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name what is inspected after its source, as the engine does."""
    plain = fake.answers.inspection
    monkeypatch.setattr(fake.answers, "inspection", lambda s: replace(plain(s), name=name_of_source(s.source)))


@pytest.mark.usefixtures("own_name")
async def test_a_data_set_is_added_with_comments_kept(open_app: Any, press: Press, settings: Path) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        rows = await adding(pilot, press, *"customers.csv")
        assert any("enter add" in row for row in rows)
        rows = await typed(pilot, press, "enter")
        assert any("✗ 'customers' is the name of another data set" in row for row in rows)
        await typed(pilot, press, *"shop", "enter")
        added = "  - name: shop\n    source: customers.csv\n    target: churned\n    drop: [customer_id]\n"
        assert pilot.app.workspace.draft.text == TWO_SETS.replace("models:", added + "models:")
        await press(pilot, "u")
        assert pilot.app.workspace.draft.text == TWO_SETS


@pytest.mark.usefixtures("own_name")
async def test_a_data_set_is_changed_key_by_key(open_app: Any, press: Press, settings: Path) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        await typed(pilot, press, "enter")
        await typed(pilot, press)
        assert pilot.app.screen.query_one("#field-target").value == "churned"
        assert pilot.app.screen.query_one("#field-left_out").value == ""
        await typed(pilot, press, "tab", *["backspace"] * 7, *"tenure", "tab", *"contract", "enter")
        changed = "  - source: data/customers.csv  # from the shop\n    target: tenure\n    drop:"
        assert changed in pilot.app.workspace.draft.text
        assert "contract" in pilot.app.workspace.draft.text
        await press(pilot, "u")
        assert pilot.app.workspace.draft.text == TWO_SETS


async def test_a_data_set_is_switched_off_and_on(open_app: Any, press: Press, settings: Path) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        rows = await press(pilot, "down", "space")
        assert "  #off - sklearn:wine\n" in pilot.app.workspace.draft.text
        assert any(row.split()[:4] == ["–", "wine", "sklearn:wine", "off"] for row in rows)
        assert any("1 in the plan · 1 off" in row for row in rows)
        await press(pilot, "space")
        assert pilot.app.workspace.draft.text == TWO_SETS


async def test_browsing_without_settings_proposes_some(
    open_app: Any, press: Press, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = fake.FakeClient()
    validate, looked, go_on = client.validate, asyncio.Event(), asyncio.Event()

    async def slow(text: str, path: Path) -> Validation:
        looked.set()
        await go_on.wait()
        return await validate(text, path)

    monkeypatch.setattr(client, "validate", slow)
    async with open_app(client=client, run=None, settings=None, place=Path("settings.yaml")) as pilot:
        await press(pilot, "b", "enter")
        await until(pilot, looked.is_set)
        rows = await press(pilot)
        assert rows[1].strip().startswith("Reading the data"), "nobody is asked for data that were just chosen"
        go_on.set()
        await until(pilot, lambda: pilot.app.workspace.outline is not None)
        rows = await press(pilot)
        assert pilot.app.workspace.unsaved_text is not None
        assert rows[1].strip().startswith("Testing on 4 data sets")
        assert not (project / "settings.yaml").exists()
        await pilot.press("r")
        await until(pilot, lambda: asked(client, "start"))
    assert ("start", Path("settings.yaml"), False) in client.asked
    assert (project / "settings.yaml").exists()


async def test_a_cached_set_is_looked_at_first(open_app: Any, press: Press, settings: Path) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=settings) as pilot:
        await typed(pilot, press, "b", *"prices", "enter")
        assert pilot.app.screen.query_one("#field-source").value == "https://example.test/prices.csv"
        assert any(request[0] == "inspect" for request in client.asked)
        await typed(pilot, press, *["tab"] * 3, *"prices", "enter")
        assert "source: https://example.test/prices.csv" in pilot.app.workspace.draft.text
        assert pilot.app.page.table("#datasets").cursor == "prices"


async def test_looking_for_names_anew_leaves_nothing_behind(open_app: Any, press: Press) -> None:
    async with open_app(run=None, settings=None) as pilot:
        await adding(pilot, press, *"cust")
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            for _ in range(3):
                pilot.app.screen._complete()
            await pilot.pause()
            gc.collect()
        assert [str(warning.message) for warning in told] == []


async def test_all_of_a_long_refusal_is_said(open_app: Any, press: Press) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=None) as pilot:
        client.error = FetchError(
            "http://127.0.0.1:8765/nothere.csv: the server answered 404 File not found",
            hint="Check the address in a browser; the file may have moved, or need you to sign in.",
        )
        await adding(pilot, press, *"http://127.0.0.1:8765/nothere.csv")
        rows = await typed(pilot, press, "enter")
        assert "need you to sign in." in " ".join(" ".join(rows).replace("│", " ").split()), rows


async def test_hostile_names_reach_the_form_only_to_be_read(
    open_app: Any, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = fake.answers.inspection(SourceAsked("x"))
    columns = (*(replace(plain.columns[0], name=nasty) for nasty in NASTY), *plain.columns)
    notes = tuple(replace(plain.identifiers[0], column=nasty) for nasty in NASTY)
    shares = tuple(replace(plain.classes[0], label=nasty) for nasty in NASTY[2:5])
    found = replace(plain, columns=columns, identifiers=notes, classes=shares, target_reason=NASTY[2], format=NASTY[3])
    monkeypatch.setattr(fake.answers, "inspection", lambda source: replace(found, target=source.target or "churned"))
    async with open_app(run=None, settings=None) as pilot:
        await adding(pilot, press, *"customers.csv")
        for keys in (["tab"], ["home", "down"], ["tab"], ["up"], ["tab"], ["tab"], ["shift+tab"] * 4):
            rows = await typed(pilot, press, *keys)
            assert not any(c in row for row in rows for c in "\x1b\x07\x00\x08\u202e")
        for nasty in NASTY:
            pilot.app.screen.query_one("#field-target").value = nasty
            pilot.app.screen.query_one("#field-left_out").value = write_names(NASTY)
            rows = await typed(pilot, press)
            assert not any(c in row for row in rows for c in "\x1b\x07\x00\x08\u202e")
        assert pilot.app.is_running


LOOKS = [((80, 24), "mtf-dark"), ((120, 40), "mtf-light"), ((160, 45), "mtf-cvd"), ((80, 24), "ascii"),
         ((160, 45), "no_color"), ((40, 10), "mtf-dark")]  # fmt: skip


@pytest.mark.parametrize(("size", "look"), LOOKS, ids=str)
async def test_every_state_paints_in_every_size_and_look(
    open_app: Any, press: Press, settings: Path, size: tuple[int, int], look: str
) -> None:
    terminal = Terminal(ascii_only=look == "ascii", colour=look != "no_color")
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=settings, size=size, terminal=terminal) as pilot:
        if look.startswith("mtf"):
            pilot.app.theme = look
        pages = [
            await press(pilot),
            await press(pilot, "down", "space"),
            await press(pilot, "v"),
            await press(pilot, "escape"),
        ]
        pages.append(await adding(pilot, press, *"customers.csv"))
        pages.append(await press(pilot, "tab"))
        await press(pilot, "escape")
        parts = {"customers": PartProgress(41, 100), "wine": PartProgress(7, 7, "ready")}
        pilot.app.workspace.reading = Reading(48, 107, fake.NOON - 3, parts)
        pilot.app.refresh_page()
        pages.append(await press(pilot))
        assert "Reading 2 of 2, 45 %, 0:03; esc stops" in pages[-1][1] or size[0] == 40
        pilot.app.workspace.reading = None
        problem = Problem("There is no column 'churned'.", key="datasets[0].target")
        pilot.app.workspace.outline_error = SettingsError([problem])
        pilot.app.refresh_page()
        pages.append(await press(pilot))
    for rows in pages:
        assert any(row.strip() for row in rows[1:])
        assert all(cell_len(row) <= size[0] for row in rows)
        if look == "ascii":
            own_signs = "".join(rows).translate({ord(c): None for c in "·…×−–→≥§“”±█▀▄▌▐↓←"})
            assert own_signs.isascii(), [c for c in own_signs if not c.isascii()]
