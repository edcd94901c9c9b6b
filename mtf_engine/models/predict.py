"""What a fitted model says of test rows, in the terms of the data set: codes of its labels, columns in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mtf_engine.domain.dataset import Label, Task
from mtf_engine.errors import ModelError

__all__ = ["Predicted", "predict"]


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """Predictions for n rows."""

    prediction: NDArray[np.int64] | NDArray[np.float64]
    """Codes into the labels (-1 for a label that is none of them), or values; shape (n,)."""

    probability: NDArray[np.float64] | None = None
    """Shape (n, k), columns in the order of the labels, 0 for labels the model has not seen; None without any."""

    score: NDArray[np.float64] | None = None
    """Decision values for the larger of two labels; shape (n,); None without any, and for more than two labels."""


def predict(estimator: Any, X: Any, labels: Sequence[Label], task: Task) -> Predicted:
    """Ask a fitted estimator for predictions, probabilities and decision values, as far as it has them.

    Parameters
    ----------
    estimator : object
        Fitted, with ``predict`` and perhaps ``predict_proba`` and ``decision_function``.
    X : DataFrame
        Rows to answer for, shape (n, p).
    labels : sequence
        Sorted labels of the data set; ignored for regression.
    task : Task
        What is predicted.

    Raises
    ------
    ModelError
        An answer has a shape or type that fits neither the rows nor the labels.
    """
    n = len(X)
    answer = _vector(estimator.predict(X), n, "predict")
    if not task.is_classification:
        return Predicted(_numbers(answer, "predict"))
    prediction = codes_of(answer, labels)
    classes = getattr(estimator, "classes_", None)
    codes = None if classes is None else codes_of(np.asarray(classes).ravel(), labels)
    probability = None
    if callable(getattr(estimator, "predict_proba", None)):
        probability = _probability(estimator.predict_proba(X), n, codes, len(labels))
    score = None
    if len(labels) == 2 and callable(getattr(estimator, "decision_function", None)):
        score = _score(estimator.decision_function(X), n, codes)
    return Predicted(prediction, probability, score)


def codes_of(values: NDArray[Any], labels: Sequence[Label]) -> NDArray[np.int64]:
    """Map labels to their positions among the data set's labels; -1 for a value that is none; shape (n,)."""
    table = {label: code for code, label in enumerate(labels)}
    if values.dtype == object:
        return np.fromiter((_code(value, table) for value in values.tolist()), np.int64, len(values))
    distinct, inverse = np.unique(values, return_inverse=True)
    codes = np.array([_code(value, table) for value in distinct.tolist()], dtype=np.int64)
    return codes[inverse.ravel()]


def _code(value: Any, table: dict[Label, int]) -> int:
    try:
        return table.get(value, -1)
    except TypeError:  # an unhashable prediction is no label
        return -1


def _vector(values: Any, n: int, method: str) -> NDArray[Any]:
    array = np.asarray(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.shape != (n,):
        raise ModelError(
            f"{method} gave an answer of shape {array.shape} for {n} rows; it must give one value a row.",
            hint="Correct the estimator, or wrap it in one that answers row by row.",
        )
    return array


def _numbers(values: NDArray[Any], method: str) -> NDArray[np.float64]:
    try:
        return np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"{method} gave values that are no numbers: {error}.",
            hint="For class labels, set `task:` of the data set.",
        ) from error


def _probability(values: Any, n: int, codes: NDArray[np.int64] | None, k: int) -> NDArray[np.float64]:
    array = np.asarray(values)
    width = k if codes is None else len(codes)
    if array.ndim != 2 or array.shape != (n, width):
        raise ModelError(
            f"predict_proba gave an answer of shape {array.shape}; {n} rows and {width} classes need ({n}, {width}).",
            hint="Set `classes_` on the estimator to the labels of the columns." if codes is None else None,
        )
    numbers = _numbers(array, "predict_proba")
    if codes is None or np.array_equal(codes, np.arange(k)):
        return numbers
    known = codes >= 0
    spread = np.zeros((n, k))
    spread[:, codes[known]] = numbers[:, known]
    return spread


def _score(values: Any, n: int, codes: NDArray[np.int64] | None) -> NDArray[np.float64] | None:
    """Orient decision values to the larger label; None where they have another shape, or the classes another number."""
    array = np.asarray(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.shape != (n,) or (codes is not None and len(codes) != 2):
        return None
    numbers = _numbers(array, "decision_function")
    return -numbers if codes is not None and codes[1] == 0 else numbers
