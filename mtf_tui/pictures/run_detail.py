"""The run under the cursor of the history: its time, plan, scores and checks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.results import Results
from mtf_engine.standings import Index, Standings, standings
from mtf_tui.engine_protocol import RunEntry
from mtf_tui.painters.table import Column, Content, tabulate
from mtf_tui.pictures.checks import check_counts, fact, found_table
from mtf_tui.pictures.scores import verdict
from mtf_tui.text import own, safe
from mtf_tui.themes import Look

_SETS = 10
"""Data sets whose best models are listed."""
_CHECKS = 5
"""Checks that are listed, failing ones first."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run's directory holds beside what the history knows."""

    plan: Plan | None
    results: Results | None
    index: Index | None = None
    """The results by data set and metric."""


def run_detail(run: RunEntry, facts: RunFacts | None, width: int, look: Look) -> list[Text]:
    """Facts of the run, the best model on each data set, and its checks, failing first."""
    rows = fact("began", own(_time(run, facts)), width, look)
    if facts is None:
        return rows
    if facts.plan is not None:
        rows += fact("plan", own(_plan(facts.plan)), width, look)
        rows += fact("steps", safe(_steps(facts.plan)), width, look)
    rows += fact("kept in", safe(run.path), width, look)
    if facts.results is None or facts.index is None:
        return rows
    rows += [own(), *_best(facts.results, facts.index, width, look)]
    if failures := len(facts.results.failures):
        rows += [own(), *fact("failed", own(f"{numbers.plural(failures, 'cell')}: enter, then f"), width, look)]
    if checks := facts.results.checks:
        rows += [own(), own((f" checks     {check_counts(checks)}", look.tokens.muted))]
        rows += found_table(checks, width, look, most=_CHECKS, where="enter, then h")
    return rows


def _time(run: RunEntry, facts: RunFacts | None) -> str:
    """When it began, how long it took, and how far it came."""
    if run.started is None:
        return numbers.UNDEFINED
    ended = facts.results.run.finished if facts is not None and facts.results is not None else None
    took = datetime.fromisoformat(ended).timestamp() - run.started if ended else None
    parts = [
        time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.started)),
        "" if took is None else f"took {numbers.duration(took)}",
        f"{numbers.count(run.done)} of {numbers.plural(run.total, 'cell')}" if run.total else "",
    ]
    return " · ".join(part for part in parts if part)


def _plan(plan: Plan) -> str:
    """``3 data sets · 5 models · 5 folds · seed 0 · 95 %``."""
    folds = sorted({len(entry.folds) for entry in plan.datasets})
    each = numbers.plural(folds[0], "fold") if len(folds) == 1 else f"{folds[0]} to {folds[-1]} folds" if folds else ""
    parts = [
        numbers.plural(len(plan.datasets), "data set"),
        numbers.plural(len(plan.resolved.models), "model"),
        each,
        f"seed {plan.resolved.seed}",
        f"{plan.resolved.confidence * 100:g} %",
    ]
    return " · ".join(part for part in parts if part)


def _steps(plan: Plan) -> str:
    """The steps of its pipelines; of many pipelines the first."""
    names = {pipeline.name for entry in plan.datasets for pipeline in entry.pipelines}
    first = next(iter(plan.datasets[0].pipelines), None) if plan.datasets else None
    steps = [*plan.resolved.row_steps, *(first.steps if first is not None else ())]
    named = ", ".join(step.name for step in steps) or "none"
    more = len(names) - 1
    return f"{named} · {numbers.plural(more, 'other pipeline')}" if more > 0 else named


def _best(results: Results, found: Index, width: int, look: Look) -> list[Text]:
    """The best model on each data set by its primary metric, with its interval and what is proven of it."""
    names = [row.name for row in results.datasets if found.metrics.get(row.name)]
    tables = [standings(found, name, found.metrics[name][0]) for name in names[:_SETS]]
    muted = look.tokens.muted
    columns = [
        Column(own(("data set", muted)), flex=True, least=8, most=24),
        Column(own(("rows", muted)), right=True, drop=2),
        Column(own(("metric", muted)), most=20, drop=1),
        Column(own(("best", muted)), flex=True, least=12, most=32),
        Column(own(("score", muted))),
        Column(own(("verdict", muted)), flex=True, least=11, most=40),
    ]
    laid = tabulate(columns, [_best_row(table, look) for table in tables], width, look)
    more = len(names) - len(tables)
    rest = [own((f" {numbers.plural(more, 'more data set')}", muted))] if more else []
    return [laid.header, *laid.rows, *rest]


def _best_row(table: Standings, look: Look) -> list[Content]:
    best, muted = table.best, look.tokens.muted
    row: list[Content] = [
        safe(table.dataset.name),
        own((numbers.count(table.dataset.rows), muted)),
        safe(table.metric, muted),
    ]
    if best is None:
        return [*row, own((look.glyphs.none, muted)), own(), own()]
    score = numbers.interval(best.score.estimate, best.score.low, best.score.high)
    close = len(table.close) + len(table.untested)
    rest = own((f"; {numbers.count(close)} cannot be told from it", muted)) if close else own()
    return [*row, own(best.label), own(score), own(verdict(best, look), rest)]
