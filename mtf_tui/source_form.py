"""A data set that is being described: what is typed, what the source turned out to be, and the entry it becomes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mtf_engine.domain.outlines import Slot
from mtf_engine.domain.sources import SourceInspection
from mtf_tui.engine_protocol import SettingsEdit

PATH = ("datasets",)


@dataclass(frozen=True, slots=True)
class SourceForm:
    """What the fields say."""

    source: str = ""
    target: str = ""
    """Empty: as the engine finds."""

    left_out: str = ""
    """Column names with commas."""

    name: str = ""

    @property
    def columns_left_out(self) -> tuple[str, ...]:
        """The names of the columns that are no features."""
        return read_names(self.left_out)

    def problem_of_left_out(self, inspection: SourceInspection) -> str | None:
        """What is wrong with the columns that are left out."""
        known = [column.name for column in inspection.columns]
        for name in self.columns_left_out:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                return f"no column {name!r}" + (f": did you mean {near[0]!r}?" if near else "")
            if name == inspection.target:
                return f"{name!r} is what is predicted"
        return None

    def entry(self, inspection: SourceInspection) -> object:
        """Write the entry of the settings, in its shortest form."""
        fields: dict[str, object] = {}
        if self.name and self.name != inspection.name:
            fields["name"] = _literal(self.name)
        fields["source"] = source = _literal(self.source)
        if inspection.target is not None and not _is_documented(inspection):
            fields["target"] = _literal(inspection.target)
        if self.columns_left_out:
            fields["drop"] = [_literal(name) for name in self.columns_left_out]
        return source if list(fields) == ["source"] else fields


def _is_documented(inspection: SourceInspection) -> bool:
    return inspection.target_reason == "documented by the source"


def _literal(text: str) -> str:
    """Write a name so that ``${`` in it reads no variable of the environment."""
    return text.replace("${", "$${")


_NAME = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|$)')
"""A name in double quotes, as it is, or any other without the blanks around it; then a comma or the end."""


def read_names(text: str) -> tuple[str, ...]:
    """Read column names with commas between them; a name that has one, or blanks at its ends, stands in double quotes.

    Examples
    --------
    >>> read_names('id, "last, first" , age')
    ('id', 'last, first', 'age')
    """
    names = (
        found[1].replace('""', '"') if found[1] is not None else found[2].strip().removeprefix('"')
        for found in _NAME.finditer(text)
    )
    return tuple(dict.fromkeys(name for name in names if name))


def write_names(names: Iterable[str]) -> str:
    """Write column names as they would be typed.

    Examples
    --------
    >>> write_names(["id", "last, first"])
    'id, "last, first"'
    """
    return ", ".join(
        '"' + name.replace('"', '""') + '"' if set(name) & set('",') or name != name.strip() else name for name in names
    )


def form_of(slot: Slot) -> SourceForm:
    """Fill in the fields from an entry of the settings."""
    if not isinstance(slot.value, Mapping):
        return SourceForm(_plain(str(slot.value)), name=slot.name)
    value = slot.value
    drop = value.get("drop")
    names = [drop] if isinstance(drop, str) else [str(one) for one in drop] if isinstance(drop, list | tuple) else []
    target = value.get("target")
    return SourceForm(
        _plain(str(value.get("source", ""))), "" if target is None else _plain(str(target)),
        write_names(map(_plain, names)), slot.name,
    )  # fmt: skip


def _plain(text: str) -> str:
    return text.replace("$${", "${")


def edits_of(slot: Slot, entry: object) -> tuple[SettingsEdit, ...]:
    """The edits that turn an entry into another: single keys where it has keys, so that comments between them stay."""
    if slot.value == entry:
        return ()
    wanted: Mapping[str, object] = entry if isinstance(entry, Mapping) else {"source": entry}
    if not isinstance(slot.value, Mapping):
        if not _says(slot.value, wanted["source"]):
            return (SettingsEdit("replace", PATH, slot.position, value=entry),)
        return tuple(
            SettingsEdit("set", (*PATH, slot.position, key), value=one)
            for key, one in wanted.items()
            if key != "source"
        )
    made = []
    for key in ("name", "source", "target", "drop"):
        path = (*PATH, slot.position, key)
        if key in wanted:
            if not _says(slot.value.get(key), wanted[key]):
                made.append(SettingsEdit("set", path, value=wanted[key]))
        elif key in slot.value and not (key == "name" and slot.value["name"] == slot.name):
            made.append(SettingsEdit("unset", path))
    return tuple(made)


def _says(written: object, wanted: object) -> bool:
    """Whether a value is written already; one that reads the environment stays as it is."""
    return written == wanted or (isinstance(written, str) and _literal(_plain(written)) == wanted)


def columns_left_out(slot: Slot) -> frozenset[str]:
    """Columns that an entry leaves out."""
    return frozenset(form_of(slot).columns_left_out)


def asked_for(slot: Slot) -> tuple[str, str | None]:
    """Source and target of an entry, as the engine is asked about it."""
    form = form_of(slot)
    return form.source, form.target or None
