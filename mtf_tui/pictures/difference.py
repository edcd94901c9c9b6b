"""What changed from one run to another: a sentence, the causes, the scores, the rows that flipped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.difference import Change, Flips, RunDifference, ScoreChange
from mtf_tui.painters.interval import axis_over, interval_bar
from mtf_tui.painters.table import Column, Content, Paint, TablePicture, TableRow, tabulate
from mtf_tui.pictures.runs import short_id, who_moved
from mtf_tui.sheets import Sheet, SheetRow
from mtf_tui.text import cut, own, safe, spare
from mtf_tui.themes import Look

_MARGIN_FROM = 110
"""Cells from which a change has half its interval beside it."""

_VERDICTS = ("worse", "better", "undecided", "same")
"""In the order in which they are shown."""


def difference_answer(found: RunDifference, look: Look) -> Text:
    """Better, worse, undecided or the same, with the change that is told first."""
    tokens = look.tokens
    worse = [score for score in found.scores if score.verdict == "worse"]
    better = [score for score in found.scores if score.verdict == "better"]
    if not found.scores:
        return own(("Nothing to compare", tokens.warn), ": the runs share no score")
    first = found.headline
    if first is None:
        same = all(score.verdict == "same" for score in found.scores)
        return own("The same scores to the last digit" if same else "No change is beyond doubt")
    word, style = ("Worse", tokens.fail) if first.verdict == "worse" else ("Better", tokens.ok)
    paired = spare(" (paired)" if _is_paired(first) else " (unpaired)")
    return own((f"{word}: ", style), who_moved(first), paired, spare("; ", _others(found, worse, better)))


def _is_paired(score: ScoreChange) -> bool:
    return score.common_rows > 0


def _others(found: RunDifference, worse: Sequence[ScoreChange], better: Sequence[ScoreChange]) -> str:
    if len(worse) + len(better) > 1:
        counts = [f"{len(some)} {word}" for some, word in ((worse, "worse"), (better, "better")) if some]
        return f"{', '.join(counts)} of {numbers.plural(len(ordered(found.scores)), 'score')}"
    others = len(found.scores) - 1
    return "it is the only score" if not others else f"the other {others} hold{'s' if others == 1 else ''}"


def title_of(found: RunDifference, names: Mapping[str, Text], look: Look) -> Text:
    """``churn-02bd (before) → churn-7f3a (after)``, each as the history calls it."""
    before, after = (names.get(run, safe(short_id(run))) for run in (found.before, found.after))
    return own(before, f" (before) {look.glyphs.arrow} ", after, " (after)")


def flips_of(found: RunDifference, score: str) -> str | None:
    """Key of the flipped rows of the model whose score has this key; None where none flipped."""
    scores = dict(ordered(found.scores))
    if score not in scores:
        return None
    about = scores[score].dataset, scores[score].pipeline, scores[score].model
    return next((key for key, one in flipped(found) if (one.dataset, one.pipeline, one.model) == about), None)


def cause_rows(found: RunDifference, width: int, look: Look) -> TablePicture:
    """What is not the same in data, settings and environment."""
    tokens, arrow = look.tokens, look.glyphs.arrow
    kinds = (("data", found.data), ("settings", found.settings), ("environment", found.environment))
    flat = [(name if i == 0 else "", change) for name, changes in kinds for i, change in enumerate(changes)]
    if not flat:
        same = own((" data, settings and environment are the same", tokens.muted))
        return TablePicture((), footer=(same,))
    rows: list[list[Content]] = [[own((name, tokens.muted)), safe(c.key), *_ends(c, arrow, look)] for name, c in flat]
    columns = [Column(own()), Column(own(), flex=True, least=16, most=60), Column(own(), flex=True, least=20, most=60)]
    lines = tabulate(columns, rows, width, look).rows
    return TablePicture(tuple(TableRow(str(i), line) for i, line in enumerate(lines)))


def _ends(change: Change, arrow: str, look: Look) -> list[Content]:
    muted = look.tokens.muted
    before, after = change.words
    return [own(safe(before, muted, limit=40), (f" {arrow} ", muted), safe(after, limit=40))]


def ordered(scores: Sequence[ScoreChange]) -> list[tuple[str, ScoreChange]]:
    """Scores of both runs with a key each: worse, better, undecided, same; each in the plan's order."""
    keyed = [(str(position), score) for position, score in enumerate(scores) if score.difference is not None]
    rank = {verdict: position for position, verdict in enumerate(_VERDICTS)}
    return sorted(keyed, key=lambda pair: rank.get(pair[1].verdict, len(rank)))


