"""Changes of the open settings: each goes through the engine, is validated at once and can be undone.

The engine's helper edits the text and keeps its comments. Edits wait for each other, and each is made of the entries
as they are when its turn comes, so pressing a key quickly does what it looks like.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mtf_engine import api
from mtf_engine.errors import MTFError, SettingsError
from mtf_tui.draft import Draft
from mtf_tui.engine_protocol import SettingsEdit

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

Make = Callable[[Draft], SettingsEdit | None]


class Editing:
    """Edits, undoes, redoes and saves what is open.

    Parameters
    ----------
    app : MTFApp
        Its workspace holds the draft.
    """

    def __init__(self, app: MTFApp) -> None:
        self._app = app
        self._turn = asyncio.Lock()

    @property
    def draft(self) -> Draft | None:
        """The text as it is now; None while no file is open or it cannot be read."""
        return self._app.workspace.draft

    async def load(self, path: Path) -> None:
        """Read the file, unless there are changes that are not saved."""
        async with self._turn:
            if self.draft is not None and self.draft.path == path and self.draft.is_dirty:
                return
            try:
                text = (await asyncio.to_thread(path.read_bytes)).decode("utf-8")
            except (OSError, UnicodeDecodeError):
                self._app.workspace.draft = None
                return
            history = self.draft if self.draft is not None and self.draft.path == path else Draft(path, text, text)
            self._app.workspace.draft = await self._looked_through(replace(history.edited(text), saved=text))

    async def begin(self, path: Path, text: str) -> None:
        """Open a text that is no file yet."""
        async with self._turn:
            self._app.workspace.draft = await self._looked_through(Draft(path, text, ""))

    async def apply(self, make: Make, doing: str) -> bool:
        """Make one edit; what the engine refuses is said in a dialog.

        Parameters
        ----------
        make : callable
            From the text as it is to the edit; None leaves it.
        doing : str
            As in *could not …*.
        """
        client = self._app.client
        async with self._turn:
            wanted = make(self.draft) if self.draft is not None else None
            if self.draft is None or client is None or wanted is None:
                return False
            try:
                edited = await client.edit(self.draft.text, wanted)
            except MTFError as error:
                self._app.notices.show_error(error, doing)
                return False
            await self._take(self.draft.edited(edited.text))
        return True

    async def undo(self) -> None:
        """Go back one change."""
        await self._step(Draft.undone, "Nothing to undo")

    async def redo(self) -> None:
        """Make an undone change again."""
        await self._step(Draft.redone, "Nothing to redo")

    async def _step(self, step: Callable[[Draft], Draft], nothing: str) -> None:
        async with self._turn:
            if self.draft is None or (after := step(self.draft)) is self.draft:
                self._app.notify(nothing)
                return
            await self._take(after)

    async def _take(self, draft: Draft) -> None:
        """Put a changed text on the screen, and find out what a run of it would do."""
        self._app.workspace.draft = draft = await self._looked_through(draft)
        self._app.refresh_page()
        if draft.problems:
            self._app.outlining.reject(SettingsError(list(draft.problems)))
        else:
            self._app.outlining.read(edited=True)

    async def _looked_through(self, draft: Draft) -> Draft:
        """List the entries and find every problem; a text that cannot be read has the problem and no entries."""
        client = self._app.client
        if client is None:
            return draft
        try:
            lists = (await client.slots(draft.text)).lists
        except MTFError:
            lists = ()
        try:
            problems = (await client.validate(draft.text, draft.path)).problems
        except SettingsError as error:
            problems = tuple(error.problems)
        return replace(draft, lists=lists, problems=problems)

    async def is_changed_on_disk(self) -> bool:
        """Whether somebody else wrote the file since it was read."""
        draft = self.draft
        if draft is None:
            return False
        try:
            found = await asyncio.to_thread(draft.path.read_bytes)
        except FileNotFoundError:
            return bool(draft.saved)
        return found != draft.saved.encode()

    async def reload(self) -> None:
        """Take what is on disk; the changes made here can be brought back by undo."""
        async with self._turn:
            if self.draft is not None:
                text = (await asyncio.to_thread(self.draft.path.read_bytes)).decode("utf-8", "replace")
                await self._take(replace(self.draft.edited(text), saved=text))

    async def save(self) -> Path | None:
        """Write the text; that of the demo, which belongs to the program, goes to a file of its own here.

        Returns
        -------
        Path or None
            Where it is; None when nothing was to be written.

        Raises
        ------
        OSError
            It could not be written.
        """
        async with self._turn:
            draft = self.draft
            if draft is None or not draft.is_dirty:
                return None
            path = _free(Path("demo.yaml")) if draft.path == api.DEMO else draft.path
            await asyncio.to_thread(_write, path, draft.text)
            self._app.workspace.draft = replace(draft, path=path, saved=draft.text)
            self._app.workspace.settings = path
            return path


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all; a link stays one, and permissions stay as they are."""
    target = path.resolve()
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _free(path: Path) -> Path:
    """The first name of its kind that no file has."""
    number = 1
    found = path
    while found.exists():
        number += 1
        found = path.with_stem(f"{path.stem}-{number}")
    return found
