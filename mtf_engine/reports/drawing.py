"""Small pictures of intervals as inline SVG: numbers in, markup without any text of the data out.

Colours come from the page's style sheet by class, so that light, dark and print need no second picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH = 240
HEIGHT = 20
_EDGE = 8.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale that several pictures share."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> tuple[float, ...]:
        """Places of the labels, from low to high."""
        count = round((self.high - self.low) / self.step)
        return tuple(self.low + index * self.step for index in range(count + 1))

    def x(self, value: float) -> float:
        """Horizontal place of a value, kept within the picture."""
        share = (value - self.low) / (self.high - self.low)
        return _EDGE + min(1.0, max(0.0, share)) * (WIDTH - 2 * _EDGE)

    def holds(self, value: float) -> bool:
        """Whether a value lies on the scale."""
        return self.low <= value <= self.high


def axis(values: Iterable[float | None]) -> Axis | None:
    """Make a scale that holds values, rounded out to steps of 1, 2, 2.5 or 5.

    Examples
    --------
    >>> axis([0.745, 0.798])
    Axis(low=0.74, high=0.8, step=0.02)
    """
    present = [value for value in values if value is not None and math.isfinite(value)]
    if not present:
        return None
    low, high = min(present), max(present)
    if high - low < 1e-12 * max(1.0, abs(high)):
        low, high = low - 0.5 * (abs(low) or 1.0), high + 0.5 * (abs(high) or 1.0)
    raw = (high - low) / 3
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in _STEPS if power * factor >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, 2 - math.floor(math.log10(step)))
    return Axis(round(first * step, digits), round(last * step, digits), round(step, digits))


def scale(on: Axis) -> Markup:
    """Draw the labels of an axis."""
    places = max(0, -math.floor(math.log10(on.step) + 1e-9))
    if round(on.step, places) != on.step:
        places += 1
    ticks = on.ticks
    marks = "".join(
        f'<text x="{on.x(tick):.1f}" y="11" text-anchor="{_anchor(index, len(ticks))}">'
        f"{f'{tick:.{places}f}'.replace('-', '−')}</text>"
        f'<line x1="{on.x(tick):.1f}" x2="{on.x(tick):.1f}" y1="14" y2="18"/>'
        for index, tick in enumerate(ticks)
    )
    return Markup(f'<svg class="scale" width="{WIDTH}" height="18" aria-hidden="true">{marks}</svg>')


def _anchor(index: int, count: int) -> str:
    return "start" if index == 0 else "end" if index == count - 1 else "middle"


def bar(
    on: Axis,
    value: float | None,
    low: float | None,
    high: float | None,
    *,
    reference: float | None = None,
    points: Sequence[float | None] = (),
    kind: str = "plain",
) -> Markup:
    """Draw an estimate with its interval on a shared scale.

    Parameters
    ----------
    on : Axis
        The scale; what lies beyond it is drawn as an arrow at the edge.
    value, low, high : float or None
        Estimate and bounds.
    reference : float, optional
        Where the dashed line stands.
    points : sequence of float or None
        Fold scores, drawn as faint marks under the bar.
    kind : str
        Style class: ``best``, ``plain``, ``pass``, ``warn`` or ``fail``.
    """
    middle = HEIGHT / 2
    parts = [
        f'<line class="fold" x1="{on.x(point):.1f}" x2="{on.x(point):.1f}" y1="{HEIGHT - 5}" y2="{HEIGHT - 1}"/>'
        for point in points
        if point is not None and on.holds(point)
    ]
    if reference is not None and on.holds(reference):
        x = on.x(reference)
        parts.insert(0, f'<line class="reference" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT}"/>')
    if low is not None and high is not None and high >= on.low and low <= on.high:
        left, right = on.x(low), on.x(high)
        parts.append(f'<line class="interval" x1="{left:.1f}" x2="{right:.1f}" y1="{middle}" y2="{middle}"/>')
        parts.extend(
            f'<line class="end" x1="{x:.1f}" x2="{x:.1f}" y1="{middle - 4}" y2="{middle + 4}"/>'
            for bound, x in ((low, left), (high, right))
            if on.holds(bound)
        )
    if value is not None:
        parts.append(_point(on, value, middle))
    return Markup(
        f'<svg class="bar {kind}" width="{WIDTH}" height="{HEIGHT}" aria-hidden="true">{"".join(parts)}</svg>'
    )


def _point(on: Axis, value: float, middle: float) -> str:
    x = on.x(value)
    if value < on.low:
        return f'<path class="beyond" d="M{x - 6:.1f} {middle} l7 -4 v8 z"/>'
    if value > on.high:
        return f'<path class="beyond" d="M{x + 6:.1f} {middle} l-7 -4 v8 z"/>'
    return f'<circle class="point" cx="{x:.1f}" cy="{middle}" r="4"/>'
