"""Strings from data can't inject markup, control codes or direction, in any widget."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake
from hypothesis import given
from hypothesis import strategies as st

from mtf_engine.domain.difference import RunDifference
from mtf_engine.domain.event import Logged
from mtf_engine.domain.views import Confusion, Curves, ResidualSummary, RowByRow, RowPage
from mtf_engine.errors import MTFError, Problem, SettingsError
from mtf_tui.engine_protocol import ViewScope
from mtf_tui.text import cut, fitted, own, safe, spare

pytestmark = pytest.mark.anyio

KEYS = ("4", "enter", "escape", "f", "1", "2", "3", "5", "o", "enter", "escape", "v", "h", "f", "d", "escape", "6")
NASTY = (
    "[/]",
    "[x",
    "[red]not red[/red]",
    "[@click=app.quit]quit[/]",
    "\x1b[31mred\x1b[0m\x1b]0;owned\x07",
    "模型 漢字",
    "\u202egnirts desrever\u202c שלום",
    "a\u0300" * 40,
    "x" * 10_000,
    "nul \x00 bell \x07 back \x08",
    "two\nlines\tand a tab",
    "$text {accent} %s",
    "",
)


class Nasty:
    """Gives the nasty strings in turn, each name another one, the same one for the same name."""

    def __init__(self, first: int) -> None:
        self._left = itertools.cycle((*NASTY[first:], *NASTY[:first]))
        self._named: dict[str, str] = {}

    def text(self) -> str:
        """The next one."""
        return next(self._left)

    def name(self, value: str | None) -> Any:
        """A nasty name in place of one that has to stay unique."""
        if value is None:
            return None
        if value not in self._named:
            self._named[value] = f"{self.text()}{value}"
        return self._named[value]

    def plain(self, value: str) -> str:
        """The name that a nasty one stands for."""
        return next((name for name, made in self._named.items() if made == value), value)


class NastyRun(fake.FakeRun):
    """A run whose curves, classes, rows and columns are nasty too."""

    nasty: Nasty

    def _plain(self, scope: ViewScope) -> ViewScope:
        models = tuple((pipeline, self.nasty.plain(model)) for pipeline, model in scope.models)
        return replace(scope, dataset=self.nasty.plain(scope.dataset), models=models)

    async def curves(self, kind: str, scope: ViewScope, options: Mapping[str, object] | None = None) -> Curves:
        found = await super().curves(kind, self._plain(scope), options)
        series = tuple(replace(one, model=self.nasty.name(one.model)) for one in found.series)
        return replace(found, series=series, classes=tuple(map(self.nasty.name, map(str, found.classes))))

    async def confusion(self, scope: ViewScope) -> Confusion:
        found = await super().confusion(self._plain(scope))
        labels = tuple(self.nasty.name(str(label)) for label in found.labels)
        return replace(found, model=self.nasty.name(found.model), labels=labels)

    async def residuals(self, scope: ViewScope) -> ResidualSummary:
        found = await super().residuals(self._plain(scope))
        return replace(found, model=self.nasty.name(found.model))

    async def row_by_row(self, scope: ViewScope) -> RowByRow:
        found = await super().row_by_row(self._plain(scope))
        return replace(found, a=self.nasty.name(found.a), b=self.nasty.name(found.b), test=self.nasty.text())

    async def rows(self, scope: ViewScope, options: Mapping[str, object], offset: int, limit: int) -> RowPage:
        found = await super().rows(self._plain(scope), options, offset, limit)
        columns = (*found.columns[:3], *(self.nasty.text() for _ in found.columns[3:]))
        rows = tuple((row[0], *(self.nasty.text() for _ in row[1:])) for row in found.rows)
        return replace(found, columns=columns, rows=rows)


class NastyClient(fake.FakeClient):
    """An engine that finds nasty differences between nasty runs."""

    nasty: Nasty

    async def compare(self, before: str, after: str) -> RunDifference:
        found, name, text = await super().compare(before, after), self.nasty.name, self.nasty.text
        return replace(
            found,
            data=tuple(replace(one, key=text(), before=text(), after=text()) for one in found.data),
            settings=tuple(replace(one, key=text(), before=text(), after=text()) for one in found.settings),
            scores=tuple(replace(one, dataset=name(one.dataset), model=name(one.model)) for one in found.scores),
            flips=tuple(replace(one, dataset=name(one.dataset), model=name(one.model)) for one in found.flips),
        )


def nasty_results(nasty: Nasty) -> Any:
    """Results in which every name that comes from data or settings is nasty."""
    results, name, text = fake.results(), nasty.name, nasty.text
    return replace(
        results,
        datasets=tuple(replace(d, name=name(d.name), source=text(), target=text()) for d in results.datasets),
        scores=tuple(replace(s, dataset=name(s.dataset), model=name(s.model)) for s in results.scores),
        comparisons=tuple(replace(c, dataset=name(c.dataset), a=name(c.a), b=name(c.b)) for c in results.comparisons),
        rankings=tuple(replace(r, models=tuple(name(m) for m in r.models)) for r in results.rankings),
        checks=tuple(replace(c, message=text(), dataset=name(c.dataset), name=text()) for c in results.checks),
        failures=tuple(replace(f, message=text(), model=name(f.model), hint=text()) for f in results.failures),
    )


def nasty_plan(nasty: Nasty) -> Any:
    """The plan behind these results, with the same names."""
    plan, name = fake.plan(), nasty.name
    datasets = tuple(
        replace(
            one,
            dataset=replace(one.dataset, ref=replace(one.dataset.ref, name=name(one.dataset.name))),
            models=tuple(map(name, one.models)),
        )
        for one in plan.datasets
    )
    cells = tuple(replace(cell, dataset=name(cell.dataset), model=name(cell.model)) for cell in plan.cells)
    models = tuple(replace(model, name=name(model.name)) for model in plan.resolved.models)
    return replace(plan, datasets=datasets, cells=cells, resolved=replace(plan.resolved, models=models))


def nasty_run(nasty: Nasty) -> fake.FakeRun:
    """A run whose log, failures, data sets and results are nasty."""
    state = fake.finished_state()
    cells = {
        key: replace(cell, message=cell.message and nasty.text(), hint=nasty.text())
        for key, cell in state.cells.items()
    }
    log = (*((fake.NOON, Logged("error", text)) for text in NASTY), (fake.NOON, Logged(NASTY[4], "odd level")))
    state = replace(state, cells=cells, error=nasty.text())
    run = NastyRun(name=nasty.text(), states=[state], log=log, the_results=nasty_results(nasty))
    run.the_plan = nasty_plan(nasty)
    run.nasty = nasty
    return run


@given(st.text())
def test_safe_text_has_no_controls_and_no_style(text: str) -> None:
    made = safe(text)
    assert not made.spans or all(str(span.style) == "" for span in made.spans)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in made.plain)


@given(st.text("aב \u200f", max_size=12), st.integers(0, 12), st.booleans())
def test_a_cut_leaves_no_right_to_left_part_open(text: str, width: int, middle: bool) -> None:
    short = cut(own("x", safe(text), "y"), width, middle=middle)
    depth = 0
    for character in short.plain:
        depth += (character == "\u2068") - (character == "\u2069")
        assert depth >= 0
    assert depth == 0
    assert short.cell_len <= max(width, 0)


def test_a_line_leaves_out_its_spare_parts_before_it_is_cut() -> None:
    line = own("Undecided", spare(" on ", safe("iris")), ": A", spare(" svc"), " leads")
    assert fitted(line, 30).plain == "Undecided on iris: A svc leads"
    assert fitted(line, 29).plain == "Undecided on iris: A leads", "the last first"
    assert fitted(line, 25).plain == fitted(line, 10).plain == "Undecided: A leads"


@pytest.mark.parametrize("first", [0, 5])
async def test_every_screen_survives_nasty_strings(open_app: Any, press: Callable[..., Any], first: int) -> None:
    async with open_app(nasty_run(Nasty(first)), size=(100, 30)) as pilot:
        for key in KEYS:
            rows = await press(pilot, key)
            assert_clean(rows, key)
        assert pilot.app.is_running


WALKS = {
    "all data sets": ("5", "space", "down", "space", "v", "slash", "[", "escape", "s", "escape", "y", "escape"),
    "versus, rows": ("5", "right", "enter", "v", "enter", "escape", "tab", "down", "enter", "right", "end", "y"),
    "curves, class": ("5", "right", "right", "enter", "c", "c", "space", "right", "enter", "down", "enter", "escape"),
    "matrix, errors": ("5", "enter", "m", "enter", "down", "escape", "tab", "down", "enter", "right", "escape"),
    "model": ("5", "enter", "enter", "down", "escape", "t", "down", "enter", "d", "down", "down", "enter"),
    "export": ("5", "enter", "e", "down", "right", "tab", "escape", "h", "e", "escape"),
    "checks, failures": ("5", "h", "down", "enter", "escape", "5", "f", "enter", "escape"),
    "run": ("4", "z", "right", "x", "escape", "f", "enter", "escape", "escape", "slash", "[", "enter", "l", "F"),
    "rename, delete": ("6", "R", "end", "[", "slash", "enter", "x", "escape"),
    "compare": ("6", "space", "down", "space", "c", "down", "tab", "down", "enter", "right", "escape", "escape"),
}


@pytest.mark.parametrize(("first", "walk"), [(i % len(NASTY), walk) for i, walk in enumerate(WALKS)])
async def test_every_dialog_and_pane_survives_nasty_strings(
    open_app: Any, press: Callable[..., Any], first: int, walk: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # copies too long for the clipboard become files here
    nasty = Nasty(first)
    client = NastyClient([nasty_run(nasty), fake.FakeRun(id="20261122T090000-churn-02bd", name=nasty.text())])
    client.nasty = nasty
    async with open_app(client=client, run=client.known[0].id) as pilot:
        for key in WALKS[walk]:
            assert_clean(await press(pilot, key), key)
        assert pilot.app.is_running


def assert_clean(rows: list[str], key: str) -> None:
    """Nothing on the screen can command the terminal or turn the text around; nothing was refused with an error."""
    turning = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067"
    told = [c for row in rows for c in row if ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in turning]
    assert not told, key
    beside = [row for row in rows if "│" not in row]  # a dialog's edge may lie in the middle of a text below it
    open_ones = [row for row in beside if row.count("\u2068") != row.count("\u2069")]
    assert not open_ones, key
    assert not any("Could not" in row for row in rows), key


async def test_errors_and_toasts_survive_nasty_strings(open_app: Any, press: Callable[..., Any]) -> None:
    async with open_app() as pilot:
        app = pilot.app
        for text in NASTY:
            app.notices.show_error(MTFError(text or "empty", hint=text), "try")
            app.notices.show_error(SettingsError([Problem(text or "empty", text, 3)] * 2), "read settings")
            app.notify(text or "empty", markup=False)
        rows = await press(pilot)
        assert not any(c in row for row in rows for c in "\x1b\x07\x00\x08")
        await press(pilot, *["escape"] * 2 * len(NASTY))
        assert app.is_running
