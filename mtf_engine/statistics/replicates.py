"""From bootstrap replicates to bounds and p-values: percentile and BCa, with honest refusals.

The generic and the fast bootstraps end here, so undefined resamples, boundary cases and small samples are
treated alike wherever replicates come from.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from mtf_engine.statistics.inputs import check_choice, check_confidence, check_count
from mtf_engine.statistics.values import Difference, Interval

__all__ = [
    "MAX_UNDEFINED_SHARE",
    "BootstrapMethod",
    "Replicates",
    "acceleration",
    "check_bootstrap",
    "difference_of_replicates",
    "interval_of_replicates",
]

BootstrapMethod = Literal["bca", "percentile"]

MAX_UNDEFINED_SHARE = 0.05
"""Largest share of resamples on which a statistic may be undefined before its interval is refused."""

_FEW_UNITS = 30
_FEW_UNITS_BCA = 100
_FEW_UNITS_NOTE = "The bootstrap's p-value is liberal with so few units drawn ({}); prefer a permutation test."

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Replicates:
    """A statistic, its values on resamples, and what the bounds need to know about the design."""

    estimate: float | None
    """The statistic on all rows; None when undefined."""

    values: _Floats
    """The statistic on each resample, NaN where it is undefined."""

    acceleration: float | None
    """BCa acceleration; None gives the percentile bounds."""

    units: int
    """Units drawn with replacement."""

    expanded: bool = False
    """Whether levels are widened for few units (Hesterberg's expansion)."""

    scale: float = 1.0
    """Size of the metric, to tell a difference from float noise: a trillionth of it counts as zero."""

    warnings: tuple[str, ...] = ()
    """What weakens the result."""


@dataclass(frozen=True, slots=True)
class _Levels:
    """The map between a nominal normal quantile and the level of the replicates' distribution."""

    bias: float
    acceleration: float
    units: int
    expanded: bool

    def level(self, confidence: float, *, upper: bool) -> float:
        tail = (1.0 - confidence) / 2.0
        if self.expanded and self.units > 1:
            stretch = math.sqrt(self.units / (self.units - 1.0))
            z = stretch * float(special.stdtrit(self.units - 1.0, tail))
        else:
            z = float(special.ndtri(tail))
        shifted = self.bias + (-z if upper else z)
        denominator = 1.0 - self.acceleration * shifted
        if denominator <= 0.0:
            return 1.0 if shifted > 0.0 else 0.0
        return float(special.ndtr(self.bias + shifted / denominator))

    def tail_of(self, level: float) -> float:
        """One-sided nominal tail whose bound lies at `level`: the inverse of `level`."""
        gap = float(special.ndtri(level)) - self.bias
        denominator = 1.0 + self.acceleration * gap
        if denominator <= 0.0:
            return 1.0 if gap > 0.0 else 0.0
        z = gap / denominator - self.bias
        if self.expanded and self.units > 1:
            return float(special.stdtr(self.units - 1.0, z / math.sqrt(self.units / (self.units - 1.0))))
        return float(special.ndtr(z))


def acceleration(jackknife: _Floats, counts: _Floats | None = None) -> float | None:
    r"""BCa acceleration from leave-out values.

    :math:`\sum u_i^3/(6(\sum u_i^2)^{3/2})` with :math:`u_i` the mean of the values minus value i. Values left
    out in groups keep the expectation, because the skewness of a sum of m falls as fast as the number of groups.

    Parameters
    ----------
    jackknife : ndarray of shape (groups,), float64
        The statistic without each group, NaN where undefined.
    counts : ndarray of shape (groups,), float64, optional
        How many rows share each value, when one value stands for several rows left out one by one.

    Returns
    -------
    float or None
        None when more than a twentieth of the values are undefined; 0 when they do not vary.
    """
    weights = np.ones_like(jackknife) if counts is None else counts
    there = ~np.isnan(jackknife)
    defined, kept = jackknife[there], weights[there]
    if defined.size < 2 or kept.sum() < (1.0 - MAX_UNDEFINED_SHARE) * weights.sum():
        return None
    influence = np.average(defined, weights=kept) - defined
    spread = float(np.dot(kept, influence**2))
    scale = float(np.max(np.abs(defined)))
    if spread <= (1e-13 * scale) ** 2 * defined.size:
        return 0.0
    cubes = float(np.dot(kept, influence**3))
    return cubes / (6.0 * math.pow(spread, 1.5))


def _levels(replicates: Replicates, defined: _Floats, estimate: float) -> tuple[_Levels, tuple[str, ...]]:
    """Bias and acceleration, or a plain percentile with the reason in a warning."""
    plain = _Levels(0.0, 0.0, replicates.units, replicates.expanded)
    if replicates.acceleration is None:
        return plain, ()
    noise = 1e-12 * replicates.scale
    below = float(np.mean(defined < estimate - noise)) + 0.5 * float(np.mean(np.abs(defined - estimate) <= noise))
    if not 0.0 < below < 1.0:
        return plain, ("All resamples lie on one side of the estimate: percentile bounds instead of BCa.",)
    bias = float(special.ndtri(below))
    return replace(plain, bias=bias, acceleration=replicates.acceleration), ()


def check_bootstrap(confidence: float, resamples: int, method: str) -> None:
    """Raise ValueError unless confidence lies in (0, 1), resamples is at least 100 and the method is known."""
    check_confidence(confidence)
    check_count(resamples, "resamples", minimum=100)
    check_choice(method, "method", ("bca", "percentile"))


def _undefined_warning(missing: int, total: int) -> tuple[str, ...]:
    if not missing:
        return ()
    return (f"The statistic was undefined on {missing} of {total} resamples ({missing / total:.1%}).",)


def _problem(replicates: Replicates) -> str | None:
    missing = int(np.count_nonzero(np.isnan(replicates.values)))
    if replicates.estimate is None:
        return "The statistic is undefined on these rows."
    if replicates.values.size == 0 or missing > MAX_UNDEFINED_SHARE * replicates.values.size:
        share = missing / max(1, replicates.values.size)
        return f"The statistic was undefined on {share:.1%} of the resamples, more than {MAX_UNDEFINED_SHARE:.0%}."
    return None


@dataclass(frozen=True, slots=True)
class _Bounds:
    low: float
    high: float
    levels: _Levels
    defined: _Floats
    warnings: tuple[str, ...]


def _bounds(replicates: Replicates, estimate: float, confidence: float) -> _Bounds:
    defined = replicates.values[~np.isnan(replicates.values)]
    levels, fallback = _levels(replicates, defined, estimate)
    at = [levels.level(confidence, upper=False), levels.level(confidence, upper=True)]
    low, high = np.quantile(defined, at)
    low, high = min(low, estimate), max(high, estimate)
    undefined = _undefined_warning(replicates.values.size - defined.size, replicates.values.size)
    notes = [*replicates.warnings, *undefined, *fallback]
    if low == high:
        notes.append("The statistic hardly varies between resamples: the interval has no width.")
    elif min(at[0], 1.0 - at[1]) * defined.size < 5.0:
        notes.append("Fewer than 5 resamples lie beyond a bound: take more resamples.")
    return _Bounds(float(low), float(high), levels, defined, tuple(notes))


def interval_of_replicates(replicates: Replicates, confidence: float, method: str) -> Interval:
    """Turn replicates into an interval.

    Parameters
    ----------
    replicates : Replicates
        Estimate, values on resamples and acceleration.
    confidence : float
        Two-sided confidence in (0, 1).
    method : str
        Name to report.

    Returns
    -------
    Interval
        Undefined with a reason when the estimate, or more than 5 % of the resamples, are undefined.
    """
    problem = _problem(replicates)
    estimate = replicates.estimate
    if problem or estimate is None:
        return Interval(estimate, None, None, confidence, method, problem, replicates.warnings)
    bounds = _bounds(replicates, estimate, confidence)
    return Interval(estimate, bounds.low, bounds.high, confidence, method, warnings=bounds.warnings)


def _p_value(estimate: float, bounds: _Bounds, scale: float) -> float:
    """Two-sided p-value by inverting the interval, each count raised by one."""
    values, noise = bounds.defined, 1e-12 * scale
    if abs(estimate) <= noise:
        return 1.0
    total = values.size + 1.0
    other_side = np.count_nonzero(values <= noise) if estimate > 0.0 else np.count_nonzero(values >= -noise)
    level = min((other_side + 1.0) / total, values.size / total)
    levels = bounds.levels
    tail = levels.tail_of(level) if estimate > 0.0 else 1.0 - levels.tail_of(1.0 - level)
    return float(min(1.0, max(2.0 * tail, 1.0 / total)))


def difference_of_replicates(replicates: Replicates, confidence: float, method: str) -> Difference:
    """Turn replicates of a difference into a difference with bounds and a p-value.

    Parameters
    ----------
    replicates : Replicates
        Difference, its values on resamples and acceleration.
    confidence : float
        Two-sided confidence in (0, 1).
    method : str
        Name to report.

    Returns
    -------
    Difference
        The p-value inverts the interval, counts b of the B resamples as (b + 1)/(B + 1), and is never below
        1/(B + 1). Undefined with a reason as in `interval_of_replicates`.
    """
    problem = _problem(replicates)
    estimate = replicates.estimate
    if problem or estimate is None:
        return Difference(estimate, None, None, confidence, None, method, problem, replicates.warnings)
    bounds = _bounds(replicates, estimate, confidence)
    limit = _FEW_UNITS if replicates.acceleration is None else _FEW_UNITS_BCA
    few = (_FEW_UNITS_NOTE.format(replicates.units),) if replicates.units < limit else ()
    return Difference(
        estimate,
        bounds.low,
        bounds.high,
        confidence,
        _p_value(estimate, bounds, replicates.scale),
        method,
        warnings=(*few, *bounds.warnings),
    )
