"""CRPS, pinball and interval score, held against closed forms and quadrature."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats
from sklearn.metrics import mean_pinball_loss

from mtf_engine import statistics as st

CASES = Path(__file__).parents[4] / "shared" / "fixtures" / "stats"


def test_fixture_digits() -> None:
    path = CASES / "probabilistic_crps_interval.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    data = json.loads(path.read_text())
    inputs, expected, tolerance = data["inputs"], data["expected"], data["tolerance"]
    (m1, s1, y1), (m2, s2, y2) = inputs["normal"]
    normal = st.crps_normal([y1, y2], [m1, m2], [s1, s2])
    assert normal.tolist() == pytest.approx([expected["crps_n01_0"], expected["crps_n12_3.5"]], abs=tolerance)
    ensemble = st.crps_ensemble([inputs["obs"]], [inputs["ensemble"]])
    assert ensemble[0] == pytest.approx(expected["crps_ensemble"], abs=tolerance)
    interval = inputs["interval"]
    n = len(interval["y"])
    scores = st.interval_score(interval["y"], [interval["l"]] * n, [interval["u"]] * n, alpha=interval["alpha"])
    assert scores.tolist() == pytest.approx(expected["interval_score"], abs=tolerance)


@pytest.mark.parametrize(("mean", "sd", "y"), [(0.0, 1.0, 0.0), (1.0, 2.0, -4.0), (-3.0, 0.5, -2.9)])
def test_normal_crps_is_the_integral_it_stands_for(mean: float, sd: float, y: float) -> None:
    def gap(t: float) -> float:
        return float((stats.norm.cdf(t, mean, sd) - (t >= y)) ** 2)

    lower, upper = min(y, mean) - 12 * sd, max(y, mean) + 12 * sd
    area = integrate.quad(gap, lower, y, limit=200)[0] + integrate.quad(gap, y, upper, limit=200)[0]
    assert st.crps_normal([y], [mean], [sd])[0] == pytest.approx(area, abs=1e-7)


def test_normal_crps_of_a_point_forecast_is_the_absolute_error() -> None:
    assert st.crps_normal([1.0, 2.0], [0.5, 2.0], [0.0, 0.0]).tolist() == [0.5, 0.0]


def test_ensemble_crps_from_its_definition_in_any_order() -> None:
    rng = np.random.default_rng(0)
    members, y = rng.normal(size=(7, 11)), rng.normal(size=7)
    spread = np.abs(members[:, :, None] - members[:, None, :]).sum(axis=(1, 2))
    bias = np.abs(members - y[:, None]).mean(axis=1)
    shuffled = rng.permuted(members, axis=1)
    assert st.crps_ensemble(y, shuffled) == pytest.approx(bias - spread / (2 * 11**2))
    assert st.crps_ensemble(y, members, estimator="fair") == pytest.approx(bias - spread / (2 * 11 * 10))


def test_a_large_normal_ensemble_approaches_the_normal_crps() -> None:
    members = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)[None, :]
    assert st.crps_ensemble([0.7], members)[0] == pytest.approx(st.crps_normal([0.7], [0], [1])[0], abs=1e-3)


def test_pinball_is_scikit_learns() -> None:
    rng = np.random.default_rng(1)
    y, q = rng.normal(size=50), rng.normal(size=50)
    for level in (0.1, 0.5, 0.9):
        assert st.pinball_loss(y, q, level).mean() == pytest.approx(mean_pinball_loss(y, q, alpha=level))


def test_interval_score_is_two_pinball_losses() -> None:
    rng = np.random.default_rng(2)
    y, low, width = rng.normal(size=50), rng.normal(size=50), rng.random(50)
    both = st.pinball_loss(y, low, 0.05) + st.pinball_loss(y, low + width, 0.95)
    assert st.interval_score(y, low, low + width, alpha=0.1) == pytest.approx(both * 2 / 0.1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: st.crps_normal([0.0], [0.0], [-1.0]),
        lambda: st.crps_normal([0.0], [0.0, 1.0], [1.0, 1.0]),
        lambda: st.crps_normal([math.nan], [0.0], [1.0]),
        lambda: st.crps_ensemble([0.0], [[1.0]], estimator="fair"),
        lambda: st.crps_ensemble([0.0, 1.0], [[1.0, 2.0]]),
        lambda: st.pinball_loss([0.0], [0.0], 1.0),
        lambda: st.interval_score([0.0], [1.0], [0.5]),
        lambda: st.interval_score([0.0], [0.0], [0.5], alpha=0.0),
    ],
)
def test_wrong_arguments(call: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        call()
