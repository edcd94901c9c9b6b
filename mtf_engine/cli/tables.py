"""Results as tables for people: scores with intervals, comparisons, checks, failures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.cli.layout import Heading, Narrow
from mtf_engine.cli.output import note, output_width, print_table, print_text
from mtf_engine.domain.results import LUCKY_FOLDS, CheckRow, DatasetRow, FailureRow, Results, Score, Verdict
from mtf_engine.standings import Index, Standing, Standings, index, standings
from mtf_engine.text_safety import line

_FIXED_WIDTH = 54
"""Cells of the columns that every score table has, the model's name aside."""

_NUMBER_WIDTH = 6

VERDICT_MARKS = {
    Verdict.PASS: ("✓ pass", "green"),
    Verdict.WARN: ("! warn", "yellow"),
    Verdict.FAIL: ("✗ fail", "red"),
    Verdict.INCONCLUSIVE: ("? inconclusive", "yellow"),
    Verdict.ERROR: ("✗ error", "red"),
    Verdict.NOT_RUN: ("– not run", "dim"),
}


MARKS = {
    Standing.BEST: ("★", "bold cyan"),
    Standing.HIGHEST: ("•", "cyan"),
    Standing.WORSE: ("▼", "dim"),
    Standing.EQUIVALENT: ("≈", ""),
    Standing.UNDECIDED: ("?", "yellow"),
    Standing.UNRANKED: ("–", "dim"),
}


def print_results(results: Results, *, cells: bool = False, failures: bool = True) -> None:
    """Print all that a finished run says, the answer first."""
    found = index(results)
    for dataset in results.datasets:
        _print_dataset(dataset, found)
    if results.checks:
        print_checks(results.checks)
    if failures and results.failures:
        print_failures(results.failures)
    if cells:
        _print_folds(results)
    for finding in results.findings:
        note(f"note: {line(finding)}")


def _print_dataset(dataset: DatasetRow, found: Index) -> None:
    all_metrics = found.metrics.get(dataset.name, ())
    if not all_metrics:
        return
    metrics = _that_fit(all_metrics, standings(found, dataset.name, all_metrics[0]))
    tables = {metric: standings(found, dataset.name, metric) for metric in metrics}
    primary = tables[metrics[0]]
    others = {
        metric: {(entry.score.pipeline, entry.score.model): entry.score for entry in table.entries}
        for metric, table in tables.items()
    }
    confidence = primary.entries[0].score.confidence
    headings = [
        Heading("model"),
        Heading(metrics[0], right=True),
        Heading(f"{confidence:.0%} interval", right=True),
        Heading(""),
        *(Heading(metric, right=True) for metric in metrics[1:]),
        Heading("fit", right=True),
    ]
    rows: list[list[str | Text]] = []
    for entry in primary.entries:
        key = (entry.score.pipeline, entry.score.model)
        timing = found.timing.get((dataset.name, *key))
        mark, style = MARKS[entry.standing]
        rows.append(
            [
                entry.name,
                _number(entry.score, primary),
                _bounds(entry.score, primary),
                Text(f"{mark} {entry.word}", style=style),
                *(_number(others[metric].get(key), tables[metric]) for metric in metrics[1:]),
                numbers.duration(timing.fit_seconds if timing else None),
            ]
        )
    print_text(Text(line(primary.answer), style="bold"))
    classes = f", {len(dataset.classes)} classes" if dataset.classes else ""
    features = numbers.plural(dataset.columns, "feature")
    print_text(f"{numbers.count(dataset.rows)} rows, {features}, {dataset.task}{classes}")
    print_table(None, headings, rows)
    if primary.unseen and primary.pairs:
        pairs = numbers.plural(primary.pairs, "pair")
        note(f"differences in {metrics[0]} up to {primary.unseen} could have gone unseen; Holm over {pairs}")
    if len(metrics) < len(all_metrics):
        hidden = ", ".join(all_metrics[len(metrics) :])
        note(f"not shown for lack of room: {hidden}")
    for reason in _reasons(metrics, tables):
        note(f"  – {line(reason)}")
    print_text("")


