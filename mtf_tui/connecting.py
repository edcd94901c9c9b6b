"""The real engine for the app, and which settings and run it opens first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mtf_engine import api
from mtf_engine.errors import RunNotFound
from mtf_tui.engine_client import LocalEngine
from mtf_tui.engine_protocol import EngineClient
from mtf_tui.places import is_data
from mtf_tui.terminal import state_directory


@dataclass(frozen=True, slots=True)
class Connection:
    """The engine and what to open of it."""

    client: EngineClient
    settings: Path | None
    run: str | None
    """Id of the run to open and show; None opens none."""

    last: str | None = None
    """Id of the last run of the settings, opened behind the first screen; None where another run is shown."""


def connect(what: str | None, *, settings: Path | None, run: str | None) -> Connection:
    """Find the engine, and the run to open.

    Parameters
    ----------
    what : str, optional
        ``demo``, ``attach``, data or a settings file.
    settings : Path, optional
        The settings file.
    run : str, optional
        The run to attach to.

    Raises
    ------
    RunNotFound
        The named run is not there, or none is to attach to.
    """
    if what == "demo":
        return Connection(LocalEngine(_log()), api.DEMO, None)
    if what is not None and is_data(what):
        return Connection(LocalEngine(_log()), None, None)
    shown = _run_to_open(what, run)
    last = api.last_run(settings) if shown is None and settings is not None else None
    return Connection(LocalEngine(_log()), settings, shown, last)


def _log() -> Path:
    return state_directory() / "helper.log"


def _run_to_open(what: str | None, run: str | None) -> str | None:
    """A named run; else the only live one; else, to attach, the last one."""
    if run is not None:
        return api.open_run(run).id
    known = api.runs()
    live = [found for found in known if found.status.is_live]
    if len(live) == 1:
        return live[0].id
    if what == "attach":
        if not known:
            raise RunNotFound("There is no run to attach to.", hint="mtf-tui demo starts one.")
        return known[0].id
    return None
