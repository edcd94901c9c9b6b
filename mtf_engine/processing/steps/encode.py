"""Encoding of categories as numbers. Levels come from the training rows; what test rows add is known as unknown."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.domain.step import StepKind
from mtf_engine.processing.steps.spec import Part, StepParameters, StepSpec, Transform, Transformer

_SEPARATOR = "\x00"
_CATEGORICAL = frozenset({ColumnKind.CATEGORICAL})
_NAMED = frozenset(ColumnKind) - {ColumnKind.DATETIME}


class EncodeParameters(StepParameters):
    """Parameters of ``encode``."""

    method: Literal["one_hot", "ordinal"] = Field(
        "one_hot", description="one_hot: a 0/1 column a level; ordinal: the level's position in sort order."
    )
    drop: Literal["first", "if_binary"] | None = Field(
        None, description="Leave out a column's first level: always, or when it has two (one_hot only)."
    )
    min_frequency: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Levels with fewer training rows share one column or code."
    )
    max_levels: Annotated[int, Field(ge=2)] | None = Field(
        None, description="At most this many levels a column; the rarest share one."
    )


def _combine(feature: str, level: object) -> str:
    return f"{feature}{_SEPARATOR}{level}"


def _one_hot_sources(transformer: Transformer, names: tuple[str, ...]) -> tuple[str, ...]:
    outputs = transformer.get_feature_names_out(names)  # type: ignore[attr-defined]
    return tuple(str(name).split(_SEPARATOR, 1)[0] for name in outputs)


def _encode(parameters: EncodeParameters) -> Transform:
    """Turn categories into numbers.

    A level that the training rows did not have becomes all zeros (one_hot) or -1 (ordinal); without imputation, a
    missing cell is a level of its own (one_hot) or stays missing (ordinal). Truth values are 0 and 1 already and are
    encoded only when ``columns`` names them.
    """
    if parameters.method == "one_hot":
        encoder = OneHotEncoder(
            handle_unknown="infrequent_if_exist" if parameters.min_frequency or parameters.max_levels else "ignore",
            sparse_output=False,
            drop=parameters.drop,
            min_frequency=parameters.min_frequency,
            max_categories=parameters.max_levels,
            feature_name_combiner=_combine,
        )
        return Transform((Part(_CATEGORICAL, encoder, named_kinds=_NAMED, sources=_one_hot_sources),))
    ordinal = OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=-1,
        dtype=np.float64,
        min_frequency=parameters.min_frequency,
        max_categories=parameters.max_levels,
    )
    return Transform((Part(_CATEGORICAL, ordinal, named_kinds=_NAMED),))


ENCODE = StepSpec(
    name="encode",
    kind=StepKind.TRANSFORMER,
    parameters=EncodeParameters,
    applies_to=_CATEGORICAL,
    build=_encode,
    short="method",
    differs="scikit-learn's encoders refuse levels that the training rows did not have and give sparse matrices; here "
    "unknown levels are all zeros or -1, and the result is dense.",
)
