"""Settings into plans, plans into runs, and what is done with a run as a whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mtf_engine.api.handles import RunHandle
from mtf_engine.errors import RunError, SettingsError
from mtf_engine.runs import recognition
from mtf_engine.runs import state as states
from mtf_engine.storage import atomic

if TYPE_CHECKING:
    from mtf_engine.domain.plan import Estimate, Plan

DEMO = Path(__file__).parents[1] / "demo.yaml"
"""Settings of the demo: bundled data sets and models."""


def settings_template() -> str:
    """Return commented settings that run as they are."""
    from mtf_engine import settings

    return settings.template()


def plan(path: Path | str) -> Plan:
    """Resolve settings, acquire and prepare the data, divide the rows and name every cell; runs nothing.

    Raises
    ------
    SettingsError
        The settings are wrong, or the data don't fit them; carries every problem.
    FetchError
        No remote data set could be fetched.
    """
    from mtf_engine.runs import foreground

    return foreground.plan(Path(path))


def estimate(outline: Plan) -> Estimate:
    """Say what a plan would cost, from past timings."""
    from mtf_engine import planning

    return planning.estimate(outline)


def start(
    path: Path | str | Plan,
    *,
    workers: int | None = None,
    fresh: bool = False,
    vet: Literal["names", "settings", "nothing"] = "names",
) -> RunHandle:
    """Start or continue the run of a settings file, detached; an equal plan that is live or done is only opened.

    Parameters
    ----------
    path : Path, str or Plan
        The settings file, or a plan that `plan` made of one.
    workers : int, optional
        Worker processes, over the settings.
    fresh : bool, default False
        Start a new run that reuses nothing.
    vet : {"names", "settings", "nothing"}, default "names"
        What is looked at in this process before another is started: that names are known and local files are there,
        all that the settings alone decide (a few seconds), or nothing, where the caller has done so. What it leaves is
        found by the run itself, which is then rejected. A plan has been looked at.

    Returns
    -------
    RunHandle
        Its ``launched`` tells whether a process was started.

    Raises
    ------
    SettingsError
        The settings are wrong, or the data don't fit them.
    RunError
        The process could not be started.
    """
    settings = _settings_of(path)
    unchanged = None if fresh else recognition.recognise(settings)
    if unchanged is not None:
        return RunHandle(unchanged)
    from mtf_engine.runs import launch

    looked_at = launch.Vet(vet) if isinstance(path, Path | str) else launch.Vet.NOTHING

    def resolve() -> None:
        from mtf_engine.runs import foreground

        foreground.vet(settings)

    try:
        launched = launch.start(settings, resolve=resolve, vet=looked_at, workers=workers, fresh=fresh)
    except SettingsError:
        if looked_at is not launch.Vet.NOTHING:
            resolve()  # tells of wrong names and data as well, so that one report holds everything
        raise
    return RunHandle(launched.directory, launched=launched.started)


def _settings_of(asked: Path | str | Plan) -> Path:
    if isinstance(asked, Path | str):
        return Path(asked)
    if asked.settings_path is None:
        raise SettingsError("This plan was not made from a settings file.", hint="Make it with `plan(path)`.")
    return Path(asked.settings_path)


def delete(handle: RunHandle) -> None:
    """Remove a run's directory; results that other runs share stay in the cache.

    Raises
    ------
    RunError
        The run is live.
    """
    if states.is_owned(handle.directory):
        raise RunError(f"{handle.id} is live and cannot be deleted.", hint=f"`mtf cancel {handle.id}` ends it.")
    doomed = atomic.temporary_sibling(handle.path.resolve())
    handle.path.resolve().rename(doomed)  # gone at once: half of a run must not look like one
    shutil.rmtree(doomed, ignore_errors=True)


def rename(handle: RunHandle, name: str) -> None:
    """Give a run another name in listings, by which it is found too; its id stays.

    Raises
    ------
    RunError
        The name is empty or longer than 80 characters.
    """
    handle.directory.rename(name)
