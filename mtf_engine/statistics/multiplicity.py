"""Adjusted p-values for a declared family of tests.

Holm is the default for confirmatory families (which model is better), Benjamini-Hochberg for exploratory ones
(which slice, which feature drifts). Every method returns adjusted p-values in the order given, so a caller
compares them with its own level. A p-value of None is a test that could not be made: it stays None and does not
count in the family.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mtf_engine.statistics.inputs import check_choice

__all__ = [
    "MultiplicityMethod",
    "adjust",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "bonferroni",
    "hochberg",
    "holm",
    "hommel",
    "shaffer",
]

MultiplicityMethod = Literal[
    "holm",
    "bonferroni",
    "hochberg",
    "hommel",
    "shaffer",
    "benjamini_hochberg",
    "benjamini_yekutieli",
]

PValues = Sequence[float | None]
Adjusted = tuple[float | None, ...]
_Floats = NDArray[np.float64]


def _present(p_values: PValues) -> tuple[list[int], _Floats]:
    places = [i for i, p in enumerate(p_values) if p is not None]
    present = np.array([p for p in p_values if p is not None], dtype=np.float64)
    if not ((present >= 0.0) & (present <= 1.0)).all():
        raise ValueError("p_values must lie between 0 and 1, or be None where a test could not be made.")
    return places, present


def _apply(p_values: PValues, on_sorted: Callable[[_Floats], _Floats]) -> Adjusted:
    """Adjust the p-values that are there, given to `on_sorted` in ascending order."""
    places, present = _present(p_values)
    result: list[float | None] = [None] * len(p_values)
    if present.size:
        order = np.argsort(present, kind="stable")
        adjusted = np.minimum(1.0, on_sorted(present[order]))
        for rank, position in enumerate(order):
            result[places[int(position)]] = float(adjusted[rank])
    return tuple(result)


def _step_up(values: _Floats) -> _Floats:
    lowest: _Floats = np.minimum.accumulate(values[::-1])
    return lowest[::-1]


def bonferroni(p_values: PValues) -> Adjusted:
    """Multiply by the size of the family; holds under any dependence.

    Parameters
    ----------
    p_values : sequence of float or None
        Raw p-values in [0, 1]; None where a test could not be made.

    Returns
    -------
    tuple of float or None
        Adjusted p-values in [0, 1], in the order given.

    Raises
    ------
    ValueError
        If a p-value is NaN or outside [0, 1].

    References
    ----------
    Dunn OJ (1961). Multiple comparisons among means. JASA 56:52-64.

    Examples
    --------
    >>> bonferroni([0.01, None, 0.3])
    (0.02, None, 0.6)
    """
    return _apply(p_values, lambda p: p * p.size)


def holm(p_values: PValues) -> Adjusted:
    """Step-down Bonferroni: never less powerful than Bonferroni and as general.

    The i-th smallest of m is max over j <= i of (m - j + 1) p_(j).

    Parameters
    ----------
    p_values : sequence of float or None
        As in `bonferroni`.

    Returns
    -------
    tuple of float or None
        Adjusted p-values in [0, 1], in the order given.

    Raises
    ------
    ValueError
        If a p-value is NaN or outside [0, 1].

    References
    ----------
    Holm S (1979). A simple sequentially rejective multiple test procedure. Scand J Stat 6:65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    return _apply(p_values, lambda p: np.maximum.accumulate(p * np.arange(p.size, 0, -1)))


def hochberg(p_values: PValues) -> Adjusted:
    """Step-up with Holm's factors; needs independence or positive dependence.

    The i-th smallest of m is min over j >= i of (m - j + 1) p_(j).

    Parameters
    ----------
    p_values : sequence of float or None
        As in `bonferroni`.

    Returns
    -------
    tuple of float or None
        Adjusted p-values in [0, 1], in the order given.

    Raises
    ------
    ValueError
        If a p-value is NaN or outside [0, 1].

    References
    ----------
    Hochberg Y (1988). A sharper Bonferroni procedure for multiple tests of significance. Biometrika 75:800-802.

    Examples
    --------
    >>> hochberg([0.01, 0.04, 0.03])
    (0.03, 0.04, 0.04)
    """
    return _apply(p_values, lambda p: _step_up(p * np.arange(p.size, 0, -1)))


def _hommel_sorted(p: _Floats) -> _Floats:
    size = p.size
    ranks = np.arange(1, size + 1)
    floor = np.full(size, float(np.min(size * p / ranks)))
    adjusted = floor.copy()
    for m in range(size - 1, 1, -1):
        head, tail = np.arange(size - m + 1), np.arange(size - m + 1, size)
        smallest = float(np.min(m * p[tail] / np.arange(2, m + 1)))
        floor[head] = np.minimum(m * p[head], smallest)
        floor[tail] = floor[size - m]
        adjusted = np.maximum(adjusted, floor)
    highest: _Floats = np.maximum(adjusted, p)
    return highest


def hommel(p_values: PValues) -> Adjusted:
    """Hommel's closed Simes test: at least as powerful as Hochberg, under the same dependence.

    The adjusted value is the smallest level at which the closed test with Simes' criterion rejects.

    Parameters
    ----------
    p_values : sequence of float or None
        As in `bonferroni`.

    Returns
    -------
    tuple of float or None
        Adjusted p-values in [0, 1], in the order given.

    Raises
    ------
    ValueError
        If a p-value is NaN or outside [0, 1].

    References
    ----------
    Hommel G (1988). A stagewise rejective multiple test procedure based on a modified Bonferroni test.
    Biometrika 75:383-386.
    Wright SP (1992). Adjusted p-values for simultaneous inference. Biometrics 48:1005-1013.

    Examples
    --------
    >>> hommel([0.01, 0.04, 0.03])
    (0.03, 0.04, 0.04)
    """
    return _apply(p_values, _hommel_sorted)


