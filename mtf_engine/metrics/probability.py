"""Metrics of probabilities: proper scores, which only the true probabilities minimise (Gneiting & Raftery 2007)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mtf_engine.metrics.sample import Sample, Undefined
from mtf_engine.metrics.spec import CLASSIFICATION, metric

_GNEITING = "Gneiting & Raftery (2007), JASA 102"
_EPSILON = float(np.finfo(np.float64).eps)


def _probability(sample: Sample) -> NDArray[np.float64]:
    if sample.probability is None:
        raise Undefined("the model gives no probabilities")
    return sample.probability


def _require_seen(sample: Sample) -> None:
    """Raise Undefined when a true label is none that the model could have learned."""
    if not sample.train_labels:
        return
    seen = np.zeros(len(sample.labels), dtype=bool)
    seen[list(sample.train_labels)] = True
    unseen = np.flatnonzero(~seen & (sample.confusion.sum(axis=1) > 0))
    if len(unseen):
        raise Undefined(f"{sample.named(unseen)} did not occur in the training rows")


def _log_losses(sample: Sample) -> NDArray[np.float64]:
    """Minus the log of the probability given to the truth, clipped at the resolution of float64; shape (n,).

    Of two classes the larger one's probability decides for both, as in scikit-learn's scorers: near certainty, its
    complement and the other class's probability differ in the digits that the logarithm shows.
    """
    probability = _probability(sample)
    if probability.shape[1] == 2:
        given = np.where(sample.truth == 1, probability[:, 1], 1 - probability[:, 1])
    else:
        given = probability[np.arange(len(sample)), sample.truth]
    losses: NDArray[np.float64] = -np.log(np.clip(given, _EPSILON, 1 - _EPSILON))
    return losses


def _squared_errors(sample: Sample) -> NDArray[np.float64]:
    """Squared distance of the probabilities from the truth; shape (n,)."""
    probability = _probability(sample)
    if len(sample.labels) == 2:
        column = probability[:, sample.positive_code]
        binary: NDArray[np.float64] = (column - sample.is_positive) ** 2
        return binary
    distance = probability.copy()
    distance[np.arange(len(sample)), sample.truth] -= 1
    squared: NDArray[np.float64] = (distance * distance).sum(axis=1)
    return squared


def _prevalence(sample: Sample) -> NDArray[np.float64]:
    """Share of each class among the true labels; shape (k,)."""
    rows = sample.confusion.sum(axis=1)
    if np.count_nonzero(rows) < 2:
        raise Undefined(f"all rows belong to {sample.named(np.flatnonzero(rows))}")
    shares: NDArray[np.float64] = rows / rows.sum()
    return shares


@metric(
    tasks=CLASSIFICATION,
    greater_is_better=False,
    high=np.inf,
    needs="probability",
    row_values=_log_losses,
    aliases=("log_loss_score", "cross_entropy"),
    reference=_GNEITING,
)
def log_loss(sample: Sample) -> float:
    """Mean of minus the natural log of the probability given to the true class.

    Probabilities are clipped at 2.2e-16, as in scikit-learn, so a certain mistake costs 36.04. Of two classes the
    larger one's probability decides for both, as in scikit-learn's scorers. Undefined when a true label did not occur
    in the training rows.
    """
    _require_seen(sample)
    return sample.mean(_log_losses(sample))


@metric(
    tasks=CLASSIFICATION,
    greater_is_better=False,
    high=2.0,
    needs="probability",
    row_values=_squared_errors,
    aliases=("brier_score", "brier_score_loss"),
    reference="Brier (1950), Monthly Weather Review 78",
)
def brier(sample: Sample) -> float:
    """Mean squared distance of probabilities from the truth.

    For two classes the distance of the positive class's probability (0 to 1), for more the sum over classes
    (0 to 2), as in scikit-learn. Undefined when a true label did not occur in the training rows.
    """
    _require_seen(sample)
    return sample.mean(_squared_errors(sample))


@metric(tasks=CLASSIFICATION, low=-np.inf, needs="probability", aliases=("d2_log_loss_score",), reference=_GNEITING)
def d2_log_loss(sample: Sample) -> float:
    """Share of the log loss of always giving the test rows' class frequencies that the model saves.

    Undefined when all rows belong to one class, or a true label did not occur in the training rows.
    """
    _require_seen(sample)
    shares = _prevalence(sample)
    present = shares[shares > 0]
    reference = -float(present @ np.log(present))
    return 1.0 - sample.mean(_log_losses(sample)) / reference


@metric(
    tasks=CLASSIFICATION,
    low=-np.inf,
    needs="probability",
    aliases=("brier_skill", "d2_brier_score"),
    reference=_GNEITING,
)
def d2_brier(sample: Sample) -> float:
    """Brier skill: the share of the Brier score of the test rows' class frequencies that the model saves.

    Undefined when all rows belong to one class, or a true label did not occur in the training rows.
    """
    _require_seen(sample)
    shares = _prevalence(sample)
    reference = 1.0 - float(shares @ shares)
    if len(sample.labels) == 2:
        reference /= 2
    return 1.0 - sample.mean(_squared_errors(sample)) / reference
