"""Imputation: missing cells get a value learned from the training rows."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field
from sklearn.impute import KNNImputer, SimpleImputer

from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.domain.step import StepKind
from mtf_engine.processing.steps.spec import Part, StepParameters, StepSpec, Transform, Transformer

_INDICATOR = "missingindicator_"


class ImputeParameters(StepParameters):
    """Parameters of ``impute``."""

    numeric: Literal["mean", "median", "most_frequent", "constant", "knn"] | None = Field(
        "median",
        description="What fills numeric columns: a statistic, a constant, or knn, the mean of the nearest training "
        "rows; null leaves them alone.",
    )
    categorical: Literal["most_frequent", "constant"] | None = Field(
        "most_frequent", description="What fills categorical columns; null leaves them alone."
    )
    neighbors: int = Field(5, ge=1, description="How many training rows knn averages.")
    numeric_fill: float = Field(0.0, description="The constant for numeric columns.")
    categorical_fill: str = Field("missing", description="The constant for categorical columns.")
    indicators: bool = Field(
        False, description="Add a 0/1 column for each column that has missing cells in the training rows."
    )


def _sources(transformer: Transformer, names: tuple[str, ...]) -> tuple[str, ...]:
    outputs = transformer.get_feature_names_out(names)  # type: ignore[attr-defined]
    return tuple(str(name) if name in names else str(name).removeprefix(_INDICATOR) for name in outputs)


def _part(kind: ColumnKind, strategy: str, fill: object, indicators: bool) -> Part:
    return Part(
        kinds=frozenset({kind}),
        transformer=SimpleImputer(
            missing_values=np.nan,
            strategy=strategy,
            fill_value=fill if strategy == "constant" else None,
            add_indicator=indicators,
        ),
        carries=True,
        sources=_sources,
    )


def _impute(parameters: ImputeParameters) -> Transform:
    """Fill missing cells with a statistic of the training rows, or a constant.

    Truth values get the most frequent one. A column without any value in the training rows is left out.
    """
    flag = parameters.indicators
    parts = []
    if parameters.numeric == "knn":
        imputer = KNNImputer(n_neighbors=parameters.neighbors, add_indicator=flag)
        parts.append(Part(frozenset({ColumnKind.NUMERIC}), imputer, carries=True, sources=_sources))
    elif parameters.numeric is not None:
        parts.append(_part(ColumnKind.NUMERIC, parameters.numeric, parameters.numeric_fill, flag))
    if parameters.categorical is not None:
        parts.append(_part(ColumnKind.CATEGORICAL, parameters.categorical, parameters.categorical_fill, flag))
        parts.append(_part(ColumnKind.BOOLEAN, "most_frequent", None, flag))
    return Transform(tuple(parts))


IMPUTE = StepSpec(
    name="impute",
    kind=StepKind.TRANSFORMER,
    parameters=ImputeParameters,
    applies_to=frozenset({ColumnKind.NUMERIC, ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN}),
    build=_impute,
    short="numeric",
    differs="scikit-learn's SimpleImputer fills with the mean unless told otherwise; here the median, which outliers "
    "don't move.",
)
