"""Who leads on one data set and metric, and what of it is proven.

The order is that of the estimates; what is proven comes from the paired comparisons after their correction for many
pairs. An order that is not proven is said to be undecided, however far apart the estimates look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mtf_engine import numbers, text_safety
from mtf_engine.domain.results import ComparisonRow, DatasetRow, Results, Score, Timing

BASELINE = "baseline"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NAMED = 3
Pairs = Mapping[tuple[tuple[str, str], tuple[str, str]], ComparisonRow]
"""Comparisons by pipeline and model of one side and of the other."""


class Standing(StrEnum):
    """What is proven of a model against the best one, after the correction for many pairs."""

    BEST = "best"
    """Proven better than every other model."""

    HIGHEST = "highest"
    """The best estimate, not proven against all: the lowest number where smaller is better."""

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
    """Least difference that the design could have seen."""

    method: str | None

    @property
    def is_tested(self) -> bool:
        """Whether there was a test at all; equal fold differences, for one, leave none."""
        return self.p_adjusted is not None

    @property
    def after_holm(self) -> str:
        """``p 0.07 after Holm`` where the interval leaves out zero and the corrected test does not decide; else empty.

        The interval is that of the one pair; the verdict holds over all pairs.
        """
        if self.verdict != "undecided" or self.p_adjusted is None or self.low is None or self.high is None:
            return ""
        return f"p {numbers.p_value(self.p_adjusted)} after Holm" if self.low > 0 or self.high < 0 else ""

    @property
    def could_have_seen(self) -> str:
        """Least difference that the design could have seen, with two digits; empty when it is not known."""
        return numbers.significant(self.detectable, 2) if self.detectable else ""


def key_of(pipeline: str, model: str) -> str:
    """One string for a model behind a pipeline, for lists that know their rows by strings; not for people."""
    return f"{pipeline}\0{model}"


def pair_of(key: str) -> tuple[str, str]:
    """Pipeline and model of a key.

    Examples
    --------
    >>> pair_of(key_of("default", "svc"))
    ('default', 'svc')
    """
    pipeline, _, model = key.partition("\0")
    return pipeline, model


@dataclass(frozen=True, slots=True)
class Entry:
    """One model, with its pipeline, on one data set and metric."""

    letter: str
    """A for the best; empty beyond Z and for the unranked."""

    rank: int
    """0 for the best."""

    name: str
    """The model's name, with its pipeline's where there are several; as it came, not safe to show."""

    score: Score
    standing: Standing
    versus: Difference | None
    """Against the best; None for the best itself and where nothing was compared."""

    timing: Timing | None

    @property
    def key(self) -> str:
        """Unique within the standings."""
        return key_of(self.score.pipeline, self.score.model)

    @property
    def label(self) -> str:
        """The name, safe to show in a terminal."""
        return text_safety.terminal(self.name)

    @property
    def model(self) -> str:
        """Name of the model."""
        return self.score.model

    @property
    def pipeline(self) -> str:
        """Name of the pipeline."""
        return self.score.pipeline

    @property
    def is_baseline(self) -> bool:
        """Whether it is the constant predictor."""
        return self.score.model == BASELINE

    @property
    def is_untested(self) -> bool:
        """Whether it was compared with the best and there is no test that could tell them apart."""
        return self.versus is not None and self.standing is Standing.UNDECIDED and not self.versus.is_tested

    @property
    def word(self) -> str:
        """The standing in a word: the leading estimate of a metric to be minimised is the lowest."""
        if self.standing is Standing.UNRANKED:
            return "no score"
        lowest = self.standing is Standing.HIGHEST and not self.score.greater_is_better
        return "lowest" if lowest else self.standing.value

    @property
    def missing_folds(self) -> int:
        """Folds without a value."""
        return sum(value is None for value in self.score.folds)


@dataclass(frozen=True, slots=True)
class Standings:
    """All models on one data set and metric, best first, the unranked last."""

    dataset: DatasetRow
    metric: str
    entries: tuple[Entry, ...]
    """At least one."""

    pairs: int
    """Pairs that the correction ran over."""

    beats_baseline: bool
    """False only where the baseline leads, or no model is proven better than it and a test could have shown one."""

    @property
    def greater_is_better(self) -> bool:
        """Direction of the metric."""
        return self.entries[0].score.greater_is_better

    @property
    def is_ordered(self) -> bool:
        """Whether one end of the metric is better; otherwise entries stand by their distance from zero."""
        return self.entries[0].score.ordered

    @property
    def ranked(self) -> tuple[Entry, ...]:
        """Those with an estimate."""
        return tuple(entry for entry in self.entries if entry.standing is not Standing.UNRANKED)

    @property
    def best(self) -> Entry | None:
        """The one with the best score."""
        return self.ranked[0] if self.ranked else None

    @property
    def is_decided(self) -> bool:
        """Whether the best is proven against every other ranked model."""
        return self.best is not None and self.best.standing is Standing.BEST

    @property
    def close(self) -> tuple[Entry, ...]:
        """Those that a test cannot tell from the best."""
        others = self.ranked[1:]
        return tuple(entry for entry in others if entry.standing is not Standing.WORSE and not entry.is_untested)

    @property
    def untested(self) -> tuple[Entry, ...]:
        """Those for which there is no test against the best."""
        return tuple(entry for entry in self.ranked[1:] if entry.is_untested)

    def entry(self, key: str) -> Entry | None:
        """Find an entry by its key."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def by_key(self) -> dict[str, Entry]:
        """All entries by their keys, for who looks many up."""
        return {entry.key: entry for entry in self.entries}

    @property
    def unseen(self) -> str:
        """Up to which size differences to the best could have gone unseen, over all its pairs; empty when not known."""
        found = [entry.versus.detectable for entry in self.entries if entry.versus and entry.versus.detectable]
        return numbers.significant(max(found), 2) if found else ""

    @property
    def decimals(self) -> int | None:
        """Decimals of the column: those of the narrowest interval, the baseline's left out."""
        return numbers.column_decimals(
            [(entry.score.low, entry.score.high) for entry in self.entries if not entry.is_baseline]
        )

    @property
    def answer(self) -> str:
        """The result in a sentence that claims no more than is proven."""
        return _answer(self)


