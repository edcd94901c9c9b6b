"""The answer claims what is proven, in the metric's direction, and nothing else."""

from dataclasses import replace

import pytest

from mtf_engine.domain.results import Results
from mtf_engine.standings import Standing, index, standings


def test_a_proven_winner_is_said_to_win(results: Results) -> None:
    churn = standings(index(results), "churn", "roc_auc")
    assert [entry.standing for entry in churn.entries] == [
        Standing.BEST,
        Standing.WORSE,
        Standing.WORSE,
        Standing.WORSE,
    ]
    assert churn.answer == "logistic_regression wins on churn: 0.772 [0.745, 0.798], ahead of all 3 others"


def test_a_better_estimate_alone_is_undecided(results: Results) -> None:
    answer = standings(index(results), "breast_cancer", "roc_auc").answer
    assert answer.startswith("Undecided on breast_cancer: svc_rbf 0.9957 [")
    assert answer.endswith("logistic_regression and random_forest cannot be told from it")


def test_a_model_without_a_score_is_last_and_named(results: Results) -> None:
    diabetes = standings(index(results), "diabetes", "r2")
    assert (diabetes.entries[-1].name, diabetes.entries[-1].standing, diabetes.entries[-1].letter) == (
        "svr_rbf",
        Standing.UNRANKED,
        "",
    )
    assert diabetes.answer.endswith("svr_rbf without a score")


def test_models_behind_other_pipelines_can_be_left_out(results: Results) -> None:
    behind = tuple(
        replace(score, pipeline="raw", estimate=score.estimate and score.estimate - 0.1)
        for score in results.scores
        if score.dataset == "churn" and score.metric == "roc_auc"
    )
    found = index(replace(results, scores=(*results.scores, *behind)))
    assert found.pipelines == ("default", "raw")
    both = standings(found, "churn", "roc_auc")
    assert len(both.entries) == 8
    assert both.entries[0].name == "logistic_regression · default"
    raw = standings(found, "churn", "roc_auc", "raw")
    assert [entry.name for entry in raw.entries] == [score.model for score in behind]
    assert raw.entries[0].score.estimate == behind[0].estimate
    assert raw.entries[0].standing is Standing.HIGHEST, "nothing of it was compared"
    assert raw.pairs == both.pairs
    own = standings(found, "churn", "roc_auc", "default")
    assert own.entries == standings(index(results), "churn", "roc_auc").entries
    with pytest.raises(KeyError):
        standings(found, "diabetes", "r2", "raw")


def test_smaller_is_better_where_the_metric_says_so(results: Results) -> None:
    order = [entry.name for entry in standings(index(results), "churn", "log_loss").entries]
    assert order == ["logistic_regression", "hist_gradient_boosting", "random_forest", "baseline"]


def test_gaps_are_model_minus_best_whatever_order_the_pair_was_compared_in(results: Results) -> None:
    turned = tuple(
        replace(
            row,
            a=row.b,
            b=row.a,
            difference=-row.difference,
            low=-row.high,
            high=-row.low,
            verdict={"a_better": "b_better", "b_better": "a_better"}.get(row.verdict, row.verdict),
        )
        for row in results.comparisons
        if row.dataset == "churn" and row.difference is not None and row.low is not None and row.high is not None
    )
    straight = standings(index(results), "churn", "roc_auc")
    swapped = standings(index(replace(results, comparisons=turned)), "churn", "roc_auc")
    assert swapped.entries == straight.entries
    second = straight.entries[1].versus
    assert second is not None
    assert second.value is not None
    assert second.low is not None
    assert second.low < second.value < 0


def test_a_winner_that_the_baseline_matches_wins_nothing(results: Results) -> None:
    undecided = tuple(replace(row, verdict="undecided") for row in results.comparisons)
    answer = standings(index(replace(results, comparisons=undecided)), "churn", "roc_auc").answer
    assert answer == "No model is proven better than the baseline on churn"


def test_without_comparisons_nothing_is_proven(results: Results) -> None:
    alone = replace(results, comparisons=())
    assert standings(index(alone), "churn", "roc_auc").entries[0].standing is Standing.HIGHEST


def test_equal_estimates_put_the_baseline_behind(results: Results) -> None:
    level = tuple(replace(one, estimate=0.5) for one in results.scores)
    assert standings(index(replace(results, scores=level)), "churn", "roc_auc").entries[-1].name == "baseline"


