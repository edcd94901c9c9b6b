"""Opening the app on the real engine, and what is left behind when it crashes."""

from __future__ import annotations

import contextlib
import gc
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mtf_engine.errors import MTFError
from mtf_tui import mistakes, rooms
from mtf_tui.app import MTFApp
from mtf_tui.places import DEFAULT_SETTINGS, check_place, is_data
from mtf_tui.terminal import has_terminal

if TYPE_CHECKING:
    from mtf_tui.connecting import Connection

_SWITCH = 0.0005
"""Seconds for which a thread that reads a journal or a file may keep the painter from working; Python's own 5 ms add up
over one picture to a tenth of a second."""

_COLLECTED = (5_000, 4, 100)
"""Allocations after which the young are looked at for garbage, and how often before the older are: a flood of events
made Python's own (700, 10, 10) look at everything twice a second, for up to 0.07 s each. The middle generation grows by
what the screens keep, and one look at 100,000 objects took 0.06 s amid a key, so it is looked at before it is large."""


def open_app(what: str | None, *, settings: Path | None, run: str | None) -> int:
    """Run the app until it is left.

    Parameters
    ----------
    what : str, optional
        ``demo``, ``attach``, data or a settings file.
    settings : Path, optional
        The settings file; one that is not there is written when it is first needed.
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
    place = settings or DEFAULT_SETTINGS
    check_place(place)
    settings = settings if place.is_file() else None
    connect = partial(_connect, what, settings=settings, run=run)
    if what == "attach":  # a run that is not there is a mistake of the command line, so it is told there
        found = connect()
        connect = partial(_given, found)
    source = what if what is not None and is_data(what) else ""
    sys.setswitchinterval(_SWITCH)
    app = MTFApp(connect=connect, settings=settings, place=place, source=source, run=run, begin=what == "demo")
    try:
        app.run()
    except Exception as error:
        return _crashed(error)
    if app.farewell:
        with contextlib.suppress(OSError):  # the terminal may be gone; the run is not
            print(app.farewell, flush=True)
    return app.return_code or 0 if app.mistake is None else _crashed(app.mistake)


def _given(found: Connection) -> Connection:
    """What was found before there was a picture."""
    return found


def _connect(what: str | None, *, settings: Path | None, run: str | None) -> Connection:
    """Find the engine, now that there is a picture."""
    gc.set_threshold(*_COLLECTED)
    gc.enable()
    return rooms.connection(what, settings=settings, run=run)


def _crashed(error: Exception) -> int:
    """Keep the details in a file, say where in one line; without a file, say them."""
    path = mistakes.keep(error)
    details = f"the details are in {path}\n" if path is not None else "".join(traceback.format_exception(error))
    sys.stderr.write(f"mtf-tui stopped because of a mistake in it; {details}")
    return 70
