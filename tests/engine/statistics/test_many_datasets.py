"""Wilcoxon, Friedman, Quade and the rank comparisons, held against published tables and scipy."""

import itertools
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


class TestWilcoxon:
    def test_demsar_table_2(self) -> None:
        data = case("demsar2006_wilcoxon_table2")
        result = st.wilcoxon_signed_rank(data["inputs"]["C4.5+m"], data["inputs"]["C4.5"])
        expected = data["expected"]
        assert result.r_plus == pytest.approx(expected["R_plus"], abs=data["tolerance"])
        assert result.r_minus == pytest.approx(expected["R_minus"], abs=data["tolerance"])
        assert result.statistic == pytest.approx(expected["T"], abs=data["tolerance"])
        assert result.n_zero == 2
        assert (result.p_value is not None and result.p_value < 0.05) is expected["reject_0.05"]
        normal = st.wilcoxon_signed_rank(data["inputs"]["C4.5+m"], data["inputs"]["C4.5"], method="normal")
        assert normal.p_value == pytest.approx(data["recomputed"]["p_normal_scipy_zsplit"], abs=1e-12)
        dropped = st.wilcoxon_signed_rank(data["inputs"]["C4.5+m"], data["inputs"]["C4.5"], zero_rule="wilcox")
        assert dropped.statistic == data["recomputed"]["T_if_zeros_dropped"]

    def test_benavoli_54_data_sets(self) -> None:
        data = case("benavoli2017_wilcoxon_54datasets")
        accuracy = data["inputs"]["mean_accuracy_percent"]
        assert len(data["expected"]) == 9
        for pair, expected in data["expected"].items():
            first, second = pair.split("|")
            result = st.wilcoxon_signed_rank(
                accuracy[first], accuracy[second], zero_rule="wilcox", method="normal", continuity=True
            )
            assert result.p_value == pytest.approx(expected, abs=data["tolerance"]), pair
            assert result.p_value == pytest.approx(data["recomputed"][pair], abs=1e-9), pair

    def test_demsar_table_2_without_the_fixture(self) -> None:
        first = [0.763, 0.599, 0.954, 0.628, 0.882, 0.936, 0.661, 0.583, 0.775, 1, 0.94, 0.619, 0.972, 0.957]
        second = [0.768, 0.591, 0.971, 0.661, 0.888, 0.931, 0.668, 0.583, 0.838, 1, 0.962, 0.666, 0.981, 0.978]
        assert st.wilcoxon_signed_rank(first, second).statistic == 12.0

    def test_darwins_maize_as_r_prints_it(self) -> None:
        differences = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
        result = st.wilcoxon_signed_rank(differences)
        assert (result.r_plus, result.exact) == (96.0, True)
        assert result.p_value == pytest.approx(0.04126, abs=5e-6)

    @pytest.mark.parametrize("n", [5, 12, 30, 50])
    def test_exact_p_is_scipys_without_ties(self, n: int) -> None:
        x = np.random.default_rng(n).normal(0.2, 1.0, n)
        for alternative in ("two-sided", "greater", "less"):
            expected = stats.wilcoxon(x, alternative=alternative, method="exact").pvalue
            assert st.wilcoxon_signed_rank(x, alternative=alternative).p_value == pytest.approx(expected)

    @pytest.mark.parametrize("zero_rule", ["zsplit", "pratt", "wilcox"])
    @pytest.mark.parametrize("continuity", [False, True])
    def test_normal_p_is_scipys_with_ties_and_zeros(self, zero_rule: str, continuity: bool) -> None:
        x = np.random.default_rng(3).integers(-3, 5, 80).astype(float)
        expected = stats.wilcoxon(x, zero_method=zero_rule, correction=continuity, method="asymptotic")
        result = st.wilcoxon_signed_rank(x, zero_rule=zero_rule, continuity=continuity)
        assert result.p_value == pytest.approx(expected.pvalue, rel=1e-9)
        assert result.statistic == expected.statistic
        assert not result.exact

    def test_exact_p_with_ties_counts_sign_patterns(self) -> None:
        result = st.wilcoxon_signed_rank([1.0, 1.0, 1.0, 1.0, 1.0, -1.0], method="exact")
        assert result.p_value == pytest.approx(2 * 7 / 64)

    def test_float_noise_does_not_break_ties(self) -> None:
        first, second = [0.3, 0.5, 0.9, 0.4], [0.1 + 0.1, 0.4, 0.8, 0.5]
        assert st.wilcoxon_signed_rank(first, second).r_plus == 7.5

    def test_identical_models(self) -> None:
        for zero_rule in ("zsplit", "pratt", "wilcox"):
            result = st.wilcoxon_signed_rank([0.5, 0.7], [0.5, 0.7], zero_rule=zero_rule)
            assert result.p_value == 1.0
            assert result.warnings

    @pytest.mark.parametrize(
        ("arguments", "options"),
        [
            (([1.0, 2.0], [1.0]), {}),
            (([math.nan],), {}),
            (([],), {}),
            (([1.0],), {"zero_rule": "drop"}),
            (([1.0],), {"alternative": "both"}),
            ((np.arange(1.0, 600.0),), {"method": "exact"}),
        ],
    )
    def test_wrong_arguments(self, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"\w"):
            st.wilcoxon_signed_rank(*arguments, **options)


