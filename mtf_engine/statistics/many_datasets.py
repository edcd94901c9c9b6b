"""Several models on several data sets: average ranks and the tests of "no model differs".

Scores of different data sets are not commensurable, so models are ranked within each data set. Scores are a
(data sets, models) table; ranks start at 1 for the best model and ties share the average of their ranks.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from mtf_engine.statistics.inputs import DECIMALS, check_choice, check_count, finite_vector
from mtf_engine.statistics.rank_permutation import exact_rank_sum_p_value, is_small_table
from mtf_engine.statistics.ranks import midranks
from mtf_engine.statistics.values import TestResult

__all__ = [
    "FriedmanResult",
    "friedman",
    "friedman_from_mean_ranks",
    "iman_davenport",
    "iman_davenport_from_mean_ranks",
    "mean_ranks",
    "quade",
]

_ALL_TIED = "All models tie on every data set: nothing speaks for a difference."


@dataclass(frozen=True, slots=True, kw_only=True)
class FriedmanResult(TestResult):
    """Friedman's test with both readings of ties, because published tables use either.

    Examples
    --------
    >>> friedman([[0.9, 0.8], [0.7, 0.6], [0.8, 0.7], [0.6, 0.5]]).statistic_uncorrected
    4.0
    """

    mean_ranks: tuple[float, ...]
    """Average rank of each model, 1 the best."""

    n_datasets: int
    """Data sets the ranks are averaged over."""

    statistic_corrected: float | None
    """Chi-square corrected for ties (Conover; R and scipy print it); None when built from average ranks."""

    p_value_corrected: float | None
    """Chi-square p-value of `statistic_corrected`."""

    statistic_uncorrected: float
    """Chi-square without tie correction (Demšar's tables print it)."""

    p_value_uncorrected: float
    """Chi-square p-value of `statistic_uncorrected`."""


def score_table(scores: ArrayLike) -> NDArray[np.float64]:
    """Return scores as a finite (data sets, models) table rounded to 10 decimals, or raise ValueError."""
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] < 2 or table.shape[1] < 2:
        raise ValueError(
            f"scores must be a table of at least 2 data sets (rows) by 2 models (columns); its shape is {table.shape}."
        )
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise ValueError(
            f"scores hold NaN or infinity (first at data set {row}, model {column}); "
            "leave out data sets on which a model has no score."
        )
    return np.round(table, DECIMALS)


def rank_table(scores: ArrayLike, *, higher_is_better: bool = True) -> NDArray[np.float64]:
    """Rank the models within each data set, 1 the best, ties averaged: shape (data sets, models)."""
    table = score_table(scores)
    return np.vstack([midranks(-row if higher_is_better else row) for row in table])


def mean_ranks(scores: ArrayLike, *, higher_is_better: bool = True) -> NDArray[np.float64]:
    """Average rank of each model over the data sets.

    Parameters
    ----------
    scores : array_like of shape (n_datasets, n_models)
        At least 2 by 2, finite; rounded to 10 decimals before ranking.
    higher_is_better : bool, default True
        Direction of the scores.

    Returns
    -------
    ndarray of shape (n_models,), float64
        In [1, n_models], 1 the best; they sum to k(k+1)/2.

    Raises
    ------
    ValueError
        If the table is too small or holds NaN or infinity.

    References
    ----------
    Demšar J (2006). Statistical comparisons of classifiers over multiple data sets. JMLR 7:1-30.

    Examples
    --------
    >>> mean_ranks([[0.9, 0.8, 0.7], [0.6, 0.6, 0.5]]).tolist()
    [1.25, 1.75, 3.0]
    """
    averages: NDArray[np.float64] = rank_table(scores, higher_is_better=higher_is_better).mean(axis=0)
    return averages


def check_mean_ranks(ranks: ArrayLike, n_datasets: int) -> NDArray[np.float64]:
    """Return average ranks as an array, or raise ValueError unless they can be ranks of that many models."""
    averages = finite_vector(ranks, "mean_ranks", minimum=2)
    check_count(n_datasets, "n_datasets", minimum=2)
    k = averages.size
    if averages.min() < 1.0 or averages.max() > k:
        raise ValueError(f"mean_ranks of {k} models must lie in [1, {k}]; got {averages.tolist()}.")
    if abs(float(averages.sum()) - k * (k + 1) / 2) > 0.005 * k:
        raise ValueError(f"mean_ranks of {k} models must sum to {k * (k + 1) / 2:g}; these sum to {averages.sum():g}.")
    return averages


