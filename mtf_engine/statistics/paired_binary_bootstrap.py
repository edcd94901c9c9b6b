"""The paired bootstrap of binary metrics: both models and all metrics from one exact draw of the rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.binary_bootstrap import BINARY_METRICS, BinaryProblem, binary_problem
from mtf_engine.statistics.binary_points import LOSS_METRICS, row_losses
from mtf_engine.statistics.confusion_metrics import Floats
from mtf_engine.statistics.feature_bootstrap import Sums, side_replicates
from mtf_engine.statistics.inputs import (
    check_choice,
    finite_vector,
    truth_vector,
)
from mtf_engine.statistics.replicates import BootstrapMethod, check_bootstrap, difference_of_replicates
from mtf_engine.statistics.values import Difference, NamedDifferences

__all__ = ["paired_bootstrap_binary"]


@dataclass(frozen=True, slots=True)
class _BinarySide:
    """One model's scores: slot and class of each row, losses."""

    problem: BinaryProblem
    codes: NDArray[np.int32]
    losses: Floats
    loss_names: tuple[str, ...]

    @property
    def size(self) -> int:
        """Cells: positives of all slots, then negatives."""
        return 2 * self.problem.slots.positive.size

    def evaluate(self, name: str, sums: Sums) -> Floats:
        """The metric on each resample."""
        if name in LOSS_METRICS:
            return np.clip(sums.losses[:, self.loss_names.index(name)], 0.0, 1.0 if name == "brier" else None)
        return self.problem.evaluate(name, sums.counts)

    def estimate(self, name: str) -> float:
        """The metric on the rows themselves."""
        return self.problem.estimate(name)


def _side(truth: NDArray[np.bool_], score: Floats, threshold: float, metrics: Sequence[str]) -> _BinarySide:
    problem = binary_problem(truth, score, threshold, metrics)
    width = problem.slots.positive.size
    codes = problem.slots.number(score) + np.where(truth, 0, width)
    names = tuple(name for name in metrics if name in LOSS_METRICS)
    losses = np.empty((score.size, len(names)))
    for i, name in enumerate(names):
        losses[truth, i] = row_losses(name, score[truth], positive=True)
        losses[~truth, i] = row_losses(name, score[~truth], positive=False)
    return _BinarySide(problem, codes[:, None].astype(np.int32), losses, names)


def paired_bootstrap_binary(
    truth: ArrayLike,
    score_a: ArrayLike,
    score_b: ArrayLike,
    *,
    metrics: Sequence[str],
    threshold: float = 0.5,
    confidence: float = 0.95,
    resamples: int = 2000,
    method: BootstrapMethod = "percentile",
    seed: int = 0,
    expanded: bool = True,
) -> NamedDifferences:
    """Bootstrap differences of binary metrics of two models on the same rows, both on the same draws.

    Rows are drawn one by one, so the cost grows with rows times resamples: about five seconds for a million rows
    and a thousand resamples.

    Parameters
    ----------
    truth : array_like of shape (n,), bool or 0/1
        True for the positive class.
    score_a, score_b : array_like of shape (n,), float
        Probabilities or scores of the two models.
    metrics, threshold, confidence, resamples, seed, expanded
        As in `bootstrap_binary`.
    method : {"percentile", "bca"}, default "percentile"
        How bounds are read off; see `paired_bootstrap` for why.

    Returns
    -------
    NamedDifferences
        First minus second for each metric; p-values as in `paired_bootstrap`. Undefined with a reason without
        rows.

    Raises
    ------
    ValueError
        As in `bootstrap_binary`.

    Examples
    --------
    >>> truth, score = [0, 0, 1, 1] * 20, [0.1, 0.4, 0.35, 0.8] * 20
    >>> paired_bootstrap_binary(truth, score, score, metrics=["roc_auc"])["roc_auc"].p_value
    1.0
    """
    check_bootstrap(confidence, resamples, method)
    for name in metrics:
        check_choice(name, "metrics", BINARY_METRICS)
    labels = truth_vector(truth)
    first, second = finite_vector(score_a, "score_a"), finite_vector(score_b, "score_b")
    if not first.size == second.size == labels.size:
        raise ValueError(
            f"truth, score_a and score_b must have the same number of rows; got {labels.size}, {first.size} "
            f"and {second.size}."
        )
    label = f"paired_bootstrap_{method}"
    if labels.size == 0:
        none = Difference(None, None, None, confidence, None, label, "There are no rows (n = 0).")
        return NamedDifferences(tuple(metrics), (none,) * len(metrics))
    sides = [_side(labels, score, float(threshold), metrics) for score in (first, second)]
    found = side_replicates(sides, metrics, resamples=resamples, method=method, seed=seed, expanded=expanded)
    return NamedDifferences(tuple(metrics), tuple(difference_of_replicates(one, confidence, label) for one in found))
