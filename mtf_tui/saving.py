"""Saving the open settings and showing their text, with the questions that this raises."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from mtf_engine import numbers, text_safety
from mtf_tui.draft import changes
from mtf_tui.pictures.settings import difference_lines
from mtf_tui.screens.settings import SettingsScreen
from mtf_tui.text import own
from mtf_tui.unsaved import unkept
from mtf_tui.widgets.confirm_dialog import ConfirmDialog, Option

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp


_MOST_LINES = 10
"""Lines of a difference that a question has room for."""

_BESIDES = 13
"""Rows of the screen that a question takes besides."""

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
        shown = self._first_lines(lines)
        more = len(lines) - len(shown)
        facts = [own(f"and {numbers.plural(more, 'more line')}; the keys , and d show all of them")] if more else []
        question = f"Write to {text_safety.line(draft.path.name)} and run?"
        options = (Option("r", "write this and run"),)
        answer = await self._app.push_screen_wait(
            ConfirmDialog(question, facts, options, lines=shown, stay="do neither")
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

    async def offer_unsaved(self, path: Path) -> None:
        """Ask what becomes of changes that an earlier session could not ask about. To be awaited in a worker."""
        store = self._app.unsaved.store
        if await asyncio.to_thread(store.is_of_another_window, path):
            self._app.notify(unkept(path), severity="warning", timeout=10)
            return
        try:
            found = await asyncio.to_thread(store.find, path)
        except ValueError:
            aside = store.set_aside(path).name
            self._app.notify(f"Unsaved changes of {path.name} cannot be read; they are in {aside}", severity="warning")
            return
        on_disk = await asyncio.to_thread(_text_of, path)
        lines = changes(on_disk, found.text) if found is not None else ()
        if found is None or not lines:
            store.forget(path)
            return
        shown = self._first_lines(lines)
        more = len(lines) - len(shown)
        facts = [own(f"and {numbers.plural(more, 'more line')}")] if more else []
        if on_disk != found.saved:
            facts.append(own("The file was written by another program since."))
        heading = f"Unsaved changes of {text_safety.line(path.name)} from {_when(found.at, time.time())}"
        options = (Option("r", "restore; u takes them back"), Option("x", "discard them"))
        dialog = ConfirmDialog(heading, facts, options, lines=shown, stay="decide at the next start")
        answer = await self._app.push_screen_wait(dialog)
        if answer == "x":
            store.forget(path)
        elif answer == "r":
            await self._app.editing.restore(path, found.text)
            self._app.notify("Restored; not saved yet")

    def _first_lines(self, lines: Sequence[str]) -> list[Text]:
        """As much of a difference as a question has room for."""
        most = max(1, min(_MOST_LINES, self._app.size.height - _BESIDES))
        return [row.text for row in difference_lines(lines[:most], _WIDTH, self._app.look).rows]

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


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def _when(at: float, now: float) -> str:
    """The minute, with its day unless that is today."""
    day = "%Y-%m-%d"
    is_today = time.strftime(day, time.localtime(at)) == time.strftime(day, time.localtime(now))
    return time.strftime("%H:%M" if is_today else f"{day} %H:%M", time.localtime(at))
