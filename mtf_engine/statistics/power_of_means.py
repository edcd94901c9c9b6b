"""Is the design big enough for mean losses, on rows or over the folds of a cross-validation."""

import math
from typing import Literal

from scipy import special

from mtf_engine.statistics.inputs import check_choice, check_confidence, check_count
from mtf_engine.statistics.proportions import bisect, normal_quantile
from mtf_engine.statistics.sample_size import SampleSize, check_positive, power_quantile
from mtf_engine.statistics.values import Estimate

Design = Literal["paired", "independent"]

__all__ = [
    "minimum_detectable_difference_cross_validation",
    "minimum_detectable_difference_means",
    "power_means",
    "repeats_for_cross_validation",
    "sample_size_means",
]


def power_means(
    n: float, difference: float, sd: float, *, design: Design = "paired", confidence: float = 0.95
) -> float:
    """Power of the t test on a mean difference, from the noncentral t.

    Parameters
    ----------
    n : float
        Pairs for the paired design, rows of each set for the independent one; more than 1.
    difference : float
        True difference of the means.
    sd : float
        Standard deviation of the row differences (paired) or of the rows within each set (independent).
    design : {"paired", "independent"}, default "paired"
        Same rows for both, or different ones.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).

    Returns
    -------
    float
        Power in [0, 1].

    Raises
    ------
    ValueError
        If n is not above 1, or sd is not positive.

    References
    ----------
    Cohen J (1988). Statistical Power Analysis for the Behavioral Sciences. Erlbaum.

    Examples
    --------
    >>> round(power_means(20, 1.0, 1.0, design="independent"), 4)
    0.869
    """
    check_choice(design, "design", ("paired", "independent"))
    if not n > 1.0:
        raise ValueError(f"n must be more than 1; got {n!r}.")
    samples = 1.0 if design == "paired" else 2.0
    df = samples * (n - 1.0)
    critical = float(special.stdtrit(df, 0.5 + check_confidence(confidence) / 2.0))
    shift = abs(difference) / check_positive(sd, "sd") * math.sqrt(n / samples)
    return min(1.0, max(0.0, 1.0 - float(special.nctdtr(df, shift, critical))))


def sample_size_means(
    difference: float,
    sd: float,
    *,
    design: Design = "paired",
    power: float = 0.8,
    confidence: float = 0.95,
) -> SampleSize:
    """Rows for the t test to show a mean difference, such as of two models' losses.

    Parameters
    ----------
    difference : float
        Difference of the means, not 0.
    sd, design, confidence
        As in `power_means`.
    power : float, default 0.8
        Power in (0, 1).

    Returns
    -------
    SampleSize
        Pairs, or rows of each set.

    Raises
    ------
    ValueError
        If the difference is 0, or a number is out of range.

    References
    ----------
    Cohen J (1988). Statistical Power Analysis for the Behavioral Sciences. Erlbaum.

    Examples
    --------
    >>> round(sample_size_means(1.0, 1.0, design="independent", power=0.9).exact, 3)
    22.021
    """
    target = check_confidence(power, "power")
    effect = check_positive(abs(difference), "difference") / check_positive(sd, "sd")
    normal = ((normal_quantile(confidence) + power_quantile(power)) / effect) ** 2

    def shortfall(n: float) -> float:
        return target - power_means(n, difference, sd, design=design, confidence=confidence)

    low, high = 1.0 + 1e-6, 2.0 * max(normal, 0.0) * (1.0 if design == "paired" else 2.0) + 20.0
    size = bisect(shortfall, low, high)
    return SampleSize(size, f"t_{design}_means, {'pairs' if design == 'paired' else 'rows of each set'}")


def minimum_detectable_difference_means(
    n: float,
    sd: float,
    *,
    design: Design = "paired",
    power: float = 0.8,
    confidence: float = 0.95,
) -> Estimate:
    """Smallest mean difference the t test can show.

    Parameters
    ----------
    n, sd, design, confidence
        As in `power_means`.
    power : float, default 0.8
        Power in (0, 1).

    Returns
    -------
    Estimate
        An absolute difference in the unit of `sd`.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Cohen J (1988). Statistical Power Analysis for the Behavioral Sciences. Erlbaum.

    Examples
    --------
    >>> round(minimum_detectable_difference_means(100, 0.5).value, 4)
    0.1415
    """
    target = check_confidence(power, "power")

    def shortfall(difference: float) -> float:
        return target - power_means(n, difference, sd, design=design, confidence=confidence)

    high = check_positive(sd, "sd")
    while shortfall(high) > 0.0:
        high *= 2.0
    return Estimate(bisect(shortfall, 0.0, high), f"t_{design}_means")


