"""Checks of the settings: asked for in a form, replaced, switched and removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mtf_engine.domain.forms import Form
from mtf_engine.domain.outlines import Slot
from mtf_tui.draft import Draft
from mtf_tui.engine_protocol import SettingsEdit
from mtf_tui.pictures.settings import CHECK, check_values
from mtf_tui.screens.form_dialog import FormDialog

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

CHECKS = ("checks",)
"""The list in the settings."""


class CheckEditing:
    """Changes the checks of the open settings; to be awaited in workers.

    Parameters
    ----------
    app : MTFApp
        Its editing makes the changes.
    """

    def __init__(self, app: MTFApp) -> None:
        self._app = app

    def _slots(self) -> tuple[Slot, ...]:
        draft = self._app.workspace.draft
        return (draft.slots(CHECKS) or ()) if draft is not None else ()

    def slot(self, key: str) -> Slot | None:
        """The check that a row of the form is about."""
        return next((slot for slot in self._slots() if key == f"{CHECK}{slot.position}"), None)

    async def fill_in(self, form: Form, slot: Slot | None) -> str | None:
        """Ask for one check, and put it in its place or at the end; the key of its row, None where nothing changed."""
        values = check_values(slot.value) if slot is not None else {}
        found = await self._app.push_screen_wait(FormDialog(form, values))
        if not found:
            return None
        entry: object = found["check"] if list(found) == ["check"] else found
        position = slot.position if slot is not None else len(self._slots())
        edit = SettingsEdit("replace" if slot is not None else "insert", CHECKS, position, value=entry)
        return f"{CHECK}{position}" if await self._app.editing.apply(lambda _: edit, "set the check") else None

    async def edit(self, verb: str, key: Callable[[], str]) -> None:
        """Switch or remove the check of a row, which is asked for when the edits before are done."""

        def made(_: Draft) -> SettingsEdit | None:
            slot = self.slot(key())
            return SettingsEdit(verb, CHECKS, slot.position, on=not slot.is_on) if slot is not None else None

        await self._app.editing.apply(made, "change the check")
