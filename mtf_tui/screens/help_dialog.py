"""The keys that work here, the keys that work everywhere, and what the signs mean; typing filters."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from mtf_tui.actions import SCOPES, Action, actions, key_text
from mtf_tui.painters.table import TablePicture, TableRow
from mtf_tui.text import cut, own, pad, title
from mtf_tui.themes import Look
from mtf_tui.widgets.list_dialog import ListDialog


class HelpDialog(ListDialog):
    """Help for one screen.

    Parameters
    ----------
    scope : str
        The screen's scope in the registry.
    """

    def __init__(self, scope: str) -> None:
        super().__init__()
        self._scope = scope

    def compose(self) -> ComposeResult:
        box = Vertical(self.find_input(), self.found_table(), classes="dialog -wide-dialog")
        box.border_title = title(f"Keys of {SCOPES.get(self._scope, self._scope)}")
        yield box

    def answer(self, key: str) -> None:
        self.dismiss(key if "." in key else None)

    def picture(self, width: int) -> TablePicture:
        needle = self.query_one(Input).value.casefold()
        rows: list[TableRow] = []
        for scope in (self._scope, "table", "sheet", "matrix", "app"):
            if scope == "matrix" and self._scope != "run":
                continue
            found = [action for action in actions(scope) if _matches(action, needle)]
            if found:
                rows.append(TableRow(f"-{scope}", own((SCOPES[scope], f"bold {self.look.tokens.text}"))))
                rows += [TableRow(action.id, cut(action_line(action, self.look), width)) for action in found]
        signs = [row for row in sign_lines(self.look) if needle in row.plain.casefold()]
        if signs:
            rows.append(TableRow("-signs", own(("Signs", f"bold {self.look.tokens.text}"))))
            rows += [TableRow(f"-{position}", cut(row, width)) for position, row in enumerate(signs)]
        return TablePicture(tuple(rows), footer=() if rows else (own("nothing matches"),))


def action_line(action: Action, look: Look) -> Text:
    """An action's keys and what it does."""
    keys = " ".join(key_text(key) for key in action.keys)
    return own("  ", pad(own((keys, f"bold {look.tokens.accent}")), 14), (action.help, look.tokens.text))


def sign_lines(look: Look) -> list[Text]:
    """What the signs mean, in words."""
    g, t = look.glyphs, look.tokens
    signs: Sequence[tuple[str, str, str]] = (
        (g.ok, t.ok, "passed, done"),
        (g.fail, t.fail, "failed"),
        (g.cancelled, t.warn, "cancelled by hand"),
        (g.warn, t.warn, "warning, stale"),
        (g.none, t.muted, "not run, does not apply"),
        (g.best, t.accent, "best, proven against all others"),
        (g.highest, t.accent, "highest score, not proven"),
        (g.worse, t.muted, "worse, proven"),
        (g.equivalent, t.text, "equivalent within the margin"),
        (g.undecided, t.warn, "undecided: the data do not tell"),
        (g.done + g.reused + g.running + g.queued, t.text, "fold done, reused, running, waiting"),
        ("~", t.muted, "provisional: some folds are not done"),
        (g.reference, t.muted, "the best estimate, or zero"),
    )
    return [own("  ", pad(own((sign, style)), 14), meaning) for sign, style, meaning in signs]


def _matches(action: Action, needle: str) -> bool:
    words = f"{action.label} {action.help} {' '.join(map(key_text, action.keys))}".casefold()
    return needle in words
