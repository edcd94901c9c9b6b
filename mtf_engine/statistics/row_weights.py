"""How often each row is drawn: exact multinomial weights over rows, in blocks that fit a cache.

A metric that is a function of weighted sums of row features reads its replicates from one product of weights and
features, so any number of metrics, classes and models share one draw.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["feature_matrix", "resampled_feature_sums", "row_weights"]

_BLOCK = 16

Floats = NDArray[np.float64]


def row_weights(n: int, resamples: int, rng: np.random.Generator) -> Iterator[NDArray[np.uint16]]:
    """Yield blocks of weights, shape (b, n): how often each of n rows is drawn in each of b resamples.

    Every row of a block sums to n. Mean 1, variance 1 - 1/n.

    Examples
    --------
    >>> import numpy as np
    >>> block = next(row_weights(5, 3, np.random.default_rng(0)))
    >>> block.shape, block.sum(axis=1).tolist()
    ((3, 5), [5, 5, 5])
    """
    for start in range(0, resamples, _BLOCK):
        size = min(_BLOCK, resamples - start)
        block = np.empty((size, n), dtype=np.uint16)
        for i in range(size):
            block[i] = np.bincount(rng.integers(0, n, size=n, dtype=np.uint32), minlength=n)
        yield block


def feature_matrix(codes: NDArray[np.int32], size: int) -> sparse.csc_matrix:
    """Return the 0/1 matrix of shape (size, n) with ones in the rows that `codes`, shape (n, f), names."""
    n, per_row = codes.shape
    data = np.ones(codes.size, dtype=np.float32)
    starts = np.arange(0, codes.size + 1, per_row, dtype=np.int32)
    return sparse.csc_matrix((data, codes.ravel(), starts), shape=(size, n))


def resampled_feature_sums(
    features: sparse.csc_matrix, columns: NDArray[np.float32], weights: NDArray[np.uint16]
) -> tuple[Floats, Floats]:
    """Return weighted sums of 0/1 features, shape (b, size), and of dense columns, shape (b, m).

    Counts are exact in float32 up to 16 million rows. Give dense columns centred on their mean: float32 then
    costs no more than a ten-millionth of their standard deviation.
    """
    by_row = weights.T.astype(np.float32, order="C")
    counts = np.asarray(features @ by_row, dtype=np.float64).T
    sums = np.asarray(by_row.T @ columns, dtype=np.float64)
    return counts, sums
