"""Cases of the coverage simulation: how often the intervals of one data set contain the truth."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from coverage_cases import CONFIDENCE, FLOOR, RESAMPLES, Bounds, Rng, coverage, gap, of, seed_of

from mtf_engine import statistics as st

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
            return of(method(int(rng.binomial(n, p)), n, confidence=CONFIDENCE), p)

        coverage(name, f"n = {n}, p = {p:g}", floor=floor, note=note)(draw)


_add_proportions()

# --- two proportions --------------------------------------------------------------------------------------


def two_counts(rng: Rng, n1: int, p1: float, n2: int, p2: float) -> tuple[int, int, int, int]:
    return int(rng.binomial(n1, p1)), n1, int(rng.binomial(n2, p2)), n2


@coverage("newcombe_independent", "30 rows at .9, 40 rows at .8")
def newcombe_independent_small(rng: Rng) -> Bounds:
    return gap(st.newcombe_independent(*two_counts(rng, 30, 0.9, 40, 0.8)), 0.1)


@coverage("mee", "30 rows at .9, 40 rows at .8")
def mee_small(rng: Rng) -> Bounds:
    return gap(st.mee(*two_counts(rng, 30, 0.9, 40, 0.8)), 0.1)


_PAIRS = {
    "50 rows, 20 % discordant, no difference": (50, (0.7, 0.1, 0.1, 0.1)),
    "100 rows, .06 against .02 discordant": (100, (0.85, 0.06, 0.02, 0.07)),
    "400 rows, .03 against .01 discordant": (400, (0.9, 0.03, 0.01, 0.06)),
}


def _add_pairs() -> None:
    for name, method in (("newcombe_paired", st.newcombe_paired), ("tango", st.tango)):
        for regime, (n, cells) in _PAIRS.items():

            def draw(rng: Rng, method=method, n=n, cells=cells) -> Bounds:
                return gap(method(*(int(x) for x in rng.multinomial(n, cells))), cells[1] - cells[2])

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
            return of(st.auc_interval(setting.truth, setting.score(rng)), _area(setting))

        regime = f"{setting.positives} positives, {setting.negatives} negatives, area {setting.area:g}"
        coverage("auc_interval", regime, floor=floor, note=note)(draw)


_add_areas()


@coverage("delong (logit)", "10 positives, 190 negatives, area 0.9", floor=0.0, note="warns; auc_interval switches")
def delong_few_positives(rng: Rng) -> Bounds:
    setting = Binormal(10, 190, 0.9)
    return of(st.delong(setting.truth, setting.score(rng)), 0.9)


@coverage("delong (linear)", "10 positives, 190 negatives, area 0.9", floor=0.0, note="why logit is the default")
def delong_linear_few_positives(rng: Rng) -> Bounds:
    setting = Binormal(10, 190, 0.9)
    return of(st.delong(setting.truth, setting.score(rng), transform="linear"), 0.9)


def two_scores(rng: Rng, setting: Binormal, worse: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
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
    return gap(st.delong_paired(setting.truth, *two_scores(rng, setting, worse)), 0.05)


@coverage("delong_unpaired", "50 and 50 rows of each class, .85 and .80")
def delong_unpaired_balanced(rng: Rng) -> Bounds:
    first, second = Binormal(50, 50, 0.85), Binormal(50, 50, 0.80)
    found = st.delong_unpaired(first.truth, first.score(rng), second.truth, second.score(rng))
    return gap(found, 0.05)


# --- bootstrap --------------------------------------------------------------------------------------------


@coverage("bootstrap_means (BCa)", "mean of exponential losses, n = 30", note="skewed, few rows")
def bootstrap_skewed_mean(rng: Rng) -> Bounds:
    losses = {"loss": rng.exponential(size=30)}
    return of(st.bootstrap_means(losses, seed=seed_of(rng), resamples=RESAMPLES)["loss"], 1.0)


@coverage(
    "bootstrap_means (BCa, not expanded)",
    "mean of exponential losses, n = 30",
    floor=0.0,
    note="why expanded is the default",
)
def bootstrap_skewed_mean_plain(rng: Rng) -> Bounds:
    losses = {"loss": rng.exponential(size=30)}
    return of(st.bootstrap_means(losses, seed=seed_of(rng), resamples=RESAMPLES, expanded=False)["loss"], 1.0)


@coverage("bootstrap_means (BCa)", "RMSE of normal errors, n = 50")
def bootstrap_rmse(rng: Rng) -> Bounds:
    squares = {"squared": rng.normal(size=50) ** 2}
    rmse = {"rmse": lambda means: np.sqrt(means["squared"])}
    found = st.bootstrap_means(squares, statistics=rmse, seed=seed_of(rng), resamples=RESAMPLES)
    return of(found["rmse"], 1.0)


_CONFUSION = np.array([[0.80, 0.05], [0.04, 0.11]])


@coverage("bootstrap_counts (BCa)", "F1, n = 100, 15 % positives")
def bootstrap_f1(rng: Rng) -> Bounds:
    counts = rng.multinomial(100, _CONFUSION.ravel()).reshape(2, 2)
    found = st.bootstrap_counts(counts, ["f1"], seed=seed_of(rng), resamples=RESAMPLES)
    return of(found["f1"], 2 * 0.11 / (2 * 0.11 + 0.05 + 0.04))


@coverage("bootstrap_counts (BCa)", "balanced accuracy, n = 200, 15 % positives")
def bootstrap_balanced_accuracy(rng: Rng) -> Bounds:
    counts = rng.multinomial(200, _CONFUSION.ravel()).reshape(2, 2)
    found = st.bootstrap_counts(counts, ["balanced_accuracy"], seed=seed_of(rng), resamples=RESAMPLES)
    return of(found["balanced_accuracy"], (0.80 / 0.85 + 0.11 / 0.15) / 2)


@coverage("bootstrap_counts (BCa)", "MCC, n = 200, 15 % positives")
def bootstrap_mcc(rng: Rng) -> Bounds:
    counts = rng.multinomial(200, _CONFUSION.ravel()).reshape(2, 2)
    truth = (0.80 * 0.11 - 0.05 * 0.04) / math.sqrt(0.16 * 0.15 * 0.85 * 0.84)
    return of(st.bootstrap_counts(counts, ["mcc"], seed=seed_of(rng), resamples=RESAMPLES)["mcc"], truth)


@cache
def _average_precision(share: float, area: float) -> float:
    setting = Binormal(int(400_000 * share), int(400_000 * (1 - share)), area)
    points = st.binary_point_metrics(setting.truth, setting.score(np.random.default_rng(7)))
    return math.nan if points.average_precision is None else points.average_precision


@coverage("bootstrap_ranking (BCa)", "average precision, n = 300, 20 % positives")
def bootstrap_average_precision(rng: Rng) -> Bounds:
    truth = rng.random(300) < 0.2
    score = rng.normal(size=300) + Binormal(1, 1, 0.85).shift * truth
    found = st.bootstrap_ranking(truth, score, "average_precision", seed=seed_of(rng), resamples=RESAMPLES)
    return of(found, _average_precision(0.2, 0.85))


@coverage("bootstrap_ranking (BCa)", "area .85 on quantile slots, n = 5,000", note="the approximate path")
def bootstrap_area_on_slots(rng: Rng) -> Bounds:
    truth = rng.random(5000) < 0.4
    score = rng.normal(size=5000) + Binormal(1, 1, 0.85).shift * truth
    return of(st.bootstrap_ranking(truth, score, seed=seed_of(rng), resamples=400), 0.85)


@coverage("bootstrap (cluster, BCa, expanded)", "mean of 30 clusters of 5 rows")
def bootstrap_clusters(rng: Rng) -> Bounds:
    clusters = np.repeat(np.arange(30), 5)
    values = np.repeat(rng.normal(size=30), 5) + rng.normal(size=150)
    found = st.bootstrap(
        lambda rows: float(values[rows].mean()),
        150,
        clusters=clusters,
        seed=seed_of(rng),
        resamples=400,
        expanded=True,
    )
    return of(found, 0.0)


@coverage("bootstrap (rows)", "the same 30 clusters, drawn by row", floor=0.0, note="why groups must be declared")
def bootstrap_clusters_ignored(rng: Rng) -> Bounds:
    values = np.repeat(rng.normal(size=30), 5) + rng.normal(size=150)
    return of(st.bootstrap_means({"value": values}, seed=seed_of(rng), resamples=400)["value"], 0.0)


@coverage("bootstrap (block)", "mean of an AR(1) of .5, n = 200, blocks of 10", floor=0.0, note="descriptive")
def bootstrap_blocks(rng: Rng) -> Bounds:
    noise, values = rng.normal(size=250), np.zeros(250)
    for i in range(1, 250):
        values[i] = 0.5 * values[i - 1] + noise[i]
    kept = values[50:]
    return of(
        st.bootstrap(lambda rows: float(kept[rows].mean()), 200, blocks=10, seed=seed_of(rng), resamples=400), 0.0
    )


@coverage("poisson_bootstrap", "mean of exponential losses, n = 1,000 in four chunks")
def poisson_mean(rng: Rng) -> Bounds:
    losses = rng.exponential(size=1000)
    chunks = (np.column_stack([part, np.ones_like(part)]) for part in np.split(losses, 4))
    return of(st.poisson_bootstrap(chunks, lambda sums: sums[:, 0] / sums[:, 1], seed=seed_of(rng), resamples=400), 1.0)


def paired_losses(rng: Rng, n: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Skewed losses of two models that share what makes a row hard."""
    common = rng.exponential(size=n)
    return {"loss": common + rng.exponential(size=n)}, {"loss": common + rng.exponential(size=n)}


