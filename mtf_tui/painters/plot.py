"""Plots: series on a canvas with axes and a legend that never covers data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.text import Text

from mtf_engine import numbers
from mtf_tui.canvas import BandPoint, Canvas, Point, Span
from mtf_tui.text import cut, own, pad, safe
from mtf_tui.themes import Look, mix

LEAST_WIDTH, LEAST_HEIGHT = 30, 8
SIDE_LEGEND = 26
SIDE_LEGEND_FROM = 76
DRAWN = 4
SCATTER_POINTS = 2000
FADED = 0.55


@dataclass(frozen=True, slots=True)
class PlotSeries:
    """One model's line (or points)."""

    letter: str
    name: str
    points: tuple[Point, ...]
    """Ordered by x."""

    value: str = ""
    """What the legend says about it, such as the area under the curve."""

    band: tuple[BandPoint, ...] = ()
    rank: int = 0
    """Which series colour it has."""

    is_part: bool = False
    """Whether it is one of several lines of one model, which its name tells apart, not its letter."""


@dataclass(frozen=True, slots=True)
class Plot:
    """All that a plot shows; the first series is on top."""

    series: tuple[PlotSeries, ...]
    x: Span
    y: Span
    x_label: str
    legend_title: str = ""
    guide: tuple[Point, ...] = ()
    """A dashed line behind everything: the diagonal, zero."""

    scatter: bool = False
    cursor: float | None = None
    """Where values are read off."""

    notes: tuple[Text, ...] = ()
    """Lines under a side legend, such as the values read off."""


def plot(data: Plot, width: int, height: int, look: Look) -> list[Text]:
    """Draw a plot into `width` × `height` cells; below 30 × 8 only its numbers."""
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return _numbers_only(data, width, height, look)
    if width >= SIDE_LEGEND_FROM:
        return _beside(data, width, height, look)
    return [legend_line(data, width, look), *_axes(data, width, height - 1, look)]


def _beside(data: Plot, width: int, height: int, look: Look) -> list[Text]:
    picture = _axes(data, width - SIDE_LEGEND - 3, height, look)
    side = [*_side_legend(data, look), own(), *data.notes]
    rows = []
    for index, row in enumerate(picture):
        beside = cut(side[index], SIDE_LEGEND) if index < len(side) else own()
        rows.append(own(pad(row, width - SIDE_LEGEND - 1), beside))
    return rows


def _side_legend(data: Plot, look: Look) -> list[Text]:
    rows = [own((data.legend_title, look.tokens.muted))] if data.legend_title else []
    for position, series in enumerate(data.series):
        value_width = len(series.value)
        name = pad(safe(series.name), SIDE_LEGEND - 5 - value_width)
        if position < DRAWN:
            colour = look.tokens.series(series.rank)
            rows.append(own((look.glyphs.line_sample, colour), (f" {series.letter} ", f"bold {colour}"), name, " "))
            rows[-1].append(series.value, look.tokens.text)
        else:
            rows.append(own((f"  {series.letter} {name.plain} {series.value}", look.tokens.muted)))
    return rows


def legend_line(data: Plot, width: int, look: Look) -> Text:
    """One line: the drawn series with their values, and how many more there are."""
    line = own(" ")
    for series in data.series[:DRAWN]:
        colour = look.tokens.series(series.rank)
        line.append(look.glyphs.line_sample, colour)
        line.append(f" {series.letter} ", f"bold {colour}")
        line.append_text(own(safe(series.name) if series.is_part else (series.value, look.tokens.text), "  "))
    more = len(data.series) - DRAWN
    if more > 0:
        line.append(f"{more} more: space", look.tokens.muted)
    return cut(line, width)


def _numbers_only(data: Plot, width: int, height: int, look: Look) -> list[Text]:
    rows = [cut(own(f"{s.letter} ", safe(s.name), " ", s.value), width) for s in data.series]
    note = own((f"{_lacking(width, height)} would show the picture", look.tokens.muted))
    return [*rows[: max(0, height - 1)], cut(note, width)]


def _lacking(width: int, height: int) -> str:
    """How much larger the window has to be."""
    columns, lines = LEAST_WIDTH - width, LEAST_HEIGHT - height
    parts = [numbers.plural(columns, "more column")] if columns > 0 else []
    return " and ".join([*parts, *([numbers.plural(lines, "more row")] if lines > 0 else [])])


def shows_band(data: Plot, width: int, height: int, look: Look) -> bool:
    """Whether the first series' band can be seen in a plot of that size."""
    if not data.series or width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return False
    is_beside = width >= SIDE_LEGEND_FROM
    room = (width - SIDE_LEGEND - 3, height) if is_beside else (width, height - 1)
    return _canvas(data, *room, _scale(data, room[1]), look).shows(data.series[0].band)


