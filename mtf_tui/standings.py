"""Who leads on one data set and metric: letters by rank, differences to the best, verdicts that are proven or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from mtf_engine.domain.results import ComparisonRow, DatasetRow, Results, Score, Timing
from mtf_tui.text import safe

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BASELINE = "baseline"


class Standing(StrEnum):
    """What is proven about a model against the best one, after the correction for many pairs."""

    BEST = "best"
    """Ahead of every other model, each pair decided."""
    HIGHEST = "highest"
    """The best score, not proven against all."""
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    UNDECIDED = "undecided"
    UNRANKED = "unranked"
    """No estimate: folds are missing or the metric is undefined."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Paired difference of a model to another, model − other, in the metric's own unit and sign."""

    value: float | None
    low: float | None
    high: float | None
    p_adjusted: float | None
    verdict: str
    """``better``, ``worse``, ``equivalent`` or ``undecided``: of the model against the other."""

    detectable: float | None
    method: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One model (with its pipeline) on one data set and metric."""

    key: str
    """Unique within the standings."""

    letter: str
    """A for the best; empty beyond Z and for the unranked."""

    rank: int
    """0 for the best; position of its series colour."""

    label: str
    """Model, with its pipeline where several are compared; safe to show."""

    model: str
    pipeline: str
    score: Score
    standing: Standing
    versus: Difference | None
    """Against the best; None for the best itself and where nothing was compared."""

    timing: Timing | None

    @property
    def is_baseline(self) -> bool:
        """Whether it is the constant predictor."""
        return self.model == BASELINE

    @property
    def missing_folds(self) -> int:
        """Folds without a value."""
        return sum(value is None for value in self.score.folds)


@dataclass(frozen=True, slots=True)
class Standings:
    """All models on one data set and metric, best first, unranked last."""

    dataset: DatasetRow
    metric: str
    greater_is_better: bool
    entries: tuple[Entry, ...]
    pairs: int
    """Pairs that the correction ran over."""

    @property
    def ranked(self) -> tuple[Entry, ...]:
        """Entries with an estimate."""
        return tuple(entry for entry in self.entries if entry.standing is not Standing.UNRANKED)

    @property
    def best(self) -> Entry | None:
        """The one with the best score."""
        return self.ranked[0] if self.ranked else None

    @property
    def is_decided(self) -> bool:
        """Whether the best is proven against every other ranked model."""
        return self.best is not None and self.best.standing is Standing.BEST

    def entry(self, key: str) -> Entry | None:
        """Find an entry."""
        return next((entry for entry in self.entries if entry.key == key), None)


def primary_metric(results: Results, dataset: str) -> str | None:
    """The metric that a data set is judged by: the first of its scores."""
    return next((s.metric for s in results.scores if s.dataset == dataset and s.slice is None), None)


def metrics_of(results: Results, dataset: str) -> tuple[str, ...]:
    """Metrics with a score on a data set, in the order of the results."""
    return tuple(dict.fromkeys(s.metric for s in results.scores if s.dataset == dataset and s.slice is None))


def standings(results: Results, dataset: str, metric: str) -> Standings | None:
    """Rank the models of one data set on one metric.

    Parameters
    ----------
    results : Results
        Of a run.
    dataset, metric : str
        Names.

    Returns
    -------
    Standings or None
        None when the results know no such data set or have no score of it.
    """
    row = next((d for d in results.datasets if d.name == dataset), None)
    scores = [s for s in results.scores if s.dataset == dataset and s.metric == metric and s.slice is None]
    if row is None or not scores:
        return None
    compared = [c for c in results.comparisons if c.dataset == dataset and c.metric == metric]
    ordered = _ordered(scores)
    best = ordered[0] if ordered[0].estimate is not None else None
    many = len({score.pipeline for score in scores}) > 1
    timings = {(t.pipeline, t.model): t for t in results.timing if t.dataset == dataset}
    entries = []
    for rank, score in enumerate(ordered):
        versus = None if best is None or score is best else difference(compared, score, best)
        entries.append(
            Entry(
                key=f"{score.pipeline}\0{score.model}",
                letter=LETTERS[rank] if rank < len(LETTERS) and score.estimate is not None else "",
                rank=rank,
                label=_label(score, many=many),
                model=score.model,
                pipeline=score.pipeline,
                score=score,
                standing=_standing(score, best, versus),
                versus=versus,
                timing=timings.get((score.pipeline, score.model)),
            )
        )
    return Standings(row, metric, scores[0].greater_is_better, _crown(entries), len(compared))


def difference(compared: Iterable[ComparisonRow], one: Score, other: Score) -> Difference | None:
    """Find the comparison of two models and turn it so that it reads `one` − `other`."""
    a, b = (one.model, one.pipeline), (other.model, other.pipeline)
    for row in compared:
        pair = (row.a, row.pipeline_a), (row.b, row.pipeline_b)
        if pair == (a, b):
            return _turned(row, 1)
        if pair == (b, a):
            return _turned(row, -1)
    return None


def _turned(row: ComparisonRow, sign: int) -> Difference:
    verdict = {"a_better": "better", "b_better": "worse"}.get(row.verdict, row.verdict)
    ends = row.low, row.high
    if sign < 0:
        verdict = {"better": "worse", "worse": "better"}.get(verdict, verdict)
        ends = (None if row.high is None else -row.high, None if row.low is None else -row.low)
    value = None if row.difference is None else sign * row.difference
    return Difference(value, ends[0], ends[1], row.p_adjusted, verdict, row.minimum_detectable_difference, row.method)


def _ordered(scores: list[Score]) -> list[Score]:
    """Best first in the metric's direction, ties in plan order, those without an estimate last."""

    def place(score: Score) -> tuple[bool, float]:
        if score.estimate is None:
            return True, 0.0
        return False, -score.estimate if score.greater_is_better else score.estimate

    return sorted(scores, key=place)


def _label(score: Score, *, many: bool) -> str:
    name = f"{score.model} · {score.pipeline}" if many else score.model
    return safe(name).plain


def _standing(score: Score, best: Score | None, versus: Difference | None) -> Standing:
    if score.estimate is None:
        return Standing.UNRANKED
    if score is best:
        return Standing.HIGHEST
    if versus is not None and versus.verdict in ("worse", "equivalent"):
        return Standing(versus.verdict)
    return Standing.UNDECIDED


def _crown(entries: list[Entry]) -> tuple[Entry, ...]:
    """Call the first one best when every other ranked model is proven worse."""
    others = [entry for entry in entries[1:] if entry.standing is not Standing.UNRANKED]
    if not others or not all(entry.standing is Standing.WORSE for entry in others):
        return tuple(entries)
    return (replace(entries[0], standing=Standing.BEST), *entries[1:])
