"""Scores: each metric of each contestant with the interval that its design asks for."""

from __future__ import annotations

import logging
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, replace

from mtf_engine.domain.plan import DatasetPlan, Plan
from mtf_engine.domain.results import ComparisonRow, Ranking, Score
from mtf_engine.evaluation.comparison import compare_all
from mtf_engine.evaluation.contestant import Contestant, contestants_of
from mtf_engine.evaluation.design import Design, design_of
from mtf_engine.evaluation.intervals import interval_of
from mtf_engine.evaluation.ranking import rank_models
from mtf_engine.evaluation.store import CellStore
from mtf_engine.metrics.registry import get
from mtf_engine.metrics.spec import Metric

_log = logging.getLogger("mtf.run")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All numbers of a run that come from predictions, in plan order."""

    scores: tuple[Score, ...]
    comparisons: tuple[ComparisonRow, ...]
    rankings: tuple[Ranking, ...]


def evaluate_run(plan: Plan, store: CellStore, *, extra_metrics: Iterable[str] = ()) -> Evaluation:
    """Compute every score and comparison of a run from its stored predictions.

    Parameters
    ----------
    plan : Plan
        What was evaluated.
    store : CellStore
        The finished cells.
    extra_metrics : iterable of str
        Metrics that were added after the run; each applies to the data sets whose task it fits.

    Returns
    -------
    Evaluation
    """
    extra = tuple(extra_metrics)
    scores: list[Score] = []
    comparisons: list[ComparisonRow] = []
    for entry in plan.datasets:
        design = design_of(entry, seed=plan.resolved.seed, confidence=plan.resolved.confidence)
        metrics = tuple(get(name) for name in metrics_of(entry, extra))
        contestants = contestants_of(plan, entry, store, tuple(metric.name for metric in metrics))
        scores.extend(_score(one, metric, design) for one in contestants for metric in metrics)
        for metric in metrics:
            comparisons.extend(compare_all(contestants, metric, design))
        for one in contestants:
            one.release()
    return Evaluation(tuple(scores), tuple(comparisons), rank_models(plan, tuple(scores)))


def metrics_of(entry: DatasetPlan, extra: tuple[str, ...]) -> tuple[str, ...]:
    """List a data set's metrics: the plan's, then those added later that fit its task."""
    fitting = (name for name in extra if entry.dataset.task in get(name).tasks)
    return tuple(dict.fromkeys((*entry.metrics, *fitting)))


def _score(contestant: Contestant, metric: Metric, design: Design) -> Score:
    """Estimate one metric; what its own code raises costs this score and no other."""
    try:
        return score_of(contestant, metric, design)
    except Exception as error:
        _log.exception("%s of %s", metric.name, contestant.model)
        return _undefined(contestant, metric, design, f"it could not be computed: {type(error).__name__}: {error}")


def _undefined(contestant: Contestant, metric: Metric, design: Design, reason: str | None) -> Score:
    """Say all of a score but its numbers."""
    return Score(
        dataset=contestant.entry.dataset.name,
        pipeline=contestant.pipeline,
        model=contestant.model,
        metric=metric.name,
        greater_is_better=metric.greater_is_better,
        estimate=None,
        low=None,
        high=None,
        confidence=design.confidence,
        interval_method=None,
        aggregation=metric.aggregation,
        std=None,
        folds=(None,) * len(contestant.cells),
        n_rows=0,
        fold_mean=None,
        pooled=None,
        reason=reason,
        ordered=metric.ordered,
    )


def score_of(contestant: Contestant, metric: Metric, design: Design) -> Score:
    """Estimate one metric of one contestant.

    Parameters
    ----------
    contestant : Contestant
        Whose cells to score.
    metric : Metric
        What to compute; its spec says whether the estimate is the mean of folds or pooled.
    design : Design
        Decides the interval.

    Returns
    -------
    Score
        Estimate, bounds and both aggregations; None with a reason where undefined.
    """
    folds = contestant.fold_values(metric.name)
    values = [None if value is None else value.value for value in folds]
    present = [value for value in values if value is not None]
    complete = len(present) == len(values)
    fold_mean = statistics.fmean(present) if complete else None
    pooled = contestant.pooled(metric.name)
    reason = contestant.undefined_reason(metric.name)
    estimate = None
    if reason is None:
        estimate = fold_mean if metric.aggregation == "fold_mean" else pooled.value
        reason = pooled.reason if estimate is None else None
    interval = None if estimate is None else interval_of(contestant, metric, design, estimate=estimate)
    together = contestant.test_rows
    return replace(
        _undefined(contestant, metric, design, reason or (interval.reason if interval else None)),
        estimate=estimate,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        interval_method=interval.method if interval and interval.low is not None else None,
        std=statistics.stdev(present) if complete and len(present) > 1 else None,
        folds=tuple(values),
        n_rows=0 if together is None else len(together.rows),
        fold_mean=fold_mean,
        pooled=pooled.value,
        warnings=interval.warnings if interval else (),
    )
