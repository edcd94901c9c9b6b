"""Results of a small run in which something went wrong, with strings that attack whoever shows them."""

from __future__ import annotations

from mtf_engine.domain.cell import Cause
from mtf_engine.domain.results import (
    CheckRow,
    ComparisonRow,
    DatasetRow,
    FailureRow,
    Results,
    RunSummary,
    Score,
    Severity,
    Timing,
    Verdict,
)

SCRIPT = "<script>alert(1)</script>"
ESCAPE = "\x1b[2J\x1b]0;gone\x07"
FORMULA = '=HYPERLINK("http://example.org","look")'
HOSTILE = f"{SCRIPT}{ESCAPE}\n| [x](javascript:1) | `{FORMULA}` \u202e \x00]]>&\"'"
"""Markup, terminal sequences, a formula, a line break, a change of direction and a NUL."""


def results(name: str = "model", *, empty: bool = False) -> Results:
    """Make the results of a run.

    Parameters
    ----------
    name : str
        In all places that hold strings of data.
    empty : bool, default False
        Whether nothing came of the run.
    """
    if empty:
        return Results(run=_summary(name, "cancelled", 130))
    return Results(
        run=_summary(name, "finished", 1),
        datasets=(
            DatasetRow(name, f"data/{name}.csv", "ab" * 32, 150, 4, "binary", name, ("no", name)),
            DatasetRow("plain", "sklearn:diabetes", "cd" * 32, 442, 10, "regression", "target", ()),
        ),
        scores=(
            _score(name, name, 0.91234567890123),
            _score(name, "baseline", 0.5),
            _score(name, "broken", None),
            _score("plain", name, -123456.789),
        ),
        comparisons=(
            ComparisonRow(
                dataset=name,
                metric="roc_auc",
                a=name,
                b="baseline",
                difference=0.41,
                low=0.3,
                high=0.52,
                p_value=0.001,
                p_adjusted=0.001,
                method="corrected_resampled_t",
                verdict="a_better",
                minimum_detectable_difference=0.15,
            ),
        ),
        checks=tuple(_check(name, verdict) for verdict in Verdict),
        failures=(
            FailureRow(
                cell="0" * 32,
                dataset=name,
                model="broken",
                fold=0,
                cause=Cause.EXCEPTION,
                message=f"ValueError: {name}",
                seconds=0.4,
                peak_rss_bytes=412_000_000,
                hint=name,
            ),
        ),
        timing=(Timing(name, "default", name, 1.7, 0.02, 212_000_000),),
        findings=(f"{name}: dropped",),
    )


def _summary(name: str, status: str, code: int) -> RunSummary:
    return RunSummary(
        id="20261122T143109Z-run-7f3a",
        name=name,
        status=status,
        started="2026-11-22T14:31:09Z",
        finished="2026-11-22T14:32:58Z",
        settings_sha256="ef" * 32,
        seed=0,
        exit_code=code,
    )


def _score(dataset: str, model: str, estimate: float | None) -> Score:
    return Score(
        dataset=dataset,
        pipeline="default",
        model=model,
        metric="roc_auc" if dataset != "plain" else "r2",
        greater_is_better=True,
        estimate=estimate,
        low=None if estimate is None else estimate - 0.02,
        high=None if estimate is None else estimate + 0.02,
        confidence=0.95,
        interval_method=None if estimate is None else "corrected_resampled_t",
        aggregation="fold_mean",
        std=None if estimate is None else 0.01,
        folds=(estimate,) * 5,
        n_rows=0 if estimate is None else 150,
        fold_mean=estimate,
        pooled=estimate,
        reason="5 of 5 folds have no result" if estimate is None else None,
    )


def _check(name: str, verdict: Verdict) -> CheckRow:
    return CheckRow(
        code="MTF001",
        name="metric_threshold",
        severity=Severity.ERROR,
        verdict=verdict,
        dataset=name,
        model=name,
        message=f"roc_auc of {name} 0.912",
        evidence={"asked": f"roc_auc of {name} ≥ 0.9", "estimate": 0.912, name: [name]},
        rows_read=150,
        rows_total=150,
        docs="docs/reference/checks/MTF001-metric_threshold.md",
    )
