"""The CSV report: one table a file, numbers in full precision, no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum

from mtf_engine import text_safety
from mtf_engine.domain.results import (
    CheckRow,
    ComparisonRow,
    DatasetRow,
    FailureRow,
    Ranking,
    Results,
    Score,
    Timing,
)
from mtf_engine.reports.context import ReportContext
from mtf_engine.reports.document import json_bytes
from mtf_engine.reports.specification import ReportFile, ReportFormat

_TABLES: Mapping[str, type] = {
    "scores": Score,
    "comparisons": ComparisonRow,
    "rankings": Ranking,
    "checks": CheckRow,
    "failures": FailureRow,
    "timing": Timing,
    "datasets": DatasetRow,
}


def table(rows: Sequence[object], kind: type) -> bytes:
    """Write dataclass rows as CSV, UTF-8, a header first.

    Parameters
    ----------
    rows : sequence
        Instances of `kind`.
    kind : type
        A dataclass; its fields are the columns. Nested values are written as JSON.
    """
    if not is_dataclass(kind):
        raise TypeError(f"{kind.__name__} is not a dataclass, so it has no columns.")
    columns = [field.name for field in fields(kind)]
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(getattr(row, column)) for column in columns] for row in rows)
    return file.getvalue().encode("utf-8")


def _cell(value: object) -> str | int | float:
    if isinstance(value, Enum):
        value = value.value
    elif isinstance(value, Mapping | list | tuple):
        value = json_bytes(value).decode()
    return text_safety.csv_cell(value)


def _render(results: Results, _: ReportContext) -> tuple[ReportFile, ...]:
    return tuple(ReportFile(f"csv/{name}.csv", table(getattr(results, name), kind)) for name, kind in _TABLES.items())


CSV = ReportFormat("csv", "One CSV file a table, in full precision.", "text/csv", _render)
