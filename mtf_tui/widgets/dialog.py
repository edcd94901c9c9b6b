"""What all dialogs share: a bordered box in the middle, `esc` closes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from rich.console import RenderableType
from rich.text import Text
from textual import events
from textual.reactive import Reactive
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.widget import Widget

from mtf_tui.actions import bindings
from mtf_tui.mistakes import Employer
from mtf_tui.sparing import Picture, Sparing
from mtf_tui.text import own
from mtf_tui.themes import STYLES, Look
from mtf_tui.widgets.dimmed import Dimmed

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

Answer = TypeVar("Answer")


class Dialog(Employer, Sparing, ModalScreen[Answer | None], Generic[Answer]):
    """A modal question; its answer is None when the user closes it."""

    BINDINGS = bindings("dialog")
    CSS_PATH = STYLES
    KEY_SCOPES: ClassVar[tuple[str, ...]] = ()
    """Scopes of the keys that work in it, for its help; none where it shows all of them itself."""
    HORIZONTAL_BREAKPOINTS = []  # noqa: RUF012 (as Textual has it)
    VERTICAL_BREAKPOINTS = []  # noqa: RUF012
    """Nothing in a dialog asks how large the window is; a class that says it would style and lay out all of it anew."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As in the screens."""

    @property
    def look(self) -> Look:
        """Theme and glyphs of the app."""
        look = getattr(self.app, "look", None)
        return look if isinstance(look, Look) else Look()

    def render(self) -> RenderableType:
        below = super().render()
        return cast("RenderableType", Dimmed(below)) if isinstance(below, BackgroundScreen) else below

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        event.refresh_styles = False  # it was styled when it was mounted
        if self._whole is not None and self.is_current:
            self._whole.hold()
            self.call_after_refresh(self._whole.show)

    def on_mount(self) -> None:
        self.set_class(self.look.glyphs.name == "ascii", "-ascii")

    @property
    def _whole(self) -> Picture | None:
        """The picture of the app."""
        picture = getattr(self.app, "picture", None)
        return picture if isinstance(picture, Picture) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return super().check_action(action, parameters) and (action != "dialog_help" or bool(self.KEY_SCOPES))

    def closing_hints(self) -> Text:
        """How to leave, and where its keys are told."""
        key, muted = f"bold {self.look.tokens.accent}", self.look.tokens.muted
        return own(("esc", key), (" closes  ", muted), ("?", key), (" keys", muted))

    def action_dialog_close(self) -> None:
        self.dismiss(None)

    def action_dialog_help(self) -> None:
        cast("MTFApp", self.app).show_keys_of(self)