@cache
def _true_counts(groups: int) -> frozenset[int]:
    """How many of the pairwise hypotheses among `groups` means can be true together."""
    if groups <= 1:
        return frozenset({0})
    counts: set[int] = set()
    for equal in range(1, groups + 1):
        within = equal * (equal - 1) // 2
        counts |= {within + rest for rest in _true_counts(groups - equal)}
    return frozenset(counts)


def _groups_of(pairs: int) -> int:
    groups = (1 + math.isqrt(1 + 8 * pairs)) // 2
    if groups * (groups - 1) // 2 != pairs:
        raise ValueError(f"Shaffer's method needs all pairs of k groups, so 1, 3, 6, 10, ... p-values; got {pairs}.")
    return groups


def shaffer(p_values: PValues) -> Adjusted:
    """Shaffer's static step-down for all pairwise comparisons of k groups: Holm with smaller factors.

    The factor of the i-th smallest is the largest number of pairwise hypotheses that can still be true when
    i - 1 are false, because equal means imply each other.

    Parameters
    ----------
    p_values : sequence of float or None
        One for each of the k(k-1)/2 pairs; None where a test could not be made.

    Returns
    -------
    tuple of float or None
        Adjusted p-values in [0, 1], in the order given.

    Raises
    ------
    ValueError
        If a p-value is NaN or outside [0, 1], or their number is not k(k-1)/2.

    References
    ----------
    Shaffer JP (1986). Modified sequentially rejective multiple test procedures. JASA 81:826-831.
    García S, Herrera F (2008). An extension on "Statistical comparisons of classifiers over multiple data sets"
    for all pairwise comparisons. JMLR 9:2677-2694.

    Examples
    --------
    >>> shaffer([0.01, 0.04, 0.03])
    (0.03, 0.04, 0.03)
    """
    pairs = len(p_values)
    possible = sorted(_true_counts(_groups_of(pairs))) if pairs else [0]

    def on_sorted(p: _Floats) -> _Floats:
        factors = [min(p.size - i, max(count for count in possible if count <= pairs - i)) for i in range(p.size)]
        return np.maximum.accumulate(p * np.maximum(1, factors))

    return _apply(p_values, on_sorted)


def benjamini_hochberg(p_values: PValues) -> Adjusted:
    """False discovery rate under independence or positive dependence.

    The i-th smallest of m is min over j >= i of m p_(j) / j.

    Parameters
    ----------
    p_values : sequence of float or None
        As in `bonferroni`.

    Returns
    -------
    tuple of float or None
        Adjusted p-values in [0, 1], in the order given.

    Raises
    ------
    ValueError
        If a p-value is NaN or outside [0, 1].

    References
    ----------
    Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate: a practical and powerful approach to
    multiple testing. JRSS-B 57:289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03])
    (0.03, 0.04, 0.04)
    """
    return _apply(p_values, lambda p: _step_up(p * p.size / np.arange(1, p.size + 1)))


def benjamini_yekutieli(p_values: PValues) -> Adjusted:
    """False discovery rate under any dependence: Benjamini-Hochberg times 1 + 1/2 + ... + 1/m.

    Parameters
    ----------
    p_values : sequence of float or None
        As in `bonferroni`.

    Returns
    -------
    tuple of float or None
        Adjusted p-values in [0, 1], in the order given.

    Raises
    ------
    ValueError
        If a p-value is NaN or outside [0, 1].

    References
    ----------
    Benjamini Y, Yekutieli D (2001). The control of the false discovery rate in multiple testing under
    dependency. Ann Stat 29:1165-1188.

    Examples
    --------
    >>> [round(p, 6) for p in benjamini_yekutieli([0.01, 0.04, 0.03])]
    [0.055, 0.073333, 0.073333]
    """

    def on_sorted(p: _Floats) -> _Floats:
        ranks = np.arange(1, p.size + 1)
        return _step_up(p * p.size / ranks * float(np.sum(1.0 / ranks)))

    return _apply(p_values, on_sorted)


_METHODS: dict[str, Callable[[PValues], Adjusted]] = {
    "holm": holm,
    "bonferroni": bonferroni,
    "hochberg": hochberg,
    "hommel": hommel,
    "shaffer": shaffer,
    "benjamini_hochberg": benjamini_hochberg,
    "benjamini_yekutieli": benjamini_yekutieli,
}


def adjust(p_values: PValues, method: MultiplicityMethod = "holm") -> Adjusted:
    """Adjust a family of p-values by a method chosen by name.

    Parameters
    ----------
    p_values : sequence of float or None
        Raw p-values in [0, 1]; None where a test could not be made.
    method : str, default "holm"
        One of holm, bonferroni, hochberg, hommel, shaffer (all pairs of k groups), benjamini_hochberg and
        benjamini_yekutieli.

    Returns
    -------
    tuple of float or None
        Adjusted p-values in [0, 1], in the order given.

    Raises
    ------
    ValueError
        If a p-value is NaN or outside [0, 1], or the method is unknown.

    Examples
    --------
    >>> adjust([0.01, 0.04, None], method="bonferroni")
    (0.02, 0.08, None)
    """
    return _METHODS[check_choice(method, "method", tuple(_METHODS))](p_values)
