"""Steps that leave columns out."""

from __future__ import annotations

import pandas as pd

from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.domain.step import StepKind
from mtf_engine.processing.steps.spec import Selector, StepParameters, StepSpec


class SelectColumnsParameters(StepParameters):
    """``select_columns`` has no parameters beside ``columns``."""


class DropColumnsParameters(StepParameters):
    """``drop_columns`` has no parameters beside ``columns``."""


class DropConstantParameters(StepParameters):
    """``drop_constant`` has no parameters beside ``columns``."""


def _all(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(frame.columns)


def _none(_frame: pd.DataFrame) -> tuple[str, ...]:
    return ()


def _constant(frame: pd.DataFrame) -> tuple[str, ...]:
    """Columns with one distinct value, a missing cell being a value of its own."""
    return tuple(name for name in frame.columns if frame[name].nunique(dropna=False) <= 1)


def _select_columns(_parameters: SelectColumnsParameters) -> Selector:
    """Keep only the named source columns, or what has become of them."""
    return Selector(_none, keeps_others=False)


def _drop_columns(_parameters: DropColumnsParameters) -> Selector:
    """Leave out the named source columns, or what has become of them."""
    return Selector(_all)


def _drop_constant(_parameters: DropConstantParameters) -> Selector:
    """Leave out columns that have the same value in all training rows, and columns that are missing in all of them.

    A column that is missing in some rows and constant in the others is kept: that it is missing may say something.
    """
    return Selector(_constant)


SELECT_COLUMNS = StepSpec(
    name="select_columns",
    kind=StepKind.TRANSFORMER,
    parameters=SelectColumnsParameters,
    applies_to=frozenset(ColumnKind),
    build=_select_columns,
    needs_columns=True,
)

DROP_COLUMNS = StepSpec(
    name="drop_columns",
    kind=StepKind.TRANSFORMER,
    parameters=DropColumnsParameters,
    applies_to=frozenset(ColumnKind),
    build=_drop_columns,
    needs_columns=True,
)

DROP_CONSTANT = StepSpec(
    name="drop_constant",
    kind=StepKind.TRANSFORMER,
    parameters=DropConstantParameters,
    applies_to=frozenset(ColumnKind),
    build=_drop_constant,
)
