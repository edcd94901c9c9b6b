"""Row steps: they run once per data set, before it is split, and are shared by all pipelines."""

from __future__ import annotations

import numpy as np

from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.domain.step import StepKind
from mtf_engine.processing.steps.spec import RowFilter, StepParameters, StepSpec


class DropDuplicatesParameters(StepParameters):
    """``drop_duplicates`` has no parameters beside ``columns``."""


class DropMissingParameters(StepParameters):
    """``drop_missing`` has no parameters beside ``columns``."""


def _drop_duplicates(_parameters: DropDuplicatesParameters) -> RowFilter:
    """Keep the first of rows that are equal in all features and the target.

    Missing cells equal each other. With ``columns``, rows that are equal in those columns are duplicates. Equal rows
    on both sides of a split would let a model be tested on what it has seen.
    """
    return RowFilter(lambda frame: ~frame.duplicated(keep="first").to_numpy(), with_target=True)


def _drop_missing(_parameters: DropMissingParameters) -> RowFilter:
    """Leave out rows with a missing cell in any feature, or in the named ``columns``."""
    return RowFilter(lambda frame: np.asarray(frame.notna().to_numpy().all(axis=1)))


DROP_DUPLICATES = StepSpec(
    name="drop_duplicates",
    kind=StepKind.ROW,
    parameters=DropDuplicatesParameters,
    applies_to=frozenset(ColumnKind),
    build=_drop_duplicates,
)

DROP_MISSING = StepSpec(
    name="drop_missing",
    kind=StepKind.ROW,
    parameters=DropMissingParameters,
    applies_to=frozenset(ColumnKind),
    build=_drop_missing,
)
