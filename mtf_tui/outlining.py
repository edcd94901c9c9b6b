"""What a run of the open settings would do: computed by the engine, of the text on the screen where it is not saved."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mtf_engine.domain.outlines import PartProgress
from mtf_engine.errors import MTFError
from mtf_tui.engine_protocol import NO_PARTS, EngineClient
from mtf_tui.workspace import Reading

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

_GROUP = "settings"
_BETWEEN_EDITS = 0.3
"""Seconds of no edit before the plan is computed anew."""


class Outlining:
    """Keeps the workspace's outline of the plan up to date; a newer reading takes the place of the one before.

    Parameters
    ----------
    app : MTFApp
        Its workspace holds the outline, or why there is none.
    """

    def __init__(self, app: MTFApp) -> None:
        self._app = app
        self._readings = 0
        """How many were begun: one whose place was taken may end after the next has begun."""

    def read(self, *, edited: bool = False) -> None:
        """Read the settings and the data.

        Parameters
        ----------
        edited : bool, default False
            Whether only the text on the screen changed: wait for the next edit, and leave the file alone.
        """
        settings, client = self._app.workspace.settings, self._app.client
        if settings is not None and client is not None:
            work = partial(self._read, client, settings, edited=edited)
            self._app.work_on(work, group=_GROUP)

    async def _read(self, client: EngineClient, settings: Path, *, edited: bool) -> None:
        workspace = self._app.workspace
        if edited:
            await asyncio.sleep(_BETWEEN_EDITS)
        workspace.reading = Reading(0, None, time.time())
        workspace.outline_error = None
        self._app.refresh_page()
        self._readings += 1
        mine = self._readings
        try:
            if not edited:
                await self._app.editing.load(settings)
            workspace.outline = await client.outline(settings, progress=self._progress, text=workspace.unsaved_text)
        except MTFError as error:
            workspace.outline, workspace.outline_error = None, error
        finally:
            if mine == self._readings:
                workspace.reading = None
                self._app.refresh_page()

    def _progress(self, received: int, total: int | None, parts: Mapping[str, PartProgress] = NO_PARTS, /) -> None:
        workspace = self._app.workspace
        if workspace.reading is not None:
            workspace.reading = replace(workspace.reading, received=received, total=total, parts=parts)
            self._app.refresh_page()

    def reject(self, error: MTFError) -> None:
        """Say that the text as it is now cannot run; what is known of the one before stays on the screen."""
        self._app.workers.cancel_group(self._app, _GROUP)
        self._app.workspace.outline_error = error
        self._app.refresh_page()

    def stop(self) -> None:
        """Stop reading the data."""
        self.reject(self._app.workspace.outline_error or MTFError("reading was stopped"))