def _uncorrected(averages: NDArray[np.float64], n: int) -> float:
    k = averages.size
    return float(12.0 * n / (k * (k + 1)) * ((averages - (k + 1) / 2.0) ** 2).sum())


def _corrected(ranks: NDArray[np.float64]) -> float:
    """Tie-corrected chi-square; 0 where every rank is tied and numerator and denominator both vanish."""
    k = ranks.shape[1]
    centred = ranks - (k + 1) / 2.0
    spread = float((centred**2).sum())
    return 0.0 if spread == 0.0 else float((k - 1) * (centred.sum(axis=0) ** 2).sum() / spread)


def _chi_square_p(statistic: float, k: int) -> float:
    return float(special.chdtrc(k - 1, statistic))


def _exact_or_none(ranks: NDArray[np.float64], method: str) -> float | None:
    """Exact p-value where `method` and the table's size ask for it; None where an approximation does."""
    check_choice(method, "method", ("auto", "asymptotic", "exact"))
    n, k = ranks.shape
    small = is_small_table(n, k)
    if method == "exact" and not small:
        raise ValueError(
            f'method="exact" covers small tables only (15 data sets of 3 models, 9 of 4, 6 of 5); got {n} of {k}.'
        )
    return exact_rank_sum_p_value(ranks) if small and method != "asymptotic" else None


def friedman(
    scores: ArrayLike, *, higher_is_better: bool = True, ties: str = "corrected", method: str = "auto"
) -> FriedmanResult:
    r"""Friedman's test that all models have the same average rank.

    Without ties :math:`\chi^2_F = \frac{12N}{k(k+1)} \sum_j (\bar R_j - \frac{k+1}{2})^2` with k-1 degrees of
    freedom. The tie-corrected form divides by the rank variance that the ties leave:
    :math:`(k-1) \sum_j (R_j - N\frac{k+1}{2})^2 / \sum_{ij} (r_{ij} - \frac{k+1}{2})^2`.

    Parameters
    ----------
    scores : array_like of shape (n_datasets, n_models)
        At least 2 by 2, finite.
    higher_is_better : bool, default True
        Direction of the scores.
    ties : {"corrected", "uncorrected"}, default "corrected"
        Which of the two is the result's `statistic` and `p_value`; both are in the result by name.
    method : {"auto", "asymptotic", "exact"}, default "auto"
        Chi-square, or the exact distribution over all orders given the ties. ``auto`` is exact for up to 50 data
        sets of 2 models, 15 of 3, 9 of 4 and 6 of 5, where chi-square may reject too often.

    Returns
    -------
    FriedmanResult
        All scores tied gives statistic 0 and p = 1 with a warning.

    Raises
    ------
    ValueError
        If the table is too small or not finite, or `ties` is unknown.

    References
    ----------
    Friedman M (1937). The use of ranks to avoid the assumption of normality. JASA 32:675-701.
    Conover WJ (1999). Practical Nonparametric Statistics, 3rd ed. Wiley.

    Examples
    --------
    >>> result = friedman([[0.9, 0.8, 0.7], [0.8, 0.8, 0.6], [0.7, 0.6, 0.5], [0.9, 0.7, 0.8]])
    >>> round(result.statistic, 4), round(result.statistic_uncorrected, 4)
    (5.7333, 5.375)
    """
    check_choice(ties, "ties", ("corrected", "uncorrected"))
    ranks = rank_table(scores, higher_is_better=higher_is_better)
    n, k = ranks.shape
    averages = ranks.mean(axis=0)
    corrected, uncorrected = _corrected(ranks), _uncorrected(averages, n)
    chosen = corrected if ties == "corrected" else uncorrected
    exact = _exact_or_none(ranks, method)
    kind = "chi-square" if exact is None else "exact"
    return FriedmanResult(
        statistic=chosen,
        p_value=_chi_square_p(chosen, k) if exact is None else exact,
        method=f"friedman (ties: {ties}, p-value: {kind})",
        df=float(k - 1),
        warnings=(_ALL_TIED,) if float(np.ptp(ranks)) == 0.0 else (),
        mean_ranks=tuple(averages.tolist()),
        n_datasets=n,
        statistic_corrected=corrected,
        p_value_corrected=_chi_square_p(corrected, k),
        statistic_uncorrected=uncorrected,
        p_value_uncorrected=_chi_square_p(uncorrected, k),
    )


