"""Areas under the ROC curve, held against pROC's published digits, scikit-learn and each other."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
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


def scores(seed: int, n: int, decimals: int | None = None) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.3
    score = rng.normal(size=n) + truth
    return truth, score if decimals is None else np.round(score, decimals)


@pytest.mark.parametrize("marker", ["wfns", "ndka", "s100b"])
def test_delong_of_asah(marker: str) -> None:
    data = case("proc_asah_delong_ci")
    truth, score = data["inputs"]["outcome_poor"], data["inputs"][marker]
    interval = st.delong(truth, score, transform="linear")
    assert interval.estimate == pytest.approx(data["expected"]["auc"][marker], abs=data["tolerance"])
    assert [interval.low, interval.high] == pytest.approx(data["expected"]["ci"][marker], abs=data["tolerance"])
    assert interval.low is not None
    assert interval.high is not None
    half = (interval.high - interval.low) / 2 / st.normal_quantile(0.95)
    assert half**2 == pytest.approx(data["expected"]["var"][marker], abs=1e-12)


def test_delong_paired_of_asah_as_proc_prints_it() -> None:
    """Robin et al. 2011: wfns against s100b, D = 2.209, p = 0.02718."""
    data = case("proc_asah_delong_ci")["inputs"]
    found = st.delong_paired(data["outcome_poor"], data["wfns"], data["s100b"])
    assert found.p_value == pytest.approx(0.02718, abs=5e-6)
    assert found.difference == pytest.approx(0.8236789 - 0.7313686, abs=1e-6)


def test_partial_areas_of_asah() -> None:
    data = case("proc_partial_auc_handtill")
    truth, expected = data["inputs"]["outcome_poor"], data["expected"]
    wfns = st.partial_auc(truth, data["inputs"]["wfns"], max_fpr=0.1)
    ndka = st.partial_auc(truth, data["inputs"]["ndka"], max_fpr=0.1)
    assert wfns.raw == pytest.approx(expected["pauc_wfns_spec_1_0.9"], abs=data["tolerance"])
    assert ndka.raw == pytest.approx(expected["pauc_ndka_spec_1_0.9"], abs=data["tolerance"])
    assert wfns.standardised == pytest.approx(expected["mcclish_wfns"], abs=data["tolerance"])


@pytest.mark.parametrize("decimals", [None, 1, 0])
@pytest.mark.parametrize("limit", [0.05, 0.3, 1.0])
def test_partial_area_agrees_with_sklearn(decimals: int | None, limit: float) -> None:
    truth, score = scores(1, 400, decimals)
    area = st.partial_auc(truth, score, max_fpr=limit)
    expected = metrics.roc_auc_score(truth, score, max_fpr=limit if limit < 1 else None)
    found = area.standardised if limit < 1 else area.raw
    assert found == pytest.approx(expected, abs=1e-12)


def test_partial_areas_add_up() -> None:
    truth, score = scores(2, 300, 1)
    first = st.partial_auc(truth, score, max_fpr=0.35).raw
    second = st.partial_auc(truth, score, min_fpr=0.35, max_fpr=1.0).raw
    assert first is not None
    assert second is not None
    assert first + second == pytest.approx(st.auc(truth, score), abs=1e-12)


@pytest.mark.parametrize("decimals", [None, 1, 0])
def test_auc_agrees_with_sklearn(decimals: int | None) -> None:
    truth, score = scores(3, 500, decimals)
    assert st.auc(truth, score) == pytest.approx(metrics.roc_auc_score(truth, score), abs=1e-12)


def test_delong_variance_is_that_of_all_pairs() -> None:
    truth, score = scores(4, 120, 1)
    positive, negative = score[truth], score[~truth]
    pairs = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
    variance = pairs.mean(axis=1).var(ddof=1) / positive.size + pairs.mean(axis=0).var(ddof=1) / negative.size
    interval = st.delong(truth, score, transform="linear")
    assert interval.low == pytest.approx(pairs.mean() - st.normal_quantile(0.95) * np.sqrt(variance), abs=1e-12)


def test_hanley_mcneil_1982() -> None:
    """Their worked example: area 0.893 from 51 abnormal and 58 normal images, standard error 0.032."""
    interval = st.hanley_mcneil(0.893, 51, 58)
    assert interval.low is not None
    assert (0.893 - interval.low) / st.normal_quantile(0.95) == pytest.approx(0.0325, abs=6e-4)


def test_perfect_ranking_keeps_a_width() -> None:
    truth = [0] * 30 + [1] * 30
    interval = st.delong(truth, np.arange(60.0))
    assert interval.high == 1.0
    assert interval.low is not None
    assert 0.8 < interval.low < 1.0
    assert interval.warnings
    worst = st.delong(truth, -np.arange(60.0))
    assert worst.low == 0.0
    assert worst.high == pytest.approx(1.0 - interval.low, abs=1e-9)


def test_small_classes_warn_and_the_default_switches() -> None:
    truth, score = np.arange(200) < 10, scores(5, 200)[1]
    assert "fewer than 20" in st.delong(truth, score).warnings[0]
    switched = st.auc_interval(truth, score)
    assert switched.method == "newcombe_auc"
    assert switched.warnings
    kept = st.auc_interval(*scores(6, 400))
    assert kept.method == "delong_logit"
    assert kept == st.delong(*scores(6, 400))


def test_one_class_is_undefined_with_a_reason() -> None:
    for interval in (st.delong([1, 1, 1], [1, 2, 3]), st.auc_interval([0, 0], [1, 2])):
        assert interval.estimate is None
        assert interval.reason is not None
    assert st.auc([1, 1], [0.1, 0.2]) is None
    single = st.delong([1, 0, 0], [3, 1, 2])
    assert single.estimate == 1.0
    assert single.low is None


def test_zero_variance_differences() -> None:
    truth = [0, 0, 0, 1, 1, 1]
    same = st.delong_paired(truth, [1, 2, 3, 4, 5, 6], [10, 20, 30, 40, 50, 60])
    assert (same.difference, same.low, same.high, same.p_value) == (0.0, 0.0, 0.0, 1.0)


def test_two_perfect_rankings_of_few_rows_are_no_proof_of_equality() -> None:
    truth = [0, 0, 0, 1, 1, 1]
    found = st.delong_paired(truth, [1, 2, 3, 4, 5, 6], [3, 2, 1, 6, 5, 4])
    alone = st.newcombe_auc(1.0, 3, 3)
    assert alone.low is not None
    assert (found.difference, found.p_value, found.method) == (0.0, 1.0, "newcombe_auc_square_and_add")
    assert (found.low, found.high) == (pytest.approx(alone.low - 1.0), pytest.approx(1.0 - alone.low))


@pytest.mark.parametrize("sign", [1, -1])
def test_areas_that_differ_without_variance_are_tested_by_the_interval_that_touches_zero(sign: int) -> None:
    truth = np.arange(36) % 2
    perfect, constant = truth.astype(float), np.zeros(36)
    pair = (perfect, constant) if sign > 0 else (constant, perfect)
    found = st.delong_paired(truth, *pair)
    assert found.p_value is not None
    assert 0.0 < found.p_value < 0.01
    assert found.difference == sign * 0.5
    touching = st.delong_paired(truth, *pair, confidence=1.0 - found.p_value)
    assert (touching.low if sign > 0 else touching.high) == pytest.approx(0.0, abs=1e-9)


def test_unpaired_is_wider_than_paired_on_correlated_scores() -> None:
    rng = np.random.default_rng(7)
    truth = rng.random(300) < 0.4
    common = rng.normal(size=300) + truth
    a, b = common + 0.3 * rng.normal(size=300), common + 0.3 * rng.normal(size=300)
    paired, unpaired = st.delong_paired(truth, a, b), st.delong_unpaired(truth, a, truth, b)
    assert paired.difference == pytest.approx(unpaired.difference, abs=1e-12)
    assert paired.low is not None
    assert unpaired.low is not None
    assert unpaired.low < paired.low


@pytest.mark.parametrize(
    ("truth", "score"),
    [([0, 1], [1.0, np.nan]), ([0, 2], [1.0, 2.0]), ([0, 1, 1], [1.0, 2.0]), (["a", "b"], [1.0, 2.0])],
)
def test_wrong_arguments_are_refused(truth: Any, score: Any) -> None:
    with pytest.raises(ValueError, match=r"truth|score"):
        st.delong(truth, score)
