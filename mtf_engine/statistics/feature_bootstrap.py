"""The exact row bootstrap of metrics that read weighted counts of row features.

A side is one model's predictions reduced to features: which confusion cell a row is in, which slot its score is
in, what it loses. Sides on the same rows share every draw, which is what makes their difference precise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mtf_engine.statistics.draws import plan_draws
from mtf_engine.statistics.replicates import Replicates, acceleration
from mtf_engine.statistics.row_weights import feature_matrix, resampled_feature_sums, row_weights

__all__ = ["Side", "Sums", "side_replicates"]

Floats = NDArray[np.float64]
_LEFT_OUT_SEED = 1


@dataclass(frozen=True, slots=True)
class Sums:
    """Weighted counts of features and means of losses for several resamples."""

    counts: Floats
    """Weighted rows with each feature, shape (b, features)."""

    losses: Floats
    """Weighted mean of each loss, shape (b, losses)."""


class Side(Protocol):
    """One model's predictions as row features."""

    @property
    def codes(self) -> NDArray[np.int32]:
        """Numbers of the features each row has, shape (n, f)."""

    @property
    def size(self) -> int:
        """How many features there are."""

    @property
    def losses(self) -> Floats:
        """Loss columns, shape (n, m)."""

    def evaluate(self, name: str, sums: Sums) -> Floats:
        """Return the metric on each resample, shape (b,), NaN where undefined."""

    def estimate(self, name: str) -> float:
        """Return the metric on the rows themselves, NaN where undefined."""


def _left_out_weights(n: int) -> Iterator[NDArray[np.uint16]]:
    block: list[NDArray[np.uint16]] = []
    for rows in plan_draws(n).left_out(np.random.default_rng(_LEFT_OUT_SEED)):
        weights = np.zeros(n, dtype=np.uint16)
        weights[rows] = 1
        block.append(weights)
        if len(block) == 16:
            yield np.stack(block)
            block = []
    if block:
        yield np.stack(block)


def _evaluate(sides: Sequence[Side], metrics: Sequence[str], blocks: Iterator[NDArray[np.uint16]]) -> list[Floats]:
    """Replicates of the first side, or of first minus second, for each metric."""
    offsets = np.concatenate(([0], np.cumsum([side.size for side in sides])))
    codes = np.hstack([side.codes + np.int32(start) for side, start in zip(sides, offsets, strict=False)])
    size = int(offsets[-1])
    means = [side.losses.mean(axis=0) for side in sides]
    columns = np.hstack([side.losses - mean for side, mean in zip(sides, means, strict=True)])
    features = feature_matrix(codes.astype(np.int32), size, columns)
    found: list[list[Floats]] = [[] for _ in metrics]
    for weights in blocks:
        sums = resampled_feature_sums(features, weights)
        total = weights.sum(axis=1, dtype=np.int64)[:, None]
        parts, used = [], size
        for i, side in enumerate(sides):
            width = side.losses.shape[1]
            losses = sums[:, used : used + width] / total + means[i]
            parts.append(Sums(sums[:, offsets[i] : offsets[i + 1]], losses))
            used += width
        for values, name in zip(found, metrics, strict=True):
            value = sides[0].evaluate(name, parts[0])
            values.append(value if len(sides) == 1 else value - sides[1].evaluate(name, parts[1]))
    return [np.concatenate(values) for values in found]


def side_replicates(
    sides: Sequence[Side],
    metrics: Sequence[str],
    *,
    resamples: int,
    method: str,
    seed: int,
    expanded: bool,
) -> list[Replicates]:
    """Draw rows and evaluate each metric of one side, or the difference of two, on the same draws.

    Parameters
    ----------
    sides : sequence of Side
        One side, or two on the same rows.
    metrics : sequence of str
        Names both sides know.
    resamples, seed : int
        How many draws, from which seed.
    method : {"bca", "percentile"}
        Whether the acceleration is computed, from a jackknife over at most 200 groups of rows.
    expanded : bool
        Whether levels are widened for few rows.

    Returns
    -------
    list of Replicates
        One for each metric.
    """
    n = sides[0].codes.shape[0]
    rng = np.random.Generator(np.random.SFC64(seed))  # a fifth faster than PCG64 on bounded integers
    drawn = _evaluate(sides, metrics, row_weights(n, resamples, rng))
    removed = _evaluate(sides, metrics, _left_out_weights(n)) if method == "bca" and n > 1 else None
    result = []
    for i, name in enumerate(metrics):
        estimate = sides[0].estimate(name)
        if len(sides) == 2:
            estimate -= sides[1].estimate(name)
        rate = acceleration(removed[i]) if removed is not None else None
        point = None if np.isnan(estimate) else float(estimate)
        result.append(Replicates(point, drawn[i], rate, n, expanded))
    return result
