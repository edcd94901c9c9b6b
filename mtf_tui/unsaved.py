"""Changes of settings that were not saved when the app ended: kept beside its state, offered at the next start."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mtf_engine import api, text_safety
from mtf_engine.errors import MTFError
from mtf_tui.draft import Draft
from mtf_tui.state import write_whole

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

VERSION = 1
_SOON = 0.5
"""Seconds after a change within which it is kept: what `kill -9` may take."""

_AT_THE_END = 2.0
"""Seconds that the last keys get to become a text, when the app is told to end."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A text that is no file yet."""

    path: str
    """Settings file that it belongs to, absolute."""

    text: str
    saved: str
    """What the file held; empty where there was none."""

    at: float
    """When it was last changed, in seconds since the epoch."""

    version: int = VERSION
    owner: str = ""
    """The process that keeps it; empty where that was not written down."""


class UnsavedStore:
    """One file a settings file, which only its owner can read, as settings may hold what is nobody else's.

    Parameters
    ----------
    directory : Path
        Made when something is first kept.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def place(self, settings: Path) -> Path:
        """Where the changes of a settings file are kept."""
        name = hashlib.sha256(str(settings.absolute()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        return self._directory / f"unsaved-{name}.json"

    def keep(self, draft: Draft, at: float) -> bool:
        """Keep what is not saved of a draft, in the place of what was kept of it; nothing where all is saved.

        Returns
        -------
        bool
            False where another window keeps changes of the same file, which stay.

        Raises
        ------
        OSError
            It could not be written.
        """
        if self.is_of_another_window(draft.path):
            return False
        if not draft.is_dirty:
            self.forget(draft.path)
            return True
        kept = Unsaved(str(draft.path.absolute()), draft.text, draft.saved, at, owner=api.process_mark())
        write_whole(self.place(draft.path), msgspec.json.encode(kept))
        return True

    def is_of_another_window(self, settings: Path) -> bool:
        """Whether what is kept of a settings file belongs to a window that is still open."""
        try:
            found = self.find(settings)
        except ValueError:
            return False
        return found is not None and found.owner != api.process_mark() and api.is_at_work(found.owner)

    def find(self, settings: Path) -> Unsaved | None:
        """What is kept of a settings file; None where nothing is.

        Raises
        ------
        ValueError
            What is kept cannot be read.
        """
        try:
            found = msgspec.json.decode(self.place(settings).read_bytes(), type=Unsaved)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise ValueError(str(error)) from error
        if found.version != VERSION:
            raise ValueError(f"it is of version {found.version}")
        return found

    def set_aside(self, settings: Path) -> Path:
        """Put what cannot be read where it is not asked about again, and say where."""
        place = self.place(settings)
        aside = place.with_suffix(".unreadable")
        with contextlib.suppress(OSError):
            place.replace(aside)
        return aside

    def forget(self, settings: Path) -> None:
        """Let go of what is kept of a settings file, unless it is another window's."""
        if self.is_of_another_window(settings):
            return
        with contextlib.suppress(OSError):
            self.place(settings).unlink(missing_ok=True)


def unkept(settings: Path) -> str:
    """What is said in a window of a settings file that another window changes too."""
    name = text_safety.line(settings.name)
    return f"Another window has unsaved changes of {name}: what you change here is kept only when you save it"


class Keeping:
    """Keeps the open draft while it is being changed.

    Parameters
    ----------
    app : MTFApp
        Its editing changes the draft.
    """

    def __init__(self, app: MTFApp) -> None:
        self._app = app
        self.store = UnsavedStore(app.store.directory)
        self._turn = asyncio.Lock()
        self._is_due = False
        self._has_kept = False
        """Whether what is kept is of this session."""

        self._has_warned = False

    def changed(self) -> None:
        """Keep the draft soon; changes until then are kept with it."""
        if not self._is_due:
            self._is_due = True
            self._app.set_timer(_SOON, lambda: self._app.work_on(self.keep, group="unsaved", exclusive=False))

    async def keep(self) -> None:
        """Keep the draft as it is now; a disk that refuses costs what it would have kept, not the session."""
        self._is_due = False
        async with self._turn:
            if (draft := self._app.workspace.draft) is not None:
                await self._keep(draft)

    async def _keep(self, draft: Draft) -> None:
        self._has_kept = True
        with contextlib.suppress(OSError):
            is_kept = await asyncio.to_thread(self.store.keep, draft, time.time())
            if not is_kept and not self._has_warned:
                self._has_warned = True
                self._app.notify(unkept(draft.path), severity="warning", timeout=10)

    async def end(self, *, is_asked: bool) -> None:
        """Keep the draft as the last keys make it, or let go of it where the user was asked what becomes of it."""
        draft = self._app.workspace.draft
        if draft is None:
            return
        if is_asked:
            if self._has_kept:
                self.store.forget(draft.path)
            return
        with contextlib.suppress(MTFError, OSError, TimeoutError):  # the engine may have ended first
            draft = await asyncio.wait_for(self._app.editing.latest(), _AT_THE_END) or draft
        if draft.is_dirty:
            await self._keep(draft)
