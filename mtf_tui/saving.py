"""Saving the open settings and showing their text, with the questions that this raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtf_tui.screens.settings import SettingsScreen
from mtf_tui.text import own
from mtf_tui.widgets.confirm_dialog import ConfirmDialog, Option

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp


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
            await self._app.editing.reload()
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
