"""The palette: every action that can be done now, those of the screen first."""

from __future__ import annotations

from mtf_tui.actions import ACTIONS, key_text
from mtf_tui.screens.page import Page
from mtf_tui.widgets.choice_dialog import Choice


def palette_choices(page: Page | None) -> list[Choice]:
    """List actions of a screen and of the app, each with its key."""
    scope = page.SCOPE if page is not None else ""
    table = page.sheet if page is not None else None
    found = [action for action in ACTIONS if action.palette and action.scope in ("app", scope)]
    works = [a for a in found if a.scope == "app" or (page is not None and page.check_action(a.method, ()))]
    works += [a for a in ACTIONS if a.palette and a.scope == "sheet" and table is not None]
    works.sort(key=lambda action: action.scope == "app")
    return [Choice(action.id, action.help, f"{action.label}  {key_text(action.keys[0])}") for action in works]
