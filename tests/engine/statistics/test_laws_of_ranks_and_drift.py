"""Laws that whole families obey: row order, weights as duplication, swapped sides, ranges, monotone maps."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from mtf_engine import statistics as st

Floats = NDArray[np.float64]

SCORES = some.floats(-5, 5, allow_nan=False).map(lambda x: round(x, 3))
FORECASTS = some.lists(
    some.tuples(some.booleans(), some.floats(0, 1).map(lambda x: round(x, 3)), some.integers(1, 3)),
    min_size=2,
    max_size=30,
)
SAMPLE = some.lists(SCORES, min_size=2, max_size=25)
COUNTS = some.lists(some.tuples(some.integers(0, 40), some.integers(0, 40)), min_size=2, max_size=6).filter(
    lambda rows: sum(a for a, _ in rows) > 0 and sum(b for _, b in rows) > 0
)
TABLE = some.integers(2, 4).flatmap(
    lambda k: some.lists(some.lists(SCORES, min_size=k, max_size=k), min_size=2, max_size=8)
)
FAST = settings(max_examples=40, deadline=None)

TWO_SAMPLE_TESTS: dict[str, Callable[[Any, Any], st.TestResult]] = {
    "kolmogorov_smirnov": st.kolmogorov_smirnov,
    "mmd_test": lambda x, y: st.mmd_test(x, y, n_permutations=99),
    "energy_test": lambda x, y: st.energy_test(x, y, n_permutations=99),
}
DISTANCES: dict[str, Callable[[Any, Any], st.Estimate]] = {
    "wasserstein": st.wasserstein,
    "energy_distance": st.energy_distance,
    "squared_mmd": lambda x, y: st.squared_mmd(x, y, gamma=0.3),
}
CALIBRATION: dict[str, Callable[..., st.Estimate]] = {
    "ece": st.ece,
    "ece_width": lambda y, p, weights=None: st.ece(y, p, strategy="equal_width", weights=weights),
    "rms": lambda y, p, weights=None: st.calibration_error(y, p, norm="l2", n_bins=4, weights=weights),
    "max": lambda y, p, weights=None: st.calibration_error(y, p, norm="max", n_bins=4, weights=weights),
    "smooth_ece": st.smooth_ece,
}


def columns(rows: list[tuple[bool, float, int]]) -> tuple[NDArray[np.bool_], Floats, NDArray[np.intp]]:
    """Outcomes, probabilities and whole weights of generated forecasts."""
    y, p, w = zip(*rows, strict=True)
    return np.array(y, dtype=bool), np.array(p), np.array(w)


@pytest.mark.parametrize("name", CALIBRATION)
@FAST
@given(rows=FORECASTS)
def test_calibration_errors_ignore_order_and_count_weights(name: str, rows: list[tuple[bool, float, int]]) -> None:
    error = CALIBRATION[name]
    y, p, w = columns(rows)
    value = error(y, p).value
    assert value is not None
    assert 0.0 <= value <= 1.0
    assert error(y[::-1], p[::-1]).value == pytest.approx(value, abs=1e-9)
    weighted = error(y, p, weights=w).value
    assert weighted == pytest.approx(error(np.repeat(y, w), np.repeat(p, w)).value, abs=1e-9)


@FAST
@given(rows=FORECASTS)
def test_brier_parts_add_up_and_count_weights(rows: list[tuple[bool, float, int]]) -> None:
    y, p, w = columns(rows)
    parts = st.brier_decomposition(y, p, n_bins=4, weights=w)
    repeated = st.brier_decomposition(np.repeat(y, w), np.repeat(p, w), n_bins=4)
    for field in ("score", "reliability", "resolution", "uncertainty", "within_bin_covariance"):
        assert getattr(parts, field) == pytest.approx(getattr(repeated, field), abs=1e-9)
    total = (
        (parts.reliability or 0.0)
        - (parts.resolution or 0.0)
        + (parts.uncertainty or 0.0)
        + (parts.within_bin_variance or 0.0)
        - (parts.within_bin_covariance or 0.0)
    )
    assert parts.score == pytest.approx(total, abs=1e-9)


@FAST
@given(rows=FORECASTS)
def test_calibration_tests_mirror_when_outcomes_are_recoded(rows: list[tuple[bool, float, int]]) -> None:
    y, p, _ = columns(rows)
    one, other = st.spiegelhalter(y, p), st.spiegelhalter(~y, 1 - p)
    assert one.p_value == (None if one.p_value is None else pytest.approx(other.p_value, abs=1e-7))
    line, mirrored = st.calibration_line(y, p), st.calibration_line(~y, 1 - p)
    if line.slope.estimate is not None and not line.slope.warnings:
        assert line.slope.estimate == pytest.approx(mirrored.slope.estimate, rel=1e-4, abs=1e-4)
        assert line.intercept.estimate == pytest.approx(-(mirrored.intercept.estimate or 0.0), rel=1e-4, abs=1e-4)


@FAST
@given(rows=FORECASTS, cut=some.floats(0.01, 0.99))
def test_net_benefit_counts_weights_and_never_beats_the_prevalence(
    rows: list[tuple[bool, float, int]], cut: float
) -> None:
    y, p, w = columns(rows)
    curve = st.net_benefit(y, p, [cut], weights=w)
    repeated = st.net_benefit(np.repeat(y, w), np.repeat(p, w), [cut])
    assert curve.points[0].model == pytest.approx(repeated.points[0].model, abs=1e-9)
    assert curve.prevalence is not None
    assert curve.points[0].model <= curve.prevalence + 1e-12


@FAST
@given(d=some.lists(SCORES, min_size=1, max_size=20))
def test_swapping_two_models_mirrors_the_signed_ranks(d: list[float]) -> None:
    first = np.array(d)
    second = np.zeros_like(first)
    there, back = st.wilcoxon_signed_rank(first, second), st.wilcoxon_signed_rank(second, first)
    assert (there.r_plus, there.r_minus) == (back.r_minus, back.r_plus)
    assert there.p_value == back.p_value
    assert there.r_plus + there.r_minus == pytest.approx(len(d) * (len(d) + 1) / 2)
    one, two = st.hodges_lehmann(first, second), st.hodges_lehmann(second, first)
    assert one.difference == pytest.approx(-(two.difference or 0.0), abs=1e-9)
    if one.low is not None and one.high is not None and one.difference is not None:
        assert one.low <= one.difference <= one.high
        assert one.low == pytest.approx(-(two.high or 0.0), abs=1e-9)
    left = st.bayesian_signed_rank(first, second, rope=0.5, n_samples=200)
    right = st.bayesian_signed_rank(second, first, rope=0.5, n_samples=200)
    mirrored = np.array_equal(np.sort(first), np.sort(-first))
    assert left.first_better == pytest.approx(right.second_better, abs=0.25 if mirrored else 1e-12)


@FAST
@given(d=some.lists(SCORES, min_size=1, max_size=20), seed=some.integers(0, 99))
def test_signed_ranks_ignore_row_order_and_scale(d: list[float], seed: int) -> None:
    first = np.array(d)
    shuffled = np.random.default_rng(seed).permutation(first)
    p_value = st.wilcoxon_signed_rank(first).p_value
    assert p_value is not None
    assert 0.0 < p_value <= 1.0
    assert st.wilcoxon_signed_rank(4.0 * shuffled).p_value == p_value
    assert st.bayesian_signed_rank(shuffled, n_samples=100) == st.bayesian_signed_rank(first, n_samples=100)


@pytest.mark.parametrize("test", [st.friedman, st.iman_davenport])
@FAST
@given(rows=TABLE)
def test_rank_tests_ignore_order_columns_and_monotone_maps(test: Any, rows: list[list[float]]) -> None:
    scores = np.array(rows)
    result = test(scores)
    assert 0.0 <= result.p_value <= 1.0
    for changed in (scores[::-1], scores[:, ::-1], np.exp(scores), scores + np.arange(len(rows))[:, None]):
        assert test(changed).p_value == pytest.approx(result.p_value, abs=1e-9)
    assert test(-scores, higher_is_better=False).p_value == pytest.approx(result.p_value, abs=1e-9)
    k = scores.shape[1]
    assert st.mean_ranks(scores).sum() == pytest.approx(k * (k + 1) / 2)


@FAST
@given(rows=TABLE)
def test_quade_ignores_order_and_units(rows: list[list[float]]) -> None:
    scores = np.array(rows)
    p_value = st.quade(scores).p_value
    assert p_value is not None
    assert 0.0 <= p_value <= 1.0
    for changed in (scores[::-1], scores[:, ::-1], 8.0 * scores):
        assert st.quade(changed).p_value == pytest.approx(p_value, abs=1e-9)


@pytest.mark.parametrize("name", TWO_SAMPLE_TESTS)
@FAST
@given(x=SAMPLE, y=SAMPLE)
def test_two_sample_tests_are_symmetric_and_within_range(name: str, x: list[float], y: list[float]) -> None:
    test = TWO_SAMPLE_TESTS[name]
    result = test(x, y)
    assert result.p_value is not None
    assert 0.0 < result.p_value <= 1.0
    assert test(y[::-1], x[::-1]).p_value == pytest.approx(result.p_value, abs=1e-9)
    assert test(x, x).p_value == pytest.approx(1.0, abs=0.6 if name != "kolmogorov_smirnov" else 0.0)


@FAST
@given(x=SAMPLE, y=SAMPLE)
def test_kolmogorov_smirnov_ignores_monotone_maps(x: list[float], y: list[float]) -> None:
    original = st.kolmogorov_smirnov(x, y)
    mapped = st.kolmogorov_smirnov(np.exp(np.array(x)), np.exp(np.array(y)))
    assert mapped.p_value == pytest.approx(original.p_value)


@pytest.mark.parametrize("name", DISTANCES)
@FAST
@given(x=SAMPLE, y=SAMPLE)
def test_distances_are_symmetric(name: str, x: list[float], y: list[float]) -> None:
    distance = DISTANCES[name]
    there, back = distance(x, y).value, distance(y, x[::-1]).value
    assert there is not None
    assert there == pytest.approx(back, abs=1e-9)
    assert there >= (-2.0 if name == "squared_mmd" else 0.0)


@FAST
@given(x=SAMPLE, shift=some.floats(-3, 3))
def test_wasserstein_of_a_shift_is_the_shift(x: list[float], shift: float) -> None:
    assert st.wasserstein(x, np.array(x) + shift).value == pytest.approx(abs(shift), abs=1e-9)


@FAST
@given(x=some.lists(some.tuples(SCORES, some.integers(1, 3)), min_size=1, max_size=15), y=SAMPLE)
def test_distances_count_weights(x: list[tuple[float, int]], y: list[float]) -> None:
    values, weights = np.array([v for v, _ in x]), np.array([w for _, w in x])
    for distance in (st.wasserstein, st.energy_distance):
        weighted = distance(values, y, first_weights=weights).value
        assert weighted == pytest.approx(distance(np.repeat(values, weights), y).value, abs=1e-7)


@FAST
@given(rows=COUNTS)
def test_category_tests_are_symmetric_and_within_range(rows: list[tuple[int, int]]) -> None:
    a, b = [list(side) for side in zip(*rows, strict=True)]
    jensen = st.jensen_shannon(a, b).value
    assert jensen is not None
    assert 0.0 <= jensen <= 1.0
    assert jensen == pytest.approx(st.jensen_shannon(b[::-1], a[::-1]).value)
    assert st.psi(a, b).value == pytest.approx(st.psi(b, a).value)
    for test in (st.chi_squared, st.g_test):
        result = test(a, b, method="asymptotic")
        assert result.p_value is not None
        assert 0.0 <= result.p_value <= 1.0
        assert result.cramers_v is not None
        assert 0.0 <= result.cramers_v <= 1.0
        assert result.p_value == pytest.approx(test(b, a, method="asymptotic").p_value, abs=1e-9)
        assert test(a, a, method="asymptotic").p_value == 1.0
        permuted = test(a, b, method="permutation", n_resamples=99).p_value
        assert permuted is not None
        assert 0.01 <= permuted <= 1.0
    assert st.psi_test(a, a, n_resamples=99).p_value == 1.0


@FAST
@given(scores=some.lists(some.tuples(SCORES, some.booleans()), min_size=2, max_size=30))
def test_classifier_area_ignores_order_and_monotone_maps(scores: list[tuple[float, bool]]) -> None:
    s, current = np.array([v for v, _ in scores]), np.array([c for _, c in scores])
    result = st.classifier_two_sample(s, current)
    if result.statistic is None:
        assert current.all() or not current.any()
        return
    assert 0.0 <= result.statistic <= 1.0
    assert st.classifier_two_sample(np.exp(s)[::-1], current[::-1]).statistic == pytest.approx(result.statistic)
    assert st.classifier_two_sample(-s, current).statistic == pytest.approx(1.0 - result.statistic)


@FAST
@given(x=some.lists(SCORES, min_size=1, max_size=60), alpha=some.floats(0.01, 0.5))
def test_conformal_quantile_covers_its_own_scores(x: list[float], alpha: float) -> None:
    result = st.conformal_quantile(x, alpha=alpha)
    if result.value is None:
        assert math.ceil(round((len(x) + 1) * (1 - alpha), 9)) > len(x)
    else:
        assert np.mean(np.array(x) <= result.value) >= (1 - alpha) * (len(x) + 1) / len(x) - 1e-9


def test_more_data_sets_narrow_the_hodges_lehmann_interval() -> None:
    d = np.random.default_rng(0).normal(0.1, 1.0, 400)
    widths = []
    for n in (10, 25, 100, 400):
        interval = st.hodges_lehmann(d[:n])
        assert interval.low is not None
        assert interval.high is not None
        widths.append(interval.high - interval.low)
    assert widths == sorted(widths, reverse=True)
