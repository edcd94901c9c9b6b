"""A finished run as results: three data sets, a decided and an undecided one, checks of every verdict, failures."""

from __future__ import annotations

import math

import pytest

from mtf_engine.domain.cell import Cause
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
from mtf_engine.reports.context import ReportContext

CHURN = {"logistic_regression": 0.7718, "hist_gradient_boosting": 0.7474, "random_forest": 0.722, "baseline": 0.5}
CANCER = {"svc_rbf": 0.9957, "logistic_regression": 0.9953, "random_forest": 0.9921, "baseline": 0.5}
DIABETES = {"ridge": 0.4895, "random_forest": 0.4184, "svr_rbf": None, "baseline": -0.0099}


def score(dataset: str, model: str, metric: str, estimate: float | None, half: float) -> Score:
    constant = model == "baseline"
    half = 0.0 if constant else half
    folds = tuple(None if estimate is None else estimate + half * math.sin(2.4 * fold) for fold in range(5))
    return Score(
        dataset=dataset,
        pipeline="default",
        model=model,
        metric=metric,
        greater_is_better=metric not in ("log_loss", "rmse"),
        estimate=estimate,
        low=None if estimate is None else estimate - half,
        high=None if estimate is None else estimate + half,
        confidence=0.95,
        interval_method=None if estimate is None else "corrected_resampled_t",
        aggregation="fold_mean",
        std=None if estimate is None else half / 2,
        folds=folds,
        n_rows=0 if estimate is None else 7043,
        fold_mean=estimate,
        pooled=estimate,
        reason="5 of 5 folds have no result" if estimate is None else None,
    )


def scores(dataset: str, estimates: dict[str, float | None], metric: str, half: float) -> list[Score]:
    return [score(dataset, model, metric, value, half) for model, value in estimates.items()]


def pairs(dataset: str, estimates: dict[str, float | None], metric: str, half: float) -> list[ComparisonRow]:
    found = []
    names = list(estimates)
    for index, a in enumerate(names):
        for b in names[index + 1 :]:
            first, second = estimates[a], estimates[b]
            difference = None if first is None or second is None else first - second
            decided = difference is not None and abs(difference) > half
            verdict = "undecided" if not decided else "a_better" if (difference or 0) > 0 else "b_better"
            found.append(
                ComparisonRow(
                    dataset=dataset,
                    metric=metric,
                    a=a,
                    b=b,
                    difference=difference,
                    low=None if difference is None else difference - half,
                    high=None if difference is None else difference + half,
                    p_value=None if difference is None else 0.003 if decided else 0.31,
                    p_adjusted=None if difference is None else 0.0069 if decided else 0.62,
                    method=None if difference is None else "corrected_resampled_t",
                    verdict=verdict,
                    minimum_detectable_difference=half * 1.15,
                    reason="svr_rbf: 5 of 5 folds have no result" if difference is None else None,
                )
            )
    return found


def check(
    code: str, name: str, verdict: Verdict, message: str, evidence: dict[str, object], **more: object
) -> CheckRow:
    fields: dict[str, object] = {
        "severity": Severity.ERROR,
        "dataset": "churn",
        "model": None,
        "rows_read": 7043,
        "rows_total": 7043,
        "counts": True,
        **more,
    }
    return CheckRow(
        code=code,
        name=name,
        verdict=verdict,
        message=message,
        evidence=evidence,
        docs=f"docs/reference/checks/{code}-{name}.md",
        **fields,  # type: ignore[arg-type]
    )


def threshold(model: str, verdict: Verdict, found: str, minimum: float, bounds: tuple[float, ...]) -> CheckRow:
    evidence = {
        "asked": f"roc_auc ≥ {minimum:g}, confident",
        "metric": "roc_auc",
        "estimate": bounds[0],
        "low": bounds[1],
        "high": bounds[2],
        "confidence": 0.95,
        "interval_method": "corrected_resampled_t",
        "min": minimum,
        "max": None,
        "confident": True,
    }
    message = f"roc_auc {bounds[0]:.3f} [{bounds[1]:.3f}, {bounds[2]:.3f}]: {found}"
    return check("MTF001", "metric_threshold", verdict, message, evidence, model=model)


