"""Drift of one variable between a reference sample and a current one.

Each test keeps its error rate at the sample sizes at hand. That matters most for the population stability index:
without any drift it averages (bins - 1)(1/n + 1/m), so fixed limits of 0.1 and 0.25 alarm on small samples and
sleep on large ones.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from mtf_engine.statistics.inputs import DECIMALS, check_choice, check_count, finite_vector
from mtf_engine.statistics.randomness import data_generator
from mtf_engine.statistics.values import Estimate, TestResult

__all__ = [
    "ContingencyResult",
    "StabilityResult",
    "chi_squared",
    "g_test",
    "kolmogorov_smirnov",
    "population_stability",
    "psi",
    "psi_test",
]

_EXACT_ROWS = 4000
_SMALL_EXPECTED = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StabilityResult(TestResult):
    """Population stability index with its distribution under no drift.

    Examples
    --------
    >>> psi_test([50, 50], [48, 52]).n_current
    100
    """

    null_mean: float | None
    """Mean index without drift at these sample sizes."""

    null_95: float | None
    """95th percentile of the index without drift: the limit that alarms once in twenty."""

    n_reference: int
    """Reference rows."""

    n_current: int
    """Current rows."""

    n_bins: int
    """Bins that hold rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContingencyResult(TestResult):
    """Test that two samples share one distribution over categories, with an effect size.

    Examples
    --------
    >>> chi_squared([50, 50], [50, 50]).cramers_v
    0.0
    """

    cramers_v: float | None
    """Cramér's V from Pearson's chi-square, in [0, 1]; None when undefined."""

    smallest_expected: float | None
    """Smallest expected count; the chi-square approximation wants about 5."""


def _exact_ks_p_value(n: int, m: int, distance: int) -> float:
    """P(n m D >= distance) without ties, walking all orders of the pooled sample one value at a time.

    State i of step s holds the chance that an order with i of its first s values from the first sample has
    already gone `distance` apart.
    """
    i = np.arange(n + 1, dtype=np.float64)
    reached = np.zeros(n + 1)
    for s in range(1, n + m + 1):
        shifted = np.concatenate([[0.0], reached[:-1]])
        reached = (i * shifted + (s - i) * reached) / s
        j = s - i
        outside = np.abs(i * m - j * n) >= distance
        reached = np.where(outside, 1.0, reached)
        reached[(j < 0) | (j > m)] = 0.0
    return min(1.0, float(reached[n]))


def kolmogorov_smirnov(first: ArrayLike, second: ArrayLike) -> TestResult:
    r"""Two-sample Kolmogorov-Smirnov test of equal distributions.

    :math:`D = \max_t |F(t) - G(t)|`. The p-value is exact for continuous data up to 4000 rows in all and
    Kolmogorov's limit beyond; with ties both are conservative.

    Parameters
    ----------
    first, second : array_like of shape (n,), (m,)
        Finite values, rounded to 10 decimals.

    Returns
    -------
    TestResult
        D in [0, 1]. Undefined with a reason when a sample is empty.

    Raises
    ------
    ValueError
        If a value is not finite.

    References
    ----------
    Hodges JL (1958). The significance probability of the Smirnov two-sample test. Arkiv för Matematik 3:469-486.
    Smirnov N (1948). Table for estimating the goodness of fit of empirical distributions. Ann Math Stat
    19:279-281.

    Examples
    --------
    >>> result = kolmogorov_smirnov([1, 2, 3, 4], [5, 6, 7, 8])
    >>> result.statistic, round(result.p_value, 4)
    (1.0, 0.0286)
    """
    x = np.sort(np.round(finite_vector(first, "first"), DECIMALS))
    y = np.sort(np.round(finite_vector(second, "second"), DECIMALS))
    n, m = int(x.size), int(y.size)
    if n == 0 or m == 0:
        return TestResult(None, None, "kolmogorov_smirnov", reason="A sample has no rows.")
    pooled = np.concatenate([x, y])
    gaps = np.searchsorted(x, pooled, side="right") * m - np.searchsorted(y, pooled, side="right") * n
    largest = int(np.abs(gaps).max())
    distance = largest / (n * m)
    if largest == 0:
        return TestResult(0.0, 1.0, "kolmogorov_smirnov (exact)")
    if n + m <= _EXACT_ROWS:
        p_value = _exact_ks_p_value(min(n, m), max(n, m), largest)
        return TestResult(distance, p_value, "kolmogorov_smirnov (exact)")
    p_value = float(special.kolmogorov(math.sqrt(n * m / (n + m)) * distance))
    return TestResult(distance, p_value, "kolmogorov_smirnov (asymptotic)")


