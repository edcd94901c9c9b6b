"""Numbers become text by one set of rules, whoever prints them."""

from __future__ import annotations

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtf_engine import numbers

finite = st.floats(-1e300, 1e300)


def test_examples_in_the_documentation_hold() -> None:
    outcome = doctest.testmod(numbers)
    assert outcome.attempted > 15
    assert outcome.failed == 0


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0.7718, 3, "0.772"),
        (1.0, 3, "1.000"),
        (0.99996, 3, ">0.999"),
        (1.0000001, 3, ">1.000"),
        (0.0, 3, "0.000"),
        (-0.0, 3, "0.000"),
        (0.0004, 3, "<0.001"),
        (-0.0004, 3, ">−0.001"),
        (-0.0012, 3, "−0.001"),
        (1234.56, 1, "1,234.6"),
        (3.2e12, 1, "3.2e12"),
        (None, 3, "–"),
        (math.nan, 3, "–"),
        (math.inf, None, "–"),
        (0.5, None, "0.5000"),
    ],
)
def test_fixed(value: float | None, places: int | None, text: str) -> None:
    assert numbers.fixed(value, places) == text


def test_a_metric_without_an_upper_bound_may_round_to_one() -> None:
    assert numbers.fixed(0.99996, 3, bounds=()) == "1.000"


@given(finite, st.integers(1, 4))
def test_a_bound_is_shown_only_when_it_is_reached(value: float, places: int) -> None:
    text = numbers.fixed(value, places)
    shown = numbers.plain(text)
    assert not text.startswith(("−0.0", "-")) or any(c in "123456789" for c in shown)
    if text[0] not in "<>" and float(shown) in (0.0, 1.0):
        assert value == float(shown)


@given(finite, st.integers(1, 4))
def test_what_is_shown_is_near_what_is_meant(value: float, places: int) -> None:
    shown = float(numbers.plain(numbers.fixed(value, places)).lstrip("<>"))
    assert math.isclose(shown, value, rel_tol=1e-3, abs_tol=1.01 * 10**-places)


@given(st.floats(1e-9, 1e9))
def test_decimals_stay_between_one_and_four(half_width: float) -> None:
    assert 1 <= numbers.decimals(half_width) <= 4


def test_one_column_has_the_decimals_of_its_narrowest_row() -> None:
    assert numbers.column_decimals([(0.70, 0.80), (0.7700, 0.7710)]) == 4
    assert numbers.column_decimals([(0.5, 0.5), (None, None)]) is None


def test_an_interval_stands_in_a_sentence() -> None:
    assert numbers.interval(0.7718, 0.7451, 0.7983) == "0.772 [0.745, 0.798]"
    assert numbers.interval(0.5, 0.5, 0.5) == "0.5000 [0.5000, 0.5000]"
    assert numbers.interval(None, None, None) == "–"


def test_plus_minus_is_only_for_symmetric_differences() -> None:
    assert numbers.difference(-0.024, -0.036, -0.012) == "−0.024 ±0.012"
    assert numbers.difference(0.02, 0.01, 0.05) == "0.020 [0.010, 0.050]"
    assert numbers.difference(0.02, None, None) == "0.02000"
    assert numbers.plus_minus(0.0, 0.0, 0.0) == ""


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "<0.0001"), (0.00996, "0.010"), (0.05, "0.050"), (0.994, "0.99"), (None, "–")]
)
def test_p_values_have_two_digits(value: float | None, text: str) -> None:
    assert numbers.p_value(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.0001, "<1 ms"),
        (0.9996, "1.0 s"),
        (9.96, "10 s"),
        (59.7, "1:00"),
        (3599.8, "1 h 00"),
        (86399, "23 h 59"),
        (273_600, "3 d 4 h"),
        (None, "–"),
    ],
)
def test_durations_carry_over(seconds: float | None, text: str) -> None:
    assert numbers.duration(seconds) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (1, "100 %"), (0.0004, "<0.1 %"), (0.996, "99.6 %"), (0.9999, ">99.9 %"), (0.0099, "0.99 %")],
)
def test_shares_never_round_onto_all_or_nothing(share: float, text: str) -> None:
    assert numbers.percent(share) == text


@given(st.floats(0, 1))
def test_a_percentage_is_100_only_when_it_is_all(share: float) -> None:
    text = numbers.percent(share)
    assert (text == "100 %") == (share == 1)
    assert (text == "0 %") == (share == 0)


@given(st.integers(0, 10**15))
def test_bytes_have_three_digits_at_most(value: int) -> None:
    digits = numbers.size(value).split()[0]
    assert len(digits.replace(".", "").replace(",", "")) <= 4
    assert not digits.startswith("1000")


@pytest.mark.parametrize(("seconds", "text"), [(59.6, "1 min"), (3590, "1 h"), (36 * 3600, "36 h"), (172800, "2 d")])
def test_estimates_carry_over(seconds: float, text: str) -> None:
    assert numbers.estimate(seconds) == text


def test_ages_use_their_largest_unit() -> None:
    assert [numbers.ago(s) for s in (5, 60, 3600, 86400 * 400)] == ["5 s ago", "1 min ago", "1 h ago", "400 d ago"]
    assert numbers.ago(None) == "–"


def test_counts_beyond_a_million_are_rounded() -> None:
    assert numbers.count(999_999) == "999,999"
    assert numbers.count(12_345_678) == "12.3 M"
    assert numbers.plural(1, "row") == "1 row"


def test_the_clock_is_local_and_has_seconds() -> None:
    text = numbers.clock(0.0)
    assert len(text) == 8
    assert text.count(":") == 2
