"""What a diagnostic sees of a data set: the features as models get them before their pipeline, target and folds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtf_engine.checks.row_identity import row_codes, with_values
from mtf_engine.domain.dataset import Column, ColumnKind, Label, Task
from mtf_engine.domain.plan import DatasetPlan
from mtf_engine.processing.prepared import Fold, open_prepared


@dataclass(frozen=True, eq=False)
class CheckData:
    """One data set after row steps. Diagnostics read all rows and change nothing."""

    name: str
    task: Task
    frame: pd.DataFrame
    """The features, shape (n, p); missing cells are NaN, None or NA."""

    columns: tuple[Column, ...]
    """The features' kinds, in the source's order."""

    target: NDArray[np.int64] | NDArray[np.float64]
    """Codes into ``labels``, or values; shape (n,)."""

    labels: tuple[Label, ...]
    """Sorted class labels; empty for regression."""

    folds: tuple[Fold, ...]
    """Positions of training and test rows."""

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.frame)

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Columns that number the rows, by which no two are equal; none where there is nothing else to compare."""
        named = tuple(column.name for column in self.columns if column.kind is ColumnKind.IDENTIFIER)
        return named if len(named) < self.frame.shape[1] else ()

    @cached_property
    def feature_codes(self) -> NDArray[np.int64]:
        """Rows with equal features, identifiers aside, share a code; shape (n,)."""
        return row_codes(self.frame.drop(columns=list(self.identifiers)))

    @cached_property
    def row_codes(self) -> NDArray[np.int64]:
        """Rows with equal features, identifiers aside, and an equal target share a code; shape (n,)."""
        return with_values(self.feature_codes, self.target)


def open_check_data(entry: DatasetPlan) -> CheckData:
    """Open the prepared data set of a plan."""
    prepared = open_prepared(Path(entry.prepared))
    return CheckData(
        name=entry.dataset.name,
        task=prepared.task,
        frame=prepared.frame(),
        columns=prepared.columns,
        target=prepared.target,
        labels=prepared.labels,
        folds=prepared.folds,
    )
