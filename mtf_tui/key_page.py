"""The documentation's page of keys, made from the action registry."""

from __future__ import annotations

import sys
from pathlib import Path

from mtf_tui.actions import SCOPES, Action, actions, key_text

_INTRODUCTION = """# Keys

This page is generated from the program's own registry of actions (`python -m mtf_tui.key_page docs/reference/keys.md`).
In the program, `?` shows the keys that work where you are, and `:` finds any action by its name.

Keys can be changed in `tui.toml` by an action's id: `[keys]`, then `"run.pause" = "P"`. In text fields only `esc`,
`tab`, `enter` and function keys act.
"""


def key_page() -> str:
    """Write the page."""
    parts = [_INTRODUCTION]
    for scope, title in SCOPES.items():
        found = list(actions(scope))
        if found:
            parts.append(f"\n## {title}\n\n| key | action | what it does | where |\n|---|---|---|---|\n")
            parts += [_row(action) for action in found]
    return "".join(parts)


def _row(action: Action) -> str:
    keys = " ".join(f"`{key_text(key)}`" for key in action.keys)
    where = ", ".join(action.views) or "all of it"
    return f"| {keys} | `{action.id}` | {action.help} | {where} |\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(key_page(), encoding="utf-8")
