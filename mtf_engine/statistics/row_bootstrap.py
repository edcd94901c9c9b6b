"""The bootstrap of any statistic of rows, alone or paired.

A statistic is a function of row numbers, so it may read any columns, use weights, and return None where it is
undefined. Standard metrics have faster ways to the same distribution in the ``*_bootstrap`` modules.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.draws import Draws, plan_draws
from mtf_engine.statistics.replicates import (
    BootstrapMethod,
    Replicates,
    acceleration,
    check_bootstrap,
    difference_of_replicates,
    interval_of_replicates,
)
from mtf_engine.statistics.values import Difference, Interval

__all__ = ["RowStatistic", "bootstrap", "effective_sample_size", "paired_bootstrap"]

RowStatistic = Callable[[NDArray[np.intp]], float | None]

_BLOCKS = "Rows are ordered: the interval describes this period, it does not promise coverage in another."
_FEW_CLUSTERS = 20


def effective_sample_size(weights: ArrayLike) -> float:
    r"""Kish's effective number of rows under weights, :math:`(\sum w)^2/\sum w^2`.

    Parameters
    ----------
    weights : array_like of shape (n,), float
        Row weights, at least 0, not all 0.

    Returns
    -------
    float
        Between 1 and n.

    Raises
    ------
    ValueError
        If a weight is negative, NaN or infinite, or all are 0.

    References
    ----------
    Kish L (1965). Survey Sampling. Wiley.

    Examples
    --------
    >>> effective_sample_size([1, 1, 2])
    2.6666666666666665
    """
    values = np.asarray(weights, dtype=np.float64)
    if values.ndim != 1 or not np.isfinite(values).all() or (values < 0).any() or not values.any():
        raise ValueError("weights must be a vector of finite numbers of at least 0, not all 0.")
    scaled = values / values.max()
    return float(scaled.sum() ** 2 / np.dot(scaled, scaled))


def _number(value: float | None) -> float:
    """NaN stands for undefined inside arrays of replicates; it never leaves them."""
    return math.nan if value is None or not math.isfinite(value) else float(value)


def _replicates(
    statistic: RowStatistic, design: Draws, resamples: int, method: BootstrapMethod, seed: int, expanded: bool
) -> Replicates:
    rng = np.random.default_rng(seed)
    estimate = _number(statistic(np.arange(design.n)))
    warnings = _design_warnings(design)
    if math.isnan(estimate):
        return Replicates(None, np.empty(0), None, design.units, expanded, warnings=warnings)
    values = np.array([_number(statistic(design.draw(rng))) for _ in range(resamples)])
    rate: float | None = None
    if method == "bca" and design.units > 1:
        rate = acceleration(np.array([_number(statistic(rows)) for rows in design.left_out(rng)]))
        if rate is None:
            warnings = (*warnings, "The jackknife is undefined too often: percentile bounds instead of BCa.")
    return Replicates(estimate, values, rate, design.units, expanded, abs(estimate), warnings)


def _design_warnings(design: Draws) -> tuple[str, ...]:
    if design.kind == "blocks":
        return (_BLOCKS,)
    if design.kind == "clusters" and design.units < _FEW_CLUSTERS:
        return (f"Only {design.units} clusters: the cluster bootstrap is too narrow below {_FEW_CLUSTERS}.",)
    return ()


def bootstrap(
    statistic: RowStatistic,
    n: int,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    method: BootstrapMethod = "bca",
    seed: int = 0,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    blocks: int | None = None,
    expanded: bool = False,
) -> Interval:
    r"""Bootstrap interval of any statistic of rows.

    Percentile: quantiles of the statistic over resamples. BCa: the same at levels corrected for bias
    :math:`z_0` and acceleration :math:`a`,
    :math:`\Phi(z_0 + (z_0 + z)/(1 - a(z_0 + z)))`. The acceleration comes from a jackknife that leaves out at
    most 200 groups of units one by one, so its cost does not grow with the rows.

    Parameters
    ----------
    statistic : callable
        Takes row numbers, shape (m,), intp, possibly with repeats; returns a float, or None where undefined.
        Row weights are read by row number like every other column.
    n : int
        Rows, at least 1.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).
    resamples : int, default 2000
        Resamples, at least 100; 10 000 for numbers that are published.
    method : {"bca", "percentile"}, default "bca"
        How bounds are read off.
    seed : int, default 0
        The same seed gives the same bounds.
    strata, clusters : array_like of shape (n,), optional
        Labels of strata that keep their size, or of clusters that are drawn whole.
    blocks : int, optional
        Block length for ordered rows. The result is labelled descriptive.
    expanded : bool, default False
        Widen the levels for few units, :math:`\Phi(\sqrt{n/(n-1)}\,t_{n-1})` in place of the nominal ones; the
        plain bootstrap is too narrow by about the factor sqrt((n-1)/n) and ignores that its spread is estimated.
        Off here, where the textbook's bounds are expected; on in the functions for standard metrics and pairs.

    Returns
    -------
    Interval
        Bounds are values the statistic takes on resamples, so they stay in its range. Undefined with a reason
        when the statistic is undefined on the rows or on more than 5 % of resamples; a smaller share is
        reported in the warnings.

    Raises
    ------
    ValueError
        If an option is unknown or does not fit n.

    References
    ----------
    Efron B (1987). Better bootstrap confidence intervals. JASA 82:171-185.
    DiCiccio TJ, Efron B (1996). Bootstrap confidence intervals. Stat Sci 11:189-228.
    Field CA, Welsh AH (2007). Bootstrapping clustered data. JRSS-B 69:369-390.
    Hesterberg TC (2015). What teachers should know about the bootstrap. American Statistician 69:371-386.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(1.0, 21.0)
    >>> interval = bootstrap(lambda rows: float(x[rows].mean()), 20)
    >>> interval.estimate, interval.low < 10.5 < interval.high
    (10.5, True)
    """
    check_bootstrap(confidence, resamples, method)
    design = plan_draws(n, strata=strata, clusters=clusters, blocks=blocks)
    replicates = _replicates(statistic, design, resamples, method, seed, expanded)
    return interval_of_replicates(replicates, confidence, _name("bootstrap", method, design))


def _name(stem: str, method: BootstrapMethod, design: Draws) -> str:
    prefix = {"rows": "", "strata": "stratified_", "clusters": "cluster_", "blocks": "block_"}[design.kind]
    return f"{prefix}{stem}_{method}"


def paired_bootstrap(
    statistic_a: RowStatistic,
    statistic_b: RowStatistic,
    n: int,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    method: BootstrapMethod = "percentile",
    seed: int = 0,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    blocks: int | None = None,
    expanded: bool = True,
) -> Difference:
    """Bootstrap the difference of two statistics of the same rows; both see the same resamples.

    Parameters
    ----------
    statistic_a, statistic_b : callable
        As in `bootstrap`; the difference is a minus b.
    n, confidence, resamples, seed, strata, clusters, blocks
        As in `bootstrap`.
    method : {"percentile", "bca"}, default "percentile"
        How bounds are read off. Two models' biases cancel in their difference, and BCa's correction then follows
        its own noise: in simulations it covered less and rejected more often than the widened percentile.
    expanded : bool, default True
        As in `bootstrap`, but on by default.

    Returns
    -------
    Difference
        The two-sided p-value inverts the interval: b of B resamples on the other side of zero count as
        (b + 1)/(B + 1), doubled, at the corrected level for BCa. A difference of zero has p = 1. Undefined with
        a reason as in `bootstrap`; a resample is undefined when either statistic is.

    Raises
    ------
    ValueError
        If an option is unknown or does not fit n.

    References
    ----------
    Efron B (1987). Better bootstrap confidence intervals. JASA 82:171-185.
    Phipson B, Smyth GK (2010). Permutation p-values should never be zero. Stat Appl Genet Mol Biol 9:39.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(20.0)
    >>> same = paired_bootstrap(lambda r: float(x[r].mean()), lambda r: float(x[r].mean()), 20)
    >>> same.difference, same.p_value
    (0.0, 1.0)
    """
    check_bootstrap(confidence, resamples, method)
    design = plan_draws(n, strata=strata, clusters=clusters, blocks=blocks)

    def gap(rows: NDArray[np.intp]) -> float | None:
        first, second = statistic_a(rows), statistic_b(rows)
        return None if first is None or second is None else first - second

    replicates = _replicates(gap, design, resamples, method, seed, expanded)
    if replicates.estimate is not None:
        every = np.arange(design.n)
        scale = max(abs(_number(statistic(every))) for statistic in (statistic_a, statistic_b))
        replicates = replace(replicates, scale=scale)
    return difference_of_replicates(replicates, confidence, _name("paired_bootstrap", method, design))
