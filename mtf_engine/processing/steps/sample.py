"""Samplers: steps that change the training rows and leave the test rows as they are."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.domain.step import StepKind
from mtf_engine.processing.steps.spec import Sampler, StepParameters, StepSpec

_NUMERIC = frozenset({ColumnKind.NUMERIC})
_THRESHOLDS = {"iqr": 1.5, "z_score": 3.0}


class RemoveOutliersParameters(StepParameters):
    """Parameters of ``remove_outliers``."""

    method: Literal["iqr", "z_score"] = Field(
        "iqr",
        description="iqr: distance from the nearer quartile in interquartile ranges; z_score: distance from the mean "
        "in standard deviations.",
    )
    threshold: Annotated[float, Field(gt=0)] | None = Field(
        None, description="Largest distance that is kept; 1.5 for iqr and 3 for z_score unless given."
    )


def _within_quartiles(block: NDArray[np.float64], threshold: float) -> NDArray[np.bool_]:
    low, high = np.nanquantile(block, [0.25, 0.75], axis=0)
    reach = threshold * (high - low)
    return np.asarray((block >= low - reach) & (block <= high + reach) | (high == low))


def _within_deviations(block: NDArray[np.float64], threshold: float) -> NDArray[np.bool_]:
    distance = np.abs(block - np.nanmean(block, axis=0))
    return np.asarray(distance <= threshold * np.nanstd(block, axis=0))


def _remove_outliers(parameters: RemoveOutliersParameters) -> Sampler:
    """Leave out training rows with an outlying value in any numeric column. Test rows all stay.

    Missing cells are no outliers. A column whose quartiles are equal is passed over by ``iqr``, because every other
    value in it would count as an outlier.
    """
    threshold = parameters.threshold or _THRESHOLDS[parameters.method]
    within = _within_quartiles if parameters.method == "iqr" else _within_deviations

    def keeps(frame: pd.DataFrame) -> NDArray[np.bool_]:
        block = frame.to_numpy(dtype=np.float64)
        block = block[:, ~np.isnan(block).all(axis=0)]
        kept: NDArray[np.bool_] = (within(block, threshold) | np.isnan(block)).all(axis=1)
        return kept

    return Sampler(keeps)


REMOVE_OUTLIERS = StepSpec(
    name="remove_outliers",
    kind=StepKind.SAMPLER,
    parameters=RemoveOutliersParameters,
    applies_to=_NUMERIC,
    build=_remove_outliers,
    short="method",
)
