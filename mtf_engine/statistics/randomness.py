"""Random numbers of permutation tests: reproducible, and different for different data.

With one and the same set of permutations for all data a test's true level is a random number drawn once and for
all by the seed: of 100 tests at 1 % that share 99 permutations, several may reject and on other seeds none. Mixing
the data into the seed makes the level right on average over data sets, and equal data still give equal results.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from mtf_engine.statistics.inputs import check_count

__all__ = ["data_generator"]

_DECIMALS = 6


def data_generator(
    seed: int, *arrays: NDArray[np.float64] | NDArray[np.int64] | NDArray[np.bool_]
) -> np.random.Generator:
    """Return a generator seeded by `seed` and by the values of `arrays`, to 6 decimals.

    Pass arrays in an order that does not depend on the order of rows, so that the test does not either.

    Parameters
    ----------
    seed : int
        The caller's seed, at least 0.
    *arrays : ndarray
        Data the test permutes.

    Returns
    -------
    numpy.random.Generator
        The same for the same seed and data on every platform.

    Raises
    ------
    ValueError
        If seed is negative or not whole.

    Examples
    --------
    >>> import numpy as np
    >>> one, two = data_generator(0, np.array([0.1])), data_generator(0, np.array([0.1 + 1e-12]))
    >>> float(one.random()) == float(two.random())
    True
    """
    digest = hashlib.blake2b(digest_size=16)
    for array in arrays:
        rounded = np.round(np.asarray(array, dtype=np.float64), _DECIMALS) + 0.0
        digest.update(str(rounded.shape).encode())
        digest.update(rounded.astype("<f8").tobytes())
    mixed = int.from_bytes(digest.digest(), "little")
    return np.random.default_rng([check_count(seed, "seed"), mixed & 0xFFFFFFFFFFFFFFFF, mixed >> 64])
