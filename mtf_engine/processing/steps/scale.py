"""Scaling of numeric columns."""

from __future__ import annotations

from functools import partial
from typing import Literal

from pydantic import Field
from sklearn.preprocessing import MinMaxScaler, QuantileTransformer, RobustScaler, StandardScaler

from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.domain.step import StepKind
from mtf_engine.processing.steps.spec import Part, StepParameters, StepSpec, Transform

_SCALERS = {
    "standard": StandardScaler,
    "min_max": MinMaxScaler,
    "robust": RobustScaler,
    "quantile": partial(QuantileTransformer, output_distribution="normal", random_state=0),
}
_NUMERIC = frozenset({ColumnKind.NUMERIC})


class ScaleParameters(StepParameters):
    """Parameters of ``scale``."""

    method: Literal["standard", "min_max", "robust", "quantile"] = Field(
        "standard",
        description="standard: mean 0 and standard deviation 1; min_max: 0 to 1; robust: median 0 and interquartile "
        "range 1; quantile: ranks mapped to the normal distribution.",
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
