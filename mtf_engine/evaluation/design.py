"""The design of a data set's evaluation: it decides which interval and which test are right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mtf_engine.domain.plan import DatasetPlan
from mtf_engine.domain.split import SplitMethod
from mtf_engine.metrics.spec import Metric


class DesignKind(StrEnum):
    """How the test rows came about."""

    ONE_TEST_SET = "one_test_set"
    """One division: numbers speak of this fitted model, rows are the sampling unit."""

    CROSS_VALIDATION = "cross_validation"
    """Several divisions with refitting: numbers speak of the procedure's mean score, folds are correlated."""

    ORDERED = "ordered"
    """One or more divisions along time: intervals describe these test rows and promise nothing about later ones."""


@dataclass(frozen=True, slots=True)
class Design:
    """What a statistical method has to know of how rows were divided."""

    kind: DesignKind
    repeats: int
    n_train: float
    """Mean number of training rows of a fold."""

    n_test: float
    """Mean number of test rows of a fold."""

    grouped: bool
    """Whether rows of one group belong together."""

    weighted: bool
    """Whether rows carry weights, which rules out methods that count rows."""

    seed: int
    confidence: float


def design_of(entry: DatasetPlan, *, seed: int, confidence: float) -> Design:
    """Read the design off a data set's plan.

    Parameters
    ----------
    entry : DatasetPlan
        The data set with its folds.
    seed : int
        Of the plan; resampling draws from it.
    confidence : float
        Nominal confidence of intervals, in (0, 1).

    Returns
    -------
    Design
    """
    folds = entry.folds
    if entry.splits.method is SplitMethod.TIME_SERIES or entry.dataset.ref.time is not None:
        kind = DesignKind.ORDERED
    elif len(folds) == 1:
        kind = DesignKind.ONE_TEST_SET
    else:
        kind = DesignKind.CROSS_VALIDATION
    return Design(
        kind=kind,
        repeats=max(fold.repeat for fold in folds) + 1,
        n_train=sum(fold.n_train for fold in folds) / len(folds),
        n_test=sum(fold.n_test for fold in folds) / len(folds),
        grouped=entry.dataset.ref.groups is not None,
        weighted=entry.dataset.ref.weights is not None,
        seed=seed,
        confidence=confidence,
    )


def counts_rows(design: Design) -> bool:
    """Whether methods that count rows one by one are right: one test set, neither grouped nor weighted."""
    return design.kind is DesignKind.ONE_TEST_SET and not (design.grouped or design.weighted)


def has_row_level_pairs(metric: Metric, design: Design) -> bool:
    """Whether two contestants are compared on a metric without resampling."""
    return counts_rows(design) and (metric.paired_rows is not None or metric.interval == "auc")