def _corrected_error(sd: float, folds: int, repeats: int, overlap: float) -> float:
    return sd * math.sqrt(1.0 / (folds * repeats) + overlap)


def minimum_detectable_difference_cross_validation(
    sd: float,
    folds: int,
    *,
    n_train: float,
    n_test: float,
    repeats: int = 1,
    power: float = 0.8,
    confidence: float = 0.95,
) -> Estimate:
    r"""Smallest difference that the corrected resampled t test can show.

    :math:`(t_{1-\alpha/2,J-1} + t_{power,J-1})\,s\sqrt{1/J + n_{test}/n_{train}}` with J = folds x repeats.

    Parameters
    ----------
    sd : float
        Standard deviation of the fold differences, at least 0.
    folds, repeats : int
        Folds of each repeat and repeats; at least two values in all.
    n_train, n_test : float
        Rows trained on and tested on in a fold.
    power, confidence : float
        Power and two-sided confidence, in (0, 1).

    Returns
    -------
    Estimate
        An absolute difference in the metric's unit.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Nadeau C, Bengio Y (2003). Inference for the generalization error. Machine Learning 52:239-281.

    Examples
    --------
    >>> mdd = minimum_detectable_difference_cross_validation(0.02, 10, n_train=900, n_test=100)
    >>> round(mdd.value, 4)
    0.0289
    """
    if not (sd >= 0.0 and math.isfinite(sd)):
        raise ValueError(f"sd must be at least 0; got {sd!r}.")
    values = check_count(folds, "folds", minimum=1) * check_count(repeats, "repeats", minimum=1)
    if values < 2:
        raise ValueError("Cross-validation needs at least two fold values.")
    overlap = check_positive(n_test, "n_test") / check_positive(n_train, "n_train")
    df = values - 1.0
    reach = float(special.stdtrit(df, 0.5 + check_confidence(confidence) / 2.0))
    reach += float(special.stdtrit(df, check_confidence(power, "power")))
    return Estimate(reach * _corrected_error(sd, folds, repeats, overlap), "corrected_resampled_t")


def repeats_for_cross_validation(
    difference: float,
    sd: float,
    folds: int,
    *,
    n_train: float,
    n_test: float,
    power: float = 0.8,
    confidence: float = 0.95,
) -> SampleSize:
    """Repeats of a cross-validation that the corrected resampled t test needs to show a difference.

    The part of the variance that comes from overlapping training rows does not shrink with repeats, so there may
    be no such number; more rows are then the only way.

    Parameters
    ----------
    difference : float
        Difference to show, not 0, in the metric's unit.
    sd, folds, n_train, n_test, power, confidence
        As in `minimum_detectable_difference_cross_validation`.

    Returns
    -------
    SampleSize
        Repeats, at most 1,000; None with a reason when more would be needed.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Nadeau C, Bengio Y (2003). Inference for the generalization error. Machine Learning 52:239-281.

    Examples
    --------
    >>> repeats_for_cross_validation(0.022, 0.02, 10, n_train=900, n_test=100).rows
    4
    """
    size, method = check_positive(abs(difference), "difference"), "corrected_resampled_t, repeats"

    def reach_of(repeats: int) -> float:
        found = minimum_detectable_difference_cross_validation(
            sd, folds, n_train=n_train, n_test=n_test, repeats=repeats, power=power, confidence=confidence
        )
        return math.inf if found.value is None else found.value

    low, high = 1, 1000
    if reach_of(high) > size:
        reason = f"Repeats cannot show a difference below {reach_of(high):.3g} here; more rows can."
        return SampleSize(None, method, reason)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reach_of(middle) <= size else (middle + 1, high)
    return SampleSize(float(low), method)
