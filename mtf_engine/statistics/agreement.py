"""Agreement beyond chance: Cohen's kappa, weighted for ordered classes, and Fleiss' for many raters.

Weights count agreement: 1 on the diagonal, less the farther apart two classes are. Linear weights fall with the
distance of the class codes, quadratic ones with its square.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from mtf_engine.statistics.inputs import check_choice
from mtf_engine.statistics.proportions import normal_quantile
from mtf_engine.statistics.values import Estimate, Interval, TestResult

__all__ = ["KappaWeights", "cohen_kappa", "fleiss_kappa", "kappa_test"]

KappaWeights = Literal["none", "linear", "quadratic"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Agreement:
    """Weighted agreement of a table, with what its variances need."""

    joint: Floats
    rows: Floats
    columns: Floats
    weights: Floats
    n: float

    @property
    def observed(self) -> float:
        return float((self.weights * self.joint).sum())

    @property
    def expected(self) -> float:
        return float(self.rows @ self.weights @ self.columns)

    def marginal_weights(self) -> Floats:
        """Mean weight of each pair's row and column class against the other margin."""
        by_row, by_column = self.weights @ self.columns, self.rows @ self.weights
        return np.add.outer(by_row, by_column)


def _table(counts: ArrayLike) -> Floats:
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or table.shape[0] < 2:
        raise ValueError(f"counts must have shape (k, k), k >= 2; its shape is {table.shape}.")
    if not np.isfinite(table).all() or (table < 0).any():
        raise ValueError("counts must be finite and at least 0.")
    return table


def _weights(k: int, kind: KappaWeights) -> Floats:
    distance = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / (k - 1.0)
    if kind == "none":
        return np.eye(k)
    weights: Floats = 1.0 - (distance if kind == "linear" else distance**2)
    return weights


def _agreement(table: Floats, kind: KappaWeights) -> _Agreement:
    total = float(table.sum())
    joint = table / total
    return _Agreement(joint, joint.sum(axis=1), joint.sum(axis=0), _weights(table.shape[0], kind), total)


def _undefined(table: Floats, agreement: _Agreement | None) -> str | None:
    if table.sum() == 0:
        return "There are no rows."
    if agreement is not None and agreement.expected >= 1.0 - 1e-12:
        return "Both raters use one and the same class only: chance agreement is complete."
    return None


def cohen_kappa(counts: ArrayLike, *, weights: KappaWeights = "none", confidence: float = 0.95) -> Interval:
    r"""Cohen's kappa with the interval of its asymptotic standard error.

    :math:`\kappa = (p_o - p_e)/(1 - p_e)` with weighted observed and chance agreement. The standard error is
    that of Fleiss, Cohen and Everitt.

    Parameters
    ----------
    counts : array_like of shape (k, k)
        Rows by class of the first rater (truth) and of the second (prediction), classes in order.
    weights : {"none", "linear", "quadratic"}, default "none"
        Credit for near agreement, by the distance of class positions.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).

    Returns
    -------
    Interval
        Within [-1, 1]; undefined with a reason without rows, or when both raters only use one same class.

    Raises
    ------
    ValueError
        If the table is not square or holds negative numbers.

    References
    ----------
    Cohen J (1960). A coefficient of agreement for nominal scales. Educ Psychol Meas 20:37-46.
    Cohen J (1968). Weighted kappa. Psychol Bull 70:213-220.
    Fleiss JL, Cohen J, Everitt BS (1969). Large sample standard errors of kappa and weighted kappa. Psychol
    Bull 72:323-327.

    Examples
    --------
    >>> interval = cohen_kappa([[0, 4, 1], [0, 8, 0], [0, 1, 5]])
    >>> round(interval.estimate, 4), round(interval.low, 4), round(interval.high, 4)
    (0.4842, 0.2137, 0.7547)
    """
    check_choice(weights, "weights", ("none", "linear", "quadratic"))
    z = normal_quantile(confidence)
    table = _table(counts)
    agreement = _agreement(table, weights) if table.sum() > 0 else None
    name = "kappa" if weights == "none" else f"kappa_{weights}"
    problem = _undefined(table, agreement)
    if problem or agreement is None:
        return Interval(None, None, None, confidence, name, problem)
    observed, expected = agreement.observed, agreement.expected
    kappa = (observed - expected) / (1.0 - expected)
    inner = agreement.weights * (1.0 - expected) - agreement.marginal_weights() * (1.0 - observed)
    mean_square = float((agreement.joint * inner**2).sum())
    centre = observed * expected - 2.0 * expected + observed
    error = math.sqrt(max(0.0, mean_square - centre**2) / agreement.n) / (1.0 - expected) ** 2
    warnings = ("All rows agree: the standard error is zero and the interval has no width.",) if error == 0 else ()
    low, high = max(-1.0, kappa - z * error), min(1.0, kappa + z * error)
    return Interval(kappa, min(low, kappa), max(high, kappa), confidence, name, warnings=warnings)


