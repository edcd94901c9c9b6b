"""Questions about versus: which two models it compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mtf_engine import numbers
from mtf_engine.standings import Entry
from mtf_tui import answers
from mtf_tui.screens.results.selection import Selection
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp


def ask_pair(app: MTFApp, selection: Selection, then: Callable[[], None]) -> None:
    """Ask for A, then for B; both start on those that are compared now, and `esc` leaves the pair as it is."""
    now = selection.keys_of_pair() or ("", "")

    def ask_b(a: str | None) -> None:
        if a is None:
            return
        current = now[0] if a == now[1] else now[1]

        def picked(b: str | None) -> None:
            if b is not None:
                selection.pick(a, b)
                then()

        app.push_screen(
            ChoiceDialog("B of the comparison", _choices(selection, selection.rivals(a)), current=current), picked
        )

    app.push_screen(ChoiceDialog("A of the comparison", _choices(selection, selection.rivals()), current=now[0]), ask_b)


def _choices(selection: Selection, entries: Sequence[Entry]) -> list[Choice]:
    """Models with their scores; over all data sets, with how many they are scored on."""
    if selection.dataset is not None:
        return [Choice(entry.key, entry.name, answers.score_text(entry)) for entry in entries]
    of_all = f"of {numbers.plural(len(selection.tables), 'data set')}"
    return [Choice(entry.key, entry.name, f"on {selection.count_sets(entry.key)} {of_all}") for entry in entries]
