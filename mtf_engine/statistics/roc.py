"""The area under the ROC curve: estimate, intervals and differences.

Everything rests on placements: for each positive the share of negatives it outranks (a tie counts half), and
for each negative the share of positives that outrank it. They come from sorting each class once and searching
one in the other, so a million rows take a fraction of a second.

Scores are compared as they are. They are data, not computed differences, and rounding them would tie scores
that a model tells apart.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from mtf_engine.statistics.from_intervals import difference_of_intervals
from mtf_engine.statistics.inputs import (
    check_choice,
    check_confidence,
    check_count,
    check_same_length,
    finite_vector,
    truth_vector,
)
from mtf_engine.statistics.proportions import bisect, normal_quantile
from mtf_engine.statistics.values import Difference, Interval

__all__ = [
    "SMALL_CLASS",
    "Transform",
    "auc",
    "auc_influence",
    "auc_interval",
    "delong",
    "delong_paired",
    "delong_unpaired",
    "hanley_mcneil",
    "newcombe_auc",
]

Transform = Literal["logit", "linear"]

SMALL_CLASS = 20
"""Rows of a class below which DeLong's interval is too narrow to be trusted."""

_NO_VARIANCE = 1e-30
"""Variance of a difference up to which it is float noise."""

_SLIGHT = 1e-15
"""Nearest that a confidence comes to 0 or 1 when a p-value is looked for."""

_FEW_MISRANKED = 5.0
"""Below this many expected misranked rows of the smaller class, DeLong's variance is itself too uncertain."""

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Placements:
    """Placements of one score: per positive and per negative, in sorted or in row order."""

    positive: _Floats
    negative: _Floats

    @property
    def area(self) -> float:
        """The area under the curve, which both means equal."""
        return min(1.0, float(self.positive.mean()))

    def variance(self) -> float:
        """DeLong's variance of the area; needs two rows of each class."""
        first = float(self.positive.var(ddof=1)) / self.positive.size
        return first + float(self.negative.var(ddof=1)) / self.negative.size


def _rank_within(sorted_values: _Floats, queries: _Floats) -> _Floats:
    """Number of `sorted_values` below each query, ties counting half."""
    below = np.searchsorted(sorted_values, queries, side="left").astype(np.float64)
    below += np.searchsorted(sorted_values, queries, side="right")
    below *= 0.5
    return below


def _placements(truth: NDArray[np.bool_], score: _Floats, *, row_order: bool = False) -> _Placements:
    positive, negative = score[truth], score[~truth]
    sorted_positive, sorted_negative = np.sort(positive), np.sort(negative)
    if not row_order:
        positive, negative = sorted_positive, sorted_negative
    return _Placements(
        _rank_within(sorted_negative, positive) / negative.size,
        1.0 - _rank_within(sorted_positive, negative) / positive.size,
    )


def _checked(truth: ArrayLike, score: ArrayLike, name: str = "score") -> tuple[NDArray[np.bool_], _Floats]:
    labels, values = truth_vector(truth), finite_vector(score, name)
    check_same_length(labels, values, f"truth and {name}")
    return labels, values


def _class_problem(truth: NDArray[np.bool_], *, least: int) -> str | None:
    """Why an area (least 1) or its variance (least 2) is undefined, or None."""
    positives = int(np.count_nonzero(truth))
    for name, count in (("positive", positives), ("negative", truth.size - positives)):
        if count < least:
            return f"There are {count} rows of the {name} class; {least} are needed."
    return None


def _class_warnings(*truths: NDArray[np.bool_]) -> tuple[str, ...]:
    smallest = min(min(int(t.sum()), int(t.size - t.sum())) for t in truths)
    if smallest >= SMALL_CLASS:
        return ()
    return (f"The smaller class has {smallest} rows, fewer than {SMALL_CLASS}: DeLong's interval is too narrow.",)


