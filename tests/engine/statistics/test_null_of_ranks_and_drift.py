"""Where nothing is going on, tests reject no more often than they say: a short simulation of each default.

scripts/coverage.py makes the full table. The rule is the same: P(p <= alpha) <= alpha + 3 standard errors.
"""

import math
from collections.abc import Callable

import numpy as np
import pytest

from mtf_engine import statistics as st

DRAWS = 400
Draw = Callable[[np.random.Generator], float | None]


def _linear(rows: np.ndarray, is_current: np.ndarray, held_out: np.ndarray) -> np.ndarray:
    scores: np.ndarray = held_out @ (rows[is_current].mean(axis=0) - rows[~is_current].mean(axis=0))
    return scores


def _calibrated(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    p = rng.beta(1, 3, n)
    return rng.random(n) < p, p


def _line(rng: np.random.Generator) -> float | None:
    return st.calibration_line(*_calibrated(rng, 60)).test.p_value


def _coverage(rng: np.random.Generator) -> float | None:
    cut = st.conformal_quantile(rng.random(60), alpha=0.1).value
    return st.coverage_test(int((rng.random(80) <= (cut or 1.0)).sum()), 80, 60).p_value


NULLS: dict[str, Draw] = {
    "wilcoxon, n=8": lambda rng: st.wilcoxon_signed_rank(rng.normal(size=8)).p_value,
    "wilcoxon, n=12, ties and zeros": lambda rng: st.wilcoxon_signed_rank(rng.integers(-2, 3, 12)).p_value,
    "wilcoxon, n=60, ties": lambda rng: st.wilcoxon_signed_rank(rng.integers(-3, 4, 60)).p_value,
    "friedman, 5 x 3": lambda rng: st.friedman(rng.normal(size=(5, 3))).p_value,
    "friedman, 12 x 4": lambda rng: st.friedman(rng.normal(size=(12, 4))).p_value,
    "friedman, 10 x 3, ties": lambda rng: st.friedman(rng.integers(0, 4, (10, 3))).p_value,
    "iman_davenport, 6 x 4": lambda rng: st.iman_davenport(rng.normal(size=(6, 4))).p_value,
    "quade, 10 x 4": lambda rng: st.quade(rng.normal(size=(10, 4))).p_value,
    "nemenyi, most different of 4": lambda rng: min(
        pair.p_adjusted for pair in st.nemenyi(st.mean_ranks(rng.normal(size=(12, 4))), 12).pairs
    ),
    "spiegelhalter, n=60": lambda rng: st.spiegelhalter(*_calibrated(rng, 60)).p_value,
    "calibration_line, n=60": _line,
    "kolmogorov_smirnov, 15 and 25": lambda rng: (
        st.kolmogorov_smirnov(rng.normal(size=15), rng.normal(size=25)).p_value
    ),
    "kolmogorov_smirnov, ties": lambda rng: (
        st.kolmogorov_smirnov(rng.integers(0, 6, 40), rng.integers(0, 6, 30)).p_value
    ),
    "population_stability, 50 and 80": lambda rng: (
        st.population_stability(rng.normal(size=50), rng.normal(size=80), n_resamples=199).p_value
    ),
    "population_stability, ties": lambda rng: (
        st.population_stability(rng.poisson(2, 60), rng.poisson(2, 60), n_resamples=199).p_value
    ),
    "chi_squared, rare categories": lambda rng: (
        st.chi_squared(
            rng.multinomial(30, [0.8, 0.15, 0.05]), rng.multinomial(40, [0.8, 0.15, 0.05]), n_resamples=199
        ).p_value
    ),
    "g_test, 4 categories": lambda rng: (
        st.g_test(rng.multinomial(80, [0.25] * 4), rng.multinomial(100, [0.25] * 4)).p_value
    ),
    "mmd_test, 15 and 20": lambda rng: (
        st.mmd_test(rng.normal(size=(15, 2)), rng.normal(size=(20, 2)), n_permutations=99).p_value
    ),
    "energy_test, 15 and 20": lambda rng: (
        st.energy_test(rng.normal(size=(15, 2)), rng.normal(size=(20, 2)), n_permutations=99).p_value
    ),
    "classifier_two_sample, 2 folds": lambda rng: (
        st.classifier_two_sample_refit(rng.normal(size=(40, 10)), rng.normal(size=(40, 10)), _linear).p_value
    ),
    "classifier_two_sample, 5 folds": lambda rng: (
        st.classifier_two_sample_refit(rng.normal(size=(40, 10)), rng.normal(size=(40, 10)), _linear, n_folds=5).p_value
    ),
    "coverage_test, 60 calibration rows": _coverage,
}


@pytest.mark.parametrize("name", NULLS)
def test_rejections_under_the_null(name: str) -> None:
    rng = np.random.default_rng(2026)
    found = [NULLS[name](rng) for _ in range(DRAWS)]
    p_values = np.array([p for p in found if p is not None])
    assert p_values.size == DRAWS
    for alpha in (0.01, 0.05, 0.10):
        limit = alpha + 3 * math.sqrt(alpha * (1 - alpha) / DRAWS)
        assert float((p_values <= alpha).mean()) <= limit, alpha


def test_scores_of_different_folds_are_not_independent() -> None:
    """The reason for the classifier test's caution: the independent reading rejects too often."""
    rng = np.random.default_rng(0)
    independent = 0
    for _ in range(300):
        result = st.classifier_two_sample_refit(rng.normal(size=(40, 10)), rng.normal(size=(40, 10)), _linear)
        independent += (result.z or 0.0) * math.sqrt(2) > 1.6449
    assert independent / 300 > 0.05 + 3 * math.sqrt(0.05 * 0.95 / 300)


@pytest.mark.parametrize("n", [8, 25, 80])
def test_hodges_lehmann_covers_the_median_difference(n: int) -> None:
    rng = np.random.default_rng(n)
    hits = 0
    for _ in range(DRAWS):
        interval = st.hodges_lehmann(rng.normal(0.3, 1.0, n))
        assert interval.low is not None
        assert interval.high is not None
        hits += interval.low <= 0.3 <= interval.high
    assert hits / DRAWS >= 0.93 - 3 * math.sqrt(0.95 * 0.05 / DRAWS)
