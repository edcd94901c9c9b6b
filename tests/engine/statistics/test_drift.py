"""Distances and drift tests, held against scipy, closed forms and their own null distribution."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.spatial import distance as spatial
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from mtf_engine import statistics as st

CASES = Path(__file__).parents[4] / "shared" / "fixtures" / "stats"


def case(name: str) -> dict[str, Any]:
    """Return a fixture case, or skip where the folder is absent."""
    path = CASES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


class TestDistances:
    def test_scipy_docs(self) -> None:
        data = case("scipy_docs_distances")
        i, expected, tolerance = data["inputs"], data["expected"], data["tolerance"]
        w2, e = i["w2"], i["energy_w"]
        found = {
            "w1": st.wasserstein(*i["w1"]),
            "w2": st.wasserstein(w2["u"], w2["v"], first_weights=w2["uw"], second_weights=w2["vw"]),
            "js": st.jensen_shannon(*i["js"], base=math.e),
            "js_base2": st.jensen_shannon(*i["js_base2"], base=2),
            "energy": st.energy_distance(*i["energy"]),
            "energy_w": st.energy_distance(e[0], e[1], first_weights=e[2], second_weights=e[3]),
        }
        assert set(found) == set(expected)
        for name, result in found.items():
            assert result.value == pytest.approx(expected[name], abs=tolerance), name

    def test_scipy_on_random_samples(self) -> None:
        rng = np.random.default_rng(0)
        x, y = rng.normal(size=40).round(1), rng.normal(0.3, 2, 25).round(1)
        assert st.wasserstein(x, y).value == pytest.approx(stats.wasserstein_distance(x, y))
        assert st.energy_distance(x, y).value == pytest.approx(stats.energy_distance(x, y))
        p, q = rng.random(6), rng.random(6)
        assert st.jensen_shannon(p, q).value == pytest.approx(float(spatial.jensenshannon(p, q, 2)))

    def test_mmd_digits(self) -> None:
        data = case("mmd_gaussian_small")
        i, expected, tolerance = data["inputs"], data["expected"], data["tolerance"]
        biased = st.squared_mmd(i["X"], i["Y"], gamma=i["gamma"], unbiased=False)
        unbiased = st.squared_mmd(i["X"], i["Y"], gamma=i["gamma"])
        assert biased.value == pytest.approx(expected["mmd2_biased"], abs=tolerance)
        assert unbiased.value == pytest.approx(expected["mmd2_unbiased"], abs=tolerance)

    def test_empty_sides_are_undefined(self) -> None:
        for result in (
            st.wasserstein([], [1.0]),
            st.energy_distance([1.0], []),
            st.jensen_shannon([0, 0], [1, 1]),
            st.squared_mmd([1.0], [1.0, 2.0]),
            st.psi([0, 0], [1, 2]),
        ):
            assert result.value is None
            assert result.reason

    @pytest.mark.parametrize(
        "call",
        [
            lambda: st.wasserstein([math.inf], [1.0]),
            lambda: st.wasserstein([1.0], [1.0], first_weights=[-1.0]),
            lambda: st.jensen_shannon([1.0], [1.0, 2.0]),
            lambda: st.jensen_shannon([-1.0, 2.0], [1.0, 2.0]),
            lambda: st.squared_mmd([[1.0, 2.0]], [[1.0]]),
            lambda: st.squared_mmd([1.0, 2.0], [1.0, 2.0], gamma=0.0),
            lambda: st.psi([1, 2], [1, 2, 3]),
            lambda: st.chi_squared([1.5, 2], [1, 2]),
            lambda: st.mmd_test(np.zeros(3000), np.zeros(3000)),
            lambda: st.population_stability([1.0], [1.0], n_bins=1),
        ],
    )
    def test_wrong_arguments(self, call: Any) -> None:
        with pytest.raises(ValueError, match=r"\w"):
            call()


class TestKolmogorovSmirnov:
    @pytest.mark.parametrize(("n", "m"), [(3, 4), (5, 9), (40, 60), (200, 150)])
    def test_exact_p_is_scipys(self, n: int, m: int) -> None:
        rng = np.random.default_rng(n)
        x, y = rng.normal(size=n), rng.normal(0.3, 1, m)
        expected = stats.ks_2samp(x, y, method="exact")
        result = st.kolmogorov_smirnov(x, y)
        assert result.statistic == pytest.approx(expected.statistic)
        assert result.p_value == pytest.approx(expected.pvalue, rel=1e-9)

    def test_far_tails_keep_their_digits(self) -> None:
        result = st.kolmogorov_smirnov(range(60), range(100, 160))
        assert result.p_value == pytest.approx(2 / math.comb(120, 60), rel=1e-9)

    def test_many_rows_use_the_limit(self) -> None:
        rng = np.random.default_rng(0)
        x, y = rng.normal(size=3000), rng.normal(0.05, 1, 4000)
        result = st.kolmogorov_smirnov(x, y)
        assert "asymptotic" in result.method
        assert result.p_value == pytest.approx(stats.ks_2samp(x, y, method="asymp").pvalue, rel=0.05)

    def test_identical_samples(self) -> None:
        assert st.kolmogorov_smirnov([1, 2, 2], [1, 2, 2]).p_value == 1.0
        assert st.kolmogorov_smirnov([], [1.0]).reason


class TestPopulationStability:
    def test_textbook_sum(self) -> None:
        p, q = np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.3, 0.3])
        expected = float(((p - q) * np.log(p / q)).sum())
        assert st.psi([50, 30, 20], [40, 30, 30]).value == pytest.approx(expected)

    def test_an_empty_bin_does_not_explode(self) -> None:
        result = st.psi([500, 500, 0], [499, 500, 1])
        assert result.value is not None
        assert result.value < 0.01
        assert result.warnings

    @pytest.mark.parametrize(("n", "mean", "percentile"), [(100, 0.193, 0.369), (500, 0.037, 0.068)])
    def test_the_null_depends_on_the_rows(self, n: int, mean: float, percentile: float) -> None:
        rng = np.random.default_rng(0)
        results = [st.population_stability(rng.normal(size=n), rng.normal(size=n)) for _ in range(40)]
        assert np.mean([r.null_mean for r in results]) == pytest.approx(mean, rel=0.06)
        assert np.mean([r.null_95 for r in results]) == pytest.approx(percentile, rel=0.06)

    def test_a_small_sample_above_the_folklore_limit_is_no_drift(self) -> None:
        rng = np.random.default_rng(5)
        alarms, rejections = 0, 0
        for _ in range(100):
            result = st.population_stability(rng.normal(size=100), rng.normal(size=100), n_resamples=199)
            alarms += (result.statistic or 0.0) > 0.1
            rejections += (result.p_value or 0.0) <= 0.05
        assert alarms > 80
        assert rejections <= 12

    def test_a_constant_variable_has_not_drifted(self) -> None:
        result = st.population_stability(np.ones(50), np.ones(60))
        assert (result.statistic, result.p_value, result.n_bins) == (0.0, 1.0, 1)


class TestContingency:
    def test_statistics_are_scipys(self) -> None:
        a, b = [20, 30, 50, 9], [25, 30, 40, 14]
        pearson, g = st.chi_squared(a, b), st.g_test(a, b)
        expected = stats.chi2_contingency([a, b], correction=False)
        likelihood = stats.chi2_contingency([a, b], correction=False, lambda_="log-likelihood")
        assert (pearson.statistic, pearson.p_value) == pytest.approx((expected.statistic, expected.pvalue))
        assert (g.statistic, g.p_value) == pytest.approx((likelihood.statistic, likelihood.pvalue))
        cramer = stats.contingency.association([a, b], "cramer")
        assert pearson.cramers_v == pytest.approx(cramer)
        assert pearson.smallest_expected == pytest.approx(expected.expected_freq.min())

    def test_rare_categories_permute(self) -> None:
        result = st.chi_squared([100, 1, 0, 2], [80, 0, 3, 1])
        assert "permutation" in result.method
        assert st.chi_squared([100, 1], [80, 3], method="asymptotic").warnings

    def test_permutation_agrees_with_fisher_on_two_by_two(self) -> None:
        result = st.chi_squared([8, 2], [1, 5], n_resamples=20_000)
        exact = stats.fisher_exact([[8, 2], [1, 5]]).pvalue
        assert result.p_value == pytest.approx(exact, abs=0.01)

    def test_one_category(self) -> None:
        result = st.g_test([10, 0], [20, 0])
        assert (result.statistic, result.p_value, result.df) == (0.0, 1.0, 0.0)


class TestPermutationTests:
    @pytest.mark.parametrize("test", [st.mmd_test, st.energy_test])
    def test_row_order_and_sides_do_not_matter(self, test: Any) -> None:
        rng = np.random.default_rng(0)
        x, y = rng.normal(size=(30, 2)), rng.normal(0.4, 1, (20, 2))
        one, two = test(x, y), test(y[::-1], x[::-1])
        assert one.statistic == pytest.approx(two.statistic)
        assert one.p_value == two.p_value

    @pytest.mark.parametrize("test", [st.mmd_test, st.energy_test])
    def test_a_shift_is_found(self, test: Any) -> None:
        rng = np.random.default_rng(1)
        assert test(rng.normal(size=(60, 3)), rng.normal(0.8, 1, (60, 3))).p_value == pytest.approx(1 / 500)

    def test_mmd_sees_a_change_of_shape_without_a_shift(self) -> None:
        rng = np.random.default_rng(2)
        x, y = rng.normal(size=300), rng.choice([-1.0, 1.0], 300)
        p_value = st.mmd_test(x, y).p_value
        assert p_value is not None
        assert p_value < 0.01

    def test_energy_statistic_from_its_definition(self) -> None:
        rng = np.random.default_rng(3)
        x, y = rng.normal(size=(8, 2)), rng.normal(size=(6, 2))
        between = spatial.cdist(x, y).mean()
        within = spatial.pdist(x).mean() + spatial.pdist(y).mean()
        assert st.energy_test(x, y).statistic == pytest.approx(2 * between - within)

    @pytest.mark.parametrize("test", [st.mmd_test, st.energy_test])
    def test_identical_rows_and_single_rows(self, test: Any) -> None:
        assert test(np.ones(5), np.ones(5)).p_value == 1.0
        assert test([1.0], [1.0, 2.0]).reason


def _logistic(
    rows: NDArray[np.float64], is_current: NDArray[np.bool_], held_out: NDArray[np.float64]
) -> NDArray[np.float64]:
    fitted: NDArray[np.float64] = LogisticRegression().fit(rows, is_current).decision_function(held_out)
    return fitted


class TestClassifierTwoSample:
    def test_area_is_scikit_learns_and_z_is_mann_whitneys(self) -> None:
        rng = np.random.default_rng(0)
        labels = rng.random(80) < 0.4
        scores = (rng.normal(size=80) + 0.5 * labels).round(1)
        result = st.classifier_two_sample(scores, labels)
        expected = stats.mannwhitneyu(
            scores[labels], scores[~labels], alternative="greater", method="asymptotic", use_continuity=False
        )
        assert result.statistic == pytest.approx(roc_auc_score(labels, scores))
        assert result.p_value == pytest.approx(expected.pvalue, rel=1e-9)

    def test_a_real_classifier_finds_a_shift(self) -> None:
        rng = np.random.default_rng(1)
        x, y = rng.normal(size=(150, 4)), rng.normal(0.5, 1, (150, 4))
        result = st.classifier_two_sample_refit(x, y, _logistic)
        assert len(result.fold_aucs) == 2
        assert result.p_value is not None
        assert result.p_value < 0.001

    def test_permutations_with_refits(self) -> None:
        rng = np.random.default_rng(2)
        x, y = rng.normal(size=(40, 2)), rng.normal(1.0, 1, (40, 2))
        result = st.classifier_two_sample_refit(x, y, _logistic, n_permutations=19)
        assert result.p_value == pytest.approx(0.05)

    def test_edges(self) -> None:
        tied = st.classifier_two_sample([1.0, 1.0, 1.0], [0, 1, 1])
        assert (tied.statistic, tied.p_value) == (0.5, 1.0)
        assert st.classifier_two_sample([1.0, 2.0], [1, 1]).reason
        assert st.classifier_two_sample_refit([1.0], [2.0, 3.0], _logistic).reason
        lopsided = st.classifier_two_sample([1.0, 2.0, 3.0], [0, 1, 1], folds=[0, 0, 1])
        assert "1 fold(s)" in lopsided.warnings[0]

    def test_a_fit_that_returns_nonsense_is_named(self) -> None:
        with pytest.raises(ValueError, match="scores"):
            st.classifier_two_sample_refit(range(10), range(10), lambda *_: [1.0])
