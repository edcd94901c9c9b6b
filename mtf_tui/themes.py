"""Colours: the tokens of the three themes, and what is derived from them.

Everything on the screen takes its colour from here: the stylesheets through theme variables of the same names, the
painters through :class:`Look`. Contrast of text colours on the four grounds is at least 4.5 to 1 (a test computes it).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from textual.theme import Theme

from mtf_tui.glyphs import UNICODE, Glyphs

STYLES = Path(__file__).parent / "styles" / "mtf.tcss"
"""Layout of screens and dialogs; that of their frame is the app's own stylesheet."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, as ``#rrggbb``."""

    background: str
    surface: str
    panel: str
    cursor: str
    line: str
    text: str
    muted: str
    accent: str
    ok: str
    warn: str
    fail: str
    s1: str
    s2: str
    s3: str
    s4: str
    s5: str
    s6: str

    def series(self, position: int) -> str:
        """Colour of the model ranked at a position from 0; beyond six everything is muted."""
        colours = (self.s1, self.s2, self.s3, self.s4, self.s5, self.s6)
        return colours[position] if 0 <= position < len(colours) else self.muted


DARK = Tokens(
    background="#101418",
    surface="#161b21",
    panel="#1c232b",
    cursor="#26333d",
    line="#3a4653",
    text="#d8dfe6",
    muted="#94a1af",
    accent="#4fc4c0",
    ok="#8cc97a",
    warn="#e3bd5d",
    fail="#f08a80",
    s1="#6cb2f5",
    s2="#f0a35e",
    s3="#c79df0",
    s4="#e98fb5",
    s5="#c5c06c",
    s6="#9fb0c0",
)
LIGHT = Tokens(
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e9e6df",
    cursor="#d9e6e6",
    line="#bdb8ad",
    text="#22272c",
    muted="#585f66",
    accent="#00666b",
    ok="#2f6a1f",
    warn="#7a5200",
    fail="#a8281f",
    s1="#1459a8",
    s2="#964300",
    s3="#6f3aa8",
    s4="#a12565",
    s5="#5f5a00",
    s6="#4c5a68",
)
CVD = Tokens(
    background="#101418",
    surface="#161b21",
    panel="#1c232b",
    cursor="#2a3038",
    line="#3a4653",
    text="#c9d0d7",
    muted="#97a3af",
    accent="#ffffff",
    ok="#56b4e9",
    warn="#f0e442",
    fail="#f28e3c",
    s1="#56b4e9",
    s2="#f28e3c",
    s3="#e6e6e6",
    s4="#d893bd",
    s5="#4fc3a1",
    s6="#9fb0c0",
)

TOKENS: dict[str, Tokens] = {"mtf-dark": DARK, "mtf-light": LIGHT, "mtf-cvd": CVD}
DEFAULT_THEME = "mtf-dark"

SELECTION = 0.28
"""Opacity of what is selected in a field; above .29 text on it falls below 4.5:1 where the accent is white."""

HEAT_STEPS = (0.0, 0.10, 0.20, 0.30, 0.42, 0.74, 0.90)
HEAT_STEPS_LIGHT = (0.0, 0.10, 0.20, 0.32, 0.44, 0.58, 0.90)
"""Opacities whose labels keep 4.5:1; those between .42 and .74 would not."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a painter needs to know about the terminal."""

    tokens: Tokens = DARK
    glyphs: Glyphs = UNICODE
    colour: bool = True
    """False under NO_COLOR: letters and weight carry what colours would."""

    @property
    def is_dark(self) -> bool:
        """Whether text is lighter than its ground."""
        return luminance(self.tokens.text) > luminance(self.tokens.background)


def textual_theme(name: str) -> Theme:
    """Make the Textual theme whose variables carry the tokens."""
    tokens = TOKENS[name]
    return Theme(
        name=name,
        primary=tokens.accent,
        secondary=tokens.s1,
        accent=tokens.accent,
        warning=tokens.warn,
        error=tokens.fail,
        success=tokens.ok,
        foreground=tokens.text,
        background=tokens.background,
        surface=tokens.surface,
        panel=tokens.panel,
        dark=luminance(tokens.text) > luminance(tokens.background),
        variables=theme_variables(tokens),
    )


def theme_variables(tokens: Tokens) -> dict[str, str]:
    """Name the tokens that stylesheets use beyond Textual's own variables."""
    own = {key: value for key, value in asdict(tokens).items() if key not in {"background", "surface", "panel"}}
    own["muted-ink"] = tokens.muted
    own["block-cursor-background"] = tokens.cursor
    own["block-cursor-foreground"] = tokens.text
    own["border"] = tokens.line
    own["border-blurred"] = tokens.line
    own["input-selection-background"] = mix(tokens.accent, tokens.background, SELECTION)
    own["scrollbar"] = tokens.line
    own["scrollbar-background"] = tokens.background
    return own


@lru_cache(maxsize=512)
def mix(colour: str, ground: str, opacity: float) -> str:
    """Lay a colour over a ground.

    Examples
    --------
    >>> mix("#ffffff", "#000000", 0.5)
    '#808080'
    """
    top, below = _channels(colour), _channels(ground)
    parts = (round(b + (t - b) * opacity) for t, b in zip(top, below, strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


@lru_cache(maxsize=512)
def luminance(colour: str) -> float:
    """Relative luminance, 0 … 1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 … 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def heat(look: Look, share: float, *, right: bool) -> tuple[str, str]:
    """Colours (label, ground) of a matrix cell that holds a share of its row.

    Parameters
    ----------
    look : Look
        The theme.
    share : float
        0 … 1; the tint is the step that the share falls on.
    right : bool
        True on the diagonal.
    """
    tokens = look.tokens
    steps = HEAT_STEPS if look.is_dark else HEAT_STEPS_LIGHT
    opacity = steps[min(len(steps) - 1, round(max(0.0, min(1.0, share)) * (len(steps) - 1)))]
    ground = mix(tokens.s1 if right else tokens.s2, tokens.background, opacity)
    label = max((tokens.text, tokens.background), key=lambda ink: contrast(ink, ground))
    return label, ground


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