def score_rows(scores: Sequence[ScoreChange], width: int, look: Look) -> TablePicture:
    """One row a score that both runs have, what changed first; bars on an axis for each metric."""
    muted, arrow = look.tokens.muted, look.glyphs.arrow
    keyed = ordered(scores)
    reaches = _reaches(scores)
    rows: list[list[Content]] = []
    for _, score in keyed:
        places = numbers.column_decimals([(score.low, score.high)])
        values = f"{numbers.fixed(score.before, places)} {arrow} {numbers.fixed(score.after, places)}"
        rows.append(
            [
                safe(score.dataset),
                safe(score.model),
                own((score.metric, muted)),
                own((values, look.tokens.text)),
                _bar(score, reaches.get(score.metric, 0.0), look),
                own((_shown(score, places, width), look.tokens.text)),
                _verdict(score, look),
            ]
        )
    columns = [
        Column(own(("data set", muted)), flex=True, least=10, most=24),
        Column(own(("model", muted)), flex=True, least=12, most=30),
        Column(own(("metric", muted)), flex=True, least=9, most=18),
        Column(own((f"before {arrow} after", muted)), right=True),
        Column(lambda cells: _heading(cells, look), flex=True, least=13, most=31, drop=2),
        Column(own(("change", muted)), right=True),
        Column(own(("verdict", muted)), width=11),
    ]
    table = tabulate(columns, rows, width, look)
    lines = tuple(TableRow(key, line) for (key, _), line in zip(keyed, table.rows, strict=True))
    return TablePicture(lines, (table.header,))


def _shown(score: ScoreChange, places: int | None, width: int) -> str:
    """A change, with ± half its interval where that is symmetric and there is room."""
    plain = numbers.fixed(score.difference, places, bounds=())
    if width < _MARGIN_FROM or score.difference is None or score.low is None or score.high is None:
        return plain
    return f"{plain} {numbers.plus_minus(score.difference, score.low, score.high, places=places)}".rstrip()


def change_line(found: RunDifference, key: str | None, width: int, look: Look) -> list[Text]:
    """One change whole: whose, with its interval and how that was found, or why it has none."""
    score = dict(ordered(found.scores)).get(key or "")
    if score is None or score.difference is None:
        return []
    muted = look.tokens.muted
    name = own(" ", safe(score.model), " ", safe(score.metric, muted), "  ")
    if score.verdict == "same":
        return [cut(own(name, ("the same numbers in both runs", muted)), width)]
    if score.low is None or score.high is None:
        why = f"no interval: {score.reason or 'the scores cannot be compared by a test'}"
        return [cut(own(name, numbers.significant(score.difference), "  ", safe(why, muted)), width)]
    value = numbers.interval(score.difference, score.low, score.high, bounds=())
    facts = [
        f"p {numbers.p_value(score.p_value)}" if score.p_value is not None else "",
        numbers.plural(score.common_rows, "row") if _is_paired(score) else "",
        (score.method or "").replace("_", " "),
    ]
    return [cut(own(name, value, "  ", safe(" · ".join(fact for fact in facts if fact), muted)), width)]


def score_sheet(scores: Sequence[ScoreChange]) -> Sheet:
    """The same as values."""
    columns = ("data set", "model", "pipeline", "metric", "before", "after", "change", "low", "high", "p", "verdict")
    return Sheet(
        columns,
        tuple(
            SheetRow(
                key,
                (
                    s.dataset, s.model, s.pipeline, s.metric, s.before, s.after, s.difference, s.low, s.high,
                    s.p_value, s.verdict,
                ),
            )
            for key, s in ordered(scores)
        ),
    )  # fmt: skip


