"""Simulate how often intervals cover and how often tests reject where nothing differs.

Each case is one method in one regime in which it is a default, or which shows its limits. They are in
``coverage_intervals``, ``coverage_nulls`` and ``coverage_ranks_and_drift``. Add one there as a function under
``@coverage`` (it returns bounds and the truth they should contain) or ``@null`` (it returns a p-value under no
difference). Run all of them and rewrite the page with

    python scripts/coverage.py --draws 2000 --write docs/reference/coverage.md

The test suite runs the same cases with few draws.
"""

import argparse
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import coverage_intervals  # noqa: F401 (each registers its cases)
import coverage_nulls  # noqa: F401
import coverage_ranks_and_drift  # noqa: F401
from coverage_cases import COVERAGE_CASES, FLOOR, NULL_CASES, CoverageCase, CoverageRow, NullRow, run_coverage, run_null


def page(covered: Sequence[CoverageRow], rejected: Sequence[NullRow], draws: int) -> str:
    """Return the Markdown page."""
    lines = [
        "# Coverage and null behaviour",
        "",
        f"Made by `python scripts/coverage.py --draws {draws} --write docs/reference/coverage.md`; do not edit.",
        "",
        "## How often a 95 % interval contains the truth",
        "",
        f"{draws:,} simulated data sets a row; Monte Carlo standard error about "
        f"{math.sqrt(0.95 * 0.05 / draws):.3f}. Defaults must reach {FLOOR:.0%}.",
        "Over-coverage is allowed: exact methods on discrete data and the corrected t over-cover by design.",
        "Rows without a floor show a limit.",
        "",
        "| method | regime | coverage | mean width | floor | note |",
        "|---|---|---:|---:|---:|---|",
    ]
    for row in covered:
        floor = f"{row.case.floor:.2f}" if row.case.floor else "–"
        note = row.case.note + (f" ({row.undefined} undefined)" if row.undefined else "")
        lines.append(f"| {row.case.method} | {row.case.regime} | {row.rate:.3f} | {row.width:.3g} | {floor} | {note} |")
    lines += [
        "",
        "## How often a test rejects where nothing differs",
        "",
        "Share of p-values at or below each level. None may exceed its level by more than three Monte Carlo",
        "standard errors; discrete tests stay below it.",
        "",
        "| test | regime | at .01 | at .05 | at .10 | note |",
        "|---|---|---:|---:|---:|---|",
    ]
    for row in rejected:
        rates = " | ".join(f"{rate:.3f}" for rate in row.rates)
        lines.append(f"| {row.case.method} | {row.case.regime} | {rates} | {row.case.note} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases, print the page or write it, and return 1 when a case does not hold."""
    parser = argparse.ArgumentParser(description="Simulate coverage and null behaviour.")
    parser.add_argument("--draws", type=int, default=2000, help="simulated data sets a case (default 2000)")
    parser.add_argument("--only", default="", help="run only the methods whose name contains this")
    parser.add_argument("--write", type=Path, help="write the page to this file instead of printing it")
    options = parser.parse_args(arguments)
    covered, rejected = [], []
    for case in [*COVERAGE_CASES, *NULL_CASES]:
        if options.only not in case.method:
            continue
        start = time.perf_counter()
        if isinstance(case, CoverageCase):
            covered.append(run_coverage(case, options.draws))
            row = covered[-1]
        else:
            rejected.append(run_null(case, options.draws))
            row = rejected[-1]
        verdict = "ok" if row.holds else "FAILS"
        seconds = time.perf_counter() - start
        print(f"{verdict:5} {seconds:6.1f} s  {case.method}: {case.regime}", file=sys.stderr)
    text = page(covered, rejected, options.draws)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0 if all(row.holds for row in [*covered, *rejected]) else 1


if __name__ == "__main__":
    sys.exit(main())
