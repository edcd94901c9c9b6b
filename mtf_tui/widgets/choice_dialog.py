"""Pick one of many by typing a part of its name: data sets, metrics, columns to sort by, and the palette."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from mtf_engine import numbers
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.text import LINE_LIMIT, own, safe, title, wrapped
from mtf_tui.widgets.list_dialog import ListDialog
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.score_table import ScoreTable

_SHORT_NOTE = 40
"""Cells that a row always has room for."""

_SENTENCE_LINES = 3
_SHOWN = 200
"""Choices that are listed at most; what is typed finds the others."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to pick."""

    key: str
    label: str
    """From anywhere; made safe when it is shown."""

    note: str = ""
    name: str = ""
    """What finds it besides its label."""


class ChoiceDialog(ListDialog):
    """Answers the key of the choice, None when it was closed.

    Parameters
    ----------
    title : str
        Of the box.
    choices : sequence of Choice
        In the order to show them while nothing is typed.
    current : str, optional
        Key of the choice that the cursor starts on.
    waits : str, optional
        What is being done while the choices are on their way.
    """

    BESIDES = 3 + _SENTENCE_LINES

    def __init__(
        self, title: str, choices: Sequence[Choice] = (), *, current: str | None = None, waits: str = ""
    ) -> None:
        super().__init__()
        self._waits = waits
        self._heading, self._current = title, current
        self._take_choices(choices)

    def compose(self) -> ComposeResult:
        sentence = LivePane(self._whole_sentence, id="choice-sentence")
        box = Vertical(self.find_input(), self.found_table(), sentence, classes="dialog")
        box.border_title = title(self._heading)
        yield box

    def on_mount(self) -> None:
        self._make_room()
        self.query_one(ScoreTable).move_to(self._current)

    def offer(self, choices: Sequence[Choice]) -> None:
        """Show choices that were on their way when the dialog opened."""
        self._waits = ""
        self._take_choices(choices)
        if self.is_mounted:
            table = self.query_one(ScoreTable)
            table.repaint()
            table.refresh(layout=True)
            self._make_room()
            self.query_one("#choice-sentence", LivePane).repaint()

    def _make_room(self) -> None:
        """Widen the box where choices have sentences; they may come before it is there or after."""
        self.query_one(".dialog").set_class(self._explains, "-wide-dialog")

    def found(self) -> tuple[Choice, ...]:
        """Choices that match what is typed."""
        return matching(self._choices, self.query_one(Input).value)

    def _take_choices(self, choices: Sequence[Choice]) -> None:
        """Find out once what each key would ask of all of them."""
        self._choices = tuple(choices)
        longest = max((_sentence(choice) for choice in self._choices), key=len, default="")
        self._longest = safe(longest, limit=LINE_LIMIT)
        self._explains = len(longest) > _SHORT_NOTE
        """Whether choices have sentences that the rows have no room for."""

    def _whole_sentence(self, width: int) -> Sequence[Text]:
        """The whole sentence of the choice under the cursor, always as many lines."""
        if not self._explains:
            return ()
        key = self.query_one(ScoreTable).cursor
        said = next((_sentence(choice) for choice in self._choices if choice.key == key), "")
        said = said if len(said) > _SHORT_NOTE else ""
        lines = wrapped(safe(said, self.look.tokens.text, limit=LINE_LIMIT), width - 1)
        room = len(wrapped(self._longest, width - 1))
        return [own(" ", line) for line in [*lines, *[own()] * (room - len(lines))][:_SENTENCE_LINES]]

    def on_input_changed(self, event: Input.Changed) -> None:
        event.prevent_default()  # the list comes first, and once
        super().on_input_changed(event)
        self.query_one("#choice-sentence", LivePane).repaint()

    def on_score_table_highlighted(self) -> None:
        self.query_one("#choice-sentence", LivePane).repaint()

    def picture(self, width: int) -> TablePicture:
        muted = self.look.tokens.muted
        matches = self.found()
        found = matches[:_SHOWN]
        rows: list[list[Content]] = [[safe(choice.label), safe(choice.note, muted)] for choice in found]
        if self._explains:  # the name decides; its sentence stands whole below
            columns = [Column(own(), most=max(10, width - 20)), Column(own(), flex=True, drop=1)]
        else:
            columns = [Column(own(), flex=True, least=10, most=70), Column(own(), right=True, drop=1, most=_SHORT_NOTE)]
        lines = tabulate(columns, rows, width, self.look).rows
        more = f" {numbers.count(len(matches) - len(found))} more: type to narrow" if len(matches) > len(found) else ""
        said = more if rows else f" {self._waits or 'nothing matches'}"
        made = tuple(TableRow(choice.key, line) for choice, line in zip(found, lines, strict=True))
        return TablePicture(made, footer=(own((said, muted)),) if said else ())


def _sentence(choice: Choice) -> str:
    """What a choice says of itself: its note, or the label where that is the longer one."""
    return max(choice.note, choice.label, key=len)


def matching(choices: Sequence[Choice], needle: str) -> tuple[Choice, ...]:
    """Choices whose label or name has the typed letters in order, tightest and earliest first; all for no letters."""
    wanted = needle.casefold().replace(" ", "")
    if not wanted:
        return tuple(choices)
    scored = [
        (min(_distance(text.casefold(), wanted) for text in (choice.label, choice.name)), position, choice)
        for position, choice in enumerate(choices)
    ]
    return tuple(choice for score, _, choice in sorted(scored, key=lambda found: found[:2]) if score < math.inf)


def _distance(label: str, wanted: str) -> float:
    """How far apart the wanted letters stand; infinite when they are not all there. A whole match is best."""
    whole = label.find(wanted)
    if whole >= 0:
        return whole
    position, first = -1, 0
    for index, letter in enumerate(wanted):
        position = label.find(letter, position + 1)
        if position < 0:
            return math.inf
        first = position if index == 0 else first
    return 1000 + (position - first) - len(wanted) + first
