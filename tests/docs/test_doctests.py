"""Every example in a docstring of the engine runs and prints what it says; the statistics room has its own test."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import mtf_engine

ELSEWHERE = ("mtf_engine.statistics", "mtf_engine.__main__")
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(mtf_engine.__path__, "mtf_engine.")
    if not module.name.startswith(ELSEWHERE) and not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    found = [case for name in MODULES for case in finder.find(importlib.import_module(name)) if case.examples]
    assert found
