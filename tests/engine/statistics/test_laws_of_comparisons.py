"""Laws that hold whatever the data: row order, duplication, monotone scores, swapped models, identical models."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as hs

from mtf_engine import statistics as st

seeds = hs.integers(0, 2**32 - 1)
paired_counts = hs.tuples(*[hs.integers(0, 60)] * 4).filter(lambda counts: sum(counts) > 0)
few = settings(max_examples=15)


def binary(seed: int, n: int = 60) -> tuple[Any, Any, Any]:
    """Truth and two scores with ties; both classes have at least two rows."""
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < rng.uniform(0.2, 0.8)
    truth[:2], truth[2:4] = True, False
    a = np.round(rng.normal(size=n) + truth, 1)
    b = np.round(rng.normal(size=n) + 0.5 * truth, 1)
    return truth, 1 / (1 + np.exp(-a)), 1 / (1 + np.exp(-b))


def differences() -> dict[str, Any]:
    """Every paired comparison, as a function of (truth, a, b)."""
    quick: dict[str, Any] = {"resamples": 200}

    def paired(truth: Any, a: Any, b: Any) -> Any:
        right_a, right_b = (a >= 0.5) == truth, (b >= 0.5) == truth
        both, neither = int((right_a & right_b).sum()), int((~right_a & ~right_b).sum())
        return both, int((right_a & ~right_b).sum()), int((~right_a & right_b).sum()), neither

    def joint(truth: Any, a: Any, b: Any) -> Any:
        counts = np.zeros((2, 2, 2), dtype=int)
        np.add.at(counts, (truth.astype(int), (a >= 0.5).astype(int), (b >= 0.5).astype(int)), 1)
        return counts

    def losses(truth: Any, score: Any) -> Any:
        return {"brier": (truth - score) ** 2}

    return {
        "newcombe_paired": lambda t, a, b: st.newcombe_paired(*paired(t, a, b)),
        "tango": lambda t, a, b: st.tango(*paired(t, a, b)),
        "delong_paired": st.delong_paired,
        "delong_unpaired": lambda t, a, b: st.delong_unpaired(t, a, t, b),
        "counts": lambda t, a, b: st.paired_bootstrap_counts(joint(t, a, b), ["accuracy"], **quick)["accuracy"],
        "means": lambda t, a, b: st.paired_bootstrap_means(losses(t, a), losses(t, b), **quick)["brier"],
        "binary": lambda t, a, b: st.paired_bootstrap_binary(t, a, b, metrics=["roc_auc"], **quick)["roc_auc"],
        "corrected_t": lambda t, a, b: st.corrected_resampled_t_test(
            ((t - a) ** 2 - (t - b) ** 2)[:10], n_train=54, n_test=6
        ),
        "rows": lambda t, a, b: st.paired_bootstrap(
            lambda r: float(np.mean((t[r] - a[r]) ** 2)),
            lambda r: float(np.mean((t[r] - b[r]) ** 2)),
            t.size,
            **quick,
        ),
    }


COMPARISONS = differences()
ORDER_FREE = ["newcombe_paired", "tango", "delong_paired", "delong_unpaired", "counts"]


@pytest.mark.parametrize("name", sorted(COMPARISONS))
@few
@given(seed=seeds)
def test_swapping_the_models_flips_the_sign(name: str, seed: int) -> None:
    truth, a, b = binary(seed)
    compare = COMPARISONS[name]
    one, other = compare(truth, a, b), compare(truth, b, a)
    assume(one.is_defined and other.is_defined and one.difference != 0.0)
    assert other.difference == pytest.approx(-one.difference, abs=1e-12)
    assert other.p_value == pytest.approx(one.p_value, abs=1e-9)
    assert [-other.high, -other.low] == pytest.approx([one.low, one.high], abs=1e-9)


@pytest.mark.parametrize("name", sorted(COMPARISONS))
@few
@given(seed=seeds)
def test_identical_models_do_not_differ(name: str, seed: int) -> None:
    truth, a, _ = binary(seed)
    found = COMPARISONS[name](truth, a, a.copy())
    assert found.difference == 0.0
    assert found.p_value == 1.0
    assert found.low <= 0.0 <= found.high


@pytest.mark.parametrize("name", sorted(COMPARISONS))
@few
@given(seed=seeds)
def test_no_difference_leaves_its_range(name: str, seed: int) -> None:
    truth, a, b = binary(seed)
    found = COMPARISONS[name](truth, a, b)
    assume(found.is_defined)
    assert -1.0 <= found.low <= found.difference <= found.high <= 1.0
    assert 0.0 <= found.p_value <= 1.0


@pytest.mark.parametrize("name", ORDER_FREE)
@few
@given(seed=seeds)
def test_row_order_does_not_matter(name: str, seed: int) -> None:
    truth, a, b = binary(seed)
    order = np.random.default_rng(seed).permutation(truth.size)
    compare = COMPARISONS[name]
    one, other = compare(truth, a, b), compare(truth[order], a[order], b[order])
    for field in ("difference", "low", "high", "p_value"):
        assert getattr(other, field) == pytest.approx(getattr(one, field), abs=1e-12)


@few
@given(seed=seeds)
def test_monotone_scores_leave_areas_alone(seed: int) -> None:
    truth, a, b = binary(seed)
    assert st.delong(truth, a) == st.delong(truth, np.exp(3 * a) - 7)
    assert st.auc_interval(truth, a) == st.auc_interval(truth, a**3)
    assert st.delong_paired(truth, a, b) == st.delong_paired(truth, 5 * a, np.log(b))
    assert st.bootstrap_ranking(truth, a, resamples=100) == st.bootstrap_ranking(truth, 2 * a, resamples=100)
    limits = {"min_fpr": 0.1, "max_fpr": 0.4}
    assert st.partial_auc(truth, a, **limits) == st.partial_auc(truth, 3 * a, **limits)


@few
@given(seed=seeds)
def test_swapping_the_classes_mirrors_the_area(seed: int) -> None:
    truth, a, _ = binary(seed)
    area, mirrored = st.delong(truth, a), st.delong(~truth, a)
    assert area.estimate is not None
    assert mirrored.estimate == pytest.approx(1.0 - area.estimate, abs=1e-12)
    assert area.high is not None
    assert mirrored.low == pytest.approx(1.0 - area.high, abs=1e-9)


@few
@given(seed=seeds, times=hs.integers(2, 4))
def test_duplicated_rows_are_integer_weights(seed: int, times: int) -> None:
    """Points do not move, and twice the rows halve the variance."""
    truth, a, _ = binary(seed)
    many = np.repeat(truth, times), np.repeat(a, times)
    assert st.auc(*many) == pytest.approx(st.auc(truth, a), abs=1e-12)
    one, other = st.binary_point_metrics(truth, a), st.binary_point_metrics(*many)
    for name in ("f1", "mcc", "average_precision", "log_loss", "brier", "kappa"):
        if getattr(one, name) is not None:
            assert getattr(other, name) == pytest.approx(getattr(one, name), abs=1e-9), name
    counts = np.random.default_rng(seed).integers(1, 20, size=(3, 3))
    single, repeated = st.cohen_kappa(counts), st.cohen_kappa(counts * times)
    assert repeated.estimate == pytest.approx(single.estimate, abs=1e-12)
    assert st.effective_sample_size(np.full(7, times)) == pytest.approx(7.0)


@given(counts=paired_counts)
def test_more_rows_make_paired_intervals_narrower(counts: tuple[int, int, int, int]) -> None:
    larger = tuple(4 * count for count in counts)
    for method in (st.newcombe_paired, st.tango):
        one, other = method(*counts), method(*larger)
        assert one.low is not None
        assert one.high is not None
        assert other.low is not None
        assert other.high is not None
        assert other.high - other.low < one.high - one.low
        assert other.difference == pytest.approx(one.difference, abs=1e-12)


@given(x=hs.integers(0, 50), extra=hs.integers(0, 50), times=hs.integers(2, 10))
def test_more_rows_make_proportions_narrower(x: int, extra: int, times: int) -> None:
    n = x + extra
    assume(n > 0)
    for method in (st.wilson, st.clopper_pearson, st.mid_p, st.agresti_coull):
        one, other = method(x, n), method(times * x, times * n)
        assert one.low is not None
        assert one.high is not None
        assert other.low is not None
        assert other.high is not None
        assert 0.0 <= one.low <= one.high <= 1.0
        assert other.high - other.low < one.high - one.low
        mirrored = method(extra, n)
        assert mirrored.low == pytest.approx(1.0 - one.high, abs=1e-9)


@given(x=hs.integers(0, 50), extra=hs.integers(1, 50), low=hs.floats(0.5, 0.9))
def test_more_confidence_is_wider(x: int, extra: int, low: float) -> None:
    for method in (st.wilson, st.clopper_pearson, st.mid_p):
        one, other = method(x, x + extra, confidence=low), method(x, x + extra, confidence=low + 0.09)
        assert one.high is not None
        assert other.high is not None
        assert other.high > one.high


@given(values=hs.lists(hs.floats(-5, 5), min_size=2, max_size=20), shift=hs.floats(-3, 3))
def test_corrected_t_moves_with_its_values(values: list[float], shift: float) -> None:
    spread = float(np.std(values))
    assume(spread > 1e-3)
    one = st.corrected_resampled_t(values, n_train=90, n_test=10)
    moved = st.corrected_resampled_t([v + shift for v in values], n_train=90, n_test=10)
    backwards = st.corrected_resampled_t(values[::-1], n_train=90, n_test=10)
    assert one.low is not None
    assert moved.low == pytest.approx(one.low + shift, abs=1e-6)
    assert backwards.low == pytest.approx(one.low, abs=1e-9)


@given(values=hs.lists(hs.floats(-5, 5), min_size=2, max_size=20), rope=hs.floats(0, 2))
def test_posterior_is_a_distribution(values: list[float], rope: float) -> None:
    posterior = st.bayesian_correlated_t(values, rho=0.1, rope=rope)
    parts = (posterior.left, posterior.rope, posterior.right)
    assert all(0.0 <= part <= 1.0 for part in parts)
    assert math.fsum(parts) == pytest.approx(1.0, abs=1e-9)
    mirrored = st.bayesian_correlated_t([-value for value in values], rho=0.1, rope=rope)
    assert mirrored.left == pytest.approx(posterior.right, abs=1e-9)


@given(b=hs.integers(0, 200), c=hs.integers(0, 200))
def test_mid_p_lies_between_exact_and_nothing(b: int, c: int) -> None:
    exact, mid = st.mcnemar(b, c, method="exact").p_value, st.mcnemar(b, c).p_value
    assert exact is not None
    assert mid is not None
    assert 0.0 <= mid <= exact <= 1.0
    assert st.mcnemar(c, b).p_value == mid
