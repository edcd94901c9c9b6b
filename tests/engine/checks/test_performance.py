"""Thresholds and non-inferiority: the interval decides, and a verdict never claims more than it read."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mtf_engine.checks.performance import judge_not_worse, judge_threshold
from mtf_engine.domain.check import CheckKind, CheckSpec
from mtf_engine.domain.results import Score, Verdict
from mtf_engine.statistics import Difference

PASS, FAIL, INCONCLUSIVE, NOT_RUN = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.NOT_RUN


def score(estimate: float | None, low: float | None, high: float | None, *, greater: bool = True) -> Score:
    return Score(
        dataset="d",
        pipeline="default",
        model="m",
        metric="roc_auc" if greater else "log_loss",
        greater_is_better=greater,
        estimate=estimate,
        low=low,
        high=high,
        confidence=0.95,
        interval_method=None if low is None else "corrected_t",
        aggregation="fold_mean",
        std=0.01,
        folds=(estimate,),
        n_rows=100,
        fold_mean=estimate,
        pooled=estimate,
        reason="one class only" if estimate is None else "too few folds" if low is None else None,
    )


def threshold(**more: object) -> CheckSpec:
    return CheckSpec(CheckKind.THRESHOLD, "metric_threshold", "MTF001", metric="roc_auc", **more)  # type: ignore[arg-type]


def test_no_number_is_rounded_onto_the_limit_that_it_misses() -> None:
    below = judge_threshold(threshold(min=0.8), score(0.79996, 0.75, 0.85), 100)
    assert below.message == "roc_auc >0.799 [0.750, 0.850]: the estimate is below 0.8"
    open_end = judge_threshold(threshold(min=0.8, confident=True), score(0.85, 0.79996, 0.9), 100)
    assert open_end.message == "roc_auc 0.850 [>0.799, 0.900]: the interval contains 0.8"
    check = CheckSpec(CheckKind.NOT_WORSE, "not_worse_than", "MTF002", metric="roc_auc", reference="r", margin=0.01)
    difference = Difference(-0.005, -0.01002, 0.001, 0.9, 0.5, "t")
    message = judge_not_worse(check, score(0.8, 0.7, 0.9), difference, 100).message
    assert message == "roc_auc minus that of r −0.0050 [>−0.0101, 0.0010]: a loss of 0.01 is not ruled out"


@pytest.mark.parametrize(
    ("interval", "limits", "verdict"),
    [
        ((0.85, 0.80, 0.90), {"min": 0.80}, PASS),
        ((0.85, 0.79, 0.90), {"min": 0.80}, INCONCLUSIVE),
        ((0.79, 0.75, 0.83), {"min": 0.80}, INCONCLUSIVE),
        ((0.75, 0.70, 0.80), {"min": 0.80}, INCONCLUSIVE),
        ((0.75, 0.70, 0.79), {"min": 0.80}, FAIL),
        ((0.30, 0.20, 0.40), {"max": 0.40}, PASS),
        ((0.30, 0.20, 0.41), {"max": 0.40}, INCONCLUSIVE),
        ((0.50, 0.41, 0.60), {"max": 0.40}, FAIL),
        ((0.50, 0.45, 0.55), {"min": 0.4, "max": 0.6}, PASS),
        ((0.50, 0.35, 0.55), {"min": 0.4, "max": 0.6}, INCONCLUSIVE),
        ((0.65, 0.61, 0.70), {"min": 0.4, "max": 0.6}, FAIL),
        ((0.50, 0.50, 0.50), {"min": 0.5}, PASS),
        ((0.85, None, None), {"min": 0.80}, INCONCLUSIVE),
        ((None, None, None), {"min": 0.80}, NOT_RUN),
    ],
)
def test_the_whole_interval_is_held_to_the_limits(
    interval: tuple[float | None, ...], limits: dict[str, float], verdict: Verdict
) -> None:
    assert judge_threshold(threshold(confident=True, **limits), score(*interval), 100).verdict is verdict


@pytest.mark.parametrize(
    ("estimate", "limits", "verdict"),
    [
        (0.80, {"min": 0.80}, PASS),
        (0.7999, {"min": 0.80}, FAIL),
        (0.2, {"max": 0.2}, PASS),
        (0.21, {"max": 0.2}, FAIL),
        (None, {"min": 0.80}, NOT_RUN),
    ],
)
def test_a_plain_threshold_reads_the_estimate_and_says_so(
    estimate: float | None, limits: dict[str, float], verdict: Verdict
) -> None:
    outcome = judge_threshold(threshold(**limits), score(estimate, 0.1, 0.9), 100)
    assert outcome.verdict is verdict
    if verdict is PASS:
        assert "its interval was not asked for" in outcome.message


def test_evidence_holds_the_question_and_the_numbers() -> None:
    outcome = judge_threshold(threshold(confident=True, min=0.8), score(0.772, 0.745, 0.798), 7043)
    assert outcome.message == "roc_auc 0.772 [0.745, 0.798]: even the upper bound is below 0.8"
    assert outcome.evidence["asked"] == "roc_auc ≥ 0.8, confident"
    assert outcome.evidence["low"] == 0.745
    assert (outcome.rows_read, outcome.rows_total) == (100, 7043)


def test_an_undefined_score_tells_its_reason() -> None:
    assert judge_threshold(threshold(min=0.8), score(None, None, None), 100).message.endswith("one class only")


def not_worse(margin: float) -> CheckSpec:
    return CheckSpec(
        CheckKind.NOT_WORSE, "not_worse_than", "MTF002", metric="roc_auc", reference="champion", margin=margin
    )


@pytest.mark.parametrize(
    ("bounds", "margin", "greater", "verdict"),
    [
        ((-0.009, 0.02), 0.01, True, PASS),
        ((-0.011, 0.02), 0.01, True, INCONCLUSIVE),
        ((-0.05, -0.011), 0.01, True, FAIL),
        ((-0.05, -0.01), 0.01, True, INCONCLUSIVE),
        ((0.0, 0.0), 0.0, True, PASS),
        ((-0.02, 0.009), 0.01, False, PASS),
        ((-0.02, 0.011), 0.01, False, INCONCLUSIVE),
        ((0.011, 0.05), 0.01, False, FAIL),
    ],
)
def test_a_loss_is_ruled_out_by_the_bound_in_the_metrics_direction(
    bounds: tuple[float, float], margin: float, greater: bool, verdict: Verdict
) -> None:
    low, high = bounds
    difference = Difference((low + high) / 2, low, high, 0.9, 0.5, "delong_paired")
    outcome = judge_not_worse(not_worse(margin), score(0.8, 0.7, 0.9, greater=greater), difference, 100)
    assert outcome.verdict is verdict
    assert outcome.evidence["one_sided_confidence"] == pytest.approx(0.95)
    assert outcome.evidence["margin"] == margin


def test_the_pages_explain_every_field_of_the_evidence() -> None:
    weak = replace(score(0.8, 0.7, 0.9), warnings=("few rows",))
    held = judge_threshold(threshold(min=0.8), weak, 100)
    compared = judge_not_worse(not_worse(0.1), weak, Difference(0.0, 0.0, 0.0, 0.9, 1.0, "m", warnings=("w",)), 100)
    for page, outcome in (("MTF001-metric_threshold", held), ("MTF002-not_worse_than", compared)):
        text = (Path(__file__).parents[3] / f"docs/reference/checks/{page}.md").read_text(encoding="utf-8")
        explained = set(re.findall(r"`(\w+)`", text.partition("## Evidence")[2]))
        assert set(outcome.evidence) <= explained


def test_a_difference_without_bounds_decides_nothing() -> None:
    unknown = Difference(None, None, None, 0.9, None, "none", "champion: 2 of 5 folds have no result")
    pointed = Difference(0.1, None, None, 0.9, None, "none", "one fold")
    assert judge_not_worse(not_worse(0.0), score(0.8, 0.7, 0.9), unknown, 100).verdict is NOT_RUN
    assert judge_not_worse(not_worse(0.0), score(0.8, 0.7, 0.9), pointed, 100).verdict is INCONCLUSIVE
