"""Calibration errors, Brier parts and calibration tests, held against published digits and plain sums."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from mtf_engine import statistics as st

CASES = Path(__file__).parents[4] / "shared" / "fixtures" / "stats"


def case(name: str) -> dict[str, Any]:
    """Return a fixture case, or skip where the folder is absent."""
    path = CASES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def calibrated(n: int, seed: int = 0) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Outcomes drawn from their own forecasts."""
    rng = np.random.default_rng(seed)
    p = rng.beta(2, 3, n)
    return rng.random(n) < p, p


class TestBinnedErrors:
    def test_torchmetrics_digits(self) -> None:
        data = case("calibration_ece_torchmetrics")
        expected, tolerance = data["expected"], data["tolerance"]
        binary, multiclass = data["inputs"]["binary"], data["inputs"]["multiclass"]
        top = st.top_label(multiclass["y"], multiclass["p"])
        for norm in ("l1", "l2", "max"):
            b = st.calibration_error(
                binary["y"], binary["p"], norm=norm, n_bins=binary["n_bins"], strategy="equal_width"
            )
            m = st.calibration_error(
                top.correct, top.confidence, norm=norm, n_bins=multiclass["n_bins"], strategy="equal_width"
            )
            assert b.value == pytest.approx(expected[f"b_{norm}"], abs=tolerance)
            assert m.value == pytest.approx(expected[f"m_{norm}"], abs=tolerance)
        top_label = st.top_label_ece(
            multiclass["y"], multiclass["p"], n_bins=multiclass["n_bins"], strategy="equal_width"
        )
        assert top_label.value == pytest.approx(expected["m_l1"], abs=tolerance)

    def test_equal_width_bins_close_on_the_right_despite_float_noise(self) -> None:
        curve = st.reliability_curve([0, 1, 1], [0.1 + 0.2, 0.3, 0.31], n_bins=10, strategy="equal_width")
        assert [one.n for one in curve.bins] == [2, 1]

    def test_equal_mass_bins_hold_equally_many_rows_and_keep_ties_together(self) -> None:
        y, p = calibrated(1000)
        assert {one.n for one in st.reliability_curve(y, p, n_bins=10).bins} == {100}
        tied = st.reliability_curve([0, 1] * 50, [0.2] * 60 + [0.7] * 40, n_bins=10)
        assert [one.n for one in tied.bins] == [60, 40]

    def test_bins_carry_wilson_intervals(self) -> None:
        one = st.reliability_curve([1] * 8 + [0] * 2, [0.7] * 10, n_bins=1).bins[0]
        assert one.observed == st.wilson(8, 10)

    def test_plug_in_error_is_biased_and_the_debiased_one_is_not(self) -> None:
        squares, plug_in = [], []
        for seed in range(300):
            y, p = calibrated(300, seed)
            plug_in.append(st.calibration_error(y, p, norm="l2").value)
            squares.append(st.debiased_calibration_error(y, p).value)
        assert np.mean(plug_in) > 0.08
        assert np.median(squares) < 0.03

    def test_debiased_error_recovers_a_known_shift(self) -> None:
        rng = np.random.default_rng(1)
        p = rng.uniform(0.1, 0.7, 20_000)
        y = rng.random(p.size) < p + 0.2
        value = st.debiased_calibration_error(y, p).value
        assert value == pytest.approx(0.2, abs=0.01)

    def test_debiased_error_leaves_out_single_rows(self) -> None:
        result = st.debiased_calibration_error([0, 1, 1], [0.1, 0.9, 0.9], n_bins=3)
        assert result.warnings
        assert st.debiased_calibration_error([0, 1], [0.1, 0.9], n_bins=2).reason

    def test_class_wise_error_is_the_mean_over_classes(self) -> None:
        rng = np.random.default_rng(0)
        p = rng.dirichlet([1, 1, 1], 200)
        y = rng.integers(0, 3, 200)
        result = st.classwise_ece(y, p)
        each = [st.ece(y == j, p[:, j]).value for j in range(3)]
        assert [one.value for one in result.classes] == each
        assert result.mean.value == pytest.approx(np.mean([value for value in each if value is not None]))

    @pytest.mark.parametrize(
        ("truth", "table"),
        [
            ([0, 3], [[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]]),
            ([0.5, 1.0], [[0.5, 0.5], [0.2, 0.8]]),
            ([0, 1], [[0.5, 0.6], [0.2, 0.8]]),
            ([0], [[0.5, 0.5], [0.2, 0.8]]),
        ],
    )
    def test_wrong_class_tables(self, truth: Any, table: Any) -> None:
        with pytest.raises(ValueError, match=r"truth|probabilities"):
            st.top_label(truth, table)

    def test_no_rows_is_undefined(self) -> None:
        for function in (st.ece, st.debiased_calibration_error, st.smooth_ece):
            result = function([], [])
            assert result.value is None
            assert result.reason
        assert st.reliability_curve([], []).bins == ()
        assert st.brier_decomposition([], []).score is None

    @pytest.mark.parametrize("p", [[0.5, 1.2], [0.5, math.nan], [0.5]])
    def test_wrong_probabilities(self, p: list[float]) -> None:
        with pytest.raises(ValueError, match="probability"):
            st.ece([0, 1], p)


