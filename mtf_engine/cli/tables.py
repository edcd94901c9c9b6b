"""Results as tables for people: scores with intervals, comparisons, checks, failures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.cli.output import Heading, note, print_table, print_text
from mtf_engine.domain.results import CheckRow, DatasetRow, FailureRow, Results, Score, Verdict
from mtf_engine.text_safety import line, terminal

VERDICT_MARKS = {
    Verdict.PASS: ("✓ pass", "green"),
    Verdict.WARN: ("! warn", "yellow"),
    Verdict.FAIL: ("✗ fail", "red"),
    Verdict.INCONCLUSIVE: ("? inconclusive", "yellow"),
    Verdict.ERROR: ("✗ error", "red"),
    Verdict.NOT_RUN: ("– not run", "dim"),
}


def print_results(results: Results, *, cells: bool = False, failures: bool = True) -> None:
    """Print all that a finished run says, the answer first."""
    for dataset in results.datasets:
        _print_dataset(dataset, results)
    if results.checks:
        print_checks(results.checks)
    if failures and results.failures:
        print_failures(results.failures)
    if cells:
        _print_folds(results)
    for finding in results.findings:
        note(f"note: {line(finding)}")


def _print_dataset(dataset: DatasetRow, results: Results) -> None:
    scores = [score for score in results.scores if score.dataset == dataset.name and score.slice is None]
    metrics = list(dict.fromkeys(score.metric for score in scores))
    if not metrics:
        return
    primary = metrics[0]
    table: dict[tuple[str, str], dict[str, Score]] = defaultdict(dict)
    for score in scores:
        table[score.pipeline, score.model][score.metric] = score
    many_pipelines = len({pipeline for pipeline, _ in table}) > 1
    places = {metric: numbers.column_decimals(_informative(scores, metric)) for metric in metrics}
    verdicts = _against_best(dataset.name, primary, scores, results)
    headings = [
        *([Heading("pipeline")] if many_pipelines else []),
        Heading("model"),
        Heading(primary, right=True),
        Heading(f"{scores[0].confidence:.0%} interval", right=True),
        Heading("", right=False),
        *(Heading(metric, right=True) for metric in metrics[1:]),
        Heading("fit", right=True),
    ]
    fit = {(row.pipeline, row.model): row.fit_seconds for row in results.timing if row.dataset == dataset.name}
    rows: list[list[str | Text]] = []
    for key, own in sorted(table.items(), key=lambda item: _rank(item[1].get(primary))):
        first = own[primary]
        rows.append(
            [
                *([key[0]] if many_pipelines else []),
                key[1],
                _number(first, places[primary]),
                _bounds(first, places[primary]),
                verdicts.get(key, Text("")),
                *(_number(own[metric], places[metric]) if metric in own else "" for metric in metrics[1:]),
                numbers.duration(fit.get(key)),
            ]
        )
    classes = f", {len(dataset.classes)} classes" if dataset.classes else ""
    title = (
        f"{terminal(dataset.name)}: {numbers.count(dataset.rows)} rows, "
        f"{numbers.plural(dataset.columns, 'feature')}, {dataset.task}{classes}"
    )
    print_table(title, headings, rows)
    for reason in dict.fromkeys(score.reason for score in scores if score.reason and score.metric == primary):
        note(f"  – {line(reason)}")
    print_text("")


def _informative(scores: Iterable[Score], metric: str) -> list[tuple[float | None, float | None]]:
    return [(score.low, score.high) for score in scores if score.metric == metric and score.model != "baseline"]


def _rank(score: Score | None) -> float:
    if score is None or score.estimate is None:
        return float("inf")
    return -score.estimate if score.greater_is_better else score.estimate


def _number(score: Score, places: int | None) -> str:
    return numbers.fixed(score.estimate, places) if places is not None else numbers.significant(score.estimate)


def _bounds(score: Score, places: int | None) -> str:
    if score.low is None or score.high is None:
        return numbers.UNDEFINED
    return f"[{numbers.fixed(score.low, places)}, {numbers.fixed(score.high, places)}]"


def _against_best(dataset: str, metric: str, scores: Sequence[Score], results: Results) -> dict[tuple[str, str], Text]:
    """Say of each contestant what the comparison with the best one found."""
    ranked = sorted((s for s in scores if s.metric == metric and s.estimate is not None), key=_rank)
    if len(ranked) < 2:
        return {}
    best = (ranked[0].pipeline, ranked[0].model)
    marks: dict[tuple[str, str], Text] = {}
    for row in results.comparisons:
        if row.dataset != dataset or row.metric != metric:
            continue
        a, b = (row.pipeline_a, row.a), (row.pipeline_b, row.b)
        if best not in (a, b):
            continue
        marks[b if a == best else a] = {
            "undecided": Text("? undecided", style="yellow"),
            "equivalent": Text("≈ equivalent"),
        }.get(row.verdict, Text("▼ worse", style="dim"))
    proven = all(mark.plain == "▼ worse" for mark in marks.values()) and len(marks) == len(ranked) - 1
    marks[best] = Text("★ best", style="bold cyan") if proven else Text("• highest", style="cyan")
    return marks


def print_checks(checks: Sequence[CheckRow]) -> None:
    """Print checks, failing first."""
    order = list(VERDICT_MARKS)
    rank = {Verdict.FAIL: 0, Verdict.ERROR: 1, Verdict.INCONCLUSIVE: 2, Verdict.WARN: 3, Verdict.NOT_RUN: 4}
    rows: list[list[str | Text]] = []
    for check in sorted(checks, key=lambda row: rank.get(row.verdict, len(order))):
        mark, style = VERDICT_MARKS[check.verdict]
        rows.append([Text(mark, style=style), check.code, check.dataset or "", check.model or "", line(check.message)])
    counted = Counter(check.verdict for check in checks)
    title = "checks: " + ", ".join(f"{counted[verdict]} {verdict.value}" for verdict in order if counted[verdict])
    headings = [Heading("verdict"), Heading("code"), Heading("data set"), Heading("model"), Heading("found")]
    print_table(title, headings, rows)
    print_text("")


def print_failures(failures: Sequence[FailureRow]) -> None:
    """Print failed cells, grouped by cause and message."""
    groups: dict[tuple[str, str, str, str, str | None], list[FailureRow]] = defaultdict(list)
    for row in failures:
        groups[row.cause, row.model, row.dataset, row.message, row.hint].append(row)
    rows: list[list[str | Text]] = []
    for (cause, model, dataset, message, hint), own in groups.items():
        folds = ", ".join(str(row.fold + 1) for row in own)
        rows.append(
            [
                Text(f"✗ {cause}", style="red"),
                model,
                dataset,
                folds,
                numbers.duration(max(row.seconds for row in own)),
                numbers.size(max(row.peak_rss_bytes for row in own)),
                line(message) + (f" {line(hint)}" if hint else ""),
            ]
        )
    headings = [
        Heading("cause"),
        Heading("model"),
        Heading("data set"),
        Heading("folds"),
        Heading("after", right=True),
        Heading("memory", right=True),
        Heading("what happened"),
    ]
    print_table(f"failed cells: {len(failures)}", headings, rows)
    print_text("")


def _print_folds(results: Results) -> None:
    rows: list[list[str | Text]] = []
    for score in results.scores:
        folds = " ".join(numbers.significant(value) for value in score.folds)
        rows.append([score.dataset, score.pipeline, score.model, score.metric, folds])
    headings = [Heading("data set"), Heading("pipeline"), Heading("model"), Heading("metric"), Heading("folds")]
    print_table("fold scores", headings, rows)
    print_text("")
