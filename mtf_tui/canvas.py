"""A grid of dots in character cells: lines, points, bands; every cell has one owner, so the best series stays whole.

A cell holds 2 × 4 braille dots, 2 × 2 quadrants (``blocks``) or one character (``ascii``). Series are drawn from the
least important to the most important; a series that enters a cell clears what was there.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.text import Text

from mtf_tui.text import own
from mtf_tui.themes import Look, mix

Point = tuple[float, float]

_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_QUADRANTS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
BAND_OPACITY = 0.20
_THINNEST_BAND = 1.2
LETTER_EVERY = 6


@dataclass(frozen=True, slots=True)
class Span:
    """The values from one edge of the canvas to the other."""

    low: float
    high: float

    def position(self, value: float) -> float:
        """0 at the low edge, 1 at the high one."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class BandPoint:
    """An uncertainty band at one place."""

    x: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Tint:
    """What a band does to one cell."""

    sign: str
    """A level seen from below, or a space when the cell is full."""

    colour: str
    covered: float
    inverted: bool = False
    """Whether the level is ground under the band's lower edge."""


class Canvas:
    """Draws into a grid and gives it back as rows of text.

    Parameters
    ----------
    width, height : int
        Cells, at least 1 each.
    x, y : Span
        Values at the edges.
    look : Look
        Theme and glyphs.
    """

    def __init__(self, width: int, height: int, x: Span, y: Span, look: Look) -> None:
        self.width, self.height = width, height
        self._x, self._y, self._look = x, y, look
        self._per_column, self._per_row = {"unicode": (2, 4), "blocks": (2, 2)}.get(look.glyphs.name, (1, 1))
        self._dots = [[0] * width for _ in range(height)]
        self._owner: list[list[int]] = [[-1] * width for _ in range(height)]
        self._inks: list[tuple[str, str]] = []
        self._lettered: set[int] = set()
        """Owners whose points are letters."""

        self._over: dict[tuple[int, int], tuple[str, str]] = {}
        self._bands: list[tuple[Mapping[int, tuple[float, float]], str]] = []

    def line(self, points: Sequence[Point], style: str, *, letter: str = "", dashed: bool = False) -> None:
        """Draw a line one dot thick through points ordered by x; several points of one x make a step."""
        points = [p for p in points if math.isfinite(p[0]) and math.isfinite(p[1])]
        if not points:
            return
        owner = self._new_owner(style, letter)
        xs = [p[0] for p in points]
        before: int | None = None
        for column in range(self.width * self._per_column):
            value = self._x.low + (column + 0.5) / (self.width * self._per_column) * (self._x.high - self._x.low)
            y = _value_at(points, xs, value)
            if y is None:
                before = None
                continue
            row = self._dot_row(y)
            before = self._first_row(points, value) if before is None and column == 0 else before
            self._run(column, before, row, owner, dashed=dashed)
            before = row
        if letter and (self._look.glyphs.name == "ascii" or not self._look.colour):
            self._write_letters(owner, letter, style)

    def dots(self, points: Sequence[Point], style: str, *, letter: str = "") -> None:
        """Draw single points; without colour as letters, which tell several series apart."""
        owner = self._new_owner(style, letter)
        if letter and not self._look.colour:
            self._lettered.add(owner)
        for x, y in points:
            if math.isfinite(x) and math.isfinite(y):
                self._dot(int(self._x.position(x) * self.width * self._per_column), self._dot_row(y), owner)

    def band(self, band: Sequence[BandPoint], colour: str) -> None:
        """Lay a band behind everything, where it can be seen."""
        if thick := self._thick(band):
            self._bands.append((thick, colour))

    def shows(self, band: Sequence[BandPoint]) -> bool:
        """Whether a band is thick enough here to be seen."""
        return bool(self._thick(band))

    def vertical(self, x: float, style: str) -> None:
        """Draw a broken vertical through cells that nothing else takes."""
        column = min(self.width - 1, max(0, int(self._x.position(x) * self.width)))
        for row in range(self.height):
            self._over[row, column] = (self._look.glyphs.reference, style)

    def rows(self) -> list[Text]:
        """The picture, top row first, each `width` cells wide."""
        tint = self._tints()
        rows = []
        for y in range(self.height):
            row = own()
            for x in range(self.width):
                row.append(*self._cell(x, y, tint.get((y, x))))
            rows.append(row)
        return rows

    def _cell(self, x: int, y: int, tint: _Tint | None) -> tuple[str, str]:
        dots = self._dots[y][x]
        ground = f" on {tint.colour}" if tint and tint.covered >= 0.5 else ""
        over = self._over.get((y, x))
        if over is not None and not dots:
            return over[0], over[1] + ground
        if dots:
            style, letter = self._inks[self._owner[y][x]]
            sign = letter[:1] if self._owner[y][x] in self._lettered else self._dot_sign(dots, letter)
            return sign, style + ground
        return (tint.sign, self._tint_style(tint)) if tint else (" ", "")

    def _tint_style(self, tint: _Tint) -> str:
        if tint.sign == " ":
            return f"on {tint.colour}"
        return f"{self._look.tokens.background} on {tint.colour}" if tint.inverted else tint.colour

    def _dot_sign(self, dots: int, letter: str) -> str:
        kind = self._look.glyphs.name
        if kind == "unicode":
            return chr(0x2800 + dots)
        return _QUADRANTS[dots] if kind == "blocks" else letter[:1] or "."

    def _new_owner(self, style: str, letter: str) -> int:
        self._inks.append((style, letter))
        return len(self._inks) - 1

    def _dot_row(self, y: float) -> int:
        """Row of dots from the top; values beyond the canvas give rows beyond it."""
        share = max(-2.0, min(3.0, self._y.position(y)))
        n = self.height * self._per_row
        return n - 1 if share == 0 else math.floor((1 - share) * n)

    def _first_row(self, points: Sequence[Point], value: float) -> int | None:
        x, y = points[0]
        return self._dot_row(y) if x <= value else None

    def _run(self, column: int, before: int | None, row: int, owner: int, *, dashed: bool) -> None:
        """Set the dots of one column from where the line came to where it goes."""
        if dashed:
            if column // self._per_column % 2 == 0:
                self._dot(column, row, owner)
            return
        first = row if before is None or before == row else before + (1 if row > before else -1)
        for y in range(min(first, row), max(first, row) + 1):
            self._dot(column, y, owner)

    def _dot(self, column: int, row: int, owner: int) -> None:
        column = min(column, self.width * self._per_column - 1) if column == self.width * self._per_column else column
        x, y = column // self._per_column, row // self._per_row
        if not (column >= 0 and row >= 0 and x < self.width and y < self.height):
            return
        if self._owner[y][x] != owner:
            self._owner[y][x], self._dots[y][x] = owner, 0
            self._over.pop((y, x), None)
        self._dots[y][x] |= self._bit(column % self._per_column, row % self._per_row)

    def _bit(self, column: int, row: int) -> int:
        if self._look.glyphs.name == "unicode":
            return _BRAILLE[row][column]
        return 1 << (row * 2 + column) if self._look.glyphs.name == "blocks" else 1

    def _write_letters(self, owner: int, letter: str, style: str) -> None:
        for x in range(LETTER_EVERY // 2, self.width, LETTER_EVERY):
            rows = [y for y in range(self.height) if self._owner[y][x] == owner and self._dots[y][x]]
            if rows:
                y = rows[len(rows) // 2]
                self._dots[y][x], self._owner[y][x] = 0, -1
                self._over[y, x] = (letter, style)

    def _tints(self) -> dict[tuple[int, int], _Tint]:
        tints: dict[tuple[int, int], _Tint] = {}
        for thick, colour in self._bands:
            shade = mix(colour, self._look.tokens.background, BAND_OPACITY)
            for x, edges in thick.items():
                self._tint_column(tints, x, edges, shade)
        return tints

    def _thick(self, band: Sequence[BandPoint]) -> Mapping[int, tuple[float, float]]:
        """Columns in which a band can be seen, with its edges; none where they are few, as scraps mislead."""
        if not band or self._look.glyphs.name == "ascii":
            return {}
        step = (self._x.high - self._x.low) / self.width
        found = {x: self._band_at(band, self._x.low + (x + 0.5) * step) for x in range(self.width)}
        known = {x: edges for x, edges in found.items() if edges is not None}
        thick = {x: edges for x, edges in known.items() if edges[1] - edges[0] >= _THINNEST_BAND}
        return thick if 2 * len(thick) >= len(known) else {}

    def _tint_column(self, tints: dict[tuple[int, int], _Tint], x: int, edges: tuple[float, float], shade: str) -> None:
        low, high = edges
        levels = self._look.glyphs.levels
        for cell in range(max(0, math.floor(low)), min(self.height, math.ceil(high))):
            covered = min(high, cell + 1) - max(low, cell)
            y = self.height - 1 - cell
            if covered >= 0.94:
                tints[y, x] = _Tint(" ", shade, 1.0)
            elif high < cell + 1:
                level = round(covered * 8)
                if level:
                    tints[y, x] = _Tint(levels[min(level, 7) - 1], shade, covered)
            else:
                level = round((1 - covered) * 8)
                if level < 8:
                    tints[y, x] = _Tint(levels[max(1, min(level, 7)) - 1], shade, covered, inverted=True)

    def _band_at(self, band: Sequence[BandPoint], x: float) -> tuple[float, float] | None:
        xs = [p.x for p in band]
        low = _value_at([(p.x, p.low) for p in band], xs, x)
        high = _value_at([(p.x, p.high) for p in band], xs, x)
        if low is None or high is None:
            return None
        bottom, top = self._y.position(low) * self.height, self._y.position(high) * self.height
        return max(0.0, bottom), min(float(self.height), top)


def _value_at(points: Sequence[Point], xs: Sequence[float], x: float) -> float | None:
    """Linear interpolation; None outside the points."""
    if x < xs[0] or x > xs[-1]:
        return None
    right = bisect.bisect_left(xs, x)
    if right == 0 or xs[right] == x:
        return points[max(right, bisect.bisect_right(xs, x) - 1)][1]
    (x0, y0), (x1, y1) = points[right - 1], points[right]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
