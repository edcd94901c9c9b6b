"""``mtf doctor``: versions, plugins, paths, locks, terminal and disk, for a question or an issue."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from mtf_engine import api
from mtf_engine.cli.layout import Heading, Narrow
from mtf_engine.cli.output import json_option, note, print_json, print_table

_MARKS = {"ok": Text("✓", style="green"), "warning": Text("!", style="yellow"), "error": Text("✗", style="red")}


@click.command(epilog="Example: mtf doctor --bundle")
@click.option("--bundle", is_flag=True, help="Write a file for an issue: versions, settings and logs, without secrets.")
@click.option("--run", metavar="RUN", help="The run that the bundle tells about, instead of the last.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="The bundle's file: mtf-bundle.txt.")
@json_option
def doctor(bundle: bool, run: str | None, output: Path | None, as_json: bool) -> int:
    """Check that this installation can do its work; exit code 1 when something is broken."""
    if bundle:
        written = api.bundle(output or Path("mtf-bundle.txt"), run=run or "last")
        note(f"wrote {written}; read it before you attach it to an issue")
        return 0
    if run or output:
        raise click.UsageError("--run and --output belong to --bundle: mtf doctor --bundle --run last")
    found = api.diagnose()
    if as_json:
        print_json(found)
    else:
        rows: list[list[str | Text]] = [[_MARKS[one.level], one.topic, one.what] for one in found]
        print_table(None, [Heading(""), Heading("topic"), Heading("found", narrow=Narrow.WRAPPED)], rows)
    return 1 if any(one.level == "error" for one in found) else 0
