"""What went wrong, why, and what to do next; `y` copies it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from mtf_engine.errors import MTFError, SettingsError
from mtf_tui.actions import bindings
from mtf_tui.text import LINE_LIMIT, own, safe, title, wrapped
from mtf_tui.themes import Look
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import LivePane

_MOST_PROBLEMS = 12


class ErrorDialog(Dialog[str]):
    """Answers ``copy`` when the user wants the details on the clipboard.

    Parameters
    ----------
    error : Exception
        What happened.
    doing : str
        What was being done.
    log : str, optional
        Path of the log that has more.
    """

    BINDINGS = bindings("error")

    def __init__(self, error: Exception, doing: str, *, log: str | None = None) -> None:
        super().__init__()
        self._error, self._doing, self._log_path = error, doing, log

    def compose(self) -> ComposeResult:
        box = Vertical(LivePane(self._rows), classes="dialog -wide-dialog")
        box.border_title = title(f"Could not {self._doing}")
        yield box

    def _rows(self, width: int) -> Sequence[Text]:
        rows = describe(self._error, self.look)
        if self._log_path:
            rows.append(own(("log   ", self.look.tokens.muted), safe(self._log_path)))
        accent = f"bold {self.look.tokens.accent}"
        rows.append(own())
        rows.append(own(("y", accent), " copy   ", ("esc", accent), " close"))
        return [line for row in rows for line in (row.wrap(self.app.console, width, no_wrap=False) or [row])]

    def action_error_copy(self) -> None:
        self.dismiss("copy")

    def text(self) -> str:
        """The details as plain text."""
        return "\n".join(row.plain for row in describe(self._error, self.look))


def described(error: Exception, width: int, look: Look) -> list[Text]:
    """Say an error in a pane, each of its lines whole in as many rows as that takes."""
    return [own(" ", row) for line in describe(error, look) for row in wrapped(line, width - 1, indent=2)]


def describe(error: Exception, look: Look) -> list[Text]:
    """Say an error in lines: every problem of settings, the hint, never a traceback."""
    muted = look.tokens.muted
    if isinstance(error, SettingsError):
        rows = []
        for problem in error.problems[:_MOST_PROBLEMS]:
            place = f"line {problem.line}  " if problem.line else ""
            rows.append(
                own((f"{look.glyphs.fail} ", look.tokens.fail), (place, muted), safe(problem.message, limit=LINE_LIMIT))
            )
            if problem.hint:
                rows.append(own(("  ", ""), safe(problem.hint, muted, limit=LINE_LIMIT)))
        more = len(error.problems) - _MOST_PROBLEMS
        return [*rows, own((f"and {more} more", muted))] if more > 0 else rows
    if isinstance(error, MTFError):
        rows = [own((f"{look.glyphs.fail} ", look.tokens.fail), safe(error.message, limit=LINE_LIMIT))]
        return [*rows, own(("next  ", muted), safe(error.hint, limit=LINE_LIMIT))] if error.hint else rows
    kind = type(error).__name__
    return [own((f"{look.glyphs.fail} ", look.tokens.fail), (f"{kind}: ", muted), safe(error, limit=LINE_LIMIT))]
