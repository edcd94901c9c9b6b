"""Changes of the open settings: each goes through the engine, is validated at once and can be undone.

The engine's helper edits the text and keeps its comments. Edits wait for each other, and each is made of the entries
as they are when its turn comes, so pressing a key quickly does what it looks like.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mtf_engine import api
from mtf_engine.errors import MTFError, Problem, SettingsError
from mtf_tui.draft import Draft
from mtf_tui.engine_protocol import SettingsEdit
from mtf_tui.places import free_place

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

Make = Callable[[Draft], SettingsEdit | None]
MakeAll = Callable[[Draft], Sequence[SettingsEdit]]

_BETWEEN_KEYS = 0.1
"""Seconds in which keys that are typed quickly are taken together."""


@dataclass(frozen=True, slots=True)
class _Typing:
    """A change that is being typed."""

    token: str
    make: MakeAll | None
    """None where the text itself is typed."""

    text: str = ""


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
        self._typed: _Typing | None = None
        self._is_taking = False

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
            draft = replace(history.edited(text), saved=text)
            self._app.workspace.draft = draft if draft.lists else replace(draft, is_checked=False)
            self._app.workspace.draft = await self._looked_through(draft)

    async def begin(self, path: Path, text: str) -> None:
        """Open a text that is no file yet."""
        async with self._turn:
            self._app.workspace.draft = await self._looked_through(Draft(path, text, ""))
            self._app.unsaved.changed()

    async def restore(self, path: Path, text: str) -> None:
        """Put a text on the screen that is not in the file, which undo brings back; there may be no file yet."""
        await self.load(path)
        if self.draft is None or self.draft.path != path:
            await self.begin(path, text)
            self._app.workspace.settings = path
            self._app.outlining.read(edited=True)
            return
        async with self._turn:
            if self.draft is not None:
                await self._take(self.draft.edited(text))

    async def apply(self, make: Make, doing: str) -> bool:
        """Make one edit; what the engine refuses is said in a dialog.

        Parameters
        ----------
        make : callable
            From the text as it is to the edit; None leaves it.
        doing : str
            As in *could not …*.
        """
        return await self.apply_all(lambda draft: [edit] if (edit := make(draft)) is not None else [], doing)

    async def apply_all(self, make: MakeAll, doing: str) -> bool:
        """Make several edits as one change; none of them when the engine refuses one."""
        await self._take_typed()
        async with self._turn:
            try:
                return await self._edit(make)
            except MTFError as error:
                self._app.notices.show_error(error, doing)
                return False

    async def _edit(self, make: MakeAll, *, typing: str = "") -> bool:
        edited = await self._edited(make, typing=typing)
        if edited is None:
            return False
        await self._take(edited, typing=typing)
        return True

    async def _edited(self, make: MakeAll, *, typing: str = "") -> Draft | None:
        """The draft after edits; None where there are none."""
        draft, client = self.draft, self._app.client
        wanted = make(draft) if draft is not None else ()
        if draft is None or client is None or not wanted:
            return None
        text = draft.before(typing)
        for edit in wanted:
            text = (await client.edit(text, edit)).text
        return draft.edited(text, typing=typing)

    # --- typing ---

    def type_into(self, token: str, make: MakeAll) -> None:
        """Take what is typed into a field, soon; typing on replaces it.

        Parameters
        ----------
        token : str
            Names the field.
        make : callable
            From the text as it is to the edits.
        """
        self._type(_Typing(token, make))

    def type_text(self, text: str) -> None:
        """Take what is typed into the text itself, soon."""
        self._type(_Typing("\0text", None, text))

    def _type(self, typing: _Typing) -> None:
        self._typed = typing
        if not self._is_taking:
            self._is_taking = True
            self._app.work_on(self._take_soon, group="typing", exclusive=False)

    async def _take_soon(self) -> None:
        try:
            while self._typed is not None:
                await asyncio.sleep(_BETWEEN_KEYS)
                await self._take_typed()
        finally:
            self._is_taking = False

    async def _take_typed(self) -> None:
        typed, self._typed = self._typed, None
        if typed is None:
            return
        async with self._turn:
            try:
                if typed.make is not None:
                    await self._edit(typed.make, typing=typed.token)
                elif self.draft is not None:
                    await self._take(self.draft.edited(typed.text, typing=typed.token), typing=typed.token)
            except MTFError as error:
                self._app.notify(f"Not changed: {error.message}", severity="warning")

    async def latest(self) -> Draft | None:
        """The draft with what was typed last, also where that was not taken yet.

        Raises
        ------
        MTFError, OSError
            The engine refuses it, or has ended.
        """
        typed = self._typed
        if typed is None or self.draft is None:
            return self.draft
        if typed.make is None:
            return self.draft.edited(typed.text)
        return await self._edited(typed.make, typing=typed.token) or self.draft

    async def end_typing(self, token: str = "\0text", *, take_back: bool = False) -> None:
        """End a typing; its outline is computed now.

        Parameters
        ----------
        token : str
            Names the field; the text itself unless given.
        take_back : bool, default False
            Whether the text from before the typing is wanted.
        """
        await self._take_typed()
        async with self._turn:
            draft = self.draft
            if draft is None or draft.typing != token:
                return
            await self._take(draft.taken_back(token) if take_back else draft.settled())

    async def undo(self) -> None:
        """Go back one change."""
        await self._step(Draft.undone, "Nothing to undo")

    async def redo(self) -> None:
        """Make an undone change again."""
        await self._step(Draft.redone, "Nothing to redo")

    async def _step(self, step: Callable[[Draft], Draft], nothing: str) -> None:
        await self._take_typed()
        async with self._turn:
            if self.draft is None or (after := step(self.draft)) is self.draft:
                self._app.notify(nothing)
                return
            await self._take(after)

    async def _take(self, draft: Draft, *, typing: str = "") -> None:
        """Put a changed text on the screen, and find out what a run of it would do, unless more will be typed."""
        self._app.workspace.draft = draft = await self._looked_through(draft)
        self._app.unsaved.changed()
        self._app.refresh_page()
        if draft.problems:
            self._app.outlining.reject(SettingsError(list(draft.problems)))
        elif typing:
            self._app.workspace.outline_error = None
            self._app.refresh_page()
        else:
            self._app.outlining.read(edited=True)

    async def _looked_through(self, draft: Draft) -> Draft:
        """List the entries and find every problem; a text that cannot be read has the problem and no entries."""
        client = self._app.client
        if client is None:
            return draft
        try:
            lists = (await client.slots(draft.text)).lists
            values = (await client.written_values(draft.text)).values
        except MTFError:
            lists, values = (), {}
        try:
            problems = (await client.validate(draft.text, draft.path)).problems
        except SettingsError as error:
            problems = tuple(error.problems)
        except MTFError as error:
            problems = (Problem(error.message, error.hint),)
        return replace(draft, lists=lists, values=values, problems=problems, is_checked=True)

    async def text_on_disk(self) -> str | None:
        """What the file holds now; None where there is none."""
        if self.draft is None:
            return None
        try:
            return (await asyncio.to_thread(self.draft.path.read_bytes)).decode("utf-8", "replace")
        except OSError:
            return None

    async def is_changed_on_disk(self) -> bool:
        """Whether somebody else wrote the file since it was read."""
        found, draft = await self.text_on_disk(), self.draft
        return draft is not None and (found or "") != draft.saved

    async def keep_mine(self) -> None:
        """Take note of what is on disk, and leave the text as it is: it is unsaved now."""
        async with self._turn:
            found = await self.text_on_disk()
            if self.draft is not None:
                self._app.workspace.draft = replace(self.draft, saved=found or "")
                self._app.unsaved.changed()
        self._app.refresh_page()

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
        await self._take_typed()
        async with self._turn:
            draft = self.draft
            if draft is None or not draft.is_dirty:
                return None
            path = free_place(Path("demo.yaml")) if draft.path == api.DEMO else draft.path
            await asyncio.to_thread(_write, path, draft.text)
            self._app.workspace.draft = replace(draft, path=path, saved=draft.text)
            self._app.workspace.settings = path
            self._app.unsaved.store.forget(draft.path)
            return path


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all; a link stays one, and permissions stay as they are."""
    target = path.resolve()
    draft = target.with_name(f".{target.name}.{os.urandom(4).hex()}.tmp")
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666
    try:  # a new file, never one that somebody put there, which nobody can read who could not read the old one
        with open(draft, "xb", opener=partial(os.open, mode=mode)) as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
