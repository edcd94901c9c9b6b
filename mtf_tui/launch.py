"""Opening the app on the real engine, and what is left behind when it crashes."""

from __future__ import annotations

import sys
import time
import traceback
from pathlib import Path

from mtf_engine import api
from mtf_engine.errors import MTFError, RunNotFound, SettingsError
from mtf_tui.app import MTFApp
from mtf_tui.engine_client import LocalEngine
from mtf_tui.terminal import has_terminal, state_directory


def open_app(what: str | None, *, settings: Path | None, run: str | None) -> int:
    """Run the app until it is left.

    Parameters
    ----------
    what : str, optional
        ``demo``, ``attach`` or a settings file.
    settings : Path, optional
        The settings file.
    run : str, optional
        The run to attach to.

    Returns
    -------
    int
        Exit code: 0, 70 after a crash, 128 and the signal's number when one ended it.
    """
    if not has_terminal():
        raise MTFError(
            "The terminal UI needs a terminal, and there is none here.",
            hint="`mtf run SETTINGS` and `mtf demo` work without one; `docker run` needs -it, `ssh` needs -t.",
        )
    begin = what == "demo"
    if begin:
        settings = api.DEMO
    if settings is not None and not settings.is_file():
        raise SettingsError(f"There is no settings file {settings}.", hint="`mtf init` writes one that runs as it is.")
    app = MTFApp(LocalEngine(), settings=settings, run=_run_to_open(what, run, settings), begin=begin)
    try:
        app.run()
    except Exception:
        return _crashed()
    return _crashed() if app.return_code == 1 else app.return_code or 0


def _run_to_open(what: str | None, run: str | None, settings: Path | None) -> str | None:
    """A named run; else the only live one; else, to attach or with nothing else to show, the last one."""
    if run is not None:
        return api.open_run(run).id
    if what == "demo":
        return None
    known = api.runs()
    live = [found for found in known if found.status.is_live]
    if len(live) == 1:
        return live[0].id
    if what == "attach":
        if not known:
            raise RunNotFound("There is no run to attach to.", hint="mtf-tui demo starts one.")
        return known[0].id
    return known[0].id if known and settings is None else None


def _crashed() -> int:
    """Keep the details in a file, say where in one line."""
    folder = state_directory()
    path = folder / f"crash-{time.strftime('%Y%m%dT%H%M%S')}.txt"
    kind = sys.exc_info()[0]
    if kind is not None:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(traceback.format_exc(), encoding="utf-8")
        sys.stderr.write(f"mtf-tui stopped because of a mistake in it; the details are in {path}\n")
    return 70
