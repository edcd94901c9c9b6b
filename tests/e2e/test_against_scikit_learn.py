"""The demo's fold scores, held against scikit-learn's own cross-validation of the same data, splits and seed."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn import datasets
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import (
    get_scorer,
    make_scorer,
    matthews_corrcoef,
    median_absolute_error,
    recall_score,
)
from sklearn.model_selection import KFold, StratifiedKFold, cross_validate
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from threadpoolctl import threadpool_limits

TOLERANCE = 1e-12
SETS = {"breast_cancer": "load_breast_cancer", "wine": "load_wine", "diabetes": "load_diabetes"}
CLASSIFIERS = {
    "logistic_regression": LogisticRegression(random_state=0),
    "k_nearest_neighbors": KNeighborsClassifier(),
    "decision_tree": DecisionTreeClassifier(random_state=0),
    "random_forest": RandomForestClassifier(n_estimators=50, random_state=0),
    "hist_gradient_boosting": HistGradientBoostingClassifier(max_iter=50, random_state=0),
    "baseline": DummyClassifier(strategy="prior", random_state=0),
}
REGRESSORS = {
    "linear_regression": LinearRegression(),
    "k_nearest_neighbors": KNeighborsRegressor(),
    "decision_tree": DecisionTreeRegressor(random_state=0),
    "random_forest": RandomForestRegressor(n_estimators=50, random_state=0),
    "hist_gradient_boosting": HistGradientBoostingRegressor(max_iter=50, random_state=0),
    "baseline": DummyRegressor(),
}
SCORERS = {
    "breast_cancer": {
        "roc_auc": "roc_auc",
        "average_precision": "average_precision",
        "accuracy": "accuracy",
        "balanced_accuracy": "balanced_accuracy",
        "f1": "f1",
        "recall": make_scorer(recall_score),
        "mcc": make_scorer(matthews_corrcoef),
        "log_loss": "neg_log_loss",
        "brier": "neg_brier_score",
    },
    "wine": {
        "accuracy": "accuracy",
        "f1_macro": "f1_macro",
        "f1_weighted": "f1_weighted",
        "roc_auc_ovr": "roc_auc_ovr",
        "roc_auc_ovo": "roc_auc_ovo",
        "log_loss": "neg_log_loss",
    },
    "diabetes": {
        "r2": "r2",
        "mae": "neg_mean_absolute_error",
        "rmse": "neg_root_mean_squared_error",
        "medae": make_scorer(median_absolute_error),
        "explained_variance": "explained_variance",
    },
}
CASES = [(name, model) for name in SETS for model in (REGRESSORS if name == "diabetes" else CLASSIFIERS)]


def _reference(name: str, model: str) -> dict[str, np.ndarray]:
    bunch = getattr(datasets, SETS[name])(as_frame=True)
    regression = name == "diabetes"
    estimator = (REGRESSORS if regression else CLASSIFIERS)[model]
    splitter = (KFold if regression else StratifiedKFold)(5, shuffle=True, random_state=0)
    scorers = {key: get_scorer(scorer) if isinstance(scorer, str) else scorer for key, scorer in SCORERS[name].items()}
    features = np.ascontiguousarray(bunch.data.to_numpy(dtype=np.float64))
    # Threads that wait for each other take many times as long where other tests keep the processors busy.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scores = cross_validate(
            make_pipeline(StandardScaler(), estimator), features, bunch.target.to_numpy(), cv=splitter, scoring=scorers
        )
    negated = {key for key, scorer in SCORERS[name].items() if isinstance(scorer, str) and scorer.startswith("neg_")}
    return {key: (-1 if key in negated else 1) * scores[f"test_{key}"] for key in scorers}


@pytest.mark.parametrize(("name", "model"), CASES, ids=lambda value: value)
def test_fold_scores_equal_cross_validate(demo, name, model):
    ours = {
        score["metric"]: score["folds"]
        for score in demo.results["scores"]
        if (score["dataset"], score["model"]) == (name, model)
    }
    for metric, expected in _reference(name, model).items():
        undefined = [position for position, value in enumerate(ours[metric]) if value is None]
        if undefined:  # where scikit-learn puts a 0 or averages fewer classes, the value is undefined here
            assert model == "baseline"
            continue
        assert ours[metric] == pytest.approx(expected, abs=TOLERANCE, rel=TOLERANCE), metric


def test_every_case_of_the_demo_is_held_against_scikit_learn(demo):
    shown = {(score["dataset"], score["model"]) for score in demo.results["scores"]}
    assert shown == set(CASES)


def test_demo_has_no_duplicates_to_drop(demo):
    rows = {row["name"]: row["rows"] for row in demo.results["datasets"]}
    assert rows == {name: len(getattr(datasets, loader)().target) for name, loader in SETS.items()}


def test_an_unchanged_demo_is_recognised_without_heavy_libraries(demo, loaded_by):
    assert not loaded_by(demo.home, "demo") & {"numpy", "pandas", "sklearn", "scipy", "pyarrow"}
    assert len(demo.mtf("runs", "--json").json()) == 1
