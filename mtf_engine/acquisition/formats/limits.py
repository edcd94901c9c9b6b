"""How much memory a file may take: the guard against decompression bombs.

A small file may grow to a gibibyte. Beyond that it may grow a hundredfold, and never beyond half of the memory that
this process may use. ``max_bytes`` replaces all three.
"""

from __future__ import annotations

from collections.abc import Mapping

from mtf_engine import environment
from mtf_engine.errors import FormatError

FREE_BYTES = 1 << 30
_RATIO = 100


def most_bytes(size: int, options: Mapping[str, object]) -> int:
    """How many bytes a file of ``size`` bytes may take when unpacked."""
    chosen = options.get("max_bytes")
    if isinstance(chosen, int):
        return chosen
    return min(max(FREE_BYTES, _RATIO * size), max(environment.memory_limit() // 2, size))


def require_room(name: str, needed: int, size: int, options: Mapping[str, object]) -> None:
    """Refuse a file that would take too much memory.

    Parameters
    ----------
    name : str
        For the message.
    needed : int
        Bytes that the file takes unpacked, at least.
    size : int
        Bytes on disk.
    options : mapping
        Reader options; ``max_bytes`` overrides.

    Raises
    ------
    FormatError
        It is too much.
    """
    most = most_bytes(size, options)
    if needed > most:
        message = f"{name}: {size:,} bytes unpack to more than {most:,}, which looks like a decompression bomb"
        raise FormatError(message, hint="If the file is genuine, raise the reader option `max_bytes`.")