def friedman_from_mean_ranks(ranks: ArrayLike, n_datasets: int) -> FriedmanResult:
    """Friedman's test from published average ranks, which cannot be corrected for ties.

    Parameters
    ----------
    ranks : array_like of shape (n_models,)
        Average ranks in [1, n_models], summing to k(k+1)/2 within rounding.
    n_datasets : int
        Data sets they are averaged over, at least 2.

    Returns
    -------
    FriedmanResult
        With `statistic_corrected` None.

    Raises
    ------
    ValueError
        If the numbers cannot be average ranks.

    References
    ----------
    Derrac J, García S, Molina D, Herrera F (2011). A practical tutorial on the use of nonparametric statistical
    tests for comparing evolutionary and swarm intelligence algorithms. Swarm Evol Comput 1:3-18.

    Examples
    --------
    >>> round(friedman_from_mean_ranks([7, 4.84, 6.28, 5.5, 4.64, 5.4, 4, 3.5, 3.84], 25).statistic, 4)
    35.9973
    """
    averages = check_mean_ranks(ranks, n_datasets)
    statistic = _uncorrected(averages, n_datasets)
    p_value = _chi_square_p(statistic, averages.size)
    return FriedmanResult(
        statistic=statistic,
        p_value=p_value,
        method="friedman (ties: uncorrected, p-value: chi-square)",
        df=float(averages.size - 1),
        mean_ranks=tuple(averages.tolist()),
        n_datasets=n_datasets,
        statistic_corrected=None,
        p_value_corrected=None,
        statistic_uncorrected=statistic,
        p_value_uncorrected=p_value,
    )


def _agreement_p_value(averages: NDArray[np.float64], n: int) -> float:
    """Chance that all data sets order the models as the first does, given its ties."""
    _, group_sizes = np.unique(np.round(averages, DECIMALS), return_counts=True)
    log_arrangements = math.lgamma(averages.size + 1) - float(special.gammaln(group_sizes + 1).sum())
    return math.exp(-(n - 1) * log_arrangements)


def _f_result(between: float, within: float, averages: NDArray[np.float64], n: int, method: str) -> TestResult:
    """F = (n-1) between / within; where every data set ranks alike, F has no value and p is a permutation's."""
    df = (float(averages.size - 1), float((averages.size - 1) * (n - 1)))
    if between <= 1e-12 * max(within, 1e-300):
        return TestResult(0.0, 1.0, method, df=df, warnings=(_ALL_TIED,) if within == 0.0 else ())
    if within <= 1e-12 * between:
        reason = "Every data set orders the models alike, so F is infinite; p is the chance of that agreement."
        return TestResult(None, _agreement_p_value(averages, n), method, df=df, reason=reason)
    statistic = (n - 1) * between / within
    return TestResult(statistic, float(special.fdtrc(df[0], df[1], statistic)), method, df=df)


