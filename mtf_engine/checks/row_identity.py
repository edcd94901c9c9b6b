"""Which rows are equal: exact, over every column and row, a missing cell being equal to a missing cell.

Rows are hashed column by column, so that a million rows of thirty columns take seconds; rows with equal hashes are
then compared, so that a collision never makes a finding.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_SEED = np.uint64(0x9E3779B97F4A7C15)
_FACTOR = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)


def row_codes(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Number the distinct rows of a frame.

    Parameters
    ----------
    frame : DataFrame of shape (n, p)
        Cells of any hashable kind.

    Returns
    -------
    ndarray of int64, shape (n,)
        Equal rows have equal codes. Positive and negative zero are equal.

    Examples
    --------
    >>> row_codes(pd.DataFrame({"a": [1.0, None, 1.0, None], "b": ["x", "y", "x", "z"]})).tolist()
    [0, 1, 0, 2]
    """
    codes, _ = pd.factorize(_hashes(frame))
    return separate(frame, codes.astype(np.int64, copy=False))


def with_values(codes: NDArray[np.int64], values: NDArray[np.generic]) -> NDArray[np.int64]:
    """Number the distinct pairs of a row code and a value, such as the target's.

    Parameters
    ----------
    codes : ndarray of int64, shape (n,)
        From :func:`row_codes`.
    values : ndarray, shape (n,)
        One value per row.
    """
    seconds, distinct = pd.factorize(values, use_na_sentinel=False)
    pairs, _ = pd.factorize(codes * np.int64(len(distinct) + 1) + seconds)
    return pairs.astype(np.int64, copy=False)


def separate(frame: pd.DataFrame, codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give rows that share a code without being equal codes of their own."""
    positions = np.arange(len(codes))
    first = np.empty(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    first[codes[::-1]] = positions[::-1]
    copies = np.flatnonzero(first[codes] != positions)
    mistaken = copies[~_equal(frame, copies, first[codes[copies]])]
    if len(mistaken) == 0:
        return codes
    colliding = np.flatnonzero(np.isin(codes, codes[mistaken]))
    exact = frame.iloc[colliding].groupby(list(frame.columns), dropna=False, sort=False, observed=True).ngroup()
    separated = codes.copy()
    separated[colliding] = len(first) + exact.to_numpy()
    return separated


def _hashes(frame: pd.DataFrame) -> NDArray[np.uint64]:
    total = np.full(len(frame), _SEED, dtype=np.uint64)
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        if column.dtype == np.float64:
            values = column.to_numpy() + 0.0
            values[np.isnan(values)] = np.nan
            total ^= pd.util.hash_array(values).astype(np.uint64, copy=False)
        else:
            total ^= pd.util.hash_pandas_object(column, index=False).to_numpy(dtype=np.uint64)
        total *= _FACTOR
        total ^= total >> _SHIFT
    return total


def _equal(frame: pd.DataFrame, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    same = np.ones(len(left), dtype=bool)
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        a, b = column.iloc[left], column.iloc[right]
        gone_a, gone_b = a.isna().to_numpy(), b.isna().to_numpy()
        present = ~(gone_a | gone_b)
        equal = gone_a & gone_b
        equal[present] = np.asarray(a[present].to_numpy() == b[present].to_numpy(), dtype=bool)
        same &= equal
    return same
