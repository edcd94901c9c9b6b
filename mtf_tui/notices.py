"""What the app says besides its screens: errors in a dialog, and text on the clipboard."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from mtf_engine.errors import MTFError, RunChanged, SettingsError
from mtf_tui import mistakes
from mtf_tui.export import write_copy
from mtf_tui.terminal import clipboard_sequence
from mtf_tui.widgets.error_dialog import ErrorDialog

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp


class Notices:
    """Errors and copies.

    Parameters
    ----------
    app : MTFApp
        Whose screen it is said on.
    """

    def __init__(self, app: MTFApp) -> None:
        self._app = app

    def show_error(self, error: Exception, doing: str) -> None:
        """Say what went wrong in a dialog; the details of a mistake of the program are kept in a file.

        Parameters
        ----------
        error : Exception
            What was raised; settings that are wrong have no log, as nothing ran.
        doing : str
            As in *could not …*.
        """
        run = self._app.workspace.run
        log = f"{run.path}/run.log" if run is not None and not isinstance(error, SettingsError) else None
        if not isinstance(error, MTFError | OSError):
            log = str(mistakes.keep(error) or "")
        dialog = ErrorDialog(error, doing, log=log)

        def answered(answer: str | None) -> None:
            if answer == "copy":
                self.copy(dialog.text())

        self._app.push_screen(dialog, answered)

    async def attempt(self, request: Awaitable[None], doing: str) -> bool:
        """Ask something of the engine; what it refuses is said in a dialog, and then this is false."""
        try:
            await request
        except RunChanged as error:
            start = "r starts a new run, which reuses the cells that are still the same."
            self.show_error(RunChanged(error.message, hint=start), doing)
        except (MTFError, OSError) as error:
            self.show_error(error, doing)
        else:
            return True
        return False

    def copy(self, text: str, *, suffix: str = "txt") -> None:
        """Put text on the clipboard through the terminal; what is too long for it goes to a file here."""
        sequence = clipboard_sequence(text, self._app.terminal)
        if sequence is not None and self._app.write_to_terminal(sequence):
            self._app.notify("Sent to the clipboard")
            return
        try:
            path = write_copy(text, suffix)
        except OSError as error:
            self.show_error(error, "write what is too long for the clipboard")
            return
        self._app.notify(f"Too long for the clipboard; it is in {path}", severity="warning")
