"""The only reader of YAML: hostile bytes in, plain values with the line of every key and entry out.

The events of a YAML 1.2 parser are turned into values here, because no composer at hand refuses tags, duplicate keys
and alias bombs and still goes on to find the next problem. Scalars follow the core schema of YAML 1.2. ``${NAME}``
and ``${NAME:-default}`` read the environment. A plain scalar is read as a number, a truth value or null after that,
a quoted one stays text; neither ever becomes structure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from mtf_engine import environment
from mtf_engine.line_ends import OF_YAML_1_1, stand_ins
from mtf_engine.settings.problems import KeyPath, ProblemList, quote

MAX_BYTES = 256_000
"""Size of a settings file."""
MAX_NODES = 20_000
"""Values in a settings file, each alias counted in full."""
MAX_DEPTH = 24
"""Levels of nesting."""

_CHARACTERS = 100
"""So many characters of one text count as a further value: aliases repeat long texts too."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]+")
_PREFIXED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_REFERENCE = re.compile(r"\$(\$(?=\{)|\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}|\{)")
_WHOLE_LIMIT = 2**63


class _Dropped:
    """Stands for a value that was refused."""


DROPPED = _Dropped()


class _BrokenError(Exception):
    """The text cannot be read on from here."""

    def __init__(self, line: int | None, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


@dataclass(slots=True)
class _Node:
    kind: type
    """``str``, ``list`` or ``dict``."""
    line: int
    text: str = ""
    plain: bool = False
    tag: str | None = None
    children: list[_Node] = field(default_factory=list)
    """Items of a list; keys and values in turn of a mapping."""
    size: int = 1
    height: int = 1
    is_open: bool = True


def read(data: bytes, problems: ProblemList) -> dict[str, object]:
    """Read the bytes of a settings file; what is refused is noted in ``problems`` and left out.

    Parameters
    ----------
    data : bytes
        UTF-8, with or without a byte order mark.
    problems : ProblemList
        Receives the problems, and in its positions the line of every key and list entry.

    Returns
    -------
    dict
        The top-level mapping; empty when nothing could be read.
    """
    try:
        root = _compose(_decode(data))
    except _BrokenError as broken:
        problems.add_at((), broken.line, broken.message, broken.hint)
        return {}
    if root is None or (root.kind is str and root.plain and root.text in _NULLS):
        problems.add_at((), None, "The settings file is empty.", "`mtf init` writes one that runs as it is.")
        return {}
    if root.kind is not dict:
        found = "a list" if root.kind is list else quote(root.text)
        problems.add_at(
            (), root.line, f"The settings are {found}, not a mapping.", "Start with keys such as `datasets:`."
        )
        return {}
    value = _Builder(problems).value(root, ())
    return value if isinstance(value, dict) else {}


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _BrokenError(
            None,
            f"The settings file has {len(data):,} bytes, more than the {MAX_BYTES:,} a settings file may have.",
            "Is it the right file? Data belong into files that `source:` names.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _BrokenError(
            data.count(b"\n", 0, error.start) + 1,
            f"The settings file is not UTF-8: byte 0x{data[error.start]:02x} at position {error.start}.",
            "Save it as UTF-8 text.",
        ) from None


# --- events to nodes ---


def _events(text: str) -> Iterator[Event]:
    signs = stand_ins(text, OF_YAML_1_1)
    try:
        for event in YAML(typ="safe", pure=True).parse(signs.hide(text)):
            if isinstance(event, ScalarEvent):
                event.value = signs.show(event.value)
            yield event
    except ReaderError as error:
        number = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else None
        raise _BrokenError(
            number, "The settings file holds a control character, which YAML forbids.", "Delete it, or write it as \\x…"
        ) from None
    except MarkedYAMLError as error:
        raise _syntax(error) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise _BrokenError(None, f"This is not YAML: {str(error).splitlines()[0]}.") from None


def _syntax(error: MarkedYAMLError) -> _BrokenError:
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or "").strip()
    hint = "Indent with spaces and put a blank after each colon."
    if "'\\t'" in problem:
        problem, hint = "found a tab where YAML wants spaces", "Replace tabs by spaces."
    elif "mapping values are not allowed" in problem:
        hint = "Is the line above indented alike? Quote text that holds ': '."
    elif "cannot start any token" in problem:
        hint = "Quote text that starts with this character."
    elif "<block end>" in problem:
        hint = "Lines of one list or mapping need the same indentation."
    elif "expected ',' or" in problem:
        hint = 'A bracket is not closed, or text between brackets needs quotes, such as "${NAME}".'
    elif "end of stream" in problem:
        hint = "A quote or bracket is not closed."
    return _BrokenError(mark.line + 1 if mark else None, f"This is not valid YAML: {problem}.", hint)


