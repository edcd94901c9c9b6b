"""Durations and sizes as people write them: ``10min``, ``90s``, ``4GB``."""

from __future__ import annotations

import re

_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES = {
    "B": 1,
    **{f"{prefix}B": 1000**power for power, prefix in enumerate("kMGT", start=1)},
    **{f"{prefix}iB": 1024**power for power, prefix in enumerate("KMGT", start=1)},
    "KB": 1000,
}
_PART = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*([A-Za-z]+)\s*")
_DURATION = re.compile(rf"(?:{_PART.pattern})+")


def seconds(text: str) -> float:
    """Read a duration.

    Parameters
    ----------
    text : str
        Numbers with the units ``ms``, ``s``, ``min``, ``h`` and ``d``, largest first where there are several.

    Returns
    -------
    float
        Seconds, greater than 0.

    Raises
    ------
    ValueError
        The text is no duration.

    Examples
    --------
    >>> seconds("10min"), seconds("1h 30min"), seconds("500ms")
    (600.0, 5400.0, 0.5)
    """
    parts = _PART.findall(text) if _DURATION.fullmatch(text.strip()) else []
    total = sum(float(amount) * _SECONDS[unit] for amount, unit in parts if unit in _SECONDS)
    if not parts or any(unit not in _SECONDS for _, unit in parts) or total <= 0:
        raise ValueError("is not a duration; write a number with ms, s, min, h or d, such as 10min")
    return total


def size(text: str) -> int:
    """Read a size.

    Parameters
    ----------
    text : str
        A number with ``B``, ``kB``, ``MB``, ``GB``, ``TB`` (powers of 1000) or ``KiB`` … ``TiB`` (powers of 1024).

    Returns
    -------
    int
        Bytes, greater than 0.

    Raises
    ------
    ValueError
        The text is no size.

    Examples
    --------
    >>> size("4GB"), size("512 MiB")
    (4000000000, 536870912)
    """
    match = _PART.fullmatch(text.strip())
    amount = float(match[1]) * _BYTES.get(match[2], 0) if match else 0
    if amount < 1:
        raise ValueError("is not a size; write a number with B, kB, MB, GB or MiB, such as 4GB")
    return int(amount)
