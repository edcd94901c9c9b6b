"""How commands speak: tables on a terminal, plain text to a pipe, JSON on request, errors on standard error."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

import click
import msgspec
from rich.console import Console
from rich.text import Text

from mtf_engine import environment, text_safety
from mtf_engine.cli.layout import Heading, lay_out
from mtf_engine.errors import MTFError, Problem, SettingsError
from mtf_engine.text_safety import line, terminal

_quiet = False


@dataclass(frozen=True, slots=True)
class Verbosity:
    """What ``-v`` and ``-q`` ask for."""

    verbose: int
    quiet: bool


def prepare_streams() -> None:
    """Let standard output take any text: no character is worth a command's end.

    Python gives a pipe of Windows the code page of old programs; here it is UTF-8, as in a terminal there. Elsewhere
    the locale decides, and a character that its encoding lacks becomes a question mark. ``PYTHONIOENCODING`` has the
    last word on the encoding.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if environment.is_windows() and not stream.isatty() and not environment.variable("PYTHONIOENCODING"):
                stream.reconfigure(encoding="utf-8")
            stream.reconfigure(errors="replace")


def json_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add ``--json`` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)


def print_json(value: object) -> None:
    """Print any value of the domain as indented JSON on standard output, in UTF-8 whatever the locale is."""
    encoded = msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2)
    click.echo(text_safety.json(encoded.decode()).encode())


def print_text(text: str | Text, *, file: TextIO | None = None) -> None:
    """Print text whose data were made safe by its maker; styles reach terminals only."""
    _print(text if isinstance(text, Text) else Text(text), file or sys.stdout)


def print_table(title: str | None, headings: Sequence[Heading], rows: Sequence[Sequence[str | Text]]) -> None:
    """Print a table: it is made to fit a terminal's width, and whole in a pipe.

    Parameters
    ----------
    title : str or None
        A line above the table.
    headings : sequence of Heading
        The columns.
    rows : sequence of sequences of str or Text
        A plain string is data and made safe here; a `Text` was made by its owner.
    """
    if title:
        print_text(Text(title, style="bold"))
    _print(lay_out(headings, rows, _console(sys.stdout)), sys.stdout)


def output_width() -> int | None:
    """Cells of the terminal that standard output is; None for a pipe or a file, which have no edge."""
    console = _console(sys.stdout)
    return None if console is None else console.width


def _console(file: TextIO) -> Console | None:
    """Open the terminal that a file is; None for a pipe."""
    return Console(file=file, highlight=False, markup=False, emoji=False) if file.isatty() else None


def _print(text: Text, file: TextIO) -> None:
    console = _console(file)
    if console is not None:
        console.print(text)
        return
    file.write("\n".join(row.rstrip() for row in f"{text.plain}\n".split("\n")))
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
