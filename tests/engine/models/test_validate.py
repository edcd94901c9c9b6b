"""Values that no estimator of a model takes are refused before anything runs."""

from __future__ import annotations

import pytest

from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.models.validate import validate


def _model(name: str, **parameters: object) -> ModelRef:
    kind = ModelKind.ESTIMATOR if "." in name else ModelKind.BUILTIN
    return ModelRef(name, kind, name, parameters)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (
            _model("logistic_regression", C=-1),
            "'C' parameter of LogisticRegression must be a float",
        ),
        (_model("random_forest", n_estimators="many"), "'n_estimators' parameter"),
        (_model("sklearn.svm.NuSVC", nu=2.0), "'nu' parameter of NuSVC"),
    ],
    ids=lambda value: value.name if isinstance(value, ModelRef) else "",
)
def test_a_value_out_of_range_is_a_problem(model: ModelRef, says: str) -> None:
    (problem,) = validate(model)
    assert says in problem.message
    assert "Got" in problem.message


@pytest.mark.parametrize(
    "model",
    [
        _model("logistic_regression", C=0.5, max_iter=10),
        _model("random_forest", criterion="gini"),
        _model("random_forest", criterion="squared_error"),
        _model("sklearn.svm.NuSVC", nu=0.5),
    ],
    ids=str,
)
def test_a_value_that_one_of_its_estimators_takes_is_none(model: ModelRef) -> None:
    assert validate(model) == ()
