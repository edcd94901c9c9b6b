"""Adjusted p-values, held against Benjamini and Hochberg, scipy and the closed tests they shortcut."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as hs
from scipy import stats

from mtf_engine import statistics as st

CASES = Path(__file__).parents[4] / "shared" / "fixtures" / "stats"
METHODS = ["holm", "bonferroni", "hochberg", "hommel", "benjamini_hochberg", "benjamini_yekutieli"]
p_lists = hs.lists(hs.floats(0.0, 1.0), min_size=1, max_size=6)


def case(name: str) -> dict[str, Any]:
    """Return a fixture case, or skip where the folder is absent."""
    path = CASES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def numbers(values: tuple[float | None, ...]) -> list[float]:
    return [value for value in values if value is not None]


def test_benjamini_hochberg_1995() -> None:
    data = case("benjamini_hochberg1995")
    p = data["inputs"]["p"]
    expected = data["expected"]
    for method, key in (
        (st.benjamini_hochberg, "n_reject_BH"),
        (st.bonferroni, "n_reject_bonferroni"),
        (st.hochberg, "n_reject_hochberg"),
    ):
        assert sum(value <= 0.05 for value in numbers(method(p))) == expected[key]
    recomputed = data["recomputed"]
    assert numbers(st.benjamini_hochberg(p)) == pytest.approx(recomputed["bh_adjusted"], abs=1e-12)
    assert numbers(st.benjamini_yekutieli(p)) == pytest.approx(recomputed["by_adjusted"], abs=1e-12)


@given(p_lists)
def test_false_discovery_rates_agree_with_scipy(p: list[float]) -> None:
    for method, name in ((st.benjamini_hochberg, "bh"), (st.benjamini_yekutieli, "by")):
        assert numbers(method(p)) == pytest.approx(stats.false_discovery_control(p, method=name), abs=1e-12)


def closed(p: list[float], level: Any) -> np.ndarray:
    """Adjusted values by testing every intersection of hypotheses."""
    adjusted = np.zeros(len(p))
    for size in range(1, len(p) + 1):
        for members in itertools.combinations(range(len(p)), size):
            local = min(1.0, level(np.sort([p[i] for i in members])))
            for i in members:
                adjusted[i] = max(adjusted[i], local)
    return adjusted


@given(p_lists)
def test_holm_and_hommel_are_closed_tests(p: list[float]) -> None:
    bonferroni = closed(p, lambda s: s[0] * s.size)
    simes = closed(p, lambda s: np.min(s * s.size / np.arange(1, s.size + 1)))
    assert numbers(st.holm(p)) == pytest.approx(list(bonferroni), abs=1e-12)
    assert numbers(st.hommel(p)) == pytest.approx(list(simes), abs=1e-12)


@given(hs.lists(hs.floats(0.0, 1.0), min_size=6, max_size=6))
def test_order_of_power(p: list[float]) -> None:
    bonferroni, holm, hochberg, hommel, shaffer = (
        np.array(numbers(st.adjust(p, method)))
        for method in ("bonferroni", "holm", "hochberg", "hommel", "shaffer")  # type: ignore[arg-type]
    )
    assert (bonferroni >= holm - 1e-12).all()
    assert (holm >= hochberg - 1e-12).all()
    assert (hochberg >= hommel - 1e-12).all()
    assert (holm >= shaffer - 1e-12).all()
    assert (hommel >= np.array(p) - 1e-12).all()


@pytest.mark.parametrize("method", METHODS)
def test_none_stays_none_and_does_not_count(method: Any) -> None:
    with_none = st.adjust([0.01, None, 0.04, 0.03], method)
    assert with_none[1] is None
    assert numbers(with_none) == numbers(st.adjust([0.01, 0.04, 0.03], method))
    assert st.adjust([], method) == ()
    assert st.adjust([None, None], method) == (None, None)


@given(p_lists, hs.randoms())
def test_order_of_hypotheses_does_not_matter(p: list[float], random: Any) -> None:
    order = list(range(len(p)))
    random.shuffle(order)
    for method in METHODS:
        straight = st.adjust(p, method)  # type: ignore[arg-type]
        shuffled = st.adjust([p[i] for i in order], method)  # type: ignore[arg-type]
        assert [straight[i] for i in order] == list(shuffled)


def test_shaffer_of_four_groups() -> None:
    """With 4 groups the numbers of true pairwise hypotheses are 0, 1, 2, 3 and 6: factors 6, 3, 3, 3, 2, 1."""
    p = [0.001, 0.01, 0.012, 0.02, 0.04, 0.2]
    assert numbers(st.shaffer(p)) == pytest.approx([0.006, 0.03, 0.036, 0.06, 0.08, 0.2], abs=1e-12)
    with pytest.raises(ValueError, match="1, 3, 6, 10"):
        st.shaffer([0.1, 0.2])


@pytest.mark.parametrize("wrong", [[-0.1], [1.1], [float("nan")]])
def test_wrong_p_values_are_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        st.holm(wrong)
    with pytest.raises(ValueError, match="method"):
        st.adjust([0.1], "sidak")  # type: ignore[arg-type]
