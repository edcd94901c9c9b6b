"""The error that test rows leave whatever the folds say, held against other ways to the same number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes.predictions import binary_sample, regression_sample

from mtf_engine import statistics as st
from mtf_engine.evaluation.design import Design, DesignKind
from mtf_engine.evaluation.influence import error_of, row_influence
from mtf_engine.evaluation.resampling import TestRows
from mtf_engine.evaluation.scoring import evaluate_run
from mtf_engine.metrics.registry import get
from mtf_engine.metrics.sample import Sample

DESIGN = Design(DesignKind.CROSS_VALIDATION, 1, 160, 40, grouped=False, weighted=False, seed=0, confidence=0.95)


def _rows(sample: Sample, *, folds: int = 1, groups: np.ndarray | None = None) -> TestRows:
    n = len(sample)
    return TestRows(sample, np.arange(n), np.sort(np.arange(n) % folds), groups)


def _lucky(errors: int = 1, folds: int = 5, rows: int = 36) -> list[Sample]:
    """Folds of one error each, the last of which has a row less."""
    found = []
    for fold in range(folds):
        truth = np.arange(rows - (fold == folds - 1)) % 2
        prediction = truth.copy()
        prediction[:errors] = 1 - prediction[:errors]
        found.append(replace(binary_sample(np.random.default_rng(0), 1, skill=1.0, truth=truth), prediction=prediction))
    return found


@pytest.mark.parametrize("metric", ["balanced_accuracy", "f1", "mcc", "kappa", "precision"])
def test_the_delta_method_agrees_with_the_bootstrap(metric: str) -> None:
    rng = np.random.default_rng(3)
    sample = binary_sample(rng, 1500, skill=1.0)
    resampled = [get(metric)(sample.take(rng.integers(0, 1500, 1500))) for _ in range(600)]
    found = error_of(row_influence(get(metric), _rows(sample)), _rows(sample), DESIGN)
    assert found == pytest.approx(np.std(resampled, ddof=1), rel=0.12)


def test_a_mean_of_rows_has_the_error_of_a_mean() -> None:
    sample = regression_sample(np.random.default_rng(1), 300, noise=1.0)
    losses = np.abs(sample.truth - sample.prediction)
    found = error_of(row_influence(get("mae"), _rows(sample)), _rows(sample), DESIGN)
    assert found == pytest.approx(losses.std(ddof=1) / np.sqrt(300), rel=1e-12)


def test_the_area_has_delongs_error() -> None:
    sample = binary_sample(np.random.default_rng(2), 400, skill=1.0)
    rows = _rows(sample)
    delong = st.delong(sample.truth == 1, sample.probability[:, 1], transform="linear")
    found = error_of(row_influence(get("roc_auc"), rows), rows, DESIGN)
    assert found == pytest.approx((delong.high - delong.estimate) / 1.959964, rel=5e-3)


def test_rows_that_repeat_or_share_a_group_are_one() -> None:
    sample = regression_sample(np.random.default_rng(1), 50, noise=1.0)
    once = _rows(sample)
    twice = TestRows(
        replace(sample, truth=np.tile(sample.truth, 2), prediction=np.tile(sample.prediction, 2)),
        np.tile(np.arange(50), 2),
        np.repeat([0, 1], 50),
        np.tile(np.arange(50), 2),
    )
    expected = error_of(row_influence(get("mae"), once), once, DESIGN)
    for design in (replace(DESIGN, repeats=2), replace(DESIGN, grouped=True)):
        assert error_of(row_influence(get("mae"), twice), twice, design) == pytest.approx(expected, rel=1e-12)


def test_folds_that_agree_by_luck_are_warned_of(make_run) -> None:
    plan, store = make_run({"a": _lucky(), "b": _lucky(errors=2)}, metrics=["accuracy"])
    a, _ = evaluate_run(plan, store).scores
    alone = st.corrected_resampled_t(a.folds, n_train=143.2, n_test=35.8, estimate=a.estimate)
    assert (a.low, a.high) == pytest.approx((alone.low, alone.high), rel=1e-12)
    wanted = 1.959964 * np.sqrt(a.pooled * (1 - a.pooled) / (5 * 36 - 2))
    assert f"±{wanted:.2g}" in a.warnings[0]


def test_equal_folds_warn_unless_the_prediction_is_constant(make_run) -> None:
    folds = [replace(one, truth=one.truth[:30], prediction=one.prediction[:30], probability=None) for one in _lucky()]
    constant = [replace(one, prediction=np.ones(30, dtype=np.int64)) for one in folds]
    plan, store = make_run({"lucky": folds, "constant": constant}, metrics=["accuracy"])
    lucky, flat = evaluate_run(plan, store).scores
    assert lucky.low == lucky.high
    assert flat.low == flat.high
    assert "luck" in lucky.warnings[0]
    assert not any("luck" in warning for warning in flat.warnings)


def test_folds_that_differ_as_rows_do_have_no_warning(make_run) -> None:
    sample = binary_sample(np.random.default_rng(4), 200, skill=1.0)
    plan, store = make_run({"a": [sample.take(np.arange(200) % 5 == fold) for fold in range(5)]}, metrics=["accuracy"])
    (score,) = evaluate_run(plan, store).scores
    assert not any("luck" in warning for warning in score.warnings)
