"""Edits of a settings text that touch only what they are about: comments, order and spelling of the rest stay.

Each edit changes a few lines of the text and then reads it again: unless the text now says exactly what was meant, the
edit is refused and nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mtf_engine.settings import emitting
from mtf_engine.settings.document import (
    Document,
    Pair,
    Plain,
    first_line,
    is_block,
    last_line,
    pair_of,
    parse,
    plain,
    plain_of,
)
from mtf_engine.settings.listing import LISTS, OFF, OFF_LINE, ListEntry, entries_of, find_list
from mtf_engine.settings.problems import KeyPath, render
from mtf_engine.settings.proof import GONE, among_on, checked, list_path, parsed, refused, verified

_ORDER = (
    "version", "name", "seed", "datasets", "pipeline", "pipelines", "models", "splits", "metrics", "primary_metric",
    "confidence", "checks", "execution", "logging", "report", "plugins",
)  # fmt: skip
SHORT_FORMS: Mapping[KeyPath, str] = {("splits",): "method"}
"""Sections that can be written as one word, and the key that the word is for."""
_INDENT = 2


# --- lists ---


def insert(text: str, path: tuple[str, ...], position: int, value: object) -> str:
    """Put an entry into a list, which is made when it is not there.

    Parameters
    ----------
    text : str
        The settings.
    path : tuple of str
        The list, such as ``("models",)`` or ``("pipelines", "robust")``.
    position : int
        Where it will stand, entries that are off counted too.
    value : object
        JSON value.

    Raises
    ------
    SettingsError
        The text cannot be read, or not be edited without touching more than this.
    """
    document = parse(text)
    _, pair = find_list(document, path)
    if pair is None or (isinstance(pair.value, ScalarNode) and pair.value.value == "auto"):
        return set_value(text, path, [value])
    document = _as_block(document, path)
    entries = entries_of(document, path)
    position = max(0, min(position, len(entries)))
    at, indent = _place(document, path, entries, position)
    lines = [*document.lines[:at], *emitting.entry(value, indent), *document.lines[at:]]

    def meant(tree: list[Plain]) -> list[Plain]:
        place = among_on(entries, position)
        return [*tree[:place], plain_of(value), *tree[place:]]

    return _checked(document, lines, path, meant)


def remove(text: str, path: tuple[str, ...], position: int) -> str:
    """Take an entry out of a list. Raises as `insert`."""
    document = _as_block(parse(text), path)
    entries = entries_of(document, path)
    one = _at(entries, path, position)
    lines = [*document.lines[: one.first], *document.lines[one.last + 1 :]]
    place = among_on(entries, position)
    return _checked(
        document,
        lines,
        path,
        lambda tree: tree if one.node is None else [*tree[:place], *tree[place + 1 :]],
    )


def replace(text: str, path: tuple[str, ...], position: int, value: object) -> str:
    """Write an entry anew. Raises as `insert`."""
    document = _as_block(parse(text), path)
    entries = entries_of(document, path)
    one = _at(entries, path, position)
    if one.node is None:
        raise refused("An entry that is off cannot be changed.", "Switch it on first.")
    indent = len(document.lines[one.first]) - len(document.lines[one.first].lstrip())
    written = emitting.entry(value, indent)
    if one.first == one.last:
        comment = _comment_behind(document, one)
        column = len(document.lines[one.first]) - len(comment.lstrip())
        written[0] = written[0].ljust(column - 1) + " " + comment.lstrip() if comment else written[0]
    lines = [*document.lines[: one.first], *written, *document.lines[one.last + 1 :]]
    place = among_on(entries, position)
    return _checked(document, lines, path, lambda tree: [*tree[:place], plain_of(value), *tree[place + 1 :]])


def move(text: str, path: tuple[str, ...], position: int, to: int) -> str:
    """Move an entry to another place of its list, with the comment behind it. Raises as `insert`."""
    document = _as_block(parse(text), path)
    entries = entries_of(document, path)
    one = _at(entries, path, position)
    to = max(0, min(to, len(entries) - 1))
    moved = document.lines[one.first : one.last + 1]
    others = [entry for entry in entries if entry is not one]
    at = others[to].first if to < len(others) else others[-1].last + 1 if others else one.first
    lines = [line for number, line in enumerate(document.lines) if not one.first <= number <= one.last]
    at -= len(moved) if at > one.first else 0
    lines[at:at] = moved
    before, after = among_on(entries, position), among_on(others, to)

    def meant(tree: list[Plain]) -> list[Plain]:
        if one.node is None:
            return tree
        rest = [*tree[:before], *tree[before + 1 :]]
        return [*rest[:after], tree[before], *rest[after:]]

    return _checked(document, lines, path, meant)


def switch(text: str, path: tuple[str, ...], position: int, on: bool) -> str:
    """Switch an entry on or off; off, it is a comment in its place. Raises as `insert`."""
    document = _as_block(parse(text), path)
    entries = entries_of(document, path)
    one = _at(entries, path, position)
    if on == (one.node is not None):
        return text
    own = document.lines[one.first : one.last + 1]
    margin = len(own[0]) - len(own[0].lstrip())
    if on:
        changed = [OFF_LINE.sub(lambda match: match[1] + (match[2] or ""), line).rstrip() for line in own]
    else:
        changed = [f"{line[:margin]}{OFF} {line[margin:]}".rstrip() if line.strip() else line for line in own]
    lines = [*document.lines[: one.first], *changed, *document.lines[one.last + 1 :]]
    place = among_on(entries, position)
    if on:
        value = _off_plain(one)
        return _checked(document, lines, path, lambda tree: [*tree[:place], value, *tree[place:]])
    return _checked(document, lines, path, lambda tree: [*tree[:place], *tree[place + 1 :]])


def _off_plain(one: ListEntry) -> Plain:
    root = parse(f"entry:\n{one.content}\n").root
    value = plain(root)
    found = value.get("entry") if isinstance(value, dict) else None
    if not isinstance(found, list) or len(found) != 1:
        raise refused("What is switched off there is no entry.", "Edit the text by hand.")
    return found[0]


def _at(entries: list[ListEntry], path: tuple[str, ...], position: int) -> ListEntry:
    if not 0 <= position < len(entries):
        raise refused(f"'{render(path)}' has no entry {position}.", f"It has {len(entries)}.")
    return entries[position]


def _place(document: Document, path: tuple[str, ...], entries: list[ListEntry], position: int) -> tuple[int, int]:
    """Line in front of which an entry goes, and its indentation."""
    if entries:
        text = document.lines[entries[0].first]
        indent = len(text) - len(text.lstrip())
        return (entries[0].first if position == 0 else entries[position - 1].last + 1), indent
    _, pair = find_list(document, path)
    assert pair is not None
    return first_line(pair.key) + 1, int(pair.key.start_mark.column) + _INDENT


def _as_block(document: Document, path: tuple[str, ...]) -> Document:
    """Write a list that stands between brackets line by line."""
    parent, pair = find_list(document, path)
    if pair is None or parent is None:
        raise refused(f"There is no list '{render(path)}'.", "Add it first.")
    if isinstance(pair.value, SequenceNode) and is_block(pair.value):
        return document
    if not is_block(parent):
        raise refused(f"'{render(path)}' stands inside brackets.", "Write it line by line, or edit it by hand.")
    line = first_line(pair.key)
    end = last_line(document, pair.value)
    written = document.text[pair.value.start_mark.index : pair.value.end_mark.index]
    if "\n" in written and "#" in written:
        raise refused(f"'{render(path)}' has comments inside brackets.", "Write it line by line first.")
    items: list[str]
    if isinstance(pair.value, SequenceNode):
        nodes = pair.value.value
        items = [" ".join(document.text[one.start_mark.index : one.end_mark.index].split("\n")) for one in nodes]
    else:
        items = [written] if written.strip() else []
    indent = " " * (int(pair.key.start_mark.column) + _INDENT)
    if not items and not written.strip():
        return document
    head = document.lines[line][: int(pair.key.end_mark.column)] + ":"
    end_column = int(pair.value.end_mark.column)
    head += _realigned(document.lines[end][end_column:], len(head) - end_column).rstrip()
    lines = [*document.lines[:line], head, *(f"{indent}- {item}" for item in items), *document.lines[end + 1 :]]
    return parse(document.with_lines(lines))


def _comment_behind(document: Document, one: ListEntry) -> str:
    """The comment on an entry's line, with the blanks before it."""
    assert one.node is not None
    tail = document.lines[one.last][int(one.node.end_mark.column) :] if not is_block(one.node) else ""
    if is_block(one.node):
        match = re.search(r"\s+#[^'\"]*$", document.lines[one.last])
        tail = match[0] if match else ""
    return tail if tail.strip().startswith("#") else ""


