"""How commands speak: tables on a terminal, plain text to a pipe, JSON on request, errors on standard error."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mtf_engine import text_safety
from mtf_engine.errors import MTFError, Problem, SettingsError
from mtf_engine.text_safety import line, terminal

_PIPE_WIDTH = 10_000
_quiet = False


@dataclass(frozen=True, slots=True)
class Verbosity:
    """What ``-v`` and ``-q`` ask for."""

    verbose: int
    quiet: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a table."""

    title: str
    right: bool = False
    style: str | None = None


def json_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add ``--json`` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)


def print_json(value: object) -> None:
    """Print any value of the domain as indented JSON on standard output."""
    encoded = msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2)
    click.echo(text_safety.json(encoded.decode()))


def print_text(text: str | Text, *, file: TextIO | None = None) -> None:
    """Print text whose data were made safe by its maker; styles reach terminals only."""
    _print(text if isinstance(text, Text) else Text(text), file or sys.stdout)


def print_table(title: str | None, headings: Sequence[Heading], rows: Sequence[Sequence[str | Text]]) -> None:
    """Print a table: cells are cut to the terminal's width there, and whole in a pipe.

    Parameters
    ----------
    title : str or None
        A line above the table.
    headings : sequence of Heading
        The columns.
    rows : sequence of sequences of str or Text
        A plain string is data and made safe here; a `Text` was made by its owner.
    """
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(
            heading.title,
            justify="right" if heading.right else "left",
            style=heading.style,
            no_wrap=True,
            overflow="ellipsis",
        )
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(terminal(cell)) for cell in row))
    if title:
        print_text(Text(title, style="bold"))
    _print(table, sys.stdout)


def output_width() -> int | None:
    """Cells of the terminal that standard output is; None for a pipe or a file, which have no edge."""
    return Console(file=sys.stdout).width if sys.stdout.isatty() else None


def _print(renderable: Text | Table, file: TextIO) -> None:
    if file.isatty():
        Console(file=file, highlight=False, markup=False, emoji=False).print(renderable)
        return
    console = Console(file=file, width=_PIPE_WIDTH, highlight=False, markup=False, emoji=False, no_color=True)
    with console.capture() as capture:
        console.print(renderable)
    file.write("\n".join(row.rstrip() for row in capture.get().split("\n")))
    file.flush()  # results and notes keep their order where both go to one place


def set_quiet(quiet: bool) -> None:
    """Leave notes out from here on: what ``--quiet`` asks for."""
    global _quiet
    _quiet = quiet


def note(text: str) -> None:
    """Tell people something on standard error, where it can't get between a program and its JSON."""
    if not _quiet:
        print_text(Text(text), file=sys.stderr)


def print_error(error: MTFError) -> None:
    """Print what went wrong and what to do next, on standard error."""
    problems = error.problems if isinstance(error, SettingsError) else [Problem(error.message, error.hint)]
    source = error.source if isinstance(error, SettingsError) else None
    if len(problems) > 1:
        counted = f"{terminal(source) + ': ' if source else ''}{len(problems)} problems"
        print_text(Text(counted), file=sys.stderr)
    for problem in problems:
        place = ":".join(part for part in (source, str(problem.line) if problem.line else None) if part)
        text = Text("error ", style="bold red")
        text.append(f"{terminal(place)}: " if place else "", style="")
        text.append(f"{terminal(problem.key)}: " if problem.key else "", style="bold")
        text.append(line(problem.message), style="")
        print_text(text, file=sys.stderr)
        if problem.hint:
            print_text(Text(f"      {line(problem.hint)}"), file=sys.stderr)
