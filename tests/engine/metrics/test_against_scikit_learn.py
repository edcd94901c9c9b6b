"""Every metric that scikit-learn has equals scikit-learn's to 1e-12, wherever it is defined."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from mtf_engine.domain.dataset import Task
from mtf_engine.metrics.registry import all_metrics, get
from mtf_engine.metrics.sample import Sample, Undefined

from .samples import samples_for

Oracle = Callable[[Sample], float]


def _labels(function: Callable[..., float], **options: object) -> Oracle:
    return lambda s: function(s.truth, s.prediction, sample_weight=s.weights, **options)


def _binary(function: Callable[..., float], **options: object) -> Oracle:
    return lambda s: function(s.truth, s.prediction, sample_weight=s.weights, pos_label=s.positive_code, **options)


def _flipped(function: Callable[..., float], **options: object) -> Oracle:
    return lambda s: function(s.truth, s.prediction, sample_weight=s.weights, pos_label=1 - s.positive_code, **options)


def _averaged(function: Callable[..., float], average: str) -> Oracle:
    return lambda s: function(
        s.truth, s.prediction, sample_weight=s.weights, labels=range(len(s.labels)), average=average
    )


def _ranked(function: Callable[..., float], **options: object) -> Oracle:
    return lambda s: function(s.is_positive, s.positive_score, sample_weight=s.weights, **options)


def _multi_auc(scheme: str, average: str) -> Oracle:
    def compute(s: Sample) -> float:
        if len(s.labels) == 2:
            return float(sk.roc_auc_score(s.truth, s.probability[:, 1], sample_weight=s.weights))
        weights = {"sample_weight": s.weights} if scheme == "ovr" else {}
        return float(
            sk.roc_auc_score(
                s.truth, s.probability, multi_class=scheme, average=average, labels=range(len(s.labels)), **weights
            )
        )

    return compute


def _probabilities(function: Callable[..., float], **options: object) -> Oracle:
    return lambda s: function(
        s.truth, y_proba=s.probability, sample_weight=s.weights, labels=range(len(s.labels)), **options
    )


def _ratio(side: int) -> Oracle:
    def compute(s: Sample) -> float:
        truth, prediction = s.is_positive.astype(int), (s.prediction == s.positive_code).astype(int)
        return float(sk.class_likelihood_ratios(truth, prediction, sample_weight=s.weights)[side])

    return compute


def _partial(s: Sample) -> float:
    return float(sk.roc_auc_score(s.is_positive, s.positive_score, sample_weight=s.weights, max_fpr=0.1))


def _top(k: int) -> Oracle:
    return lambda s: sk.top_k_accuracy_score(
        s.truth, s.probability, k=k, labels=range(len(s.labels)), sample_weight=s.weights
    )


ORACLES: dict[str, Oracle] = {
    "accuracy": _labels(sk.accuracy_score),
    "error_rate": _labels(sk.zero_one_loss),
    "balanced_accuracy": _labels(sk.balanced_accuracy_score),
    "precision": _binary(sk.precision_score),
    "recall": _binary(sk.recall_score),
    "specificity": _flipped(sk.recall_score),
    "npv": _flipped(sk.precision_score),
    "false_positive_rate": lambda s: 1 - _flipped(sk.recall_score)(s),
    "false_negative_rate": lambda s: 1 - _binary(sk.recall_score)(s),
    "f1": _binary(sk.f1_score),
    "f2": _binary(sk.fbeta_score, beta=2),
    "f0_5": _binary(sk.fbeta_score, beta=0.5),
    "jaccard": _binary(sk.jaccard_score),
    "positive_likelihood_ratio": _ratio(0),
    "negative_likelihood_ratio": _ratio(1),
    "mcc": _labels(sk.matthews_corrcoef),
    "kappa": _labels(sk.cohen_kappa_score),
    "kappa_linear": lambda s: _labels(sk.cohen_kappa_score, labels=range(len(s.labels)), weights="linear")(s),
    "kappa_quadratic": lambda s: _labels(sk.cohen_kappa_score, labels=range(len(s.labels)), weights="quadratic")(s),
    "precision_macro": _averaged(sk.precision_score, "macro"),
    "precision_weighted": _averaged(sk.precision_score, "weighted"),
    "recall_macro": _averaged(sk.recall_score, "macro"),
    "recall_weighted": _averaged(sk.recall_score, "weighted"),
    "f1_macro": _averaged(sk.f1_score, "macro"),
    "f1_weighted": _averaged(sk.f1_score, "weighted"),
    "jaccard_macro": _averaged(sk.jaccard_score, "macro"),
    "jaccard_weighted": _averaged(sk.jaccard_score, "weighted"),
    "roc_auc": _ranked(sk.roc_auc_score),
    "average_precision": _ranked(sk.average_precision_score),
    "partial_auc_10": _partial,
    "roc_auc_ovr": _multi_auc("ovr", "macro"),
    "roc_auc_ovr_weighted": _multi_auc("ovr", "weighted"),
    "roc_auc_ovo": _multi_auc("ovo", "macro"),
    "roc_auc_ovo_weighted": _multi_auc("ovo", "weighted"),
    "top_2_accuracy": _top(2),
    "top_3_accuracy": _top(3),
    "log_loss": _probabilities(sk.log_loss),
    "brier": _probabilities(sk.brier_score_loss),
    "d2_log_loss": _probabilities(sk.d2_log_loss_score),
    "d2_brier": _probabilities(sk.d2_brier_score),
    "r2": _labels(sk.r2_score),
    "mae": _labels(sk.mean_absolute_error),
    "mse": _labels(sk.mean_squared_error),
    "rmse": _labels(sk.root_mean_squared_error),
    "medae": _labels(sk.median_absolute_error),
    "mape": _labels(sk.mean_absolute_percentage_error),
    "max_error": lambda s: sk.max_error(s.truth, s.prediction),
    "explained_variance": _labels(sk.explained_variance_score),
    "msle": _labels(sk.mean_squared_log_error),
    "rmsle": _labels(sk.root_mean_squared_log_error),
    "poisson_deviance": _labels(sk.mean_poisson_deviance),
    "gamma_deviance": _labels(sk.mean_gamma_deviance),
}
WITHOUT_ORACLE = {
    "mean_error": "scikit-learn has no signed error",
    "partial_auc_10_raw": "scikit-learn has the standardised area only",
    "d2_absolute_error": "scikit-learn interpolates the weighted median in another way",
}
UNWEIGHTED_ORACLES = {"roc_auc_ovo", "roc_auc_ovo_weighted"}
"""scikit-learn refuses weights here for more than two classes."""

PAIRS = [(metric.name, task) for metric in all_metrics() for task in Task if task in metric.tasks]


def test_every_metric_has_an_oracle_or_a_reason() -> None:
    assert {metric.name for metric in all_metrics()} == set(ORACLES) | set(WITHOUT_ORACLE)


@pytest.mark.parametrize(("name", "task"), [pair for pair in PAIRS if pair[0] in ORACLES])
@settings(max_examples=20, deadline=None, database=None)
@given(data=st.data())
def test_equals_scikit_learn(name: str, task: Task, data: st.DataObject) -> None:
    sample = data.draw(samples_for(task, weighted=False if name in UNWEIGHTED_ORACLES else None))
    try:
        value = get(name)(sample)
    except Undefined:
        assert _is_degenerate(name, sample.weighty), "undefined without a visible cause"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = ORACLES[name](sample.weighty)
    assert value == pytest.approx(expected, rel=1e-12, abs=1e-12)


@settings(max_examples=20, deadline=None, database=None)
@given(sample=samples_for(Task.REGRESSION, weighted=False))
def test_absolute_error_skill_without_weights_equals_scikit_learn(sample: Sample) -> None:
    value = get("d2_absolute_error").measure(sample).value
    if value is not None:
        assert value == pytest.approx(sk.d2_absolute_error_score(sample.truth, sample.prediction), rel=1e-12, abs=1e-12)


def _is_degenerate(name: str, sample: Sample) -> bool:
    """Whether something is missing that a metric may need: a class, a prediction of it, a spread, weight."""
    if len(sample) < 2:
        return True
    if not sample.task.is_classification:
        return bool(np.ptp(sample.truth) == 0)
    classes = set(range(len(sample.labels)))
    if name.endswith("likelihood_ratio") and not sample.confusion[:, :-1].all():
        return True
    return set(sample.truth) != classes or set(sample.prediction) != classes