@dataclass(frozen=True, slots=True)
class _Counts:
    """Counts of the same categories in two samples, empty categories dropped."""

    reference: NDArray[np.int64]
    current: NDArray[np.int64]


def _count_vector(values: ArrayLike, name: str) -> NDArray[np.int64]:
    array = finite_vector(values, name)
    if array.size and (array.min() < 0.0 or (array != np.floor(array)).any()):
        raise ValueError(f"{name} must hold whole counts of at least 0.")
    return array.astype(np.int64)


def _two_counts(reference: ArrayLike, current: ArrayLike) -> _Counts:
    a, b = _count_vector(reference, "reference_counts"), _count_vector(current, "current_counts")
    if a.size != b.size:
        raise ValueError(f"Both samples must count the same categories; got {a.size} and {b.size}.")
    seen = (a + b) > 0
    return _Counts(a[seen], b[seen])


def _random_splits(counts: _Counts, n_resamples: int, seed: int) -> NDArray[np.int64]:
    """Reference counts of random splits of the pooled rows, shape (n_resamples, categories)."""
    pooled, n = counts.reference + counts.current, int(counts.reference.sum())
    rng = data_generator(seed, pooled)
    splits: NDArray[np.int64] = rng.multivariate_hypergeometric(pooled, n, size=n_resamples, method="marginals")
    return splits


def _exceedance(observed: float, null: NDArray[np.float64]) -> float:
    """Monte Carlo p-value (b+1)/(B+1), values equal to 10 decimals counting as exceeding."""
    at_least = int(np.count_nonzero(np.round(null, DECIMALS) >= round(observed, DECIMALS)))
    return (at_least + 1) / (null.size + 1)


def _stability(reference: NDArray[np.int64], current: NDArray[np.int64]) -> NDArray[np.float64]:
    """Index of each row of counts; where a bin is empty on one side all its bins get half a row."""
    empty = ((reference == 0) | (current == 0)).any(axis=-1, keepdims=True)
    a, b = reference + 0.5 * empty, current + 0.5 * empty
    p, q = a / a.sum(axis=-1, keepdims=True), b / b.sum(axis=-1, keepdims=True)
    index: NDArray[np.float64] = ((p - q) * np.log(p / q)).sum(axis=-1)
    return np.maximum(index, 0.0)


def psi(reference_counts: ArrayLike, current_counts: ArrayLike) -> Estimate:
    r"""Population stability index of two sets of counts over the same bins.

    .. math:: PSI = \sum_b (p_b - q_b) \ln\frac{p_b}{q_b}

    Parameters
    ----------
    reference_counts, current_counts : array_like of shape (bins,), int
        Rows a bin. Bins empty on both sides are dropped; if one is empty on one side, half a row is added to
        every bin and a warning says so.

    Returns
    -------
    Estimate
        At least 0. Read it with `psi_test`: without drift it averages about (bins-1)(1/n + 1/m). Undefined
        with a reason when a sample is empty.

    Raises
    ------
    ValueError
        If lengths differ or a count is negative or not whole.

    References
    ----------
    Yurdakul B, Naranjo J (2020). Statistical properties of the population stability index. J Risk Model
    Validation 14:89-100.

    Examples
    --------
    >>> round(psi([50, 30, 20], [40, 30, 30]).value, 4)
    0.0629
    """
    counts = _two_counts(reference_counts, current_counts)
    if counts.reference.sum() == 0 or counts.current.sum() == 0:
        return Estimate(None, "psi", reason="A sample has no rows.")
    value = float(_stability(counts.reference, counts.current))
    one_sided = bool(((counts.reference == 0) | (counts.current == 0)).any())
    warning = "A bin is empty on one side; half a row was added to every bin."
    return Estimate(value, "psi", warnings=(warning,) if one_sided else ())


