"""The Markdown report: the size of a comment on a pull request, the answer first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mtf_engine import numbers
from mtf_engine.domain.results import CheckRow, DatasetRow, Results, Verdict
from mtf_engine.reports.context import ReportContext
from mtf_engine.reports.specification import ReportFile, ReportFormat
from mtf_engine.reports.verdicts import GLYPHS, WORDS, asked, failure_groups, headline, subject, worst_first
from mtf_engine.standings import Entry, Index, Standing, Standings, index, standings
from mtf_engine.text_safety import markdown_cell

LONGEST = 60_000
"""Most characters of the report; forges cut comments at 65,536."""

_DATASETS, _MODELS, _CHECKS, _FAILURES = 20, 15, 40, 20
_MARKS = {
    Standing.BEST: "★",
    Standing.HIGHEST: "•",
    Standing.WORSE: "▼",
    Standing.EQUIVALENT: "≈",
    Standing.UNDECIDED: "?",
    Standing.UNRANKED: "–",
}


def document(results: Results) -> str:
    """Write results as a comment: the answer, checks worst first, scores and failures, cut to a bounded size."""
    summary = headline(results)
    parts = [f"### {summary.glyph} MTF {markdown_cell(results.run.name)}: {summary.text}"]
    found = index(results)
    primaries = [(row, _primary(found, row)) for row in results.datasets[:_DATASETS]]
    parts.append("\n".join(f"- {markdown_cell(one.answer, limit=300)}" for _, one in primaries if one))
    parts.append(_checks(results))
    parts.extend(_scores(row, one) for row, one in primaries if one)
    parts.append(_more(len(results.datasets) - _DATASETS, "data sets"))
    parts.append(_failures(results))
    parts.append(_footer(results))
    return _bounded([part for part in parts if part])


def _primary(found: Index, row: DatasetRow) -> Standings | None:
    metrics = found.metrics.get(row.name)
    return standings(found, row.name, metrics[0]) if metrics else None


def _table(head: Sequence[str], align: str, rows: Iterable[Sequence[str]]) -> str:
    marks = {"l": "---", "r": "---:"}
    lines = [head, [marks[one] for one in align], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _more(count: int, what: str) -> str:
    return f"{count:,} more {what} not shown." if count > 0 else ""


def _checks(results: Results) -> str:
    rows = worst_first(results.checks)
    bad = [row for row in rows if row.verdict is not Verdict.PASS]
    good = [row for row in rows if row.verdict is Verdict.PASS]
    parts = []
    if bad:
        parts.append(_check_table(bad))
    if good:
        word = "check" if len(good) == 1 else "checks"
        parts.append(f"<details><summary>{len(good)} {word} passed</summary>\n\n{_check_table(good)}\n\n</details>")
    return "\n\n".join(parts)


def _check_table(rows: Sequence[CheckRow]) -> str:
    table = _table(
        ("", "check", "on", "found"),
        "llll",
        [
            (
                f"{GLYPHS[row.verdict]} {WORDS[row.verdict]}",
                f"{markdown_cell(row.code)} {markdown_cell(asked(row))}",
                markdown_cell(subject(row)),
                markdown_cell(row.message, limit=300) + _unread(row),
            )
            for row in rows[:_CHECKS]
        ],
    )
    more = _more(len(rows) - _CHECKS, "checks")
    return f"{table}\n\n{more}" if more else table


def _unread(row: CheckRow) -> str:
    if row.rows_read >= row.rows_total:
        return ""
    return f" (read {numbers.count(row.rows_read)} of {numbers.count(row.rows_total)} rows)"


def _scores(row: DatasetRow, primary: Standings) -> str:
    title = f"{markdown_cell(row.name)}: {markdown_cell(primary.metric)}"
    facts = f"{numbers.plural(row.rows, 'row')}, {primary.entries[0].score.confidence * 100:g} % intervals"
    table = _table(
        ("model", "score", "interval", "vs best", "verdict"),
        "lrrrl",
        [_score_row(entry, primary.decimals) for entry in primary.entries[:_MODELS]],
    )
    more = _more(len(primary.entries) - _MODELS, "models")
    body = f"{table}\n\n{more}" if more else table
    return f"<details><summary>{title} ({facts})</summary>\n\n{body}\n\n</details>"


def _score_row(entry: Entry, decimals: int | None) -> tuple[str, ...]:
    score, gap = entry.score, entry.versus
    ends = ""
    if score.low is not None and score.high is not None:
        ends = f"{numbers.fixed(score.low, decimals)} … {numbers.fixed(score.high, decimals)}"
    against = numbers.difference(gap.value, gap.low, gap.high) if gap else ""
    verdict = f"{_MARKS[entry.standing]} {entry.word}"
    if entry.standing is Standing.UNRANKED and score.reason:
        verdict += f": {score.reason}"
    return (
        markdown_cell(entry.name),
        numbers.fixed(score.estimate, decimals),
        ends,
        markdown_cell(against),
        markdown_cell(verdict),
    )


def _failures(results: Results) -> str:
    groups = failure_groups(results.failures)
    if not groups:
        return ""
    table = _table(
        ("cause", "model", "data set", "folds", "what happened"),
        "lllll",
        [
            (
                group.cause.value,
                markdown_cell(group.model),
                markdown_cell(group.dataset),
                ", ".join(str(fold + 1) for fold in group.folds[:10]) + (" …" if len(group.folds) > 10 else ""),
                markdown_cell(f"{group.message} → {group.hint}" if group.hint else group.message, limit=300),
            )
            for group in groups[:_FAILURES]
        ],
    )
    more = _more(len(groups) - _FAILURES, "kinds of failure")
    title = f"**{numbers.plural(len(results.failures), 'cell')} without a result**"
    return f"{title}\n\n{table}" + (f"\n\n{more}" if more else "")


def _footer(results: Results) -> str:
    run = results.run
    code = "" if run.exit_code is None else f", exit code {run.exit_code}"
    return f"<sub>run {markdown_cell(run.id)}, {markdown_cell(run.status)}, seed {run.seed}{code}</sub>"


def _bounded(parts: list[str]) -> str:
    """Drop whole parts from the end, the footer kept, until the report fits."""
    footer = parts.pop()
    kept: list[str] = []
    size = len(footer) + 100
    for part in parts:
        if size + len(part) + 2 > LONGEST:
            kept.append("The rest is left out because of its size; `mtf report --format html` shows it.")
            break
        kept.append(part)
        size += len(part) + 2
    return "\n\n".join([*kept, footer]) + "\n"


def _render(results: Results, _: ReportContext) -> tuple[ReportFile, ...]:
    return (ReportFile("report.md", document(results).encode("utf-8")),)


MARKDOWN = ReportFormat("markdown", "A comment for a pull request.", "text/markdown", _render)