# --- keys ---


def set_value(text: str, path: KeyPath, value: object) -> str:
    """Set the value of a key; keys on the way that are not there are made.

    Parameters
    ----------
    text : str
        The settings.
    path : tuple of str and int
        Keys, and positions in lists as `insert` counts them.
    value : object
        JSON value.

    Raises
    ------
    SettingsError
        As `insert`.
    """
    document = parse(text)
    node: Node | None = document.root
    done: list[str | int] = []
    for depth, part in enumerate(path):
        if isinstance(part, int):
            one = _at(entries_of(document, list_path(done)), list_path(done), part)
            if one.node is None:
                raise refused("An entry that is off cannot be changed.", "Switch it on first.")
            node = one.node
        else:
            pair = pair_of(node, part)
            if pair is None:
                return _add_key(document, node, path, depth, value)
            if depth == len(path) - 1:
                return _set_pair(document, pair, path, value)
            node = pair.value
        done.append(part)
    listed, position = list_path(path[:-1]), path[-1]
    assert isinstance(position, int)
    return replace(text, listed, position, value)


def unset(text: str, path: KeyPath) -> str:
    """Take a key out, and what holds it if it was the only one. Raises as `insert`."""
    document = parse(text)
    node: Node | None = document.root
    done: list[str | int] = []
    above: Node | None = None
    for part in path[:-1]:
        above = node
        if isinstance(part, int):
            node = _at(entries_of(document, list_path(done)), list_path(done), part).node
        else:
            pair = pair_of(node, part)
            node = None if pair is None else pair.value
        done.append(part)
    if isinstance(node, ScalarNode) and node.value and SHORT_FORMS.get(path[:-1]) == path[-1]:
        return unset(text, path[:-1])
    pair = pair_of(node, str(path[-1]))
    if pair is None or node is None:
        return text
    if len(node.value) == 1 and len(path) > 1 and isinstance(path[-2], str):
        if len(path) > 2 and isinstance(path[-3], int) and above is not None and len(above.value) == 1:
            return replace(text, list_path(path[:-3]), path[-3], path[-2])
        return unset(text, path[:-1])
    if is_block(node):
        if document.lines[first_line(pair.key)][: int(pair.key.start_mark.column)].strip():
            raise refused(f"'{render(path)}' stands on the line of its entry.", "Write the entry anew.")
        lines = [*document.lines[: first_line(pair.key)], *document.lines[last_line(document, pair.value) + 1 :]]
        return verified(document, document.with_lines(lines), path, GONE)
    start, end = pair.key.start_mark.index, pair.value.end_mark.index
    if pair.position:
        start = node.value[pair.position - 1][1].end_mark.index
    elif len(node.value) > 1:
        end = node.value[1][0].start_mark.index
    return verified(document, document.with_text(document.text[:start] + document.text[end:]), path, GONE)


