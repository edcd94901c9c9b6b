"""Every example in a docstring of the statistics room runs and prints what it says."""

import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

import mtf_engine.statistics as room

MODULES = sorted(module.name for module in pkgutil.iter_modules(room.__path__, room.__name__ + "."))


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module_hold(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.failed == 0


def test_every_public_function_has_an_example() -> None:
    finder = doctest.DocTestFinder(recurse=False)
    missing = []
    for name in room.__all__:
        thing = getattr(room, name)
        if callable(thing) and not any(test.examples for test in finder.find(thing, name)):
            missing.append(name)
    assert missing == []


def test_importing_the_room_loads_neither_scipy_stats_nor_sklearn() -> None:
    code = (
        "import sys, mtf_engine.statistics\n"
        "print([name for name in ('scipy.stats', 'sklearn', 'pandas', 'pyarrow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"
