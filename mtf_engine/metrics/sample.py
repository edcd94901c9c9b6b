"""Samples: truth and predictions of some test rows, with the intermediate results that metrics share.

The confusion matrix and the sort by score are made once a sample and cached, because a dozen metrics read them
and on a few hundred rows they cost more than the metrics do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mtf_engine.domain.dataset import Label, Task

__all__ = ["Needs", "RankingCurve", "Sample", "Undefined"]

Needs = Literal["prediction", "probability", "score"]

_SUM_TOLERANCE = 1e-3
_RANGE_TOLERANCE = 1e-6
_FREE_OF_WEIGHTS = frozenset({"is_positive", "positive_score", "_descent"})
"""Cached properties that other weights leave as they are."""


class Undefined(Exception):
    """A metric has no value on these rows; the message is the reason, a clause without a full stop."""


@dataclass(frozen=True, eq=False)
class RankingCurve:
    """Cumulative weights of positive and negative rows at each distinct score, from the highest score down."""

    true_positives: NDArray[np.float64]
    """Weight of positive rows at or above the score; shape (number of distinct scores,)."""

    false_positives: NDArray[np.float64]
    """Weight of negative rows at or above the score; same shape."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Truth and predictions of n test rows."""

    task: Task
    truth: NDArray[np.int64] | NDArray[np.float64]
    """Codes into ``labels`` for classification, values for regression; shape (n,)."""

    prediction: NDArray[np.int64] | NDArray[np.float64]
    """As ``truth``; a code of -1 is a label that does not exist."""

    labels: tuple[Label, ...] = ()
    """Sorted labels of the data set; empty for regression."""

    train_labels: tuple[int, ...] = ()
    """Codes of the labels that the training rows had; empty means all."""

    positive: int | None = None
    """Code of the positive class; None unless the task is binary."""

    probability: NDArray[np.float64] | None = None
    """Shape (n, len(labels)); columns in the order of ``labels``."""

    score: NDArray[np.float64] | None = None
    """Decision values that grow with the belief in the label of code 1 (binary only); shape (n,)."""

    weights: NDArray[np.float64] | None = None
    """Non-negative row weights; shape (n,)."""

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.truth)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Sample:
        """Return a sample of some of the rows, by positions, mask or slice."""

        def part(values: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
            return None if values is None else values[rows]

        return replace(
            self,
            truth=self.truth[rows],
            prediction=self.prediction[rows],
            probability=part(self.probability),
            score=part(self.score),
            weights=part(self.weights),
        )

    def reweighted(self, weights: NDArray[np.float64]) -> Sample:
        """Return a sample of the same rows with other weights, for resamples: what rows share is not made again."""
        other = replace(self, weights=weights)
        for name in _FREE_OF_WEIGHTS & self.__dict__.keys():
            other.__dict__[name] = self.__dict__[name]
        return other

    def restated(self, confusion: NDArray[np.float64]) -> Sample:
        """Return a sample with another confusion matrix; only metrics of the confusion matrix may read it.

        Weights are in the matrix already, so the sample has none that could pick rows anew.
        """
        other = replace(self, weights=None)
        other.__dict__["confusion"] = confusion
        return other

    @cached_property
    def weighty(self) -> Sample:
        """The rows that have weight; the sample itself when all do."""
        if self.weights is None or bool((self.weights > 0).all()):
            return self
        return self.take(self.weights > 0)

    @property
    def positive_code(self) -> int:
        """Code of the positive class: the larger label unless another was declared."""
        return 1 if self.positive is None else self.positive

    def require(self, needs: Needs) -> None:
        """Raise Undefined unless the rows have what a metric needs, free of NaN."""
        if len(self) == 0:
            raise Undefined("no row has any weight" if self.weights is not None else "there are no rows")
        problem = self._problem.get(needs)
        if problem is None:
            problem = self._problem[needs] = self._find_problem(needs)
        if problem:
            raise Undefined(problem)

    @cached_property
    def _problem(self) -> dict[str, str]:
        return {}

    def _find_problem(self, needs: Needs) -> str:
        """Say what is missing; an empty string when nothing is."""
        if needs == "prediction":
            return "" if self.task.is_classification else _not_finite(self.prediction, "prediction")
        if needs == "score":
            if self.score is None and self.probability is None:
                return "the model gives neither scores nor probabilities"
            return _not_nan(self.score if self.score is not None else self.probability, "score")
        if self.probability is None:
            return "the model gives no probabilities"
        return _not_nan(self.probability, "probability") or self._improper()

    def _improper(self) -> str:
        """Say whether the probabilities are no probabilities: log loss would reward it."""
        values = self.probability
        if values is None:
            return "the model gives no probabilities"
        if values.min() < -_RANGE_TOLERANCE or values.max() > 1 + _RANGE_TOLERANCE:
            return "some probabilities lie outside 0 to 1"
        astray = int(np.count_nonzero(np.abs(values.sum(axis=1) - 1) > _SUM_TOLERANCE))
        return f"the probabilities of {astray} row(s) do not add up to 1" if astray else ""

    def mean(self, values: NDArray[np.float64] | NDArray[np.bool_]) -> float:
        """Average one value per row, with the rows' weights."""
        if self.weights is None:
            return float(values.mean())
        return float((values * self.weights).sum() / self.weights.sum())

    @cached_property
    def confusion(self) -> NDArray[np.float64]:
        """Weight of rows by truth and prediction; shape (k, k + 1), the last column holding unknown labels."""
        k = len(self.labels)
        predicted = np.where(self.prediction < 0, k, self.prediction)
        cells = self.truth * (k + 1) + predicted
        counted = np.bincount(cells.astype(np.int64, copy=False), weights=self.weights, minlength=k * (k + 1))
        return counted.reshape(k, k + 1).astype(np.float64, copy=False)

    @cached_property
    def judged(self) -> NDArray[np.int64]:
        """Codes of the classes that count: those of the training rows and those of the truth; ascending.

        Raises
        ------
        Undefined
            From metrics that read it through :meth:`judged_present`, when one of them has no row here.
        """
        known = self.confusion.sum(axis=1) > 0
        known[list(self.train_labels) if self.train_labels else slice(None)] = True
        return np.flatnonzero(known)

    def judged_present(self) -> NDArray[np.int64]:
        """Return `judged`; raise Undefined when one of these classes has no row among the truth."""
        classes = self.judged
        present = self.confusion[classes].sum(axis=1) > 0
        if not present.all():
            raise Undefined(f"no row of {self.named(classes[~present])} among the true labels")
        if len(classes) < 2:
            raise Undefined(f"all rows belong to {self.named(classes)}")
        return classes

    def named(self, codes: NDArray[np.int64]) -> str:
        """Name classes in a reason, five at most."""
        shown = ", ".join(repr(self.labels[code])[:40] for code in codes[:5])
        more = f" and {len(codes) - 5} more" if len(codes) > 5 else ""
        return f"class {shown}{more}" if len(codes) == 1 else f"classes {shown}{more}"

    def require_both_classes(self) -> None:
        """Raise Undefined unless the truth has rows of both the positive and the negative class."""
        rows = self.confusion.sum(axis=1)
        for code, side in ((self.positive_code, "positive"), (1 - self.positive_code, "negative")):
            if rows[code] == 0:
                raise Undefined(f"no row is {side} (class {self.labels[code]!r})")

    def ranking(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return truth as booleans (True is positive) and scores that grow with the belief in the positive class.

        Decision values are preferred to probabilities, as scikit-learn's scorers do: probabilities saturate.

        Raises
        ------
        Undefined
            The model gives neither.
        """
        self.require("score")
        return self.is_positive, self.positive_score

    @cached_property
    def is_positive(self) -> NDArray[np.bool_]:
        """Whether each row's truth is the positive class; shape (n,)."""
        return np.asarray(self.truth == self.positive_code)

    @cached_property
    def positive_score(self) -> NDArray[np.float64]:
        """Scores that grow with the belief in the positive class; shape (n,)."""
        if self.score is not None:
            return self.score if self.positive_code == 1 else -self.score
        if self.probability is None:
            raise Undefined("the model gives neither scores nor probabilities")
        return np.ascontiguousarray(self.probability[:, self.positive_code])

    @cached_property
    def curve(self) -> RankingCurve:
        """The one sort that ROC and precision-recall metrics share."""
        return self._descent.curve(self.weights)

    @cached_property
    def _descent(self) -> _Descent:
        """The rows from the highest score down, which every weighting of them shares."""
        return _Descent.of(self.is_positive, self.positive_score)


@dataclass(frozen=True, eq=False)
class _Descent:
    """Rows sorted from the highest score down."""

    order: NDArray[np.intp]
    """Positions of the rows, shape (n,)."""

    last: NDArray[np.intp]
    """Where each distinct score ends in that order."""

    hits: NDArray[np.float64]
    """1.0 where a row in that order is positive, shape (n,)."""

    @classmethod
    def of(cls, truth: NDArray[np.bool_], score: NDArray[np.float64]) -> _Descent:
        """Sort rows by score."""
        order = np.argsort(-score, kind="stable")
        ranked = score[order]
        last = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)
        return cls(order, last, truth[order].astype(np.float64))

    def curve(self, weights: NDArray[np.float64] | None) -> RankingCurve:
        """Cumulate positive and negative weight."""
        if weights is None:
            positives = np.cumsum(self.hits)[self.last]
            return RankingCurve(positives, (self.last + 1.0) - positives)
        heavy = weights[self.order]
        positive = heavy * self.hits
        return RankingCurve(np.cumsum(positive)[self.last], np.cumsum(heavy - positive)[self.last])


def ranking_curve(
    truth: NDArray[np.bool_], score: NDArray[np.float64], weights: NDArray[np.float64] | None
) -> RankingCurve:
    """Cumulate positive and negative weight from the highest score down, one entry per distinct score."""
    return _Descent.of(truth, score).curve(weights)


def _not_finite(values: NDArray[np.float64] | NDArray[np.int64], noun: str) -> str:
    bad = len(values) - int(np.count_nonzero(np.isfinite(values)))
    return f"the {noun} of {bad} row(s) is NaN or infinite" if bad else ""


def _not_nan(values: NDArray[np.float64] | None, noun: str) -> str:
    bad = 0 if values is None else int(np.count_nonzero(np.isnan(values)))
    return f"{bad} {noun}(s) are NaN" if bad else ""