def _set_pair(document: Document, pair: Pair, path: KeyPath, value: object) -> str:
    """Replace the value of a key that is there."""
    node = pair.value
    if is_block(node) and node.value:
        first, last = first_line(pair.key), last_line(document, node)
        column = int(pair.key.start_mark.column)
        head, *rest = emitting.keyed(str(pair.key.value), value, column)
        tail = document.lines[first][int(pair.key.end_mark.column) + 1 :]
        comment = tail if tail.strip().startswith("#") else ""
        head = document.lines[first][:column] + head.lstrip()
        written_before = int(pair.key.end_mark.column) + 1
        lines = [
            *document.lines[:first],
            head + _realigned(comment, len(head) - written_before),
            *rest,
            *document.lines[last + 1 :],
        ]
        return verified(document, document.with_lines(lines), path, value)
    start, end = node.start_mark.index, node.end_mark.index
    written = emitting.flow(value)
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        raise refused(f"'{render(path)}' is a text of several lines.", "Edit it by hand.")
    if start == end:  # nothing stood there
        start = end = pair.key.end_mark.index + 1
        written = f" {written}"
    listed = isinstance(value, list) and any(isinstance(item, dict) for item in value)
    if listed and document.text[pair.key.start_mark.index - 1 : pair.key.start_mark.index] in ("", "\n"):
        head, *rest = emitting.keyed(str(pair.key.value), value, int(pair.key.start_mark.column))
        line = first_line(pair.key)
        tail = document.lines[line][int(node.end_mark.column) :] if last_line(document, node) == line else ""
        lines = [*document.lines[:line], head + tail.rstrip(), *rest, *document.lines[last_line(document, node) + 1 :]]
        return verified(document, document.with_lines(lines), path, value)
    tail = _realigned(document.text[end:], len(written) - (end - start))
    return verified(document, document.with_text(document.text[:start] + written + tail), path, value)


