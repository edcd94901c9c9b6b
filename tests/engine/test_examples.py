"""The examples in the docstrings of plugins, splits and registries give what they show."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = [
    "mtf_engine.plugins",
    "mtf_engine.splits",
    "mtf_engine.metrics.registry",
    "mtf_engine.models.registry",
    "mtf_engine.processing.steps.registry",
]


@pytest.mark.parametrize("module", MODULES)
def test_examples(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0