class TestHodgesLehmann:
    def test_depression_data_of_the_r_help_page(self) -> None:
        before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
        after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
        result = st.hodges_lehmann(before, after)
        assert result.difference == pytest.approx(0.46, abs=5e-4)
        assert (result.low, result.high) == (pytest.approx(0.01, abs=5e-4), pytest.approx(0.786, abs=5e-4))

    def test_bisection_finds_the_same_averages_as_sorting(self) -> None:
        x = np.random.default_rng(0).normal(size=2100).round(3)
        i, j = np.triu_indices(x.size)
        assert st.hodges_lehmann(x).difference == pytest.approx(float(np.median((x[i] + x[j]) / 2)), abs=1e-9)

    def test_too_few_pairs_for_the_confidence(self) -> None:
        result = st.hodges_lehmann([1.0, 2.0, 3.0, 4.0, 5.0])
        assert (result.difference, result.low, result.high) == (3.0, None, None)
        assert result.reason

    def test_identical_models(self) -> None:
        result = st.hodges_lehmann(np.ones(10), np.ones(10))
        assert (result.difference, result.low, result.high, result.p_value) == (0.0, 0.0, 0.0, 1.0)


class TestFriedman:
    def test_demsar_table_6(self) -> None:
        data = case("demsar2006_friedman_table6")
        scores, expected, tolerance = data["inputs"]["scores"], data["expected"], data["tolerance"]
        result = st.friedman(scores)
        assert st.mean_ranks(scores) == pytest.approx(expected["average_ranks"], abs=tolerance["average_ranks"])
        assert result.statistic_uncorrected == pytest.approx(
            expected["chi2_F_uncorrected"], abs=tolerance["chi2_F_uncorrected"]
        )
        assert result.statistic == pytest.approx(expected["chi2_tie_corrected"], abs=1e-9)
        assert result.p_value == pytest.approx(expected["p_tie_corrected"], abs=1e-9)
        assert result.p_value_uncorrected == pytest.approx(data["recomputed"]["p_uncorrected_chi2"], abs=1e-9)
        f = st.iman_davenport(scores, ties="uncorrected")
        assert f.statistic == pytest.approx(expected["F_F"], abs=tolerance["F_F"])
        assert f.p_value == pytest.approx(data["recomputed"]["p_F_F"], abs=1e-9)
        assert f.df == (3.0, 39.0)
        assert stats.f.isf(0.05, *f.df) == pytest.approx(expected["F_crit_0.05_3_39"], abs=5.1e-3)

    def test_derrac_from_average_ranks(self) -> None:
        data = case("derrac2011_friedman_imandavenport_from_ranks")
        inputs, expected = data["inputs"], data["expected"]
        ranks, n = inputs["avg_ranks_9alg"], inputs["n_problems"]
        assert st.friedman_from_mean_ranks(ranks, n).statistic == pytest.approx(expected["chi2_F"], abs=1e-3)
        assert st.iman_davenport_from_mean_ranks(ranks, n).statistic == pytest.approx(expected["F_F"], abs=1e-4)
        four = list(inputs["avg_ranks_4alg"].values())
        against = st.bonferroni_dunn(four, n, control=list(inputs["avg_ranks_4alg"]).index("SaDE"))
        pairs = sorted(against.pairs, key=lambda pair: pair.z)
        assert [-pair.z for pair in pairs] == pytest.approx(expected["z_vs_SaDE"], abs=1e-4)
        assert [pair.p_value for pair in pairs] == pytest.approx(expected["p_vs_SaDE"], abs=1e-4)
        toy = st.mean_ranks(inputs["toy_errors_problems_x_ABCD"], higher_is_better=False)
        assert toy == pytest.approx(expected["toy_avg_ranks"], abs=1e-4)

    def test_r_help_pages(self) -> None:
        data = case("r_docs_friedman_quade")
        expected, tolerance = data["expected"], data["tolerance"]
        friedman = st.friedman(data["inputs"]["rounding_times"])
        quade = st.quade(data["inputs"]["quade_data"])
        assert friedman.statistic == pytest.approx(expected["friedman_chi2"], abs=tolerance["friedman_chi2"])
        assert friedman.p_value == pytest.approx(expected["friedman_p"], abs=tolerance["friedman_p"])
        assert quade.statistic == pytest.approx(expected["quade_F"], abs=tolerance["quade_F"])
        assert quade.p_value == pytest.approx(expected["quade_p"], abs=tolerance["quade_p"])
        assert quade.statistic == pytest.approx(data["recomputed"]["quade_F"], abs=1e-10)

    @pytest.mark.parametrize(("n", "k", "chi2", "p"), [(3, 3, 6.0, 0.028), (4, 3, 6.5, 0.042), (3, 4, 9.0, 0.0017)])
    def test_friedmans_own_table_of_exact_p_values(self, n: int, k: int, chi2: float, p: float) -> None:
        orders = [list(range(1, k + 1))] * n
        if chi2 == 6.5:
            orders = [[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 3, 2]]
        result = st.friedman(np.array(orders, dtype=float))
        assert result.statistic == pytest.approx(chi2)
        assert result.p_value == pytest.approx(p, abs=6e-4)

    def test_exact_p_with_ties_is_the_share_of_all_arrangements(self) -> None:
        scores = np.array([[1.0, 2.0, 2.0], [3.0, 1.0, 2.0], [1.0, 1.0, 2.0], [1.0, 2.0, 3.0]])
        observed = st.friedman(scores).statistic_uncorrected
        spread = [
            st.friedman(np.array(rows), method="asymptotic").statistic_uncorrected
            for rows in itertools.product(*(itertools.permutations(row) for row in scores.tolist()))
        ]
        expected = np.mean(np.round(spread, 9) >= round(observed, 9))
        for result in (st.friedman(scores), st.iman_davenport(scores)):
            assert result.p_value == pytest.approx(expected)
            assert "exact" in result.method

    def test_exact_is_refused_for_large_tables(self) -> None:
        with pytest.raises(ValueError, match="small tables"):
            st.friedman(np.random.default_rng(0).random((30, 6)), method="exact")

    def test_tie_corrected_is_scipys(self) -> None:
        scores = np.random.default_rng(1).integers(0, 4, (15, 5)).astype(float)
        expected = stats.friedmanchisquare(*scores.T)
        result = st.friedman(scores)
        assert result.statistic == pytest.approx(expected.statistic)
        assert result.p_value == pytest.approx(expected.pvalue)

    @pytest.mark.parametrize("test", [st.friedman, st.iman_davenport, st.quade])
    def test_all_models_tied(self, test: Any) -> None:
        result = test(np.full((4, 3), 0.9))
        assert (result.statistic, result.p_value) == (0.0, 1.0)
        assert result.warnings

    def test_perfect_agreement_has_no_f_but_a_p_value(self) -> None:
        result = st.iman_davenport([[3.0, 2.0, 1.0]] * 4)
        assert result.statistic is None
        assert result.reason
        assert result.p_value == pytest.approx((1 / 6) ** 3)

    def test_perfect_agreement_with_ties_is_less_surprising(self) -> None:
        assert st.iman_davenport([[3.0, 2.0, 2.0]] * 4).p_value == pytest.approx((1 / 3) ** 3)

    @pytest.mark.parametrize("scores", [[[1.0, 2.0]], [[1.0], [2.0]], [[1.0, math.nan], [1.0, 2.0]], [1.0, 2.0]])
    def test_wrong_tables(self, scores: Any) -> None:
        with pytest.raises(ValueError, match="scores"):
            st.friedman(scores)

    def test_numbers_that_cannot_be_ranks(self) -> None:
        with pytest.raises(ValueError, match="sum to"):
            st.nemenyi([1.0, 1.0, 1.0], 10)
        with pytest.raises(ValueError, match="must lie"):
            st.friedman_from_mean_ranks([0.5, 2.5], 10)


