"""The pieces every power calculation shares: a sample size, checks of its numbers, and the search for a difference.

All functions are two-sided at 1 - confidence and ignore the wrong tail, as R's power functions do.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import special

from mtf_engine.statistics.inputs import check_confidence
from mtf_engine.statistics.proportions import bisect
from mtf_engine.statistics.values import Estimate

__all__ = ["SampleSize"]


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many rows a design needs.

    Examples
    --------
    >>> SampleSize(1567.02, "connor").rows
    1568
    """

    exact: float | None
    """The size before rounding; None when no size suffices."""

    method: str
    """Name of the formula, and what is counted."""

    reason: str | None = None
    """Why there is no size."""

    @property
    def rows(self) -> int | None:
        """The size rounded up."""
        return None if self.exact is None else math.ceil(self.exact - 1e-9)


def power_quantile(power: float) -> float:
    """Return the normal quantile of a power in (0, 1)."""
    return float(special.ndtri(check_confidence(power, "power")))


def check_proportion(value: float, name: str) -> float:
    """Return `value` as a float, or raise ValueError unless it lies in [0, 1]."""
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} must lie between 0 and 1; got {value!r}.")
    return float(value)


def check_positive(value: float, name: str) -> float:
    """Return `value` as a float, or raise ValueError unless it is positive and finite."""
    if not (value > 0.0 and math.isfinite(value)):
        raise ValueError(f"{name} must be a positive number; got {value!r}.")
    return float(value)


def smallest_difference(size_for: Callable[[float], float], available: float, largest: float) -> float | None:
    """Smallest difference up to `largest` whose sample size is `available` or less."""
    if largest <= 0.0 or size_for(largest) > available:
        return None
    return bisect(lambda difference: size_for(difference) - available, 1e-12, largest)


def detectable(value: float | None, method: str) -> Estimate:
    """Return a minimum detectable difference, undefined with a reason when there is none."""
    reason = "No difference that is possible here could be detected with so few rows."
    return Estimate(value, method, None if value is not None else reason)
