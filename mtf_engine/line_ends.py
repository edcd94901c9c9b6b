"""Line ends of a settings text: ``\\n`` and ``\\r\\n``, as YAML 1.2 has them.

U+0085, U+2028 and U+2029 ended lines in YAML 1.1 and do so still for the library that reads YAML here; Python and text
fields break lines at yet others. In a settings text all of these are ordinary characters, so stand-ins take their
places while the text is in such hands: as many characters, none of which the text has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OF_YAML_1_1 = "\x85\u2028\u2029"
OF_PYTHON = "\x0b\x0c\x1c\x1d\x1e" + OF_YAML_1_1
_FIRST, _LAST = 0xF0000, 0xFFFFD
"""A plane for private use, which YAML allows."""


@dataclass(frozen=True, slots=True)
class StandIns:
    """A way there and back."""

    away: Mapping[int, str]
    back: Mapping[int, str]

    def hide(self, text: str) -> str:
        """Put the stand-ins into the places of what must not end a line."""
        return text.translate(self.away)

    def show(self, text: str) -> str:
        """Put back what was there."""
        return text.translate(self.back)


def stand_ins(text: str, characters: str) -> StandIns:
    """Find stand-ins for characters of a text.

    Parameters
    ----------
    text : str
        Has none of the stand-ins.
    characters : str
        What must not end a line.

    Examples
    --------
    >>> found = stand_ins("a\\u2028b", OF_PYTHON)
    >>> len(found.hide("a\\u2028b").splitlines()), found.show(found.hide("a\\u2028b")) == "a\\u2028b"
    (1, True)
    """
    taken = set(text)
    free = (sign for code in range(_FIRST, _LAST + 1) if (sign := chr(code)) not in taken)
    pairs = dict(zip(characters, free, strict=False))
    away = {ord(one): other for one, other in pairs.items()}
    return StandIns(away, {ord(other): one for one, other in pairs.items()})


def lines(text: str) -> list[str]:
    """Split a text at its line ends; the end of its last line begins no other.

    Examples
    --------
    >>> lines("a\\u2028b\\r\\nc\\n")
    ['a\\u2028b', 'c']
    """
    parts = text.replace("\r\n", "\n").split("\n")
    return parts[:-1] if parts[-1] == "" else parts
