"""``mtf data fetch | show | profile``: a source on its own, before any settings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mtf_engine import api, numbers
from mtf_engine.cli.layout import Heading, Narrow
from mtf_engine.cli.output import json_option, note, print_json, print_table, print_text
from mtf_engine.text_safety import line, terminal

if TYPE_CHECKING:
    from mtf_engine.acquisition.profile import ColumnProfile


class _Data(click.Group):
    """The group; actions of the contract that have no feature yet say so."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Look an action up by its name."""
        if args and args[0] in ("search", "sources"):
            raise click.UsageError(f"`mtf data {args[0]}` is not available yet.")
        return super().resolve_command(ctx, args)


@click.group(cls=_Data, epilog="Example: mtf data show sklearn:iris")
def data() -> None:
    """Fetch, look at and profile one source."""


@data.command(epilog="Example: mtf data fetch https://example.org/data.csv")
@click.argument("uri")
@click.option("--sha256", help="Digest that the content must have.")
@json_option
def fetch(uri: str, sha256: str | None, as_json: bool) -> None:
    """Fetch a source into the cache, verified."""
    fetched = api.fetch(uri, sha256=sha256, progress=_show_progress)
    if as_json:
        print_json(fetched)
        return
    for file in fetched.files:
        print_text(f"{terminal(file.name)}  {numbers.size(file.size)}  sha256 {file.sha256}")
    if fetched.version:
        print_text(f"ships with {terminal(fetched.version)}")
    for remark in fetched.notes:
        note(f"note: {line(remark)}")


@data.command(epilog="Example: mtf data show data.csv --rows 5")
@click.argument("uri")
@click.option("--rows", type=click.IntRange(1, 1000), default=10, show_default=True, help="Rows to print.")
@json_option
def show(uri: str, rows: int, as_json: bool) -> None:
    """Print the first rows and what was inferred: types, target, task."""
    preview = api.preview(uri, rows=rows, progress=_show_progress)
    if as_json:
        print_json(preview)
        return
    print_text(f"{numbers.count(preview.rows)} rows × {len(preview.columns)} columns")
    if preview.target:
        print_text(f"target {terminal(preview.target)}, {preview.task}")
    print_table(None, [Heading(column.name) for column in preview.columns], preview.cells)
    for remark in preview.notes:
        note(f"note: {line(remark)}")


@data.command(epilog="Example: mtf data profile data.csv --json")
@click.argument("uri")
@json_option
def profile(uri: str, as_json: bool) -> None:
    """Describe every column, all rows read."""
    found = api.profile(uri, progress=_show_progress)
    if as_json:
        print_json(found)
        return
    headings = [
        Heading("column"),
        Heading("kind"),
        Heading("missing", right=True),
        Heading("distinct", right=True),
        Heading("range or top", narrow=Narrow.CUT),
    ]
    rows = [
        [
            one.column.name,
            one.column.kind.value,
            numbers.percent(one.column.missing / found.rows if found.rows else None),
            numbers.count(one.column.distinct),
            _summary(one),
        ]
        for one in found.columns
    ]
    print_table(f"{numbers.count(found.rows)} rows × {len(found.columns)} columns, all rows read", headings, rows)


def _summary(one: ColumnProfile) -> str:
    """A column's range, or its most frequent value with its share of the rows."""
    if one.quantiles:
        return f"{numbers.significant(one.quantiles[0])} … {numbers.significant(one.quantiles[-1])}"
    if one.earliest and one.latest:
        return f"{one.earliest} … {one.latest}"
    if one.top:
        return f"{terminal(one.top[0].value, limit=40)} {numbers.count(one.top[0].count)}×"
    return ""


def _show_progress(received: int, total: int | None) -> None:
    if not sys.stderr.isatty():
        return
    share = f" of {numbers.size(total)}" if total else ""
    sys.stderr.write(f"\r{numbers.size(received)}{share}   ")
    sys.stderr.flush()
    if total is not None and received >= total:
        sys.stderr.write("\r\x1b[K")
