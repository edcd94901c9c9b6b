"""Split conformal prediction: the quantile that guarantees coverage, and whether coverage was kept.

The guarantee is on average over calibration sets. One calibration set's coverage is random with a known Beta
distribution, so an observed coverage is judged against that and not against the nominal level alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from mtf_engine.statistics.inputs import (
    check_confidence,
    check_count,
    check_counts_within,
    check_same_length,
    finite_vector,
    truth_vector,
)
from mtf_engine.statistics.proportions import wilson
from mtf_engine.statistics.values import Interval, TestResult

__all__ = [
    "ConformalQuantile",
    "CoverageAssessment",
    "GroupCoverage",
    "assess_coverage",
    "conformal_quantile",
    "coverage_band",
    "coverage_test",
]


@dataclass(frozen=True, slots=True)
class ConformalQuantile:
    """The conformal quantile of calibration scores.

    Examples
    --------
    >>> conformal_quantile([0.1, 0.2], alpha=0.1).value is None
    True
    """

    value: float | None
    """Threshold on the score; None when infinite: predict everything."""

    rank: int
    """Rank ceil((n+1)(1-alpha)) among the n scores, above n when infinite."""

    n: int
    """Calibration scores."""

    alpha: float
    """Nominal miscoverage."""

    reason: str | None = None
    """Why the value is None."""


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """Coverage within one group of rows, or within one band of interval widths.

    Examples
    --------
    >>> assess_coverage([True, False], groups=["a", "b"]).groups[0].group
    'a'
    """

    group: str
    """The group's label; for widths, its range."""

    n: int
    """Rows."""

    coverage: Interval
    """Observed coverage with its Wilson interval."""


@dataclass(frozen=True, slots=True)
class CoverageAssessment:
    """Coverage of prediction sets or intervals, overall and where it tends to break.

    Examples
    --------
    >>> assess_coverage([True, True, False, True]).coverage.estimate
    0.75
    """

    coverage: Interval
    """Observed marginal coverage with its Wilson interval."""

    groups: tuple[GroupCoverage, ...]
    """Coverage by group, ordered by label; empty without groups."""

    sizes: tuple[GroupCoverage, ...]
    """Size-stratified coverage: by band of width or set size, narrowest first; empty without sizes."""

    mean_size: float | None
    """Mean width or set size; None without sizes."""

    worst_group: float | None
    """Smallest coverage over `groups`; biased downwards, the more so the more groups there are."""

    worst_size: float | None
    """Smallest coverage over `sizes`, likewise."""


def _quantile_rank(n: int, alpha: float) -> int:
    """ceil((n+1)(1-alpha)), safe against (n+1)*0.9 landing a hair above a whole number."""
    return math.ceil(round((n + 1) * (1.0 - alpha), 9))


def conformal_quantile(scores: ArrayLike, *, alpha: float = 0.1) -> ConformalQuantile:
    r"""Quantile of calibration scores that covers a new row with probability at least 1 - alpha.

    It is the score of rank :math:`\lceil (n+1)(1-\alpha) \rceil`, and infinite when that exceeds n.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Non-conformity scores of calibration rows, larger the stranger.
    alpha : float, default 0.1
        Nominal miscoverage in (0, 1).

    Returns
    -------
    ConformalQuantile
        Value None with a reason when n is too small for alpha.

    Raises
    ------
    ValueError
        If a score is not finite or alpha is outside (0, 1).

    References
    ----------
    Vovk V, Gammerman A, Shafer G (2005). Algorithmic Learning in a Random World. Springer.
    Angelopoulos AN, Bates S (2021). A gentle introduction to conformal prediction and distribution-free
    uncertainty quantification. arXiv:2107.07511.

    Examples
    --------
    >>> result = conformal_quantile(range(1, 20), alpha=0.1)
    >>> result.value, result.rank
    (18.0, 18)
    """
    check_confidence(alpha, "alpha")
    values = finite_vector(scores, "scores")
    n, rank = int(values.size), _quantile_rank(int(values.size), alpha)
    if rank > n:
        reason = f"{n} calibration score(s) are too few for alpha = {alpha:g}; the quantile is infinite."
        return ConformalQuantile(None, rank, n, alpha, reason)
    return ConformalQuantile(float(np.partition(values, rank - 1)[rank - 1]), rank, n, alpha)


