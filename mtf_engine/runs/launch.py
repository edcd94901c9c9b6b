"""Starting a run: find or make its directory, start its process, wait until it has begun.

The process is detached: a session of its own, no terminal, nothing inherited but the environment. It owns the run;
whoever started it may go away. `recognition` answers first, and faster, when a plan has not changed since it was run.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from mtf_engine import environment, settings
from mtf_engine.domain import event as ev
from mtf_engine.domain.run import RunState, RunStatus
from mtf_engine.errors import RunChanged, RunError, RunOver, SettingsError
from mtf_engine.runs import catalogue, control, directory, identity, screening
from mtf_engine.runs import state as states
from mtf_engine.runs.control import ControlRequest, Verb
from mtf_engine.runs.directory import Request, RunDirectory
from mtf_engine.runs.events import Follower
from mtf_engine.storage import atomic, lock, paths

_HANDSHAKE_SECONDS = 60.0
_POLL_SECONDS = 0.01
_DISCARD_SECONDS = 30.0
_LOG_TAIL = 4000


@dataclass(frozen=True, slots=True)
class Launched:
    """A run that was found or started."""

    directory: RunDirectory
    started: bool
    """Whether a process was started; otherwise the run is live already, or there is nothing to do."""


class Vet(StrEnum):
    """What is looked at, before a process is started for a plan that has no run yet."""

    NAMES = "names"
    """That every name is known: in a blink, and in full where one may not be."""

    SETTINGS = "settings"
    """All that the settings alone decide, which takes the estimators themselves and so a few seconds."""

    NOTHING = "nothing"
    """The caller has done so."""


def start(
    path: Path,
    *,
    workers: int | None = None,
    fresh: bool = False,
    vet: Vet = Vet.NOTHING,
    resolve: Callable[[], object] = lambda: None,
) -> Launched:
    """Start or continue the run of a settings file.

    Parameters
    ----------
    path : Path
        The settings file.
    workers : int, optional
        Overrides ``execution.workers``.
    fresh : bool, default False
        Start a new run that reuses no stored result.
    vet : Vet, default "nothing"
        When `resolve` is called.
    resolve : callable, optional
        Decides what the settings alone decide, or raises SettingsError; it loads what this module does not.

    Returns
    -------
    Launched
        The run has begun, is live already, or has all its results.

    Raises
    ------
    SettingsError
        The settings are wrong; carries every problem.
    RunError
        The process could not be started.
    """
    path = path.absolute()
    raw = _read(path)
    found = _inspect(raw, path)
    parsed = found.settings
    ingredients = identity.gather(raw, settings.canonical(parsed), path.parent)
    wanted = vet is Vet.SETTINGS or (vet is Vet.NAMES and screening.is_doubtful(found, ingredients))
    if wanted and (fresh or not _was_accepted(_find(ingredients))):
        resolve()
    with lock.held(paths.starting()):
        run = None if fresh else _find(ingredients)
        if run is not None and _needs_nothing(run, raw, parsed):
            identity.remember(ingredients, run.id)
            return Launched(run, started=False)
        request = Request(
            name=parsed.name or path.parent.name or "run",
            settings_path=str(path),
            base=str(path.parent),
            working_directory=str(Path.cwd()),
            identity=ingredients.identity,
            identity_is_complete=ingredients.is_complete,
            parts=ingredients.parts,
            fresh=fresh,
            workers=workers,
        )
        if run is None:
            run = directory.create(paths.runs(), raw, request)
        else:
            atomic.write_bytes_atomic(run.settings, raw)
            run.write_request(replace(request, fresh=run.read_request().fresh))
        _launch(run)
    identity.remember(ingredients, run.id)
    return Launched(run, started=True)


def resume(run: RunDirectory, *, cell: str | None = None) -> Launched:
    """Lift a pause, put a cancelled cell back, or relaunch a run whose process is gone.

    Parameters
    ----------
    run : RunDirectory
        The run.
    cell : str, optional
        Id of a cell to put back.

    Raises
    ------
    RunOver
        There is nothing to resume.
    RunError
        The data or files have changed since, or the process could not be started.
    """
    with lock.held(paths.starting()):
        state = states.read(run)
        if not state.status.is_live and cell is None and states.is_complete(state):
            raise RunOver(
                f"{run.id} is finished: every cell has its outcome.", hint="Start anew with `mtf run --fresh`."
            )
        if not state.status.is_live:
            _require_unchanged(run)
        control.post(run, ControlRequest(Verb.RESUME, cell=cell))
        if state.status.is_live:
            return Launched(run, started=False)
        run.write_request(replace(run.read_request(), working_directory=str(Path.cwd())))
        _launch(run)
    return Launched(run, started=True)


# --- finding ---


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SettingsError(
            f"The settings file '{path}' is not there.", hint="`mtf init` writes one that runs as it is."
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(f"The settings file '{path}' cannot be read: {reason}.", hint="Name a file.") from None


def _find(ingredients: identity.Ingredients) -> RunDirectory | None:
    """Find the newest run of the same plan."""
    wanted = ingredients.identity
    for run in catalogue.directories_newest_first():
        try:
            request = run.read_request()
        except RunError:
            continue
        # What an incomplete identity left open may have changed by now, unless the run itself is still at it.
        if request.identity == wanted and (request.identity_is_complete or not states.is_complete(states.read(run))):
            return run
    return None


def _was_accepted(run: RunDirectory | None) -> bool:
    """Whether equal settings were planned before."""
    return run is not None and states.read(run).status is not RunStatus.REJECTED


def _needs_nothing(run: RunDirectory, raw: bytes, parsed: settings.Settings) -> bool:
    state = states.read(run)
    if state.status.is_live:
        return True
    if not states.is_complete(state):
        return False
    before = run.settings.read_bytes()
    return before == raw or _parse(before, run.settings).report == parsed.report


def _require_unchanged(run: RunDirectory) -> None:
    """Make sure that resuming a run gives the run that was begun."""
    request = run.read_request()
    raw = run.settings.read_bytes()
    ingredients = identity.gather(raw, settings.canonical(_parse(raw, run.settings)), Path(request.base))
    if request.identity_is_complete and ingredients.identity != request.identity:
        what = identity.changed(request.parts, ingredients.parts)
        raise RunChanged(
            f"{run.id} cannot be resumed: {what} changed since it was started.",
            hint=f"`mtf run {request.settings_path}` starts a new run, which reuses the cells that are still the same.",
        )


def _inspect(raw: bytes, path: Path) -> settings.Inspection:
    found = settings.inspect_bytes(raw)
    if found.problems:
        raise SettingsError(found.problems.sorted(), source=str(path))
    return found


def _parse(raw: bytes, path: Path) -> settings.Settings:
    return _inspect(raw, path).settings


# --- starting ---


def _launch(run: RunDirectory) -> None:
    """Start the coordinator and wait until it has begun or failed to."""
    control.withdraw_cancel(run)
    token = lock.new_token()
    follower = Follower(run.events)
    follower.read()
    process = _spawn(run, token)
    deadline = time.monotonic() + _HANDSHAKE_SECONDS
    while time.monotonic() < deadline:
        for record in follower.read():
            if isinstance(record.event, ev.RunStarted) and record.event.token == token:
                # Nobody waits for a detached process, so a thread takes note of its end.
                threading.Thread(target=process.wait, daemon=True).start()
                return
        if process.poll() is not None:
            raise RunError(
                f"The run's process ended with exit code {process.returncode} before it began."
                f" The end of {run.log}:\n{_tail(run.log)}",
                hint="`mtf doctor` looks for the usual causes.",
            )
        time.sleep(_POLL_SECONDS)
    process.kill()
    process.wait()
    raise RunError(
        f"The run's process did not begin within {_HANDSHAKE_SECONDS:g} s. The end of {run.log}:\n{_tail(run.log)}"
    )


def _spawn(run: RunDirectory, token: str) -> subprocess.Popen[bytes]:
    """Start the coordinator in a session of its own; its output goes to the log."""
    command = [sys.executable, "-P", "-m", "mtf_engine.runs.coordinator", str(run.path), "--token", token]
    with open(run.log, "ab") as log:
        return environment.start_detached(command, output=log, folder=run.read_request().working_directory)


def problems_of(run: RunDirectory, state: RunState) -> SettingsError | None:
    """Make the error of a rejected run; None for any other."""
    if state.status is not RunStatus.REJECTED:
        return None
    return SettingsError(list(state.mistakes), source=run.read_request().settings_path)


def discard(run: RunDirectory) -> None:
    """Remove the directory of a run that was rejected before anything ran, once its coordinator has let go of it."""
    deadline = time.monotonic() + _DISCARD_SECONDS
    while states.is_owned(run):
        if time.monotonic() > deadline:
            return
        time.sleep(_POLL_SECONDS)
    atomic.remove_directory(run.path)


def _tail(log: Path) -> str:
    try:
        return log.read_bytes()[-_LOG_TAIL:].decode("utf-8", errors="replace")
    except OSError:
        return ""