def kappa_test(counts: ArrayLike, *, weights: KappaWeights = "none") -> TestResult:
    """Test that agreement is no better and no worse than chance.

    z is kappa over its standard error under the null of independent raters.

    Parameters
    ----------
    counts, weights
        As in `cohen_kappa`.

    Returns
    -------
    TestResult
        z and the two-sided normal p-value; undefined with a reason as in `cohen_kappa`.

    Raises
    ------
    ValueError
        As in `cohen_kappa`.

    References
    ----------
    Fleiss JL, Cohen J, Everitt BS (1969). Psychol Bull 72:323-327.

    Examples
    --------
    >>> test = kappa_test([[0, 4, 1], [0, 8, 0], [0, 1, 5]])
    >>> round(test.statistic, 4), round(test.p_value, 4)
    (3.2626, 0.0011)
    """
    check_choice(weights, "weights", ("none", "linear", "quadratic"))
    table = _table(counts)
    agreement = _agreement(table, weights) if table.sum() > 0 else None
    name = "kappa_test" if weights == "none" else f"kappa_{weights}_test"
    problem = _undefined(table, agreement)
    if problem or agreement is None:
        return TestResult(None, None, name, reason=problem)
    expected = agreement.expected
    chance = np.multiply.outer(agreement.rows, agreement.columns)
    spread = float((chance * (agreement.weights - agreement.marginal_weights()) ** 2).sum()) - expected**2
    if spread <= 1e-15:
        return TestResult(None, None, name, reason="A rater uses one class only: kappa has no null variance.")
    kappa = (agreement.observed - expected) / (1.0 - expected)
    statistic = kappa * (1.0 - expected) / math.sqrt(spread / agreement.n)
    return TestResult(statistic, 2.0 * float(special.ndtr(-abs(statistic))), name)


def fleiss_kappa(counts: ArrayLike) -> Estimate:
    r"""Fleiss' kappa of several raters, :math:`(\bar P - \bar P_e)/(1 - \bar P_e)`.

    Parameters
    ----------
    counts : array_like of shape (subjects, classes), int
        How many raters put each subject into each class; every subject has the same number of raters, at least
        two.

    Returns
    -------
    Estimate
        At most 1; undefined with a reason when all ratings are of one class.

    Raises
    ------
    ValueError
        If the table is empty, negative, or subjects differ in raters.

    References
    ----------
    Fleiss JL (1971). Measuring nominal scale agreement among many raters. Psychol Bull 76:378-382.

    Examples
    --------
    >>> round(fleiss_kappa([[6, 1, 0], [0, 7, 0]]).value, 6)
    0.708333
    """
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or table.size == 0 or not np.isfinite(table).all() or (table < 0).any():
        raise ValueError("counts must have shape (subjects, classes) and hold numbers of at least 0.")
    raters = table.sum(axis=1)
    if raters[0] < 2 or not (raters == raters[0]).all():
        raise ValueError("Every subject needs the same number of raters, at least 2.")
    shares = table.sum(axis=0) / table.sum()
    expected = float((shares**2).sum())
    if expected >= 1.0 - 1e-12:
        return Estimate(None, "fleiss_kappa", "All ratings are of one class: chance agreement is complete.")
    each = ((table**2).sum(axis=1) - raters) / (raters * (raters - 1.0))
    return Estimate((float(each.mean()) - expected) / (1.0 - expected), "fleiss_kappa")