def _reasons(metrics: Sequence[str], tables: Mapping[str, Standings]) -> list[str]:
    """Say once why scores are undefined, and what weakens an interval of next to no width."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for metric in metrics:
        for entry in tables[metric].entries:
            score = entry.score
            if score.reason:
                found[entry.name, score.reason].append(metric)
            elif metric == metrics[0] and not entry.is_baseline and (weak := _weakness(score)):
                found[entry.name, weak].append(metric)
    return [f"{_listed(which, metrics)} of {name}: {reason}" for (name, reason), which in found.items()]


def _weakness(score: Score) -> str | None:
    lucky = next((warning for warning in score.warnings if warning.startswith(LUCKY_FOLDS)), None)
    return lucky or (score.warnings[0] if score.low == score.high and score.warnings else None)


def _listed(which: Sequence[str], metrics: Sequence[str]) -> str:
    return "every metric" if len(which) == len(metrics) > 1 else ", ".join(which)


def _that_fit(metrics: tuple[str, ...], primary: Standings) -> tuple[str, ...]:
    """Choose the metrics that a terminal has room for; a pipe has room for all."""
    width = output_width()
    if width is None:
        return metrics
    room = width - _FIXED_WIDTH - max(len(entry.name) for entry in primary.entries)
    shown = [metrics[0]]
    for metric in metrics[1:]:
        room -= max(len(metric), _NUMBER_WIDTH) + 2
        if room < 0:
            break
        shown.append(metric)
    return tuple(shown)


def _number(score: Score | None, table: Standings) -> str:
    if score is None:
        return ""
    if table.decimals is None:
        return numbers.significant(score.estimate)
    return numbers.fixed(score.estimate, table.decimals, bounds=_unit(table))


def _bounds(score: Score, table: Standings) -> str:
    if score.low is None or score.high is None:
        return numbers.UNDEFINED
    low, high = (numbers.fixed(end, table.decimals, bounds=_unit(table)) for end in (score.low, score.high))
    return f"[{low}, {high}]"


def _unit(table: Standings) -> tuple[float, ...]:
    """0 and 1 where all estimates lie between them: elsewhere they are numbers like any other."""
    inside = all(0.0 <= entry.score.estimate <= 1.0 for entry in table.entries if entry.score.estimate is not None)
    return numbers.UNIT_BOUNDS if inside else ()


def print_checks(checks: Sequence[CheckRow]) -> None:
    """Print checks, failing first."""
    order = list(VERDICT_MARKS)
    rank = {Verdict.FAIL: 0, Verdict.ERROR: 1, Verdict.INCONCLUSIVE: 2, Verdict.WARN: 3, Verdict.NOT_RUN: 4}
    rows: list[list[str | Text]] = []
    for check in sorted(checks, key=lambda row: rank.get(row.verdict, len(order))):
        mark, style = VERDICT_MARKS[check.verdict]
        rows.append(
            [Text(mark, style=style), check.code, check.dataset or "", check.model or "", Text(line(check.message))]
        )
    counted = Counter(check.verdict for check in checks)
    words = {verdict: verdict.value.replace("_", " ") for verdict in order}
    title = "checks: " + ", ".join(f"{counted[verdict]} {words[verdict]}" for verdict in order if counted[verdict])
    headings = [
        Heading("verdict"),
        Heading("code"),
        Heading("data set"),
        Heading("model"),
        Heading("found", narrow=Narrow.WRAPPED),
    ]
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
                Text(line(message) + (f" {line(hint)}" if hint else "")),
            ]
        )
    headings = [
        Heading("cause"),
        Heading("model"),
        Heading("data set"),
        Heading("folds"),
        Heading("after", right=True),
        Heading("memory", right=True),
        Heading("what happened", narrow=Narrow.WRAPPED),
    ]
    print_table(f"failed cells: {len(failures)}", headings, rows)
    print_text("")


def _print_folds(results: Results) -> None:
    rows: list[list[str | Text]] = []
    for score in results.scores:
        folds = " ".join(numbers.significant(value) for value in score.folds)
        rows.append([score.dataset, score.pipeline, score.model, score.metric, folds])
    headings = [
        Heading("data set"),
        Heading("pipeline"),
        Heading("model"),
        Heading("metric"),
        Heading("folds", narrow=Narrow.WRAPPED),
    ]
    print_table("fold scores", headings, rows)
    print_text("")
