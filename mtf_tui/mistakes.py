"""Mistakes of the program itself: details go to a file, the screen says where; no work fails in silence."""

from __future__ import annotations

import contextlib
import time
import traceback
from pathlib import Path

from textual.message_pump import MessagePump
from textual.worker import Worker, WorkerState

from mtf_tui.messages import EngineFailed
from mtf_tui.terminal import state_directory


def keep(error: BaseException) -> Path | None:
    """Write an error with its traceback to a file of its own; None where the disk refuses."""
    path = state_directory() / f"crash-{time.strftime('%Y%m%dT%H%M%S')}.txt"
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace")
        return path
    return None


class Employer(MessagePump):
    """Has workers, and says so when one of them fails in a way that it did not foresee."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        error = event.worker.error
        if event.state is WorkerState.ERROR and isinstance(error, Exception):
            self.app.post_message(EngineFailed(error, "finish what was begun"))
