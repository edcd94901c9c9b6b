"""A text field whose content may come from anywhere: every character of it is shown as one, none is obeyed."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.widgets import Input

from mtf_engine import line_ends
from mtf_tui.text import as_seen


class SafeInput(Input):
    """Holds its value as it is, and shows control codes as signs; its cursor stands still, as all that is idle does."""

    cursor_blink = False

    async def on_key(self, event: events.Key) -> None:
        """Do what a key is bound to at once: on its way up the screen, letters typed after it would overtake it.

        One line scrolls nothing: keys that would are left to what stands around it.
        """
        own = next((keys for node, keys in self.screen._binding_chain if node is self), None)
        bound = own.key_to_bindings.get(event.key) if own is not None else None
        if bound and not bound[0].action.startswith(("scroll_", "page_")):
            event.stop()
            event.prevent_default()
            await self.run_action(bound[0].action)

    def on_paste(self, event: events.Paste) -> None:
        """Take the first line of what is pasted."""
        event.stop()
        event.prevent_default()
        for line in line_ends.lines(event.text)[:1]:
            self.replace(line, *sorted(self.selection))

    @property
    def _value(self) -> Text:
        """What is painted."""
        return Text(as_seen(self.value).replace("\t", " "), no_wrap=True, overflow="ignore", end="")
