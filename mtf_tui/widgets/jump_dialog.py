"""Waits for one letter while the screen below shows where each one goes."""

from __future__ import annotations

from textual.events import Key

from mtf_tui.widgets.dialog import Dialog


class JumpDialog(Dialog[str]):
    """Answers the letter that was typed; nothing is drawn over the screen."""

    def on_key(self, event: Key) -> None:
        event.stop()
        self.dismiss(event.character if event.is_printable else None)
