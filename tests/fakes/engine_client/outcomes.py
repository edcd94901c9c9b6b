"""What the fake's run came to: four data sets, eight models and their scores, as in the design's pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mtf_engine.domain.cell import Cause
from mtf_engine.domain.difference import Change, Flips, RunDifference, ScoreChange
from mtf_engine.domain.results import (
    CheckRow,
    ComparisonRow,
    DatasetRow,
    FailureRow,
    Ranking,
    Results,
    RunSummary,
    Score,
    Severity,
    Timing,
    Verdict,
)

FOLDS = 5
CLASSIFIERS = (
    "logistic_regression",
    "svc_rbf",
    "hist_gradient_boosting",
    "random_forest",
    "k_nearest_neighbors",
    "baseline",
)
REGRESSORS = ("hist_gradient_boosting", "random_forest", "k_nearest_neighbors", "ridge", "svr_rbf", "baseline")
MODELS = (*CLASSIFIERS[:5], "ridge", "svr_rbf", "baseline")

DATASETS = {
    "breast_cancer": DatasetRow(
        "breast_cancer", "sklearn:breast_cancer", "4c1a77e0" * 8, 569, 30, "binary", "target", (0, 1)
    ),
    "churn": DatasetRow("churn", "data/customers.csv", "90bd13f2" * 8, 7043, 20, "binary", "churned", ("no", "yes")),
    "wine": DatasetRow("wine", "sklearn:wine", "11aa22bb" * 8, 178, 13, "multiclass", "target", (0, 1, 2)),
    "diabetes": DatasetRow("diabetes", "sklearn:diabetes", "77ee88ff" * 8, 442, 10, "regression", "target", ()),
}
ESTIMATES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "breast_cancer": {
        "svc_rbf": (0.9957, 0.0031),
        "logistic_regression": (0.9953, 0.0034),
        "hist_gradient_boosting": (0.9936, 0.0043),
        "random_forest": (0.9917, 0.0051),
        "k_nearest_neighbors": (0.9812, 0.0102),
        "baseline": (0.5, 0.0),
    },
    "churn": {
        "logistic_regression": (0.7716, 0.0265),
        "hist_gradient_boosting": (0.7474, 0.0256),
        "random_forest": (0.7222, 0.0212),
        "svc_rbf": (0.7091, 0.0400),
        "k_nearest_neighbors": (0.6989, 0.0203),
        "baseline": (0.5, 0.0),
    },
    "wine": {
        "logistic_regression": (1.0, 0.0),
        "svc_rbf": (0.99987, 0.0004),
        "hist_gradient_boosting": (0.9990, 0.0021),
        "random_forest": (0.9988, 0.0024),
        "k_nearest_neighbors": (0.9961, 0.0060),
        "baseline": (0.5, 0.0),
    },
    "diabetes": {
        "ridge": (0.490, 0.062),
        "random_forest": (0.418, 0.071),
        "hist_gradient_boosting": (0.398, 0.080),
        "k_nearest_neighbors": (0.382, 0.066),
        "svr_rbf": (0.157, 0.041),
        "baseline": (-0.0012, 0.0008),
    },
}
OTHER_METRICS = {
    "log_loss": (False, {"logistic_regression": (0.488, 0.02), "hist_gradient_boosting": (0.516, 0.02)}),
    "brier": (False, {"logistic_regression": (0.161, 0.008), "hist_gradient_boosting": (0.170, 0.008)}),
    "accuracy": (True, {"logistic_regression": (0.764, 0.012), "hist_gradient_boosting": (0.754, 0.012)}),
    "f1": (True, {"logistic_regression": (0.432, 0.03), "hist_gradient_boosting": (0.447, 0.03)}),
}
_SPREAD = (0.0, -0.6, 0.9, -0.1, -0.2)


def folds(estimate: float, half: float) -> tuple[float, ...]:
    return tuple(estimate + half * shift for shift in _SPREAD)


def _score(dataset: str, model: str, metric: str, estimate: float, half: float, *, greater: bool = True) -> Score:
    top = 1.0 if metric in ("roc_auc", "accuracy", "f1", "r2") else float("inf")
    return Score(
        dataset,
        "default",
        model,
        metric,
        greater,
        estimate,
        estimate - half,
        min(top, estimate + half),
        0.95,
        "corrected_t",
        "fold_mean",
        half / 2,
        folds(estimate, half),
        DATASETS[dataset].rows,
        estimate,
        estimate,
    )


def _comparison(dataset: str, metric: str, one: Score, other: Score, *, greater: bool = True) -> ComparisonRow:
    assert one.estimate is not None
    assert other.estimate is not None
    value = one.estimate - other.estimate
    half = max(0.012 if dataset == "churn" else 0.02, 0.1 * abs(value))
    decided = abs(value) > half
    better = (value > 0) == greater
    verdict = ("a_better" if better else "b_better") if decided else "undecided"
    p = 0.0069 if decided else 0.31
    low, high = value - half, value + half
    return ComparisonRow(
        dataset, metric, one.model, other.model, value, low, high, p / 5, p, "corrected_t", verdict, 0.014
    )


def results(*, status: str = "finished") -> Results:
    """Four data sets, eight models, as in the design's pictures."""
    scores: list[Score] = []
    comparisons: list[ComparisonRow] = []
    for dataset, models in ESTIMATES.items():
        metric = "r2" if dataset == "diabetes" else "roc_auc"
        rows = [_score(dataset, model, metric, *models[model]) for model in MODELS if model in models]
        scores += rows
        comparisons += [_comparison(dataset, metric, a, b) for i, a in enumerate(rows) for b in rows[i + 1 :]]
    for metric, (greater, models) in OTHER_METRICS.items():
        rows = [_score("churn", model, metric, *value, greater=greater) for model, value in models.items()]
        scores += rows
        comparisons.append(_comparison("churn", metric, rows[0], rows[1], greater=greater))
    ranks = (1.5, 2.17, 2.83, 3.5, 5.0, 6.0)
    return Results(
        RunSummary("20261123T143000-churn-7f3a", "churn", status, None, None, "ab" * 32, 0, 1),
        tuple(DATASETS.values()),
        tuple(scores),
        tuple(comparisons),
        (
            Ranking(
                "roc_auc",
                CLASSIFIERS,
                ranks,
                "friedman",
                14.2,
                0.001,
                4.35,
                datasets=tuple(name for name in ESTIMATES if name != "diabetes"),
            ),
        ),
        checks(),
        (
            FailureRow("f1", "diabetes", "svr_rbf", 0, Cause.EXCEPTION, "ValueError: NaN in target", 0.2, 90_000_000),
            FailureRow("f2", "diabetes", "svr_rbf", 1, Cause.EXCEPTION, "ValueError: NaN in target", 0.2, 90_000_000),
            FailureRow(
                "f3",
                "churn",
                "svc_rbf",
                2,
                Cause.MEMORY,
                "stopped at 4.0 GB",
                41.0,
                4_000_000_000,
                hint="cell_memory: 8GB, or a linear kernel",
            ),
        ),
        tuple(
            Timing(dataset, "default", model, 0.3 * (i + 1), 0.01, 120_000_000)
            for dataset, models in ESTIMATES.items()
            for i, model in enumerate(models)
        ),
    )


