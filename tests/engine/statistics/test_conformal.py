"""Conformal quantiles and coverage, held against order statistics, scipy and simulation."""

import numpy as np
import pytest
from scipy import stats

from mtf_engine import statistics as st


def test_rank_is_safe_against_float_noise() -> None:
    assert st.conformal_quantile(np.arange(9), alpha=0.1).rank == 9
    assert st.conformal_quantile(np.arange(99), alpha=0.1).rank == 90
    assert st.conformal_quantile(np.arange(999), alpha=0.05).rank == 950
    assert st.conformal_quantile(np.arange(1000), alpha=0.1).rank == 901


def test_too_few_scores_give_an_infinite_quantile() -> None:
    result = st.conformal_quantile(np.arange(8), alpha=0.1)
    assert (result.value, result.rank) == (None, 9)
    assert result.reason
    assert st.coverage_band(8, alpha=0.1).low == 1.0


@pytest.mark.parametrize(("n", "alpha"), [(30, 0.1), (57, 0.2)])
def test_guarantee_and_band_over_many_calibration_sets(n: int, alpha: float) -> None:
    rng = np.random.default_rng(0)
    scores = rng.random((4000, n))
    cuts = np.array([st.conformal_quantile(row, alpha=alpha).value for row in scores], dtype=float)
    band = st.coverage_band(n, alpha=alpha)
    assert band.estimate == pytest.approx(float(cuts.mean()), abs=0.004)
    assert band.estimate is not None
    assert band.estimate >= 1 - alpha
    assert band.low is not None
    assert band.high is not None
    assert float(((cuts >= band.low) & (cuts <= band.high)).mean()) == pytest.approx(0.95, abs=0.012)


def test_p_values_are_scipys() -> None:
    betabinom, binom = stats.betabinom(100, 451, 50), stats.binom(100, 0.9)
    for covered in (80, 85, 90, 97):
        for result, law in (
            (st.coverage_test(covered, 100, 500), betabinom),
            (st.coverage_test(covered, 100), binom),
        ):
            expected = min(1.0, 2 * min(law.cdf(covered), law.sf(covered - 1)))
            assert result.p_value == pytest.approx(expected, rel=1e-8)
            assert result.statistic == covered / 100


def test_few_calibration_rows_excuse_what_many_do_not() -> None:
    few, many = st.coverage_test(820, 1000, 30).p_value, st.coverage_test(820, 1000, 10_000).p_value
    assert few is not None
    assert many is not None
    assert few > 0.05 > 1e-6 > many


def test_assessment_finds_where_coverage_breaks() -> None:
    covered = [True] * 90 + [False] * 6 + [True] * 4
    sizes = [1.0] * 90 + [5.0] * 10
    result = st.assess_coverage(covered, sizes=sizes, groups=["a"] * 50 + ["b"] * 50, size_bands=10)
    assert result.coverage.estimate == 0.94
    assert [(part.n, part.coverage.estimate) for part in result.sizes] == [(90, 1.0), (10, 0.4)]
    assert [(part.group, part.coverage.estimate) for part in result.groups] == [("a", 1.0), ("b", 0.88)]
    assert (result.worst_size, result.worst_group) == (0.4, 0.88)
    assert result.mean_size == pytest.approx(1.4)


def test_edges() -> None:
    assert st.assess_coverage([]).coverage.reason
    assert st.coverage_test(0, 0).reason
    assert st.coverage_test(5, 5, 3, alpha=0.1).p_value == 1.0
    with pytest.raises(ValueError, match="alpha"):
        st.conformal_quantile([1.0], alpha=1.0)
    with pytest.raises(ValueError, match="exceed"):
        st.coverage_test(6, 5)
    with pytest.raises(ValueError, match="sizes"):
        st.assess_coverage([True], sizes=[-1.0])
    with pytest.raises(ValueError, match="groups"):
        st.assess_coverage([True], groups=["a", "b"])
