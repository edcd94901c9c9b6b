"""Simulate how often intervals cover and how often tests reject where nothing differs.

Each case below is one method in one regime in which it is a default, or which shows its limits. Add a case as a
function under ``@coverage`` (it returns bounds and the truth they should contain) or ``@null`` (it returns a
p-value under no difference). Run all of them and rewrite the page with

    python scripts/coverage.py --draws 2000 --write docs/reference/coverage.md

The test suite runs the same cases with few draws.
"""

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from mtf_engine import statistics as st

CONFIDENCE = 0.95
FLOOR = 0.93
LEVELS = (0.01, 0.05, 0.10)
RESAMPLES = 1000

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Bounds:
    """An interval of one draw and the value it should contain."""

    low: float | None
    high: float | None
    truth: float


@dataclass(frozen=True, slots=True)
class CoverageCase:
    """One method in one regime: how often its interval contains the truth."""

    method: str
    """Name of the method, as the page shows it."""

    regime: str
    """Sample sizes, shares and shapes."""

    draw: Callable[[Rng], Bounds]
    """Simulates one data set and returns its interval with the truth."""

    floor: float
    """Coverage it must reach; 0 only tabulates it."""

    note: str
    """What a reader should know about the row."""


@dataclass(frozen=True, slots=True)
class NullCase:
    """One test in one regime without any difference: how often it rejects."""

    method: str
    """Name of the test, as the page shows it."""

    regime: str
    """Sample sizes, shares and shapes."""

    draw: Callable[[Rng], float | None]
    """Simulates one data set and returns its p-value."""

    note: str
    """What a reader should know about the row."""

    tabulated: bool = False
    """Whether the row only shows a limit, and no level is asked of it."""


COVERAGE_CASES: list[CoverageCase] = []
NULL_CASES: list[NullCase] = []


def coverage(method: str, regime: str, *, floor: float = FLOOR, note: str = ""):
    """Register a draw that returns bounds and truth; `floor` is the coverage it must reach (0: tabulated)."""

    def register(draw: Callable[[Rng], Bounds]) -> Callable[[Rng], Bounds]:
        COVERAGE_CASES.append(CoverageCase(method, regime, draw, floor, note))
        return draw

    return register


def null(method: str, regime: str, *, note: str = "", tabulated: bool = False):
    """Register a draw that returns a p-value where nothing differs; `tabulated` asks nothing of its level."""

    def register(draw: Callable[[Rng], float | None]) -> Callable[[Rng], float | None]:
        NULL_CASES.append(NullCase(method, regime, draw, note, tabulated))
        return draw

    return register


def _of(interval: st.Interval, truth: float) -> Bounds:
    return Bounds(interval.low, interval.high, truth)


def _seed(rng: Rng) -> int:
    """A fresh seed: with one seed for all draws, the resamples' own luck would be the same in every draw."""
    return int(rng.integers(1 << 30))


def _gap(difference: st.Difference, truth: float) -> Bounds:
    return Bounds(difference.low, difference.high, truth)


# --- one proportion ---------------------------------------------------------------------------------------

_PROPORTIONS = [
    ("wilson", st.wilson, 20, 0.5, FLOOR, ""),
    ("wilson", st.wilson, 30, 0.9, FLOOR, "over-covers: exactly .974"),
    ("wilson", st.wilson, 100, 0.9, FLOOR, ""),
    ("wilson", st.wilson, 1000, 0.98, FLOOR, ""),
    ("wilson", st.wilson, 50, 0.99, 0.0, "exactly .911: the known dip near 1; Clopper-Pearson guarantees"),
    ("clopper_pearson", st.clopper_pearson, 30, 0.9, 0.95, "exact: never below nominal"),
    ("clopper_pearson", st.clopper_pearson, 50, 0.99, 0.95, "exact: never below nominal"),
    ("mid_p", st.mid_p, 30, 0.9, 0.0, "close to nominal on average, not everywhere"),
    ("agresti_coull", st.agresti_coull, 30, 0.9, FLOOR, ""),
]


