"""From the engine's curves to a plot: which series are drawn, zoom, and the values read off."""

from __future__ import annotations

import bisect
import re
from collections.abc import Collection

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.views import Curves, CurveSeries
from mtf_engine.standings import Entry, Standings, key_of
from mtf_tui.canvas import BandPoint, Span
from mtf_tui.painters.plot import DRAWN, Plot, PlotSeries
from mtf_tui.text import own, safe
from mtf_tui.themes import Look

ZOOM_FROM = 0.95
"""Best area under the curve from which a ROC plot opens on its corner."""

_GRID = 20
_NEAR = 1e-3
"""Places of the x axis at which curves are compared, and the distance from which one is above another."""

_UNIT_WIDTH = 12
"""Cells that what the y axis means may take beside a value that is read off; a longer name is in the title."""

ROC_CORNER = (Span(0.0, 0.2), Span(0.8, 1.0))


def plot_of(
    curves: Curves,
    table: Standings,
    *,
    hidden: Collection[str] = (),
    zoomed: bool = False,
    cursor: float | None = None,
    notes: tuple[Text, ...] = (),
) -> Plot:
    """Make a plot of the models that are not hidden, the best one on top; of one model where it has several lines.

    Parameters
    ----------
    curves : Curves
        As the engine computed them.
    table : Standings
        For letters and colours.
    hidden : collection of str
        Keys of entries that are not drawn.
    zoomed : bool
        Whether to show only the upper left corner.
    cursor : float, optional
        Where values are read off.
    notes : tuple of Text
        Under a side legend.
    """
    x, y = ROC_CORNER if zoomed else (Span(*curves.x_range), Span(*curves.y_range))
    if has_parts(curves):
        parts = _drawn(curves, table, hidden)
        series = [_part(found, position) for position, (found, _) in enumerate(parts)]
        y = Span(y.low, max([value for found, _ in parts for value in found.y], default=y.high))
    else:
        series = [_series(found, entry) for found, entry in _drawn(curves, table, hidden)]
    return Plot(tuple(series), x, y, curves.x_label, curves.value_label, curves.guide, curves.scatter, cursor, notes)


def has_parts(curves: Curves) -> bool:
    """Whether each model has several lines, such as precision and recall by threshold."""
    return any(found.label for found in curves.series)


def _drawn(curves: Curves, table: Standings, hidden: Collection[str]) -> list[tuple[CurveSeries, Entry]]:
    """Series with their models, without the hidden ones; of the first model alone where each has several lines."""
    known = [(found, table.entry(key_of(found.pipeline, found.model))) for found in curves.series]
    if has_parts(curves):
        first = next((entry for _, entry in known if entry is not None), None)
        return [(found, entry) for found, entry in known if entry is not None and entry is first]
    return [(found, entry) for found, entry in known if entry is not None and entry.key not in hidden]


def _part(found: CurveSeries, position: int) -> PlotSeries:
    """One of several lines of a model: known by its name, in a colour of its own."""
    points = tuple(zip(found.x, found.y, strict=True))
    return PlotSeries(_initial(found), found.label, points, rank=position, is_part=True)


def _initial(found: CurveSeries) -> str:
    return safe(found.label).plain[:1].upper()


def _series(found: CurveSeries, entry: Entry) -> PlotSeries:
    band: tuple[BandPoint, ...] = ()
    if found.low is not None and found.high is not None:
        band = tuple(BandPoint(x, low, high) for x, low, high in zip(found.x, found.low, found.high, strict=True))
    value = numbers.fixed(found.value, 3) if found.value is not None else ""
    return PlotSeries(entry.letter, entry.label, tuple(zip(found.x, found.y, strict=True)), value, band, entry.rank)


def opens_zoomed(curves: Curves) -> bool:
    """Whether all that matters happens in the corner of a ROC plot."""
    best = max((series.value for series in curves.series if series.value is not None), default=0.0)
    return curves.kind == "roc" and best > ZOOM_FROM


