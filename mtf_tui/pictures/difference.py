"""What changed from one run to another: a sentence, the causes, the scores, the rows that flipped."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.difference import Change, Flips, RunDifference, ScoreChange
from mtf_tui.painters.interval import Axis, axis_over, interval_bar
from mtf_tui.painters.table import Column, Content, Paint, TablePicture, TableRow, tabulate
from mtf_tui.pictures.runs import short_id
from mtf_tui.text import own, safe
from mtf_tui.themes import Look

_CAUSES = 6


def difference_answer(found: RunDifference, look: Look) -> Text:
    """Better, worse, undecided or the same, with the largest change that is decided."""
    tokens = look.tokens
    worse = [score for score in found.scores if score.verdict == "worse"]
    better = [score for score in found.scores if score.verdict == "better"]
    if not found.scores:
        return own(("Nothing to compare", tokens.warn), ": the runs share no score")
    decided = worse or better
    if not decided:
        same = all(score.verdict == "same" for score in found.scores)
        return own("The same scores to the last digit" if same else "No change is beyond doubt")
    first = decided[0]
    word, style = ("Worse", tokens.fail) if worse else ("Better", tokens.ok)
    return own(
        (f"{word}: ", style), safe(first.dataset, limit=24), f" {_moved(first)}; {_others(found, worse, better)}"
    )


def _moved(score: ScoreChange) -> str:
    """How a score moved: ``fell by 0.006 ±0.004 roc_auc``."""
    value = score.difference or 0.0
    ends = (score.low, score.high) if value >= 0 else (_negated(score.high), _negated(score.low))
    return f"{'rose' if value >= 0 else 'fell'} by {numbers.difference(abs(value), *ends)} {score.metric}"


def _negated(value: float | None) -> float | None:
    return None if value is None else -value


def _others(found: RunDifference, worse: Sequence[ScoreChange], better: Sequence[ScoreChange]) -> str:
    if len(worse) + len(better) > 1:
        return f"{len(worse)} worse, {len(better)} better of {numbers.plural(len(found.scores), 'score')}"
    others = len(found.scores) - 1
    return "it is the only score" if not others else f"the other {others} hold{'s' if others == 1 else ''}"


def difference_rows(found: RunDifference, width: int, look: Look) -> TablePicture:
    """Causes, then scores, then flipped rows."""
    muted, arrow = look.tokens.muted, look.glyphs.arrow
    title = own((f" {safe(short_id(found.before)).plain} {arrow} {safe(short_id(found.after)).plain}", muted))
    rows: list[TableRow] = [TableRow("runs", title)]
    for name, changes in (("data", found.data), ("settings", found.settings), ("environment", found.environment)):
        rows += _causes(name, changes, look)
    rows.append(TableRow("scores", own((" scores: after − before", f"bold {look.tokens.text}"))))
    rows += _scores(found.scores, width, look)
    if found.flips:
        rows.append(TableRow("flips", own((" rows that flipped", f"bold {look.tokens.text}"))))
        rows += [TableRow(f"flip{i}", _flip(flip, look)) for i, flip in enumerate(found.flips)]
    return TablePicture(tuple(rows))


def _causes(name: str, changes: Sequence[Change], look: Look) -> list[TableRow]:
    muted, arrow = look.tokens.muted, look.glyphs.arrow
    lines = [
        TableRow(
            f"{name}{i}",
            own(
                (f" {name if i == 0 else '':<12}", muted),
                safe(change.key),
                "  ",
                safe(change.before or "absent", muted, limit=30),
                (f" {arrow} ", muted),
                safe(change.after or "absent", limit=30),
            ),
        )
        for i, change in enumerate(changes[:_CAUSES])
    ]
    more = len(changes) - _CAUSES
    if more > 0:
        lines.append(TableRow(f"{name}more", own((f" {'':<12}and {more} more", muted))))
    return lines


def _scores(scores: Sequence[ScoreChange], width: int, look: Look) -> list[TableRow]:
    tokens, arrow = look.tokens, look.glyphs.arrow
    axis = axis_over([(s.low, s.high) for s in scores], include=0.0)
    rows: list[list[Content]] = []
    for score in scores:
        places = numbers.column_decimals([(score.low, score.high)])
        values = f"{numbers.fixed(score.before, places)} {arrow} {numbers.fixed(score.after, places)}"
        rows.append(
            [
                safe(score.dataset),
                safe(score.model),
                own((score.metric, tokens.muted)),
                own((values, tokens.text)),
                _bar(score, axis, look),
                own((numbers.fixed(score.difference, places, bounds=()), tokens.text)),
                _verdict(score, look),
            ]
        )
    columns = [
        Column(own(), flex=True, least=10, most=24),
        Column(own(), flex=True, least=12, most=30),
        Column(own(), drop=2, most=18),
        Column(own(), right=True),
        Column(own(), flex=True, least=10, most=24, drop=1),
        Column(own(), right=True),
        Column(own(), width=11),
    ]
    lines = tabulate(columns, rows, width, look).rows
    return [TableRow(f"score{i}", line) for i, line in enumerate(lines)]


def _bar(score: ScoreChange, axis: Axis | None, look: Look) -> Paint:
    if axis is None:
        return lambda _: own()
    style = look.tokens.accent if score.verdict in ("better", "worse") else look.tokens.text
    return lambda width: interval_bar(
        axis, width, look, estimate=score.difference, low=score.low, high=score.high, reference=0.0, style=style
    )


def _verdict(score: ScoreChange, look: Look) -> Text:
    tokens, glyphs = look.tokens, look.glyphs
    sign, word, style = {
        "better": (glyphs.best, "better", tokens.ok),
        "worse": (glyphs.worse, "worse", tokens.fail),
        "same": (glyphs.equivalent, "same", tokens.muted),
    }.get(score.verdict, (glyphs.undecided, "undecided", tokens.warn))
    return own((f"{sign} {word}", style))


def _flip(flip: Flips, look: Look) -> Text:
    muted = look.tokens.muted
    arrow = look.glyphs.arrow
    lost, won = numbers.count(flip.right_to_wrong), numbers.count(flip.wrong_to_right)
    common = f" of {numbers.count(flip.common_rows)}"
    where = own(" ", safe(flip.dataset, limit=14), (" · ", muted), safe(flip.model, limit=20))
    return own(where, f"  {lost} right {arrow} wrong, {won} back,", (common, muted))