def _compose(text: str) -> _Node | None:
    """Build the tree of one document, aliases shared; None when there is none."""
    stack: list[_Node] = []
    anchors: dict[str, _Node] = {}
    root: _Node | None = None
    documents = total = 0
    for event in _events(text):
        line = event.start_mark.line + 1
        if isinstance(event, DocumentStartEvent):
            documents += 1
            _check_document(event, documents, line)
        elif isinstance(event, CollectionEndEvent):
            _close(stack, line)
        elif isinstance(event, AliasEvent):
            node = _alias(event, anchors, line)
            total += node.size
            _place(stack, node, line)
        elif isinstance(event, NodeEvent):
            node = _node(event, line)
            total += node.size
            if event.anchor:
                anchors[event.anchor] = node
            _place(stack, node, line)
            root = root or node
            if node.is_open:
                stack.append(node)
        if total > MAX_NODES:
            raise _BrokenError(
                line,
                f"The settings hold more than {MAX_NODES:,} values, each alias counted in full.",
                "Write what is meant without nested aliases.",
            )
        if len(stack) > MAX_DEPTH:
            raise _too_deep(line)
    return root


def _check_document(event: DocumentStartEvent, count: int, line: int) -> None:
    if count > 1:
        raise _BrokenError(line, "The file holds more than one YAML document.", "Remove `---` and what follows it.")
    if event.version not in (None, (1, 2)):
        raise _BrokenError(line, "The settings are YAML 1.2, not an older version.", "Remove the `%YAML` line.")


def _alias(event: AliasEvent, anchors: dict[str, _Node], line: int) -> _Node:
    node = anchors.get(event.anchor)
    if node is None:
        raise _BrokenError(line, f"The alias '*{event.anchor}' refers to nothing.", "Define the anchor above it.")
    if node.is_open:
        raise _BrokenError(line, f"The alias '*{event.anchor}' refers to what it stands in.", "Write it out.")
    return node


def _node(event: NodeEvent, line: int) -> _Node:
    written = getattr(event, "tag", None)
    tag = str(written) if written else None
    if isinstance(event, ScalarEvent):
        size = 1 + len(event.value) // _CHARACTERS
        return _Node(str, line, event.value, plain=not event.style, tag=tag, size=size, is_open=False)
    if isinstance(event, SequenceStartEvent):
        return _Node(list, line, tag=tag)
    assert isinstance(event, MappingStartEvent)
    return _Node(dict, line, tag=tag)


def _place(stack: list[_Node], node: _Node, line: int) -> None:
    if not stack:
        return
    if len(stack) + node.height > MAX_DEPTH:
        raise _too_deep(line)
    stack[-1].children.append(node)


def _close(stack: list[_Node], line: int) -> None:
    node = stack.pop()
    node.is_open = False
    node.size = 1 + sum(child.size for child in node.children)
    node.height = 1 + max((child.height for child in node.children), default=0)
    if node.height > MAX_DEPTH:
        raise _too_deep(line)


def _too_deep(line: int) -> _BrokenError:
    return _BrokenError(line, f"The settings are nested more than {MAX_DEPTH} levels deep.", "Write them flatter.")


# --- nodes to values ---


