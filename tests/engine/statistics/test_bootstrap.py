"""The bootstraps: weights, exactness, designs and refusals."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from mtf_engine import statistics as st
from mtf_engine.statistics.binary_bootstrap import slot_auc
from mtf_engine.statistics.cells import Cells
from mtf_engine.statistics.replicates import Replicates, acceleration, interval_of_replicates
from mtf_engine.statistics.row_weights import row_weights
from mtf_engine.statistics.slots import SortedClasses, plan_slots

CASES = Path(__file__).parents[4] / "shared" / "fixtures" / "stats"


def law_school() -> dict[str, Any]:
    """Return Efron's law school case, or skip where the folder is absent."""
    path = CASES / "efron_law_school_bootstrap.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def binary(seed: int, n: int, share: float = 0.3, decimals: int | None = None) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < share
    score = 1 / (1 + np.exp(-(rng.normal(size=n) + 1.5 * truth - 0.7)))
    return truth, score if decimals is None else np.round(score, decimals)


class TestGeneric:
    def test_law_school_correlation(self) -> None:
        data = law_school()
        x, y = np.array(data["inputs"]["LSAT"]), np.array(data["inputs"]["GPA"])

        def correlation(rows: Any) -> float | None:
            if np.ptp(x[rows]) == 0:
                return None
            return float(np.corrcoef(x[rows], y[rows])[0, 1])

        exact = data["recomputed"]
        bca = st.bootstrap(correlation, 15, resamples=8000)
        percentile = st.bootstrap(correlation, 15, resamples=8000, method="percentile")
        assert bca.estimate == pytest.approx(exact["r"], abs=1e-12)
        assert [bca.low, bca.high] == pytest.approx(exact["bca_95_scipy_20000"], abs=0.03)
        assert [percentile.low, percentile.high] == pytest.approx(exact["percentile_95_scipy_20000"], abs=0.03)

    def test_law_school_acceleration(self) -> None:
        data = law_school()
        x, y = np.array(data["inputs"]["LSAT"]), np.array(data["inputs"]["GPA"])
        left = np.array([np.corrcoef(np.delete(x, i), np.delete(y, i))[0, 1] for i in range(15)])
        assert acceleration(left) == pytest.approx(data["recomputed"]["acceleration"], abs=1e-12)

    def test_small_sample_mean_has_the_enumerated_distribution(self) -> None:
        data = law_school()
        sample = np.array(data["inputs"]["small_sample"])
        means = [np.mean(draw) for draw in itertools.product(sample, repeat=4)]
        assert np.std(means) == pytest.approx(data["expected"]["exact_boot_se_mean"], abs=1e-12)
        drawn = np.concatenate([w @ sample / 4 for w in row_weights(4, 40_000, np.random.default_rng(0))])
        assert drawn.std() == pytest.approx(data["expected"]["exact_boot_se_mean"], rel=0.02)
        low, high = data["expected"]["exact_boot_q025_q975_inverted_cdf"]
        assert np.quantile(drawn, 0.025, method="inverted_cdf") == low
        assert np.quantile(drawn, 0.975, method="inverted_cdf") == high

    def test_same_seed_same_bounds(self) -> None:
        x = np.random.default_rng(0).normal(size=60)
        first = st.bootstrap(lambda rows: float(np.median(x[rows])), 60, resamples=300, seed=4)
        assert first == st.bootstrap(lambda rows: float(np.median(x[rows])), 60, resamples=300, seed=4)
        assert first != st.bootstrap(lambda rows: float(np.median(x[rows])), 60, resamples=300, seed=5)

    def test_strata_keep_their_size(self) -> None:
        strata = np.repeat(["a", "b", "c"], [5, 15, 40])
        design = st.plan_draws(60, strata=strata)
        rng = np.random.default_rng(0)
        for _ in range(20):
            assert np.unique(strata[design.draw(rng)], return_counts=True)[1].tolist() == [5, 15, 40]

    def test_clusters_come_whole(self) -> None:
        clusters = np.repeat(np.arange(12), np.arange(1, 13))
        design = st.plan_draws(clusters.size, clusters=clusters)
        rng = np.random.default_rng(0)
        for _ in range(20):
            rows = design.draw(rng)
            counts = np.bincount(clusters[rows], minlength=12)
            assert (counts % np.arange(1, 13) == 0).all()
            assert (counts // np.arange(1, 13)).sum() == 12

    @pytest.mark.parametrize("kind", ["rows", "strata", "clusters"])
    def test_counts_are_draws_counted(self, kind: str) -> None:
        labels = np.arange(60) % 4
        design = st.plan_draws(60, **({} if kind == "rows" else {kind: labels}))
        rng = np.random.default_rng(0)
        counts = np.stack([design.count(rng) for _ in range(4000)])
        drawn = np.stack([np.bincount(design.draw(rng), minlength=60) for _ in range(4000)])
        assert (counts.sum(axis=1) == 60).all()
        # Mean and variance of one row's count, and how rows of one label go together, within four standard errors.
        assert np.allclose(counts.mean(axis=0), 1.0, atol=0.08 if kind == "clusters" else 0.07)
        assert np.allclose(np.cov(counts.T).mean(), np.cov(drawn.T).mean(), atol=0.02)
        assert np.allclose(counts.var(axis=0).mean(), drawn.var(axis=0).mean(), rtol=0.05)

    def test_blocks_are_runs_of_neighbours(self) -> None:
        design = st.plan_draws(30, blocks=5)
        rows = design.draw(np.random.default_rng(0)).reshape(6, 5)
        assert (np.diff(rows, axis=1) % 30 == 1).all()
        blocked = st.bootstrap(lambda r: float(r.mean()), 30, blocks=5, resamples=200)
        assert "ordered" in blocked.warnings[0]

    def test_clusters_are_wider_than_rows(self) -> None:
        rng = np.random.default_rng(1)
        clusters = np.repeat(np.arange(40), 5)
        values = np.repeat(rng.normal(size=40), 5) + 0.3 * rng.normal(size=200)

        def width(**design: Any) -> float:
            found = st.bootstrap(lambda r: float(values[r].mean()), 200, resamples=500, **design)
            assert found.low is not None
            assert found.high is not None
            return found.high - found.low

        assert width(clusters=clusters) > 1.7 * width()

    def test_jackknife_groups_cover_all_rows_once(self) -> None:
        for design in (
            st.plan_draws(1000),
            st.plan_draws(1000, strata=np.arange(1000) % 3),
            st.plan_draws(1000, clusters=np.arange(1000) // 2),
            st.plan_draws(1000, blocks=20),
        ):
            kept = list(design.left_out(np.random.default_rng(0)))
            assert len(kept) <= 200
            left = np.concatenate([np.setdiff1d(np.arange(1000), rows) for rows in kept])
            assert sorted(left.tolist()) == list(range(1000))

    def test_undefined_resamples_are_counted_and_refused(self) -> None:
        def sometimes(share: float) -> Any:
            limit = np.quantile(np.random.default_rng(0).integers(0, 50, (4000, 50)).mean(axis=1), share)
            return lambda rows: None if rows.mean() < limit else float(rows.mean())

        few = st.bootstrap(sometimes(0.02), 50, resamples=1000)
        assert any("undefined on" in warning for warning in few.warnings)
        assert few.is_defined
        many = st.bootstrap(sometimes(0.2), 50, resamples=1000)
        assert many.low is None
        assert many.reason is not None
        assert "more than 5%" in many.reason
        never = st.bootstrap(lambda _: None, 50)
        assert never.estimate is None

    def test_expanded_is_wider_for_few_rows_and_equal_for_many(self) -> None:
        x = np.random.default_rng(3).normal(size=2000)

        def width(n: int, expanded: bool) -> float:
            found = st.bootstrap_means({"x": x[:n]}, expanded=expanded)["x"]
            assert found.low is not None
            assert found.high is not None
            return found.high - found.low

        assert 1.05 < width(15, True) / width(15, False) < 1.35
        assert width(2000, True) / width(2000, False) == pytest.approx(1.0, abs=0.01)

    def test_interval_always_contains_the_estimate(self) -> None:
        skewed = Replicates(1.0, np.linspace(1.2, 2.0, 500), None, 50)
        interval = interval_of_replicates(skewed, 0.95, "any")
        assert interval.low == 1.0

    @pytest.mark.parametrize(
        "wrong",
        [
            {"strata": [0] * 9},
            {"clusters": [0] * 10, "strata": [0] * 10},
            {"blocks": 11},
            {"resamples": 10},
            {"method": "basic"},
            {"confidence": 95},
        ],
    )
    def test_wrong_arguments_are_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"strata|blocks|resamples|method|confidence"):
            st.bootstrap(lambda rows: float(rows.mean()), 10, **wrong)


class TestWeights:
    """A constant-weight bug shows only as zero-width intervals, so weights are looked at themselves."""

    @pytest.mark.parametrize("n", [50, 400])
    def test_row_weights_have_multinomial_moments(self, n: int) -> None:
        weights = np.concatenate(list(row_weights(n, 4000, np.random.default_rng(0))))
        assert weights.shape == (4000, n)
        assert (weights.sum(axis=1) == n).all()
        assert weights.mean() == 1.0
        assert weights.var() == pytest.approx(1 - 1 / n, rel=0.01)
        covariance = np.cov(weights[:, 0], weights[:, 1])[0, 1]
        assert covariance == pytest.approx(-1 / n, abs=4 / np.sqrt(4000))

    def test_cell_draws_have_multinomial_moments(self) -> None:
        counts = np.array([5, 0, 30, 65])
        tables = np.concatenate(list(Cells(counts).draws(np.random.default_rng(0), 20_000)))
        assert tables.mean(axis=0) == pytest.approx(counts, abs=0.2)
        share = counts / 100
        assert tables.var(axis=0) == pytest.approx(100 * share * (1 - share), rel=0.05, abs=1e-12)

    def test_stratified_cells_keep_their_strata(self) -> None:
        cells = Cells(np.array([5, 25, 30, 40]), np.array([0, 0, 1, 1]))
        tables = np.concatenate(list(cells.draws(np.random.default_rng(0), 100)))
        assert (tables[:, :2].sum(axis=1) == 30).all()
        assert tables[:, 0].std() > 0


class TestExactness:
    """The fast ways have the distribution of drawing rows and calling scikit-learn."""

    @pytest.mark.parametrize(
        ("n", "share", "decimals"), [(300, 0.3, None), (300, 0.05, 1), (3000, 0.02, None), (4000, 0.4, 2)]
    )
    def test_slots_are_exact_for_small_tied_and_rare(self, n: int, share: float, decimals: int | None) -> None:
        truth, score = binary(0, n, share, decimals)
        slots = plan_slots(SortedClasses.of(truth, score), 0.5)
        assert slots.exact
        rng = np.random.default_rng(1)
        from_slots = _areas(truth, score, slots, rng)
        assert from_slots == pytest.approx(_areas_of_rows(truth, score, np.random.default_rng(1)), abs=1e-12)

    def test_large_continuous_scores_use_quantiles(self) -> None:
        truth, score = binary(0, 5000, 0.4)
        assert not plan_slots(SortedClasses.of(truth, score)).exact

    @pytest.mark.parametrize("name", ["roc_auc", "average_precision", "log_loss", "brier", "f1", "mcc"])
    def test_binary_agrees_with_drawing_rows(self, name: str) -> None:
        truth, score = binary(2, 400)
        points = {
            "roc_auc": lambda y, p: metrics.roc_auc_score(y, p),
            "average_precision": lambda y, p: metrics.average_precision_score(y, p),
            "log_loss": lambda y, p: metrics.log_loss(y, p),
            "brier": lambda y, p: metrics.brier_score_loss(y, p),
            "f1": lambda y, p: metrics.f1_score(y, p >= 0.5),
            "mcc": lambda y, p: metrics.matthews_corrcoef(y, p >= 0.5),
        }
        fast = st.bootstrap_binary(truth, score, metrics=[name], resamples=4000)[name]
        slow = st.bootstrap(lambda r: float(points[name](truth[r], score[r])), 400, resamples=300)
        assert fast.estimate == pytest.approx(slow.estimate, abs=1e-12)
        assert fast.low is not None
        assert fast.high is not None
        width = fast.high - fast.low
        assert [fast.low, fast.high] == pytest.approx([slow.low, slow.high], abs=0.16 * width)

    def test_quantile_slots_agree_with_exact_rows(self) -> None:
        truth, score = binary(3, 6000, 0.4)
        names = ["roc_auc"]
        fast = st.bootstrap_binary(truth, score, metrics=names, resamples=4000)
        flat = st.paired_bootstrap_binary(
            truth, score, np.full(6000, 0.4), metrics=names, resamples=3000, method="percentile"
        )
        interval, difference = fast["roc_auc"], flat["roc_auc"]
        assert interval.low is not None
        assert interval.high is not None
        assert difference.low is not None
        width = interval.high - interval.low
        assert interval.low == pytest.approx(difference.low + 0.5, abs=0.08 * width)
        delong = st.delong(truth, score)
        assert delong.low is not None
        assert fast["roc_auc"].low == pytest.approx(delong.low, abs=5e-4)

    def test_multiclass_agrees_with_drawing_rows(self) -> None:
        rng = np.random.default_rng(4)
        truth = rng.integers(4, size=500)
        logits = rng.normal(size=(500, 4))
        logits[np.arange(500), truth] += 1.2
        probability = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        points = {
            "accuracy": lambda y, p: metrics.accuracy_score(y, p.argmax(axis=1)),
            "f1_macro": lambda y, p: metrics.f1_score(y, p.argmax(axis=1), average="macro"),
            "log_loss": lambda y, p: metrics.log_loss(y, p, labels=[0, 1, 2, 3]),
            "roc_auc_ovr": lambda y, p: metrics.roc_auc_score(y, p, multi_class="ovr"),
        }
        fast = st.bootstrap_multiclass(truth, probability, metrics=list(points), resamples=3000)
        for name, point in points.items():
            slow = st.bootstrap(lambda r, f=point: float(f(truth[r], probability[r])), 500, resamples=200)
            interval = fast[name]
            assert interval.estimate == pytest.approx(slow.estimate, abs=1e-9)
            assert interval.low is not None
            assert interval.high is not None
            width = interval.high - interval.low
            assert [interval.low, interval.high] == pytest.approx([slow.low, slow.high], abs=0.2 * width)

    def test_mean_cells_agree_with_exact_rows(self) -> None:
        rng = np.random.default_rng(5)
        losses = rng.exponential(size=20_000)
        exact = st.bootstrap_means({"loss": losses}, resamples=4000)["loss"]
        cells = st.bootstrap_means({"loss": np.append(losses, losses.mean())}, resamples=4000)["loss"]
        assert exact.low is not None
        assert exact.high is not None
        width = exact.high - exact.low
        assert [cells.low, cells.high] == pytest.approx([exact.low, exact.high], abs=0.06 * width)

    def test_paired_draws_are_shared(self) -> None:
        """Two nearly equal models differ far less than either varies."""
        truth, score = binary(6, 500)
        other = np.clip(score + 0.01 * np.random.default_rng(0).normal(size=500), 0, 1)
        single = st.bootstrap_binary(truth, score, metrics=["brier"])["brier"]
        paired = st.paired_bootstrap_binary(truth, score, other, metrics=["brier"])["brier"]
        assert single.low is not None
        assert single.high is not None
        assert paired.low is not None
        assert paired.high is not None
        assert paired.high - paired.low < 0.2 * (single.high - single.low)

    def test_paired_counts_agree_with_paired_rows(self) -> None:
        rng = np.random.default_rng(7)
        truth = rng.random(300) < 0.3
        a, b = truth ^ (rng.random(300) < 0.15), truth ^ (rng.random(300) < 0.25)
        counts = np.zeros((2, 2, 2), dtype=int)
        np.add.at(counts, (truth.astype(int), a.astype(int), b.astype(int)), 1)
        fast = st.paired_bootstrap_counts(counts, ["f1"], resamples=4000)["f1"]
        slow = st.paired_bootstrap(
            lambda r: float(metrics.f1_score(truth[r], a[r])),
            lambda r: float(metrics.f1_score(truth[r], b[r])),
            300,
            resamples=250,
        )
        assert fast.difference == pytest.approx(slow.difference, abs=1e-12)
        assert fast.low is not None
        assert fast.high is not None
        width = fast.high - fast.low
        assert [fast.low, fast.high] == pytest.approx([slow.low, slow.high], abs=0.16 * width)

    def test_poisson_agrees_with_the_multinomial(self) -> None:
        losses = np.random.default_rng(8).exponential(size=2000)
        chunks = (np.column_stack([part, np.ones_like(part)]) for part in np.split(losses, 5))
        poisson = st.poisson_bootstrap(chunks, lambda t: t[:, 0] / t[:, 1], resamples=2000)
        exact = st.bootstrap_means({"loss": losses}, method="percentile")["loss"]
        assert poisson.estimate == pytest.approx(exact.estimate, abs=1e-12)
        assert exact.low is not None
        assert exact.high is not None
        width = exact.high - exact.low
        assert [poisson.low, poisson.high] == pytest.approx([exact.low, exact.high], abs=0.1 * width)


def _areas(truth: Any, score: Any, slots: Any, rng: np.random.Generator) -> list[float]:
    """AUC of resamples from slot counts."""
    number, found = slots.number(score), []
    for _ in range(30):
        rows = rng.integers(0, truth.size, truth.size)
        positive = np.bincount(number[rows][truth[rows]], minlength=slots.positive.size).astype(float)
        negative = np.bincount(number[rows][~truth[rows]], minlength=slots.positive.size).astype(float)
        found.append(float(slot_auc(positive[None, :], negative[None, :], slots.share)[0]))
    return found


def _areas_of_rows(truth: Any, score: Any, rng: np.random.Generator) -> list[float]:
    """AUC of the same resamples by scikit-learn."""
    found = []
    for _ in range(30):
        rows = rng.integers(0, truth.size, truth.size)
        found.append(float(metrics.roc_auc_score(truth[rows], score[rows])))
    return found


class TestUndefined:
    def test_one_class(self) -> None:
        found = st.bootstrap_binary([1, 1, 1], [0.2, 0.5, 0.9], metrics=["roc_auc", "recall", "specificity"])
        assert found["roc_auc"].estimate is None
        assert found["recall"].estimate == pytest.approx(2 / 3)
        assert found["specificity"].reason is not None

    def test_absent_class_leaves_averages_undefined(self) -> None:
        truth, probability = [0, 1] * 30, [[0.6, 0.3, 0.1], [0.2, 0.6, 0.2]] * 30
        found = st.bootstrap_multiclass(truth, probability, metrics=["accuracy", "roc_auc_ovr", "balanced_accuracy"])
        assert found["accuracy"].estimate == 1.0
        assert found["roc_auc_ovr"].estimate is None
        assert found["balanced_accuracy"].reason is not None

    def test_rarely_predicted_class_is_refused_not_zero(self) -> None:
        found = st.bootstrap_counts([[95, 1], [3, 1]], ["precision"])["precision"]
        assert found.estimate == 0.5
        assert found.low is None
        assert found.reason is not None

    def test_scores_that_are_no_probabilities(self) -> None:
        with pytest.raises(ValueError, match=r"outside \[0, 1\]"):
            st.bootstrap_binary([0, 1], [-1.0, 2.0], metrics=["brier"])
        assert st.bootstrap_binary([0, 1] * 20, [-1.0, 2.0] * 20, metrics=["roc_auc"])["roc_auc"].estimate == 1.0

    def test_no_rows(self) -> None:
        assert st.bootstrap_binary([], [], metrics=["f1"])["f1"].reason is not None
        assert st.bootstrap_counts([[0, 0], [0, 0]], ["f1"])["f1"].reason is not None
        assert st.bootstrap_means({"loss": []})["loss"].reason is not None
        assert st.poisson_bootstrap([], lambda sums: sums[:, 0]).reason is not None

    @pytest.mark.parametrize(
        "call",
        [
            lambda: st.bootstrap_counts([[1, 2, 3]], ["f1"]),
            lambda: st.bootstrap_counts([[1, 2], [3, 4]], ["auc"]),
            lambda: st.bootstrap_counts([[1, 2], [3, 4]], "f1"),
            lambda: st.bootstrap_means({"a": [1.0], "b": [1.0, 2.0]}),
            lambda: st.bootstrap_means({"a": [np.nan]}),
            lambda: st.paired_bootstrap_means({"a": [1.0]}, {"b": [1.0]}),
            lambda: st.bootstrap_multiclass([0, 3], [[0.5, 0.5], [0.5, 0.5]], metrics=["accuracy"]),
            lambda: st.bootstrap_binary([0, 1], [0.1, 0.2], metrics=["auc"]),
            lambda: st.poisson_bootstrap([[[1.0, 2.0]], [[1.0]]], lambda sums: sums[:, 0]),
        ],
    )
    def test_wrong_arguments_are_refused(self, call: Any) -> None:
        with pytest.raises(ValueError, match=r"\w+"):
            call()


class TestPoints:
    @pytest.mark.parametrize("decimals", [None, 2])
    def test_point_metrics_agree_with_sklearn(self, decimals: int | None) -> None:
        truth, score = binary(9, 2000, 0.3, decimals)
        points = st.binary_point_metrics(truth, score)
        predicted = score >= 0.5
        expected = {
            "accuracy": metrics.accuracy_score(truth, predicted),
            "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted),
            "precision": metrics.precision_score(truth, predicted),
            "recall": metrics.recall_score(truth, predicted),
            "specificity": metrics.recall_score(~truth, ~predicted),
            "npv": metrics.precision_score(~truth, ~predicted),
            "f1": metrics.f1_score(truth, predicted),
            "f1_macro": metrics.f1_score(truth, predicted, average="macro"),
            "mcc": metrics.matthews_corrcoef(truth, predicted),
            "kappa": metrics.cohen_kappa_score(truth, predicted),
            "roc_auc": metrics.roc_auc_score(truth, score),
            "average_precision": metrics.average_precision_score(truth, score),
            "log_loss": metrics.log_loss(truth, score),
            "brier": metrics.brier_score_loss(truth, score),
        }
        for name, value in expected.items():
            assert getattr(points, name) == pytest.approx(value, abs=1e-12), name

    def test_calibration_bins_agree_with_sklearn(self) -> None:
        truth, score = binary(10, 3000)
        bins = st.binary_point_metrics(truth, score).calibration
        assert bins is not None
        fraction, mean = calibration_curve(truth, score, n_bins=10)
        assert bins.fraction_positive == pytest.approx(fraction, abs=1e-12)
        assert bins.mean_predicted == pytest.approx(mean, abs=1e-12)
        assert sum(bins.rows) == 3000

    def test_undefined_points_are_none(self) -> None:
        points = st.binary_point_metrics([1, 1], [0.1, 0.2])
        assert (points.roc_auc, points.precision, points.specificity, points.mcc) == (None, None, None, None)
        assert points.recall == 0.0
        assert st.binary_point_metrics([0, 1], [-3.0, 3.0]).log_loss is None

    def test_clipped_rows_are_counted(self) -> None:
        points = st.binary_point_metrics([0, 1, 1], [0.0, 0.0, 0.5])
        assert points.log_loss_clipped == 2
        assert points.log_loss is not None
        assert points.log_loss > 12


class TestScale:
    """The unit of a metric decides nothing: nanometres differ as metres do."""

    def test_p_values_do_not_depend_on_the_unit(self) -> None:
        rng = np.random.default_rng(11)
        first, second = rng.exponential(size=80), rng.exponential(size=80) + 0.5

        def p_values(unit: float) -> list[float | None]:
            a, b = first * unit, second * unit
            return [
                st.paired_bootstrap(
                    lambda r: float(a[r].mean()), lambda r: float(b[r].mean()), 80, resamples=300
                ).p_value,
                st.paired_bootstrap_means({"x": a}, {"x": b}, resamples=300)["x"].p_value,
                st.corrected_resampled_t_test((a - b)[:10], n_train=72, n_test=8).p_value,
                st.five_by_two_cv_f((a - b)[:10].reshape(5, 2)).p_value,
                st.permutation_test(a, b).p_value,
            ]

        metres = p_values(1.0)
        assert all(p is not None and p < 0.999 for p in metres)
        assert p_values(2.0**-70) == pytest.approx(metres, rel=1e-9)
        assert p_values(2.0**70) == pytest.approx(metres, rel=1e-9)


@pytest.mark.parametrize("truth", [[1], [0], [1, 0]])
def test_one_or_two_rows_do_not_break(truth: list[int]) -> None:
    score = [0.3, 0.2][: len(truth)]
    found = st.bootstrap_binary(truth, score, metrics=["brier", "accuracy", "roc_auc"])
    assert found["brier"].is_defined
    assert found["accuracy"].is_defined
    paired = st.paired_bootstrap_binary(truth, score, score[::-1], metrics=["brier"])["brier"]
    assert paired.low is not None
    assert paired.high is not None
    assert -1.0 <= paired.low <= paired.high <= 1.0
    assert st.bootstrap(lambda rows: float(rows.mean()), len(truth), resamples=100).is_defined
    counts = st.confusion_counts(truth, truth, 2)
    assert st.bootstrap_counts(counts, ["accuracy"])["accuracy"].estimate == 1.0