def _scale(data: Plot, height: int) -> Mapping[float, str]:
    """Ticks of the y axis with their labels."""
    marks = ticks(data.y, max(2, (height - 3) // 4))
    return dict(zip(marks, tick_labels(marks), strict=True))


def _gutter(scale: Mapping[float, str]) -> int:
    return max(map(len, scale.values())) + 2


def _canvas(data: Plot, width: int, height: int, scale: Mapping[float, str], look: Look) -> Canvas:
    return Canvas(width - _gutter(scale) - 1, height - 3, data.x, data.y, look)


def _axes(data: Plot, width: int, height: int, look: Look) -> list[Text]:
    scale = _scale(data, height)
    gutter, canvas = _gutter(scale), _canvas(data, width, height, scale, look)
    _draw(canvas, data, look)
    at = {_row_of(value, data.y, canvas.height): label for value, label in scale.items()}
    rows = []
    for index, row in enumerate(canvas.rows()):
        label = at.get(index)
        glyph = look.glyphs.axis if label is None else look.glyphs.axis_tick
        name = (f"{label or '':>{gutter - 1}} ", look.tokens.muted)
        rows.append(own(name, (glyph, look.tokens.line), row))
    return [*rows, *_x_axis(data, gutter, canvas.width, look)]


def _draw(canvas: Canvas, data: Plot, look: Look) -> None:
    tokens = look.tokens
    if data.guide:
        canvas.line(data.guide, mix(tokens.muted, tokens.background, FADED), dashed=True)
    if data.cursor is not None:
        canvas.vertical(data.cursor, tokens.muted)
    for position in range(min(DRAWN, len(data.series)) - 1, -1, -1):
        series = data.series[position]
        colour = tokens.series(series.rank)
        if data.scatter:
            is_alone = len(data.series) == 1 and look.glyphs.name != "ascii"
            canvas.dots(series.points[:SCATTER_POINTS], colour, letter="" if is_alone else series.letter)
        else:
            canvas.line(series.points, colour, letter=series.letter)
        if position == 0 and series.band:
            canvas.band(series.band, colour)


def _x_axis(data: Plot, gutter: int, columns: int, look: Look) -> list[Text]:
    marks = ticks(data.x, max(2, columns // 10))
    labels = tick_labels(marks)
    line = [look.glyphs.axis_line] * columns
    below = [" "] * (columns + gutter + 4)
    used = -1
    for value, label in zip(marks, labels, strict=True):
        column = min(columns - 1, int(data.x.position(value) * columns))
        line[column] = look.glyphs.axis_mark
        start = max(0, min(gutter + 1 + column - len(label) // 2, columns + gutter + 1 - len(label)))
        if start > used:
            below[start : start + len(label)] = label
            used = start + len(label)
    tokens = look.tokens
    title = cut(safe(data.x_label, tokens.muted), columns)
    left = gutter + 1 + max(0, (columns - title.cell_len) // 2)
    return [
        own((" " * gutter + look.glyphs.axis_corner + "".join(line), tokens.line)),
        own(("".join(below).rstrip(), tokens.muted)),
        own(" " * left, title),
    ]


def _row_of(value: float, span: Span, lines: int) -> int:
    return max(0, min(lines - 1, int((1 - span.position(value)) * lines)))


def ticks(span: Span, most: int) -> list[float]:
    """Round values (1, 2, 2.5 or 5 times a power of ten apart) inside a span, at most `most` + 1 of them."""
    width = span.high - span.low
    if not math.isfinite(width) or width <= 0:
        return [span.low]
    least = width / max(1, most)
    power = 10.0 ** math.floor(math.log10(least))
    step = next(f * power for f in (1, 2, 2.5, 5, 10) if f * power >= least * (1 - 1e-9))
    first = math.ceil(span.low / step - 1e-9)
    last = math.floor(span.high / step + 1e-9)
    return [round(n * step, 12) + 0.0 for n in range(first, last + 1)] or [span.low]


def tick_labels(values: Sequence[float]) -> list[str]:
    """Write ticks with as many decimals as their distance needs."""
    if len(values) < 2:
        return [numbers.significant(value, 3) for value in values]
    step = values[1] - values[0]
    if max(map(abs, values)) >= 1e6 or step < 1e-5:
        return [numbers.significant(value, 3) for value in values]
    places = next(d for d in range(7) if abs(round(step, d) - step) < 1e-9 * max(1.0, step) or d == 6)
    return [
        numbers.fixed(value, places, bounds=()) if places else f"{value:,.0f}".replace("-", "−") for value in values
    ]
