"""Pipelines: steps fitted on the training rows of a fold and applied to both sides of it.

A step works on the columns that are of its kind in the source and not on what other steps made, unless ``columns``
names source columns: then it works on whatever has become of them. The numbers equal those of scikit-learn's own
Pipeline and ColumnTransformer on the same rows, because the same transformers see the same arrays in the same layout.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone

from mtf_engine.domain.dataset import Column, ColumnKind
from mtf_engine.domain.step import StepRef
from mtf_engine.errors import ModelError
from mtf_engine.processing.remedies import remedy_for
from mtf_engine.processing.steps import registry
from mtf_engine.processing.steps.spec import Part, RowFilter, Sampler, Selector, Transform, Transformer
from mtf_engine.processing.table import Block, Table, Track, assemble, source_table

__all__ = ["FittedPipeline", "fit_pipeline"]


@dataclass(frozen=True, slots=True, eq=False)
class _FittedPart:
    """A transformer that learned, and how its columns lie in the table."""

    step: str
    inputs: tuple[str, ...]
    transformer: Transformer
    outputs: tuple[Track, ...]

    def apply(self, table: Table) -> Table:
        values = self.transformer.transform(table.gather(self.inputs))
        return table.without(self.inputs).with_blocks(_blocks(values, self.outputs))


@dataclass(frozen=True, slots=True, eq=False)
class _FittedSelection:
    """Columns that a step leaves out."""

    step: str
    gone: tuple[str, ...]

    def apply(self, table: Table) -> Table:
        return table.without(self.gone)


@dataclass(frozen=True, slots=True, eq=False)
class FittedPipeline:
    """A pipeline that learned from the training rows of one fold."""

    steps: tuple[_FittedPart | _FittedSelection, ...]
    columns: tuple[Column, ...]
    train: pd.DataFrame
    """The training rows as models get them, after samplers; shape (n_kept, n_features)."""

    kept: NDArray[np.int64]
    """Positions of the training rows that samplers left, among those that were given; shape (n_kept,)."""

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the features that models get."""
        return tuple(self.train.columns)

    def transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Apply what was learned; samplers don't apply.

        Parameters
        ----------
        frame : DataFrame
            Rows with the source's columns, shape (n, p).

        Returns
        -------
        DataFrame
            Shape (n, n_features), all number columns in one C-contiguous float64 block.

        Raises
        ------
        ModelError
            A step cannot be applied to these rows.
        """
        table = source_table(frame, self.columns)
        for step in self.steps:
            with _step_errors(step.step, "applied to the test rows"):
                table = step.apply(table)
        return assemble(table, _order(self.columns))


def fit_pipeline(
    steps: Sequence[StepRef],
    frame: pd.DataFrame,
    columns: tuple[Column, ...],
    target: NDArray[np.generic] | None = None,
    *,
    weights: NDArray[np.float64] | None = None,  # noqa: ARG001 - part of the interface, ignored as documented
    seed: int = 0,
) -> FittedPipeline:
    """Fit transformers and samplers on the training rows of a fold.

    Parameters
    ----------
    steps : sequence of StepRef
        Transformers and samplers in order; row steps have run already.
    frame : DataFrame
        Training rows with the source's columns, shape (n, p).
    columns : tuple of Column
        The features in source order, with their kinds.
    target : ndarray, optional
        Target of the training rows, for transformers that learn from it; shape (n,).
    weights : ndarray, optional
        Weights of the training rows; shape (n,). Steps ignore them, as a scikit-learn Pipeline does: they go to the
        estimator and to metrics.
    seed : int
        ``random_state`` of steps that draw.

    Returns
    -------
    FittedPipeline

    Raises
    ------
    ModelError
        A step cannot be fitted on these rows, or leaves nothing of them.
    """
    table = source_table(frame, columns)
    kept = np.arange(len(frame), dtype=np.int64)
    fitted: list[_FittedPart | _FittedSelection] = []
    for step in steps:
        with _step_errors(step.name, "fitted on the training rows"):
            behaviour = registry.build(step)
            match behaviour:
                case Transform():
                    for part in behaviour.parts:
                        y = None if target is None else target[kept]
                        table = _fit_part(step, part, table, y, fitted, seed)
                case Selector():
                    table = _fit_selection(step, behaviour, table, fitted)
                case Sampler():
                    mask = behaviour.keeps(table.gather(_worked_on(step, table)))
                    table, kept = table.take(mask), kept[mask]
                case RowFilter():
                    raise ModelError(f"The row step {step.name} cannot run inside a fold.")
        if table.rows == 0:
            raise ModelError(
                f"The step {step.name} leaves no training rows.", hint="Raise its threshold or remove the step."
            )
    train = assemble(table, _order(columns))
    if train.shape[1] == 0:
        raise ModelError("The pipeline leaves no feature columns.", hint="Keep at least one column.")
    return FittedPipeline(tuple(fitted), columns, train, kept)


def _fit_part(
    step: StepRef,
    part: Part,
    table: Table,
    target: NDArray[np.generic] | None,
    fitted: list[_FittedPart | _FittedSelection],
    seed: int,
) -> Table:
    kinds = part.kinds if step.columns is None else part.kinds | part.named_kinds
    tracks = tuple(track for track in _selected(step, table) if track.kind in kinds)
    if not tracks or table.rows == 0:
        return table
    inputs = tuple(track.name for track in tracks)
    transformer: Transformer = clone(part.transformer)
    if getattr(transformer, "random_state", seed) is None:
        transformer.set_params(random_state=seed)  # type: ignore[attr-defined]
    values = transformer.fit_transform(table.gather(inputs), target)
    outputs = _outputs(part, transformer, tracks, values)
    fitted.append(_FittedPart(step.name, inputs, transformer, outputs))
    return table.without(inputs).with_blocks(_blocks(values, outputs))


def _fit_selection(
    step: StepRef, selector: Selector, table: Table, fitted: list[_FittedPart | _FittedSelection]
) -> Table:
    names = _worked_on(step, table)
    gone = selector.drops(table.gather(names)) if names else ()
    if not selector.keeps_others:
        kept = set(names)
        gone = (*gone, *(track.name for track in table.tracks if track.name not in kept))
    fitted.append(_FittedSelection(step.name, tuple(gone)))
    return table.without(gone)


def _selected(step: StepRef, table: Table) -> tuple[Track, ...]:
    """Columns that a step may work on: the named sources' present forms, or all that no step made."""
    if step.columns is None:
        return tuple(track for track in table.tracks if not track.derived)
    known = {track.source for track in table.tracks}
    named = set(step.columns)
    missing = [name for name in step.columns if name not in known]
    if missing:
        raise ModelError(
            f"The step {step.name} names {missing[0]!r}, of which nothing is left here.",
            hint="Correct `columns`, or move the step before the one that takes the column out.",
        )
    return tuple(track for track in table.tracks if track.source in named)


