"""Who leads on one data set and metric, and what of it is proven.

The order is that of the estimates; what is proven comes from the paired comparisons after their correction for many
pairs. An order that is not proven is said to be undecided, however far apart the estimates look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mtf_engine import numbers
from mtf_engine.domain.results import ComparisonRow, Results, Score, Timing

BASELINE = "baseline"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NAMED = 3


class Mark(StrEnum):
    """What is proven of a model against the best one."""

    BEST = "best"
    """Proven better than every other model."""

    HIGHEST = "highest"
    """The best estimate, not proven against all."""

    WORSE = "worse"
    EQUIVALENT = "equivalent"
    UNDECIDED = "undecided"
    UNRANKED = "unranked"
    """No estimate: folds are missing or the metric is undefined."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A model minus the best one, in the metric's own unit and sign."""

    difference: float | None
    low: float | None
    high: float | None
    p_adjusted: float | None
    detectable: float | None
    """Least difference that the design could have seen."""

    method: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """One model in the order."""

    letter: str
    """A for the best; empty beyond Z and for the unranked."""

    label: str
    """The model's name, with its pipeline's where there are several."""

    score: Score
    mark: Mark
    gap: Gap | None
    """None for the best itself and where nothing was compared."""

    @property
    def is_baseline(self) -> bool:
        """Whether it is the constant predictor."""
        return self.score.model == BASELINE


@dataclass(frozen=True, slots=True)
class Standings:
    """All models on one data set and metric, best first, the unranked last."""

    dataset: str
    metric: str
    places: tuple[Place, ...]
    pairs: int
    """Pairs that the correction ran over."""

    @property
    def ranked(self) -> tuple[Place, ...]:
        """Those with an estimate."""
        return tuple(place for place in self.places if place.mark is not Mark.UNRANKED)

    @property
    def decimals(self) -> int | None:
        """Decimals of the column: those of the narrowest interval, the baseline's left out."""
        return numbers.column_decimals(
            [(place.score.low, place.score.high) for place in self.places if not place.is_baseline]
        )

    @property
    def answer(self) -> str:
        """The result in a sentence that claims no more than is proven."""
        return _answer(self)


@dataclass(frozen=True, slots=True)
class Index:
    """Scores and comparisons by data set and metric, so that many tables cost one pass over the results."""

    scores: Mapping[tuple[str, str], Sequence[Score]]
    comparisons: Mapping[tuple[str, str], Sequence[ComparisonRow]]
    metrics: Mapping[str, tuple[str, ...]]
    """Data set → metrics with a score, the primary one first."""

    timing: Mapping[tuple[str, str, str], Timing]
    """By data set, pipeline and model."""


def index(results: Results) -> Index:
    """Sort results by data set and metric; scores of slices are left out."""
    scores: dict[tuple[str, str], list[Score]] = {}
    metrics: dict[str, dict[str, None]] = {}
    for one in results.scores:
        if one.slice is None:
            scores.setdefault((one.dataset, one.metric), []).append(one)
            metrics.setdefault(one.dataset, {})[one.metric] = None
    comparisons: dict[tuple[str, str], list[ComparisonRow]] = {}
    for row in results.comparisons:
        comparisons.setdefault((row.dataset, row.metric), []).append(row)
    timing = {(one.dataset, one.pipeline, one.model): one for one in results.timing}
    return Index(scores, comparisons, {name: tuple(found) for name, found in metrics.items()}, timing)