def auc(truth: ArrayLike, score: ArrayLike) -> float | None:
    """Area under the ROC curve: P(score of a positive > score of a negative), ties counting half.

    Parameters
    ----------
    truth : array_like of shape (n,), bool or 0/1
        True for the positive class.
    score : array_like of shape (n,), float
        Higher means more positive; only the order matters.

    Returns
    -------
    float or None
        Between 0 and 1; None when only one class is present.

    Raises
    ------
    ValueError
        If shapes differ, or a score is NaN or infinite.

    References
    ----------
    Hanley JA, McNeil BJ (1982). The meaning and use of the area under a receiver operating characteristic (ROC)
    curve. Radiology 143:29-36.

    Examples
    --------
    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    labels, values = _checked(truth, score)
    if _class_problem(labels, least=1):
        return None
    return _placements(labels, values).area


def auc_influence(truth: ArrayLike, score: ArrayLike) -> NDArray[np.float64] | None:
    r"""How far each row moves the area under the ROC curve: DeLong's centred placements over their class size.

    Parameters
    ----------
    truth : array_like of shape (n,), bool or 0/1
        True for the positive class.
    score : array_like of shape (n,), float
        Higher means more positive.

    Returns
    -------
    ndarray of shape (n,), float64, or None
        In row order, with mean 0 in each class; the sum of squares is the area's sampling variance (DeLong's, with m
        and n for m - 1 and n - 1). None when a class has fewer than two rows.

    Raises
    ------
    ValueError
        If shapes differ, or a score is NaN or infinite.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL (1988). Comparing the areas under two or more correlated receiver
    operating characteristic curves: a nonparametric approach. Biometrics 44:837-845.

    Examples
    --------
    >>> auc_influence([0, 0, 1, 1], [0.1, 0.6, 0.5, 0.8]).round(3).tolist()
    [0.125, -0.125, -0.125, 0.125]
    """
    labels, values = _checked(truth, score)
    if _class_problem(labels, least=2):
        return None
    placements = _placements(labels, values, row_order=True)
    moved = np.empty(labels.size)
    moved[labels] = (placements.positive - placements.area) / placements.positive.size
    moved[~labels] = (placements.negative - placements.area) / placements.negative.size
    return moved


def _logit_bounds(area: float, error: float, z: float) -> tuple[float, float]:
    centre, half = special.logit(area), z * error / (area * (1.0 - area))
    return float(special.expit(centre - half)), float(special.expit(centre + half))


def _area_interval(area: float, error: float, confidence: float, transform: Transform) -> tuple[float, float]:
    z = normal_quantile(confidence)
    if transform == "logit" and 0.0 < area < 1.0:
        return _logit_bounds(area, error, z)
    return max(0.0, area - z * error), min(1.0, area + z * error)


def delong(truth: ArrayLike, score: ArrayLike, *, confidence: float = 0.95, transform: Transform = "logit") -> Interval:
    r"""DeLong's interval for the area under the ROC curve.

    With placements :math:`V_{10}` of the m positives and :math:`V_{01}` of the n negatives, the variance is
    :math:`S_{10}/m + S_{01}/n`. Linear: :math:`A \pm z\,se`, clipped to [0, 1]. Logit (default): the same for
    logit(A) with standard error :math:`se/(A(1-A))`, which stays in range and covers better near 1.

    Parameters
    ----------
    truth : array_like of shape (n,), bool or 0/1
        True for the positive class.
    score : array_like of shape (n,), float
        Higher means more positive.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).
    transform : {"logit", "linear"}, default "logit"
        Scale on which the interval is symmetric.

    Returns
    -------
    Interval
        Undefined with a reason when a class has fewer than two rows. When the variance is zero (perfect or
        perfectly wrong ranking) DeLong's interval would have no width: the bounds are then those of
        `newcombe_auc`, and a warning says so. A class of fewer than 20 rows carries a warning; `auc_interval`
        switches instead.

    Raises
    ------
    ValueError
        If shapes differ, a score is NaN or infinite, or an option is unknown.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL (1988). Comparing the areas under two or more correlated receiver
    operating characteristic curves: a nonparametric approach. Biometrics 44:837-845.
    Sun X, Xu W (2014). Fast implementation of DeLong's algorithm for comparing the areas under correlated
    receiver operating characteristic curves. IEEE Signal Process Lett 21:1389-1393.

    Examples
    --------
    >>> interval = delong([0, 0, 0, 1, 1, 1], [0.1, 0.4, 0.6, 0.3, 0.7, 0.8], transform="linear")
    >>> round(interval.estimate, 4), round(interval.low, 4), interval.high
    (0.7778, 0.2908, 1.0)
    """
    check_choice(transform, "transform", ("logit", "linear"))
    check_confidence(confidence)
    labels, values = _checked(truth, score)
    method = f"delong_{transform}"
    problem = _class_problem(labels, least=1)
    if problem:
        return Interval(None, None, None, confidence, method, problem)
    placements = _placements(labels, values)
    area = placements.area
    problem = _class_problem(labels, least=2)
    if problem:
        return Interval(area, None, None, confidence, method, problem)
    variance, warnings = placements.variance(), _class_warnings(labels)
    if variance <= 0.0:
        score_based = newcombe_auc(area, placements.positive.size, placements.negative.size, confidence=confidence)
        note = "DeLong's variance is zero here; the bounds are Newcombe's score interval."
        return Interval(area, score_based.low, score_based.high, confidence, method, None, (note, *warnings))
    low, high = _area_interval(area, math.sqrt(variance), confidence, transform)
    return Interval(area, low, high, confidence, method, warnings=warnings)


def hanley_mcneil(
    area: float,
    n_positive: int,
    n_negative: int,
    *,
    confidence: float = 0.95,
    transform: Transform = "linear",
) -> Interval:
    r"""Hanley and McNeil's interval for an area that is only known as a number.

    :math:`se^2 = [A(1-A) + (m-1)(Q_1-A^2) + (n-1)(Q_2-A^2)]/(mn)` with :math:`Q_1 = A/(2-A)` and
    :math:`Q_2 = 2A^2/(1+A)`. Where the scores are at hand, `delong` assumes less.

    Parameters
    ----------
    area : float
        Area under the curve, 0 to 1.
    n_positive, n_negative : int
        Rows of each class, at least 1.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).
    transform : {"linear", "logit"}, default "linear"
        Scale on which the interval is symmetric; the paper's is linear.

    Returns
    -------
    Interval
        Bounds within [0, 1]; of zero width at areas 0 and 1, with a warning.

    Raises
    ------
    ValueError
        If the area or the confidence is out of range, or a class has no rows.

    References
    ----------
    Hanley JA, McNeil BJ (1982). The meaning and use of the area under a receiver operating characteristic (ROC)
    curve. Radiology 143:29-36.

    Examples
    --------
    >>> interval = hanley_mcneil(0.893, 51, 58)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.829, 0.957)
    """
    check_choice(transform, "transform", ("logit", "linear"))
    check_confidence(confidence)
    error = hanley_mcneil_error(area, n_positive, n_negative)
    low, high = _area_interval(area, error, confidence, transform)
    note = "The variance formula is zero at an area of 0 or 1; use newcombe_auc."
    warnings = (note,) if error == 0.0 else ()
    return Interval(float(area), low, high, confidence, f"hanley_mcneil_{transform}", warnings=warnings)


def hanley_mcneil_error(area: float, n_positive: int, n_negative: int) -> float:
    """Return Hanley and McNeil's standard error of an area, at least 0; see `hanley_mcneil`."""
    if not 0.0 <= area <= 1.0:
        raise ValueError(f"area must lie between 0 and 1; got {area!r}.")
    m = check_count(n_positive, "n_positive", minimum=1)
    n = check_count(n_negative, "n_negative", minimum=1)
    q1, q2 = area / (2.0 - area), 2.0 * area * area / (1.0 + area)
    spread = area * (1.0 - area) + (m - 1) * (q1 - area * area) + (n - 1) * (q2 - area * area)
    return math.sqrt(max(0.0, spread) / (m * n))