@dataclass(frozen=True, slots=True)
class Index:
    """Scores and comparisons by data set and metric, so that many tables cost one pass over the results."""

    datasets: Mapping[str, DatasetRow]
    scores: Mapping[tuple[str, str], Sequence[Score]]
    comparisons: Mapping[tuple[str, str], Pairs]
    metrics: Mapping[str, tuple[str, ...]]
    """Data set → metrics with a score, the primary one first."""

    timing: Mapping[tuple[str, str, str], Timing]
    """By data set, pipeline and model."""

    pipelines: tuple[str, ...]
    """Those with a score, in the order of the plan."""


def index(results: Results) -> Index:
    """Sort results by data set and metric; scores of slices are left out."""
    scores: dict[tuple[str, str], list[Score]] = {}
    metrics: dict[str, dict[str, None]] = {}
    pipelines: dict[str, None] = {}
    for one in results.scores:
        if one.slice is None:
            pipelines[one.pipeline] = None
            scores.setdefault((one.dataset, one.metric), []).append(one)
            metrics.setdefault(one.dataset, {})[one.metric] = None
    comparisons: dict[tuple[str, str], dict[tuple[tuple[str, str], tuple[str, str]], ComparisonRow]] = {}
    for row in results.comparisons:
        pair = (row.pipeline_a, row.a), (row.pipeline_b, row.b)
        comparisons.setdefault((row.dataset, row.metric), {})[pair] = row
    timing = {(one.dataset, one.pipeline, one.model): one for one in results.timing}
    datasets = {row.name: row for row in results.datasets}
    ordered = {name: tuple(found) for name, found in metrics.items()}
    return Index(datasets, scores, comparisons, ordered, timing, tuple(pipelines))


def standings(found: Index, dataset: str, metric: str, pipeline: str | None = None) -> Standings:
    """Order the models of one data set by one metric.

    Parameters
    ----------
    found : Index
        Of a run's results.
    dataset, metric : str
        Names; the index's ``metrics`` says which have a score.
    pipeline : str, optional
        Leave out the models behind other pipelines. What is proven stays so: the correction ran over all pairs.

    Raises
    ------
    KeyError
        No model has a score there.
    """
    scores = [one for one in found.scores[dataset, metric] if pipeline in (None, one.pipeline)]
    if not scores:
        raise KeyError((dataset, metric, pipeline))
    pairs = found.comparisons.get((dataset, metric), {})
    ordered = sorted(scores, key=_order)
    best = ordered[0] if ordered[0].estimate is not None else None
    several = len({one.pipeline for one in scores}) > 1
    versus = [None if best is None or one is best else difference(pairs, one, best) for one in ordered]
    entries = tuple(
        Entry(
            letter=LETTERS[rank] if standing is not Standing.UNRANKED and rank < len(LETTERS) else "",
            rank=rank,
            name=f"{one.model} · {one.pipeline}" if several else one.model,
            score=one,
            standing=standing,
            versus=against,
            timing=found.timing.get((dataset, one.pipeline, one.model)),
        )
        for rank, (one, against, standing) in enumerate(
            zip(ordered, versus, _standing_of(ordered, versus), strict=True)
        )
    )
    return Standings(
        found.datasets[dataset],
        metric,
        entries,
        sum(row.p_adjusted is not None for row in pairs.values()),
        _beats_baseline(entries, pairs),
    )


