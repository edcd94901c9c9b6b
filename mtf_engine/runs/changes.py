"""What differs between two nested descriptions, named as a person would name it.

An entry of a list that has a name goes by it, so that reordering is not a change of all, and one that only one side has
is one change, not one for each of its fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mtf_engine.domain.difference import Change

_PRESENT = "present"


def changes_of(before: object, after: object, path: str = "") -> Iterator[Change]:
    """Walk two nested values side by side and give what is not the same.

    Parameters
    ----------
    before, after : object
        Mappings, lists and plain values, as in JSON.
    path : str, optional
        Where they stand.

    Examples
    --------
    >>> before = {"seed": 0, "models": [{"name": "tree", "parameters": {}}]}
    >>> after = {"seed": 1, "models": [{"name": "tree", "parameters": {}}, {"name": "svm", "parameters": {"C": 2}}]}
    >>> for change in changes_of(before, after):
    ...     print(change.key, change.before, change.after)
    seed 0 1
    models[svm] None C=2
    """
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        first, second = _mapping(before), _mapping(after)
        for key in dict.fromkeys((*first, *second)):
            yield from changes_of(first.get(key), second.get(key), f"{path}.{key}" if path else str(key))
    elif _has_entries(before) or _has_entries(after):
        yield from _entry_changes(_entries(before), _entries(after), path)
    elif _plain(before) != _plain(after):
        yield Change(path, _plain(before), _plain(after))


def _entry_changes(
    before: Mapping[str, Mapping[str, object]], after: Mapping[str, Mapping[str, object]], path: str
) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        first, second = before.get(name), after.get(name)
        if first is not None and second is not None:
            yield from changes_of(first, second, f"{path}[{name}]")
        else:
            yield Change(f"{path}[{name}]", _summary(first), _summary(second))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _has_entries(value: object) -> bool:
    return isinstance(value, Sequence) and any(isinstance(item, Mapping) for item in value)


def _entries(value: object) -> dict[str, Mapping[str, object]]:
    """Entries of a list by their names; a name that came before gets its number behind it."""
    found: dict[str, Mapping[str, object]] = {}
    for position, item in enumerate(value if isinstance(value, Sequence) else ()):
        entry = _mapping(item)
        name = str(entry.get("name", position))
        number = 1 + sum(known.get("name") == entry.get("name") for known in found.values() if "name" in entry)
        found[name if number == 1 else f"{name} {number}"] = entry
    return found


def _summary(entry: Mapping[str, object] | None) -> str | None:
    """Say in a few words what only one side has."""
    if entry is None:
        return None
    parameters = _mapping(entry.get("parameters"))
    return ", ".join(f"{key}={_plain(value)}" for key, value in parameters.items()) or _PRESENT


def _plain(value: object) -> str | None:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or None
    return None if value is None else str(value)
