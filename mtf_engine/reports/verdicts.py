"""The answer of a run in a line, its checks worst first, its failures by cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mtf_engine import numbers
from mtf_engine.domain.cell import Cause
from mtf_engine.domain.results import CheckRow, FailureRow, Results, Verdict

GLYPHS = {
    Verdict.PASS: "✓",
    Verdict.WARN: "!",
    Verdict.FAIL: "✗",
    Verdict.INCONCLUSIVE: "?",
    Verdict.ERROR: "✗",
    Verdict.NOT_RUN: "–",
}
WORDS = {
    Verdict.PASS: "pass",
    Verdict.WARN: "warn",
    Verdict.FAIL: "fail",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.ERROR: "error",
    Verdict.NOT_RUN: "not run",
}
_WORST_FIRST = (
    Verdict.ERROR,
    Verdict.FAIL,
    Verdict.INCONCLUSIVE,
    Verdict.WARN,
    Verdict.NOT_RUN,
    Verdict.PASS,
)
EXIT_CODES = {
    0: "every check passed and every cell finished",
    1: "a check failed, or was inconclusive where that counts as failure",
    2: "the settings are wrong, or the data do not fit them",
    3: "some cells or some data sets are missing",
    4: "the run could not be carried out",
    130: "the run was cancelled",
}

_INCOMPLETE = frozenset({3, 4, 130})


@dataclass(frozen=True, slots=True)
class Headline:
    """The run's answer."""

    kind: str
    """``pass``, ``warn``, ``fail`` or ``plain`` where nothing was checked."""

    glyph: str
    text: str
    counts: tuple[tuple[Verdict, int], ...]
    """Verdicts that occur, worst first, with how many."""


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Cells that failed for one reason."""

    cause: Cause
    dataset: str
    pipeline: str
    model: str
    folds: tuple[int, ...]
    message: str
    hint: str | None
    seconds: float
    """The longest."""

    peak_rss_bytes: int
    """The largest."""


def headline(results: Results) -> Headline:
    """Sum a run up; nothing that was not looked at is called a pass."""
    counted = Counter(row.verdict for row in results.checks)
    counts = tuple((verdict, counted[verdict]) for verdict in _WORST_FIRST if counted[verdict])
    failed = sum(row.counts and row.verdict is not Verdict.PASS for row in results.checks)
    missing = _missing(results)
    if not results.checks:
        text = "No checks were asked for" + (f"; {missing}" if missing else "")
        return Headline("warn" if missing else "plain", "!" if missing else "•", text, counts)
    others = ", ".join(f"{count} {_adjective(verdict, count)}" for verdict, count in counts)
    tail = f"; {missing}" if missing else ""
    if failed:
        return Headline("fail", "✗", f"{others}{tail}", counts)
    if tail or set(counted) - {Verdict.PASS}:
        return Headline("warn", "!", f"{others}{tail}", counts)
    only = "The one check passed" if len(results.checks) == 1 else f"All {len(results.checks)} checks passed"
    return Headline("pass", "✓", only, counts)


def exit_meaning(results: Results) -> str:
    """What the run's exit code says; no check is said to have passed where there is none."""
    code = results.run.exit_code
    if code == 0 and not results.checks:
        return "every cell finished"
    return "" if code is None else EXIT_CODES.get(code, "")


def _missing(results: Results) -> str:
    """Say what has no result; empty when nothing is missing."""
    if results.failures:
        return f"{numbers.plural(len(results.failures), 'cell')} without a result"
    return EXIT_CODES.get(results.run.exit_code or 0, "") if results.run.exit_code in _INCOMPLETE else ""


def _adjective(verdict: Verdict, count: int) -> str:
    return {
        Verdict.ERROR: "check broke" if count == 1 else "checks broke",
        Verdict.FAIL: "check failed" if count == 1 else "checks failed",
        Verdict.INCONCLUSIVE: "inconclusive",
        Verdict.WARN: "warning" if count == 1 else "warnings",
        Verdict.NOT_RUN: "did not run",
        Verdict.PASS: "passed",
    }[verdict]


def worst_first(checks: Sequence[CheckRow]) -> tuple[CheckRow, ...]:
    """Order checks by how bad their verdict is, in plan order within a verdict."""
    return tuple(sorted(checks, key=lambda row: (not (row.counts and row.verdict is not Verdict.PASS), _badness(row))))


def _badness(row: CheckRow) -> int:
    return _WORST_FIRST.index(row.verdict)


def subject(row: CheckRow) -> str:
    """Name what a check looked at."""
    pipeline = row.pipeline if row.pipeline not in (None, "default") else None
    return " · ".join(part for part in (row.dataset, row.model, pipeline) if part)


def asked(row: CheckRow) -> str:
    """Say what a check asked, from its evidence."""
    question = row.evidence.get("asked")
    return question if isinstance(question, str) else row.name.replace("_", " ")


def failure_groups(failures: Sequence[FailureRow]) -> tuple[FailureGroup, ...]:
    """Put failed cells with one reason together, in plan order."""
    grouped: dict[tuple[object, ...], list[FailureRow]] = {}
    for row in failures:
        grouped.setdefault((row.cause, row.dataset, row.pipeline, row.model, row.message), []).append(row)
    return tuple(
        FailureGroup(
            cause=rows[0].cause,
            dataset=rows[0].dataset,
            pipeline=rows[0].pipeline,
            model=rows[0].model,
            folds=tuple(row.fold for row in rows),
            message=rows[0].message,
            hint=rows[0].hint,
            seconds=max(row.seconds for row in rows),
            peak_rss_bytes=max(row.peak_rss_bytes for row in rows),
        )
        for rows in grouped.values()
    )
