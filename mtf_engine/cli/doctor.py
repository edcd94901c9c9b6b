"""``mtf doctor``: versions, plugins, paths, locks, terminal and disk, for a question or an issue."""

from __future__ import annotations

import click
from rich.text import Text

from mtf_engine import api
from mtf_engine.cli.output import Heading, json_option, print_json, print_table

_MARKS = {"ok": Text("✓", style="green"), "warning": Text("!", style="yellow"), "error": Text("✗", style="red")}


@click.command(epilog="Example: mtf doctor --json")
@json_option
def doctor(as_json: bool) -> int:
    """Check that this installation can do its work; exit code 1 when something is broken."""
    found = api.diagnose()
    if as_json:
        print_json(found)
    else:
        rows: list[list[str | Text]] = [[_MARKS[one.level], one.topic, one.what] for one in found]
        print_table(None, [Heading(""), Heading("topic"), Heading("found")], rows)
    return 1 if any(one.level == "error" for one in found) else 0
