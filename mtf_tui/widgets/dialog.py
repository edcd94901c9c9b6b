"""What all dialogs share: a bordered box in the middle, `esc` closes it."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual import events
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widget import Widget

from mtf_tui.actions import bindings
from mtf_tui.mistakes import Employer
from mtf_tui.themes import STYLES, Look

Answer = TypeVar("Answer")


class Dialog(Employer, ModalScreen[Answer | None], Generic[Answer]):
    """A modal question; its answer is None when the user closes it."""

    BINDINGS = bindings("dialog")
    CSS_PATH = STYLES
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As in the screens."""

    @property
    def look(self) -> Look:
        """Theme and glyphs of the app."""
        look = getattr(self.app, "look", None)
        return look if isinstance(look, Look) else Look()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        event.refresh_styles = False  # it was styled when it was mounted

    def on_mount(self) -> None:
        self.set_class(self.look.glyphs.name == "ascii", "-ascii")

    def action_dialog_close(self) -> None:
        self.dismiss(None)
