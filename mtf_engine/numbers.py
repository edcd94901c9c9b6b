"""How a number becomes text: digits, intervals, p-values, counts, bytes, durations and ages.

One module owns this, so the terminal UI, the command line and the reports print the same digits. The digits follow the
uncertainty (two of the half-width), never the storage; no number is rounded onto a bound that it does not reach.
Text for people has a real minus sign; :func:`plain` gives the one that programs read back.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence

UNDEFINED = "–"
"""Stands where there is no number; the reason is told elsewhere."""

MINUS = "−"
UNIT_BOUNDS = (0.0, 1.0)
"""Bounds of proportions, areas under curves and p-values: the default of :func:`fixed`."""

_LEAST, _MOST = 1, 4
_WIDE = 1e7
_SMALL_P = 1e-4


def decimals(half_width: float) -> int:
    """Decimals that show two digits of an uncertainty.

    Parameters
    ----------
    half_width : float
        Half the width of an interval, positive and finite.

    Returns
    -------
    int
        ``1 - floor(log10(half_width))``, clamped to 1 … 4.

    Examples
    --------
    >>> decimals(0.027), decimals(0.00093), decimals(35.0)
    (3, 4, 1)
    """
    return min(_MOST, max(_LEAST, 1 - math.floor(math.log10(half_width))))


def column_decimals(intervals: Iterable[tuple[float | None, float | None]]) -> int | None:
    """Decimals for a whole column: those of its narrowest interval.

    Parameters
    ----------
    intervals : iterable of (low, high)
        Ends of each row's interval, the baseline's left out; None where a row has none.

    Returns
    -------
    int or None
        None when no row has an interval of positive width: such columns show four significant digits.

    Examples
    --------
    >>> column_decimals([(0.745, 0.798), (0.70, 0.75), (None, None)])
    3
    """
    widths = [(high - low) / 2 for low, high in intervals if low is not None and high is not None]
    positive = [width for width in widths if math.isfinite(width) and width > 0]
    return decimals(min(positive)) if positive else None


def fixed(value: float | None, places: int | None, *, bounds: Sequence[float] = UNIT_BOUNDS) -> str:
    """Write a number with a column's decimals, never rounded onto a bound that it does not reach.

    Parameters
    ----------
    value : float or None
        None, NaN and infinities are undefined.
    places : int or None
        Decimals; None means four significant digits.
    bounds : sequence of float, default (0, 1)
        Values that only an equal number may be shown as. Zero is always one of them.

    Examples
    --------
    >>> fixed(0.7718, 3), fixed(0.99999, 3), fixed(1.0, 3), fixed(0.0000123, 3), fixed(-0.0124, 2)
    ('0.772', '>0.999', '1.000', '<0.001', '−0.01')
    """
    if value is None or not math.isfinite(value):
        return UNDEFINED
    if places is None:
        return significant(value)
    if abs(value) >= _WIDE:
        return significant(value)
    text = f"{value:,.{places}f}"
    rounded = float(text.replace(",", ""))
    if rounded == value or rounded not in {0.0, *bounds}:
        return _signed(text)
    step = 10.0**-places
    if value > rounded:
        return ("<" if rounded == 0 else ">") + _signed(f"{rounded + (step if rounded == 0 else 0):,.{places}f}")
    return ">" + _signed(f"{rounded - step:,.{places}f}")


def significant(value: float | None, digits: int = 4) -> str:
    """Write a number that has no interval with so many significant digits.

    Examples
    --------
    >>> significant(0.39812), significant(13.526), significant(48211.7), significant(1.5e12), significant(0.0)
    ('0.3981', '13.53', '48,212', '1.5e12', '0')
    """
    if value is None or not math.isfinite(value):
        return UNDEFINED
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    if magnitude >= 7 or magnitude < -digits:
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        return _signed(f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}")
    return _signed(f"{value:,.{max(0, digits - 1 - magnitude)}f}")


def interval(
    estimate: float | None,
    low: float | None,
    high: float | None,
    *,
    places: int | None = None,
    bounds: Sequence[float] = UNIT_BOUNDS,
) -> str:
    """Write an estimate with its interval, as sentences do.

    Parameters
    ----------
    estimate, low, high : float or None
        With ``low`` or ``high`` None the estimate stands alone.
    places : int, optional
        Decimals of the column; by default those of this interval.

    Examples
    --------
    >>> interval(0.7718, 0.7451, 0.7983)
    '0.772 [0.745, 0.798]'
    """
    if places is None:
        places = column_decimals([(low, high)])
    if low is None or high is None:
        return fixed(estimate, places, bounds=bounds)
    ends = f"{fixed(low, places, bounds=bounds)}, {fixed(high, places, bounds=bounds)}"
    return f"{fixed(estimate, places, bounds=bounds)} [{ends}]"


def difference(value: float | None, low: float | None, high: float | None, *, places: int | None = None) -> str:
    """Write a difference with ``±`` when its interval is symmetric, with both ends otherwise.

    Examples
    --------
    >>> difference(-0.024, -0.036, -0.012), difference(0.02, 0.01, 0.05)
    ('−0.024 ±0.012', '0.020 [0.010, 0.050]')
    """
    if places is None:
        places = column_decimals([(low, high)])
    if value is None or low is None or high is None:
        return fixed(value, places, bounds=())
    margin = plus_minus(value, low, high, places=places)
    return f"{fixed(value, places, bounds=())} {margin}" if margin else interval(value, low, high, places=places)


def plus_minus(value: float, low: float, high: float, *, places: int | None = None) -> str:
    """``±`` and the half-width; empty when the interval is not symmetric about the value.

    Examples
    --------
    >>> plus_minus(-0.024, -0.036, -0.012)
    '±0.012'
    """
    half = (high - low) / 2
    if not math.isfinite(half) or half <= 0 or abs((low + high) / 2 - value) > 0.02 * half:
        return ""
    return "±" + fixed(half, decimals(half) if places is None else places, bounds=())


def allowed(low: float | None, high: float | None, *, excludes_low: bool = False, excludes_high: bool = False) -> str:
    """Put the range of a parameter in words; empty where there is none.

    Examples
    --------
    >>> allowed(2, 100), allowed(0, None, excludes_low=True), allowed(0, 0.5, excludes_high=True)
    ('2 … 100', 'more than 0', 'at least 0 and less than 0.5')
    """
    least = None if low is None else _parameter(low)
    most = None if high is None else _parameter(high)
    if least is not None and most is not None and not excludes_low and not excludes_high:
        return f"{least} … {most}"
    below = "" if most is None else f"{'less than' if excludes_high else 'at most'} {most}"
    above = "" if least is None else f"{'more than' if excludes_low else 'at least'} {least}"
    return " and ".join(part for part in (above, below) if part)


def _parameter(value: float) -> str:
    return f"{int(value):,}" if value == int(value) and abs(value) < 1e15 else f"{value:.4g}"


def p_value(value: float | None) -> str:
    """Write a p-value with two digits.

    Examples
    --------
    >>> p_value(0.00689), p_value(0.5231), p_value(1e-9), p_value(0.9996), p_value(1.0)
    ('0.0069', '0.52', '<0.0001', '>0.99', '1')
    """
    if value is None or not math.isfinite(value):
        return UNDEFINED
    if value < _SMALL_P:
        return "<0.0001"
    if value >= 1:
        return "1"
    if value >= 0.995:
        return ">0.99"
    exponent = int(f"{value:.1e}".partition("e")[2])
    return f"{value:.{1 - exponent}f}"


def count(value: int | None) -> str:
    """Write how many there are.

    Examples
    --------
    >>> count(7043), count(12_300_000), count(4_000_000_000)
    ('7,043', '12.3 M', '4.0 G')
    """
    if value is None:
        return UNDEFINED
    for unit, name in ((10**9, "G"), (10**6, "M")):
        if abs(value) >= unit:
            return _signed(f"{value / unit:,.1f} {name}")
    return _signed(f"{value:,}")


def plural(value: int, noun: str, nouns: str | None = None) -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> plural(1, "cell"), plural(7043, "row"), plural(2, "category", "categories")
    ('1 cell', '7,043 rows', '2 categories')
    """
    return f"{count(value)} {noun if value == 1 else nouns or noun + 's'}"