def _add_proportions() -> None:
    for name, method, n, p, floor, note in _PROPORTIONS:

        def draw(rng: Rng, method=method, n=n, p=p) -> Bounds:
            return _of(method(int(rng.binomial(n, p)), n, confidence=CONFIDENCE), p)

        coverage(name, f"n = {n}, p = {p:g}", floor=floor, note=note)(draw)


_add_proportions()

# --- two proportions --------------------------------------------------------------------------------------


def _two_counts(rng: Rng, n1: int, p1: float, n2: int, p2: float) -> tuple[int, int, int, int]:
    return int(rng.binomial(n1, p1)), n1, int(rng.binomial(n2, p2)), n2


@coverage("newcombe_independent", "30 rows at .9, 40 rows at .8")
def newcombe_independent_small(rng: Rng) -> Bounds:
    return _gap(st.newcombe_independent(*_two_counts(rng, 30, 0.9, 40, 0.8)), 0.1)


@coverage("mee", "30 rows at .9, 40 rows at .8")
def mee_small(rng: Rng) -> Bounds:
    return _gap(st.mee(*_two_counts(rng, 30, 0.9, 40, 0.8)), 0.1)


_PAIRS = {
    "50 rows, 20 % discordant, no difference": (50, (0.7, 0.1, 0.1, 0.1)),
    "100 rows, .06 against .02 discordant": (100, (0.85, 0.06, 0.02, 0.07)),
    "400 rows, .03 against .01 discordant": (400, (0.9, 0.03, 0.01, 0.06)),
}


def _add_pairs() -> None:
    for name, method in (("newcombe_paired", st.newcombe_paired), ("tango", st.tango)):
        for regime, (n, cells) in _PAIRS.items():

            def draw(rng: Rng, method=method, n=n, cells=cells) -> Bounds:
                return _gap(method(*(int(x) for x in rng.multinomial(n, cells))), cells[1] - cells[2])

            coverage(name, regime)(draw)


_add_pairs()

# --- areas under the ROC curve ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Binormal:
    """Scores of two normal classes with a known area."""

    positives: int
    negatives: int
    area: float
    decimals: int | None = None

    @property
    def shift(self) -> float:
        """Distance of the class means."""
        return math.sqrt(2.0) * st.normal_quantile(2.0 * self.area - 1.0)

    @property
    def truth(self) -> np.ndarray:
        """True for the first rows, the positives."""
        return np.arange(self.positives + self.negatives) < self.positives

    def score(self, rng: Rng) -> np.ndarray:
        """One draw of the scores."""
        values = rng.normal(size=self.positives + self.negatives) + self.shift * self.truth
        return values if self.decimals is None else np.round(values, self.decimals)


@cache
def _area(setting: Binormal) -> float:
    """True area; with rounded scores from a large sample."""
    if setting.decimals is None:
        return setting.area
    large = Binormal(400_000, 400_000, setting.area, setting.decimals)
    value = st.auc(large.truth, large.score(np.random.default_rng(99)))
    return math.nan if value is None else value


_AREAS = [
    (Binormal(10, 190, 0.9), FLOOR, "fewer than 20 positives: Newcombe's"),
    (Binormal(20, 80, 0.96), FLOOR, "few misranked rows: Newcombe's"),
    (Binormal(50, 50, 0.9), FLOOR, ""),
    (Binormal(20, 180, 0.7), FLOOR, ""),
    (Binormal(30, 300, 0.9, 0), FLOOR, "scores rounded to whole numbers: ties"),
    (Binormal(100, 900, 0.95), FLOOR, ""),
]


def _add_areas() -> None:
    for setting, floor, note in _AREAS:

        def draw(rng: Rng, setting=setting) -> Bounds:
            return _of(st.auc_interval(setting.truth, setting.score(rng)), _area(setting))

        regime = f"{setting.positives} positives, {setting.negatives} negatives, area {setting.area:g}"
        coverage("auc_interval", regime, floor=floor, note=note)(draw)


