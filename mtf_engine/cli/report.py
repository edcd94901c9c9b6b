"""``mtf report``: a view of a run for a colleague, a pull request or a CI server."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mtf_engine import api
from mtf_engine.cli.output import note


@click.command(epilog="Example: mtf report last --format html --output report.html")
@click.argument("run")
@click.option(
    "--format", "format_name", default="html", show_default=True, help="html, markdown, junit, json, csv or a plugin's."
)
@click.option("--output", type=click.Path(path_type=Path), help="File to write (csv: a folder); - for standard output.")
def report(run: str, format_name: str, output: Path | None) -> None:
    """Write a report of a finished run."""
    if format_name == "sarif":
        raise click.UsageError("SARIF reports are not available yet; html, markdown, junit, json and csv are.")
    handle = api.open_run(run)
    if output == Path("-"):
        sys.stdout.buffer.write(api.render(handle, format_name))
        return
    note(f"wrote {api.report(handle, format_name, output)}")