def newcombe_auc(area: float, n_positive: int, n_negative: int, *, confidence: float = 0.95) -> Interval:
    r"""Newcombe's score-type interval for an area under the curve: the choice for small classes.

    The bounds solve :math:`|A - \theta| = z\sqrt{V(\theta)}` with
    :math:`V(\theta) = \theta(1-\theta)\,[1 + N^*\,((1-\theta)/(2-\theta) + \theta/(1+\theta))]/(mn)` and
    :math:`N^* = (m+n)/2 - 1`. Taking the variance at the bound keeps a width at areas 0 and 1, as Wilson's
    interval does for a proportion.

    Parameters
    ----------
    area, n_positive, n_negative, confidence
        As in `hanley_mcneil`.

    Returns
    -------
    Interval
        Bounds within [0, 1].

    Raises
    ------
    ValueError
        As in `hanley_mcneil`.

    References
    ----------
    Newcombe RG (2006). Confidence intervals for an effect size measure based on the Mann-Whitney statistic.
    Part 2: asymptotic methods and evaluation. Stat Med 25:559-573.

    Examples
    --------
    >>> interval = newcombe_auc(1.0, 10, 10)
    >>> round(interval.low, 3), interval.high
    (0.8, 1.0)
    """
    if not 0.0 <= area <= 1.0:
        raise ValueError(f"area must lie between 0 and 1; got {area!r}.")
    m = check_count(n_positive, "n_positive", minimum=1)
    n = check_count(n_negative, "n_negative", minimum=1)
    z, excess = normal_quantile(confidence), (m + n) / 2.0 - 1.0

    def half_width(theta: float) -> float:
        shape = 1.0 + excess * ((1.0 - theta) / (2.0 - theta) + theta / (1.0 + theta))
        return z * math.sqrt(theta * (1.0 - theta) * shape / (m * n))

    low = 0.0 if area == 0.0 else bisect(lambda theta: area - theta - half_width(theta), 0.0, area)
    high = 1.0 if area == 1.0 else bisect(lambda theta: half_width(theta) - (theta - area), area, 1.0)
    return Interval(float(area), low, high, confidence, "newcombe_auc")


