"""Where scikit-learn gives a number that means nothing, the value is undefined and the reason says why."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import log_loss

from mtf_engine.domain.dataset import Task
from mtf_engine.errors import PluginError
from mtf_engine.metrics import registry
from mtf_engine.metrics.registry import get
from mtf_engine.metrics.sample import Sample

CERTAIN = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])


def binary(truth: list[int], prediction: list[int] | None = None, probability: np.ndarray = CERTAIN) -> Sample:
    said = probability.argmax(axis=1) if prediction is None else np.array(prediction)
    return Sample(Task.BINARY, np.array(truth), said, ("no", "yes"), (0, 1), 1, probability)


def three_classes(truth: list[int]) -> Sample:
    truth = np.array(truth)
    return Sample(Task.MULTICLASS, truth, truth, ("a", "b", "c"), (0, 1, 2), None, np.eye(3)[truth])


def numbers(truth: list[float], prediction: list[float]) -> Sample:
    return Sample(Task.REGRESSION, np.array(truth), np.array(prediction))


@pytest.mark.parametrize(
    "name", ["roc_auc", "average_precision", "recall", "f1", "mcc", "kappa", "balanced_accuracy", "d2_log_loss"]
)
def test_without_positive_rows(name: str) -> None:
    result = get(name).measure(binary([0, 0, 0]))
    assert result.value is None
    assert "positive" in result.reason or "'yes'" in result.reason or "'no'" in result.reason


@pytest.mark.parametrize("name", ["roc_auc", "average_precision", "specificity", "mcc", "kappa", "balanced_accuracy"])
def test_without_negative_rows(name: str) -> None:
    assert get(name).measure(binary([1, 1, 1])).value is None


def test_ratios_without_a_denominator() -> None:
    nothing_found = binary([0, 1, 1], [0, 0, 0])
    assert get("precision").measure(nothing_found).reason == "no row was predicted positive"
    assert get("npv").measure(binary([0, 1, 1], [1, 1, 1])).value is None
    assert get("f1")(nothing_found) == 0
    assert get("recall")(nothing_found) == 0
    assert get("mcc")(nothing_found) == 0


@pytest.mark.parametrize(
    "name", ["roc_auc_ovo", "roc_auc_ovr", "balanced_accuracy", "f1_macro", "precision_macro", "recall_macro"]
)
def test_a_class_of_the_training_rows_that_no_test_row_has(name: str) -> None:
    result = get(name).measure(three_classes([0, 1, 0, 1]))
    assert result.value is None
    assert "'c'" in result.reason


def test_a_label_that_nobody_learned_or_met_does_not_count() -> None:
    sample = replace(three_classes([0, 1, 0, 1]), train_labels=(0, 1))
    assert get("balanced_accuracy")(sample) == 1
    assert get("roc_auc_ovo")(sample) == 1


@pytest.mark.parametrize("name", ["log_loss", "brier", "d2_log_loss", "d2_brier"])
def test_a_true_label_that_the_training_rows_did_not_have(name: str) -> None:
    result = get(name).measure(replace(three_classes([0, 1, 2]), train_labels=(0, 1)))
    assert result.value is None
    assert "did not occur in the training rows" in result.reason


@pytest.mark.parametrize("name", ["r2", "explained_variance", "d2_absolute_error"])
def test_constant_truth(name: str) -> None:
    assert get(name).measure(numbers([2, 2, 2], [2, 2, 2])).value is None
    assert get(name).measure(numbers([0.1] * 7, [0.2] * 7)).value is None
    assert get(name).measure(numbers([2], [2])).value is None


def test_percentages_of_zero() -> None:
    result = get("mape").measure(numbers([0, 1], [1, 1]))
    assert result.value is None
    assert "1 row(s)" in result.reason


def test_log_loss_of_two_classes_reads_the_larger_labels_probability_as_scorers_do() -> None:
    nearly = np.array([[1e-15, 1 - 1e-15], [0.4, 0.6]])
    expected = log_loss([0, 1], y_proba=nearly[:, 1])
    assert get("log_loss")(binary([0, 1], probability=nearly)) == pytest.approx(expected, rel=1e-14)
    assert get("log_loss")(replace(binary([0, 1], probability=nearly), positive=0)) == pytest.approx(
        expected, rel=1e-14
    )


def test_a_certain_mistake_is_clipped() -> None:
    sample = binary([1, 0], probability=np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert get("log_loss")(sample) == pytest.approx(36.04365338911715 / 2, rel=1e-12)


@pytest.mark.parametrize("name", ["roc_auc", "log_loss", "brier"])
def test_scores_that_are_not_numbers(name: str) -> None:
    broken = CERTAIN.copy()
    broken[0] = np.nan
    result = get(name).measure(binary([0, 1, 1], [0, 0, 1], broken))
    assert result.value is None
    assert "NaN" in result.reason


def test_predictions_that_are_not_finite() -> None:
    result = get("mae").measure(numbers([1, 2], [1, math.inf]))
    assert result.reason == "the prediction of 1 row(s) is NaN or infinite"


def test_probabilities_that_are_none() -> None:
    assert "do not add up" in get("log_loss").measure(binary([0, 1, 1], probability=CERTAIN * 0.5)).reason
    assert "outside" in get("brier").measure(binary([0, 1, 1], probability=CERTAIN * 2 - 0.5)).reason
    missing = replace(binary([0, 1, 1]), probability=None)
    assert get("log_loss").measure(missing).reason == "the model gives no probabilities"
    assert get("roc_auc").measure(missing).value is None


def test_the_positive_class_decides() -> None:
    sample = binary([0, 1, 0, 0], [0, 0, 1, 1], np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]]))
    other = replace(sample, positive=0)
    assert get("recall")(other) == get("specificity")(sample)
    assert get("precision")(other) == get("npv")(sample)
    assert get("roc_auc")(other) == pytest.approx(get("roc_auc")(sample))
    assert get("average_precision")(other) != get("average_precision")(sample)


def test_an_unknown_label_is_a_mistake_and_no_class() -> None:
    sample = binary([0, 1, 1], [0, -1, 1])
    assert get("accuracy")(sample) == pytest.approx(2 / 3)
    assert get("recall")(sample) == 0.5
    assert get("f1_macro")(sample) == pytest.approx((1 + 2 / 3) / 2)


def test_names_aliases_and_spelling() -> None:
    assert registry.canonical("matthews_corrcoef") == "mcc"
    assert registry.canonical("mean_absolute_error") == "mae"
    with pytest.raises(PluginError, match="roc_uac") as caught:
        get("roc_uac")
    assert "'roc_auc'" in caught.value.hint
    with pytest.raises(PluginError, match="sign") as caught:
        get("neg_log_loss")
    assert "'log_loss'" in caught.value.hint


def test_aliases_name_one_metric_each() -> None:
    every = [alias for metric in registry.all_metrics() for alias in metric.aliases]
    names = [metric.name for metric in registry.all_metrics()]
    assert len(set(every + names)) == len(every + names)


@pytest.mark.parametrize("task", list(Task))
def test_standard_sets_fit_their_task(task: Task) -> None:
    for name in registry.standard_set(task):
        assert task in get(name).tasks
        assert get(name).ordered
    assert registry.primary_metric(task) in registry.standard_set(task)
    assert set(registry.standard_set(task)) <= set(registry.for_task(task))


def test_metrics_load_no_scikit_learn() -> None:
    code = "import sys; from mtf_engine.metrics import registry; registry.all_metrics(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert not {"sklearn", "scipy", "pandas"} & set(loaded.stdout.split())
