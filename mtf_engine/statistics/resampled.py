"""Scores of refitted models: cross-validation folds, repeated or 5x2.

Folds share training rows, so their scores are correlated and sd/sqrt(k) is far too small. No unbiased estimator
of the variance exists (Bengio and Grandvalet, 2004); Nadeau and Bengio's correction charges for the overlap and
errs on the wide side.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from mtf_engine.domain.results import LUCKY_FOLDS
from mtf_engine.statistics.inputs import (
    NOISE,
    check_choice,
    check_confidence,
    check_count,
    finite_vector,
    without_noise,
)
from mtf_engine.statistics.values import Difference, Interval, TestResult

__all__ = [
    "Posterior",
    "bayesian_correlated_t",
    "corrected_resampled_statistic",
    "corrected_resampled_t",
    "corrected_resampled_t_test",
    "five_by_two_cv_f",
    "five_by_two_cv_t",
]

Alternative = Literal["two-sided", "greater", "less"]
_UNBOUNDED = (-math.inf, math.inf)
_TOO_NARROW = 0.5
"""Share of the rows' own half width below which an interval of folds gets a warning, because chance rarely does it."""

_LUCKY = LUCKY_FOLDS + ": the interval is narrower than half of what the test rows alone leave open, ±{:.2g}."
_NO_VARIANCE = "All fold differences are equal and not zero: without variance there is no t test."


@dataclass(frozen=True, slots=True)
class _Folds:
    """Mean and corrected standard error of values over folds."""

    mean: float
    error: float
    df: int


def _corrected(values: NDArray[np.float64], ratio: float) -> _Folds:
    """Mean, and sqrt((1/J + ratio) s^2); spread that is float noise counts as zero."""
    mean, deviation = float(values.mean()), float(values.std(ddof=1))
    if deviation <= 1e-12 * float(np.max(np.abs(values))):
        deviation = 0.0
    return _Folds(mean, deviation * math.sqrt(1.0 / values.size + ratio), values.size - 1)


def _overlap(n_train: float, n_test: float) -> float:
    if not (n_train > 0 and n_test > 0 and math.isfinite(n_train) and math.isfinite(n_test)):
        raise ValueError(f"n_train and n_test must be positive numbers of rows; got {n_train!r} and {n_test!r}.")
    return float(n_test) / float(n_train)


def _check_repeats(folds: int, repeats: int) -> None:
    if folds % check_count(repeats, "repeats", minimum=1):
        raise ValueError(f"{folds} fold values cannot come from {repeats} repeats of equally many folds.")


def _check_row_error(row_error: float) -> None:
    if not 0.0 <= row_error < math.inf:
        raise ValueError(f"row_error must be a finite standard error of at least 0; got {row_error!r}.")


def _few_folds(folds: int) -> tuple[str, ...]:
    if folds >= 5:
        return ()
    return (f"Only {folds} folds: the interval rests on {folds - 1} degrees of freedom.",)