_add_areas()


@coverage("delong (logit)", "10 positives, 190 negatives, area 0.9", floor=0.0, note="warns; auc_interval switches")
def delong_few_positives(rng: Rng) -> Bounds:
    setting = Binormal(10, 190, 0.9)
    return _of(st.delong(setting.truth, setting.score(rng)), 0.9)


@coverage("delong (linear)", "10 positives, 190 negatives, area 0.9", floor=0.0, note="why logit is the default")
def delong_linear_few_positives(rng: Rng) -> Bounds:
    setting = Binormal(10, 190, 0.9)
    return _of(st.delong(setting.truth, setting.score(rng), transform="linear"), 0.9)


def _two_scores(rng: Rng, setting: Binormal, worse: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Two correlated scores of the same rows; the second is weaker by `worse` in the shift."""
    common = rng.normal(size=setting.truth.size)
    noise = rng.normal(size=(2, setting.truth.size))
    scores = math.sqrt(0.6) * common + math.sqrt(0.4) * noise
    scores += np.array([[setting.shift], [setting.shift - worse]]) * setting.truth
    return scores[0], scores[1]


@coverage("delong_paired", "30 positives, 170 negatives, .85 against .80")
def delong_paired_unbalanced(rng: Rng) -> Bounds:
    setting = Binormal(30, 170, 0.85)
    worse = setting.shift - Binormal(30, 170, 0.80).shift
    return _gap(st.delong_paired(setting.truth, *_two_scores(rng, setting, worse)), 0.05)


@coverage("delong_unpaired", "50 and 50 rows of each class, .85 and .80")
def delong_unpaired_balanced(rng: Rng) -> Bounds:
    first, second = Binormal(50, 50, 0.85), Binormal(50, 50, 0.80)
    found = st.delong_unpaired(first.truth, first.score(rng), second.truth, second.score(rng))
    return _gap(found, 0.05)


# --- bootstrap --------------------------------------------------------------------------------------------


@coverage("bootstrap_means (BCa)", "mean of exponential losses, n = 30", note="skewed, few rows")
def bootstrap_skewed_mean(rng: Rng) -> Bounds:
    losses = {"loss": rng.exponential(size=30)}
    return _of(st.bootstrap_means(losses, seed=_seed(rng), resamples=RESAMPLES)["loss"], 1.0)


@coverage(
    "bootstrap_means (BCa, not expanded)",
    "mean of exponential losses, n = 30",
    floor=0.0,
    note="why expanded is the default",
)
def bootstrap_skewed_mean_plain(rng: Rng) -> Bounds:
    losses = {"loss": rng.exponential(size=30)}
    return _of(st.bootstrap_means(losses, seed=_seed(rng), resamples=RESAMPLES, expanded=False)["loss"], 1.0)


@coverage("bootstrap_means (BCa)", "RMSE of normal errors, n = 50")
def bootstrap_rmse(rng: Rng) -> Bounds:
    squares = {"squared": rng.normal(size=50) ** 2}
    rmse = {"rmse": lambda means: np.sqrt(means["squared"])}
    found = st.bootstrap_means(squares, statistics=rmse, seed=_seed(rng), resamples=RESAMPLES)
    return _of(found["rmse"], 1.0)


_CONFUSION = np.array([[0.80, 0.05], [0.04, 0.11]])


@coverage("bootstrap_counts (BCa)", "F1, n = 100, 15 % positives")
def bootstrap_f1(rng: Rng) -> Bounds:
    counts = rng.multinomial(100, _CONFUSION.ravel()).reshape(2, 2)
    found = st.bootstrap_counts(counts, ["f1"], seed=_seed(rng), resamples=RESAMPLES)
    return _of(found["f1"], 2 * 0.11 / (2 * 0.11 + 0.05 + 0.04))


@coverage("bootstrap_counts (BCa)", "balanced accuracy, n = 200, 15 % positives")
def bootstrap_balanced_accuracy(rng: Rng) -> Bounds:
    counts = rng.multinomial(200, _CONFUSION.ravel()).reshape(2, 2)
    found = st.bootstrap_counts(counts, ["balanced_accuracy"], seed=_seed(rng), resamples=RESAMPLES)
    return _of(found["balanced_accuracy"], (0.80 / 0.85 + 0.11 / 0.15) / 2)


@coverage("bootstrap_counts (BCa)", "MCC, n = 200, 15 % positives")
def bootstrap_mcc(rng: Rng) -> Bounds:
    counts = rng.multinomial(200, _CONFUSION.ravel()).reshape(2, 2)
    truth = (0.80 * 0.11 - 0.05 * 0.04) / math.sqrt(0.16 * 0.15 * 0.85 * 0.84)
    return _of(st.bootstrap_counts(counts, ["mcc"], seed=_seed(rng), resamples=RESAMPLES)["mcc"], truth)


@cache
def _average_precision(share: float, area: float) -> float:
    setting = Binormal(int(400_000 * share), int(400_000 * (1 - share)), area)
    points = st.binary_point_metrics(setting.truth, setting.score(np.random.default_rng(7)))
    return math.nan if points.average_precision is None else points.average_precision


@coverage("bootstrap_ranking (BCa)", "average precision, n = 300, 20 % positives")
def bootstrap_average_precision(rng: Rng) -> Bounds:
    truth = rng.random(300) < 0.2
    score = rng.normal(size=300) + Binormal(1, 1, 0.85).shift * truth
    found = st.bootstrap_ranking(truth, score, "average_precision", seed=_seed(rng), resamples=RESAMPLES)
    return _of(found, _average_precision(0.2, 0.85))


@coverage("bootstrap_ranking (BCa)", "area .85 on quantile slots, n = 5,000", note="the approximate path")
def bootstrap_area_on_slots(rng: Rng) -> Bounds:
    truth = rng.random(5000) < 0.4
    score = rng.normal(size=5000) + Binormal(1, 1, 0.85).shift * truth
    return _of(st.bootstrap_ranking(truth, score, seed=_seed(rng), resamples=400), 0.85)


@coverage("bootstrap (cluster, BCa, expanded)", "mean of 30 clusters of 5 rows")
def bootstrap_clusters(rng: Rng) -> Bounds:
    clusters = np.repeat(np.arange(30), 5)
    values = np.repeat(rng.normal(size=30), 5) + rng.normal(size=150)
    found = st.bootstrap(
        lambda rows: float(values[rows].mean()), 150, clusters=clusters, seed=_seed(rng), resamples=400, expanded=True
    )
    return _of(found, 0.0)


@coverage("bootstrap (rows)", "the same 30 clusters, drawn by row", floor=0.0, note="why groups must be declared")
def bootstrap_clusters_ignored(rng: Rng) -> Bounds:
    values = np.repeat(rng.normal(size=30), 5) + rng.normal(size=150)
    return _of(st.bootstrap_means({"value": values}, seed=_seed(rng), resamples=400)["value"], 0.0)


@coverage("bootstrap (block)", "mean of an AR(1) of .5, n = 200, blocks of 10", floor=0.0, note="descriptive")
def bootstrap_blocks(rng: Rng) -> Bounds:
    noise, values = rng.normal(size=250), np.zeros(250)
    for i in range(1, 250):
        values[i] = 0.5 * values[i - 1] + noise[i]
    kept = values[50:]
    return _of(st.bootstrap(lambda rows: float(kept[rows].mean()), 200, blocks=10, seed=_seed(rng), resamples=400), 0.0)


@coverage("poisson_bootstrap", "mean of exponential losses, n = 1,000 in four chunks")
def poisson_mean(rng: Rng) -> Bounds:
    losses = rng.exponential(size=1000)
    chunks = (np.column_stack([part, np.ones_like(part)]) for part in np.split(losses, 4))
    return _of(st.poisson_bootstrap(chunks, lambda sums: sums[:, 0] / sums[:, 1], seed=_seed(rng), resamples=400), 1.0)


@coverage("paired_bootstrap_means", "difference of skewed mean losses, n = 100")
def paired_mean_difference(rng: Rng) -> Bounds:
    first, second = _paired_losses(rng, 100)
    found = st.paired_bootstrap_means(first, second, seed=_seed(rng), resamples=RESAMPLES)
    return _gap(found["loss"], 0.0)


@coverage("paired_bootstrap_binary", "average precision difference, n = 200, 30 % positives")
def paired_average_precision(rng: Rng) -> Bounds:
    truth = rng.random(200) < 0.3
    common = rng.normal(size=200) + 1.2 * truth
    first, second = common + 0.7 * rng.normal(size=200), common + 0.7 * rng.normal(size=200)
    found = st.paired_bootstrap_binary(
        truth,
        first,
        second,
        metrics=["average_precision"],
        seed=_seed(rng),
        resamples=RESAMPLES,
    )
    return _gap(found["average_precision"], 0.0)


@coverage("paired_bootstrap_counts", "F1 difference, n = 200, 15 % positives")
def paired_f1(rng: Rng) -> Bounds:
    first, second, truth = _PAIRED_CELLS
    counts = rng.multinomial(200, truth.ravel()).reshape(2, 2, 2)
    found = st.paired_bootstrap_counts(counts, ["f1"], seed=_seed(rng), resamples=RESAMPLES)
    return _gap(found["f1"], first - second)


def _paired_cells() -> tuple[float, float, np.ndarray]:
    """F1 of two classifiers, and the probability of each (truth, first, second)."""
    cells = np.array([[[0.76, 0.05], [0.02, 0.02]], [[0.03, 0.02], [0.03, 0.07]]])

    def f1(table: np.ndarray) -> float:
        return float(2 * table[1, 1] / (2 * table[1, 1] + table[0, 1] + table[1, 0]))

    return f1(cells.sum(axis=2)), f1(cells.sum(axis=1)), cells


_PAIRED_CELLS = _paired_cells()

# --- agreement --------------------------------------------------------------------------------------------


@coverage("cohen_kappa", "n = 100, three classes")
def kappa_three_classes(rng: Rng) -> Bounds:
    cells = np.array([[0.30, 0.05, 0.02], [0.04, 0.25, 0.05], [0.02, 0.05, 0.22]])
    expected = float(cells.sum(axis=1) @ cells.sum(axis=0))
    truth = (float(np.trace(cells)) - expected) / (1.0 - expected)
    return _of(st.cohen_kappa(rng.multinomial(100, cells.ravel()).reshape(3, 3)), truth)


# --- cross-validation with refitting ----------------------------------------------------------------------

_FEATURES = 8


def _regression(rng: Rng, n: int) -> tuple[np.ndarray, np.ndarray]:
    x = rng.normal(size=(n, _FEATURES))
    return x, x.sum(axis=1) / 2 + rng.normal(size=n)


def _fold_errors(x: np.ndarray, y: np.ndarray, columns: slice, folds: int) -> np.ndarray:
    """Mean absolute error of least squares on each test fold, refitted on the rest."""
    part = x[:, columns]
    numbers = np.arange(y.size) % folds
    errors = np.empty(folds)
    for fold in range(folds):
        test = numbers == fold
        weights = np.linalg.lstsq(part[~test], y[~test], rcond=None)[0]
        errors[fold] = np.mean(np.abs(y[test] - part[test] @ weights))
    return errors


@cache
def _procedure_error(n: int, folds: int) -> float:
    """Expected error of the procedure at this training size, from 4,000 independent data sets."""
    rng = np.random.default_rng(2024)
    return float(np.mean([_fold_errors(*_regression(rng, n), slice(None), folds).mean() for _ in range(4000)]))


@coverage("corrected_resampled_t", "5 folds of 100 rows, least squares", note="wide by design")
def corrected_t_five_folds(rng: Rng) -> Bounds:
    values = _fold_errors(*_regression(rng, 100), slice(None), 5)
    found = st.corrected_resampled_t(values, n_train=80, n_test=20, bounds=(0.0, math.inf))
    return _of(found, _procedure_error(100, 5))


@coverage(
    "corrected_resampled_t",
    "accuracy .97, 5 folds of 35 rows",
    note="1 % get the warning of lucky folds",
)
def corrected_t_of_few_errors(rng: Rng) -> Bounds:
    right = rng.random((5, 35)) < 0.97
    found = st.corrected_resampled_t(right.mean(axis=1), n_train=140, n_test=35, bounds=(0.0, 1.0))
    return _of(found, 0.97)


@coverage("corrected_resampled_t", "10 folds of 200 rows, least squares", note="wide by design")
def corrected_t_ten_folds(rng: Rng) -> Bounds:
    values = _fold_errors(*_regression(rng, 200), slice(None), 10)
    found = st.corrected_resampled_t(values, n_train=180, n_test=20, bounds=(0.0, math.inf))
    return _of(found, _procedure_error(200, 10))


# --- null behaviour ---------------------------------------------------------------------------------------


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
    return st.mee(*_two_counts(rng, 40, 0.8, 60, 0.8)).p_value


@null("delong_paired", "30 positives, 170 negatives, area .85")
def delong_paired_null(rng: Rng) -> float | None:
    setting = Binormal(30, 170, 0.85)
    return st.delong_paired(setting.truth, *_two_scores(rng, setting)).p_value


@null("delong_paired", "10 positives, 90 negatives, area .85", note="warns below 20 of a class", tabulated=True)
def delong_paired_few_null(rng: Rng) -> float | None:
    setting = Binormal(10, 90, 0.85)
    return st.delong_paired(setting.truth, *_two_scores(rng, setting)).p_value


@null("delong_unpaired", "50 and 50 rows of each class, area .85")
def delong_unpaired_null(rng: Rng) -> float | None:
    setting = Binormal(50, 50, 0.85)
    return st.delong_unpaired(setting.truth, setting.score(rng), setting.truth, setting.score(rng)).p_value


def _paired_losses(rng: Rng, n: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Skewed losses of two models that share what makes a row hard."""
    common = rng.exponential(size=n)
    return {"loss": common + rng.exponential(size=n)}, {"loss": common + rng.exponential(size=n)}


def _paired_mean_p_value(rng: Rng, n: int, method: Literal["percentile", "bca"] = "percentile") -> float | None:
    first, second = _paired_losses(rng, n)
    found = st.paired_bootstrap_means(first, second, seed=_seed(rng), resamples=RESAMPLES, method=method)
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
    _, _, cells = _PAIRED_CELLS
    balanced = (cells + cells.transpose(0, 2, 1)) / 2
    counts = rng.multinomial(300, balanced.ravel()).reshape(2, 2, 2)
    return st.paired_bootstrap_counts(counts, ["f1"], seed=_seed(rng), resamples=RESAMPLES)["f1"].p_value


@null("permutation_test", "skewed losses, n = 30")
def permutation_null(rng: Rng) -> float | None:
    common = rng.exponential(size=30)
    first, second = common + rng.exponential(size=30), common + rng.exponential(size=30)
    return st.permutation_test(first, second, resamples=999, seed=_seed(rng)).p_value


@null("label_swap_permutation", "median absolute error, n = 40")
def label_swap_null(rng: Rng) -> float | None:
    first, second = np.abs(rng.normal(size=40)), np.abs(rng.normal(size=40))

    def gap(swap: np.ndarray) -> float:
        return float(np.median(np.where(swap, second, first)) - np.median(np.where(swap, first, second)))

    return st.label_swap_permutation(gap, 40, resamples=199, seed=_seed(rng)).p_value


@null("kappa_test", "n = 60, three classes")
def kappa_null(rng: Rng) -> float | None:
    cells = np.outer([0.5, 0.3, 0.2], [0.4, 0.4, 0.2])
    return st.kappa_test(rng.multinomial(60, cells.ravel()).reshape(3, 3)).p_value


def _fold_gap(rng: Rng, n: int, folds: int) -> np.ndarray:
    """Fold differences of two procedures that are equal by symmetry: the halves of exchangeable features."""
    x, y = _regression(rng, n)
    first = _fold_errors(x, y, slice(0, _FEATURES // 2), folds)
    return first - _fold_errors(x, y, slice(_FEATURES // 2, None), folds)


@null("corrected_resampled_t_test", "10 folds of 200 rows, least squares", note="conservative by design")
def corrected_t_null(rng: Rng) -> float | None:
    return st.corrected_resampled_t_test(_fold_gap(rng, 200, 10), n_train=180, n_test=20).p_value


def _five_by_two(rng: Rng) -> np.ndarray:
    x, y = _regression(rng, 200)
    gaps = []
    for _ in range(5):
        order = rng.permutation(200)
        first = _fold_errors(x[order], y[order], slice(0, _FEATURES // 2), 2)
        gaps.append(first - _fold_errors(x[order], y[order], slice(_FEATURES // 2, None), 2))
    return np.array(gaps)


@null("five_by_two_cv_f", "200 rows, least squares")
def five_by_two_f_null(rng: Rng) -> float | None:
    return st.five_by_two_cv_f(_five_by_two(rng)).p_value


@null("five_by_two_cv_t", "200 rows, least squares")
def five_by_two_t_null(rng: Rng) -> float | None:
    return st.five_by_two_cv_t(_five_by_two(rng)).p_value


# --- many data sets, calibration, drift, conformal --------------------------------------------------------


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


_NULLS: list[tuple[str, str, Callable[[Rng], float | None], str]] = [
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

for _method, _regime, _draw, _note in _NULLS:
    null(_method, _regime, note=_note)(_draw)


def _add_hodges_lehmann() -> None:
    for n in (8, 25, 80):

        def draw(rng: Rng, n=n) -> Bounds:
            return _gap(st.hodges_lehmann(rng.normal(0.3, 1.0, n)), 0.3)

        coverage("hodges_lehmann", f"{n} normal differences")(draw)


_add_hodges_lehmann()


@coverage("calibration_line (slope)", "n = 200, calibrated")
def calibration_slope(rng: Rng) -> Bounds:
    return _of(st.calibration_line(*_forecast(rng, 200, 2, 3)).slope, 1.0)


@coverage("coverage_band", "57 calibration scores, alpha .2", floor=0.0, note="exact up to the grid of ranks")
def conformal_band(rng: Rng) -> Bounds:
    cut = st.conformal_quantile(rng.random(57), alpha=0.2).value
    return _of(st.coverage_band(57, alpha=0.2), math.nan if cut is None else cut)


# --- running ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """What a coverage case gave."""

    case: CoverageCase
    draws: int
    rate: float
    width: float
    undefined: int

    @property
    def holds(self) -> bool:
        """Whether coverage reaches the floor, within three Monte Carlo standard errors."""
        if self.case.floor == 0.0:
            return True
        error = math.sqrt(self.case.floor * (1.0 - self.case.floor) / self.draws)
        return self.rate >= self.case.floor - 3.0 * error


@dataclass(frozen=True, slots=True)
class NullRow:
    """What a null case gave: the share of p-values at or below each level."""

    case: NullCase
    draws: int
    rates: tuple[float, ...]
    undefined: int

    @property
    def holds(self) -> bool:
        """Whether no level is exceeded by more than three Monte Carlo standard errors."""
        return self.case.tabulated or all(
            rate <= level + 3.0 * math.sqrt(level * (1.0 - level) / self.draws)
            for rate, level in zip(self.rates, LEVELS, strict=True)
        )


def run_coverage(case: CoverageCase, draws: int, seed: int = 0) -> CoverageRow:
    """Simulate one coverage case."""
    rng = np.random.default_rng([seed, len(case.regime), draws])
    inside, widths, undefined = 0, [], 0
    for _ in range(draws):
        bounds = case.draw(rng)
        if bounds.low is None or bounds.high is None:
            undefined += 1
            continue
        inside += bounds.low <= bounds.truth <= bounds.high
        widths.append(bounds.high - bounds.low)
    defined = max(1, draws - undefined)
    return CoverageRow(case, draws, inside / defined, float(np.mean(widths)), undefined)


def run_null(case: NullCase, draws: int, seed: int = 0) -> NullRow:
    """Simulate one null case; an undefined p-value counts as no rejection."""
    rng = np.random.default_rng([seed, len(case.regime), draws])
    drawn = [case.draw(rng) for _ in range(draws)]
    values = np.array([1.0 if value is None else value for value in drawn])
    rates = tuple(float(np.mean(values <= level + 1e-12)) for level in LEVELS)
    return NullRow(case, draws, rates, sum(value is None for value in drawn))


def page(covered: Sequence[CoverageRow], rejected: Sequence[NullRow], draws: int) -> str:
    """Return the Markdown page."""
    lines = [
        "# Coverage and null behaviour",
        "",
        f"Made by `python scripts/coverage.py --draws {draws} --write docs/reference/coverage.md`; do not edit.",
        "",
        "## How often a 95 % interval contains the truth",
        "",
        f"{draws:,} simulated data sets a row; Monte Carlo standard error about "
        f"{math.sqrt(0.95 * 0.05 / draws):.3f}. Defaults must reach {FLOOR:.0%}.",
        "Over-coverage is allowed: exact methods on discrete data and the corrected t over-cover by design.",
        "Rows without a floor show a limit.",
        "",
        "| method | regime | coverage | mean width | floor | note |",
        "|---|---|---:|---:|---:|---|",
    ]
    for row in covered:
        floor = f"{row.case.floor:.2f}" if row.case.floor else "–"
        note = row.case.note + (f" ({row.undefined} undefined)" if row.undefined else "")
        lines.append(f"| {row.case.method} | {row.case.regime} | {row.rate:.3f} | {row.width:.3g} | {floor} | {note} |")
    lines += [
        "",
        "## How often a test rejects where nothing differs",
        "",
        "Share of p-values at or below each level. None may exceed its level by more than three Monte Carlo",
        "standard errors; discrete tests stay below it.",
        "",
        "| test | regime | at .01 | at .05 | at .10 | note |",
        "|---|---|---:|---:|---:|---|",
    ]
    for row in rejected:
        rates = " | ".join(f"{rate:.3f}" for rate in row.rates)
        lines.append(f"| {row.case.method} | {row.case.regime} | {rates} | {row.case.note} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases, print the page or write it, and return 1 when a case does not hold."""
    parser = argparse.ArgumentParser(description="Simulate coverage and null behaviour.")
    parser.add_argument("--draws", type=int, default=2000, help="simulated data sets a case (default 2000)")
    parser.add_argument("--only", default="", help="run only the methods whose name contains this")
    parser.add_argument("--write", type=Path, help="write the page to this file instead of printing it")
    options = parser.parse_args(arguments)
    covered, rejected = [], []
    for case in [*COVERAGE_CASES, *NULL_CASES]:
        if options.only not in case.method:
            continue
        start = time.perf_counter()
        if isinstance(case, CoverageCase):
            covered.append(run_coverage(case, options.draws))
            row = covered[-1]
        else:
            rejected.append(run_null(case, options.draws))
            row = rejected[-1]
        verdict = "ok" if row.holds else "FAILS"
        seconds = time.perf_counter() - start
        print(f"{verdict:5} {seconds:6.1f} s  {case.method}: {case.regime}", file=sys.stderr)
    text = page(covered, rejected, options.draws)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0 if all(row.holds for row in [*covered, *rejected]) else 1


if __name__ == "__main__":
    sys.exit(main())
