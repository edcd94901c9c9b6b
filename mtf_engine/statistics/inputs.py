"""What every statistic demands of its arguments, said in one voice.

Methods receive arrays from data nobody has vouched for. Shape, finiteness and range are checked here, once,
so that a wrong argument is a ``ValueError`` naming it and never a wrong number further on.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "DECIMALS",
    "NOISE",
    "check_choice",
    "check_confidence",
    "check_count",
    "check_counts_within",
    "check_same_length",
    "finite_vector",
    "truth_vector",
    "without_noise",
]

DECIMALS = 10
"""Decimals kept before numbers are ranked or compared for ties, because float noise breaks ties."""

NOISE = 1e-12
"""Share of two scores up to which their difference is float noise."""


def check_confidence(confidence: float, name: str = "confidence") -> float:
    """Return `confidence` as a float, or raise ValueError unless it lies strictly between 0 and 1."""
    value = float(confidence)
    if not 0.0 < value < 1.0:
        raise ValueError(f"{name} must lie strictly between 0 and 1 (such as 0.95); got {confidence!r}.")
    return value


def check_count(count: int, name: str, *, minimum: int = 0) -> int:
    """Return `count` as an int, or raise ValueError unless it is a whole number of at least `minimum`."""
    value = float(count)
    if not math.isfinite(value) or value != int(value) or value < minimum:
        raise ValueError(f"{name} must be a whole number of at least {minimum}; got {count!r}.")
    return int(count)


def check_counts_within(successes: int, n: int) -> tuple[int, int]:
    """Return (successes, n) as ints, or raise ValueError unless 0 <= successes <= n."""
    total = check_count(n, "n")
    part = check_count(successes, "successes")
    if part > total:
        raise ValueError(f"successes ({part}) exceed n ({total}).")
    return part, total


def check_choice(value: str, name: str, choices: Sequence[str]) -> str:
    """Return `value`, or raise ValueError naming all `choices` unless it is one of them."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}; got {value!r}.")
    return value


def finite_vector(values: ArrayLike, name: str, *, minimum: int = 0) -> NDArray[np.float64]:
    """Return `values` as a one-dimensional float64 array of finite numbers, or raise ValueError."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional; its shape is {array.shape}.")
    if array.size < minimum:
        raise ValueError(f"{name} needs at least {minimum} values; it has {array.size}.")
    if not np.isfinite(array).all():
        bad = int(np.count_nonzero(~np.isfinite(array)))
        raise ValueError(f"{name} holds {bad} value(s) that are NaN or infinite; drop or impute them first.")
    return array


def without_noise(differences: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Return differences of numbers as large as `scale`, those that are float noise as zero."""
    return np.where(np.abs(differences) <= NOISE * scale, 0.0, differences)


def truth_vector(truth: ArrayLike, name: str = "truth") -> NDArray[np.bool_]:
    """Return a one-dimensional bool array from booleans or 0/1 numbers, or raise ValueError."""
    array = np.asarray(truth)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional; its shape is {array.shape}.")
    if array.dtype == np.bool_:
        return array
    if array.dtype.kind not in "iuf" or not ((array == 0) | (array == 1)).all():
        raise ValueError(f"{name} must be boolean, or 0 and 1 with 1 the positive class.")
    return array.astype(np.bool_)


def check_same_length(first: NDArray[np.generic], second: NDArray[np.generic], names: str) -> None:
    """Raise ValueError unless both arrays have as many rows; `names` says which arrays they are."""
    if first.shape[0] != second.shape[0]:
        raise ValueError(f"{names} must have the same number of rows; got {first.shape[0]} and {second.shape[0]}.")
