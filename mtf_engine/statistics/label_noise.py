"""Label noise: which labels a model's out-of-sample probabilities speak against, and how many.

Rank and look; never drop by itself. The probabilities must be out of sample: a model that has seen a wrong label
defends it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.inputs import DECIMALS, check_choice, check_confidence

__all__ = ["ConfidentJoint", "confident_joint", "label_quality", "multilabel_quality"]


@dataclass(frozen=True, slots=True)
class ConfidentJoint:
    """Counts of given label (rows) by confidently suspected label (columns).

    Examples
    --------
    >>> confident_joint([0, 1], [[0.9, 0.1], [0.2, 0.8]]).noise_rate
    0.0
    """

    counts: tuple[tuple[int, ...], ...]
    """Rows confidently counted, by given label and suspected label."""

    joint: tuple[tuple[float, ...], ...]
    """Estimated joint distribution: counts scaled so that each row sums to its label's share; sums to 1."""

    thresholds: tuple[float | None, ...]
    """Mean probability of class j among rows labelled j; None for a class without rows."""

    noise_rate: float | None
    """Estimated share of wrong labels, in [0, 1]; None without rows."""

    suspects: tuple[int, ...]
    """Rows counted off the diagonal, the most doubtful first."""

    reason: str | None = None
    """Why a number above is None."""


def _labelled_table(labels: ArrayLike, probabilities: ArrayLike) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    y, p = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    if p.ndim != 2 or p.shape[1] < 2:
        raise ValueError(f"probabilities must be a table of rows by at least 2 classes; its shape is {p.shape}.")
    if y.shape != (p.shape[0],) or (y.size and y.dtype.kind not in "iu"):
        raise ValueError("labels must hold one whole number a row: the column of the given class.")
    if y.size and (y.min() < 0 or y.max() >= p.shape[1]):
        raise ValueError(f"labels must name columns 0 to {p.shape[1] - 1}.")
    if p.size and not (np.isfinite(p).all() and p.min() >= 0.0 and p.max() <= 1.0):
        raise ValueError("probabilities must be finite and lie in [0, 1].")
    return y.astype(np.intp), p


def label_quality(
    labels: ArrayLike, probabilities: ArrayLike, *, method: str = "self_confidence"
) -> NDArray[np.float64]:
    """Score how plausible each given label is; the lowest are worth a look first.

    Parameters
    ----------
    labels : array_like of shape (n,), int
        Column of the given class.
    probabilities : array_like of shape (n, k)
        Out-of-sample probabilities.
    method : {"self_confidence", "normalized_margin"}, default "self_confidence"
        The given label's probability, or (it minus the best other probability + 1) / 2.

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1]; 1 is a label the model is sure of.

    Raises
    ------
    ValueError
        If shapes differ, a label is no column, or a probability is outside [0, 1].

    References
    ----------
    Northcutt CG, Jiang L, Chuang IL (2021). Confident learning: estimating uncertainty in dataset labels.
    JAIR 70:1373-1411.

    Examples
    --------
    >>> label_quality([0, 1], [[0.9, 0.1], [0.7, 0.3]]).tolist()
    [0.9, 0.3]
    """
    check_choice(method, "method", ("self_confidence", "normalized_margin"))
    y, p = _labelled_table(labels, probabilities)
    rows = np.arange(y.size)
    own: NDArray[np.float64] = p[rows, y]
    if method == "self_confidence":
        return own
    others = p.copy()
    others[rows, y] = -np.inf
    margin: NDArray[np.float64] = (own - others.max(axis=1) + 1.0) / 2.0
    return margin