def test_a_model_behind_the_best_may_be_the_one_that_is_proven_above_the_baseline(results: Results) -> None:
    """The best may vary too much over folds to be told from the baseline while the second best may not."""
    rows = tuple(
        replace(row, verdict="undecided") if "logistic_regression" in (row.a, row.b) else row
        for row in results.comparisons
    )
    churn = standings(index(replace(results, comparisons=rows)), "churn", "roc_auc")
    assert churn.beats_baseline
    assert churn.answer.startswith("Undecided on churn: logistic_regression")


def test_the_leader_of_a_metric_to_be_minimised_is_the_lowest(results: Results) -> None:
    undecided = replace(results, comparisons=())
    assert [standings(index(undecided), "churn", name).entries[0].word for name in ("roc_auc", "log_loss")] == [
        "highest",
        "lowest",
    ]


def test_nothing_is_ranked_by_a_metric_of_which_neither_end_is_better(results: Results) -> None:
    signed = {"logistic_regression": -5.0, "hist_gradient_boosting": 0.5, "random_forest": 4.0, "baseline": 0.0}
    scores = tuple(
        replace(one, estimate=signed[one.model], greater_is_better=False, ordered=False)
        for one in results.scores
        if (one.dataset, one.metric) == ("churn", "roc_auc")
    )
    table = standings(index(replace(results, scores=scores)), "churn", "roc_auc")
    assert [entry.model for entry in table.entries] == [
        "baseline",
        "hist_gradient_boosting",
        "random_forest",
        "logistic_regression",
    ]
    assert table.entries[0].standing is Standing.UNDECIDED
    assert table.answer.startswith("No ranking by roc_auc on churn, of which neither end is better: baseline")


def test_pipelines_are_named_where_there_are_several(results: Results) -> None:
    doubled = (*results.scores, *(replace(one, pipeline="scaled") for one in results.scores))
    labels = [entry.name for entry in standings(index(replace(results, scores=doubled)), "churn", "roc_auc").entries]
    assert "logistic_regression · scaled" in labels


def test_the_first_metric_is_the_primary_one(results: Results) -> None:
    assert index(results).metrics["churn"] == ("roc_auc", "log_loss", "accuracy")


def test_a_baseline_that_no_test_can_compare_is_not_said_to_hold(results: Results) -> None:
    """Folds that all score 1 against folds that all score 0.5 differ without spread: that is no tie."""
    rows = tuple(
        replace(row, verdict="undecided", p_value=None, p_adjusted=None)
        if (row.dataset, row.metric) == ("churn", "roc_auc") and "baseline" in (row.a, row.b)
        else row
        for row in results.comparisons
    )
    table = standings(index(replace(results, comparisons=rows)), "churn", "roc_auc")
    assert table.answer == (
        "Undecided on churn: logistic_regression 0.772 [0.745, 0.798]; no test against baseline: folds differ equally"
    )
    assert [entry.name for entry in table.untested] == ["baseline"]


def _with(results: Results, gap: float, other: float, **changes: object) -> Results:
    """Comparisons of churn with a detectable difference for the pair of forests, and another for the rest."""
    rows = tuple(
        replace(row, minimum_detectable_difference=gap if "random_forest" in (row.a, row.b) else other, **changes)  # type: ignore[arg-type]
        for row in results.comparisons
    )
    return replace(results, comparisons=rows)


def test_what_could_have_gone_unseen_is_the_largest_over_the_pairs_and_of_a_pair_its_own(results: Results) -> None:
    churn = standings(index(_with(results, 0.109, 0.0301)), "churn", "roc_auc")
    own = {entry.name: entry.versus.could_have_seen for entry in churn.entries if entry.versus}
    assert own == {"hist_gradient_boosting": "0.030", "random_forest": "0.11", "baseline": "0.030"}
    assert churn.unseen == "0.11"


def test_holm_is_named_only_where_the_interval_and_the_verdict_disagree(results: Results) -> None:
    undecided = _with(results, 0.1, 0.1, verdict="undecided", p_adjusted=0.071)
    second = standings(index(undecided), "churn", "roc_auc").entries[1].versus
    assert second is not None
    assert second.after_holm == "p 0.071 after Holm"
    assert replace(second, low=-0.01, high=0.01).after_holm == ""
    assert replace(second, verdict="worse").after_holm == ""


def test_pairs_without_a_p_value_are_not_among_those_corrected_for(results: Results) -> None:
    found = index(results)
    diabetes = standings(found, "diabetes", "r2")
    rows = [row for row in results.comparisons if (row.dataset, row.metric) == ("diabetes", "r2")]
    assert any(row.p_adjusted is None for row in rows)
    assert diabetes.pairs == sum(row.p_adjusted is not None for row in rows)
