"""The values every statistic returns: an estimate, an interval, a difference, a test.

They live apart from the methods because evaluation, checks and reports read them without knowing which
method made them. An undefined number is ``None`` with a reason; NaN and infinity in an estimate are refused
here, so that no method can leak one.
"""

import math
from dataclasses import dataclass

__all__ = ["Difference", "Estimate", "Interval", "NamedDifferences", "NamedIntervals", "TestResult"]


def _refuse_nan(owner: str, **numbers: float | None) -> None:
    for name, number in numbers.items():
        if number is not None and math.isnan(number):
            raise ValueError(f"{owner}.{name} is NaN; an undefined number is None with a reason.")


def _need_reason(owner: str, reason: str | None, *numbers: float | None) -> None:
    if reason is None and any(number is None for number in numbers):
        raise ValueError(f"{owner} holds an undefined number without a reason.")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number that comes without an interval, such as a calibration error or a distance.

    Examples
    --------
    >>> Estimate(0.04, "ece_equal_mass").value
    0.04
    """

    value: float | None
    """The estimate; None when it is undefined."""

    method: str
    """Name of the method, with the choices that change the number."""

    reason: str | None = None
    """Why the value is None; None when it is defined."""

    warnings: tuple[str, ...] = ()
    """What weakens the result, one sentence each."""

    def __post_init__(self) -> None:
        """Refuse NaN, and an undefined value without a reason."""
        _refuse_nan("Estimate", value=self.value)
        _need_reason("Estimate", self.reason, self.value)


@dataclass(frozen=True, slots=True)
class Interval:
    """A point estimate with its confidence interval.

    Examples
    --------
    >>> Interval(0.9, 0.82, 0.95, 0.95, "wilson").low
    0.82
    """

    estimate: float | None
    """The point estimate; None when it is undefined."""

    low: float | None
    """Lower bound, in the estimate's unit; None when undefined."""

    high: float | None
    """Upper bound, in the estimate's unit; None when undefined."""

    confidence: float
    """Nominal two-sided confidence, strictly between 0 and 1."""

    method: str
    """Name of the method that gave the bounds, such as ``wilson``."""

    reason: str | None = None
    """Why a number above is None; None when all are defined."""

    warnings: tuple[str, ...] = ()
    """What weakens the result, one sentence each."""

    def __post_init__(self) -> None:
        """Refuse NaN, and undefined numbers without a reason."""
        _refuse_nan("Interval", estimate=self.estimate, low=self.low, high=self.high)
        _need_reason("Interval", self.reason, self.estimate, self.low, self.high)

    @property
    def is_defined(self) -> bool:
        """Whether estimate and both bounds are numbers."""
        return self.estimate is not None and self.low is not None and self.high is not None


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of two quantities, first minus second, with its interval and p-value.

    Examples
    --------
    >>> Difference(0.02, -0.01, 0.05, 0.95, 0.19, "newcombe_paired").p_value
    0.19
    """

    difference: float | None
    """First minus second; None when undefined."""

    low: float | None
    """Lower bound of the difference; None when undefined."""

    high: float | None
    """Upper bound of the difference; None when undefined."""

    confidence: float
    """Nominal two-sided confidence, strictly between 0 and 1."""

    p_value: float | None
    """Two-sided p-value of no difference; None when undefined, or when the method has no test."""

    method: str
    """Name of the method, such as ``delong_paired``."""

    reason: str | None = None
    """Why a number above is None; None when all are defined."""

    warnings: tuple[str, ...] = ()
    """What weakens the result, one sentence each."""

    def __post_init__(self) -> None:
        """Refuse NaN, and undefined numbers without a reason."""
        _refuse_nan("Difference", difference=self.difference, low=self.low, high=self.high, p_value=self.p_value)
        _need_reason("Difference", self.reason, self.difference, self.low, self.high)

    @property
    def is_defined(self) -> bool:
        """Whether the difference and both bounds are numbers."""
        return self.difference is not None and self.low is not None and self.high is not None


@dataclass(frozen=True, slots=True)
class TestResult:
    """The outcome of a hypothesis test.

    Examples
    --------
    >>> TestResult(1.5, 0.22, "cochran_q", df=2.0).df
    2.0
    """

    __test__ = False  # keeps pytest from collecting the class

    statistic: float | None
    """The test statistic; None when it is undefined or the test has none."""

    p_value: float | None
    """Two-sided p-value unless the method says otherwise; None when undefined."""

    method: str
    """Name of the test, such as ``mcnemar_mid_p``."""

    df: float | tuple[float, float] | None = None
    """Degrees of freedom of the reference distribution, where it has any."""

    reason: str | None = None
    """Why a number above is None; None when all are defined."""

    warnings: tuple[str, ...] = ()
    """What weakens the result, one sentence each."""

    def __post_init__(self) -> None:
        """Refuse NaN, and an undefined p-value without a reason."""
        _refuse_nan("TestResult", statistic=self.statistic, p_value=self.p_value)
        _need_reason("TestResult", self.reason, self.p_value)


@dataclass(frozen=True, slots=True)
class NamedIntervals:
    """Intervals of several metrics that share their resamples.

    Examples
    --------
    >>> NamedIntervals(("f1",), (Interval(0.8, 0.7, 0.9, 0.95, "bootstrap_bca"),))["f1"].estimate
    0.8
    """

    names: tuple[str, ...]
    """Metric names, in the order asked for."""

    intervals: tuple[Interval, ...]
    """One interval for each name."""

    def __getitem__(self, name: str) -> Interval:
        """Return the interval of one metric; raise KeyError with the names there are."""
        if name not in self.names:
            raise KeyError(f"No interval named {name!r}; there are {', '.join(self.names)}.")
        return self.intervals[self.names.index(name)]


@dataclass(frozen=True, slots=True)
class NamedDifferences:
    """Differences of several metrics that share their resamples.

    Examples
    --------
    >>> d = Difference(0.01, -0.01, 0.03, 0.95, 0.3, "paired_bootstrap_bca")
    >>> NamedDifferences(("f1",), (d,))["f1"].p_value
    0.3
    """

    names: tuple[str, ...]
    """Metric names, in the order asked for."""

    differences: tuple[Difference, ...]
    """One difference for each name."""

    def __getitem__(self, name: str) -> Difference:
        """Return the difference of one metric; raise KeyError with the names there are."""
        if name not in self.names:
            raise KeyError(f"No difference named {name!r}; there are {', '.join(self.names)}.")
        return self.differences[self.names.index(name)]
