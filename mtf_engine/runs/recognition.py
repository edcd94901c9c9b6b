"""The shortest way to say that there is nothing to do: settings that are unchanged since their run ended, or runs.

It reads no YAML and loads no room but the light ones: raw bytes, sizes, times and versions decide.
"""

from __future__ import annotations

from pathlib import Path

from mtf_engine.runs import directory, identity
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.storage import paths


def recognise(path: Path) -> RunDirectory | None:
    """Find the run of unchanged settings that is live, or has nothing left to do.

    Parameters
    ----------
    path : Path
        The settings file.

    Returns
    -------
    RunDirectory or None
        None when anything may have changed, or there is something to do.
    """
    path = path.absolute()
    try:
        raw = path.read_bytes()
        known = identity.recall(raw, path.parent)
        if known is None:
            return None
        run = RunDirectory(paths.runs() / known)
        if not directory.is_run(run.path) or run.settings.read_bytes() != raw:
            return None
    except OSError:
        return None
    state = states.read(run)
    return run if state.status.is_live or states.is_complete(state) else None
