"""Steps as settings would hold them, on the table that the conformance suites use."""

from __future__ import annotations

from mtf_engine.domain.step import StepRef
from mtf_engine.processing.steps.registry import parse
from mtf_engine.testing.tables import KINDS, columns_of, mixed

__all__ = ["KINDS", "columns_of", "mixed", "steps"]


def steps(*entries: object) -> tuple[StepRef, ...]:
    """Parse entries as settings would hold them."""
    parsed = [parse(entry) for entry in entries]
    assert not [problem for entry in parsed for problem in entry.problems]
    return tuple(entry.step for entry in parsed if entry.step is not None)