@coverage("paired_bootstrap_means", "difference of skewed mean losses, n = 100")
def paired_mean_difference(rng: Rng) -> Bounds:
    first, second = paired_losses(rng, 100)
    found = st.paired_bootstrap_means(first, second, seed=seed_of(rng), resamples=RESAMPLES)
    return gap(found["loss"], 0.0)


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
        seed=seed_of(rng),
        resamples=RESAMPLES,
    )
    return gap(found["average_precision"], 0.0)


@coverage("paired_bootstrap_counts", "F1 difference, n = 200, 15 % positives")
def paired_f1(rng: Rng) -> Bounds:
    first, second, truth = PAIRED_CELLS
    counts = rng.multinomial(200, truth.ravel()).reshape(2, 2, 2)
    found = st.paired_bootstrap_counts(counts, ["f1"], seed=seed_of(rng), resamples=RESAMPLES)
    return gap(found["f1"], first - second)


def _paired_cells() -> tuple[float, float, np.ndarray]:
    """F1 of two classifiers, and the probability of each (truth, first, second)."""
    cells = np.array([[[0.76, 0.05], [0.02, 0.02]], [[0.03, 0.02], [0.03, 0.07]]])

    def f1(table: np.ndarray) -> float:
        return float(2 * table[1, 1] / (2 * table[1, 1] + table[0, 1] + table[1, 0]))

    return f1(cells.sum(axis=2)), f1(cells.sum(axis=1)), cells


