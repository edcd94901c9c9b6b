"""``mtf run``, ``mtf demo`` and ``mtf watch``: start a run, follow it, print what came of it."""

from __future__ import annotations

from pathlib import Path

import click

from mtf_engine import api
from mtf_engine.cli.output import Verbosity, json_option, note, print_json
from mtf_engine.cli.progress import follow
from mtf_engine.cli.tables import print_results
from mtf_engine.domain.run import RunState, RunStatus
from mtf_engine.errors import RunError

CANCELLED = 130
NOT_CARRIED_OUT = 4


@click.command(epilog="Example: mtf run settings.yaml --workers 4")
@click.argument("settings", type=click.Path(path_type=Path))
@click.option("--detach", is_flag=True, help="Start the run and return at once; `mtf watch` shows it.")
@click.option("--executor", default="local", show_default=True, help="Where cells run.")
@click.option("--workers", type=click.IntRange(1), help="Worker processes, over the settings.")
@click.option("--fresh", is_flag=True, help="Start a new run that reuses nothing.")
@json_option
@click.pass_obj
def run(
    verbosity: Verbosity,
    settings: Path,
    detach: bool,
    executor: str,
    workers: int | None,
    fresh: bool,
    as_json: bool,
) -> int:
    """Test the models of a settings file. The same settings again continue the same run.

    The run is a process of its own: it survives a closed terminal. Ctrl-C cancels it; finished cells are kept.
    """
    if executor != "local":
        raise click.UsageError(f"Executor {executor!r} is not available yet; cells run with --executor local.")
    return _run(settings, verbosity, detach=detach, workers=workers, fresh=fresh, as_json=as_json)


@click.command(epilog="Example: mtf demo")
@click.option("--workers", type=click.IntRange(1), help="Worker processes.")
@click.option("--fresh", is_flag=True, help="Start a new run that reuses nothing.")
@json_option
@click.pass_obj
def demo(verbosity: Verbosity, workers: int | None, fresh: bool, as_json: bool) -> int:
    """Test built-in models on bundled data sets; needs no network and no file."""
    return _run(api.DEMO, verbosity, detach=False, workers=workers, fresh=fresh, as_json=as_json)


@click.command(epilog="Example: mtf watch last")
@click.argument("run", default="last")
@json_option
@click.pass_obj
def watch(verbosity: Verbosity, run: str, as_json: bool) -> int:
    """Follow a run until it ends, then print its results. Ctrl-C stops watching, not the run."""
    handle = api.open_run(run)
    try:
        state = follow(handle, quiet=verbosity.quiet)
    except KeyboardInterrupt:
        note(f"{handle.id} goes on. `mtf watch {handle.id}` comes back to it.")
        return 0
    return _finish(handle, state, as_json=as_json)


def _run(settings: Path, verbosity: Verbosity, *, detach: bool, workers: int | None, fresh: bool, as_json: bool) -> int:
    # Nobody may be there to see a detached run rejected.
    handle = api.start(settings, workers=workers, fresh=fresh, vet="settings" if detach else "names")
    if detach:
        if as_json:
            print_json({"run": {"id": handle.id, "path": str(handle.path)}})
        else:
            click.echo(handle.id)
            note(f"`mtf watch {handle.id}` shows it, `mtf cancel {handle.id}` ends it.")
        return 0
    if handle.launched:
        note(f"run {handle.id}")
    try:
        state = follow(handle, quiet=verbosity.quiet)
    except KeyboardInterrupt:
        if not handle.launched:
            note(f"{handle.id} was started elsewhere and goes on.")
            return CANCELLED
        handle.cancel()
        state = follow(handle, quiet=True)
    return _finish(handle, state, as_json=as_json)


def _finish(handle: api.RunHandle, state: RunState, *, as_json: bool) -> int:
    """Print what a run that is over has to say, and return its exit code."""
    rejection = handle.rejection()
    if rejection is not None:
        if handle.launched:
            note(f"run {handle.id} was not kept: none of its cells has run")
        raise rejection
    if state.status is RunStatus.FAILED:
        raise RunError(state.error or "The run could not be carried out.", hint=state.hint)
    if state.status is RunStatus.INTERRUPTED:
        raise RunError(
            f"The process of run {handle.id} is gone; {state.done} of {state.total_cells} cells are done.",
            hint=f"`mtf resume {handle.id}`, or the same command again, continues it. Log: {handle.path / 'run.log'}",
        )
    if state.status is RunStatus.CANCELLED and handle.plan() is None:
        note("Cancelled while the data were prepared: no cell has run. The same command starts again.")
        return CANCELLED
    results = handle.results()
    if as_json:
        print_json(results)
    else:
        print_results(results)
    if state.status is RunStatus.CANCELLED:
        note(f"Cancelled: {state.scored} of {state.total_cells} cells are kept. The same command continues.")
        return CANCELLED
    note(f"run {handle.id} · {handle.path}")
    return results.run.exit_code if results.run.exit_code is not None else NOT_CARRIED_OUT
