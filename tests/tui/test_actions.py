"""One registry makes bindings, footer, help, palette and the key page; nothing in it is a promise."""

from __future__ import annotations

import collections
import itertools
from pathlib import Path

import pytest

from mtf_tui.actions import ACTIONS, SCOPES, actions, bindings
from mtf_tui.app import MTFApp
from mtf_tui.key_page import key_page
from mtf_tui.screens.frame import PAGES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "keys.md"
TOGETHER = [("app", page.name, *extra) for page in PAGES for extra in (("table",), ("table", "matrix"))]
TOGETHER += [("app", name, "table", "sheet") for name in ("sources", "pipeline", "models", "runs")]
FORBIDDEN = {f"ctrl+{letter}" for letter in "sqzbawhijm"}
DIALOG = {"find", "dialog", "error"}


def test_ids_are_unique_and_say_where_they_work() -> None:
    ids = [action.id for action in ACTIONS]
    assert len(ids) == len(set(ids))
    assert all(action.id.split(".")[0] == action.scope and action.scope in SCOPES for action in ACTIONS)


def test_every_action_has_a_key_a_label_and_a_sentence() -> None:
    for action in ACTIONS:
        assert action.keys, action.id
        assert action.label, action.id
        assert action.help.endswith((".", "?")), action.id
        assert action.help[0].isupper(), action.id


def test_no_key_is_taken_by_the_terminal() -> None:
    keys = {key for action in ACTIONS for key in action.keys}
    assert not keys & FORBIDDEN
    ctrl_only = [a.id for a in ACTIONS if all(key.startswith("ctrl+") for key in a.keys)]
    assert ctrl_only == ["app.leave"]


@pytest.mark.parametrize("scopes", TOGETHER, ids=" ".join)
def test_no_two_actions_share_a_key_in_one_place(scopes: tuple[str, ...]) -> None:
    views = {view for action in actions(scopes[1]) for view in action.views} or {None}
    for view in views:
        keys = collections.Counter(
            key
            for scope in scopes
            for action in actions(scope, view if scope == scopes[1] else None)
            for key in action.keys
        )
        shared = {key for key, count in keys.items() if count > 1}
        allowed = {"left", "right"} if view == "curves" else set()
        allowed |= {"escape"}  # closes the innermost thing that is open
        assert not shared - allowed, (scopes, view)


def test_footers_have_an_order() -> None:
    for scope, view in itertools.product(SCOPES, (None, "all", "scores", "curves", "versus")):
        places = [action.footer for action in actions(scope, view) if action.footer and not action.views]
        assert len(places) == len(set(places)), (scope, view)


def test_bindings_can_be_changed_by_their_id() -> None:
    ids = [binding.id for scope in SCOPES for binding in bindings(scope) if getattr(binding, "id", None)]
    assert sorted(ids) == sorted(action.id for action in ACTIONS)


def test_every_tab_is_a_screen() -> None:
    assert {page.name for page in PAGES} == set(MTFApp.MODES)
    assert {page.key for page in PAGES} == {a.keys[0] for a in ACTIONS if a.id in {f"app.{p.name}" for p in PAGES}}


def test_the_documented_keys_are_the_real_ones() -> None:
    assert PAGE.read_text(encoding="utf-8") == key_page(), "run python -m mtf_tui.key_page docs/reference/keys.md"
