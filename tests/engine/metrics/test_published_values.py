"""Published digits, read from the shared fixtures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mtf_engine.domain.dataset import Task
from mtf_engine.metrics.registry import get
from mtf_engine.metrics.sample import Sample

FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "fixtures" / "stats"


def case(name: str) -> dict[str, Any]:
    path = FIXTURES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the shared fixture {path.name} is not here")
    return json.loads(path.read_text())


def coded(truth: list[Any], prediction: list[Any] | None = None, probability: object = None) -> Sample:
    labels = sorted(set(truth) | set(prediction or []))
    codes = {label: code for code, label in enumerate(labels)}
    task = Task.BINARY if len(labels) == 2 else Task.MULTICLASS
    matrix = None
    if probability is not None:
        matrix = np.array(probability, dtype=float)
        matrix = np.column_stack([1 - matrix, matrix]) if matrix.ndim == 1 else matrix
    said = np.array([codes[label] for label in prediction]) if prediction else matrix.argmax(axis=1)
    truth_codes = np.array([codes[label] for label in truth])
    return Sample(task, truth_codes, said, tuple(labels), (), 1 if len(labels) == 2 else None, matrix)


def test_scikit_learn_classification_examples() -> None:
    found = case("sklearn_docs_classification")
    data, expected = found["inputs"], found["recomputed"]
    truth, score = data["roc_auc,avg_precision"]
    ranked = coded(truth, probability=score)
    truth, probability = data["top2"]
    rows = np.array(probability) / np.sum(probability, axis=1, keepdims=True)
    values = {
        "brier": get("brier")(coded(data["brier"][0], probability=data["brier"][1])),
        "log_loss": get("log_loss")(coded(data["log_loss"][0], probability=data["log_loss"][1])),
        "mcc": get("mcc")(coded(*data["mcc"])),
        "balanced_acc": get("balanced_accuracy")(coded(*data["balanced_acc"])),
        "roc_auc": get("roc_auc")(ranked),
        "avg_precision": get("average_precision")(ranked),
        "f1_macro": get("f1_macro")(coded(*data["f1"])),
        "f1_micro": get("f1_micro")(coded(*data["f1"])),
        "lr_pos": get("positive_likelihood_ratio")(coded(*data["lr"])),
        "lr_neg": get("negative_likelihood_ratio")(coded(*data["lr"])),
        "top2": get("top_2_accuracy")(coded(truth, probability=rows)),
        "zero_one": get("error_rate")(coded(*data["zero_one"])),
    }
    for name, value in values.items():
        assert value == pytest.approx(expected[name], abs=1e-12), name
        tolerance = found["tolerance"].get(name, found["tolerance"]["default"])
        assert value == pytest.approx(found["expected"][name], abs=tolerance), name


def test_scikit_learn_regression_examples() -> None:
    found = case("sklearn_docs_regression")
    data = found["inputs"]
    common = (data["y"], data["pred"])
    pairs = {
        "mae": ("mae", common),
        "mse": ("mse", common),
        "rmse": ("rmse", common),
        "r2": ("r2", common),
        "explained_variance": ("explained_variance", common),
        "medae": ("medae", common),
        "mape": ("mape", common),
        "msle": ("msle", data["msle"]),
        "d2_absolute": ("d2_absolute_error", common),
        "poisson_dev": ("poisson_deviance", data["poisson"]),
        "gamma_dev": ("gamma_deviance", data["gamma"]),
        "max_error": ("max_error", data["max_error"]),
    }
    for key, (name, (truth, prediction)) in pairs.items():
        value = get(name)(Sample(Task.REGRESSION, np.array(truth, dtype=float), np.array(prediction, dtype=float)))
        assert value == pytest.approx(found["recomputed"][key], abs=1e-12), name


def test_partial_area_of_proc() -> None:
    found = case("proc_partial_auc_handtill")
    truth = np.array(found["inputs"]["outcome_poor"])
    sample = Sample(Task.BINARY, truth, truth, (0, 1), positive=1, score=np.array(found["inputs"]["wfns"]))
    assert get("partial_auc_10_raw")(sample) == pytest.approx(found["expected"]["pauc_wfns_spec_1_0.9"], abs=1e-9)
    assert get("partial_auc_10")(sample) == pytest.approx(found["expected"]["mcclish_wfns"], abs=1e-9)
