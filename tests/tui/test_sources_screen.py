"""The Sources screen on settings that are there: lists, profiles, rows, and what is wrong with the data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake
from fakes.texts import NASTY, TWO_SETS
from tui.conftest import painted, screen_text

from mtf_engine.domain.outlines import PartProgress
from mtf_engine.domain.views import RowPage
from mtf_engine.errors import Problem, SettingsError
from mtf_tui.engine_protocol import SourceAsked
from mtf_tui.workspace import Reading

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.yaml").write_text(TWO_SETS)
    return tmp_path / "settings.yaml"


async def test_many_data_sets_are_filtered_and_sorted(open_app: Any, press: Press, settings: Path) -> None:
    names = "".join(f"  - name: set{number:03}\n    source: data/{number}.csv\n" for number in range(300))
    settings.write_text(f"version: 1\ndatasets:\n  - sklearn:wine\n{names}  - sklearn:diabetes\nmodels: [ridge]\n")
    async with open_app(run=None, settings=settings) as pilot:
        rows = await press(pilot, "slash", *"dia", "enter")
        assert any("1 of 302" in row for row in rows)
        rows = await press(pilot, "escape", "s", *"rows", "enter", "g")
        assert [row.split()[1] for row in rows[5:7]] == ["wine", "diabetes"]
        rows = await press(pilot, "S", "g")
        assert [row.split()[1] for row in rows[5:7]] == ["diabetes", "wine"]


async def test_a_failed_data_set_says_why(open_app: Any, press: Press, settings: Path) -> None:
    problem = Problem("There is no column 'churned'.", "Did you mean 'churn'?", 4, "datasets[0].target")
    client = fake.FakeClient(error=SettingsError([problem]))
    async with open_app(client=client, run=None, settings=settings) as pilot:
        rows = await press(pilot)
        assert rows[1].strip() == "✗ customers: There is no column 'churned' · , shows it, R reads again"
        assert any(row.split()[:2] == ["✗", "customers"] and "failed" in row for row in rows)
        assert any(row.split() == ["next", "Did", "you", "mean", "'churn'?"] for row in rows)
        assert any("line 4 of settings.yaml" in row for row in rows)
        rows = await press(pilot, "down")
        assert any("its columns are shown once it is read" in row for row in rows)


async def test_reading_says_how_far_each_data_set_is(open_app: Any, press: Press, settings: Path) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        workspace = pilot.app.workspace
        workspace.outline = None
        parts = {"customers": PartProgress(41, 100), "wine": PartProgress(7, 7, "ready")}
        workspace.reading = Reading(48, 107, fake.NOON - 3, parts)
        pilot.app.refresh_page()
        rows = await press(pilot)
        assert rows[1].strip() == "Reading 2 of 2, 45 %, 0:03; esc stops"
        assert any(row.split()[:5] == ["▸", "customers", "data/customers.csv", "41", "%"] for row in rows), "\n".join(
            rows[3:8]
        )
        assert any(row.split()[:4] == ["✓", "wine", "sklearn:wine", "read"] for row in rows)


@pytest.mark.parametrize("key", ["1", "2", "3"])
async def test_no_pane_is_empty_while_settings_and_data_are_read(
    open_app: Any, press: Press, settings: Path, key: str
) -> None:
    async with open_app(run=None, settings=settings) as pilot:
        await press(pilot, key)
        workspace = pilot.app.workspace
        workspace.outline = workspace.draft = None
        parts = {"wine": PartProgress(7, 7, "ready"), "customers": PartProgress(41, 100)}
        workspace.reading = Reading(48, 107, fake.NOON - 3, parts)
        pilot.app.refresh_page()
        rows = await press(pilot)
        assert any(row.strip() == "reading the settings" for row in rows)
        assert any(row.strip() == "reading customers  41 %  0:03  esc stops" for row in rows), "below it"
        assert not any("0 on" in row for row in rows), "nobody knows yet how many there are"
        heads = [at for at, row in enumerate(rows) if row[:2] in ("─ ", "━ ")]
        assert len(heads) > 1
        assert all(rows[at + 1].strip() and at + 1 not in heads for at in heads), "no head stands alone"


async def test_a_sample_is_said_and_all_rows_are_read_when_asked(
    open_app: Any, press: Press, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = fake.answers.profile("x")
    monkeypatch.setattr(fake.answers, "profile", lambda _: replace(plain, rows=12_300_000, rows_read=100_000))
    client = fake.FakeClient()
    async with open_app(client=client, run=None, settings=settings) as pilot:
        await press(pilot, "down")
        rows = await press(pilot, "up", "down")
        assert any("! sampled: 100,000 of 12.3 M rows" in row for row in rows)
        wine = next(row for row in rows if " wine " in row)
        assert wine.strip().startswith("!")
        monkeypatch.setattr(fake.answers, "profile", lambda _: replace(plain, rows=12_300_000, rows_read=12_300_000))
        rows = await press(pilot, "P")
        assert any("all 12.3 M rows" in row for row in rows)
    assert [request[2] for request in client.asked if request[0] == "profile"][-1] is True


async def test_hostile_data_reach_the_screen_only_to_be_read(
    open_app: Any, press: Press, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, plan = fake.answers.profile("x"), fake.answers.outline()
    columns = tuple(replace(plain.columns[0], name=nasty, text=nasty, is_target=False) for nasty in NASTY)
    monkeypatch.setattr(fake.answers, "profile", lambda _: replace(plain, columns=columns))
    datasets = tuple(
        replace(one, target=nasty, findings=(nasty,), task=nasty[:20])
        for one, nasty in zip(plan.datasets, NASTY[2:6], strict=True)
    )
    monkeypatch.setattr(fake.answers, "outline", lambda: replace(plan, datasets=datasets))
    page = RowPage(NASTY, tuple((*NASTY[at:], *NASTY[:at]) for at in range(5)), 0, 5, (False,) * len(NASTY))

    class Client(fake.FakeClient):
        async def preview(self, source: SourceAsked, offset: int, limit: int) -> RowPage:
            self.asked.append(("preview", source, offset, limit))
            return page

    settings.write_text(TWO_SETS.replace("- source: data", "- name: churn\n    source: data"))
    async with open_app(client=Client(), run=None, settings=settings, size=(160, 45)) as pilot:
        for keys in ([], ["down"], ["tab", "G"], ["shift+tab", "v"], ["right"], ["right", "right"], ["escape"]):
            rows = await press(pilot, *keys)
            assert not any(c in row for row in rows for c in "\x1b\x07\x00\x08\u202e")
            assert any("[red]x[/red]" in row for row in rows) or keys == ["right", "right"]
        assert pilot.app.is_running


async def test_the_last_rows_are_shown_though_they_are_asked_for_before_the_first(
    open_app: Any, press: Press, settings: Path
) -> None:
    class Client(fake.FakeClient):
        def __init__(self) -> None:
            super().__init__()
            self.may_answer = asyncio.Event()

        async def preview(self, source: SourceAsked, offset: int, limit: int) -> RowPage:
            await self.may_answer.wait()
            return await super().preview(source, offset, limit)

    client = Client()
    async with open_app(client=client, run=None, settings=settings) as pilot:
        await pilot.press("v", "G")
        await painted(pilot)
        assert any("reading rows" in row for row in screen_text(pilot))
        client.may_answer.set()
        rows = await press(pilot)
        assert any("of 1,000,000 rows" in row and " – 1,000,000 " in row for row in rows), rows
        assert any(row.split()[1:2] == ["999999"] for row in rows), rows
        assert any("1 – " in row for row in await press(pilot, "g"))


async def test_a_problem_of_the_data_is_told_whole_with_the_step_that_has_it(
    open_app: Any, press: Press, settings: Path
) -> None:
    message = "The step scale names 'signup_date', which is no feature column (data set 'houses')."
    hint = "The features are area_m2, rooms, year_built, district, distance_km."
    settings.write_text(TWO_SETS + "pipeline: [impute, {scale: {columns: [signup_date]}}]\n")
    client = fake.FakeClient(error=SettingsError([Problem(message, hint, 7, "pipeline[1].scale.columns")]))

    def whole(rows: list[str]) -> str:
        return " ".join(" ".join(rows).split())

    async with open_app(client=client, run=None, settings=settings) as pilot:
        assert f"{message} {hint}" in whole(await press(pilot))
        rows = await press(pilot, "2", "down")
        assert rows[1].rstrip().endswith("… · , shows it, R reads again")
        assert any(row.split()[:2] == ["✗", "scale"] for row in rows), rows
        assert f"{message} {hint}" in whole(await press(pilot, "tab"))
        rows = await press(pilot, "4")
        assert rows[2].strip() == "settings.yaml cannot be run as it is · , shows it, R reads again"
        assert f"{message} {hint}" in whole(rows)
        assert "Could not start the run" in whole(await press(pilot, "1", "r"))
        assert not [asked for asked in client.asked if asked[0] == "start"]


async def test_problems_of_the_settings_are_all_in_sight(open_app: Any, press: Press, settings: Path) -> None:
    keys = ", ".join(f"key_number_{number}" for number in range(20))
    wrong = [Problem(f"Unknown key 'metrc{number}'.", f"Valid keys: {keys}.", 4) for number in range(2)]
    client = fake.FakeClient(error=SettingsError(wrong))
    async with open_app(client=client, run=None, settings=settings) as pilot:
        rows = await press(pilot)
        told = " ".join(" ".join(rows).split())
        assert told.count(f"Valid keys: {keys}.") == 2
        assert not any("↓" in row for row in rows)
        assert any("Profile of" in row for row in rows)
        client.error = None
        rows = await press(pilot, "R")
        assert not any("Valid keys" in row for row in rows)
