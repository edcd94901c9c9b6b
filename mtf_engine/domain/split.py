"""How rows are divided into training and test rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SplitMethod(StrEnum):
    """The splitters, named as scikit-learn names its own."""

    AUTO = "auto"
    HOLDOUT = "holdout"
    KFOLD = "kfold"
    STRATIFIED_KFOLD = "stratified_kfold"
    GROUP_KFOLD = "group_kfold"
    STRATIFIED_GROUP_KFOLD = "stratified_group_kfold"
    TIME_SERIES = "time_series"
    REPEATED_KFOLD = "repeated_kfold"
    REPEATED_STRATIFIED_KFOLD = "repeated_stratified_kfold"
    LEAVE_ONE_GROUP_OUT = "leave_one_group_out"
    PREDEFINED = "predefined"


@dataclass(frozen=True, slots=True)
class SplitSpec:
    """A splitter and its parameters."""

    method: SplitMethod = SplitMethod.AUTO
    folds: int = 5
    repeats: int = 1
    test_size: float = 0.25
    """Share of the rows that a hold-out tests on."""

    shuffle: bool = True
    column: str | None = None
    """Column of a predefined split."""
