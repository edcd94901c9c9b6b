"""Adding, changing and browsing data sets: the questions that are asked, and what their answers do to the settings."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mtf_engine import numbers
from mtf_engine.domain.outlines import Slot
from mtf_engine.domain.sources import SourceEntry, Sources
from mtf_engine.errors import MTFError
from mtf_tui.draft import Draft
from mtf_tui.engine_protocol import EngineClient, SettingsEdit, SourceAsked, no_progress
from mtf_tui.places import free_place
from mtf_tui.screens.source_dialog import SourceAnswer, SourceDialog
from mtf_tui.screens.source_fields import Purpose
from mtf_tui.source_form import PATH, SourceForm, edits_of, form_of
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog
from mtf_tui.workspace import Reading

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

_GROUP = "add"


class Sourcing:
    """Asks for data sets, each time in a worker of the app.

    Parameters
    ----------
    app : MTFApp
        Its editing holds the settings that are changed.
    """

    def __init__(self, app: MTFApp) -> None:
        self._app = app
        self.known: Sources | None = None
        """What is bundled and cached; None until it was listed."""

    @property
    def base(self) -> Path:
        """Folder that relative paths count from."""
        workspace = self._app.workspace
        return (workspace.settings or workspace.place).absolute().parent

    def slots(self) -> Sequence[Slot]:
        """Data sets of the settings, those that are off too."""
        draft = self._app.workspace.draft
        return (draft.slots(PATH) or ()) if draft is not None else ()

    async def list(self) -> None:
        """Find out what is bundled and cached."""
        client = self._app.client
        try:
            self.known = await client.sources() if client is not None else None
        except (MTFError, OSError):
            self.known = None

    def stop(self) -> None:
        """Stop what is read for a proposal."""
        self._app.workers.cancel_group(self._app, _GROUP)

    # --- add ---

    def add(self, source: str = "") -> None:
        """Ask for a data set; without settings, propose all of them.

        The form is there at once, not after a worker has begun, so that it gets the keys that follow.

        Parameters
        ----------
        source : str, default ""
            Filled in at first.
        """
        is_new = self._app.workspace.draft is None
        place = free_place(self._app.workspace.place).name if is_new else None
        heading, verb = ("From data to results", "run") if is_new else ("Add a data set", "add")
        purpose = Purpose(heading, verb, place, frozenset(slot.name for slot in self.slots()))
        self._ask(purpose, SourceForm(source), self._added)

    async def _added(self, answer: SourceAnswer | None) -> None:
        if answer is None:
            return
        self._remember(answer.form.source)
        if answer.proposal is not None and answer.place is not None:
            self._app.following.tell_start(True)
            try:
                await self._begin(self.base / answer.place, answer.proposal.text)
            finally:
                self._app.following.tell_start(False)
            self._app.following.start()  # the outline waits until it is looked at: the run needs the processors
        else:
            await self._insert(answer.form.entry(answer.inspection))

    def _ask(
        self, purpose: Purpose, form: SourceForm, then: Callable[[SourceAnswer | None], Coroutine[object, object, None]]
    ) -> None:
        client = self._app.client
        if client is None:
            return
        dialog = SourceDialog(client, self.base, purpose, form, sources=lambda: self.known)

        def answered(answer: SourceAnswer | None) -> None:
            self._app.work_on(partial(then, answer), group=_GROUP)

        self._app.push_screen(dialog, answered)

    async def _insert(self, entry: object) -> None:
        def insert(draft: Draft) -> SettingsEdit:
            return SettingsEdit("insert", PATH, len(draft.slots(PATH) or ()), value=entry)

        if await self._app.editing.apply(insert, "add the data set"):
            self._point_at(self.slots()[-1].name)

    def _point_at(self, name: str) -> None:
        """Put the cursor on a data set, where the list of them is seen."""
        page = self._app.page
        if page is not None and page.SCOPE == "sources":
            page.table("#datasets").move_to(name)

    async def _begin(self, path: Path, text: str) -> None:
        """Open settings that are no file yet."""
        await self._app.editing.begin(_as_typed(path), text)
        self._app.workspace.settings = _as_typed(path)

    def _remember(self, source: str) -> None:
        """Offer it again another time, wherever that will be."""
        path = self.base / os.path.expanduser(source)
        self._app.store.remember_source(str(path) if os.path.exists(path) else source)

    # --- change ---

    def change(self, slot: Slot) -> None:
        """Ask what to change of a data set."""
        taken = frozenset(other.name for other in self.slots() if other.position != slot.position)
        purpose = Purpose("Change the data set", "change", None, taken, is_change=True)
        self._ask(purpose, form_of(slot), partial(self._changed, slot))

    async def _changed(self, slot: Slot, answer: SourceAnswer | None) -> None:
        if answer is None:
            return

        def changed(draft: Draft) -> Sequence[SettingsEdit]:
            same = next((one for one in draft.slots(PATH) or () if one.position == slot.position), None)
            return edits_of(same, answer.form.entry(answer.inspection)) if same is not None else ()

        await self._app.editing.apply_all(changed, "change the data set")

    # --- browse ---

    def browse(self) -> None:
        """Offer what is bundled and cached."""
        if self._app.client is not None:
            self._app.work_on(partial(self._browse, self._app.client), group=_GROUP)

    async def _browse(self, client: EngineClient) -> None:
        if self.known is None:
            self._app.notify("Looking for what is bundled and cached")
            await self.list()
        if self.known is None:
            return
        here = {form_of(slot).source for slot in self.slots()}
        offered = (*self.known.bundled, *self.known.cached)
        choices = [Choice(one.source, one.name, _about(one, is_here=one.source in here)) for one in offered]
        recent = [source for source in self._app.store.state.sources if source not in {one.source for one in offered}]
        choices += [Choice(source, source, "added before") for source in recent]
        source = await self._app.push_screen_wait(ChoiceDialog("Add a data set that is here", choices))
        chosen = next((one for one in offered if one.source == source), None)
        if chosen is None:
            if source is not None:
                self.add(source)
            return
        if chosen not in self.known.bundled:
            self.add(chosen.source)
            return
        target = chosen.target
        if chosen.targets:
            targets = [Choice(name, name) for name in chosen.targets]
            target = await self._app.push_screen_wait(ChoiceDialog(f"Predict what of {chosen.name}?", targets))
            if target is None:
                return
        await self._take(client, chosen, target)

    async def _take(self, client: EngineClient, chosen: SourceEntry, target: str | None) -> None:
        """Add a bundled data set; without settings, propose settings for it."""
        if self._app.workspace.draft is not None:
            await self._insert({"source": chosen.source, "target": target} if chosen.targets else chosen.source)
            return
        asked = SourceAsked(chosen.source, target if chosen.targets else None, str(self.base))
        workspace = self._app.workspace
        workspace.reading = Reading(0, None, time.time())
        self._app.refresh_page()
        try:
            proposal = await client.wizard(asked, left_out=None, mode="quick", progress=no_progress)
        except (MTFError, OSError) as error:
            self._app.notices.show_error(error, "propose settings")
            return
        else:
            await self._begin(self.base / free_place(workspace.place).name, proposal.text)
        finally:
            workspace.reading = None
            self._app.refresh_page()
        self._app.outlining.read(edited=True)


def _as_typed(path: Path) -> Path:
    """Write a path from the working directory on where it lies in it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _about(entry: SourceEntry, *, is_here: bool) -> str:
    """Task and rows of a bundled one, size of a cached one, and whether it is in the settings."""
    rows = numbers.plural(entry.rows, "row") if entry.rows is not None else ""
    size = numbers.size(entry.size) if entry.size else ""
    facts = ["in the plan" if is_here else "", entry.task or ("cached" if entry.size else ""), rows or size]
    return " · ".join(fact for fact in facts if fact)
