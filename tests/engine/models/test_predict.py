"""Answers are brought into the data set's terms, and answers of the wrong shape are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtf_engine.domain.dataset import Task
from mtf_engine.errors import ModelError
from mtf_engine.models.predict import codes_of, predict

X = pd.DataFrame({"a": [1.0, 2.0, 3.0]})


class Answering:
    """A fitted estimator that gives fixed answers."""

    def __init__(self, prediction: Any, probability: Any = None, score: Any = None, classes: Any = None) -> None:
        self.answer = prediction
        if probability is not None:
            self.predict_proba = lambda _rows: np.asarray(probability)
        if score is not None:
            self.decision_function = lambda _rows: np.asarray(score)
        if classes is not None:
            self.classes_ = np.asarray(classes)

    def predict(self, _rows: Any) -> Any:
        return self.answer


def test_a_class_that_the_model_has_not_seen_gets_no_probability() -> None:
    fitted = Answering(["a", "c", "c"], [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]], classes=["a", "c"])
    said = predict(fitted, X, ("a", "b", "c"), Task.MULTICLASS)
    assert said.prediction.tolist() == [0, 2, 2]
    assert said.probability.tolist() == [[0.9, 0, 0.1], [0.2, 0, 0.8], [0.4, 0, 0.6]]


def test_classes_in_another_order() -> None:
    fitted = Answering([1, 0, 1], [[0.9, 0.1]] * 3, score=[1.0, -2.0, 3.0], classes=[1, 0])
    said = predict(fitted, X, (0, 1), Task.BINARY)
    assert said.probability.tolist() == [[0.1, 0.9]] * 3
    assert said.score.tolist() == [-1.0, 2.0, -3.0]


def test_labels_that_do_not_exist() -> None:
    assert predict(Answering(["a", "?", None]), X, ("a", "b"), Task.BINARY).prediction.tolist() == [0, -1, -1]
    assert predict(Answering([[1], [0], [7]]), X, (0, 1), Task.BINARY).prediction.tolist() == [1, 0, -1]
    assert codes_of(np.array([{}, "a"], dtype=object), ("a",)).tolist() == [-1, 0]


@pytest.mark.parametrize("answer", [[1, 0, 1], [1.0, 0.0, 1.0], [True, False, True], pd.Series([1, 0, 1])])
def test_equal_labels_of_other_types(answer: Any) -> None:
    assert predict(Answering(answer), X, (0, 1), Task.BINARY).prediction.tolist() == [1, 0, 1]
    assert predict(Answering(answer), X, (False, True), Task.BINARY).prediction.tolist() == [1, 0, 1]


@given(st.lists(st.sampled_from(["x", "yy", "z"]), max_size=20), st.booleans())
def test_codes(values: list[str], as_objects: bool) -> None:
    array = np.array(values, dtype=object if as_objects else "U2")
    assert codes_of(array, ("x", "yy", "z")).tolist() == [("x", "yy", "z").index(value) for value in values]


@pytest.mark.parametrize(
    ("fitted", "task", "says"),
    [
        (Answering([1, 0]), Task.BINARY, "shape"),
        (Answering([[1, 0]] * 3), Task.BINARY, "shape"),
        (Answering(["a", "b", "c"]), Task.REGRESSION, "no numbers"),
        (Answering([1, 0, 1], [0.5, 0.5, 0.5]), Task.BINARY, "predict_proba"),
        (Answering([1, 0, 1], [[1.0]] * 3), Task.BINARY, "predict_proba"),
        (Answering([1, 0, 1], [[0.5, 0.5]] * 2, classes=[0, 1]), Task.BINARY, "predict_proba"),
    ],
)
def test_answers_of_the_wrong_shape(fitted: Answering, task: Task, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        predict(fitted, X, (0, 1) if task.is_classification else (), task)


def test_numbers_are_float64_vectors() -> None:
    said = predict(Answering(np.array([[1], [2], [3]], dtype=np.float32)), X, (), Task.REGRESSION)
    assert said.prediction.dtype == np.float64
    assert said.prediction.shape == (3,)
    assert said.probability is None


def test_decision_values_of_many_classes_are_no_score() -> None:
    fitted = Answering([0, 1, 2], score=np.zeros((3, 3)), classes=[0, 1, 2])
    assert predict(fitted, X, (0, 1, 2), Task.MULTICLASS).score is None
    lone = Answering([0, 0, 0], score=[1.0, 1.0, 1.0], classes=[0])
    assert predict(lone, X, (0, 1), Task.BINARY).score is None