PAIRED_CELLS = _paired_cells()

# --- agreement --------------------------------------------------------------------------------------------


@coverage("cohen_kappa", "n = 100, three classes")
def kappa_three_classes(rng: Rng) -> Bounds:
    cells = np.array([[0.30, 0.05, 0.02], [0.04, 0.25, 0.05], [0.02, 0.05, 0.22]])
    expected = float(cells.sum(axis=1) @ cells.sum(axis=0))
    truth = (float(np.trace(cells)) - expected) / (1.0 - expected)
    return of(st.cohen_kappa(rng.multinomial(100, cells.ravel()).reshape(3, 3)), truth)


# --- cross-validation with refitting ----------------------------------------------------------------------

FEATURES = 8


def regression(rng: Rng, n: int) -> tuple[np.ndarray, np.ndarray]:
    x = rng.normal(size=(n, FEATURES))
    return x, x.sum(axis=1) / 2 + rng.normal(size=n)


def fold_errors(x: np.ndarray, y: np.ndarray, columns: slice, folds: int) -> np.ndarray:
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
    return float(np.mean([fold_errors(*regression(rng, n), slice(None), folds).mean() for _ in range(4000)]))


@coverage("corrected_resampled_t", "5 folds of 100 rows, least squares", note="wide by design")
def corrected_t_five_folds(rng: Rng) -> Bounds:
    values = fold_errors(*regression(rng, 100), slice(None), 5)
    found = st.corrected_resampled_t(values, n_train=80, n_test=20, bounds=(0.0, math.inf))
    return of(found, _procedure_error(100, 5))


@coverage(
    "corrected_resampled_t",
    "accuracy .97, 5 folds of 35 rows",
    note="1 % get the warning of lucky folds",
)
def corrected_t_of_few_errors(rng: Rng) -> Bounds:
    right = rng.random((5, 35)) < 0.97
    found = st.corrected_resampled_t(right.mean(axis=1), n_train=140, n_test=35, bounds=(0.0, 1.0))
    return of(found, 0.97)


@coverage("corrected_resampled_t", "10 folds of 200 rows, least squares", note="wide by design")
def corrected_t_ten_folds(rng: Rng) -> Bounds:
    values = fold_errors(*regression(rng, 200), slice(None), 10)
    found = st.corrected_resampled_t(values, n_train=180, n_test=20, bounds=(0.0, math.inf))
    return of(found, _procedure_error(200, 10))