def checks() -> tuple[CheckRow, ...]:
    """One of each verdict that the design shows."""
    docs = "docs/reference/checks.md"
    return (
        CheckRow("MTF101", "train_test_overlap", Severity.ERROR, Verdict.PASS, "churn", None,
                 "0 of 7,043 rows", {"overlap": 0}, 7043, 7043, docs),
        CheckRow("MTF104", "class_imbalance", Severity.WARNING, Verdict.WARN, "churn", None,
                 "26.9 % yes", {"share": 0.269}, 7043, 7043, docs),
        CheckRow("MTF301", "metric_threshold", Severity.ERROR, Verdict.FAIL, "churn", "logistic_regression",
                 "roc_auc 0.772 [0.745, 0.798] is below 0.800 even at its upper bound",
                 {"metric": "roc_auc", "min": 0.8, "estimate": 0.7716, "low": 0.745, "high": 0.798,
                  "method": "corrected_t"}, 7043, 7043, docs),
        CheckRow("MTF210", "drift", Severity.WARNING, Verdict.NOT_RUN, "churn", None,
                 "no reference data", {}, 0, 7043, docs),
    )  # fmt: skip


def changed() -> RunDifference:
    """Two runs that differ in a setting, one score and some rows."""
    score = ScoreChange(
        "churn", "default", "logistic_regression", "roc_auc", True, 0.7776, 0.7716, -0.006, -0.010, -0.002, 0.004,
        "paired", 6985, "worse",
    )  # fmt: skip
    same = replace(score, dataset="wine", before=1.0, after=1.0, difference=0.0, low=0.0, high=0.0, verdict="same")
    return RunDifference(
        "20261122T090000-churn-02bd", "20261123T143000-churn-7f3a",
        (Change("churn.sha256", "4c1a77e0", "90bd13f2"),), (Change("pipeline[0].impute.numeric", "median", "mean"),),
        (), (score, same), (Flips("churn", "default", "logistic_regression", 6985, 40, 21, (3, 17)),),
    )  # fmt: skip
