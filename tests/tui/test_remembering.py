"""What the UI knows again the next time it is opened, and the files that say how it looks."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake

from mtf_tui.config import Config
from mtf_tui.connecting import Connection
from mtf_tui.state import SOURCES, ListOrder, StateStore
from mtf_tui.widgets.score_table import ScoreTable

pytestmark = pytest.mark.anyio
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "tui-toml.md"


async def test_the_last_screen_and_the_order_of_its_list_come_back(
    open_app: Any, press: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "settings.yaml").write_text("name: kept\n")
    async with open_app(run=None) as pilot:
        await press(pilot, "3", "s")
        await press(pilot, "down", "enter")
        table = pilot.app.focused
        assert isinstance(table, ScoreTable)
        chosen = table.arrangement
        assert chosen.column is not None
    async with open_app(run=None) as pilot:
        await press(pilot)
        assert pilot.app.page.SCOPE == "models"
        assert pilot.app.page.table(f"#{table.id}").arrangement == chosen
        await press(pilot, "s", "up", "enter")
    async with open_app(run=None) as pilot:
        assert pilot.app.store.state.lists == {}


async def test_a_run_comes_before_the_last_screen(open_app: Any, press: Callable[..., Any]) -> None:
    async with open_app() as pilot:
        await press(pilot, "6")
    async with open_app() as pilot:
        assert pilot.app.page.SCOPE == "run"


async def test_the_last_run_of_the_settings_is_opened_behind_the_first_screen(
    open_app: Any, press: Callable[..., Any], tmp_path: Path
) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("name: kept\ndatasets: [sklearn:wine]\nmodels: [ridge]\n")
    client = fake.FakeClient([fake.FakeRun(states=[fake.finished_state()], the_results=fake.results())])

    def connect(last: str | None) -> Connection:
        return Connection(client, settings, None, last)

    async with open_app(run=None, connect=partial(connect, client.known[0].id)) as pilot:
        await press(pilot)
        assert pilot.app.page.SCOPE == "sources"
        assert any(row.startswith(" Finished in ") for row in await press(pilot, "4"))
        assert not any("No results are open" in row for row in await press(pilot, "5"))
        assert pilot.app.workspace.settings == settings
    async with open_app(run=None, connect=partial(connect, None)) as pilot:
        rows = await press(pilot, "4")
        assert rows[1].startswith(" No run is open.")
        assert any("Nothing measured yet" in row for row in rows)
        assert not {"level", "follow", "search"} & set(rows[-1].split())
        outline = pilot.app.workspace.outline
        pilot.app.workspace.outline = replace(outline, finished_cells=outline.cells)
        pilot.app.refresh_page()
        assert any(
            f"{outline.cells} of {outline.cells} cells of settings.yaml are stored" in row for row in await press(pilot)
        )


def test_sources_are_remembered_newest_first(tmp_path: Path) -> None:
    store = StateStore(tmp_path)
    for number in range(SOURCES + 3):
        store.remember_source(f"{number}.csv")
    store.remember_source("9.csv")
    again = StateStore(tmp_path).load().state.sources
    assert again[:2] == ("9.csv", f"{SOURCES + 2}.csv")
    assert len(again) == len(set(again)) == SOURCES


def test_an_order_that_is_none_is_forgotten(tmp_path: Path) -> None:
    store = StateStore(tmp_path)
    store.remember_list("runs.runs", ListOrder("churn", "age", True))
    assert StateStore(tmp_path).load().state.lists == {"runs.runs": ListOrder("churn", "age", True)}
    store.remember_list("runs.runs", ListOrder())
    assert StateStore(tmp_path).load().state.lists == {}


def test_every_key_of_the_configuration_is_documented_and_its_example_is_right() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for field in fields(Config):
        assert f"| `{field.name}`" in text or f"| `[{field.name}]`" in text
    example = tomllib.loads(text.split("```toml\n")[1].split("```")[0])
    assert set(example) == {field.name for field in fields(Config)}


def test_a_disk_that_refuses_keeps_no_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", refused)
    store = StateStore(tmp_path)
    store.remember(theme="mtf-light")
    assert store.state.theme == "mtf-light"
    assert list(tmp_path.iterdir()) == []
