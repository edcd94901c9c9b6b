"""Saving the open settings and showing their text, with the questions that this raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtf_engine import numbers, text_safety
from mtf_tui.pictures.settings import difference_lines
from mtf_tui.screens.settings import SettingsScreen
from mtf_tui.text import own
from mtf_tui.widgets.confirm_dialog import ConfirmDialog, Option

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp


_MOST_LINES = 10
"""Lines of a difference that a question has room for."""

_WIDTH = 58
"""Cells of a line in the box of a question."""


class Saving:
    """Asks before it writes over what somebody else wrote.

    Parameters
    ----------
    app : MTFApp
        Its editing holds the text.
    """

    def __init__(self, app: MTFApp) -> None:
        self._app = app

    async def save(self) -> bool:
        """Write the settings text and say where; False when it stays as it is. To be awaited in a worker."""
        if await self._app.editing.is_changed_on_disk():
            return await self._settle_conflict()
        return await self._write()

    async def save_to_run(self) -> bool:
        """Show what would be written before a run of it writes it; False when it stays as it is."""
        draft = self._app.workspace.draft
        if draft is None or not draft.saved or await self._app.editing.is_changed_on_disk():
            return await self.save()
        lines = draft.difference()
        rows = difference_lines(lines[:_MOST_LINES], _WIDTH, self._app.look).rows
        facts = [row.text for row in rows]
        if len(lines) > _MOST_LINES:
            facts.append(own(f"and {numbers.plural(len(lines) - _MOST_LINES, 'more line')}: , and d show all"))
        question = f"Write to {text_safety.line(draft.path.name)} and run?"
        answer = await self._app.push_screen_wait(
            ConfirmDialog(question, facts, (Option("r", "write this and run"),), stay="do neither")
        )
        return answer == "r" and await self._write()

    async def is_settled(self) -> bool:
        """Ask what becomes of changes that are not saved; False where they stay. To be awaited in a worker."""
        draft = self._app.workspace.draft
        if draft is None or not draft.is_dirty:
            return True
        lines = sum(line.startswith(("+", "-")) for line in draft.difference())
        facts = (own(f"{text_safety.line(draft.path.name)}: {numbers.plural(lines, 'line')} not saved."),)
        options = (Option("w", "save, then leave"), Option("x", "leave; the changes are lost"))
        answer = await self._app.push_screen_wait(ConfirmDialog("Leave without saving?", facts, options))
        return answer == "x" or (answer == "w" and await self.save())

    async def _write(self) -> bool:
        try:
            path = await self._app.editing.save()
        except OSError as error:
            self._app.notices.show_error(error, "save the settings")
            return False
        if path is not None:
            self._app.notify(f"Saved {path.name}")
        self._app.refresh_page()
        return True

    async def _settle_conflict(self) -> bool:
        """Ask what to do with a file that somebody else changed."""
        facts = (own("The file was written by another program since it was read here."),)
        options = (Option("r", "read it; u brings back what is on the screen"), Option("k", "keep mine, write over it"))
        answer = await self._app.push_screen_wait(ConfirmDialog("Changed on disk", facts, options))
        if answer == "r":
            try:
                await self._app.editing.reload()
            except OSError as error:
                self._app.notices.show_error(error, "read the settings again")
        return await self._write() if answer == "k" else False

    async def show(self) -> None:
        """Show the settings as form and text."""
        workspace = self._app.workspace
        if workspace.draft is None and workspace.settings is not None:
            await self._app.editing.load(workspace.settings)
        if workspace.draft is None:
            self._app.notify("No data yet: 1, then a adds a file or b a bundled set", severity="warning")
            return
        if not isinstance(self._app.page, SettingsScreen):
            self._app.push_screen(SettingsScreen())
