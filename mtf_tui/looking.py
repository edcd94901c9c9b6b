"""Looking at a source before it is added: asked of the engine, with what is known of the last look kept beside it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mtf_engine.domain.outlines import PartProgress, Proposal
from mtf_engine.domain.sources import SourceInspection
from mtf_engine.errors import MTFError
from mtf_tui.completion import is_local_path
from mtf_tui.engine_protocol import NO_PARTS, EngineClient, SourceAsked
from mtf_tui.places import problem_of_place
from mtf_tui.source_form import SourceForm
from mtf_tui.workspace import Reading


@dataclass(frozen=True, slots=True)
class Wish:
    """What a look is to find out."""

    form: SourceForm
    place: str | None = None
    """Where settings would be written; None where an entry is added to settings that are there."""

    mode: str = "quick"
    left_out: tuple[str, ...] | None = None
    """None: as the engine proposes."""

    target: str | None = None
    """None: as the engine finds."""


class Looking:
    """Knows what the last look found.

    Parameters
    ----------
    client : EngineClient
        Asked.
    base : Path
        Folder that relative paths count from.
    changed : callable
        Called when there is something new to show.
    """

    def __init__(self, client: EngineClient, base: Path, changed: Callable[[], None]) -> None:
        self._client, self._base, self._changed = client, base, changed
        self.inspection: SourceInspection | None = None
        self.proposal: Proposal | None = None
        self.error: Exception | None = None
        self.place_problem: str | None = None
        self.reading: Reading | None = None
        self._seen: tuple[str, str | None] | None = None
        self._proposed: Wish | None = None
        self._forgotten = 0
        """How often another source was typed: what comes late is about none of now."""

    def has_seen(self, wish: Wish) -> bool:
        """Whether what is known is about this source and target."""
        return self.error is None and self.inspection is not None and self._seen == (wish.form.source, wish.target)

    def has_proposed(self, wish: Wish) -> bool:
        """Whether the proposal is the one for this."""
        return self.proposal is not None and self._proposed == wish

    def forget(self) -> None:
        """Another source is typed: what was known is about none."""
        self.inspection = self.proposal = self.error = self._seen = self._proposed = None
        self._forgotten += 1

    async def look(self, wish: Wish) -> None:
        """Find out what is not known yet."""
        self.reading = Reading(0, None, time.time())
        forgotten = self._forgotten
        try:
            if not self.has_seen(wish):
                asked = SourceAsked(wish.form.source, wish.target, str(self._base))
                self.error = None
                found = await self._client.inspect(asked, progress=self._progress)
                if forgotten != self._forgotten:
                    return
                self.inspection = found
                self._seen = (wish.form.source, wish.target)
                self._changed()
            if wish.place is not None:
                await self._propose(wish, wish.place)
        except (MTFError, OSError) as error:
            if forgotten == self._forgotten:
                self.inspection, self.error = None, error
        finally:
            self.reading = None
            self._changed()

    async def _propose(self, wish: Wish, place: str) -> None:
        path = self._base / os.path.expanduser(place)
        self.place_problem = await asyncio.to_thread(problem_of_place, path)
        inspection = self.inspection
        if inspection is None or inspection.problem is not None or self.has_proposed(wish):
            return
        source = wish.form.source
        if is_local_path(source):
            source = str(self._base / os.path.expanduser(source))
        asked = SourceAsked(source, wish.target, str(path.parent))
        forgotten = self._forgotten
        found = await self._client.wizard(asked, left_out=wish.left_out, mode=wish.mode, progress=self._progress)
        if forgotten == self._forgotten:
            self.proposal, self._proposed = found, wish

    def _progress(self, received: int, total: int | None, parts: Mapping[str, PartProgress] = NO_PARTS, /) -> None:
        del parts
        if self.reading is not None:
            self.reading = replace(self.reading, received=received, total=total)
            self._changed()
