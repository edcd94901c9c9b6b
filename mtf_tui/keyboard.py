"""A reader of the keyboard that obeys a lone `esc` at once.

Most terminals send the same byte for `esc` as for the beginning of an arrow key. Textual's reader finds out that none
followed a tenth of a second later, whatever ``ESCDELAY`` says. This one waits as long as the rest of a key may take,
and then hands on what terminals with the kitty keyboard protocol send for `esc`.

It can't be imported on Windows, whose terminals tell which key it was, nor beside a Textual whose driver or parser are
elsewhere; there Textual's own reader stays.
"""

from __future__ import annotations

import codecs
import os
import selectors
from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

ESCAPE = "\x1b"
ESCAPE_OF_ITS_OWN = "\x1b[27u"
"""`esc` in the kitty keyboard protocol, which nothing else begins with."""

_READ = 4096
_LOOK_UP = 0.1
"""Seconds between two looks at whether the app is at its end."""


class PromptDriver(LinuxDriver):
    """Textual's driver with another reader.

    Parameters
    ----------
    app : MTFApp
        Knows from its terminal how long the rest of a key may take.
    """

    def __init__(
        self, app: MTFApp, *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._patience = app.terminal.rest_of_key

    def run_input_thread(self) -> None:
        """Hand on what is typed until the app ends."""
        parser = XTermParser()
        for text in self._typed():
            for event in (*(parser.feed(text) if text else ()), *parser.tick()):
                self.process_message(event)

    def _typed(self) -> Iterator[str]:
        """What came, as it comes; nothing now and then, so that what is half there can be given up."""
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as waiting:
            waiting.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if not waiting.select(_LOOK_UP):
                    yield ""
                    continue
                came = os.read(self.fileno, _READ)
                if not came:
                    return
                text = decode(came)
                is_lone = text.endswith(ESCAPE) and not waiting.select(self._patience)
                yield text.removesuffix(ESCAPE) + ESCAPE_OF_ITS_OWN if is_lone else text
