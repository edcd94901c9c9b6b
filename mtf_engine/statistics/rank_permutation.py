"""Exact distribution of rank sums: all orders of every data set, for tables too small for chi-square.

Under "no model differs" each data set's ranks are in random order. Adding one data set at a time, and treating rank
sums that differ only in which model holds them as one, keeps the number of states small.
"""

import itertools
import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["exact_rank_sum_p_value", "is_small_table"]

_LARGEST = {2: 50, 3: 15, 4: 9, 5: 6}
"""Most data sets for which the exact distribution is the default, by number of models."""


def is_small_table(n_datasets: int, n_models: int) -> bool:
    """Whether a table of ranks is small enough for the exact distribution, and so needs it.

    Examples
    --------
    >>> is_small_table(8, 3), is_small_table(14, 4)
    (True, False)
    """
    return n_datasets <= _LARGEST.get(n_models, 0)


def exact_rank_sum_p_value(ranks: NDArray[np.float64]) -> float:
    """Chance that random orders spread the rank sums at least as far as `ranks` do, given its ties.

    Parameters
    ----------
    ranks : ndarray of shape (n_datasets, n_models), float64
        Ranks within each data set, ties averaged, for which `is_small_table` holds.

    Returns
    -------
    float
        In (0, 1]; the exact p-value of Friedman's statistic and of every function that grows with it.

    References
    ----------
    Friedman M (1937). The use of ranks to avoid the assumption of normality. JASA 32:675-701.

    Examples
    --------
    >>> import numpy as np
    >>> round(exact_rank_sum_p_value(np.array([[1.0, 2.0, 3.0]] * 4)), 6)
    0.00463
    """
    doubled = np.rint(2.0 * ranks).astype(np.int64)
    n, k = doubled.shape
    base = 2 * n * k + 1
    place = base ** np.arange(k, dtype=np.int64)
    sums, chance = np.zeros((1, k), dtype=np.int64), np.ones(1)
    for row in doubled:
        orders = np.array(sorted(set(itertools.permutations(row.tolist()))), dtype=np.int64)
        reached = np.sort((sums[:, np.newaxis, :] + orders[np.newaxis, :, :]).reshape(-1, k), axis=1)
        _, first, state = np.unique(reached @ place, return_index=True, return_inverse=True)
        chance = np.bincount(state, np.repeat(chance / len(orders), len(orders))).astype(np.float64)
        sums = reached[first]
    spread = ((sums * k - sums.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
    total = doubled.sum(axis=0)
    observed = int(((total * k - total.sum()) ** 2).sum())
    return min(1.0, math.fsum(chance[spread >= observed].tolist()))