def auc_interval(truth: ArrayLike, score: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Interval for the area under the ROC curve by the method that covers where these rows lie.

    DeLong on the logit scale, except where its variance estimate is too uncertain: fewer than 20 rows of a
    class, or fewer than 5 expected misranked rows of the smaller class (rows times the smaller of the area and
    its complement). There Newcombe's score-type interval is given and a warning says why; `method` names it.

    Parameters
    ----------
    truth, score, confidence
        As in `delong`.

    Returns
    -------
    Interval
        Bounds within [0, 1]; undefined with a reason when a class is absent.

    Raises
    ------
    ValueError
        As in `delong`.

    Examples
    --------
    >>> auc_interval([0, 0, 0, 1, 1, 1], [0.1, 0.4, 0.6, 0.3, 0.7, 0.8]).method
    'newcombe_auc'
    """
    check_confidence(confidence)
    labels, values = _checked(truth, score)
    problem = _class_problem(labels, least=1)
    if problem:
        return Interval(None, None, None, confidence, "delong_logit", problem)
    m = int(np.count_nonzero(labels))
    n = labels.size - m
    placements = _placements(labels, values)
    area, smaller = placements.area, min(m, n)
    if smaller >= SMALL_CLASS and smaller * min(area, 1.0 - area) >= _FEW_MISRANKED:
        low, high = _area_interval(area, math.sqrt(placements.variance()), confidence, "logit")
        return Interval(area, low, high, confidence, "delong_logit")
    score_based = newcombe_auc(area, m, n, confidence=confidence)
    note = (
        f"The smaller class has {smaller} rows and the area is {area:.3g}: too little for DeLong's variance, so "
        "the interval is Newcombe's."
    )
    return Interval(area, score_based.low, score_based.high, confidence, "newcombe_auc", None, (note,))


def _no_difference(reason: str, confidence: float, method: str) -> Difference:
    return Difference(None, None, None, confidence, None, method, reason)


def delong_paired(truth: ArrayLike, score_a: ArrayLike, score_b: ArrayLike, *, confidence: float = 0.95) -> Difference:
    r"""DeLong's test and interval for two areas on the same rows.

    :math:`z = (A_a - A_b)/\sqrt{s_a^2 + s_b^2 - 2 s_{ab}}`, with the covariance of the placements row by row.

    Parameters
    ----------
    truth : array_like of shape (n,), bool or 0/1
        True for the positive class.
    score_a, score_b : array_like of shape (n,), float
        Scores of the two models on the same rows, higher means more positive.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).

    Returns
    -------
    Difference
        Area of a minus area of b, bounds within [-1, 1], normal two-sided p-value. Scores that rank the rows
        alike give 0 with an interval of no width and p = 1. Other scores whose areas are both 1 or both 0, or differ
        without any variance, leave DeLong nothing to estimate it from: there Newcombe's two intervals are subtracted
        by square-and-add as if they were independent, which errs on the wide side, a warning says so, and `method`
        names it. Undefined with a reason when a class has fewer than two rows.

    Raises
    ------
    ValueError
        If shapes differ, or a score is NaN or infinite.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL (1988). Comparing the areas under two or more correlated receiver
    operating characteristic curves: a nonparametric approach. Biometrics 44:837-845.

    Examples
    --------
    >>> d = delong_paired([0, 0, 0, 1, 1, 1], [1, 3, 5, 2, 6, 7], [1, 5, 3, 6, 2, 7])
    >>> round(d.difference, 4), round(d.p_value, 4)
    (0.0, 1.0)
    """
    check_confidence(confidence)
    labels, first = _checked(truth, score_a, "score_a")
    _, second = _checked(truth, score_b, "score_b")
    problem = _class_problem(labels, least=2)
    if problem:
        return _no_difference(problem, confidence, "delong_paired")
    a = _placements(labels, first, row_order=True)
    b = _placements(labels, second, row_order=True)
    gap = _Placements(a.positive - b.positive, a.negative - b.negative)
    warnings = _class_warnings(labels)
    is_extreme = round(a.area - b.area, 15) != 0.0 or a.area in (0.0, 1.0)
    if gap.variance() <= _NO_VARIANCE and is_extreme and not _rank_alike(first, second):
        return _score_type_difference(a, b, confidence, warnings)
    return _normal_difference(a.area - b.area, gap.variance(), confidence, "delong_paired", warnings)


def _rank_alike(first: _Floats, second: _Floats) -> bool:
    ranks, others = (np.unique(score, return_inverse=True)[1] for score in (first, second))
    return bool(np.array_equal(ranks, others))


def _score_type_difference(a: _Placements, b: _Placements, confidence: float, warnings: tuple[str, ...]) -> Difference:
    """Newcombe's intervals subtracted by square-and-add; the p-value inverts the interval."""
    m, n = a.positive.size, a.negative.size

    def at(level: float) -> Difference:
        return difference_of_intervals(*(newcombe_auc(one.area, m, n, confidence=level) for one in (a, b)))

    def nearer(level: float) -> float:
        """How far the bound nearer to zero lies on the difference's own side."""
        found = at(level)
        assert found.low is not None
        assert found.high is not None
        return found.low if a.area > b.area else -found.high

    p_value = 1.0 if a.area == b.area else 1.0 - bisect(nearer, _SLIGHT, 1.0 - _SLIGHT)
    found = at(confidence)
    note = "The difference has no variance on these rows: the interval is made of Newcombe's for each area."
    method = "newcombe_auc_square_and_add"
    return replace(found, p_value=p_value, method=method, warnings=(note, *warnings))


