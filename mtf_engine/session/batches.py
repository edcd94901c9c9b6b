"""Many edits of one list at once: each entry is edited as a text of its own, and the whole is read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mtf_engine.errors import Problem, SettingsError
from mtf_engine.settings.document import Document, Plain, is_block, parse, plain
from mtf_engine.settings.listing import entries_of, find_list

Edit = Callable[[str], str]
"""From a text that holds one entry to that text edited."""


def edit_entries(text: str, key: str, edits: Mapping[int, Edit]) -> str:
    """Edit entries of a list at the top; comments and all other entries stay.

    Parameters
    ----------
    text : str
        The settings.
    key : str
        Of the list, which is written line by line.
    edits : mapping of int to callable
        By position, entries that are off counted too.

    Raises
    ------
    SettingsError
        An entry cannot be edited, or the list is written between brackets.
    """
    document = parse(text)
    _, pair = find_list(document, (key,))
    if pair is None or not is_block(pair.value):
        raise SettingsError([Problem(f"'{key}' is not written line by line.", "Edit the entries one by one.")])
    entries = entries_of(document, (key,))
    lines = list(document.lines)
    wanted: list[Plain] = []
    for position, entry in reversed(list(enumerate(entries))):
        own = lines[entry.first : entry.last + 1]
        if position in edits:
            edited = parse(edits[position](_alone(key, own)))
            lines[entry.first : entry.last + 1] = _content(edited)
            wanted[:0] = _values(edited, key)
        elif entry.node is not None:
            wanted.insert(0, plain(entry.node))
    made = document.with_lines(lines)
    if wanted:
        _prove(document, made, key, wanted)
        return made
    raise SettingsError([Problem(f"Nothing would be left in '{key}'.", "Edit the entries one by one.")])


def _alone(key: str, lines: list[str]) -> str:
    return "\n".join([f"{key}:", *lines]) + "\n"


def _content(edited: Document) -> list[str]:
    """Lines of the entry; none where it was taken out."""
    return [line for line in edited.lines[1:] if line.strip()]


def _values(edited: Document, key: str) -> list[Plain]:
    root = plain(edited.root)
    value = root.get(key) if isinstance(root, dict) else None
    return value if isinstance(value, list) else []


def _prove(document: Document, made: str, key: str, wanted: list[Plain]) -> None:
    before, after = plain(document.root), plain(parse(made).root)
    assert isinstance(before, dict)
    if after != {**before, key: wanted}:
        raise SettingsError([Problem("This cannot be changed without touching more of the text.", "Edit it by hand.")])