def coverage_band(n_calibration: int, *, alpha: float = 0.1, confidence: float = 0.95) -> Interval:
    r"""Where the coverage of one split-conformal predictor lies, over the draw of its calibration set.

    Given the calibration set, coverage is :math:`\mathrm{Beta}(n+1-l, l)` with
    :math:`l = \lfloor (n+1)\alpha \rfloor` (at least that where scores tie).

    Parameters
    ----------
    n_calibration : int
        Calibration rows n, at least 1.
    alpha : float, default 0.1
        Nominal miscoverage in (0, 1).
    confidence : float, default 0.95
        Probability that the band holds the coverage, in (0, 1).

    Returns
    -------
    Interval
        Estimate is the mean coverage 1 - l/(n+1); exactly 1 throughout when the quantile is infinite.

    Raises
    ------
    ValueError
        If n_calibration is not positive, or alpha or confidence is outside (0, 1).

    References
    ----------
    Vovk V (2012). Conditional validity of inductive conformal predictors. ACML 2012.

    Examples
    --------
    >>> band = coverage_band(1000, alpha=0.1)
    >>> round(band.low, 3), round(band.high, 3)
    (0.881, 0.918)
    """
    n = check_count(n_calibration, "n_calibration", minimum=1)
    tail = (1.0 - check_confidence(confidence)) / 2.0
    misses = n + 1 - _quantile_rank(n, check_confidence(alpha, "alpha"))
    if misses <= 0:
        return Interval(1.0, 1.0, 1.0, confidence, "conformal_beta")
    low, high = special.betaincinv(n + 1 - misses, misses, [tail, 1.0 - tail]).tolist()
    return Interval(1.0 - misses / (n + 1), low, high, confidence, "conformal_beta")


def _log_beta_binomial(k: NDArray[np.float64], n: int, a: float, b: float) -> NDArray[np.float64]:
    log_choose = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    result: NDArray[np.float64] = log_choose + special.betaln(k + a, n - k + b) - special.betaln(a, b)
    return result


def coverage_test(covered: int, n_test: int, n_calibration: int | None = None, *, alpha: float = 0.1) -> TestResult:
    """Test whether an observed coverage is what was promised, two-sided and exact.

    With `n_calibration` the count is beta-binomial, which allows for the draw of the calibration set. Without
    it the promise is taken as exactly 1 - alpha and the count as binomial. Calibration scores that tie make
    coverage exceed its promise, which the test may report.

    Parameters
    ----------
    covered, n_test : int
        Test rows covered, of how many.
    n_calibration : int, optional
        Calibration rows behind a split-conformal predictor.
    alpha : float, default 0.1
        Nominal miscoverage in (0, 1).

    Returns
    -------
    TestResult
        Statistic is the observed coverage; the p-value is twice the smaller tail. Undefined with a reason when
        there are no test rows.

    Raises
    ------
    ValueError
        If the counts do not fit or alpha is outside (0, 1).

    References
    ----------
    Vovk V (2012). Conditional validity of inductive conformal predictors. ACML 2012.
    Angelopoulos AN, Bates S (2021). A gentle introduction to conformal prediction and distribution-free
    uncertainty quantification. arXiv:2107.07511.

    Examples
    --------
    >>> round(coverage_test(85, 100, 500, alpha=0.1).p_value, 3)
    0.18
    """
    check_confidence(alpha, "alpha")
    x, n = check_counts_within(covered, n_test)
    method = "coverage_binomial" if n_calibration is None else "coverage_beta_binomial"
    if n == 0:
        return TestResult(None, None, method, reason="There are no test rows (n = 0).")
    counts = np.arange(n + 1, dtype=np.float64)
    if n_calibration is None:
        log_choose = special.gammaln(n + 1) - special.gammaln(counts + 1) - special.gammaln(n - counts + 1)
        log_mass = log_choose + counts * math.log1p(-alpha) + (n - counts) * math.log(alpha)
    else:
        calibration = check_count(n_calibration, "n_calibration", minimum=1)
        misses = calibration + 1 - _quantile_rank(calibration, alpha)
        if misses <= 0:
            return TestResult(x / n, 1.0 if x == n else 0.0, method)
        log_mass = _log_beta_binomial(counts, n, calibration + 1 - misses, misses)
    mass = np.exp(log_mass)
    p_value = 2.0 * min(float(mass[: x + 1].sum()), float(mass[x:].sum()))
    return TestResult(x / n, min(1.0, p_value), method)


