"""Help: the keys of a screen beside the keys that work everywhere, and below them what the signs mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.text import Text

from mtf_tui.actions import SCOPES, VIEW_NAMES, Action, actions, shown_keys
from mtf_tui.text import own, pad, wrapped
from mtf_tui.themes import Look

BESIDE_FROM = 64
"""Cells from which the two lists stand beside each other."""

_GAP = 2
_KEY = 10
_KEY_FROM = 14
"""Cells of the keys, and where there is room for one list only and more of it."""


@dataclass(frozen=True, slots=True)
class Place:
    """What help is about."""

    scope: str
    """The screen's scope in the registry."""

    view: str | None = None
    """The view that is shown, where the screen has several."""

    lists: tuple[str, ...] = ("table", "sheet")
    """Scopes of the kinds of lists and forms that the screen has."""

    is_dialog: bool = False
    """Whether it is a dialog, in which no key of the screen below works."""

    @property
    def name(self) -> str:
        """What is helped with."""
        return "this dialog" if self.is_dialog else SCOPES[self.scope].lstrip(", ")


@dataclass(frozen=True, slots=True)
class HelpSection:
    """Keys under one heading."""

    heading: str
    actions: tuple[Action, ...]


def screen_sections(place: Place) -> list[HelpSection]:
    """The keys of the view that is shown, of the screen's other views, and of its lists."""
    here = tuple(actions(place.scope, place.view))
    elsewhere = tuple(action for action in actions(place.scope) if action not in here)
    view = f", {VIEW_NAMES.get(place.view, place.view)}" if place.view and elsewhere else ""
    found = [HelpSection(f"{SCOPES[place.scope].lstrip(', ')}{view}", here)]
    found += [HelpSection("In its other views", elsewhere)] if elsewhere else []
    lists = [scope for scope in place.lists if scope != "sheet"]
    return [*found, *(HelpSection(SCOPES[scope], tuple(actions(scope))) for scope in lists)]


def global_sections(place: Place) -> list[HelpSection]:
    """The keys that work everywhere, and in every list that can be sorted."""
    if place.is_dialog:
        return []
    scopes = ("app", *(scope for scope in place.lists if scope == "sheet"))
    return [HelpSection(SCOPES[scope], tuple(actions(scope))) for scope in scopes]


def help_lines(place: Place, width: int, look: Look) -> list[Text]:
    """The whole page: two lists where there is room, else one below the other, then the signs."""
    head = f"bold {look.tokens.text}"
    if width < BESIDE_FROM or place.is_dialog:
        sections = [*screen_sections(place), *global_sections(place)]
        return [
            *_list(sections, place, width, look),
            own(("Signs", head)),
            *_signs(1 if width < BESIDE_FROM else 2, width, look),
        ]
    half = (width - _GAP) // 2
    left = _list(screen_sections(place), place, half, look)
    right = _list(global_sections(place), place, half, look)
    rows = [own(pad(a, half), " " * _GAP, b) for a, b in zip_longest(left, right, fillvalue=own())]
    return [*rows, own(("Signs", head)), *_signs(2, width, look)]


def found_lines(needle: str, place: Place, width: int, look: Look) -> list[tuple[str, list[Text]]]:
    """Actions and signs that have a text, each as (action's id or nothing, lines)."""
    found: list[tuple[str, list[Text]]] = []
    for section in (*screen_sections(place), *global_sections(place)):
        matching = [action for action in section.actions if _matches(action, needle, look)]
        if matching:
            found.append(("", [own((section.heading, f"bold {look.tokens.text}"))]))
            found += [(action.id, _entry(action, place, width, _KEY_FROM, look)) for action in matching]
    signs = [row for row in _signs(1, width, look) if needle in row.plain.casefold()]
    if not signs:
        return found
    return [*found, ("", [own(("Signs", f"bold {look.tokens.text}"))]), *(("", [row]) for row in signs)]


def _list(sections: Iterable[HelpSection], place: Place, width: int, look: Look) -> list[Text]:
    rows: list[Text] = []
    for section in sections:
        rows.append(own((section.heading, f"bold {look.tokens.text}")))
        for action in section.actions:
            rows += _entry(action, place, width, _KEY, look)
        rows.append(own())
    return rows


def _entry(action: Action, place: Place, width: int, room: int, look: Look) -> list[Text]:
    """An action's keys, what it does, and in which other views."""
    ascii_only = look.glyphs.name == "ascii"
    keys = shown_keys(*action.keys, ascii_only=ascii_only)
    head = own(" ", pad(own((keys, f"bold {look.tokens.accent}")), max(room - 2, len(keys))), " ")
    elsewhere = action.scope == place.scope and action.views and place.view not in action.views
    where = f" In {' and '.join(VIEW_NAMES.get(view, view) for view in action.views)}." if elsewhere else ""
    return wrapped(own(head, (action.help, look.tokens.text), (where, look.tokens.muted)), width, indent=room)


def _signs(columns: int, width: int, look: Look) -> list[Text]:
    """What the signs mean, in words."""
    g, t = look.glyphs, look.tokens
    signs: Sequence[tuple[str, str, str]] = (
        (g.ok, t.ok, "passed, done"),
        (g.fail, t.fail, "failed"),
        (g.cancelled, t.warn, "cancelled by hand"),
        (g.warn, t.warn, "warning, stale"),
        (g.none, t.muted, "not run, does not apply"),
        (g.best, t.accent, "best, proven against all"),
        (g.highest, t.accent, "leading score, not proven"),
        (g.worse, t.muted, "worse, proven"),
        (g.equivalent, t.text, "equivalent within the margin"),
        (g.undecided, t.warn, "undecided: data do not tell"),
        (g.done, t.text, "fold done"),
        (g.reused, t.text, "fold of an earlier run"),
        (g.running, t.text, "fold running"),
        (g.queued, t.text, "fold waiting"),
        ("~", t.muted, "provisional: folds to come"),
        (g.reference, t.muted, "the best estimate, or zero"),
    )
    each = (width - _GAP * (columns - 1)) // columns
    cells = [pad(own(" ", (sign, style), "  ", meaning), each) for sign, style, meaning in signs]
    down = -(-len(cells) // columns)
    gap = " " * _GAP
    return [own(*_between(gap, cells[row::down])) for row in range(down)]


def _between(gap: str, cells: Sequence[Text]) -> list[Text | str]:
    return [part for position, cell in enumerate(cells) for part in ((gap, cell) if position else (cell,))]


def _matches(action: Action, needle: str, look: Look) -> bool:
    keys = shown_keys(*action.keys, ascii_only=look.glyphs.name == "ascii")
    return needle in f"{action.label} {action.help} {keys}".casefold()
