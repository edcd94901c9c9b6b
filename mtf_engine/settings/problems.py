"""Where a problem stands in the settings file, and the list that gathers all of them before any is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mtf_engine.errors import Problem
from mtf_engine.spelling import nearest

KeyPath = tuple[str | int, ...]
"""A place in the settings: keys of mappings and positions in lists, from the top."""

_QUOTE_LIMIT = 60


def suggestion(name: str, names: Iterable[str], *, label: str = "Valid names") -> str:
    """Write the hint for an unknown name: the nearest spelling and, while they are few, all valid ones."""
    known = sorted(set(names))
    near = nearest(name, known)
    listing = f"{label}: {', '.join(known)}." if 0 < len(known) <= 20 else ""
    return " ".join(part for part in (f"Did you mean '{near}'?" if near else "", listing) if part)


def quote(value: object) -> str:
    """Name a value in a message: scalars as the user wrote them, containers by what they are."""
    if value is None:
        return "an empty value"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    text = text if len(text) <= _QUOTE_LIMIT else text[: _QUOTE_LIMIT - 1] + "…"
    return f"'{text}'" if isinstance(value, str) else text


def sentence(message: str) -> str:
    """Make a sentence of an error's words: a capital where they begin with a plain word, a full stop at the end.

    Examples
    --------
    >>> sentence("no file matches a.csv"), sentence("a.csv has no rows")
    ('No file matches a.csv.', 'a.csv has no rows.')
    """
    first = message.partition(" ")[0]
    start = message[:1].upper() if first.isalpha() else message[:1]
    return f"{start}{message[1:]}{'' if message.endswith(('.', '?', '!', '…')) else '.'}"


def render(path: KeyPath) -> str:
    """Write a path as people read it.

    Examples
    --------
    >>> render(("datasets", 1, "target"))
    'datasets[1].target'
    """
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


@dataclass(slots=True)
class Positions:
    """Lines of the settings file by key path, through short forms and left-out entries.

    Later stages see a settings tree in which short forms are written out and wrong entries are missing. They name
    places in that tree; `file_path` leads back to what the user wrote.
    """

    lines: dict[KeyPath, int] = field(default_factory=dict)
    """Path in the file → line, from 1."""

    written_as: dict[KeyPath, KeyPath] = field(default_factory=dict)
    """Path in the written-out tree → path in the file, where a short form makes them differ."""

    kept: dict[KeyPath, tuple[int, ...]] = field(default_factory=dict)
    """Path of a list that lost entries → the original positions of those that are left."""

    def file_path(self, path: KeyPath) -> KeyPath:
        """Translate a path of the pruned, written-out tree into the file's own."""
        original: KeyPath = ()
        for depth, part in enumerate(path):
            left = self.kept.get(path[:depth])
            original += (left[part],) if left is not None and isinstance(part, int) and part < len(left) else (part,)
        return self.spelling(original)

    def spelling(self, path: KeyPath) -> KeyPath:
        """Translate a path of the written-out tree, nothing pruned yet, into the file's own."""
        for depth in range(len(path), 0, -1):
            written = self.written_as.get(path[:depth])
            if written is not None:
                return written + path[depth:]
        return path

    def line(self, path: KeyPath) -> int | None:
        """Look up the line of a file path, or of the nearest thing around it."""
        for depth in range(len(path), 0, -1):
            if path[:depth] in self.lines:
                return self.lines[path[:depth]]
        return None


@dataclass(slots=True)
class ProblemList:
    """All that is wrong with one settings file, found in several passes."""

    positions: Positions = field(default_factory=Positions)
    _found: dict[Problem, KeyPath] = field(default_factory=dict)
    """Problem → path in the file, in the order of discovery."""

    def add(self, path: KeyPath, message: str, hint: str | None = None) -> None:
        """Note a problem at a path of the pruned, written-out tree."""
        self.add_in_file(self.positions.file_path(path), message, hint)

    def add_in_file(self, path: KeyPath, message: str, hint: str | None = None) -> None:
        """Note a problem at a path as the file has it."""
        self.add_at(path, self.positions.line(path), message, hint)

    def add_at(self, path: KeyPath, line: int | None, message: str, hint: str | None = None) -> None:
        """Note a problem at a line that is known already."""
        self._found.setdefault(Problem(sentence(message), hint and sentence(hint), line, render(path) or None), path)

    def touches(self, path: KeyPath) -> bool:
        """Whether anything is wrong at or under a path of the pruned tree: what follows from it is not reported."""
        return self.touches_in_file(self.positions.file_path(path))

    def touches_in_file(self, path: KeyPath) -> bool:
        """Whether anything is wrong at or under a path of the file."""
        return any(found[: len(path)] == path for found in self._found.values())

    def __len__(self) -> int:
        return len(self._found)

    def sorted(self) -> list[Problem]:
        """List the problems in the order of the file, those without a line last."""
        return sorted(self._found, key=lambda problem: (problem.line is None, problem.line or 0))
