"""What the coverage simulation asks: one method in one regime a case, how it is registered and how it is run."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mtf_engine import statistics as st

CONFIDENCE = 0.95
FLOOR = 0.93
LEVELS = (0.01, 0.05, 0.10)
RESAMPLES = 1000

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Bounds:
    """An interval of one draw and the value it should contain."""

    low: float | None
    high: float | None
    truth: float


@dataclass(frozen=True, slots=True)
class CoverageCase:
    """One method in one regime: how often its interval contains the truth."""

    method: str
    """Name of the method, as the page shows it."""

    regime: str
    """Sample sizes, shares and shapes."""

    draw: Callable[[Rng], Bounds]
    """Simulates one data set and returns its interval with the truth."""

    floor: float
    """Coverage it must reach; 0 only tabulates it."""

    note: str
    """What a reader should know about the row."""


@dataclass(frozen=True, slots=True)
class NullCase:
    """One test in one regime without any difference: how often it rejects."""

    method: str
    """Name of the test, as the page shows it."""

    regime: str
    """Sample sizes, shares and shapes."""

    draw: Callable[[Rng], float | None]
    """Simulates one data set and returns its p-value."""

    note: str
    """What a reader should know about the row."""

    tabulated: bool = False
    """Whether the row only shows a limit, and no level is asked of it."""


COVERAGE_CASES: list[CoverageCase] = []
NULL_CASES: list[NullCase] = []


def coverage(method: str, regime: str, *, floor: float = FLOOR, note: str = ""):
    """Register a draw that returns bounds and truth; `floor` is the coverage it must reach (0: tabulated)."""

    def register(draw: Callable[[Rng], Bounds]) -> Callable[[Rng], Bounds]:
        COVERAGE_CASES.append(CoverageCase(method, regime, draw, floor, note))
        return draw

    return register


def null(method: str, regime: str, *, note: str = "", tabulated: bool = False):
    """Register a draw that returns a p-value where nothing differs; `tabulated` asks nothing of its level."""

    def register(draw: Callable[[Rng], float | None]) -> Callable[[Rng], float | None]:
        NULL_CASES.append(NullCase(method, regime, draw, note, tabulated))
        return draw

    return register


def of(interval: st.Interval, truth: float) -> Bounds:
    return Bounds(interval.low, interval.high, truth)


def seed_of(rng: Rng) -> int:
    """A fresh seed: with one seed for all draws, the resamples' own luck would be the same in every draw."""
    return int(rng.integers(1 << 30))


def gap(difference: st.Difference, truth: float) -> Bounds:
    return Bounds(difference.low, difference.high, truth)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """What a coverage case gave."""

    case: CoverageCase
    draws: int
    rate: float
    width: float
    undefined: int

    @property
    def holds(self) -> bool:
        """Whether coverage reaches the floor, within three Monte Carlo standard errors."""
        if self.case.floor == 0.0:
            return True
        error = math.sqrt(self.case.floor * (1.0 - self.case.floor) / self.draws)
        return self.rate >= self.case.floor - 3.0 * error


@dataclass(frozen=True, slots=True)
class NullRow:
    """What a null case gave: the share of p-values at or below each level."""

    case: NullCase
    draws: int
    rates: tuple[float, ...]
    undefined: int

    @property
    def holds(self) -> bool:
        """Whether no level is exceeded by more than three Monte Carlo standard errors."""
        return self.case.tabulated or all(
            rate <= level + 3.0 * math.sqrt(level * (1.0 - level) / self.draws)
            for rate, level in zip(self.rates, LEVELS, strict=True)
        )


def run_coverage(case: CoverageCase, draws: int, seed: int = 0) -> CoverageRow:
    """Simulate one coverage case."""
    rng = np.random.default_rng([seed, len(case.regime), draws])
    inside, widths, undefined = 0, [], 0
    for _ in range(draws):
        bounds = case.draw(rng)
        if bounds.low is None or bounds.high is None:
            undefined += 1
            continue
        inside += bounds.low <= bounds.truth <= bounds.high
        widths.append(bounds.high - bounds.low)
    defined = max(1, draws - undefined)
    return CoverageRow(case, draws, inside / defined, float(np.mean(widths)), undefined)


def run_null(case: NullCase, draws: int, seed: int = 0) -> NullRow:
    """Simulate one null case; an undefined p-value counts as no rejection."""
    rng = np.random.default_rng([seed, len(case.regime), draws])
    drawn = [case.draw(rng) for _ in range(draws)]
    values = np.array([1.0 if value is None else value for value in drawn])
    rates = tuple(float(np.mean(values <= level + 1e-12)) for level in LEVELS)
    return NullRow(case, draws, rates, sum(value is None for value in drawn))
