"""``mtf show``: what came of a run."""

from __future__ import annotations

import click

from mtf_engine import api
from mtf_engine.cli.headline import headline
from mtf_engine.cli.output import json_option, note, print_json, print_text
from mtf_engine.cli.tables import print_failures, print_results
from mtf_engine.domain.run import RunStatus


@click.command(epilog="Example: mtf show last --failures")
@click.argument("run")
@click.option("--failures", is_flag=True, help="Only the cells that failed, by cause, with what to do.")
@click.option("--cells", is_flag=True, help="The score of every fold as well.")
@json_option
def show(run: str, failures: bool, cells: bool, as_json: bool) -> None:
    """Show the results of a run (its id, a unique prefix, its name, `last` or a path)."""
    handle = api.open_run(run)
    results = handle.results()
    if as_json:
        print_json(results.failures if failures else results)
    elif failures:
        print_failures(results.failures)
        if not results.failures:
            note(f"{handle.id}: no cell failed.")
    else:
        if handle.status() is not RunStatus.FINISHED:
            print_text(f"{headline(handle.state())}\n")
        print_results(results, cells=cells)
        note(f"run {handle.id}: {results.run.status} · {handle.path}")
