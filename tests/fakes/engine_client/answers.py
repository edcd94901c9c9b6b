"""What the fake says of settings and sources before anything runs."""

from __future__ import annotations

from dataclasses import replace

from fakes.engine_client.outcomes import DATASETS, ESTIMATES, MODELS

from mtf_engine.domain.outlines import DatasetOutline, ModelOutline, PipelineOutline, PlanOutline, StepOutline
from mtf_engine.domain.sources import (
    ClassShare,
    ColumnEntry,
    ColumnNote,
    ColumnOutline,
    SourceInspection,
    SourceProfile,
    ValueShare,
)
from mtf_engine.errors import Problem
from mtf_tui.engine_protocol import (
    SourceAsked,
)


def outline() -> PlanOutline:
    """What a run of the fake's plan would do."""
    datasets = tuple(
        DatasetOutline(
            row.name, row.source, row.rows, row.columns, row.task, row.target, row.classes, None, "stratified_kfold", 5,
            ("roc_auc",), "roc_auc", row.sha256, 12_000, ("customer_id is dropped: every value distinct",)
            if row.name == "churn" else (), (5152, 1891) if row.name == "churn" else (),
        )
        for row in DATASETS.values()
    )  # fmt: skip
    steps = (
        StepOutline(0, "drop_duplicates", "row", "0 of 7,043 rows dropped", 20, 20, 7043, 7043),
        StepOutline(1, "impute", "transformer", "median; most_frequent · 11 filled", 20, 20, 5634, 5634, 11),
        StepOutline(2, "encode", "transformer", "one_hot · 6 columns", 20, 34, 5634, 5634),
        StepOutline(3, "scale", "transformer", "", None, None, None, None, error="text in column [/]"),
    )
    entries = ("drop_duplicates", "impute", "encode", {"scale": {"method": "robust"}})
    steps = tuple(replace(step, entry=entry) for step, entry in zip(steps, entries, strict=True))
    pipelines = tuple(PipelineOutline(name, "default", steps, 5634, 5634, 0.1) for name in DATASETS)
    models = tuple(
        ModelOutline(
            model, "builtin", model, tuple(d for d in DATASETS if model in ESTIMATES[d]), 15, 3, 80.0,
            {"C": 0.5} if model == "logistic_regression" else {}, model == "baseline",
        )
        for model in MODELS
    )  # fmt: skip
    return PlanOutline("churn", datasets, pipelines, models, 120, 0, 118.0, 900_000_000, 2)


def inspection(source: SourceAsked) -> SourceInspection:
    """A table of customers, whatever the source."""
    names = ("customer_id", "tenure", "contract", "churned")
    columns = tuple(ColumnEntry(name, "numeric", 0, 100) for name in names)
    target = source.target or "churned"
    problem = None if target in names else Problem(f"There is no column {target!r}.", "Did you mean 'churned'?")
    return SourceInspection(
        source.source, "csv", 1, 12_000, 7043, columns, "4c1a77e0", target,
        "as asked" if source.target else "the last column", "binary",
        (ClassShare("no", 5152, 0.73), ClassShare("yes", 1891, 0.27)),
        (ColumnNote("customer_id", "every value distinct"),), problem=problem,
    )  # fmt: skip


def profile(source: str) -> SourceProfile:
    """Columns of every kind."""
    columns = (
        ColumnOutline("churned", "categorical", True, 0.0, 2, (), (ValueShare("no", 0.73), ValueShare("yes", 0.27)),
                      "yes 27 %"),
        ColumnOutline("tenure", "numeric", False, 0.0, 73, (9, 4, 3, 3, 3, 3, 3, 3, 4, 4, 7, 9), (), "0 … 72"),
        ColumnOutline("total_charges", "numeric", False, 0.0016, 6530, (9, 6, 4, 3, 2, 2, 2, 1, 1, 1, 1, 1), (),
                      "18.8 … 8,684.8"),
        ColumnOutline("customer_id", "identifier", False, 0.0, 7043, (), (), "", "all distinct"),
    )  # fmt: skip
    return SourceProfile(source, 7043, 7043, columns)
