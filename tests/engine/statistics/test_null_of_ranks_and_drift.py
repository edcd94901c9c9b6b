"""Where nothing is going on, tests reject no more often than they say: a short run of the coverage script's cases.

The cases of many data sets, calibration, drift and conformal prediction; ``scripts/coverage.py`` makes the full table.
"""

from typing import Any

import coverage_ranks_and_drift
import numpy as np
import pytest
from coverage_cases import COVERAGE_CASES, NULL_CASES, NullCase, run_coverage, run_null

from mtf_engine import statistics as st

DRAWS = 300


METHODS = {method for method, *_ in coverage_ranks_and_drift.NULLS}
NULLS = [case for case in NULL_CASES if case.method in METHODS]
COVERED = [case for case in COVERAGE_CASES if case.method.startswith(("hodges", "calibration"))]


@pytest.mark.parametrize("case", NULLS, ids=lambda case: f"{case.method}, {case.regime}")
def test_rejections_under_the_null(case: Any) -> None:
    row = run_null(case, DRAWS)
    assert row.undefined == 0
    assert row.holds, row.rates


@pytest.mark.parametrize("case", COVERED, ids=lambda case: f"{case.method}, {case.regime}")
def test_intervals_cover(case: Any) -> None:
    row = run_coverage(case, DRAWS)
    assert row.undefined == 0
    assert row.holds, row.rate


def test_a_test_that_rejects_too_often_is_caught() -> None:
    liberal = NullCase("halved p-values", "", lambda rng: 0.5 * rng.random(), "")
    assert not run_null(liberal, DRAWS).holds


def _linear(rows: np.ndarray, is_current: np.ndarray, held_out: np.ndarray) -> np.ndarray:
    scores: np.ndarray = held_out @ (rows[is_current].mean(axis=0) - rows[~is_current].mean(axis=0))
    return scores


def test_scores_of_different_folds_are_not_independent() -> None:
    """The reason for the classifier test's caution: the independent reading rejects too often."""
    rng, rejected = np.random.default_rng(0), 0
    for _ in range(DRAWS):
        rows = rng.normal(size=(80, 10))
        z = st.classifier_two_sample_refit(rows[:40], rows[40:], _linear).z
        assert z is not None
        rejected += z * 2**0.5 > 1.6449
    assert rejected / DRAWS > 0.05 + 3 * (0.05 * 0.95 / DRAWS) ** 0.5
