"""Data integrity: what is wrong with a data set on its own, before any model sees it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mtf_engine import numbers
from mtf_engine.checks.data import CheckData, open_check_data
from mtf_engine.checks.specification import CheckSpecification, Family, Needs, Outcome, Parameter
from mtf_engine.domain.check import CheckKind
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.results import Severity, Verdict

LISTED = 20
"""Most columns, classes or folds that the evidence of a check lists."""


def _verdict(bad: bool) -> Verdict:
    return Verdict.FAIL if bad else Verdict.PASS


def find_duplicate_rows(data: CheckData, *, max_share: float, include_target: bool) -> Outcome:
    """Count the rows that repeat an earlier row."""
    codes = data.row_codes if include_target else data.feature_codes
    distinct = int(codes.max(initial=-1)) + 1
    counts = np.bincount(codes, minlength=distinct)
    distinct = int(np.count_nonzero(counts))
    copies = data.rows - distinct
    share = copies / data.rows
    largest = int(counts.max(initial=0))
    what = "features and target" if include_target else "features"
    return Outcome(
        _verdict(share > max_share),
        f"{numbers.count(copies)} of {numbers.plural(data.rows, 'row')} ({numbers.percent(share)}) repeat the "
        f"{what} of an earlier row",
        {
            "duplicate_rows": copies,
            "distinct_rows": distinct,
            "share": share,
            "largest_group": largest,
            "max_share": max_share,
            "include_target": include_target,
        }
        | identifiers_aside(data),
    )


def identifiers_aside(data: CheckData) -> dict[str, object]:
    """Evidence of the columns that a comparison of rows leaves out; empty when it leaves out none."""
    return {"identifiers_aside": list(data.identifiers[:LISTED])} if data.identifiers else {}


def find_missing_values(data: CheckData, *, max_share: float) -> Outcome:
    """Measure the share of missing cells of each column."""
    missing = data.frame.isna().sum()
    worst = missing[missing > 0].sort_values(ascending=False, kind="stable")
    over = [str(name) for name, count in worst.items() if count / data.rows > max_share]
    listed = [
        {"column": str(name), "missing": int(count), "share": int(count) / data.rows}
        for name, count in worst.head(LISTED).items()
    ]
    total = int(missing.sum())
    evidence = {
        "missing_cells": total,
        "columns_with_missing": len(worst),
        "columns_over": len(over),
        "columns": listed,
        "max_share": max_share,
    }
    if not listed:
        return Outcome(Verdict.PASS, "no cell is missing", evidence)
    return Outcome(
        _verdict(bool(over)),
        f"{numbers.plural(total, 'cell')} missing in {numbers.plural(len(worst), 'column')}, most in "
        f"{worst.index[0]} ({numbers.percent(int(worst.iloc[0]) / data.rows)})",
        evidence,
    )


def find_class_imbalance(data: CheckData, *, min_ratio: float, min_rows: int) -> Outcome:
    """Compare the rarest class with the most frequent one."""
    counts = np.bincount(data.target.astype(np.int64), minlength=len(data.labels))
    order = np.argsort(counts, kind="stable")
    rarest, most = int(order[0]), int(order[-1])
    ratio = float(counts[rarest] / counts[most])
    listed = [{"class": data.labels[code], "rows": int(counts[code])} for code in order[:LISTED]]
    return Outcome(
        _verdict(ratio < min_ratio or counts[rarest] < min_rows),
        f"rarest class {data.labels[rarest]!s} has {numbers.plural(int(counts[rarest]), 'row')}, "
        f"{numbers.percent(ratio)} of the most frequent, {data.labels[most]!s} with {numbers.count(int(counts[most]))}",
        {
            "classes": len(data.labels),
            "ratio": ratio,
            "rarest": listed,
            "most_frequent": {"class": data.labels[most], "rows": int(counts[most])},
            "min_ratio": min_ratio,
            "min_rows": min_rows,
        },
    )


def find_constant_columns(data: CheckData, *, max_dominance: float) -> Outcome:
    """Find columns in which one value, or its absence, fills more rows than allowed."""
    found = []
    for name, column in data.frame.items():
        share = _dominance(column)
        if share >= 1.0 or share > max_dominance:
            found.append({"column": str(name), "share": share})
    names = ", ".join(str(entry["column"]) for entry in found[:3]) + (", …" if len(found) > 3 else "")
    extent = "in all rows" if max_dominance == 1 else f"in more than {numbers.percent(max_dominance)} of the rows"
    return Outcome(
        _verdict(bool(found)),
        f"{numbers.plural(len(found), 'column')} with one value {extent}: {names}"
        if found
        else f"no column has one value {extent}",
        {"constant_columns": len(found), "columns": found[:LISTED], "max_dominance": max_dominance},
    )


def _dominance(column: pd.Series) -> float:
    """Share of the most frequent value, a missing cell counting as one value."""
    if column.dtype == np.float64:
        values = np.sort(column.to_numpy())
        gaps = int(np.isnan(values).sum())
        present = values[: len(values) - gaps]
        edges = np.flatnonzero(present[1:] != present[:-1]) + 1
        longest = int(np.diff(edges, prepend=0, append=len(present)).max(initial=0))
        return max(longest, gaps) / len(values)
    return int(column.value_counts(dropna=False).iloc[0]) / len(column)


DUPLICATE_ROWS = CheckSpecification(
    code="MTF102",
    name="duplicate_rows",
    summary="Count rows that repeat an earlier row of the data set.",
    kind=CheckKind.DIAGNOSTIC,
    family=Family.DATA_INTEGRITY,
    needs=Needs.DATA,
    function=find_duplicate_rows,
    open_data=open_check_data,
    severity=Severity.WARNING,
    parameters=(
        Parameter("max_share", 0.01, "Share of the rows that may repeat an earlier one.", low=0, high=1),
        Parameter("include_target", True, "Whether the target must be equal too."),
    ),
    asked="at most {max_share} of the rows repeat an earlier one",
    remedy="Take identifiers out by `drop` and add the step drop_duplicates, or declare what the copies "
    "share as groups.",
)

MISSING_VALUES = CheckSpecification(
    code="MTF103",
    name="missing_values",
    summary="Measure the share of missing cells in each feature.",
    kind=CheckKind.DIAGNOSTIC,
    family=Family.DATA_INTEGRITY,
    needs=Needs.DATA,
    function=find_missing_values,
    open_data=open_check_data,
    severity=Severity.WARNING,
    parameters=(Parameter("max_share", 0.2, "Share of a column's cells that may be missing.", low=0, high=1),),
    asked="no column misses more than {max_share} of its cells",
    remedy="Find out why the values are missing; drop the columns, or impute them.",
)

CLASS_IMBALANCE = CheckSpecification(
    code="MTF104",
    name="class_imbalance",
    summary="Compare the rarest class with the most frequent one.",
    kind=CheckKind.DIAGNOSTIC,
    family=Family.DATA_INTEGRITY,
    needs=Needs.DATA,
    function=find_class_imbalance,
    open_data=open_check_data,
    severity=Severity.WARNING,
    tasks=frozenset({Task.BINARY, Task.MULTICLASS}),
    parameters=(
        Parameter("min_ratio", 0.1, "Least rows of the rarest class per row of the most frequent.", low=0, high=1),
        Parameter("min_rows", 20, "Least rows of the rarest class; intervals are unreliable below 20.", low=0),
    ),
    asked="the rarest class has at least {min_rows} rows and {min_ratio} of the most frequent one's",
    remedy="Judge by metrics that don't reward the majority, such as balanced_accuracy or average_precision.",
)

CONSTANT_COLUMNS = CheckSpecification(
    code="MTF105",
    name="constant_columns",
    summary="Find features that hold the same value in all, or nearly all, rows.",
    kind=CheckKind.DIAGNOSTIC,
    family=Family.DATA_INTEGRITY,
    needs=Needs.DATA,
    function=find_constant_columns,
    open_data=open_check_data,
    severity=Severity.WARNING,
    parameters=(
        Parameter("max_dominance", 1.0, "Share of the rows that one value may fill; never all.", low=0, high=1),
    ),
    asked="no column is constant or has one value in more than {max_dominance} of the rows",
    remedy="Add the step drop_constant, or look at how the columns were filled.",
)
