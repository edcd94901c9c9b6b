"""What every named model has to obey: it fits, answers each row in the data set's labels, and is the same each time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtf_engine import plugins
from mtf_engine.domain.dataset import Label, Task
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.models.build import Estimator, build_estimator, takes_weights
from mtf_engine.models.predict import Predicted, predict
from mtf_engine.models.spec import ModelSpec
from mtf_engine.models.validate import tasks_of, validate
from mtf_engine.testing.wording import require_name, require_sentence

_ROWS = 60
_LABELS: Mapping[Task, tuple[Label, ...]] = {
    Task.BINARY: ("no", "yes"),
    Task.MULTICLASS: ("x", "y", "z"),
    Task.REGRESSION: (),
}


class ModelConformance:
    """Inherit it and name the model.

    Attributes
    ----------
    model : ModelSpec
        The subject.
    parameters : mapping, default none
        What keeps it quick, such as few trees.
    """

    model: ModelSpec
    parameters: ClassVar[Mapping[str, object]] = {}

    def test_specification_is_complete(self) -> None:
        require_name(self.model.name)
        require_sentence(self.model.summary, "the summary")
        assert self.model.tasks, "it names neither a classifier nor a regressor"
        assert bool(self.model.defaults) == bool(self.model.differs), "`defaults` and why they differ go together"
        with self._known() as ref:
            assert validate(ref) == (), "settings would refuse it"
            assert tasks_of(ref) == self.model.tasks

    def test_an_unknown_parameter_is_refused(self) -> None:
        with self._known() as ref:
            wrong = ModelRef(ref.name, ref.kind, ref.target, {"no_such_parameter": 1})
            assert validate(wrong), "an estimator that takes any parameter hides typing errors"

    def test_it_answers_each_row_in_the_labels_of_the_data_set(self) -> None:
        for task in sorted(self.model.tasks):
            said = self._answers(task)
            assert said.prediction.shape == (_ROWS,)
            if not task.is_classification:
                assert np.isfinite(said.prediction).all(), "a prediction is no finite number"
                continue
            assert (said.prediction >= 0).all(), "a prediction is none of the labels that it was fitted on"
            if said.probability is not None:
                assert said.probability.min() >= 0, "a probability is negative"
                np.testing.assert_allclose(said.probability.sum(axis=1), 1.0, atol=1e-6)

    def test_the_same_seed_gives_the_same_bits(self) -> None:
        for task in sorted(self.model.tasks):
            one, other = self._answers(task), self._answers(task)
            np.testing.assert_array_equal(one.prediction, other.prediction)
            if one.probability is not None and other.probability is not None:
                np.testing.assert_array_equal(one.probability, other.probability)

    def test_a_label_that_training_never_saw_is_survived(self) -> None:
        if Task.MULTICLASS not in self.model.tasks:
            return
        target = np.where(_target(Task.MULTICLASS) == "z", "y", _target(Task.MULTICLASS))
        said = self._answers(Task.MULTICLASS, target=target)
        assert said.prediction.max() < 2, "the third label cannot be known"
        if said.probability is not None:
            assert said.probability.shape == (_ROWS, 3)
            assert not said.probability[:, 2].any(), "a label that was never seen has the probability 0"

    def test_weights_are_taken_or_refused(self) -> None:
        for task in sorted(self.model.tasks):
            estimator = self._estimator(task)
            if takes_weights(estimator):
                _fit(estimator, _features(), _target(task), np.linspace(0.5, 2, _ROWS))

    def test_the_rows_given_are_left_as_they_are(self) -> None:
        for task in sorted(self.model.tasks):
            features, target = _features(), _target(task)
            estimator = self._estimator(task)
            _fit(estimator, features, target)
            estimator.predict(features)
            pd.testing.assert_frame_equal(features, _features())
            np.testing.assert_array_equal(target, _target(task))

    def _answers(self, task: Task, *, target: NDArray[np.generic] | None = None) -> Predicted:
        estimator = self._estimator(task)
        _fit(estimator, _features(), _target(task) if target is None else target)
        return predict(estimator, _features(), _LABELS[task], task)

    def _estimator(self, task: Task) -> Estimator:
        with self._known() as ref:
            return build_estimator(ref, task=task, seed=11)

    @contextmanager
    def _known(self) -> Iterator[ModelRef]:
        """Give the model as settings would name it."""
        with plugins.offered(self.model):
            yield ModelRef(self.model.name, ModelKind.BUILTIN, self.model.name, dict(self.parameters))


def _features() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(3).normal(size=(_ROWS, 4)), columns=list("abcd"))


def _target(task: Task) -> NDArray[np.generic]:
    """Follow the first feature, with noise."""
    signal = _features()["a"].to_numpy() + 0.3 * np.random.default_rng(4).normal(size=_ROWS)
    if not task.is_classification:
        return signal
    labels = np.array(_LABELS[task])
    return labels[np.digitize(signal, np.quantile(signal, np.arange(1, len(labels)) / len(labels)))]


def _fit(
    estimator: Estimator,
    features: pd.DataFrame,
    target: NDArray[np.generic],
    weights: NDArray[np.float64] | None = None,
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # models kept short don't converge
        estimator.fit(features, target, **({} if weights is None else {"sample_weight": weights}))
