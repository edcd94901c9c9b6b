"""The Bayesian signed-rank test: how probable is it that one model is practically better across data sets.

Where Wilcoxon's p-value cannot say that two models are equivalent, this can: differences within the region of
practical equivalence (ROPE) count for neither side.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.inputs import check_count
from mtf_engine.statistics.ranks import paired_differences

__all__ = ["SignedRankPosterior", "bayesian_signed_rank"]

_VALUES_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class SignedRankPosterior:
    """Posterior probabilities that either model, or neither, is practically better.

    Examples
    --------
    >>> bayesian_signed_rank([0.0, 0.0, 0.0], rope=0.01).rope
    1.0
    """

    second_better: float
    """Probability that the region below -rope weighs most, in [0, 1]."""

    rope: float
    """Probability that practical equivalence weighs most, in [0, 1]."""

    first_better: float
    """Probability that the region above +rope weighs most, in [0, 1]; the three sum to 1."""

    rope_width: float
    """Half-width of the region of practical equivalence, in the scores' unit."""

    n: int
    """Differences given."""

    n_samples: int
    """Monte Carlo draws; a probability p carries a standard error of sqrt(p(1-p)/n_samples)."""

    method: str = "bayesian_signed_rank"
    """Name of the method."""


def _canonical_sign(ordered: NDArray[np.float64]) -> int:
    """+1 or -1 such that d and -d, in any order, lead to the same draws."""
    unequal = np.flatnonzero(ordered != -ordered[::-1])
    return 1 if unequal.size == 0 or ordered[unequal[0]] > -ordered[::-1][unequal[0]] else -1


def _winners(ordered: NDArray[np.float64], weights: NDArray[np.float64], rope: float) -> NDArray[np.float64]:
    """Sum over draws of (left, rope, right) wins; a tie for the largest share is split."""
    below = np.searchsorted(ordered, np.round(-2.0 * rope - ordered, 10), side="left")
    up_to = np.searchsorted(ordered, np.round(2.0 * rope - ordered, 10), side="right")
    cumulative = np.concatenate([np.zeros((weights.shape[0], 1)), np.cumsum(weights, axis=1)], axis=1)
    left = (weights * cumulative[:, below]).sum(axis=1)
    right = (weights * (cumulative[:, -1:] - cumulative[:, up_to])).sum(axis=1)
    shares = np.round(np.column_stack([left, 1.0 - left - right, right]), 10)
    best = shares == shares.max(axis=1, keepdims=True)
    wins: NDArray[np.float64] = (best / best.sum(axis=1, keepdims=True)).sum(axis=0)
    return wins


def bayesian_signed_rank(
    first: ArrayLike,
    second: ArrayLike | None = None,
    *,
    rope: float = 0.01,
    prior_strength: float = 0.5,
    n_samples: int = 50_000,
    seed: int = 0,
) -> SignedRankPosterior:
    r"""Bayesian signed-rank test with a region of practical equivalence.

    The differences and one pseudo-difference at 0 get Dirichlet(s, 1, ..., 1) weights w. Each draw weighs the
    three regions, :math:`\theta_{left} = \sum_{ij} w_i w_j [d_i + d_j < -2r]`,
    :math:`\theta_{rope} = \sum_{ij} w_i w_j [|d_i + d_j| \le 2r]` and :math:`\theta_{right}` likewise, and the
    heaviest wins the draw.

    Parameters
    ----------
    first, second : array_like of shape (n,)
        Paired scores, one a data set; `first` holds differences when `second` is absent. Higher is better.
    rope : float, default 0.01
        Half-width r of practical equivalence, in the scores' unit, at least 0.
    prior_strength : float, default 0.5
        Weight s of the pseudo-difference, positive.
    n_samples : int, default 50000
        Monte Carlo draws, at least 100.
    seed : int, default 0
        Seed of the draws. Row order does not change the result, and swapping the models mirrors it.

    Returns
    -------
    SignedRankPosterior
        Three probabilities that sum to 1. Identical models give rope = 1.

    Raises
    ------
    ValueError
        If shapes differ, values are not finite, or an option is out of range.

    References
    ----------
    Benavoli A, Mangili F, Corani G, Zaffalon M, Ruggeri F (2014). A Bayesian Wilcoxon signed-rank test based on
    the Dirichlet process. ICML 2014.
    Benavoli A, Corani G, Demšar J, Zaffalon M (2017). Time for a change: a tutorial for comparing multiple
    classifiers through Bayesian analysis. JMLR 18(77):1-36.

    Examples
    --------
    >>> result = bayesian_signed_rank([0.03, 0.05, 0.02, 0.04, 0.06, 0.03, 0.05, 0.02], rope=0.01)
    >>> result.first_better > 0.99
    True
    """
    d = paired_differences(first, second)
    if not (math.isfinite(rope) and rope >= 0.0):
        raise ValueError(f"rope must be a finite number of at least 0; got {rope!r}.")
    if not (math.isfinite(prior_strength) and prior_strength > 0.0):
        raise ValueError(f"prior_strength must be a positive number; got {prior_strength!r}.")
    check_count(n_samples, "n_samples", minimum=100)
    sign = _canonical_sign(np.sort(d))
    values = np.concatenate([[0.0], np.sort(sign * d)])
    order = np.argsort(values, kind="stable")
    rng = np.random.default_rng(seed)
    wins, left_to_draw = np.zeros(3), n_samples
    while left_to_draw:
        batch = min(left_to_draw, max(1, _VALUES_AT_ONCE // values.size))
        weights = rng.standard_exponential((batch, values.size))
        weights[:, 0] = rng.standard_gamma(prior_strength, batch)
        weights /= weights.sum(axis=1, keepdims=True)
        wins += _winners(values[order], weights[:, order], rope)
        left_to_draw -= batch
    left, within, right = (wins / n_samples)[:: sign if sign == 1 else -1].tolist()
    return SignedRankPosterior(left, within, right, float(rope), int(d.size), n_samples)