def corrected_resampled_t(
    fold_values: ArrayLike,
    *,
    n_train: float,
    n_test: float,
    confidence: float = 0.95,
    repeats: int = 1,
    bounds: tuple[float, float] = _UNBOUNDED,
    estimate: float | None = None,
    row_error: float = 0.0,
) -> Interval:
    r"""Nadeau and Bengio's interval for the mean score of a procedure that is refitted on every fold.

    :math:`\bar x \pm t_{J-1}\sqrt{(1/J + n_{test}/n_{train})\,s^2}` over all J = folds x repeats values.

    Parameters
    ----------
    fold_values : array_like of shape (folds * repeats,), float
        One score for each fold.
    n_train, n_test : float
        Rows trained on and tested on in a fold; the mean where folds differ.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).
    repeats : int, default 1
        Repeats of the whole cross-validation that `fold_values` holds. The correction does not shrink with
        repeats, only the 1/J part does.
    bounds : (float, float), default unbounded
        Range of the metric. Bounds beyond it are clipped to it, with a warning.
    estimate : float, optional
        Centre to report instead of the fold mean, such as a score pooled over folds; the variance stays that of
        the fold values.
    row_error : float, default 0
        Sampling error of the test rows with the fitted models given, one part of the whole uncertainty. A handful of
        folds can agree by luck; their rows' spread does not vanish with it. The interval stays that of the folds; one
        narrower than half the normal quantile times this gets a warning.

    Returns
    -------
    Interval
        Undefined with a reason with fewer than two folds. With equal fold values low = high = estimate, and a
        warning.

    Raises
    ------
    ValueError
        If a value is NaN or infinite, the sizes are not positive, the folds do not divide into the repeats,
        `row_error` is negative, or the estimate lies outside the bounds.

    References
    ----------
    Nadeau C, Bengio Y (2003). Inference for the generalization error. Machine Learning 52:239-281.
    Bouckaert RR, Frank E (2004). Evaluating the replicability of significance tests for comparing learning
    algorithms. PAKDD 2004:3-12.
    Bayle P, Bayle A, Janson L, Mackey L (2020). Cross-validation confidence intervals for test error. NeurIPS 33.

    Examples
    --------
    >>> interval = corrected_resampled_t([0.8, 0.82, 0.79, 0.85, 0.81], n_train=80, n_test=20)
    >>> round(interval.estimate, 3), round(interval.low, 3), round(interval.high, 3)
    (0.814, 0.771, 0.857)
    """
    check_confidence(confidence)
    values = finite_vector(fold_values, "fold_values")
    ratio = _overlap(n_train, n_test)
    _check_repeats(values.size, repeats)
    _check_row_error(row_error)
    method = "corrected_resampled_t"
    centre = estimate if estimate is not None or values.size == 0 else float(values.mean())
    if centre is not None and not bounds[0] - 1e-9 <= centre <= bounds[1] + 1e-9:
        raise ValueError(f"The estimate {centre!r} lies outside the metric's range {bounds!r}.")
    if values.size < 2 or centre is None:
        reason = f"There are {values.size} fold values; at least 2 are needed."
        return Interval(centre, None, None, confidence, method, reason)
    folds = _corrected(values, ratio)
    warnings = list(_few_folds(values.size))
    half = float(special.stdtrit(folds.df, 0.5 + confidence / 2.0)) * folds.error
    by_rows = float(special.ndtri(0.5 + confidence / 2.0)) * row_error
    if half < by_rows * _TOO_NARROW:
        warnings.append(_LUCKY.format(by_rows))
    if half == 0.0:
        warnings.append("All folds have the same value: the interval has no width.")
        return Interval(centre, centre, centre, confidence, method, warnings=tuple(warnings))
    low, high = centre - half, centre + half
    if low < bounds[0] or high > bounds[1]:
        warnings.append(f"The interval was clipped to the metric's range [{bounds[0]:g}, {bounds[1]:g}].")
        low, high = max(low, bounds[0]), min(high, bounds[1])
    return Interval(centre, low, high, confidence, method, warnings=tuple(warnings))