def size(value: int | None) -> str:
    """Write bytes in decimal units with two or three digits.

    Examples
    --------
    >>> size(412_000_000), size(4_000_000_000), size(999_999), size(12)
    ('412 MB', '4.0 GB', '1.0 MB', '12 B')
    """
    if value is None:
        return UNDEFINED
    amount = float(value)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        places = 0 if unit == "B" or round(amount, 1) >= 10 else 1
        if round(amount, places) < 1000 or unit == "TB":
            return f"{amount:,.{places}f} {unit}"
        amount /= 1000
    raise AssertionError("the last unit always returns")


def percent(share: float | None, places: int = 0) -> str:
    """Write a share of one as a percentage, never rounded onto 0 or 100 %.

    Parameters
    ----------
    share : float or None
        0 … 1.
    places : int, default 0
        Decimals; below 1 % and above 99 % there may be more.

    Examples
    --------
    >>> percent(0.268), percent(0.0016), percent(0.0002), percent(0.0), percent(0.714, 1), percent(0.9999)
    ('27 %', '0.16 %', '<0.1 %', '0 %', '71.4 %', '>99.9 %')
    """
    if share is None or not math.isfinite(share):
        return UNDEFINED
    if share in (0, 1):
        return f"{share * 100:.{places}f} %"
    amount = share * 100
    if 0 < amount < 0.1:
        return "<0.1 %"
    if 99.9 < amount < 100:
        return ">99.9 %"
    if 0 < amount < 1 and places < 2:
        places = 2 if amount < 0.995 else 0
    elif 99.5 <= amount < 100:
        places = max(places, 1)
    return _signed(f"{amount:.{places}f} %")


