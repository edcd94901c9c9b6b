"""The terminal UI with a stopwatch in its loop: how long did it do nothing else? ``lags.json`` has it at the end."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from mtf_tui import cli
from mtf_tui.app import MTFApp

_STEP = 0.01
_lags: list[float] = []
_busy: list[float] = []
_mount, _exit = MTFApp.on_mount, MTFApp.exit


async def _watch() -> None:
    await asyncio.sleep(3)  # loading is measured by other means
    while True:
        started, worked = time.perf_counter(), time.thread_time()
        await asyncio.sleep(_STEP)
        _lags.append(1000 * (time.perf_counter() - started - _STEP))
        _busy.append(1000 * (time.thread_time() - worked))


def _mounted(app: MTFApp) -> None:
    _mount(app)
    app.watch = asyncio.get_running_loop().create_task(_watch())


def _exited(app: MTFApp, *given: object, **named: object) -> None:
    app.watch.cancel()  # Textual waits a tenth of a second for its keyboard thread, which nobody sees
    _exit(app, *given, **named)


MTFApp.on_mount, MTFApp.exit = _mounted, _exited
try:
    cli.main()
finally:
    Path("lags.json").write_text(json.dumps({"wall": _lags, "cpu": _busy}))