def _coverage_of(covered: NDArray[np.bool_], inside: NDArray[np.bool_], label: str, confidence: float) -> GroupCoverage:
    n = int(np.count_nonzero(inside))
    hits = int(np.count_nonzero(covered & inside))
    return GroupCoverage(label, n, wilson(hits, n, confidence=confidence))


def _by_size(
    covered: NDArray[np.bool_], sizes: NDArray[np.float64], bands: int, confidence: float
) -> tuple[GroupCoverage, ...]:
    edges = np.unique(np.quantile(sizes, np.arange(1, bands) / bands, method="inverted_cdf"))
    band = np.searchsorted(edges, sizes, side="left")
    result = []
    for number in np.unique(band):
        inside = band == number
        label = f"{sizes[inside].min():g} to {sizes[inside].max():g}"
        result.append(_coverage_of(covered, inside, label, confidence))
    return tuple(result)


def _smallest(parts: tuple[GroupCoverage, ...]) -> float | None:
    values = [part.coverage.estimate for part in parts if part.coverage.estimate is not None]
    return min(values) if values else None


def assess_coverage(
    covered: ArrayLike,
    *,
    sizes: ArrayLike | None = None,
    groups: Sequence[object] | NDArray[np.generic] | None = None,
    size_bands: int = 4,
    confidence: float = 0.95,
) -> CoverageAssessment:
    """Describe coverage overall, by group, and by size of the prediction set.

    A predictor may cover 90 % of all rows by covering every easy one and few hard ones; coverage by width
    shows it.

    Parameters
    ----------
    covered : array_like of shape (n,)
        Whether each row's truth lies in its prediction set.
    sizes : array_like of shape (n,), optional
        Interval widths or set sizes, at least 0.
    groups : sequence of length n, optional
        Group labels; compared as strings.
    size_bands : int, default 4
        Quantile bands of size; fewer where sizes tie.
    confidence : float, default 0.95
        Confidence of each Wilson interval on its own, in (0, 1).

    Returns
    -------
    CoverageAssessment
        Coverage is undefined with a reason when there are no rows.

    Raises
    ------
    ValueError
        If lengths differ, a size is negative or not finite, or an option is out of range.

    References
    ----------
    Angelopoulos AN, Bates S (2021). A gentle introduction to conformal prediction and distribution-free
    uncertainty quantification. arXiv:2107.07511.

    Examples
    --------
    >>> result = assess_coverage([True, True, True, False], sizes=[1.0, 2.0, 3.0, 4.0], size_bands=2)
    >>> [(part.group, part.coverage.estimate) for part in result.sizes]
    [('1 to 2', 1.0), ('3 to 4', 0.5)]
    """
    hits = truth_vector(covered, "covered")
    check_count(size_bands, "size_bands", minimum=1)
    by_size: tuple[GroupCoverage, ...] = ()
    mean_size = None
    if sizes is not None:
        widths = finite_vector(sizes, "sizes")
        check_same_length(hits, widths, "covered and sizes")
        if widths.size and widths.min() < 0.0:
            raise ValueError(f"sizes must not be negative; the smallest is {widths.min():g}.")
        if widths.size:
            by_size = _by_size(hits, widths, size_bands, confidence)
            mean_size = float(widths.mean())
    by_group: tuple[GroupCoverage, ...] = ()
    if groups is not None:
        labels = np.array([str(label) for label in groups])
        check_same_length(hits, labels, "covered and groups")
        by_group = tuple(_coverage_of(hits, labels == label, str(label), confidence) for label in np.unique(labels))
    overall = wilson(int(np.count_nonzero(hits)), int(hits.size), confidence=confidence)
    return CoverageAssessment(overall, by_group, by_size, mean_size, _smallest(by_group), _smallest(by_size))