@dataclass(slots=True)
class _Builder:
    problems: ProblemList

    def value(self, node: _Node, path: KeyPath) -> object:
        self.problems.positions.lines.setdefault(path, node.line)
        if node.tag is not None:
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(node, path, f"The tag '{tag}' is refused.", "Settings take no tags; quote what is text.")
            return DROPPED
        if node.kind is dict:
            return self._mapping(node, path)
        if node.kind is list:
            return [self.value(item, (*path, index)) for index, item in enumerate(node.children)]
        return self._scalar(node, path)

    def _mapping(self, node: _Node, path: KeyPath) -> dict[str, object]:
        found: dict[str, object] = {}
        first_lines: dict[str, int] = {}
        pairs = iter(node.children)
        for key_node, child in zip(pairs, pairs, strict=True):
            key = self._key(key_node, path)
            if key is None:
                continue
            if key in found:
                self.problems.add_at(
                    (*path, key),
                    key_node.line,
                    f"The key '{key}' stands here twice; the first is on line {first_lines[key]}.",
                    "Remove one of them.",
                )
                continue
            first_lines[key] = key_node.line
            self.problems.positions.lines[(*path, key)] = key_node.line
            found[key] = self.value(child, (*path, key))
        return found

    def _key(self, node: _Node, path: KeyPath) -> str | None:
        value = _plain_value(node.text) if node.kind is str and node.plain else node.text
        if node.kind is not str or node.tag is not None:
            self._refuse(node, path, "A key is not plain text.", "Keys are words such as `datasets`.")
        elif not isinstance(value, str):
            self._refuse(node, path, f"The key {quote(value)} is not text.", f'Quote it: "{node.text}".')
        elif value == "<<":
            self._refuse(node, path, "Merge keys (<<) are no part of YAML 1.2.", "Repeat the keys that are meant.")
        else:
            return value
        return None

    def _scalar(self, node: _Node, path: KeyPath) -> object:
        text = self._expand(node, path)
        if text is None:
            return DROPPED
        value = _plain_value(text) if node.plain else text
        if text == "" and node.text != "":
            return ""
        if isinstance(value, float) and not math.isfinite(value):
            self._refuse(node, path, f"'{text}' is not a finite number.", "Settings hold finite numbers only.")
            return DROPPED
        if isinstance(value, int) and not -_WHOLE_LIMIT <= value < _WHOLE_LIMIT:
            self._refuse(node, path, f"{quote(text)} is beyond 64 bits.", "Quote it if text is meant.")
            return DROPPED
        return value

    def _expand(self, node: _Node, path: KeyPath) -> str | None:
        """Fill in ``${NAME}``; None when that fails."""
        failed = False

        def fill(match: re.Match[str]) -> str:
            nonlocal failed
            name, default = match[2], match[4]
            if match[1] == "$":
                return "$"
            if name is None:
                failed = True
                self._refuse(
                    node,
                    path,
                    f"{quote(node.text)} holds '${{' without a name and a closing brace.",
                    "Write ${NAME} or ${NAME:-default}; $${ stands for ${ itself.",
                )
                return ""
            value = environment.variable(name)
            if match[3] is not None:
                return value or default
            if value is None:
                failed = True
                self._refuse(
                    node,
                    path,
                    f"The environment variable '{name}' is not set.",
                    f"Set it, or give a default: ${{{name}:-default}}.",
                )
            return value or ""

        text = _REFERENCE.sub(fill, node.text) if "${" in node.text else node.text
        return None if failed else text

    def _refuse(self, node: _Node, path: KeyPath, message: str, hint: str) -> None:
        self.problems.add_at(path, node.line, message, hint)


def _plain_value(text: str) -> object:
    """Read a plain scalar by the core schema of YAML 1.2."""
    if text in _NULLS:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 40 else _WHOLE_LIMIT
    if _PREFIXED.fullmatch(text):
        return int(text, 0) if len(text) < 60 else _WHOLE_LIMIT
    if _FLOAT.fullmatch(text):
        return float(text)
    return math.nan if _NOT_FINITE.fullmatch(text) else text
