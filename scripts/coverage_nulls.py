"""Cases of the coverage simulation: how often the tests of one data set reject where nothing differs."""

from typing import Literal

import numpy as np
from coverage_cases import RESAMPLES, Rng, null, seed_of
from coverage_intervals import (
    FEATURES,
    PAIRED_CELLS,
    Binormal,
    fold_errors,
    paired_losses,
    regression,
    two_counts,
    two_scores,
)

from mtf_engine import statistics as st


def _discordant(rng: Rng, n: int, share: float) -> tuple[int, int]:
    total = int(rng.binomial(n, share))
    first = int(rng.binomial(total, 0.5))
    return first, total - first


@null("mcnemar (mid-P)", "100 rows, 20 % discordant")
def mcnemar_mid_p_null(rng: Rng) -> float | None:
    return st.mcnemar(*_discordant(rng, 100, 0.2)).p_value


@null("mcnemar (mid-P)", "30 rows, 20 % discordant", note="conservative where discrete")
def mcnemar_mid_p_small_null(rng: Rng) -> float | None:
    return st.mcnemar(*_discordant(rng, 30, 0.2)).p_value


@null("mcnemar (exact)", "100 rows, 20 % discordant", note="conservative by design")
def mcnemar_exact_null(rng: Rng) -> float | None:
    return st.mcnemar(*_discordant(rng, 100, 0.2), method="exact").p_value


@null("cochran_q", "4 classifiers, 60 rows")
def cochran_q_null(rng: Rng) -> float | None:
    ease = rng.normal(size=(60, 1))
    return st.cochran_q(ease + rng.normal(size=(60, 4)) > -0.8).p_value


@null("mee", "40 and 60 rows at .8")
def mee_null(rng: Rng) -> float | None:
    return st.mee(*two_counts(rng, 40, 0.8, 60, 0.8)).p_value


@null("delong_paired", "30 positives, 170 negatives, area .85")
def delong_paired_null(rng: Rng) -> float | None:
    setting = Binormal(30, 170, 0.85)
    return st.delong_paired(setting.truth, *two_scores(rng, setting)).p_value


@null("delong_paired", "10 positives, 90 negatives, area .85", note="warns below 20 of a class", tabulated=True)
def delong_paired_few_null(rng: Rng) -> float | None:
    setting = Binormal(10, 90, 0.85)
    return st.delong_paired(setting.truth, *two_scores(rng, setting)).p_value


@null("delong_unpaired", "50 and 50 rows of each class, area .85")
def delong_unpaired_null(rng: Rng) -> float | None:
    setting = Binormal(50, 50, 0.85)
    return st.delong_unpaired(setting.truth, setting.score(rng), setting.truth, setting.score(rng)).p_value


def _paired_mean_p_value(rng: Rng, n: int, method: Literal["percentile", "bca"] = "percentile") -> float | None:
    first, second = paired_losses(rng, n)
    found = st.paired_bootstrap_means(first, second, seed=seed_of(rng), resamples=RESAMPLES, method=method)
    return found["loss"].p_value


@null("paired_bootstrap_means", "skewed losses, n = 100")
def paired_bootstrap_null(rng: Rng) -> float | None:
    return _paired_mean_p_value(rng, 100)


@null("paired_bootstrap_means", "skewed losses, n = 50")
def paired_bootstrap_small_null(rng: Rng) -> float | None:
    return _paired_mean_p_value(rng, 50)


@null("paired_bootstrap_means (BCa)", "skewed losses, n = 50", note="why percentile is the default", tabulated=True)
def paired_bootstrap_bca_null(rng: Rng) -> float | None:
    return _paired_mean_p_value(rng, 50, "bca")


@null("paired_bootstrap_counts", "F1, n = 300, 15 % positives")
def paired_bootstrap_counts_null(rng: Rng) -> float | None:
    _, _, cells = PAIRED_CELLS
    balanced = (cells + cells.transpose(0, 2, 1)) / 2
    counts = rng.multinomial(300, balanced.ravel()).reshape(2, 2, 2)
    return st.paired_bootstrap_counts(counts, ["f1"], seed=seed_of(rng), resamples=RESAMPLES)["f1"].p_value


@null("permutation_test", "skewed losses, n = 30")
def permutation_null(rng: Rng) -> float | None:
    common = rng.exponential(size=30)
    first, second = common + rng.exponential(size=30), common + rng.exponential(size=30)
    return st.permutation_test(first, second, resamples=999, seed=seed_of(rng)).p_value


@null("label_swap_permutation", "median absolute error, n = 40")
def label_swap_null(rng: Rng) -> float | None:
    first, second = np.abs(rng.normal(size=40)), np.abs(rng.normal(size=40))

    def gap(swap: np.ndarray) -> float:
        return float(np.median(np.where(swap, second, first)) - np.median(np.where(swap, first, second)))

    return st.label_swap_permutation(gap, 40, resamples=199, seed=seed_of(rng)).p_value


@null("kappa_test", "n = 60, three classes")
def kappa_null(rng: Rng) -> float | None:
    cells = np.outer([0.5, 0.3, 0.2], [0.4, 0.4, 0.2])
    return st.kappa_test(rng.multinomial(60, cells.ravel()).reshape(3, 3)).p_value


def _fold_gap(rng: Rng, n: int, folds: int) -> np.ndarray:
    """Fold differences of two procedures that are equal by symmetry: the halves of exchangeable features."""
    x, y = regression(rng, n)
    first = fold_errors(x, y, slice(0, FEATURES // 2), folds)
    return first - fold_errors(x, y, slice(FEATURES // 2, None), folds)


@null("corrected_resampled_t_test", "10 folds of 200 rows, least squares", note="conservative by design")
def corrected_t_null(rng: Rng) -> float | None:
    return st.corrected_resampled_t_test(_fold_gap(rng, 200, 10), n_train=180, n_test=20).p_value


def _five_by_two(rng: Rng) -> np.ndarray:
    x, y = regression(rng, 200)
    gaps = []
    for _ in range(5):
        order = rng.permutation(200)
        first = fold_errors(x[order], y[order], slice(0, FEATURES // 2), 2)
        gaps.append(first - fold_errors(x[order], y[order], slice(FEATURES // 2, None), 2))
    return np.array(gaps)


@null("five_by_two_cv_f", "200 rows, least squares")
def five_by_two_f_null(rng: Rng) -> float | None:
    return st.five_by_two_cv_f(_five_by_two(rng)).p_value


@null("five_by_two_cv_t", "200 rows, least squares")
def five_by_two_t_null(rng: Rng) -> float | None:
    return st.five_by_two_cv_t(_five_by_two(rng)).p_value
