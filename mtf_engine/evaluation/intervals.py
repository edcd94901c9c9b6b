"""Which interval a score gets: the first table of the statistics page, written as code."""

from __future__ import annotations

from mtf_engine import statistics as st
from mtf_engine.domain.dataset import Task
from mtf_engine.evaluation.contestant import Contestant
from mtf_engine.evaluation.design import Design, DesignKind, counts_rows
from mtf_engine.evaluation.influence import error_of
from mtf_engine.evaluation.resampling import resampled_interval
from mtf_engine.metrics.sample import Sample
from mtf_engine.metrics.spec import Metric


def interval_of(contestant: Contestant, metric: Metric, design: Design, *, estimate: float) -> st.Interval:
    """Choose and compute the interval of one score.

    Parameters
    ----------
    contestant : Contestant
        All of whose cells have a result.
    metric : Metric
        Defined on every fold.
    design : Design
        How the test rows came about.
    estimate : float
        The number shown, which the interval contains.

    Returns
    -------
    mtf_engine.statistics.Interval
        Cross-validation: corrected resampled t on the fold scores, centred on the estimate, with a warning where
        folds agree by more than their rows allow. One test set: Wilson for proportions, DeLong on the logit scale
        for the ROC area, BCa bootstrap else; cluster bootstrap where groups are declared, bootstrap throughout where
        rows are weighted. Ordered splits: block bootstrap, descriptive.
    """
    if design.kind is DesignKind.CROSS_VALIDATION:
        return st.corrected_resampled_t(
            contestant.fold_array(metric.name),
            n_train=design.n_train,
            n_test=design.n_test,
            confidence=design.confidence,
            repeats=design.repeats,
            bounds=(metric.low, metric.high),
            estimate=estimate,
            row_error=_row_error(contestant, metric, design),
        )
    rows = contestant.test_rows
    if rows is not None and counts_rows(design):
        exact = _row_level(metric, rows.sample, design.confidence)
        if exact is not None:
            return exact
    resampled = contestant.resampled(metric, design)
    if resampled is None:
        return st.Interval(estimate, None, None, design.confidence, "none", "Some folds have no result.")
    return resampled_interval(resampled, design, estimate=estimate)


def _row_error(contestant: Contestant, metric: Metric, design: Design) -> float:
    rows = contestant.test_rows
    return 0.0 if rows is None else error_of(contestant.influence(metric), rows, design)


def _row_level(metric: Metric, sample: Sample, confidence: float) -> st.Interval | None:
    """Intervals that need no resampling; None where the metric has none."""
    if metric.interval == "proportion" and metric.counts is not None:
        counts = metric.counts(sample)
        return None if counts is None else st.wilson(counts.successes, counts.n, confidence=confidence)
    if metric.interval == "auc" and sample.task is Task.BINARY:
        truth, score = sample.ranking()
        return st.auc_interval(truth, score, confidence=confidence)
    return None
