"""Small pictures in one row: fold strips, progress, sparklines, histograms, shares."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.run import CellStatus
from mtf_tui.text import own
from mtf_tui.themes import Look, mix

FOLDS_DRAWN = 10
SPARK_CELLS = 12
SHARE_TINTS = (0.95, 0.75, 0.60, 0.45)


def fold_strip(folds: Sequence[CellStatus], look: Look) -> Text:
    """One sign a fold up to ten, then how many of how many are done and how many failed."""
    if len(folds) > FOLDS_DRAWN:
        return _fold_count(folds, look)
    strip = own()
    for status in folds:
        strip.append(*fold_sign(status, look))
    return strip


def fold_strip_width(n_folds: int) -> int:
    """Cells that a strip of so many folds takes at most."""
    return n_folds if n_folds <= FOLDS_DRAWN else 2 * len(str(n_folds)) + 1


def _fold_count(folds: Sequence[CellStatus], look: Look) -> Text:
    done = sum(status in (CellStatus.FINISHED, CellStatus.REUSED) for status in folds)
    failed = any(status is CellStatus.FAILED for status in folds)
    style = look.tokens.fail if failed else look.tokens.text if done == len(folds) else look.tokens.muted
    return own((f"{done}/{len(folds)}", style))


def fold_sign(status: CellStatus, look: Look) -> tuple[str, str]:
    """The sign of a fold, and its colour."""
    glyphs, tokens = look.glyphs, look.tokens
    return {
        CellStatus.FINISHED: (glyphs.done, tokens.text),
        CellStatus.REUSED: (glyphs.reused, tokens.text),
        CellStatus.RUNNING: (glyphs.running, tokens.accent),
        CellStatus.FAILED: (glyphs.fail, tokens.fail),
        CellStatus.CANCELLED: (glyphs.cancelled, tokens.warn),
        CellStatus.WAITING: (glyphs.queued, tokens.muted),
    }[status]


def progress(share: float, width: int, look: Look) -> Text:
    """A bar with its percentage at the right end, `width` cells together."""
    share = max(0.0, min(1.0, share)) if math.isfinite(share) else 0.0
    label = f" {math.floor(share * 100):3d} %"
    room = max(0, width - len(label))
    halves = round(share * room * 2)
    full, half = halves // 2, halves % 2
    glyphs, tokens = look.glyphs, look.tokens
    end = glyphs.bar_end if half and glyphs.bar_end != glyphs.rule else ""
    return own(
        (glyphs.rule_focused * full + end, tokens.accent),
        (glyphs.rule * (room - full - len(end)), tokens.line),
        (label, f"bold {tokens.text}"),
    )


def sparkline(values: Sequence[float | None], look: Look, *, cells: int = SPARK_CELLS, style: str = "") -> Text:
    """The last values as heights from zero; a value that is missing leaves its cell empty."""
    levels = look.glyphs.levels
    recent = list(values)[-cells:]
    present = [v for v in recent if v is not None and math.isfinite(v)]
    top = max((v for v in present if v > 0), default=0.0)
    signs = []
    for value in recent:
        if value is None or not math.isfinite(value):
            signs.append(" ")
        else:
            share = max(0.0, value) / top if top > 0 else 0.0
            signs.append(levels[min(len(levels) - 1, int(share * len(levels)))])
    return own(("".join(signs), style or look.tokens.muted))


def histogram(counts: Sequence[int], look: Look, *, cells: int = SPARK_CELLS) -> Text:
    """Counts of neighbouring bins as heights from zero, merged to at most `cells` of them."""
    if len(counts) > cells:
        edges = [round(i * len(counts) / cells) for i in range(cells + 1)]
        counts = [sum(counts[a:b]) for a, b in itertools.pairwise(edges)]
    return sparkline([float(count) for count in counts], look, cells=cells, style=look.tokens.s1)


def share_bar(shares: Sequence[float], look: Look, *, cells: int = SPARK_CELLS) -> Text:
    """Shares of the commonest categories as one bar of falling height and tint; what is left of one stays empty."""
    bar = own()
    edge = 0.0
    drawn = 0
    for sign, tint, share in zip(look.glyphs.parts, SHARE_TINTS, shares, strict=False):
        edge += max(0.0, share)
        until = min(cells, max(drawn, round(edge * cells)))
        bar.append(sign * (until - drawn), mix(look.tokens.s1, look.tokens.background, tint))
        drawn = until
    bar.append(" " * (cells - drawn))
    return bar


def count_bar(share: float, width: int, look: Look, style: str) -> Text:
    """One bar of a share of `width` cells, at least one where the share is not zero."""
    cells = 0 if share <= 0 else max(1, round(min(1.0, share) * width))
    return own((look.glyphs.share * cells, style))


def percentage_cell(share: float | None, look: Look) -> Text:
    """A share of missing cells: quiet at zero, a warning above."""
    style = look.tokens.muted if not share else look.tokens.warn
    return own((numbers.percent(share), style))
