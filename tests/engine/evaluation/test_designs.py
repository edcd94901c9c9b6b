"""Each design gets the interval and the test that the statistics page gives it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes.predictions import binary_sample, regression_sample
from sklearn.metrics import accuracy_score, roc_auc_score

from mtf_engine import plugins
from mtf_engine import statistics as st
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.split import SplitMethod
from mtf_engine.evaluation.ranking import rank_models
from mtf_engine.evaluation.scoring import evaluate_run
from mtf_engine.evaluation.store import CellStore
from mtf_engine.metrics.sample import Sample
from mtf_engine.metrics.spec import Metric


def _binary_folds(rng, sizes, skill, truths=None):
    truths = truths or [None] * len(sizes)
    return [binary_sample(rng, n, skill=skill, truth=truth) for n, truth in zip(sizes, truths, strict=True)]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_cross_validation_is_centred_on_what_is_shown(rng, make_run):
    folds = _binary_folds(rng, [40] * 5, 1.0)
    plan, store = make_run({"a": folds}, metrics=["roc_auc", "f1"])
    auc, f1 = evaluate_run(plan, store).scores
    expected = [roc_auc_score(s.truth, s.probability[:, 1]) for s in folds]
    assert auc.folds == pytest.approx(expected, abs=1e-12)
    assert (auc.aggregation, auc.estimate) == ("fold_mean", pytest.approx(np.mean(expected), abs=1e-12))
    reference = st.corrected_resampled_t(expected, n_train=160, n_test=40)
    assert (auc.low, auc.high) == pytest.approx((reference.low, reference.high))
    assert (f1.aggregation, f1.estimate) == ("pooled", f1.pooled)
    assert f1.pooled != f1.fold_mean
    assert f1.estimate - f1.low == pytest.approx(f1.high - f1.estimate)
    assert f1.interval_method == auc.interval_method == "corrected_resampled_t"
    assert auc.std == pytest.approx(np.std(expected, ddof=1))


def test_one_test_set_gets_wilson_delong_and_bca(rng, make_run):
    fold = binary_sample(rng, 200, skill=1.0)
    plan, store = make_run({"a": [fold]}, metrics=["accuracy", "roc_auc", "f1"], method=SplitMethod.HOLDOUT)
    accuracy, auc, f1 = evaluate_run(plan, store).scores
    right = int((fold.truth == fold.prediction).sum())
    wilson = st.wilson(right, 200)
    assert (accuracy.estimate, accuracy.low, accuracy.high) == (right / 200, wilson.low, wilson.high)
    delong = st.delong(fold.truth == 1, fold.probability[:, 1])
    assert (auc.low, auc.high) == (delong.low, delong.high)
    assert f1.interval_method.endswith("bootstrap_bca")
    assert all(score.low <= score.estimate <= score.high for score in (accuracy, auc, f1))


def test_grouped_rows_are_resampled_by_group_and_are_wider(rng, make_run):
    groups = np.repeat(np.arange(25), 8)
    right = np.repeat(rng.random(25) < 0.7, 8)
    truth = rng.integers(0, 2, 200)
    fold = Sample(
        task=binary_sample(rng, 2, skill=1.0).task,
        truth=truth,
        prediction=np.where(right, truth, 1 - truth),
        labels=("no", "yes"),
        positive=1,
    )
    plan, store = make_run({"a": [fold]}, metrics=["accuracy"], method=SplitMethod.HOLDOUT, groups=[groups])
    (score,) = evaluate_run(plan, store).scores
    assert score.interval_method == "cluster_bootstrap_bca"
    wilson = st.wilson(int(right.sum()), 200)
    assert score.high - score.low > 1.5 * (wilson.high - wilson.low)


def test_ordered_splits_are_labelled_descriptive(rng, make_run):
    folds = [regression_sample(rng, 60, noise=0.5) for _ in range(3)]
    plan, store = make_run({"a": folds}, metrics=["mae"], method=SplitMethod.TIME_SERIES)
    (score,) = evaluate_run(plan, store).scores
    assert score.interval_method == "block_bootstrap_percentile"
    assert "ordered in time" in score.warnings[0]
    assert score.low < score.estimate < score.high


def test_a_test_set_that_time_divides_off_is_described_too(rng, make_run):
    fold = binary_sample(rng, 150, skill=1.0)
    plan, store = make_run({"a": [fold], "b": [fold]}, metrics=["accuracy"], method=SplitMethod.HOLDOUT)
    (entry,) = plan.datasets
    in_time = replace(entry, dataset=replace(entry.dataset, ref=replace(entry.dataset.ref, time="day")))
    evaluation = evaluate_run(replace(plan, datasets=(in_time,)), store)
    assert {score.interval_method for score in evaluation.scores} == {"block_bootstrap_percentile"}
    assert "ordered in time" in evaluation.scores[0].warnings[0]
    assert evaluation.comparisons[0].method == "paired_block_bootstrap_percentile"


@pytest.mark.parametrize(
    ("metric", "mirrored"),
    [
        ("error_rate", "accuracy"),
        ("false_positive_rate", "specificity"),
        ("false_negative_rate", "recall"),
    ],
)
def test_a_rate_of_mistakes_is_as_certain_as_that_of_successes(rng, make_run, metric, mirrored):
    truth = np.arange(60) % 2
    some, none = (binary_sample(rng, 60, skill=skill, truth=truth) for skill in (1.0, 50.0))
    assert (none.prediction == truth).all()
    plan, store = make_run({"some": [some], "none": [none]}, metrics=[metric, mirrored], method=SplitMethod.HOLDOUT)
    evaluation = evaluate_run(plan, store)
    for model in ("some", "none"):
        of, other = (score for score in evaluation.scores if score.model == model)
        assert (of.low, of.high) == pytest.approx((1 - other.high, 1 - other.low))
        assert of.high > of.low
    of, other = evaluation.comparisons
    assert (of.difference, of.low, of.high) == pytest.approx((-other.difference, -other.high, -other.low))
    assert (of.method, of.p_value, of.verdict) == ("newcombe_paired", other.p_value, other.verdict)


@pytest.mark.parametrize("metric", ["top_2_accuracy", "top_3_accuracy"])
def test_a_label_among_the_most_probable_is_a_proportion(make_run, metric):
    truth = np.arange(40) % 4
    probability = np.full((40, 4), 0.1)
    probability[np.arange(40), truth] = 0.7
    fold = Sample(
        task=Task.MULTICLASS, truth=truth, prediction=truth, labels=("a", "b", "c", "d"), probability=probability
    )
    plan, store = make_run({"a": [fold], "b": [fold]}, metrics=[metric], method=SplitMethod.HOLDOUT)
    evaluation = evaluate_run(plan, store)
    wilson = st.wilson(40, 40)
    assert (evaluation.scores[0].low, evaluation.scores[0].high) == (wilson.low, wilson.high)
    assert evaluation.comparisons[0].method == "newcombe_paired"


@pytest.mark.parametrize("method", [SplitMethod.KFOLD, SplitMethod.HOLDOUT])
def test_float_noise_is_no_difference(rng, make_run, method):
    """The same least squares on scaled features answer alike but for the last digits, and always to one side."""
    folds = [regression_sample(rng, 60, noise=0.5) for _ in range(5 if method is SplitMethod.KFOLD else 1)]
    wider = [replace(one, prediction=one.truth + (one.prediction - one.truth) * (1 + 1e-15)) for one in folds]
    plan, store = make_run({"a": folds, "b": wider}, metrics=["mae", "rmse"], method=method)
    for row in evaluate_run(plan, store).comparisons:
        assert (row.difference, row.low, row.high, row.p_value) == (0.0, 0.0, 0.0, 1.0)
        assert row.verdict == "equivalent"


def test_comparisons_on_one_test_set_pair_the_rows(rng, make_run):
    truth = rng.integers(0, 2, 300)
    good, bad = (binary_sample(rng, 300, skill=skill, truth=truth) for skill in (2.0, 0.3))
    plan, store = make_run({"good": [good], "bad": [bad]}, metrics=["accuracy", "roc_auc"], method=SplitMethod.HOLDOUT)
    accuracy, auc = evaluate_run(plan, store).comparisons
    assert accuracy.method == "newcombe_paired"
    assert accuracy.difference == pytest.approx(
        accuracy_score(truth, good.prediction) - accuracy_score(truth, bad.prediction)
    )
    assert auc.method == "delong_paired"
    assert accuracy.verdict == auc.verdict == "a_better"
    assert accuracy.minimum_detectable_difference > 0


def test_no_verdict_where_the_interval_holds_zero_and_the_p_value_is_below_its_limit(make_run):
    both, only_a, only_b, neither = 42, 12, 4, 2
    right_a = np.repeat([1, 1, 0, 0], [both, only_a, only_b, neither])
    right_b = np.repeat([1, 0, 1, 0], [both, only_a, only_b, neither])
    truth = np.arange(60) % 2
    a, b = (
        Sample(
            task=Task.BINARY, truth=truth, prediction=np.where(right, truth, 1 - truth), labels=("n", "y"), positive=1
        )
        for right in (right_a, right_b)
    )
    plan, store = make_run({"a": [a], "b": [b]}, metrics=["accuracy"], method=SplitMethod.HOLDOUT)
    (row,) = evaluate_run(plan, store).comparisons
    assert row.p_adjusted < 0.05
    assert row.low < 0 < row.difference
    assert row.verdict == "undecided"


def test_holm_adjusts_over_all_pairs_of_a_metric(rng, make_run):
    truths = [rng.integers(0, 2, 50) for _ in range(5)]
    runs = {name: _binary_folds(rng, [50] * 5, skill, truths) for name, skill in (("a", 2.0), ("b", 1.0), ("c", 0.0))}
    plan, store = make_run(runs, metrics=["roc_auc"])
    rows = evaluate_run(plan, store).comparisons
    assert [(row.a, row.b) for row in rows] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [row.p_adjusted for row in rows] == list(st.holm([row.p_value for row in rows]))
    assert all(row.p_adjusted >= row.p_value for row in rows)
    assert rows[1].verdict == "a_better"


def test_identical_models_are_equivalent_and_never_better(rng, make_run):
    folds = _binary_folds(rng, [50] * 5, 1.0)
    plan, store = make_run({"a": folds, "b": folds}, metrics=["roc_auc", "accuracy"])
    for row in evaluate_run(plan, store).comparisons:
        assert (row.difference, row.low, row.high, row.p_value) == (0.0, 0.0, 0.0, 1.0)
        assert row.verdict == "equivalent"


def test_each_pipeline_and_task_has_a_ranking_that_names_them(rng, make_run):
    folds = {name: _binary_folds(rng, [40] * 5, skill) for name, skill in (("a", 2.0), ("b", 1.0), ("c", 0.0))}
    plan, store = make_run(folds, metrics=["accuracy"])
    (entry,) = plan.datasets
    places = {"one": Task.BINARY, "two": Task.BINARY, "three": Task.MULTICLASS, "four": Task.MULTICLASS}
    entries = tuple(replace(entry, dataset=replace(entry.dataset, ref=replace(entry.dataset.ref, name=name), task=task))
                    for name, task in places.items())  # fmt: skip
    scores = tuple(
        replace(score, dataset=name, pipeline=pipeline)
        for name in places
        for pipeline in ("plain", "scaled")
        for score in evaluate_run(plan, store).scores
    )
    found = rank_models(replace(plan, datasets=entries), scores)
    assert [(one.pipeline, one.datasets) for one in found] == [
        ("plain", ("one", "two")),
        ("scaled", ("one", "two")),
        ("plain", ("three", "four")),
        ("scaled", ("three", "four")),
    ]


def test_swapping_models_flips_every_sign(rng, make_run):
    truths = [rng.integers(0, 2, 50) for _ in range(5)]
    a, b = (_binary_folds(rng, [50] * 5, skill, truths) for skill in (4.0, 0.0))
    (forward,) = evaluate_run(*make_run({"a": a, "b": b}, metrics=["log_loss"])).comparisons
    (backward,) = evaluate_run(*make_run({"b": b, "a": a}, metrics=["log_loss"])).comparisons
    assert (forward.verdict, backward.verdict) == ("a_better", "b_better")
    assert forward.difference < 0, "log loss is better when smaller"
    assert (backward.difference, backward.low, backward.high) == pytest.approx(
        (-forward.difference, -forward.high, -forward.low)
    )
    assert forward.p_value == pytest.approx(backward.p_value)


def test_missing_fold_leaves_no_estimate_but_its_reason(rng, make_run):
    folds = [*_binary_folds(rng, [40] * 4, 1.0), None]
    whole = _binary_folds(rng, [40] * 5, 1.0)
    plan, store = make_run({"whole": whole, "lacking": folds}, metrics=["roc_auc"])
    scores = {score.model: score for score in evaluate_run(plan, store).scores}
    lacking = scores["lacking"]
    assert lacking.estimate is lacking.low is lacking.high is None
    assert lacking.folds[4] is None
    assert None not in lacking.folds[:4]
    assert lacking.reason == "1 of 5 folds have no result"
    (row,) = evaluate_run(plan, store).comparisons
    assert (row.difference, row.p_value, row.verdict) == (None, None, "undecided")
    assert "lacking" in row.reason


def test_undefined_on_one_fold_is_undefined_not_zero(rng, make_run):
    folds = _binary_folds(rng, [40] * 4, 1.0)
    one_class = binary_sample(rng, 40, skill=1.0, truth=np.zeros(40, dtype=np.int64))
    plan, store = make_run({"a": [*folds, one_class]}, metrics=["roc_auc"])
    (score,) = evaluate_run(plan, store).scores
    assert score.estimate is None
    assert score.folds[4] is None
    assert score.reason.startswith("undefined on fold 5:")


def test_constant_folds_have_an_interval_of_no_width(rng, make_run):
    truth = np.array([0, 1] * 20)
    constant = Sample(
        task=binary_sample(rng, 2, skill=0.0).task,
        truth=truth,
        prediction=np.zeros(40, dtype=np.int64),
        labels=("no", "yes"),
        positive=1,
        probability=np.full((40, 2), 0.5),
    )
    plan, store = make_run({"baseline": [constant] * 5}, metrics=["roc_auc"])
    (score,) = evaluate_run(plan, store).scores
    assert score.low == score.high == score.estimate == 0.5


def test_known_fold_scores_need_no_predictions(rng, make_run, tmp_path):
    _, store = make_run({"a": _binary_folds(rng, [40] * 5, 1.0)}, metrics=["roc_auc"])
    known = {"a-0": {"roc_auc": 0.123}}
    assert CellStore(tmp_path / "run0", known).fold_value("a-0", "roc_auc").value == 0.123
    assert store.fold_value("a-0", "roc_auc").value != 0.123


def test_a_model_of_absurd_numbers_costs_its_own_scores_only(rng, make_run):
    sane = [regression_sample(rng, 30, noise=0.5) for _ in range(3)]
    huge = [replace(one, prediction=np.full(30, 1e308)) for one in sane]
    plan, store = make_run({"sane": sane, "huge": huge}, metrics=["mae", "rmse", "r2"], method=SplitMethod.KFOLD)
    evaluation = evaluate_run(plan, store)
    scores = {(score.model, score.metric): score for score in evaluation.scores}
    assert scores["sane", "mae"].estimate == pytest.approx(np.mean([abs(s.truth - s.prediction).mean() for s in sane]))
    for metric in ("mae", "rmse", "r2"):
        assert scores["huge", metric].estimate is None
        assert scores["huge", metric].reason
    assert all(pair.reason and pair.verdict == "undecided" for pair in evaluation.comparisons)


def test_a_metric_that_breaks_costs_its_own_scores_only(rng, make_run):
    def broken(_sample):
        raise ZeroDivisionError("no rows of this kind")

    folds = [regression_sample(rng, 30, noise=0.5) for _ in range(3)]
    plan, store = make_run({"a": folds, "b": folds}, metrics=["mae", "rmse"], method=SplitMethod.KFOLD)
    with plugins.offered(Metric("breaks", broken, frozenset(Task))):
        found = evaluate_run(plan, store, extra_metrics=["breaks"])
    assert [score.estimate is None for score in found.scores] == [False, False, True] * 2
    assert "ZeroDivisionError: no rows of this kind" in found.scores[2].reason
    assert [pair.reason is None for pair in found.comparisons] == [True, True, False]


def test_models_evaluated_in_one_pass_get_the_same_numbers(rng, make_run, monkeypatch):
    folds = {name: [binary_sample(rng, 120, skill=skill)] for name, skill in (("a", 1.0), ("b", 0.3), ("c", 0.8))}
    for name in "bc":
        folds[name] = [binary_sample(rng, 120, skill=0.5, truth=folds["a"][0].truth)]
    plan, store = make_run(folds, metrics=["average_precision", "f1", "brier"], method=SplitMethod.HOLDOUT)
    kept = evaluate_run(plan, store)
    monkeypatch.setattr("mtf_engine.evaluation.resampling._KEPT_BYTES", 0)
    monkeypatch.setattr("mtf_engine.evaluation.contestant.MANY_ROWS", 0)
    assert evaluate_run(plan, store) == kept
    assert len(kept.comparisons) == 9


@pytest.mark.parametrize("method", [SplitMethod.HOLDOUT, SplitMethod.KFOLD])
def test_rows_without_weight_take_no_part_whatever_a_metric_makes_of_them(make_run, method: SplitMethod) -> None:
    rng = np.random.default_rng(0)
    folds = 1 if method is SplitMethod.HOLDOUT else 3
    with_them, without = {}, {}
    for model, noise in (("a", 0.1), ("b", 0.5)):
        made = [regression_sample(np.random.default_rng(fold), 60, noise=noise) for fold in range(folds)]
        weights = [np.where(rng.random(60) < 0.2, 0.0, 1.0 + rng.random(60)) for _ in made]
        if with_them:
            weights = [one.weights for one in with_them["a"]]
        made = [
            replace(one, truth=np.where(w > 0, one.truth, 0.0), weights=w) for one, w in zip(made, weights, strict=True)
        ]
        with_them[model], without[model] = made, [one.weighty for one in made]
    found = [
        evaluate_run(*make_run(samples, metrics=["mape", "mae"], method=method)) for samples in (with_them, without)
    ]
    for score, other in zip(found[0].scores, found[1].scores, strict=True):
        assert score.estimate == pytest.approx(other.estimate)
        assert score.low is not None, (score.metric, score.reason)
        assert score.reason is None
    assert all(row.low is not None for row in found[0].comparisons)
