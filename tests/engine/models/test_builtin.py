"""Every registered model fits, answers in the data set's own labels, and equals scikit-learn's estimator."""

from __future__ import annotations

import importlib
import inspect
import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from mtf_engine import plugins
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.models import registry
from mtf_engine.models.build import build_estimator
from mtf_engine.models.predict import predict

N = 60
RNG = np.random.default_rng(3)
X = pd.DataFrame(RNG.normal(size=(N, 4)), columns=list("abcd"))
SIGNAL = X["a"].to_numpy() + 0.3 * RNG.normal(size=N)
LABELS = {Task.BINARY: ("no", "yes"), Task.MULTICLASS: ("x", "y", "z"), Task.REGRESSION: ()}
PAIRS = [(name, task) for name in plugins.names(registry.GROUP) for task in Task if task in registry.get(name).tasks]
family = pytest.mark.parametrize(("name", "task"), PAIRS)


def target(task: Task) -> np.ndarray:
    if not task.is_classification:
        return SIGNAL
    labels = np.array(LABELS[task])
    return labels[np.digitize(SIGNAL, np.quantile(SIGNAL, np.arange(1, len(labels)) / len(labels)))]


QUICK = {
    "ada_boost": {"n_estimators": 5},
    "extra_trees": {"n_estimators": 5},
    "gradient_boosting": {"n_estimators": 5},
    "hist_gradient_boosting": {"max_iter": 3},
    "neural_network": {"max_iter": 5},
    "random_forest": {"n_estimators": 5},
}
"""Parameters that keep the slow models short."""


def ref(name: str) -> ModelRef:
    return ModelRef(name, ModelKind.BUILTIN, name, QUICK.get(name, {}))


@pytest.fixture(autouse=True)
def one_thread_and_no_warnings() -> Iterator[None]:
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # models kept this short don't converge
        yield


@family
def test_answers_equal_scikit_learns(name: str, task: Task) -> None:
    spec = registry.get(name)
    module, _, kind = str(spec.estimator(task)).rpartition(".")
    direct = getattr(importlib.import_module(module), kind)(**{**spec.defaults, **QUICK.get(name, {})})
    if "random_state" in inspect.signature(type(direct)).parameters:
        direct.set_params(random_state=11)
    ours = build_estimator(ref(name), task=task, seed=11)
    assert ours.get_params().items() >= {k: v for k, v in direct.get_params().items() if v is not None}.items()
    direct.fit(X, target(task))
    ours.fit(X, target(task))
    said = predict(ours, X, LABELS[task], task)
    if not task.is_classification:
        np.testing.assert_array_equal(said.prediction, np.ravel(direct.predict(X)))
        return
    np.testing.assert_array_equal(np.array(LABELS[task])[said.prediction], direct.predict(X))
    assert (said.probability is not None) == hasattr(direct, "predict_proba")
    if said.probability is not None:
        np.testing.assert_array_equal(said.probability, direct.predict_proba(X))
    assert (said.score is not None) == (task is Task.BINARY and hasattr(direct, "decision_function"))
    if said.score is not None:
        np.testing.assert_array_equal(said.score, direct.decision_function(X))


def test_the_baseline_is_constant() -> None:
    for task in Task:
        assert registry.BASELINE in registry.for_task(task)
    estimator = build_estimator(ref("baseline"), task=Task.BINARY, seed=0)
    estimator.fit(X, target(Task.BINARY))
    assert len(np.unique(estimator.predict_proba(X), axis=0)) == 1
