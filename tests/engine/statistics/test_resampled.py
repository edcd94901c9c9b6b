"""Corrected resampled t, 5x2cv and the Bayesian correlated t, held against published runs."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from mtf_engine import statistics as st

CASES = Path(__file__).parents[4] / "shared" / "fixtures" / "stats"


def case(name: str) -> dict[str, Any]:
    """Return a fixture case, or skip where the folder is absent."""
    path = CASES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def test_nadeau_bengio_of_the_scikit_learn_example() -> None:
    data = case("nadeau_bengio_sklearn_grid_search_stats")
    scores, expected = np.array(data["inputs"]["auc_per_split"]), data["recomputed"]
    gap, sizes = scores[0] - scores[1], {"n_train": data["inputs"]["n_train"], "n_test": data["inputs"]["n_test"]}
    test = st.corrected_resampled_statistic(gap, **sizes, alternative="greater")
    assert test.statistic == pytest.approx(expected["t"], abs=1e-9)
    assert test.p_value == pytest.approx(expected["p_one_sided"], abs=1e-9)
    for level in (50, 75, 95):
        found = st.corrected_resampled_t_test(gap, **sizes, confidence=level / 100)
        assert [found.low, found.high] == pytest.approx(expected[f"ci{level}"], abs=6e-7)
    posterior = st.bayesian_correlated_t(gap, rho=0.1, rope=0.01)
    assert posterior.rope == pytest.approx(expected["p_rope"], abs=1e-9)
    assert st.bayesian_correlated_t(gap, rho=0.1).right == pytest.approx(expected["p_rbf_better"], abs=1e-9)


def test_all_pairs_of_the_scikit_learn_example() -> None:
    data = case("nadeau_bengio_sklearn_grid_search_stats")
    scores, expected = np.array(data["inputs"]["auc_per_split"]), data["recomputed"]
    pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    tests = [
        st.corrected_resampled_statistic(scores[a] - scores[b], n_train=90, n_test=10, alternative="greater")
        for a, b in pairs
    ]
    assert [test.statistic for test in tests] == pytest.approx(expected["pairs_t"], abs=1e-9)
    adjusted = st.bonferroni([test.p_value for test in tests])
    assert list(adjusted) == pytest.approx(expected["pairs_p_bonferroni_one_sided"], abs=1e-9)
    for (a, b), shares in zip(pairs, expected["pairs_rope"], strict=True):
        posterior = st.bayesian_correlated_t(scores[a] - scores[b], rho=0.1, rope=0.01)
        assert posterior.left + posterior.rope + posterior.right == pytest.approx(1.0, abs=1e-12)
        assert sorted([posterior.left, posterior.right, posterior.rope]) == pytest.approx(sorted(shares), abs=1e-9)


def test_benavoli_2017_naive_bayes_against_aode() -> None:
    data = case("benavoli2017_correlated_ttest")
    for name, folds in data["inputs"]["accuracy_per_fold"].items():
        expected, exact = data["expected"][name], data["recomputed"][name]
        gap = np.array(folds["nbc"]) - np.array(folds["aode"])
        found = st.corrected_resampled_t_test(gap, n_train=90, n_test=10, repeats=10)
        assert found.p_value == pytest.approx(expected["p"], abs=1e-6)
        assert [found.low, found.high] == pytest.approx(exact["ci"], abs=1e-9)
        posterior = st.bayesian_correlated_t(gap, rho=data["inputs"]["rho"])
        assert posterior.mean == pytest.approx(exact["mean"], abs=1e-12)
        assert posterior.scale == pytest.approx(exact["scale"], abs=1e-12)
        credible = posterior.interval(0.95)
        assert [credible.low, credible.high] == pytest.approx(exact["ci"], abs=1e-9)


def test_corrected_interval_by_hand() -> None:
    values = np.array([0.8, 0.9, 0.7, 0.85])
    interval = st.corrected_resampled_t(values, n_train=75, n_test=25, confidence=0.9)
    error = values.std(ddof=1) * math.sqrt(1 / 4 + 1 / 3)
    assert interval.high == pytest.approx(values.mean() + stats.t.ppf(0.95, 3) * error, abs=1e-12)
    assert "Only 4 folds" in interval.warnings[0]


def test_interval_is_centred_on_a_pooled_estimate_and_clipped() -> None:
    values = [0.9, 1.0, 0.95, 1.0, 0.97]
    interval = st.corrected_resampled_t(values, n_train=80, n_test=20, bounds=(0.0, 1.0), estimate=0.97)
    plain = st.corrected_resampled_t(values, n_train=80, n_test=20)
    assert interval.estimate == 0.97
    assert interval.high == 1.0
    assert "clipped" in interval.warnings[0]
    assert plain.high is not None
    assert plain.estimate is not None
    assert interval.low == pytest.approx(0.97 - (plain.high - plain.estimate), abs=1e-12)


def test_folds_without_variance() -> None:
    flat = st.corrected_resampled_t([0.5] * 5, n_train=80, n_test=20)
    assert (flat.low, flat.estimate, flat.high) == (0.5, 0.5, 0.5)
    same = st.corrected_resampled_t_test([0.0] * 5, n_train=80, n_test=20)
    assert (same.low, same.high, same.p_value) == (0.0, 0.0, 1.0)
    shifted = st.corrected_resampled_t_test([0.1] * 5, n_train=80, n_test=20)
    assert shifted.difference == pytest.approx(0.1)
    assert shifted.p_value is None
    assert shifted.reason is not None
    assert st.corrected_resampled_t([0.5], n_train=80, n_test=20).reason is not None
    assert st.bayesian_correlated_t([0.1] * 5, rho=0.2, rope=0.05).right == 1.0


def test_repeats_do_not_remove_the_overlap() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=10)
    once = st.corrected_resampled_t(values, n_train=90, n_test=10)
    often = st.corrected_resampled_t(np.tile(values, 100), n_train=90, n_test=10, repeats=100)
    assert once.high is not None
    assert often.high is not None
    floor = values.std() * math.sqrt(1 / 9)
    assert often.high - often.estimate > 1.9 * floor  # type: ignore[operator]


def test_five_by_two_by_hand() -> None:
    d = np.array([[0.02, 0.01], [0.03, 0.0], [0.01, 0.02], [0.02, 0.02], [0.0, 0.03]])
    spread = ((d - d.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    t, f = st.five_by_two_cv_t(d), st.five_by_two_cv_f(d)
    assert t.statistic == pytest.approx(d[0, 0] / math.sqrt(spread.mean()), abs=1e-12)
    assert t.p_value == pytest.approx(2 * stats.t.sf(abs(t.statistic or 0), 5), abs=1e-12)
    assert f.statistic == pytest.approx((d**2).sum() / (2 * spread.sum()), abs=1e-12)
    assert f.p_value == pytest.approx(stats.f.sf(f.statistic, 10, 5), abs=1e-12)


def test_five_by_two_without_variance() -> None:
    for method in (st.five_by_two_cv_t, st.five_by_two_cv_f):
        assert method(np.zeros((5, 2))).p_value == 1.0
        assert method(np.full((5, 2), 0.1)).reason is not None
        with pytest.raises(ValueError, match="shape"):
            method(np.zeros((2, 5)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_train": 0, "n_test": 10},
        {"n_train": 80, "n_test": 20, "repeats": 3},
        {"n_train": 80, "n_test": 20, "estimate": 1.2, "bounds": (0.0, 1.0)},
    ],
)
def test_wrong_arguments_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"n_train|repeats|range"):
        st.corrected_resampled_t([0.1, 0.2, 0.3, 0.4, 0.5], **wrong)


def test_non_inferiority_reads_the_direction() -> None:
    difference = st.Difference(0.0, -0.02, 0.005, 0.9, 0.5, "any")
    assert st.non_inferiority(difference, 0.03, True).outcome == "pass"
    assert st.non_inferiority(difference, 0.01, True).outcome == "inconclusive"
    assert st.non_inferiority(difference, 0.01, False).outcome == "pass"
    worse = st.Difference(-0.05, -0.08, -0.02, 0.9, 0.01, "any")
    assert st.non_inferiority(worse, 0.01, True).outcome == "fail"
    assert st.non_inferiority(worse, 0.01, False).outcome == "pass"
    assert st.non_inferiority(worse, 0.01, True).confidence == pytest.approx(0.95)
    unknown = st.Difference(None, None, None, 0.9, None, "any", "no rows")
    assert st.non_inferiority(unknown, 0.01, True).outcome == "inconclusive"
    identical = st.Difference(0.0, 0.0, 0.0, 0.9, 1.0, "any")
    assert st.non_inferiority(identical, 0.0, True).outcome == "pass"


def test_equivalence_needs_both_bounds() -> None:
    assert st.equivalence(st.Difference(0.0, -0.01, 0.01, 0.9, 1.0, "any"), 0.02).outcome == "pass"
    assert st.equivalence(st.Difference(0.01, -0.01, 0.03, 0.9, 1.0, "any"), 0.02).outcome == "inconclusive"
    assert st.equivalence(st.Difference(0.05, 0.03, 0.07, 0.9, 0.01, "any"), 0.02).outcome == "fail"
    with pytest.raises(ValueError, match="margin"):
        st.equivalence(st.Difference(0.0, 0.0, 0.0, 0.9, 1.0, "any"), -0.1)
    with pytest.raises(ValueError, match=r"0\.5"):
        st.two_sided_confidence(0.5)