def _worked_on(step: StepRef, table: Table) -> tuple[str, ...]:
    kinds = registry.get(step.name).applies_to
    return tuple(track.name for track in _selected(step, table) if track.kind in kinds)


def _outputs(part: Part, transformer: Transformer, tracks: tuple[Track, ...], values: object) -> tuple[Track, ...]:
    """Name the columns that a transformer gave and say where each came from."""
    inputs = tuple(track.name for track in tracks)
    by_name = {track.name: track for track in tracks}
    width = int(values.shape[1])  # type: ignore[attr-defined]
    names = _names_out(transformer, inputs, width)
    origins = part.sources(transformer, inputs) if part.sources else _guess_origins(names, inputs)
    outputs = []
    for name, origin in zip(names, origins, strict=True):
        input_track = by_name[origin]
        if part.carries and name == origin:
            outputs.append(input_track)
        else:
            outputs.append(Track(name, input_track.source, ColumnKind.NUMERIC, derived=True))
    return tuple(outputs)


def _names_out(transformer: Transformer, inputs: tuple[str, ...], width: int) -> tuple[str, ...]:
    namer = getattr(transformer, "get_feature_names_out", None)
    if namer is not None:
        return tuple(str(name) for name in namer(inputs))
    if width == len(inputs):
        return inputs
    stem = type(transformer).__name__.lower()
    return tuple(f"{stem}{position}" for position in range(width))


def _guess_origins(names: tuple[str, ...], inputs: tuple[str, ...]) -> tuple[str, ...]:
    """One output an input means one each; else the longest input name that an output name starts with."""
    if len(names) == len(inputs):
        return inputs
    longest = sorted(inputs, key=len, reverse=True)
    return tuple(next((name for name in longest if output.startswith(name)), inputs[0]) for output in names)


def _blocks(values: object, outputs: tuple[Track, ...]) -> tuple[Block, ...]:
    """Wrap a transformer's result; numbers among objects (indicators) get a block of their own."""
    if hasattr(values, "toarray"):
        values = values.toarray()
    names = [track.name for track in outputs]
    if isinstance(values, pd.DataFrame):
        frame = values.set_axis(names, axis=1).reset_index(drop=True)
        return (Block(frame, outputs),)
    array = np.asarray(values)
    if array.dtype != object or not any(track.derived for track in outputs):
        return (Block(pd.DataFrame(array, columns=names, copy=False), outputs),)
    blocks = []
    for derived in (False, True):
        chosen = [position for position, track in enumerate(outputs) if track.derived is derived]
        part = array[:, chosen]
        tracks = tuple(outputs[position] for position in chosen)
        frame = pd.DataFrame(part.astype(np.float64) if derived else part, columns=[track.name for track in tracks])
        blocks.append(Block(frame, tracks))
    return tuple(blocks)


def _order(columns: tuple[Column, ...]) -> dict[str, int]:
    return {column.name: position for position, column in enumerate(columns)}


@contextmanager
def _step_errors(step: str, what: str) -> Iterator[None]:
    """Name the step in what it raises; hide the warning about empty columns, whose removal is documented."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Skipping features without any observed values")
            yield
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(
            f"The step {step} cannot be {what}: {type(error).__name__}: {error}",
            hint=remedy_for(str(error)) or f"`mtf steps {step}` explains what it needs.",
        ) from error
