"""Strings from data can't inject markup, control codes or direction, in any widget."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fakes import engine_client as fake
from hypothesis import given
from hypothesis import strategies as st

from mtf_engine.domain.event import Logged
from mtf_engine.errors import MTFError, Problem, SettingsError
from mtf_tui.text import safe

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
    run = fake.FakeRun(name=nasty.text(), states=[state], log=log, the_results=nasty_results(nasty))
    run.the_plan = nasty_plan(nasty)
    run.has_views = False
    return run


@given(st.text())
def test_safe_text_has_no_controls_and_no_style(text: str) -> None:
    made = safe(text)
    assert not made.spans or all(str(span.style) == "" for span in made.spans)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in made.plain)


@pytest.mark.parametrize("first", [0, 5])
async def test_every_screen_survives_nasty_strings(open_app: Any, press: Callable[..., Any], first: int) -> None:
    async with open_app(nasty_run(Nasty(first)), size=(100, 30)) as pilot:
        for key in [
            "4",
            "enter",
            "escape",
            "f",
            "1",
            "2",
            "3",
            "5",
            "o",
            "enter",
            "escape",
            "v",
            "h",
            "f",
            "d",
            "escape",
            "6",
        ]:
            rows = await press(pilot, key)
            assert not any(c in row for row in rows for c in "\x1b\x07\x00\x08")
        assert pilot.app.is_running


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
