"""Row steps at work: which rows of a data set take part, decided once before splitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtf_engine.domain.dataset import Finding
from mtf_engine.domain.step import StepKind, StepRef
from mtf_engine.errors import SchemaError
from mtf_engine.processing.steps import registry
from mtf_engine.processing.steps.spec import RowFilter

__all__ = ["KeptRows", "apply_row_steps", "leading_row_steps"]


@dataclass(frozen=True, slots=True, eq=False)
class KeptRows:
    """What row steps left of a data set."""

    positions: NDArray[np.int64]
    """Positions that stay, ascending; shape (n_kept,)."""

    findings: tuple[Finding, ...]
    """What each step took out, where it took out anything."""


def apply_row_steps(
    steps: Sequence[StepRef], frame: pd.DataFrame, *, dataset: str, target: str | None = None
) -> KeptRows:
    """Run row steps in order.

    Parameters
    ----------
    steps : sequence of StepRef
        Row steps only.
    frame : DataFrame
        The features, and the target where ``target`` names it; shape (n, p).
    dataset : str
        Name for the findings.
    target : str, optional
        Column of the target in ``frame``.

    Raises
    ------
    SchemaError
        A step names a column that is not there, or no row is left.
    """
    positions = np.arange(len(frame), dtype=np.int64)
    features = [name for name in frame.columns if name != target]
    findings = []
    for step in steps:
        behaviour = registry.build(step)
        if not isinstance(behaviour, RowFilter):
            raise ValueError(f"{step.name} is no row step.")
        names = list(step.columns or (list(frame.columns) if behaviour.with_target else features))
        missing = [name for name in names if name not in frame.columns]
        if missing:
            raise SchemaError(f"The step {step.name} names {missing[0]!r}, which is no column of {dataset}.")
        kept = behaviour.keeps(frame[names].iloc[positions])
        gone = len(positions) - int(kept.sum())
        if gone:
            findings.append(Finding(dataset, f"{step.name} took out {gone} of {len(positions)} rows."))
        positions = positions[kept]
    if len(positions) == 0:
        raise SchemaError(f"The row steps leave no rows of {dataset}.", hint="Remove or relax them.")
    return KeptRows(positions, tuple(findings))


def leading_row_steps(steps: Sequence[StepRef]) -> int:
    """Count the row steps at the head of a pipeline: row steps elsewhere are a mistake in the settings."""
    kinds = [registry.kind_of(step) for step in steps]
    return next((place for place, kind in enumerate(kinds) if kind is not StepKind.ROW), len(kinds))
