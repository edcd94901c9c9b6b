"""``mtf pause | resume | cancel``: requests dropped into a run's mailbox."""

from __future__ import annotations

import click

from mtf_engine import api
from mtf_engine.cli.output import note


@click.command(epilog="Example: mtf pause last")
@click.argument("run")
@click.option("--now", is_flag=True, help="Stop running cells too; they start again from the beginning on resume.")
def pause(run: str, now: bool) -> None:
    """Start no new cells; running ones finish. The pause lasts until `mtf resume`."""
    handle = api.open_run(run)
    handle.pause(now=now)
    note(f"{handle.id}: pause requested. `mtf resume {handle.id}` goes on.")


@click.command(epilog="Example: mtf resume last --cell 3f2a9c")
@click.argument("run")
@click.option("--cell", help="Take back the cancellation of one cell (its id or a unique prefix).")
def resume(run: str, cell: str | None) -> None:
    """Lift a pause, or start a run again whose process is gone."""
    handle = api.open_run(run)
    handle.resume(cell=cell)
    note(f"{handle.id}: resumed. `mtf watch {handle.id}` shows it.")


@click.command(epilog="Example: mtf cancel last --cell 3f2a9c")
@click.argument("run")
@click.option("--cell", help="Cancel one cell only (its id or a unique prefix); the run goes on.")
def cancel(run: str, cell: str | None) -> None:
    """End a run and its running cells at once; finished cells stay."""
    handle = api.open_run(run)
    handle.cancel(cell=cell)
    what, back = (f"cell {cell}", f" --cell {cell}") if cell else ("the run", "")
    note(f"{handle.id}: asked to cancel {what}. `mtf resume {handle.id}{back}` takes it back.")
