"""Textual's driver for a browser, ended with the server: a UI process whose server is gone shows nobody anything."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os

from textual import messages
from textual.drivers.web_driver import WebDriver


class ServedDriver(WebDriver):
    """Leaves the app when its input ends, which a server that was killed can't ask for."""

    def start_application_mode(self) -> None:
        """Start, and remember the loop that the input thread must speak to."""
        self._write = functools.partial(_write_while_heard, self.fileno)
        self._loop = asyncio.get_running_loop()
        super().start_application_mode()

    def run_input_thread(self) -> None:
        """Read until the end of the input, then leave."""
        super().run_input_thread()
        with contextlib.suppress(RuntimeError):  # the loop is closed when the app was left on its own
            self._loop.call_soon_threadsafe(self._app.post_message, messages.ExitApp())


def _write_while_heard(output: int, data: bytes) -> int:
    """Write all of it; nothing once nobody reads."""
    rest = memoryview(data)
    with contextlib.suppress(BrokenPipeError):
        while rest:
            rest = rest[os.write(output, rest) :]
    return len(data)
