"""Writes what pages leave to the program: its commands and the modules of its vocabulary, so that they cannot drift."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from docutils import nodes

from mtf_engine import domain
from mtf_engine.cli.main import program

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

COMMANDS = "<!-- commands -->"
VOCABULARY = "<!-- vocabulary -->"

_MODULE = """\
### {name}

```{{eval-rst}}
.. automodule:: {name}
   :members:
   :undoc-members:
   :show-inheritance:
```
"""


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


def vocabulary() -> str:
    """Make the reference of all modules of the domain, in MyST."""
    names = sorted(module.name for module in pkgutil.iter_modules(domain.__path__, f"{domain.__name__}."))
    return "\n".join(_MODULE.format(name=name) for name in names)


def section(called: str, command: click.Command) -> str:
    """Make the section of one command."""
    _, *arguments = command.collect_usage_pieces(click.Context(command))
    options = [one for one in command.params if isinstance(one, click.Option)]
    words = [called, *arguments, *(["[OPTIONS]"] if options else [])]
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
    """Put in what a page asks for."""
    for placeholder, make in ((COMMANDS, page), (VOCABULARY, vocabulary)):
        if placeholder in content[0]:
            content[0] = content[0].replace(placeholder, make())


def _plain_text(_app: Sphinx, _what: str, _name: str, _object: object, _options: object, lines: list[str]) -> None:
    """Keep absolute values and drawn trees of a docstring as they are: reStructuredText would read markup in them."""
    lines[:] = [re.sub(r"(?<!`)\|([\w −-]+)\|(?!`)", r"\|\1\|", line) for line in lines]
    drawn = [number for number, line in enumerate(lines) if re.match(r"[│├└]", line)]
    if drawn:
        first, last = drawn[0] - 1, drawn[-1] + 1
        lines[first:last] = ["::", "", *(f"    {line}" for line in lines[first:last]), ""]


def _plain_math(translator: HTML5Translator, node: nodes.Element) -> None:
    """Show a formula as it was written."""
    translator.body.append(f"<code>{translator.encode(node.astext())}</code>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("source-read", _fill)
    app.connect("autodoc-process-docstring", _plain_text)
    app.add_html_math_renderer("plain", (_plain_math, None), (_plain_math, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
