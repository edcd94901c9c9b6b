"""Differences and detectable effects from intervals alone, held against direct formulas."""

import math

import pytest

from mtf_engine import statistics as st


def test_wilson_intervals_give_newcombes_difference():
    ours = st.difference_of_intervals(st.wilson(56, 70), st.wilson(48, 80))
    direct = st.newcombe_independent(56, 70, 48, 80)
    assert (ours.difference, ours.low, ours.high) == pytest.approx((direct.difference, direct.low, direct.high))


def test_swapping_flips_the_sign():
    a, b = st.wilson(56, 70), st.wilson(48, 80)
    forward, backward = st.difference_of_intervals(a, b), st.difference_of_intervals(b, a)
    assert (forward.low, forward.high) == pytest.approx((-backward.high, -backward.low))


def test_without_an_interval_there_is_no_difference_but_a_reason():
    lacking = st.Interval(0.5, None, None, 0.95, "none", "no rows")
    found = st.difference_of_intervals(lacking, st.wilson(5, 10))
    assert found.difference is None
    assert found.reason
    assert st.detectable_difference(found) is None


def test_the_detectable_difference_of_folds_is_the_designs():
    values = [0.02, 0.01, 0.03, 0.0, 0.02]
    found = st.corrected_resampled_t_test(values, n_train=80, n_test=20)
    mean = sum(values) / 5
    error = math.sqrt((1 / 5 + 20 / 80) * sum((value - mean) ** 2 for value in values) / 4)
    assert st.detectable_difference(found, df=4) == pytest.approx((2.7764451 + 0.9409646) * error, rel=1e-6)