def corrected_resampled_t_test(
    differences: ArrayLike,
    *,
    n_train: float,
    n_test: float,
    confidence: float = 0.95,
    repeats: int = 1,
    bounds: tuple[float, float] = _UNBOUNDED,
    estimate: float | None = None,
    scale: float = 0.0,
) -> Difference:
    r"""Nadeau and Bengio's corrected resampled t test on the fold differences of two procedures.

    :math:`t = \bar d/\sqrt{(1/J + n_{test}/n_{train})\,s_d^2}` with J - 1 degrees of freedom.

    Parameters
    ----------
    differences : array_like of shape (folds * repeats,), float
        First minus second on each fold, same folds for both.
    n_train, n_test, confidence, repeats
        As in `corrected_resampled_t`.
    bounds : (float, float), default unbounded
        Range of the difference; the interval is clipped to it, with a warning.
    estimate : float, optional
        Centre to report and test instead of the fold mean, such as a difference of pooled scores.
    scale : float, default 0
        Size of the scores that were subtracted: a difference of at most a trillionth of it is float noise and counts
        as zero.

    Returns
    -------
    Difference
        Two-sided p-value. All differences zero: 0 with an interval of no width and p = 1. All differences equal
        but not zero: the difference is given, bounds and p-value are undefined with a reason, because the folds
        hold no variance to test against. Undefined with a reason with fewer than two folds.

    Raises
    ------
    ValueError
        As in `corrected_resampled_t`.

    References
    ----------
    Nadeau C, Bengio Y (2003). Inference for the generalization error. Machine Learning 52:239-281.

    Examples
    --------
    >>> d = corrected_resampled_t_test([0.02, 0.01, 0.03, 0.0, 0.02], n_train=80, n_test=20)
    >>> round(d.difference, 3), round(d.p_value, 3)
    (0.016, 0.105)
    """
    check_confidence(confidence)
    values = without_noise(finite_vector(differences, "differences"), scale)
    ratio = _overlap(n_train, n_test)
    _check_repeats(values.size, repeats)
    method = "corrected_resampled_t"
    centre = estimate if estimate is not None or values.size == 0 else float(values.mean())
    if centre is not None and abs(centre) <= NOISE * scale:
        centre = 0.0
    if values.size < 2 or centre is None:
        reason = f"There are {values.size} fold differences; at least 2 are needed."
        return Difference(centre, None, None, confidence, None, method, reason)
    folds, warnings = _corrected(values, ratio), list(_few_folds(values.size))
    if folds.error == 0.0:
        if centre != 0.0:
            return Difference(centre, None, None, confidence, None, method, _NO_VARIANCE)
        return Difference(0.0, 0.0, 0.0, confidence, 1.0, method, warnings=tuple(warnings))
    half = float(special.stdtrit(folds.df, 0.5 + confidence / 2.0)) * folds.error
    p_value = 2.0 * float(special.stdtr(folds.df, -abs(centre) / folds.error))
    low, high = centre - half, centre + half
    if low < bounds[0] or high > bounds[1]:
        warnings.append(f"The interval was clipped to [{bounds[0]:g}, {bounds[1]:g}].")
        low, high = max(low, bounds[0]), min(high, bounds[1])
    return Difference(centre, low, high, confidence, p_value, method, warnings=tuple(warnings))


def _t_p_value(statistic: float, df: float, alternative: Alternative) -> float:
    if alternative == "greater":
        return float(special.stdtr(df, -statistic))
    if alternative == "less":
        return float(special.stdtr(df, statistic))
    return 2.0 * float(special.stdtr(df, -abs(statistic)))


def corrected_resampled_statistic(
    differences: ArrayLike, *, n_train: float, n_test: float, alternative: Alternative = "two-sided"
) -> TestResult:
    """Corrected resampled t as a bare test, one- or two-sided; see `corrected_resampled_t_test`.

    Parameters
    ----------
    differences : array_like of shape (folds * repeats,), float
        First minus second on each fold, at least two.
    n_train, n_test : float
        Rows trained on and tested on in a fold.
    alternative : {"two-sided", "greater", "less"}, default "two-sided"
        "greater": the first is larger than the second.

    Returns
    -------
    TestResult
        t, its p-value and J - 1 degrees of freedom; 0 and 1 when all differences are zero, undefined with a
        reason when they are equal and not zero.

    Raises
    ------
    ValueError
        If a value is NaN or infinite, there are fewer than two, or a size is not positive.

    References
    ----------
    Nadeau C, Bengio Y (2003). Inference for the generalization error. Machine Learning 52:239-281.

    Examples
    --------
    >>> test = corrected_resampled_statistic([0.02, 0.01, 0.03, 0.0, 0.02], n_train=80, n_test=20)
    >>> round(test.statistic, 3), test.df
    (2.092, 4.0)
    """
    check_choice(alternative, "alternative", ("two-sided", "greater", "less"))
    folds = _corrected(finite_vector(differences, "differences", minimum=2), _overlap(n_train, n_test))
    name, df = "corrected_resampled_t", float(folds.df)
    if folds.error == 0.0:
        if folds.mean == 0.0:
            return TestResult(0.0, 1.0, name, df)
        return TestResult(None, None, name, df, _NO_VARIANCE)
    statistic = folds.mean / folds.error
    return TestResult(statistic, _t_p_value(statistic, df, alternative), name, df)