class TestSmoothError:
    @staticmethod
    def by_images(y: NDArray[np.float64], p: NDArray[np.float64], bandwidth: float, cells: int = 4000) -> float:
        """Smoothed error by summing mirror images of the Gaussian."""
        t = (np.arange(cells) + 0.5) / cells
        smooth = np.zeros(cells)
        for fold in range(-3, 4):
            for image in (2 * fold + p, 2 * fold - p):
                kernel = np.exp(-0.5 * ((t[:, None] - image) / bandwidth) ** 2)
                smooth += kernel @ (y - p) / (bandwidth * math.sqrt(2 * math.pi) * p.size)
        return float(np.abs(smooth).mean())

    @pytest.mark.parametrize("shift", [0.0, 0.1, 0.3])
    def test_the_bandwidth_equals_the_error_it_gives(self, shift: float) -> None:
        rng = np.random.default_rng(2)
        p = rng.uniform(0, 0.7, 400)
        y = (rng.random(400) < p + shift).astype(float)
        value = st.smooth_ece(y, p).value
        assert value is not None
        assert self.by_images(y, p, value) == pytest.approx(value, abs=1e-4)

    def test_perfect_forecasts(self) -> None:
        assert st.smooth_ece([0, 1, 1], [0.0, 1.0, 1.0]).value == 0.0

    def test_known_constant_gap(self) -> None:
        assert st.smooth_ece(np.ones(50), np.full(50, 0.7)).value == pytest.approx(0.3, abs=1e-3)

    def test_it_hardly_moves_when_forecasts_hardly_move(self) -> None:
        y, p = calibrated(500)
        one, two = st.smooth_ece(y, p).value, st.smooth_ece(y, np.clip(p + 1e-4, 0, 1)).value
        assert one is not None
        assert two is not None
        assert abs(one - two) < 5e-4


class TestBrierParts:
    @pytest.mark.parametrize("n_bins", [None, 1, 5, 50])
    @pytest.mark.parametrize("strategy", ["equal_mass", "equal_width"])
    def test_parts_add_up_to_the_score(self, n_bins: int | None, strategy: str) -> None:
        y, p = calibrated(400, 3)
        parts = st.brier_decomposition(y, p, n_bins=n_bins, strategy=strategy)
        values = [
            parts.reliability,
            parts.resolution,
            parts.uncertainty,
            parts.within_bin_variance,
            parts.within_bin_covariance,
            parts.generalized_resolution,
        ]
        reliability, resolution, uncertainty, variance, covariance, general = (float(v or 0.0) for v in values)
        assert parts.score == pytest.approx(float(np.mean((p - y) ** 2)))
        assert parts.score == pytest.approx(reliability - resolution + uncertainty + variance - covariance)
        assert parts.score == pytest.approx(reliability - general + uncertainty)

    def test_distinct_forecasts_have_no_within_terms(self) -> None:
        parts = st.brier_decomposition([0, 1, 1, 0], [0.2, 0.2, 0.8, 0.8], n_bins=None)
        assert (parts.within_bin_variance, parts.within_bin_covariance) == (0.0, 0.0)


