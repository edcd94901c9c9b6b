"""The pipeline that ``auto`` means for a data set, and what it decides about its columns."""

from __future__ import annotations

from dataclasses import dataclass

from mtf_engine.domain.dataset import Column, ColumnKind, Finding
from mtf_engine.domain.step import StepRef
from mtf_engine.processing.steps import registry

__all__ = ["ONE_HOT_LEVELS", "Automatic", "automatic_steps", "can_use_any", "left_as_they_are", "left_unscaled"]

ONE_HOT_LEVELS = 50
"""Categorical columns with more levels than this are coded as ordinals."""


@dataclass(frozen=True, slots=True)
class Automatic:
    """Steps chosen for a data set, with what was decided."""

    steps: tuple[StepRef, ...]
    findings: tuple[Finding, ...]


def automatic_steps(columns: tuple[Column, ...], *, dataset: str) -> Automatic:
    """Choose the steps of ``auto``.

    Text and identifiers are dropped, dates become year, month, day and weekday, missing cells get the median or the
    most frequent value, categories become one-hot columns, or ordinals beyond 50 levels. Nothing is scaled. Steps
    that have no column to work on are left out.
    """
    by_kind = {kind: tuple(column for column in columns if column.kind is kind) for kind in ColumnKind}
    steps: list[StepRef] = []
    findings: list[Finding] = []
    for kind, why in (
        (ColumnKind.TEXT, "free text, which cannot be turned into features yet"),
        (ColumnKind.IDENTIFIER, "an identifier, which says nothing about new rows"),
    ):
        names = _names(by_kind[kind])
        if names:
            steps.append(_step("drop_columns", columns=names))
            findings.append(Finding(dataset, f"Dropped as {why}: {', '.join(names)}.", names))
    dates = by_kind[ColumnKind.DATETIME]
    if dates:
        steps.append(_step("date_parts"))
        gaps = _names(tuple(column for column in dates if column.missing))
        if gaps:
            steps.append(_step("impute", columns=gaps))
    fillable = (ColumnKind.NUMERIC, ColumnKind.BOOLEAN, ColumnKind.CATEGORICAL)
    if any(by_kind[kind] for kind in fillable):
        steps.append(_step("impute"))
    few = tuple(column for column in by_kind[ColumnKind.CATEGORICAL] if column.distinct <= ONE_HOT_LEVELS)
    many = tuple(column for column in by_kind[ColumnKind.CATEGORICAL] if column.distinct > ONE_HOT_LEVELS)
    if few:
        steps.append(_step("encode", {"method": "one_hot"}, columns=_names(few) if many else None))
    if many:
        steps.append(_step("encode", {"method": "ordinal"}, columns=_names(many) if few else None))
        told = ", ".join(f"{column.name} ({column.distinct} levels)" for column in many)
        findings.append(
            Finding(dataset, f"Coded as ordinals for their more than {ONE_HOT_LEVELS} levels: {told}.", _names(many))
        )
    return Automatic(tuple(steps), tuple(findings))


def can_use_any(columns: tuple[Column, ...]) -> bool:
    """Whether the steps of ``auto`` leave any column."""
    gone = {ColumnKind.TEXT, ColumnKind.IDENTIFIER}
    return any(column.kind not in gone and column.distinct > 0 for column in columns)


def left_as_they_are(steps: tuple[StepRef, ...], columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """List columns that no step drops or turns into numbers: most models cannot take them.

    Numeric columns and truth values are numbers already.
    """
    remaining = {
        column.name: column for column in columns if column.kind not in {ColumnKind.NUMERIC, ColumnKind.BOOLEAN}
    }
    for step in steps:
        if step.name == "select_columns":
            remaining = {name: column for name, column in remaining.items() if name in (step.columns or ())}
        elif step.name in {"drop_columns", "encode", "date_parts"}:
            kinds = registry.get(step.name).applies_to
            gone = step.columns or [name for name, column in remaining.items() if column.kind in kinds]
            remaining = {name: column for name, column in remaining.items() if name not in set(gone)}
    return tuple(remaining.values())


def left_unscaled(steps: tuple[StepRef, ...], columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """List columns whose numbers, of dates or ordinal codes, a later `scale` passes over because it names none.

    Models that measure distances then see little but the largest of them, such as a year.
    """
    made: dict[str, Column] = {}
    passed: dict[str, Column] = {}
    for step in steps:
        if step.name == "date_parts" or (step.name == "encode" and step.parameters.get("method") == "ordinal"):
            kinds = registry.get(step.name).applies_to
            made |= {one.name: one for one in columns if _works_on(step, one, kinds)}
        elif step.name == "drop_columns":
            made = {name: column for name, column in made.items() if name not in (step.columns or ())}
        elif step.name == "scale" and step.columns is None:
            passed |= made
        elif step.name == "scale":
            passed = {name: column for name, column in passed.items() if name not in (step.columns or ())}
            made = {name: column for name, column in made.items() if name not in (step.columns or ())}
    return tuple(passed.values())


def _works_on(step: StepRef, column: Column, kinds: frozenset[ColumnKind]) -> bool:
    return column.distinct > 0 and (column.kind in kinds if step.columns is None else column.name in step.columns)


def _names(columns: tuple[Column, ...]) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


def _step(name: str, parameters: dict[str, object] | None = None, columns: tuple[str, ...] | None = None) -> StepRef:
    spec = registry.get(name)
    filled = spec.parameters.model_validate(parameters or {}).model_dump(mode="json")
    return StepRef(name, filled, columns)