def _five_by_two(differences: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    table = np.asarray(differences, dtype=np.float64)
    if table.shape != (5, 2) or not np.isfinite(table).all():
        raise ValueError(
            "differences must be 5 repeats by 2 folds of finite numbers, shape (5, 2); "
            f"the shape given is {table.shape}."
        )
    return table, np.sum((table - table.mean(axis=1, keepdims=True)) ** 2, axis=1)


def five_by_two_cv_t(differences: ArrayLike) -> TestResult:
    r"""Dietterich's 5x2cv paired t test.

    :math:`t = d_{11}/\sqrt{\sum_i s_i^2/5}` on 5 degrees of freedom, where :math:`s_i^2` is the sum of squared
    deviations of the two differences of repeat i. The numerator is the first difference only, so the order of
    the repeats matters; `five_by_two_cv_f` has no such asymmetry.

    Parameters
    ----------
    differences : array_like of shape (5, 2), float
        First minus second, in 5 repeats of 2-fold cross-validation.

    Returns
    -------
    TestResult
        Two-sided. 0 and 1 when all differences are zero; undefined with a reason when they do not vary.

    Raises
    ------
    ValueError
        If the shape is not (5, 2), or a value is NaN or infinite.

    References
    ----------
    Dietterich TG (1998). Approximate statistical tests for comparing supervised classification learning
    algorithms. Neural Computation 10:1895-1923.

    Examples
    --------
    >>> d = [[0.02, 0.01], [0.03, 0.00], [0.01, 0.02], [0.02, 0.02], [0.00, 0.03]]
    >>> round(five_by_two_cv_t(d).statistic, 4)
    1.4142
    """
    table, spread = _five_by_two(differences)
    total = float(spread.sum())
    if total <= (1e-12 * float(np.max(np.abs(table)))) ** 2:
        if not table.any():
            return TestResult(0.0, 1.0, "five_by_two_cv_t", 5.0)
        return TestResult(None, None, "five_by_two_cv_t", 5.0, _NO_VARIANCE)
    statistic = float(table[0, 0]) / math.sqrt(total / 5.0)
    return TestResult(statistic, _t_p_value(statistic, 5.0, "two-sided"), "five_by_two_cv_t", 5.0)


def five_by_two_cv_f(differences: ArrayLike) -> TestResult:
    r"""Alpaydin's combined 5x2cv F test: better level and power than the 5x2cv t test.

    :math:`F = \sum_{ij} d_{ij}^2/(2\sum_i s_i^2)` on (10, 5) degrees of freedom.

    Parameters
    ----------
    differences : array_like of shape (5, 2), float
        First minus second, in 5 repeats of 2-fold cross-validation.

    Returns
    -------
    TestResult
        0 and 1 when all differences are zero; undefined with a reason when they do not vary.

    Raises
    ------
    ValueError
        If the shape is not (5, 2), or a value is NaN or infinite.

    References
    ----------
    Alpaydin E (1999). Combined 5x2 cv F test for comparing supervised classification learning algorithms.
    Neural Computation 11:1885-1892.

    Examples
    --------
    >>> d = [[0.02, 0.01], [0.03, 0.00], [0.01, 0.02], [0.02, 0.02], [0.00, 0.03]]
    >>> round(five_by_two_cv_f(d).statistic, 4)
    1.8
    """
    table, spread = _five_by_two(differences)
    total, df = float(spread.sum()), (10.0, 5.0)
    if total <= (1e-12 * float(np.max(np.abs(table)))) ** 2:
        if not table.any():
            return TestResult(0.0, 1.0, "five_by_two_cv_f", df)
        return TestResult(None, None, "five_by_two_cv_f", df, _NO_VARIANCE)
    statistic = float((table**2).sum()) / (2.0 * total)
    return TestResult(statistic, float(special.fdtrc(10.0, 5.0, statistic)), "five_by_two_cv_f", df)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Posterior of a mean difference of two procedures, a shifted and scaled Student t.

    Examples
    --------
    >>> Posterior(0.1, 0.2, 0.7, 0.01, 0.005, 9.0, 0.002).right
    0.7
    """

    left: float
    """P(difference < -rope): the second is practically larger."""

    rope: float
    """P(-rope <= difference <= rope): practically equal."""

    right: float
    """P(difference > rope): the first is practically larger."""

    mean: float
    """Posterior mean of the difference, first minus second."""

    scale: float
    """Scale of the posterior t, in the metric's unit; 0 when all folds agree exactly."""

    df: float
    """Degrees of freedom of the posterior t."""

    rope_half_width: float
    """Half width of the region of practical equivalence, in the metric's unit."""

    def interval(self, confidence: float = 0.95) -> Interval:
        """Return the central credible interval of the difference.

        Parameters
        ----------
        confidence : float, default 0.95
            Posterior probability inside, in (0, 1).

        Returns
        -------
        Interval
            Around the posterior mean.
        """
        half = float(special.stdtrit(self.df, 0.5 + check_confidence(confidence) / 2.0)) * self.scale
        return Interval(self.mean, self.mean - half, self.mean + half, confidence, "bayesian_correlated_t")


def bayesian_correlated_t(differences: ArrayLike, *, rho: float, rope: float = 0.0) -> Posterior:
    r"""Bayesian correlated t test of two procedures on the folds of one data set.

    The posterior of the mean difference is a t with J - 1 degrees of freedom, location :math:`\bar d` and scale
    :math:`\sqrt{(1/J + \rho/(1-\rho))\,s_d^2}`.

    Parameters
    ----------
    differences : array_like of shape (folds * repeats,), float
        First minus second on each fold, at least two.
    rho : float
        Correlation of folds through shared training rows, in [0, 1): the share of rows in a test fold, 1/k for
        k-fold cross-validation.
    rope : float, default 0
        Half width of the region of practical equivalence, at least 0.

    Returns
    -------
    Posterior
        Three probabilities that sum to 1. Folds that agree exactly put all mass on their one value.

    Raises
    ------
    ValueError
        If a value is NaN or infinite, there are fewer than two, or rho or rope is out of range.

    References
    ----------
    Corani G, Benavoli A (2015). A Bayesian approach for comparing cross-validated algorithms on multiple data
    sets. Machine Learning 100:285-304.
    Benavoli A, Corani G, Demšar J, Zaffalon M (2017). Time for a change: a tutorial for comparing multiple
    classifiers through Bayesian analysis. JMLR 18(77):1-36.

    Examples
    --------
    >>> p = bayesian_correlated_t([0.02, 0.01, 0.03, 0.0, 0.02], rho=0.2, rope=0.01)
    >>> round(p.left, 3), round(p.rope, 3), round(p.right, 3)
    (0.014, 0.225, 0.762)
    """
    values = finite_vector(differences, "differences", minimum=2)
    if not 0.0 <= rho < 1.0:
        raise ValueError(f"rho must lie in [0, 1); got {rho!r}. For k folds it is 1/k.")
    if not (rope >= 0.0 and math.isfinite(rope)):
        raise ValueError(f"rope must be a half width of at least 0; got {rope!r}.")
    folds = _corrected(values, rho / (1.0 - rho))
    if folds.error == 0.0:
        left, right = float(folds.mean < -rope), float(folds.mean > rope)
    else:
        left = float(special.stdtr(folds.df, (-rope - folds.mean) / folds.error))
        right = float(special.stdtr(folds.df, (folds.mean - rope) / folds.error))
    inside = max(0.0, 1.0 - left - right)
    return Posterior(left, inside, right, folds.mean, folds.error, float(folds.df), float(rope))
