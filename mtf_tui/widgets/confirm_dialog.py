"""A question whose answers are letters, the safe one first and focused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key

from mtf_tui.painters.table import TablePicture, TableRow
from mtf_tui.text import cut, own, title, wrapped
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.score_table import ScoreTable


@dataclass(frozen=True, slots=True)
class Option:
    """One answer."""

    key: str
    """The letter that gives it."""

    text: str


class ConfirmDialog(Dialog[str]):
    """Answers an option's letter; None means stay.

    Parameters
    ----------
    title : str
        The question.
    facts : sequence of Text
        What is at stake, in numbers.
    lines : sequence of Text
        Lines of a file that it is about; above the facts.
    options : sequence of Option
        The safe one first: `enter` gives it.
    stay : str
        What `esc` does.
    """

    def __init__(
        self,
        title: str,
        facts: Sequence[Text],
        options: Sequence[Option],
        *,
        lines: Sequence[Text] = (),
        stay: str = "stay",
    ) -> None:
        super().__init__()
        self._lines = tuple(lines)
        self._heading, self._facts, self._options, self._stay = title, tuple(facts), tuple(options), stay

    def compose(self) -> ComposeResult:
        box = Vertical(
            LivePane(self._stakes),
            ScoreTable(self._picture, id="answers"),
            LivePane(lambda _: [own(("esc", f"bold {self.look.tokens.accent}"), f"  {self._stay}")]),
            classes="dialog",
        )
        box.border_title = title(self._heading)
        yield box

    def _stakes(self, width: int) -> list[Text]:
        """Lines of a file as they are, sentences whole."""
        rows = [cut(line, width) for line in self._lines]
        for fact in self._facts:
            rows += wrapped(fact, width)
        return rows

    def on_mount(self) -> None:
        self.query_one(ScoreTable).focus()

    def on_key(self, event: Key) -> None:
        if event.key == "enter":
            event.prevent_default()
            event.stop()
            self.dismiss(self.query_one(ScoreTable).cursor)
        elif event.character and any(option.key == event.character for option in self._options):
            event.prevent_default()
            event.stop()
            self.dismiss(event.character)

    def on_score_table_chosen(self, event: ScoreTable.Chosen) -> None:
        self.dismiss(event.key)

    def _picture(self, width: int) -> TablePicture:
        tokens = self.look.tokens
        rows = []
        for position, option in enumerate(self._options):
            default = own(("   default", tokens.muted)) if position == 0 else own()
            line = own((f"{option.key:<3}", f"bold {tokens.accent}"), f"  {option.text}", default)
            rows.append(TableRow(option.key, cut(line, width)))
        return TablePicture(tuple(rows))