def standings(found: Index, dataset: str, metric: str) -> Standings:
    """Order the models of one data set by one metric.

    Parameters
    ----------
    found : Index
        Of a run's results.
    dataset, metric : str
        Names.
    """
    scores = found.scores.get((dataset, metric), ())
    rows = _by_pair(found.comparisons.get((dataset, metric), ()))
    ordered = sorted(scores, key=_order)
    best = ordered[0] if ordered and ordered[0].estimate is not None else None
    several = len({one.pipeline for one in scores}) > 1
    marks = [Mark.UNRANKED if one.estimate is None else _mark(one, best, rows) for one in ordered]
    if best is not None and len(ordered) > 1:
        others = [mark for mark in marks[1:] if mark is not Mark.UNRANKED]
        proven = bool(others) and all(mark is Mark.WORSE for mark in others)
        marks[0] = Mark.BEST if proven else Mark.HIGHEST
    places = tuple(
        Place(
            letter=LETTERS[position] if mark is not Mark.UNRANKED and position < len(LETTERS) else "",
            label=f"{one.model} · {one.pipeline}" if several else one.model,
            score=one,
            mark=mark,
            gap=None if best is None or one is best else _gap(one, best, rows),
        )
        for position, (one, mark) in enumerate(zip(ordered, marks, strict=True))
    )
    return Standings(dataset, metric, places, len(rows))


def _order(score: Score) -> tuple[bool, float, bool]:
    if score.estimate is None:
        return True, 0.0, False
    return False, -score.estimate if score.greater_is_better else score.estimate, score.model == BASELINE


_Pairs = Mapping[tuple[tuple[str, str], tuple[str, str]], ComparisonRow]


def _by_pair(rows: Sequence[ComparisonRow]) -> _Pairs:
    return {((row.pipeline_a, row.a), (row.pipeline_b, row.b)): row for row in rows}


def _pair(one: Score, best: Score, rows: _Pairs) -> tuple[ComparisonRow, bool] | None:
    """The comparison of two contestants, and whether the best stands second in it."""
    own, top = (one.pipeline, one.model), (best.pipeline, best.model)
    if (own, top) in rows:
        return rows[own, top], True
    return (rows[top, own], False) if (top, own) in rows else None


def _mark(one: Score, best: Score | None, rows: _Pairs) -> Mark:
    if best is None or one is best:
        return Mark.HIGHEST
    pair = _pair(one, best, rows)
    if pair is None:
        return Mark.UNDECIDED
    row, best_is_second = pair
    if row.verdict == "equivalent":
        return Mark.EQUIVALENT
    return Mark.WORSE if row.verdict == ("b_better" if best_is_second else "a_better") else Mark.UNDECIDED


def _gap(one: Score, best: Score, rows: _Pairs) -> Gap | None:
    pair = _pair(one, best, rows)
    if pair is None:
        return None
    row, best_is_second = pair
    low, high = row.low, row.high
    if best_is_second:
        return Gap(row.difference, low, high, row.p_adjusted, row.minimum_detectable_difference, row.method)
    turned = None if row.difference is None else -row.difference
    return Gap(
        turned,
        None if high is None else -high,
        None if low is None else -low,
        row.p_adjusted,
        row.minimum_detectable_difference,
        row.method,
    )


def _answer(standing: Standings) -> str:
    ranked, where = standing.ranked, f"on {standing.dataset}"
    if not ranked:
        return f"Nothing is ranked {where}: no model has a score"
    best, others = ranked[0], ranked[1:]
    shown = numbers.interval(best.score.estimate, best.score.low, best.score.high, places=standing.decimals)
    missing = [place.label for place in standing.places if place.mark is Mark.UNRANKED]
    tail = f"; {_listed(missing)} without a score" if missing else ""
    if not others:
        return f"{best.label} alone {where}: {shown}{tail}"
    baseline = next((place for place in ranked if place.is_baseline), None)
    if best.is_baseline or (baseline is not None and baseline.mark is not Mark.WORSE):
        return f"No model is proven better than the baseline {where}{tail}"
    if best.mark is Mark.BEST:
        ahead = "ahead of the other" if len(others) == 1 else f"ahead of all {len(others)} others"
        return f"{best.label} wins {where}: {shown}, {ahead}{tail}"
    close = [place.label for place in others if place.mark is not Mark.WORSE]
    return f"Undecided {where}: {best.label} {shown}; {_listed(close)} cannot be told from it{tail}"


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
    return f"{', '.join(names[:2])} and {len(names) - 2} others"
