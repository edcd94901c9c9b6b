"""Short runs of the coverage script: every default covers, no test rejects too often, the page is current.

Here are the intervals and tests of one data set; ``test_null_of_ranks_and_drift`` has the others.
"""

from pathlib import Path
from typing import Any

import coverage_intervals  # noqa: F401 (registers its cases)
import coverage_nulls  # noqa: F401
import coverage_ranks_and_drift
import pytest
from coverage_cases import COVERAGE_CASES, NULL_CASES, run_coverage, run_null

ROOT = Path(__file__).parents[3]
COSTLY = (
    "bootstrap_ranking",
    "corrected_resampled_t",
    "label_swap",
    "paired_bootstrap_means",
    "poisson",
    "cluster",
    "block",
)


def _draws(case: Any) -> int:
    """Costly cases get few draws here; the page has two thousand of each."""
    if "paired_bootstrap_binary" in case.method:
        return 20
    return 60 if any(word in case.method for word in COSTLY) else 250


def _name(case: Any) -> str:
    return f"{case.method}: {case.regime}"


ELSEWHERE = {method for method, *_ in coverage_ranks_and_drift.NULLS}
NULLS = [case for case in NULL_CASES if case.method not in ELSEWHERE]
COVERED = [
    case
    for case in COVERAGE_CASES
    if case.floor > 0 and "quantile slots" not in case.regime and not case.method.startswith(("hodges", "calibration"))
]


@pytest.mark.parametrize("case", COVERED, ids=_name)
def test_defaults_cover(case: Any) -> None:
    row = run_coverage(case, _draws(case), seed=1)
    assert row.undefined <= 0.05 * row.draws
    assert row.holds, f"coverage {row.rate:.3f} in {row.draws} draws"


@pytest.mark.parametrize("case", NULLS, ids=_name)
def test_no_test_rejects_too_often_under_the_null(case: Any) -> None:
    row = run_null(case, _draws(case), seed=1)
    assert row.holds, f"rejection rates {row.rates} in {row.draws} draws"


def test_a_wrong_interval_is_caught() -> None:
    """Drawing clustered rows one by one covers 70 %, and the script says so."""
    ignored = next(case for case in COVERAGE_CASES if "drawn by row" in case.regime)
    assert run_coverage(ignored, 100).rate < 0.88


def test_the_page_lists_every_case() -> None:
    page = (ROOT / "docs" / "reference" / "coverage.md").read_text(encoding="utf-8")
    missing = [
        _name(case) for case in [*COVERAGE_CASES, *NULL_CASES] if f"| {case.method} | {case.regime} |" not in page
    ]
    assert missing == [], "run scripts/coverage.py --write docs/reference/coverage.md"
