"""The settings text with its problems at their lines, what is unsaved, and saving."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical

from mtf_engine import numbers
from mtf_tui.actions import actions, bindings
from mtf_tui.draft import Draft
from mtf_tui.editing import Editing
from mtf_tui.painters.table import TablePicture, TableRow
from mtf_tui.text import LINE_LIMIT, cut, own, safe, title
from mtf_tui.themes import Look
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.score_table import ScoreTable


class SettingsDialog(Dialog[None]):
    """Shows the text or what saving would change; `w` writes it, never unseen.

    Parameters
    ----------
    editing : Editing
        Holds the text.
    save : callable
        Writes it; whether that was done.
    """

    BINDINGS = [*bindings("settings"), *bindings("dialog")]  # noqa: RUF012 (as Textual has it)

    def __init__(self, editing: Editing, save: Callable[[], Awaitable[bool]]) -> None:
        super().__init__()
        self._editing, self._save = editing, save
        self._shows_difference = False

    def compose(self) -> ComposeResult:
        box = Vertical(
            LivePane(self._status, id="settings-status"),
            ScoreTable(self._picture, id="settings-text", classes="fill"),
            LivePane(lambda width: [cut(self._keys(), width)], id="settings-keys"),
            classes="dialog -full",
        )
        box.border_title = title("Settings")
        yield box

    def on_mount(self) -> None:
        table = self.query_one(ScoreTable)
        table.focus()
        draft = self._editing.draft
        first = next((p.line for p in draft.problems if p.line), None) if draft is not None else None
        if first is not None:
            self.call_after_refresh(table.move_to, f"line {first}")

    def _status(self, width: int) -> Sequence[Text]:
        draft = self._editing.draft
        return [] if draft is None else [cut(settings_status(draft, self.look), width)]

    def _keys(self) -> Text:
        accent = f"bold {self.look.tokens.accent}"
        verb = "write" if self._shows_difference else "save"
        labels = {"settings.save": verb, "settings.difference": "text" if self._shows_difference else "diff"}
        parts: list[Text] = [
            own((action.key_text, accent), f" {labels.get(action.id, action.label)}   ")
            for action in actions("settings")
        ]
        return own(*parts, ("esc", accent), " close")

    def _picture(self, width: int) -> TablePicture:
        draft = self._editing.draft
        if draft is None:
            return TablePicture(())
        if self._shows_difference:
            return difference_lines(draft, width, self.look)
        return text_lines(draft, width, self.look)

    def _repaint(self) -> None:
        for pane in self.query(LivePane):
            pane.repaint()
        self.query_one(ScoreTable).refresh(layout=True)

    def _show(self, *, difference: bool) -> None:
        self._shows_difference = difference
        self._repaint()
        self.query_one(ScoreTable).action_table_first()

    def action_settings_difference(self) -> None:
        self._show(difference=not self._shows_difference)

    @work(exclusive=True, group="save", exit_on_error=False)
    async def action_settings_save(self) -> None:
        draft = self._editing.draft
        if draft is None or not draft.is_dirty:
            self.app.notify("Nothing to save", markup=False)
        elif not self._shows_difference:
            self._show(difference=True)
        elif await self._save():
            self._show(difference=False)

    @work(group="edit", exit_on_error=False)
    async def action_settings_undo(self) -> None:
        await self._editing.undo()
        self._repaint()

    @work(group="edit", exit_on_error=False)
    async def action_settings_redo(self) -> None:
        await self._editing.redo()
        self._repaint()


def settings_status(draft: Draft, look: Look) -> Text:
    """Where the text stands, whether it is valid and whether it is saved."""
    tokens, count = look.tokens, len(draft.problems)
    valid = (
        own((f"{look.glyphs.fail} {numbers.plural(count, 'problem')}", tokens.fail))
        if count
        else own((f"{look.glyphs.ok} valid", tokens.ok))
    )
    saved = own(("* unsaved", tokens.accent)) if draft.is_dirty else own(("saved", tokens.muted))
    return own(valid, "   ", saved, "   ", safe(draft.path, tokens.muted))


def text_lines(draft: Draft, width: int, look: Look) -> TablePicture:
    """The text with line numbers; problems stand below their lines, those without a line first."""
    tokens = look.tokens
    rows: list[TableRow] = []

    def tell(line: int | None) -> None:
        for position, problem in enumerate(found for found in draft.problems if found.line == line):
            for part, style in ((problem.message, tokens.fail), (problem.hint, tokens.muted)):
                if part:
                    text = own(("     ", tokens.muted), safe(part, style, limit=LINE_LIMIT))
                    rows.append(TableRow(f"problem {line} {position} {style}", cut(text, width)))

    tell(None)
    wrong = {problem.line for problem in draft.problems}
    for number, line in enumerate(draft.text.splitlines(), start=1):
        mark = (look.glyphs.fail, tokens.fail) if number in wrong else (" ", "")
        ink = tokens.muted if line.lstrip().startswith("#") else tokens.text
        text = own(mark, (f"{number:>3} ", tokens.muted), safe(line, ink, limit=LINE_LIMIT))
        rows.append(TableRow(f"line {number}", cut(text, width)))
        tell(number)
    return TablePicture(tuple(rows))


def difference_lines(draft: Draft, width: int, look: Look) -> TablePicture:
    """What saving would change."""
    tokens = look.tokens
    inks = {"+": tokens.ok, "-": tokens.fail, "@": tokens.accent}
    rows = [
        TableRow(f"diff {number}", cut(safe(line, inks.get(line[:1], tokens.muted), limit=LINE_LIMIT), width))
        for number, line in enumerate(draft.difference())
    ]
    none = () if rows else (own((" nothing is unsaved", tokens.muted)),)
    return TablePicture(tuple(rows), footer=none)
