"""Commands that only read must start at once: they load no data or science library."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"numpy", "pandas", "sklearn", "scipy", "pyarrow"}
PROBE = """
import json, sys
from mtf_engine.cli.main import main
try:
    main(json.loads(sys.argv[1]))
except SystemExit as done:
    code = done.code
loaded = sorted({name.partition('.')[0] for name in sys.modules} & set(json.loads(sys.argv[2])))
print(json.dumps([code, loaded]), file=sys.stderr)
"""


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
def test_loads_no_heavy_library(demo, arguments):
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(arguments), json.dumps(sorted(HEAVY | {"textual", "mtf_tui"}))],
        env={"MTF_HOME": str(demo.home), "PATH": "", "HOME": str(demo.home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    code, loaded = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    assert loaded == []


def test_unchanged_run_is_recognised_without_heavy_libraries(demo):
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(["demo"]), json.dumps(sorted(HEAVY))],
        env={"MTF_HOME": str(demo.home), "PATH": "", "HOME": str(demo.home)},
        cwd=Path(demo.home).parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    code, loaded = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    assert loaded == []
    assert len(demo.mtf("runs", "--json").json()) == 1