class TestCriticalDifferences:
    def test_demsar_table_5(self) -> None:
        data = case("demsar2006_nemenyi_bonferroni_dunn")
        expected, tolerance = data["expected"], data["tolerance"]
        for alpha in ("0.05", "0.10"):
            for k in range(2, 11):
                unit = math.sqrt(k * (k + 1) / 6)
                for kind, function in (
                    ("nemenyi", st.nemenyi_critical_difference),
                    ("bonferroni_dunn", st.bonferroni_dunn_critical_difference),
                ):
                    name = f"{kind}_q_{alpha}_k2_10"
                    q = function(k, 1, alpha=float(alpha)) / unit
                    assert q == pytest.approx(expected[name][k - 2], abs=tolerance[name]), (name, k)
                    assert q == pytest.approx(data["recomputed"][name][k - 2], abs=1e-8), (name, k)

    def test_demsar_critical_differences(self) -> None:
        data = case("demsar2006_nemenyi_bonferroni_dunn")
        expected, inputs = data["expected"], data["inputs"]
        ranks, n = inputs["average_ranks"], inputs["N"]
        for alpha in (0.05, 0.10):
            result = st.nemenyi(ranks, n, alpha=alpha)
            assert result.critical_difference == pytest.approx(expected[f"CD_nemenyi_{alpha:.2f}"], abs=0.0051)
            significant = sum(pair.significant for pair in result.pairs)
            assert significant == expected[f"n_pairs_significant_nemenyi_{alpha:.2f}"]
            assert significant == sum(pair.p_adjusted <= alpha for pair in result.pairs)
        dunn = st.bonferroni_dunn(ranks, n, alpha=0.10)
        assert dunn.critical_difference == pytest.approx(expected["CD_bonferroni_dunn_0.10"], abs=0.0051)

    @pytest.mark.parametrize("k", [2, 3, 7, 40])
    @pytest.mark.parametrize("z", [0.1, 1.0, 2.5, 4.0, 6.0])
    def test_nemenyi_p_is_the_studentised_range(self, k: int, z: float) -> None:
        middle, shift = (k + 1) / 2, 0.5 * z * math.sqrt(k * (k + 1) / 6) / 100
        ranks = [middle - shift, middle + shift, *[middle] * (k - 2)]
        pair = st.nemenyi(ranks, 10_000).pairs[0]
        assert pair.p_adjusted == pytest.approx(stats.studentized_range.sf(z * math.sqrt(2), k, np.inf), rel=1e-4)

    def test_equal_ranks_are_not_told_apart(self) -> None:
        assert [pair.p_adjusted for pair in st.nemenyi([2.0, 2.0, 2.0], 20).pairs] == [1.0, 1.0, 1.0]

    def test_groups_are_the_bars_of_a_diagram(self) -> None:
        result = st.nemenyi([3.143, 2.0, 2.893, 1.964], 14, alpha=0.10)
        assert result.groups == ((3, 1, 2), (2, 0))


