"""What the pages about the settings answer while there is no plan: how far its data are, or what is wrong."""

from __future__ import annotations

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.errors import MTFError, SettingsError
from mtf_tui.text import own, safe
from mtf_tui.themes import Look
from mtf_tui.workspace import Reading

LONG = 1.0
"""Seconds from which a pane says for how long it has been waiting."""


def reading_answer(reading: Reading, look: Look, now: float, count: int = 0) -> Text:
    """How far the data are: which of how many, bytes where they are known, and the time."""
    parts = reading.parts.values()
    over = sum(part.state != "reading" for part in parts)
    count = max(count, len(parts))
    what = f"{min(over + 1, count)} of {count}" if count > 1 else "the data"
    known = reading.total and reading.received < reading.total
    share = f", {numbers.percent(reading.received / (reading.total or 1))}" if known else ""
    clock = numbers.stopwatch(now - reading.since)
    return own(("Reading", look.tokens.accent), f" {what}{share}, {clock}; esc stops")


def waiting_line(doing: str, seconds: float, look: Look, *, stops: bool = False) -> Text:
    """What is being done for a pane; where that is a while, for how long, and how to stop it if it can be stopped."""
    clock = f"  {numbers.stopwatch(seconds)}{'  esc stops' if stops else ''}" if seconds >= LONG else ""
    return own((f" {doing}{clock}", look.tokens.muted))


def problem_answer(error: MTFError, look: Look) -> Text:
    """What is wrong with the settings or the data, in one line."""
    return own((f"{look.glyphs.fail} ", look.tokens.fail), safe(error.message.rstrip(".")))


def way_on(error: MTFError, look: Look) -> Text:
    """What to do about it: go to what is wrong with the settings, or read all of it again."""
    key = f"bold {look.tokens.accent}"
    if not isinstance(error, SettingsError):
        return own(" · ", ("R", key), " tries again")
    what = "them" if len(error.problems) > 1 else "it"
    return own(" · ", (",", key), f" shows {what}, ", ("R", key), " reads again")
