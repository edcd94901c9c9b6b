"""Commands that only read must start at once: they load no data or science library."""

from __future__ import annotations

import pytest

HEAVY = {"numpy", "pandas", "sklearn", "scipy", "pyarrow"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["run", "--help"],
        ["runs"],
        ["runs", "--json"],
        ["show", "last"],
        ["show", "last", "--json"],
        ["show", "last", "--failures"],
        ["show", "last", "--cells"],
    ],
    ids=" ".join,
)
def test_loads_no_heavy_library(seen, loaded_by, arguments):
    assert not loaded_by(seen.home, *arguments) & (HEAVY | {"textual", "mtf_tui"})


def test_unchanged_run_is_recognised_without_heavy_libraries(seen, loaded_by):
    assert not loaded_by(seen.home, "run", str(seen.settings)) & HEAVY
    assert len(seen.mtf("runs", "--json").json()) == 1
