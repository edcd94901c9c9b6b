"""Which average ranks differ: Nemenyi for all pairs, Bonferroni-Dunn against a control.

Both compare average ranks with one critical difference, the bar of a critical-difference diagram. The
studentised range is integrated here because scipy.stats, which has it, costs about a second to import.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from mtf_engine.statistics.inputs import check_confidence, check_count
from mtf_engine.statistics.many_datasets import check_mean_ranks

__all__ = [
    "RankComparison",
    "RankComparisons",
    "bonferroni_dunn",
    "bonferroni_dunn_critical_difference",
    "nemenyi",
    "nemenyi_critical_difference",
]

_GRID = np.linspace(-9.0, 9.0, 601)
_BISECTIONS = 60


@dataclass(frozen=True, slots=True)
class RankComparison:
    """Two models compared by their average ranks.

    Examples
    --------
    >>> nemenyi([1.2, 1.8], 20).pairs[0].difference
    -0.6000000000000001
    """

    first: int
    """Position of the first model (the control, where there is one)."""

    second: int
    """Position of the second model."""

    difference: float
    """Average rank of first minus second; negative where the first is better."""

    z: float
    """Difference in units of its standard error sqrt(k(k+1)/(6N))."""

    p_value: float
    """Two-sided normal p-value of this pair alone; adjust it with Holm and its kin."""

    p_adjusted: float
    """P-value within the whole family: Nemenyi's, or Bonferroni's for Dunn."""

    significant: bool
    """Whether |difference| reaches the critical difference."""


@dataclass(frozen=True, slots=True)
class RankComparisons:
    """All comparisons of one family with their critical difference.

    Examples
    --------
    >>> round(nemenyi([3.143, 2.0, 2.893, 1.964], 14).critical_difference, 2)
    1.25
    """

    critical_difference: float
    """Difference of average ranks at which a pair is significant."""

    alpha: float
    """Family-wise error rate, in (0, 1)."""

    mean_ranks: tuple[float, ...]
    """Average rank of each model, in the order given."""

    n_datasets: int
    """Data sets the ranks are averaged over."""

    pairs: tuple[RankComparison, ...]
    """One comparison a pair, or one a model against the control."""

    method: str
    """``nemenyi`` or ``bonferroni_dunn``."""

    @property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Maximal sets of models that lie within one critical difference, best first.

        These are the bars of a critical-difference diagram; a set of one is left out.
        """
        order = sorted(range(len(self.mean_ranks)), key=lambda model: self.mean_ranks[model])
        found: list[tuple[int, ...]] = []
        last_end = 0
        for start in range(len(order)):
            lowest = self.mean_ranks[order[start]]
            end = start
            while end < len(order) and self.mean_ranks[order[end]] - lowest < self.critical_difference:
                end += 1
            if end - start > 1 and end > last_end:
                found.append(tuple(order[start:end]))
                last_end = end
        return tuple(found)


def _range_tail(width: float, k: int) -> float:
    """P(range of k standard normals > width), from the density of the largest; precise far into the tail."""
    if width <= 0.0:
        return 1.0
    below = special.ndtr(_GRID)
    share = np.minimum(special.ndtr(_GRID - width) / below, 1.0)
    with np.errstate(divide="ignore"):
        miss = -np.expm1((k - 1) * np.log1p(-share))
    density = np.exp(-0.5 * _GRID**2) / math.sqrt(2.0 * math.pi)
    tail = k * float(np.sum(density * below ** (k - 1) * miss)) * float(_GRID[1] - _GRID[0])
    return min(1.0, tail)


def _range_quantile(alpha: float, k: int) -> float:
    low, high = 0.0, 40.0
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if _range_tail(middle, k) > alpha:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _standard_error(k: int, n: int) -> float:
    return math.sqrt(k * (k + 1) / (6.0 * n))


def nemenyi_critical_difference(n_models: int, n_datasets: int, *, alpha: float = 0.05) -> float:
    r"""Nemenyi's critical difference of two average ranks.

    .. math:: CD = q_\alpha \sqrt{k(k+1)/(6N)}

    with :math:`q_\alpha` the upper quantile of the studentised range of k groups and infinite degrees of
    freedom, divided by :math:`\sqrt 2`.

    Parameters
    ----------
    n_models : int
        k, at least 2.
    n_datasets : int
        N, at least 1.
    alpha : float, default 0.05
        Family-wise error rate in (0, 1).

    Returns
    -------
    float
        Positive, in ranks.

    Raises
    ------
    ValueError
        If a count is too small or alpha is outside (0, 1).

    References
    ----------
    Nemenyi PB (1963). Distribution-free multiple comparisons. PhD thesis, Princeton University.
    Demšar J (2006). Statistical comparisons of classifiers over multiple data sets. JMLR 7:1-30.

    Examples
    --------
    >>> round(nemenyi_critical_difference(4, 14), 4)
    1.2536
    """
    k, n = check_count(n_models, "n_models", minimum=2), check_count(n_datasets, "n_datasets", minimum=1)
    return _range_quantile(check_confidence(alpha, "alpha"), k) / math.sqrt(2.0) * _standard_error(k, n)