class TestSpiegelhalter:
    def test_mapie_digits_two_sided(self) -> None:
        data = case("spiegelhalter_z")
        a, b = data["inputs"]["a"], data["inputs"]["b"]
        first, second = st.spiegelhalter(a["y"], a["p"]), st.spiegelhalter(b["y"], b["p"])
        assert first.statistic == pytest.approx(data["expected"]["z_a"], abs=data["tolerance"]["z_a"])
        assert first.p_value == pytest.approx(data["recomputed"]["p_two_sided_a"], abs=1e-12)
        assert second.statistic == pytest.approx(data["recomputed"]["z_b"], abs=1e-12)
        assert second.p_value == pytest.approx(data["recomputed"]["p_two_sided_b"], abs=1e-12)
        one_sided = data["expected"]["mapie_one_sided_p_b"]
        assert second.p_value == pytest.approx(2 * (1 - one_sided), abs=2e-4)

    def test_timid_forecasts_are_found_too(self) -> None:
        y = np.array([0] * 500 + [1] * 500)
        result = st.spiegelhalter(y, np.where(y == 1, 0.6, 0.4))
        assert result.statistic is not None
        assert result.statistic < -20
        assert result.p_value is not None
        assert result.p_value < 1e-10

    def test_forecasts_without_variance(self) -> None:
        for p in ([0.5, 0.5], [0.0, 1.0], [1.0, 0.5]):
            result = st.spiegelhalter([0, 1], p)
            assert (result.statistic, result.p_value) == (None, None)
            assert result.reason


class TestCalibrationLine:
    def test_fit_is_logistic_regression(self) -> None:
        y, p = calibrated(400, 4)
        line = st.calibration_line(y, p)
        fit = LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000).fit(logit(p)[:, None], y)
        assert line.intercept.estimate == pytest.approx(float(fit.intercept_[0]), abs=1e-5)
        assert line.slope.estimate == pytest.approx(float(fit.coef_[0, 0]), abs=1e-5)
        mean = fit.predict_proba(logit(p)[:, None])[:, 1]
        design = np.column_stack([np.ones_like(p), logit(p)])
        covariance = np.linalg.inv(design.T @ (design * (mean * (1 - mean))[:, None]))
        errors = [line.intercept_standard_error, line.slope_standard_error]
        assert errors == pytest.approx(np.sqrt(np.diag(covariance)).tolist(), rel=1e-4)

    def test_in_the_large_balances_the_books(self) -> None:
        y, p = calibrated(300, 5)
        line = st.calibration_line(y, np.clip(p * 0.5, 0.01, 1))
        assert line.in_the_large.low is not None
        assert line.in_the_large.low > 0.0
        shifted = 1 / (1 + np.exp(-(logit(np.clip(p * 0.5, 0.01, 1)) + (line.in_the_large.estimate or 0.0))))
        assert float(shifted.mean()) == pytest.approx(float(y.mean()), abs=1e-9)

    def test_too_extreme_forecasts_have_a_slope_below_one(self) -> None:
        y, p = calibrated(2000, 6)
        extreme = 1 / (1 + np.exp(-2 * logit(p)))
        line = st.calibration_line(y, extreme)
        assert line.slope.estimate == pytest.approx(0.5, abs=0.1)
        assert line.test.p_value is not None
        assert line.test.p_value < 1e-6

    @pytest.mark.parametrize(
        ("y", "p", "word"),
        [
            ([1, 1, 1], [0.2, 0.5, 0.7], "same outcome"),
            ([0, 1, 1], [0.5, 0.5, 0.5], "equal"),
            ([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], "separate"),
            ([], [], "no rows"),
        ],
    )
    def test_lines_that_do_not_exist(self, y: list[int], p: list[float], word: str) -> None:
        line = st.calibration_line(y, p)
        assert line.slope.estimate is None
        assert word in (line.slope.reason or "")

    def test_forecasts_of_zero_and_one_are_reported(self) -> None:
        line = st.calibration_line([0, 1, 0, 1], [0.0, 1.0, 0.6, 0.4])
        assert "2 forecast(s)" in line.slope.warnings[0]
