"""Interval bars on a common axis, and the axis itself."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from rich.text import Text

from mtf_engine import numbers
from mtf_tui.text import own
from mtf_tui.themes import Look


@dataclass(frozen=True, slots=True)
class Axis:
    """A span of values that a row of cells stands for."""

    low: float
    high: float
    step: float
    """Distance of round numbers on it: 1, 2 or 5 times a power of ten."""

    @property
    def places(self) -> int:
        """Decimals that its round numbers need, at least 2 below a span of 10."""
        needed = max(0, -math.floor(math.log10(self.step) + 1e-9))
        return max(needed, 2) if self.high - self.low < 10 else needed

    def position(self, value: float) -> float:
        """Where a value lies: 0 at the low end, 1 at the high one."""
        return (value - self.low) / (self.high - self.low)

    def label(self, value: float) -> str:
        """Write a round number of the axis."""
        if value == 0:
            return "0"
        return numbers.fixed(value, self.places, bounds=()) if self.places else numbers.significant(value)


def axis_over(intervals: Iterable[tuple[float | None, float | None]], *, include: float | None = None) -> Axis | None:
    """Round the span of all intervals out to multiples of 1, 2 or 5.

    Parameters
    ----------
    intervals : iterable of (low, high)
        The baseline's left out; None and values that are not finite are passed over.
    include : float, optional
        A value that the axis must cover, such as 0 for differences.

    Returns
    -------
    Axis or None
        None when there is nothing to span.
    """
    ends = [v for pair in intervals for v in pair if v is not None and math.isfinite(v) and abs(v) < 1e300]
    if not ends:
        return None
    if include is not None:
        ends.append(include)
    low, high = min(ends), max(ends)
    smallest = max(abs(low), abs(high), 1e-12) * 1e-9
    if high - low <= smallest:
        low, high = low - max(0.01 * abs(low), 1e-6), high + max(0.01 * abs(high), 1e-6)
    step = nice_step((high - low) / 4)
    return Axis(math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step)


def nice_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))


def axis_header(axis: Axis, width: int, look: Look, *, mark: float | None = None) -> Text:
    """Write the ends of an axis over (or under) its bars; `mark` gets its label where it lies, for one of an end's."""
    left, right = axis.label(axis.low), axis.label(axis.high)
    cells = [" "] * width
    if len(left) + len(right) + 1 > width:
        return own((left[:width].ljust(width), look.tokens.muted))
    _write(cells, 0, left)
    _write(cells, width - len(right), right)
    if mark is not None and axis.low < mark < axis.high:
        label = axis.label(mark)
        start = max(0, min(round(axis.position(mark) * (width - 1)) - len(label) // 2, width - len(label)))
        if start <= len(left):
            _write(cells, 0, " " * len(left))
        if start + len(label) >= width - len(right):
            _write(cells, width - len(right), " " * len(right))
        _write(cells, start, label)
    return own(("".join(cells), look.tokens.muted))


def _write(cells: list[str], start: int, text: str) -> None:
    cells[start : start + len(text)] = text


def interval_bar(
    axis: Axis,
    width: int,
    look: Look,
    *,
    estimate: float | None,
    low: float | None = None,
    high: float | None = None,
    reference: float | None = None,
    style: str = "",
) -> Text:
    """Draw one interval.

    Parameters
    ----------
    axis : Axis
        Shared by the whole table.
    width : int
        Cells.
    look : Look
        Theme and glyphs.
    estimate, low, high : float or None
        The point and the ends; without ends only the point is drawn, without a point only the reference.
    reference : float, optional
        Drawn as a broken line, crossed only where the interval really contains it.
    style : str
        Of the bar; the text colour by default.

    Returns
    -------
    Text
        Exactly `width` cells.
    """
    if width < 1:
        return own()
    glyphs = look.glyphs
    style = style or look.tokens.text
    cells: list[tuple[str, str]] = [(" ", "")] * width
    mark = None if reference is None else _cell(axis, width, reference)
    if mark is not None:
        cells[mark] = (glyphs.reference, look.tokens.muted)
    if estimate is None or not math.isfinite(estimate):
        return own(*cells)
    low = estimate if low is None or not math.isfinite(low) else low
    high = estimate if high is None or not math.isfinite(high) else high
    crosses = reference is not None and low <= reference <= high
    for position, sign in _bar(axis, width, look, low, high):
        if position != mark:
            cells[position] = (sign, style)
    if mark is not None and crosses:
        cells[mark] = (glyphs.crossing, style)
    point = _cell(axis, width, estimate)
    if point is not None:
        cells[point] = (glyphs.point, style)
    if low < axis.low and axis.position(low) < -1e-9:
        cells[0] = (glyphs.beyond_left, style)
    if axis.position(high) > 1 + 1e-9:
        cells[-1] = (glyphs.beyond_right, style)
    return own(*cells)


def _cell(axis: Axis, width: int, value: float) -> int | None:
    """The cell that a value falls into, None outside the axis."""
    position = axis.position(value)
    if not -1e-9 <= position <= 1 + 1e-9:
        return None
    return max(0, min(width - 1, int(position * width + 1e-9)))


def _bar(axis: Axis, width: int, look: Look, low: float, high: float) -> list[tuple[int, str]]:
    """Cells of the bar from `low` to `high` with half-cell ends; none when it lies outside or has no width."""
    first = max(0, round(_clamped(axis.position(low)) * width * 2))
    last = min(2 * width, round(_clamped(axis.position(high)) * width * 2))
    glyphs = look.glyphs
    drawn = []
    for position in range(first // 2, (last + 1) // 2):
        left, right = first <= 2 * position, last >= 2 * position + 2
        sign = glyphs.bar if left and right else glyphs.bar_end if left else glyphs.bar_start
        drawn.append((position, sign))
    return drawn


def _clamped(position: float) -> float:
    return max(0.0, min(1.0, position))