def psi_test(
    reference_counts: ArrayLike, current_counts: ArrayLike, *, n_resamples: int = 999, seed: int = 0
) -> StabilityResult:
    """Test the population stability index of binned or categorical samples against no drift.

    The null distribution deals the pooled rows at random into samples of the same sizes, so it depends on them
    as the index does.

    Parameters
    ----------
    reference_counts, current_counts
        As in `psi`.
    n_resamples : int, default 999
        Random splits, at least 99.
    seed : int, default 0
        Seed of the splits, mixed with the pooled counts.

    Returns
    -------
    StabilityResult
        p-value (b+1)/(B+1). Undefined with a reason when a sample is empty.

    Raises
    ------
    ValueError
        As in `psi`, or if n_resamples is too small.

    References
    ----------
    Yurdakul B, Naranjo J (2020). Statistical properties of the population stability index. J Risk Model
    Validation 14:89-100.
    Phipson B, Smyth GK (2010). Permutation p-values should never be zero. Stat Appl Genet Mol Biol 9:39.

    Examples
    --------
    >>> result = psi_test([10] * 10, [14, 6, 12, 8, 10, 10, 9, 11, 7, 13])
    >>> result.p_value > 0.5, result.null_95 > 0.25
    (True, True)
    """
    check_count(n_resamples, "n_resamples", minimum=99)
    counts = _two_counts(reference_counts, current_counts)
    index = psi(reference_counts, current_counts)
    n, m, bins = int(counts.reference.sum()), int(counts.current.sum()), int(counts.reference.size)
    if index.value is None:
        return StabilityResult(
            statistic=None,
            p_value=None,
            method="psi_test",
            reason=index.reason,
            null_mean=None,
            null_95=None,
            n_reference=n,
            n_current=m,
            n_bins=bins,
        )
    splits = _random_splits(counts, n_resamples, seed)
    null = _stability(splits, counts.reference + counts.current - splits)
    return StabilityResult(
        statistic=index.value,
        p_value=_exceedance(index.value, null),
        method="psi_test (random splits)",
        warnings=index.warnings,
        null_mean=float(null.mean()),
        null_95=float(np.quantile(null, 0.95)),
        n_reference=n,
        n_current=m,
        n_bins=bins,
    )


def population_stability(
    reference: ArrayLike, current: ArrayLike, *, n_bins: int = 10, n_resamples: int = 999, seed: int = 0
) -> StabilityResult:
    """Population stability index of a numeric variable, in quantile bins of the reference, tested.

    Parameters
    ----------
    reference, current : array_like of shape (n,), (m,)
        Finite values. Values beyond the reference fall into the outer bins.
    n_bins : int, default 10
        Bins asked for, at least 2; fewer where reference values tie.
    n_resamples, seed
        As in `psi_test`.

    Returns
    -------
    StabilityResult
        As `psi_test`; slightly conservative below about 50 rows.

    Raises
    ------
    ValueError
        If a value is not finite or an option is out of range.

    References
    ----------
    Yurdakul B, Naranjo J (2020). Statistical properties of the population stability index. J Risk Model
    Validation 14:89-100.

    Examples
    --------
    >>> population_stability(range(100), range(30, 130)).p_value
    0.001
    """
    check_count(n_bins, "n_bins", minimum=2)
    x = np.round(finite_vector(reference, "reference"), DECIMALS)
    y = np.round(finite_vector(current, "current"), DECIMALS)
    if x.size == 0 or y.size == 0:
        return psi_test([x.size], [y.size], n_resamples=n_resamples, seed=seed)
    edges = np.unique(np.quantile(x, np.arange(1, n_bins) / n_bins, method="inverted_cdf"))
    counts = [np.bincount(np.searchsorted(edges, v, side="left"), minlength=edges.size + 1) for v in (x, y)]
    return psi_test(counts[0], counts[1], n_resamples=n_resamples, seed=seed)


@dataclass(frozen=True, slots=True)
class _Table:
    """A two-row table by its pooled counts and row totals; its first row determines the rest."""

    pooled: NDArray[np.int64]
    n: int
    m: int

    def pearson(self, first_row: NDArray[np.int64]) -> NDArray[np.float64]:
        """Pearson's chi-square of each first row."""
        expected = (self.pooled * (self.n / (self.n + self.m))).astype(np.float64)
        value: NDArray[np.float64] = ((first_row - expected) ** 2 / expected).sum(axis=-1)
        return value * ((self.n + self.m) / self.m)

    def likelihood_ratio(self, first_row: NDArray[np.int64]) -> NDArray[np.float64]:
        """G of each first row."""
        total = self.n + self.m
        a = special.rel_entr(first_row.astype(np.float64), self.pooled * (self.n / total))
        b = special.rel_entr((self.pooled - first_row).astype(np.float64), self.pooled * (self.m / total))
        value: NDArray[np.float64] = 2.0 * (a + b).sum(axis=-1)
        return np.maximum(value, 0.0)

    @property
    def smallest_expected(self) -> float:
        """Smallest expected count of both rows."""
        return float(self.pooled.min()) * min(self.n, self.m) / (self.n + self.m)


