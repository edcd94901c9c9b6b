"""Every action of the program, once: its keys, its words in the footer and in the help, and where it works.

Bindings, footer, help overlay, palette and the key page of the documentation are all made from this registry; a test
holds that every action can be carried out and that no two share a key in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType

SCOPES: Mapping[str, str] = {
    "app": "Everywhere",
    "table": "In a list",
    "run": "4 Run",
    "results": "5 Results",
    "runs": "6 Runs",
    "dialog": "In a dialog",
}
"""Where actions work, in the order of the key page."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something a user can do."""

    id: str
    """Imperative, ``scope.verb``; the method is ``action_scope_verb``."""

    keys: tuple[str, ...]
    """As Textual names them; the first is the one shown."""

    label: str
    """One or two words for the footer."""

    help: str
    """One sentence for the help, the palette and the key page."""

    scope: str
    footer: int = 0
    """Place in the footer from 1; 0 leaves it out."""

    views: tuple[str, ...] = ()
    """Views of the screen that it works in; empty means all."""

    palette: bool = True
    """Whether it is worth a line in the palette; moving about is not."""

    @property
    def method(self) -> str:
        """Name of the Textual action."""
        return self.id.replace(".", "_")

    @property
    def key_text(self) -> str:
        """Its first key as people read it."""
        return key_text(self.keys[0])


_KEY_TEXT = {
    "question_mark": "?",
    "slash": "/",
    "semicolon": ";",
    "colon": ":",
    "comma": ",",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "f1": "F1",
    "f5": "F5",
    "shift+tab": "shift+tab",
}


def key_text(key: str) -> str:
    """Write a key as people read it."""
    return _KEY_TEXT.get(key, key)


ACTIONS: tuple[Action, ...] = (
    Action("app.help", ("question_mark", "f1"), "help", "Show the keys that work here.", "app", palette=False),
    Action(
        "app.palette", ("colon", "ctrl+p"), "palette", "Find any action, screen, model or run.", "app", palette=False
    ),
    Action("app.back", ("escape",), "back", "Close, clear the filter, or climb one level.", "app", palette=False),
    Action("app.quit", ("q",), "quit", "Go back; at the top, leave. A live run keeps running.", "app"),
    Action("table.up", ("up", "k"), "up", "Move the cursor up.", "table", palette=False),
    Action("table.down", ("down", "j"), "down", "Move the cursor down.", "table", palette=False),
    Action("table.page_up", ("pageup",), "page up", "Move the cursor up by a page.", "table", palette=False),
    Action("table.page_down", ("pagedown",), "page down", "Move the cursor down by a page.", "table", palette=False),
    Action("table.first", ("g", "home"), "first", "Go to the first row.", "table", palette=False),
    Action("table.last", ("G", "end"), "last", "Go to the last row.", "table", palette=False),
)


def actions(scope: str, view: str | None = None) -> Iterator[Action]:
    """Actions of a scope, narrowed to a view of it if one is given."""
    for action in ACTIONS:
        if action.scope == scope and (view is None or not action.views or view in action.views):
            yield action


def bindings(scope: str) -> list[BindingType]:
    """Textual bindings of a scope, one a key, all with the action's id."""
    return [
        Binding(key, action.method, action.label, show=False, id=action.id if key == action.keys[0] else None)
        for action in actions(scope)
        for key in action.keys
    ]
