"""The signs on the screen, in three sets: unicode, blocks (no braille in plots) and ASCII."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from itertools import chain

from rich.segment import Segment

GLYPH_SETS = ("unicode", "blocks", "ascii")


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One sign a meaning; every sign is one cell wide and never stands without its word or place."""

    name: str
    """``unicode``, ``blocks`` or ``ascii``: which dots plots use."""

    ok: str = "✓"
    fail: str = "✗"
    cancelled: str = "⊘"
    warn: str = "!"
    none: str = "–"
    done: str = "●"
    reused: str = "○"
    running: str = "◐"
    queued: str = "·"
    live: str = "▸"
    paused: str = "‖"
    best: str = "★"
    highest: str = "•"
    worse: str = "▼"
    equivalent: str = "≈"
    undecided: str = "?"
    point: str = "●"
    bar: str = "━"
    bar_start: str = "╺"
    bar_end: str = "╸"
    reference: str = "┊"
    crossing: str = "┿"
    beyond_left: str = "◂"
    beyond_right: str = "▸"
    descending: str = "▾"
    ascending: str = "▴"
    rule: str = "─"
    rule_focused: str = "━"
    ellipsis: str = "…"
    levels: str = "▁▂▃▄▅▆▇"
    """Heights of sparklines and bands; never the full block, which touches the row above."""

    share: str = "▆"
    parts: str = "▇▅▄▃"
    """Of a bar of categories, the commonest first: neighbours differ without colour."""

    dots: str = "·"
    axis: str = "│"
    axis_tick: str = "┤"
    axis_corner: str = "└"
    axis_line: str = "─"
    axis_mark: str = "┬"
    line_sample: str = "━"
    span_start: str = "├"
    span_end: str = "┤"
    up: str = "↑"
    down: str = "↓"
    arrow: str = "→"


UNICODE = Glyphs("unicode")
BLOCKS = replace(UNICODE, name="blocks")
ASCII = Glyphs(
    "ascii",
    ok="+",
    fail="x",
    cancelled="c",
    none="-",
    done="o",
    reused="O",
    running=">",
    queued=".",
    live=">",
    paused="P",
    best="*",
    highest="^",
    worse="v",
    equivalent="=",
    point="o",
    bar="-",
    bar_start="-",
    bar_end="-",
    reference=":",
    crossing="+",
    beyond_left="<",
    beyond_right=">",
    descending="v",
    ascending="^",
    rule="-",
    rule_focused="=",
    ellipsis="~",
    levels="_.-=+*#",
    share="#",
    parts="#+=-",
    dots=".",
    axis="|",
    axis_tick="+",
    axis_corner="+",
    axis_line="-",
    axis_mark="+",
    line_sample="-",
    span_start="|",
    span_end="|",
    up="^",
    down="v",
    arrow=">",
)

_TYPED: Mapping[str, str] = {
    **dict(
        chain.from_iterable(
            zip(getattr(UNICODE, one.name), getattr(ASCII, one.name), strict=True)
            for one in fields(Glyphs)
            if one.name != "name"
        )
    ),
    **dict(zip("·…→←×−–“”‘’²", "..><x--\"\"''2", strict=True)),
    **dict(zip("┌┐└┘┬┴┼╭╮╰╯├┤┃█▀▄▌▐▊▎▔", "+++++++++++||########-", strict=True)),
    "±": "+-",
    "≥": ">=",
    "≤": "<=",
    "∞": "inf",
    "…": ASCII.ellipsis,
    **{chr(0x2400 + code): "^" for code in range(0x27)},
}
"""A typographic sign → what a typewriter has for it."""

_SIGNS = re.compile(f"[{re.escape(''.join(_TYPED))}]| {{2,}}")


def typewritten(segments: Iterable[Segment]) -> list[Segment]:
    """Write the program's typographic signs in ASCII; letters of other scripts are data and stay.

    A sign that takes more than one character (``±``) takes the room from the next gap, so that columns stay in place.
    """
    owed = 0

    def written(found: re.Match[str]) -> str:
        nonlocal owed
        if found[0][0] != " ":
            owed += len(_TYPED[found[0]]) - 1
            return _TYPED[found[0]]
        taken = min(owed, len(found[0]) - 1)
        owed -= taken
        return found[0][taken:]

    return [
        Segment(text if text.isascii() and not owed else _SIGNS.sub(written, text), style, control)
        for text, style, control in segments
    ]


_BY_NAME = {glyphs.name: glyphs for glyphs in (UNICODE, BLOCKS, ASCII)}


def glyph_set(name: str) -> Glyphs:
    """Look up a set by name; an unknown name gives the unicode one."""
    return _BY_NAME.get(name, UNICODE)
