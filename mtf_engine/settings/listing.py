"""The lists of a settings text: entries that are on, and those that are switched off, each with its lines.

An entry that is switched off stays in its place as a comment that begins with ``#off``, so what the file says is all
there is to know.
"""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from mtf_engine.domain.outlines import Slot, SlotList
from mtf_engine.settings.document import Document, Pair, Plain, first_line, is_block, last_line, pair_of, parse, plain
from mtf_engine.settings.problems import ProblemList
from mtf_engine.settings.reader import DROPPED, read
from mtf_engine.settings.shorthand import name_of_model, name_of_source

OFF = "#off"
"""Begins each line of an entry that is switched off."""

LISTS = ("datasets", "models", "checks", "metrics")
"""Lists at the top, besides the pipelines."""

OFF_LINE = re.compile(rf"^( *){OFF}(?: (.*)|)$")


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of a list, on or off, with its lines."""

    first: int
    last: int
    node: Node | None
    """None where it is off."""
    content: str = ""
    """YAML of an entry that is off."""


def lists(text: str) -> tuple[SlotList, ...]:
    """List the entries of data sets, pipelines, models, checks and metrics, those that are off too.

    Raises
    ------
    SettingsError
        The text cannot be read.
    """
    document = parse(text)
    found = []
    for path in _list_paths(document):
        slots = []
        for position, one in enumerate(entries_of(document, path)):
            value = _value_of(document, one)
            name = _name_of_dataset(value) if path == ("datasets",) else _name_of(value)
            slots.append(Slot(position, one.node is not None, name, value, one.first + 1))
        found.append(SlotList(path, tuple(slots)))
    return tuple(found)


def _list_paths(document: Document) -> Iterator[tuple[str, ...]]:
    for key in (*LISTS, "pipeline"):
        if pair_of(document.root, key) is not None:
            yield (key,)
    named = pair_of(document.root, "pipelines")
    if named is not None and isinstance(named.value, MappingNode):
        for key, _ in named.value.value:
            yield ("pipelines", str(key.value))


def _value_of(document: Document, one: ListEntry) -> object:
    """Read an entry with its types, as the reader does."""
    content = one.content
    if one.node is not None:
        lines = document.lines[one.first : one.last + 1]
        margin = len(lines[0]) - len(lines[0].lstrip())
        content = "\n".join(line[margin:] for line in lines)
        if not content.startswith("-"):  # it stands between brackets
            content = "- " + document.text[one.node.start_mark.index : one.node.end_mark.index]
    return copy.deepcopy(_read_entry(content))


@functools.lru_cache(maxsize=4096)
def _read_entry(content: str) -> object:
    """Read one entry; remembered, because most entries of an edited text are as they were."""
    text, problems = f"entry:\n{content}\n", ProblemList()
    value = read(text.encode("utf-8", "replace"), problems).get("entry")
    if problems:
        pair = pair_of(parse(text).root, "entry")
        value = None if pair is None else _as_written(value, plain(pair.value))
    return value[0] if isinstance(value, list) and len(value) == 1 else None


def _as_written(value: object, written: Plain) -> object:
    """Put the text that was written where the reader refused a value, such as a variable that is not set."""
    if value is DROPPED:
        return written
    if isinstance(value, dict) and isinstance(written, dict):
        return {key: _as_written(one, written.get(key, "")) for key, one in value.items()}
    if isinstance(value, list) and isinstance(written, list):
        return [_as_written(one, other) for one, other in zip(value, written, strict=True)]
    return value


def _name_of(value: object) -> str:
    """Name an entry the way people would: its name, what it is made of, or its only key."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        for key in ("name", "source", "model", "estimator", "python", "check", "metric"):
            if isinstance(value.get(key), str):
                return name_of_model(key, value[key]) if key in ("estimator", "python") else str(value[key])
        if len(value) == 1:
            return str(next(iter(value)))
    return ""


def _name_of_dataset(value: object) -> str:
    """Name a data set as the settings will: by its own name, else after its source."""
    named = value.get("name") if isinstance(value, dict) else None
    source = value.get("source") if isinstance(value, dict) else value
    if isinstance(named, str):
        return named
    return name_of_source(source) if isinstance(source, str) and source else ""


def entries_of(document: Document, path: tuple[str, ...]) -> list[ListEntry]:
    """Entries of a list in the order of the text."""
    parent, pair = find_list(document, path)
    if pair is None or parent is None:
        return []
    found = []
    if isinstance(pair.value, SequenceNode):
        for node in pair.value.value:
            first = _dash_line(document, pair.value, node) if is_block(pair.value) else first_line(node)
            found.append(ListEntry(first, last_line(document, node), node))
    taken = {line for one in found for line in range(one.first, one.last + 1)}
    found += _switched_off(document, range(first_line(pair.key) + 1, _end_of(document, parent, pair)), taken)
    return sorted(found, key=lambda one: one.first)


def _switched_off(document: Document, lines: range, taken: set[int]) -> list[ListEntry]:
    found: list[ListEntry] = []
    for line in lines:
        match = None if line in taken else OFF_LINE.match(document.lines[line])
        if match is None:
            continue
        content = match[2] or ""
        if content.startswith("- ") or not found or found[-1].last != line - 1:
            found.append(ListEntry(line, line, None, content))
        else:
            found[-1] = ListEntry(found[-1].first, line, None, f"{found[-1].content}\n{content}")
    return found


def find_list(document: Document, path: tuple[str, ...]) -> tuple[Node | None, Pair | None]:
    """Find the mapping that holds a list, and the list's key and value."""
    parent = document.root
    for key in path[:-1]:
        pair = pair_of(parent, key)
        parent = None if pair is None else pair.value
    return parent, pair_of(parent, path[-1])


def _dash_line(document: Document, sequence: Node, node: Node) -> int:
    column, line = int(sequence.start_mark.column), first_line(node)
    while line > 0 and document.lines[line][column : column + 1] != "-":
        line -= 1
    return line


def _end_of(document: Document, parent: Node, pair: Pair) -> int:
    """First line that belongs to what follows a key: the next key's, or one with less indentation, or the end."""
    if pair.position + 1 < len(parent.value):
        return first_line(parent.value[pair.position + 1][0])
    column = int(pair.key.start_mark.column)
    for line in range(last_line(document, pair.value) + 1, len(document.lines)):
        text = document.lines[line]
        if text.strip() and not text.lstrip().startswith("#") and len(text) - len(text.lstrip()) < column:
            return line
    return len(document.lines)