def _reaches(scores: Sequence[ScoreChange]) -> dict[str, float]:
    """How far from zero the changes of each metric reach: each has an axis of its own unit, symmetric about zero."""
    found: dict[str, float] = {}
    for score in scores:
        ends = [abs(end) for end in (score.low, score.high, score.difference) if end is not None and math.isfinite(end)]
        found[score.metric] = max([found.get(score.metric, 0.0), *ends])
    return found


def _heading(width: int, look: Look) -> Text:
    half = (width - 1) // 2
    return own((f"{'fell':>{half - 1}} 0 {'rose':<{width - half - 2}}"[:width], look.tokens.muted))


def _bar(score: ScoreChange, reach: float, look: Look) -> Paint:
    axis = axis_over([(-reach, reach)]) if reach else None
    if axis is None or score.difference is None:
        return lambda _: own()
    style = look.tokens.accent if score.verdict in ("better", "worse") else look.tokens.text
    return lambda width: interval_bar(
        axis,
        width - 1 + width % 2,
        look,
        estimate=score.difference,
        low=score.low,
        high=score.high,
        reference=0.0,
        style=style,
    )


def _verdict(score: ScoreChange, look: Look) -> Text:
    tokens, glyphs = look.tokens, look.glyphs
    sign, word, style = {
        "better": (glyphs.best, "better", tokens.ok),
        "worse": (glyphs.worse, "worse", tokens.fail),
        "same": (glyphs.equivalent, "same", tokens.muted),
    }.get(score.verdict, (glyphs.undecided, "undecided", tokens.warn))
    return own((f"{sign} {word}", style))


def flipped(found: RunDifference) -> list[tuple[str, Flips]]:
    """Models with flipped rows, the most first, with a key each."""
    keyed = [(str(position), flips) for position, flips in enumerate(found.flips)]
    some = [pair for pair in keyed if pair[1].right_to_wrong or pair[1].wrong_to_right]
    return sorted(some, key=lambda pair: -(pair[1].right_to_wrong + pair[1].wrong_to_right))


def flip_rows(found: RunDifference, width: int, look: Look) -> TablePicture:
    """How many rows one run got right and the other wrong, a row a model."""
    tokens, arrow = look.tokens, look.glyphs.arrow
    keyed = flipped(found)
    if not keyed:
        return TablePicture((), footer=(own((" no row of both runs flipped", tokens.muted)),))
    rows: list[list[Content]] = [
        [
            safe(flips.dataset),
            safe(flips.model),
            own((numbers.count(flips.right_to_wrong), tokens.fail if flips.right_to_wrong else tokens.muted)),
            own((numbers.count(flips.wrong_to_right), tokens.ok if flips.wrong_to_right else tokens.muted)),
            own((numbers.count(flips.common_rows), tokens.muted)),
        ]
        for _, flips in keyed
    ]
    columns = [
        Column(own(("data set", tokens.muted)), flex=True, least=10, most=24),
        Column(own(("model", tokens.muted)), flex=True, least=12, most=30),
        Column(own((f"right {arrow} wrong", tokens.muted)), right=True),
        Column(own((f"wrong {arrow} right", tokens.muted)), right=True),
        Column(own(("common rows", tokens.muted)), right=True, drop=1),
    ]
    table = tabulate(columns, rows, width, look)
    return TablePicture(
        tuple(TableRow(key, line) for (key, _), line in zip(keyed, table.rows, strict=True)), (table.header,)
    )


def score_note(found: RunDifference) -> str:
    """How many scores both runs have, and how many of them changed beyond doubt."""
    verdicts = [score.verdict for _, score in ordered(found.scores)]
    counts = [f"{verdicts.count(word)} {word}" for word in ("worse", "better") if word in verdicts]
    total = numbers.plural(len(verdicts), "score")
    what = f"after − before, {found.confidence * 100:g} %"
    return f"{what} · {', '.join(counts)} of {total}" if counts else f"{what} · {total} of both"


def flip_note(found: RunDifference) -> str:
    """How many flipped in all."""
    lost = sum(flips.right_to_wrong for flips in found.flips)
    won = sum(flips.wrong_to_right for flips in found.flips)
    return f"{numbers.count(lost + won)} · {numbers.count(lost)} right to wrong, {numbers.count(won)} wrong to right"
