"""``mtf runs | delete``: what was run."""

from __future__ import annotations

import sys
import time

import click
from rich.text import Text

from mtf_engine import api, numbers
from mtf_engine.cli.layout import Heading, Narrow
from mtf_engine.cli.output import json_option, note, print_json, print_table
from mtf_engine.domain.run import RunStatus

_STATUS_STYLES = {
    RunStatus.FINISHED: "green",
    RunStatus.FAILED: "red",
    RunStatus.CANCELLED: "yellow",
    RunStatus.INTERRUPTED: "yellow",
}


@click.command(epilog="Example: mtf runs --json")
@json_option
def runs(as_json: bool) -> None:
    """List runs, live ones first, then the newest."""
    found = api.runs()
    if as_json:
        print_json(found)
        return
    if not found:
        note("No runs yet. `mtf init` writes settings to start with, `mtf demo` needs none.")
        return
    now = time.time()
    rows: list[list[str | Text]] = []
    for entry in found:
        status = Text(entry.status.value, style=_STATUS_STYLES.get(entry.status, "cyan"))
        checks = ", ".join(f"{count} {verdict}" for verdict, count in entry.checks.items())
        age = numbers.ago(None if entry.started is None else now - entry.started)
        rows.append([entry.id, entry.name, status, f"{entry.done}/{entry.total}", age, entry.best_text, checks])
    headings = [
        Heading("id"),
        Heading("name", narrow=Narrow.CUT),
        Heading("status"),
        Heading("cells", right=True),
        Heading("started", right=True),
        Heading("best", narrow=Narrow.CUT),
        Heading("checks", narrow=Narrow.CUT),
    ]
    print_table(None, headings, rows)


@click.command(epilog="Example: mtf delete 20261101 --yes")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@click.option("--yes", is_flag=True, help="Don't ask.")
def delete(runs: tuple[str, ...], yes: bool) -> None:
    """Remove runs with their results and reports. Cells that other runs share stay in the cache."""
    found = {handle.id: handle for handle in map(api.open_run, runs)}
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(f"Nobody is there to ask: `mtf delete {' '.join(found)} --yes` removes it unasked.")
        click.confirm(f"Remove {', '.join(found)}?", abort=True)
    for handle in found.values():
        api.delete(handle)
        note(f"removed {handle.id}")
