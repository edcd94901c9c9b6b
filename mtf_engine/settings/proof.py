"""Proof that an edit did what was meant and nothing else: the edited text is read again before it is given back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mtf_engine.errors import Problem, SettingsError
from mtf_engine.settings.document import Document, Plain, parse, plain, plain_of
from mtf_engine.settings.listing import ListEntry, entries_of
from mtf_engine.settings.problems import KeyPath, render

GONE = object()
"""Stands for the value of a key that is taken out."""


def checked(document: Document, text: str, path: tuple[str, ...], meant: Callable[[list[Plain]], list[Plain]]) -> str:
    """Give an edited text back if a list is what was meant and nothing else changed.

    Parameters
    ----------
    document : Document
        The text before.
    text : str
        The edited one.
    path : tuple of str
        The list.
    meant : callable
        From its entries before to those that it should have.

    Raises
    ------
    SettingsError
        It is not.
    """
    wanted = plain(document.root)
    holder = wanted
    for part in path[:-1]:
        assert isinstance(holder, dict)
        holder = holder[part]
    assert isinstance(holder, dict)
    before = holder[path[-1]]
    holder[path[-1]] = meant(before if isinstance(before, list) else [])
    return _proven(text, wanted)


def verified(document: Document, text: str, path: KeyPath, value: object) -> str:
    """Give an edited text back if a key has the value that was meant, or is `GONE`. Raises as `checked`."""
    wanted = plain(document.root)
    holder: Plain = wanted
    done: list[str | int] = []
    for part in path[:-1]:
        if isinstance(part, int):
            assert isinstance(holder, list)
            holder = holder[among_on(entries_of(document, list_path(done)), part)]
        else:
            assert isinstance(holder, dict)
            holder = holder[part]
        done.append(part)
    assert isinstance(holder, dict)
    if value is GONE:
        del holder[str(path[-1])]
    else:
        holder[str(path[-1])] = plain_of(value)
    return _proven(text, wanted)


def parsed(text: str) -> Document:
    """Take an edited text apart. Raises as `checked`, where an edit broke it."""
    try:
        return parse(text)
    except SettingsError as error:
        raise _not_meant() from error


def among_on(entries: Sequence[ListEntry], position: int) -> int:
    """How many entries before a position are on."""
    return sum(1 for one in entries[:position] if one.node is not None)


def list_path(path: Sequence[str | int]) -> tuple[str, ...]:
    """The path of a list, which holds keys only.

    Raises
    ------
    SettingsError
        It holds a position.
    """
    if not all(isinstance(part, str) for part in path):
        raise refused(f"'{render(tuple(path))}' is no list that can be edited here.", "Edit the text by hand.")
    return tuple(str(part) for part in path)


def refused(message: str, hint: str) -> SettingsError:
    """Why an edit is not made."""
    return SettingsError([Problem(message, hint)])


def _proven(text: str, wanted: Plain) -> str:
    if plain(parsed(text).root) != wanted:
        raise _not_meant()
    return text


def _not_meant() -> SettingsError:
    return refused("This cannot be changed without touching more of the text.", "Edit it by hand.")
