"""Settings that somebody else wrote while they are open here."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING

from mtf_tui.draft import Draft

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp


class Conflict:
    """Knows what somebody else wrote into the open file.

    Parameters
    ----------
    app : MTFApp
        Its editing reads the file.
    """

    def __init__(self, app: MTFApp) -> None:
        self._app = app
        self._on_disk: str | None = None

    @property
    def is_there(self) -> bool:
        """Whether somebody else wrote the file, as far as was looked."""
        return self._on_disk is not None

    def base(self, draft: Draft) -> str:
        """What the text of a draft is held against."""
        return draft.saved if self._on_disk is None else self._on_disk

    async def look(self) -> bool:
        """Look at the file; whether something else is known than before."""
        draft, found = self._app.workspace.draft, await self._app.editing.text_on_disk()
        on_disk = found if draft is not None and found is not None and found != draft.saved else None
        before, self._on_disk = self._on_disk, on_disk
        return before != on_disk

    async def settle(self, how: Callable[[], Coroutine[object, object, None]]) -> None:
        """End it; a file that cannot be read is told."""
        try:
            await how()
        except OSError as error:
            self._app.notices.show_error(error, "read the settings again")
        self._on_disk = None