def _contingency(counts: _Counts, name: str, method: str, n_resamples: int, seed: int) -> ContingencyResult:
    check_choice(method, "method", ("auto", "asymptotic", "permutation"))
    check_count(n_resamples, "n_resamples", minimum=99)
    n, m = int(counts.reference.sum()), int(counts.current.sum())
    if n == 0 or m == 0:
        return ContingencyResult(
            statistic=None,
            p_value=None,
            method=name,
            reason="A sample has no rows.",
            cramers_v=None,
            smallest_expected=None,
        )
    table = _Table(counts.reference + counts.current, n, m)
    statistic = table.pearson if name == "chi_squared" else table.likelihood_ratio
    observed, df = float(statistic(counts.reference)), table.pooled.size - 1
    small = table.smallest_expected < _SMALL_EXPECTED
    permuted = method == "permutation" or (method == "auto" and small)
    if df == 0:
        observed, p_value = 0.0, 1.0
    elif permuted:
        p_value = _exceedance(observed, statistic(_random_splits(counts, n_resamples, seed)))
    else:
        p_value = float(special.chdtrc(df, observed))
    warning = f"An expected count is {table.smallest_expected:.2g}; the approximation is poor below 5."
    return ContingencyResult(
        statistic=observed,
        p_value=p_value,
        method=f"{name} ({'permutation' if permuted else 'asymptotic'})",
        df=float(df),
        warnings=(warning,) if small and not permuted and df > 0 else (),
        cramers_v=min(1.0, math.sqrt(float(table.pearson(counts.reference)) / (n + m))),
        smallest_expected=table.smallest_expected,
    )


def chi_squared(
    reference_counts: ArrayLike,
    current_counts: ArrayLike,
    *,
    method: str = "auto",
    n_resamples: int = 999,
    seed: int = 0,
) -> ContingencyResult:
    r"""Pearson's chi-square test that two samples share one distribution over categories.

    :math:`\chi^2 = \sum (O - E)^2 / E` over the two-row table, without continuity correction.

    Parameters
    ----------
    reference_counts, current_counts : array_like of shape (k,), int
        Rows a category; categories empty in both are dropped.
    method : {"auto", "asymptotic", "permutation"}, default "auto"
        Chi-square with k-1 degrees of freedom, or random splits of the pooled rows; ``auto`` permutes when an
        expected count is below 5.
    n_resamples, seed
        Random splits (at least 99) and their seed.

    Returns
    -------
    ContingencyResult
        One category: statistic 0, p = 1. Undefined with a reason when a sample is empty.

    Raises
    ------
    ValueError
        If lengths differ, a count is negative or not whole, or an option is out of range.

    References
    ----------
    Pearson K (1900). On the criterion that a given system of deviations ... Philosophical Magazine 50:157-175.
    Cochran WG (1954). Some methods for strengthening the common chi-square tests. Biometrics 10:417-451.

    Examples
    --------
    >>> result = chi_squared([30, 70], [45, 55])
    >>> round(result.statistic, 4), round(result.p_value, 4)
    (4.8, 0.0285)
    """
    counts = _two_counts(reference_counts, current_counts)
    return _contingency(counts, "chi_squared", method, n_resamples, seed)


def g_test(
    reference_counts: ArrayLike,
    current_counts: ArrayLike,
    *,
    method: str = "auto",
    n_resamples: int = 999,
    seed: int = 0,
) -> ContingencyResult:
    r"""Likelihood-ratio (G) test that two samples share one distribution over categories.

    :math:`G = 2 \sum O \ln(O/E)` over the two-row table.

    Parameters
    ----------
    reference_counts, current_counts, method, n_resamples, seed
        As in `chi_squared`.

    Returns
    -------
    ContingencyResult
        As `chi_squared`.

    Raises
    ------
    ValueError
        As in `chi_squared`.

    References
    ----------
    Sokal RR, Rohlf FJ (1995). Biometry, 3rd ed. Freeman.

    Examples
    --------
    >>> round(g_test([30, 70], [45, 55]).statistic, 4)
    4.8247
    """
    counts = _two_counts(reference_counts, current_counts)
    return _contingency(counts, "g_test", method, n_resamples, seed)
