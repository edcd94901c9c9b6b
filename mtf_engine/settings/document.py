"""A settings text as nodes with places: what an edit has to know, and the plain values that it must leave alone."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mtf_engine.errors import Problem, SettingsError
from mtf_engine.line_ends import OF_YAML_1_1, StandIns, stand_ins
from mtf_engine.settings.emitting import scalar
from mtf_engine.settings.problems import ProblemList
from mtf_engine.settings.reader import read

Plain = str | list["Plain"] | dict[str, "Plain"]
"""A value as written: scalars are the text that they spell."""

_BOM = "\ufeff"


@dataclass(slots=True)
class Document:
    """A text, taken apart. Lines are counted from 0."""

    text: str
    """Without a byte order mark, lines ended by ``\\n``."""
    lines: list[str]
    root: Node | None
    """None where there are comments only."""
    newline: str = "\n"
    mark: str = ""

    def with_lines(self, lines: list[str]) -> str:
        """Join lines to the text that a file gets."""
        return self.mark + self.newline.join(lines) + (self.newline if lines and lines[-1] else "")

    def with_text(self, text: str) -> str:
        """Give a text the file's own line ends back."""
        return self.mark + text.replace("\n", self.newline)


def parse(text: str) -> Document:
    """Take a settings text apart.

    Raises
    ------
    SettingsError
        It is no YAML that the reader takes.
    """
    mark = _BOM if text.startswith(_BOM) else ""
    newline = "\r\n" if "\r\n" in text else "\n"
    body = text.removeprefix(_BOM).replace("\r\n", "\n")
    return Document(body, body.split("\n"), _root(body), newline, mark)


@functools.lru_cache(maxsize=16)
def _root(body: str) -> Node | None:
    """Read any text; remembered, because an edit reads its own result and the next edit reads it again."""
    if _is_empty(body):
        return None
    problems = ProblemList()
    if not read(body.encode("utf-8", "replace"), problems) and problems:
        raise SettingsError(problems.sorted())
    return _compose(body)


def _is_empty(body: str) -> bool:
    """Whether there is nothing but comments."""
    return all(not line.strip() or line.lstrip().startswith("#") for line in body.split("\n"))


def _compose(body: str) -> Node:
    signs = stand_ins(body, OF_YAML_1_1)
    try:
        root = YAML(typ="safe", pure=True).compose(signs.hide(body))
    except (YAMLError, ValueError, RecursionError) as error:
        told = str(error).splitlines()[0]
        raise SettingsError([Problem(f"The text cannot be edited here: {told}.", "Edit it by hand.")]) from error
    if not isinstance(root, MappingNode):
        raise SettingsError([Problem("The settings are no mapping.", "Start with keys such as `datasets:`.")])
    _show(root, signs)
    return root


def _show(node: Node, signs: StandIns) -> None:
    """Give scalars the characters that stand in the text; one that aliases share gets them more than once."""
    if isinstance(node, ScalarNode):
        node.value = signs.show(str(node.value))
    elif isinstance(node, SequenceNode):
        for item in node.value:
            _show(item, signs)
    elif isinstance(node, MappingNode):
        for pair in node.value:
            for item in pair:
                _show(item, signs)


def plain(node: Node | None) -> Plain:
    """Read a node as plain values; absent or empty is an empty mapping at the top."""
    if node is None:
        return {}
    if isinstance(node, MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.value]
    assert isinstance(node, ScalarNode)
    return str(node.value)


def plain_of(value: object) -> Plain:
    """Read a value as it will stand in the text."""
    if isinstance(value, Mapping):
        return {str(key): plain_of(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_of(item) for item in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else scalar(value)


@dataclass(frozen=True, slots=True)
class Pair:
    """A key and its value in a mapping."""

    position: int
    key: Node
    value: Node


def pair_of(node: Node | None, key: str) -> Pair | None:
    """Find a key of a mapping."""
    if isinstance(node, MappingNode):
        for position, (name, value) in enumerate(node.value):
            if str(name.value) == key:
                return Pair(position, name, value)
    return None


def first_line(node: Node) -> int:
    """Line on which a node starts."""
    return int(node.start_mark.line)


def last_line(document: Document, node: Node) -> int:
    """Line on which a node's content ends; comments behind it are not its own."""
    is_block = isinstance(node, MappingNode | SequenceNode) and not node.flow_style
    if is_block and node.value:
        last = node.value[-1]
        return max(last_line(document, part) for part in (last if isinstance(last, tuple) else (last,)))
    line, column = int(node.end_mark.line), int(node.end_mark.column)
    if isinstance(node, ScalarNode) and node.style in ("|", ">") and column == 0:
        line -= 1
        while line > first_line(node) and not document.lines[line].strip():
            line -= 1
    return line


def is_block(node: Node) -> bool:
    """Whether a mapping or list is written line by line."""
    return isinstance(node, MappingNode | SequenceNode) and not node.flow_style
