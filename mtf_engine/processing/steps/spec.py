"""What a step is: typed parameters, the kinds of column it works on, and one of four behaviours.

A step is declared once as a :class:`StepSpec`; settings are parsed against it, pipelines are built from it and its
reference page is written from it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.domain.step import StepKind

__all__ = [
    "Behaviour",
    "Part",
    "RowFilter",
    "Sampler",
    "Selector",
    "StepParameters",
    "StepSpec",
    "Transform",
    "Transformer",
]


class StepParameters(BaseModel):
    """Base of a step's parameters: frozen, unknown names refused, each field described."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Transformer(Protocol):
    """The part of scikit-learn's transformers that a step needs."""

    def fit_transform(self, X: pd.DataFrame, y: NDArray[np.generic] | None = None) -> object:
        """Learn from training rows (and their target) and transform them; returns an array, sparse matrix or frame."""

    def transform(self, X: pd.DataFrame) -> object:
        """Transform rows with what was learned."""


@dataclass(frozen=True, slots=True)
class Part:
    """One transformer on the columns of some kinds."""

    kinds: frozenset[ColumnKind]
    """Kinds of source column that it works on by itself."""

    transformer: Transformer
    """Unfitted; a copy of it is fitted in each fold."""

    named_kinds: frozenset[ColumnKind] = frozenset()
    """Further kinds that it accepts where the settings name columns."""

    carries: bool = False
    """Whether an output column of the same name stays the source column (imputed, scaled) or is a new one (encoded)."""

    sources: Callable[[Transformer, tuple[str, ...]], tuple[str, ...]] | None = None
    """Source column of each output column, given the fitted transformer and its input names; None guesses by name."""


@dataclass(frozen=True, slots=True)
class Transform:
    """Behaviour of a transformer: parts that are fitted on training rows and applied to all."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Selector:
    """Behaviour of a step that only leaves columns out, learned on training rows."""

    drops: Callable[[pd.DataFrame], tuple[str, ...]]
    """Names of the columns to leave out, given the columns that the step works on."""

    keeps_others: bool = True
    """Whether columns that the step does not work on stay."""


@dataclass(frozen=True, slots=True)
class Sampler:
    """Behaviour of a step that changes training rows only."""

    keeps: Callable[[pd.DataFrame], NDArray[np.bool_]]
    """Which training rows stay, given the columns that the step works on; shape (n,)."""


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Behaviour of a row step: runs once per data set, before it is split."""

    keeps: Callable[[pd.DataFrame], NDArray[np.bool_]]
    """Which rows stay, given the columns that the step works on; shape (n,)."""

    with_target: bool = False
    """Whether the step sees the target too when no columns are named."""


Behaviour = Transform | Selector | Sampler | RowFilter


@dataclass(frozen=True, slots=True)
class StepSpec:
    """A step, ready to be registered in the group ``mtf.steps``."""

    plugin_group: ClassVar[str] = "mtf.steps"

    name: str
    kind: StepKind
    parameters: type[StepParameters]
    applies_to: frozenset[ColumnKind]
    """Kinds of source column that it works on unless ``columns:`` names others."""

    build: Callable[..., Behaviour]
    """Makes the behaviour from an instance of ``parameters``; its docstring is the step's documentation."""

    short: str | None = None
    """The parameter that ``name: value`` sets."""

    needs_columns: bool = False
    """Whether ``columns`` must be given; then ``name: [a, b]`` is its short form."""

    differs: str = ""
    """What differs from scikit-learn's defaults."""

    @property
    def documentation(self) -> str:
        """What the step does."""
        return inspect.getdoc(self.build) or ""

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]
