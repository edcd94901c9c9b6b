"""Kappa and permutation tests, held against SAS, R, Fleiss, Fisher and scipy."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from mtf_engine import statistics as st

CASES = Path(__file__).parents[4] / "shared" / "fixtures" / "stats"


def case(name: str) -> dict[str, Any]:
    """Return a fixture case, or skip where the folder is absent."""
    path = CASES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def error(interval: st.Interval) -> float:
    """Standard error back from a symmetric interval."""
    assert interval.low is not None
    assert interval.high is not None
    return (interval.high - interval.low) / 2 / st.normal_quantile(interval.confidence)


@pytest.mark.parametrize("weights", ["none", "linear"])
def test_kappa_of_sas(weights: Any) -> None:
    data = case("kappa_sas_r_vcd")
    key = "sas_unweighted" if weights == "none" else "sas_linear"
    kappa, ase, low, high, _, z, _, p = data["recomputed"][key]
    interval = st.cohen_kappa(data["inputs"]["table_sas"], weights=weights)
    assert [interval.estimate, interval.low, interval.high] == pytest.approx([kappa, low, high], abs=1e-9)
    assert error(interval) == pytest.approx(ase, abs=1e-9)
    test = st.kappa_test(data["inputs"]["table_sas"], weights=weights)
    assert [test.statistic, test.p_value] == pytest.approx([z, p], abs=1e-9)


def test_kappa_of_r_vcd_and_fleiss() -> None:
    data = case("kappa_sas_r_vcd")
    table, expected = data["inputs"]["table_SexualFun"], data["expected"]
    plain = st.cohen_kappa(table)
    assert plain.estimate == pytest.approx(expected["vcd_unweighted"], abs=1e-8)
    assert error(plain) == pytest.approx(expected["vcd_unweighted_ase"], abs=1e-8)
    linear, quadratic = st.cohen_kappa(table, weights="linear"), st.cohen_kappa(table, weights="quadratic")
    assert linear.estimate == pytest.approx(expected["vcd_linear_equal_spacing"], abs=1e-8)
    assert quadratic.estimate == pytest.approx(expected["vcd_quadratic"], abs=1e-8)
    for key, name in (("fleiss_counts", "fleiss"), ("fleiss_counts2", "fleiss2")):
        assert st.fleiss_kappa(data["inputs"][key]).value == pytest.approx(expected[name], abs=6e-6)


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_kappa_agrees_with_sklearn(weights: Any) -> None:
    rng = np.random.default_rng(0)
    first = rng.integers(4, size=200)
    second = np.clip(first + rng.integers(-1, 2, size=200), 0, 3)
    expected = metrics.cohen_kappa_score(first, second, weights=None if weights == "none" else weights)
    found = st.cohen_kappa(st.confusion_counts(first, second, 4), weights=weights)
    assert found.estimate == pytest.approx(expected, abs=1e-12)


def test_kappa_edges() -> None:
    perfect = st.cohen_kappa([[5, 0], [0, 5]])
    assert (perfect.low, perfect.estimate, perfect.high) == (1.0, 1.0, 1.0)
    assert perfect.warnings
    one_class = st.cohen_kappa([[9, 0], [0, 0]])
    assert one_class.estimate is None
    assert one_class.reason is not None
    assert st.cohen_kappa([[0, 0], [0, 0]]).reason is not None
    assert st.kappa_test([[5, 5], [0, 0]]).reason is not None
    assert st.fleiss_kappa([[3, 0], [3, 0]]).reason is not None
    with pytest.raises(ValueError, match="same number of raters"):
        st.fleiss_kappa([[3, 0], [1, 1]])


def test_fisher_1935_darwins_maize() -> None:
    data = case("fisher1935_darwin_zea_mays")
    differences, expected = data["inputs"]["differences"], data["expected"]
    result = st.permutation_test(differences, np.zeros(15))
    assert result.p_value == pytest.approx(expected["permutation_p_two_sided"], abs=6e-6)
    assert result.p_value == pytest.approx(2 * expected["n_ge"] / expected["n_total"], abs=1e-12)


def test_random_sign_flips_agree_with_enumeration() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=17) + 0.4, rng.normal(size=17)
    exact = stats.permutation_test(
        (first, second),
        lambda a, b, axis: np.mean(a - b, axis=axis),
        permutation_type="samples",
        n_resamples=np.inf,
        vectorized=True,
    ).pvalue
    found = st.permutation_test(first, second, resamples=20_000)
    assert found.p_value == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 20_000))


def test_permutation_p_values_are_never_zero() -> None:
    found = st.permutation_test(np.ones(50), np.zeros(50), resamples=999)
    assert found.p_value == 1 / 1000
    assert st.permutation_test([1.0, 2.0], [1.0, 2.0]).p_value == 1.0
    assert st.permutation_test([], []).reason is not None


def test_label_swap_of_a_mean_is_the_sign_flip() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.exponential(size=40), rng.exponential(size=40) + 0.3
    swap = st.label_swap_permutation(
        lambda s: float(np.mean(np.where(s, second - first, first - second))), 40, resamples=4000
    )
    flip = st.permutation_test(first, second, resamples=20_000)
    assert swap.statistic == pytest.approx(flip.statistic, abs=1e-12)
    assert swap.p_value == pytest.approx(flip.p_value, abs=0.03)


def test_label_swap_refuses_an_undefined_metric() -> None:
    assert st.label_swap_permutation(lambda _: None, 10).reason is not None
    often = st.label_swap_permutation(lambda swap: None if swap.sum() % 2 else 0.1, 10)
    assert often.p_value is None
    assert often.reason is not None
    assert "%" in often.reason
