"""Scaling of numeric columns."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.domain.step import StepKind
from mtf_engine.processing.steps.spec import Part, StepParameters, StepSpec, Transform

_SCALERS = {"standard": StandardScaler, "min_max": MinMaxScaler, "robust": RobustScaler}
_NUMERIC = frozenset({ColumnKind.NUMERIC})


class ScaleParameters(StepParameters):
    """Parameters of ``scale``."""

    method: Literal["standard", "min_max", "robust"] = Field(
        "standard",
        description="standard: mean 0 and standard deviation 1; min_max: 0 to 1; robust: median 0 and interquartile "
        "range 1.",
    )


def _scale(parameters: ScaleParameters) -> Transform:
    """Bring numeric columns to one scale, learned from the training rows. Missing cells stay missing."""
    scaler = _SCALERS[parameters.method]()
    return Transform((Part(_NUMERIC, scaler, named_kinds=frozenset({ColumnKind.BOOLEAN}), carries=True),))


SCALE = StepSpec(
    name="scale",
    kind=StepKind.TRANSFORMER,
    parameters=ScaleParameters,
    applies_to=_NUMERIC,
    build=_scale,
    short="method",
)
