"""Net benefit: is acting on the model better than treating everyone, or no one?

A threshold probability says how many false alarms one hit is worth. Decision curves put that exchange rate on
the x axis, so a model can be judged without a cost matrix that nobody agrees on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mtf_engine.statistics.calibration import forecasts
from mtf_engine.statistics.inputs import DECIMALS, check_confidence, finite_vector

__all__ = ["DecisionCurve", "NetBenefit", "net_benefit"]


@dataclass(frozen=True, slots=True)
class NetBenefit:
    """Net benefit at one threshold, in true positives a row.

    Examples
    --------
    >>> net_benefit([0, 1], [0.1, 0.9], [0.5]).points[0].treat_none
    0.0
    """

    threshold: float
    """Probability from which on a row is treated, in (0, 1)."""

    model: float
    """Net benefit of treating the rows at or above the threshold; at most the prevalence."""

    treat_all: float
    """Net benefit of treating every row."""

    treat_none: float
    """Net benefit of treating no row: always 0."""

    interventions_avoided: float
    """Treatments saved per row against treating all, at no loss of true positives on balance."""


@dataclass(frozen=True, slots=True)
class DecisionCurve:
    """Net benefit over thresholds.

    Examples
    --------
    >>> net_benefit([0, 1], [0.1, 0.9], [0.5]).prevalence
    0.5
    """

    points: tuple[NetBenefit, ...]
    """One point a threshold, in the order given; empty when undefined."""

    prevalence: float | None
    """Share of positives, in [0, 1]; None without rows."""

    n: int
    """Rows."""

    reason: str | None = None
    """Why there are no points."""


def net_benefit(
    truth: ArrayLike, probability: ArrayLike, thresholds: ArrayLike, *, weights: ArrayLike | None = None
) -> DecisionCurve:
    r"""Net benefit of a model against treating all and treating none.

    .. math:: NB(t) = \frac{TP}{n} - \frac{FP}{n} \cdot \frac{t}{1-t}

    Parameters
    ----------
    truth : array_like of shape (n,)
        Booleans or 0 and 1.
    probability : array_like of shape (n,)
        Predicted probability of 1, in [0, 1]; calibrated, or the threshold means something else.
    thresholds : array_like of shape (m,)
        Threshold probabilities, each in (0, 1). A row at the threshold is treated.
    weights : array_like of shape (n,), optional
        Non-negative row weights.

    Returns
    -------
    DecisionCurve
        Without points, with a reason, when there are no rows.

    Raises
    ------
    ValueError
        If lengths differ, or a probability or threshold is out of range.

    References
    ----------
    Vickers AJ, Elkin EB (2006). Decision curve analysis: a novel method for evaluating prediction models.
    Med Decis Making 26:565-574.

    Examples
    --------
    >>> point = net_benefit([1, 0, 1, 0], [0.9, 0.6, 0.4, 0.1], [0.5]).points[0]
    >>> point.model, point.treat_all
    (0.0, 0.0)
    """
    data = forecasts(truth, probability, weights)
    cuts = finite_vector(thresholds, "thresholds", minimum=1)
    for cut in cuts.tolist():
        check_confidence(cut, "threshold")
    if data.truth.size == 0:
        return DecisionCurve((), None, 0, reason="There are no rows (n = 0).")
    share = data.weights / data.weights.sum()
    p = np.round(data.probability, DECIMALS)
    prevalence = min(1.0, float((share * data.truth).sum()))
    points = []
    for cut in cuts.tolist():
        treated = p >= round(cut, DECIMALS)
        odds = cut / (1.0 - cut)
        true_positive = float((share * data.truth)[treated].sum())
        false_positive = float((share * (1.0 - data.truth))[treated].sum())
        model = true_positive - false_positive * odds
        treat_all = prevalence - (1.0 - prevalence) * odds
        points.append(NetBenefit(cut, model, treat_all, 0.0, (model - treat_all) / odds))
    return DecisionCurve(tuple(points), prevalence, int(data.truth.size))
