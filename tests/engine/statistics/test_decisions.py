"""Net benefit, held against published decision-curve digits and its own definition."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mtf_engine import statistics as st

CASES = Path(__file__).parents[4] / "shared" / "fixtures" / "stats"


def case() -> dict[str, Any]:
    """Return the fixture case, or skip where the folder is absent."""
    path = CASES / "decision_curve_df_binary.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def rows_of(n: int, positives: int, true_positives: int, false_positives: int, cut: float) -> Any:
    """Rows of which the given numbers lie exactly at the threshold, the others just below."""
    y = np.arange(n) < positives
    treated = np.zeros(n, dtype=bool)
    treated[:true_positives] = True
    treated[positives : positives + false_positives] = True
    return y, np.where(treated, cut, cut - 1e-6)


def test_published_curve_from_the_counts_behind_it() -> None:
    data = case()
    inputs, expected, tolerance = data["inputs"], data["expected"], data["tolerance"]
    n = inputs["n"]
    positives = round(n * inputs["prevalence"])
    model, everyone = expected["net_benefit_model"], expected["net_benefit_all"]
    for cut, of_model, of_all in zip(inputs["thresholds"], model, everyone, strict=True):
        odds = cut / (1 - cut)
        counts = [
            (tp, round((tp - of_model * n) / odds))
            for tp in range(positives, -1, -1)
            if abs(tp - of_model * n - odds * round((tp - of_model * n) / odds)) < 1e-6
            and 0 <= round((tp - of_model * n) / odds) <= n - positives
        ]
        assert counts, cut
        y, p = rows_of(n, positives, *counts[0], cut)
        point = st.net_benefit(y, p, [cut]).points[0]
        assert point.model == pytest.approx(of_model, abs=tolerance)
        assert point.treat_all == pytest.approx(of_all, abs=tolerance)
        assert point.treat_none == 0.0


def test_from_the_definition() -> None:
    rng = np.random.default_rng(0)
    y, p = rng.random(300) < 0.3, rng.random(300).round(2)
    for point in st.net_benefit(y, p, [0.05, 0.29, 0.5, 0.9]).points:
        treated, t = p >= point.threshold, point.threshold
        expected = (treated & y).mean() - (treated & ~y).mean() * t / (1 - t)
        assert point.model == pytest.approx(expected)
        assert point.interventions_avoided == pytest.approx((point.model - point.treat_all) * (1 - t) / t)


def test_treating_all_is_the_model_at_a_threshold_below_every_forecast() -> None:
    point = st.net_benefit([0, 1, 0], [0.5, 0.6, 0.7], [0.2]).points[0]
    assert point.model == pytest.approx(point.treat_all)


def test_edges() -> None:
    assert st.net_benefit([], [], [0.5]).reason
    for cuts in ([0.0], [1.0], []):
        with pytest.raises(ValueError, match="threshold"):
            st.net_benefit([0, 1], [0.5, 0.5], cuts)