def iman_davenport(
    scores: ArrayLike, *, higher_is_better: bool = True, ties: str = "corrected", method: str = "auto"
) -> TestResult:
    r"""Iman and Davenport's F form of Friedman's test, less conservative than the chi-square.

    .. math:: F_F = \frac{(N-1)\chi^2_F}{N(k-1) - \chi^2_F}, \quad df = (k-1, (k-1)(N-1))

    Parameters
    ----------
    scores, higher_is_better, ties
        As in `friedman`; `ties` says which chi-square goes into the formula.
    method : {"auto", "asymptotic", "exact"}, default "auto"
        F, or the exact distribution, which is also Friedman's; ``auto`` as in `friedman`.

    Returns
    -------
    TestResult
        All scores tied: statistic 0, p = 1. All data sets in perfect agreement: statistic None with a reason
        and p the chance of that agreement, (1/k!)^(N-1) without ties.

    Raises
    ------
    ValueError
        As in `friedman`.

    References
    ----------
    Iman RL, Davenport JM (1980). Approximations of the critical region of the Friedman statistic.
    Commun Stat A 9:571-595.
    Conover WJ (1999). Practical Nonparametric Statistics, 3rd ed. Wiley.

    Examples
    --------
    >>> result = iman_davenport([[0.9, 0.8, 0.7], [0.8, 0.9, 0.6], [0.7, 0.6, 0.5], [0.9, 0.7, 0.8]])
    >>> round(result.statistic, 4), result.df
    (3.8571, (2.0, 6.0))
    """
    result = friedman(scores, higher_is_better=higher_is_better, ties=ties, method="asymptotic")
    exact = _exact_or_none(rank_table(scores, higher_is_better=higher_is_better), method)
    f = _iman_davenport(result, ties)
    if exact is None:
        return f
    return replace(f, p_value=exact, method=f"iman_davenport (ties: {ties}, p-value: exact)")


def iman_davenport_from_mean_ranks(ranks: ArrayLike, n_datasets: int) -> TestResult:
    """Iman and Davenport's F from published average ranks (no tie correction).

    Parameters
    ----------
    ranks, n_datasets
        As in `friedman_from_mean_ranks`.

    Returns
    -------
    TestResult
        As `iman_davenport`.

    Raises
    ------
    ValueError
        If the numbers cannot be average ranks.

    References
    ----------
    Iman RL, Davenport JM (1980). Approximations of the critical region of the Friedman statistic.
    Commun Stat A 9:571-595.

    Examples
    --------
    >>> round(iman_davenport_from_mean_ranks([3.143, 2.0, 2.893, 1.964], 14).statistic, 2)
    3.69
    """
    result = friedman_from_mean_ranks(ranks, n_datasets)
    return _iman_davenport(result, "uncorrected")


def _iman_davenport(result: FriedmanResult, ties: str) -> TestResult:
    averages, n, chi2 = np.asarray(result.mean_ranks), result.n_datasets, float(result.statistic or 0.0)
    within = max(0.0, n * (averages.size - 1) - chi2)
    f = _f_result(chi2, within, averages, n, f"iman_davenport (ties: {ties}, p-value: F)")
    return replace(f, warnings=result.warnings)


def quade(scores: ArrayLike, *, higher_is_better: bool = True) -> TestResult:
    r"""Quade's test: Friedman's with data sets weighted by how far their models lie apart.

    With :math:`Q_i` the rank of data set i's range of scores and
    :math:`S_{ij} = Q_i (r_{ij} - \frac{k+1}{2})`: :math:`F = (N-1) B / (A - B)`, where
    :math:`A = \sum S_{ij}^2`, :math:`B = \frac1N \sum_j (\sum_i S_{ij})^2`, df = (k-1, (k-1)(N-1)).

    Parameters
    ----------
    scores, higher_is_better
        As in `friedman`. The ranges are compared between data sets, so scores must share a unit.

    Returns
    -------
    TestResult
        Edges as in `iman_davenport`.

    Raises
    ------
    ValueError
        As in `friedman`.

    References
    ----------
    Quade D (1979). Using weighted rankings in the analysis of complete blocks with additive block effects.
    JASA 74:680-683.
    Conover WJ (1999). Practical Nonparametric Statistics, 3rd ed. Wiley.

    Examples
    --------
    >>> result = quade([[5, 4, 7, 10, 12], [1, 3, 1, 0, 2], [16, 12, 22, 22, 35], [5, 4, 3, 5, 4]])
    >>> round(result.statistic, 4), round(result.p_value, 4)
    (1.5873, 0.2407)
    """
    table = score_table(scores)
    ranks = rank_table(table, higher_is_better=higher_is_better)
    n, k = ranks.shape
    weights = midranks(np.ptp(table, axis=1))
    weighted = weights[:, np.newaxis] * (ranks - (k + 1) / 2.0)
    total = float((weighted**2).sum())
    between = float((weighted.sum(axis=0) ** 2).sum() / n)
    return _f_result(between, max(0.0, total - between), ranks.mean(axis=0), n, "quade")
