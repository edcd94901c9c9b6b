"""Classifier two-sample test: can anything tell reference rows from current ones?

A classifier is trained on some rows to tell the samples apart and judged on the others by its ROC area. Scores
of different folds are not independent, since each fold's labels train the others' models, and treating them so
rejects too often. The folds' areas are therefore averaged as if they rose and fell together, which holds whatever
their dependence; permutations that refit the classifier are sharper and cost a refit each.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from mtf_engine.statistics.distance import sample_matrix
from mtf_engine.statistics.inputs import DECIMALS, check_count, check_same_length, finite_vector, truth_vector
from mtf_engine.statistics.randomness import data_generator
from mtf_engine.statistics.ranks import midranks
from mtf_engine.statistics.values import TestResult

__all__ = [
    "ClassifierTwoSampleResult",
    "FitScore",
    "classifier_two_sample",
    "classifier_two_sample_refit",
]


class FitScore(Protocol):
    """A function that trains a classifier of the two samples and scores rows it has not seen.

    Examples
    --------
    >>> def distance_to_current(rows, is_current, held_out):
    ...     return -abs(held_out - rows[is_current].mean(axis=0)).sum(axis=1)
    """

    def __call__(
        self, rows: NDArray[np.float64], is_current: NDArray[np.bool_], held_out: NDArray[np.float64], /
    ) -> ArrayLike:
        """Train on `rows` and return one score a row of `held_out`, higher for current."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierTwoSampleResult(TestResult):
    """Classifier two-sample test; the statistic is the mean ROC area over folds.

    Examples
    --------
    >>> classifier_two_sample([0.1, 0.2, 0.8, 0.9], [False, False, True, True]).fold_aucs
    (1.0,)
    """

    fold_aucs: tuple[float, ...]
    """ROC area of each fold that holds both samples; 0.5 is indistinguishable."""

    z: float | None
    """(mean area - 0.5) / mean standard error of the folds; None when undefined or found by permutation."""


@dataclass(frozen=True, slots=True)
class _FoldArea:
    """ROC area of one fold and its standard error when the labels are exchangeable."""

    auc: float
    standard_error: float


def _fold_area(scores: NDArray[np.float64], is_current: NDArray[np.bool_]) -> _FoldArea | None:
    n, m = int(np.count_nonzero(is_current)), int(np.count_nonzero(~is_current))
    if n == 0 or m == 0:
        return None
    ranks = midranks(scores)
    auc = (float(ranks[is_current].sum()) - n * (n + 1) / 2) / (n * m)
    total = n + m
    spread = float(((ranks - (total + 1) / 2) ** 2).sum())
    variance = spread / (n * m * total * (total - 1)) if total > 1 else 0.0
    return _FoldArea(auc, math.sqrt(variance))


def _fold_areas(
    scores: NDArray[np.float64], is_current: NDArray[np.bool_], folds: NDArray[np.generic]
) -> list[_FoldArea]:
    areas = [_fold_area(scores[folds == fold], is_current[folds == fold]) for fold in np.unique(folds)]
    return [area for area in areas if area is not None]


def classifier_two_sample(
    scores: ArrayLike, is_current: ArrayLike, *, folds: ArrayLike | None = None
) -> ClassifierTwoSampleResult:
    r"""Classifier two-sample test from held-out or cross-fitted scores.

    The statistic is the mean over folds of the ROC area within the fold, and
    :math:`z = (\overline{AUC} - \tfrac12)/\overline{se}` with :math:`se_f` the tie-corrected standard error of
    the Mann-Whitney statistic. Averaging standard errors instead of variances covers any dependence between
    folds. The p-value is one-sided: only areas above 1/2 speak for a difference.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Score of each row from a model that did not train on it, higher for current.
    is_current : array_like of shape (n,)
        Whether the row is from the current sample.
    folds : array_like of shape (n,), optional
        Fold in which each row was held out; absent means one held-out set.

    Returns
    -------
    ClassifierTwoSampleResult
        All scores tied gives area 0.5 and p = 1. Undefined with a reason when no fold holds both samples.

    Raises
    ------
    ValueError
        If lengths differ or a score is not finite.

    Notes
    -----
    Two folds lose the least power, because each added fold makes the standard errors larger.

    References
    ----------
    Lopez-Paz D, Oquab M (2017). Revisiting classifier two-sample tests. ICLR 2017.
    Mann HB, Whitney DR (1947). On a test of whether one of two random variables is stochastically larger than
    the other. Ann Math Stat 18:50-60.

    Examples
    --------
    >>> result = classifier_two_sample([0.1, 0.4, 0.3, 0.6, 0.5, 0.9], [0, 0, 0, 1, 1, 1])
    >>> result.statistic, round(result.p_value, 4)
    (1.0, 0.0248)
    """
    s, current = finite_vector(scores, "scores"), truth_vector(is_current, "is_current")
    check_same_length(s, current, "scores and is_current")
    labels = np.zeros(s.size, dtype=np.intp) if folds is None else np.asarray(folds)
    if labels.shape != s.shape:
        raise ValueError(f"folds must have one value a row; its shape is {labels.shape} for {s.size} rows.")
    areas = _fold_areas(s, current, labels)
    method = "classifier_two_sample (mann-whitney by fold, any dependence)"
    if not areas:
        reason = "No fold holds rows of both samples."
        return ClassifierTwoSampleResult(
            statistic=None, p_value=None, method=method, reason=reason, fold_aucs=(), z=None
        )
    skipped = int(np.unique(labels).size) - len(areas)
    mean = float(np.mean([area.auc for area in areas]))
    error = float(np.mean([area.standard_error for area in areas]))
    z = 0.0 if error == 0.0 else (mean - 0.5) / error
    return ClassifierTwoSampleResult(
        statistic=mean,
        p_value=1.0 if error == 0.0 else float(special.ndtr(-z)),
        method=method,
        warnings=(f"{skipped} fold(s) without rows of both samples are left out.",) if skipped else (),
        fold_aucs=tuple(area.auc for area in areas),
        z=z,
    )