def read_off(
    curves: Curves, table: Standings, at: float, look: Look, *, hidden: Collection[str] = ()
) -> tuple[Text, ...]:
    """The values of the drawn series at one place of the x axis."""
    muted = look.tokens.muted
    lines = [own(("read off at ", muted), (f"{_short(curves.x_label)} {at:.2f}", look.tokens.text))]
    parts, unit = has_parts(curves), _short(curves.y_label)
    unit = f"{unit} " if len(unit) <= _UNIT_WIDTH else ""
    for position, (found, entry) in enumerate(_drawn(curves, table, hidden)[:DRAWN]):
        colour = look.tokens.series(position if parts else entry.rank)
        name = f" {_initial(found) if parts else entry.letter}  "
        says = own(safe(found.label, muted), " ") if parts else own((unit, muted))
        lines.append(own((name, f"bold {colour}"), says, numbers.fixed(value_at(found.x, found.y, at), 3)))
        low = value_at(found.x, found.low, at) if found.low else None
        high = value_at(found.x, found.high, at) if found.high else None
        if low is not None and high is not None:
            lines.append(own((f"     [{numbers.fixed(low, 3)}, {numbers.fixed(high, 3)}]", muted)))
    return tuple(lines)


def note_of(curves: Curves, table: Standings, *, short: bool, has_band: bool) -> str:
    """How the curves were made, models by their letters; only the most important of it where there is little room."""
    parts = curves.note.replace("95%", "95 %").split(" · ")
    note = " · ".join(part for part in parts if has_band or not part.startswith("band "))
    for series in curves.series:
        entry = table.entry(key_of(series.pipeline, series.model))
        if entry is not None and entry.letter:
            note = note.replace(f" of {series.model}", f" of {entry.letter}")
    return re.sub(r"(band [^,·]*),[^·]*?(?= ·|$)", r"\1", note.replace(", pooled over", " over")) if short else note


def leads_or_not(table: Standings) -> str:
    """What the best model does, in words that claim no more than is proven."""
    return "leads" if table.is_decided else "is highest"


def lead(curves: Curves, table: Standings) -> str:
    """Over which part of a ROC plot the best model has the highest curve, and who is above it elsewhere; or nothing."""
    best = table.best
    if curves.kind != "roc" or best is None:
        return ""
    series = {key_of(one.pipeline, one.model): one for one in curves.series}
    mine = series.get(best.key)
    if mine is None or len(series) < 2:
        return ""
    grid = [position / _GRID for position in range(1, _GRID)]
    above: dict[str, list[float]] = {}
    for key, one in series.items():
        entry = table.entry(key)
        if key == best.key or entry is None:
            continue
        for x in grid:
            ours, theirs = value_at(mine.x, mine.y, x), value_at(one.x, one.y, x)
            if ours is not None and theirs is not None and theirs > ours + _NEAR:
                above.setdefault(entry.letter or entry.label, []).append(x)
    if not above:
        return " over the whole ROC range"
    who, where = max(above.items(), key=lambda pair: len(pair[1]))
    places = {x for xs in above.values() for x in xs}
    share = numbers.percent(1 - len(places) / len(grid))
    return f" over {share} of the ROC range; {who} is above it from {where[0]:g} to {where[-1]:g}"


def _short(label: str) -> str:
    """The initials of a rate, ``FPR``, else what a label says before its first comma."""
    words = label.split()
    return "".join(word[0].upper() for word in words) if words[-1:] == ["rate"] else label.partition(",")[0]


def value_at(xs: tuple[float, ...], ys: tuple[float, ...], x: float) -> float | None:
    """Linear interpolation; None outside the data."""
    if not xs or x < xs[0] or x > xs[-1]:
        return None
    right = bisect.bisect_right(xs, x)
    if right == len(xs) or xs[right - 1] == x:
        return ys[right - 1]
    x0, x1, y0, y1 = xs[right - 1], xs[right], ys[right - 1], ys[right]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