def bonferroni_dunn_critical_difference(n_models: int, n_datasets: int, *, alpha: float = 0.05) -> float:
    r"""Critical difference of average ranks for comparisons with one control.

    As Nemenyi's, with :math:`q_\alpha` the normal quantile at :math:`1 - \alpha/(2(k-1))`.

    Parameters
    ----------
    n_models, n_datasets, alpha
        As in `nemenyi_critical_difference`; n_models counts the control.

    Returns
    -------
    float
        Positive, in ranks.

    Raises
    ------
    ValueError
        If a count is too small or alpha is outside (0, 1).

    References
    ----------
    Dunn OJ (1961). Multiple comparisons among means. JASA 56:52-64.
    Demšar J (2006). Statistical comparisons of classifiers over multiple data sets. JMLR 7:1-30.

    Examples
    --------
    >>> round(bonferroni_dunn_critical_difference(4, 14, alpha=0.10), 4)
    1.0384
    """
    k, n = check_count(n_models, "n_models", minimum=2), check_count(n_datasets, "n_datasets", minimum=1)
    quantile = -float(special.ndtri(check_confidence(alpha, "alpha") / (2.0 * (k - 1))))
    return quantile * _standard_error(k, n)


def _compare(
    averages: Sequence[float], first: int, second: int, standard_error: float, critical: float, all_pairs: bool
) -> RankComparison:
    difference = averages[first] - averages[second]
    z = difference / standard_error
    p_value = min(1.0, 2.0 * float(special.ndtr(-abs(z))))
    k = len(averages)
    adjusted = _range_tail(abs(z) * math.sqrt(2.0), k) if all_pairs else min(1.0, (k - 1) * p_value)
    return RankComparison(first, second, difference, z, p_value, adjusted, abs(difference) >= critical)


def nemenyi(mean_ranks: ArrayLike, n_datasets: int, *, alpha: float = 0.05) -> RankComparisons:
    """Compare all pairs of models by their average ranks, family-wise error held at alpha.

    Parameters
    ----------
    mean_ranks : array_like of shape (n_models,)
        Average ranks, 1 the best, as `mtf_engine.statistics.mean_ranks` gives them.
    n_datasets : int
        Data sets they are averaged over, at least 2.
    alpha : float, default 0.05
        Family-wise error rate in (0, 1).

    Returns
    -------
    RankComparisons
        Pairs in order (0, 1), (0, 2), ...; equal average ranks give p = 1.

    Raises
    ------
    ValueError
        If the numbers cannot be average ranks, or alpha is outside (0, 1).

    Notes
    -----
    The verdict on two models depends on which others are in the pool. Pairwise `wilcoxon_signed_rank` with
    Holm's adjustment does not (Benavoli, Corani, Mangili 2016, JMLR 17).

    References
    ----------
    Nemenyi PB (1963). Distribution-free multiple comparisons. PhD thesis, Princeton University.

    Examples
    --------
    >>> result = nemenyi([3.143, 2.0, 2.893, 1.964], 14, alpha=0.10)
    >>> [(pair.first, pair.second) for pair in result.pairs if pair.significant]
    [(0, 1), (0, 3)]
    """
    averages = check_mean_ranks(mean_ranks, n_datasets).tolist()
    k = len(averages)
    critical = nemenyi_critical_difference(k, n_datasets, alpha=alpha)
    error = _standard_error(k, n_datasets)
    pairs = tuple(_compare(averages, i, j, error, critical, True) for i in range(k) for j in range(i + 1, k))
    return RankComparisons(critical, alpha, tuple(averages), n_datasets, pairs, "nemenyi")


def bonferroni_dunn(
    mean_ranks: ArrayLike, n_datasets: int, *, control: int = 0, alpha: float = 0.05
) -> RankComparisons:
    """Compare every model with one control by average ranks.

    Parameters
    ----------
    mean_ranks, n_datasets, alpha
        As in `nemenyi`.
    control : int, default 0
        Position of the control.

    Returns
    -------
    RankComparisons
        One pair a model, the control first. `p_value` is unadjusted, for Holm's more powerful adjustment.

    Raises
    ------
    ValueError
        If the numbers cannot be average ranks, alpha is outside (0, 1), or there is no such control.

    References
    ----------
    Dunn OJ (1961). Multiple comparisons among means. JASA 56:52-64.

    Examples
    --------
    >>> pair = bonferroni_dunn([2.48, 3.12, 2.44, 1.96], 25, control=3).pairs[1]
    >>> round(pair.z, 4), round(pair.p_value, 6)
    (-3.1768, 0.001489)
    """
    averages = check_mean_ranks(mean_ranks, n_datasets).tolist()
    k = len(averages)
    if not 0 <= control < k:
        raise ValueError(f"control must be a position from 0 to {k - 1}; got {control!r}.")
    critical = bonferroni_dunn_critical_difference(k, n_datasets, alpha=alpha)
    error = _standard_error(k, n_datasets)
    pairs = tuple(_compare(averages, control, other, error, critical, False) for other in range(k) if other != control)
    return RankComparisons(critical, alpha, tuple(averages), n_datasets, pairs, "bonferroni_dunn")
