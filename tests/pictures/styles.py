"""Styles of the screen's cells as letters with a legend, and what holds for each cell's colours."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from rich.color import Color, ColorType
from rich.style import Style
from textual.color import Color as Colour
from textual.geometry import Region

from mtf_tui.canvas import BAND_OPACITY
from mtf_tui.painters.plot import FADED
from mtf_tui.themes import TOKENS, contrast, mix
from mtf_tui.widgets.dialog import Dialog

READ = 4.5
"""Least contrast of a sign that is read: the limit of WCAG 2.2, 1.4.3 (AA)."""

SEEN = 3.0
"""Least contrast of a sign that is seen as a shape, such as a bar, a point or a curve: that of WCAG 2.2, 1.4.11."""

_ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse", "strike")
_MNEMONIC = {"text": "t", "muted": "m", "line": "l", "accent": "a", "ok": "o", "warn": "w", "fail": "f"}
_MNEMONIC |= {f"s{number}": str(number) for number in range(1, 7)}
_OTHERS = "bcdeghijknpqrsuvxyzBCDEGHIJKNPQRSUVXYZ789αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"


class Ink(NamedTuple):
    """How a cell is written; a blank one has no colour of its own."""

    colour: str
    ground: str
    attributes: tuple[str, ...] = ()


class Cell(NamedTuple):
    """One cell of the screen."""

    x: int
    y: int
    sign: str
    ink: Ink


def cells(pilot: Any) -> list[list[Cell]]:
    """What the screen shows, cell by cell; the second half of a wide sign is a blank."""
    known: dict[tuple[Style | None, bool], Ink] = {}
    rows = []
    for y, strip in enumerate(pilot.app.screen._compositor.render_strips()):
        row: list[Cell] = []
        for text, style, _ in strip:
            for sign in text:
                is_blank = sign == " "
                if (style, is_blank) not in known:
                    known[style, is_blank] = _ink(style or Style(), is_blank=is_blank)
                row.append(Cell(len(row), y, sign, known[style, is_blank]))
        rows.append(row)
    return rows


def _ink(style: Style, *, is_blank: bool) -> Ink:
    attributes = tuple(name for name in _ATTRIBUTES if getattr(style, name))
    colour, ground = _hex(style.color), _hex(style.bgcolor)
    if is_blank and "reverse" not in attributes:
        return Ink("", ground)
    return Ink(colour, ground, attributes)


def _hex(colour: Color | None) -> str:
    if colour is None or colour.type is ColorType.DEFAULT:
        return "default"
    return colour.get_truecolor().hex


def spoken_of(pilot: Any) -> list[Region]:
    """What of the screen is not dimmed behind a dialog."""
    screen = pilot.app.screen
    is_over = isinstance(screen, Dialog) and screen.styles.background.a > 0
    shown = [*screen.query(".dialog"), *screen.query("Toast")] if is_over else [screen]
    return [widget.region for widget in shown]


def unreadable(rows: Sequence[Sequence[Cell]], spoken: Sequence[Region]) -> Iterator[str]:
    """Name every kind of cell whose contrast is too low, once, with a place where it is."""
    seen: set[tuple[Ink, float]] = set()
    for cell in chain.from_iterable(rows):
        limit = _limit(cell)
        if (cell.ink, limit) in seen or not any(region.contains(cell.x, cell.y) for region in spoken):
            continue
        seen.add((cell.ink, limit))
        ratio = contrast(cell.ink.colour, cell.ink.ground) if limit else 0.0
        if ratio < limit:
            yield f"{cell.sign!r} at {cell.x},{cell.y}: {cell.ink.colour} on {cell.ink.ground} has {ratio:.2f}"


def _limit(cell: Cell) -> float:
    """The least contrast of a cell.

    There is none for decoration: rules, borders, axes and leaders in the colour of lines, the band of a curve and its
    guide, whose faintness the design sets. Nothing is lost with them: a band is in the numbers too.
    """
    is_shape = "\u2500" <= cell.sign <= "\u25ff" or "\u2800" <= cell.sign <= "\u28ff" or cell.sign in "-=+|.:_#*·"
    if cell.sign == " " or (is_shape and {cell.ink.colour, cell.ink.ground} & _decoration()):
        return 0.0
    return SEEN if is_shape else READ


@cache
def _decoration() -> frozenset[str]:
    """Colours of what may be faint, and their greys."""
    colours = []
    for tokens in TOKENS.values():
        bands = [mix(tokens.series(at), tokens.background, BAND_OPACITY) for at in range(6)]
        colours += [tokens.line, mix(tokens.muted, tokens.background, FADED), *bands]
    return frozenset(colours) | {Colour.parse(colour).monochrome.hex.lower() for colour in colours}


def coloured(rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """Name every colour that is no grey, once, with a place where it is."""
    seen: set[str] = set()
    for cell in chain.from_iterable(rows):
        for colour in (cell.ink.colour, cell.ink.ground):
            if colour.startswith("#") and colour not in seen and len({colour[1:3], colour[3:5], colour[5:7]}) > 1:
                seen.add(colour)
                yield f"{cell.sign!r} at {cell.x},{cell.y}: {colour}"


def picture(looks: Mapping[str, Sequence[Sequence[Cell]]], spoken: Sequence[Region]) -> list[str]:
    """Draw the styles of one view in all looks at once: a letter for each combination, and what it stands for.

    Capitals are bold. What is blank, and what is dimmed behind a dialog, is left out.

    Parameters
    ----------
    looks : dict
        Cells of each look, by its theme; without a theme's name, that of no colours.
    spoken : sequence of Region
        What is not dimmed.
    """
    blank = Ink("", TOKENS["mtf-dark"].background)
    letters: dict[tuple[Ink, ...], str] = {}
    told: dict[str, str] = {}
    rows = []
    for row in zip(*looks.values(), strict=True):
        drawn = ""
        for place in zip(*row, strict=True):
            inks = tuple(cell.ink for cell in place)
            is_dimmed = not any(region.contains(place[0].x, place[0].y) for region in spoken)
            if is_dimmed or inks[0] == blank:
                drawn += " "
                continue
            if inks not in letters:
                letters[inks] = letter = _letter(inks[0], told)
                told[letter] = _told(dict(zip(looks, inks, strict=True)))
            drawn += letters[inks]
        rows.append(drawn.rstrip())
    return [*rows, *(f"  {letter} {told[letter]}" for letter in sorted(told))]


def _letter(ink: Ink, taken: Container[str]) -> str:
    """A letter that is free: of the colour's name on the page's ground, else the next one."""
    wanted = ""
    if ink.ground == TOKENS["mtf-dark"].background:
        wanted = _MNEMONIC.get(_names("mtf-dark", ink.colour)[0], "")
        wanted = wanted.upper() if "bold" in ink.attributes else wanted
    if wanted and wanted not in taken:
        return wanted
    return next(letter for letter in _OTHERS if letter not in taken)


def _told(inks: Mapping[str, Ink]) -> str:
    """What a combination looks like: once for the themes if they agree on the names of its colours."""
    themes = {look: ink for look, ink in inks.items() if look in TOKENS}
    colour = _common([_names(look, ink.colour) for look, ink in themes.items()])
    ground = _common([_names(look, ink.ground) for look, ink in themes.items()])
    attributes = {ink.attributes for ink in themes.values()}
    if colour is not None and ground is not None and len(attributes) == 1:
        told = [_words(Ink(colour, ground, next(iter(attributes))))]
    else:
        told = [f"{look} {_words(ink)}" for look, ink in themes.items()]
    return " | ".join([*told, *(f"{look} {_words(ink)}" for look, ink in inks.items() if look not in TOKENS)])


def _words(ink: Ink) -> str:
    return " ".join([*ink.attributes, ink.colour or "blank", "on", ink.ground])


def _names(theme: str, colour: str) -> list[str]:
    """Tokens that have a colour; the colour itself where none has."""
    return [name for name, value in asdict(TOKENS[theme]).items() if value == colour] or [colour]


def _common(names: Sequence[Sequence[str]]) -> str | None:
    """The first name that all have."""
    return next((name for name in names[0] if all(name in others for others in names)), None)