def _stratified_folds(is_current: NDArray[np.bool_], k: int, rng: np.random.Generator) -> NDArray[np.intp]:
    folds = np.empty(is_current.size, dtype=np.intp)
    for side in (True, False):
        rows = rng.permutation(np.flatnonzero(is_current == side))
        folds[rows] = np.arange(rows.size) % k
    return folds


def _cross_fit(
    rows: NDArray[np.float64], is_current: NDArray[np.bool_], folds: NDArray[np.intp], fit: FitScore
) -> NDArray[np.float64]:
    scores = np.empty(is_current.size)
    for fold in range(int(folds.max()) + 1):
        held_out = folds == fold
        found = finite_vector(fit(rows[~held_out], is_current[~held_out], rows[held_out]), "scores of fit")
        if found.size != int(np.count_nonzero(held_out)):
            raise ValueError(f"fit returned {found.size} scores for {np.count_nonzero(held_out)} rows.")
        scores[held_out] = found
    return scores


def classifier_two_sample_refit(
    reference: ArrayLike,
    current: ArrayLike,
    fit: FitScore,
    *,
    n_folds: int = 2,
    n_permutations: int = 0,
    seed: int = 0,
) -> ClassifierTwoSampleResult:
    """Classifier two-sample test that cross-fits a classifier of the caller's.

    Parameters
    ----------
    reference, current : array_like of shape (n, d), (m, d) or (n,), (m,)
        Finite rows of both samples.
    fit : callable
        ``fit(training_rows, is_current, held_out_rows)`` returns one score a held-out row, higher for current.
    n_folds : int, default 2
        Stratified folds, at least 2 and at most the rows of the smaller sample.
    n_permutations : int, default 0
        0 judges the areas as `classifier_two_sample` does. Otherwise at least 19 permutations of the sample
        labels, each with new folds and n_folds refits; p is (b+1)/(B+1).
    seed : int, default 0
        Seed of folds and permutations, mixed with the data.

    Returns
    -------
    ClassifierTwoSampleResult
        Undefined with a reason when a sample has fewer rows than there are folds.

    Raises
    ------
    ValueError
        If columns differ, a value or score is not finite, `fit` returns the wrong number of scores, or an
        option is out of range.

    References
    ----------
    Lopez-Paz D, Oquab M (2017). Revisiting classifier two-sample tests. ICLR 2017.
    Phipson B, Smyth GK (2010). Permutation p-values should never be zero. Stat Appl Genet Mol Biol 9:39.

    Examples
    --------
    >>> def mean_difference(rows, is_current, held_out):
    ...     return held_out @ (rows[is_current].mean(axis=0) - rows[~is_current].mean(axis=0))
    >>> result = classifier_two_sample_refit(range(20), range(50, 70), mean_difference)
    >>> result.statistic
    1.0
    """
    x, y = sample_matrix(reference, "reference"), sample_matrix(current, "current")
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"reference and current must have the same columns; got {x.shape[1]} and {y.shape[1]}.")
    check_count(n_folds, "n_folds", minimum=2)
    check_count(n_permutations, "n_permutations", minimum=0)
    if 0 < n_permutations < 19:
        raise ValueError(f"n_permutations must be 0 or at least 19; got {n_permutations}.")
    rows = np.concatenate([x, y])
    is_current = np.arange(rows.shape[0]) >= x.shape[0]
    if min(x.shape[0], y.shape[0]) < n_folds:
        reason = f"{n_folds} folds need as many rows of each sample; got {x.shape[0]} and {y.shape[0]}."
        return ClassifierTwoSampleResult(
            statistic=None,
            p_value=None,
            method="classifier_two_sample",
            reason=reason,
            fold_aucs=(),
            z=None,
        )
    rng = data_generator(seed, rows)

    def judged(labels: NDArray[np.bool_]) -> ClassifierTwoSampleResult:
        folds = _stratified_folds(labels, n_folds, rng)
        return classifier_two_sample(_cross_fit(rows, labels, folds, fit), labels, folds=folds)

    observed = judged(is_current)
    if n_permutations == 0:
        return observed
    permuted = [judged(rng.permutation(is_current)).statistic or 0.0 for _ in range(n_permutations)]
    reached = round(observed.statistic or 0.0, DECIMALS)
    at_least = sum(round(value, DECIMALS) >= reached for value in permuted)
    return ClassifierTwoSampleResult(
        statistic=observed.statistic,
        p_value=(at_least + 1) / (n_permutations + 1),
        method=f"classifier_two_sample ({n_permutations} permutations with refits)",
        fold_aucs=observed.fold_aucs,
        z=None,
    )