PUBLISHED_POSTERIORS = {
    "nbc|aode": (0.000, 0.123, 0.877),
    "nbc|hnb": (0.000, 0.001, 0.999),
    "nbc|j48": (0.228, 0.006, 0.766),
    "nbc|j48gr": (0.179, 0.004, 0.817),
    "aode|hnb": (0.001, 0.965, 0.034),
    "aode|j48": (0.904, 0.034, 0.062),
    "aode|j48gr": (0.883, 0.046, 0.071),
    "hnb|j48": (0.962, 0.020, 0.019),
    "hnb|j48gr": (0.950, 0.026, 0.024),
    "j48|j48gr": (0.000, 1.000, 0.000),
}
"""First better, practically equal, second better: the tutorial's sixth notebook (Benavoli et al. 2017)."""


class TestBayesianSignedRank:
    @pytest.mark.parametrize("pair", PUBLISHED_POSTERIORS)
    def test_benavoli_54_data_sets(self, pair: str) -> None:
        accuracy = case("benavoli2017_wilcoxon_54datasets")["inputs"]["mean_accuracy_percent"]
        first, second = pair.split("|")
        result = st.bayesian_signed_rank(accuracy[first], accuracy[second], rope=1.0)
        found = (result.first_better, result.rope, result.second_better)
        assert found == pytest.approx(PUBLISHED_POSTERIORS[pair], abs=0.006)

    def test_probabilities_sum_to_one_and_mirror(self) -> None:
        d = np.random.default_rng(0).normal(0.01, 0.03, 25)
        there, back = st.bayesian_signed_rank(d), st.bayesian_signed_rank(-d[::-1])
        assert there.first_better + there.rope + there.second_better == pytest.approx(1.0)
        assert (there.first_better, there.second_better) == (back.second_better, back.first_better)

    def test_identical_models_are_equivalent(self) -> None:
        assert st.bayesian_signed_rank([0.8, 0.9], [0.8, 0.9]).rope == 1.0

    def test_agrees_with_a_plain_loop_over_pairs(self) -> None:
        d, rope = np.array([0.02, -0.01, 0.05, 0.004, 0.03]), 0.01
        z = np.concatenate([[0.0], d])
        weights = np.random.default_rng(5).dirichlet([0.5, 1, 1, 1, 1, 1], 20_000)
        sums = z[:, None] + z[None, :]
        shares = np.stack(
            [
                np.einsum("bi,bj,ij->b", weights, weights, region.astype(float))
                for region in (sums < -2 * rope, np.abs(sums) <= 2 * rope, sums > 2 * rope)
            ]
        )
        expected = np.bincount(shares.argmax(axis=0), minlength=3) / 20_000
        result = st.bayesian_signed_rank(d, rope=rope)
        found = [result.second_better, result.rope, result.first_better]
        assert found == pytest.approx(expected.tolist(), abs=0.015)

    def test_the_rope_swallows_small_differences(self) -> None:
        d = np.random.default_rng(0).normal(0.0, 0.002, 30)
        assert st.bayesian_signed_rank(d, rope=0.01).rope > 0.99

    @pytest.mark.parametrize("options", [{"rope": -1.0}, {"prior_strength": 0.0}, {"n_samples": 5}])
    def test_wrong_options(self, options: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=next(iter(options))):
            st.bayesian_signed_rank([0.1, 0.2], **options)
