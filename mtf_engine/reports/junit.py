"""The JUnit report: checks and what has no result as test cases, for the CI servers that read nothing else.

The file keeps to what the common schemas agree on. JUnit knows no warning: a check that warns, is inconclusive without
counting, or did not run is ``skipped`` with its message, because none of them is a pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mtf_engine import numbers, text_safety
from mtf_engine.domain.dataset import Finding
from mtf_engine.domain.results import CheckRow, FailureRow, Results, RunSummary, Verdict
from mtf_engine.reports.context import ReportContext
from mtf_engine.reports.specification import ReportFile, ReportFormat
from mtf_engine.reports.verdicts import WORDS, asked, subject

_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Case:
    """One test case."""

    classname: str
    name: str
    seconds: float
    outcome: str
    """``passed``, ``failure``, ``error`` or ``skipped``."""

    kind: str
    message: str
    body: str


def _check_case(row: CheckRow) -> Case:
    counting = row.counts and row.verdict is not Verdict.PASS
    outcome = "passed" if row.verdict is Verdict.PASS else "skipped"
    if counting:
        outcome = "error" if row.verdict in (Verdict.ERROR, Verdict.NOT_RUN) else "failure"
    body = (
        f"asked: {asked(row)}\nfound: {row.message}\nread: {numbers.count(row.rows_read)} of "
        f"{numbers.plural(row.rows_total, 'row')}\ndocs: {row.docs}"
    )
    where = subject(row) or "run"
    return Case(
        classname=f"mtf.checks.{row.name}",
        name=f"{row.code} {asked(row)} [{where}]",
        seconds=0.0,
        outcome=outcome,
        kind=row.verdict.value,
        message=f"{WORDS[row.verdict]}: {row.message}",
        body=body,
    )


def _failure_case(row: FailureRow) -> Case:
    hint = f"\n{row.hint}" if row.hint else ""
    return Case(
        classname=f"mtf.cells.{row.model}",
        name=f"{row.dataset} · {row.pipeline} · {row.model} · fold {row.fold + 1}",
        seconds=row.seconds,
        outcome="error",
        kind=row.cause.value,
        message=row.message,
        body=f"{row.message}{hint}\npeak memory: {numbers.size(row.peak_rss_bytes)}\ncell: {row.cell}",
    )


def _text(value: str) -> str:
    return text_safety.xml(value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…")


def _case(case: Case) -> str:
    head = f'classname="{_text(case.classname)}" name="{_text(case.name)}" time="{case.seconds:.3f}"'
    if case.outcome == "passed":
        return f"    <testcase {head}/>"
    message = f'message="{_text(case.message)}"'
    if case.outcome == "skipped":
        return f"    <testcase {head}>\n      <skipped {message}/>\n    </testcase>"
    body = text_safety.xml(case.body).replace("&#10;", "\n")
    inner = f'<{case.outcome} {message} type="{_text(case.kind)}">{body}</{case.outcome}>'
    return f"    <testcase {head}>\n      {inner}\n    </testcase>"


def _suite(name: str, position: int, cases: list[Case], run: RunSummary) -> str:
    counts = {outcome: sum(case.outcome == outcome for case in cases) for outcome in ("failure", "error", "skipped")}
    seconds = sum(case.seconds for case in cases)
    moment = (run.started or "1970-01-01T00:00:00")[:19]
    properties = {"run": run.id, "status": run.status, "seed": str(run.seed), "settings_sha256": run.settings_sha256}
    listed = "\n".join(f'      <property name="{key}" value="{_text(value)}"/>' for key, value in properties.items())
    return "\n".join(
        [
            f'  <testsuite name="{name}" package="mtf" id="{position}" tests="{len(cases)}" '
            f'failures="{counts["failure"]}" errors="{counts["error"]}" skipped="{counts["skipped"]}" '
            f'time="{seconds:.3f}" timestamp="{_text(moment)}" hostname="localhost">',
            f"    <properties>\n{listed}\n    </properties>",
            *map(_case, cases),
            "    <system-out></system-out>",
            "    <system-err></system-err>",
            "  </testsuite>",
        ]
    )


def _unavailable_case(finding: Finding) -> Case:
    return Case(
        classname="mtf.datasets",
        name=finding.dataset,
        seconds=0.0,
        outcome="error",
        kind="unavailable",
        message=finding.message,
        body=finding.message,
    )


def document(results: Results, unavailable: Iterable[Finding] = ()) -> str:
    """Write checks, failed cells and data sets that could not be fetched as a JUnit document."""
    lost = [_failure_case(row) for row in results.failures] + [_unavailable_case(one) for one in unavailable]
    suites = [
        _suite("checks", 0, [_check_case(row) for row in results.checks], results.run),
        _suite("cells", 1, lost, results.run),
    ]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *suites, "</testsuites>", ""])


def _render(results: Results, context: ReportContext) -> tuple[ReportFile, ...]:
    unavailable = context.plan.unavailable if context.plan else ()
    return (ReportFile("junit.xml", document(results, unavailable).encode("utf-8")),)


JUNIT = ReportFormat("junit", "Checks and failed cells as test cases, for CI servers.", "application/xml", _render)
