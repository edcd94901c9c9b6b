"""Extraction of numbers from columns that are not numbers yet."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field
from sklearn.base import BaseEstimator, TransformerMixin

from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.domain.step import StepKind
from mtf_engine.processing.steps.spec import Part, StepParameters, StepSpec, Transform, Transformer

DatePart = Literal["year", "quarter", "month", "week", "day", "weekday", "dayofyear", "hour", "minute", "epoch_days"]

_DATETIME = frozenset({ColumnKind.DATETIME})
_DAY = 86_400
_ATTRIBUTES = {"weekday": "day_of_week", "dayofyear": "day_of_year"}


class DatePartsParameters(StepParameters):
    """Parameters of ``date_parts``."""

    parts: tuple[DatePart, ...] = Field(
        ("year", "month", "day", "weekday"),
        min_length=1,
        description="The numbers taken of each date: weekday counts from Monday = 0, week is the ISO week, epoch_days "
        "counts days since 1970 with fractions.",
    )


class DateParts(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Numbers of dates, as a scikit-learn transformer: one column for each date and part."""

    def __init__(self, parts: tuple[str, ...] = ("year", "month", "day", "weekday")) -> None:
        self.parts = parts

    def fit(self, X: pd.DataFrame, y: object = None) -> DateParts:  # noqa: ARG002 - scikit-learn's signature
        """Remember the columns; nothing else is learned."""
        self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        return self

    def transform(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """Return the parts, shape (n, columns × parts), missing dates as NaN."""
        columns = [_part(X[name], part) for name in self.feature_names_in_ for part in self.parts]
        return np.column_stack(columns) if columns else np.empty((len(X), 0))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:  # noqa: ARG002
        """Name the outputs ``column_part``."""
        names = [f"{name}_{part}" for name in self.feature_names_in_ for part in self.parts]
        return np.asarray(names, dtype=object)


def _part(dates: pd.Series, part: str) -> NDArray[np.float64]:
    if part == "epoch_days":
        naive = dates.dt.tz_convert("UTC").dt.tz_localize(None) if dates.dt.tz is not None else dates
        return np.asarray((naive - pd.Timestamp(0)).dt.total_seconds(), dtype=np.float64) / _DAY
    values = dates.dt.isocalendar().week if part == "week" else getattr(dates.dt, _ATTRIBUTES.get(part, part))
    return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))


def _sources(transformer: Transformer, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names for _ in transformer.parts)  # type: ignore[attr-defined]


def _date_parts(parameters: DatePartsParameters) -> Transform:
    """Replace dates by numbers such as year, month, day and weekday. Missing dates give missing numbers."""
    return Transform((Part(_DATETIME, DateParts(parameters.parts), sources=_sources),))


DATE_PARTS = StepSpec(
    name="date_parts",
    kind=StepKind.TRANSFORMER,
    parameters=DatePartsParameters,
    applies_to=_DATETIME,
    build=_date_parts,
    short="parts",
)
