"""Rankings of models over several data sets: ranks within each, averaged, with the test that belongs to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mtf_engine import statistics as st
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.results import Ranking, Score
from mtf_engine.metrics.registry import get

MIN_DATASETS = 2
MIN_MODELS = 3
FEW_DATASETS = 5


def rank_models(plan: Plan, scores: tuple[Score, ...]) -> tuple[Ranking, ...]:
    """Rank models on each metric over the data sets of one task.

    Models are ranked only where all of them have a score: ranks of a table with gaps are not comparable. The test
    is Iman and Davenport's F of Friedman's statistic, corrected for ties; the critical difference is Nemenyi's.

    Parameters
    ----------
    plan : Plan
        Names tasks, metrics and models in order.
    scores : tuple of Score
        All scores of the run.

    Returns
    -------
    tuple of Ranking
        For each pipeline and metric with at least two data sets and three models, in plan order.
    """
    found: list[Ranking] = []
    for task in dict.fromkeys(entry.dataset.task for entry in plan.datasets):
        found.extend(_rank_task(plan, task, scores))
    return tuple(found)


def _rank_task(plan: Plan, task: Task, scores: tuple[Score, ...]) -> Iterator[Ranking]:
    entries = [entry for entry in plan.datasets if entry.dataset.task is task]
    names = [entry.dataset.name for entry in entries]
    own = [score for score in scores if score.dataset in names and score.slice is None]
    pipelines = dict.fromkeys(score.pipeline for score in own)
    for metric in dict.fromkeys(score.metric for score in own):
        if not get(metric).ordered:
            continue
        for pipeline in pipelines:
            table = {(s.dataset, s.model): s for s in own if s.metric == metric and s.pipeline == pipeline}
            models = tuple(dict.fromkeys(model for _, model in table))
            if len(names) >= MIN_DATASETS and len(models) >= MIN_MODELS:
                ranking = _rank(metric, names, models, table, 1.0 - plan.resolved.confidence)
                yield replace(ranking, pipeline=pipeline, datasets=tuple(names))


def _rank(
    metric: str, names: list[str], models: tuple[str, ...], table: dict[tuple[str, str], Score], alpha: float
) -> Ranking:
    estimates = [[_estimate(table, name, model) for model in models] for name in names]
    if any(value is None for row in estimates for value in row):
        return Ranking(metric, models, (), "iman_davenport", None, None, None, "Some models lack a score.")
    values = np.array(estimates, dtype=np.float64)
    higher = get(metric).greater_is_better
    ranks = st.mean_ranks(values, higher_is_better=higher)
    test = st.iman_davenport(values, higher_is_better=higher)
    few = f"Only {len(names)} data sets: ranks are weak evidence." if len(names) < FEW_DATASETS else None
    return Ranking(
        metric=metric,
        models=models,
        mean_ranks=tuple(float(rank) for rank in ranks),
        test="iman_davenport",
        statistic=test.statistic,
        p_value=test.p_value,
        critical_difference=float(st.nemenyi_critical_difference(len(models), len(names), alpha=alpha)),
        reason=test.reason or few,
    )


def _estimate(table: dict[tuple[str, str], Score], name: str, model: str) -> float | None:
    score = table.get((name, model))
    return None if score is None else score.estimate
