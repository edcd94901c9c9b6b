"""Confident joint and label quality, held against published digits and planted errors."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mtf_engine import statistics as st

CASES = Path(__file__).parents[4] / "shared" / "fixtures" / "stats"


def case() -> dict[str, Any]:
    """Return the fixture case, or skip where the folder is absent."""
    path = CASES / "cleanlab_confident_joint.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def test_confident_joint_digits() -> None:
    data = case()
    result = st.confident_joint(data["inputs"]["labels"], data["inputs"]["pred_probs"])
    assert [list(row) for row in result.counts] == data["expected"]["confident_joint_uncalibrated"]
    assert list(result.thresholds) == pytest.approx(data["recomputed"]["thresholds"], abs=1e-12)
    assert sum(map(sum, result.joint)) == pytest.approx(1.0)
    assert result.noise_rate == pytest.approx(0.25)


def test_multilabel_quality_digits() -> None:
    data = case()
    quality = st.multilabel_quality(data["inputs"]["ml_labels"], data["inputs"]["ml_probs"])
    assert quality.tolist() == pytest.approx(data["expected"]["ml_quality"], abs=data["tolerance"])


def test_planted_errors_are_found_and_counted() -> None:
    rng = np.random.default_rng(0)
    n, k = 6000, 3
    true = rng.integers(0, k, n)
    flipped = rng.random(n) < 0.1
    given = np.where(flipped, (true + 1) % k, true)
    own = rng.uniform(0.6, 0.95, n)
    p = np.repeat(((1 - own) / (k - 1))[:, None], k, axis=1)
    p[np.arange(n), true] = own
    result = st.confident_joint(given, p)
    assert result.noise_rate == pytest.approx(0.1, abs=0.02)
    assert flipped[list(result.suspects)].mean() > 0.99
    quality = st.label_quality(given, p)
    assert quality[flipped].max() < quality[~flipped].min()
    margin = st.label_quality(given, p, method="normalized_margin")
    assert margin.min() >= 0.0
    assert margin.max() <= 1.0


def test_a_class_without_rows_has_no_threshold() -> None:
    result = st.confident_joint([0, 0, 1], [[0.8, 0.1, 0.1], [0.7, 0.2, 0.1], [0.1, 0.8, 0.1]])
    assert result.thresholds[2] is None
    assert result.reason
    assert result.counts[2] == (0, 0, 0)


def test_edges() -> None:
    assert st.confident_joint(np.zeros(0, dtype=int), np.zeros((0, 2))).noise_rate is None
    for labels, p in (([0, 2], [[0.5, 0.5]] * 2), ([0], [[0.5, 0.5]] * 2), ([0], [[1.5, 0.5]]), ([0], [[1.0]])):
        with pytest.raises(ValueError, match=r"labels|probabilities"):
            st.confident_joint(labels, p)
    with pytest.raises(ValueError, match="row 0"):
        st.multilabel_quality([[3]], [[0.5, 0.5]])