def _normal_difference(
    difference: float, variance: float, confidence: float, method: str, warnings: tuple[str, ...]
) -> Difference:
    difference = round(difference, 15)
    if variance <= _NO_VARIANCE:
        if difference != 0.0:
            return _no_difference("The areas differ but their difference has no variance.", confidence, method)
        note = "The two scores rank the rows alike, or both perfectly: the interval has no width."
        return Difference(0.0, 0.0, 0.0, confidence, 1.0, method, warnings=(note, *warnings))
    error, z = math.sqrt(variance), normal_quantile(confidence)
    p_value = 2.0 * float(special.ndtr(-abs(difference) / error))
    low, high = max(-1.0, difference - z * error), min(1.0, difference + z * error)
    return Difference(difference, low, high, confidence, p_value, method, warnings=warnings)


def delong_unpaired(
    truth_a: ArrayLike, score_a: ArrayLike, truth_b: ArrayLike, score_b: ArrayLike, *, confidence: float = 0.95
) -> Difference:
    r"""DeLong's variances for two areas on different rows, compared by a Welch-type t.

    :math:`t = (A_a - A_b)/\sqrt{s_a^2 + s_b^2}` with
    :math:`(s_a^2 + s_b^2)^2/(s_a^4/(N_a-1) + s_b^4/(N_b-1))` degrees of freedom.

    Parameters
    ----------
    truth_a, score_a : array_like of shape (n_a,)
        Rows of the first sample, as in `delong`.
    truth_b, score_b : array_like of shape (n_b,)
        Rows of the second sample.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).

    Returns
    -------
    Difference
        Area of a minus area of b, bounds within [-1, 1]. Undefined with a reason when a class of a sample has
        fewer than two rows, or when areas differ without any variance.

    Raises
    ------
    ValueError
        If shapes differ, or a score is NaN or infinite.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL (1988). Biometrics 44:837-845.
    Robin X, Turck N, Hainard A, et al. (2011). pROC: an open-source package for R and S+ to analyze and compare
    ROC curves. BMC Bioinformatics 12:77.

    Examples
    --------
    >>> d = delong_unpaired([0, 0, 1, 1], [1, 3, 2, 4], [0, 0, 1, 1], [1, 2, 4, 2])
    >>> round(d.difference, 4)
    -0.125
    """
    check_confidence(confidence)
    samples = (_checked(truth_a, score_a, "score_a"), _checked(truth_b, score_b, "score_b"))
    for labels, _ in samples:
        problem = _class_problem(labels, least=2)
        if problem:
            return _no_difference(problem, confidence, "delong_unpaired")
    a, b = (_placements(labels, values) for labels, values in samples)
    va, vb = a.variance(), b.variance()
    warnings = _class_warnings(*(labels for labels, _ in samples))
    difference = round(a.area - b.area, 15)
    if va + vb <= 1e-30:
        return _normal_difference(difference, 0.0, confidence, "delong_unpaired", warnings)
    sizes = [labels.size for labels, _ in samples]
    df = (va + vb) ** 2 / (va**2 / (sizes[0] - 1) + vb**2 / (sizes[1] - 1))
    error, t = math.sqrt(va + vb), float(special.stdtrit(df, 0.5 + confidence / 2.0))
    p_value = 2.0 * float(special.stdtr(df, -abs(difference) / error))
    low, high = max(-1.0, difference - t * error), min(1.0, difference + t * error)
    return Difference(difference, low, high, confidence, p_value, "delong_unpaired", warnings=warnings)
