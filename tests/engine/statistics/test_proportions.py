"""Intervals for one and two proportions, held against Newcombe, Fagerland and exact sums."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from mtf_engine import statistics as st

CASES = Path(__file__).parents[4] / "shared" / "fixtures" / "stats"
ONE = [st.wilson, st.clopper_pearson, st.mid_p, st.agresti_coull]
TWO = [st.newcombe_independent, st.mee]


def case(name: str) -> dict[str, Any]:
    """Return a fixture case, or skip where the folder is absent."""
    path = CASES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


@pytest.mark.parametrize("name", ["wilson", "clopper_pearson", "mid_p"])
def test_newcombe_1998_table_1(name: str) -> None:
    data = case("newcombe1998a_single_proportion")
    method: Callable[..., st.Interval] = getattr(st, name)
    for (x, n), printed, exact in zip(
        data["inputs"]["x_n"], data["expected"][name], data["recomputed"][name], strict=True
    ):
        interval = method(x, n, confidence=data["inputs"]["confidence"])
        assert [interval.low, interval.high] == pytest.approx(printed, abs=data["tolerance"])
        assert [interval.low, interval.high] == pytest.approx(exact, abs=1e-9)


def test_fagerland_2015_7_of_34_against_1_of_34() -> None:
    data = case("fagerland2015_two_independent_proportions")
    counts = [data["inputs"][key] for key in ("x1", "n1", "x2", "n2")]
    newcombe, mee = st.newcombe_independent(*counts), st.mee(*counts)
    corrected = st.mee(*counts, variance_correction=True)
    exact = data["recomputed"]
    assert newcombe.difference == pytest.approx(exact["estimate"], abs=1e-12)
    assert [newcombe.low, newcombe.high] == pytest.approx(exact["newcombe_hybrid_score"], abs=1e-9)
    assert [mee.low, mee.high] == pytest.approx(data["expected"]["mee_score"], abs=6e-5)
    assert [mee.low, mee.high] == pytest.approx(exact["mee_score"], abs=1e-9)
    assert [corrected.low, corrected.high] == pytest.approx(exact["miettinen_nurminen"], abs=1e-9)


def test_newcombe_1998b_56_of_70_against_48_of_80() -> None:
    found = st.newcombe_independent(56, 70, 48, 80)
    assert [found.low, found.high] == pytest.approx([0.0524, 0.3339], abs=5.1e-5)


def test_agresti_coull_is_wald_around_the_wilson_centre() -> None:
    wilson, other = st.wilson(15, 148), st.agresti_coull(15, 148)
    assert wilson.low is not None
    assert wilson.high is not None
    assert other.low is not None
    assert other.high is not None
    assert other.low < wilson.low < wilson.high < other.high
    assert (other.low + other.high) / 2 == pytest.approx((wilson.low + wilson.high) / 2, abs=1e-12)


def test_clopper_pearson_bounds_have_exact_tails() -> None:
    interval = st.clopper_pearson(7, 40, confidence=0.9)
    assert stats.binom.sf(6, 40, interval.low) == pytest.approx(0.05, abs=1e-9)
    assert stats.binom.cdf(7, 40, interval.high) == pytest.approx(0.05, abs=1e-9)


def test_mee_bounds_invert_the_score_test() -> None:
    """The pooled test rejects exactly where zero leaves the interval."""
    for x2 in range(31):
        found = st.mee(12, 30, x2, 30)
        assert found.low is not None
        assert found.high is not None
        assert found.p_value is not None
        assert (found.p_value < 0.05) == (not found.low <= 0.0 <= found.high)


@pytest.mark.parametrize("method", ONE)
def test_edges_stay_in_range(method: Callable[..., st.Interval]) -> None:
    none, every = method(0, 20), method(20, 20)
    assert none.low == 0.0
    assert every.high == 1.0
    assert none.high is not None
    assert 0.0 < none.high < 0.3
    assert every.low == pytest.approx(1.0 - none.high, abs=1e-12)
    empty = method(0, 0)
    assert not empty.is_defined
    assert empty.reason is not None
    assert "no rows" in empty.reason


@pytest.mark.parametrize("method", TWO)
@pytest.mark.parametrize(
    "counts", [(0, 20, 0, 20), (20, 20, 0, 20), (0, 20, 20, 20), (20, 20, 20, 20), (1, 1, 0, 1), (0, 1, 5, 9)]
)
def test_two_sample_edges_stay_in_range(
    method: Callable[..., st.Difference], counts: tuple[int, int, int, int]
) -> None:
    found = method(*counts)
    assert found.low is not None
    assert found.high is not None
    assert found.difference is not None
    assert -1.0 <= found.low <= found.difference <= found.high <= 1.0
    assert found.low < found.high


def test_empty_samples_are_undefined_with_a_reason() -> None:
    found = st.newcombe_independent(0, 0, 3, 10)
    assert found.difference is None
    assert found.reason is not None
    assert "first" in found.reason


def test_rule_of_three() -> None:
    interval = st.rule_of_three(100)
    assert interval.high == pytest.approx(1 - 0.05**0.01, abs=1e-12)
    assert interval.high == pytest.approx(3 / 100, rel=0.02)


@pytest.mark.parametrize("method", ONE)
@pytest.mark.parametrize(
    ("x", "n", "confidence"), [(3, 2, 0.95), (-1, 5, 0.95), (1, 5, 1.0), (1, 5, math.nan), (1.5, 5, 0.95)]
)
def test_wrong_arguments_are_refused(method: Callable[..., st.Interval], x: int, n: int, confidence: float) -> None:
    with pytest.raises(ValueError, match=r"n|successes|confidence"):
        method(x, n, confidence=confidence)


def test_billions_of_rows() -> None:
    wilson, mid_p = st.wilson(5 * 10**9, 10**10), st.mid_p(5 * 10**9, 10**10)
    assert [mid_p.low, mid_p.high] == pytest.approx([wilson.low, wilson.high], abs=1e-9)
    exact, asymptotic = st.mcnemar(10**9, 10**9 + 5000), st.mcnemar(10**9, 10**9 + 5000, method="asymptotic")
    assert exact.p_value == pytest.approx(asymptotic.p_value, abs=1e-4)