CHECKS = (
    threshold("logistic_regression", Verdict.INCONCLUSIVE, "the interval contains 0.78", 0.78, (0.772, 0.745, 0.798)),
    threshold(
        "hist_gradient_boosting", Verdict.FAIL, "even the upper bound is below 0.78", 0.78, (0.747, 0.721, 0.774)
    ),
    check(
        "MTF002",
        "not_worse_than",
        Verdict.PASS,
        "roc_auc minus that of random_forest 0.050 [0.028, 0.072]: a loss of 0.01 is ruled out",
        {
            "asked": "roc_auc not worse than random_forest by more than 0.01",
            "metric": "roc_auc",
            "reference": "random_forest",
            "margin": 0.01,
            "difference": 0.05,
            "low": 0.028,
            "high": 0.072,
            "bound": 0.028,
            "one_sided_confidence": 0.95,
            "greater_is_better": True,
            "method": "corrected_resampled_t",
        },
        model="logistic_regression",
    ),
    check(
        "MTF101",
        "train_test_overlap",
        Verdict.PASS,
        "0 of 7,043 test rows copy the features of a training row",
        {"asked": "at most 0 % of a fold's test rows copy a training row", "overlapping_rows": 0, "folds": []},
    ),
    check(
        "MTF104",
        "class_imbalance",
        Verdict.WARN,
        "rarest class yes has 1,891 rows, 37 % of the most frequent, no with 5,152",
        {"asked": "the rarest class has at least 20 rows and 50 % of the most frequent one's", "ratio": 0.367},
        severity=Severity.WARNING,
        counts=False,
        rows_read=5000,
    ),
    check(
        "MTF103",
        "missing_values",
        Verdict.ERROR,
        "the check failed: OSError: cannot read",
        {},
        dataset="diabetes",
        rows_read=0,
        rows_total=442,
    ),
    check(
        "MTF105",
        "constant_columns",
        Verdict.NOT_RUN,
        "the data set could not be fetched",
        {},
        dataset="remote",
        rows_read=0,
        rows_total=0,
        counts=False,
    ),
)


@pytest.fixture
def results() -> Results:
    return Results(
        run=RunSummary(
            id="20261122T143109Z-churn-7f3a",
            name="churn",
            status="finished",
            started="2026-11-22T14:31:09Z",
            finished="2026-11-22T14:32:58Z",
            settings_sha256="9f86d081884c7d65" * 4,
            seed=0,
            exit_code=1,
        ),
        datasets=(
            DatasetRow("churn", "data/customers.csv", "4c1a77e0" * 8, 7043, 19, "binary", "churned", ("no", "yes")),
            DatasetRow("breast_cancer", "sklearn:breast_cancer", "ab" * 32, 569, 30, "binary", "target", (0, 1)),
            DatasetRow("diabetes", "sklearn:diabetes", "cd" * 32, 442, 10, "regression", "target", ()),
        ),
        scores=(
            *scores("churn", CHURN, "roc_auc", 0.0265),
            *scores("churn", {name: 1 - value for name, value in CHURN.items()}, "log_loss", 0.03),
            *scores("churn", {name: value + 0.03 for name, value in CHURN.items()}, "accuracy", 0.011),
            *scores("breast_cancer", CANCER, "roc_auc", 0.0031),
            *scores("diabetes", DIABETES, "r2", 0.061),
        ),
        comparisons=(
            *pairs("churn", CHURN, "roc_auc", 0.0122),
            *pairs("breast_cancer", CANCER, "roc_auc", 0.006),
            *pairs("diabetes", DIABETES, "r2", 0.08),
        ),
        rankings=(Ranking("roc_auc", ("logistic_regression", "random_forest"), (1.5, 2.5), "friedman", 3.2, 0.2, 1.4),),
        checks=CHECKS,
        failures=tuple(
            FailureRow(
                cell=f"{fold:032x}",
                dataset="diabetes",
                model="svr_rbf",
                fold=fold,
                cause=Cause.TIMEOUT if fold == 4 else Cause.EXCEPTION,
                message="fit took longer than 10 min" if fold == 4 else "ValueError: Input X contains NaN.",
                seconds=601.2 if fold == 4 else 0.4 + fold,
                peak_rss_bytes=412_000_000,
                hint=None if fold == 4 else "Add the step impute, or choose a model that takes missing values.",
            )
            for fold in range(5)
        ),
        timing=tuple(
            Timing(name, "default", model, 1.7 * (index + 1), 0.02, 212_000_000)
            for name, models in (("churn", CHURN), ("breast_cancer", CANCER), ("diabetes", DIABETES))
            for index, model in enumerate(models)
        ),
        findings=("churn: customer_id holds 7,043 distinct values in 7,043 rows and was dropped",),
    )


@pytest.fixture
def context() -> ReportContext:
    return ReportContext(
        environment={
            "python": "3.11.9",
            "implementation": "CPython",
            "platform": "Linux-6.1-x86_64",
            "cpus": 2,
            "memory_bytes": 8_000_000_000,
            "packages": {"scikit-learn": "1.9.1", "numpy": "2.3.0"},
            "git": {"commit": "0f6bee1a9c1d4b3f", "dirty": True},
        }
    )
