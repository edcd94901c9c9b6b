"""Sample sizes and detectable differences, held against R, pROC, Connor's table and simulation."""

import json
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


def test_r_power_prop_test_and_proc() -> None:
    data = case("power_r_docs")
    expected, exact = data["expected"], data["recomputed"]
    power = st.power_independent_proportions(50, 0.5, 0.75)
    assert power == pytest.approx(exact["power_n50_.5_.75"], abs=1e-9)
    size = st.sample_size_independent_proportions(0.5, 0.75, power=0.9)
    assert size.exact == pytest.approx(expected["n_power.9_.5_.75"], abs=0.051)
    assert size.exact == pytest.approx(exact["n_power.9_.5_.75"], abs=1e-6)
    gain = st.sample_size_independent_proportions(0.85, 0.86)
    assert gain.exact == pytest.approx(expected["n_power.8_.85_.86"], abs=0.01)
    assert gain.rows == 19461
    roc = data["inputs"]["roc"]
    found = st.power_auc(roc["auc"], roc["ncases"], roc["ncontrols"])
    assert found == pytest.approx(expected["roc_power"], abs=1e-6)


@pytest.mark.parametrize(
    ("discordance", "rows"), [(0.02, 1568), (0.03, 2353), (0.05, 3923), (0.10, 7847), (0.15, 11771)]
)
def test_connor_one_point_change(discordance: float, rows: int) -> None:
    assert st.sample_size_paired_proportions(0.01, discordance).rows == rows


def test_r_power_t_test() -> None:
    """R: power.t.test(n = 20, delta = 1, sd = 1) is 0.8689528; n at power .90 is 22.02110."""
    assert st.power_means(20, 1.0, 1.0, design="independent") == pytest.approx(0.8689528, abs=1e-6)
    size = st.sample_size_means(1.0, 1.0, design="independent", power=0.9)
    assert size.exact == pytest.approx(22.02110, abs=1e-4)
    assert size.rows == 23


def test_detectable_differences_invert_sample_sizes() -> None:
    independent = st.sample_size_independent_proportions(0.8, 0.85)
    assert independent.exact is not None
    found = st.minimum_detectable_difference_independent_proportions(independent.exact, 0.8)
    assert found.value == pytest.approx(0.05, abs=1e-9)
    down = st.sample_size_independent_proportions(0.8, 0.7)
    assert down.exact is not None
    found = st.minimum_detectable_difference_independent_proportions(down.exact, 0.8, direction="decrease")
    assert found.value == pytest.approx(0.1, abs=1e-9)
    paired = st.sample_size_paired_proportions(0.02, 0.08)
    assert paired.exact is not None
    found = st.minimum_detectable_difference_paired_proportions(paired.exact, 0.08)
    assert found.value == pytest.approx(0.02, abs=1e-9)
    mean = st.sample_size_means(0.3, 1.2, power=0.85)
    assert mean.exact is not None
    found = st.minimum_detectable_difference_means(mean.exact, 1.2, power=0.85)
    assert found.value == pytest.approx(0.3, abs=1e-6)
    area = st.sample_size_auc(0.7, ratio=2.0)
    assert area.rows is not None
    assert st.power_auc(0.7, area.rows, 2 * area.rows) == pytest.approx(0.8, abs=0.02)


def test_no_possible_difference_is_undefined() -> None:
    assert st.minimum_detectable_difference_independent_proportions(5, 0.9).reason is not None
    assert st.minimum_detectable_difference_paired_proportions(5, 0.01).value is None
    assert st.minimum_detectable_difference_auc(0.99, 5, 5).value is None


def test_cross_validation_formula() -> None:
    found = st.minimum_detectable_difference_cross_validation(0.02, 5, n_train=80, n_test=20, repeats=2)
    reach = stats.t.ppf(0.975, 9) + stats.t.ppf(0.8, 9)
    assert found.value == pytest.approx(reach * 0.02 * np.sqrt(1 / 10 + 1 / 4), abs=1e-12)


def test_repeats_cannot_buy_what_rows_must() -> None:
    none = st.repeats_for_cross_validation(0.01, 0.02, 10, n_train=90, n_test=10)
    assert none.rows is None
    assert none.reason is not None
    some = st.repeats_for_cross_validation(0.025, 0.02, 10, n_train=90, n_test=10)
    assert some.rows is not None
    detectable = st.minimum_detectable_difference_cross_validation(0.02, 10, n_train=90, n_test=10, repeats=some.rows)
    assert detectable.value is not None
    assert detectable.value <= 0.025


def test_mcnemar_reaches_the_planned_power() -> None:
    size = st.sample_size_paired_proportions(0.05, 0.15)
    assert size.rows is not None
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(1500):
        b, c, _ = rng.multinomial(size.rows, [0.10, 0.05, 0.85])
        p_value = st.mcnemar(int(b), int(c)).p_value
        hits += p_value is not None and p_value <= 0.05
    assert hits / 1500 == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize(
    "call",
    [
        lambda: st.sample_size_independent_proportions(0.5, 0.5),
        lambda: st.sample_size_paired_proportions(0.1, 0.05),
        lambda: st.power_auc(0.5, 10, 10),
        lambda: st.power_means(1, 1.0, 1.0),
        lambda: st.sample_size_means(0.0, 1.0),
        lambda: st.minimum_detectable_difference_cross_validation(-1.0, 5, n_train=80, n_test=20),
        lambda: st.minimum_detectable_difference_auc(0.8, 10, 10, correlation=1.0),
    ],
)
def test_wrong_arguments_are_refused(call: Any) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        call()