def _realigned(tail: str, longer: int) -> str:
    """Keep a comment in its column when what stands before it got longer or shorter."""
    line, newline, rest = tail.partition("\n")
    gap = re.search(r" {2,}(?=#)", line)
    if gap is None:
        return tail
    return line[: gap.start()] + " " * max(1, len(gap[0]) - longer) + line[gap.end() :] + newline + rest


def _add_key(document: Document, node: Node | None, path: KeyPath, depth: int, value: object) -> str:
    """Add a key that is not there to the mapping that should hold it."""
    key, rest = str(path[depth]), path[depth + 1 :]
    if any(isinstance(part, int) for part in rest):
        raise refused(f"There is no list '{render(path[: depth + 1])}'.", "Insert the entry instead.")
    for part in reversed(rest):
        value = {str(part): value}
    place = path[: depth + 1]
    if depth == 0:
        at = _top_line(document, key)
        lines = [*document.lines[:at], *emitting.keyed(key, value, 0), *document.lines[at:]]
        return verified(document, document.with_lines(lines), place, value)
    if isinstance(node, MappingNode) and is_block(node) and node.value:
        column = int(node.value[0][0].start_mark.column)
        at = last_line(document, node) + 1
        lines = [*document.lines[:at], *emitting.keyed(key, value, column), *document.lines[at:]]
        return verified(document, document.with_lines(lines), place, value)
    if isinstance(node, MappingNode):
        end = node.end_mark.index - 1
        head = document.text[:end].rstrip().removesuffix(",")
        comma = ", " if node.value else ""
        written = f"{comma}{emitting.scalar(key)}: {emitting.flow(value)}"
        tail = _realigned(document.text[end:], len(written) - (end - len(head)))
        return verified(document, document.with_text(head + written + tail), place, value)
    if isinstance(node, ScalarNode) and not node.value and isinstance(path[depth - 1], str):
        return set_value(document.with_text(document.text), path[:depth], {key: value})
    if isinstance(node, ScalarNode) and path[:depth] in SHORT_FORMS:
        whole = {SHORT_FORMS[path[:depth]]: str(node.value), key: value}
        return set_value(document.with_text(document.text), path[:depth], whole)
    if isinstance(node, ScalarNode) and path[0] == "datasets" and depth == 2:
        assert isinstance(path[1], int)
        source = str(node.value)
        return replace(document.with_text(document.text), ("datasets",), path[1], {"source": source, key: value})
    raise refused(f"'{render(path[:depth])}' holds no keys.", "Write the entry anew.")


def _top_line(document: Document, key: str) -> int:
    """Line in front of which a key at the top goes: behind the nearest of those that usually stand before it."""
    if document.root is None:
        lines = document.lines
        return len(lines) - 1 if lines and not lines[-1] else len(lines)
    place = _ORDER.index(key) if key in _ORDER else len(_ORDER)
    for before in reversed(_ORDER[:place]):
        pair = pair_of(document.root, before)
        if pair is not None:
            entries = entries_of(document, (before,)) if before in (*LISTS, "pipeline") else []
            ends = [one.last for one in entries]
            return max([last_line(document, pair.value), *ends]) + 1
    return first_line(document.root)


def _checked(
    document: Document, lines: list[str], path: tuple[str, ...], meant: Callable[[list[Plain]], list[Plain]]
) -> str:
    """Give edited lines back as text if the list is what was meant; one that has become empty says so."""
    text = document.with_lines(lines)
    edited = parsed(text)
    _, pair = find_list(edited, path)
    if pair is not None and isinstance(pair.value, ScalarNode) and not pair.value.value:
        line, column = first_line(pair.key), int(pair.key.end_mark.column) + 1
        edited.lines[line] = f"{edited.lines[line][:column]} []{_realigned(edited.lines[line][column:], 3)}"
        text = edited.with_lines(edited.lines)
    return checked(document, text, path, meant)
