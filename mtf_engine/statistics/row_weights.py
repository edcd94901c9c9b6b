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
_DOUBLE_ROWS = 50_000  # beyond, sums in float32 are exact enough and half as costly
_FEW_ROWS = 128  # up to here one multinomial call beats a loop over resamples

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
    if n <= _FEW_ROWS:
        yield rng.multinomial(n, np.full(n, 1.0 / n), size=resamples).astype(np.uint16)
        return
    for start in range(0, resamples, _BLOCK):
        size = min(_BLOCK, resamples - start)
        block = np.empty((size, n), dtype=np.uint16)
        for i in range(size):
            block[i] = np.bincount(rng.integers(0, n, size=n, dtype=np.uint32), minlength=n)
        yield block


def feature_matrix(codes: NDArray[np.int32], size: int, columns: Floats) -> sparse.csc_matrix:
    """Return a matrix of shape (size + m, n): 0/1 features that `codes` names, then dense columns.

    Parameters
    ----------
    codes : ndarray of shape (n, f), int32
        Features of each row, 0 to size - 1.
    size : int
        How many 0/1 features there are.
    columns : ndarray of shape (n, m), float64
        Row values, centred on their mean so that float32 sums keep their precision.
    """
    n, flags = codes.shape
    per_row = flags + columns.shape[1]
    rows = np.empty((n, per_row), dtype=np.int32)
    rows[:, :flags] = codes
    rows[:, flags:] = np.arange(size, size + columns.shape[1], dtype=np.int32)
    data = np.ones((n, per_row), dtype=np.float64 if n <= _DOUBLE_ROWS else np.float32)
    data[:, flags:] = columns
    starts = np.arange(0, rows.size + 1, per_row, dtype=np.int32)
    return sparse.csc_matrix((data.ravel(), rows.ravel(), starts), shape=(size + columns.shape[1], n))


def resampled_feature_sums(features: sparse.csc_matrix, weights: NDArray[np.uint16] | Floats) -> Floats:
    """Return weighted sums of features, shape (b, size + m).

    Up to 50,000 rows sums are float64. Beyond they are float32: counts are exact up to 16 million rows, sums of
    centred columns off by less than a thousandth of their standard error. The product is scipy's own loop, not
    BLAS, so its result does not depend on threads.
    """
    by_row = weights.T.astype(features.dtype, order="C")
    return np.ascontiguousarray(np.asarray(features @ by_row).T, dtype=np.float64)
