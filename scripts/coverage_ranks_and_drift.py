"""Cases of the coverage simulation: many data sets, calibration, drift and conformal prediction."""

import math
from collections.abc import Callable

import numpy as np
from coverage_cases import Bounds, Rng, coverage, gap, null, of

from mtf_engine import statistics as st


def _forecast(rng: Rng, n: int, a: float = 1.0, b: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes drawn from their own forecasts."""
    p = rng.beta(a, b, n)
    return rng.random(n) < p, p


def _mean_difference(rows: np.ndarray, is_current: np.ndarray, held_out: np.ndarray) -> np.ndarray:
    return held_out @ (rows[is_current].mean(axis=0) - rows[~is_current].mean(axis=0))


def _two_clouds(rng: Rng, n: int, m: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(size=(n, columns)), rng.normal(size=(m, columns))


def _two_tables(rng: Rng, n: int, m: int, shares: list[float]) -> tuple[np.ndarray, np.ndarray]:
    return rng.multinomial(n, shares), rng.multinomial(m, shares)


def _smallest_nemenyi(rng: Rng, n: int, k: int) -> float:
    return min(pair.p_adjusted for pair in st.nemenyi(st.mean_ranks(rng.normal(size=(n, k))), n).pairs)


def _conformal(rng: Rng, calibration: int, n: int) -> float | None:
    cut = st.conformal_quantile(rng.random(calibration), alpha=0.1).value
    covered = n if cut is None else int(np.count_nonzero(rng.random(n) <= cut))
    return st.coverage_test(covered, n, calibration, alpha=0.1).p_value


def _classifier(rng: Rng, folds: int) -> float | None:
    return st.classifier_two_sample_refit(*_two_clouds(rng, 40, 40, 10), _mean_difference, n_folds=folds).p_value


NULLS: list[tuple[str, str, Callable[[Rng], float | None], str]] = [
    ("wilcoxon_signed_rank", "8 differences", lambda r: st.wilcoxon_signed_rank(r.normal(size=8)).p_value, ""),
    (
        "wilcoxon_signed_rank",
        "12 differences, ties and zeros",
        lambda r: st.wilcoxon_signed_rank(r.integers(-2, 3, 12)).p_value,
        "conservative where discrete",
    ),
    (
        "wilcoxon_signed_rank",
        "60 differences, ties",
        lambda r: st.wilcoxon_signed_rank(r.integers(-3, 4, 60)).p_value,
        "normal approximation",
    ),
    ("friedman", "5 data sets, 3 models", lambda r: st.friedman(r.normal(size=(5, 3))).p_value, "exact"),
    ("friedman", "12 data sets, 4 models", lambda r: st.friedman(r.normal(size=(12, 4))).p_value, ""),
    ("friedman", "20 data sets, 3 models, ties", lambda r: st.friedman(r.integers(0, 4, (20, 3))).p_value, ""),
    ("iman_davenport", "6 data sets, 4 models", lambda r: st.iman_davenport(r.normal(size=(6, 4))).p_value, "exact"),
    ("iman_davenport", "20 data sets, 5 models", lambda r: st.iman_davenport(r.normal(size=(20, 5))).p_value, ""),
    ("quade", "10 data sets, 4 models", lambda r: st.quade(r.normal(size=(10, 4))).p_value, ""),
    ("nemenyi", "smallest of 6 pairs, 12 data sets", lambda r: _smallest_nemenyi(r, 12, 4), "family-wise"),
    ("spiegelhalter", "n = 60", lambda r: st.spiegelhalter(*_forecast(r, 60)).p_value, ""),
    ("spiegelhalter", "n = 200, 5 % positives", lambda r: st.spiegelhalter(*_forecast(r, 200, 1, 19)).p_value, ""),
    ("calibration_line (score test)", "n = 60", lambda r: st.calibration_line(*_forecast(r, 60)).test.p_value, ""),
    (
        "calibration_line (score test)",
        "n = 200, 5 % positives",
        lambda r: st.calibration_line(*_forecast(r, 200, 1, 19)).test.p_value,
        "",
    ),
    (
        "kolmogorov_smirnov",
        "15 and 25 rows",
        lambda r: st.kolmogorov_smirnov(r.normal(size=15), r.normal(size=25)).p_value,
        "exact",
    ),
    (
        "kolmogorov_smirnov",
        "40 and 30 rows, six values",
        lambda r: st.kolmogorov_smirnov(r.integers(0, 6, 40), r.integers(0, 6, 30)).p_value,
        "conservative with ties",
    ),
    (
        "population_stability",
        "50 and 80 rows",
        lambda r: st.population_stability(r.normal(size=50), r.normal(size=80), n_resamples=199).p_value,
        "",
    ),
    (
        "population_stability",
        "60 and 60 rows, counts",
        lambda r: st.population_stability(r.poisson(2, 60), r.poisson(2, 60), n_resamples=199).p_value,
        "ties",
    ),
    (
        "chi_squared",
        "30 and 40 rows, rare categories",
        lambda r: st.chi_squared(*_two_tables(r, 30, 40, [0.8, 0.15, 0.05]), n_resamples=199).p_value,
        "permutes",
    ),
    (
        "g_test",
        "80 and 100 rows, 4 categories",
        lambda r: st.g_test(*_two_tables(r, 80, 100, [0.25] * 4)).p_value,
        "",
    ),
    (
        "mmd_test",
        "15 and 20 rows, 2 columns",
        lambda r: st.mmd_test(*_two_clouds(r, 15, 20, 2), n_permutations=99).p_value,
        "",
    ),
    (
        "energy_test",
        "15 and 20 rows, 2 columns",
        lambda r: st.energy_test(*_two_clouds(r, 15, 20, 2), n_permutations=99).p_value,
        "",
    ),
    ("classifier_two_sample_refit", "40 and 40 rows, 2 folds", lambda r: _classifier(r, 2), "the default"),
    ("classifier_two_sample_refit", "40 and 40 rows, 5 folds", lambda r: _classifier(r, 5), "conservative by design"),
    ("coverage_test", "60 calibration rows, 80 test rows", lambda r: _conformal(r, 60, 80), ""),
]

for _method, _regime, _draw, _note in NULLS:
    null(_method, _regime, note=_note)(_draw)


def _add_hodges_lehmann() -> None:
    for n in (8, 25, 80):

        def draw(rng: Rng, n=n) -> Bounds:
            return gap(st.hodges_lehmann(rng.normal(0.3, 1.0, n)), 0.3)

        coverage("hodges_lehmann", f"{n} normal differences")(draw)


_add_hodges_lehmann()


@coverage("calibration_line (slope)", "n = 200, calibrated")
def calibration_slope(rng: Rng) -> Bounds:
    return of(st.calibration_line(*_forecast(rng, 200, 2, 3)).slope, 1.0)


@coverage("coverage_band", "57 calibration scores, alpha .2", floor=0.0, note="exact up to the grid of ranks")
def conformal_band(rng: Rng) -> Bounds:
    cut = st.conformal_quantile(rng.random(57), alpha=0.2).value
    return of(st.coverage_band(57, alpha=0.2), math.nan if cut is None else cut)
