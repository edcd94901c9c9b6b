"""``mtf cache list | verify | prune | clear``: everything that can be made again."""

from __future__ import annotations

import click

from mtf_engine import api, numbers
from mtf_engine.cli.layout import Heading, Narrow
from mtf_engine.cli.output import json_option, note, print_json, print_table


@click.group(epilog="Example: mtf cache list")
def cache() -> None:
    """Look after fetched files, tables, prepared data and stored cells. Runs are kept whatever happens here."""


@cache.command("list", epilog="Example: mtf cache list --json")
@json_option
def list_entries(as_json: bool) -> None:
    """List what the cache holds."""
    entries = api.cache_entries()
    if as_json:
        print_json(entries)
        return
    rows = [[entry.kind, entry.name, numbers.size(entry.size), numbers.age(entry.age)] for entry in entries]
    headings = [
        Heading("kind"),
        Heading("what", narrow=Narrow.CUT),
        Heading("size", right=True),
        Heading("unused for", right=True),
    ]
    print_table(None, headings, rows)
    total = sum(entry.size for entry in entries)
    note(f"{numbers.plural(len(entries), 'entry', 'entries')}, {numbers.size(total)}")


@cache.command(epilog="Example: mtf cache verify")
@json_option
def verify(as_json: bool) -> int:
    """Read everything and compare it with its digest; damaged entries are removed and made again when needed."""
    found = api.cache_verify()
    if as_json:
        print_json(found)
    else:
        for entry in found.removed:
            note(f"damaged, removed: {entry.kind} {entry.name}")
        note(f"{numbers.plural(found.entries, 'entry', 'entries')} verified, {len(found.removed)} damaged")
    return 1 if found.removed else 0


@cache.command(epilog="Example: mtf cache prune --keep 5GB")
@click.option("--keep", default="10GB", show_default=True, help="Size to come down to, least recently used first.")
def prune(keep: str) -> None:
    """Remove left-over partial downloads, then what was not used for longest."""
    note(f"freed {numbers.size(api.cache_prune(keep).freed)}")


@cache.command(epilog="Example: mtf cache clear --yes")
@click.option("--yes", is_flag=True, help="Don't ask.")
def clear(yes: bool) -> None:
    """Empty the cache. No run loses anything."""
    entries = api.cache_entries()
    total = numbers.size(sum(entry.size for entry in entries))
    if not yes:
        click.confirm(f"Remove {len(entries)} entries, {total}? Runs keep their results.", abort=True)
    note(f"freed {numbers.size(api.cache_clear().freed)}")
