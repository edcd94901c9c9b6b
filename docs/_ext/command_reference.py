"""Writes the commands' part of ``reference/cli.md`` from the click commands, so that it cannot drift."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from mtf_engine.cli.main import program

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

PLACEHOLDER = "<!-- commands -->"


def commands(group: click.Group = program, words: tuple[str, ...] = ("mtf",)) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


def page() -> str:
    """Make the reference of all commands, in MyST."""
    return "\n".join(section(called, command) for called, command in commands())


def section(called: str, command: click.Command) -> str:
    """Make the section of one command."""
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    options = [one for one in command.params if isinstance(one, click.Option)]
    words = [called, *(_argument(one) for one in arguments), *(["[OPTIONS]"] if options else [])]
    example = (command.epilog or "").removeprefix("Example: ")
    lines = [
        f"## {called}\n",
        f"```text\n{' '.join(words)}\n```\n",
        f"{_prose(command.help or '')}\n",
    ]
    if options:
        lines += ["| option | default | what it does |", "|---|---|---|", *(_option(one) for one in options), ""]
    if example:
        lines.append(f"Example: `{example}`\n")
    return "\n".join(lines)


def _argument(argument: click.Argument) -> str:
    name = argument.make_metavar(click.Context(click.Command("")))
    return name


def _option(option: click.Option) -> str:
    spelling = ", ".join(f"`{word}`" for word in option.opts)
    if not option.is_flag and not option.count:
        spelling += f" {_values(option)}"
    # A default that is not a plain value is click's way of saying that there is none.
    plain = option.default is not None and isinstance(option.default, str | int) and not option.is_flag
    default = f"`{option.default}`" if plain and not option.count else ""
    repeated = " Required." if option.required else ""
    return f"| {spelling} | {default} | {_prose(option.help or '')}{repeated} |"


def _values(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return " or ".join(f"`{choice}`" for choice in option.type.choices)
    if isinstance(option.type, click.types.IntRange):
        return "NUMBER"
    return (option.metavar or {"path": "PATH"}.get(option.type.name, "TEXT")).upper()


def _prose(text: str) -> str:
    """Turn a docstring into Markdown: words in capitals stay, double backticks become single ones."""
    return re.sub(r"``(.+?)``", r"`\1`", inspect.cleandoc(text).replace("|", "\\|"))


def _fill(_app: Sphinx, _name: str, content: list[str]) -> None:
    """Put the reference where a page asks for it."""
    content[0] = content[0].replace(PLACEHOLDER, page())


def _plain_math(translator: HTML5Translator, node: nodes.Element) -> None:
    """Show a formula as it was written."""
    translator.body.append(f"<code>{translator.encode(node.astext())}</code>")
    from docutils.nodes import SkipNode

    raise SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("source-read", _fill)
    app.add_html_math_renderer("plain", (_plain_math, None), (_plain_math, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