def duration(seconds: float | None) -> str:
    """Write how long something took.

    Examples
    --------
    >>> [duration(s) for s in (0.034, 3.42, 41, 68, 7500, 273_600)]
    ['34 ms', '3.4 s', '41 s', '1:08', '2 h 05', '3 d 4 h']
    """
    if seconds is None or not math.isfinite(seconds):
        return UNDEFINED
    seconds = max(0.0, seconds)
    if 0 < seconds < 0.0005:
        return "<1 ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    minutes = whole // 60
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02}"
    return f"{minutes // 1440} d {minutes % 1440 // 60} h"


def stopwatch(seconds: float | None) -> str:
    """Write a running clock, whole seconds, always with minutes.

    Examples
    --------
    >>> stopwatch(3.9), stopwatch(68), stopwatch(7505)
    ('0:03', '1:08', '2:05:05')
    """
    if seconds is None or not math.isfinite(seconds):
        return UNDEFINED
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def estimate(seconds: float | None) -> str:
    """Write a time that is only estimated: two digits at most.

    Examples
    --------
    >>> [estimate(s) for s in (0.2, 41.3, 118, 760, 5400)]
    ['1 s', '41 s', '2 min', '13 min', '1.5 h']
    """
    if seconds is None or not math.isfinite(seconds):
        return UNDEFINED
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    for unit, name, most in ((60, "min", 60), (3600, "h", 48), (86400, "d", math.inf)):
        amount = seconds / unit
        if amount < most - 0.5 or most == math.inf:
            text = f"{amount:.0f}" if amount >= 9.95 else f"{amount:.1f}".removesuffix(".0")
            return f"{text} {name}"
    raise AssertionError("the last unit always returns")


def age(seconds: float | None) -> str:
    """Write how old something is, in its largest unit.

    Examples
    --------
    >>> [age(s) for s in (3, 90, 7500, 300_000)]
    ['3 s', '1 min', '2 h', '3 d']
    """
    if seconds is None or not math.isfinite(seconds):
        return UNDEFINED
    whole = max(0, int(seconds))
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if whole >= unit:
            return f"{whole // unit:,} {name}"
    return f"{whole} s"


def ago(seconds: float | None) -> str:
    """Write when something happened, counted from now.

    Examples
    --------
    >>> ago(7500)
    '2 h ago'
    """
    text = age(seconds)
    return text if text == UNDEFINED else f"{text} ago"


def clock(at: float) -> str:
    """Write a time of day, local, from seconds since the epoch: ``14:31:09``."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def plain(text: str) -> str:
    """Turn text for people into text that programs read back: ASCII minus, no thousands separators.

    Examples
    --------
    >>> plain("−1,234.5")
    '-1234.5'
    """
    return text.replace(MINUS, "-").replace(",", "")


def _signed(text: str) -> str:
    """Use the real minus sign, and none at all before a zero."""
    if not text.startswith("-"):
        return text
    digits = text[1:]
    return digits if not any(c in "123456789" for c in digits) else MINUS + digits