def confident_joint(labels: ArrayLike, probabilities: ArrayLike) -> ConfidentJoint:
    r"""Confident joint of given and suspected labels.

    Class j's threshold :math:`t_j` is the mean of :math:`p_j` over rows labelled j. A row counts for the class of
    largest :math:`p_j` among those with :math:`p_j \ge t_j`, and not at all where there is none.

    Parameters
    ----------
    labels : array_like of shape (n,), int
        Column of the given class.
    probabilities : array_like of shape (n, k)
        Out-of-sample probabilities.

    Returns
    -------
    ConfidentJoint
        A label none of whose rows is counted is taken as right in `joint`. Undefined parts are None with a
        reason.

    Raises
    ------
    ValueError
        If shapes differ, a label is no column, or a probability is outside [0, 1].

    References
    ----------
    Northcutt CG, Jiang L, Chuang IL (2021). Confident learning: estimating uncertainty in dataset labels.
    JAIR 70:1373-1411.

    Examples
    --------
    >>> p = [[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.85, 0.15], [0.05, 0.95]]
    >>> result = confident_joint([0, 0, 0, 0, 1, 1, 1, 1], p)
    >>> result.counts, result.suspects
    (((3, 1), (1, 3)), (6, 3))
    """
    y, p = _labelled_table(labels, probabilities)
    n, k = p.shape
    present = np.bincount(y, minlength=k)
    totals = np.bincount(y, p[np.arange(n), y], minlength=k)
    thresholds = np.divide(totals, present, out=np.full(k, np.inf), where=present > 0)
    eligible = np.round(p, DECIMALS) >= np.round(thresholds, DECIMALS)
    counted = eligible.any(axis=1)
    suspected = np.where(eligible, p, -1.0).argmax(axis=1)
    counts = np.zeros((k, k), dtype=np.int64)
    np.add.at(counts, (y[counted], suspected[counted]), 1)
    known = tuple(float(t) if np.isfinite(t) else None for t in thresholds)
    rows = np.flatnonzero(counted & (suspected != y))
    suspects = tuple(rows[np.argsort(p[rows, y[rows]], kind="stable")].tolist())
    table = tuple(tuple(int(c) for c in row) for row in counts)
    if n == 0:
        empty = tuple((0.0,) * k for _ in range(k))
        return ConfidentJoint(table, empty, known, None, suspects, "There are no rows (n = 0).")
    completed = counts + np.diag(np.where(counts.sum(axis=1) == 0, 1, 0))
    joint = completed / completed.sum(axis=1, keepdims=True) * (present / n)[:, np.newaxis]
    reason = None if (present > 0).all() else "Some classes have no rows, so no threshold."
    noise = min(1.0, max(0.0, float(joint.sum() - np.trace(joint))))
    shares = tuple(tuple(float(c) for c in row) for row in joint)
    return ConfidentJoint(table, shares, known, noise, suspects, reason)


def multilabel_quality(
    labels: Sequence[Sequence[int]], probabilities: ArrayLike, *, decay: float = 0.8
) -> NDArray[np.float64]:
    r"""Score how plausible each row's set of labels is.

    Each class gives :math:`p_j` when it is in the set and :math:`1 - p_j` when not. From the largest down these
    are folded as :math:`s \leftarrow \alpha x + (1-\alpha) s`, so the most doubtful class weighs most.

    Parameters
    ----------
    labels : sequence of n sequences of int
        Columns of the classes given to each row.
    probabilities : array_like of shape (n, k)
        Out-of-sample probabilities of each class, which need not sum to 1.
    decay : float, default 0.8
        Weight :math:`\alpha` of the later, lower value, in (0, 1).

    Returns
    -------
    ndarray of shape (n,), float64
        In [0, 1]; 1 is a set the model is sure of.

    Raises
    ------
    ValueError
        If shapes differ, a label is no column, a probability is outside [0, 1], or decay is outside (0, 1).

    References
    ----------
    Thyagarajan A, Snorrason E, Northcutt C, Mueller J (2022). Identifying incorrect annotations in multi-label
    classification data. arXiv:2211.13895.

    Examples
    --------
    >>> multilabel_quality([[1], [0, 2]], [[0.1, 0.9, 0.1], [0.4, 0.1, 0.9]]).round(6).tolist()
    [0.9, 0.5]
    """
    check_confidence(decay, "decay")
    p = np.asarray(probabilities, dtype=np.float64)
    if p.ndim != 2 or p.shape[0] != len(labels) or p.shape[1] < 1:
        raise ValueError(f"probabilities must have one row a set of labels ({len(labels)}); its shape is {p.shape}.")
    if p.size and not (np.isfinite(p).all() and p.min() >= 0.0 and p.max() <= 1.0):
        raise ValueError("probabilities must be finite and lie in [0, 1].")
    given = np.zeros(p.shape, dtype=np.bool_)
    for row, classes in enumerate(labels):
        for label in classes:
            if not 0 <= label < p.shape[1]:
                raise ValueError(f"labels must name columns 0 to {p.shape[1] - 1}; row {row} has {label!r}.")
            given[row, label] = True
    plausible = -np.sort(-np.where(given, p, 1.0 - p), axis=1)
    score: NDArray[np.float64] = plausible[:, 0].copy()
    for column in range(1, p.shape[1]):
        score = decay * plausible[:, column] + (1.0 - decay) * score
    return score
