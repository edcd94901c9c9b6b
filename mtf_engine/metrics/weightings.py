"""Metrics on many weightings of the same rows at once: what a bootstrap of thousands of resamples reads.

A weighting says how often each row counts, so that a metric on a thousand of them is a few products and running sums
instead of a thousand calls. Areas of ranked rows have more to them; evaluation knows how.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Weighted", "largest_of_weightings", "median_of_weightings", "of_means"]

Floats = NDArray[np.float64]
Weighted = Callable[[Floats], Floats]
"""Takes weightings, shape (b, n), and gives the metric on each, shape (b,); NaN where undefined."""

_FRONT = 64


def of_means(columns: Floats, value: Callable[[Floats], Floats]) -> Weighted:
    """Make a metric that is a function of weighted means of row values.

    Parameters
    ----------
    columns : ndarray of shape (n, m), float64
        Row values.
    value : callable
        From means of shape (b, m) to the metric, shape (b,).
    """

    def weighted(weights: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            found = value((weights @ columns) / weights.sum(axis=1)[:, None])
        return np.where(np.isfinite(found), found, np.nan)

    return weighted


def median_of_weightings(values: Floats) -> Weighted:
    """Weighted median: the mean of both middle values where half the weight lies below the gap between them."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]

    def weighted(weights: Floats) -> Floats:
        return np.array([_middle(ranked, np.cumsum(row[order])) for row in weights])

    return weighted


def _middle(ranked: Floats, heavy: Floats) -> float:
    half, noise = heavy[-1] / 2, 1e-12 * heavy[-1]
    position = int(np.searchsorted(heavy, half - noise))
    if heavy[position] > half + noise or heavy[position] >= heavy[-1] - noise:
        return float(ranked[position])
    following = int(np.searchsorted(heavy, heavy[position], side="right"))
    return float((ranked[position] + ranked[following]) / 2)


def largest_of_weightings(values: Floats) -> Weighted:
    """Largest value among the rows that have weight."""
    order = np.argsort(-values, kind="stable")
    ranked = values[order]
    few = order[:_FRONT]

    def weighted(weights: Floats) -> Floats:
        there = weights[:, few] > 0
        first = there.argmax(axis=1)
        found = ranked[first]
        for row in np.flatnonzero(~there.any(axis=1)):
            found[row] = values[weights[row] > 0].max(initial=-np.inf)
        return np.where(np.isfinite(found), found, np.nan)

    return weighted