def _order(score: Score) -> tuple[bool, float, bool]:
    """Best first in the metric's direction, the baseline behind its equals, those without an estimate last.

    A metric of which neither end is better counts by its distance from zero.
    """
    if score.estimate is None:
        return True, 0.0, False
    if not score.ordered:
        return False, abs(score.estimate), score.model == BASELINE
    return False, -score.estimate if score.greater_is_better else score.estimate, score.model == BASELINE


def _beats_baseline(entries: Sequence[Entry], pairs: Pairs) -> bool:
    ranked = [entry for entry in entries if entry.standing is not Standing.UNRANKED]
    baseline = next((entry for entry in ranked if entry.is_baseline), None)
    if baseline is None or len(ranked) < 2 or not baseline.score.ordered or baseline.is_untested:
        return True
    gaps = (difference(pairs, entry.score, baseline.score) for entry in ranked if not entry.is_baseline)
    return any(gap is not None and gap.verdict == "better" for gap in gaps)


def _standing_of(ordered: Sequence[Score], versus: Sequence[Difference | None]) -> list[Standing]:
    """What is proven of each; the first is the best when every other ranked model is proven worse."""
    found = [_standing(score, against) for score, against in zip(ordered, versus, strict=True)]
    if found[0] is not Standing.UNRANKED and ordered[0].ordered:
        others = [standing for standing in found[1:] if standing is not Standing.UNRANKED]
        proven = bool(others) and all(standing is Standing.WORSE for standing in others)
        found[0] = Standing.BEST if proven else Standing.HIGHEST
    return found


def _standing(score: Score, versus: Difference | None) -> Standing:
    if score.estimate is None:
        return Standing.UNRANKED
    if versus is not None and versus.verdict in ("worse", "equivalent"):
        return Standing(versus.verdict)
    return Standing.UNDECIDED


def difference(pairs: Pairs, one: Score, other: Score) -> Difference | None:
    """Find the comparison of two models and turn it so that it reads `one` − `other`; None when there is none."""
    own, against = (one.pipeline, one.model), (other.pipeline, other.model)
    if (row := pairs.get((own, against))) is not None:
        return _turned(row, 1)
    row = pairs.get((against, own))
    return None if row is None else _turned(row, -1)


def _turned(row: ComparisonRow, sign: int) -> Difference:
    verdict = {"a_better": "better", "b_better": "worse"}.get(row.verdict, row.verdict)
    low, high = row.low, row.high
    if sign < 0:
        verdict = {"better": "worse", "worse": "better"}.get(verdict, verdict)
        low, high = (None if row.high is None else -row.high), (None if row.low is None else -row.low)
    value = None if row.difference is None else sign * row.difference
    return Difference(value, low, high, row.p_adjusted, verdict, row.minimum_detectable_difference, row.method)


def _answer(table: Standings) -> str:
    ranked, where = table.ranked, f"on {table.dataset.name}"
    if not ranked:
        return f"Nothing is ranked {where}: no model has a score"
    best, others = ranked[0], ranked[1:]
    shown = numbers.interval(best.score.estimate, best.score.low, best.score.high, places=table.decimals)
    missing = [entry.name for entry in table.entries if entry.standing is Standing.UNRANKED]
    tail = f"; {_listed(missing)} without a score" if missing else ""
    if not others:
        return f"{best.name} alone {where}: {shown}{tail}"
    if not table.is_ordered:
        return f"No ranking by {table.metric} {where}, of which neither end is better: {best.name} {shown}{tail}"
    if not table.beats_baseline:
        return f"No model is proven better than the baseline {where}{tail}"
    if best.standing is Standing.BEST:
        ahead = "ahead of the other" if len(others) == 1 else f"ahead of all {len(others)} others"
        return f"{best.name} wins {where}: {shown}, {ahead}{tail}"
    doubts = [f"; {_listed([entry.name for entry in table.close])} cannot be told from it"] if table.close else []
    if table.untested:
        doubts.append(f"; no test against {_listed([entry.name for entry in table.untested])}: folds differ equally")
    return f"Undecided {where}: {best.name} {shown}{''.join(doubts)}{tail}"


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
    return f"{', '.join(names[:2])} and {len(names) - 2} others"
