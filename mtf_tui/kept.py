"""Dialogs that are opened often, and therefore made once: mounting one takes as long as showing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mtf_tui.pictures.help import Place
from mtf_tui.screens.help_dialog import HelpDialog
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog
from mtf_tui.widgets.list_dialog import ListDialog

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

Answered = Callable[[str | None], None]


class Kept:
    """Help and palette.

    Parameters
    ----------
    app : MTFApp
        Whose dialogs they are.
    """

    def __init__(self, app: MTFApp) -> None:
        self._app = app
        self._help, self._palette = HelpDialog(Place("app")), ChoiceDialog("Palette")
        self._open: set[ListDialog] = set()

    @property
    def dialogs(self) -> Sequence[ListDialog]:
        """All of them, to be mounted ahead."""
        return self._help, self._palette

    def help(self, place: Place, answered: Answered) -> None:
        """Show the keys of a place."""
        dialog = self._help if self._is_free(self._help) else HelpDialog(place)
        dialog.tell_of(place)
        self._show(dialog, answered)

    def palette(self, choices: Sequence[Choice], answered: Answered) -> ChoiceDialog:
        """Show what can be done; more may be offered once it is known."""
        dialog = self._palette if self._is_free(self._palette) else ChoiceDialog("Palette")
        if dialog.is_mounted:
            dialog.start_over()
        dialog.offer(choices)
        self._show(dialog, answered)
        return dialog

    def _is_free(self, dialog: ListDialog) -> bool:
        """Whether it can be shown: it is there, and not over another screen already."""
        return dialog.is_mounted and dialog not in self._open

    def _show(self, dialog: ListDialog, answered: Answered) -> None:
        def closed(answer: str | None) -> None:
            self._open.discard(dialog)
            answered(answer)

        self._open.add(dialog)
        if dialog.is_mounted:
            self._app.stylesheet.update(dialog)  # the theme may be another one
        self._app.push_screen(dialog, closed)
